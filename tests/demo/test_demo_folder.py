"""The demo is written once, completely, and only again where something is missing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mixassistant.audio.decode import probe
from mixassistant.demo import folder as room
from mixassistant.demo.folder import DEMO_SEED, MANIFEST, REFERENCE_SEEDS, DemoPaths, write_demo
from mixassistant.demo.song import NAMES, make_song
from mixassistant.errors import Cancelled, OutputError
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import find_mixes, kind_of

SHORT_S = 8.0


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bool]]:
    """Make the demo small; return the list of songs that are played from then on."""
    songs: list[tuple[int, bool]] = []

    def short(seed: int, faults: bool, progress):  # type: ignore[no-untyped-def]
        songs.append((seed, faults))
        return make_song(seed, faults, SHORT_S, progress)

    monkeypatch.setattr(room, "make_song", short)
    monkeypatch.setattr(room, "REFERENCE_SEEDS", {"Harbour lights": 2})
    return songs


def test_the_demo_is_a_folder_of_stems_and_reference_folders(tmp_path: Path, played: list[tuple[int, bool]]) -> None:
    folder = tmp_path / "made" / "demo"
    made = write_demo(folder)
    assert made == DemoPaths(folder / "Demo song", (folder / "references/Harbour lights",), folder / "Demo song, earlier mix")
    assert [kind_of(song) for song in (made.mix, made.earlier)] == ["stems", "stems"]
    assert kind_of(made.references[0].parent) == "mixes"
    assert find_mixes(made.references[0].parent) == list(made.references)
    assert played == [(DEMO_SEED, True), (DEMO_SEED, False), (2, False)]


def test_it_is_compared_with_songs_by_others_or_with_its_earlier_mix(tmp_path: Path, played: list[tuple[int, bool]]) -> None:
    made = write_demo(tmp_path)
    assert made.compared_with("others") == made.references
    assert made.compared_with("earlier") == (made.earlier,)
    assert made.earlier not in find_mixes(made.references[0].parent), "whoever compares with the whole folder finds no version of the song"


def test_stems_open_with_their_roles_and_no_warning(tmp_path: Path, played: list[tuple[int, bool]]) -> None:
    made = write_demo(tmp_path)
    song = open_song(made.mix)
    assert {stem.role: stem.name for stem in song.stems} == NAMES
    assert song.warnings == ()
    assert probe(made.mix / "Voice.wav").duration_s == SHORT_S


def test_the_second_time_nothing_is_played(tmp_path: Path, played: list[tuple[int, bool]]) -> None:
    first = write_demo(tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    played.clear()
    assert write_demo(tmp_path) == first
    assert played == []
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")} == times


def test_only_what_is_missing_or_damaged_is_made_again(tmp_path: Path, played: list[tuple[int, bool]]) -> None:
    made = write_demo(tmp_path)
    whole = (made.mix / "Bass.wav").read_bytes()
    played.clear()
    (made.mix / "Bass.wav").write_bytes(whole[:-1000])
    write_demo(tmp_path)
    assert played == [(DEMO_SEED, True)]
    assert (made.mix / "Bass.wav").read_bytes() == whole
    played.clear()
    (made.references[0] / "Voice.wav").unlink()
    write_demo(tmp_path)
    assert played == [(2, False)]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": "mixassistant.demo/1", "version": 0, "songs": {}}', "\x00"])
def test_a_damaged_or_older_manifest_makes_everything_again(tmp_path: Path, played: list[tuple[int, bool]], text: str) -> None:
    played_before = len(played)
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    write_demo(tmp_path)
    assert len(played) - played_before == 3
    assert json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))["version"] == room.VERSION


def test_a_song_that_was_finished_before_cancelling_stays(tmp_path: Path, played: list[tuple[int, bool]]) -> None:
    def stop(stage: str, fraction: float) -> None:
        if "Harbour" in stage and fraction > 0.6:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_demo(tmp_path, stop)
    played.clear()
    write_demo(tmp_path)
    assert played == [(2, False)]
    assert not list(tmp_path.rglob(".part-*"))


def test_progress_moves_on_and_names_each_song(tmp_path: Path, played: list[tuple[int, bool]]) -> None:
    seen: list[tuple[str, float]] = []
    write_demo(tmp_path, lambda stage, fraction: seen.append((stage, fraction)))
    fractions = [fraction for _, fraction in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert list(dict(seen)) == [
        "Making “Demo song”",
        "Making “Demo song, earlier mix”",
        "Making “Harbour lights”",
        "The demo is ready",
    ]


def test_a_place_that_cannot_hold_a_folder_is_refused_at_once(tmp_path: Path, played: list[tuple[int, bool]]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    with pytest.raises(OutputError):
        write_demo(blocked)
    assert played == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_read_only_place_is_refused_at_once(tmp_path: Path, played: list[tuple[int, bool]]) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(OutputError):
        write_demo(tmp_path / "demo")
    assert played == []


def test_there_are_several_references() -> None:
    assert len(set(REFERENCE_SEEDS.values())) == 5
    assert DEMO_SEED not in REFERENCE_SEEDS.values()
