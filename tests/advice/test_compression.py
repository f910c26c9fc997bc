"""Compression: the gain reduction that is missing is found on the level envelope, and never more than that."""

import numpy as np
import pytest

from mixassistant.advice.compression import COMPRESSION, estimate_compression
from mixassistant.features.dynamics import spread_of_levels
from mixassistant.processing.compressor import mean_reduction_db, reduction_curve
from mixassistant.processing.moves import Compression

HOP_S = 0.0007


def envelope(seed: int = 0) -> np.ndarray:
    """Return 20 s of a singer's level: phrases of different loudness, in dBFS."""
    rng = np.random.default_rng(seed)
    phrases = rng.normal(-22, 6, 40)
    return np.repeat(phrases, round(0.5 / HOP_S)) + rng.normal(0, 0.5, 40 * round(0.5 / HOP_S))


def test_the_missing_gain_reduction_is_found() -> None:
    true = Compression(-26.0, 3.0, 0.0075, 0.4, 6.0, 0.0, 0.0)
    levels = envelope()
    target = spread_of_levels(levels - reduction_curve(levels, true, HOP_S), HOP_S)
    measured = spread_of_levels(levels, HOP_S)
    found = estimate_compression(levels, HOP_S, measured, (target, 0.2), "vocals")
    assert found is not None and found.compression is not None
    assert found.compression.gain_reduction_db == pytest.approx(mean_reduction_db(levels, true, HOP_S), abs=1.0)
    assert found.predicted_db == pytest.approx(target, abs=0.5)
    assert found.low_db <= found.compression.gain_reduction_db <= found.high_db


def test_dynamics_as_expected_are_left_alone() -> None:
    measured = spread_of_levels(envelope(), HOP_S)
    assert estimate_compression(envelope(), HOP_S, measured, (measured + 0.5, 0.4), "vocals") is None
    assert estimate_compression(envelope(), HOP_S, measured, (measured - 4.0, 3.0), "vocals") is None


def test_what_is_already_dense_is_never_compressed() -> None:
    measured = spread_of_levels(envelope(), HOP_S)
    found = estimate_compression(envelope(), HOP_S, measured, (measured + 6.0, 1.0), "vocals")
    assert found is not None and found.verdict == "over-compressed" and found.compression is None


@pytest.mark.parametrize("seed", range(3))
def test_no_suggestion_is_an_effect(seed: int) -> None:
    measured = spread_of_levels(envelope(seed), HOP_S)
    found = estimate_compression(envelope(seed), HOP_S, measured, (0.5, 0.1), "drums")
    assert found is None or found.compression.gain_reduction_db <= COMPRESSION.most_reduction_db
