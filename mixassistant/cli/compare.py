"""`mixassistant compare`: what changed from one bounce of a song to the next, from their reports alone."""

from __future__ import annotations

import argparse

from mixassistant.cli.files import check_outputs, spare
from mixassistant.cli.terminal import plain, say, table
from mixassistant.report.comparison import compare as compare_documents
from mixassistant.report.comparison_page import ComparisonPage, build_comparison_page
from mixassistant.report.document import read_document
from mixassistant.report.formats import check_comparison_format, write_comparison


def compare(parsed: argparse.Namespace) -> int:
    """Compare two reports."""
    check_outputs(parsed.output, check_comparison_format)
    spare(parsed.output, (parsed.old, parsed.new), "one of the two reports", "choose another file with --output")
    comparison = compare_documents(read_document(parsed.old), read_document(parsed.new))
    for file in parsed.output:
        write_comparison(comparison, file)
    if not parsed.output:
        say(summary(build_comparison_page(comparison)))
    return 0


def summary(page: ComparisonPage) -> str:
    """Return a comparison for the terminal."""
    parts = [plain(page.headline)]
    parts += [
        "\n".join((f"{shown.caption}:", table([shown.columns, *([plain(cell) for cell in row.cells] for row in shown.rows)])))
        for shown in (page.moves, page.changes)
        if shown.rows
    ]
    parts += ["\n".join(f"Note: {plain(warning)}" for warning in page.warnings)] if page.warnings else []
    return "\n\n".join(parts)
