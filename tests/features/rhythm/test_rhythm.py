"""Rhythm: clicks at known tempi, patterns with known answers, librosa on the same music."""

from __future__ import annotations

import csv
from pathlib import Path

import librosa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.features.descriptor import SongParts, Values, scalar, vector
from mixassistant.features.measure import measure, measure_together
from mixassistant.features.representations import Representations
from mixassistant.features.rhythm.beats import beats
from mixassistant.features.rhythm.descriptors import IDS
from mixassistant.features.rhythm.onsets import onset_envelope, onsets, pick_peaks
from signals import noise, sine

RATE = 44100
ONLY = frozenset(IDS)


def clicks(times_s: NDArray[np.float64], duration_s: float, strengths: NDArray[np.float64] | None = None, seed: int = 0) -> Audio:
    """Return short decaying bursts of noise at these times over a very quiet noise."""
    rng = np.random.default_rng(seed)
    samples = 1e-5 * rng.standard_normal(int(duration_s * RATE))
    burst = rng.standard_normal(2000) * np.exp(-np.arange(2000) / 300)
    for time, strength in zip(times_s, np.ones(times_s.size) if strengths is None else strengths, strict=True):
        at = int(time * RATE)
        end = min(at + burst.size, samples.size)
        samples[at:end] += 0.3 * strength * burst[: end - at]
    return Audio(samples[None].astype(np.float32), RATE)


def row(bpm: float, duration_s: float, start_s: float = 0.3) -> NDArray[np.float64]:
    return np.arange(start_s, duration_s - 0.1, 60 / bpm)


def rhythm(audio: Audio) -> Values:
    return measure(audio, "mix", only=ONLY)


@pytest.mark.parametrize("bpm", [70, 90, 120, 133.3, 160, 180])
def test_clicks_have_their_tempo_and_beats(bpm: float) -> None:
    times = row(bpm, 25)
    found = rhythm(clicks(times, 25))
    assert scalar(found, "bpm") == pytest.approx(bpm, rel=0.005)
    assert scalar(found, "tempo") == pytest.approx(bpm, rel=0.02)
    assert scalar(found, "bpm_is_defined") == 1
    beat = vector(found, "beats")
    assert beat is not None
    assert np.abs(beat[:, None] - times).min(axis=1).max() < 0.025
    assert scalar(found, "beat_regularity") == pytest.approx(0, abs=0.006)
    assert scalar(found, "beat_count") == beat.size


def test_onsets_are_found_once_and_on_time() -> None:
    times = np.sort(np.random.default_rng(3).choice(np.arange(0.5, 19.5, 0.12), 60, replace=False))
    found = Representations(clicks(times, 20)).once(onsets)
    assert found.times_s.size == times.size
    assert np.abs(found.times_s - times).max() < 0.03
    assert scalar(rhythm(clicks(times, 20)), "ioi_mean") == pytest.approx(np.diff(times).mean(), rel=0.01)


def test_what_lies_beside_the_beats_is_told() -> None:
    # Strong beats that the tracker holds on to; between them, off the beat by a quarter, as many of the same strength.
    beat = row(100, 30)
    found = rhythm(clicks(np.sort(np.concatenate([beat, beat[:-1] + 0.25 * 0.6])), 30))
    assert scalar(found, "bpm") == pytest.approx(100, rel=0.01)
    assert scalar(found, "on_beat_ratio") == pytest.approx(0.5, abs=0.06)
    assert scalar(found, "syncopation") == pytest.approx(0, abs=0.06)


def test_even_intervals_are_even_and_simple() -> None:
    even = rhythm(clicks(row(120, 30), 30))
    assert scalar(even, "rhythmic_evenness") == pytest.approx(1, abs=0.02)
    assert scalar(even, "rhythmic_complexity") == pytest.approx(0, abs=0.02)
    rng = np.random.default_rng(1)
    mixed = np.cumsum(np.concatenate([[0.3], rng.choice([0.125, 0.25, 0.5, 1.0], 45)]))
    found = rhythm(clicks(mixed[mixed < 29], 30))
    assert (scalar(found, "rhythmic_evenness") or 1) < 0.7
    if found["rhythmic_complexity"].value is not None:
        assert (scalar(found, "rhythmic_complexity") or 0) > 0.3


def test_the_pattern_of_a_bar_shows_where_things_begin() -> None:
    # A bar at 120: strong one, weaker two to four, and an eighth after three.
    bars = np.arange(0.3, 38, 2.0)
    times = np.concatenate([bars, bars + 0.5, bars + 1.0, bars + 1.5, bars + 1.25])
    strengths = np.concatenate([np.full(bars.size, 3.0), np.ones(4 * bars.size)])
    order = np.argsort(times)
    pattern = vector(rhythm(clicks(times[order], 40, strengths[order])), "rhythm_pattern")
    assert pattern is not None
    assert pattern.sum() == pytest.approx(1)
    assert set(np.argsort(pattern)[-5:]) == {0, 4, 8, 10, 12}
    assert pattern.argmax() == 0


@pytest.mark.parametrize("audio", [noise(duration_s=20), sine(440, duration_s=20)], ids=["noise", "tone"])
def test_what_has_no_beat_says_so(audio: Audio) -> None:
    found = rhythm(audio)
    assert scalar(found, "bpm_is_defined") == 0
    for name in ("bpm", "beats", "syncopation", "rhythmic_complexity", "beat_regularity", "rhythm_pattern"):
        assert found[name].value is None
        assert found[name].reason


def test_a_tone_has_no_onsets() -> None:
    assert pick_peaks(Representations(sine(440, duration_s=5)).once(onset_envelope)[10:-10]).size == 0


@settings(max_examples=5, deadline=None)
@given(st.floats(-40, 0), st.booleans())
def test_level_and_polarity_change_nothing(gain_db: float, inverted: bool) -> None:
    audio = clicks(row(110, 15), 15)
    factor = np.float32(10 ** (gain_db / 20) * (-1 if inverted else 1))
    found, expected = rhythm(Audio(audio.samples * factor, RATE)), rhythm(audio)
    for name in ("bpm", "syncopation", "onset_strength_mean", "onset_count", "beat_clarity"):
        assert found[name].value == pytest.approx(expected[name].value, rel=1e-3, abs=1e-3), name


def test_silence_before_it_adds_no_beats() -> None:
    audio = clicks(row(120, 20), 20)
    late = Audio(np.pad(audio.samples, ((0, 0), (5 * RATE, 0))), RATE)
    found, expected = rhythm(late), rhythm(audio)
    first, second = vector(found, "beats"), vector(expected, "beats")
    assert first is not None and second is not None
    assert first.size == second.size
    assert first - 5 == pytest.approx(second, abs=0.012)


def test_another_sample_rate_gives_the_same_tempo() -> None:
    from mixassistant.audio.resample import resample

    audio = clicks(row(97, 20), 20)
    assert scalar(rhythm(resample(audio, 48000)), "bpm") == pytest.approx(scalar(rhythm(audio), "bpm"), rel=0.002)


def test_stems_are_held_against_the_beats_of_the_mix() -> None:
    beat = row(100, 30)
    # The drums are louder: the beats are theirs.
    drums, bass = clicks(beat, 30), clicks(beat[::2] + 0.15, 30, np.full(beat[::2].size, 0.2), seed=1)
    whole = Audio(drums.samples + bass.samples, RATE)
    mix = Representations(whole)
    parts = SongParts(mix, {"drums": Representations(drums), "bass": Representations(bass)}, {"mix": measure(mix, "mix", only=ONLY)})
    found = measure_together(
        parts, frozenset(f"{k}_{r}" for k in ("syncopation", "onset_density_average") for r in ("drums", "bass", "other"))
    )
    assert scalar(found, "syncopation_drums") == pytest.approx(0, abs=0.05)
    assert scalar(found, "syncopation_bass") == pytest.approx(1, abs=0.05)
    assert scalar(found, "onset_density_average_drums") == pytest.approx(100 / 60, rel=0.05)
    assert scalar(found, "onset_density_average_bass") == pytest.approx(50 / 60, rel=0.1)
    assert "other" in found["syncopation_other"].reason


def test_the_strength_is_librosas_on_real_music(real_music: Path) -> None:
    audio = decode(real_music / "gtzan" / "rock.00000.wav")
    shared = Representations(audio)
    mono = shared.spectral.read(0, shared.spectral.length)[0]
    expected = librosa.onset.onset_strength(y=mono, sr=RATE)
    found = shared.once(onset_envelope)[: expected.size]
    assert np.corrcoef(found, expected)[0, 1] > 0.999
    ours, theirs = pick_peaks(found), librosa.onset.onset_detect(onset_envelope=expected, sr=RATE)
    assert abs(ours.size - theirs.size) <= 0.05 * theirs.size + 1


@pytest.mark.parametrize("genre", ["blues", "disco", "hiphop", "reggae"])
def test_beats_are_librosas_on_music_with_a_beat(real_music: Path, genre: str) -> None:
    audio = decode(real_music / "gtzan" / f"{genre}.00000.wav")
    shared = Representations(audio)
    found = shared.once(beats)
    mono = shared.spectral.read(0, shared.spectral.length)[0]
    _, expected = librosa.beat.beat_track(y=mono, sr=RATE, bpm=found.bpm, units="time")
    hits = (np.abs(found.times_s[:, None] - expected).min(axis=1) < 0.07).sum()
    assert 2 * hits / (found.times_s.size + expected.size) >= 0.85


def test_tempi_of_the_published_table_up_to_an_octave(real_music: Path) -> None:
    """The table's tempi come from librosa at 22 050 Hz, in steps of 5 % around 120 BPM; half and double count as the same."""
    with (real_music / "gtzan" / "features_30_sec.csv").open(newline="") as file:
        table = {line["filename"]: float(line["tempo"]) for line in csv.DictReader(file)}
    agree = 0
    clips = sorted((real_music / "gtzan").glob("*.wav"))
    for clip in clips:
        found = scalar(rhythm(decode(clip)), "tempo")
        assert found is not None
        gap = abs((np.log2(found / table[clip.name]) + 0.5) % 1 - 0.5)
        agree += gap < np.log2(1.05)
    assert agree >= 0.7 * len(clips)


def test_a_start_out_of_digital_silence_hides_no_other_onset(real_music: Path) -> None:
    clip = decode(next((real_music / "music").glob("Hungarian*")))
    part = Audio(clip.samples[:, 5 * clip.sample_rate_hz : 20 * clip.sample_rate_hz].copy(), clip.sample_rate_hz)
    led = Audio(np.pad(part.samples, ((0, 0), (3 * clip.sample_rate_hz, 0))), clip.sample_rate_hz)
    counts = [measure(audio, "mix", only=frozenset({"onset_count"}))["onset_count"].value for audio in (part, led)]
    assert counts[1] == pytest.approx(counts[0], rel=0.1)
