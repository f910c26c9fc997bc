"""The profiles as playlists: the chosen one is shown and compared with; references are dropped onto their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.background.listing import Listing
    from mixassistant.library.library import NamedProfile

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
CHOSEN_BAR = 3  # px
SHOWN_ROWS = 5  # what is more is scrolled to


class ProfileModel(QAbstractListModel):
    """First the whole library, then the profiles by name; `renamed` says that another name was typed."""

    renamed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._profiles: tuple[NamedProfile, ...] = ()
        self._total = 0

    def replace(self, listing: Listing) -> None:
        """Show the profiles of a listing."""
        if len(listing.profiles) == len(self._profiles):
            self._profiles, self._total = listing.profiles, len(listing.rows)
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 0))
            return
        self.beginResetModel()
        self._profiles, self._total = listing.profiles, len(listing.rows)
        self.endResetModel()

    def name_of(self, row: int) -> str:
        """Return the name of a row's profile; empty for the whole library."""
        return self._profiles[row - 1].name if 0 < row <= len(self._profiles) else ""

    def parts(self, row: int) -> tuple[str, str]:
        """Return what a row is called, and how many it holds."""
        name = self.name_of(row)
        count = len(self._profiles[row - 1].references) if name else self._total
        return name or _("All references"), f"{count:,}"

    def row_of(self, name: str) -> int:
        """Return the row of a profile; the first for an empty or unknown name."""
        return next((row for row, profile in enumerate(self._profiles, 1) if profile.name == name), 0)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the profiles."""
        return tuple(profile.name for profile in self._profiles)

    def fresh_name(self) -> str:
        """Return a name that no profile has."""
        names, number = self.names, 1
        while (name := _("New profile") if number == 1 else _("New profile {number}").format(number=number)) in names:
            number += 1
        return name

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else 1 + len(self._profiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is shown, typed over or explained of a row."""
        name = self.name_of(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            shown, count = self.parts(index.row())
            return f"{shown}  ({count})"
        if role == Qt.ItemDataRole.EditRole:
            return name
        if role == Qt.ItemDataRole.ToolTipRole:
            if not name:
                return _("Show everything, and compare with all that you like")
            return as_plain(f"{name}\n" + _("Show this profile and compare with it; drop references here to add them"))
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a typed name."""
        name, new = self.name_of(index.row()), " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not name or not new:
            return False
        if new != name:
            self.renamed.emit(name, new)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that profiles can be renamed."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.row() else found


class _Delegate(QStyledItemDelegate):
    """A name with how many it holds; the chosen one stands out less than a selected reference does."""

    def __init__(self, parent: QListView, tokens: Callable[[], Tokens]) -> None:
        super().__init__(parent)
        self._tokens = tokens

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of a row."""
        return QSize(0, option.fontMetrics.height() + SPACE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw a row."""
        model, tokens, rect, font = index.model(), self._tokens(), option.rect, QFont(option.font)
        assert isinstance(model, ProfileModel)
        name, count = model.parts(index.row())
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, tokens.color("raised"))
        if is_chosen:
            painter.fillRect(rect.adjusted(0, 0, CHOSEN_BAR - rect.width(), 0), tokens.color("accent"))
            font.setWeight(QFont.Weight.DemiBold)
        inside = rect.adjusted(SPACE, 0, -SPACE, 0)
        painter.setFont(option.font)
        painter.setPen(tokens.color("quiet"))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
        room = inside.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(count) - SPACE, 0)
        painter.setFont(font)
        painter.setPen(tokens.color("text"))
        shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        if has_focus:
            painter.setPen(tokens.color("accent"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """Return a line to type a name into, as high as a row."""
        editor = QLineEdit(parent)
        editor.setObjectName("inline")
        editor.setAccessibleName(_("Name of the profile"))
        editor.setToolTip(_("Enter renames the profile, Esc leaves its name"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Fill the editor once: what is being typed outlives a refresh of the list."""
        if not (isinstance(editor, QLineEdit) and editor.isModified()):
            super().setEditorData(editor, index)


class ProfileList(QListView):
    """Signals: `chosen` (a name, empty for the whole library), `deleted` (a name)."""

    chosen = Signal(str)
    deleted = Signal(str)

    def __init__(self, tokens: Callable[[], Tokens]) -> None:
        super().__init__()
        self.profiles = ProfileModel()
        self.setModel(self.profiles)
        self.setItemDelegate(_Delegate(self, tokens))
        self.setMouseTracking(True)
        self.setAccessibleName(_("Profiles"))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAcceptDrops(False)  # the panel takes drops
        self.viewport().setAcceptDrops(False)
        self.selectionModel().currentChanged.connect(self._on_current)
        self._is_quiet = False
        self._target: int | None = None  # the row that a drag is over

    def show_listing(self, listing: Listing) -> None:
        """Show the profiles, the chosen one selected."""
        self._is_quiet = True
        self.profiles.replace(listing)
        row = self.profiles.row_of(listing.profile)
        if self.currentIndex().row() != row:
            self.setCurrentIndex(self.profiles.index(row, 0))
        self._is_quiet = False
        self.updateGeometry()

    def _on_current(self, new: QModelIndex, _old: QModelIndex) -> None:
        if not self._is_quiet and new.isValid():
            self.chosen.emit(self.profiles.name_of(new.row()))

    def rename(self, name: str) -> None:
        """Let the user type another name."""
        row = self.profiles.row_of(name)
        if row:
            self.edit(self.profiles.index(row, 0))

    def profile_at(self, position: QPoint) -> str:
        """Return the profile under a point of the viewport; empty: none, or the whole library."""
        index = self.indexAt(position)
        return self.profiles.name_of(index.row()) if index.isValid() else ""

    def light_up(self, name: str) -> None:
        """Frame the profile that a drag is over; empty: none."""
        row = self.profiles.row_of(name) if name else None
        if row != self._target:
            self._target = row
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the list, and the frame of the profile that a drag is over."""
        super().paintEvent(event)
        if self._target is not None:
            painter = QPainter(self.viewport())
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(self.visualRect(self.profiles.index(self._target, 0)).adjusted(1, 1, -1, -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Rename on F2, delete on Delete."""
        name = self.profiles.name_of(self.currentIndex().row())
        if event.key() == Qt.Key.Key_F2 and name:
            self.rename(name)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if name:
                self.deleted.emit(name)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return a height for all rows, or for the first few."""
        rows = min(self.profiles.rowCount(), SHOWN_ROWS)
        return QSize(super().sizeHint().width(), rows * max(self.sizeHintForRow(0), 1) + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        """Return the same height: a list of two names is not shrunk."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())
