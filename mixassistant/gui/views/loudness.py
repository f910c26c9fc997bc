"""Loudness over time: momentary, short-term, integrated and of each section, with the references' range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from mixassistant.features.descriptor import REGISTRY, Values, scalar, vector
from mixassistant.gui.background.song_structure import section_text
from mixassistant.gui.views.cursor import Cursor
from mixassistant.gui.views.figures import NONE, capital, number, range_text, scalar_range, whose_range
from mixassistant.gui.views.overlays import REFERENCE_COLOR
from mixassistant.gui.views.plot import DASHED, Axis, Legend, Line, draw_band, draw_curve, draw_level, draw_stripe, pen
from mixassistant.gui.views.section_choice import SectionChoice
from mixassistant.gui.views.section_figures import Alike, alike_sections, level_lines, loudness_line
from mixassistant.gui.views.table import Row
from mixassistant.gui.views.time_plot import TimePlot
from mixassistant.gui.views.view import LOW, LOWEST, View
from mixassistant.gui.widgets.readout import Readout
from mixassistant.gui.widgets.targets import values_of
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.gui.wording import breakable
from mixassistant.i18n import _
from mixassistant.report.wording import role_name
from mixassistant.stems.stem import ROLES

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis
    from mixassistant.features.track import MeasuredSection, MeasuredTrack

WINDOW_S = {"momentary": 0.4, "short_term": 3.0}  # EBU Tech 3341; a meter shows a value at the end of its window
REFERENCE_STEP_S = 0.25  # of the curve of a reference, which is told over 3 s
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
        self.plot = TimePlot(
            _("Loudness over time"),
            _("Loudness over time; pointer and arrow keys read it off, a click seeks, the wheel zooms, a double click shows all"),
            Axis("left"), _("Loudness (LUFS)"),
        )  # fmt: skip
        self._follow(self.plot)
        self.section: SectionChoice = SectionChoice()
        self.controls.addWidget(self.section)
        self.section_told, self.levels_told = Readout(""), Readout("")
        self.readout = Readout(_("Point, or use the arrow keys, to read loudness off."))
        self.body.addWidget(self.legend)
        self.body.addWidget(self.plot, 1)
        self.body.addWidget(self.section_told)
        self.body.addWidget(self.levels_told)
        self.body.addWidget(self.readout)
        self.cursor_line = Cursor(self.plot)
        self.cursor_line.moved.connect(self._read_off)
        self._times: NDArray[np.float64] = np.zeros(0)
        self._dress()

    def _dress(self) -> None:
        self.plot.set_tokens(self._tokens)
        self.cursor_line.set_tokens(self._tokens)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the line below the plot to the section that is chosen where there is room for one line alone."""
        super().resizeEvent(event)
        self._fit_told()

    def _tell(self, track: MeasuredTrack, alike: Alike | None, section: MeasuredSection) -> None:
        """Say what is known of a section: of the mix its loudness and how its roles lie, of a role how that lies."""
        name, levels = section_text(section), level_lines(track, alike, section, self.shown)
        loud = loudness_line(track, alike, section) if self.shown == "mix" else ""
        firsts = (loud,) if loud else levels
        self.section_told.say(*(f"{name}   {first}" for first in firsts))
        self.levels_told.say(*(levels if loud else ("",)))

    def _fit_told(self) -> None:
        is_chosen = self._result is not None and self.section.measured(self._result.analysis.track) is not None
        self.section_told.setVisible(is_chosen and self.height() >= LOWEST)
        self.levels_told.setVisible(is_chosen and self.height() >= LOW and bool(self.levels_told.accessibleName()))
        self.readout.setVisible(self.height() >= (LOW if is_chosen else LOWEST))

    def _draw(self, analysis: Analysis) -> None:
        self.plot.clear()
        self.section.setVisible(self.section.is_needed)
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
                lines.append(Line(color, label, short, Qt.PenStyle.SolidLine))
        whole = scalar(values, "lufs")
        if whole is not None:
            draw_level(self.plot, whole, pen(tokens, "accent", 1.5, DASHED))
            name = _("integrated, {value}").format(value=REGISTRY["lufs"].format(whole))
            lines.append(Line(tokens.accent, name, _("integrated"), DASHED))
        lines += self._draw_sections(analysis)
        lines += self._draw_reference(analysis)
        self._fit_told()
        self._fit(values, whole, limits)
        self.plot.show_span(analysis.track.duration_s)
        self.legend.show_lines(lines)
        hop_s = REGISTRY["momentary"].hop_s
        self._times = np.asarray(np.arange(1, int(analysis.track.duration_s / hop_s) + 1) * hop_s)
        self.cursor_line.set_places(self._times)
        self._read_off()

    def _draw_sections(self, analysis: Analysis) -> list[Line]:
        """Draw the loudness of each section, and the range of the references' sections of the chosen one's kind; return the legend."""
        tokens, track, chosen = self._tokens, analysis.track, self.section.measured(analysis.track)
        lines = []
        if chosen is not None:
            edges = (chosen.start_s, chosen.end_s)
            alike = alike_sections(analysis.profile, chosen.kind)
            self._tell(track, alike, chosen)
            limits = None if alike is None or self.shown != "mix" else alike.range("lufs")
            if alike is not None and limits is not None:
                low, high = limits
                draw_band(self.plot, edges, (low, low), (high, high), tokens)
                lines.append(Line(tokens.band, _("{sections}, 10–90 %").format(sections=alike.name), ""))
            for edge_s in edges:
                draw_level(self.plot, edge_s, pen(tokens, "accent", 1.0, Qt.PenStyle.DotLine), is_upright=True)
        if self.shown != "mix":
            return lines
        for section in track.sections:
            level = scalar(section.values, "lufs")
            if level is not None:
                is_chosen = section is chosen
                line = pen(tokens, "accent" if is_chosen else "high", 4.0 if is_chosen else 2.0)
                draw_curve(self.plot, (section.start_s, section.end_s), (level, level), line)
        return [*lines, Line(tokens.high, _("integrated, by section"), "")] if track.sections else lines

    def _linked(self, moments_s: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Return the reference's short-term loudness at the places that are linked with moments of the mix; None without one."""
        reference, link = self._reference, self._link
        if reference is None or reference.track is None or link is None:
            return None
        values = values_of(reference.track, self.shown)
        if vector(values, "short_term") is None:
            return None
        return np.array([_at(values, "short_term", link.reference_at(float(moment))) for moment in moments_s])

    def _draw_reference(self, analysis: Analysis) -> list[Line]:
        """Draw the loudness of the reference that can be heard along the time that is linked with it; return the legend."""
        moments_s = np.arange(0.0, analysis.track.duration_s, REFERENCE_STEP_S)
        levels = self._linked(moments_s)
        if levels is None or self._reference is None:
            return []
        draw_curve(
            self.plot, moments_s, np.maximum(levels, QUIETEST_LUFS), pen(self._tokens, REFERENCE_COLOR, 1.5, Qt.PenStyle.DashDotLine)
        )
        name = _("{name}, short-term, at the linked places").format(name=breakable(self._reference.name))
        return [Line(getattr(self._tokens, REFERENCE_COLOR), name, _("C"))]

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
        section = next((s for s in self._result.analysis.track.sections if s.start_s <= time_s < s.end_s), None)
        level = None if section is None else scalar(section.values, "lufs")
        if section is not None:
            loud = f" {REGISTRY['lufs'].format(level)}" if level is not None and self.shown == "mix" else ""
            parts.append(section_text(section) + loud)
        for name, text in (("momentary", _("momentary {level}")), ("short_term", _("short-term {level}"))):
            at = _at(values, name, time_s)
            parts.append(text.format(level=f"{number(at)} LUFS" if np.isfinite(at) else NONE))
        linked = self._linked(np.array([time_s]))
        if linked is not None:
            parts.append(_("C {level}").format(level=f"{number(float(linked[0]))} LUFS" if np.isfinite(linked[0]) else NONE))
        self.readout.say("  ·  ".join(parts))

    def _rows(self, analysis: Analysis) -> list[Row]:
        values = values_of(analysis.track, self.shown)
        roles = [role for role in ROLES if any(role in section.levels for section in analysis.track.sections)]
        roles = [role for role in roles if self.shown in ("mix", role)]
        other = () if self._reference is None else ("",)
        blank = (*other, *("",) * len(roles))
        rows: list[Row] = [
            (
                _("Time"), _("Momentary (LUFS)"), _("Short-term (LUFS)"), _("Integrated (LUFS)"), capital(whose_range(analysis.profile)),
                *([_("{name}, short-term (LUFS)").format(name=self._reference.name)] if self._reference is not None else []),
                *(_("{name} to the rest (LU)").format(name=role_name(role)) for role in roles),
            )
        ]  # fmt: skip
        whole = scalar(values, "lufs")
        integrated = NONE if whole is None else number(whole)
        rows.append((_("Whole"), "", "", integrated, range_text(analysis.profile, f"{self.shown}/lufs"), *blank))
        for section in analysis.track.sections:
            loud = scalar(section.values, "lufs") if self.shown == "mix" else None
            levels = [number(section.levels[role]) if role in section.levels else NONE for role in roles]
            stretch = f"{time_text(section.start_s)} – {time_text(section.end_s)}  {section_text(section)}"
            rows.append((stretch, "", "", "" if loud is None else number(loud), "", *other, *levels))
        seconds = range(1, int(analysis.track.duration_s) + 1)
        linked = self._linked(np.array(seconds, float)) if other else None
        for second in seconds:
            levels = [number(_at(values, name, float(second))) for name in WINDOW_S]
            also = (number(float(linked[second - 1])) if linked is not None else NONE,) if other else ()
            rows.append((time_text(second), *levels, "", "", *also, *("",) * len(roles)))
        return rows
