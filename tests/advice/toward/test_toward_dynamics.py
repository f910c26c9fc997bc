"""Dynamics toward the references: habit and a part of the gap, and a compressor that does so when it is rendered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.advice.toward.dynamics import LEAST_DB, compressor_for, estimate_spread_toward
from mixassistant.audio.audio import Audio
from mixassistant.features.dynamics import spread_of_levels
from mixassistant.processing.chain import render
from mixassistant.processing.compressor import level_frames_db
from mixassistant.processing.moves import Chain

RATE_HZ = 44_100


def singing(seed: int = 0, duration_s: float = 16.0) -> Audio:
    """Return a tone in phrases of different loudness."""
    rng = np.random.default_rng(seed)
    size = RATE_HZ // 2
    gains = np.repeat(10 ** (rng.normal(-22, 6, int(2 * duration_s)) / 20), size)
    return Audio((gains * np.sin(2 * np.pi * 220 * np.arange(gains.size) / RATE_HZ)).astype(np.float32)[None], RATE_HZ)


@settings(deadline=None, max_examples=50)
@given(st.floats(4, 25), st.floats(4, 25), st.floats(0.5, 6), st.floats(0.5, 5), st.floats(-4, 0))
def test_it_is_the_posterior_mean_of_two_normals(measured: float, mean: float, sd: float, error: float, habit: float) -> None:
    found = estimate_spread_toward(measured, (mean, sd), error, habit)
    # What the song should have is known twice: from the references, and from this mix less what it is off by.
    precision = 1 / sd**2 + 1 / error**2
    wanted = (mean / sd**2 + (measured + habit) / error**2) / precision
    assert found.change_db == pytest.approx(wanted - measured, abs=1e-9)
    assert found.sd_db == pytest.approx(precision**-0.5, abs=1e-9)


def test_without_habit_nothing_is_done_in_the_middle_and_never_more_than_the_gap() -> None:
    assert estimate_spread_toward(9.0, (9.0, 2.0), 2.5).change_db == 0.0
    for gap in (-6.0, -1.0, 2.0, 8.0):
        change = estimate_spread_toward(9.0 + gap, (9.0, 2.0), 2.5).change_db
        assert change * gap < 0 and abs(change) < abs(gap)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("change", [-4.0, -5.0])
def test_a_compressor_does_what_is_predicted_when_it_is_rendered(seed: int, change: float) -> None:
    audio = singing(seed)
    levels_db, hop_s = level_frames_db(audio)
    measured = spread_of_levels(levels_db, hop_s)
    assert measured is not None
    found = compressor_for(levels_db, hop_s, change, "vocals", 12.0)
    assert found is not None
    compression, narrowed = found
    assert narrowed == pytest.approx(change, abs=0.5)
    rendered = spread_of_levels(*level_frames_db(render(audio, Chain(compression=compression))))
    assert rendered == pytest.approx(measured + change, abs=0.5)
    assert compression.gain_reduction_db >= LEAST_DB


def test_there_is_no_compressor_for_little_and_none_that_widens() -> None:
    levels_db, hop_s = level_frames_db(singing())
    assert all(compressor_for(levels_db, hop_s, change, "vocals", 12.0) is None for change in (3.0, 0.0, 0.1 - LEAST_DB))
    # Some songs need only their loudest moments held: that is less than a decibel on average.
    assert compressor_for(levels_db, hop_s, -1.5, "vocals", 12.0) is None


def test_a_compressor_takes_no_more_than_its_stage_allows() -> None:
    levels_db, hop_s = level_frames_db(singing())
    free, held = (compressor_for(levels_db, hop_s, -5.0, "vocals", most) for most in (12.0, 1.5))
    assert free is not None
    assert free[0].gain_reduction_db > 1.5
    assert held is None or (held[0].gain_reduction_db <= 1.5 and held[1] > free[1])
