"""Flat tops below full scale: clipping that was turned down afterwards, and what looks a little like it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import resample_poly

from mixassistant.audio.audio import Audio
from mixassistant.audio.source import BLOCK
from mixassistant.features.descriptor import scalar
from mixassistant.features.measure import measure
from signals import music, noise

RATE = 44100
Wave = NDArray[np.float64]


def found(wave: Wave) -> float | None:
    return scalar(measure(Audio(wave.astype(np.float32), RATE), "mix", only=frozenset({"flat_tops"})), "flat_tops")


def clipped(over_db: float = 3.0) -> Wave:
    wave = music(1, 14.0).samples.astype(np.float64)
    top = np.abs(wave).max() * 10 ** (-over_db / 20)
    return np.asarray(0.5 / top * np.clip(wave, -top, top))


def to_16_bits(wave: Wave, dither: bool = False) -> Wave:
    rng = np.random.default_rng(0)
    return np.asarray(np.round(wave * 2**15 + (rng.random(wave.shape) - rng.random(wave.shape) if dither else 0.0)) / 2**15)


@pytest.mark.parametrize("dither", [False, True])
def test_clipping_that_was_turned_down_is_counted_whatever_the_bits(dither: bool) -> None:
    exact = found(clipped())
    assert exact is not None and exact >= 10
    assert found(to_16_bits(clipped(), dither)) == pytest.approx(exact, rel=0.2)


def test_a_gain_changes_nothing() -> None:
    assert found(0.4 * clipped()) == pytest.approx(found(clipped()), rel=0.1)


def test_clipping_of_low_notes_counts_though_many_tops_have_gentle_shoulders() -> None:
    t = np.arange(14 * RATE) / RATE
    wave = 0.3 * (music(1, 14.0).samples + np.sin(2 * np.pi * 41 * t) * (1 + 0.3 * np.sin(2 * np.pi * 0.37 * t)))
    top = np.abs(wave).max() * 10 ** (-3 / 20)
    assert (found(to_16_bits(0.1 / top * np.clip(wave, -top, top))) or 0) > 1000
    assert found(to_16_bits(0.8 * np.tanh(wave / top))) == 0  # saturated, and round


def test_tops_are_counted_once_wherever_the_blocks_meet() -> None:
    wave = np.zeros((1, BLOCK + 2000))
    wave[:, ::100] = 0.3
    for place in (*range(1050, BLOCK - 900, 1000), *range(BLOCK + 1050, BLOCK + 1900, 100)):
        wave[0, place : place + 4] = 0.5
    assert found(wave) == len(range(1050, BLOCK - 900, 1000)) + 9


def test_whole_waves_are_not_flat() -> None:
    t = np.arange(6 * RATE) / RATE
    for wave in (music(2).samples, noise(3).samples, 0.5 * np.sin(2 * np.pi * 41 * t)[None], 0.05 * np.sin(2 * np.pi * 1000 * t)[None]):
        assert found(to_16_bits(wave.astype(np.float64))) == 0


def test_a_limiter_that_looks_ahead_leaves_no_flat_tops() -> None:
    wave = 4 * music(1, 14.0).samples.astype(np.float64)
    gain = np.minimum(1.0, 0.5 / np.maximum(np.abs(wave).max(axis=0), 1e-9))
    limited = wave * uniform_filter1d(minimum_filter1d(gain, 65), 33)
    assert np.abs(limited).max() <= 0.5 + 1e-9
    assert (found(to_16_bits(limited)) or 0) < 10


def test_resampling_makes_flat_tops_round() -> None:
    assert found(resample_poly(clipped(), 160, 147, axis=1)) == 0


def test_square_waves_and_samplers_of_low_rate_are_flat_by_nature() -> None:
    t = np.arange(6 * RATE) / RATE
    assert found(0.3 * np.sign(np.sin(2 * np.pi * 110.3 * t))[None]) is None
    held = np.repeat(noise(5, -20.0, 6.0, channels=1).samples[:, ::8], 8, axis=1).astype(np.float64)
    assert found(np.clip(held, -0.2, 0.2)) is None
