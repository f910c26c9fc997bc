"""The numbers and the spectrum of a mix whose analysis is not done: measured as soon as it was read."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from mixassistant.features.bands import CENTRES_HZ, NOTHING_DB
from mixassistant.features.descriptor import REGISTRY, Values, scalar, vector
from mixassistant.gui.views.cursor import Cursor
from mixassistant.gui.views.figures import hertz, number
from mixassistant.gui.views.plot import Axis, FrequencyAxis, Plot, draw_curve, pen
from mixassistant.gui.widgets.readout import Readout
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.i18n import _

NUMBERS = ("lufs", "true_peak")
RANGE_DB = 66.0  # below the highest band, as of the spectrum against the references


class FirstSpectrum(QWidget):
    """Shows loudness, true peak and the mix's own spectrum."""

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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.addWidget(self.told)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.readout)

    def show_values(self, values: Values) -> bool:
        """Show what was measured; return whether there is a spectrum to show."""
        levels = vector(values, "ltas")
        if levels is None:
            return False
        found = [(REGISTRY[name], scalar(values, name)) for name in NUMBERS]
        told = ", ".join(f"<b>{descriptor.format(value)}</b> {descriptor.name.lower()}" for descriptor, value in found)
        self.told.setText(_("{numbers}. Stems, references and suggestions follow.").format(numbers=told))
        self._levels = np.where(levels > NOTHING_DB, levels, np.nan)
        self._draw()
        return True

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
