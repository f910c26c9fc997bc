"""Which folders are finished songs, and logs of mixes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mixassistant.errors import InputError
from mixassistant.learning.logged import read_log
from mixassistant.learning.sessions import find_sessions


def made(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")


def test_the_layouts_are_told_apart(tmp_path: Path) -> None:
    made(tmp_path, "A/raw/kick.wav", "A/raw/vox.wav", "A/stems/drums.wav", "A/mix.flac")
    made(tmp_path, "vocals/Artist_Title/dry.mp3", "vocals/Artist_Title/wet.mp3")
    made(tmp_path, "flat/Somebody - Song/BASS.wav", "flat/Somebody - Song/GTR.wav", "flat/Somebody - Song/final mix.wav")
    made(tmp_path, "m/raw/tracks/One/VOX.wav", "m/raw/tracks/One/mix.wav", "m/raw/metadata/One_metadata.json")
    made(tmp_path, "not/photo.jpg", "songs/one.wav", "songs/two.wav")
    sessions, logs = find_sessions(tmp_path)
    found = {session.song: session for session in sessions}
    assert sorted(found) == ["A", "One", "Song", "Title"] and logs == []
    assert [track.role for track in found["A"].raw] == ["drums", "vocals"] and len(found["A"].stems) == 1
    assert found["A"].mix == tmp_path / "A/mix.flac"
    assert found["Title"].artist == "Artist" and found["Title"].raw[0].role == "vocals"
    assert found["Song"].artist == "Somebody" and found["Song"].mix is not None and len(found["Song"].raw) == 2
    assert found["One"].effects is not None and [track.name for track in found["One"].raw] == ["VOX"]


def test_a_folder_that_is_one_song_is_that_song(tmp_path: Path) -> None:
    made(tmp_path, "raw/kick.wav", "raw/vox.wav", "mix.wav")
    (session,), _ = find_sessions(tmp_path)
    assert len(session.raw) == 2


def test_a_pair_of_which_nobody_tells_the_role_is_refused(tmp_path: Path) -> None:
    made(tmp_path, "x/y/dry.wav", "x/y/wet.wav")
    with pytest.raises(InputError, match="nothing tells what “y” is"):
        find_sessions(tmp_path)


def test_no_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        find_sessions(tmp_path / "nowhere")


def test_a_log_of_mixes_is_read_and_slips_of_the_pen_are_left_out(tmp_path: Path) -> None:
    def track(kind: str, gain: float | None, lufs: float | None, eq: list[dict[str, object]]) -> dict[str, object]:
        return {
            "track-instrument-type": kind,
            "parameters": {"gain": gain, "pan": [0], "eq": eq},
            "track-audio-features": {"track-audio-lufs": lufs},
        }

    slips = [
        {"type": "NOTCH", "value": {"freq": 3, "q": 1, "gain": 8}},
        {"type": "HS", "value": {"freq": 8000, "q": 1, "gain": 426}},
        {"type": "NOTCH", "value": {"freq": 24, "q": 0, "gain": 24}},
    ]
    tracks = [
        track("DRUMS", -6.0, -20.0, slips),
        track("VOCALS", 0.0, -20.0, []),
        track("KEYS", -60.0, -20.0, []),
        track("BASS", None, None, []),
    ]
    file = tmp_path / "log.json"
    file.write_text(json.dumps({"mixes": [{"mix-name": "E1", "song-name": "S", "artist-name": "A", "tracks": tracks}]}), encoding="utf-8")
    assert find_sessions(tmp_path)[1] == [file]
    (song,) = read_log(file)
    assert (song.engineer, song.song, song.artist) == ("E1", "S", "A")
    assert sorted(song.changes) == ["drums", "vocals"]  # a closed fader and a track without sound play nothing
    assert song.changes["vocals"][0] - song.changes["drums"][0] == pytest.approx(6.0)
    assert song.settings[0].bands == ()


def test_a_log_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    file.write_text('{"mixes": [{"mix-name": 3}]}', encoding="utf-8")
    with pytest.raises(InputError, match="no log of mixes"):
        read_log(file)
