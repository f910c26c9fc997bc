"""Wide evidence: quiet where songs differ as much as faults do, right where many stems agree, and honest intervals."""

import numpy as np

from mixassistant.advice.curves import eq_response
from mixassistant.advice.eq import gap_of
from mixassistant.advice.eq_from_songs import estimate_eq_from_songs
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Gaussian
from mixassistant.stems.stem import ROLES

RATE = 44100
MEAN = -3.0 * np.log2(CENTRES_HZ / 100.0) - 15.0
OCTAVES = np.log2(CENTRES_HZ)
SHAPE = 0.8 * np.exp(-np.abs(OCTAVES[:, None] - OCTAVES[None, :]) / 1.5) + 0.2 * np.eye(31)
AUDIBLE = (CENTRES_HZ > 48) & (CENTRES_HZ < 12500)


def gaps(rng: np.random.Generator, sd_db: float, fault: np.ndarray, on: tuple[str, ...]):
    expected = Gaussian(MEAN, sd_db**2 * SHAPE)
    return {
        role: gap_of(rng.multivariate_normal(MEAN, expected.covariance) + (fault if role in on else 0.0), expected, RATE) for role in ROLES
    }


def test_songs_that_differ_get_no_move() -> None:
    rng = np.random.default_rng(1)
    moved = [bool(estimate_eq_from_songs(gaps(rng, 5.0, np.zeros(31), ()), None, 20.0, 0.2, RATE)) for _ in range(40)]
    assert np.mean(moved) <= 0.1


def test_a_boom_on_the_whole_mix_is_seen_in_all_its_stems() -> None:
    rng = np.random.default_rng(2)
    fault = eq_response((Band("bell", 250.0, 10.0, 0.8),), RATE)
    removed = []
    for _ in range(12):
        found = estimate_eq_from_songs(gaps(rng, 3.0, fault, ROLES), None, 20.0, 0.2, RATE)
        mix = eq_response(found["mix"].bands, RATE) if "mix" in found else np.zeros(31)
        removed.append(1 - ((mix + fault)[AUDIBLE] ** 2).sum() / (fault[AUDIBLE] ** 2).sum())
    assert np.mean(removed) > 0.5


def test_a_move_is_smaller_than_the_fault_and_its_interval_holds_the_truth() -> None:
    rng = np.random.default_rng(3)
    inside, sizes = [], []
    for _ in range(60):
        gain = float(rng.choice([-1, 1]) * rng.uniform(4, 10))
        band = Band("bell", float(2 ** rng.uniform(7, 12.5)), gain, 1.0)
        found = estimate_eq_from_songs(gaps(rng, 1.5, eq_response((band,), RATE), ("vocals",)), None, 20.0, 0.2, RATE)
        for target, estimate in found.items():
            truth = eq_response((band,), RATE) if target == "vocals" else np.zeros(31)
            there = -float(np.interp(np.log(estimate.bands[0].frequency_hz), np.log(CENTRES_HZ), truth))
            inside.append(estimate.interval_db[0][0] <= there <= estimate.interval_db[0][1])
            sizes.append(abs(estimate.bands[0].gain_db) / abs(gain))
            assert 0 <= estimate.probability[0] <= 1
    assert len(inside) > 20
    assert np.mean(inside) >= 0.8
    assert np.median(sizes) <= 1.0


def test_doing_nothing_is_what_a_flat_deviation_leads_to() -> None:
    expected = Gaussian(MEAN, 4.0 * SHAPE)
    assert estimate_eq_from_songs({r: gap_of(MEAN + 3.0, expected, RATE) for r in ROLES}, None, 20.0, 0.2, RATE) == {}
