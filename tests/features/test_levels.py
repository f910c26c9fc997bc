"""Plain levels, noise floor and bandwidth against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from mixassistant.audio.audio import Audio, mix
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.levels import BANDS_HZ
from mixassistant.features.measure import measure
from signals import noise, sine


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_a_sine_is_three_decibels_below_its_peak(rate: int) -> None:
    assert scalar(measure(sine(1000, -6.0, rate=rate), "mix"), "rms") == pytest.approx(-9.01, abs=0.02)


@pytest.mark.parametrize(("band", "hz"), [("bass", 60), ("body", 300), ("mid", 1200), ("air", 8000)])
def test_a_tone_is_in_its_own_band_alone(band: str, hz: float) -> None:
    found = measure(sine(hz, -6.0), "mix")
    assert scalar(found, f"rms_energy_{band}") == pytest.approx(-9.01, abs=0.1)
    assert scalar(found, f"rms_relative_{band}") == pytest.approx(0.0, abs=0.01)
    assert all((scalar(found, f"rms_energy_{other}") or 0) < -45 for other in BANDS_HZ if other != band)


def test_the_bands_of_noise_are_as_wide_as_they_are_strong() -> None:
    found = measure(noise(level_dbfs=-20.0, duration_s=10.0), "mix")
    for band, (low, high) in BANDS_HZ.items():
        assert scalar(found, f"rms_energy_{band}") == pytest.approx(-20 + 10 * np.log10((high - low) / 22050), abs=0.5), band


def test_bands_agree_with_a_steep_filter() -> None:
    audio = noise(seed=4, level_dbfs=-12.0, duration_s=6.0)
    filtered = sosfilt(butter(20, [600, 2500], "band", fs=audio.sample_rate_hz, output="sos"), audio.samples)
    assert scalar(measure(audio, "mix"), "rms_energy_mid") == pytest.approx(10 * np.log10(np.mean(filtered**2)), abs=0.15)


def test_dynamic_range_is_the_step_between_two_passages() -> None:
    quiet, loud = sine(500, -30.0, 30.0), sine(500, -10.0, 30.0)
    both = Audio(np.concatenate([quiet.samples, loud.samples], axis=1), 48000)
    assert scalar(measure(both, "mix"), "dynamic_range") == pytest.approx(20.0, abs=0.1)
    assert scalar(measure(quiet, "mix"), "dynamic_range") == pytest.approx(0.0, abs=0.01)
    assert "6 s" in measure(sine(500, duration_s=4.0), "mix")["dynamic_range"].reason


def test_crest_per_band_is_nothing_for_a_steady_tone() -> None:
    bands = vector(measure(sine(1000, duration_s=6.0, rate=44100), "mix"), "crest_bands")
    assert bands is not None and bands[17] < 0.2


def test_the_noise_floor_is_what_is_left_in_the_pauses() -> None:
    floor = noise(seed=2, level_dbfs=-70.0, duration_s=12.0)
    gated = sine(400, -12.0, 12.0, rate=44100).samples.copy()
    gated[:, 44100 * 4 : 44100 * 6] = 0
    found = measure(mix([floor, Audio(gated, 44100)]), "mix")
    assert scalar(found, "noise_floor") == pytest.approx(-70, abs=0.6)
    assert "pause" in measure(sine(400, -12.0, 6.0), "mix")["noise_floor"].reason


@pytest.mark.parametrize("cut_hz", [4000, 11000, 16000])
def test_bandwidth_is_where_a_low_pass_ends(cut_hz: float) -> None:
    from scipy.signal import firwin, oaconvolve

    taps = firwin(2001, cut_hz, fs=44100, window=("kaiser", 12.0))
    audio = noise(duration_s=5.0)
    found = measure(Audio(oaconvolve(audio.samples, taps[None], axes=1).astype(np.float32), 44100), "mix")
    assert scalar(found, "bandwidth") == pytest.approx(cut_hz, rel=0.06)
    assert scalar(measure(audio, "mix"), "bandwidth") == pytest.approx(22050, rel=0.02)
