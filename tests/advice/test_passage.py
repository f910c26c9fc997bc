"""Where a move matters most: where what it moves plays, in whole bars."""

from __future__ import annotations

import numpy as np
import pytest
from sample_documents import make_move

from mixassistant.advice.passage import LEAST_S, MOST_S, passage
from mixassistant.audio.audio import Audio
from mixassistant.errors import Cancelled
from mixassistant.processing.moves import Band, Chain, Compression
from mixassistant.stems.stem import Song, Stem

RATE = 22050
BAR_S = 2.1
DOWNBEATS = tuple(0.4 + BAR_S * bar for bar in range(42))


def noise(seed: int, seconds: float = 90.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.05, (2, round(seconds * RATE))).astype(np.float32)


def song(bass: np.ndarray) -> Song:
    """Return a song with drums throughout, and a bass."""
    drums = noise(1, bass.shape[1] / RATE)
    stems = (Stem("drums", "drums", "supplied", Audio(drums, RATE)), Stem("bass", "bass", "supplied", Audio(bass, RATE)))
    return Song("song", "0" * 64, Audio(drums + bass, RATE), stems, {})


def playing(start_s: float, end_s: float) -> np.ndarray:
    """Return a bass that plays for a while."""
    found = noise(2)
    found[:, : round(start_s * RATE)] = 0
    found[:, round(end_s * RATE) :] = 0
    return found


MOVES = (
    make_move("bass", Chain((Band("bell", 200.0, -8.0, 1.0),))),
    make_move("bass", Chain(gain_db=4.0)),
    make_move("bass", Chain(compression=Compression(-40.0, 4.0, 0.01, 0.1, 6.0, 0.0, 4.0))),
)


@pytest.mark.parametrize("move", MOVES, ids=[move.kind for move in MOVES])
def test_it_lies_where_what_is_moved_plays(move: object) -> None:
    start_s, end_s = passage(song(playing(50.0, 70.0)), ((move, move.chain),), DOWNBEATS)  # type: ignore[attr-defined]
    assert start_s >= 49.0 and end_s <= 71.0
    assert LEAST_S <= end_s - start_s <= MOST_S


def test_it_is_whole_bars_and_a_multiple_of_four_where_that_fits() -> None:
    move = MOVES[0]
    start_s, end_s = passage(song(playing(50.0, 70.0)), ((move, move.chain),), DOWNBEATS)
    assert min(abs(np.array(DOWNBEATS) - start_s)) < 1e-9 and end_s - start_s == pytest.approx(4 * BAR_S)


def test_it_lies_across_the_pieces_that_are_rendered_too() -> None:
    move = MOVES[1]
    start_s, end_s = passage(song(playing(25.0, 35.0)), ((move, move.chain),))
    assert start_s == pytest.approx(25.0, abs=0.6) and end_s - start_s == pytest.approx(10.0)


def test_where_the_mix_is_silent_nothing_matters() -> None:
    bass = playing(20.0, 40.0)
    quiet = song(bass)
    samples = quiet.mix.samples.copy()
    samples[:, 60 * RATE :] *= 1e-4
    faint = bass.copy()
    faint[:, 60 * RATE :] = 1e-4 * noise(3)[:, 60 * RATE :]  # it is all that there is at the end
    stems = (quiet.stems[0], Stem("bass", "bass", "supplied", Audio(faint, RATE)))
    move = MOVES[1]
    start_s, _end = passage(Song("song", "0" * 64, Audio(samples, RATE), stems, {}), ((move, move.chain),))
    assert 19.0 <= start_s <= 31.0


def test_a_short_song_is_its_own_passage_and_a_bit_longer_one_has_one_inside() -> None:
    move = MOVES[0]
    assert passage(song(noise(2, 6.0)), ((move, move.chain),), DOWNBEATS) == (0.0, 6.0)
    start_s, end_s = passage(song(noise(2, 9.0)), ((move, move.chain),))
    assert start_s >= 0.0 and end_s <= 9.0 + 1e-6 and end_s - start_s >= LEAST_S


def test_it_can_be_cancelled() -> None:
    def stop(_stage: str, _fraction: float) -> None:
        raise Cancelled()

    move = MOVES[0]
    with pytest.raises(Cancelled):
        passage(song(noise(2)), ((move, move.chain),), (), stop)
