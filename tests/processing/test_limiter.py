"""The limiter keeps the true peak under its ceiling, whatever comes in, and leaves alone what is under it."""

from pathlib import Path

import numpy as np
import pytest
from ffmpeg_meter import measured_by_ffmpeg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.signal import butter, sosfilt

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.true_peak import true_peak
from mixassistant.processing.limiter import LIMITER, limit
from signals import music, noise, scaled

RATES = (44100, 48000, 88200, 96000, 176400, 192000)
ALLOWED_DB = 0.1


def peak_db(audio: Audio) -> float:
    return 20 * float(np.log10(max(true_peak(audio), 1e-9)))


def heard_noise(rate: int, channels: int, seed: int = 0) -> Audio:
    """Return noise up to 20 kHz: what lies close to half the sample rate, no two interpolators see alike."""
    plain = np.random.default_rng(seed).normal(0, 0.5, (channels, 2 * rate))
    edge = min(20_000 / (rate / 2), 0.9)
    return Audio(sosfilt(butter(8, edge, output="sos"), plain).astype(np.float32), rate)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", RATES)
def test_noise_ends_at_the_ceiling_for_two_meters(rate: int, channels: int) -> None:
    limited = limit(heard_noise(rate, channels), -1.0)
    assert limited.audio.samples.shape == (channels, 2 * rate)
    assert peak_db(limited.audio) == pytest.approx(-1.0, abs=ALLOWED_DB)
    assert measured_by_ffmpeg(limited.audio).true_peak_dbtp <= -1.0 + ALLOWED_DB


@pytest.mark.parametrize("rate", RATES)
def test_impulses_end_under_the_ceiling(rate: int) -> None:
    chance = np.random.default_rng(1)
    samples = np.zeros((2, rate), np.float32)
    samples[0, chance.integers(0, rate, 40)] = chance.choice([-3.0, 3.0], 40)
    samples[1, [0, rate - 1]] = 4.0  # the first sample, and the last
    limited = limit(Audio(samples, rate), -2.0)
    assert peak_db(limited.audio) <= -2.0 + ALLOWED_DB
    assert measured_by_ffmpeg(limited.audio).true_peak_dbtp <= -2.0 + ALLOWED_DB


def test_a_peak_between_samples_is_seen() -> None:
    rate = 44100
    tone = 0.95 * np.sin(np.pi / 2 * np.arange(rate) + np.pi / 4)  # every sample at 0.67: the peak lies between
    faded = (tone * np.hanning(rate)).astype(np.float32)[None]
    assert float(np.abs(faded).max()) < 10 ** (-3 / 20)
    limited = limit(Audio(faded, rate), -3.0)
    assert limited.reduction_db == pytest.approx(20 * np.log10(0.95) + 3.0, abs=0.1)
    assert peak_db(limited.audio) <= -3.0 + ALLOWED_DB


def test_what_is_under_the_ceiling_stays_the_same_object() -> None:
    quiet = music()
    found = limit(scaled(quiet, -peak_db(quiet) - 1.5), -1.0)
    assert found.reduction_db == 0.0
    again = limit(found.audio, -1.0)
    assert again.audio is found.audio


def test_both_channels_get_one_gain() -> None:
    left = noise(3, -6.0, 2.0, channels=1).samples[0]
    loud = Audio(np.stack([left * 4, left]).astype(np.float32), 44100)
    found = limit(loud, -1.0).audio.samples
    known = np.abs(found[1]) > 1e-4
    assert np.allclose(found[0, known] / found[1, known], 4.0, rtol=1e-3)


def test_the_gain_falls_before_a_peak_and_comes_back_behind_it() -> None:
    rate, at = 48000, 24000
    samples = np.full((1, 48000), 0.25, np.float32)
    samples[0, at] = 2.0
    gain = limit(Audio(samples, rate), -6.0).audio.samples[0] / samples[0]
    ahead = round(LIMITER.look_ahead_s * rate)
    assert np.allclose(gain[: at - ahead - 2], 1.0, atol=1e-4)
    assert gain[at] == pytest.approx(10 ** (-6 / 20) / 2.0, rel=0.02)
    assert (np.diff(gain[at - ahead : at]) <= 1e-6).all()
    later = at + round(LIMITER.release_s * rate)
    assert -20 * np.log10(gain[later]) == pytest.approx(-20 * np.log10(gain[at]) / np.e, rel=0.1)


def test_pieces_are_joined_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    loud = scaled(music(duration_s=6.0), 12.0)
    whole = limit(loud, -1.0).audio.samples
    monkeypatch.setattr("mixassistant.processing.limiter.BLOCK", 10_007)
    assert np.allclose(limit(loud, -1.0).audio.samples, whole, atol=1e-5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**31),
    rate=st.sampled_from(RATES),
    channels=st.sampled_from([1, 2]),
    gain_db=st.floats(-20, 30),
    ceiling_dbtp=st.floats(-12, 0),
    length=st.integers(1, 9000),
)
def test_no_sound_is_over_the_ceiling(seed: int, rate: int, channels: int, gain_db: float, ceiling_dbtp: float, length: int) -> None:
    chance = np.random.default_rng(seed)
    samples = chance.laplace(0, 0.3, (channels, length)) * 10 ** (gain_db / 20)
    samples[:, chance.random(length) < 0.5] = 0.0
    before = Audio(samples.astype(np.float32), rate)
    found = limit(before, ceiling_dbtp)
    assert found.audio.samples.shape == before.samples.shape
    assert np.isfinite(found.audio.samples).all()
    assert peak_db(found.audio) <= ceiling_dbtp + ALLOWED_DB
    assert (np.abs(found.audio.samples) <= np.abs(before.samples) + 1e-6).all()  # it turns down, and nothing else
    assert found.reduction_db <= max(peak_db(before) - ceiling_dbtp, 0.0) + 3.0


@pytest.mark.parametrize("gain_db", [6.0, 12.0])
def test_real_music_ends_at_the_ceiling_for_two_meters(real_music: Path, gain_db: float) -> None:
    files = [*sorted((real_music / "music").glob("*.*"))[:3], *sorted((real_music / "musdb18-7s" / "train").glob("*.mp4"))[:4]]
    for file in files:
        whole = decode(file)
        loud = scaled(Audio(whole.samples[:, : 30 * whole.sample_rate_hz], whole.sample_rate_hz), gain_db)
        found = limit(loud, -1.0).audio
        assert peak_db(found) <= -1.0 + ALLOWED_DB, file.name
        assert measured_by_ffmpeg(found).true_peak_dbtp <= -1.0 + ALLOWED_DB, file.name
