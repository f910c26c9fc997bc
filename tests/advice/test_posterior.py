"""Intervals of weighted possibilities."""

import numpy as np
import pytest

from mixassistant.advice.posterior import interval


def test_the_interval_of_even_weights_is_that_of_the_quantiles() -> None:
    values = np.random.default_rng(0).permutation(np.linspace(1.0, 100.0, 1000))
    assert interval(values, np.ones(1000)) == pytest.approx((5.95, 95.05), abs=0.2)


def test_what_is_most_likely_nothing_reaches_zero() -> None:
    assert interval(np.array([4.0, 5.0, 6.0]), np.array([0.1, 0.2, 0.1]), 0.6) == (0.0, 6.0)
    assert interval(np.array([4.0, 5.0, 6.0]), np.array([0.3, 0.38, 0.3]), 0.02) == (4.0, 6.0)


def test_weights_need_not_sum_to_one() -> None:
    values, weights = np.array([-3.0, -2.0, 1.0]), np.array([0.2, 0.6, 0.2])
    assert interval(values, weights) == interval(values, 7 * weights) == (-3.0, 1.0)
