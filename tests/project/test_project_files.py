"""Project files hold all of a project, are read within bounds, and find their audio again by its content."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_documents import make_document

from mixassistant.advice.decision import Decision
from mixassistant.errors import InputError, OutputError
from mixassistant.features.track import Section
from mixassistant.processing.moves import Band
from mixassistant.project.file import SCHEMA, read_project, write_project
from mixassistant.project.finding import MOST_DEEP, find_audio, identity, known
from mixassistant.project.project import Audio, Mix, Project, View
from mixassistant.report.version import Version, slim


def make_project(folder: Path) -> Project:
    """Return a project with something in every place, whose audio lies in a folder."""
    for name in ("song.wav", "bass.wav", "liked.wav"):
        (folder / name).write_bytes(name.encode() * 100)
    levels = np.round(np.random.default_rng(0).uniform(-60, -10, (8, 200)) * 2).astype(np.float32) / 2
    return Project(
        mix=Mix(
            audio=known(folder / "song.wav"),
            separator="embedded",
            stream=2,
            roles={"KICK": "drums"},
            replacements=(("bass", known(folder / "bass.wav")),),
            absent=("vocals",),
            stage="rough",
            sections=(Section(0.0, 10.5, "A", "intro"), Section(10.5, 20.0, "B", "", False)),
        ),
        profile="Rock",
        references=(Audio(folder / "liked.wav", "ab" * 32),),
        decisions={"bass-eq": Decision(True, 1.44, (Band("bell", 284.0, -8.2, 1.1),)), "drums-level": Decision(False)},
        view=View(3, (1.5, 9.0), 1, "suggestion", "ab" * 32, (2.0, 4.0)),
        versions=(Version(folder / "song v1.wav", levels, slim(make_document())),),
    )


def plain(project: Project) -> tuple[Any, ...]:
    """Return a project without its versions, and these as what can be compared."""
    versions = [(v.path, v.fingerprint.tolist(), v.report) for v in project.versions]
    return (project.mix, project.profile, project.references, dict(project.decisions), project.view, versions)


def test_everything_comes_back(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    write_project(project, tmp_path / "song.mixassistant")
    assert plain(read_project(tmp_path / "song.mixassistant")) == plain(project)


def test_a_folder_that_moves_as_a_whole_is_whole_at_its_new_place(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    write_project(make_project(old), old / "song.mixassistant")
    shutil.move(old, tmp_path / "new")
    found = read_project(tmp_path / "new" / "song.mixassistant")
    assert found.mix.audio is not None and found.mix.audio.path == tmp_path / "new" / "song.wav"
    assert found.mix.replacements[0][1].path == tmp_path / "new" / "bass.wav"


def test_a_name_in_any_bytes_survives(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"k\xfcche \xe2\x80\x9c.wav")
    write_project(Project(Mix(Audio(path))), tmp_path / "odd.mixassistant")
    audio = read_project(tmp_path / "odd.mixassistant").mix.audio
    assert audio is not None and audio.path == path


def test_the_demo_song_needs_no_audio(tmp_path: Path) -> None:
    write_project(Project(Mix(None, demo="earlier")), tmp_path / "demo.mixassistant")
    assert read_project(tmp_path / "demo.mixassistant").mix == Mix(None, demo="earlier")


def damage(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    path = tmp_path / "damaged.mixassistant"
    write_project(make_project(tmp_path), path)
    found = json.loads(path.read_text("utf-8"))
    change(found)
    path.write_text(json.dumps(found), "utf-8")
    return path


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("no-project", lambda found: found.pop("schema")),
        ("no-project", lambda found: found.update(schema="mixassistant.report/2")),
        ("newer-project", lambda found: found.update(schema="mixassistant.project/2")),
        ("damaged-project", lambda found: found["mix"].pop("audio")),
        ("damaged-project", lambda found: found["mix"]["audio"].update(path="a\0b")),
        ("damaged-project", lambda found: found["mix"].update(stream=0)),
        ("damaged-project", lambda found: found["mix"]["sections"][1].update(start_s=9.0)),
        ("damaged-project", lambda found: found["decisions"]["bass-eq"].update(amount_percent=1e9)),
        ("damaged-project", lambda found: found["decisions"]["bass-eq"]["bands"][0].update(type="kazoo")),
        ("damaged-project", lambda found: found["versions"][0].update(fingerprint="???")),
        ("damaged-project", lambda found: found["versions"][0]["report"].pop("mix")),
        ("damaged-project", lambda found: found["view"].update(loop_s=[1.0])),
    ],
)
def test_a_damaged_or_newer_file_is_one_line(tmp_path: Path, code: str, change: Callable[[dict[str, Any]], object]) -> None:
    path = damage(tmp_path, change)
    with pytest.raises(InputError, match=r"damaged\.mixassistant") as caught:
        read_project(path)
    assert caught.value.code == code and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[" * 100_000, b"\xff\xfe\x00", b"null", b'"' + b"x" * 40_000_000 + b'"'], ids=lambda d: str(d[:8])
)
def test_what_is_no_project_is_one_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "none.mixassistant"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"none\.mixassistant") as caught:
        read_project(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_that_cannot_be_written_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read the project “gone\.mixassistant”: no such file"):
        read_project(tmp_path / "gone.mixassistant")
    with pytest.raises(OutputError):
        write_project(Project(Mix(None)), tmp_path / "nowhere" / "x.mixassistant")


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "song.mixassistant"
    write_project(Project(Mix(None)), path)
    before = path.read_bytes()

    def full(*_words: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError):
        write_project(Project(Mix(None, demo="earlier")), path)
    assert path.read_bytes() == before


# Finding audio again


def test_audio_that_was_moved_and_renamed_is_found_by_its_content_below_the_project(tmp_path: Path) -> None:
    audio = make_project(tmp_path).mix.audio
    assert audio is not None
    (tmp_path / "bounces" / "2026").mkdir(parents=True)
    (tmp_path / "decoy.wav").write_bytes(b"x" * audio.size_bytes)  # as large, and something else
    moved = (tmp_path / "song.wav").rename(tmp_path / "bounces" / "2026" / "final.wav")
    assert find_audio(audio, tmp_path) == moved


def test_the_same_name_with_another_content_is_not_it(tmp_path: Path) -> None:
    audio = make_project(tmp_path).mix.audio
    assert audio is not None
    (tmp_path / "song.wav").unlink()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "song.wav").write_bytes(b"something else")
    assert find_audio(audio, tmp_path) is None


def test_what_lies_where_it_lay_is_it_whatever_it_holds_by_now(tmp_path: Path) -> None:
    audio = make_project(tmp_path).mix.audio
    assert audio is not None
    (tmp_path / "song.wav").write_bytes(b"a new bounce")
    assert find_audio(audio, tmp_path) == tmp_path / "song.wav" and identity(tmp_path / "song.wav") != audio.content_hash


def test_audio_is_found_where_the_library_has_seen_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    audio = make_project(tmp_path / "a").mix.audio
    assert audio is not None
    moved = shutil.move(tmp_path / "a" / "song.wav", tmp_path / "b" / "seen.wav")
    assert find_audio(audio, tmp_path / "a", (tmp_path / "gone.wav", Path(moved))) == Path(moved)


def test_a_folder_of_stems_is_found_by_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "Stems").mkdir()
    for name in ("kick.wav", "bass.wav"):
        (tmp_path / "Stems" / name).write_bytes(name.encode())
    audio = known(tmp_path / "Stems")
    (tmp_path / "deep").mkdir()
    moved = (tmp_path / "Stems").rename(tmp_path / "deep" / "Stems")
    assert find_audio(audio, tmp_path) == moved


def test_the_search_does_not_go_deeper_than_it_says_nor_in_circles(tmp_path: Path) -> None:
    audio = make_project(tmp_path).mix.audio
    assert audio is not None
    deep = tmp_path.joinpath(*("d" * (MOST_DEEP + 1)))
    deep.mkdir(parents=True)
    (tmp_path / "song.wav").rename(deep / "song.wav")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert find_audio(audio, tmp_path) is None


def test_the_schema_says_its_version() -> None:
    assert SCHEMA == "mixassistant.project/1"
