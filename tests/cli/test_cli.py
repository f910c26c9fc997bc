"""The command line's contract: exit codes, one-line errors, files that are whole, nothing printed where nobody looks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.write import write_audio
from mixassistant.cli.parser import with_default_command
from mixassistant.report.document import read_document, validate
from signals import music, noise


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program as a person would, in a process of its own."""
    command = [sys.executable, "-m", "mixassistant", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ, timeout=240)


def refused(done: subprocess.CompletedProcess[str], code: int) -> str:
    """Check an error's form; return its line."""
    assert done.returncode == code, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("mixassistant: "), done.stderr
    return lines[0]


@pytest.fixture
def stems(tmp_path: Path) -> Path:
    folder = tmp_path / "Song"
    folder.mkdir()
    for i, name in enumerate(("drums", "bass", "vocals", "other")):
        write_audio(music(i, duration_s=5.0), folder / f"{name}.wav", "FLOAT")
    return folder


def test_the_main_job_writes_reports_that_are_valid_and_can_be_rendered_and_exported(stems: Path, tmp_path: Path) -> None:
    reference = tmp_path / "Liked"
    reference.mkdir()
    for i, name in enumerate(("drums", "bass", "vocals", "other")):
        gain = 4.0 if name == "vocals" else 1.0
        write_audio(Audio(music(i, duration_s=5.0).samples * np.float32(gain), 44100), reference / f"{name}.wav", "FLOAT")
    files = [tmp_path / f"report{s}" for s in (".json", ".html", ".md", ".pdf")]
    done = run("analyze", stems, "--reference", reference, *(w for f in files for w in ("--output", f)))
    assert done.returncode == 0 and done.stderr == "" and done.stdout == ""
    document = read_document(files[0])
    validate(document)
    assert any(s["id"] == "vocals-level" for s in document["suggestions"])
    assert files[3].read_bytes().startswith(b"%PDF") and "<svg" in files[1].read_text()
    done = run("render", files[0], "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    before, after = decode(stems / "vocals.wav"), decode(tmp_path / "out" / "vocals.wav")
    gain_db = 20 * np.log10(np.std(after.samples) / np.std(before.samples))
    assert gain_db == pytest.approx(12.0, abs=3.5)  # suggestions stop at 9 dB
    assert run("export", files[0], "--format", "pdf", "--output", tmp_path / "again.pdf").returncode == 0
    assert (tmp_path / "again.pdf").read_bytes() == files[3].read_bytes()


def test_without_output_a_summary_is_printed(stems: Path) -> None:
    done = run("analyze", stems)
    assert done.returncode == 0 and "LUFS" in done.stdout and "factory profile" in done.stdout


BAD = {
    "empty": lambda p: p.write_bytes(b""),
    "text": lambda p: p.write_text("hello " * 100),
    "zero": lambda p: soundfile.write(p, np.zeros((0, 2)), 44100),
    "one": lambda p: soundfile.write(p, np.full((1, 2), 0.5), 44100),
    "silence": lambda p: soundfile.write(p, np.zeros((44100 * 4, 2)), 44100),
    "nan": lambda p: soundfile.write(p, np.full((44100 * 4, 2), np.nan), 44100, subtype="FLOAT"),
    'a "quoted"\n<b>name': lambda p: p.write_bytes(b"x" * 100),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_one_line_and_exit_3(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.wav"
    BAD[kind](path)
    refused(run("analyze", path, "--output", tmp_path / "r.json"), 3)
    assert not (tmp_path / "r.json").exists()


@pytest.mark.parametrize("audio", [noise(0, duration_s=4, rate=8000, channels=1), noise(1, duration_s=4, rate=192000)])
def test_unusual_but_sound_input_is_analysed(tmp_path: Path, audio: Audio) -> None:
    write_audio(audio, tmp_path / "a.wav")
    done = run("analyze", tmp_path / "a.wav", "--output", tmp_path / "r.json")
    assert done.returncode == 0, done.stderr
    validate(read_document(tmp_path / "r.json"))


def test_other_exit_codes(stems: Path, tmp_path: Path) -> None:
    refused(run("analyze", tmp_path / "none.wav"), 3)
    refused(run("analyze", stems, "--reference", tmp_path / "vanished.wav"), 3)
    refused(run("analyze", stems, "--output", tmp_path / "r.docx"), 2)
    refused(run("analyze", stems, "--role", "drums=flute"), 2)
    refused(run("analyze", stems, "--frobnicate"), 2)
    refused(run("analyze", stems, "--profile", "none"), 4)
    refused(run("analyze", stems, "--separator", "demucs"), 4)
    refused(run("analyze", stems, "--output", tmp_path / "no" / "r.json"), 5)
    library = tmp_path / "broken.sqlite3"
    library.write_bytes(b"broken" * 1000)
    refused(run("analyze", stems, "--library", library), 5)
    assert library.read_bytes() == b"broken" * 1000
    (tmp_path / "bad.json").write_text("{}")
    refused(run("render", tmp_path / "bad.json", "--output", tmp_path / "o"), 3)
    refused(run("separate", stems / "none.wav", "--output", tmp_path / "o"), 3)


def test_references_and_profiles_live_in_the_library(stems: Path, tmp_path: Path) -> None:
    library = ("--library", tmp_path / "l.sqlite3")
    (tmp_path / "broken.wav").write_bytes(b"no")
    done = run("references", "add", stems, tmp_path / "broken.wav", *library)
    assert done.returncode == 3 and "Added Song" in done.stdout and "broken.wav" in done.stderr
    assert "Song" in run("references", "list", *library).stdout
    assert run("profile", "create", "mine", *library).returncode == 0
    shown = run("profile", "show", "mine", *library)
    assert shown.returncode == 0 and "Integrated loudness" in shown.stdout
    assert "references, least" in shown.stdout and "expected, 10 %" in shown.stdout and "predictive range" in shown.stdout
    assert run("references", "dislike", "Song", *library).returncode == 0
    assert "disliked" in run("references", "list", *library).stdout
    assert run("references", "remove", "1", *library).returncode == 0
    refused(run("references", "like", "1", *library), 3)


def test_extract_writes_one_file_per_track_and_a_bad_one_stops_nothing(stems: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"no")
    done = run("extract", tmp_path / "bad.wav", stems, "--output", tmp_path / "m")
    assert done.returncode == 3
    document = json.loads((tmp_path / "m" / "Song.json").read_text())
    assert document["schema"] == "mixassistant.measurements/1"
    assert document["mix"]["measurements"]["lufs"]["unit"] == "LUFS" and len(document["stems"]) == 4


def test_separate_writes_four_stems_that_sum_to_the_mix(tmp_path: Path) -> None:
    write_audio(music(0, duration_s=5), tmp_path / "mix.wav", "FLOAT")
    done = run("separate", tmp_path / "mix.wav", "--separator", "embedded", "--output", tmp_path / "s")
    assert done.returncode == 0, done.stderr
    total = sum(decode(tmp_path / "s" / f"{r}.wav").samples for r in ("drums", "bass", "vocals", "other"))
    assert np.abs(total - decode(tmp_path / "mix.wav").samples).max() < 1e-3


def test_files_alone_and_nothing_open_the_window() -> None:
    assert with_default_command([]) == ["gui"]
    assert with_default_command(["song.wav"]) == ["gui", "song.wav"]
    assert with_default_command(["analyze", "x"]) == ["analyze", "x"]
    assert with_default_command(["--version"]) == ["--version"]


def test_a_closed_pipe_is_no_error(stems: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m mixassistant profile show | head -1", shell=True, capture_output=True, text=True, check=False, env=os.environ
    )
    assert "Traceback" not in done.stderr
