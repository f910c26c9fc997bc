"""Names that the program writes files under, and how names that are no text are shown."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mixassistant.errors import InputError
from mixassistant.names import LONGEST_BYTES, file_name, file_names, readable, same_file_key


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("My song", "My song"),
        ("Stimme “ü” 声 🎧", "Stimme “ü” 声 🎧"),
        ("Lead/Vox", "Lead_Vox"),
        ('a\\b:c?*"<d>|', "a_b_c____d__"),
        ("tab\tbell\a\x7f\x9b", "tab_bell___"),
        ("trail. .", "trail"),
        (" lead", "lead"),
        ("..", "Audio"),
        ("", "Audio"),
        ("CON", "CON_"),
        ("nul.final", "nul_.final"),
        ("Lpt1", "Lpt1_"),
        ("COM¹", "COM¹_"),
        ("Console", "Console"),
        ("COM10", "COM10"),
        ("caf\udce9", "caf_xe9"),
        ("\ud83c", "\ufffd"),
    ],
)
def test_a_name_is_a_plain_file_on_every_system(name: str, plain: str) -> None:
    assert file_name(name, ".json") == plain + ".json"


def test_long_names_are_cut_between_letters_and_stay_two() -> None:
    for letter in ("x", "曲", "🎧", "e\u0301"):
        one, two = (file_name(letter * 300 + end, ".json") for end in ("a", "b"))
        assert one != two and one == file_name(letter * 300 + "a", ".json")
        assert len(one.encode()) <= LONGEST_BYTES and one.startswith(letter) and one.endswith(".json")
        assert one.split("~")[0].replace(letter, "") == ""  # no half letter, and no letter without its accent
    assert file_name("x" * 235, ".json") == "x" * 235 + ".json"


def test_what_a_disk_would_take_for_one_file_is_numbered() -> None:
    names = ["Song", "song", "So?ng", "So*ng", "U\u0308ber", "\u00dcBER", "Straße", "STRASSE"]
    made = file_names(names, ".wav")
    assert made == [
        "Song.wav", "song (2).wav", "So_ng.wav", "So_ng (2).wav", "U\u0308ber.wav", "\u00dcBER (2).wav", "Straße.wav", "STRASSE (2).wav",
    ]  # fmt: skip
    assert len({same_file_key(name) for name in made}) == len(names)


def test_bytes_that_are_no_text_are_shown_escaped_and_others_as_they_are() -> None:
    assert readable("caf\udce9 \udcff.wav") == "caf\\xe9 \\xff.wav"
    assert readable("Über 曲 🎧") == "Über 曲 🎧"
    error = InputError("gone", "“caf\udce9” is gone", "look for caf\udce9")
    assert str(error) == "“caf\\xe9” is gone: look for caf\\xe9"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only there can a file name be other than Unicode")
def test_a_made_name_can_be_written(tmp_path: Path) -> None:
    for name in (os.fsdecode(b"k\xfcche"), "曲" * 83, "CON", 'a:b?c*"<>|', "x" * 5000):
        path = tmp_path / file_name(name, ".json")
        path.write_text("{}")
        path.with_name(f".{path.name} (100).lock").touch()  # what stands around a name has room
