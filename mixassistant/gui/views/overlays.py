"""Curves that lie over a spectrum, each by its name: of the reference that can be heard, and of what is heard now."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from mixassistant.features.bands import CENTRES_HZ
from mixassistant.gui.views.figures import number
from mixassistant.gui.views.plot import Line, Plot, pen
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.i18n import _

LIVE = _("heard now")
LIVE_COLOR, REFERENCE_COLOR = "good", "mid"
WIDTH = 1.5  # px
Levels = NDArray[np.float64]


def color_of(name: str) -> str:
    """Return the token of a curve's colour."""
    return LIVE_COLOR if name == LIVE else REFERENCE_COLOR


def style_of(name: str) -> Qt.PenStyle:
    """Return how a curve is drawn."""
    return Qt.PenStyle.SolidLine if name == LIVE else Qt.PenStyle.DashDotLine


class Overlays:
    """Levels in the third octaves, ``[shape=(31,)]`` in dB each, that come and go without the rest being drawn again."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self._levels: dict[str, Levels] = {}
        self._items: dict[str, pg.PlotCurveItem] = {}
        self._floor = -np.inf

    def show(self, name: str, levels: Levels | None) -> bool:
        """Lay a curve over the spectrum, or take it away; return whether the legend has changed."""
        was = name in self._levels
        if levels is None:
            self._levels.pop(name, None)
            item = self._items.pop(name, None)
            if item is not None and item.scene() is not None:
                self._plot.removeItem(item)
            return was
        self._levels[name] = levels
        if name in self._items:
            self._items[name].setData(np.log10(CENTRES_HZ), np.maximum(levels, self._floor))
        return not was

    def draw(self, tokens: Tokens, floor: float) -> None:
        """Put the curves on a plot that has been cleared, none of them below a floor in dB."""
        self._floor = floor
        for name, levels in self._levels.items():
            line = pen(tokens, color_of(name), WIDTH, style_of(name))
            item = pg.PlotCurveItem(np.log10(CENTRES_HZ), np.maximum(levels, floor), pen=line, antialias=True, connect="finite")
            self._plot.addItem(item, ignoreBounds=True)
            self._items[name] = item

    def lines(self, tokens: Tokens) -> list[Line]:
        """Return the legend."""
        return [Line(getattr(tokens, color_of(name)), name, name if name == LIVE else _("C"), style_of(name)) for name in self._levels]

    def texts(self, frequency_hz: float) -> list[str]:
        """Return what is read off at a frequency."""
        return [f"{name} {number(level)} dB" for name in self._levels if np.isfinite(level := self.level(name, frequency_hz))]

    def level(self, name: str, frequency_hz: float) -> float:
        """Return a curve's level at a frequency in dB; NaN where there is none."""
        if name not in self._levels:
            return float("nan")
        return float(np.interp(np.log(frequency_hz), np.log(CENTRES_HZ), self._levels[name]))

    @property
    def names(self) -> tuple[str, ...]:
        """What is drawn."""
        return tuple(self._levels)
