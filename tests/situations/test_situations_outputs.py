"""Situations of the eleventh kind: names of outputs."""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import pytest
from situations.files import write
from situations.program import extracted
from situations.song import CLOSE, loudness, part

SECONDS = 3.3
RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}  # of Windows, with any suffix


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems have no such names")
def test_67_a_name_in_the_bytes_of_an_old_system_gets_its_result(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Files of a network drive of 2003 are called in Latin-1, which is no UTF-8: "Für Elise" is bytes and no text."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/F\xfcr Elise.wav"))
    write(tmp_path / "sound.wav", part("keys", 1, SECONDS)).rename(path)
    found = extracted(capfd, tmp_path / "out", path)
    assert found.code == 0, found.said
    assert found.lufs() == pytest.approx(loudness(part("keys", 1, SECONDS)), abs=CLOSE)
    [result] = (tmp_path / "out").iterdir()
    result.name.encode("utf-8")  # the result's own name is text, which other programs can read


@pytest.mark.skipif(sys.platform == "win32", reason="counts bytes")
@pytest.mark.parametrize("name", ["夜" * 83, "x" * 250, "🎸" * 62], ids=["Japanese", "Latin", "guitars"])
def test_68_a_name_that_fills_what_a_disk_allows_gets_its_result(tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str) -> None:
    """Downloads are called after whole sentences: with its suffix the name has 255 bytes, and result and lock need more than that."""
    write(tmp_path / "sound.wav", part("keys", 2, SECONDS)).rename(tmp_path / f"{name}.wav")
    for _ in range(2):  # the second time it is found again and not written beside
        found = extracted(capfd, tmp_path / "out", tmp_path / f"{name}.wav")
        assert found.code == 0, found.said
        assert found.lufs() == pytest.approx(loudness(part("keys", 2, SECONDS)), abs=CLOSE)
    [result] = (tmp_path / "out").iterdir()
    assert len(os.fsencode(result.name)) <= 255


@pytest.mark.skipif(sys.platform == "win32", reason="makes files that Windows cannot have")
def test_69_results_have_names_that_every_system_can_hold(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Songs are called "Aux" and "Con"; a folder of results is carried to a Windows machine, which cannot open AUX.json."""
    names = ("AUX", "con", "Com1.final", "Nul")
    for number, name in enumerate(names):
        write(tmp_path / "in" / f"{name}.flac", part("keys", number, SECONDS), subtype="PCM_16")
    found = extracted(capfd, tmp_path / "out", *(tmp_path / "in" / f"{name}.flac" for name in names))
    results = [path.name for path in (tmp_path / "out").iterdir()]
    assert found.code == 0 and len(results) == len(names), found.said
    assert not [name for name in results if name.split(".")[0].strip().upper() in RESERVED], results


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="makes two files of one name to these systems")
def test_70_two_songs_of_one_name_to_a_mac_have_two_results(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The same title came from a Mac and from Windows, once with the accent apart: disks of Macs hold them to be one name."""
    for form, number in (("NFC", 1), ("NFD", 3)):
        write(tmp_path / form / f"{unicodedata.normalize(form, 'Café Noé')}.wav", part("keys", number, SECONDS))
    found = extracted(capfd, tmp_path / "out", tmp_path / "NFC", tmp_path / "NFD")
    results = [path.name for path in (tmp_path / "out").iterdir()]
    assert found.code == 0 and len(results) == 2, found.said
    assert len({unicodedata.normalize("NFC", name).casefold() for name in results}) == 2, results
