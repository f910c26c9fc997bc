"""Which side of a pair a name tells, and which names are odd pairs."""

from __future__ import annotations

import pytest

from mixassistant.stems.names.sides import numbered_pair_from_name, side_from_name

PAIRS = [
    ("Drums.L", "Drums.R", "Drums"),
    ("Drums_L", "Drums_R", "Drums"),
    ("Drums-L", "Drums-R", "Drums"),
    ("Drums L", "Drums R", "Drums"),
    ("drums.l", "drums.r", "drums"),
    ("Drums (Left)", "Drums (Right)", "Drums"),
    ("Drums (L)", "Drums (R)", "Drums"),
    ("OH [L]", "OH [R]", "OH"),
    ("Drums Left", "Drums Right", "Drums"),
    ("Piano_left", "Piano_right", "Piano"),
    ("DrumsL", "DrumsR", "Drums"),
    ("OHL", "OHR", "OH"),
    ("ohl", "ohr", "oh"),
    ("GTRL", "GTRR", "GTR"),
    ("Drums.01L", "Drums.01R", "Drums.01"),
    ("OH CRAP L COMP_01", "OH CRAP R COMP_01", "OH CRAP COMP_01"),
    ("Keys CONS.L", "Keys CONS.R", "Keys CONS"),
    ("Keys.L.1", "Keys.R.1", "Keys.1"),
    ("Drums.L.wav", "Drums.R.wav", "Drums"),
    ("Lead Vox L", "Lead Vox R", "Lead Vox"),
    ("Tom L", "Tom R", "Tom"),
    ("Left Guitar", "Right Guitar", "Guitar"),
    ("L_Drums", "R_Drums", "Drums"),
    ("Gitarre links", "Gitarre rechts", "Gitarre"),
    ("Guitare gauche", "Guitare droite", "Guitare"),
    ("Guitarra izq", "Guitarra der", "Guitarra"),
    ("Guitarra esq", "Guitarra dir", "Guitarra"),
    ("Piano sx", "Piano dx", "Piano"),
    ("Gitarr vänster", "Gitarr höger", "Gitarr"),
    ("Гитара Лев", "Гитара Прав", "Гитара"),
    ("Гитара левый", "Гитара правый", "Гитара"),
    ("ギター左", "ギター右", "ギター"),
    ("ギター 左", "ギター 右", "ギター"),
    ("吉他（左）", "吉他（右）", "吉他"),
    ("Left", "Right", ""),
]


@pytest.mark.parametrize(("left", "right", "base"), PAIRS)
def test_two_sides_have_one_name(left: str, right: str, base: str) -> None:
    assert side_from_name(left) == (base, "left")
    assert side_from_name(right) == (base, "right")


@pytest.mark.parametrize("name", [
    "Gtr LR", "Gtr L R", "Gtr L+R", "Lead Vox", "VOCAL", "Vocal", "BELL", "Piano", "Final", "Snare Top", "Guitar", "Synth", "Choir",
    "Piano 1", "", "808", "Kick Out", "Master", "ORGAN", "Bass Amp",
])  # fmt: skip
def test_other_names_tell_no_side(name: str) -> None:
    assert side_from_name(name) is None


@pytest.mark.parametrize("name", ["{} {}", "{}.{}", "{}-{}", "{}_{}", "{}{}", "{} 0{}", "{} ({})", "{} ch{}", "{} {}.wav"])
def test_odd_pairs_are_numbered(name: str) -> None:
    assert numbered_pair_from_name(name.format("Piano", 1)) == ("Piano", 1)
    assert numbered_pair_from_name(name.format("Take_02", 2)) == ("Take_02", 2) or name == "{}{}"


@pytest.mark.parametrize("name", [
    "Piano", "Piano 3", "Piano 12", "Piano 21", "Piano 0", "1", "01", "808", "", "Piano 1a",
])  # fmt: skip
def test_other_numbers_make_no_pair(name: str) -> None:
    assert numbered_pair_from_name(name) is None
