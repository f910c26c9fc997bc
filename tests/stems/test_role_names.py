"""Which role a track's name tells: over a thousand names as sessions bear them, in thirteen languages."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from mixassistant.stems.names.lexicon import ENDINGS, PHRASES, SYLLABLES, WORDS
from mixassistant.stems.names.roles import is_pure_name, read, role_from_name
from mixassistant.stems.names.text import plain
from mixassistant.stems.names.words import tokens_of, words_of

TABLE = Path(__file__).with_name("role_names.txt")
LANGUAGES = 13
RIGHT = 0.97


def rows() -> list[tuple[str, bool, str, str]]:
    """Return the language, whether it must be right, the name and the role (or "none") of each name of the table."""
    found: list[tuple[str, bool, str, str]] = []
    language, must = "", False
    for line in TABLE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            language, _, rest = line.removeprefix("## ").partition(",")
            must = rest.strip() == "must"
        elif line and not line.startswith("#"):
            role, _, names = line.partition(": ")
            found += [(language, must, name, role) for name in names.split(" | ")]
    return found


def wrong(names: list[tuple[str, bool, str, str]]) -> dict[str, str]:
    return {name: f"{role_from_name(name)} for {role}" for _, _, name, role in names if (role_from_name(name) or "none") != role}


def test_names_of_real_sessions_tell_their_roles() -> None:
    names = rows()
    assert len(names) >= 450
    assert len({(name, role) for _, _, name, role in names}) >= 450
    assert len(wrong(names)) <= (1 - RIGHT) * len(names), wrong(names)


def test_names_that_must_be_right_are() -> None:
    assert wrong([row for row in rows() if row[1]]) == {}


def test_every_language_is_known_as_well_as_english() -> None:
    languages = Counter(language for language, *_ in rows())
    assert len(languages) == LANGUAGES and min(languages.values()) >= 25
    for language in languages:
        own = [row for row in rows() if row[0] == language]
        assert len(wrong(own)) <= max(1, (1 - RIGHT) * len(own)), (language, wrong(own))


@pytest.mark.parametrize("name", [
    "01_{}", "Audio 1-{}", "Track 03 {}", "trk {}", "CH 12 {}", "{}_02-01", "{}_bip", "{}-cm", "{}.dup1", "{} 120bpm", "{}_v3",
    "{} FINAL2", "{} 24bit 44.1k", "{} Am", "SongTitle_{}", "2024-03-01 {}", "{}.wav", "Song Title - {}",
])  # fmt: skip
@pytest.mark.parametrize(("part", "role"), [("Kick In", "drums"), ("Bass DI", "bass"), ("LeadVox", "vocals"), ("Tenor Sax", "other")])
def test_what_daws_and_people_add_changes_nothing(name: str, part: str, role: str) -> None:
    assert role_from_name(name.format(part)) == role


@pytest.mark.parametrize(
    "place", ["Room", "OH", "Close", "DI", "Amp", "Verb", "FX", "Delay", "Dry", "Comp", "Bus", "Print", "Par", "L", "57", "Stem", "Mix"]
)
@pytest.mark.parametrize(("part", "role"), [("Snare", "drums"), ("Bass", "bass"), ("Vox", "vocals"), ("Piano", "other")])
def test_microphones_and_effects_never_decide_over_an_instrument(part: str, role: str, place: str) -> None:
    assert role_from_name(f"{part} {place}") == role_from_name(f"{part}_{place}") == role


@pytest.mark.parametrize("voice", ["vocals", "vox", "Gesang", "voix", "voz", "voce", "вокала", "zang"])
@pytest.mark.parametrize("no", ["no", "without", "minus", "w/o", "ohne", "sans", "sin", "senza", "sem", "без", "zonder"])
def test_what_is_missing_leaves_the_accompaniment(no: str, voice: str) -> None:
    assert role_from_name(f"{no} {voice}") == role_from_name(f"My Song ({no} {voice})") == "other"
    assert read(f"{no} {voice}").without == {"vocals"}


def test_what_is_missing_leaves_what_else_is_named() -> None:
    assert role_from_name("Drums no kick") == "drums"
    assert role_from_name("Vox no FX") == "vocals"
    assert role_from_name("Band no drums") == "other"
    assert role_from_name("No 1 Kick") == "drums"
    assert role_from_name("Without You - Vocals") == "vocals"
    assert role_from_name("no other") is None


def test_two_things_of_equal_weight_are_left_to_the_sound() -> None:
    assert role_from_name("Drums & Bass") is role_from_name("Vox + Drums") is role_from_name("Guitarra e Voz") is None
    assert role_from_name("Kick + Snare") == "drums"
    assert role_from_name("Pad + Bass") == "bass"


@pytest.mark.parametrize("name", [
    "01 Kick In", "Bass DI_comp", "GTR L dbl", "Drums", "Snare Down", "LeadVox2", "E-Gitarre links", "Guitare basse", "ギター L",
    "Audio 1-Snare", "Vox 120bpm Am", "Tom 2 (edit)",
])  # fmt: skip
def test_names_of_nothing_but_a_track_are_pure(name: str) -> None:
    assert is_pure_name(name)


@pytest.mark.parametrize("name", [
    "Bass Down Low", "01 Drum Song", "02 Bass Down Low", "03 The Voice", "04 Guitar Man", "05 Late", "Track 01", "Audio 1", "Mix",
    "Sweet Harmony", "Paul GTR", "Artist - Tunnel", "情歌 ギター", "",
])  # fmt: skip
def test_other_words_make_a_name_no_pure_one(name: str) -> None:
    assert not is_pure_name(name)


def test_words_are_parted_at_capitals_digits_and_known_words() -> None:
    assert words_of("BGVox2_Harmony") == ["bgvox", "harmony"]
    assert tokens_of("Gtr2Rm (w/o Kick) - snaretop") == ("gtr", "2", "rm", "(", "without", "kick", ")", "-", "snare", "top")
    assert tokens_of("OHL")[:2] == ("oh", "l") and tokens_of("SNgate") == ("sn", "gate") and tokens_of("808s") == ("808", "s")
    assert plain("Chœur") == "choeur" and plain("Percussão") == "percussao"


def test_no_phrase_is_out_of_reach_and_no_sign_is_written_in_two_ways() -> None:
    assert all(len(phrase) > 1 or phrase == ("beatbox",) for phrase in PHRASES)
    assert all(word == plain(word) for word in (*WORDS, *SYLLABLES, *(end for end, _ in ENDINGS)))


def test_the_vocabulary_is_light() -> None:
    code = "import sys, mixassistant.stems.names.purposes; print({'scipy', 'soundfile', 'av', 'torch', 'PySide6'} & {*sys.modules} or '')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
