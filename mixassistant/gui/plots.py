"""The two plots: spectrum against the profile, and loudness over time. Each has a table equivalent in the measurements."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mixassistant.features.bands import CENTRES_HZ, NOMINAL_HZ
from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.gui.core import Result
from mixassistant.gui.theme import Tokens
from mixassistant.gui.wording import references_text
from mixassistant.i18n import _

TARGETS = ("mix", "drums", "bass", "vocals", "other")
TICKS_HZ = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)


def target_name(target: str) -> str:
    """Return the mix or a role for people."""
    return {"mix": _("Mix"), "drums": _("Drums"), "bass": _("Bass"), "vocals": _("Vocals"), "other": _("Other")}[target]


class _Plot(pg.PlotWidget):  # type: ignore[misc]
    """A plot in the theme's colours, without pyqtgraph's menus and buttons."""

    def __init__(self, name: str, left: str, bottom: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setLabel("left", left)
        self.setLabel("bottom", bottom)
        self.getPlotItem().setContentsMargins(4, 8, 12, 4)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self.setBackground(tokens.color("panel"))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(tokens.color("line")))
            axis.setTextPen(pg.mkPen(tokens.color("quiet")))
            axis.setStyle(tickLength=-4)
        self.showGrid(x=True, y=True, alpha=0.12)


class _Legend(QLabel):
    """What each line of a plot is, in words and in its colour."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        """Show (colour, name) pairs."""
        self.setText(" &nbsp; ".join(f'<span style="color:{color}">■</span> {name.replace(" ", "&nbsp;")}' for color, name in lines))


class SpectrumView(QWidget):
    """The 1/3-octave spectrum of the mix or a role, the profile's range, and the curve after the suggestions."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._result: Result | None = None
        self.target = QComboBox()
        self.target.setAccessibleName(_("Show the spectrum of"))
        self.target.setToolTip(_("Whose spectrum is shown"))
        self.target.currentIndexChanged.connect(lambda _index: self._draw())
        self._legend = _Legend()
        self._legend.setObjectName("small")
        self.note = QLabel()
        self.note.setObjectName("small")
        self.plot = _Plot(_("Spectrum against the profile"), _("Relative level (dB)"), _("Frequency (Hz)"))
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.getAxis("bottom").setTicks([[(float(np.log10(f)), f"{f // 1000}k" if f >= 1000 else str(f)) for f in TICKS_HZ]])
        top = QHBoxLayout()
        top.addWidget(self.target)
        top.addStretch(1)
        top.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self._legend)
        layout.addWidget(self.plot, 1)
        self.set_tokens(tokens)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self.plot.set_tokens(tokens)
        self._draw()

    def show_result(self, result: Result) -> None:
        """Show an analysis, first what the first suggestion is about."""
        self._result = result
        present = ["mix", *(r for r in TARGETS[1:] if r in result.analysis.track.roles)]
        first = next((s.role for s in result.analysis.suggestions if s.kind == "eq"), "mix")
        self.target.blockSignals(True)
        self.target.clear()
        for target in present:
            self.target.addItem(target_name(target), target)
        self.target.setCurrentIndex(max(0, present.index(first) if first in present else 0))
        self.target.blockSignals(False)
        self._draw()

    def _draw(self) -> None:
        self.plot.clear()
        if self._result is None or self.target.currentData() is None:
            return
        target: str = self.target.currentData()
        analysis, tokens = self._result.analysis, self._tokens
        values = analysis.track.mix if target == "mix" else {str(k): v for k, v in analysis.track.roles.items()}[target]
        measured = vector(values, "ltas")
        found = analysis.profile.targets[f"{target}/ltas"]
        low, middle, high = (np.asarray(v, dtype=float) for v in (found.low, found.median, found.high))
        x = np.log10(CENTRES_HZ)
        count = len(analysis.profile.references)
        edges = [pg.PlotCurveItem(x, y, pen=pg.mkPen(None)) for y in (low, high)]
        for edge in edges:
            self.plot.addItem(edge)
        self.plot.addItem(pg.FillBetweenItem(*edges, brush=tokens.color("band")))
        self.plot.plot(x, middle, pen=pg.mkPen(tokens.color("quiet"), width=1, style=Qt.PenStyle.DashLine))
        lines = [(tokens.band, _("references, 10–90 %") if count else _("finished songs, 10–90 %")), (tokens.quiet, _("their median"))]
        floor = float(middle.max()) - 66
        if measured is not None:
            self.plot.plot(x, np.maximum(measured, floor), pen=pg.mkPen(tokens.color(target), width=2.5))
            lines.append((getattr(tokens, target), _("now")))
        moved = any(s.role == target and s.kind == "eq" for s in analysis.suggestions)
        if moved and target in analysis.verification.ltas_after:
            after = np.maximum(np.array(analysis.verification.ltas_after[target]), floor)
            self.plot.plot(x, after, pen=pg.mkPen(tokens.color("after"), width=2, style=Qt.PenStyle.DotLine))
            lines.append((tokens.after, _("after the suggestions (rendered and measured)")))
        self._legend.show_lines(lines)
        share = f"{100 * analysis.profile.prior_weight:.0f} %"
        if count:
            note = _("{references}, {share} finished songs in general").format(references=references_text(count), share=share)
        else:
            note = _("finished songs in general")
        self.note.setText(note)
        self.plot.setXRange(float(np.log10(20)), float(np.log10(20000)), padding=0.01)
        top = max(float(high.max()), float(measured.max()) if measured is not None else -200.0)
        self.plot.setYRange(max(floor, float(low.min())), top + 3, padding=0)

    def table(self) -> list[tuple[str, float]]:
        """Return the drawn curve as numbers: nominal frequency and level (its table equivalent)."""
        if self._result is None:
            return []
        values = self._result.analysis.track.mix
        measured = vector(values, "ltas")
        return [] if measured is None else [(f"{f:g} Hz", float(v)) for f, v in zip(NOMINAL_HZ, measured, strict=True)]


class LoudnessView(QWidget):
    """Momentary and short-term loudness over time, with the integrated loudness as a line."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens
        self._result: Result | None = None
        self._legend = _Legend()
        self._legend.setObjectName("small")
        self.plot = _Plot(_("Loudness over time"), _("Loudness (LUFS)"), _("Time (s)"))
        self.plot.setMouseEnabled(x=True, y=False)
        layout = QVBoxLayout(self)
        layout.addWidget(self._legend)
        layout.addWidget(self.plot, 1)
        self.set_tokens(tokens)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self.plot.set_tokens(tokens)
        self._draw()

    def show_result(self, result: Result) -> None:
        """Show an analysis."""
        self._result = result
        self._draw()

    def _draw(self) -> None:
        self.plot.clear()
        if self._result is None:
            return
        values, tokens = self._result.analysis.track.mix, self._tokens
        lines = []
        top = -70.0
        faint = QColor(tokens.color("quiet"))
        faint.setAlphaF(0.7)
        for name, label, pen, window_s in (
            ("momentary", _("momentary (0.4 s)"), pg.mkPen(faint, width=1), 0.4),
            ("short_term", _("short-term (3 s)"), pg.mkPen(tokens.color("mix"), width=2.5), 3.0),
        ):
            curve = vector(values, name)
            if curve is not None:
                time = window_s + np.arange(curve.size) * REGISTRY[name].hop_s
                self.plot.plot(time, np.maximum(curve, -70), pen=pen)
                lines.append((tokens.quiet if name == "momentary" else tokens.mix, label))
                top = max(top, float(curve.max()))
        whole = scalar(values, "lufs")
        if whole is not None:
            self.plot.addItem(pg.InfiniteLine(whole, angle=0, pen=pg.mkPen(tokens.color("accent"), width=1.5, style=Qt.PenStyle.DashLine)))
            lines.append((tokens.accent, _("integrated {value}").format(value=REGISTRY["lufs"].format(whole))))
            self.plot.setYRange(whole - 24, max(top, whole) + 3, padding=0)
        self.plot.setXRange(0, self._result.analysis.track.duration_s, padding=0.01)
        self._legend.show_lines(lines)
