"""What a comparison of two bounces says, in the order it is read: shared by the window, the terminal and every format for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mixassistant.i18n import _
from mixassistant.profiles.standing import TONE
from mixassistant.report.cards import command_text
from mixassistant.report.standing_words import dimension_name
from mixassistant.report.tables import Row, Table
from mixassistant.report.wording import (
    NONE,
    clean,
    clock,
    decimals_of,
    descriptor_name,
    frequency,
    kind_name,
    number,
    percent,
    role_name,
    sentence,
    with_unit,
)

MARKS = {"arrived": "✓", "in part": "◐", "not yet": "○", "the other way": "↩", "cannot be told": "?"}
VERDICTS = {"arrived": "good", "not yet": "off", "the other way": "off"}
MORE_PERCENT = 150.0  # of a move: from there it is told that more was done than was wanted
DATE = 10  # letters of an ISO 8601 date


@dataclass(frozen=True)
class ComparisonPage:
    """A comparison for people.

    Parameters
    ----------
    title : str
        ``"Song 2.wav against Song 1.wav"``.
    facts : tuple of (str, str)
        What was compared.
    headline : str
        How many moves arrived, and the largest change.
    moves : Table
        What was accepted, and what of it arrived.
    left : tuple of str
        What is still to be done of it, a line each.
    changes : Table
        What changed by an audible step or more.
    rest : Table
        All that was compared.
    warnings : tuple of str
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    headline: str
    moves: Table
    left: tuple[str, ...]
    changes: Table
    rest: Table
    warnings: tuple[str, ...]


def build_comparison_page(comparison: Mapping[str, Any]) -> ComparisonPage:
    """Build the page of a comparison."""
    moves, changes = comparison["moves"], comparison["changes"]
    old, new = comparison["old"], comparison["new"]
    heard = [change for change in changes if change["is_heard"]]
    columns = (_("Place"), _("Measurement"), _("Before"), _("Now"), _("Change"))
    return ComparisonPage(
        title=_("{new} against {old}").format(new=_name(new), old=_name(old)),
        facts=((_("Before"), _bounce_text(old)), (_("Now"), _bounce_text(new))),
        headline=" ".join(part for part in (moves_text(moves), largest_text(heard)) if part),
        moves=Table(
            _("What you accepted"), (_("Where"), _("Move"), _("Wanted"), _("Found"), _("Answer")), tuple(_move_row(m) for m in moves), 2
        ),
        left=tuple(left_text(move) for move in moves if is_left(move)),
        changes=Table(_("What changed"), columns, tuple(_change_row(change) for change in _largest_first(heard)), 2),
        rest=Table(_("All that was compared"), columns, tuple(_change_row(change) for change in changes), 2),
        warnings=tuple(sentence(text) for text in comparison["warnings"]),
    )


def is_left(move: Mapping[str, Any]) -> bool:
    """Tell whether something of a move is still to be done, as far as it can be told."""
    return move["answer"] in ("in part", "not yet", "the other way")


def _name(bounce: Mapping[str, Any]) -> str:
    return clean(bounce["name"]) or _("Untitled mix")


def _bounce_text(bounce: Mapping[str, Any]) -> str:
    return _("{name}, {length}, analysed {date}").format(
        name=_name(bounce), length=clock(bounce["duration_s"]), date=clean(bounce["created"])[:DATE]
    )


def moves_text(moves: list[Mapping[str, Any]]) -> str:
    """Say how many of the accepted moves arrived: ``"3 of 5 accepted moves arrived, 1 in part, 1 is left."``."""
    if not moves:
        return ""
    count = {answer: sum(move["answer"] == answer for move in moves) for answer in MARKS}
    of = _("{count} of {of} accepted moves arrived") if len(moves) > 1 else _("{count} of {of} accepted move arrived")
    parts = [of.format(count=count["arrived"], of=len(moves))]
    parts += [_("{count} in part").format(count=count["in part"])] if count["in part"] else []
    parts += [_("{count} not yet").format(count=count["not yet"])] if count["not yet"] else []
    parts += [_("{count} went the other way").format(count=count["the other way"])] if count["the other way"] else []
    parts += [_("{count} cannot be told").format(count=count["cannot be told"])] if count["cannot be told"] else []
    return ", ".join(parts) + "."


def largest_text(heard: list[Mapping[str, Any]]) -> str:
    """Name the largest change: ``"The largest change: drums, level +4.2 LU."``."""
    if not heard:
        return _("Nothing changed by an audible step.")
    largest = _largest_first(heard)[0]
    what = f"{_place_text(largest['place']).lower()}, {_dimension_text(largest['dimension']).lower()}"
    return _("The largest change: {what} {change}.").format(what=what, change=_change_text(largest))


def _largest_first(changes: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(changes, key=lambda change: -abs(change["change"]) / change["step"])


def _place_text(place: str) -> str:
    role, _slash, stem = place.partition("/")
    return f"{clean(stem)} ({role_name(role)})" if stem else role_name(role)


def _dimension_text(dimension: str) -> str:
    if dimension in TONE or dimension in ("lufs", "level", "dynamic_spread", "crest", "width"):
        return dimension_name(dimension)
    return descriptor_name(dimension)


def _change_text(change: Mapping[str, Any]) -> str:
    unit = {"LUFS": "LU", "dBTP": "dB"}.get(change["unit"], change["unit"])
    return with_unit(change["change"], _decimals(change["dimension"]), unit, signed=True)


def _decimals(dimension: str) -> int:
    return 1 if dimension in TONE else decimals_of(dimension)


def _change_row(change: Mapping[str, Any]) -> Row:
    decimals = _decimals(change["dimension"])
    values = (with_unit(change[when], decimals, change["unit"]) for when in ("old", "new"))
    role = change["place"].partition("/")[0]
    cells = (_place_text(change["place"]), _dimension_text(change["dimension"]), *values, _change_text(change))
    return Row(cells, role="" if role == "mix" else role)


def what_text(move: Mapping[str, Any]) -> str:
    """Return where a move goes and what it does there: ``"Drums: fader +2.5 dB"``."""
    return f"{_place_text(move['place'])}: {_command(move)}"


def _command(move: Mapping[str, Any]) -> str:
    return command_text(move["kind"], move["parameters"]) or kind_name(move["kind"])


def left_text(move: Mapping[str, Any]) -> str:
    """Return what is left of a move: ``"Drums: fader +2.5 dB (in part, 60 %)"``."""
    return f"{what_text(move)} ({answer_text(move)})"


def answer_text(move: Mapping[str, Any]) -> str:
    """Return whether a move arrived, in words: ``"in part (60 %)"``."""
    answer = move["answer"]
    if answer == "in part":
        return _("in part, {share}").format(share=percent(move["share_percent"] / 100))
    if answer == "arrived" and move["share_percent"] > MORE_PERCENT:
        return _("arrived, and more")
    return {
        "arrived": _("arrived"), "not yet": _("not yet"), "the other way": _("the other way"),
        "cannot be told": _("cannot be told: {reason}").format(reason=clean(move.get("reason", ""))),
    }[answer]  # fmt: skip


def _read_off(move: Mapping[str, Any], value: float | None) -> str:
    if value is None:
        return NONE
    at = _(" at {place}").format(place=frequency(move["frequency_hz"])) if "frequency_hz" in move else ""
    return f"{number(value, 1, signed=True)}\u00a0{move['unit']}{at}"


def _move_row(move: Mapping[str, Any]) -> Row:
    answer = f"{MARKS[move['answer']]} {answer_text(move)}"
    cells = (
        _place_text(move["place"]), _command(move), _read_off(move, move["wanted"]), _read_off(move, move["found"]), answer
    )  # fmt: skip
    role = move["place"].partition("/")[0]
    return Row(cells, role="" if role == "mix" else role, verdict=VERDICTS.get(move["answer"], ""))
