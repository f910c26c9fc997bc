"""Stems that carry the same source upside down are found, and told from a delay and from strangers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from mixassistant.audio.audio import Audio
from mixassistant.features.stem_polarity import opposed_stems
from signals import music, noise, scaled, sine

RATE = 44100


def microphone(of: Audio, sign: float, delay: int = 20, seed: int = 1) -> Audio:
    """Return another microphone's or amplifier's take of a source: filtered, bent, later, with noise of its own."""
    sos = butter(2, (60, 6000), "bandpass", fs=RATE, output="sos")
    wave = sosfilt(sos, np.roll(of.samples, delay, axis=1), axis=1)
    bent = np.tanh(2 * wave / np.abs(wave).max()) * np.abs(of.samples).max() / 2
    return Audio((sign * bent).astype(np.float32) + noise(seed, -60.0, of.duration_s).samples, RATE)


def source(seed: int = 1) -> Audio:
    return Audio(music(seed, 8.0).samples + 2 * noise(seed + 50, -30.0, 8.0).samples, RATE)


@pytest.mark.parametrize("delay", [0, 20, 50])
def test_a_second_microphone_of_opposite_polarity_is_found_with_what_the_sum_gains(delay: int) -> None:
    one = source()
    other = microphone(one, -1.0, delay)
    (pair,) = opposed_stems([music_of_another(), one, other])
    assert (pair.first, pair.second) == (1, 2) and pair.low_hz < 200 < pair.high_hz
    sos = butter(4, (pair.low_hz, pair.high_hz), "bandpass", fs=RATE, output="sos")
    heard = [float(np.mean(np.square(sosfilt(sos, (one.samples + s * other.samples).mean(axis=0))))) for s in (1, -1)]
    assert pair.gain_db == pytest.approx(10 * np.log10(heard[1] / heard[0]), abs=1.5)


def music_of_another() -> Audio:
    return Audio(music(9, 8.0).samples + noise(60, -26.0, 8.0).samples, RATE)


@pytest.mark.parametrize("delay", [0, 20, 50])
def test_microphones_of_the_same_polarity_are_left_alone_however_late(delay: int) -> None:
    assert opposed_stems([source(), microphone(source(), 1.0, delay)]) == ()


def test_strangers_are_left_alone() -> None:
    assert opposed_stems([source(1), music_of_another(), Audio(noise(3, -20, 8.0).samples, RATE)]) == ()


def test_one_note_tells_nothing_since_a_delay_turns_it_as_well() -> None:
    tone = sine(100.0, rate=RATE)
    assert opposed_stems([tone, scaled(Audio(-tone.samples, RATE), -3)]) == ()


def test_a_copy_that_is_too_soft_to_cancel_anything_is_left_alone() -> None:
    assert opposed_stems([source(), scaled(microphone(source(), -1.0), -26)]) == ()


def test_silence_mono_and_shorter_stems_do_no_harm() -> None:
    quiet = Audio(np.zeros((2, 8 * RATE), np.float32), RATE)
    assert opposed_stems([quiet, quiet]) == () and opposed_stems([source()]) == ()
    short = Audio(-source().samples[:1, : 4 * RATE], RATE)
    assert len(opposed_stems([source(), short])) == 1
