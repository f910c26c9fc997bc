"""The compressor's gain computer, and that what is simulated is what is rendered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.processing.compressor import compress, level_frames_db, mean_reduction_db, reduction_curve, static_curve_db
from mixassistant.processing.moves import Compression

RATE = 44100
GENTLE = Compression(-30, 4, 0.01, 0.2, 6, 0, 0)


def sine(level_db: float, duration_s: float = 1.0, rate: int = RATE, channels: int = 2, frequency_hz: float = 1000) -> Audio:
    """A sine of this RMS level."""
    wave = 10 ** (level_db / 20) * np.sqrt(2) * np.sin(2 * np.pi * frequency_hz * np.arange(int(duration_s * rate)) / rate)
    return Audio(np.tile(wave, (channels, 1)).astype(np.float32), rate)


def rms_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2)))


def test_static_curve_is_the_closed_form() -> None:
    levels = np.array([-50.0, -33.0, -31.0, -30.0, -28.0, -27.0, -10.0])
    knee = levels + (1 / 4 - 1) * (levels + 30 + 3) ** 2 / 12
    expected = np.where(levels < -33, levels, np.where(levels > -27, -30 + (levels + 30) / 4, knee))
    np.testing.assert_allclose(static_curve_db(levels, -30, 4, 6), expected, atol=1e-12)


def test_hard_knee_bends_at_the_threshold() -> None:
    np.testing.assert_allclose(static_curve_db([-40, -30, -10], -30, 2, 0), [-40, -30, -20])


def test_ratio_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="ratio"):
        static_curve_db(0, -30, 0.5, 6)


@pytest.mark.parametrize("level_db", [-40.0, -30.0, -20.0, -6.0])
@pytest.mark.parametrize("rate", [8000, 44100, 96000])
def test_steady_sine_comes_out_at_the_static_curves_level(level_db: float, rate: int) -> None:
    out = compress(sine(level_db, rate=rate), GENTLE)
    assert rms_db(out.samples[:, rate // 2 :]) == pytest.approx(float(static_curve_db(level_db, -30, 4, 6)), abs=0.1)


def test_level_of_a_full_scale_sine_is_minus_three() -> None:
    levels, hop_s = level_frames_db(sine(-3.01))
    assert 10 * np.log10(np.mean(10 ** (levels / 10))) == pytest.approx(-3.01, abs=0.01)
    assert hop_s == pytest.approx(0.0007, rel=0.01)


def test_ratio_one_is_identity() -> None:
    audio = sine(-10)
    assert compress(audio, replace(GENTLE, ratio=1)) is audio


def test_makeup_is_gain() -> None:
    audio = sine(-10)
    np.testing.assert_allclose(compress(audio, replace(GENTLE, ratio=1, makeup_db=6)).samples, audio.samples * 10 ** (6 / 20), rtol=1e-5)


def test_what_is_simulated_is_what_is_rendered() -> None:
    rng = np.random.default_rng(7)
    bursts = np.repeat(rng.uniform(0.003, 0.5, 40), RATE // 10)
    audio = Audio((bursts * rng.standard_normal((2, bursts.size)) / 4).astype(np.float32), RATE)
    levels, hop_s = level_frames_db(audio)
    rendered, _ = level_frames_db(compress(audio, GENTLE))
    error = rendered - (levels - reduction_curve(levels, GENTLE, hop_s))
    assert np.sqrt(np.mean(error**2)) < 0.05


def test_attack_and_release_have_their_time_constants() -> None:
    hop_s = 0.0007
    levels = np.concatenate([np.full(3000, -90.0), np.full(3000, -10.0), np.full(3000, -90.0)])
    reduction = reduction_curve(levels, GENTLE, hop_s)
    full = 15.0
    rise = np.argmax(reduction > full * (1 - np.exp(-1))) - 3000
    fall = np.argmax(reduction[6000:] < full * np.exp(-1))
    assert rise * hop_s == pytest.approx(0.01, abs=0.002)
    assert fall * hop_s == pytest.approx(0.2, abs=0.008)


def test_stereo_is_linked() -> None:
    loud, quiet = sine(-10).samples[0], sine(-40).samples[0]
    out = compress(Audio(np.stack([loud, quiet]), RATE), GENTLE)
    assert rms_db(out.samples[0]) - rms_db(out.samples[1]) == pytest.approx(30, abs=0.05)


def test_mean_reduction_ignores_pauses() -> None:
    levels, hop_s = level_frames_db(sine(-10))
    with_pause = np.concatenate([levels, np.full(levels.size, -120.0)])
    fast = replace(GENTLE, release_s=0.001)
    assert mean_reduction_db(with_pause, fast, hop_s) == pytest.approx(mean_reduction_db(levels, fast, hop_s), abs=0.1)


def test_silence_and_nothing_stay_what_they_are() -> None:
    silence = Audio(np.zeros((1, 1000), np.float32), RATE)
    assert not compress(silence, GENTLE).samples.any()
    assert mean_reduction_db(level_frames_db(silence)[0], GENTLE, 0.0007) == 0
    nothing = Audio(np.zeros((2, 0), np.float32), RATE)
    assert compress(nothing, GENTLE).length == 0
    assert mean_reduction_db([], GENTLE, 0.0007) == 0


def test_compression_is_monotonic_in_threshold() -> None:
    levels, hop_s = level_frames_db(sine(-10))
    means = [mean_reduction_db(levels, replace(GENTLE, threshold_db=t), hop_s) for t in (-40, -30, -20, -10, 0)]
    assert means == sorted(means, reverse=True)
