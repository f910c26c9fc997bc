"""The songs under a folder: collections, clubs, sessions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.write import write_audio
from mixassistant.demo.song import make_song
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import look, songs_at


@cache
def whole(seed: int) -> Audio:
    return mix([audio for _role, audio in make_song(seed, faults=False, duration_s=9.0).values()])


def put(root: Path, sounds: Mapping[str, Audio]) -> Path:
    for place, audio in sounds.items():
        path = root / (place if place.endswith(".flac") else f"{place}.wav")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_audio(audio, path)
    return root


def cut(audio: Audio, seconds: float, start: float = 0.0) -> Audio:
    rate = audio.sample_rate_hz
    return Audio(audio.samples[:, round(start * rate) : round((start + seconds) * rate)], rate)


def found(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in songs_at(root))


def test_a_collection_is_found_in_its_whole_tree(tmp_path: Path) -> None:
    root = put(tmp_path, {"A/One/01 Song": cut(whole(1), 5), "A/Two/01 Song": cut(whole(2), 7), "B/Three/01 Song": whole(3)})
    assert found(root) == ["A/One/01 Song.wav", "A/Two/01 Song.wav", "B/Three/01 Song.wav"]
    put(tmp_path, {"loose": cut(whole(4), 6)})
    assert len(found(root)) == 4


def test_titles_with_a_version_are_songs_whatever_their_lengths(tmp_path: Path) -> None:
    titles = ["Ann - Sunrise (Original Mix)", "Bo - Tunnel (Extended Mix)", "Cy - Pulse (Original Mix)", "Di - Low (Radio Edit)"]
    root = put(tmp_path, {title: cut(whole(seed), 8.0 if seed < 3 else 5.0 + seed) for seed, title in enumerate(titles, 1)})
    assert found(root) == sorted(f"{title}.wav" for title in titles) and look(root).kind == "mixes"


def test_clips_of_one_length_with_instruments_in_their_titles_are_songs(tmp_path: Path) -> None:
    titles = ["01 Drum Song", "02 Bass Down Low", "03 The Voice", "04 Guitar Man", "05 Late"]
    root = put(tmp_path, {title: cut(whole(seed), 7.3) for seed, title in enumerate(titles)})
    assert found(root) == sorted(f"{title}.wav" for title in titles) and look(root).kind == "mixes"


def test_a_session_in_two_versions_stays_two_songs(tmp_path: Path) -> None:
    raw = {name: audio for name, (_role, audio) in make_song(74, faults=False, duration_s=9.0).items()}
    places = {f"Song/{version}/{name}": audio for version in ("raw", "stems") for name, audio in raw.items()}
    root = put(tmp_path, {**places, "Song/mix": mix([*raw.values()])})
    assert found(root) == ["Song/mix.wav", "Song/raw", "Song/stems"]


def test_a_folder_around_one_song_is_that_song(tmp_path: Path) -> None:
    raw = {f"Export/Song/{role}": audio for role, audio in make_song(74, faults=False, duration_s=9.0).values()}
    root = put(tmp_path, raw)
    assert open_song(root).name == "Song" and len(open_song(root).stems) == 4


def test_files_of_a_song_in_folders_inside_that_are_not_of_it_are_told(tmp_path: Path) -> None:
    raw = {name: audio for _name, (name, audio) in make_song(74, faults=False, duration_s=9.0).items()}
    root = put(tmp_path, {**raw, "Old takes/idea": cut(whole(5), 4)})
    assert "1 file in a folder inside was not taken for part of the song: “Old takes/idea.wav”." in open_song(root).warnings
    assert len(open_song(root).stems) == len(raw)


def test_a_sample_pack_is_no_song(tmp_path: Path) -> None:
    hits = {f"{kind}/{kind} {i}": cut(whole(i), 0.4 + 0.9 * i) for kind in ("Kick", "Snare", "Bass") for i in range(1, 4)}
    assert len(found(put(tmp_path, hits))) == 9
