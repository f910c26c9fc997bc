"""The references panel: what the user likes. Drop to like, Delete removes (with undo), a missing file is marked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QListView, QPushButton, QVBoxLayout

from mixassistant.gui.drops import dropped_paths
from mixassistant.gui.wording import references_text
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.session import Session
    from mixassistant.library.library import Reference

Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractListModel):
    """References over a tuple, filtered by words."""

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[Reference, ...] = ()
        self.shown: list[Reference] = []
        self._words = ""

    def replace(self, references: tuple[Reference, ...]) -> None:
        self._all = references
        self.search(self._words)

    def search(self, words: str) -> None:
        self.beginResetModel()
        self._words = words
        wanted = words.lower().split()
        self.shown = [r for r in self._all if all(w in f"{r.name} {' '.join(r.tags.values())}".lower() for w in wanted)]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        reference = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            mark = "♥" if reference.liked else "✕"
            artist = reference.tags.get("artist", "")
            return f"{mark}  {reference.name}{f' · {artist}' if artist else ''}{_('  (file missing)') if reference.missing else ''}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(reference.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{reference.name}, {_('liked') if reference.liked else _('disliked')}"
        return None


class ReferencesPanel(QFrame):
    """The list with its search and buttons."""

    refused = Signal(str)

    picked = Signal(object)  # path of the one that is selected, or None

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAcceptDrops(True)
        self._picked: Path | None = None
        self._session = session
        self._model = _Model()
        heading = QLabel(_("References"))
        heading.setObjectName("heading")
        self._count = QLabel()
        self._count.setObjectName("small")
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addStretch(1)
        top.addWidget(self._count)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search"))
        self.search.setAccessibleName(_("Search the references"))
        self.search.setToolTip(_("By name, artist, album or genre"))
        self.search.textChanged.connect(self._model.search)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setAccessibleName(_("References"))
        self.list.setToolTip(_("Drop music you like here; Delete removes, with undo"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setUniformItemSizes(True)
        self.list.selectionModel().selectionChanged.connect(lambda _new, _old: self._pick())
        self._hint = QLabel(_("Drop finished songs that you like here: files, folders of stems, or whole folders."))
        self._hint.setObjectName("quiet")
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._compared = QLabel()
        self._compared.setObjectName("small")
        self._compared.setWordWrap(True)
        self.add = self._button(_("Add…"), _("Choose finished songs that you like"), self._choose)
        self.like = self._button(_("Like"), _("Pull the mix toward the selected references"), lambda: self._mark(True))
        self.dislike = self._button(_("Dislike"), _("Leave the selected references out of the profile"), lambda: self._mark(False))
        buttons = QHBoxLayout()
        for button in (self.add, self.like, self.dislike):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.search)
        layout.addWidget(self._hint, 1)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._compared)
        layout.addLayout(buttons)
        session.references_listed.connect(self.refresh)
        session.analysed.connect(self.refresh)
        self.refresh()

    def _button(self, text: str, tip: str, clicked: Any) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text.rstrip("…"))
        button.clicked.connect(clicked)
        return button

    def refresh(self) -> None:
        """Show the session's references."""
        references = self._session.references
        self._model.replace(references)
        liked = sum(r.liked for r in references)
        self._count.setText(_("{liked} liked").format(liked=liked))
        self._hint.setVisible(not references)
        self.list.setVisible(bool(references))
        self.search.setVisible(bool(references))
        for button in (self.like, self.dislike):
            button.setVisible(bool(references))
        result = self._session.result
        if result is not None and self._session.is_demo:
            self._compared.setText(
                _("The demo is compared with {references} of its own.").format(
                    references=references_text(len(result.analysis.profile.references))
                )
            )
        elif result is not None and not result.analysis.profile.references:
            self._compared.setText(_("Compared with finished songs in general, until you add references."))
        else:
            self._compared.setText("")

    def _pick(self) -> None:
        chosen = self.selected()
        path = chosen[0].path if len(chosen) == 1 else None
        if path != self._picked:
            self._picked = path
            self.picked.emit(path)

    def selected(self) -> list[Reference]:
        """Return the selected references."""
        return [self._model.shown[i.row()] for i in self.list.selectionModel().selectedIndexes()]

    def _mark(self, liked: bool) -> None:
        for reference in self.selected():
            self._session.like_reference(reference.id, liked)

    def _choose(self) -> None:
        files, _filter = QFileDialog.getOpenFileNames(self, _("Add references"))
        if files:
            self._session.add_references([Path(f) for f in files])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the selected references on Delete."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            for reference in self.selected():
                self._session.remove_reference(reference)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Say what a drop here does."""
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()
            self._hint.setText(_("Drop to like"))
            self._hint.setVisible(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget it."""
        self._hint.setText(_("Drop finished songs that you like here: files, folders of stems, or whole folders."))
        self.refresh()

    def dropEvent(self, event: QDropEvent) -> None:
        """Like what was dropped."""
        event.acceptProposedAction()
        self._hint.setText(_("Drop finished songs that you like here: files, folders of stems, or whole folders."))
        self._session.add_references(dropped_paths(event.mimeData()))
        self.refresh()
