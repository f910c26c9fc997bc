"""Spectrum, stereo, integrity and the registry as a whole."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.audio.audio import Audio
from mixassistant.audio.resample import resample
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.features.measure import measure
from mixassistant.features.representations import _clipped_runs, band_weights
from mixassistant.features.track_json import track_from_json, track_to_json
from signals import music, noise, scaled, sine

HEARD = (CENTRES_HZ > 60) & (CENTRES_HZ < 16000)


def test_white_noise_rises_by_one_decibel_per_third_octave() -> None:
    ltas = vector(measure(noise(0, duration_s=30), "mix"), "ltas")
    assert np.diff(ltas[HEARD]) == pytest.approx(np.full(HEARD.sum() - 1, 1.0), abs=0.35)
    assert scalar(measure(noise(0, duration_s=30), "mix"), "tilt") == pytest.approx(3.0, abs=0.1)


def test_a_sine_falls_into_its_band() -> None:
    ltas = vector(measure(sine(1000), "mix"), "ltas")
    assert int(ltas.argmax()) == 17 and ltas[17] == pytest.approx(0.0, abs=0.05)


def test_the_bands_share_the_spectrum_without_overlap() -> None:
    total = band_weights().sum(axis=1)
    assert total.max() <= 1 + 1e-5
    assert total[100:6000].min() == pytest.approx(1.0, abs=1e-5)


@settings(max_examples=8, deadline=None)
@given(st.floats(-40, 12))
def test_gain_never_shows_in_the_spectrum_or_the_stereo_image(gain_db: float) -> None:
    a, b = (measure(x, "stem") for x in (music(2), scaled(music(2), gain_db)))
    assert np.abs(vector(a, "ltas") - vector(b, "ltas")).max() < 0.05
    for name in ("width", "correlation", "balance", "tilt"):
        assert scalar(a, name) == pytest.approx(scalar(b, name), abs=0.02)


@pytest.mark.parametrize("rate", [48000, 96000])
def test_the_sample_rate_does_not_show(rate: int) -> None:
    a, b = (measure(x, "mix") for x in (music(3), resample(music(3), rate)))
    assert np.abs(vector(a, "ltas") - vector(b, "ltas"))[HEARD].max() < 0.2
    for name, step in (("lufs", 0.05), ("true_peak", 0.2), ("dynamic_spread", 0.2)):
        assert scalar(a, name) == pytest.approx(scalar(b, name), abs=step)


def test_swapping_channels_flips_balance_and_nothing_else() -> None:
    audio = Audio(music(4).samples * np.float32([[1.0], [0.5]]), 44100)
    a, b = (measure(x, "mix") for x in (audio, Audio(audio.samples[::-1], 44100)))
    assert scalar(a, "balance") == pytest.approx(-scalar(b, "balance"), abs=1e-6)
    for name in ("lufs", "width", "correlation", "mono_loss", "true_peak"):
        assert scalar(a, name) == pytest.approx(scalar(b, name), abs=1e-4)


def test_stereo_closed_forms() -> None:
    mono, apart = sine(1000), noise(5, duration_s=10)
    inverted = Audio(mono.samples * np.float32([[1], [-1]]), 48000)
    assert scalar(measure(mono, "mix"), "correlation") == pytest.approx(1.0, abs=1e-3)
    assert scalar(measure(mono, "mix"), "mono_loss") == pytest.approx(0.0, abs=0.01)
    assert scalar(measure(apart, "mix"), "correlation") == pytest.approx(0.0, abs=0.03)
    assert scalar(measure(apart, "mix"), "mono_loss") == pytest.approx(3.0, abs=0.1)
    assert scalar(measure(apart, "mix"), "width") == pytest.approx(0.0, abs=0.2)
    assert scalar(measure(inverted, "mix"), "polarity") == 1.0


def test_only_flat_tops_clip() -> None:
    beyond = scaled(music(6), 30)  # a sum in floating point: loud, but round at its tops
    assert np.abs(beyond.samples).max() > 2
    assert scalar(measure(beyond, "mix"), "clipping") == 0
    ceiling = Audio(np.clip(beyond.samples, -1.5, 1.5), 44100)  # clipped before a fader above 0 dB
    assert scalar(measure(ceiling, "mix"), "clipping") > 10
    low = Audio(np.full((1, 44100 * 4), 0.99, np.float32), 44100)
    assert scalar(measure(low, "mix"), "clipping") == 0


@pytest.mark.parametrize("seed", range(6))
def test_flat_tops_are_counted_the_same_whatever_the_blocks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.choice([0.0, 0.5, 1.0, -1.0, 1.0, 1.2], 4000).astype(np.float32)
    expected = sum(abs(v) >= 0.9999 and len([*same]) >= 3 for v, same in itertools.groupby(values))
    count, held = 0, (0, 0.0)
    for block in np.split(values, np.sort(rng.choice(np.arange(1, 4000), 700, replace=False))):
        found, held = _clipped_runs(block, *held)
        count += found
    assert count == expected > 10
    assert _clipped_runs(values, 0, 0.0)[0] == expected


def test_faults_are_found_and_clean_sound_is_quiet() -> None:
    clean = measure(music(6), "mix")
    assert [scalar(clean, n) for n in ("clipping", "silent_channel", "polarity")] == [0.0, 0.0, 0.0]
    hot = Audio(np.clip(scaled(music(6), 30).samples, -1, 1), 44100)
    assert scalar(measure(hot, "mix"), "clipping") > 10
    one = Audio(music(6).samples * np.float32([[1], [0]]), 44100)
    assert scalar(measure(one, "mix"), "silent_channel") == 1.0
    assert scalar(measure(Audio(music(6).samples + np.float32(0.01), 44100), "mix"), "dc_offset") == pytest.approx(0.01, abs=0.001)


@pytest.mark.parametrize(
    "audio", [music(7), noise(1), sine(50, channels=1), Audio(np.zeros((2, 200000), np.float32), 44100), noise(2, rate=8000)]
)
def test_every_descriptor_is_measured_within_its_range_or_has_a_reason(audio: Audio) -> None:
    for scope in ("mix", "stem"):
        values = measure(audio, scope)
        of_songs = {identifier for ids, _ in REGISTRY.song_extractors for identifier in ids}
        expected = {d.id for d in REGISTRY if scope in d.scopes and d.id != "level"} - of_songs
        assert set(values) == expected
        for identifier, found in values.items():
            low, high = REGISTRY[identifier].range
            if found.value is None:
                assert found.reason
            else:
                numbers = np.atleast_1d(found.value)
                assert np.isfinite(numbers).all()
                assert (numbers >= low).all() and (numbers <= high).all(), identifier


def test_every_descriptor_is_declared_in_full() -> None:
    for descriptor in REGISTRY:
        assert descriptor.name and descriptor.description.endswith(".") and descriptor.source
        assert descriptor.step > 0 and descriptor.range[0] < descriptor.range[1]
        if descriptor.shape == "scalar" and np.isfinite(descriptor.range[0]):
            assert descriptor.format(descriptor.range[0]).startswith(("−", "0")) or descriptor.range[0] > 0


def test_a_track_survives_json_bit_for_bit() -> None:
    from mixassistant.features.measure import measure_song
    from mixassistant.stems.stem import Song, Stem

    stem = Stem("A", "drums", "supplied", music(1))
    song = Song(
        "x", "h", music(1), (stem, Stem("B", "drums", "supplied", music(2)), Stem("V", "vocals", "supplied", music(3))), {"artist": "é"}
    )
    track = measure_song(song)
    again = track_from_json(track_to_json(track))
    assert np.array_equal(vector(again.roles["drums"], "ltas"), vector(track.roles["drums"], "ltas"))
    assert np.array_equal(again.fingerprint, track.fingerprint)
    assert again.roles["vocals"]["level"] == track.roles["vocals"]["level"]
    assert again.tags == {"artist": "é"}
