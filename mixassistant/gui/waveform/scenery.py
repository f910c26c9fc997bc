"""What is drawn around and over the waveforms: ruler, sections, chords, legend, loop, playhead, the time under the pointer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from mixassistant.features.track import Section
from mixassistant.gui.background.song_structure import PROGRESSION, Chord, SongStructure, section_text
from mixassistant.gui.widgets.theme import SECTION_COLORS, TYPE_PT, Tokens
from mixassistant.gui.widgets.time_axis import Axis, decimals_for, time_text
from mixassistant.i18n import _

LABEL_ROOM = 76  # px for a time on the ruler
BAR_ROOM = 8  # px that a bar takes at least where downbeats are drawn
CHORD_GAP = 6  # px around the name of a chord
CHORD_LINES = 6  # px between two lines where chords begin, at least
MOST_CHORDS = 0.8  # of a section's chords that have room for their names, where each is drawn at its place
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_CENTRE = Qt.AlignmentFlag.AlignCenter


def faded(color: QColor, opacity: float) -> QColor:
    """Return a colour with another opacity."""
    made = QColor(color)
    made.setAlphaF(opacity)
    return made


def small(font: QFont) -> QFont:
    """Return a font in the small size."""
    made = QFont(font)
    made.setPointSize(TYPE_PT["small"])
    return made


def x_of(time_s: float, axis: Axis, box: QRectF) -> float:
    """Return where a moment lies."""
    return box.left() + (time_s - axis.start_s) / axis.span_s * box.width()


def paint_ruler(painter: QPainter, box: QRectF, axis: Axis, tokens: Tokens, downbeats_s: Sequence[float] = ()) -> None:
    """Draw times with a tick each, and a fine tick at every downbeat where there is room for all of them."""
    step, moments = axis.ticks(max(1, int(box.width() // LABEL_ROOM)))
    painter.setPen(QPen(tokens.color("line"), 1))
    painter.drawLine(QLineF(box.left(), box.bottom() - 0.5, box.right(), box.bottom() - 0.5))
    seen = downbeats_s[bisect_left(downbeats_s, axis.start_s) : bisect_right(downbeats_s, axis.end_s)]
    if seen and box.width() / len(seen) >= BAR_ROOM:
        painter.setPen(QPen(faded(tokens.color("accent"), 0.75), 1))
        for moment in seen:
            x = round(x_of(moment, axis, box)) + 0.5
            painter.drawLine(QLineF(x, box.bottom() - 5, x, box.bottom() - 1))
    for moment in moments:
        x = round(x_of(moment, axis, box)) + 0.5
        text = time_text(moment, decimals_for(step))
        painter.setPen(QPen(tokens.color("quiet"), 1))
        painter.drawLine(QLineF(x, box.bottom() - 8, x, box.bottom() - 1))
        if x + 4 + painter.fontMetrics().horizontalAdvance(text) < box.right():
            painter.drawText(QRectF(x + 4, box.top(), LABEL_ROOM, box.height() - 3), _LEFT, text)


def section_color(letter: str) -> str:
    """Return the token of a letter's colour: sections that are alike share it."""
    return SECTION_COLORS[(sum(map(ord, letter.upper())) - ord("A")) % len(SECTION_COLORS)]


def paint_sections(
    painter: QPainter, box: QRectF, bottom: float, sections: Sequence[Section], chosen: int | None, axis: Axis, tokens: Tokens
) -> None:
    """Draw a band with the sections' names, a frame around the chosen one, and their boundaries down to `bottom`."""
    for section in sections:
        left, right = max(x_of(section.start_s, axis, box), box.left()), min(x_of(section.end_s, axis, box), box.right())
        if right <= left:
            continue
        part = QRectF(left, box.top(), right - left, box.height())
        painter.fillRect(part, tokens.color(section_color(section.letter)))
        if section.start_s > axis.start_s:
            x = round(left) + 0.5
            painter.setPen(QPen(tokens.color("panel"), 2))
            painter.drawLine(QLineF(x, box.top(), x, box.bottom()))
            painter.setPen(QPen(faded(tokens.color("quiet"), 0.45), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(x, box.bottom(), x, bottom))
        room = right - left - 6
        text = next((t for t in (section_text(section), section.letter) if painter.fontMetrics().horizontalAdvance(t) <= room), "")
        painter.setPen(tokens.color("text"))
        painter.drawText(part, _CENTRE, text)
    if chosen is not None:
        left, right = (x_of(edge, axis, box) for edge in (sections[chosen].start_s, sections[chosen].end_s))
        painter.save()
        painter.setClipRect(box)
        painter.setPen(QPen(tokens.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(QPointF(left + 1, box.top() + 1), QPointF(right - 1, box.bottom() - 1)))
        painter.restore()


def paint_chords(painter: QPainter, box: QRectF, song: SongStructure, axis: Axis, tokens: Tokens) -> None:
    """Draw the names of chords where each begins; in a section that has no room for most of them, how its chords go."""
    sections = [(section.start_s, section.end_s) for section in song.sections] or [(0.0, axis.duration_s)]
    for start_s, end_s in sections:
        left, right = max(x_of(start_s, axis, box), box.left()), min(x_of(end_s, axis, box), box.right())
        if right <= left:
            continue
        part = QRectF(left, box.top(), right - left, box.height())
        seen = max(start_s, axis.start_s), min(end_s, axis.end_s)
        chords = [replace(c, start_s=max(c.start_s, seen[0]), end_s=min(c.end_s, seen[1])) for c in song.chords_within(*seen)]
        named = sum(bool(chord.name) for chord in chords)
        fitting = [chord for chord in chords if chord.name and _fits(painter, chord, axis, box)]
        texts = (song.progression_text(start_s, end_s, most) for most in range(PROGRESSION, 1, -1))
        told = next((text for text in texts if painter.fontMetrics().horizontalAdvance(text) + CHORD_GAP <= part.width()), "")
        painter.setPen(QPen(tokens.color("text"), 1))
        if told and len(fitting) < MOST_CHORDS * named:
            painter.drawText(part.adjusted(CHORD_GAP / 2, 0, 0, 0), _LEFT, told)
            continue
        for chord in fitting:
            x = x_of(chord.start_s, axis, box)
            painter.drawText(QRectF(x + CHORD_GAP / 2, box.top(), part.right() - x, box.height()), _LEFT, chord.name)
        painter.setPen(QPen(tokens.color("line"), 1))
        if chords and part.width() / len(chords) >= CHORD_LINES:
            for chord in chords:
                x = round(x_of(chord.start_s, axis, box)) + 0.5
                painter.drawLine(QLineF(x, box.top() + 2, x, box.bottom() - 2))


def _fits(painter: QPainter, chord: Chord, axis: Axis, box: QRectF) -> bool:
    room = (chord.end_s - chord.start_s) / axis.span_s * box.width()
    return painter.fontMetrics().horizontalAdvance(chord.name) + CHORD_GAP <= room


def paint_legend(painter: QPainter, box: QRectF, tokens: Tokens) -> None:
    """Draw which colour stands for lows, mids and highs; without words where there is no room for them."""
    words = {"low": _("low"), "mid": _("mid"), "high": _("high")}
    metrics = painter.fontMetrics()
    needed = sum(metrics.horizontalAdvance(word) + 18 for word in words.values())
    x = box.left()
    for token, word in words.items():
        painter.fillRect(QRectF(x, box.center().y() - 4, 8, 8), tokens.color(token))
        x += 11
        if needed <= box.width():
            painter.setPen(tokens.color("quiet"))
            painter.drawText(QRectF(x, box.top(), 60, box.height()), _LEFT, word)
            x += metrics.horizontalAdvance(word) + 7


def paint_loop(painter: QPainter, left: float, right: float, box: QRectF, ruler: QRectF, tokens: Tokens, is_active: bool) -> None:
    """Draw the loop: a tint over the lanes, its edges, and a bar on the ruler to take hold of."""
    accent = tokens.color("accent")
    painter.fillRect(QRectF(left, box.top(), right - left, box.height()).intersected(box), faded(accent, 0.13))
    painter.fillRect(QRectF(left, ruler.top(), right - left, 4).intersected(ruler), accent)
    for x, inward in ((left, 6), (right, -6)):
        if box.left() - 1 <= x <= box.right() + 1:
            painter.setPen(QPen(accent, 2 if is_active else 1))
            painter.drawLine(QLineF(x, ruler.top(), x, box.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            top = ruler.top() + 3
            painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x + inward, top), QPointF(x, top + 7)]))


def paint_playhead(painter: QPainter, x: float, box: QRectF, tokens: Tokens, is_heard: bool = True) -> None:
    """Draw the line of the position with its handle; dashed and hollow, where it follows another song that is heard."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    color, middle = tokens.color("text" if is_heard else "accent"), round(x) + 0.5
    painter.setPen(QPen(color, 1, Qt.PenStyle.SolidLine if is_heard else Qt.PenStyle.DashLine))
    painter.drawLine(QLineF(middle, box.top(), middle, box.bottom()))
    painter.setPen(Qt.PenStyle.NoPen if is_heard else QPen(color, 1))
    painter.setBrush(color if is_heard else tokens.color("panel"))
    painter.drawPolygon(QPolygonF([QPointF(middle - 5, box.top()), QPointF(middle + 5, box.top()), QPointF(middle, box.top() + 7)]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def chip_box(x: float, width: float, box: QRectF) -> QRectF:
    """Return where the time under the pointer goes: right of it, or left where there is no room."""
    left = x + 4 if x + 4 + width <= box.right() else x - 4 - width
    return QRectF(max(left, box.left()), box.top(), width, box.height() - 1)


def paint_pointer(painter: QPainter, x: float, text: str, chip: QRectF, box: QRectF, tokens: Tokens) -> None:
    """Draw a fine line under the pointer and its time on the ruler."""
    painter.setPen(QPen(faded(tokens.color("quiet"), 0.6), 1))
    painter.drawLine(QLineF(round(x) + 0.5, box.top(), round(x) + 0.5, box.bottom()))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(tokens.color("line"), 1))
    painter.setBrush(tokens.color("raised"))
    painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(tokens.color("text"))
    painter.drawText(chip, _CENTRE, text)
