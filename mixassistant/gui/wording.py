"""Whole sentences of the window that depend on numbers; those on the outcome are the report's, so that all faces say the same."""

from __future__ import annotations

import re

from mixassistant.i18n import _
from mixassistant.report.wording import outcome_text, whose_text

__all__ = ["outcome_text", "references_text", "unbroken", "whose_text"]

_INSIDE = re.compile(r"(?<=\d) (?=(?:%|dB|dBFS|dBTP|LU|LUFS|Hz|kHz|ms|s)(?!\w))|(?<=\bQ) (?=\d)|(?<=\d) (?=/ \d)|(?<=/) (?=\d)")


def references_text(count: int) -> str:
    """Return a count of references: ``"1 reference"``, ``"5 references"``."""
    return _("1 reference") if count == 1 else _("{count} references").format(count=count)


def unbroken(text: str) -> str:
    """Return a text that is not broken between a number and its unit: ``"7.6 dB"``, ``"Q 0.99"``."""
    return _INSIDE.sub("\N{NO-BREAK SPACE}", text)
