from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mixassistant.features.models import gates

RATE = 44_100
T = np.arange(20 * RATE) / RATE


def noise(slope: float, seed: int = 0) -> np.ndarray:
    """Return noise whose power falls by `slope` × 10 dB per decade."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(T.size))
    spectrum *= np.maximum(np.arange(spectrum.size), 20.0) ** (-slope / 2)
    wave = np.fft.irfft(spectrum, T.size)
    return np.asarray(0.5 * wave / np.abs(wave).max(), dtype=np.float32)


@pytest.mark.parametrize("slope", [0.0, 1.0, 2.0])
def test_noise_of_any_colour_has_neither_key_nor_rhythm(slope: float) -> None:
    assert gates.without_key(noise(slope), RATE) == "no notes stand out"
    assert "no rhythm" in gates.without_rhythm(noise(slope), RATE)


def test_clicks_have_a_rhythm_and_no_key() -> None:
    clicks = noise(0.0) * (np.arange(T.size) % (RATE // 2) < 400)
    assert gates.without_key(clicks, RATE)
    assert not gates.without_rhythm(clicks, RATE)


def test_a_held_chord_may_have_a_key_and_has_no_rhythm() -> None:
    chord = sum(0.1 * np.sin(2 * np.pi * f * T) for f in (220.0, 277.2, 329.6)).astype(np.float32)
    assert not gates.without_key(chord, RATE)
    assert gates.without_rhythm(chord, RATE)


def test_modulation_is_the_coefficient_of_variation_of_the_level() -> None:
    # A level that is 1 half of the time and 3 the other half: mean 2, deviation 1.
    square = np.where(np.arange(T.size) // (RATE // 2) % 2, 3.0, 1.0)
    tone = (square * 0.1 * np.sin(2 * np.pi * 1000 * T)).astype(np.float32)
    assert gates.modulation(tone, RATE) == pytest.approx(0.5, rel=0.01)


def test_short_signals_say_so() -> None:
    assert gates.without_key(noise(0.0)[: 2 * RATE], RATE) == "shorter than 3 s"
    assert gates.without_rhythm(noise(0.0)[: 17 * RATE], RATE) == "shorter than 17.6 s"


def test_silence_is_what_stays_below_minus_60_dbfs() -> None:
    assert gates.is_silent(np.full(100, 0.0009, np.float32))
    assert not gates.is_silent(np.full(100, 0.0011, np.float32))
    assert gates.is_silent(np.zeros(0, np.float32))


@pytest.mark.parametrize("genre", ["blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock"])
def test_real_music_of_every_genre_passes_by_a_margin(genre: str, clip: Callable[..., np.ndarray]) -> None:
    music = clip(f"gtzan/{genre}.00000.wav")
    assert gates.relief_db(music, RATE) > 1.5 * gates.RELIEF_DB
    assert gates.modulation(music, RATE) > 1.5 * gates.MODULATION
