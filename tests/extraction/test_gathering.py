"""The references of an analysis: measured once, remembered when their files are gone, left out with a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sample_documents import make_track

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError, MissingError
from mixassistant.extraction import measurer as measuring
from mixassistant.extraction.measurer import Measurer
from mixassistant.extraction.references import References, Wanted, gather
from mixassistant.features.measure import methods_key
from mixassistant.features.track import MeasuredTrack
from mixassistant.library.library import Library
from mixassistant.progress import Progress, silent
from mixassistant.stems.look import Called
from mixassistant.stems.stem import Role, Song
from signals import noise


class Separator:
    """Separates nothing: what is measured here brings its own stems, or is not measured."""

    origin, version = "embedded", "1"

    def separate(self, mix: Audio, progress: Progress = silent) -> dict[Role, Audio]:
        raise AssertionError


class QuickMeasurer(Measurer):
    """Measures what is called .wav, and remembers as the real one does."""

    def measure_file(
        self, path: Path, progress: Progress = silent, roles: Mapping[str, Role] | None = None, called: Called = ""
    ) -> MeasuredTrack:
        if path.suffix != ".wav":
            raise InputError("not-audio", f"cannot read “{path.name}” as audio", "choose another file")
        return track(path.stem)


def track(name: str) -> MeasuredTrack:
    return replace(make_track(name), content_hash=name.ljust(64, "0"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.sqlite3") as opened:
        yield opened


@pytest.fixture
def measurer(library: Library) -> Measurer:
    return QuickMeasurer(library, Separator(), "cpu")


def names(tracks: tuple[MeasuredTrack, ...]) -> list[str]:
    return [track.name for track in tracks]


def test_named_references_are_taken_instead_of_the_librarys_and_each_once(library: Library, measurer: Measurer) -> None:
    library.references.add(Path("own.wav"), track("own"))
    found = gather(Wanted((Path("a.wav"), Path("b.wav"), Path("a.wav"))), measurer)
    assert names(found.liked) == ["a", "b"] and found.warnings == () and found.weights == {}
    assert names(gather(Wanted(), measurer).liked) == ["own"]


def test_one_that_cannot_be_read_is_left_out_with_a_word_and_alone_ends_it(measurer: Measurer) -> None:
    found = gather(Wanted((Path("words.txt"), Path("a.wav"))), measurer)
    assert names(found.liked) == ["a"]
    assert found.warnings == ("The reference words.txt was left out: cannot read “words.txt” as audio: choose another file.",)
    with pytest.raises(InputError, match=r"cannot read “words\.txt”"):
        gather(Wanted((Path("words.txt"),)), measurer)
    with pytest.raises(InputError, match="none of the references"):
        gather(Wanted((Path("words.txt"), Path("more.txt"))), measurer)


def test_a_file_that_is_gone_is_remembered_by_its_content(library: Library, measurer: Measurer) -> None:
    library.references.add(Path("gone.flac"), track("gone"))
    library.tracks.keep(track("gone"), f"{methods_key()}+{Separator.version}", Separator.origin)
    found = gather(Wanted(), measurer)
    assert names(found.liked) == ["gone"]
    assert found.warnings == ("The file of the reference gone.flac is gone; what was measured of it is used.",)


def test_a_profile_holds_its_liked_references_and_must_be_there(library: Library, measurer: Measurer) -> None:
    added = [library.references.add(Path(f"{name}.wav"), track(name)).id for name in ("a", "b", "c")]
    library.profiles.set("club", added[1:])
    library.references.like(added[2], False)
    found = gather(Wanted(profile="club"), measurer)
    assert names(found.liked) == ["b"] and found.disliked == ()
    assert "1 song is disliked in your library" in found.warnings[0] and found.profile("club").name == "club"
    with pytest.raises(MissingError, match="no profile “dub”"):
        gather(Wanted(profile="dub"), measurer)


def test_the_mix_and_what_is_liked_and_disliked_at_once_are_told() -> None:
    found = References((track("a"), track("mine")), (track("a"), track("mine"), track("b"))).without(track("mine"))
    assert (names(found.liked), names(found.disliked)) == (["a"], ["a", "b"]) and len(found.warnings) == 2
    kept = found.without_contradictions()
    assert names(kept.disliked) == ["b"]
    assert kept.warnings[2:] == ("“a” is liked and disliked at once: only the liking counts.",)
    assert kept.without_contradictions() == kept


def test_without_references_the_profile_is_the_factorys() -> None:
    assert References().profile().name == "factory"
    assert References((track("a"),)).profile().name == "your references"


def test_the_same_content_is_measured_once_and_called_as_it_is_now(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []

    def measure(song: Song, device: str, progress: Progress) -> MeasuredTrack:
        measured.append(song.name)
        return replace(make_track(song.name), content_hash=song.content_hash)

    monkeypatch.setattr(measuring, "measure_song", measure)
    for name in ("First take", "Second take"):
        (tmp_path / name).mkdir()
        for index, role in enumerate(("drums", "bass")):
            write_audio(noise(index, duration_s=4.0), tmp_path / name / f"{role}.wav")
    found = [Measurer(library, Separator(), "cpu").measure_file(tmp_path / name) for name in ("First take", "Second take")]
    assert names(tuple(found)) == ["First take", "Second take"] and measured == ["First take"]
