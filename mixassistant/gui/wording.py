"""Whole sentences of the window that depend on numbers; those on the outcome are the report's, so that all faces say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from PySide6.QtGui import Qt

from mixassistant.errors import MixAssistantError
from mixassistant.i18n import _
from mixassistant.report.outcome import outcome_text
from mixassistant.report.wording import whose_text

__all__ = [
    "as_plain",
    "breakable",
    "on_mix",
    "on_reference",
    "outcome_text",
    "references_text",
    "remarks_count",
    "remarks_text",
    "shortened",
    "unbroken",
    "whose_text",
]  # fmt: skip

_INSIDE = re.compile(r"(?<=\d) (?=(?:%|dB|dBFS|dBTP|LU|LUFS|Hz|kHz|ms|s)(?!\w))|(?<=\bQ) (?=\d)|(?<=\d) (?=/ \d)|(?<=/) (?=\d)")

# What sentences on files say of options of the command line.
_STREAM, _LEFT_OUT = re.compile(r"; --stream with another .*?\.$"), re.compile(r"if it belongs to the song, say --role .*$")
_HEARD = re.compile(r"If that is wrong, say so in the stem's row .*$")
_ROLE = re.compile(r", or with --role .* on the command line\.$")

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


def time_left_text(left_s: float | None) -> str:
    """Return how long some work will still take in seconds (None: not known yet), to the precision that this has."""
    if left_s is None:
        return _("estimating…")
    if left_s < 7.5:
        return _("a few seconds left")
    if left_s < 57.5:
        return _("about {s} s left").format(s=5 * round(left_s / 5))
    minutes = round(left_s / 60)
    if minutes < 60:
        return _("about 1 minute left") if minutes == 1 else _("about {count} minutes left").format(count=minutes)
    minutes = 10 * round(minutes / 10)
    return _("about {hours} h {minutes} min left").format(hours=minutes // 60, minutes=minutes % 60)


def breakable(text: str) -> str:
    """Return a text whose longest words may be broken: a label with a name of 200 letters would be as wide as that."""
    return _LONG.sub(lambda word: "\N{ZERO WIDTH SPACE}".join(_PIECE.findall(word[0])), text)


def shortened(name: str, most: int) -> str:
    """Return a name of `most` letters at most, without its middle where it has more."""
    half = (most - 1) // 2
    return name if len(name) <= most else f"{name[:half]}…{name[-half:]}"


def on_mix(sentence: str) -> str:
    """Return a sentence on the files of a mix as the window says it: what the command line advises on is put as the window's own words."""
    sentence = _STREAM.sub(_("; another is taken by the button beside the mix's name."), sentence)
    return _without_options(sentence)


def on_reference(sentence: str) -> str:
    """Return the same of a reference, of which the window chooses neither stream nor roles."""
    sentence = _HEARD.sub(_("If that is wrong, give the files names that tell."), sentence)
    return _without_options(_STREAM.sub(".", sentence))


def _without_options(sentence: str) -> str:
    sentence = _LEFT_OUT.sub(_("if it belongs to the song, give its file another name."), sentence)
    return _ROLE.sub(".", sentence)


def remarks_text(remarks: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return in a line what was odd about the files of references, given by name with whole sentences: how much it was, and the first."""
    count = sum(len(sentences) for _name, sentences in remarks)
    name, sentences = remarks[0]
    first = f"“{name}”: {on_reference(sentences[0])}"
    if count == 1:
        return first
    what = _("{count} on {references} (the menu of a row tells them). The first: {first}")
    return what.format(count=remarks_count(count), references=references_text(len(remarks)), first=first)


def remarks_count(count: int) -> str:
    """Return how many remarks there are: ``"1 remark"``, ``"5 remarks"``."""
    return _("1 remark") if count == 1 else _("{count} remarks").format(count=count)


def unbroken(text: str) -> str:
    """Return a text that is not broken between a number and its unit: ``"7.6 dB"``, ``"Q 0.99"``."""
    return _INSIDE.sub("\N{NO-BREAK SPACE}", text)


def refusal(error: MixAssistantError) -> str:
    """Return what the user is told of an error; what the command line advises on is put as the window's own words."""
    hints = {
        "many-songs": _("if they are the stems of one song, choose File, Open a folder of stems…"),
        "too-many-channels": _("another of its sound tracks can be opened as a mix") if "--stream" in error.hint else "",
        "no-stream": _("open it again, and choose one of those"),
    }
    hint = hints.get(error.code)
    return str(MixAssistantError(error.code, error.message, hint)) if hint else str(error)
