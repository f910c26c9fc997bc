"""Where a mix stands, as the cells of a matrix: what each says, and which suggestion answers it. Plain values; knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mixassistant.advice.suggestion import Move, Suggestion
from mixassistant.features.bands import BROAD, BROAD_HZ
from mixassistant.features.descriptor import REGISTRY
from mixassistant.gui.widgets.targets import values_of
from mixassistant.i18n import _
from mixassistant.report.wording import frequency, role_name, with_unit
from mixassistant.stems.place import PARTS, Part, Place

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis
    from mixassistant.processing.moves import Band
    from mixassistant.profiles.standing import Stand

Zone = Literal["unknown", "inside", "edge", "outside"]
"""In the middle half of the references, beyond it but in their 10–90 % range, or beyond that."""


@dataclass(frozen=True)
class Column:
    """One dimension of the matrix.

    Parameters
    ----------
    dimension : str
        Of `Stand`; ``"level"`` is the loudness of the mix as well.
    name : str
    less, more : str
        What a mix is that has less or more of it than another.
    """

    dimension: str
    name: str
    less: str
    more: str

    @property
    def is_tone(self) -> bool:
        """Whether it is one band of the spectrum."""
        return self.dimension.startswith("tone/")


def _band(name: str, word: str) -> Column:
    low, high = BROAD_HZ[name]
    span = _("{low} to {high}").format(low=frequency(max(low, 20.0), 2), high=frequency(min(high, 20_000.0), 2))
    return Column(f"tone/{name}", f"{word} ({span})", _("less of it"), _("more of it"))


BANDS = {
    "sub": _("sub"), "bass": _("bass"), "low_mids": _("low mids"), "mids": _("mids"), "upper_mids": _("upper mids"),
    "presence": _("presence"), "brilliance": _("brilliance"),
}  # fmt: skip
COLUMNS: tuple[Column, ...] = (
    Column("level", _("level"), _("quieter"), _("louder")),
    *(_band(name, BANDS[name]) for name in BROAD),
    Column("dynamic_spread", _("dynamic spread"), _("more even"), _("less even")),
    Column("crest", _("crest factor"), _("lower"), _("higher")),
    Column("width", _("width"), _("narrower"), _("wider")),
    Column("low_mono_share", _("mono low end"), _("less mono"), _("more mono")),
)
GROUPS: tuple[tuple[tuple[str, ...], int], ...] = (
    ((_("Level"), _("Lev.")), 1),
    ((_("Tone, low to high"), _("Tone")), len(BROAD)),
    ((_("Dynamics"), _("Dyn.")), 2),
    ((_("Width"),), 1),
    ((_("Low end"), _("Low")), 1),
)
"""The headings over the columns, each from its longest form to its shortest, and how many columns it stands over."""


@dataclass(frozen=True)
class Cell:
    """Where one place lies in one dimension.

    Parameters
    ----------
    place : Part
    dimension : str
    zone : Zone
    side : int
        −1: below the middle half, 1: above it, 0: in it or not known.
    steps : float
        From the middle half, in audible steps.
    value, reason : str
        The number, and the reason to look at it; where there is no number, why.
    suggested : str
        Id of the suggestion that answers it; empty: there is none.
    """

    place: Part
    dimension: str
    zone: Zone
    side: int
    steps: float
    value: str
    reason: str
    suggested: str = ""

    @property
    def view(self) -> str:
        """The view in which it is seen; the stems' own is called ``"stems"``."""
        if self.dimension == "level":
            return "LoudnessView" if self.place == "mix" else "stems"
        kind = self.dimension.partition("/")[0]
        return {"tone": "SpectrumView", "width": "StereoView", "low_mono_share": "StereoView"}.get(kind, "DynamicsView")

    @property
    def text(self) -> str:
        """The cell as a sentence: where, the number, the reason."""
        column = next(column for column in COLUMNS if column.dimension == self.dimension)
        where = _("{role}, {dimension}").format(role=role_name(self.place), dimension=column.name)
        told = f"{where}: {self.value}: {self.reason}" if self.value else f"{where}: {self.reason}"
        return _("{told}. A suggestion is below.").format(told=told) if self.suggested else f"{told}."


@dataclass(frozen=True)
class Matrix:
    """The cells, a row for each place, and what the mix is held against."""

    rows: tuple[tuple[Cell, ...], ...]
    whose: str

    @property
    def farthest(self) -> tuple[int, int]:
        """Row and column of the largest difference; of none, the first cell."""
        places = [(row, column) for row, cells in enumerate(self.rows) for column in range(len(cells))]
        return max(places, key=lambda at: self.rows[at[0]][at[1]].steps, default=(0, 0))


def matrix_of(analysis: Analysis) -> Matrix:
    """Return the matrix of an analysis; without rows where nothing is known of where the mix stands."""
    known = {(stand.place, "level" if stand.dimension == "lufs" else stand.dimension): stand for stand in analysis.standing}
    parts = [part for part in PARTS if any(place == Place(part) for place, _dimension in known)]
    rows = tuple(tuple(_cell(analysis, part, column, known.get((Place(part), column.dimension))) for column in COLUMNS) for part in parts)
    count = len(analysis.profile.references)
    whose = _("among your {count} references").format(count=count) if count > 1 else _("beside your reference")
    return Matrix(rows, whose if count else _("among finished songs"))


def _cell(analysis: Analysis, part: Part, column: Column, stand: Stand | None) -> Cell:
    if stand is None:
        return Cell(part, column.dimension, "unknown", 0, 0.0, "", _why_unknown(analysis, part, column.dimension))
    side = _side(stand.value, stand.middle_half)
    zone: Zone = "outside" if stand.outside_by else "edge" if side else "inside"
    suggested = next((s.id for s in analysis.suggestions if answers(s, part, column.dimension)), "")
    value = quantity(stand.dimension, stand.value, stand.unit)
    return Cell(part, column.dimension, zone, side, stand.steps, value, reason(stand, column), suggested)


def _side(value: float, ends: tuple[float, float]) -> int:
    return -1 if value < ends[0] else 1 if value > ends[1] else 0


def quantity(dimension: str, value: float, unit: str) -> str:
    """Return a value of a dimension with its unit; a share in per cent."""
    if dimension == "low_mono_share":
        return f"{100 * value:.0f}\N{NO-BREAK SPACE}%"
    return with_unit(value, REGISTRY["ltas" if dimension.startswith("tone/") else dimension].decimals, unit)


def reason(stand: Stand, column: Column) -> str:
    """Return where a value lies: its rank among the references, and how far it is from their middle half."""
    side = _side(stand.value, stand.middle_half)
    gap = abs(stand.value - stand.middle_half[0 if side < 0 else 1])
    far = quantity(stand.dimension, gap, stand.unit)
    if not stand.of:
        if not side:
            return _("in the middle half of finished songs")
        text = _("{far} below the middle half of finished songs") if side < 0 else _("{far} above the middle half of finished songs")
        return text.format(far=far)
    lies = _("in their middle half")
    if side:
        lies = (_("{far} below their middle half") if side < 0 else _("{far} above their middle half")).format(far=far)
    is_less = stand.value < stand.middle
    count, word = (stand.of - stand.rank, column.less) if is_less else (stand.rank, column.more)
    if stand.of == 1:
        gap_text = quantity(stand.dimension, abs(stand.value - stand.middle), stand.unit)
        return _("{word} than your reference, by {far}").format(word=word, far=gap_text) if count else _("as in your reference")
    return _("{word} than {count} of {of} references, {lies}").format(word=word, count=count, of=stand.of, lies=lies)


def _why_unknown(analysis: Analysis, part: Part, dimension: str) -> str:
    track = analysis.track
    if dimension == "low_mono_share" and part != "mix":
        return _("told of the whole mix alone")
    if dimension in ("width", "low_mono_share") and track.channels == 1:
        return _("the mix is mono")
    if dimension == "width" and part != "mix" and track.origin != "supplied":
        return _("separated stems have another width than the recording")
    descriptor = "ltas" if dimension.startswith("tone/") else "lufs" if (part, dimension) == ("mix", "level") else dimension
    found = values_of(track, part).get(descriptor)
    if found is None or found.value is None:
        return found.reason if found is not None and found.reason else _("not measured")
    return _("no reference has it")


# Suggestions


def answers(suggestion: Suggestion, part: Part, dimension: str) -> bool:
    """Tell whether a suggestion moves a place in a dimension."""
    if not isinstance(suggestion, Move) or suggestion.role != part:
        return False
    if suggestion.facts.toward is not None and suggestion.facts.toward.dimension == dimension:
        return True
    if dimension.startswith("tone/"):
        return any(_reaches(band, *BROAD_HZ[dimension.removeprefix("tone/")]) for band in suggestion.chain.bands)
    if dimension in ("width", "low_mono_share"):
        return bool(suggestion.chain.width) and suggestion.evidence.descriptor == dimension
    if dimension == "level":
        return suggestion.kind == "level"
    return suggestion.chain.compression is not None


def _reaches(band: Band, low_hz: float, high_hz: float) -> bool:
    """Tell whether an equalizer band is meant for a broad band: a bell that stands in it, a shelf or a pass filter that holds it."""
    if band.type in ("low_shelf", "high_pass"):
        return low_hz < band.frequency_hz
    if band.type in ("high_shelf", "low_pass"):
        return high_hz > band.frequency_hz
    return low_hz <= band.frequency_hz < high_hz


