"""Tables of text: CSV and TSV files with a line of headings, read within bounds."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping

from mixassistant.library.playlists.entry import NotThisFormat

MOST_COLUMNS = 200


def headings(text: str) -> tuple[str, ...]:
    """Return the headings of a table in lower case; empty for what is none."""
    try:
        first = next(csv.reader(text[:65_536].splitlines()[:1], delimiter=_delimiter(text)), [])
    except csv.Error:
        return ()
    return tuple(" ".join(name.casefold().split()) for name in first[:MOST_COLUMNS])


def rows(text: str) -> Iterator[Mapping[str, str] | None]:
    """Yield the rows of a table by their headings; None for one that is cut off or has other columns.

    Raises
    ------
    NotThisFormat
        A quote is never closed, so that the rest is one field.
    """
    names = headings(text)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text))
    next(reader, None)
    try:
        for row in reader:
            if row:
                yield dict(zip(names, row, strict=True)) if len(row) == len(names) else None
    except csv.Error as error:
        raise NotThisFormat(f"damaged in line {reader.line_num}") from error


def plain_rows(text: str) -> Iterator[list[str]]:
    """Yield the rows of a table that has no headings.

    Raises
    ------
    NotThisFormat
        As `rows`.
    """
    reader = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text))
    try:
        yield from (row for row in reader if row)
    except csv.Error as error:
        raise NotThisFormat(f"damaged in line {reader.line_num}") from error


def _delimiter(text: str) -> str:
    first = text[:65_536].splitlines()[0] if text else ""
    return max(",\t;", key=first.count)
