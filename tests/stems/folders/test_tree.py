"""The audio files under a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError
from mixassistant.stems.folders.tree import walk
from signals import noise


def put(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_audio(noise(0, duration_s=0.1), path)


def test_the_whole_tree_is_found_but_hidden_files_and_the_insides_of_projects(tmp_path: Path) -> None:
    put(tmp_path / "loose.wav", tmp_path / "A" / "B" / "deep.wav", tmp_path / "Song.logicx" / "Media" / "clip.wav")
    (tmp_path / "A" / "._deep.wav").write_bytes(b"")
    (tmp_path / ".cache").mkdir()
    put(tmp_path / ".cache" / "hidden.wav")
    (tmp_path / "empty").mkdir()
    found = walk(tmp_path)
    assert [file.relative_to(tmp_path).as_posix() for file in found.everything()] == ["loose.wav", "A/B/deep.wav"]
    assert [node.path.name for node in found.inside] == ["A"] and found.inside[0].files == ()


@pytest.mark.skipif(os.name == "nt", reason="makes links")
def test_links_are_followed_once(tmp_path: Path) -> None:
    song, outside = tmp_path / "song", tmp_path / "outside"
    put(song / "drums.wav", outside / "bass.wav", outside / "keys.wav")
    (song / "round").symlink_to(song)
    (song / "others").symlink_to(outside)
    (song / "others again").symlink_to(outside)
    (song / "a drums link.wav").symlink_to(song / "drums.wav")
    (song / "bass link.wav").symlink_to(outside / "bass.wav")
    assert sorted(file.name for file in walk(song).everything()) == ["bass.wav", "drums.wav", "keys.wav"]
    (outside / "bass.wav").unlink()
    assert "bass link.wav" in {file.name for file in walk(song).everything()}, "a link to nothing is told where it is opened"


@pytest.mark.skipif(os.name == "nt", reason="makes links")
def test_two_links_to_one_file_outside_are_one_file(tmp_path: Path) -> None:
    put(tmp_path / "outside.wav")
    (tmp_path / "song").mkdir()
    for name in ("one.wav", "two.wav"):
        (tmp_path / "song" / name).symlink_to(tmp_path / "outside.wav")
    assert [file.name for file in walk(tmp_path / "song").everything()] == ["one.wav"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot open the folder “gone”"):
        walk(tmp_path / "gone")
