"""Mixes as one album: the median does not follow an outlier, which is marked with its distance in every format."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixassistant.errors import UsageError
from mixassistant.features.descriptor import Measurement
from mixassistant.report.album import DIMENSIONS, FORMATS, Album, AlbumTrack, album_note, album_table, outlier_texts, write_album

LOUDNESS = DIMENSIONS[0]


def track(name: str, **values: float) -> AlbumTrack:
    return AlbumTrack(name, {"lufs": -9.0, "true_peak": -1.0, "psr": 9.0, "lra": 6.0, **values})


def album_of(*loudness: float) -> Album:
    return Album(tuple(track(f"Song {index}", lufs=value) for index, value in enumerate(loudness, 1)))


def test_what_stands_out_is_told_with_its_distance() -> None:
    album = album_of(-9.0, -9.4, -8.7, -9.1, -15.2)
    assert album.middle(LOUDNESS) == -9.1
    assert [album.outside(LOUDNESS, t) for t in album.tracks] == pytest.approx([0.0, 0.0, 0.0, 0.0, -6.1])
    assert outlier_texts(album) == ("Song 5: loudness 6.1\u00a0LU below the middle of the album",)
    assert album_table(album).rows[4].cells[1] == "−15.2 ▼\u00a06.1"
    assert album_table(album).rows[-1].cells[1] == "−9.1"


def test_an_album_whose_mixes_are_almost_alike_has_no_outlier() -> None:
    assert outlier_texts(album_of(-9.0, -9.0, -9.0, -9.0, -9.8)) == ()


def test_of_three_mixes_none_stands_out() -> None:
    album = album_of(-9.0, -9.0, -20.0)
    assert outlier_texts(album) == () and "From 4 mixes on" in album_note(album)


def test_tone_is_told_by_the_seven_broad_bands_and_what_is_unknown_is_left_out() -> None:
    spectrum = np.full(31, -15.0)
    spectrum[:4] = -40.0
    found = AlbumTrack.of("Song", {"lufs": Measurement(-9.0), "psr": Measurement(None, "silent"), "ltas": Measurement(spectrum)})
    assert "psr" not in found.values and found.values["tone/sub"] < found.values["tone/mids"]
    assert album_table(Album((found,))).rows[0].cells[3] == "–"


@given(st.lists(st.floats(-30, -5), min_size=4, max_size=20), st.floats(-20, 20))
def test_the_same_album_turned_up_has_the_same_outliers(values: list[float], gain_db: float) -> None:
    before, after = album_of(*values), album_of(*(value + gain_db for value in values))
    sides = [[np.sign(a.outside(LOUDNESS, t)) for t in a.tracks] for a in (before, after)]
    away = [abs(before.outside(LOUDNESS, t)) for t in before.tracks]
    assert all(one == two for one, two, far in zip(*sides, away, strict=True) if far > 3.6 * LOUDNESS.least * 1.01 or one == two)


@pytest.mark.parametrize("suffix", [*FORMATS])
def test_it_is_written_in_every_format_and_no_name_harms_it(tmp_path: Path, suffix: str) -> None:
    names = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "a | b", "Song", "Ünïcode"]
    tracks = [track(name, lufs=-9.0 if index else -20.0) for index, name in enumerate(names)]
    path = tmp_path / f"album{suffix}"
    write_album(tracks, path)
    text = path.read_text("utf-8")
    assert "Ünïcode" in text and "<script>alert" not in text.replace("<script>alert(1)</script>,", "")
    if suffix == ".csv":
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[1][0].startswith("'=cmd") and rows[1][-1].startswith("lufs -11.0")
        assert float(rows[2][1]) == -9.0 and rows[2][-1] == ""
    else:
        assert "▼\u00a011.0" in text and "11.0\u00a0LU below" in text


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"use one of \.html, \.csv, \.md"):
        write_album([track("a")], tmp_path / "album.xls")
