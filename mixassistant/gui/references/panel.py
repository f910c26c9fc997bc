"""The references panel: what the user likes. Drop to like, search, sort, tag; profiles as playlists; a missing file is marked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
)

from mixassistant.gui.references.actions import ReferenceActions
from mixassistant.gui.references.delegate import ReferenceDelegate
from mixassistant.gui.references.dropping import Dropping
from mixassistant.gui.references.filters import Filters
from mixassistant.gui.references.import_dialog import import_likes
from mixassistant.gui.references.model import ReferenceModel, dragged_references
from mixassistant.gui.references.new_profile import NewProfile
from mixassistant.gui.references.profiles import ProfileList
from mixassistant.gui.references.view import ReferenceView
from mixassistant.gui.widgets.dragging import dropped_paths
from mixassistant.gui.widgets.drop_overlay import DropOverlay
from mixassistant.gui.widgets.readout import Readout
from mixassistant.gui.widgets.theme import SPACE, Tokens, tokens_for
from mixassistant.gui.wording import as_plain, breakable, references_text, shortened
from mixassistant.i18n import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mixassistant.gui.background.listing import Row
    from mixassistant.gui.session.session import Session
    from mixassistant.library.library import Reference

EMPTY = _("Drop finished songs that you like here: files, folders of stems, or whole folders.")
PLUS = 30  # px
SHOWN_LETTERS = 40  # of a profile's name in a sentence


class ReferencesPanel(QFrame):
    """The list with its profiles, search, filters and buttons."""

    refused = Signal(str)

    picked = Signal(object)  # path of the one that is to be heard, or None

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAcceptDrops(True)
        self._picked: Path | None = None
        self._session, self._jobs = session, session.reference_jobs
        self._tokens = tokens_for(session.state.settings.theme)
        self._selected: set[int] = set()
        self._current: int | None = None
        self._scrolled = 0
        self._model = ReferenceModel()
        self._model.remarks = self._jobs.remarks
        self.list = ReferenceView(self._model)
        self.list.setItemDelegate(ReferenceDelegate(self.list, self.tokens))
        self.profiles = ProfileList(self.tokens)
        self.naming = NewProfile()
        self.actions_of_references = ReferenceActions(self._jobs, self.profiles, self.naming, self)
        self._build()
        self._overlay = DropOverlay(self, self.tokens, SPACE // 2)
        self._dropping = Dropping(self, self._jobs, self.list, self.profiles, self._overlay, self._said)
        self._connect()
        self.refresh()

    def tokens(self) -> Tokens:
        """Return the colours of the theme."""
        return self._tokens

    # Building

    def _build(self) -> None:
        heading = QLabel(_("References"))
        heading.setObjectName("heading")
        self._count = Readout("", least=0)  # gives way to the heading
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.setSpacing(SPACE // 2)
        top.addWidget(heading)
        top.addWidget(self._count, 1)
        self.add = QToolButton()
        self.add.setText("+")
        self.add.setObjectName("plus")
        self.add.setFixedWidth(PLUS)
        self.add.setAccessibleName(_("Add references"))
        self.add.setToolTip(_("Add finished songs that you like: files, a folder, or likes of other programs"))
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = self.actions_of_references.adding_menu()
        menu.addAction(_("Likes or a playlist…"), lambda: import_likes(self._session, self))
        self.add.setMenu(menu)
        top.addWidget(self.add)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search"))
        self.search.setAccessibleName(_("Search the references"))
        self.search.setToolTip(_("By name, artist, album, genre or tag"))
        self.search.setClearButtonEnabled(True)
        self.filters = Filters()
        self._hint = QLabel(EMPTY)
        self._hint.setObjectName("quiet")
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._place = QFrame()
        place = QVBoxLayout(self._place)
        place.addStretch(1)
        place.addWidget(self._hint)
        self.add_first = self._button(
            _("Add references…"), _("Choose finished songs that you like"), self.actions_of_references.choose_files
        )
        place.addWidget(self.add_first, 0, Qt.AlignmentFlag.AlignHCenter)
        place.addStretch(1)
        self._compared = QLabel()
        self._compared.setObjectName("small")
        self._compared.setTextFormat(Qt.TextFormat.PlainText)
        self._compared.setWordWrap(True)
        self._said = QLabel()  # what a drop of rows will do
        self._said.setObjectName("small")
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._said.hide()
        self.like = self._button(_("Like"), _("Pull the mix toward the selected references"), partial(self._mark, True))
        self.dislike = self._button(
            _("Dislike"), _("Leave the selected references out of what the mix is compared with"), partial(self._mark, False)
        )
        self.new_profile = self._button(
            _("Profile"),
            _("New profile: a named set of references to compare with, of those that are selected"),
            lambda: self.actions_of_references.new_profile([r.id for r in self.selected()]),
        )
        self.new_profile.setAccessibleName(_("New profile"))
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE // 2)
        for button in (self.like, self.dislike, self.new_profile):
            buttons.addWidget(button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.addLayout(top)
        for widget in (self.profiles, self.naming, self.search, self.filters):
            layout.addWidget(widget)
        layout.addWidget(self._place, 1)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._said)
        layout.addWidget(self._compared)
        layout.addLayout(buttons)
        self.setTabOrder(self.search, self.list)

    def _button(self, text: str, tip: str, clicked: Any) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName("narrow")
        button.setToolTip(tip)
        button.setAccessibleName(text.rstrip("…"))
        button.clicked.connect(lambda _checked=False: clicked())
        return button

    def _connect(self) -> None:
        jobs, model = self._jobs, self._model
        self.search.textChanged.connect(lambda text: self._want(words=text))
        self.filters.wanted.connect(lambda values: self._want(**values))
        self.list.picked.connect(self._pick)
        self.list.mark_clicked.connect(self._toggle)
        self.list.stepped.connect(self._step)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.list.selectionModel().selectionChanged.connect(lambda _new, _old: self._show_buttons())
        model.renamed.connect(self.actions_of_references.rename)
        model.modelAboutToBeReset.connect(self._remember_selection)
        model.modelReset.connect(self._restore_selection)
        self.profiles.chosen.connect(jobs.choose_profile)
        self.profiles.deleted.connect(jobs.delete_profile)
        self.profiles.profiles.renamed.connect(jobs.rename_profile)
        self.profiles.customContextMenuRequested.connect(self._show_profile_menu)
        for shortcut in (
            QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus),
            QShortcut(QKeySequence("Ctrl+T"), self, lambda: self.actions_of_references.edit_tags(self.selected())),
        ):
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)  # PySide passes over `context=` beside a callable
        self._session.reference_jobs.listed.connect(self.refresh)
        self._session.state.analysed.connect(self._show_compared)
        self._session.state.opening.connect(self._on_opening)  # a method: it goes with the panel, where a window is forgotten
        self._session.state.settled.connect(lambda _settings: self._retheme())
        jobs.compared.connect(self._show_closeness)

    # Showing

    def refresh(self) -> None:
        """Show the session's references."""
        listing = self._jobs.listing
        rows: Sequence[Row] = listing.rows if listing is not None else ()
        chosen = listing.chosen if listing is not None else None
        if listing is not None:
            self.profiles.show_listing(listing)
            self.filters.show_listing(listing)
            if chosen is not None:
                by_id = {row.reference.id: row for row in rows}
                self._model.replace([by_id[number] for number in chosen.references if number in by_id], self._closeness)
            else:
                self._model.replace(rows, self._closeness)
        has_any = bool(rows) or bool(listing is not None and listing.profiles)
        for widget in (self.search, self.filters, self.like, self.dislike, self.new_profile):
            widget.setVisible(has_any)
        self.profiles.setVisible(listing is not None and bool(listing.profiles))  # one name alone is nothing to choose from
        if self._picked is not None and all(row.reference.path != self._picked for row in rows):
            self._hear(None)
        self._show_count()
        self._show_compared()
        self._show_buttons()

    def _want(self, **values: Any) -> None:
        self._model.want(**values)
        self._show_count()

    def _show_count(self) -> None:
        model, listing = self._model, self._jobs.listing
        shown, total = model.rowCount(), model.total
        if model.wanted.is_everything:
            liked = sum(row.reference.liked for row in model.shown)
            self._count.say(_("{liked} liked").format(liked=f"{liked:,}") if total else "", "")
        else:
            self._count.say(_("{shown} of {total}").format(shown=f"{shown:,}", total=f"{total:,}"), "")
        self._place.setVisible(shown == 0)
        self.add_first.setVisible(total == 0)
        self._place.setObjectName("" if total else "drop")
        self._place.style().unpolish(self._place)
        self._place.style().polish(self._place)
        self.list.setVisible(shown > 0)
        if total and not shown:
            self._hint.setText(_("No reference has all of these words. Search for fewer, or show all tags and marks."))
        elif listing is not None and listing.chosen is not None:
            self._hint.setText(_("This profile is empty. Drag references onto its name, or drop finished songs here."))
        else:
            self._hint.setText(EMPTY)

    def _on_opening(self, _mix: object) -> None:
        """Say of a mix that is on its way neither what it is compared with nor how close that is: it is not known yet."""
        self._show_compared()
        self._show_closeness()

    def _show_closeness(self) -> None:
        self._model.set_closeness(self._closeness)

    @property
    def _closeness(self) -> NDArray[np.float64] | None:
        return None if self._session.state.is_another_coming else self._jobs.closeness

    def _show_compared(self) -> None:
        result = None if self._session.state.is_another_coming else self._session.state.result
        text = ""
        if result is not None:
            count, profile = len(result.analysis.profile.references), result.analysis.request.profile
            if self._session.state.is_demo and self._session.state.shown.comparison == "earlier":
                text = _("The demo is compared with its own earlier mix.")
            elif self._session.state.is_demo:
                text = _(
                    "The demo is compared with {references} of its own, by other artists. The File menu opens it beside its earlier mix."
                )
                text = text.format(references=references_text(count))
            elif not count:
                text = _("Compared with finished songs in general, until you add references.")
            elif profile:
                text = _("Compared with {references} of “{name}”.").format(
                    references=references_text(count), name=shortened(profile, SHOWN_LETTERS)
                )
        self._compared.setText(breakable(text))
        self._compared.setToolTip(as_plain(result.analysis.request.profile) if result is not None else "")
        self._compared.setVisible(bool(text))

    def _show_buttons(self) -> None:
        selected = self.selected()
        self.like.setEnabled(any(not r.liked for r in selected))
        self.dislike.setEnabled(any(r.liked for r in selected))

    def _retheme(self) -> None:
        self._tokens = tokens_for(self._session.state.settings.theme)
        self.list.viewport().update()
        self.profiles.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_overlay"):
            self._retheme()

    # Selection

    def selected(self) -> list[Reference]:
        """Return the selected references, in the order of the list."""
        return [self._model.shown[row].reference for row in self.list.selected_rows()]

    def _remember_selection(self) -> None:
        shown, current = self._model.shown, self.list.currentIndex()
        self._selected = {r.id for r in self.selected()}
        self._current = shown[current.row()].reference.id if current.isValid() else None
        self._scrolled = self.list.verticalScrollBar().value()

    def _restore_selection(self) -> None:
        self.list.restore(self._selected, self._current)
        self.list.verticalScrollBar().setValue(self._scrolled)
        self._show_buttons()

    # Intentions

    def _pick(self, index: QModelIndex) -> None:
        self._hear(self._model.shown[index.row()].reference)

    def _hear(self, reference: Reference | None) -> None:
        if reference is not None and reference.missing:
            self._session.told.emit(_("“{name}” cannot be heard: its file is missing").format(name=reference.shown_name), True)
            return
        path = reference.path if reference is not None else None
        self._model.set_heard(reference.id if reference is not None else None)
        if path != self._picked:
            self._picked = path
            self.picked.emit(path)

    def _toggle(self, index: QModelIndex) -> None:
        reference = self._model.shown[index.row()].reference
        self._jobs.like([reference], not reference.liked)

    def _mark(self, liked: bool) -> None:
        self._jobs.like(self.selected(), liked)

    def _step(self, by: int) -> None:
        """Move the selected rows by one place, as Alt with an arrow asks for."""
        rows, shown = self.list.selected_rows(), self._model.shown
        if not rows or not self.list.is_in_own_order:
            return
        target = rows[0] - 1 if by < 0 else rows[-1] + 2
        if target >= 0 and rows[-1] + by < len(shown):
            self._jobs.move([shown[row].reference.id for row in rows], self.list.reference_at(target))

    def _rename(self) -> None:
        self.list.edit(self.list.currentIndex())

    def _show_menu(self, position: QPoint) -> None:
        menu = self.actions_of_references.menu(self.selected(), lambda: self._pick(self.list.currentIndex()), self._rename)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(position))

    def _show_profile_menu(self, position: QPoint) -> None:
        menu = self.actions_of_references.profile_menu(self.profiles.profile_at(position))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.profiles.viewport().mapToGlobal(position))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the selected references on Delete: from the profile that is shown, else from the library."""
        if event.key() not in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            super().keyPressEvent(event)
        elif self._jobs.profile:
            self._jobs.take_out(self._jobs.profile, [r.id for r in self.selected()])
        else:
            self._jobs.remove(self.selected())

    # Drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Light up and say what a drop here does."""
        if dropped_paths(event.mimeData()) or dragged_references(event.mimeData()):
            self._dropping.hover(event.mimeData(), event.position().toPoint())
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Follow the drag."""
        action = self._dropping.hover(event.mimeData(), event.position().toPoint())
        event.setDropAction(action)
        event.setAccepted(action != Qt.DropAction.IgnoreAction)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget it."""
        self._dropping.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """Do what was said."""
        event.acceptProposedAction()
        self._dropping.drop(event.mimeData(), event.position().toPoint())
