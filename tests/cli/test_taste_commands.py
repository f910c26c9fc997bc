"""`taste`, `references weigh`, and how far to go with each kind of move."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_documents import make_track

from mixassistant.advice.decision import Decision
from mixassistant.cli import main
from mixassistant.cli.taste import strengths
from mixassistant.errors import UsageError
from mixassistant.library.library import Library
from mixassistant.profiles.taste import Answer


def run(*words: str) -> int:
    return main([*words], lambda files, demo: 0)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.sqlite3"
    with Library(path) as opened:
        for number in range(4):
            opened.answers.decide("hash", f"vocals-level-{number}", Decision(True, 1.0), Answer("level/vocals", 3.0, 0.0, True))
        opened.answers.decide("hash", "drums-eq", Decision(False, 1.0), Answer("tone/high", 2.0, 0.0, False))
        for number in range(2):
            opened.answers.decide("hash", f"bass-level-{number}", Decision(False, 1.0), Answer("level/bass", -3.0, 0.0, False))
        opened.answers.decide("hash", "bass-eq", Decision(True))
    return path


def test_what_was_learned_is_shown_with_how_sure_it_is(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("taste", "show", "--library", str(library)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("[")[1] for line in lines[:3]] == ["level/bass]", "level/vocals]", "tone/high]"]
    assert lines[0].endswith(
        "dB: bass louder than in your references (2 answers: advice follows by 2.2 dB). Closed by you: bass quieter [level/bass]"
    )
    assert lines[1].endswith("vocals louder than in your references (4 answers: too few to follow yet) [level/vocals]")
    assert "less high end (above 3.5 kHz) on all roles than in your references (1 answer: advice" in lines[2]
    assert lines[3].startswith("Up to ") and len(lines) == 4  # bands of the high end, of every role


def test_what_was_closed_is_opened_again_and_what_was_learned_stays(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("taste", "open", "level/bass", "--library", str(library)) == 0
    assert capsys.readouterr().out == "Opened again: bass quieter.\n"
    run("taste", "show", "--library", str(library))
    told = capsys.readouterr().out
    assert "bass louder" in told and "Closed" not in told
    assert run("taste", "open", "--library", str(library)) == 0
    assert capsys.readouterr().out == "Nothing was closed there.\n"
    with Library(library) as opened:  # rejected anew, it closes anew
        for number in range(2, 4):
            opened.answers.decide("hash", f"bass-level-{number}", Decision(False, 1.0), Answer("level/bass", -3.0, 0.0, False))
    run("taste", "show", "--library", str(library))
    assert "Closed by you: bass quieter" in capsys.readouterr().out


def test_one_dimension_is_forgotten_and_the_decisions_stay(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("taste", "forget", "level/vocals", "--library", str(library)) == 0
    assert "4 answers" in capsys.readouterr().out
    with Library(library) as opened:
        assert {a.dimension for a in opened.answers.all()} == {"tone/high", "level/bass"}
        assert len(opened.answers.decisions("hash")) == 8
    assert run("taste", "forget", "--library", str(library)) == 0
    run("taste", "show", "--library", str(library))
    assert "Nothing is known" in capsys.readouterr().out


def test_a_decision_taken_back_takes_its_answer_back(library: Path) -> None:
    with Library(library) as opened:
        opened.answers.decide("hash", "drums-eq", None)
        assert {a.dimension for a in opened.answers.all()} == {"level/vocals", "level/bass"}


def test_references_count_as_many_songs_as_they_are_given(library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "song.wav"
    file.touch()
    with Library(library) as opened:
        opened.references.add(file, make_track())
    assert run("references", "weigh", "2.5", str(file), "--library", str(library)) == 0
    assert "counts as 2.5 songs" in capsys.readouterr().out
    with Library(library) as opened:
        assert opened.references.weights() == {make_track().content_hash: 2.5}
    for word in ("0", "abc", "nan", "11"):
        assert run("references", "weigh", word, str(file), "--library", str(library)) == 2
        assert capsys.readouterr().err == f"mixassistant: “{word}” is no number of songs: use a number from 0.1 to 10\n"
    assert run("references", "weigh", "2", "nothing", "--library", str(library)) != 0


def test_strengths_are_read_under_the_names_that_people_use() -> None:
    assert strengths(["eq=50,levels=100%", "width=0"], "") == {"eq": 0.5, "level": 1.0, "stereo": 0.0}
    assert strengths([], "level") == {"eq": 0.0, "level": 1.0, "compression": 0.0, "stereo": 0.0, "masking": 0.0}


@pytest.mark.parametrize("word", ["eq", "eq=", "eq=loud", "eq=200", "eq=-1", "treble=50", "eq=nan"])
def test_what_is_no_strength_is_refused_in_one_line(word: str) -> None:
    with pytest.raises(UsageError) as refused:
        strengths([word], "")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("action", ["forget", "open"])
def test_an_unknown_dimension_is_refused(action: str, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("taste", action, "loudness", "--library", str(library)) == 2
    assert "level/vocals" in capsys.readouterr().err
