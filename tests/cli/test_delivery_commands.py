"""`--target` of analyze, the masters of render, and the list of targets, as a person types them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mixassistant.advice.audition import loudness_lufs
from mixassistant.advice.targets import load_targets
from mixassistant.audio.decode import decode
from mixassistant.audio.true_peak import true_peak
from mixassistant.audio.write import write_audio
from mixassistant.report.document import read_document
from signals import music, scaled


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mixassistant", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ, timeout=240)


@pytest.fixture
def mix(tmp_path: Path) -> Path:
    path = tmp_path / "Song.wav"
    write_audio(scaled(music(duration_s=6.0), 8.0), path, "FLOAT")
    return path


def test_the_targets_are_listed_with_their_sources() -> None:
    done = run("targets", "list")
    assert done.returncode == 0 and done.stderr == ""
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [*load_targets()]
    assert all("https://" in line for line in lines[1:])


def test_a_target_is_told_and_a_master_is_as_loud_as_it_wants_it(mix: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = run("analyze", mix, "--target", "Spotify", "--target", "ebu-r128", "--output", report)
    assert done.returncode == 0, done.stderr
    document = read_document(report)
    assert [entry["target"] for entry in document["delivery"]] == ["spotify", "ebu-r128"]
    assert document["delivery"][0]["codec"]["name"] == "aac" and document["delivery"][1]["codec"] is None
    assert document["delivery"][0]["text"].startswith("Spotify turns this mix ")
    out = tmp_path / "out"
    done = run("render", report, "--output", out, "--master", "--target", "spotify", "--target", "ebu-r128")
    assert done.returncode == 0, done.stderr
    for name, loudness in (("Song for Spotify.wav", -14.0), ("Song for EBU R 128.wav", -23.0)):
        written = decode(out / name)
        assert loudness_lufs(written) == pytest.approx(loudness, abs=0.1)
        assert 20 * np.log10(true_peak(written)) <= -1.0 + 0.1
        assert f"{name}: " in done.stdout
    assert (out / "Song.wav").exists()


def test_a_summary_tells_of_the_target(mix: Path) -> None:
    done = run("analyze", mix, "--target", "youtube")
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("YouTube "))
    assert "true peak" in line and "After Opus at 128 kbit/s" in line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("analyze", "x.wav", "--target", "myspace"), "there is no delivery target “myspace”: use one of spotify"),
        (("render", "x.json", "--output", "y", "--target", "spotify"), "add --master"),
        (("render", "x.json", "--output", "y", "--master", "--target", ""), "there is no delivery target “”"),
    ],
)
def test_what_cannot_be_is_one_line(words: tuple[str, ...], told: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1 and told in done.stderr
