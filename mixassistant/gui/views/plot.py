"""What all plots share: axes in the theme's colours, legends in words, and arrow keys that read a plot off."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from mixassistant.gui.widgets.theme import TYPE_PT, Tokens
from mixassistant.gui.widgets.time_axis import STEPS_S, decimals_for, time_text
from mixassistant.gui.wording import as_plain

TICKS_HZ = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)
FEW_TICKS_HZ = (20, 100, 500, 2000, 10000)
TICK_WIDTH, TICK_HEIGHT = 36, 20  # px that a label of an axis takes with the gap to the next
EDGE = 14.0  # px that a label may reach beyond the end of its axis
TIME_WIDTH = 48  # px, the same for a time
GRID_ALPHA = 0.12
WHOLE = 50  # letters of a name in a legend that is not broken into lines
FAR = 10  # places that Page up and Page down move by
DASHED, DOTTED = Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
MARKS = {
    Qt.PenStyle.NoPen: "■",
    Qt.PenStyle.SolidLine: "━━",
    Qt.PenStyle.DashLine: "╺╸╺╸",
    Qt.PenStyle.DotLine: "∙∙∙∙",
    Qt.PenStyle.DashDotLine: "╺╸∙╺╸",
}
STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_PageUp: (-FAR, 0),
    Qt.Key.Key_PageDown: (FAR, 0),
    Qt.Key.Key_Home: (-(10**6), 0),
    Qt.Key.Key_End: (10**6, 0),
}


class Axis(pg.AxisItem):  # type: ignore[misc]
    """Numbers with a true minus, in the theme's small letters."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.enableAutoSIPrefix(False)
        font = QFont()
        font.setPointSize(TYPE_PT["small"])
        self.setStyle(tickLength=-4, tickFont=font)
        if side == "bottom":
            self.setStyle(tickTextOffset=6)  # px: clear of the lowest label of the axis beside it

    def boundingRect(self) -> QRectF:
        """Return where it draws: with a grid pyqtgraph leaves no room for half of the first and the last label, and drops them."""
        found = QRectF(super().boundingRect())
        return found.adjusted(-EDGE, 0, EDGE, 0) if self.orientation == "bottom" else found.adjusted(0, -EDGE, 0, EDGE)

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return the steps of the ticks; in a low plot none that are too close for their labels."""
        found: list[tuple[float, float]] = super().tickSpacing(low, high, size)
        if self.orientation == "bottom" or high <= low:
            return found
        fewest = (high - low) / max(size / TICK_HEIGHT, 1.0)
        step = found[0][0]
        while step < fewest:
            step *= 2.5 if f"{step:e}".startswith("2") else 2.0  # 1, 2, 5, 10
        return [(step, 0.0), *(level for level in found if fewest <= level[0] < step)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the labels of ticks."""
        return [text.replace("-", "−") for text in super().tickStrings(values, scale, spacing)]


class FrequencyAxis(Axis):
    """Frequencies on a logarithmic scale: positions are log10 of Hz."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the ticks that there is room for."""
        room = TICK_WIDTH if self.orientation == "bottom" else TICK_HEIGHT
        wanted = TICKS_HZ if size >= room * len(TICKS_HZ) else FEW_TICKS_HZ
        return [(1.0, [float(np.log10(hz)) for hz in wanted if low - 0.01 <= np.log10(hz) <= high + 0.01])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the labels of ticks: ``"500"``, ``"2k"``."""
        found = [round(10**value) for value in values]
        return [f"{hz // 1000}k" if hz >= 1000 else str(hz) for hz in found]


class TimeAxis(Axis):
    """Times as ``m:ss``."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return the step of the ticks."""
        room = max(int(size / TIME_WIDTH), 1)
        span = max(high - low, 1e-3)
        return [(float(next((step for step in STEPS_S if span / step <= room), STEPS_S[-1])), 0.0)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the labels of ticks."""
        return [time_text(value, decimals_for(spacing)) if value >= 0 else "" for value in values]


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """A plot in the theme's colours, without pyqtgraph's menus. Keys and the pointer move what reads it off."""

    stepped = Signal(int, int)
    pointed = Signal(float, float)
    pressed = Signal(float, float)
    chosen = Signal()
    focused = Signal(bool)
    _tokens: Tokens | None = None  # pyqtgraph resizes a plot while it is made
    _is_low = False  # whether there is room for the numbers of an axis and not for its name

    def __init__(self, name: str, tip: str, left: Axis, left_label: str, bottom: Axis, bottom_label: str) -> None:
        super().__init__(axisItems={"left": left, "bottom": bottom}, enableMenu=False)
        # pyqtgraph makes a menu of options all the same, belonging to nothing: it would outlive the plot.
        self.destroyed.connect(self.getPlotItem().ctrlMenu.deleteLater)
        self._labels: dict[str, tuple[str, ...]] = {"left": (left_label,), "bottom": (bottom_label,)}
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseEnabled(x=False, y=False)
        self.setMinimumSize(120, 50)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.getPlotItem().setContentsMargins(2, 8, 14, 2)
        self.scene().sigMouseMoved.connect(self._on_moved)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self.setBackground(tokens.color("panel"))
        for side in self._labels:
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(tokens.color("line")))
            axis.setTextPen(pg.mkPen(tokens.color("quiet")))
        self.showGrid(x=True, y=True, alpha=GRID_ALPHA)
        self._fit_labels()
        self._frame(self.hasFocus())

    def set_low(self, is_low: bool) -> None:
        """Leave out the name of the lower axis, which the tooltip says too: there is room for its numbers only."""
        self._is_low = is_low
        self._fit_labels()

    def name_axes(self, left: tuple[str, ...], bottom: tuple[str, ...]) -> None:
        """Give the axes other labels, each in several lengths: the first one is drawn that there is room for."""
        self._labels = {"left": left, "bottom": bottom}
        self._fit_labels()

    # What Qt and pyqtgraph tell

    def event(self, event: QEvent) -> bool:
        """Keep the keys that read the plot off from being shortcuts of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in STEPS:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move what reads the plot off."""
        if event.key() in STEPS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.stepped.emit(*STEPS[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell where."""
        place = self._place(self.mapToScene(event.position().toPoint()))
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(place.x(), place.y())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys go here."""
        super().focusInEvent(event)
        self._frame(True)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they do no longer."""
        super().focusOutEvent(event)
        self._frame(False)
        self.focused.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the label of an axis that is shorter than it: the tooltip says what it is."""
        super().resizeEvent(event)
        self._fit_labels()

    def _on_moved(self, place: QPointF) -> None:
        if self.getViewBox().sceneBoundingRect().contains(place):
            here = self._place(place)
            self.pointed.emit(here.x(), here.y())

    def _place(self, scene: QPointF) -> QPointF:
        found = self.getViewBox().mapSceneToView(scene)
        return QPointF(found.x(), found.y())

    def _frame(self, has_focus: bool) -> None:
        if self._tokens is not None:
            self.getViewBox().setBorder(pg.mkPen(self._tokens.color("accent"), width=1.5) if has_focus else None)

    def _fit_labels(self) -> None:
        if self._tokens is None:
            return
        metrics = QFontMetrics(self.getAxis("left").style["tickFont"])
        rooms = {"left": self.height() - 40, "bottom": self.width() - 40}  # px that the other axis and the margins take
        for side, texts in self._labels.items():
            text = next((text for text in texts if metrics.horizontalAdvance(text) <= rooms[side]), "")
            if side == "bottom" and self._is_low:
                text = ""
            self.getAxis(side).setLabel(text, **{"color": self._tokens.quiet, "font-size": f"{TYPE_PT['small']}pt"})
            self.getAxis(side).showLabel(bool(text))


class Line(NamedTuple):
    """A line of a legend: colour and name; a short name for where there is little room ("": left out there). No colour: a remark.

    Its mark is drawn as the line is in the plot: whole, dashed, dotted; without a style it is an area.
    """

    color: str
    name: str
    short: str | None = None
    style: Qt.PenStyle = Qt.PenStyle.NoPen


class Legend(QLabel):
    """What each line of a plot is, in words and in its colour: in short words where the long ones take more than `most_lines`."""

    def __init__(self, most_lines: int = 2) -> None:
        super().__init__()
        self.most_lines = most_lines
        self._lines: Sequence[Line] = ()
        self.setObjectName("small")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines."""
        if self._lines == tuple(lines):
            return
        self._lines = tuple(lines)
        self.setAccessibleName(", ".join(line.name for line in lines))
        self.setToolTip(as_plain("\n".join(line.name for line in lines)))
        self.fit()

    def fit(self) -> None:
        """Choose the words that there is room for."""
        text = self._text(False)
        self.setText(text)
        if self.heightForWidth(max(self.width(), 1)) > (self.most_lines + 0.5) * self.fontMetrics().lineSpacing():
            self.setText(self._text(True))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose words for another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def _text(self, is_short: bool) -> str:
        parts = []
        for line in self._lines:
            name = line.short if is_short and line.short is not None else line.name
            if not name:
                continue
            mark = f'<span style="color:{line.color};font-weight:700">{MARKS[line.style]}</span>&nbsp;' if line.color else ""
            # A name stays on one line as long as a narrow window has room for it.
            parts.append(mark + (escape(name).replace(" ", "&nbsp;") if len(name) <= WHOLE else escape(name)))
        return " &nbsp; ".join(parts)


def pen(tokens: Tokens, name: str, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine, alpha: float = 1.0) -> QPen:
    """Return a pen in a colour of the theme."""
    color = tokens.color(name)
    color.setAlphaF(alpha)
    found: QPen = pg.mkPen(color, width=width, style=style)
    return found


def draw_curve(plot: Plot, x: Any, y: Any, line: QPen) -> pg.PlotDataItem:
    """Draw a curve; of a long one as many points as there are pixels."""
    item = pg.PlotDataItem(x, y, pen=line, antialias=True, connect="finite")
    plot.addItem(item)
    item.setDownsampling(auto=True, method="peak")
    item.setClipToView(True)
    return item


def draw_band(plot: Plot, x: Any, low: Any, high: Any, tokens: Tokens) -> None:
    """Fill a range along x in the colour of ranges."""
    edges = [pg.PlotCurveItem(np.asarray(x, float), np.asarray(y, float), pen=pg.mkPen(None)) for y in (low, high)]
    for edge in edges:
        plot.addItem(edge)
    plot.addItem(pg.FillBetweenItem(*edges, brush=tokens.color("band")))


def draw_stripe(plot: Plot, low: float, high: float, tokens: Tokens, is_upright: bool = False) -> None:
    """Fill a range that is the same all along."""
    side = "vertical" if is_upright else "horizontal"
    brush = pg.mkBrush(tokens.color("band"))
    region = pg.LinearRegionItem((low, high), orientation=side, movable=False, brush=brush, pen=pg.mkPen(None))
    region.setZValue(-10)
    plot.addItem(region)


def draw_level(plot: Plot, value: float, line: QPen, is_upright: bool = False) -> None:
    """Draw a straight line at a value."""
    plot.addItem(pg.InfiniteLine(value, angle=90 if is_upright else 0, pen=line))
