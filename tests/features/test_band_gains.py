"""What was done to stems, from the mix alone: known gains, equalizers and compression are found again."""

from __future__ import annotations

import numpy as np
import pytest

from mixassistant.audio.audio import Audio, mix
from mixassistant.features.band_gains import BandGains, band_gains
from mixassistant.features.bands import BROAD
from mixassistant.features.cross_powers import cross_powers
from mixassistant.features.representations import Representations
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from signals import noise, scaled

RATE = 44100
DURATION_S = 14.0


def playing(seed: int, range_db: float = 30.0) -> Audio:
    """Return white noise whose level changes every 0.8 s, independently of that of other seeds."""
    levels = np.random.default_rng(100 + seed).uniform(-range_db, 0.0, int(DURATION_S / 0.8) + 1)
    t = np.arange(int(DURATION_S * RATE)) / RATE
    envelope = 10 ** (levels[(t / 0.8).astype(int)] / 20)
    return Audio((noise(seed, -20.0, DURATION_S, RATE, 1).samples * envelope).astype(np.float32), RATE)


def found(raw: list[Audio], whole: Audio) -> BandGains:
    theirs = Representations(whole).bands.total
    return band_gains(cross_powers(raw, np.arange(theirs.shape[1])), theirs)


def test_gains_are_found_in_every_band() -> None:
    raw = [playing(seed) for seed in range(3)]
    told = found(raw, mix([scaled(stem, gain) for stem, gain in zip(raw, (4.0, -3.0, 0.0), strict=True)]))
    assert np.abs(told.gains_db - np.array([[4.0], [-3.0], [0.0]])).max() < 0.7
    assert told.unexplained < 0.5 < told.undone
    assert found(raw, scaled(mix(raw), -6.0)).undone < 0.1


def test_an_equalizer_is_found_in_its_band() -> None:
    raw = [playing(seed) for seed in range(2)]
    chain = Chain((Band("high_shelf", 4000.0, 6.0, 0.7),))
    told = found(raw, mix([render(raw[0], chain), raw[1]]))
    assert told.gains_db[0, BROAD.index("brilliance")] == pytest.approx(6.0, abs=0.8)
    assert told.gains_db[0, BROAD.index("mids")] == pytest.approx(0.0, abs=0.8)
    assert np.abs(told.gains_db[1]).max() < 0.8


def test_a_compressed_stem_has_a_slope_and_one_that_is_not_has_none() -> None:
    raw = [playing(seed) for seed in range(2)]
    envelope = np.sqrt(np.convolve((raw[0].samples[0] ** 2), np.ones(2048) / 2048, "same"))
    squeezed = Audio((raw[0].samples * np.maximum(envelope, 1e-5) ** -0.4).astype(np.float32), RATE)
    told = found(raw, mix([scaled(squeezed, -12.0), raw[1]]))
    assert told.slopes[0] == pytest.approx(-0.4, abs=0.1)
    assert told.slopes[1] == pytest.approx(0.0, abs=0.1)


def test_a_stem_that_is_not_heard_tells_nothing() -> None:
    raw = [playing(0), scaled(playing(1), -60.0)]
    told = found(raw, mix(raw))
    assert np.isnan(told.gains_db[1]).all() and np.isnan(told.slopes[1])
    assert np.isfinite(told.gains_db[0]).all()


def test_a_mix_without_sound_tells_nothing() -> None:
    raw = [playing(seed) for seed in range(2)]
    told = found(raw, Audio(np.zeros((1, raw[0].length), np.float32), RATE))
    assert np.isnan(told.gains_db).all() and np.isnan(told.slopes).all() and np.isnan(told.unexplained)
