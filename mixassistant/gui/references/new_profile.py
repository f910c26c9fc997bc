"""Naming a new profile: it is made when its name is given, and not before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import references_text
from mixassistant.i18n import _


class NewProfile(QFrame):
    """Asks for a name in its place, above the list. `named` brings it and the numbers of the references; Esc makes nothing."""

    named = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._references: tuple[int, ...] = ()
        self._taken: frozenset[str] = frozenset()
        self._told = QLabel()
        self._told.setObjectName("small")
        self._told.setWordWrap(True)
        self.name = QLineEdit()
        self.name.setAccessibleName(_("Name of the new profile"))
        self.name.setToolTip(_("Enter makes the profile, Esc does not"))
        self.name.textChanged.connect(lambda _text: self._look())
        self.name.returnPressed.connect(self._make)
        self.make, self.cancel = QPushButton(_("Make")), QPushButton(_("Cancel"))
        self.make.setAccessibleName(_("Make the profile"))
        self.make.setToolTip(_("Make a profile of this name (Enter)"))
        self.make.clicked.connect(lambda _checked=False: self._make())
        self.cancel.setAccessibleName(_("Make no profile"))
        self.cancel.setToolTip(_("Make none (Esc)"))
        self.cancel.clicked.connect(lambda _checked=False: self.hide())
        row = QHBoxLayout()
        row.setSpacing(SPACE // 2)
        for button in (self.make, self.cancel):
            button.setObjectName("narrow")
            row.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE // 2)
        layout.addWidget(self._told)
        layout.addWidget(self.name)
        layout.addLayout(row)
        self.hide()

    def ask(self, offered: str, taken: Sequence[str], references: Sequence[int]) -> None:
        """Ask for a name that is not taken, and offer one; the profile holds these references then."""
        self._references, self._taken = tuple(references), frozenset(taken)
        self.name.setText(offered)
        self.name.selectAll()
        self._look()
        self.show()
        self.name.setFocus()

    @property
    def _wanted(self) -> str:
        return " ".join(self.name.text().split())

    def _look(self) -> None:
        is_taken = self._wanted in self._taken
        self.make.setEnabled(bool(self._wanted) and not is_taken)
        count = len(self._references)
        whose = _("New profile of {references}").format(references=references_text(count)) if count else _("New profile, empty")
        self._told.setText(_("There is a profile of this name.") if is_taken else whose)

    def _make(self) -> None:
        if self.make.isEnabled():
            self.hide()
            self.named.emit(self._wanted, self._references)

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window: it would stop the work."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Make nothing on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
