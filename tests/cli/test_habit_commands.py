"""`learn` and `habit`: what is printed, kept and written, and how wrong input is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.cli import main
from mixassistant.library.library import Library
from mixassistant.profiles.habit import habit_from_json
from signals import noise, scaled


def run(*words: str) -> int:
    return main([*words], lambda files, demo: 0)


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """Return a folder with one finished song: the voice was turned up by 4 dB."""
    folder = tmp_path / "Finished"
    for seed, name in enumerate(("VOX", "BASS")):
        track = Audio(noise(seed, -24.0, 4.0, 44100, 1).samples, 44100)
        for part, gain in (("raw", 0.0), ("stems", 4.0 if name == "VOX" else 0.0)):
            (folder / "Song" / part).mkdir(parents=True, exist_ok=True)
            write_audio(scaled(track, gain), folder / "Song" / part / f"{name}.wav")
    return folder


def test_what_was_learned_is_told_kept_and_written(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library, output = tmp_path / "library.sqlite3", tmp_path / "me.json"
    assert run("learn", str(finished), "--name", "me", "--output", str(output), "--library", str(library)) == 0
    told = capsys.readouterr().out
    assert told.startswith("me: 1 song by 1 artist in Finished\n")
    vocals = next(line for line in told.splitlines() if line.strip().startswith("vocals"))
    assert "vocals, 1 song: level +1.5" in vocals and "LU" in vocals
    assert "1 song with produced stems" in told and "settings of compressors are not told" in told
    assert "mixassistant habit use" in told
    with Library(library) as opened:
        kept = opened.habits.chosen()
    assert kept is not None and kept.name == "me"
    assert np.allclose(habit_from_json(json.loads(output.read_text("utf-8"))).roles["vocals"].mean, kept.roles["vocals"].mean)


def test_habits_are_listed_shown_used_and_forgotten(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = ("--library", str(tmp_path / "library.sqlite3"))
    assert run("learn", str(finished), *library) == 0
    capsys.readouterr()
    assert run("habit", "list", *library) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[-1].split()[0] == "Finished" and rows[-1].endswith("in use")
    assert run("habit", "show", *library) == 0
    assert "engineers as a rule" in capsys.readouterr().out
    assert run("habit", "use", *library) == 0
    assert run("habit", "show", *library) == 0
    shown = capsys.readouterr().out
    assert "MixologyDB" in shown and "vocals: " in shown and "hall reverb in" in shown
    assert run("habit", "forget", "Finished", *library) == 0
    assert run("habit", "use", "Finished", *library) == 4
    assert "no habit" in capsys.readouterr().err


def test_bad_input_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = ("--library", str(tmp_path / "library.sqlite3"))
    assert run("learn", str(tmp_path / "nowhere"), *library) == 3
    assert run("learn", str(tmp_path), *library) == 3
    assert run("learn", str(tmp_path), "--output", "habit.txt", *library) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 3 and "no finished song" in told[1] and "does not end in .json" in told[2]
    with Library(tmp_path / "library.sqlite3") as opened:
        assert opened.habits.names() == ()
