"""Peaks and dynamics."""

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.audio.true_peak import true_peak
from mixassistant.features.descriptor import scalar
from mixassistant.features.dynamics import spread_of_levels
from mixassistant.features.measure import measure
from signals import music, noise, scaled


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
@pytest.mark.parametrize(("divisor", "phase_deg"), [(4, 0.0), (4, 45.0), (6, 60.0), (8, 67.5)])
def test_true_peak_finds_what_lies_between_the_samples(rate: int, divisor: int, phase_deg: float) -> None:
    # As EBU Tech 3341 cases 15–19: a sine of 0.5 FS whose samples miss its peak; allowed +0.2/−0.4 dB.
    t = np.arange(rate)
    fade = np.minimum(1, np.minimum(t, t[::-1]) / (0.05 * rate))
    wave = 0.5 * fade * np.sin(2 * np.pi * t / divisor + np.deg2rad(phase_deg))
    found = 20 * np.log10(true_peak(Audio(wave[None].astype(np.float32), rate)))
    assert -6.02 - 0.4 <= found <= -6.02 + 0.2


def test_a_peak_at_a_block_border_is_not_missed() -> None:
    wave = np.zeros(8192, np.float32)
    wave[1023:1025] = 0.7  # two equal samples: the sine through them peaks higher, exactly between two blocks
    assert true_peak(Audio(wave[None], 48000)) > 0.8


def test_psr_and_plr_do_not_move_with_gain() -> None:
    for name in ("plr", "psr", "crest", "dynamic_spread"):
        a, b = (scalar(measure(x, "mix"), name) for x in (music(0), scaled(music(0), -12)))
        assert a == pytest.approx(b, abs=0.05)


def test_steady_noise_has_no_spread_and_two_levels_have_theirs() -> None:
    steady = scalar(measure(noise(0, duration_s=10), "stem"), "dynamic_spread")
    assert steady is not None and steady < 0.5
    levels = np.where(np.arange(4000) % 400 < 200, -10.0, -22.0)
    assert spread_of_levels(levels, 0.05) == pytest.approx(12.0, abs=0.01)


def test_a_square_wave_has_a_crest_factor_of_zero() -> None:
    square = np.where(np.arange(48000) % 96 < 48, 0.5, -0.5).astype(np.float32)
    assert scalar(measure(Audio(np.stack([square, square]), 48000), "mix"), "crest") == pytest.approx(0.0, abs=0.01)


def test_a_stem_that_hardly_plays_has_finite_levels() -> None:
    samples = np.zeros((2, 44100 * 40), np.float32)
    samples[:, :44100] = music(1, duration_s=1.0).samples
    found = measure(Audio(samples, 44100), "stem", only=frozenset({"level_quantiles", "dynamic_spread"}))
    assert np.isfinite(found["level_quantiles"].value).all()
