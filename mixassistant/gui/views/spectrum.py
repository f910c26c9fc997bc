"""The spectrum of the mix or a role against the profile's range, and the curve after the suggestions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton

from mixassistant.features.bands import BROAD_HZ, CENTRES_HZ, NOMINAL_HZ
from mixassistant.features.descriptor import vector
from mixassistant.gui.background.song_structure import section_text
from mixassistant.gui.views.cursor import Cursor
from mixassistant.gui.views.figures import NONE, number, whose_range
from mixassistant.gui.views.fine_bands import centres_hz
from mixassistant.gui.views.move_layer import ONE_REFERENCE, MoveLayer, rests_on
from mixassistant.gui.views.overlays import LIVE, Overlays
from mixassistant.gui.views.plot import DASHED, DOTTED, Axis, FrequencyAxis, Legend, Line, Plot, draw_band, draw_curve, pen
from mixassistant.gui.views.section_choice import SectionChoice
from mixassistant.gui.views.section_figures import KINDS_OF, Alike, alike_sections
from mixassistant.gui.views.set_moves import SetMoves
from mixassistant.gui.views.spectrum_curves import Curves, fine_of, known, text_at
from mixassistant.gui.views.table import Row
from mixassistant.gui.views.view import NARROW, View, selector
from mixassistant.gui.widgets.readout import Readout
from mixassistant.gui.widgets.targets import has_audio, values_of
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.gui.wording import breakable, references_text
from mixassistant.i18n import _
from mixassistant.profiles.separation_error import separation_error
from mixassistant.report.wording import role_name

if TYPE_CHECKING:
    from mixassistant.advice.suggestion import Move
    from mixassistant.analysis import Analysis
    from mixassistant.features.track import MeasuredSection, Section
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.player.link import Link
    from mixassistant.gui.player.rendering import Reference

RANGE_DB = 66.0  # below the profile's highest median: what lies deeper is not heard
ROOMY = 320  # px: a lower view leaves to its plot what the numbers of a band would take; its keys and its readout stay
NOTED = 640  # px: a narrower view does not say how many references there are
NAME_LENGTH = 10  # letters of a reference's name that are seen at least
SOLID, DASH_DOTTED = Qt.PenStyle.SolidLine, Qt.PenStyle.DashDotLine
COARSE = 3  # bands per octave that the analysis and the profile have


class SpectrumView(View):
    """The spectrum in 1/3, 1/6 or 1/12 octaves."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens, _("Spectrum"), _("Open a mix to see its spectrum against your references."))
        self.target.setAccessibleName(_("Show the spectrum of"))
        self.target.setToolTip(_("Whose spectrum is shown"))
        self.resolution = selector(
            _("Resolution of the spectrum"), _("How fine the measured curve is; the references are known in 1/3 octaves")
        )
        for per_octave in (3, 6, 12):
            self.resolution.addItem(_("1/{count} octave").format(count=per_octave), per_octave)
        self.resolution.currentIndexChanged.connect(lambda _index: self.refresh())
        self.controls.addWidget(self.resolution)
        self.other = selector(_("Draw a reference"), _("A reference whose own curve is drawn beside this mix"))
        self.other.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.other.setMinimumContentsLength(NAME_LENGTH)
        self.other.currentIndexChanged.connect(lambda _index: self.refresh())
        self.controls.addWidget(self.other)
        self.live = QPushButton(_("Live"))
        self.live.setCheckable(True)
        self.live.setAccessibleName(_("Spectrum of what is heard"))
        self.live.setToolTip(_("Draw the spectrum of what is heard while it plays, over 0.3 s, relative to its own level (Ctrl+L)"))
        self.live.clicked.connect(self.live_wanted)
        self.section: SectionChoice = SectionChoice()
        self.controls.addWidget(self.section)
        self.controls.addWidget(self.live)
        self.live.hide()  # until there is seen to be room for it; its key is everywhere
        self.plot = Plot(
            _("Spectrum against the profile"),
            _("Levels relative to its own level; the pointer and the arrow keys read them off"),
            Axis("left"), _("Relative level (dB)"), FrequencyAxis("bottom"), _("Frequency (Hz)"),
        )  # fmt: skip
        self.readout = Readout(_("Point, or use the arrow keys, to read levels off."))
        self.note = QLabel()
        self.note.setObjectName("small")
        self.note.setToolTip(_("What the range of the references rests on"))
        self.legend = Legend()
        bottom = QHBoxLayout()
        bottom.addWidget(self.readout, 1)
        bottom.addWidget(self.note)
        self.body.addWidget(self.legend)
        self.body.addWidget(self.plot, 1)
        self.body.addLayout(bottom)
        self.cursor_line = Cursor(self.plot)
        self.cursor_line.moved.connect(self._read_off)
        self.moves = MoveLayer(self.plot)
        self.moves.shaped.connect(self.shaped)
        self.moves.ended.connect(self.shaping_ended)
        self.moves.told_changed.connect(self._read_off)
        self.moves.measured.connect(self._on_measured)
        self.body.addWidget(self.moves.row)
        self._curves: Curves | None = None
        self._overlays = Overlays(self.plot)
        self._after_line: Any = None
        self._is_drawn_for_card = False  # the reference: its card asked for it, and not the user
        self._dress()

    @property
    def per_octave(self) -> int:
        """Bands per octave of the measured curve."""
        return int(self.resolution.currentData())

    def show_result(self, result: Result) -> None:
        """Show an analysis, first what the first suggestion is about."""
        self.moves.begin(result.analysis)
        self._offer(result.analysis)
        if self.moves.moves.selected is not None:
            self._draw_with(self.moves.moves.selected)
        super().show_result(result)
        first = next((move.role for move in result.analysis.moves if move.kind == "eq"), "mix")
        self.target.setCurrentIndex(max(0, self.target.findData(first)))
        count, share = len(result.analysis.profile.references), f"{100 * result.analysis.profile.prior_weight:.0f} %"
        if count:
            self.note.setText(_("{references}, {share} typical releases").format(references=references_text(count), share=share))
        else:
            self.note.setText(_("typical releases"))

    def show_section(self, section: Section | None) -> None:
        """Draw a section beside the whole song: of the mix, whose sections alone have a spectrum."""
        if section is not None and section != self.section.chosen:
            self.target.setCurrentIndex(0)
        super().show_section(section)

    def _section(self, analysis: Analysis) -> MeasuredSection | None:
        """Return the section to draw: of the mix alone, since its roles are known over the whole song."""
        return self.section.measured(analysis.track) if self.shown == "mix" else None

    def _alike(self, analysis: Analysis) -> Alike | None:
        """Return the references' sections of the same kind, where there are enough for a range."""
        section = self._section(analysis)
        alike = None if section is None else alike_sections(analysis.profile, section.kind)
        return alike if alike is not None and alike.spectrum_band is not None else None

    def _offer(self, analysis: Analysis) -> None:
        """Offer the references to be drawn; the one that moves rest on alone, such as another version of the song, is drawn at once."""
        names = [reference.name for reference in analysis.profile.references]
        tight = {move.evidence.references[0] for move in analysis.moves if move.kind == "eq" and move.evidence.tier in ONE_REFERENCE}
        self.other.blockSignals(True)
        self.other.clear()
        self.other.addItem(_("No reference"), None)
        for index, name in enumerate(names):
            self.other.addItem(name, index)
        self.other.setCurrentIndex(next((1 + index for index, name in enumerate(names) if name in tight), 0))
        self.other.blockSignals(False)
        self._is_drawn_for_card = self.other.currentIndex() > 0

    def show_place(self, target: str, dimension: str) -> None:
        """Show the mix or a role, with the cursor in the middle of a broad band."""
        super().show_place(target, dimension)
        low_hz, high_hz = BROAD_HZ[dimension.removeprefix("tone/")]
        self.cursor_line.go_to(float(np.log10(low_hz * high_hz)) / 2)

    def show_overlay(self, name: str, levels: NDArray[np.float64] | None) -> None:
        """Lay a curve in third octaves over the others, by its name, or (None) take it away."""
        if self._overlays.show(name, levels):
            self.refresh()

    def show_live(self, levels: NDArray[np.float64] | None) -> None:
        """Draw the spectrum of what is heard; None: nothing is."""
        self.show_overlay(LIVE, levels)

    def show_analysing(self, on: bool) -> None:
        """Show whether it is drawn."""
        self.live.setChecked(on)

    def show_reference(self, reference: Reference | None, link: Link | None) -> None:
        """Draw the spectrum of the reference that can be heard."""
        if reference is not self._reference:
            self._put_reference(None)
            self._reference = reference
            self.refresh()

    def _put_reference(self, reference: Reference | None) -> None:
        """Lay the spectrum of a reference over the others, unless it is drawn as one that was chosen."""
        if self._reference is not None:
            self._overlays.show(self._reference.name, None)
        if reference is not None and reference.track is not None and reference.name != self.other.currentText():
            spectrum = vector(values_of(reference.track, self.shown), "ltas")
            self._overlays.show(reference.name, None if spectrum is None else known(spectrum))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the line below the plot to what is read off, and the row above it to two selectors, where there is room for no more."""
        super().resizeEvent(event)
        self._fit_choices()
        self._fit_note()
        self.moves.give_room(self.height() >= ROOMY and self.width() >= NARROW)

    def _fit_choices(self) -> None:
        """Leave choices out that there is no room for, or nothing to choose in: sections of the mix alone were measured."""
        self.other.setVisible(self.width() >= NOTED and self.other.count() > 1)
        self.live.setVisible(self.width() >= NARROW)
        self.section.setVisible(self.width() >= NARROW and self.section.is_needed and self.shown == "mix")

    def _fit_note(self) -> None:
        self.note.setVisible(self.width() >= NOTED and self.other.currentData() is None)

    def _dress(self) -> None:
        self.plot.set_tokens(self._tokens)
        self.cursor_line.set_tokens(self._tokens)
        self.moves.handles.set_tokens(self._tokens)

    def _curves_of(self, analysis: Analysis) -> Curves | None:
        """Return what can be drawn now; None where the measured curve is not computed yet."""
        target, per_octave = self.shown, self.per_octave
        values = values_of(analysis.track, target)
        found = analysis.profile.targets[f"{target}/ltas"]
        alike, section = self._alike(analysis), self._section(analysis)
        band = (found.low, found.median, found.high) if alike is None or alike.spectrum_band is None else alike.spectrum_band
        low, median, high = (np.asarray(v, dtype=float) for v in band)
        part = None if section is None else vector(section.values, "ltas")
        own = None if part is None else known(part)
        measured = vector(values, "ltas")
        after = self.moves.after(target) if section is None else None
        self.moves.measure_soon(after if self.isVisible() else None)
        is_measured = after is None or after.is_measured
        now = None if measured is None else known(measured)
        new = None if after is None else known(after.ltas)
        other = self._other_spectrum(analysis)
        if per_octave == COARSE:
            return Curves(CENTRES_HZ, now, low, median, high, new, is_measured, other, own)
        if (target, per_octave) not in self.computation:
            return None
        fine = self.computation[target, per_octave]
        at = centres_hz(per_octave)

        def between(levels: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.asarray(np.interp(np.log(at), np.log(CENTRES_HZ), levels))

        if fine is not None:
            error = separation_error(analysis.track, target)
            fine = known(fine) - (0.0 if error is None else between(error.ltas.mean))
        new, other, own = (None if levels is None else between(levels) for levels in (new, other, own))
        return Curves(at, fine, between(low), between(median), between(high), new, is_measured, other, own)

    def _other_spectrum(self, analysis: Analysis) -> NDArray[np.float64] | None:
        """Return the spectrum of the reference that is to be drawn."""
        index = self.other.currentData()
        if index is None:
            return None
        spectrum = vector(values_of(analysis.profile.references[index], self.shown), "ltas")
        return None if spectrum is None else known(spectrum)

    # How the moves are set

    def show_moves(self, moves: SetMoves) -> None:
        """Show how the moves are set: what becomes of the spectrum, and the one that is selected as a curve with handles."""
        before, self.moves.moves = self.moves.moves, moves
        if moves.selected != before.selected and moves.selected is not None:
            self._turn_to(moves.selected)
        if self._result is None or not self.isVisible() or not self._follow_moves():
            self.refresh()

    def _on_measured(self) -> None:
        if self._result is not None and not self._follow_moves():
            self.refresh()

    def _turn_to(self, move: Move) -> None:
        """Show the place of a move that shapes its spectrum, and what it rests on."""
        if move.chain.bands and self.target.findData(move.role) >= 0:
            self.target.setCurrentIndex(self.target.findData(move.role))
        self._draw_with(move)

    def _draw_with(self, move: Move) -> None:
        """Draw the one reference, or the version, that a move rests on, in the place of what was drawn for another."""
        name = rests_on(move)
        index = self.other.findText(name) if name else -1
        if index > 0 or self._is_drawn_for_card:
            self._is_drawn_for_card = index > 0
            self.other.setCurrentIndex(max(index, 0))

    def _follow_moves(self) -> bool:
        """Draw what moves change and nothing else; return whether that was enough."""
        curves, drawn = self._curves, self._after_line
        fresh = self._curves_of(self._result.analysis) if self._result is not None and curves is not None else None
        if curves is None or fresh is None or (fresh.after is None) != (drawn is None):
            return False
        if fresh.after is not None:
            floor = float(curves.median.max()) - RANGE_DB
            drawn.setData(np.log10(fresh.frequencies_hz), np.maximum(fresh.after, floor))
        self._curves = fresh
        self.moves.show(self.shown)
        if self._result is not None:
            self.legend.show_lines(self._legend_of(self._result.analysis, fresh))
        self._read_off()
        return True

    # Drawing

    def _draw(self, analysis: Analysis) -> None:
        self.plot.clear()
        self._after_line = None
        self._fit_choices()
        self._curves = None
        target, per_octave = self.shown, self.per_octave
        if per_octave != COARSE:
            if not has_audio(analysis.song, target):
                self._say(_("There is no audio of this stem to compute a finer spectrum from."))
                return
            work = partial(fine_of, analysis.song, target, per_octave)
            waiting = _("Computing the spectrum in 1/{count} octaves…").format(count=per_octave)
            if (target, per_octave) not in self.computation and self._computed((target, per_octave), work, waiting) is None:
                return
        curves = self._curves_of(analysis)
        if curves is None:
            return
        self._curves = curves
        self._put_reference(self._reference)
        self._fit_note()
        self._plot_curves(curves)
        self.legend.show_lines(self._legend_of(analysis, curves))
        self.cursor_line.set_places(np.log10(curves.frequencies_hz))
        self._read_off()

    def _plot_curves(self, curves: Curves) -> None:
        tokens, target, x = self._tokens, self.shown, np.log10(curves.frequencies_hz)
        draw_band(self.plot, x, curves.low, curves.high, tokens)
        draw_curve(self.plot, x, curves.median, pen(tokens, "quiet", 1.0, DASHED))
        floor = float(curves.median.max()) - RANGE_DB
        tops = [float(curves.high.max())]
        thick = 2.5 if self.per_octave == COARSE else 1.5
        for levels, line in (
            (curves.now, pen(tokens, target, thick if curves.section is None else 1.0)),
            (curves.section, pen(tokens, "accent", 2.5)),
            (curves.after, pen(tokens, "after", 2.0, DOTTED)),
            (curves.other, pen(tokens, "high", 1.5, DASH_DOTTED)),
        ):
            if levels is not None:
                item = draw_curve(self.plot, x, np.maximum(levels, floor), line)
                self._after_line = item if levels is curves.after else self._after_line
                tops.append(float(np.nanmax(levels, initial=floor)))
        self._overlays.draw(tokens, floor)
        self.plot.setXRange(float(np.log10(20)), float(np.log10(20000)), padding=0.01)
        self.plot.setYRange(max(floor, float(curves.low.min())), max(tops) + 3, padding=0)
        self.moves.show(self.shown)

    def _legend_of(self, analysis: Analysis, curves: Curves) -> list[Line]:
        tokens, is_fine = self._tokens, self.per_octave != COARSE
        range_name = whose_range(analysis.profile)
        short = _("expected") if analysis.profile.references else _("finished songs")
        if is_fine:
            short = _("{range} (interpolated)").format(range=short)
            range_name = _("{range} (1/3 octave, interpolated)").format(range=range_name)
        alike, section = self._alike(analysis), self._section(analysis)
        if alike is not None:
            range_name, short = _("{sections}, 10–90 %").format(sections=alike.name), KINDS_OF[alike.kind]
        lines = [Line(tokens.band, range_name, short), Line(tokens.quiet, _("its middle"), _("middle"), DASHED)]
        if curves.now is not None:
            now, short = _("now (1/{count} octave)").format(count=self.per_octave), _("now")
            if curves.section is not None:
                now, short = _("whole song (1/{count} octave)").format(count=self.per_octave), _("song")
            lines.append(Line(getattr(tokens, self.shown), now, short, SOLID))
        if curves.section is not None and section is not None:
            lines.append(Line(tokens.accent, section_text(section), section.letter, SOLID))
        if curves.after is not None:
            how = _("rendered and measured") if curves.is_measured else _("predicted")
            name = _("after the moves ({how}, 1/3 octave)") if is_fine else _("after the moves as set ({how})")
            lines.append(Line(tokens.after, name.format(how=how), _("after"), DOTTED))
        lines += self.moves.lines(tokens)
        if curves.other is not None:
            lines.append(Line(tokens.high, breakable(self.other.currentText()), _("reference"), DASH_DOTTED))
        return lines + self._overlays.lines(tokens)

    def _read_off(self) -> None:
        curves, index = self._curves, self.cursor_line.index
        read = ""
        if curves is not None and index >= 0:
            also = self._overlays.texts(float(curves.frequencies_hz[index]))
            read = "  ·  ".join([text_at(curves, index), *also])
        self.readout.say(self.moves.told or read)

    def _rows(self, analysis: Analysis) -> list[Row]:
        section = self._section(analysis)
        heads = (
            _("Frequency"), _("{name} now (dB)").format(name=role_name(self.shown)), _("Expected, 10 % (dB)"), _("Expected (dB)"),
            _("Expected, 90 % (dB)"), _("After the moves as set (dB)"),
            *([_("{reference} (dB)").format(reference=self.other.currentText())] if self.other.currentData() is not None else []),
            *(_("{reference} (dB)").format(reference=name) for name in self._overlays.names if name != LIVE),
            *([_("{section} (dB)").format(section=section_text(section))] if section is not None else []),
        )  # fmt: skip
        curves = self._curves_of(analysis)
        if curves is None:
            return [heads]
        rows: list[Row] = [heads]
        for index, frequency in enumerate(curves.frequencies_hz):
            levels = [curves.now, curves.low, curves.median, curves.high, curves.after]
            levels += [curves.other] if self.other.currentData() is not None else []
            drawn = [level if level is None else float(level[index]) for level in levels]
            drawn += [self._overlays.level(name, frequency) for name in self._overlays.names if name != LIVE]
            drawn += [None if curves.section is None else float(curves.section[index])] if section is not None else []
            name = f"{NOMINAL_HZ[index]:g} Hz" if self.per_octave == COARSE else f"{frequency:.4g} Hz"
            rows.append((name, *(NONE if level is None else number(level) for level in drawn)))
        return rows
