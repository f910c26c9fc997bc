"""The bands of an equalizer as numbers that can be typed: what the handles on the spectrum are for the mouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QWidget

from mixassistant.gui.views.handles import HIGHEST_HZ, LEAST_Q, LOWEST_HZ, MOST_DB, MOST_Q, PASSES, limited
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.i18n import _
from mixassistant.processing.moves import Band
from mixassistant.report.wording import band_name

HEIGHT = 28  # px: as high as the lists beside it


class _Number(QDoubleSpinBox):
    """A number with its unit and a true minus, that is taken over when it is whole: by Enter, by the arrows, or when it is left."""

    def __init__(self, name: str, tip: str, limits: tuple[float, float], decimals: int, step: float, unit: str) -> None:
        super().__init__()
        self.setDecimals(decimals)
        self.setRange(*limits)
        self.setSingleStep(step)
        self.setSuffix(unit)
        self.setKeyboardTracking(False)
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setMinimumHeight(HEIGHT)
        self.setAccessibleName(name)
        self.setToolTip(tip)

    def textFromValue(self, value: float) -> str:
        """Return a number as people read it."""
        return super().textFromValue(value).replace("-", "−")

    def valueFromText(self, text: str) -> float:
        """Return what was typed."""
        return super().valueFromText(text.replace("−", "-"))


class BandRow(QWidget):
    """One band of several, by its frequency, gain and Q.

    Signals: `shaped` (the bands, as they are now) and `chosen` (the number of the band that is shown).
    """

    shaped = Signal(object)
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._bands: tuple[Band, ...] = ()
        self.which = QComboBox()
        self.which.setAccessibleName(_("Band of the move"))
        self.which.setToolTip(_("Which band of the selected move is shown here"))
        self.frequency = _Number(_("Frequency"), _("Frequency of the band"), (LOWEST_HZ, HIGHEST_HZ), 0, 10, _(" Hz"))
        self.gain = _Number(_("Gain"), _("Gain of the band"), (-MOST_DB, MOST_DB), 1, 0.5, _(" dB"))
        self.q = _Number(_("Q"), _("Quality factor of the band: higher is narrower"), (LEAST_Q, MOST_Q), 2, 0.1, "")
        self.q.setPrefix("Q ")
        self.which.currentIndexChanged.connect(self._on_chosen)
        self.frequency.valueChanged.connect(lambda value: self._put(lambda band: replace(band, frequency_hz=value)))
        self.gain.valueChanged.connect(lambda value: self._put(lambda band: replace(band, gain_db=value)))
        self.q.valueChanged.connect(lambda value: self._put(lambda band: replace(band, q=value)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE // 2)
        for widget in (self.which, self.frequency, self.gain, self.q):
            row.addWidget(widget)
        row.addStretch(1)

    def show_bands(self, bands: tuple[Band, ...], index: int) -> None:
        """Show a band (below 0: the one that was shown)."""
        self._bands = bands
        widgets = (self.which, self.frequency, self.gain, self.q)
        for widget in widgets:
            widget.blockSignals(True)
        names = [f"{number + 1}  {band_name(band.type)}" for number, band in enumerate(bands)]
        if names != [self.which.itemText(place) for place in range(self.which.count())]:
            self.which.clear()
            self.which.addItems(names)
        if index >= 0:
            self.which.setCurrentIndex(index)
        if bands:
            band = bands[max(self.which.currentIndex(), 0)]
            self.frequency.setValue(band.frequency_hz)
            self.gain.setValue(band.gain_db)
            self.gain.setEnabled(band.type not in PASSES)
            self.q.setValue(band.q)
        for widget in widgets:
            widget.blockSignals(False)

    def _on_chosen(self, index: int) -> None:
        self.show_bands(self._bands, index)
        self.chosen.emit(index)

    def _put(self, change: Callable[[Band], Band]) -> None:
        index = self.which.currentIndex()
        if 0 <= index < len(self._bands):
            band = limited(change(self._bands[index]))
            self._bands = (*self._bands[:index], band, *self._bands[index + 1 :])
            self.shaped.emit(self._bands)
