"""The report as PDF on A4: the same plots as in the page, in fonts that travel inside the file.

ReportLab sets the text and svglib turns the plots into its drawings. DejaVu Sans covers Latin, Greek, Cyrillic and most symbols;
Chinese, Japanese and Korean fall back to the readers' own fonts, emoji to their names.
"""

from __future__ import annotations

import functools
import io
import itertools
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape as escape_xml

from mixassistant import paths
from mixassistant.i18n import _
from mixassistant.report.cards import Card
from mixassistant.report.document import Document
from mixassistant.report.page import Figure, Page, Standing, build_page
from mixassistant.report.palette import LIGHT
from mixassistant.report.svg import FONT
from mixassistant.report.tables import Table
from mixassistant.report.wording import clean

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

BOLD = f"{FONT} Bold"
MARGIN_PT = 42.0
PADDING_PT = 6.0  # of ReportLab's frame inside the margins
WIDTH_PT = 595.27 - 2 * MARGIN_PT  # A4
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


def to_pdf(document: Document) -> bytes:
    """Return a report document as PDF; the same document gives the same bytes."""
    from reportlab.platypus import SimpleDocTemplate

    _register_fonts()
    page = build_page(document)
    target = io.BytesIO()
    title = printable(page.title)
    template = SimpleDocTemplate(
        target, leftMargin=MARGIN_PT - PADDING_PT, rightMargin=MARGIN_PT - PADDING_PT, topMargin=MARGIN_PT, bottomMargin=MARGIN_PT + 10,
        title=f"{title} – {_('mix report')}", author="", subject=_("Mix report"), creator=f"Mix Assistant {clean(document['version'])}",
        invariant=1, lang="en",
    )  # fmt: skip
    foot = _foot(title)
    template.build(_story(page, clean(document["version"])), onFirstPage=foot, onLaterPages=foot)
    return target.getvalue()


@functools.cache
def _register_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont
    from svglib.fonts import register_font

    for name, file, weight in ((FONT, "DejaVuSans.ttf", "normal"), (BOLD, "DejaVuSans-Bold.ttf", "bold")):
        path = str(paths.resource(f"fonts/{file}"))
        pdfmetrics.registerFont(TTFont(name, path))
        register_font(FONT, path, weight=weight, rlgFontName=name)
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)
    for name in ("STSong-Light", "HeiseiKakuGo-W5", "HYGothic-Medium"):
        pdfmetrics.registerFont(UnicodeCIDFont(name))


def _font_of(character: str, is_japanese: bool) -> str:
    """Return the font that has a character; empty when none of ours has."""
    from reportlab.pdfbase import pdfmetrics

    if ord(character) in pdfmetrics.getFont(FONT).face.charToGlyph:
        return FONT
    point = ord(character)
    if 0xAC00 <= point <= 0xD7A3 or 0x1100 <= point <= 0x11FF:
        return "HYGothic-Medium"
    if 0x3000 <= point <= 0x30FF or 0xFF00 <= point <= 0xFFEF:
        return "HeiseiKakuGo-W5"
    if 0x4E00 <= point <= 0x9FFF:
        return "HeiseiKakuGo-W5" if is_japanese else "STSong-Light"
    return ""


def _substitute(character: str) -> str:
    """Return what stands for a character that no font has: an emoji's name, or a box."""
    if character in _JOINERS:
        return ""
    name = unicodedata.name(character, "")
    return f":{name.lower().replace(' ', '-')}:" if unicodedata.category(character) == "So" and name else "\u25a1"


def printable(text: str) -> str:
    """Return text with a stand-in for each character that no font of ours has."""
    return "".join(c if _font_of(c, False) else _substitute(c) for c in text)


def markup(text: str) -> str:
    """Return text as ReportLab's paragraph markup: escaped, and in fonts that have its characters."""
    text = printable(text)
    is_japanese = any("\u3040" <= c <= "\u30ff" for c in text)
    runs = ((font, escape_xml("".join(run))) for font, run in itertools.groupby(text, key=lambda c: _font_of(c, is_japanese)))
    return "".join(run if font == FONT else f'<font name="{font}">{run}</font>' for font, run in runs)


def _foot(title: str) -> Callable[[Any, Any], None]:
    def draw(canvas: Any, template: Any) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 7.5)
        canvas.setFillColor(LIGHT["muted"])
        shown = title if len(title) <= 70 else title[:69] + "…"
        # Only one font here: what it lacks is left to the title on the first page.
        canvas.drawString(MARGIN_PT, 26, "".join(c if _font_of(c, False) == FONT else "\u25a1" for c in f"{_('Mix report')} · {shown}"))
        canvas.drawRightString(MARGIN_PT + WIDTH_PT, 26, _("Page {page}").format(page=template.page))
        canvas.restoreState()

    return draw


@functools.cache
def _style(name: str) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    ink, muted = HexColor(LIGHT["ink"]), HexColor(LIGHT["muted"])
    base = ParagraphStyle("base", fontName=FONT, fontSize=9, leading=13, textColor=ink, spaceAfter=4, splitLongWords=1)
    return {
        "body": base,
        "muted": ParagraphStyle("muted", base, textColor=muted, fontSize=8, leading=11),
        "title": ParagraphStyle("title", base, fontName=BOLD, fontSize=20, leading=25, spaceAfter=2),
        "h2": ParagraphStyle("h2", base, fontName=BOLD, fontSize=13, leading=17, spaceBefore=16, spaceAfter=6),
        "h3": ParagraphStyle("h3", base, fontName=BOLD, fontSize=10, leading=14, spaceBefore=6, spaceAfter=3),
        "strong": ParagraphStyle("strong", base, fontName=BOLD, fontSize=10, leading=14),
        "cell": ParagraphStyle("cell", base, fontSize=7.8, leading=10, spaceAfter=0),
        "number": ParagraphStyle("number", base, fontSize=7.8, leading=10, spaceAfter=0, alignment=2),
        "good": ParagraphStyle("good", base, fontSize=7.8, leading=10, spaceAfter=0, alignment=2, textColor=HexColor(LIGHT["good"])),
        "off": ParagraphStyle("off", base, fontSize=7.8, leading=10, spaceAfter=0, alignment=2, textColor=HexColor(LIGHT["warn"])),
        "head": ParagraphStyle("head", base, fontSize=7.4, leading=9.5, spaceAfter=0, textColor=muted),
        "headnumber": ParagraphStyle("headnumber", base, fontSize=7.4, leading=9.5, spaceAfter=0, textColor=muted, alignment=2),
        "tile": ParagraphStyle("tile", base, fontName=BOLD, fontSize=12.5, leading=16, spaceAfter=0),
        "small": ParagraphStyle("small", base, fontSize=7.2, leading=9.2, spaceAfter=0, textColor=muted),
    }[name]


def _paragraph(text: str, style: str = "body", lead: str = "") -> Flowable:
    from reportlab.platypus import Paragraph

    start = f"<b>{markup(lead)}</b> " if lead else ""
    return Paragraph(start + markup(text), _style(style))


def _heading(text: str, style: str, room_pt: float = 90.0) -> list[Flowable]:
    """Return a heading that starts a new page where less than `room_pt` is left for what it announces."""
    from reportlab.platypus import CondPageBreak

    return [CondPageBreak(room_pt), _paragraph(text, style)]


def _story(page: Page, version: str) -> list[Flowable]:
    story = [*_head(page), *_summary(page)]
    if page.standing:
        story += _standing(page.standing)
    if page.moves:
        story += _heading(_("Suggestions, in order"), "h2", 230)
        story += [flowable for move in page.moves for flowable in _move(move)]
    story += _proof(page)
    if page.delivery:
        story += [*_heading(_("Delivery"), "h2", 160), *(_paragraph(text, "body", "•") for text in page.delivery.texts)]
        story += [_table(page.delivery.table), _paragraph(page.delivery.note, "muted")]
    if page.balance:
        story += _figure(_("Balance"), page.balance)
    if page.sections:
        story += [*_heading(_("Sections"), "h2", 160), _paragraph(page.sections.note, "muted")]
        for table in page.sections.tables:
            story += [*_heading(table.caption, "h3"), _table(table)]
    story += _spectra(page.spectra)
    if page.loudness:
        story += _figure(_("Loudness over time"), page.loudness)
    if page.stems.rows:
        story += [*_heading(_("Stems"), "h2"), _table(page.stems)]
    story += [*_heading(_("All numbers"), "h2"), _table(page.mix)]
    if page.roles.rows:
        story += _roles(page.roles)
    if page.missing:
        story += [*_heading(_("Not measured"), "h3"), *(_paragraph(text, "muted") for text in page.missing)]
    for heading, terms in ((_("What it was compared with"), page.compared), (_("How to read this"), page.notes)):
        story += [*_heading(heading, "h2"), *(_paragraph(text, "body", f"{term}:") for term, text in terms)]
    if page.methods.rows:  # six pages that nobody prints
        where = _("The HTML and Markdown reports say of each measurement what it tells and by which method it is made.")
        story.append(_paragraph(where, "body", f"{_('Measurements')}:"))
    return [*story, _paragraph(_("Mix Assistant {version}.").format(version=version), "muted")]


def _head(page: Page) -> list[Flowable]:
    facts = " · ".join(f"{term}: {text}" for term, text in page.facts)
    byline = [_paragraph(page.byline, "muted")] if page.byline else []
    return [_paragraph(_("Mix report").upper(), "small"), _paragraph(page.title, "title"), *byline, _paragraph(facts, "muted")]


def _summary(page: Page) -> list[Flowable]:
    story = [*_heading(_("What to do first"), "h2"), _paragraph(page.headline, "strong")]
    story += [_paragraph(_first(move), "body", f"{index}. {move.title}:") for index, move in enumerate(page.first, 1)]
    if page.tiles:
        story.append(_tiles(page))
    if page.warnings:
        story += [*_heading(_("Good to know"), "h3"), *(_paragraph(text, "body", "•") for text in page.warnings)]
    return story


def _first(move: Card) -> str:
    return f"{move.command} ({move.confidence})" if move.confidence else move.command


def _tiles(page: Page) -> Flowable:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table as Grid

    cells = [[_paragraph(t.name, "small"), _paragraph(t.value, "tile"), _paragraph(t.context, "small")] for t in page.tiles]
    rows: list[Sequence[Any]] = [cells[start : start + 3] for start in range(0, len(cells), 3)]
    rows[-1] = [*rows[-1], *([""] * (3 - len(rows[-1])))]
    style = [
        ("BACKGROUND", (0, 0), (-1, -1), HexColor(LIGHT["panel"])),
        ("INNERGRID", (0, 0), (-1, -1), 4, HexColor(LIGHT["page"])),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
    ]
    return Grid(rows, colWidths=[WIDTH_PT / 3] * 3, style=style, spaceBefore=6, spaceAfter=6)


def _drawing(svg: str, width_pt: float) -> Flowable:
    from svglib.svglib import svg2rlg

    drawing: Any = svg2rlg(io.StringIO(svg))
    scale = width_pt / drawing.width
    drawing.width, drawing.height = width_pt, drawing.height * scale
    drawing.scale(scale, scale)
    return drawing


def _move(move: Card) -> list[Flowable]:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import KeepTogether
    from reportlab.platypus import Table as Grid

    left: list[Flowable] = [_table(move.settings, 0.46 * WIDTH_PT)] if move.settings else []
    grounds = [*move.grounds, *([(_("Confidence"), move.confidence)] if move.confidence else [])]
    left += [_paragraph(text, "muted", f"{term}:") for term, text in grounds]
    rows: list[list[Any]] = [[[_paragraph(f"{move.priority}. {move.title}", "strong"), _paragraph(move.text)], ""]]
    style = [
        ("SPAN", (0, 0), (-1, 0)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBEFORE", (0, 0), (0, -1), 3, HexColor(LIGHT["warn" if move.is_warning else move.role])),
        ("LEFTPADDING", (0, 0), (0, -1), 9),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    if left or move.plots:
        rows.append([left, [_drawing(plot, 0.48 * WIDTH_PT) for plot in move.plots]])
    return [KeepTogether([Grid(rows, colWidths=[0.5 * WIDTH_PT] * 2, style=style, spaceBefore=4, spaceAfter=9)])]


def _proof(page: Page) -> list[Flowable]:
    story = [_paragraph(page.verification_text)] if page.verification_text else []
    story += [_table(page.verification)] if page.verification.rows else []
    if page.dropped:
        story += [*_heading(_("Tried and dropped"), "h3"), *(_paragraph(text, "muted", "•") for text in page.dropped)]
    return [*_heading(_("Proof: before and after"), "h2"), *story] if story else []


def _roles(table: Table) -> list[Flowable]:
    """Return what of the roles lies outside what is expected: on paper, pages of what is as expected would hide it."""
    outside = tuple(row for row in table.rows if row.verdict == "off")
    rest = _("What is as expected is left out here; the HTML and Markdown reports hold all of it.")
    shown = [_table(replace(table, rows=outside))] if outside else []
    return [*_heading(_("The roles in numbers: other than expected"), "h3"), *shown, _paragraph(rest, "muted")]


def _standing(standing: Standing) -> list[Flowable]:
    """Return the picture, and the numbers of what lies outside its range: the picture tells the rest."""
    drawing: Any = _drawing(standing.svg, WIDTH_PT)
    rows = tuple(row for row in standing.numbers.rows if row.verdict == "off")
    story = [*_heading(_("Where you stand"), "h2", drawing.height + 60), drawing, _paragraph(standing.note, "muted")]
    return [*story, _table(replace(standing.numbers, rows=rows))] if rows else story


def _figure(title: str, figure: Figure) -> list[Flowable]:
    drawing: Any = _drawing(figure.svg, WIDTH_PT)
    return [*_heading(title, "h2", drawing.height + 40), drawing]


def _spectra(figures: Sequence[Figure]) -> list[Flowable]:
    from reportlab.platypus import Table as Grid

    if not figures:
        return []
    story = [*_heading(_("Spectra against what is expected"), "h2", 270)]
    story += [_drawing(figure.svg, WIDTH_PT) for figure in figures if figure.is_wide]
    small = [[_paragraph(f.title, "strong"), _drawing(f.svg, 0.485 * WIDTH_PT)] for f in figures if not f.is_wide]
    if small:
        rows: list[Sequence[Any]] = [[*small[start : start + 2], ""][:2] for start in range(0, len(small), 2)]
        style = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP")]
        story.append(Grid(rows, colWidths=[0.515 * WIDTH_PT, 0.485 * WIDTH_PT], style=style, spaceBefore=6))
    return story


def _table(table: Table, width_pt: float = WIDTH_PT) -> Flowable:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table as Grid

    rows = [[_paragraph(name, "head" if i < table.words else "headnumber") for i, name in enumerate(table.columns)]]
    last = len(table.columns) - 1
    for row in table.rows:
        styles = ["cell" if i < table.words else row.verdict if i == last and row.verdict else "number" for i in range(last + 1)]
        rows.append([_paragraph(cell, name) for cell, name in zip(row.cells, styles, strict=True)])
    style: list[tuple[Any, ...]] = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(LIGHT["rule"])),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    for index, row in enumerate(table.rows, 1):
        if row.role:
            style += [("LINEBEFORE", (0, index), (0, index), 3, HexColor(LIGHT[row.role])), ("LEFTPADDING", (0, index), (0, index), 7)]
    return Grid(rows, colWidths=_column_widths(table, width_pt), style=style, repeatRows=1, hAlign="LEFT", spaceAfter=6)


def _column_widths(table: Table, width_pt: float) -> list[float]:
    """Share the width by what the columns hold: none starves, a long name wraps."""
    wanted = []
    for index, name in enumerate(table.columns):
        longest = max([len(row.cells[index]) for row in table.rows] or [0])
        words = max([len(word) for word in name.split()] or [1])
        share = min(max(longest, words, 5), 46 if index < table.words else 24)
        # A number stays with its unit: what is not broken is as wide as it is.
        whole = max([len(part) for row in table.rows for part in row.cells[index].split(" ")] or [0])
        wanted.append(max(share, 1.25 * min(whole, 12)) + 2.0)
    return [width_pt * share / sum(wanted) for share in wanted]
