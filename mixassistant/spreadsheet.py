"""Cells as a spreadsheet takes them: text stays text, whatever a file is called.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and formulas can send what is in other cells
away or start programs. Such a cell gets an apostrophe before it, which a spreadsheet reads as “this is text”.

References
----------
https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from mixassistant.names import readable

Number = TypeVar("Number", int, float)
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_QUANTITY = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?(?:\s?[A-Za-zµΩ%°²³/]{1,12})?")


def text_cell(text: str) -> str:
    r"""Return a text on one line that no spreadsheet calculates; one that is a number, with a unit or without, stays as it is.

    ``"=1+1"`` → ``"'=1+1"``; ``"-6.5 dB"`` → ``"-6.5 dB"``.
    """
    line = " ".join(readable(text).splitlines())
    is_formula = text.startswith(_BEGINS_FORMULA) or line.lstrip().startswith(_BEGINS_FORMULA)
    return f"'{line}" if is_formula and not _QUANTITY.fullmatch(line) else line


def cell(value: str | Number | None) -> str | Number:
    """Return a value as a cell of a CSV file: numbers as they are, nothing as an empty cell, text as `text_cell`."""
    return "" if value is None else text_cell(value) if isinstance(value, str) else value


def tab_separated(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as text that a spreadsheet pastes into its cells."""
    return "\n".join("\t".join(text_cell(" ".join(text.split())) for text in row) for row in rows)
