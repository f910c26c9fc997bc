"""A place for a view that is built later: the window is on screen before what plots is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from mixassistant.gui import views
from mixassistant.gui.views.set_moves import SetMoves
from mixassistant.gui.widgets.theme import SPACE, Tokens

if TYPE_CHECKING:
    from mixassistant.features.track import Section
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.player.link import Link
    from mixassistant.gui.player.rendering import Reference
    from mixassistant.gui.views.view import View

LOWEST_FRAME = 172  # px: beside a message of two lines in the smallest window
WANTED_FRAME = 330  # px: with less, plots are lower than 200; it is taken from the waveforms too
WANTED_WIDTH = 600  # px


class ViewPage(QWidget):
    """The place of one view. Its analysis and its theme wait with it until it is built: when it is asked for, or shown.

    Signals: `section_wanted` (the index of a section that is to be shown, or None) of a view of sections; `looked`, `seek_wanted` and
    `live_wanted` of the view; `shaped` and `shaping_ended` of a view in which moves are set.
    """

    section_wanted = Signal(object)
    looked = Signal(float, float)
    seek_wanted = Signal(float)
    live_wanted = Signal(bool)
    shaped = Signal(str, object)
    shaping_ended = Signal(str)
    is_awaited = False  # whether somebody builds it in its turn: being shown is no reason to hurry

    def __init__(self, kind: str, tokens: Tokens) -> None:
        super().__init__()
        self._kind, self._tokens = kind, tokens
        self._result: Result | None = None
        self._section: Section | None = None
        self._reference: tuple[Reference | None, Link | None] = (None, None)
        self._stretch: tuple[float, float] | None = None
        self._moment_s: float | None = None
        self._is_analysing = False
        self._moves = SetMoves()
        self._view: View | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    @property
    def is_built(self) -> bool:
        """Whether the view is there."""
        return self._view is not None

    @property
    def view(self) -> Any:
        """The view, built now if need be, of the analysis that is shown."""
        self.build()
        self._deliver()
        return self._view

    def load(self) -> None:
        """Load what the view draws with, which takes long; in the window's thread."""
        getattr(views, self._kind)

    def show_result(self, result: Result) -> None:
        """Show an analysis, in a turn of its own: much else is shown in this one."""
        self._result = result
        QTimer.singleShot(0, self, self._deliver)

    def show_place(self, target: str, dimension: str) -> None:
        """Show the mix or a role, where a dimension of it is seen."""
        self.view.show_place(target, dimension)

    def show_section(self, section: Section | None) -> None:
        """Show a section beside the whole song, in a view of sections."""
        self._section = section
        if self._view is not None:
            self._view.show_section(section)

    def show_sections(self, result: Result) -> None:
        """Show an analysis of which sections alone were measured again, in a view of sections."""
        if self._view is None or self._result is not None:
            self._result = result
        else:
            self._view.show_sections(result)

    def show_reference(self, reference: Reference | None, link: Link | None) -> None:
        """Show a reference that can be heard, and how it is linked with the mix; None: none."""
        self._reference = reference, link
        if self._view is not None:
            self._view.show_reference(reference, link)

    def show_stretch(self, start_s: float, end_s: float) -> None:
        """Show the stretch of time that is in sight elsewhere."""
        self._stretch = start_s, end_s
        if self._view is not None:
            self._view.show_stretch(start_s, end_s)

    def show_moment(self, place_s: float | None) -> None:
        """Show where the mix plays, where somebody looks."""
        self._moment_s = place_s
        if self._view is not None and self.isVisible():
            self._view.show_moment(place_s)

    def show_analysing(self, on: bool) -> None:
        """Show whether the spectrum of what is heard is drawn."""
        self._is_analysing = on
        if self._view is not None:
            self._view.show_analysing(on)

    def show_live(self, levels: Any) -> None:
        """Draw the spectrum of what is heard, where somebody looks."""
        if self._view is not None and (levels is None or self.isVisible()):
            self._view.show_live(levels)

    def show_moves(self, moves: SetMoves) -> None:
        """Show how the moves are set, in a view in which they are seen."""
        self._moves = moves
        if self._view is not None:
            self._view.show_moves(moves)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        if self._view is not None:
            self._view.set_tokens(tokens)

    def showEvent(self, event: QShowEvent) -> None:
        """Build the view that somebody looks at."""
        super().showEvent(event)
        if not self.is_awaited:
            self.build()
        if self._view is not None:
            self._view.show_moment(self._moment_s)

    def build(self) -> None:
        """Build the view, if it is not there yet."""
        if self._view is None:
            self._view = getattr(views, self._kind)(self._tokens)
            self._layout.addWidget(self._view)
            if self._view.section is not None:
                self._view.section.wanted.connect(self.section_wanted)
            self._view.shaped.connect(self.shaped)
            self._view.shaping_ended.connect(self.shaping_ended)
            self.show_section(self._section)
            self.show_reference(*self._reference)
            if self._stretch is not None:
                self._view.show_stretch(*self._stretch)
            self._view.show_analysing(self._is_analysing)
            self._view.looked.connect(self.looked)
            self._view.seek_wanted.connect(self.seek_wanted)
            self._view.live_wanted.connect(self.live_wanted)
            self.show_moves(self._moves)
            self._deliver()

    def _deliver(self) -> None:
        result = self._result
        if result is not None and self._view is not None:
            self._result = None
            self._view.show_result(result)


class ViewsFrame(QFrame):
    """The frame of the views: it takes the height that the waveforms leave.

    Qt would ask the lines of text in the views how high they want to be, and take that from the waveforms.
    """

    def __init__(self, views: QWidget) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setMinimumHeight(LOWEST_FRAME)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE // 2)
        layout.addWidget(views)

    def hasHeightForWidth(self) -> bool:
        """Return that the height is for the layout to choose."""
        return False

    def sizeHint(self) -> QSize:
        """Return the size at which waveforms begin to give way; to ask every view for its width takes 15 ms a time."""
        return QSize(WANTED_WIDTH, WANTED_FRAME)


def view_of(place: int) -> property:
    """Return a property of a window with `plots`: the view at a place among them."""
    return property(lambda window: window.plots[place].view)
