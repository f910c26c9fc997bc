"""What an import comes to, as the rows of a table: what is found, unsure and wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _
from mixassistant.library.importing import Plan, is_liked
from mixassistant.library.matching import Match
from mixassistant.names import readable

HEADS = (_("What"), _("Song"), _("Why"), _("File"))
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row: what becomes of a song, its name, why, and which file it is."""

    what: str
    song: str
    why: str
    file: str = ""
    place: str = ""


def rows_of(plan: Plan) -> tuple[ImportRow, ...]:
    """Return what is found, unsure and wanted, in this order."""
    kept = {id(match) for match in plan.kept}
    sure = [_found(match, id(match) in kept) for match in plan.sure]
    unsure = [_row(_("Unsure"), match, match.why) for match in plan.unsure]
    wanted = [ImportRow(_("Wanted"), entry.shown_name, _("not here")) for entry in plan.wanted]
    return (*sure, *unsure, *wanted)


def _found(match: Match, is_kept: bool) -> ImportRow:
    by = _("by its {what}").format(what=_("name") if match.by == "name" else match.by)
    if match.recording is not None and match.recording.reference is not None:
        why = _("your library says the opposite, which stays so") if is_kept else _("a reference already, {by}").format(by=by)
        return _row(_("Is here"), match, why)
    return _row(_("Like") if is_liked(match) else _("Dislike"), match, by)


def _row(what: str, match: Match, why: str) -> ImportRow:
    path = match.recording.path if match.recording is not None else None
    return ImportRow(what, match.entry.shown_name, why, readable(path.name) if path else "", readable(str(path)) if path else "")


class ImportModel(QAbstractTableModel):
    """The rows of an import; fifty thousand cost nothing until they are seen."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[ImportRow, ...] = ()

    def replace(self, rows: tuple[ImportRow, ...]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 # Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 # Qt's own default
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return left if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        text = (row.what, row.song, row.why, row.file)[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_plain(row.place or text)
        return None
