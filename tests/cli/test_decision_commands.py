"""Decisions on the command line: given, kept, taken up again, and put on the song."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mixassistant.advice.decision import Decision
from mixassistant.audio.decode import decode
from mixassistant.audio.write import write_audio
from mixassistant.cli import main
from mixassistant.cli.decisions import Given, given
from mixassistant.errors import UsageError
from mixassistant.library import store
from mixassistant.library.library import Library
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.taste import Answer
from mixassistant.report.document import read_document
from mixassistant.report.moves import decisions_of
from mixassistant.stems.stem import ROLES
from signals import music

Run = Callable[..., int]
FAULTS = {"vocals": Chain(gain_db=-5.0), "bass": Chain((Band("bell", 400.0, 6.0, 1.0),))}


@pytest.fixture
def run() -> Run:
    return lambda *words: main([str(word) for word in words], lambda _files, _demo: 0)


@pytest.fixture
def analyze(run: Run, tmp_path: Path) -> Run:
    """Return a runner of `analyze` on a song with two faults beside its earlier version, with a library of its own."""
    for name, moves in (("earlier", {}), ("mine", FAULTS)):
        (tmp_path / name).mkdir()
        for index, role in enumerate(ROLES):
            audio = render(music(index, duration_s=8.0), moves.get(role, Chain()))
            write_audio(audio, tmp_path / name / f"{role}.wav", "FLOAT")
    words = ("analyze", tmp_path / "mine", "--reference", tmp_path / "earlier", "--library", tmp_path / "library", "--device", "cpu")
    return lambda *more: run(*words, *more)


def words(**values: object) -> Namespace:
    return Namespace(**{"accept": [], "reject": [], "amount": [], "undecided": False, **values})


def test_an_amount_accepts_and_what_was_accepted_keeps_its_amount_and_shape() -> None:
    own = (Band("bell", 500.0, -3.0, 1.0),)
    wanted = given(words(accept=["a", "b"], reject=["c"], amount=["d=144 %", "b=50"]))
    before = {"a": Decision(True, 0.7, own), "b": Decision(True, 2.0, own), "c": Decision(True), "d": Decision(False, 0.3)}
    assert wanted.on("abcd", before) == {
        "a": Decision(True, 0.7, own), "b": Decision(True, 0.5, own), "c": Decision(False), "d": Decision(True, 1.44),
    }  # fmt: skip


@pytest.mark.parametrize("wrong", ["bass-eq", "bass-eq=", "bass-eq=loud", "bass-eq=201", "bass-eq=-1", "=50", "bass-eq=nan"])
def test_an_amount_that_cannot_be_read_is_told(wrong: str) -> None:
    with pytest.raises(UsageError, match="cannot read --amount"):
        given(words(amount=[wrong]))


def test_decisions_that_contradict_each_other_are_told() -> None:
    for wrong in (words(accept=["a"], reject=["a"]), words(amount=["a=50"], reject=["a"]), words(amount=["a=50", "a=60"])):
        with pytest.raises(UsageError):
            given(wrong)


def test_an_id_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UsageError) as told:
        Given(accepted=("nothing",)).on(("vocals-level", "bass-eq"))
    assert "vocals-level, bass-eq" in str(told.value)


def test_what_is_decided_is_in_the_report_and_comes_back_with_the_next_one(
    analyze: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert analyze("--accept", "bass-eq", "--amount", "vocals-level=50", "--output", tmp_path / "one.json") == 0
    assert "before" not in capsys.readouterr().out
    one = read_document(tmp_path / "one.json")
    assert decisions_of(one) == {"bass-eq": Decision(True), "vocals-level": Decision(True, 0.5)}
    proof, every = one["verification_as_decided"], one["verification"]
    assert every["distance_after"] < proof["distance_after"] < proof["distance_before"]
    assert proof["measured"]["vocals/level"] < every["measured"]["vocals/level"] - 1.5  # half of 5 dB
    assert analyze("--reject", "bass-eq") == 0
    told = capsys.readouterr().out
    assert "Decided: 1 of 2 moves accepted, at 50 %; 1 rejected." in told
    assert "after the accepted moves." in told and "[bass-eq]" in told
    assert "Decisions of this mix that you made before: 2 of 2 moves accepted, 1 at 50 %." in told
    assert analyze("--undecided") == 0
    assert "Decided" not in capsys.readouterr().out


def test_an_unknown_id_writes_nothing_and_keeps_nothing(analyze: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert analyze("--accept", "bass-eq", "--reject", "drums-eq", "--output", tmp_path / "one.json") == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "drums-eq" in told and "bass-eq" in told and "vocals-level" in told
    assert not (tmp_path / "one.json").exists()
    with Library(tmp_path / "library") as library:
        assert not library.answers.all()


def gain_db(after: Path, before: Path) -> float:
    one, other = decode(after).samples, decode(before).samples
    return 10 * float(np.log10(np.square(one).sum() / np.square(other).sum()))


def test_render_puts_on_what_was_accepted_at_its_amount_and_says_which(
    analyze: Run, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, library = tmp_path / "one.json", ("--library", tmp_path / "library")
    assert analyze("--amount", "vocals-level=50", "--reject", "bass-eq", "--output", report) == 0
    half = read_document(report)["suggestions"]
    suggested = next(s for s in half if s["id"] == "vocals-level")["parameters"]["gain_db"]
    assert run("render", report, "--output", tmp_path / "out", *library) == 0
    assert "1 of 2 moves accepted, as the report says" in capsys.readouterr().out
    own = sorted(path.name for path in (tmp_path / "mine").iterdir())
    assert run("render", report, "--output", tmp_path / "mine", *library) == 2
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == own and "song's stems" in capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["mine.wav", "vocals.wav"]
    assert gain_db(tmp_path / "out" / "vocals.wav", tmp_path / "mine" / "vocals.wav") == pytest.approx(0.5 * suggested, abs=0.02)
    assert run("render", report, "--output", tmp_path / "all", "--undecided", *library) == 0
    assert "all moves as suggested" in capsys.readouterr().out and (tmp_path / "all" / "bass.wav").exists()
    assert gain_db(tmp_path / "all" / "vocals.wav", tmp_path / "mine" / "vocals.wav") == pytest.approx(suggested, abs=0.02)


def test_render_heeds_what_was_decided_since_the_report_and_keeps_what_is_given(
    analyze: Run, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report, library = tmp_path / "one.json", ("--library", tmp_path / "library")
    assert analyze("--output", report) == 0
    content = json.loads(report.read_text("utf-8"))["mix"]["content_hash"]
    assert run("render", report, "--output", tmp_path / "out", "--accept", "bass-eq", *library) == 0
    assert "1 of 2 moves accepted, as given" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["bass.wav", "mine.wav"]
    with Library(tmp_path / "library") as kept:
        assert kept.answers.decisions(content) == {"bass-eq": Decision(True)}
    assert run("render", report, "--output", tmp_path / "again", *library) == 0
    assert "as you decided on this mix" in capsys.readouterr().out and not (tmp_path / "again" / "vocals.wav").exists()


def test_a_library_that_cannot_be_written_is_no_hindrance_to_deciding(
    analyze: Run, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report, library = tmp_path / "one.json", ("--library", tmp_path / "library")
    assert analyze("--output", report) == 0
    monkeypatch.setattr(store, "_is_read_only", lambda path: path.is_file())
    assert analyze("--accept", "bass-eq", "--output", tmp_path / "two.json") == 0
    two = read_document(tmp_path / "two.json")
    assert decisions_of(two) == {"bass-eq": Decision(True)}
    assert any("nothing of this analysis is remembered" in warning for warning in two["warnings"])
    capsys.readouterr()
    assert run("render", report, "--output", tmp_path / "out", "--accept", "bass-eq", *library) == 0
    told = capsys.readouterr()
    assert "1 of 2 moves accepted, as given" in told.out and "is not remembered" in told.err
    with Library(tmp_path / "library") as kept:
        assert not kept.answers.decisions(two["mix"]["content_hash"])


def test_a_decision_that_is_changed_without_its_suggestion_changes_what_it_teaches(tmp_path: Path) -> None:
    with Library(tmp_path / "library") as library:
        library.answers.decide("song", "vocals-level", Decision(True), Answer("level/vocals", 3.0, 0.0, True))
        library.answers.change("song", "vocals-level", Decision(False, 0.5))
        assert library.answers.decisions("song") == {"vocals-level": Decision(False, 0.5)}
        assert [(a.dimension, a.accepted, a.amount) for a in library.answers.all()] == [("level/vocals", False, 0.5)]
        library.answers.change("song", "bass-eq", Decision(True))
        assert library.answers.decisions("song")["bass-eq"] == Decision(True)
