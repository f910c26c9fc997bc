"""A folder of files whose names say nothing: the stems of one song, or whole songs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.write import write_audio
from mixassistant.demo.song import make_song
from mixassistant.errors import InputError
from mixassistant.stems.drop import open_song
from mixassistant.stems.folders.tree import audio_files
from mixassistant.stems.look import find_mixes, kind_of, look


@cache
def parts(seed: int) -> tuple[Audio, ...]:
    return tuple(audio for _role, audio in make_song(seed, faults=False, duration_s=11.7).values())


def write(folder: Path, pattern: str, sounds: Sequence[Audio], length_s: float = 0.0) -> Path:
    folder.mkdir()
    for index, audio in enumerate(sounds):
        write_audio(audio.padded(round(length_s * audio.sample_rate_hz)) if length_s else audio, folder / pattern.format(index + 1))
    return folder


@pytest.mark.parametrize(
    "pattern", ["SONG_RAW_{:02d}_01.wav", "Track {:02d}.wav", "Audio 1-{}.wav", "Spur {}.wav", "{:02d}-221104_1530.wav"]
)
def test_tracks_of_one_length_are_the_stems_of_one_song(tmp_path: Path, pattern: str) -> None:
    folder = write(tmp_path / "Song", pattern, parts(74))
    assert kind_of(folder) == "stems" and look(folder).songs == (folder,)
    song = open_song(folder)
    assert [stem.role for stem in song.stems] == ["drums", "bass", "other", "vocals"]
    (warning,) = song.warnings
    assert "The roles of 4 stems were heard" in warning and "--role" in warning
    corrected = open_song(folder, roles={song.stems[0].name: "other"})
    assert corrected.stems[0].role == "other" and corrected.stems[0].heard == song.stems[0].heard
    assert "The roles of 3 stems" in corrected.warnings[0]


def test_tracks_in_a_folder_of_folders_are_one_song_too(tmp_path: Path) -> None:
    inside = write(tmp_path / "Song", "Audio {}.wav", parts(74))
    assert find_mixes(tmp_path) == [inside]


def test_a_track_that_is_silent_for_long_speaks_for_stems(tmp_path: Path) -> None:
    voice = parts(74)[3]
    silent = Audio(np.zeros((2, voice.length), np.float32), voice.sample_rate_hz)
    folder = write(tmp_path / "Takes", "Audio {}.wav", (voice, voice, silent))
    assert kind_of(folder) == "stems"


def test_clips_that_were_cut_to_one_round_length_are_asked_about_and_not_taken(tmp_path: Path) -> None:
    folder = write(tmp_path / "clips", "clip_{:03d}.wav", parts(74), 10.0)
    assert look(folder).kind == "unsure" and kind_of(folder) == "mixes"
    with pytest.raises(InputError, match="--role"):
        open_song(folder)
    assert len(look(folder).songs) == 4


def test_voices_of_several_songs_are_asked_about(tmp_path: Path) -> None:
    voice = parts(74)[3]
    assert look(write(tmp_path / "voices", "take{:02d}.wav", (voice, voice, voice))).kind == "unsure"


def test_a_file_that_changes_is_listened_to_again(tmp_path: Path) -> None:
    folder = write(tmp_path / "Song", "Audio {}.wav", parts(74)[:3])
    assert kind_of(folder) == "stems"
    for file in audio_files(folder):
        write_audio(parts(74)[3], file)
    assert kind_of(folder) == "mixes"


def test_real_sessions_are_stems_and_clips_of_songs_are_songs(real_music: Path, tmp_path: Path) -> None:
    for folder in sorted((real_music / "engineers" / "songs").iterdir()):
        assert kind_of(folder / "raw") == "stems", folder.name
    assert look(real_music / "gtzan").kind == "mixes"
    previews = sorted((real_music / "musdb18-7s" / "train").glob("*.stem.mp4"))[:4]
    songs = [open_song(file) for file in previews]
    assert look(write(tmp_path / "Album", "track{:02d}.wav", [song.mix for song in songs], 6.5)).kind == "mixes"
    assert look(write(tmp_path / "Session", "Audio {}.wav", [stem.audio for stem in songs[0].stems])).kind == "stems"


def test_a_mix_with_a_tail_of_its_own_beside_them_changes_nothing(tmp_path: Path) -> None:
    whole = mix(list(parts(74)))
    folder = write(tmp_path / "Song", "Track {}.wav", (*parts(74), whole.padded(whole.length + 3 * whole.sample_rate_hz)))
    assert kind_of(folder) == "stems"
    assert [stem.name for stem in open_song(folder).stems] == ["1", "2", "3", "4"]


def test_a_mix_beside_unnamed_stems_is_found(tmp_path: Path) -> None:
    folder = write(tmp_path / "Song", "Track {}.wav", (mix(list(parts(74))), *parts(74)))
    song = open_song(folder)
    assert [stem.name for stem in song.stems] == ["2", "3", "4", "5"] and song.mix.length == parts(74)[0].length
