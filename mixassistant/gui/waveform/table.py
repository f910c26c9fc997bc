"""The waveforms as a table: chords, and how loud mix and stems are, section by section, for who cannot see them or wants numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mixassistant.gui.background.song_structure import SongStructure, section_text
from mixassistant.gui.waveform.lanes import Lane
from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.i18n import _
from mixassistant.spreadsheet import tab_separated

PARTS = 10  # of a song whose sections are not known
QUIETEST_DB = -90.0


def level_text(amplitude: float) -> str:
    """Return an amplitude in dB relative to full scale: ``"−12.3"``; below −90 dB ``"silent"``."""
    level_db = 20 * math.log10(max(amplitude, 1e-10))
    return _("silent") if level_db < QUIETEST_DB else f"{level_db:.1f}".replace("-", "−")


def rows_of(lanes: Sequence[Lane], structure: SongStructure, duration_s: float) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows: a section each (a tenth of a song without), with its chords, the mix's peak and everyone's RMS in dBFS."""
    sections = structure.sections
    if sections:
        parts = [(section_text(section), section.start_s, section.end_s) for section in sections]
    else:
        edges = np.linspace(0, duration_s, PARTS + 1)
        parts = [(str(i + 1), float(a), float(b)) for i, (a, b) in enumerate(pairwise(edges))]
    has_chords, has_bars = bool(structure.chords), bool(structure.downbeats_s)
    heads = [_("Section") if sections else _("Part"), _("From"), _("To")]
    heads += [*([_("From bar")] if has_bars else []), *([_("Chords")] if has_chords else []), _("Mix peak (dBFS)"), _("Mix RMS (dBFS)")]
    heads += [_("{name} RMS (dBFS)").format(name=lane.name) for lane in lanes[1:]]
    rows = []
    for name, start_s, end_s in parts:
        low, high, _rms = lanes[0].peaks.view(start_s, end_s, 1)
        levels = [level_text(float(lane.peaks.view(start_s, end_s, 1)[2][0])) for lane in lanes]
        bars = [structure.position_text(start_s)] if has_bars else []
        chords = [structure.progression_text(start_s, end_s)] if has_chords else []
        rows.append([name, time_text(start_s), time_text(end_s), *bars, *chords, level_text(float(max(-low[0], high[0]))), *levels])
    return heads, rows


class _Table(QTableWidget):
    def __init__(self, heads: list[str], rows: list[list[str]]) -> None:
        super().__init__(len(rows), len(heads))
        self._heads, self._rows = heads, rows
        self.setHorizontalHeaderLabels(heads)
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if column and heads[column] != _("Chords"):
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy what is selected, with its headings, as a spreadsheet takes it."""
        if not event.matches(QKeySequence.StandardKey.Copy):
            super().keyPressEvent(event)
            return
        chosen = sorted({index.row() for index in self.selectedIndexes()})
        lines = [self._heads, *(self._rows[row] for row in chosen)]
        QGuiApplication.clipboard().setText(tab_separated(lines))


class WaveformTable(QDialog):
    """The table in a window of its own."""

    def __init__(self, lanes: Sequence[Lane], structure: SongStructure, duration_s: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Waveforms as a table"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        heads, rows = rows_of(lanes, structure, duration_s)
        self.table = _Table(heads, rows)
        self.table.setAccessibleName(_("Levels of the mix and its stems, section by section"))
        self.table.setToolTip(_("Ctrl+C copies the selected rows"))
        self.table.setTabKeyNavigation(False)  # arrows go from cell to cell; Tab leads out
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        buttons = button_row(Kind.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addWidget(buttons)
        self.resize(720, 380)
