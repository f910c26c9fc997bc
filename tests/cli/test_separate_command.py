"""`mixassistant separate` on folders: a folder a mix, formats, what is there is left, one bad file stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile

import signals
from mixassistant.audio.write import write_audio
from mixassistant.cli import main

Run = Callable[..., int]


@pytest.fixture
def run() -> Run:
    return lambda *words: main([str(word) for word in words], lambda files, with_demo: 0)


def test_a_folder_of_mixes_is_taken_apart_into_folders(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    songs = tmp_path / "Artist"
    for name in ("Ahead", "Behind"):
        (songs / name).mkdir(parents=True)
        write_audio(signals.music(len(name), 4.0), songs / name / "full_mix.flac")
    (songs / "Broken").mkdir()
    (songs / "Broken" / "full_mix.wav").write_bytes(b"RIFF....WAVEnothing")
    words = ("separate", songs, "--separator", "embedded", "--device", "cpu", "--output", tmp_path / "stems", "--format")
    assert run(*words, "flac") == 3
    told = capsys.readouterr()
    assert "2 of 3 songs separated" in told.out and told.err.count("\n") == 1
    files = sorted(str(path.relative_to(tmp_path / "stems")) for path in (tmp_path / "stems").rglob("*.flac"))
    assert files == [f"{name}/{role}.flac" for name in ("Ahead", "Behind") for role in ("bass", "drums", "other", "vocals")]
    assert soundfile.info(tmp_path / "stems" / "Ahead" / "bass.flac").subtype == "PCM_24"
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "stems").rglob("*.flac")}
    assert run(*words, "flac") == 3 and "2 were there already" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert run("separate", songs / "Ahead" / "full_mix.flac", *words[2:-2], tmp_path / "one", "--format", "ogg") == 0
    assert {path.name for path in (tmp_path / "one").iterdir()} == {"bass.ogg", "drums.ogg", "other.ogg", "vocals.ogg"}


@pytest.mark.parametrize("words", [("--bit-rate", "8"), ("--quality", "11"), ("--format", "aac")])
def test_wishes_that_no_format_knows_are_told_before_any_work(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    try:
        code = run("separate", tmp_path / "mix.wav", "--output", tmp_path / "out", *words)
    except SystemExit as ended:
        code = int(str(ended.code))
    assert code == 2 and not (tmp_path / "out").exists()
