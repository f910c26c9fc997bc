"""The page of the mix: its head, its waveform and views, and what is suggested. One song alone is on it, also while that is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QSplitter, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from mixassistant.gui.views.page import ViewsFrame
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.gui.window.first_look import FirstLook, sentence
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.background.preview import Preview
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.suggestions.panel import SuggestionsPanel
    from mixassistant.gui.waveform import ReferenceLane, Waveform
    from mixassistant.gui.window.mix_header import MixHead

LEAST_MIX, LEAST_SUGGESTIONS = 340, 318  # px; an open card and the bar that scrolls it
LOW = 540  # px: in a lower page stems and sections fold, unless their user wants them, so that a plot keeps its height
FIRST_WIDTHS = (760, 380)  # px


class Awaited(QStackedWidget):
    """A place whose contents belong to one song: while another is on its way, something else is told there instead."""

    def __init__(self, contents: QWidget, told: QWidget) -> None:
        super().__init__()
        self._told = told
        self._contents = contents
        self.addWidget(contents)
        self.addWidget(self._told)

    def put_away(self, is_away: bool) -> None:
        """Show what is told instead, or the contents again, as they were."""
        self.setCurrentWidget(self._told if is_away else self._contents)


class TabsOrList(QWidget):
    """Tabs, or where there is no room for all of their names, a list of them: none is cut off or scrolled out of sight."""

    def __init__(self, tabs: QTabWidget) -> None:
        super().__init__()
        self._tabs = tabs
        self.list = QComboBox()
        self.list.setAccessibleName(_("Views"))
        self.list.setToolTip(_("Choose a view"))
        self.list.setMaxVisibleItems(tabs.count())
        self.list.addItems([tabs.tabText(place) for place in range(tabs.count())])
        self.list.activated.connect(tabs.setCurrentIndex)
        tabs.currentChanged.connect(self.list.setCurrentIndex)
        self.list.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.list, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(tabs, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the names that there is room for, and leave the keyboard where it was."""
        super().resizeEvent(event)
        bar = self._tabs.tabBar()
        is_narrow = bar.sizeHint().width() > event.size().width()
        if is_narrow == self.list.isVisibleTo(self):
            return
        before, after = (bar, self.list) if is_narrow else (self.list, bar)
        had_keyboard = before.hasFocus()
        before.hide()
        after.show()
        if had_keyboard:
            after.setFocus()


class MixPage(QSplitter):
    """Shows a mix that was analysed, or one that is on its way, and never something of both.

    Parameters
    ----------
    head, waveform, lane, suggestions : widget
    views : sequence of (str, widget)
        Names and contents of the tabs.
    tokens : Tokens
        The theme.
    """

    def __init__(
        self,
        head: MixHead,
        waveform: Waveform,
        lane: ReferenceLane,
        suggestions: SuggestionsPanel,
        views: Sequence[tuple[str, QWidget]],
        tokens: Tokens,
    ) -> None:
        super().__init__()
        self._head, self._waveform, self._suggestions = head, waveform, suggestions
        self._pages = [page for _name, page in views]
        self.views = self._tabs(views)
        self.first_look = FirstLook(tokens)
        self._views_place = Awaited(TabsOrList(self.views), self.first_look)
        self._suggestions_place = Awaited(suggestions, sentence(_("Where you stand and what is suggested come with the analysis.")))
        self._places = self._views_place, self._suggestions_place
        self._lender: QWidget | None = None  # what had the keyboard when its song made room for another
        wave = QFrame()
        wave.setObjectName("panel")
        wave_layout = QVBoxLayout(wave)
        wave_layout.setContentsMargins(SPACE // 2, SPACE // 2, SPACE // 2, SPACE // 2)
        wave_layout.addWidget(waveform)
        wave_layout.addWidget(lane)
        mix = QWidget()
        mix.setMinimumWidth(LEAST_MIX)
        layout = QVBoxLayout(mix)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(head)
        layout.addWidget(wave)
        layout.addWidget(ViewsFrame(self._views_place))
        head.fold.folded.connect(waveform.fold)
        head.fold.folded.connect(lambda is_folded: layout.setSpacing(SPACE // 2 if is_folded else SPACE))
        self.setChildrenCollapsible(False)
        self.setHandleWidth(SPACE)
        self.addWidget(mix)
        self.addWidget(self._suggestions_place)
        self._suggestions_place.setMinimumWidth(LEAST_SUGGESTIONS)
        self.setSizes([*FIRST_WIDTHS])
        self.setStretchFactor(0, 1)

    @staticmethod
    def _tabs(views: Sequence[tuple[str, QWidget]]) -> QTabWidget:
        tabs = QTabWidget()
        tabs.setAccessibleName(_("Views"))
        tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab would come to its tabs twice
        # Through its proxy Tab would come to them from wherever it lies in the chain. PySide's types do not know that None is none.
        tabs.setFocusProxy(None)  # type: ignore[arg-type]
        tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        tabs.tabBar().setAccessibleName(_("Views"))
        for name, page in views:
            tabs.addTab(page, name)
        return tabs

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the stems where there is little room."""
        super().resizeEvent(event)
        self._head.fold.suit(event.size().height() < LOW)

    def show_result(self, result: Result) -> None:
        """Show a mix that was analysed."""
        pages: tuple[Any, ...] = (self._waveform, *self._pages)
        for page in pages:
            page.show_result(result)
        self._show(result)

    def show_opened(self, name: str) -> None:
        """Show that a mix is on its way, and nothing of the one that was here."""
        self._head.show_opened(name)
        self.first_look.forget()
        self._waveform.put_away()
        self._put_away(True)

    def show_preview(self, preview: Preview) -> None:
        """Show what is known so far of the mix that is on its way."""
        self._head.show_preview(preview)
        self.first_look.show_preview(preview)
        self._waveform.show_preview(preview.name, preview.peaks, preview.duration_s, preview.stems)

    def come_back(self, result: Result) -> None:
        """Show the mix again that was here before, as it was left: the other one does not come."""
        self._waveform.show_result(result)
        self._show(result)

    def _show(self, result: Result) -> None:
        self._head.show_track(result.analysis.track)
        self._put_away(False)

    def _put_away(self, is_away: bool) -> None:
        """Put what belongs to one song away, or show it again."""
        if is_away:
            self._lend_keyboard()
        for place in self._places:
            place.put_away(is_away)
        for rest in (self.views, self._suggestions):
            rest.setEnabled(not is_away)
        self._head.enable_report(not is_away)
        if not is_away:
            self._give_keyboard_back()

    def _lend_keyboard(self) -> None:
        """Give the keyboard to the waveform where it is in what is put away."""
        keyboard = self.window().focusWidget()
        if any(keyboard in place.findChildren(QWidget) for place in self._places):
            self._lender = keyboard
            self._waveform.setFocus()

    def _give_keyboard_back(self) -> None:
        """Give it back, unless it has gone elsewhere since, or there is nobody any more who had it: cards are built anew."""
        lender, self._lender = self._lender, None
        is_ours = self.window().focusWidget() is self._waveform
        if lender is not None and is_ours and lender in self.findChildren(QWidget):
            lender.setFocus()
