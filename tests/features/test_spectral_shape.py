"""Spectral shape against librosa (an independent implementation) on the same signal, and against closed forms."""

from __future__ import annotations

import functools

import librosa
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.features.descriptor import SUMMARY_LABELS, Values, scalar, summary, vector
from mixassistant.features.frames import FINE
from mixassistant.features.measure import measure
from mixassistant.features.representations import Representations
from mixassistant.features.spectral_shape import _compiled_extremes, band_extremes
from mixassistant.features.steps import zero_crossings
from signals import music, noise, scaled, sine

RATE = 44100


@functools.cache
def sound() -> Audio:
    return music(seed=3, duration_s=8.0)


@functools.cache
def shared() -> Representations:
    return Representations(sound())


def mono(audio: Audio) -> NDArray[np.float32]:
    return np.asarray(audio.samples.mean(axis=0))


def librosa_mean(series: NDArray[np.floating]) -> NDArray[np.float64]:
    active = shared().active_frames(FINE)
    return np.asarray(series[..., : active.size][..., active].mean(axis=-1), dtype=np.float64)


@functools.cache
def measured() -> Values:
    return measure(shared(), "mix")


@pytest.mark.parametrize(
    ("name", "function", "tolerance"),
    [
        ("spectral_centroid", librosa.feature.spectral_centroid, 0.001),
        ("spectral_bandwidth", librosa.feature.spectral_bandwidth, 0.001),
        ("spectral_rolloff", librosa.feature.spectral_rolloff, 0.005),
        ("spectral_rolloff_95", functools.partial(librosa.feature.spectral_rolloff, roll_percent=0.95), 0.005),
        ("spectral_rolloff_15", functools.partial(librosa.feature.spectral_rolloff, roll_percent=0.15), 0.005),
        ("zero_crossing_rate", lambda y, sr: librosa.feature.zero_crossing_rate(y), 0.01),
    ],
)
def test_agrees_with_librosa(name: str, function, tolerance: float) -> None:
    expected = float(librosa_mean(function(y=mono(sound()), sr=RATE)[0]))
    assert scalar(measured(), name) == pytest.approx(expected, rel=tolerance)


def test_mfcc_agree_with_librosa_but_for_the_level() -> None:
    # librosa's decibels are absolute, ours relative to the loudest mel band: only coefficient 0 can tell.
    expected = librosa_mean(librosa.feature.mfcc(y=mono(sound()), sr=RATE, n_mfcc=13))
    found = vector(measured(), "mfcc")
    assert found is not None
    assert found[1:] == pytest.approx(expected[1:], abs=0.05)


def test_contrast_agrees_with_librosa() -> None:
    expected = librosa_mean(librosa.feature.spectral_contrast(y=mono(sound()), sr=RATE, n_bands=6))
    found = vector(measured(), "spectral_contrast")
    assert found is not None
    # librosa takes the mean of power-of-two bands' extremes in amplitude and dB of amplitude-as-power: half of ours in dB; its bands
    # overlap by one bin.
    assert 0.5 * found == pytest.approx(expected, abs=1.5)


def test_flatness_of_noise_and_of_a_tone() -> None:
    white = scalar(measure(noise(duration_s=3.0, channels=1), "mix"), "spectral_flatness")
    tone = scalar(measure(sine(1000, duration_s=3.0), "mix"), "spectral_flatness")
    assert white == pytest.approx(np.exp(-np.euler_gamma), abs=0.01)  # of exponentially distributed powers
    assert tone is not None and tone < 1e-3


def test_centroid_of_a_tone_is_its_frequency() -> None:
    assert scalar(measure(sine(3000, duration_s=2.0), "mix"), "spectral_centroid") == pytest.approx(3000, rel=0.01)


def test_energy_that_sits_low_is_skewed_positively() -> None:
    low = scalar(measure(music(1), "mix"), "spectral_skewness")
    assert low is not None and low > 1


def test_zero_crossings_of_a_sine_are_twice_its_frequency() -> None:
    rates = zero_crossings(Representations(sine(1000, duration_s=1.0, rate=RATE)))
    assert rates[5:-5] == pytest.approx(np.full(rates.size - 10, 2000 / RATE), abs=1.01 / FINE.n_fft)


def test_flux_is_nothing_for_a_steady_tone_and_much_for_noise() -> None:
    steady = vector(measure(sine(1000, duration_s=2.0, rate=RATE), "mix"), "spectral_flux_summary")
    assert steady is not None and steady[SUMMARY_LABELS.index("50 %")] < 0.01
    assert (scalar(measure(noise(duration_s=2.0), "mix"), "spectral_flux") or 0) > 0.4


@given(st.lists(st.floats(-1000, 1000), min_size=5, max_size=60))
def test_summary_agrees_with_scipy(numbers: list[float]) -> None:
    from scipy import stats

    series = np.array(numbers)
    found = summary(series)
    assert found[0] == pytest.approx(series.mean(), abs=1e-9)
    assert found[1] == pytest.approx(series.var(), rel=1e-9, abs=1e-9)
    assert found[-2:] == pytest.approx([series.min(), series.max()])
    if series.std() > 1e-3 * max(1.0, float(np.abs(series).max())):
        assert found[2] == pytest.approx(stats.skew(series), rel=1e-6, abs=1e-6)
        assert found[3] == pytest.approx(stats.kurtosis(series, fisher=False), rel=1e-6)


@settings(max_examples=8, deadline=None)
@given(st.floats(-30, 6))
def test_a_gain_changes_nothing(gain_db: float) -> None:
    found = measure(scaled(sound(), gain_db), "mix")
    for name in ("spectral_centroid", "spectral_flatness", "spectral_flux", "mfcc", "spectral_contrast", "spectral_kurtosis"):
        assert found[name].value == pytest.approx(measured()[name].value, rel=2e-3, abs=2e-3), name


@pytest.mark.parametrize(("low", "high", "count"), [(0, 9, 1), (74, 149, 2), (297, 1025, 15), (3, 18, 15)])
def test_extremes_on_a_processor_are_those_of_sorting(low: int, high: int, count: int) -> None:
    magnitude = torch.from_numpy(np.abs(np.random.default_rng(3).standard_normal((40, 1025))).astype(np.float32))
    magnitude[1] = 0.5  # all alike
    found, expected = _compiled_extremes(magnitude, low, high, count), band_extremes(magnitude, low, high, count)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-7)
