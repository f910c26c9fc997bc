"""Stereo width: a gain on the side channel, in a band."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixassistant.audio.audio import Audio
from mixassistant.processing.chain import render, side_band, widen
from mixassistant.processing.filters import response_db
from mixassistant.processing.moves import Chain, Width

RATE = 44_100


def noise(seed: int = 1) -> Audio:
    return Audio(np.random.default_rng(seed).standard_normal((2, 2 * RATE)).astype(np.float32) * 0.1, RATE)


def side_and_mid(audio: Audio) -> tuple[np.ndarray, np.ndarray]:
    left, right = audio.samples.astype(np.float64)
    return left - right, left + right


@given(change=st.floats(-12, 12))
def test_the_whole_side_moves_by_the_gain_and_the_middle_stays(change: float) -> None:
    before, after = noise(), widen(noise(), Width(change, 20.0, 20_000.0))
    side, mid = side_and_mid(after)
    was, stayed = side_and_mid(before)
    np.testing.assert_allclose(mid, stayed, atol=1e-6)
    np.testing.assert_allclose(side, was * 10 ** (change / 20), atol=1e-5)


@pytest.mark.parametrize(
    "width, inside_hz, outside_hz",
    [(Width(-9.0, 20.0, 120.0), 30.0, 1000.0), (Width(6.0, 5000.0, 20_000.0), 14_000.0, 500.0), (Width(4.0, 500.0, 2000.0), 1000.0, 60.0)],
)
def test_a_band_moves_where_it_is_and_nowhere_else(width: Width, inside_hz: float, outside_hz: float) -> None:
    band = side_band(width, RATE)
    assert band is not None
    there, elsewhere = response_db((band,), np.array([inside_hz, outside_hz]), RATE)
    assert there == pytest.approx(width.change_db, abs=0.35) and abs(elsewhere) < 0.35
    impulse = np.zeros((2, 1 << 15), np.float32)
    impulse[0, 0] = 1.0  # left alone: half of it is side
    side, _mid = side_and_mid(widen(Audio(impulse, RATE), width))
    spectrum = 20 * np.log10(np.abs(np.fft.rfft(side)))
    frequencies = np.fft.rfftfreq(1 << 15, 1 / RATE)
    measured = spectrum[[int(np.abs(frequencies - f).argmin()) for f in (inside_hz, outside_hz)]]
    np.testing.assert_allclose(measured, [there, elsewhere], atol=0.1)


def test_mono_stays_as_it_is() -> None:
    mono = Audio(noise().samples[:1], RATE)
    assert widen(mono, Width(6.0, 20.0, 20_000.0)) is mono


def test_width_comes_before_gain_in_the_chain() -> None:
    chain = Chain(gain_db=-6.0, width=(Width(-200.0, 20.0, 20_000.0),))
    left, right = render(noise(), chain).samples
    np.testing.assert_allclose(left, right, atol=1e-6)
