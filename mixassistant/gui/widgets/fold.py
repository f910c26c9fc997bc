"""A button that folds a part of the window: as its user has chosen, or else as there is room."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton

from mixassistant.i18n import _

LEAST = 26  # px: what is smaller is hard to hit


class FoldButton(QToolButton):
    """Says whether a part is folded. `folded` brings that, when it has changed.

    Parameters
    ----------
    name : str
        Of the part, as a person calls it.
    keys : str
        What folds it too, as it is written in a tooltip; empty: nothing.

    Attributes
    ----------
    choice : bool or None
        What the user has chosen; None: nothing yet, so that `suit` decides.
    """

    folded = Signal(bool)

    def __init__(self, name: str, keys: str = "") -> None:
        super().__init__()
        self._name, self._keys = name, f" ({keys})" if keys else ""
        self.choice: bool | None = None
        self.is_folded = False
        self.setObjectName("fold")
        self.setMinimumSize(LEAST, LEAST)
        self.clicked.connect(lambda _checked=False: self.choose(not self.is_folded))
        self._say()

    def choose(self, is_folded: bool | None) -> None:
        """Fold or unfold, whatever room there is; None: as there is room, from the next time on that this is said."""
        self.choice = is_folded
        if is_folded is not None:
            self._fold(is_folded)

    def suit(self, is_little_room: bool) -> None:
        """Fold where there is little room, unless the user has chosen."""
        if self.choice is None:
            self._fold(is_little_room)

    def _fold(self, is_folded: bool) -> None:
        if is_folded != self.is_folded:
            self.is_folded = is_folded
            self._say()
            self.folded.emit(is_folded)

    def _say(self) -> None:
        self.setText("▾" if self.is_folded else "▴")
        text = (_("Unfold {name}") if self.is_folded else _("Fold {name}")).format(name=self._name)
        self.setAccessibleName(text)
        self.setToolTip(text + self._keys)
