"""What the spectrum shows of moves: what becomes of it, and the equalizer of the open card as a curve with handles and as numbers."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from mixassistant.advice.outlook import After, Outlook
from mixassistant.gui.views.band_row import BandRow
from mixassistant.gui.views.computation import Computation
from mixassistant.gui.views.handles import BandHandles
from mixassistant.gui.views.plot import Line, Plot
from mixassistant.gui.views.set_moves import SetMoves
from mixassistant.gui.widgets.theme import Tokens
from mixassistant.i18n import _
from mixassistant.stems.place import Place

if TYPE_CHECKING:
    from mixassistant.advice.suggestion import Move
    from mixassistant.analysis import Analysis
    from mixassistant.processing.moves import Band
    from mixassistant.stems.stem import Song

REST_MS = 700  # without another movement, before what is predicted is measured: that takes a second or two
LONGEST_S = 1200.0  # of a song that is held in memory once more for that
ONE_REFERENCE = ("same song", "same session")  # evidence that is one reference's


class MoveLayer(QObject):
    """The moves of an analysis on a plot of spectra.

    What becomes of a spectrum is predicted at once; where nothing is set otherwise for a while, it is rendered and measured.

    Signals: `shaped` (a move's id and its equalizer, while it is set), `ended` (the id; a control was let go), `told_changed` (what a
    handle is) and `measured`.
    """

    shaped = Signal(str, object)
    ended = Signal(str)
    told_changed = Signal()
    measured = Signal()

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self.moves = SetMoves()
        self._outlook: Outlook | None = None
        self._song: Song | None = None
        self._computation = Computation(_("Measuring the moves"), self)
        self._computation.changed.connect(self.measured)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._measure)
        self._place, self._has_room = "mix", False
        self.handles, self.row = BandHandles(plot), BandRow()
        self.handles.shaped.connect(lambda bands: self.shaped.emit(self._selected, bands))
        self.handles.ended.connect(lambda: self.ended.emit(self._selected))
        self.handles.chosen_changed.connect(self._show_band)
        self.row.shaped.connect(self._on_typed)
        self.row.chosen.connect(self.handles.choose)

    def begin(self, analysis: Analysis) -> None:
        """Take over another analysis."""
        self._outlook, self._song = Outlook(analysis.track, analysis.moves, analysis.verification), analysis.song
        self._computation.forget()
        self._rest.stop()

    def after(self, place: str) -> After | None:
        """Return a place's spectrum after the moves as they are set: as it was measured, if it was."""
        self._place = place
        found: After | None = self._computation.get(self._key)
        if found is None and self._outlook is not None:
            found = self._outlook.after(Place.parse(place), self.moves.as_set)
        return found

    def measure_soon(self, after: After | None) -> None:
        """Have what is predicted measured, unless something is set otherwise before long."""
        if after is None or after.is_measured or self._key in self._computation or self._computation.error_of(self._key):
            self._rest.stop()
        else:
            self._rest.start()

    @property
    def _key(self) -> Hashable:
        return self._place, frozenset(self.moves.as_set.items())

    def _measure(self) -> None:
        if self._outlook is not None and self._song is not None and self._song.mix.duration_s <= LONGEST_S:
            work = partial(self._outlook.measure, self._song, Place.parse(self._place), dict(self.moves.as_set))
            self._computation.ask(self._key, work)

    @property
    def told(self) -> str:
        """The chosen handle in words; empty: none is chosen."""
        return self.handles.told

    @property
    def _selected(self) -> str:
        return "" if self.moves.selected is None else self.moves.selected.id

    @property
    def _bands(self) -> tuple[Band, ...]:
        """The equalizer of the selected move, where its place is what is shown."""
        selected = self.moves.selected
        return self.moves.bands if selected is not None and selected.role == self._place else ()

    def show(self, place: str) -> None:
        """Draw the equalizer of the selected move, if it is made at this place."""
        self._place = place
        self.handles.show_bands(self._bands)
        self._show_band()

    def give_room(self, has_room: bool) -> None:
        """Show the numbers of a band, or leave them out where there is no room: keys and the handle's words stay."""
        self._has_room = has_room
        self.row.setVisible(bool(self._bands) and has_room)

    def lines(self, tokens: Tokens) -> list[Line]:
        """Return what the legend says of the curve."""
        return [Line(tokens.after, _("this move, 0 dB in the middle"), _("this move"), Qt.PenStyle.SolidLine)] if self._bands else []

    def _show_band(self) -> None:
        self.row.show_bands(self._bands, self.handles.chosen)
        self.give_room(self._has_room)
        self.told_changed.emit()

    def _on_typed(self, bands: tuple[Band, ...]) -> None:
        self.shaped.emit(self._selected, bands)
        self.ended.emit(self._selected)


def rests_on(move: Move) -> str:
    """Return the name of the one reference, or the version, that a move rests on; empty where there are several or none."""
    evidence = move.evidence
    return evidence.references[0] if evidence.references and (evidence.tier in ONE_REFERENCE or len(evidence.references) == 1) else ""
