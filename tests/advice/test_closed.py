"""What the user has closed is not suggested, whatever its size, and it is said where it would be."""

from __future__ import annotations

from dataclasses import replace

from sample_documents import make_move, make_suggestions

from mixassistant.advice.closed import apart
from mixassistant.advice.sentences.taste import closed_sentences
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.taste import Answer, Direction, Preference, preferences

LEVEL, _EQ, COMPRESSION, _CHECK = make_suggestions()


def shut(dimension: str, *directions: Direction) -> dict[str, Preference]:
    return {dimension: Preference(dimension, 0.0, 1.0, 2, directions)}


def test_a_closed_direction_is_left_out_at_any_size_and_the_other_is_not() -> None:
    louder = [make_move("vocals", Chain(gain_db=gain)) for gain in (1.0, 8.0, -1.0, -8.0)]
    kept, closed = apart([*louder, COMPRESSION], shut("level/vocals", 1))
    assert kept == (louder[2], louder[3], COMPRESSION)
    assert [(q.place.role, q.dimension) for q in closed] == [("vocals", "level")]  # once


def test_two_rejections_close_and_nothing_is_closed_without() -> None:
    known = preferences([Answer("level/vocals", 3.0, 0.0, False, confidence=0.9)] * 2)
    assert apart([LEVEL], known)[0] == () and apart([LEVEL], {}) == ((LEVEL,), ())


def test_another_version_of_the_song_is_no_matter_of_taste() -> None:
    same = replace(LEVEL, evidence=replace(LEVEL.evidence, tier="same song"))
    assert apart([same], shut("level/vocals", 1)) == ((same,), ())


def test_a_compression_is_closed_as_denser() -> None:
    kept, closed = apart([COMPRESSION], shut("density/drums", 1))
    assert kept == () and closed[0].dimension == "dynamic_spread"
    assert apart([COMPRESSION], shut("density/drums", -1))[0] == (COMPRESSION,)


def test_an_equalizer_loses_its_closed_bands_alone_but_for_the_one_that_its_evidence_speaks_of() -> None:
    bands = (Band("bell", 600.0, -2.0, 0.7), Band("high_shelf", 7000.0, 3.0, 0.71), Band("high_pass", 35.0, 0.0, 0.71))
    move = make_move("drums", Chain(bands))
    kept, closed = apart([move], shut("tone/drums/brilliance", 1))
    assert [m.chain.bands for m in kept] == [(bands[0], bands[2])]
    assert [q.dimension for q in closed] == ["tone/brilliance"]
    assert apart([move], shut("tone/drums/mids", -1))[0] == ()
    assert apart([move], shut("tone/bass/brilliance", 1)) == ((move,), ())


def test_what_is_closed_is_told_with_the_way_to_open_it() -> None:
    known = shut("level/vocals", 1) | shut("density/drums", 1) | shut("tone/drums/brilliance", 1)
    shelf = make_move("drums", Chain((Band("high_shelf", 7000.0, 3.0, 0.71),)))
    told = closed_sentences(apart([LEVEL, LEVEL, COMPRESSION, shelf], known)[1])
    assert len(told) == 3 and all("open" in text for text in told)
    assert told[0].startswith("Closed by you: vocals louder.") and "level/vocals" in told[0]
    assert told[1].startswith("Closed by you: drums denser.")
    assert told[2].startswith("Closed by you: more brilliance (above 5.6 kHz) on drums.")
