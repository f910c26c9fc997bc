"""The profile's posterior: between the prior and the references, as sure as it has reason to be."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.profiles.build import BUILDING, posterior
from mixassistant.profiles.prior import complete
from mixassistant.profiles.profile import Gaussian

PRIOR = Gaussian(np.zeros(3), np.array([[4.0, 2.0, 0.0], [2.0, 4.0, 1.0], [0.0, 1.0, 4.0]]))


def test_without_references_the_profile_is_the_prior() -> None:
    assert posterior(PRIOR, np.zeros((0, 3))) is PRIOR


@settings(deadline=None)
@given(st.integers(1, 30))
def test_the_mean_moves_toward_the_references_with_their_number(n: int) -> None:
    found = posterior(PRIOR, np.full((n, 3), 3.0))
    assert np.allclose(found.mean, 3.0 * n / (n + BUILDING.mean_weight))


def test_many_references_speak_for_themselves() -> None:
    rng = np.random.default_rng(0)
    truth = Gaussian(np.array([5.0, -2.0, 1.0]), np.diag([1.0, 0.25, 9.0]))
    found = posterior(PRIOR, rng.multivariate_normal(truth.mean, truth.covariance, 2000))
    assert np.allclose(found.mean, truth.mean, atol=0.25)
    assert np.allclose(found.covariance, truth.covariance, atol=0.6)


def test_the_predictive_distribution_covers_the_next_song() -> None:
    # Songs drawn around a taste that is itself drawn from the prior: 90 % intervals must hold about 90 % of the next songs.
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(600):
        taste = rng.multivariate_normal(np.zeros(3), PRIOR.covariance / BUILDING.mean_weight)
        songs = rng.multivariate_normal(taste, PRIOR.covariance, 6)
        found = posterior(PRIOR, songs[:5])
        inside.append(np.abs(songs[5] - found.mean) <= 1.645 * found.sd)
    assert 0.86 <= np.mean(inside) <= 0.96


def test_a_missing_value_is_filled_by_what_the_others_say() -> None:
    row = np.array([[2.0, np.nan, 0.0]])
    assert np.allclose(complete(row, PRIOR.mean, PRIOR.covariance)[0, 1], 1.0)
