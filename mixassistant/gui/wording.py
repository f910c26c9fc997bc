"""Whole sentences of the window that depend on numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.suggestion import Verification


def references_text(count: int) -> str:
    """Return a count of references: ``"1 reference"``, ``"5 references"``."""
    return _("1 reference") if count == 1 else _("{count} references").format(count=count)


def whose_text(count: int) -> str:
    """Return what a mix was compared with, by the number of references."""
    if count == 0:
        return _("finished songs")
    return _("your reference") if count == 1 else _("your {count} references").format(count=count)


def outcome_text(moves: int, references: int, proof: Verification) -> str:
    """Return what the moves do, or that there are none, as the numbers tell it."""
    before, after = proof.distance_before, proof.distance_after
    whose = whose_text(references)
    if not math.isfinite(before):
        return _("There was nothing to compare with {whose}.").format(whose=whose)
    if not moves:
        return _("Nothing stands out against {whose}.").format(whose=whose)
    if not math.isfinite(after):
        return _("Rendered and measured, but there was nothing left to compare with {whose}.").format(whose=whose)
    shown = f"{before:.2f}", f"{after:.2f}"
    if shown[0] == shown[1]:
        text = _("Rendered and measured: the distance to {whose} stays at {before} standard deviations.")
    elif after < before:
        text = _("Rendered and measured: the distance to {whose} falls from {before} to {after} standard deviations.")
    else:
        text = _("Rendered and measured: the distance to {whose} rises from {before} to {after} standard deviations.")
    return text.format(whose=whose, before=shown[0], after=shown[1])
