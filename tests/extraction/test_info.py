"""`.INFO` beside audio: flat, merged with what others wrote, grids in plain text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mixassistant.errors import InputError
from mixassistant.extraction.info import info_of, place_of_info, write_info


def document(**values: Any) -> dict[str, Any]:
    measurements = {name: {"value": value} for name, value in values.items()}
    return {"mix": {"name": "A song", "duration_s": 4.0, "tags": {"artist": "Me"}, "measurements": measurements}}


CHROMA = {f"chroma_{index}": (index + 1) / 78 for index in range(12)}


def test_names_are_flat_and_those_of_earlier_programs_stand_beside_ours() -> None:
    found = info_of(document(lufs=-9.5, syncopation=0.25, bpm=None, momentary=[1.0, 2.0], beats=[0.5, 1.0]))
    assert found["lufs"] == -9.5 and found["syncopation"] == found["syncopation_index"] == 0.25
    assert found["bpm"] is None and found["beats"] == [0.5, 1.0] and "momentary" not in found
    assert (found["name"], found["artist"]) == ("A song", "Me")


def test_it_lies_in_the_song_s_folder_or_beside_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "Artist - Title"
    folder.mkdir()
    assert place_of_info(folder) == folder / "Artist - Title.INFO" == place_of_info(folder / "full_mix.flac")
    assert place_of_info(tmp_path / "Night.v2.wav") == tmp_path / "Night.v2.INFO"


def test_what_others_wrote_stays_and_no_number_is_replaced_by_none(tmp_path: Path) -> None:
    song = tmp_path / "song.wav"
    (tmp_path / "song.INFO").write_text(json.dumps({"mood": "blue", "bpm": 99.0, "lufs": -20.0}))
    write_info(song, document(lufs=-9.5, bpm=None, lra=None))
    found = json.loads((tmp_path / "song.INFO").read_text())
    assert (found["mood"], found["bpm"], found["lufs"], found["lra"]) == ("blue", 99.0, -9.5, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["song.INFO"]


@pytest.mark.parametrize("content", [b"[1, 2]", b"{broken", b"\xff\xfe"])
def test_an_info_that_is_no_object_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "song.INFO").write_bytes(content)
    with pytest.raises(InputError, match="left alone"):
        write_info(tmp_path / "song.wav", document(lufs=-9.5))
    assert (tmp_path / "song.INFO").read_bytes() == content


def test_grids_are_plain_text_and_those_that_are_there_stay(tmp_path: Path) -> None:
    (tmp_path / "song.BEATS_GRID").write_text("mine")
    write_info(tmp_path / "song.wav", document(beats=[0.5, 1.0], onsets=[0.1234, 2.0], **CHROMA))
    assert (tmp_path / "song.BEATS_GRID").read_text() == "mine"
    assert (tmp_path / "song.ONSETS_GRID").read_text() == "0.123\n2.000\n"
    lines = (tmp_path / "song.CHROMA").read_text().splitlines()
    assert lines[0] == "C 0.0128" and lines[-1] == "B 0.1538" and len(lines) == 12


def test_without_beats_there_is_no_grid(tmp_path: Path) -> None:
    write_info(tmp_path / "song.wav", document(beats=None, onsets=[]))
    assert [path.name for path in tmp_path.iterdir()] == ["song.INFO"]
