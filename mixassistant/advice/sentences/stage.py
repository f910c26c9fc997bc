"""What is said of a stage that the mix itself does not look like."""

from __future__ import annotations

from typing import Literal

from mixassistant.i18n import _


def stage_hint(looks: Literal["rougher", "further", ""]) -> str:
    """Return the hint, or nothing."""
    if looks == "rougher":
        return _("The levels are as far out as in rough mixes. If this is one, say so: advice then goes further.")
    if looks == "further":
        return _("The levels lie where they do in finished songs. If this mix is further than rough, say so: less is suggested then.")
    return ""
