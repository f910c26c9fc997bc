"""Whole sentences of the window that depend on numbers; those on the outcome are the report's, so that all faces say the same."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtGui import Qt

from mixassistant.errors import MixAssistantError
from mixassistant.i18n import _
from mixassistant.report.outcome import outcome_text
from mixassistant.report.wording import whose_text

__all__ = ["as_plain", "breakable", "outcome_text", "references_text", "shortened", "unbroken", "whose_text"]

_INSIDE = re.compile(r"(?<=\d) (?=(?:%|dB|dBFS|dBTP|LU|LUFS|Hz|kHz|ms|s)(?!\w))|(?<=\bQ) (?=\d)|(?<=\d) (?=/ \d)|(?<=/) (?=\d)")

_LONG, _PIECE = re.compile(r"\S{30,}"), re.compile(r".{1,12}")  # words that are broken, and what stays together of them


def references_text(count: int) -> str:
    """Return a count of references: ``"1 reference"``, ``"5 references"``."""
    return _("1 reference") if count == 1 else _("{count} references").format(count=count)


def as_plain(text: str) -> str:
    """Return a text that Qt shows letter by letter, in a tool-tip, a label or a question.

    Qt takes what looks like HTML for HTML, and opens the pictures that it names: of a file called ``<b>tip.flac`` such a text is made
    that shows this name.
    """
    return f"<qt>{'<br>'.join(escape(text).splitlines())}</qt>" if Qt.mightBeRichText(text) else text


def breakable(text: str) -> str:
    """Return a text whose longest words may be broken: a label with a name of 200 letters would be as wide as that."""
    return _LONG.sub(lambda word: "\N{ZERO WIDTH SPACE}".join(_PIECE.findall(word[0])), text)


def shortened(name: str, most: int) -> str:
    """Return a name of `most` letters at most, without its middle where it has more."""
    half = (most - 1) // 2
    return name if len(name) <= most else f"{name[:half]}…{name[-half:]}"


def unbroken(text: str) -> str:
    """Return a text that is not broken between a number and its unit: ``"7.6 dB"``, ``"Q 0.99"``."""
    return _INSIDE.sub("\N{NO-BREAK SPACE}", text)


def refusal(error: MixAssistantError) -> str:
    """Return what the user is told of an error; what the command line advises on is put as the window's own words."""
    if error.code != "many-songs":
        return str(error)
    return str(MixAssistantError(error.code, error.message, _("if they are the stems of one song, choose File, Open a folder of stems…")))
