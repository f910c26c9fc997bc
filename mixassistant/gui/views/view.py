"""The frame of every view: selectors and the table's button above, the plot, and a sentence in its place where there is nothing to plot."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from mixassistant.gui.views.computation import Computation
from mixassistant.gui.views.cursor import Cursor
from mixassistant.gui.views.plot import Legend, Plot
from mixassistant.gui.views.section_choice import SectionChoice
from mixassistant.gui.views.table import Row, TableDialog
from mixassistant.gui.views.time_plot import TimePlot
from mixassistant.gui.widgets.readout import Readout
from mixassistant.gui.widgets.targets import targets_of
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.i18n import _
from mixassistant.report.wording import role_name

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis
    from mixassistant.features.track import Section
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.player.link import Link
    from mixassistant.gui.player.rendering import Reference
    from mixassistant.gui.views.set_moves import SetMoves

LOWER = 200  # px: a view in the smallest window
LOWEST = 160  # px: beside a message
LOW = 240  # px: a lower view shows its plot rather than what is said around it
REMARK_SHARE = 0.2  # of a view's height that a remark takes at most
NARROW = 460  # px: a narrower view has short words on its button
PANE_WIDTH = 220  # px that a plot beside others takes at least


def selector(name: str, tip: str) -> QComboBox:
    """Return an empty box to choose from."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setMinimumWidth(60)  # px: as wide as its words where there is room
    return box


class Pane(QWidget):
    """A plot with its legend and, beside others, its title; alone it is chosen by its name.

    `read` brings what is read off at its cursor, `moved` says that the user has moved that.
    """

    read = Signal()
    moved = Signal()

    def __init__(self, name: str, title: str, plot: Plot) -> None:
        super().__init__()
        self.name, self.plot = name, plot
        self.title = QLabel(title)
        self.title.hide()
        self.legend = Legend()
        self.cursor_line = Cursor(plot)
        self.cursor_line.moved.connect(self.moved)
        self._text_at: Callable[[int, int], str] | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.title)
        layout.addWidget(self.legend)
        layout.addWidget(plot, 1)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self.plot.set_tokens(tokens)
        self.cursor_line.set_tokens(tokens)

    def clear(self) -> None:
        """Draw nothing, and read nothing off; the cursor is where it was when there is something again."""
        self.plot.clear()
        self._text_at = None
        self.read.emit()

    def set_reading(self, places: Any, text_at: Callable[[int, int], str], heights: Any = ()) -> None:
        """Read off at these places: `text_at` says what is drawn at an index into them and, of a picture, into the heights."""
        self._text_at = text_at
        self.cursor_line.set_places(places, heights)
        self.read.emit()

    @property
    def reading(self) -> str:
        """What is read off; empty: nothing yet."""
        cursor = self.cursor_line
        return "" if self._text_at is None or cursor.index < 0 else self._text_at(cursor.index, cursor.row)


class Panes(QWidget):
    """Plots side by side where there is room for all of them, else the one that is chosen in `chooser`; one line reads them off."""

    def __init__(self, panes: tuple[Pane, ...], chooser: QComboBox) -> None:
        super().__init__()
        self._panes, self._chooser = panes, chooser
        self.readout = Readout(_("Point, or use the arrow keys, to read a plot off."))
        self._pointed: Pane | None = None  # the one that was pointed at last
        for pane in panes:
            pane.moved.connect(partial(self._point, pane))
            pane.read.connect(partial(self._read_off, pane))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        for pane in panes:
            layout.addWidget(pane, 1)
            chooser.addItem(pane.name)
        chooser.currentIndexChanged.connect(lambda _index: self._arrange())
        self._arrange()

    @property
    def is_wide(self) -> bool:
        """Whether all plots are shown."""
        return self.width() >= PANE_WIDTH * len(self._panes)

    def _point(self, pane: Pane) -> None:
        self._pointed = pane
        self._read_off(pane)

    def _read_off(self, pane: Pane) -> None:
        if pane is self._pointed:
            self.readout.say(pane.reading)

    def minimumSizeHint(self) -> QSize:
        """Return the size of one plot: the others go where there is no room for them."""
        return QSize(120, 90)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many plots as there is room for."""
        super().resizeEvent(event)
        self._arrange()
        self.align_soon()

    def align_soon(self) -> None:
        """Align when the layout has come to rest: legends choose their words by their widths."""
        QTimer.singleShot(0, self, self.align)

    def align(self) -> None:
        """Give the legends of plots beside each other one height, so that the plots begin at one."""
        widths = [pane.width() for pane in self._panes]
        heights = [pane.legend.heightForWidth(width) for pane, width in zip(self._panes, widths, strict=True)]
        for pane in self._panes:
            pane.legend.setMinimumHeight(max(0, *heights) if self.is_wide else 0)

    def _arrange(self) -> None:
        self._chooser.setVisible(not self.is_wide)
        for index, pane in enumerate(self._panes):
            pane.setVisible(self.is_wide or index == self._chooser.currentIndex())
            pane.title.setVisible(self.is_wide)


class View(QWidget):
    """A view of the mix or of a role. Subclasses put plots into `body`, and draw in `_draw`.

    Signals: `shaped` (a move's id and its equalizer as the user sets it) and `shaping_ended` (the id; a control was let go).

    Parameters
    ----------
    tokens : Tokens
    title : str
        Of the table.
    empty : str
        What the view will show, as a sentence, while there is no mix.
    """

    looked = Signal(float, float)  # the stretch that the user brought into sight, of a view along time
    seek_wanted = Signal(float)
    live_wanted = Signal(bool)  # whether the spectrum of what is heard is to be drawn
    shaped = Signal(str, object)
    shaping_ended = Signal(str)
    is_of_targets = True
    _reference: Reference | None = None
    _link: Link | None = None
    section: SectionChoice | None = None  # of a view that shows sections

    def __init__(self, tokens: Tokens, title: str, empty: str) -> None:
        super().__init__()
        self._tokens, self._table_title, self._empty = tokens, title, empty
        self._result: Result | None = None
        self._is_stale = False
        self.computation = Computation(title, self)
        self.computation.changed.connect(self.refresh)
        self.target = selector(_("Show"), _("The mix, or one role"))
        if not self.is_of_targets:
            self.target.hide()
        self.target.currentIndexChanged.connect(lambda _index: self.refresh())
        self.as_table = QPushButton(_("Table"))  # until the view is seen to be wide: a view that is not shown asks for little room
        self.as_table.setAccessibleName(_("Show as a table"))
        self.as_table.setToolTip(_("Shows the numbers of this view in a window of their own"))
        self.as_table.clicked.connect(self.show_table)
        self.remarks: tuple[Legend, ...] = ()  # what a low view leaves out: the table says it too
        self.controls = QHBoxLayout()
        self.controls.setSpacing(SPACE // 2)
        self.controls.addWidget(self.target)
        self.message = QLabel(empty)
        self.message.setObjectName("quiet")
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        page = QWidget()
        self.body = QVBoxLayout(page)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(2)
        self._pages = QStackedWidget()
        self._pages.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._pages.addWidget(page)
        self._pages.addWidget(self.message)
        top = QHBoxLayout()
        top.addLayout(self.controls)
        top.addStretch(1)
        top.addWidget(self.as_table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE // 2, 0, SPACE // 2)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
        self._say(empty)

    # What the window calls

    def show_result(self, result: Result) -> None:
        """Show an analysis: of the same target as before where it has that."""
        self._result = result
        self.computation.forget()
        if self.section is not None:
            self.section.show_track(result.analysis.track)
        before, present = self.target.currentData(), targets_of(result.analysis.track)
        self.target.blockSignals(True)
        self.target.clear()
        for target in present:
            self.target.addItem(role_name(target), target)
        self.target.setCurrentIndex(present.index(before) if before in present else 0)
        self.target.blockSignals(False)
        self.refresh()

    def show_place(self, target: str, dimension: str) -> None:
        """Show the mix or a role, where a dimension of it is seen."""
        self.target.setCurrentIndex(max(self.target.findData(target), 0))

    def show_section(self, section: Section | None) -> None:
        """Show a section beside the whole song (None: the whole song alone)."""
        if self.section is not None:
            self.section.show_chosen(section)
            self.refresh()

    def show_reference(self, reference: Reference | None, link: Link | None) -> None:
        """Draw a reference that can be heard over the mix, along the time that is linked with it; None: none."""
        self._reference, self._link = reference, link
        self.refresh()

    def show_stretch(self, start_s: float, end_s: float) -> None:
        """Show the stretch of time that is in sight elsewhere."""
        for plot in self.time_plots:
            plot.show_stretch(start_s, end_s)

    def show_moment(self, place_s: float | None) -> None:
        """Show where the mix plays."""
        for plot in self.time_plots:
            plot.show_place(place_s)

    def show_analysing(self, on: bool) -> None:
        """Show whether the spectrum of what is heard is drawn, in a view that can."""

    def show_live(self, levels: Any) -> None:
        """Draw the spectrum of what is heard, in a view that has one."""

    def show_moves(self, moves: SetMoves) -> None:
        """Show how the moves are set, in a view in which they are seen."""

    def show_sections(self, result: Result) -> None:
        """Show an analysis of which sections alone were measured again: what was computed of the sound stays."""
        self._result = result
        if self.section is not None:
            self.section.show_track(result.analysis.track)
            self.refresh()

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self._dress()
        self.refresh()

    def table(self) -> list[Row]:
        """Return what the view shows as rows of texts, the first one the headings; none before there is a mix."""
        return self._rows(self._result.analysis) if self._result is not None else []

    def show_table(self) -> None:
        """Open the table in a window of its own."""
        rows = self.table()
        if rows:
            name = self._result.analysis.track.name if self._result is not None else ""
            TableDialog(f"{self._table_title} – {name}", rows, self).show()

    # What a subclass does

    @property
    def time_plots(self) -> tuple[TimePlot, ...]:
        """Its plots along the time of the mix."""
        return tuple(self.findChildren(TimePlot))

    def _dress(self) -> None:
        """Put plots into the theme's colours."""

    def _draw(self, analysis: Analysis) -> None:
        """Draw what is chosen, or `_say` why there is nothing to draw."""

    def _rows(self, analysis: Analysis) -> list[Row]:
        """Return the table."""
        raise NotImplementedError

    # What the frame does

    def _follow(self, plot: TimePlot) -> None:
        """Pass on what is wanted of a plot along time."""
        plot.looked.connect(self.looked)
        plot.seek_wanted.connect(self.seek_wanted)

    @property
    def shown(self) -> str:
        """The target that is shown."""
        return self.target.currentData() or "mix"

    @property
    def is_plotted(self) -> bool:
        """Whether there is a plot, and not a sentence in its place."""
        return self._pages.currentIndex() == 0

    def refresh(self) -> None:
        """Draw again: at once if somebody looks, else when somebody does."""
        self._is_stale = not self.isVisible()
        if self._is_stale:
            return
        if self._result is None:
            self._say(self._empty)
            return
        self.as_table.setEnabled(True)
        self._pages.setCurrentIndex(0)
        self._draw(self._result.analysis)
        self._fit_remarks()
        for panes in self.findChildren(Panes):
            panes.align_soon()

    def _say(self, text: str) -> None:
        """Show a sentence in the place of the plot."""
        self.message.setText(text)
        self._pages.setCurrentIndex(1)
        self.as_table.setEnabled(bool(self.table()))

    def _computed(self, key: Any, work: Any, waiting: str) -> Any:
        """Return what was computed for a key, or None and say that it is being computed (or why it cannot be)."""
        if key in self.computation:
            return self.computation[key]
        error = self.computation.error_of(key)
        if error:
            self._say(error)
            return None
        self.computation.ask(key, work)
        self._say(waiting)
        return None

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what has changed while nobody looked."""
        super().showEvent(event)
        if self._is_stale or (self._result is not None and not self.is_plotted):
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give up what is being computed: whoever comes back asks again."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.computation.stop()

    def _fit_remarks(self) -> None:
        """Leave remarks out where they would take the room of the plot."""
        for remark in self.remarks:
            is_short = remark.heightForWidth(max(self.width(), 1)) <= REMARK_SHARE * self.height()
            remark.setVisible(self.height() >= LOW and is_short)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say less where there is less room."""
        super().resizeEvent(event)
        self.as_table.setText(_("Table") if event.size().width() < NARROW else _("Show as a table"))
        is_low = event.size().height() < LOW
        for legend in self.findChildren(Legend):
            if legend not in self.remarks:
                legend.most_lines = 1 if is_low else 2
                legend.fit()
        self._fit_remarks()
        # Lower still: what a plot shows is worth more than what its axis is called, which its tooltip and its table say too.
        for plot in self.findChildren(Plot):
            plot.set_low(event.size().height() < LOWER)
        for readout in self.findChildren(Readout):
            readout.setVisible(event.size().height() >= LOWEST)
