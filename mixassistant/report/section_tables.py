"""The sections of a mix as tables: loudness, levels and balance of each, and like sections of the references beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mixassistant.features.bands import broad
from mixassistant.features.track import Section
from mixassistant.i18n import _
from mixassistant.profiles.section_standing import LIFT, LOUDEST, SectionStand
from mixassistant.profiles.standing import TONE
from mixassistant.report.entries import section_stands_of
from mixassistant.report.standing_words import dimension_name, short_name
from mixassistant.report.tables import Row, Table
from mixassistant.report.wording import NONE, clean, clock, number, role_name, with_unit
from mixassistant.stems.stem import ROLES

LEAST_OUTSIDE = 0.5  # of a distance that is worth a mark
TABLED = ("chorus", "verse", LOUDEST)  # the others come once in a song, and are arranged to be unlike


def section_kind_name(kind: str) -> str:
    """Return a kind of section for people, in lower case; a dash where nothing can be told."""
    return {
        "intro": _("intro"), "verse": _("verse"), "chorus": _("chorus"), "bridge": _("bridge"), "instrumental": _("instrumental"),
        "outro": _("outro"),
    }.get(kind, NONE)  # fmt: skip


def kinds_name(kind: str) -> str:
    """Return all sections of a kind: ``"Choruses"``."""
    return {
        "intro": _("Intro"), "verse": _("Verses"), "chorus": _("Choruses"), "bridge": _("Bridges"), "instrumental": _("Instrumentals"),
        "outro": _("Outro"), LOUDEST: _("Loudest sections that repeat"),
    }.get(kind, kind)  # fmt: skip


def section_name(section: Mapping[str, Any]) -> str:
    """Return a section for people: ``"B · chorus (guess)"``."""
    letter = clean(section["letter"], 20)
    if not section["kind"]:
        return letter
    name = section_kind_name(section["kind"])
    return f"{letter} · {_('{kind} (guess)').format(kind=name) if section['is_guess'] else name}"


def _span(section: Mapping[str, Any]) -> str:
    return f"{clock(section['start_s'])}–{clock(section['end_s'])}"


def sections_table(document: Mapping[str, Any]) -> Table:
    """Tabulate the loudness of each section and the levels of the roles in it, each against the others together."""
    sections = document["mix"].get("sections", ())
    roles = [role for role in ROLES if any(role in section["levels"] for section in sections)]
    rows = tuple(
        Row(
            (
                section_name(section), _span(section), number(section["measurements"]["lufs"]["value"], 1),
                *(number(section["levels"].get(role), 1, signed=True) for role in roles),
            )
        )
        for section in sections
    )  # fmt: skip
    columns = (_("Section"), _("Time"), _("Loudness (LUFS)"), *(_("{role} (LU)").format(role=role_name(role)) for role in roles))
    return Table(_("Sections: loudness, and each role against the rest"), columns, rows, words=1)


def balance_table(document: Mapping[str, Any]) -> Table:
    """Tabulate how the balance of each section differs from that of the whole mix, in seven broad bands."""
    whole = document["mix"]["measurements"].get("ltas", {}).get("value")
    rows = []
    for section in document["mix"].get("sections", ()):
        own = section["measurements"].get("ltas", {}).get("value")
        if own is not None and whole is not None:
            gaps = _broad(own) - _broad(whole)
            rows.append(Row((section_name(section), _span(section), *(number(float(gap), 1, signed=True) for gap in gaps))))
    columns = (_("Section"), _("Time"), *(short_name(band) for band in TONE))
    return Table(_("Sections: balance against the whole mix (dB)"), columns, tuple(rows), words=1)


def _broad(spectrum: list[float | None]) -> np.ndarray:
    return broad(np.array([np.nan if level is None else level for level in spectrum]))


def _dimension(stand: SectionStand) -> str:
    if stand.dimension == LIFT:
        return _("Loudness over the whole mix")
    if stand.dimension.startswith("level/"):
        return _("{role} against the rest").format(role=role_name(stand.dimension.partition("/")[2]))
    return dimension_name(stand.dimension)


def alike_table(document: Mapping[str, Any]) -> Table:
    """Tabulate choruses and verses beside those of the references."""
    rows = []
    for stand in sorted((s for s in section_stands_of(document) if s.kind in TABLED), key=lambda s: TABLED.index(s.kind)):
        low, high = (number(end, 1) for end in stand.range)
        mark = "" if abs(stand.outside_by) < LEAST_OUTSIDE else "▲" if stand.outside_by > 0 else "▼"
        cells = (
            f"{kinds_name(stand.kind)}: {_dimension(stand)}", with_unit(stand.value, 1, stand.unit), with_unit(stand.middle, 1, stand.unit),
            _("{low} to {high}").format(low=low, high=high), _("{count} of {of}").format(count=stand.having, of=stand.of), mark or NONE,
        )  # fmt: skip
        rows.append(Row(cells, verdict="off" if mark else "good"))
    columns = (_("Sections alike"), _("This mix"), _("References, middle"), _("Their range"), _("References"), _("Beyond"))
    return Table(_("Like sections of your references"), columns, tuple(rows))


def note(document: Mapping[str, Any]) -> str:
    """Say how sections are to be read."""
    sections = document["mix"].get("sections", ())
    text = _("Sections that are alike share a letter.")
    if any(section["kind"] and section["is_guess"] for section in sections):
        text += " " + _("What they are called is a guess from what repeats, how loud it is and where there is a voice.")
    return text


def sections_line(sections: Sequence[Section]) -> str:
    """Return all sections in one line: ``"Sections: A intro (guess) 0:00, B verse (guess) 0:12"``; empty without."""
    if not sections:
        return ""
    told = (
        f"{section_name({'letter': s.letter, 'kind': s.kind, 'is_guess': s.is_guess}).replace(' · ', ' ')} {clock(s.start_s)}"
        for s in sections
    )
    return _("Sections: {sections}.").format(sections=", ".join(told))


def choruses_line(stands: Sequence[SectionStand]) -> str:
    """Return how loud the choruses are beside those of the references; empty where that cannot be told."""
    stand = next((s for s in stands if s.kind in ("chorus", LOUDEST) and s.dimension == "lufs"), None)
    if stand is None:
        return ""
    return _("{kind}: yours {value}, references {middle} ({count} of {of}).").format(
        kind=kinds_name(stand.kind), value=with_unit(stand.value, 1, stand.unit), middle=number(stand.middle, 1), count=stand.having,
        of=stand.of,
    )  # fmt: skip
