"""Technical warnings: a planted fault is found with its number, a clean mix is left alone, and so is what a separator leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, iirpeak, lfilter, sosfilt, sosfiltfilt

from mixassistant.advice.sentences import sentence
from mixassistant.advice.suggestion import Check
from mixassistant.advice.technical import technical_checks
from mixassistant.audio.audio import Audio
from mixassistant.features.descriptor import Measurement, scalar
from mixassistant.features.measure import measure, measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.stems.drop import open_song
from mixassistant.stems.stem import Role, Song, Stem
from signals import music, noise, scaled

RATE = 44100
# Clicks are looked for in a test of their own: the notes and s-sounds of these signals are switched on within one sample.
WANTED = frozenset(
    {
        "activity", "balance", "clipping", "correlation", "cut_off", "dc_offset", "dropouts", "end_step", "flat_tops", "hum", "hum_level",
        "level", "lufs", "mono_loss", "one_sided", "one_sided_levels", "opposed_bands", "opposed_gains", "opposed_stems", "polarity",
        "resonance_levels", "resonances", "rms", "sample_peak", "sibilant_level", "silent_channel", "start_step", "true_peak", "width",
    }
)  # fmt: skip
SONG_S = 180.0


def faded(audio: Audio, fade_s: float = 0.02) -> Audio:
    samples = audio.samples.copy()
    ramp = np.linspace(0, 1, int(fade_s * RATE), dtype=np.float32)
    samples[:, : ramp.size] *= ramp
    samples[:, -ramp.size :] *= ramp[::-1]
    return Audio(samples, audio.sample_rate_hz)


def voice(seed: int = 5, sharp_db: float = -12.0, duration_s: float = 8.0) -> Audio:
    """Return noise with the spectrum of a voice, with s-sounds four times a second and a rest of three seconds at the end."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(duration_s * RATE)) / RATE
    low = sosfilt(butter(2, (300, 3000), "bandpass", fs=RATE, output="sos"), rng.standard_normal(t.size))
    high = sosfilt(butter(4, (5500, 9500), "bandpass", fs=RATE, output="sos"), rng.standard_normal(t.size))
    sings, hisses = (t % 0.25 < 0.19) & (t < duration_s - 3), (t % 0.25 >= 0.19) & (t < duration_s - 3)
    wave = 0.1 * low / low.std() * sings + 0.1 * 10 ** (sharp_db / 20) * high / high.std() * hisses
    return faded(Audio(np.tile(wave.astype(np.float32), (2, 1)), RATE))


def clean(seed: int = 1, duration_s: float = 8.0) -> Audio:
    left, right = music(seed, duration_s).samples
    return faded(Audio(np.stack([0.75 * left + 0.25 * right, 0.25 * left + 0.75 * right]), RATE))


def measured(mix: Audio, role: Role = "other", stem: Audio | None = None, origin: str = "supplied", name: str = "Guitar") -> MeasuredTrack:
    stems = () if stem is None else (Stem(name, role, origin, stem),)
    return replace(measure_song(Song("x", "x", mix, stems, {}), only=WANTED), duration_s=SONG_S)


def warned(track: MeasuredTrack) -> dict[str, Check]:
    return {s.id: s for s in technical_checks(track)}


def only_one(track: MeasuredTrack) -> Check:
    found = technical_checks(track)
    assert len(found) == 1, [sentence(s) for s in found]
    return found[0]


def with_hum(audio: Audio, base: float, level_dbfs: float) -> Audio:
    t = np.arange(audio.length) / audio.sample_rate_hz
    wave = sum(np.sin(2 * np.pi * base * h * t + h) / h for h in range(1, 6))
    gain = 10 ** (level_dbfs / 20) / np.sqrt(np.mean(np.square(wave)))
    return Audio(audio.samples + (gain * wave).astype(np.float32), audio.sample_rate_hz)


def test_a_clean_mix_with_clean_stems_gets_no_warning() -> None:
    for role in ("drums", "bass", "vocals", "other"):
        assert warned(measured(clean(), role, clean(2))) == {}
    assert warned(measured(voice(), "vocals", voice())) == {}


def test_every_fault_rests_on_the_mix_alone() -> None:
    bad = Audio(np.clip(8 * clean().samples + np.float32(0.02), -1, 1), RATE)
    found = technical_checks(measured(bad, "other", bad))
    assert len(found) >= 3
    for check in found:
        assert check.evidence is None and 0 < check.confidence <= 1 and sentence(check).endswith(".")


def test_clipping_is_counted_and_true_peaks_are_then_not_told_as_well() -> None:
    t = np.arange(8 * RATE) / RATE
    bursts = 1.5 * np.sin(2 * np.pi * 441 * t) * (t % 1 < 0.01)
    mix = Audio(np.clip(clean().samples * 0.2 + bursts, -1, 1).astype(np.float32), RATE)
    warning = warned(measured(mix))["technical-clipping"]
    count = scalar(measure(mix, "mix", only=WANTED), "clipping")
    assert count and f"clips in {count:.0f} places" in sentence(warning)
    assert "technical-true-peak" not in warned(measured(mix))


def test_clipping_that_was_turned_down_is_told_with_its_level() -> None:
    loud = 6 * clean().samples
    turned_down = Audio(0.5 * np.clip(loud, -0.8, 0.8), RATE)
    suggestion = only_one(measured(turned_down, "other", clean(2)))
    assert suggestion.id == "technical-flat-tops" and "cut off flat at −8.0 dBFS" in sentence(suggestion)
    stem = only_one(measured(clean(), "other", turned_down))
    assert stem.id == "technical-flat-tops-Guitar" and "at a lower level" in sentence(stem)


def test_of_three_microphones_the_one_upside_down_is_told_with_what_its_flip_brings() -> None:
    base = clean().samples + 2 * noise(7, -34.0, 8.0).samples
    close, room = Audio(base, RATE), Audio(0.7 * np.roll(base, 20, axis=1), RATE)
    stems = (Stem("Close", "other", "supplied", close), Stem("DI", "other", "supplied", Audio(-0.9 * base, RATE)))
    mixed = Audio(room.samples, RATE)
    three = (*stems, Stem("Room", "other", "supplied", room))
    found = [s for s in technical_checks(measure_song(Song("x", "x", mixed, three, {}), only=WANTED)) if "opposed" in s.id]
    assert [s.target.name for s in found] == ["DI"] and "opposite to that of “" in sentence(found[0])
    gain = float(sentence(found[0]).split("gains ")[1].split(" dB")[0])
    assert gain > 10
    separated = tuple(replace(s, origin="embedded") for s in three)
    assert not [s for s in technical_checks(measure_song(Song("x", "x", mixed, separated, {}), only=WANTED)) if "opposed" in s.id]


@pytest.mark.parametrize(("peak_dbtp", "told"), [(-1.5, False), (-0.9, False), (-0.5, True), (-0.02, True), (0.6, True)])
def test_true_peaks_over_the_limit_are_told_with_how_far_to_lower_them(peak_dbtp: float, told: bool) -> None:
    audio = clean()
    found = scalar(measure(audio, "mix", only=WANTED), "true_peak")
    assert found is not None
    warnings = warned(measured(scaled(audio, peak_dbtp - found)))
    assert ("technical-true-peak" in warnings) is told
    if told:
        assert f"lower it by {peak_dbtp + 1:.1f} dB" in sentence(warnings["technical-true-peak"])
        assert "−0.0" not in sentence(warnings["technical-true-peak"])


def test_an_offset_is_told_in_per_cent() -> None:
    text = sentence(only_one(measured(faded(Audio(clean().samples + np.float32(0.012), RATE)))))
    assert "DC offset of 1.2 % of full scale" in text


def test_an_offset_that_sets_in_with_the_file_is_no_click_at_its_ends() -> None:
    assert only_one(measured(Audio(clean().samples + np.float32(0.02), RATE))).id == "technical-dc-offset"


def test_an_offset_that_comes_from_a_stem_is_told_of_the_stem() -> None:
    shifted = faded(Audio(clean().samples + np.float32(0.012), RATE))
    suggestion = only_one(measured(shifted, "other", shifted))
    assert suggestion.target.name == "Guitar" and suggestion.role == "other" and "On “Guitar”" in sentence(suggestion)


def test_a_silent_channel_is_the_gravest() -> None:
    base = clean().samples * np.float32([[1], [0]])
    found = technical_checks(measured(faded(Audio(base + np.float32([[0.02], [0]]), RATE))))
    assert found[0].id == "technical-silent-channel" and "silent" in sentence(found[0])


def one_side_times(gain: float, from_s: float, to_s: float, side: int = 1, duration_s: float = 60.0) -> MeasuredTrack:
    samples = noise(3, -30.0, duration_s).samples + noise(4, -24.0, duration_s, channels=1).samples
    samples[side, round(from_s * RATE) : round(to_s * RATE)] *= np.float32(gain)
    return measure_song(Song("x", "x", faded(Audio(samples, RATE)), (), {}), only=frozenset({"one_sided", "one_sided_levels"}))


@pytest.mark.parametrize(
    ("gain", "from_s", "to_s", "side", "text"),
    [
        (0.0, 20, 60, 1, "the right channel is silent from 0:20 on"),
        (0.0, 12, 26, 0, "the left channel is silent from 0:12 to 0:26"),
        (0.0, 0, 40, 1, "the right channel is silent until 0:40"),
        (10 ** (-45 / 20), 0, 60, 1, "the right channel lies 45 dB under the left throughout"),
    ],
)
def test_a_channel_that_is_missing_for_a_while_is_told_with_when(gain: float, from_s: int, to_s: int, side: int, text: str) -> None:
    assert text in sentence(only_one(one_side_times(gain, from_s, to_s, side)))


def test_a_missing_channel_lasts_to_the_end_where_the_song_dies_away_before_it() -> None:
    samples = noise(4, -24.0, 40.0, channels=1).samples * np.float32([[1], [1]])
    samples[1, 20 * RATE :], samples[0, 37 * RATE :] = 0, 0
    track = measure_song(Song("x", "x", Audio(samples, RATE), (), {}), only=frozenset({"one_sided", "one_sided_levels"}))
    assert "the right channel is silent from 0:20 on" in sentence(only_one(track))


def test_in_a_short_excerpt_a_missing_half_is_told() -> None:
    assert "the right channel is silent from 0:04 on" in sentence(only_one(one_side_times(0.0, 3.6, 7, duration_s=7.0)))


def test_an_intro_on_one_side_and_a_short_rest_of_one_side_are_music() -> None:
    assert warned(one_side_times(0.0, 0, 15)) == {}
    assert warned(one_side_times(0.0, 30, 34)) == {}
    assert warned(one_side_times(10 ** (-20 / 20), 0, 60)) == {}


def test_a_hard_panned_pair_is_panning_and_a_single_silent_side_is_a_question() -> None:
    left, right = (Audio(clean(s).samples * np.float32(side), RATE) for s, side in ((1, [[1], [0]]), (2, [[0], [1]])))
    mix = Audio(left.samples + right.samples, RATE)
    pair = (Stem("GTR L", "other", "supplied", left), Stem("GTR R", "other", "supplied", right))
    assert warned(measure_song(Song("x", "x", mix, pair, {}), only=WANTED)) == {}
    alone = warned(measure_song(Song("x", "x", clean(), pair[:1], {}), only=WANTED))
    assert alone["technical-silent-channel-GTR L"].confidence < 0.8


def test_a_mono_file_of_stereo_stems_lacks_a_channel() -> None:
    assert "technical-missing-channel" in warned(measured(Audio(clean().samples[:1], RATE), "other", clean()))
    assert warned(measured(Audio(clean().samples[:1], RATE))) == {}


def test_inverted_channels_are_told_once() -> None:
    base = clean().samples[:1]
    inverted = Audio(np.concatenate([base, -0.97 * base]), RATE)
    assert only_one(measured(inverted)).id == "technical-polarity"
    assert set(warned(measured(clean(), "vocals", inverted, name="Lead"))) == {"technical-polarity-Lead"}


def test_one_side_of_an_ordinary_stereo_mix_upside_down_is_told_by_its_low_end() -> None:
    flip = np.float32([[1], [-1]])
    stereo = Audio(clean().samples + 0.6 * noise(3, -26.0, 8.0).samples, RATE)
    assert warned(measured(faded(stereo))) == {}
    turned = faded(Audio(stereo.samples * flip, RATE))
    assert (scalar(measure(turned, "mix", only=WANTED), "correlation") or -1.0) > -0.8
    told = only_one(measured(turned))
    assert told.id == "technical-polarity" and "low end" in sentence(told) and "flip the polarity of one side" in sentence(told)
    assert "technical-mono-loss-Kit" not in warned(measured(clean(), "drums", turned, name="Kit"))
    assert "technical-polarity-Kit" in warned(measured(clean(), "drums", turned, name="Kit"))


def test_what_is_lost_in_mono_is_told_in_loudness_units() -> None:
    base, other = clean(1).samples[:1], clean(2).samples[:1]
    base = sosfilt(butter(4, 300, "highpass", fs=RATE, output="sos"), base, axis=1)  # a low end upside down is another fault
    wide = faded(Audio(np.concatenate([base + 0.3 * other, -0.8 * base + 0.3 * other]).astype(np.float32), RATE))
    loss = scalar(measure(wide, "mix", only=WANTED), "mono_loss")
    assert loss is not None and loss > 3.5
    assert f"{loss:.1f} LU are lost" in sentence(only_one(measured(wide)))


@pytest.mark.parametrize("base", [50.0, 60.0])
def test_hum_is_found_with_its_frequency_and_level(base: float) -> None:
    values = measure(with_hum(voice(), base, -60.0), "mix", only=WANTED)
    assert scalar(values, "hum") == pytest.approx(base, abs=0.1)
    assert scalar(values, "hum_level") == pytest.approx(-60.0, abs=1.5)
    text = sentence(only_one(measured(faded(with_hum(voice(), base, -60.0)))))
    assert f"{base:.1f} Hz" in text and f"notch {base:.0f}, {2 * base:.0f} and {3 * base:.0f} Hz" in text


def test_hum_that_the_music_covers_is_found_where_it_rests() -> None:
    rng = np.random.default_rng(6)
    t = np.arange(30 * RATE) / RATE
    low = sosfilt(butter(1, 300, fs=RATE, output="sos"), rng.standard_normal(t.size))
    bed = Audio(np.tile((low * np.where(t < 27, 0.3, 0.0003)).astype(np.float32), (2, 1)), RATE)  # three quiet seconds at its end
    only = frozenset({"hum", "hum_level"})
    assert measure(bed, "mix", only=only)["hum"].value is None
    values = measure(with_hum(bed, 50.0, -50.0), "mix", only=only)
    assert scalar(values, "hum") == pytest.approx(50.0, abs=0.1)
    assert scalar(values, "hum_level") == pytest.approx(-50.0, abs=2.5)


def test_a_drone_beside_the_mains_and_a_loop_are_no_hum() -> None:
    rng = np.random.default_rng(5)
    t = np.arange(40 * RATE) / RATE
    bed = sosfilt(butter(1, 300, fs=RATE, output="sos"), 0.05 * rng.standard_normal(t.size))
    for base in (49.0, 51.91, 58.27, 61.74):
        drone = 0.02 * sum(np.sin(2 * np.pi * base * h * t) / h for h in range(1, 8)) + bed
        assert measure(Audio(drone.astype(np.float32)[None], RATE), "mix", only=frozenset({"hum"}))["hum"].value is None
    loop = np.tile(rng.standard_normal(RATE // 2) * np.exp(-t[: RATE // 2] / 0.05), 80)  # a line every 2 Hz, at 50 and 100 Hz too
    assert measure(Audio((0.1 * loop + bed).astype(np.float32)[None], RATE), "mix", only=frozenset({"hum"}))["hum"].value is None


def test_clicks_and_dropouts_are_told_with_when_they_are() -> None:
    samples = sosfilt(butter(1, 1000, fs=RATE, output="sos"), noise(4, -20.0, 12.0).samples, axis=1).astype(np.float32)
    for at_s in (2.1, 5.35):
        samples[:, round(at_s * RATE)] += 0.5
    mix = Audio(samples, RATE)
    found = warned(measure_song(Song("x", "x", mix, (), {}), only=WANTED | {"clicks"}))
    assert "there are at least 2 clicks, at 0:02.10, 0:05.35" in sentence(found["technical-click"])
    broken = noise(4, -20.0, 12.0).samples.copy()
    broken[:, 3 * RATE : 3 * RATE + 90] = 0.0
    assert "there is a dropout at 0:03.00" in sentence(warned(measured(Audio(broken, RATE)))["technical-dropout"])


def test_hum_that_nobody_hears_is_not_told() -> None:
    assert warned(measured(faded(with_hum(voice(), 50.0, -95.0)))) == {}


def test_neither_a_held_note_nor_a_fast_beat_is_hum() -> None:
    t = np.arange(8 * RATE) / RATE
    held = sum(np.sin(2 * np.pi * 49.0 * h * t) / h for h in range(1, 8))  # G1
    beat = np.sin(2 * np.pi * 60 * t) * np.exp(-(t % 0.1) / 0.02)  # 600 strokes a minute
    for wave in (held, beat):
        audio = Audio(np.tile((0.1 * wave).astype(np.float32), (2, 1)) + noise(3, -60, 8.0).samples, RATE)
        assert measure(audio, "mix", only=WANTED)["hum"].value is None


@settings(max_examples=6, deadline=None)
@given(st.floats(-30, 5), st.sampled_from([50.0, 60.0]))
def test_a_gain_moves_the_level_of_hum_and_not_its_frequency(gain_db: float, base: float) -> None:
    audio = with_hum(voice(), base, -55.0)
    one, other = (measure(a, "stem", only=WANTED) for a in (audio, scaled(audio, gain_db)))
    assert scalar(other, "hum") == pytest.approx(scalar(one, "hum"), abs=0.01)
    assert scalar(other, "hum_level") == pytest.approx(scalar(one, "hum_level") + gain_db, abs=0.05)


@pytest.mark.parametrize("cut_hz", [11_000.0, 16_000.0])
def test_a_low_bit_rate_is_found_by_its_cut_off(cut_hz: float) -> None:
    # A brick wall as an encoder's filter bank makes it: bins beyond are gone.
    spectrum = np.fft.rfft(noise(4, -20, 8.0).samples)
    spectrum[:, np.fft.rfftfreq(8 * RATE, 1 / RATE) > cut_hz] *= 1e-4
    coded = faded(Audio(np.fft.irfft(spectrum, n=8 * RATE).astype(np.float32), RATE))
    assert scalar(measure(coded, "mix", only=WANTED), "cut_off") == pytest.approx(cut_hz, abs=150)
    assert f"wall at {cut_hz / 1000:.0f}" in sentence(only_one(measured(coded, "other", coded))).replace(".1 kHz", " kHz")


def test_a_dark_sound_and_a_tone_over_noise_have_no_cut_off() -> None:
    for order, hz in ((2, 3000), (4, 8000), (8, 12_000)):
        dark = sosfiltfilt(butter(order, hz, fs=RATE, output="sos"), noise(4, -20, 8.0).samples, axis=1)
        assert measure(Audio(dark.astype(np.float32), RATE), "mix", only=WANTED)["cut_off"].value is None
    assert measure(clean(), "mix", only=WANTED)["cut_off"].value is None


def test_a_low_sample_rate_is_told_and_its_cut_off_is_not_told_again() -> None:
    audio = faded(Audio(noise(4, -20, 8.0, rate=22050).samples, 22050))
    suggestion = only_one(measured(audio))
    assert suggestion.id == "technical-sample-rate" and "22.05 kHz" in sentence(suggestion) and "11 kHz" in sentence(suggestion)


def test_a_song_that_is_cut_in_the_middle_of_a_sound_clicks_at_that_end() -> None:
    samples = clean(1, 12.0).samples.copy()
    loudest = int(np.abs(samples[:, 6 * RATE : 8 * RATE]).max(axis=0).argmax()) + 6 * RATE
    cut = Audio(samples[:, : loudest + 1].copy(), RATE)
    suggestion = only_one(measured(cut))
    step = scalar(measure(cut, "mix", only=WANTED), "end_step")
    assert suggestion.id == "technical-end" and f"−{abs(step or 0):.0f} dBFS" in sentence(suggestion)
    late = Audio(samples[:, loudest:].copy(), RATE)
    assert only_one(measured(late)).id == "technical-start"


def test_an_excerpt_may_begin_and_end_anywhere() -> None:
    samples = music(1, 8.0).samples
    assert not {"technical-start", "technical-end"} & set(warned(measure_song(Song("x", "x", Audio(samples, RATE), (), {}), only=WANTED)))


def test_sharp_s_sounds_are_told_of_a_voice() -> None:
    assert "technical-sibilance-Guitar" not in warned(measured(voice(), "vocals", voice(sharp_db=-8.0)))
    hissing = voice(sharp_db=5.0)
    found = warned(measured(voice(), "vocals", hissing))["technical-sibilance-Guitar"]
    level = scalar(measure(hissing, "stem", only=WANTED, role="vocals"), "sibilant_level")
    assert level is not None and f"{level:.1f} dB louder" in sentence(found) and "de-esser" in sentence(found)


@settings(max_examples=5, deadline=None)
@given(st.floats(-30, 5))
def test_a_gain_changes_neither_sibilance_nor_cut_off(gain_db: float) -> None:
    one, other = (measure(a, "stem", only=WANTED) for a in (voice(), scaled(voice(), gain_db)))
    assert scalar(other, "sibilant_level") == pytest.approx(scalar(one, "sibilant_level"), abs=0.01)
    assert scalar(other, "cut_off") == scalar(one, "cut_off")


def test_a_resonance_is_told_with_its_frequency() -> None:
    base = noise(6, -25, 10.0).samples
    b, a = iirpeak(1240.0, 30, fs=RATE)
    ringing = faded(Audio((base + 9 * lfilter(b, a, base, axis=1)).astype(np.float32), RATE))
    suggestion = only_one(measured(faded(Audio(base, RATE)), "drums", ringing, name="Snare"))
    assert suggestion.id.startswith("technical-resonance-") and suggestion.target.name == "Snare" and suggestion.confidence < 0.8
    told = float(sentence(suggestion).split("On “Snare”, ")[1].split(" kHz")[0]) * 1000
    assert told == pytest.approx(1240, rel=0.03)  # half of a 1/24 octave and a little


def test_notes_with_harmonics_are_no_resonances() -> None:
    track = measured(clean(), "other", clean(2))
    notes = {"resonances": Measurement(np.array([392.0, 784.0])), "resonance_levels": Measurement(np.array([28.0, 23.0]))}
    stem = replace(track.stems[0], values={**track.stems[0].values, **notes})
    assert warned(replace(track, stems=(stem,))) == {}


def test_what_a_separator_left_is_no_fault_of_the_music() -> None:
    base = clean().samples
    bad = with_hum(Audio(np.clip(20 * base, -1, 1) + np.float32(0.02), RATE), 50.0, -30.0)
    assert warned(measured(clean(), "other", bad)) != {}
    for origin in ("embedded", "demucs:htdemucs"):
        assert warned(measured(clean(), "other", bad, origin)) == {}


def test_many_stems_with_the_same_fault_are_one_warning() -> None:
    shifted = faded(Audio(clean().samples + np.float32(0.012), RATE))
    stems = tuple(Stem(f"S{i}", "other", "supplied", shifted) for i in range(6))
    found = technical_checks(measure_song(Song("x", "x", clean(), stems, {}), only=WANTED))
    assert len(found) == 1 and "The same is true of “S1”, “S2” and 3 more." in sentence(found[0])


@settings(max_examples=5, deadline=None)
@given(st.floats(-30, -1))
def test_turning_a_clean_mix_down_warns_of_nothing(gain_db: float) -> None:
    assert warned(measured(scaled(clean(), gain_db))) == {}


def test_untouched_songs_are_left_alone(real_music: Path) -> None:
    songs = sorted((real_music / "musdb18-7s" / "train").glob("*.stem.mp4"))[::12]
    found = {path.name: {*warned(measure_song(open_song(path), only=WANTED))} - {"technical-true-peak"} for path in songs}
    assert len(songs) >= 8 and sum(map(len, found.values())) <= 1, found
