"""Files that are called oddly: what is written from them has a name that every system takes, and every output survives them."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mixassistant.audio.write import write_audio
from mixassistant.cli import main
from mixassistant.errors import InputError
from mixassistant.extraction.results import Places
from mixassistant.library.library import Library
from mixassistant.stems.drop import open_song
from signals import noise, scaled

Run = Callable[..., int]
BYTES = os.fsdecode(b"caf\xe9.wav")
only_bytes = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only there can a file name be other than Unicode")


@pytest.fixture
def run() -> Run:
    return lambda *words: main([str(word) for word in words], lambda paths, with_demo: 0)


def extract(run: Run, *words: object) -> int:
    return run("extract", *words, "--only", "loudness", "--processes", 1)


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.json"))


@only_bytes
def test_a_name_that_is_no_text_goes_through_every_output(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / os.fsdecode(b"m\xfcsik")
    folder.mkdir()
    for index, name in enumerate((BYTES, "good.wav")):
        write_audio(scaled(noise(index, duration_s=4.0), -index), folder / name)
    table = tmp_path / "table.csv"
    assert extract(run, folder, "--as", "songs", "--output", tmp_path / "out", "--table", table) == 0
    assert written(tmp_path / "out") == ["caf_xe9.json", "good.json"]
    rows = {row["track"]: row for row in csv.DictReader(table.read_text("utf-8").splitlines())}
    assert set(rows) == {"caf\\xe9", "good"} and rows["caf\\xe9"]["path"].endswith("m\\xfcsik/caf\\xe9.wav")
    mix = json.loads((tmp_path / "out" / "caf_xe9.json").read_text("utf-8"))["mix"]
    assert mix["name"] == "caf\\xe9" and Path(mix["source"]["path"]) == (folder / BYTES).resolve()  # it can be opened by that

    library = tmp_path / "library.sqlite3"
    separation = ("--library", library, "--separator", "embedded", "--device", "cpu")
    assert run("references", "add", folder / BYTES, *separation) == 0
    assert run("references", "list", "--library", library) == 0
    assert "caf\\xe9.wav" in capsys.readouterr().out
    with Library(library) as opened:
        (reference,) = opened.references.all()
    assert (reference.name, reference.path, reference.missing) == ("caf\\xe9", (folder / BYTES).resolve(), False)

    outputs = [tmp_path / f"report{suffix}" for suffix in (".json", ".html", ".pdf", ".md")]
    assert run("analyze", folder / BYTES, *separation, *(word for path in outputs for word in ("--output", path))) == 0
    assert "caf\\xe9" in outputs[1].read_text("utf-8") and "caf\\\\xe9" in outputs[3].read_text("utf-8")
    assert outputs[2].read_bytes().startswith(b"%PDF")
    assert run("render", outputs[0], "--output", tmp_path / "rendered") == 0
    assert (tmp_path / "rendered" / "caf_xe9.wav").exists()
    assert run("analyze", folder / os.fsdecode(b"gone\xe9.wav")) == 3
    assert "gone\\xe9.wav" in capsys.readouterr().err


@only_bytes
def test_stems_whose_names_are_no_text_are_stems(tmp_path: Path) -> None:
    folder = tmp_path / "Song"
    folder.mkdir()
    for index, name in enumerate((b"Batter\xeda drums.wav", b"Bass.wav", b"Voix pr\xeas vocals.wav")):
        write_audio(noise(index, duration_s=4.0), folder / os.fsdecode(name))
    song = open_song(folder, called="stems")
    assert [stem.name for stem in song.stems] == ["Bass", "Batter\\xeda drums", "Voix pr\\xeas vocals"]
    assert [stem.role for stem in song.stems][1:] == ["drums", "vocals"]
    with pytest.raises(InputError, match="x"):
        open_song(folder / os.fsdecode(b"x\xff.wav"))


def test_a_name_as_long_as_a_disk_takes_is_measured_again_from_where_it_was(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for index, letter in enumerate(("曲", "歌")):
        write_audio(scaled(noise(index, duration_s=1.0), -index), tmp_path / f"{'曲' * 82}{letter}.wav")
    files = sorted(tmp_path.glob("*.wav"))
    assert extract(run, *files, "--output", tmp_path / "out") == 0
    first = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in written(tmp_path / "out")}
    assert len(first) == 2 and all("~" in name and len(name.encode()) < 250 for name in first)
    assert extract(run, *files, "--output", tmp_path / "out") == 0
    assert {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in written(tmp_path / "out")} == first
    assert list((tmp_path / "out").glob(".*")) == []  # no lock is left


@pytest.mark.skipif(sys.platform == "win32", reason="there no file has such a name")
def test_names_that_some_system_has_not_are_made_plain(run: Run, tmp_path: Path) -> None:
    names = ("CON", "aux.take 2", "a:b?c*", "trail.", 'so "loud" <live>|')
    for index, name in enumerate(names):
        write_audio(noise(index, duration_s=1.0), tmp_path / f"{name}.wav")
    assert extract(run, *(tmp_path / f"{name}.wav" for name in names), "--output", tmp_path / "out") == 0
    assert written(tmp_path / "out") == ["CON_.json", "a_b_c_.json", "aux_.take 2.json", "so _loud_ _live__.json", "trail.json"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there these are one file")
def test_names_that_are_one_file_elsewhere_get_numbers_and_keep_them(run: Run, tmp_path: Path) -> None:
    names = ("Song", "song", "\u00dcber", "U\u0308ber", "So:ng", "So?ng")
    for index, name in enumerate(names):
        write_audio(noise(index, duration_s=1.0), tmp_path / f"{name}.wav")
    files = [tmp_path / f"{name}.wav" for name in names]
    for _ in range(2):
        assert extract(run, *files, "--output", tmp_path / "out") == 0
        found = written(tmp_path / "out")
        assert found == sorted(["Song.json", "song (2).json", "\u00dcber.json", "U\u0308ber (2).json", "So_ng.json", "So_ng (2).json"])
    places = Places(tmp_path / "new")
    assert len({places.find(file, file.stem, "one content").result for file in files[2:4]}) == 1
    again = Places(tmp_path / "out").find(files[1], "song", "another content")
    assert again.result.name == "song (2).json"  # of the same path, in an earlier state
