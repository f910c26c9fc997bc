"""An equalizer as a curve on a spectrum, with a handle for each band that is moved by mouse, wheel and keys.

The curve has a zero of its own in the middle of the plot, and the plot's scale: 6 dB of it are as high as 6 dB of the spectrum.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from mixassistant.gui.views.figures import hertz
from mixassistant.gui.views.plot import DASHED, Plot, pen
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.i18n import _
from mixassistant.processing.filters import response_db
from mixassistant.processing.moves import Band
from mixassistant.report.wording import band_name

LOWEST_HZ, HIGHEST_HZ = 20.0, 20_000.0
MOST_DB, LEAST_Q, MOST_Q = 18.0, 0.1, 10.0
POINTS = 160  # of the curve
REACH_PX = 14.0  # from the middle of a handle at which a press still means it
SIZE_PX = 15
OCTAVE_STEP, FINE_OCTAVE_STEP = 1 / 24, 1 / 96
GAIN_STEP_DB, FINE_GAIN_STEP_DB = 0.5, 0.1
Q_STEP = 1.1  # a notch of the wheel, a key
Q_PX = 60.0  # of a drag with Shift that double Q, or halve it
SHELVES, PASSES = ("low_shelf", "high_shelf"), ("low_pass", "high_pass")
WAYS = {
    Qt.Key.Key_Left: ("frequency", -1), Qt.Key.Key_Right: ("frequency", 1), Qt.Key.Key_Up: ("gain", 1), Qt.Key.Key_Down: ("gain", -1),
    Qt.Key.Key_PageUp: ("q", 1), Qt.Key.Key_PageDown: ("q", -1),
}  # fmt: skip


def limited(band: Band) -> Band:
    """Return a band within what can be set, as exact as a DAW shows it: three digits of frequency, a tenth of a dB."""
    hz = float(f"{np.clip(band.frequency_hz, LOWEST_HZ, HIGHEST_HZ):.3g}")
    gain_db = 0.0 if band.type in PASSES else round(float(np.clip(band.gain_db, -MOST_DB, MOST_DB)), 1)
    return Band(band.type, hz, gain_db, round(float(np.clip(band.q, LEAST_Q, MOST_Q)), 2))


def band_text(band: Band) -> str:
    """Return a band as a DAW shows it: ``"Bell 284 Hz, −8.2 dB, Q 1.01"``."""
    gain = "" if band.type in PASSES else f", {band.gain_db:+.1f} dB".replace("-", "−")
    return f"{band_name(band.type)} {hertz(band.frequency_hz)}{gain}, Q {band.q:.2f}"


class BandHandles(QObject):
    """The curve and its handles on a plot whose x are log10 of Hz.

    Signals: `shaped` (the bands, while one is moved), `ended` (it has been let go) and `chosen_changed` (another handle is chosen).
    """

    shaped = Signal(object)
    ended = Signal()
    chosen_changed = Signal()

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self._plot = plot
        self.bands: tuple[Band, ...] = ()
        self.chosen = -1
        self._held: tuple[QPointF, Band] | None = None  # where a handle was pressed, and what it was then
        self._zero = pg.InfiniteLine(angle=0)
        self._curve = pg.PlotDataItem(antialias=True)
        self._knobs = pg.ScatterPlotItem(size=SIZE_PX, hoverable=False)
        self._numbers: list[pg.TextItem] = []
        self._tokens: Tokens | None = None
        plot.installEventFilter(self)
        plot.viewport().installEventFilter(self)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self._zero.setPen(pen(tokens, "after", 1.0, DASHED, 0.6))
        self._curve.setPen(pen(tokens, "after", 2.0))
        fill = tokens.color("after")
        fill.setAlphaF(0.15)
        self._curve.setBrush(pg.mkBrush(fill))

    def show_bands(self, bands: tuple[Band, ...]) -> None:
        """Draw an equalizer; empty: none."""
        if self._held is not None and bands != self.bands and len(bands) != len(self.bands):
            self._held = None
        self.bands = bands
        if self.chosen >= len(bands):
            self.choose(-1)
        self._draw()

    @property
    def zero_db(self) -> float:
        """Where 0 dB of the curve lies on the plot's scale."""
        low, high = self._plot.getViewBox().viewRange()[1]
        return float(low + high) / 2

    def place(self, index: int) -> tuple[float, float]:
        """Return where a handle lies: log10 of Hz, and dB on the plot's scale."""
        band = self.bands[index]
        return float(np.log10(band.frequency_hz)), self.zero_db + band.gain_db * (0.5 if band.type in SHELVES else 1.0)

    @property
    def told(self) -> str:
        """The chosen handle in words; empty: none is chosen."""
        if self.chosen < 0:
            return ""
        return _("Band {number}: {band}").format(number=self.chosen + 1, band=band_text(self.bands[self.chosen]))

    def _draw(self) -> None:
        tokens = self._tokens
        while len(self._numbers) < len(self.bands):
            number = pg.TextItem(str(len(self._numbers) + 1), anchor=(0.5, 0.5))
            number.setZValue(1)
            self._numbers.append(number)
        numbers = self._numbers[: len(self.bands)]
        for item in (self._curve, self._zero, self._knobs, *self._numbers):
            is_wanted = item in numbers or (bool(self.bands) and item not in self._numbers)
            if is_wanted and item.scene() is None:
                self._plot.addItem(item, ignoreBounds=True)
            elif not is_wanted and item.scene() is not None:
                self._plot.removeItem(item)
        if not self.bands or tokens is None:
            return
        hz = np.geomspace(LOWEST_HZ, HIGHEST_HZ, POINTS)
        self._zero.setValue(self.zero_db)
        self._curve.setData(np.log10(hz), self.zero_db + response_db(self.bands, hz))
        self._curve.setFillLevel(self.zero_db)
        places = [self.place(index) for index in range(len(self.bands))]
        brushes = [pg.mkBrush(tokens.color("after" if index == self.chosen else "panel")) for index in range(len(places))]
        self._knobs.setData(pos=np.array(places), brush=brushes, pen=pen(tokens, "after", 2.0))
        for index, (number, place) in enumerate(zip(numbers, places, strict=True)):
            number.setColor(tokens.panel if index == self.chosen else tokens.text)
            number.setPos(*place)

    # Choosing and moving

    def choose(self, index: int) -> None:
        """Choose a handle (below 0: none): keys move it."""
        index = index if index < len(self.bands) else -1
        if index != self.chosen:
            self.chosen = index
            self._draw()
            self.chosen_changed.emit()

    def choose_next(self) -> None:
        """Choose the next handle; after the last one none, so that the keys read off again."""
        self.choose(self.chosen + 1 if self.chosen + 1 < len(self.bands) else -1)

    def put(self, index: int, band: Band) -> None:
        """Set a band to what it shall be, within its limits."""
        band = limited(band)
        if band != self.bands[index]:
            self.bands = (*self.bands[:index], band, *self.bands[index + 1 :])
            self._draw()
            self.shaped.emit(self.bands)

    def step(self, what: str, way: int, is_fine: bool = False) -> None:
        """Move the chosen handle by a step of its frequency, gain or Q, and let it go."""
        if self.chosen < 0:
            return
        band = self.bands[self.chosen]
        if what == "frequency":
            octaves = FINE_OCTAVE_STEP if is_fine else OCTAVE_STEP
            band = replace(band, frequency_hz=band.frequency_hz * 2 ** (way * octaves))
        elif what == "gain":
            band = replace(band, gain_db=band.gain_db + way * (FINE_GAIN_STEP_DB if is_fine else GAIN_STEP_DB))
        else:
            band = replace(band, q=band.q * Q_STEP**way)
        self.put(self.chosen, band)
        self.ended.emit()

    def _at(self, position: QPointF) -> int:
        """Return the handle at a place in the viewport, or −1."""
        gaps = [self._gap(index, position) for index in range(len(self.bands))]
        nearest = int(np.argmin(gaps)) if gaps else -1
        return nearest if gaps and gaps[nearest] <= REACH_PX else -1

    def _gap(self, index: int, position: QPointF) -> float:
        there = self.pixel(index)
        return float(np.hypot(there.x() - position.x(), there.y() - position.y()))

    def pixel(self, index: int) -> QPointF:
        """Return where a handle lies in the viewport, in px."""
        scene = self._plot.getViewBox().mapViewToScene(QPointF(*self.place(index)))
        return QPointF(self._plot.mapFromScene(scene))

    # What Qt tells

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is meant for a handle."""
        if not self.bands:
            return False
        kind = event.type()
        if watched is self._plot:
            if isinstance(event, QKeyEvent) and kind in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
                return self._key(event, kind == QEvent.Type.KeyPress)
            return False
        if isinstance(event, QMouseEvent):
            return self._mouse(event, kind)
        if isinstance(event, QWheelEvent):
            return self._wheel(event)
        return False

    def _key(self, event: QKeyEvent, is_press: bool) -> bool:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if is_press:
                self.choose_next()
            return is_press
        if self.chosen < 0 or (key not in WAYS and key != Qt.Key.Key_Escape):
            return False
        event.accept()  # of a shortcut: it is no shortcut now
        if is_press and key == Qt.Key.Key_Escape:
            self.choose(-1)
        elif is_press:
            self.step(*WAYS[key], is_fine=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        return True

    def _mouse(self, event: QMouseEvent, kind: QEvent.Type) -> bool:
        position = event.position()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            index = self._at(position)
            self.choose(index)
            if index < 0:
                return False
            self._held = (position, self.bands[index])
            self._plot.setFocus(Qt.FocusReason.MouseFocusReason)
            return True
        if kind == QEvent.Type.MouseMove and self._held is not None:
            self._drag(position, *self._held, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            return True
        if kind == QEvent.Type.MouseButtonRelease and self._held is not None:
            self._held = None
            self.ended.emit()
            return True
        return False

    def _drag(self, position: QPointF, start: QPointF, band: Band, is_q: bool) -> None:
        """Move the handle that is held: across its frequency, up its gain; with Shift its Q."""
        if self.chosen < 0:
            return
        up_px = start.y() - position.y()
        if is_q:
            self.put(self.chosen, replace(band, q=band.q * 2 ** (up_px / Q_PX)))
            return
        across, up = self._plot.getViewBox().viewPixelSize()
        decades = (position.x() - start.x()) * across
        gain_db = up_px * up * (2.0 if band.type in SHELVES else 1.0)
        self.put(self.chosen, replace(band, frequency_hz=band.frequency_hz * 10**decades, gain_db=band.gain_db + gain_db))

    def _wheel(self, event: QWheelEvent) -> bool:
        """Change the Q of the handle under the pointer."""
        index = self._at(event.position())
        notches = event.angleDelta().y() / 120
        if index < 0 or not notches:
            return False
        self.choose(index)
        band = self.bands[index]
        self.put(index, replace(band, q=band.q * Q_STEP**notches))
        self.ended.emit()
        return True
