"""What is rendered is what is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.processing.chain import render
from mixassistant.processing.compressor import compress
from mixassistant.processing.filters import response_db
from mixassistant.processing.moves import Band, BandType, Chain, Compression

COMPRESSION = Compression(-30, 4, 0.005, 0.1, 6, 3, 0)
LENGTH = 1 << 17


def impulse(rate: int) -> Audio:
    samples = np.zeros((2, LENGTH), np.float32)
    samples[:, 0] = 1
    return Audio(samples, rate)


def noise(seed: int = 3) -> Audio:
    return Audio((0.1 * np.random.default_rng(seed).standard_normal((2, 44100))).astype(np.float32), 44100)


def rendered_error_db(bands: tuple[Band, ...], rate: int) -> float:
    """Return the largest difference between rendered and drawn response from 20 Hz to 18 kHz, down to −60 dB."""
    out = render(impulse(rate), Chain(bands)).samples[0].astype(np.float64)
    frequencies = np.fft.rfftfreq(LENGTH, 1 / rate)
    drawn = response_db(bands, frequencies, rate)
    heard = (frequencies >= 20) & (frequencies <= min(18000, 0.49 * rate)) & (drawn > -60)
    return float(np.abs(20 * np.log10(np.abs(np.fft.rfft(out)))[heard] - drawn[heard]).max())


@pytest.mark.parametrize("kind", get_args(BandType))
@pytest.mark.parametrize("frequency_hz", [30, 120, 1000, 12000])
@pytest.mark.parametrize("rate", [44100, 48000, 96000, 192000])
def test_each_band_renders_as_drawn(kind: BandType, frequency_hz: float, rate: int) -> None:
    assert rendered_error_db((Band(kind, frequency_hz, 0 if "pass" in kind else -12, 0.71),), rate) < 0.05


@pytest.mark.parametrize("frequency_hz", [100, 160, 320, 640, 700, 1000])
@pytest.mark.parametrize("rate", [44100, 192000])
def test_narrow_bell_renders_as_drawn(frequency_hz: float, rate: int) -> None:
    assert rendered_error_db((Band("bell", frequency_hz, -12, 8),), rate) < 0.05


def test_whole_equalizer_renders_as_drawn() -> None:
    bands = (
        Band("high_pass", 35, 0, 0.71),
        Band("low_shelf", 110, -4, 0.71),
        Band("bell", 300, -6, 1),
        Band("bell", 3150, 5, 4),
        Band("high_shelf", 9000, 3, 0.6),
        Band("low_pass", 17000, 0, 0.71),
    )
    assert rendered_error_db(bands, 44100) < 0.05


def test_chain_that_does_nothing_is_bit_exact() -> None:
    audio = noise()
    assert render(audio, Chain()) is audio
    assert render(audio, Chain((Band("bell", 500, 0, 1),), replace(COMPRESSION, ratio=1, makeup_db=0), 0.0)) is audio


def test_order_is_equalizer_compressor_gain() -> None:
    audio, bands = noise(), (Band("bell", 2000, 9, 0.7),)
    by_hand = render(compress(render(audio, Chain(bands)), COMPRESSION), Chain(gain_db=-5))
    np.testing.assert_array_equal(render(audio, Chain(bands, COMPRESSION, -5)).samples, by_hand.samples)


def test_gain_is_gain() -> None:
    audio = noise()
    np.testing.assert_allclose(render(audio, Chain(gain_db=-4.5)).samples, audio.samples * 10 ** (-4.5 / 20), rtol=1e-5)


def test_input_stays_as_it_is() -> None:
    audio = noise()
    before = audio.samples.copy()
    render(audio, Chain((Band("low_shelf", 100, 6, 0.7),), COMPRESSION, 3))
    np.testing.assert_array_equal(audio.samples, before)


def test_mono_stays_mono() -> None:
    mono = Audio(noise().samples[:1], 44100)
    assert render(mono, Chain((Band("bell", 500, 3, 1),), COMPRESSION, 1)).samples.shape == mono.samples.shape


def test_boost_over_full_scale_does_not_clip() -> None:
    assert np.abs(render(noise(), Chain(gain_db=40)).samples).max() > 10
