"""Stereo: where the sound lies, how alike the channels are as time goes by, and how wide each band is against the references."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QPushButton

from mixassistant.features.bands import CENTRES_HZ, EDGES_HZ, NOMINAL_HZ
from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.features.stereo import WIDTH_FLOOR_DB
from mixassistant.gui.views.colors import single_ramp
from mixassistant.gui.views.figures import (
    NONE,
    Band,
    band_of,
    capital,
    hertz,
    number,
    own_range_name,
    own_range_text,
    range_text,
    scalar_range,
    span,
    whose_range,
)  # fmt: skip
from mixassistant.gui.views.mid_side import Levels, mid_side
from mixassistant.gui.views.overlays import REFERENCE_COLOR
from mixassistant.gui.views.plot import (
    DASHED,
    TICK_HEIGHT,
    TICK_WIDTH,
    Axis,
    FrequencyAxis,
    Legend,
    Line,
    Plot,
    draw_band,
    draw_curve,
    draw_level,
    draw_stripe,
    pen,
)
from mixassistant.gui.views.stereo_image import CELLS, StereoImage, stereo_image
from mixassistant.gui.views.table import Row
from mixassistant.gui.views.time_plot import TimePlot
from mixassistant.gui.views.view import NARROW, Pane, Panes, View, selector
from mixassistant.gui.widgets.targets import audio_of, has_audio, values_of
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.gui.wording import breakable
from mixassistant.i18n import _
from mixassistant.progress import Progress

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis
    from mixassistant.features.descriptor import Values
    from mixassistant.stems.stem import Song

FACTS = ("width", "correlation", "mono_loss", "balance", "low_mono_share")
MID_SIDE_RANGE_DB = 66.0  # below the loudest: what lies deeper is not heard
NARROWEST_DB = -45.0  # what is drawn of a width: a band that is narrower sounds mono
GAP_SHARE = 0.15  # of a third octave that is left between two bars


def _image(song: Song, target: str, progress: Progress) -> StereoImage | None:
    audio = audio_of(song, target, progress)
    return stereo_image(audio, progress) if audio.channels == 2 else None


class FullScaleAxis(Axis):
    """Amplitudes: beyond full scale there are none to be labelled, however wide the plot is."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return the step of the ticks: as fine as there is room for the labels."""
        room = max(size / max(high - low, 1e-9), 1e-9)  # px that an amplitude of 1 takes
        least = TICK_WIDTH if self.orientation == "bottom" else TICK_HEIGHT
        return [(next((step for step in (0.1, 0.2, 0.5) if step * room >= least), 1.0), 0.0)]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the ticks from −1 to 1."""
        found = super().tickValues(low, high, size)
        return [(step, [float(value) for value in values if abs(value) < 1.001]) for step, values in found]


class StereoView(View):
    """A goniometer, correlation over time, and width per band."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens, _("Stereo"), _("Open a mix to see its stereo image against your references."))
        self.target.setAccessibleName(_("Show the stereo image of"))
        self.target.setToolTip(_("Whose stereo image is shown"))
        self.kind = selector(_("Show of the stereo image"), _("The goniometer, correlation over time, or width per band"))
        self.controls.addWidget(self.kind)
        self.goniometer = Pane(
            _("Goniometer"),
            _("Goniometer"),
            Plot(
                _("Goniometer"),
                _("How often samples lie where: upright is the middle, across is the sides, the dotted lines are left and right alone"),
                FullScaleAxis("left"), _("Mid (1 is full scale)"), FullScaleAxis("bottom"), _("Left – Side – Right"),
            ),
        )  # fmt: skip
        self.goniometer.plot.setAspectLocked(True)
        over_time = TimePlot(
            _("Correlation over time"),
            _("Correlation of the channels over 1 s: 1 is mono, 0 unrelated, below 0 the channels cancel in mono"),
            Axis("left"),
            _("Correlation"),
        )
        self._follow(over_time)
        self.correlation = Pane(
            _("Correlation"),
            _("Correlation"),
            over_time,
        )
        self.width_bands = Pane(
            _("Width per band"),
            _("Width per band"),
            Plot(
                _("Stereo width per band"),
                _("Side over mid energy per third octave: the higher, the wider; 0 dB is as much side as mid"),
                Axis("left"), _("Side over mid (dB)"), FrequencyAxis("bottom"), _("Frequency (Hz)"),
            ),
        )  # fmt: skip
        self.mid_side = QPushButton(_("Mid / side"))
        self.mid_side.setCheckable(True)
        self.mid_side.setAccessibleName(_("Spectra of mid and side"))
        self.mid_side.setToolTip(_("Show the spectra of mid and side in the place of the width per band (Ctrl+M)"))
        self.mid_side.toggled.connect(lambda _on: self._turn_to_bands())
        shortcut = QShortcut(QKeySequence("Ctrl+M"), self, self.mid_side.toggle)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)  # PySide passes over `context=` beside a callable
        self.controls.addWidget(self.mid_side)
        self.mid_side.hide()  # until there is seen to be room for it
        self.panes = Panes((self.goniometer, self.correlation, self.width_bands), self.kind)
        self.facts = Legend(most_lines=9)
        self.remarks = (self.facts,)
        self.body.addWidget(self.facts)
        self.body.addWidget(self.panes, 1)
        self.body.addWidget(self.panes.readout)
        self.image = pg.ImageItem(axisOrder="row-major")
        self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the row above to the selectors where there is no room for more; the key stays."""
        super().resizeEvent(event)
        self.mid_side.setVisible(self.width() >= NARROW)

    def _turn_to_bands(self) -> None:
        """Show the plot that has changed, where there is room for one alone."""
        self.kind.setCurrentText(self.width_bands.name)
        self.refresh()

    def show_place(self, target: str, dimension: str) -> None:
        """Show the mix or a role, and its width per band."""
        super().show_place(target, dimension)
        self.kind.setCurrentText(self.width_bands.name)

    def _dress(self) -> None:
        for pane in (self.goniometer, self.correlation, self.width_bands):
            pane.set_tokens(self._tokens)

    def _draw(self, analysis: Analysis) -> None:
        values, target = values_of(analysis.track, self.shown), self.shown
        if analysis.track.channels == 1:
            self._say(_("The mix is mono: it has no stereo image."))
            return
        facts = []
        for identifier in FACTS:
            value = scalar(values, identifier)
            if value is not None:
                limits = own_range_text(analysis.profile, f"{target}/{identifier}")
                text = f"{REGISTRY[identifier].name} {REGISTRY[identifier].format(value)}"
                facts.append(Line("", f"{text} ({limits})" if limits else text))
        self.facts.show_lines([*facts, Line("", _("(in brackets: {range})").format(range=own_range_name(analysis.profile)))])
        is_mid_side = self.mid_side.isChecked()
        self.width_bands.title.setText(_("Mid and side") if is_mid_side else _("Width per band"))
        self.width_bands.plot.name_axes((_("Relative level (dB)") if is_mid_side else _("Side over mid (dB)"),), (_("Frequency (Hz)"),))
        if is_mid_side:
            self._draw_mid_side(values)
        else:
            self._draw_width(analysis, values)
        self._draw_image(analysis)

    def _draw_image(self, analysis: Analysis) -> None:
        target, panes = self.shown, (self.goniometer, self.correlation)
        for pane in panes:
            pane.clear()
        why = ""
        if not has_audio(analysis.song, target):
            why = _("There is no audio of this stem to draw.")
        elif self.computation.error_of(target):
            why = self.computation.error_of(target)
        elif target not in self.computation:
            why = _("Measuring the stereo image…")
            self.computation.ask(target, partial(_image, analysis.song, target))
        found: StereoImage | None = None if why else self.computation[target]
        if found is None:
            for pane in panes:
                pane.legend.show_lines([Line("", why or _("It is mono: it has no stereo image."))])
            return
        self._draw_goniometer(found)
        self._draw_correlation(analysis, found)

    def _draw_goniometer(self, found: StereoImage) -> None:
        plot, tokens = self.goniometer.plot, self._tokens
        self.image.setLookupTable(single_ramp(tokens, self.shown))
        self.image.setImage(found.density, autoLevels=False, levels=(0, 255))
        extent = max(found.extent, 1e-3)
        self.image.setRect(QRectF(-extent, -extent, 2 * extent, 2 * extent))
        plot.addItem(self.image)
        for way in (-1, 1):
            draw_curve(plot, [-way * extent, way * extent], [-extent, extent], pen(tokens, "quiet", 1.0, Qt.PenStyle.DotLine))
            letter = pg.TextItem("L" if way < 0 else "R", color=tokens.quiet, anchor=(0.5, 0.5))
            letter.setPos(way * 0.93 * extent, 0.8 * extent)
            plot.addItem(letter)
        plot.setRange(QRectF(-extent, -extent, 2 * extent, 2 * extent), padding=0.02)
        meaning = _("the darker, the more often") if tokens.name == "light" else _("the brighter, the more often")
        self.goniometer.legend.show_lines([Line(getattr(tokens, self.shown), meaning)])
        cells = np.linspace(-extent, extent, CELLS)
        self.goniometer.set_reading(cells, partial(_text_in_image, found, cells), cells)

    def _draw_correlation(self, analysis: Analysis, found: StereoImage) -> None:
        plot, tokens, target = self.correlation.plot, self._tokens, self.shown
        lines = []
        limits = scalar_range(analysis.profile, f"{target}/correlation")
        if limits is not None:
            draw_stripe(plot, max(limits[0], -1.0), min(limits[1], 1.0), tokens)
            lines.append(Line(tokens.band, _("whole song, {range}").format(range=whose_range(analysis.profile)), _("expected")))
        draw_level(plot, 0.0, pen(tokens, "warning", 1.0, DASHED))
        if found.correlation.size:
            draw_curve(plot, found.times_s, found.correlation, pen(tokens, target, 1.5))
        lines.append(Line(getattr(tokens, target), _("now, over 1 s"), _("now")))
        lines.append(Line(tokens.warning, _("below: cancels in mono"), _("cancels in mono"), DASHED))
        plot.show_span(analysis.track.duration_s)
        plot.setYRange(-1.08, 1.05, padding=0)
        self.correlation.legend.show_lines(lines)
        self.correlation.set_reading(found.times_s, partial(_correlation_text, found))

    def _draw_width(self, analysis: Analysis, values: Values) -> None:
        plot, tokens, target = self.width_bands.plot, self._tokens, self.shown
        self.width_bands.clear()
        own, band = vector(values, "width_bands"), band_of(analysis.profile, target, "width_bands")
        if own is None:
            found = values.get("width_bands")
            reason = found.reason if found is not None else _("not measured")
            self.width_bands.legend.show_lines([Line("", _("There is no width per band: {reason}.").format(reason=reason))])
            return
        lines = []
        edges = np.log10(EDGES_HZ)
        gap = GAP_SHARE * (edges[1] - edges[0]) / 2
        if band is not None:
            low, high = (np.maximum(limit, NARROWEST_DB) for limit in (band[0], band[2]))
            draw_band(plot, np.log10(CENTRES_HZ), low, high, tokens)
            lines.append(Line(tokens.band, _("references, 10–90 %"), _("references")))
        height = np.maximum(own - NARROWEST_DB, 0.0)
        color = tokens.color(target)
        color.setAlphaF(0.75)
        bars = {"x0": edges[:-1] + gap, "x1": edges[1:] - gap, "y0": NARROWEST_DB, "height": height}
        plot.addItem(pg.BarGraphItem(**bars, brush=pg.mkBrush(color), pen=pg.mkPen(None)))
        lines.append(Line(getattr(tokens, target), _("now")))
        if band is not None:  # over the bars, so that both are seen
            for limit in (band[0], band[2]):
                draw_curve(plot, np.log10(CENTRES_HZ), np.maximum(limit, NARROWEST_DB), pen(tokens, "quiet", 1.0))
        other = self._of_reference("width_bands")
        if other is not None:
            draw_curve(plot, np.log10(CENTRES_HZ), np.maximum(other, NARROWEST_DB), pen(tokens, REFERENCE_COLOR, 2.0))
            lines.append(self._reference_line())
        tops = [float(levels.max()) + 3 for levels in (own, other, band[2] if band is not None else None) if levels is not None]
        top = max(3.0, *tops)
        plot.setXRange(float(edges[0]), float(edges[-1]), padding=0)
        plot.setYRange(NARROWEST_DB, top, padding=0)
        self.width_bands.legend.show_lines(lines)
        self.width_bands.set_reading(np.log10(CENTRES_HZ), partial(_width_text, own, band, other))

    def _of_reference(self, identifier: str) -> NDArray[np.float64] | None:
        """Return what was measured per band of the reference that can be heard; None without one."""
        track = None if self._reference is None else self._reference.track
        return None if track is None else vector(values_of(track, self.shown), identifier)

    def _reference_line(self) -> Line:
        name = "" if self._reference is None else self._reference.name
        return Line(getattr(self._tokens, REFERENCE_COLOR), breakable(name), _("C"))

    def _draw_mid_side(self, values: Values) -> None:
        """Draw the spectra of mid and side, and those of the reference that can be heard."""
        plot, tokens, x = self.width_bands.plot, self._tokens, np.log10(CENTRES_HZ)
        self.width_bands.clear()
        own = mid_side(values)
        if own is None:
            self.width_bands.legend.show_lines([Line("", _("Mid and side were not measured."))])
            return
        track = None if self._reference is None else self._reference.track
        other = None if track is None else mid_side(values_of(track, self.shown))
        top = float(np.nanmax(own[0], initial=-60.0))
        lines = [Line(getattr(tokens, self.shown), _("mid")), Line(tokens.after, _("side, dashed"), _("side"))]
        styles = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)
        for levels, style, color in zip(own, styles, (self.shown, "after"), strict=True):
            draw_curve(plot, x, np.maximum(levels, top - MID_SIDE_RANGE_DB), pen(tokens, color, 2.5, style))
        if other is not None:
            for levels, style in zip(other, styles, strict=True):
                draw_curve(plot, x, np.maximum(levels, top - MID_SIDE_RANGE_DB), pen(tokens, REFERENCE_COLOR, 1.5, style))
            lines.append(self._reference_line())
        plot.setXRange(float(x[0]), float(x[-1]), padding=0)
        plot.setYRange(top - MID_SIDE_RANGE_DB, top + 3, padding=0)
        self.width_bands.legend.show_lines(lines)
        self.width_bands.set_reading(x, partial(_mid_side_text, own, other))

    def _rows(self, analysis: Analysis) -> list[Row]:
        target, profile, reference = self.shown, analysis.profile, self._reference
        values = values_of(analysis.track, target)
        others = values_of(reference.track, target) if reference is not None and reference.track is not None else {}
        rows: list[Row] = [(_("What"), _("Where"), _("Value"), capital(own_range_name(profile)), capital(whose_range(profile)))]
        also = [NONE if reference is None else reference.name]  # of each row, where there is a reference to hear
        for identifier in FACTS:
            value = scalar(values, identifier)
            if value is not None:
                descriptor = REGISTRY[identifier]
                key, other = f"{target}/{identifier}", scalar(others, identifier)
                rows.append((descriptor.name, "", descriptor.format(value), own_range_text(profile, key), range_text(profile, key)))
                also.append(NONE if other is None else descriptor.format(other))
        own, band, other_width = vector(values, "width_bands"), band_of(profile, target, "width_bands"), vector(others, "width_bands")
        for index, frequency in enumerate(NOMINAL_HZ):
            if own is not None:
                limits = "" if band is None else span(float(band[0][index]), float(band[2][index]), "dB")
                rows.append((REGISTRY["width_bands"].name, hertz(frequency), _width(float(own[index])), limits, ""))
                also.append(NONE if other_width is None else _width(float(other_width[index])))
        parted, others_parted = mid_side(values), mid_side(others)
        for place, name in enumerate((_("Mid"), _("Side"))):
            for index, frequency in enumerate(NOMINAL_HZ):
                if parted is not None:
                    rows.append((name, hertz(frequency), _level(parted[place][index]), "", ""))
                    also.append(NONE if others_parted is None else _level(others_parted[place][index]))
        found: StereoImage | None = self.computation.get(target)
        if found is not None:
            for time_s, value in list(zip(found.times_s, found.correlation, strict=True))[::10]:
                text = number(float(value), 2) if np.isfinite(value) else NONE
                rows.append((_("Correlation over 1 s"), time_text(float(time_s), 1), text, "", ""))
                also.append("")
        return rows if reference is None else [(*row, text) for row, text in zip(rows, also, strict=True)]


def _level(level_db: float) -> str:
    return f"{number(float(level_db))} dB" if np.isfinite(level_db) else NONE


def _text_in_image(found: StereoImage, cells: NDArray[np.float64], column: int, row: int) -> str:
    """Return where a cell of the goniometer lies, and how dark it is drawn."""
    side, mid = float(cells[column]), float(cells[row])
    parts = (
        _("mid {mid}, side {side}").format(mid=number(mid, 2), side=number(side, 2)),
        _("left {left}, right {right}").format(left=number(mid - side, 2), right=number(mid + side, 2)),
        _("how often, on the scale of the picture: {share} %").format(share=number(found.density[row, column] / 255 * 100, 0)),
    )
    return "  ·  ".join(parts)


def _correlation_text(found: StereoImage, index: int, _row: int) -> str:
    """Return the correlation around a moment."""
    moment = time_text(float(found.times_s[index]), 1)
    return "  ·  ".join((moment, _("correlation {value}").format(value=number(float(found.correlation[index]), 2))))


def _width(level_db: float) -> str:
    return _("mono") if level_db <= WIDTH_FLOOR_DB else f"{number(level_db)} dB"


def _mid_side_text(own: tuple[Levels, Levels], other: tuple[Levels, Levels] | None, index: int, _row: int) -> str:
    """Return mid and side of a third octave, and the reference's."""
    parts = [hertz(NOMINAL_HZ[index])]
    for mid, side, text in (
        (*own, _("mid {mid}, side {side}")),
        *([(*other, _("C: mid {mid}, side {side}"))] if other is not None else []),
    ):
        parts.append(text.format(mid=_level(mid[index]), side=_level(side[index])))
    return "  ·  ".join(parts)


def _width_text(own: NDArray[np.float64], band: Band | None, other: NDArray[np.float64] | None, index: int, _row: int) -> str:
    """Return the width of a third octave, and the references'."""
    parts = [hertz(NOMINAL_HZ[index]), _("now {level}").format(level=_width(float(own[index])))]
    if band is not None:
        parts.append(_("references {range}").format(range=span(float(band[0][index]), float(band[2][index]), "dB")))
    if other is not None:
        parts.append(_("C {level}").format(level=_width(float(other[index]))))
    return "  ·  ".join(parts)
