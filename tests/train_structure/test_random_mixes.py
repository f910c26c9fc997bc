"""Mixes at random: a stem has the level that was drawn for it, however hot it came and whatever it went through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "packaging" / "train_structure"
RATE = 44100


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PROGRAM))


def noise(level: float) -> np.ndarray:
    return (level * np.random.default_rng(4).standard_normal((2, 2 * RATE))).astype(np.float32)


def test_a_hot_stem_is_not_mixed_quieter_than_a_soft_one() -> None:
    from mixing import mixed

    for seed in range(8):
        hot, soft = (mixed({"harmony": noise(level), "drums": noise(0.05)}, np.random.default_rng(seed)) for level in (0.7, 0.007))
        assert np.abs(hot - soft).max() < 1e-3


def test_a_mix_stays_below_full_scale_and_has_no_offset() -> None:
    from mixing import mixed

    for seed in range(8):
        stems = {"bass": noise(0.1) + np.float32(0.05), "drums": noise(0.3)}
        mix = mixed(stems, np.random.default_rng(seed))
        assert np.abs(mix).max() <= 1.0
        assert np.abs(mix[:, RATE // 2 :].mean(axis=1)).max() < 0.02 * mix.std()


def test_the_level_of_a_stem_is_that_of_its_sounding_tenths() -> None:
    from mixing import sounding_rms

    half = noise(0.1)
    half[:, RATE:] = 0
    assert sounding_rms(half) == pytest.approx(0.1, rel=0.02)
    assert sounding_rms(np.zeros((2, RATE), np.float32)) == 0.0
