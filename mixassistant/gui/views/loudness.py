"""Loudness over time: momentary, short-term, integrated, and the references' range of the integrated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from mixassistant.features.descriptor import REGISTRY, Values, scalar, vector
from mixassistant.gui.views.cursor import Cursor
from mixassistant.gui.views.figures import NONE, capital, number, range_text, scalar_range, whose_range
from mixassistant.gui.views.plot import Axis, Legend, Line, Plot, TimeAxis, draw_curve, draw_level, draw_stripe, pen
from mixassistant.gui.views.table import Row
from mixassistant.gui.views.view import View
from mixassistant.gui.widgets.readout import Readout
from mixassistant.gui.widgets.targets import values_of
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis

WINDOW_S = {"momentary": 0.4, "short_term": 3.0}  # EBU Tech 3341; a meter shows a value at the end of its window
QUIETEST_LUFS = -70.0  # BS.1770-5: the absolute gate
BELOW_LU, ABOVE_LU = 24.0, 3.0  # that are shown around the integrated loudness: what is quieter than that is a pause


def _at(values: Values, name: str, time_s: float) -> float:
    """Return a curve's value at a moment as a meter shows it; NaN before its first window has passed."""
    curve = vector(values, name)
    if curve is None:
        return float("nan")
    index = round((time_s - WINDOW_S[name]) / REGISTRY[name].hop_s)
    return float(curve[index]) if 0 <= index < curve.size else float("nan")


class LoudnessView(View):
    """Loudness as a meter shows it, over time."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens, _("Loudness over time"), _("Open a mix to see its loudness over time."))
        self.target.setAccessibleName(_("Show the loudness of"))
        self.target.setToolTip(_("Whose loudness is shown"))
        self.legend = Legend()
        self.plot = Plot(
            _("Loudness over time"),
            _("Loudness over time; the pointer and the arrow keys read it off, the wheel zooms, a double click shows all"),
            Axis("left"), _("Loudness (LUFS)"), TimeAxis("bottom"), _("Time (m:ss)"),
        )  # fmt: skip
        self.readout = Readout(_("Point at the plot, or use the arrow keys, to read loudness off."))
        self.body.addWidget(self.legend)
        self.body.addWidget(self.plot, 1)
        self.body.addWidget(self.readout)
        self.cursor_line = Cursor(self.plot)
        self.cursor_line.moved.connect(self._read_off)
        self._times: NDArray[np.float64] = np.zeros(0)
        self._dress()

    def _dress(self) -> None:
        self.plot.set_tokens(self._tokens)
        self.cursor_line.set_tokens(self._tokens)

    def _draw(self, analysis: Analysis) -> None:
        self.plot.clear()
        tokens, target = self._tokens, self.shown
        values = values_of(analysis.track, target)
        curve = vector(values, "momentary")
        if curve is None:
            found = values.get("momentary")
            reason = found.reason if found is not None else _("not measured")
            self._say(_("There is no loudness over time: {reason}.").format(reason=reason))
            return
        lines = []
        limits = scalar_range(analysis.profile, f"{target}/lufs")
        if limits is not None:
            draw_stripe(self.plot, *limits, tokens)
            lines.append(Line(tokens.band, _("integrated, {range}").format(range=whose_range(analysis.profile)), _("expected")))
        for name, label, short, line, color in (
            ("momentary", _("momentary (0.4 s)"), _("0.4 s"), pen(tokens, "quiet", 1.0, alpha=0.7), tokens.quiet),
            ("short_term", _("short-term (3 s)"), _("3 s"), pen(tokens, target, 2.5), getattr(tokens, target)),
        ):
            curve = vector(values, name)
            if curve is not None:
                time_s = WINDOW_S[name] + np.arange(curve.size) * REGISTRY[name].hop_s
                draw_curve(self.plot, time_s, np.maximum(curve, QUIETEST_LUFS), line)
                lines.append(Line(color, label, short))
        whole = scalar(values, "lufs")
        if whole is not None:
            draw_level(self.plot, whole, pen(tokens, "accent", 1.5, Qt.PenStyle.DashLine))
            lines.append(Line(tokens.accent, _("integrated, {value}").format(value=REGISTRY["lufs"].format(whole)), _("integrated")))
        self._fit(values, whole, limits)
        self.plot.show_span(analysis.track.duration_s)
        self.legend.show_lines(lines)
        hop_s = REGISTRY["momentary"].hop_s
        self._times = np.asarray(np.arange(1, int(analysis.track.duration_s / hop_s) + 1) * hop_s)
        self.cursor_line.set_places(self._times)
        self._read_off()

    def _fit(self, values: Values, whole: float | None, limits: tuple[float, float] | None) -> None:
        highest = max((float(curve.max()) for name in WINDOW_S if (curve := vector(values, name)) is not None), default=0.0)
        middle = highest if whole is None else whole
        low, high = limits or (middle, middle)
        self.plot.setYRange(min(middle - BELOW_LU, low - ABOVE_LU), max(highest, middle, high) + ABOVE_LU, padding=0)

    def _read_off(self) -> None:
        index = self.cursor_line.index
        if self._result is None or not 0 <= index < self._times.size:
            self.readout.say("")
            return
        values, time_s = values_of(self._result.analysis.track, self.shown), float(self._times[index])
        parts = [time_text(time_s, 1)]
        for name, text in (("momentary", _("momentary {level}")), ("short_term", _("short-term {level}"))):
            level = _at(values, name, time_s)
            parts.append(text.format(level=f"{number(level)} LUFS" if np.isfinite(level) else NONE))
        self.readout.say("  ·  ".join(parts))

    def _rows(self, analysis: Analysis) -> list[Row]:
        values = values_of(analysis.track, self.shown)
        rows: list[Row] = [
            (_("Time"), _("Momentary (LUFS)"), _("Short-term (LUFS)"), _("Integrated (LUFS)"), capital(whose_range(analysis.profile)))
        ]
        whole = scalar(values, "lufs")
        integrated = NONE if whole is None else number(whole)
        rows.append((_("Whole"), "", "", integrated, range_text(analysis.profile, f"{self.shown}/lufs")))
        for second in range(1, int(analysis.track.duration_s) + 1):
            levels = (number(_at(values, name, float(second))) for name in WINDOW_S)
            rows.append((time_text(second), *levels, "", ""))
        return rows
