"""`mixassistant dataset`: loose files to folders, folders to crops, and back, as a person would type it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.cli import main

RATE = 44100
Run = Callable[..., int]


@pytest.fixture
def run() -> Run:
    return lambda *words: main([str(word) for word in words], lambda files, with_demo: 0)


def clicks(seed: int, bpm: float, duration_s: float = 14.0) -> Audio:
    """Return a kick on every beat, a louder one on each fourth, and a snare between them."""
    random = np.random.default_rng(seed)
    samples = 0.001 * random.standard_normal(round(duration_s * RATE))
    time_s = np.arange(round(0.12 * RATE)) / RATE
    kick = np.sin(2 * np.pi * 60 * time_s) * np.exp(-time_s / 0.03)
    snare = random.standard_normal(time_s.size) * np.exp(-time_s / 0.03)
    for beat in range(int((duration_s - 0.5) * bpm / 60)):
        at = round((0.2 + beat * 60 / bpm) * RATE)
        samples[at : at + time_s.size] += (0.5 if beat % 4 == 0 else 0.3) * kick if beat % 2 == 0 else 0.3 * snare
    return Audio(samples.astype(np.float32)[None], RATE)


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    for seed, name in enumerate(("One - Ahead", "Two - Behind")):
        write_audio(clicks(seed, 120.0 + 4 * seed), folder / f"{name}.wav")
    (folder / "broken.wav").write_bytes(b"RIFF")
    return folder


def test_from_loose_files_to_crops_and_back(run: Run, downloads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in downloads.iterdir()}
    assert run("dataset", "organise", downloads, "--output", tmp_path / "dataset") == 0
    assert "nothing is done yet" in capsys.readouterr().out and not (tmp_path / "dataset").exists()
    assert run("dataset", "organise", downloads, "--output", tmp_path / "dataset", "--apply") == 0
    assert "3 songs moved" in capsys.readouterr().out
    assert run("dataset", "crops", tmp_path / "dataset", "--output", tmp_path / "crops", "--length", 100_000) == 3
    told = capsys.readouterr()
    assert "written" in told.out and told.err.count("\n") == 1 and "broken" in told.err
    folders = sorted(path for path in (tmp_path / "crops").iterdir() if path.is_dir())
    assert {folder.name.rsplit("_", 1)[0] for folder in folders} == {"One - Ahead", "Two - Behind"}
    for folder in folders:
        info = json.loads((folder / f"{folder.name}.INFO").read_text())
        assert soundfile.info(folder / "full_mix.flac").frames == 100_000
        bpm = 120.0 if info["song"].startswith("One") else 124.0
        beat = (info["start_s"] - 0.2) * bpm / 60
        assert info["aligned"] == "downbeat" and abs(beat - round(beat)) * 60 / bpm < 0.03
    assert run("dataset", "crops", tmp_path / "dataset", "--output", tmp_path / "crops", "--length", 100_000) == 3
    assert f"0 crops written in {tmp_path / 'crops'}, {len(folders)} were there already" in capsys.readouterr().out
    (file,) = (tmp_path / "dataset").glob("organised*.json")
    assert run("dataset", "undo", file) == 0
    assert {path.name: path.read_bytes() for path in downloads.iterdir()} == before and not [*(tmp_path / "dataset").iterdir()]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("dataset", "organise", "nowhere"), 3, "nowhere"),
        (("dataset", "undo", "nowhere.json"), 3, "nowhere.json"),
        (("dataset", "crops", "nowhere.wav", "--output", "out"), 3, "nowhere.wav"),
    ],
)
def test_what_is_not_there_is_told_on_one_line(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*words) == code
    error = capsys.readouterr().err
    assert error.startswith("mixassistant: ") and error.count("\n") == 1 and told in error


@pytest.mark.parametrize("words", [("--overlap", "100"), ("--overlap", "much"), ("--length", "0"), ("--format", "mp3")])
def test_wishes_that_cannot_be_are_refused(run: Run, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("dataset", "crops", "song.wav", "--output", "out", *words)
    assert ended.value.code == 2 and capsys.readouterr().err.count("\n") == 1


def test_a_song_is_described_from_its_sound_and_from_what_extract_wrote(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    song = tmp_path / "One - Ahead.wav"
    write_audio(clicks(0, 120.0, 8.0), song)
    assert run("extract", song, "--output", tmp_path, "--only", "loudness,rhythm", "--info", "--processes", 1) == 0
    capsys.readouterr()
    assert run("describe", tmp_path / "One - Ahead.json", "--about", "structure") == 0
    told = capsys.readouterr().out
    bpm = json.loads((tmp_path / "One - Ahead.INFO").read_text())["bpm"]
    assert f"Its tempo is {bpm:.1f} BPM." in told and bpm == pytest.approx(120.0, abs=1.0)
    assert len((tmp_path / "One - Ahead.BEATS_GRID").read_text().splitlines()) > 10
    assert run("describe", song, "--output", tmp_path / "told.txt", "--device", "cpu") == 0
    text = (tmp_path / "told.txt").read_text()
    assert text.startswith("“One - Ahead” lasts 0:08, in mono at 44.1 kHz.") and "LUFS" in text and f"{bpm:.1f}" in text
    (tmp_path / "broken.json").write_text("{")
    assert run("describe", tmp_path / "broken.json") == 3 and capsys.readouterr().err.count("\n") == 1
