"""The formats a report can be written in, by the file's suffix. A new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from mixassistant.errors import UsageError
from mixassistant.report.document import Document, dumps
from mixassistant.report.html import to_html
from mixassistant.report.markdown import to_markdown
from mixassistant.report.pdf import to_pdf

FORMATS: Mapping[str, Callable[[Document], bytes]] = {
    ".json": dumps,
    ".html": lambda document: to_html(document).encode(),
    ".md": lambda document: to_markdown(document).encode(),
    ".pdf": to_pdf,
}


def check_format(path: Path) -> str:
    """Return the suffix of a report's path, so that a wrong one is told before any work is done.

    Raises
    ------
    UsageError
        No format has this suffix.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        named = f"ends in {suffix}" if suffix else "has no suffix"
        raise UsageError("unknown-format", f"cannot write a report to “{path}”, which {named}", f"use one of {', '.join(FORMATS)}")
    return suffix


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
