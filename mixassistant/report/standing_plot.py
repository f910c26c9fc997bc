"""Where a mix stands as one small picture: places by dimensions, a mark and the distance in each cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mixassistant.i18n import _
from mixassistant.profiles.standing import DIMENSIONS, by_place
from mixassistant.report.entries import stands_of
from mixassistant.report.plots import WIDE
from mixassistant.report.standing_words import decimals, from_middle_half, mark, short_name, stand_text
from mixassistant.report.svg import Drawing
from mixassistant.report.wording import number, role_name
from mixassistant.stems.place import BUSES, MIX

NAMES_WIDTH = 62.0
CELL_HEIGHT = 30.0
GAP = 3.0  # between cells
HEAD = 40.0
LABEL = 9.0  # size of the text in a cell: a distance with its mark fits
COLORS = {"inside": ("panel", "muted"), "edge": ("range", "ink"), "outside": ("warn", "page")}
"""Of a cell and of what is written in it, by where the value lies."""


def standing(document: Mapping[str, Any]) -> str | None:
    """Draw where the mix and each role stand; None where nothing is known of it.

    Distances are those to the middle half. Loudness and level share a column: one is the mix's alone, the other the roles'.
    """
    stands = stands_of(document)
    if not stands:
        return None
    found = by_place(stands)
    places = [place for place in (MIX, *BUSES) if any(stand.place == place for stand in stands)]
    columns = [group for group in (("lufs", "level"), *((d,) for d in DIMENSIONS[2:])) if any(stand.dimension in group for stand in stands)]
    width = (WIDE - NAMES_WIDTH) / len(columns)
    drawing = Drawing(WIDE, HEAD + len(places) * CELL_HEIGHT + 26)
    for index, group in enumerate(columns):
        words = short_name(group[-1]).split(" ")
        lines = [" ".join(words[:-1]), words[-1]] if len(words) > 1 else ["", words[0]]
        for row, line in enumerate(lines):
            drawing.text(NAMES_WIDTH + (index + 0.5) * width, HEAD - 18 + 12 * row, line, "middle", size=LABEL)
    for row, place in enumerate(places):
        y = HEAD + row * CELL_HEIGHT
        drawing.text(NAMES_WIDTH - 8, y + 0.5 * CELL_HEIGHT + 4, role_name(place.role), "end", "ink")
        for index, group in enumerate(columns):
            stand = next((found[place, dimension] for dimension in group if (place, dimension) in found), None)
            if stand is None:
                continue
            fill, ink = COLORS[stand.where]
            x = NAMES_WIDTH + index * width
            drawing.rect(x + GAP / 2, y + GAP / 2, width - GAP, CELL_HEIGHT - GAP, fill, 4)
            away = from_middle_half(stand)
            text = "·" if stand.where == "inside" else f"{mark(stand)}\u00a0{number(abs(away), decimals(stand.dimension))}"
            drawing.text(x + 0.5 * width, y + 0.5 * CELL_HEIGHT + 4, text, "middle", ink, LABEL, bold=stand.where == "outside")
    _legend(drawing)
    told = "; ".join(stand_text(stand) for stand in stands if stand.where != "inside")
    return drawing.svg("standing", _("Where the mix and its roles stand"), told or _("Everything lies in the middle half."))


def _legend(drawing: Drawing) -> None:
    x, y = NAMES_WIDTH, drawing.height - 8
    for where, label in (
        ("inside", _("in the middle half")), ("edge", _("△ ▽ at the edge")), ("outside", _("▲ ▼ outside; numbers: from the middle half")),
    ):  # fmt: skip
        drawing.rect(x, y - 9, 14, 11, COLORS[where][0], 3)
        drawing.text(x + 20, y, label, size=10)
        x += 36 + 0.58 * 10 * len(label)
