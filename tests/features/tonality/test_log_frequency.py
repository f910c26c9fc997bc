"""The spectrogram over pitch: each note in its own bin, in any tuning, at its own level, when it sounds."""

from __future__ import annotations

import numpy as np
import pytest

from mixassistant.features.tonality.log_frequency import (
    BINS,
    FRAMES_PER_S,
    HOP,
    LOWEST_MIDI,
    PER_SEMITONE,
    RANGE,
    RATE_HZ,
    SEMITONES,
    log_spectrum,
)  # fmt: skip


def tone(midi: float, duration_s: float = 2.0) -> np.ndarray:
    t = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    return np.sin(2 * np.pi * 440 * 2 ** ((midi - 69) / 12) * t).astype(np.float32)


def bin_of(midi: int) -> int:
    return (midi - LOWEST_MIDI) * PER_SEMITONE + 1


@pytest.mark.parametrize("midi", range(LOWEST_MIDI, LOWEST_MIDI + SEMITONES, 7))
@pytest.mark.parametrize("cents", [-32.0, 0.0, 45.0])
def test_a_note_fills_its_own_bin_in_its_own_tuning(midi: int, cents: float) -> None:
    found = log_spectrum(tone(midi + cents / 100), cents)
    middle = found[found.shape[0] // 2]
    assert middle.argmax() == bin_of(midi) and middle.max() == pytest.approx(0, abs=0.02)


def test_a_semitone_away_is_another_bin_from_the_second_octave_up() -> None:
    for midi in range(LOWEST_MIDI + 24, LOWEST_MIDI + SEMITONES - 1, 5):
        middle = log_spectrum(tone(midi), 0.0)[10]
        assert middle[bin_of(midi + 1)] < np.log(0.2) and middle[bin_of(midi - 1)] < np.log(0.2)


def test_a_gain_changes_nothing_and_silence_is_at_the_floor() -> None:
    wave = tone(60) + 0.3 * tone(67)
    assert log_spectrum(0.01 * wave, 0.0) == pytest.approx(log_spectrum(wave, 0.0), abs=2e-3)
    quiet = np.concatenate([wave, np.zeros(3 * RATE_HZ, np.float32)])
    assert log_spectrum(quiet, 0.0)[-5] == pytest.approx(np.full(BINS, np.log(RANGE)))
    assert np.isfinite(log_spectrum(np.zeros(RATE_HZ, np.float32), 0.0)).all()


def test_a_note_sounds_in_the_frames_around_its_time() -> None:
    wave = np.concatenate([np.zeros(2 * RATE_HZ, np.float32), tone(69, 1.0), np.zeros(RATE_HZ, np.float32)])
    level = log_spectrum(wave, 0.0)[:, bin_of(69)]
    sounding = np.flatnonzero(level > np.log(0.5)) / FRAMES_PER_S
    assert sounding[0] == pytest.approx(2.0, abs=0.1) and sounding[-1] == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("samples", [1, HOP - 1, HOP, 20 * HOP + 5])
def test_there_is_a_frame_for_every_step_however_short(samples: int) -> None:
    assert log_spectrum(tone(69, 3.0)[:samples], 0.0).shape == (1 + samples // HOP, BINS)


def test_a_margin_adds_bins_on_both_sides_and_changes_none() -> None:
    wave = tone(50) + tone(57)
    wide, plain = log_spectrum(wave, 10.0, margin=6), log_spectrum(wave, 10.0)
    assert wide.shape[1] == plain.shape[1] + 12 * PER_SEMITONE
    assert wide[:, 6 * PER_SEMITONE : -6 * PER_SEMITONE] == pytest.approx(plain, abs=1e-3)
