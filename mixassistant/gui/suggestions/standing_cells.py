"""Where a mix stands, as the cells of a matrix: what each says, and which suggestion answers it. Plain values; knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mixassistant.advice.suggestion import Move, Suggestion
from mixassistant.gui.widgets.targets import values_of
from mixassistant.i18n import _
from mixassistant.profiles.standing import TONE, by_place, largest_first
from mixassistant.report.outcome import reaches
from mixassistant.report.standing_words import dimension_name, stand_text
from mixassistant.report.wording import role_name
from mixassistant.stems.place import PARTS, Part, Place

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis
    from mixassistant.profiles.standing import Stand

Zone = Literal["unknown", "inside", "edge", "outside"]
COLUMNS: tuple[str, ...] = ("level", *TONE, "dynamic_spread", "crest", "width", "low_mono_share")
"""The dimensions from left to right; ``"level"`` is the loudness of the mix as well."""
GROUPS: tuple[tuple[tuple[str, ...], int], ...] = (
    ((_("Level"), _("Lev.")), 1),
    ((_("Tone, low to high"), _("Tone")), len(TONE)),
    ((_("Dynamics"), _("Dyn.")), 2),
    ((_("Width"),), 1),
    ((_("Low end"), _("Mono")), 1),
)
"""The headings over the columns, each from its longest form to its shortest, and how many columns it stands over."""


@dataclass(frozen=True)
class Cell:
    """Where one place lies in one dimension.

    Parameters
    ----------
    place : Part
    dimension : str
        One of `COLUMNS`.
    zone : Zone
        In the middle half of the references, at the edge, outside their range, or not known.
    side : int
        −1: below the middle half, 1: above it, 0: in it or not known.
    told : str
        As a sentence: where, the number, the reason to look at it; where there is no number, why.
    suggested : str
        Id of the suggestion that answers it; empty: there is none.
    """

    place: Part
    dimension: str
    zone: Zone
    side: int
    told: str
    suggested: str = ""

    @property
    def view(self) -> str:
        """The view in which it is seen; the stems' own is called ``"stems"``."""
        if self.dimension == "level":
            return "LoudnessView" if self.place == "mix" else "stems"
        if self.dimension in TONE:
            return "SpectrumView"
        return "StereoView" if self.dimension in ("width", "low_mono_share") else "DynamicsView"

    @property
    def forms(self) -> tuple[str, ...]:
        """What is told, and a shorter form, which leaves out how far it is from the middle half."""
        short = self.told.rpartition(" (")[0] if self.told.endswith(")") else self.told
        return f"{self.told}.", f"{short}."

    @property
    def text(self) -> str:
        """What is told, and whether something is suggested."""
        return _("{told}. A suggestion is below.").format(told=self.told) if self.suggested else f"{self.told}."


@dataclass(frozen=True)
class Matrix:
    """The cells, a row for each place; the row and the column of the largest difference; what the mix is held against."""

    rows: tuple[tuple[Cell, ...], ...] = ()
    farthest: tuple[int, int] = (0, 0)
    whose: str = ""


def matrix_of(analysis: Analysis) -> Matrix:
    """Return the matrix of an analysis; without rows where nothing is known of where the mix stands."""
    known = by_place(analysis.standing)
    parts = [part for part in PARTS if any(place == Place(part) for place, _dimension in known)]
    if not parts:
        return Matrix()
    rows = tuple(
        tuple(_cell(analysis, part, column, known.get((Place(part), _measure(part, column)))) for column in COLUMNS) for part in parts
    )
    largest = largest_first(analysis.standing, analysis.stage)
    farthest = (0, 0)
    if largest:
        farthest = parts.index(largest[0].place.role), COLUMNS.index(largest[0].dimension.replace("lufs", "level"))
    count = len(analysis.profile.references)
    whose = _("among your {count} references").format(count=count) if count > 1 else _("beside your reference")
    return Matrix(rows, farthest, whose if count else _("among finished songs"))


def _measure(part: Part, column: str) -> str:
    """Return what a column measures of a place: of the mix, the level is its loudness."""
    return "lufs" if (part, column) == ("mix", "level") else column


def _cell(analysis: Analysis, part: Part, column: str, stand: Stand | None) -> Cell:
    if stand is None:
        told = _("{place}, {dimension}: {reason}")
        name, why = dimension_name(_measure(part, column)), _why_unknown(analysis, part, column)
        return Cell(part, column, "unknown", 0, told.format(place=role_name(part), dimension=name[:1].lower() + name[1:], reason=why))
    side = 0 if stand.where == "inside" else 1 if stand.value > stand.middle else -1
    suggested = next((s.id for s in analysis.suggestions if answers(s, part, column)), "")
    return Cell(part, column, stand.where, side, stand_text(stand), suggested)


def _why_unknown(analysis: Analysis, part: Part, column: str) -> str:
    track = analysis.track
    if column == "low_mono_share" and part != "mix":
        return _("told of the whole mix alone")
    if column in ("width", "low_mono_share") and track.channels == 1:
        return _("the mix is mono")
    if column == "width" and part != "mix" and track.origin != "supplied":
        return _("separated stems have another width than the recording")
    found = values_of(track, part).get("ltas" if column in TONE else _measure(part, column))
    if found is None or found.value is None:
        return found.reason if found is not None and found.reason else _("not measured")
    if column in TONE:
        return _("not heard, in the mix nor in the references")
    return _("mono") if column == "width" else _("nothing to compare it with")


# Suggestions


def answers(suggestion: Suggestion, part: Part, column: str) -> bool:
    """Tell whether a suggestion moves a place in a dimension."""
    if not isinstance(suggestion, Move) or suggestion.role != part:
        return False
    if suggestion.facts.toward is not None and suggestion.facts.toward.dimension == column:
        return True
    if column in TONE:
        return any(reaches(band.type, band.frequency_hz, column) for band in suggestion.chain.bands)
    if column in ("width", "low_mono_share"):
        return bool(suggestion.chain.width) and suggestion.evidence.descriptor == column
    if column == "level":
        return suggestion.kind == "level"
    return suggestion.chain.compression is not None
