"""What songs are called: tags over names of files, and names of files taken apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from encoded import tagged

from mixassistant.dataset.naming import SongName, name_from_file, name_of_song


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("03 - Blue Light", SongName("Blue Light")),
        ("03. Blue Light", SongName("Blue Light")),
        ("1-07 Blue Light", SongName("Blue Light")),
        ("The Band - Blue Light", SongName("Blue Light", "The Band")),
        ("07 The Band - Blue Light", SongName("Blue Light", "The Band")),
        ("The Band - First - Blue Light", SongName("Blue Light", "The Band", "First")),
        ("The Band - First - 03 - Blue Light", SongName("Blue Light", "The Band", "First")),
        ("The Band - First - Blue Light - Live", SongName("Blue Light - Live", "The Band", "First")),
        ("the_band_–_blue_light", SongName("blue light", "the band")),
        ("99 Problems", SongName("Problems")),  # told by its tags alone
        ("1979", SongName("1979")),
        ("1999 - 2000", SongName("2000", "1999")),
        ("Self-made", SongName("Self-made")),
        ("03", SongName("03")),
        (" - ", SongName("-")),
    ],
)
def test_names_of_files(name: str, wanted: SongName) -> None:
    assert name_from_file(name) == wanted


def test_tags_go_over_the_name_and_the_name_fills_what_they_lack(tmp_path: Path) -> None:
    whole = tagged(tmp_path / "x - y.flac", title="Blue Light", artist="The Band", album="First")
    assert name_of_song(whole).folder == "The Band - First - Blue Light"
    titled = tagged(tmp_path / "The Band - First - blue.flac", title="Blue Light")
    assert name_of_song(titled).folder == "The Band - First - Blue Light"
    assert name_of_song(tagged(tmp_path / "07 - Blue Light.flac", artist="The Band")).folder == "The Band - Blue Light"
    assert name_of_song(tagged(tmp_path / "plain.flac")).folder == "plain"
    # An album that a name seems to tell belongs to another artist, where the tags tell the artist.
    assert name_of_song(tagged(tmp_path / "A - B - C.flac", title="Blue Light", artist="The Band")).folder == "The Band - Blue Light"
