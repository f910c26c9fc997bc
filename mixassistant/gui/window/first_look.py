"""What is known of a mix before its analysis is done: loudness, true peak, and its spectrum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from mixassistant.features.bands import CENTRES_HZ, NOTHING_DB
from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.gui.views.cursor import Cursor
from mixassistant.gui.views.figures import hertz, number
from mixassistant.gui.views.plot import Axis, FrequencyAxis, Plot, draw_curve, pen
from mixassistant.gui.widgets.readout import Readout
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.background.preview import Preview

NUMBERS = ("lufs", "true_peak")
RANGE_DB = 66.0  # below the highest band, as of the spectrum against the references


class FirstLook(QStackedWidget):
    """Stands where the views will be: a sentence first, and the mix's own spectrum as soon as all of it was read."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._levels: np.ndarray | None = None
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.plot = Plot(
            _("Spectrum of the mix"),
            _("Levels relative to its own level; the pointer and the arrow keys read them off"),
            Axis("left"), _("Relative level (dB)"), FrequencyAxis("bottom"), _("Frequency (Hz)"),
        )  # fmt: skip
        self.readout = Readout(_("Point at the plot, or use the arrow keys, to read levels off."))
        self.cursor_line = Cursor(self.plot)
        self.cursor_line.moved.connect(self._read_off)
        numbers = QWidget()
        layout = QVBoxLayout(numbers)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.addWidget(self.told)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.readout)
        self._numbers = numbers
        self._sentence = sentence(_("Loudness and spectrum come first, the other views with the analysis."))
        self.addWidget(self._sentence)
        self.addWidget(numbers)

    def forget(self) -> None:
        """Show nothing of a mix."""
        self._levels = None
        self.setCurrentWidget(self._sentence)

    def show_preview(self, preview: Preview) -> None:
        """Show what was measured, once there is something."""
        levels = vector(preview.values, "ltas") if preview.values else None
        if levels is None:
            return
        found = [(REGISTRY[name], scalar(preview.values, name)) for name in NUMBERS]
        told = ", ".join(f"<b>{descriptor.format(value)}</b> {descriptor.name.lower()}" for descriptor, value in found)
        self.told.setText(_("{numbers}. Stems, references and suggestions follow.").format(numbers=told))
        self._levels = np.where(levels > NOTHING_DB, levels, np.nan)
        self._draw()
        self.setCurrentWidget(self._numbers)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        if self._levels is not None:
            self._draw()

    def _draw(self) -> None:
        levels = self._levels
        assert levels is not None
        self.plot.clear()
        self.plot.set_tokens(self._tokens)
        self.cursor_line.set_tokens(self._tokens)
        x, top = np.log10(CENTRES_HZ), float(np.nanmax(levels))
        draw_curve(self.plot, x, np.maximum(levels, top - RANGE_DB), pen(self._tokens, "mix", 2.5))
        self.plot.setXRange(float(np.log10(20)), float(np.log10(20000)), padding=0.01)
        self.plot.setYRange(max(top - RANGE_DB, float(np.nanmin(levels))), top + 3, padding=0)
        self.cursor_line.set_places(x)
        self._read_off()

    def _read_off(self) -> None:
        index = self.cursor_line.index
        if self._levels is None or index < 0:
            self.readout.say("")
            return
        self.readout.say(f"{hertz(float(CENTRES_HZ[index]))}  ·  " + _("{level} dB").format(level=number(float(self._levels[index]))))


def sentence(text: str) -> QLabel:
    """Return a sentence that stands where something else will be."""
    told = QLabel(text)
    told.setObjectName("quiet")
    told.setWordWrap(True)
    told.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return told
