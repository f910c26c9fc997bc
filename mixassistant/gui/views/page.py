"""A place for a view that is built later: the window is on screen before what plots is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mixassistant.gui import views
from mixassistant.gui.theme import Tokens

if TYPE_CHECKING:
    from mixassistant.gui.core import Result
    from mixassistant.gui.views.view import View


class ViewPage(QWidget):
    """The place of one view. Its analysis and its theme wait with it until it is built: when it is asked for, or shown."""

    is_awaited = False  # whether somebody builds it in its turn: being shown is no reason to hurry

    def __init__(self, kind: str, tokens: Tokens) -> None:
        super().__init__()
        self._kind, self._tokens = kind, tokens
        self._result: Result | None = None
        self._view: View | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    @property
    def is_built(self) -> bool:
        """Whether the view is there."""
        return self._view is not None

    @property
    def view(self) -> Any:
        """The view, built now if need be."""
        return self._view or self.build()

    def load(self) -> None:
        """Load what the view draws with, which takes long; in any thread."""
        getattr(views, self._kind)

    def show_result(self, result: Result) -> None:
        """Show an analysis, as soon as there is a view."""
        self._result = result
        if self._view is not None:
            self._view.show_result(result)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        if self._view is not None:
            self._view.set_tokens(tokens)

    def showEvent(self, event: QShowEvent) -> None:
        """Build the view that somebody looks at."""
        super().showEvent(event)
        if self._view is None and not self.is_awaited:
            self.build()

    def build(self) -> View:
        """Build the view, if it is not there yet."""
        if self._view is not None:
            return self._view
        self._view = made = getattr(views, self._kind)(self._tokens)
        self._layout.addWidget(made)
        if self._result is not None:
            made.show_result(self._result)
        return made


def view_of(place: int) -> property:
    """Return a property of a window with `plots`: the view at a place among them."""
    return property(lambda window: window.plots[place].view)
