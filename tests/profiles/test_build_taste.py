"""Weights and dislikes in the profile."""

from dataclasses import replace

import numpy as np
import pytest
from sample_documents import make_track

from mixassistant.features.descriptor import Measurement
from mixassistant.profiles.build import BUILDING, build_profile, posterior, push_away
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Gaussian

PRIOR = Gaussian(np.zeros(3), np.eye(3))


def track(lufs: float, name: str):
    made = make_track()
    return replace(made, name=name, content_hash=name, mix={**made.mix, "lufs": Measurement(lufs)})


def test_a_reference_of_weight_two_counts_as_two_songs() -> None:
    rows = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0]])
    weighted = posterior(PRIOR, rows, np.array([2.0, 1.0]))
    repeated = posterior(PRIOR, rows[[0, 0, 1]])
    np.testing.assert_allclose(weighted.mean, repeated.mean)


def test_weights_of_one_change_nothing() -> None:
    rows = np.random.default_rng(1).standard_normal((5, 3))
    plain, weighted = posterior(PRIOR, rows), posterior(PRIOR, rows, np.ones(5))
    np.testing.assert_allclose(weighted.mean, plain.mean)
    np.testing.assert_allclose(weighted.covariance, plain.covariance)


def test_what_is_disliked_pushes_away_and_never_far() -> None:
    found = Gaussian(np.array([0.0, 0.0, 0.0]), np.eye(3))
    moved = push_away(found, np.array([[1.0, -1.0, 50.0]] * 3))
    assert moved.mean[0] < 0 < moved.mean[1]
    assert moved.mean[2] == pytest.approx(-BUILDING.push_most_sd)
    more = push_away(found, np.array([[1.0, -1.0, 50.0]] * 6))
    assert abs(more.mean[0]) > abs(moved.mean[0])


def test_nothing_disliked_or_nothing_known_of_it_moves_nothing() -> None:
    found = Gaussian(np.ones(2), np.eye(2))
    assert push_away(found, np.zeros((0, 2))) is found
    np.testing.assert_array_equal(push_away(found, np.full((1, 2), np.nan)).mean, found.mean)


def test_a_profile_leans_on_heavy_references_and_away_from_disliked_ones() -> None:
    liked = [track(-9.0, "loud"), track(-15.0, "quiet")]
    plain = build_profile("p", liked, load_prior())
    heavy = build_profile("p", liked, load_prior(), {"quiet": 4.0})
    away = build_profile("p", liked, load_prior(), disliked=[track(-6.0, "louder still")])
    centre = plain.targets["mix/lufs"].median
    assert heavy.targets["mix/lufs"].median < centre and away.targets["mix/lufs"].median < centre
    assert heavy.prior_weight < plain.prior_weight
