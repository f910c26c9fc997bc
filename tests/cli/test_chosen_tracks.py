"""What the user says of an input on the command line: which audio track of a file is meant, and what a folder is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.cli import files, main
from mixassistant.extraction import track as track_module
from mixassistant.library.library import Library
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import Look
from signals import noise, scaled, sine

Run = Callable[..., int]
RATE = 44100


@pytest.fixture
def run() -> Run:
    return lambda *words: main([str(word) for word in words], lambda paths, with_demo: 0)


def record(path: Path, rates: tuple[int, ...]) -> Path:
    """Write a recording of a screen with stereo tracks, each 6 dB quieter than the one before."""
    with av.open(str(path), "w", format="matroska") as container:
        streams = [container.add_stream("pcm_f32le", rate=rate) for rate in rates]
        for stream in streams:
            stream.layout = "stereo"
        for index, (stream, rate) in enumerate(zip(streams, rates, strict=True)):
            samples = noise(index, -14.0 - 6 * index, duration_s=4.0, rate=rate).samples
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T).reshape(1, -1), format="flt", layout="stereo")
            frame.sample_rate = rate
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return path


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return record(tmp_path / "stream.mka", (RATE, RATE, RATE))


def results(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text("utf-8"))["mix"] for path in folder.glob("*.json")}


def test_extract_measures_the_track_that_is_chosen_each_into_a_file_of_its_own(run: Run, recording: Path, tmp_path: Path) -> None:
    for words in ((), ("--stream", 2), ("--stream", 3), ("--stream", 2)):
        assert run("extract", recording, "--output", tmp_path / "out", "--only", "loudness", "--processes", 1, *words) == 0
    found = results(tmp_path / "out")
    assert set(found) == {"stream", "stream (track 2)", "stream (track 3)"} == {mix["name"] for mix in found.values()}
    loudness = [found[name]["measurements"]["lufs"]["value"] for name in sorted(found)]
    assert loudness[0] - loudness[1] == pytest.approx(6, abs=0.2)
    assert loudness[1] - loudness[2] == pytest.approx(6, abs=0.2)
    assert len({mix["content_hash"] for mix in found.values()}) == 3


def test_a_long_recording_is_measured_at_the_rate_of_its_track_and_says_which_was_taken(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track_module, "LONG_S", 1.0)
    path = record(tmp_path / "stream.mka", (RATE, 48000))
    for words in ((), ("--stream", 2)):
        assert run("extract", path, "--output", tmp_path / "out", "--only", "loudness", "--processes", 1, *words) == 0
    found = results(tmp_path / "out")
    assert {name: (mix["sample_rate_hz"], mix["duration_s"]) for name, mix in found.items()} == {
        "stream": (RATE, 4.0), "stream (track 2)": (48000, 4.0),
    }  # fmt: skip
    document = json.loads((tmp_path / "out" / "stream.json").read_text("utf-8"))
    assert len(document["warnings"]) == 1 and "“stream.mka”" in document["warnings"][0]


def test_a_track_that_is_not_there_is_refused_in_one_line(
    run: Run, recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_audio(noise(duration_s=4.0), tmp_path / "song.wav")
    (tmp_path / "folder").mkdir()
    write_audio(noise(duration_s=4.0), tmp_path / "folder" / "song.wav")
    for path, number, code, told in (
        (recording, 4, 3, "“stream.mka” holds 3 audio streams (1, 2, 3), no number 4"),
        (tmp_path / "song.wav", 2, 3, "“song.wav” holds 1 audio stream (1), no number 2"),
        (tmp_path / "folder", 1, 2, "“folder” is a folder, which has no tracks to choose from"),
    ):
        for words in (("analyze", path), ("separate", path, "--output", tmp_path / "stems")):
            assert run(*words, "--stream", number) == code
            line = capsys.readouterr().err
            assert told in line and line.count("\n") == 1
    with pytest.raises(SystemExit) as caught:
        run("analyze", recording, "--stream", 0)
    assert caught.value.code == 2


def test_a_report_remembers_its_track_and_renders_it(run: Run, recording: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert run("analyze", recording, "--stream", 2, "--separator", "embedded", "--device", "cpu", "--output", report) == 0
    mix = json.loads(report.read_text("utf-8"))["mix"]
    assert (mix["name"], mix["source"]["stream"]) == ("stream (track 2)", 2)
    assert mix["content_hash"] == open_song(recording, stream=1).content_hash != open_song(recording).content_hash
    assert run("render", report, "--output", tmp_path / "rendered") == 0
    assert (tmp_path / "rendered" / "stream (track 2).wav").exists()


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    """Return a folder of four files of one length, whose names and sound do not tell what they are."""
    folder = tmp_path / "Takes"
    folder.mkdir()
    for index, name in enumerate(("harbour", "lantern", "meadow", "orchard")):
        write_audio(scaled(noise(index, duration_s=4.0), -index), folder / f"{name}.wav")
    return folder


def test_a_folder_is_what_the_user_calls_it(run: Run, takes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("extract", takes, "--only", "loudness", "--processes", 1, "--output")
    assert run(*words, tmp_path / "stems", "--as", "stems") == 0
    assert set(results(tmp_path / "stems")) == {"Takes"}
    assert run(*words, tmp_path / "songs", "--as", "songs") == 0
    assert set(results(tmp_path / "songs")) == {"harbour", "lantern", "meadow", "orchard"}
    assert capsys.readouterr().err == ""
    assert len(open_song(takes, called="stems").stems) == 4


def test_what_an_unsure_folder_was_taken_for_is_told_and_how_to_say_otherwise(
    run: Run, takes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unsure = Look("unsure", tuple(sorted(takes.iterdir())), {"harbour": "other"})
    monkeypatch.setattr(files, "look", lambda path, called: unsure)
    assert run("extract", takes, "--only", "loudness", "--processes", 1, "--output", tmp_path / "out") == 0
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "the 4 files in “Takes” are taken for whole songs" in told and "--as stems" in told
    assert len(results(tmp_path / "out")) == 4


def test_a_file_is_called_neither_stems_nor_songs(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_audio(sine(440, duration_s=4.0), tmp_path / "song.wav")
    assert run("analyze", tmp_path / "song.wav", "--as", "stems") == 2
    assert "“song.wav” is a file, and only a folder can be called stems: leave --as out" in capsys.readouterr().err


def test_a_folder_called_songs_is_not_analysed_as_one(run: Run, takes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("analyze", takes, "--as", "songs") == 3
    assert "“Takes” looks like a folder of 4 whole songs" in capsys.readouterr().err


def test_a_reference_that_was_called_stems_stays_that(run: Run, takes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from mixassistant.extraction.measurer import Measurer
    from mixassistant.extraction.references import Wanted, gather
    from mixassistant.stems.embedded import EmbeddedSeparator

    library = tmp_path / "library.sqlite3"
    assert run("references", "add", takes, "--as", "stems", "--library", library, "--separator", "embedded", "--device", "cpu") == 0
    with Library(library) as opened:
        (reference,) = opened.references.all()
        assert reference.path == takes.resolve()
        found = gather(Wanted(), Measurer(opened, EmbeddedSeparator("cpu"), "cpu"))
    assert found.warnings == () and [track.content_hash for track in found.liked] == [reference.content_hash]
    assert all(isinstance(stem.name, str) and stem.origin == "supplied" for stem in found.liked[0].stems)


def test_playlists_are_references_and_songs_to_measure(run: Run, takes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    playlist = tmp_path / "liked.m3u"
    playlist.write_text("#EXTM3U\nTakes/harbour.wav\nTakes/gone.wav\nhttp://127.0.0.1:9/radio.mp3\n")
    assert run("extract", playlist, "--only", "loudness", "--processes", 1, "--output", tmp_path / "out") == 0
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" of “")[0] for line in lines] == ["mixassistant: 1 of 3 entries"] * 2
    assert set(results(tmp_path / "out")) == {"harbour"}
    library = tmp_path / "library.sqlite3"
    assert run("references", "add", playlist, "--library", library, "--separator", "embedded", "--device", "cpu") == 0
    with Library(library) as opened:
        assert [reference.path for reference in opened.references.all()] == [(takes / "harbour.wav").resolve()]


def test_a_named_playlist_warns_in_the_report_of_what_it_lacks(run: Run, takes: Path, tmp_path: Path) -> None:
    mix = tmp_path / "mix.wav"
    write_audio(Audio(noise(9, duration_s=4.0).samples, RATE), mix)
    playlist = tmp_path / "liked.m3u"
    playlist.write_text("Takes/harbour.wav\nTakes/gone.wav\n")
    report = tmp_path / "report.json"
    words = ("--separator", "embedded", "--device", "cpu", "--output", report)
    assert run("analyze", mix, "--reference", playlist, *words) == 0
    document = json.loads(report.read_text("utf-8"))
    assert "1 of 2 entries of “liked.m3u” is not on this disk: “gone.wav”." in document["warnings"]
    assert document["profile"]["reference_names"] == ["harbour"]
