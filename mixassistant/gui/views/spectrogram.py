"""The spectrogram of the mix or a role: which frequencies sound when, and how loud."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from mixassistant.features.bands import CENTRES_HZ, NOMINAL_HZ
from mixassistant.gui.views.colors import ramp
from mixassistant.gui.views.cursor import Cursor
from mixassistant.gui.views.figures import hertz, number
from mixassistant.gui.views.plot import Axis, FrequencyAxis, Plot, TimeAxis
from mixassistant.gui.views.sonogram import COLUMNS, ROWS, Sonogram, row_centres_hz, sonogram
from mixassistant.gui.views.table import Row
from mixassistant.gui.views.view import View
from mixassistant.gui.widgets.readout import Readout
from mixassistant.gui.widgets.targets import audio_of, has_audio
from mixassistant.gui.widgets.theme import TYPE_PT, Tokens
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.i18n import _
from mixassistant.progress import Progress

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis
    from mixassistant.stems.stem import Song

PARTS = 24  # rows of the table
OCTAVES = tuple(range(2, 31, 3))  # third octaves whose centres are those of octaves: 31.5 Hz to 16 kHz
BAR_WIDTH = 12  # px


def _picture(song: Song, target: str, progress: Progress) -> Sonogram:
    return sonogram(audio_of(song, target, progress), progress)


class SpectrogramView(View):
    """Levels over time and frequency, with a colour bar."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens, _("Spectrogram"), _("Open a mix to see its spectrogram."))
        self.target.setAccessibleName(_("Show the spectrogram of"))
        self.target.setToolTip(_("Whose spectrogram is shown"))
        self.plot = Plot(
            _("Spectrogram"),
            _("Levels over time and frequency; the pointer and the arrow keys read them off, the wheel zooms, a double click shows all"),
            FrequencyAxis("left"), _("Frequency (Hz)"), TimeAxis("bottom"), _("Time (m:ss)"),
        )  # fmt: skip
        self.plot.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.image = pg.ImageItem(axisOrder="row-major")
        self._bar_axis = Axis("right")
        self._bar = pg.ImageItem(np.arange(256, dtype=np.uint8).reshape(256, 1), axisOrder="row-major", levels=(0, 255))
        self._bar_box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0)
        self._bar_box.addItem(self._bar)
        self._bar_box.setFixedWidth(BAR_WIDTH)
        grid = self.plot.getPlotItem().layout
        grid.addItem(self._bar_box, 2, 5)
        grid.addItem(self._bar_axis, 2, 6)
        self._bar_axis.linkToView(self._bar_box)
        self.readout = Readout(_("Point, or use the arrow keys, to read levels off."))
        self.body.addWidget(self.plot, 1)
        self.body.addWidget(self.readout)
        self.cursor_line = Cursor(self.plot, Qt.PenStyle.SolidLine)
        self.cursor_line.moved.connect(self._read_off)
        self._dress()

    def _dress(self) -> None:
        colors = ramp(self._tokens)
        for image in (self.image, self._bar):
            image.setLookupTable(colors)
        self.plot.set_tokens(self._tokens)
        self.plot.showGrid(x=False, y=False)
        self.cursor_line.set_tokens(self._tokens)
        self._bar_axis.setPen(pg.mkPen(self._tokens.color("line")))
        self._bar_axis.setTextPen(pg.mkPen(self._tokens.color("quiet")))
        self._bar_axis.setLabel(_("Level (dBFS)"), **{"color": self._tokens.quiet, "font-size": f"{TYPE_PT['small']}pt"})

    @property
    def _sonogram(self) -> Sonogram | None:
        found: Sonogram | None = self.computation.get(self.shown)
        return found

    def _draw(self, analysis: Analysis) -> None:
        target = self.shown
        if not has_audio(analysis.song, target):
            self._say(_("There is no audio of this stem to make a spectrogram of."))
            return
        found: Sonogram | None = self._computed(target, partial(_picture, analysis.song, target), _("Computing the spectrogram…"))
        if found is None:
            return
        self.plot.clear()
        self.image.setImage(found.steps, autoLevels=False, levels=(0, 255))
        low, high = np.log10(row_centres_hz()[[0, -1]])
        self.image.setRect(QRectF(0, low, found.duration_s, high - low))
        self.plot.addItem(self.image)
        self.plot.setYRange(low, high, padding=0)
        self.plot.show_span(found.duration_s)
        self._bar.setRect(QRectF(0, found.floor_db, 1, found.top_db - found.floor_db))
        self._bar_box.setRange(QRectF(0, found.floor_db, 1, found.top_db - found.floor_db), padding=0)
        self.cursor_line.set_places(_times(found), np.log10(row_centres_hz()))
        self._read_off()

    def _read_off(self) -> None:
        found, cursor = self._sonogram, self.cursor_line
        if found is None or cursor.index < 0 or cursor.row < 0:
            self.readout.say("")
            return
        level = found.level_db(cursor.row, cursor.index)
        text = _("{level} dBFS") if level > found.floor_db else _("{level} dBFS or less")
        moment = time_text(float(_times(found)[cursor.index]), 1)
        self.readout.say("  ·  ".join((moment, hertz(float(row_centres_hz()[cursor.row])), text.format(level=number(level, 0)))))

    def _rows(self, analysis: Analysis) -> list[Row]:
        heads = (_("From"), _("To"), *(_("{frequency} (dBFS)").format(frequency=hertz(NOMINAL_HZ[i])) for i in OCTAVES))
        found = self._sonogram
        if found is None:
            return [heads]
        columns = found.steps.shape[1]
        edges = np.linspace(0, columns, min(PARTS, columns) + 1).round().astype(int)
        centres = row_centres_hz()
        bands = [np.flatnonzero(np.abs(np.log2(centres / CENTRES_HZ[i])) <= 0.5) for i in OCTAVES]
        rows = [heads]
        for first, last in pairwise(edges):
            levels = [found.floor_db + float(found.steps[band, first:last].max()) / 255 * (found.top_db - found.floor_db) for band in bands]
            times = (time_text(found.duration_s * edge / columns, 1) for edge in (first, last))
            rows.append((*times, *(number(level, 0) for level in levels)))
        return rows


def _times(found: Sonogram) -> NDArray[np.float64]:
    """Return the middle of each column in seconds."""
    columns = found.steps.shape[1]
    assert columns <= COLUMNS and found.steps.shape[0] == ROWS
    return np.asarray((np.arange(columns) + 0.5) / columns * found.duration_s)
