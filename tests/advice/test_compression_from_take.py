"""Compression between two versions of one take: found from moment to moment, and nothing where no compressor explains the difference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mixassistant.advice.compression import TIMES_S
from mixassistant.advice.compression_from_take import estimate_compression_from_take
from mixassistant.features.dynamics import spread_of_levels
from mixassistant.processing.ballistics import simulate
from mixassistant.processing.compressor import detected_levels, is_active, mean_reduction_db, reduction_curve
from mixassistant.processing.moves import Compression
from mixassistant.profiles.expectation import Take

HOP_S = 32 / 44100
Levels = NDArray[np.float64]


def singer(seed: int = 0, seconds: float = 20.0) -> Levels:
    """Return a singer's level envelope: phrases of different loudness with pauses, in dBFS."""
    rng = np.random.default_rng(seed)
    length = round(0.5 / HOP_S)
    phrases = np.where(rng.random(int(2 * seconds)) < 0.15, -60.0, rng.normal(-22, 5, int(2 * seconds)))
    return np.repeat(phrases, length) + rng.normal(0, 0.5, phrases.size * length)


def take_of(levels_db: Levels, lag_s: float = 0.0, hop_s: float = 0.05) -> Take:
    """Return what is known of a version: its levels in frames of 50 ms, from `lag_s` on."""
    total = np.concatenate([[0.0], np.cumsum(10 ** (levels_db / 10))])
    edges = (np.arange(int((levels_db.size * HOP_S - lag_s) / hop_s) + 1) * hop_s + lag_s) / HOP_S
    power = np.diff(np.interp(edges, np.arange(total.size), total)) / np.diff(edges)
    return Take(np.round(10 * np.log10(power), 2), hop_s)


def compressed(levels_db: Levels, settings: Compression) -> Levels:
    return np.asarray(levels_db - reduction_curve(levels_db, settings, HOP_S) + 3.0)  # made up by any gain


def estimate(levels_db: Levels, take: Take):  # type: ignore[no-untyped-def]
    return estimate_compression_from_take(levels_db, HOP_S, take, "vocals", spread_of_levels(levels_db, HOP_S) or 0.0)


@pytest.mark.parametrize(("threshold", "ratio", "attack", "release"), [(-26, 3, 0.0075, 0.4), (-30, 2, 0.012, 0.25), (-22, 6, 0.005, 0.7)])
@pytest.mark.parametrize("lag_s", [0.0, 0.0231, -0.0412])
def test_the_other_versions_compression_is_found(threshold: float, ratio: float, attack: float, release: float, lag_s: float) -> None:
    settings_ = Compression(threshold, ratio, attack, release, 6.0, 0.0, 0.0)
    levels = singer()
    other = compressed(levels, settings_)
    true = mean_reduction_db(levels, settings_, HOP_S)
    if lag_s < 0:  # the other version begins earlier
        other = np.concatenate([np.full(round(-lag_s / HOP_S), -100.0), other])
    found = estimate(levels, take_of(other, max(lag_s, 0.0)))
    assert found is not None and found.verdict == "compress" and found.compression is not None
    assert found.compression.gain_reduction_db == pytest.approx(true, abs=1.0)  # drawn towards what people use
    assert found.low_db <= true <= found.high_db


def test_a_long_stem_is_judged_by_parts_of_it() -> None:
    settings_ = Compression(-26.0, 3.0, 0.0075, 0.4, 6.0, 0.0, 0.0)
    levels = singer(3, 120.0)
    found = estimate(levels, take_of(compressed(levels, settings_), 0.017))
    assert found is not None and found.compression is not None
    assert found.compression.gain_reduction_db == pytest.approx(mean_reduction_db(levels, settings_, HOP_S), abs=0.8)


@settings(max_examples=10, deadline=None)
@given(st.floats(-20, 20), st.integers(0, 50), st.floats(0, 0.1))
def test_the_same_performance_wants_nothing_at_any_gain_and_shift(gain_db: float, seed: int, lag_s: float) -> None:
    levels = singer(seed)
    assert estimate(levels, take_of(levels + gain_db, lag_s)) is None


@pytest.mark.parametrize("size_db", [0.3, 1.0, 3.0])
def test_what_no_compressor_explains_is_left_alone(size_db: float) -> None:
    rng = np.random.default_rng(1)
    levels = singer()
    knots = rng.normal(0, size_db, 100)
    other = levels + np.interp(np.arange(levels.size) * HOP_S, np.arange(100) * 0.2, knots)  # somebody rode the fader
    assert estimate(levels, take_of(other)) is None


def test_a_stem_that_is_denser_than_the_other_version_is_told_so() -> None:
    levels = singer()
    dense = compressed(levels, Compression(-30.0, 4.0, 0.0075, 0.4, 6.0, 0.0, 0.0))
    found = estimate(dense, take_of(levels))
    assert found is not None and found.verdict == "over-compressed" and found.compression is None


@pytest.mark.parametrize("levels", [np.full(30_000, -120.0), singer(0, 0.5), np.zeros(0)])
def test_silence_and_next_to_nothing_say_nothing(levels: Levels) -> None:
    assert estimate_compression_from_take(levels, HOP_S, take_of(singer()), "vocals", 5.0) is None
    assert estimate(singer(), Take(np.full(400, -120.0), 0.05)) is None
    assert estimate(singer(), Take(np.zeros(0), 0.05)) is None


def test_the_search_compresses_as_the_compressor_does() -> None:
    levels = singer()
    attack, release = TIMES_S["vocals"]
    settings_ = Compression(-28.0, 3.0, attack, release, 6.0, 0.0, 0.0)
    edges = np.arange(0.3, levels.size - 1, 68.9)
    rise, fall = (1 - np.exp(-HOP_S / t) for t in (attack, release))
    active = is_active(levels, HOP_S)
    power, reduction = simulate(10 ** (levels / 10), detected_levels(levels, HOP_S), active, -28.0, 3.0, 6.0, rise, fall, edges)
    curve = levels - reduction_curve(levels, settings_, HOP_S)
    total = np.concatenate([[0.0], np.cumsum(10 ** (curve / 10))])
    expected = np.diff(np.interp(edges, np.arange(total.size), total)) / 68.9
    assert 10 * np.log10(power) == pytest.approx(10 * np.log10(expected), abs=1e-3)
    assert reduction == pytest.approx(mean_reduction_db(levels, settings_, HOP_S), abs=1e-6)
