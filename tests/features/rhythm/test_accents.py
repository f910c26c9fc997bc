"""What makes a beat the first of a bar: known chords, accents and divisions are seen, at any level; a song's bars begin with its chords."""

from __future__ import annotations

import mir_eval.beat
import numpy as np
import pytest
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.features.representations import Representations
from mixassistant.features.rhythm.accents import NAMES, Evidence, evidence, worth
from mixassistant.features.rhythm.activations import Activations
from mixassistant.features.rhythm.bar_pointer import METRES, PLACES
from mixassistant.features.rhythm.beats import beats
from mixassistant.features.rhythm.filterbank import FRAMES_PER_S

RATE, BEAT_S, BEATS = 44100, 0.5, 32


def clicks(at_beats: NDArray[np.float64], low: bool = False) -> NDArray[np.float64]:
    """Return short sounds at these beats."""
    random = np.random.default_rng(3)
    samples, time = np.zeros(int((BEATS + 1) * BEAT_S * RATE)), np.arange(int(0.2 * RATE)) / RATE
    sound = np.sin(2 * np.pi * 55 * time) * np.exp(-time / 0.06) if low else 0.3 * random.standard_normal(time.size) * np.exp(-time / 0.01)
    for beat in at_beats:
        first = int((beat + 0.2) * BEAT_S * RATE)
        samples[first : first + sound.size] += sound[: samples.size - first]
    return samples


def chords(beats_each: int, length: int = BEATS + 1) -> NDArray[np.float64]:
    """Return Am F C G, each for so many beats."""
    time = np.arange(int(length * BEAT_S * RATE)) / RATE
    index = np.floor_divide(time / BEAT_S - 0.2, beats_each).astype(int) % 4
    samples = np.zeros(time.size)
    for chord, notes in enumerate(((57, 60, 64), (53, 57, 60), (55, 60, 64), (55, 59, 62))):
        tone = sum(np.sin(2 * np.pi * n * 440 * 2 ** ((m - 69) / 12) * time) / n for m in notes for n in (1, 2, 3))
        samples += np.where(index == chord, tone, 0.0)
    return 0.1 * samples


def known_of(samples: NDArray[np.float64]) -> Evidence:
    """Return what is known of beats every half second, where the networks know nothing."""
    bands = Representations(Audio((0.5 * samples / np.abs(samples).max())[None].astype(np.float32), RATE)).frames("beat_bands")
    frames = np.round((np.arange(BEATS) + 0.2) * BEAT_S * FRAMES_PER_S).astype(np.int64)
    nothing = Activations(np.full(len(bands), 0.5), np.full(len(bands), 0.5), np.full((len(bands), 5), 0.2))
    return evidence(nothing, np.full(BEATS, 0.5), bands, frames)


@pytest.mark.parametrize("beats_each", [3, 4])
def test_another_chord_is_seen_at_its_beat_under_drums(beats_each: int) -> None:
    known = known_of(chords(beats_each) + clicks(np.arange(0, BEATS, 0.5)))
    change = known.accents[:, NAMES.index("chord 1")]
    changes = np.arange(BEATS) % beats_each == 0
    assert change[changes][1:].min() > change[~changes].max() + 0.5


def test_evidence_does_not_depend_on_gain() -> None:
    samples = chords(4) + clicks(np.arange(0, BEATS, 2.0), low=True)
    bands = Representations(Audio((0.1 * samples)[None].astype(np.float32), RATE)).frames("beat_bands")
    frames = np.round((np.arange(BEATS) + 0.2) * BEAT_S * FRAMES_PER_S).astype(np.int64)
    nothing = Activations(np.full(len(bands), 0.5), np.full(len(bands), 0.5), np.full((len(bands), 5), 0.2))
    one, other = (evidence(nothing, np.full(BEATS, 0.5), bands * np.float32(gain), frames) for gain in (1, 0.01))
    assert other.accents == pytest.approx(one.accents, abs=1e-2)
    assert other.ternary == pytest.approx(one.ternary, abs=1e-2)


def test_kicks_are_seen_where_they_are() -> None:
    known = known_of(clicks(np.arange(0, BEATS, 2.0), low=True) + clicks(np.arange(BEATS, dtype=float)))
    kick = known.accents[:, NAMES.index("kick")]
    assert kick[0::2].min() > kick[1::2].max() + 0.5


def test_thirds_are_ternary_and_halves_and_a_shuffle_are_not() -> None:
    beat = np.arange(BEATS)[:, None]
    thirds, halves, shuffle = (known_of(clicks((beat + np.array(p)).ravel())).ternary for p in ([0, 1 / 3, 2 / 3], [0, 0.5], [0, 2 / 3]))
    assert thirds.min() > 1
    assert halves.max() < -1
    assert shuffle.max() < 0.7 * thirds.min()


def test_what_is_ternary_speaks_for_six_eight_alone() -> None:
    flat = Evidence(np.zeros((5, len(NAMES))), np.zeros((5, 5)), np.zeros(5))
    three = Evidence(flat.accents, flat.metres, np.full(5, 1.5))
    gained = worth(three) - worth(flat)
    assert gained.shape == (5, len(PLACES))
    assert (gained[:, np.array(METRES) == 4] > 0).all()
    assert not gained[:, np.array(METRES) != 4].any()


@pytest.mark.parametrize(("beats_each", "metre"), [(3, "3/4"), (4, "4/4")])
def test_bars_of_a_song_begin_with_its_chords(beats_each: int, metre: str) -> None:
    beat = np.arange(BEATS)
    backbeat = beat % beats_each == 2 if beats_each == 4 else beat % 3 > 0  # half time; a waltz
    samples = chords(beats_each) + 0.4 * clicks(beat[beat % beats_each == 0].astype(float), low=True)
    samples += clicks(beat[backbeat].astype(float)) + 0.3 * clicks(np.arange(0, BEATS, 0.5))
    found = Representations(Audio((0.5 * samples / np.abs(samples).max())[None].astype(np.float32), RATE)).once(beats)
    true = (beat[beat % beats_each == 0] + 0.2) * BEAT_S
    assert found.metre == metre
    assert mir_eval.beat.f_measure(true, found.downbeats_s) > 0.85
