"""Whole sentences of the window that depend on numbers; those on the outcome are the report's, so that all faces say the same."""

from __future__ import annotations

from mixassistant.i18n import _
from mixassistant.report.wording import outcome_text, whose_text

__all__ = ["outcome_text", "references_text", "whose_text"]


def references_text(count: int) -> str:
    """Return a count of references: ``"1 reference"``, ``"5 references"``."""
    return _("1 reference") if count == 1 else _("{count} references").format(count=count)
