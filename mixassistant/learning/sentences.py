"""What was learned, in plain words: one line a fact, the number first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from mixassistant.i18n import _
from mixassistant.learning.estimate import own_changes
from mixassistant.learning.finished import FinishedSong, Told
from mixassistant.profiles.habit import DIMENSIONS, Habit
from mixassistant.stems.stem import ROLES

WORTH_TELLING_DB = 0.5
MINUS = "\u2212"
NAMES: Mapping[str, str] = {"level": _("level"), "dynamic_spread": _("dynamic spread"), "crest": _("crest factor"), "width": _("width")}


def learned_lines(habit: Habit, songs: Sequence[FinishedSong]) -> list[str]:
    """Return for each role what these songs changed, and in brackets what is expected of the next."""
    lines = []
    for role in ROLES:
        mean, count = own_changes(songs, role)
        told = [
            f"{_name(dimension)} {_signed(own)} ({_signed(expected)}) {_unit(dimension)}"
            for dimension, own, number, expected in zip(DIMENSIONS, mean, count, habit.roles[role].mean, strict=True)
            if number and max(abs(own), abs(expected)) >= WORTH_TELLING_DB
        ]
        if count.any():
            lines.append(f"{role}, {songs_text(int(count.max()))}: {'; '.join(told) or _('as it was recorded')}")
    return lines


def habit_lines(habit: Habit, usual: Habit) -> list[str]:
    """Return what a habit expects of the next song, beside what engineers do as a rule."""
    lines = []
    for role in (role for role in ROLES if role in habit.roles):
        changes, others = habit.roles[role], usual.roles[role]
        told = []
        for dimension, own, sd, other in zip(DIMENSIONS, changes.mean, np.sqrt(np.diag(changes.covariance)), others.mean, strict=True):
            if max(abs(own), abs(other)) >= WORTH_TELLING_DB:
                beside = "" if habit is usual else _(", engineers as a rule {other}").format(other=_signed(other))
                told.append(f"{_name(dimension)} {_signed(own)} ± {sd:.1f} {_unit(dimension)}{beside}")
        lines.append(f"{role}: {'; '.join(told) or _('nothing that is worth telling')}")
    return lines


def effect_lines(effects: Mapping[str, Any]) -> list[str]:
    """Return what was set as a rule, by role: reverb, equalizer, compressor, pan, and what is not known."""
    return [f"{role}: {'; '.join(told)}" for role, found in effects.items() if (told := list(_effects(found)))]


def _effects(found: Mapping[str, Any]) -> Iterable[str]:
    mixes = int(found["mixes"])
    if reverb := found.get("reverb"):
        for kind, told in reverb["types"].items():
            called = _("{kind} reverb").format(kind=kind) if kind else _("reverb")
            level = _(", at {level}").format(level=_decibels(told["send_db"])) if "send_db" in told else ""
            yield _("{what} in {some} of {all}").format(what=called, some=told["mixes"], all=mixes) + level
    if eq := found.get("eq"):
        cut = _(", low cut at {hz:.0f} Hz").format(hz=eq["low_cut_hz"]) if "low_cut_hz" in eq else ""
        yield _("equalizer in {some} of {all}").format(some=eq["mixes"], all=mixes) + cut
    if compression := found.get("compression"):
        ratio = _(", {ratio:g}:1").format(ratio=compression["ratio"]) if "ratio" in compression else ""
        threshold = _(" from {level}FS").format(level=_decibels(compression["threshold_db"])) if "threshold_db" in compression else ""
        yield _("compressor in {some} of {all}").format(some=compression["mixes"], all=mixes) + ratio + threshold
    if (pan := found.get("pan")) and pan["tracks"]:
        aside = _(", the others {share:.0%} to a side").format(share=pan["others"]) if "others" in pan else ""
        yield _("{some} of {all} tracks in the middle").format(some=pan["in_the_middle"], all=pan["tracks"]) + aside
    if unknown := found.get("unknown"):
        yield _("not read: {names}").format(names=", ".join(f"{name} ({count})" for name, count in unknown.items()))


def what_it_tells(songs: Sequence[FinishedSong]) -> list[str]:
    """Return what the data at hand can tell, and what it cannot."""
    texts: Mapping[Told, str] = {
        "stems": _(
            "{songs} with produced stems: levels, tone and dynamics are measured, and width where the raw tracks are stereo; settings of "
            "compressors are not told."
        ),
        "mix": _(
            "{songs} with the final mix alone: levels to about 2 LU, broad tone to 2–3 dB and dynamics roughly; settings of compressors, "
            "reverb, pan and width are not told."
        ),
        "settings": _(
            "{songs} with settings in writing: faders and equalizers tell levels and tone; compressors, reverb and pan are counted."
        ),
    }
    lines = []
    for told, text in texts.items():
        count = len({(song.artist, song.song) for song in songs if song.told == told})
        if count:
            lines.append(text.format(songs=songs_text(count)))
    return lines


def songs_text(count: int) -> str:
    """Return a count of songs in words."""
    return _("1 song") if count == 1 else _("{count} songs").format(count=count)


def _name(dimension: str) -> str:
    return NAMES.get(dimension) or dimension.removeprefix("tone/").replace("_", " ")


def _signed(value: float) -> str:
    text = f"{abs(value):.1f}"
    return text if float(text) == 0 else f"{MINUS if value < 0 else '+'}{text}"


def _unit(dimension: str) -> str:
    return "LU" if dimension == "level" else "dB"


def _decibels(value: float) -> str:
    return f"{MINUS if value < 0 else ''}{abs(value):.0f} dB"
