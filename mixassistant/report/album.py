"""Several mixes as one album: how loud, how limited and of which tone each is against the others, and which of them stand out.

What stands out is told by a robust distance: the distance to the median over the median absolute deviation, which a few outliers do not
widen (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from mixassistant.errors import UsageError
from mixassistant.features.bands import BROAD, broad
from mixassistant.features.descriptor import Values, scalar, vector
from mixassistant.i18n import _
from mixassistant.report.standing_words import dimension_name, short_name
from mixassistant.report.tables import Row, Table
from mixassistant.report.wording import NONE, clean, number, with_unit
from mixassistant.spreadsheet import cell

MEASURED = frozenset({"lufs", "lra", "true_peak", "psr", "ltas"})  # what an album needs of each mix
ABOVE, BELOW = "\u25b2", "\u25bc"
TO_SIGMA = 1.4826  # of a normal distribution, over its median absolute deviation
FAR = 3.5  # robust standard deviations, as Iglewicz and Hoaglin have it
FEWEST = 4  # mixes of which one can stand out


@dataclass(frozen=True)
class Dimension:
    """What mixes are compared in.

    Parameters
    ----------
    id, unit : str
    least : float
        Robust standard deviations below are taken for this much: of an album whose mixes are almost alike, nothing stands out by a hair.
    """

    id: str
    unit: str
    least: float

    @property
    def name(self) -> str:
        """For people: ``"Low mids (140–360 Hz)"``."""
        return _NAMES[self.id] if self.id in _NAMES else dimension_name(self.id)

    @property
    def head(self) -> str:
        """For the head of a column: ``"LUFS"``, ``"Low mids"``."""
        return _HEADS[self.id] if self.id in _HEADS else short_name(self.id)


_NAMES = {"lufs": _("Loudness"), "true_peak": _("True peak"), "psr": _("PSR"), "lra": _("Loudness range")}
_HEADS = {"lufs": _("LUFS"), "true_peak": _("Peak"), "psr": _("PSR"), "lra": _("LRA")}
DIMENSIONS = (
    Dimension("lufs", "LUFS", 0.5),
    Dimension("true_peak", "dBTP", 0.3),
    Dimension("psr", "LU", 0.6),
    Dimension("lra", "LU", 1.0),
    *(Dimension(f"tone/{band}", "dB", 0.8) for band in BROAD),
)


@dataclass(frozen=True)
class AlbumTrack:
    """A mix of an album: its name, and what it measures by dimension; what cannot be told is left out."""

    name: str
    values: Mapping[str, float]

    @classmethod
    def of(cls, name: str, measured: Values) -> AlbumTrack:
        """Return a measured mix as one of an album."""
        known = {i: value for i in ("lufs", "true_peak", "psr", "lra") if (value := scalar(measured, i)) is not None}
        spectrum = vector(measured, "ltas")
        if spectrum is not None:
            tone = broad(spectrum)
            known |= {f"tone/{band}": float(value) for band, value in zip(BROAD, tone, strict=True) if np.isfinite(value)}
        return cls(name, MappingProxyType(known))


@dataclass(frozen=True)
class Album:
    """Mixes that belong together, in their order."""

    tracks: tuple[AlbumTrack, ...]

    def middle(self, dimension: Dimension) -> float | None:
        """Return the median of a dimension; None where no mix has it."""
        known = self._known(dimension)
        return float(np.median(known)) if known else None

    def outside(self, dimension: Dimension, track: AlbumTrack) -> float:
        """Return by how much a mix stands out, as its distance to the median in the dimension's unit; 0: it does not."""
        value, known = track.values.get(dimension.id), self._known(dimension)
        if value is None or len(known) < FEWEST:
            return 0.0
        away = value - float(np.median(known))
        sigma = max(TO_SIGMA * float(np.median(np.abs(np.array(known) - np.median(known)))), dimension.least)
        return away if abs(away) > FAR * sigma else 0.0

    def _known(self, dimension: Dimension) -> list[float]:
        return [track.values[dimension.id] for track in self.tracks if dimension.id in track.values]


def album_table(album: Album) -> Table:
    """Tabulate an album: a row for each mix, and the median below; what stands out has a mark and its distance to the median."""
    heads = (_("Mix"), *(dimension.head for dimension in DIMENSIONS))
    rows = [Row((clean(track.name), *(_cell(album, dimension, track) for dimension in DIMENSIONS))) for track in album.tracks]
    middle = Row((_("Middle of the album"), *(number(album.middle(dimension), 1) for dimension in DIMENSIONS)))
    return Table(_("Album"), heads, (*rows, middle))


def _cell(album: Album, dimension: Dimension, track: AlbumTrack) -> str:
    value = track.values.get(dimension.id)
    if value is None:
        return NONE
    away = album.outside(dimension, track)
    return number(value, 1) if not away else f"{number(value, 1)} {ABOVE if away > 0 else BELOW}\u00a0{number(abs(away), 1)}"


def outlier_texts(album: Album) -> tuple[str, ...]:
    """Return what stands out, farthest first of each mix: ``"Intro: loudness 6.2 LU below the middle of the album"``."""
    found = []
    for track in album.tracks:
        outside = [(dimension, away) for dimension in DIMENSIONS if (away := album.outside(dimension, track))]
        for dimension, away in sorted(outside, key=lambda pair: -abs(pair[1]) / pair[0].least):
            text = (
                _("{name}: {what} {gap} above the middle of the album")
                if away > 0
                else _("{name}: {what} {gap} below the middle of the album")
            )
            unit = {"LUFS": "LU", "dBTP": "dB"}.get(dimension.unit, dimension.unit)
            what = dimension.name if dimension.id == "psr" else dimension.name[:1].lower() + dimension.name[1:]
            found.append(text.format(name=clean(track.name, 80), what=what, gap=with_unit(abs(away), 1, unit)))
    return tuple(found)


def album_note(album: Album) -> str:
    """Say what the columns are in, and what a mark means."""
    units = _("Loudness in LUFS, true peak in dBTP, PSR and loudness range (LRA) in LU, the bands of tone in dB of the whole.")
    if len(album.tracks) < FEWEST:
        return units + " " + _("From {least} mixes on, those that stand out are marked.").format(least=FEWEST)
    return units + " " + _("▲ ▼ and a number: it stands out from the rest, and lies so far above or below the middle.")


def to_csv(album: Album) -> str:
    """Return an album as CSV: numbers as they are, and a column that names what stands out."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["mix", *(f"{d.id} {d.unit}" for d in DIMENSIONS), "stands out"])
    for track in album.tracks:
        values = [round(track.values[d.id], 2) if d.id in track.values else None for d in DIMENSIONS]
        outside = "; ".join(f"{d.id} {away:+.1f}" for d in DIMENSIONS if (away := album.outside(d, track)))
        writer.writerow([cell(clean(track.name)), *(cell(value) for value in values), cell(outside)])
    return text.getvalue()


def to_html(album: Album) -> str:
    """Return an album as a self-contained HTML page."""
    from mixassistant.report.html import rendered

    return rendered("album.html", table=album_table(album), outliers=outlier_texts(album), note=album_note(album))


def to_markdown(album: Album) -> str:
    """Return an album as Markdown."""
    from mixassistant.report.markdown import bullets, escape, table_lines

    blocks = [f"# {_('Album')}", escape(album_note(album)), table_lines(album_table(album)), bullets(outlier_texts(album))]
    return "\n\n".join(block for block in blocks if block) + "\n"


FORMATS: Mapping[str, Callable[[Album], str]] = {".html": to_html, ".csv": to_csv, ".md": to_markdown}


def check_album_format(path: Path) -> str:
    """Return the suffix of an album's path.

    Raises
    ------
    UsageError
        No format has this suffix.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise UsageError("unknown-format", f"cannot write an album to “{path}”", f"use one of {', '.join(FORMATS)}")
    return suffix


def write_album(tracks: Sequence[AlbumTrack], path: Path) -> None:
    """Write an album in the format that the path's suffix names.

    Raises
    ------
    UsageError
        No format has this suffix.
    OutputError
        The file cannot be written.
    """
    from mixassistant.audio.write import write_bytes

    write_bytes(path, FORMATS[check_album_format(path)](Album(tuple(tracks))).encode())
