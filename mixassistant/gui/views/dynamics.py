"""Dynamics: how far peaks stand over the loudness as time goes by, and how often it is how loud, against the references."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray

from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.features.dynamics import LEVEL_QUANTILES
from mixassistant.gui.views.figures import (
    NONE,
    Band,
    band_of,
    capital,
    number,
    own_range_name,
    own_range_text,
    range_text,
    scalar_range,
    span,
    vectors_of,
    whose_range,
)  # fmt: skip
from mixassistant.gui.views.peaks_over_loudness import peaks_over_loudness
from mixassistant.gui.views.plot import DASHED, Axis, Legend, Line, Plot, draw_band, draw_curve, draw_level, draw_stripe, pen
from mixassistant.gui.views.table import Row
from mixassistant.gui.views.view import Pane, Panes, View, selector
from mixassistant.gui.widgets.targets import audio_of, has_audio, values_of
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.gui.wording import references_text
from mixassistant.i18n import _
from mixassistant.progress import Progress

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis
    from mixassistant.features.descriptor import Values
    from mixassistant.stems.stem import Song

FACTS = ("psr", "plr", "crest", "dynamic_spread", "lra")
SHARES = 100 * LEVEL_QUANTILES  # %


def _peaks(song: Song, target: str, short_term: NDArray[np.float64], progress: Progress) -> NDArray[np.float64]:
    return peaks_over_loudness(audio_of(song, target, progress), short_term, progress)


def histogram(psr: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the edges of bins of 1 LU and the share of the time in each, in per cent; NaN does not count."""
    known = psr[~np.isnan(psr)]
    if not known.size:
        return np.zeros(0), np.zeros(0)
    edges = np.arange(np.floor(known.min()), np.floor(known.max()) + 2)
    return edges, np.histogram(known, edges)[0] / known.size * 100


class DynamicsView(View):
    """A histogram of PSR, and the distribution of levels."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens, _("Dynamics"), _("Open a mix to see its dynamics against your references."))
        self.target.setAccessibleName(_("Show the dynamics of"))
        self.target.setToolTip(_("Whose dynamics are shown"))
        self.kind = selector(_("Show of the dynamics"), _("Peaks over loudness, or how often it is how loud"))
        self.controls.addWidget(self.kind)
        self.peaks = Pane(
            _("Peaks"),
            _("Peaks over loudness"),
            Plot(
                _("Histogram of peak to short-term loudness"),
                _("How often peaks stand how far over the loudness of their 3 s: the further to the left, the harder a limiter works"),
                Axis("left"), _("Share of the time (%)"), Axis("bottom"), _("True peak over short-term loudness, PSR (LU)"),
            ),
        )  # fmt: skip
        self.levels = Pane(
            _("Levels"),
            _("Distribution of levels"),
            Plot(
                _("Distribution of levels"),
                _("Levels of 50 ms while it plays, from the quiet ones to the loud ones: the flatter the curve, the more even it is"),
                Axis("left"), _("Level over its mean (dB)"), Axis("bottom"), _("Share of the time that is quieter (%)"),
            ),
        )  # fmt: skip
        self.panes = Panes((self.peaks, self.levels), self.kind)
        self.facts = Legend(most_lines=9)
        self.remarks = (self.facts,)
        self.body.addWidget(self.facts)
        self.body.addWidget(self.panes, 1)
        self.body.addWidget(self.panes.readout)
        self._dress()

    def show_place(self, target: str, dimension: str) -> None:
        """Show the mix or a role, and the plot of peaks or of levels."""
        super().show_place(target, dimension)
        self.kind.setCurrentText((self.levels if dimension == "dynamic_spread" else self.peaks).name)

    def _dress(self) -> None:
        for pane in (self.peaks, self.levels):
            pane.set_tokens(self._tokens)

    def _draw(self, analysis: Analysis) -> None:
        values = values_of(analysis.track, self.shown)
        self._draw_levels(analysis, values)
        self.facts.show_lines([Line("", text) for text in self._facts(analysis, values)])
        self._draw_peaks(analysis, values)

    def _facts(self, analysis: Analysis, values: Values) -> list[str]:
        found = []
        for identifier in FACTS:
            value = scalar(values, identifier)
            if value is not None:
                limits = own_range_text(analysis.profile, f"{self.shown}/{identifier}")
                text = f"{REGISTRY[identifier].name} {REGISTRY[identifier].format(value)}"
                found.append(f"{text} ({limits})" if limits else text)
        return [*found, _("(in brackets: {range})").format(range=own_range_name(analysis.profile))] if found else []

    def _psr(self, analysis: Analysis, values: Values) -> NDArray[np.float64] | None:
        """Return PSR over time, have it computed, or write into the legend why there is none."""
        target, legend = self.shown, self.peaks.legend
        short_term = vector(values, "short_term")
        if short_term is None:
            found = values.get("short_term")
            reason = found.reason if found is not None else _("not measured")
            legend.show_lines([Line("", _("There is no short-term loudness: {reason}.").format(reason=reason))])
        elif not has_audio(analysis.song, target):
            legend.show_lines([Line("", _("There is no audio of this stem to find peaks in."))])
        elif self.computation.error_of(target):
            legend.show_lines([Line("", self.computation.error_of(target))])
        elif target in self.computation:
            known: NDArray[np.float64] = self.computation[target]
            return known
        else:
            legend.show_lines([Line("", _("Measuring peaks…"))])
            self.computation.ask(target, partial(_peaks, analysis.song, target, short_term))
        return None

    def _draw_peaks(self, analysis: Analysis, values: Values) -> None:
        plot, tokens, target = self.peaks.plot, self._tokens, self.shown
        self.peaks.clear()
        psr = self._psr(analysis, values)
        if psr is None:
            return
        edges, shares = histogram(psr)
        if not shares.size:
            self.peaks.legend.show_lines([Line("", _("It is too short, or too quiet, for a histogram."))])
            return
        lines = []
        limits = scalar_range(analysis.profile, f"{target}/psr")
        if limits is not None:
            draw_stripe(plot, *limits, tokens, is_upright=True)
            lines.append(Line(tokens.band, _("loudest 3 s: {range}").format(range=whose_range(analysis.profile)), _("expected")))
        color = tokens.color(target)
        color.setAlphaF(0.8)
        plot.addItem(
            pg.BarGraphItem(x0=edges[:-1], x1=edges[1:], height=shares, brush=pg.mkBrush(color), pen=pg.mkPen(tokens.color("panel")))
        )
        lines.append(Line(getattr(tokens, target), _("share of the time"), _("now")))
        whole = scalar(values, "psr")
        if whole is not None:
            draw_level(plot, whole, pen(tokens, "accent", 1.5, DASHED), is_upright=True)
            name = _("loudest 3 s: {value}").format(value=REGISTRY["psr"].format(whole))
            lines.append(Line(tokens.accent, name, _("loudest 3 s"), DASHED))
        marks = [float(edges[0]), float(edges[-1]), *(limits or ()), *([whole] if whole is not None else [])]
        plot.setXRange(min(marks) - 1, max(marks) + 1, padding=0)
        plot.setYRange(0, float(shares.max()) * 1.08, padding=0)
        self.peaks.legend.show_lines(lines)
        self.peaks.set_reading((edges[:-1] + edges[1:]) / 2, partial(_share_text, edges, shares))

    def _draw_levels(self, analysis: Analysis, values: Values) -> None:
        plot, tokens, target = self.levels.plot, self._tokens, self.shown
        self.levels.clear()
        own = vector(values, "level_quantiles")
        rows = vectors_of(analysis.profile, target, "level_quantiles")
        lines = []
        band = band_of(analysis.profile, target, "level_quantiles")
        if band is not None:
            draw_band(plot, SHARES, band[0], band[2], tokens)
            draw_curve(plot, SHARES, band[1], pen(tokens, "quiet", 1.0, DASHED))
            lines.append(Line(tokens.band, _("references, 10–90 %"), _("references")))
            lines.append(Line(tokens.quiet, _("their median"), _("median"), DASHED))
        elif len(rows):
            for row in rows:
                draw_curve(plot, SHARES, row, pen(tokens, "quiet", 1.0, DASHED))
            lines.append(Line(tokens.quiet, references_text(len(rows)), None, DASHED))
        if own is not None:
            draw_curve(plot, SHARES, own, pen(tokens, target, 2.5))
            lines.append(Line(getattr(tokens, target), _("now")))
        else:
            found = values.get("level_quantiles")
            lines.append(Line("", _("Not measured: {reason}.").format(reason=found.reason) if found is not None else _("Not measured.")))
        plot.setXRange(0, 100, padding=0)
        plot.enableAutoRange(axis="y")
        self.levels.legend.show_lines(lines)
        if own is not None:
            self.levels.set_reading(SHARES, partial(_level_text, own, band))

    def _rows(self, analysis: Analysis) -> list[Row]:
        target, profile = self.shown, analysis.profile
        values = values_of(analysis.track, target)
        rows: list[Row] = [(_("What"), _("Where"), _("Value"), capital(own_range_name(profile)), capital(whose_range(profile)))]
        for identifier in FACTS:
            value = scalar(values, identifier)
            if value is not None:
                descriptor = REGISTRY[identifier]
                key = f"{target}/{identifier}"
                rows.append((descriptor.name, "", descriptor.format(value), own_range_text(profile, key), range_text(profile, key)))
        if target in self.computation:
            edges, shares = histogram(self.computation[target])
            for low, share in zip(edges[:-1], shares, strict=True):
                rows.append((_("Share of the time with a PSR of"), span(low, low + 1, "LU", 0), f"{number(float(share))} %", "", ""))
        own, band = vector(values, "level_quantiles"), band_of(profile, target, "level_quantiles")
        for index, share in enumerate(SHARES):
            if own is not None:
                limits = "" if band is None else span(float(band[0][index]), float(band[2][index]), "dB")
                value_text = f"{number(float(own[index]))} dB" if np.isfinite(own[index]) else NONE
                rows.append((_("Level over its mean that is above the others for"), f"{share:.0f} %", value_text, limits, ""))
        return rows


def _share_text(edges: NDArray[np.float64], shares: NDArray[np.float64], index: int, _row: int) -> str:
    """Return a bin of the histogram and how often that is so."""
    stretch = span(float(edges[index]), float(edges[index + 1]), "LU", 0)
    return "  ·  ".join((_("PSR {range}").format(range=stretch), _("{share} % of the time").format(share=number(float(shares[index])))))


def _level_text(own: NDArray[np.float64], band: Band | None, index: int, _row: int) -> str:
    """Return the level that is not exceeded for a share of the time, and the references'."""
    parts = [
        _("{share} % of the time is quieter than").format(share=number(float(SHARES[index]), 0)),
        _("{level} dB over the mean").format(level=number(float(own[index]))),
    ]
    if band is not None:
        parts.append(_("references {range}").format(range=span(float(band[0][index]), float(band[2][index]), "dB")))
    return "  ·  ".join((" ".join(parts[:2]), *parts[2:]))
