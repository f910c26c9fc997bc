"""The formats a report can be written in, by the file's suffix. A new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from mixassistant.errors import UsageError
from mixassistant.report.comparison import Comparison
from mixassistant.report.document import Document, dumps
from mixassistant.report.html import comparison_to_html, to_html
from mixassistant.report.markdown import comparison_to_markdown, to_markdown
from mixassistant.report.pdf import to_pdf

Formats = Mapping[str, Callable[[Document], bytes]]
FORMATS: Formats = {
    ".json": dumps,
    ".html": lambda document: to_html(document).encode(),
    ".md": lambda document: to_markdown(document).encode(),
    ".pdf": to_pdf,
}
COMPARISON_FORMATS: Formats = {
    ".json": dumps,
    ".html": lambda comparison: comparison_to_html(comparison).encode(),
    ".md": lambda comparison: comparison_to_markdown(comparison).encode(),
}


def check_format(path: Path, formats: Formats = FORMATS) -> str:
    """Return the suffix of a report's path, so that a wrong one is told before any work is done.

    Raises
    ------
    UsageError
        No format has this suffix.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in formats:
        named = f"ends in {suffix}" if suffix else "has no suffix"
        what = "a report" if formats is FORMATS else "a comparison"
        raise UsageError("unknown-format", f"cannot write {what} to “{path}”, which {named}", f"use one of {', '.join(formats)}")
    return suffix


def check_comparison_format(path: Path) -> str:
    """Return the suffix of a comparison's path, as `check_format` does."""
    return check_format(path, COMPARISON_FORMATS)


def write_report(document: Document, path: Path) -> None:
    """Write a report in the format that the path's suffix names; the file is there as a whole or not at all.

    Raises
    ------
    UsageError
        No format has this suffix.
    OutputError
        The file cannot be written.
    """
    from mixassistant.audio.write import write_bytes

    write_bytes(Path(path), FORMATS[check_format(path)](document))


def write_comparison(comparison: Comparison, path: Path) -> None:
    """Write a comparison of two bounces in the format that the path's suffix names; see `write_report`."""
    from mixassistant.audio.write import write_bytes

    write_bytes(Path(path), COMPARISON_FORMATS[check_comparison_format(path)](comparison))
