"""Stems that hardly play, that leaked, or that the user says are none: no advice on them."""

from __future__ import annotations

from functools import cache

import pytest

from mixassistant.advice.engine import advise
from mixassistant.advice.rendering import parts_of
from mixassistant.audio.audio import mix
from mixassistant.features.descriptor import Measurement, scalar
from mixassistant.features.measure import measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.presence import find_missing, is_present, missing_warnings, without_missing
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.separation_error import told_values
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES, Role, Song, Stem
from signals import music, scaled

FROM = {"supplied": "supplied", "separated": "embedded"}


def song(gains_db: dict[str, float], origin: str = "supplied", extra: tuple[Stem, ...] = ()) -> Song:
    stems = tuple(Stem(r, r, origin, scaled(music(i, duration_s=8.0), gains_db.get(r, 0.0))) for i, r in enumerate(ROLES))
    return Song("mine", "mine", mix([s.audio for s in (*stems, *extra)]), (*stems, *extra), {})


@cache
def measured(role: str, gain_db: float, origin: str) -> MeasuredTrack:
    return measure_song(song({role: gain_db}, origin))


@pytest.mark.parametrize(
    ("level", "activity", "origin", "role", "is_there"),
    [
        (-26.0, 1.0, "embedded", "vocals", False),
        (-24.0, 1.0, "embedded", "vocals", True),
        (-26.0, 1.0, "demucs:htdemucs", "vocals", False),
        (-26.0, 1.0, "embedded", "drums", True),
        (-26.0, 1.0, "supplied", "vocals", True),
        (-22.0, 1.0, "supplied", "drums", True),
        (-36.0, 1.0, "supplied", "vocals", False),
        (-10.0, 0.01, "supplied", "vocals", False),
        (None, 0.0, "supplied", "vocals", True),
    ],
)
def test_level_and_time_tell_what_is_there(level: float | None, activity: float, origin: str, role: Role, is_there: bool) -> None:
    values = {"level": Measurement(level, "" if level is not None else "silent"), "activity": Measurement(activity)}
    assert is_present(values, role, origin) is is_there


def test_a_leak_gets_no_advice_and_one_line_says_so() -> None:
    track = measured("vocals", -34.0, "embedded")
    (missing,) = find_missing(track)
    assert missing.place == Place("vocals") and not missing.is_said
    assert missing.level_lu == scalar(told_values(track, "vocals"), "level")  # as in the row of the stem
    (line,) = missing_warnings((missing,))
    assert line.startswith("Vocals: nothing to speak of in this mix (−") and "LU under it): no advice on them." in line
    left = without_missing(track, (missing,))
    assert "vocals" not in left.roles and all(stem.role != "vocals" for stem in left.stems) and "masked_vocals" not in left.mix
    advice = advise(track, build_profile("p", [], load_prior()), parts_of(song({"vocals": -34.0}, "embedded")))
    assert advice.missing == (missing,)
    assert all(s.place.role != "vocals" for s in advice.suggestions)


def test_what_the_user_says_is_not_there_gets_no_advice_however_loud() -> None:
    mine = song({"vocals": -12.0})
    track, earlier = measured("vocals", -12.0, "supplied"), build_profile("p", [measured("vocals", 0.0, "supplied")], load_prior())
    assert any(move.role == "vocals" for move in advise(track, earlier, parts_of(mine)).moves)
    advice = advise(track, earlier, parts_of(mine), absent=("vocals",))
    assert all(s.place.role != "vocals" for s in advice.suggestions) and [m.is_said for m in advice.missing] == [True]
    assert missing_warnings(advice.missing) == ("Vocals: none in this song, as you say: no advice on them.",)


def test_another_version_of_the_song_shows_that_a_stem_was_turned_down_to_nothing() -> None:
    mine, earlier = song({"vocals": -38.0}), build_profile("p", [measured("vocals", 0.0, "supplied")], load_prior())
    advice = advise(measured("vocals", -38.0, "supplied"), earlier, parts_of(mine))
    assert advice.missing == () and any(move.role == "vocals" and move.kind == "level" for move in advice.moves)


def test_one_stem_of_several_that_nobody_hears_is_left_out_and_its_role_stays() -> None:
    unheard = scaled(music(9, duration_s=8.0), -45.0)
    track = measure_song(song({}, extra=(Stem("CRASH", "drums", "supplied", unheard),)))
    (missing,) = find_missing(track)
    assert missing.place == Place("drums", "CRASH") and missing_warnings((missing,)) == ()
    left = without_missing(track, (missing,))
    assert "drums" in left.roles and [stem.name for stem in left.stems] == list(ROLES)


def test_a_mix_with_all_its_roles_misses_none() -> None:
    track = measured("vocals", 0.0, "embedded")
    assert find_missing(track) == () and without_missing(track, ()) is track and missing_warnings(()) == ()
