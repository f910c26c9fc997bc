"""Clicks and dropouts are found when they are, and strokes, breaks and held values by nature are none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from mixassistant.audio.audio import Audio
from mixassistant.features.descriptor import vector
from mixassistant.features.measure import measure
from signals import noise

RATE = 44100


def found(samples: NDArray[np.float32], name: str, rate: int = RATE) -> NDArray[np.float64] | None:
    return vector(measure(Audio(samples.astype(np.float32), rate), "mix", only=frozenset({"clicks", "dropouts"})), name)


def sound(seed: int = 1, duration_s: float = 14.0) -> NDArray[np.float32]:
    """Return something like a held chord: tones and noise that swell and fade."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(duration_s * RATE)) / RATE
    tones = sum(np.sin(2 * np.pi * hz * t + rng.uniform(0, 6, (2, 1))) / hz**0.5 for hz in (110, 165, 330, 880, 1760, 3520))
    coloured = sosfilt(butter(1, 2000, fs=RATE, output="sos"), rng.standard_normal((2, t.size)), axis=1)
    return np.asarray((1 + 0.5 * np.sin(2 * np.pi * 0.7 * t)) * (0.2 * tones + 0.02 * coloured), dtype=np.float32)


def struck(seed: int = 1) -> NDArray[np.float32]:
    """Return hard strokes of noise that set in within one sample and die away, four a second, over music."""
    t = np.arange(sound(seed).shape[1]) / RATE
    hits = np.random.default_rng(seed).standard_normal(t.size) * np.exp(-(t % 0.25) / 0.02)
    return sound(seed) + (0.3 * hits).astype(np.float32)


@pytest.mark.parametrize("at_s", [2.345, 9.99, 10.0, 12.5])
def test_a_click_is_found_to_the_millisecond_also_where_pieces_meet(at_s: float) -> None:
    samples = sound()
    samples[:, round(at_s * RATE)] += 0.15
    assert found(samples, "clicks") == pytest.approx([at_s], abs=0.001)


def test_clicks_of_some_samples_in_one_channel_are_found() -> None:
    samples = sound(2)
    for at in (150_000, 300_000):
        samples[0, at : at + 8] *= -1.0
        samples[0, at : at + 8] += 0.3
    assert found(samples, "clicks") == pytest.approx(np.array([150_000, 300_000]) / RATE, abs=0.001)


def test_strokes_are_no_clicks() -> None:
    assert found(struck(), "clicks") == pytest.approx([])
    assert found(noise(2, -20, 6.0).samples, "clicks") == pytest.approx([])


def test_a_low_passed_wave_has_no_clicks() -> None:
    dark = sosfilt(butter(4, 2000, fs=RATE, output="sos"), struck(), axis=1)
    assert found(dark, "clicks") == pytest.approx([])


@pytest.mark.parametrize("rate", [44100, 96000])
def test_a_gap_within_sound_is_a_dropout(rate: int) -> None:
    samples = noise(4, -20.0, 6.0, rate).samples.copy()
    samples[:, 2 * rate : 2 * rate + rate // 300] = 0.0
    assert found(samples, "dropouts", rate) == pytest.approx([2.0], abs=0.001)


def test_a_value_that_sticks_is_a_dropout() -> None:
    samples = noise(4, -20.0, 6.0).samples.copy()
    samples[:, 100_000:100_200] = 0.01
    assert found(samples, "dropouts") == pytest.approx([100_000 / RATE], abs=0.001)


def test_breaks_fades_and_square_waves_are_no_dropouts() -> None:
    samples = noise(4, -20.0, 6.0).samples.copy()
    samples[:, 100_000:120_000] = 0.0  # a break of half a second
    fade = np.linspace(1, 0, 400, dtype=np.float32)
    samples[:, 200_000:200_400] *= fade
    samples[:, 200_400:200_800] = 0.0
    samples[:, 200_800:201_200] *= fade[::-1]
    assert found(samples, "dropouts") == pytest.approx([])
    t = np.arange(4 * RATE) / RATE
    assert found(0.2 * np.sign(np.sin(2 * np.pi * 110.3 * t))[None], "dropouts") == pytest.approx([])


def test_crackle_throughout_belongs_to_the_sound() -> None:
    samples = sound(5)
    places = np.random.default_rng(0).integers(1000, samples.shape[1] - 1000, 60)
    samples[:, places] += 0.3
    assert found(samples, "clicks") is None
