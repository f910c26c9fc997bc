"""`mixassistant album`: mixes measured against each other, one bad file among them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from signals import music


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mixassistant", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ, timeout=240)


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    folder = tmp_path / "Album"
    folder.mkdir()
    for number in range(5):
        gain = np.float32(0.1 if number == 3 else 1.0)
        write_audio(Audio(music(number, duration_s=4.0).samples * gain, 44100), folder / f"Track {number}.wav", "FLOAT")
    return folder


def test_a_quiet_mix_stands_out_and_a_bad_file_stops_nothing(songs: Path, tmp_path: Path) -> None:
    (songs / "Broken.wav").write_text("no audio")
    page, numbers = tmp_path / "album.html", tmp_path / "album.csv"
    done = run("album", *sorted(songs.iterdir()), "--output", page, "--output", numbers)
    assert done.returncode == 3 and done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1 and "Broken.wav" in done.stderr
    assert "<li>Track 3: loudness " in page.read_text("utf-8")
    assert len(numbers.read_text("utf-8").splitlines()) == 6


def test_without_output_the_table_is_printed(songs: Path) -> None:
    done = run("album", songs)
    assert done.returncode == 0 and done.stderr == ""
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[1:6]] == [["Track", str(number)] for number in range(5)]
    assert any(line.startswith("  Track 3: loudness ") and "LU below" in line for line in lines)


def test_what_is_no_mix_is_told_once(tmp_path: Path) -> None:
    done = run("album", tmp_path / "gone.wav")
    assert done.returncode == 3 and len(done.stderr.strip().splitlines()) == 1


def test_a_format_that_is_none_is_told_before_any_work(songs: Path) -> None:
    done = run("album", songs, "--output", "album.xls")
    assert done.returncode == 2 and "use one of .html, .csv, .md" in done.stderr
