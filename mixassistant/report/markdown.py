"""The report as Markdown (CommonMark with GitHub's tables): for notes, issues and version control."""

from __future__ import annotations

import re

from mixassistant.i18n import _
from mixassistant.report.cards import Card
from mixassistant.report.document import Document
from mixassistant.report.page import Page, build_page
from mixassistant.report.tables import Table
from mixassistant.report.wording import clean


def escape(text: str) -> str:
    """Return a line of text with nothing in it that Markdown, or HTML inside it, would act upon."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"([\\`*_{}\[\]|~#!$])", r"\\\1", text)
    # Where a line could start with it: lists and rules. Addresses must not turn into links either.
    text = re.sub(r"^([-+=])(?=\s|\1|$)", r"\\\1", text)
    text = re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", text)
    return re.sub(r"(?i)\b(https?|ftp|mailto|www)([:.])", r"\1\\\2", text).replace("@", "&#64;")


def to_markdown(document: Document) -> str:
    """Return a report document as Markdown; plots are represented by the tables of their numbers."""
    page = build_page(document)
    blocks = [*_head(page), *_summary(page)]
    if page.standing:
        blocks += [f"## {_('Where you stand')}", escape(page.standing.note), table_lines(page.standing.matrix)]
        blocks += [f"### {page.standing.numbers.caption}", table_lines(page.standing.numbers)]
    if page.moves:
        blocks.append(f"## {_('Suggestions, in order')}")
        blocks += [block for move in page.moves for block in _move(move)]
    blocks += _proof(page)
    if page.delivery:
        blocks += [f"## {_('Delivery')}", bullets(page.delivery.texts), table_lines(page.delivery.table), escape(page.delivery.note)]
    if page.balance:
        blocks += [f"## {_('Balance')}", table_lines(page.balance.table)]
    if page.sections:
        blocks += [f"## {_('Sections')}", escape(page.sections.note)]
        blocks += [block for table in page.sections.tables for block in (f"### {table.caption}", table_lines(table))]
    if page.stems.rows:
        blocks += [f"## {_('Stems')}", table_lines(page.stems)]
    blocks += [f"## {_('All numbers')}", table_lines(page.mix)]
    if page.roles.rows:
        blocks += [f"### {page.roles.caption}", table_lines(page.roles)]
    for figure in page.spectra:
        blocks += [f"### {figure.table.caption}", table_lines(figure.table)]
    if page.loudness:
        blocks += [f"### {page.loudness.table.caption}", table_lines(page.loudness.table)]
    if page.missing:
        blocks += [f"### {_('Not measured')}", bullets(page.missing)]
    for heading, terms in ((_("What it was compared with"), page.compared), (_("How to read this"), page.notes)):
        blocks += [f"## {heading}", "\n".join(f"- **{term}:** {escape(text)}" for term, text in terms)]
    if page.methods.rows:
        blocks += [f"### {page.methods.caption}", table_lines(page.methods)]
    blocks.append(escape(_("Mix Assistant {version}.").format(version=clean(document["version"]))))
    return "\n\n".join(blocks) + "\n"


def _head(page: Page) -> list[str]:
    title = f"# {_('Mix report')}: {escape(page.title)}"
    facts = "\n".join(f"- **{term}:** {escape(text)}" for term, text in page.facts)
    return [title, *([escape(page.byline)] if page.byline else []), facts]


def _summary(page: Page) -> list[str]:
    blocks = [f"## {_('What to do first')}", f"**{escape(page.headline)}**"]
    if page.first:
        blocks.append("\n".join(f"{index}. **{escape(move.title)}:** {escape(_first(move))}" for index, move in enumerate(page.first, 1)))
    if page.tiles:
        tiles = ((t.name, f"{t.value} ({t.context})" if t.context else t.value) for t in page.tiles)
        blocks.append("\n".join(f"- **{escape(name)}:** {escape(value)}" for name, value in tiles))
    if page.warnings:
        blocks += [f"### {_('Good to know')}", bullets(page.warnings)]
    return blocks


def _first(move: Card) -> str:
    return f"{move.command} ({move.confidence})" if move.confidence else move.command


def _move(move: Card) -> list[str]:
    blocks = [f"### {move.priority}. {escape(move.title)}", escape(move.text)]
    if move.settings:
        blocks.append(table_lines(move.settings))
    grounds = [*move.grounds, *([(_("Confidence"), move.confidence)] if move.confidence else [])]
    if grounds:
        blocks.append("\n".join(f"- **{term}:** {escape(text)}" for term, text in grounds))
    return blocks


def _proof(page: Page) -> list[str]:
    blocks = [escape(page.verification_text)] if page.verification_text else []
    blocks += [table_lines(page.verification)] if page.verification.rows else []
    blocks += [f"### {_('Tried and dropped')}", bullets(page.dropped)] if page.dropped else []
    return [f"## {_('Proof: before and after')}", *blocks] if blocks else []


def bullets(lines: tuple[str, ...]) -> str:
    """Return lines as a list."""
    return "\n".join(f"- {escape(line)}" for line in lines)


def table_lines(table: Table) -> str:
    """Return a table as one of GitHub's Markdown."""
    rule = ["---" if index < table.words else "---:" for index in range(len(table.columns))]
    lines = [[escape(name) for name in table.columns], rule, *([escape(cell) for cell in row.cells] for row in table.rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
