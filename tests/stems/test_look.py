"""What lies at a path, told before it is opened."""

import time
from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import Look, look, song_name
from signals import noise


def write(folder: Path, **lengths_s: float) -> Path:
    folder.mkdir(parents=True)
    for index, (name, length_s) in enumerate(lengths_s.items()):
        write_audio(noise(index, duration_s=length_s), folder / f"{name}.wav")
    return folder


SONGS = {"harbour": 3.5, "lantern": 6.0, "meadow": 9.0}
ALIKE = {"one": 4.0, "two": 4.0}


@pytest.mark.parametrize(
    ("lengths_s", "kind", "roles"),
    [
        ({"harbour": 4.0}, "mix", {}),
        ({"drums": 4.0, "bass": 4.0}, "stems", {}),
        (SONGS, "mixes", {}),
        (ALIKE, "unsure", {"one": "other"}),
        ({"bass_song": 3.5, "drum_song": 6.0, "meadow": 9.0, "orchard": 12.0, "quarry": 15.0}, "unsure", {"bass_song": "bass"}),
        ({"bass_song": 3.5, "lantern": 6.0, "meadow": 9.0, "orchard": 12.0}, "mixes", {}),
    ],
    ids=["one mix", "stems", "songs", "one length", "two instruments", "one instrument"],
)
def test_a_folder_is_told_by_its_names_and_lengths(tmp_path: Path, lengths_s: dict[str, float], kind: str, roles: dict[str, str]) -> None:
    folder = write(tmp_path / "Folder", **lengths_s)
    found = look(folder)
    assert (found.kind, dict(found.roles)) == (kind, roles)
    assert found.songs == ((folder,) if kind == "stems" else tuple(sorted(folder.iterdir())))
    if kind == "unsure":
        assert len(open_song(folder, None, found.roles).stems) == len(lengths_s)
    elif kind == "mixes":
        with pytest.raises(InputError, match="whole songs"):
            open_song(folder)
    else:
        assert open_song(folder).mix.duration_s == 4.0


@pytest.mark.parametrize(("lengths_s", "kind"), [({"harbour": 4.0}, "mix"), (SONGS, "stems"), (ALIKE, "stems")])
def test_what_the_user_calls_stems_is_stems_where_it_can_be(tmp_path: Path, lengths_s: dict[str, float], kind: str) -> None:
    folder = write(tmp_path / "Takes", **lengths_s)
    found = look(folder, "stems")
    assert found.kind == kind
    assert [stem.name for stem in open_song(folder, None, found.roles).stems] == (sorted(lengths_s) if kind == "stems" else [])


def test_a_folder_of_albums_is_no_song_whatever_it_is_called(tmp_path: Path) -> None:
    write(tmp_path / "Disc 1", **SONGS)
    assert look(tmp_path, "stems") == look(tmp_path) == Look("mixes", tuple(sorted((tmp_path / "Disc 1").iterdir())))


def test_looking_into_a_large_folder_is_quick(tmp_path: Path) -> None:
    folder = write(tmp_path / "Album", **{f"song{i:02d}": 0.5 + 2.5 * i for i in range(12)})
    begun = time.monotonic()
    look(folder)
    assert time.monotonic() - begun < 5.0


def test_a_folder_around_one_folder_of_stems_holds_that_song(tmp_path: Path) -> None:
    write(tmp_path / "Export" / "Song", drums=4.0, bass=4.0)
    assert look(tmp_path / "Export") == Look("mixes", (tmp_path / "Export" / "Song",))


def test_what_cannot_be_read_is_a_mix_that_does_not_open(tmp_path: Path) -> None:
    (tmp_path / "Photos").mkdir()
    for path in (tmp_path / "gone.wav", tmp_path / "Photos", Path("a\0b.wav")):
        assert look(path) == look(path, "stems") == Look("mix", (path,))
        with pytest.raises(InputError):
            open_song(path)


def test_a_file_is_a_mix(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    write_audio(Audio(np.zeros((2, 44100), np.float32), 44100), path)  # that it is silent, opening it says
    assert look(path) == Look("mix", (path,))


def test_an_ni_stems_file_is_told_by_its_streams(real_music: Path) -> None:
    path = next((real_music / "musdb18-7s" / "train").glob("*.stem.mp4"))
    assert look(path) == Look("ni-stems", (path,))


def test_a_song_is_called_without_what_the_format_puts_behind_its_name(tmp_path: Path) -> None:
    (tmp_path / "Night.v2").mkdir()
    assert song_name(tmp_path / "Artist - Title" / "full_mix.flac") == "Artist - Title"
    assert [song_name(tmp_path / name) for name in ("Night.v2", "Night.v2.wav", "Night.Stem.MP4", "Night.mp4")] == [
        "Night.v2", "Night.v2", "Night", "Night",
    ]  # fmt: skip
