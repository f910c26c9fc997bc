"""What an analysis comes to, in a few sentences: the same words on the terminal, in the window and in reports.

It follows from where the mix stands: nothing that lies outside the references' range is passed over in silence.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from mixassistant.features.bands import BROAD_HZ
from mixassistant.i18n import _
from mixassistant.profiles.stage import Stage
from mixassistant.profiles.standing import TONE, Stand, largest_first
from mixassistant.report.standing_words import outside_text
from mixassistant.report.wording import whose_text
from mixassistant.stems.place import MIX

if TYPE_CHECKING:
    from mixassistant.advice.suggestion import Move, Verification

DUST = 1e-6  # of a quantile's arithmetic
Moved = tuple[str, str]
"""A role (or ``"mix"``) and a dimension that a move is about."""

DIMENSIONS_OF = {"level": ("level",), "compression": ("dynamic_spread", "crest"), "stereo": ("width", "low_mono_share")}
"""The dimensions that a kind of move is about, beside equalizers; the loudness of a mix is made by none of them."""


def outcome_text(
    moves: Iterable[Move],
    references: int,
    proof: Verification,
    stands: Collection[Stand] = (),
    stage: Stage = "working",
    decided: Verification | None = None,
) -> str:
    """Return what the moves do, or that there are none, as the numbers tell it, and what stands out beside them.

    Parameters
    ----------
    moves : iterable of Move
    references : int
        How many the mix was compared with; 0: finished songs in general.
    proof : Verification
    stands : collection of Stand
    stage : Stage
    decided : Verification, optional
        Of the accepted moves as they were decided: what is told in place of the proof of all.
    """
    moved = {
        (move.role, dimension)
        for move in moves
        for dimension in moved_dimensions(move.kind, [(band.type, band.frequency_hz) for band in move.chain.bands])
    }
    lead = ""
    if moved:
        lead = _proof_text(references, decided or proof, _("after the accepted moves") if decided else _("after these moves"))
    return headline(lead, moved, stands, stage, whose_text(references))


def headline(lead: str, moved: Collection[Moved], stands: Collection[Stand], stage: Stage, whose: str) -> str:
    """Return a sentence on the moves, and the largest value outside its range that no move is about.

    Parameters
    ----------
    lead : str
        What is said of the moves; empty where there are none.
    moved : collection of (str, str)
        Role and dimension of what each move is about.
    stands : collection of Stand
        May be empty: nothing could be compared, or the report is of a version that held none.
    stage : Stage
    whose : str
        What the mix was compared with.
    """
    left = [stand for stand in largest_first(stands, stage) if stand.where == "outside" and not _is_moved(stand, moved)]
    if left:
        text = _("{outside}; no move is suggested for it.").format(outside=outside_text(left[0]))
        if len(left) == 2:
            text += " " + _("One more value lies outside its range without a move.")
        elif len(left) > 2:
            text += " " + _("{count} more values lie outside their range without a move.").format(count=len(left) - 1)
        return f"{lead} {text}".strip()
    if lead:
        return lead
    if not stands:
        return _("There was nothing to compare with {whose}.").format(whose=whose)
    if any(abs(stand.outside_by) > DUST for stand in stands):
        return _("Everything lies within the range of {whose}, or less than an audible step beyond it; no move is suggested.").format(
            whose=whose
        )
    return _("Everything lies within the range of {whose}; no move is suggested.").format(whose=whose)


def _is_moved(stand: Stand, moved: Collection[Moved]) -> bool:
    """Tell whether a move is about a value; what the stems do adds up to the mix."""
    return any(dimension == stand.dimension and (stand.place == MIX or role == stand.place.role) for role, dimension in moved)


def moved_dimensions(kind: str, bands: Iterable[tuple[str, float]]) -> tuple[str, ...]:
    """Return the dimensions that a move is about.

    Parameters
    ----------
    kind : str
    bands : iterable of (str, float)
        Type and frequency in Hz of each band of its equalizer.
    """
    known = [*bands]
    return DIMENSIONS_OF.get(kind, tuple(name for name in TONE if any(reaches(type_, hz, name) for type_, hz in known)))


def reaches(band_type: str, frequency_hz: float, dimension: str) -> bool:
    """Tell whether an equalizer band is meant for a dimension of tone: a bell that stands in it, a shelf or a pass filter that holds it."""
    low_hz, high_hz = BROAD_HZ[dimension.partition("/")[2]]
    if band_type in ("low_shelf", "high_pass"):
        return low_hz < frequency_hz
    if band_type in ("high_shelf", "low_pass"):
        return high_hz > frequency_hz
    return low_hz <= frequency_hz < high_hz


def _proof_text(references: int, proof: Verification, moves: str) -> str:
    before, after, whose = proof.distance_before, proof.distance_after, whose_text(references)
    if not (math.isfinite(before) and math.isfinite(after)):
        return _("Rendered and measured, but there was nothing left to compare with {whose}.").format(whose=whose)
    return distance_text(before, after, whose, moves)


def distance_text(before: float, after: float, whose: str, moves: str) -> str:
    """Say how far a mix lies off before and after moves: ``"7.4 times the usual spread from your references; 0.1 after these moves."``.

    Parameters
    ----------
    before, after : float
        Mean distance, in standard deviations of what is expected.
    whose : str
        What it lies off from.
    moves : str
        After what: ``"after these moves"``.
    """
    decimals = spread_decimals(before, after)
    shown = spread_text(before, decimals), spread_text(after, decimals)
    if shown[0] == shown[1]:
        text = _("{before} times the usual spread from {whose}, and the same {moves}.")
    else:
        text = _("{before} times the usual spread from {whose}; {after} {moves}.")
    return text.format(before=shown[0], whose=whose, after=shown[1], moves=moves)


def spread_decimals(before: float, after: float) -> int:
    """Return the decimals that two distances are told with: as many as tell them from each other, two at most."""
    return next((decimals for decimals in (1, 2) if spread_text(before, decimals) != spread_text(after, decimals)), 1)


def spread_text(distance: float, decimals: int = 1) -> str:
    """Return a distance in usual spreads."""
    return f"{distance:.{decimals}f}"
