"""What accepting or rejecting a suggestion says of taste, and that the library keeps all of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sample_documents import make_move, make_suggestions

from mixassistant.advice.answers import answers_to, questions_of
from mixassistant.advice.decision import Decision
from mixassistant.advice.suggestion import Evidence, Facts, Interval, Move, Toward
from mixassistant.library.library import Library
from mixassistant.processing.moves import Band, Chain, Width
from mixassistant.profiles.taste import Answer, Preference, offset_of
from mixassistant.stems.place import Place

LEVEL, EQ, COMPRESSION, CHECK = make_suggestions()


def toward(place: str, chain: Chain, dimension: str, descriptor: str = "level") -> Move:
    evidence = Evidence(descriptor, -6.0, -4.0, -5.0, -3.0, "dB", ("a",), "references")
    return make_move(
        place, chain, evidence, group="toward", facts=Facts(toward=Toward(dimension, 9, 10, -3.0)), interval=Interval(0.7, 3.9)
    )


def test_an_answer_carries_how_sure_the_suggestion_was_and_the_taste_that_it_was_made_with() -> None:
    known = {"level/vocals": Preference("level/vocals", 2.5, 0.8, 3)}
    answer = Answer("level/vocals", 4.05, offset_of(known, Place("vocals"), "level"), False, 1.0, 0.6, doubt_db=0.7)
    assert answers_to(replace(LEVEL, confidence=0.6), Decision(False, 1.0), known) == (answer,)


def test_the_taste_that_a_compression_was_made_with_is_of_density() -> None:
    known = {"density/vocals": Preference("density/vocals", 1.5, 0.8, 3)}
    squeezed = replace(COMPRESSION, target=replace(COMPRESSION.target, place=Place("vocals")), group="toward")
    (answer,) = answers_to(squeezed, Decision(True, 0.5), known)
    assert answer.dimension == "density/vocals" and answer.move_db == 2.5 and answer.amount == 0.5
    assert answer.offset_db == -offset_of(known, Place("vocals"), "dynamic_spread") and 0 < answer.offset_db < 1.5


@pytest.mark.parametrize(
    ("move", "dimension", "move_db"),
    [
        (toward("drums", Chain(gain_db=-2.5), "level"), "level/drums", -2.5),
        (toward("drums/KICK", Chain(gain_db=1.5), "level"), "level/drums", 1.5),
        (toward("mix", Chain(width=(Width(-2.0, 20.0, 20_000.0),)), "width", "width"), "width/mix", -2.0),
        (replace(COMPRESSION, group="toward"), "density/drums", 2.5),
    ],
    ids=["level", "stem", "width", "compression"],
)
def test_each_kind_asks_of_its_place(move: Move, dimension: str, move_db: float) -> None:
    (answer,) = answers_to(move, Decision(True, 1.0), {})
    assert (answer.dimension, answer.move_db, answer.share) == (dimension, move_db, 1.0)


def test_an_equalizer_asks_of_its_broad_bands_and_stays_one_answer() -> None:
    bands = (Band("low_shelf", 110.0, -3.0, 0.71), Band("bell", 3500.0, 2.0, 0.7), Band("high_pass", 40.0, 0.0, 0.71))
    given = answers_to(toward("vocals", Chain(bands), "tone/bass"), Decision(False), {})
    assert sum(answer.share for answer in given) == pytest.approx(1.0)
    assert all(answer.dimension.startswith("tone/vocals/") for answer in given)
    moves = {answer.dimension.removeprefix("tone/vocals/"): answer.move_db for answer in given}
    assert moves["sub"] < -2.5 and moves["bass"] < -1.0 and 1.2 < moves["presence"] < 2.0 and "brilliance" not in moves
    assert [answer.share for answer in given] == sorted((answer.share for answer in given), reverse=True)


def test_a_broad_move_in_one_band_is_about_that_band() -> None:
    (first, *_others) = questions_of(toward("mix", Chain((Band("high_shelf", 6000.0, -3.0, 0.71),)), "tone/brilliance"))
    assert first.dimension == "tone/brilliance" and first.move_db == pytest.approx(-2.7, abs=0.3) and first.share > 0.8


def test_what_is_wrong_for_anybody_says_nothing_of_taste() -> None:
    assert answers_to(CHECK, Decision(False, 1.0), {}) == ()
    assert answers_to(replace(LEVEL, evidence=replace(LEVEL.evidence, tier="same song")), Decision(True), {}) == ()
    assert questions_of(toward("mix", Chain(width=(Width(-6.0, 20.0, 120.0),)), "width", "low_mono_share")) == ()
    assert questions_of(make_move("bass", Chain((Band("high_pass", 30.0, 0.0, 0.71),)))) == ()


def test_the_library_gives_answers_back_as_they_were(tmp_path: Path) -> None:
    answers = answers_to(replace(EQ, confidence=0.6), Decision(True, 0.5), {})
    assert len(answers) > 1
    with Library(tmp_path / "library.sqlite3") as library:
        library.answers.decide("hash", EQ.id, Decision(True, 0.5), *answers)
        assert set(library.answers.all()) == set(answers)
        library.answers.decide("hash", EQ.id, Decision(False))
        assert library.answers.all() == () and len(library.answers.decisions("hash")) == 1
