"""A reference that was measured and looks the same on disk is not opened again; one that may have changed is."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sample_documents import make_track

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError
from mixassistant.extraction import measurer as measuring
from mixassistant.extraction.measurer import Measurer
from mixassistant.extraction.references import Wanted, gather
from mixassistant.features.track import MeasuredTrack
from mixassistant.library.library import Library
from mixassistant.progress import Progress, silent
from mixassistant.stems import stamp as stamps
from mixassistant.stems.stem import ROLES, Role, Song
from signals import noise


class Halves:
    """Separates every mix into quarters."""

    origin, version = "embedded", "1"

    def separate(self, mix: Audio, progress: Progress = silent) -> dict[Role, Audio]:
        return {role: Audio(mix.samples / 4, mix.sample_rate_hz) for role in ROLES}


def measured(song: Song, *_: object) -> MeasuredTrack:
    return replace(make_track(song.name), content_hash=song.content_hash, tags=song.tags, warnings=song.warnings)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the list of what is opened from now on; measuring takes no time, and the clock of the disk is fine."""
    paths: list[Path] = []
    real = measuring.open_song

    def open_song(path: Path, *given: Any, **more: Any) -> Song:
        paths.append(path)
        return real(path, *given, **more)

    monkeypatch.setattr(measuring, "open_song", open_song)
    monkeypatch.setattr(measuring, "measure_song", measured)
    monkeypatch.setattr(stamps, "COARSEST_S", -1.0)
    return paths


@pytest.fixture
def measurer(tmp_path: Path) -> Iterator[Measurer]:
    with Library(tmp_path / "library.sqlite3") as library:
        yield Measurer(library, Halves(), "cpu")


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    write_audio(noise(0, duration_s=4.0), path)
    return path


@pytest.fixture
def stems(tmp_path: Path) -> Path:
    folder = tmp_path / "Stems"
    folder.mkdir()
    for index, name in enumerate(("drums", "bass")):
        write_audio(noise(index, duration_s=4.0), folder / f"{name}.wav")
    return folder


def test_a_file_and_a_folder_are_opened_once(measurer: Measurer, song: Path, stems: Path, opened: list[Path]) -> None:
    first = [measurer.measure_file(path) for path in (song, stems)]
    second = [measurer.measure_file(path) for path in (song, stems)]
    assert opened == [song, stems]
    for a, b in zip(first, second, strict=True):
        assert (a.name, a.content_hash, a.tags, a.warnings) == (b.name, b.content_hash, b.tags, b.warnings)


def test_what_was_odd_is_told_each_time(measurer: Measurer, song: Path, opened: list[Path]) -> None:
    song = song.with_suffix(".flac")
    write_audio(noise(0, duration_s=4.0), song)
    data = bytearray(song.read_bytes())
    data[26:42] = bytes(range(16))  # a checksum that is not that of its samples
    song.write_bytes(data)
    told = [measurer.measure_file(song).warnings for _ in range(2)]
    assert told[0] and told[0] == told[1] and opened == [song]


def test_another_size_time_or_content_is_opened_again(measurer: Measurer, song: Path, opened: list[Path]) -> None:
    before, state = measurer.measure_file(song), song.stat()
    write_audio(noise(1, duration_s=4.0), song)  # as long as before, at another time
    os.utime(song, ns=(state.st_atime_ns, state.st_mtime_ns))  # which is told by the time of the entry's change alone
    assert song.stat().st_size == state.st_size
    after = measurer.measure_file(song)
    assert opened == [song, song] and after.content_hash != before.content_hash


@pytest.mark.parametrize("change", ["new", "gone", "inside", "other"])
def test_a_change_anywhere_in_a_folder_is_seen(measurer: Measurer, stems: Path, opened: list[Path], change: str) -> None:
    measurer.measure_file(stems)
    if change == "gone":
        (stems / "bass.wav").unlink()
    elif change == "inside":
        (stems / "more").mkdir()
        write_audio(noise(3, duration_s=4.0), stems / "more" / "vocals.wav")
    elif change == "other":
        (stems / "song.cue").write_text("")
    else:
        write_audio(noise(2, duration_s=4.0), stems / "vocals.wav")
    measurer.measure_file(stems)
    assert opened == [stems, stems]


def test_roles_and_what_the_user_calls_it_belong_to_it(measurer: Measurer, stems: Path, opened: list[Path]) -> None:
    plain = measurer.measure_file(stems)
    corrected = measurer.measure_file(stems, roles={"bass": "other"})
    assert corrected.content_hash != plain.content_hash
    assert measurer.measure_file(stems, roles={"bass": "other"}).content_hash == corrected.content_hash
    assert measurer.measure_file(stems).content_hash == plain.content_hash
    assert len(opened) == 2


def test_what_was_written_a_moment_ago_is_not_trusted(
    measurer: Measurer, song: Path, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "COARSEST_S", 2.0)
    measurer.measure_file(song)
    measurer.measure_file(song)
    assert opened == [song, song]
    monkeypatch.setattr(stamps.time, "time", lambda now=time.time: now() + 10)  # some seconds later
    measurer.measure_file(song)
    measurer.measure_file(song)
    assert len(opened) == 3


def test_what_changes_while_it_is_read_is_not_remembered(
    measurer: Measurer, song: Path, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(read: Song, *_: object) -> MeasuredTrack:
        with song.open("ab") as raw:
            raw.write(b"\0")
        return measured(read)

    monkeypatch.setattr(measuring, "measure_song", measure)
    measurer.measure_file(song)
    measurer.measure_file(song)
    assert opened == [song, song]


def test_new_methods_another_separator_and_a_file_that_is_gone(
    measurer: Measurer, song: Path, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    measurer.measure_file(song)
    other = Halves()
    other.version = "2"
    replace(measurer, separator=other).measure_file(song)
    assert len(opened) == 2
    monkeypatch.setattr(measuring, "methods_key", lambda: "another")
    measurer.measure_file(song)
    assert len(opened) == 3
    song.unlink()
    with pytest.raises(InputError, match="no file"):
        measurer.measure_file(song)


def test_a_reference_that_stops_its_reader_leaves_the_others(
    measurer: Measurer, song: Path, stems: Path, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = measuring.open_song

    def open_song(path: Path, *given: object, **more: object) -> Song:
        if path == song:
            raise AttributeError("'NoneType' object has no attribute 'codec'")
        return real(path, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(measuring, "open_song", open_song)
    found = gather(Wanted(references=(song, stems)), measurer)
    assert [track.name for track in found.liked] == ["Stems"]
    assert any("song.wav was left out" in told and "AttributeError" in told for told in found.warnings)
