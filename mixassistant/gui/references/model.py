"""The list of references: filtered, ordered and searched in place over rows that a worker has made ready."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QAbstractListModel, QByteArray, QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal

from mixassistant.gui.background.listing import Row, folded
from mixassistant.gui.wording import as_plain, on_reference
from mixassistant.i18n import _
from mixassistant.names import readable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mixassistant.library.library import Reference

Index = QModelIndex | QPersistentModelIndex
Mark = Literal["", "liked", "disliked", "missing"]
Order = Literal["own", "closest", "title", "loudness", "tempo"]

ROOT = QModelIndex()
TIP_LETTERS = 90  # of a line in a tool-tip
DRAGGED = "application/x-mixassistant-references"  # numbers of references, separated by commas


@dataclass(frozen=True)
class Wanted:
    """What of the list is shown, and in which order: words, a mark, a tag or genre (empty: any)."""

    words: str = ""
    mark: Mark = ""
    label: str = ""
    genre: str = ""
    order: Order = "own"

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.words.split() or self.mark or self.label or self.genre)


class ReferenceModel(QAbstractListModel):
    """References; `renamed` says that a title was typed."""

    renamed = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()
        self._closeness: NDArray[np.float64] | None = None
        self.shown: list[Row] = []
        self.wanted = Wanted()
        self.remarks: Mapping[int, Sequence[str]] = {}  # whole sentences on the files of references, by their numbers
        self.heard: int | None = None  # the number of the reference that is picked to be heard

    # Contents

    @property
    def total(self) -> int:
        """How many there are, shown or not."""
        return len(self._rows)

    def replace(self, rows: Sequence[Row], closeness: NDArray[np.float64] | None) -> None:
        """Show other rows, under the same search and order; where they are the same references, only what they say changes."""
        self._rows, self._closeness = rows, closeness
        self._show()

    def set_closeness(self, closeness: NDArray[np.float64] | None) -> None:
        """Say how close each row of the listing is to the mix, 0–1; None: there is no mix."""
        if closeness is not self._closeness:
            self._closeness = closeness
            self._show()

    def want(self, **values: Any) -> None:
        """Change what is shown (`Wanted`)."""
        wanted = replace(self.wanted, **values)
        if wanted != self.wanted:
            self.wanted = wanted
            self._show()

    def _show(self) -> None:
        found = self._ordered(self._filtered())
        same = len(found) == len(self.shown) and all(
            new.reference.id == old.reference.id for new, old in zip(found, self.shown, strict=True)
        )
        if same:
            self.shown = found
            if found:
                self.dataChanged.emit(self.index(0, 0), self.index(len(found) - 1, 0))
            return
        self.beginResetModel()
        self.shown = found
        self.endResetModel()

    def _filtered(self) -> list[Row]:
        wanted, rows = self.wanted, self._rows
        words = folded(wanted.words).split()
        if len(words) == 1:
            (word,) = words
            rows = [row for row in rows if word in row.searched]
        elif words:
            rows = [row for row in rows if all(word in row.searched for word in words)]
        if wanted.mark == "missing":
            rows = [row for row in rows if row.reference.missing]
        elif wanted.mark:
            liked = wanted.mark == "liked"
            rows = [row for row in rows if row.reference.liked is liked]
        if wanted.label:
            rows = [row for row in rows if wanted.label in row.reference.labels]
        if wanted.genre:
            rows = [row for row in rows if row.reference.shown_genre == wanted.genre]
        return list(rows)

    def _ordered(self, rows: list[Row]) -> list[Row]:
        """Order rows; what has no number comes last."""
        order = self.wanted.order
        if order == "title":
            return sorted(rows, key=lambda row: row.title_key)
        if order == "loudness":
            return sorted(rows, key=lambda row: math.inf if math.isnan(row.lufs) else -row.lufs)
        if order == "tempo":
            return sorted(rows, key=lambda row: math.inf if math.isnan(row.bpm) else row.bpm)
        if order == "closest" and self._closeness is not None:
            keys = [math.inf if math.isnan(value) else -value for value in self._closeness.tolist()]
            return sorted(rows, key=lambda row: keys[row.number])
        return rows

    def closeness_of(self, row: Row) -> float | None:
        """Return how close a row is to the mix, 0–1; None: no mix, or not measured."""
        if self._closeness is None or row.number >= len(self._closeness):
            return None
        value = float(self._closeness[row.number])
        return None if math.isnan(value) else value

    def set_heard(self, reference: int | None) -> None:
        """Mark the reference that is picked to be heard."""
        self.heard = reference
        if self.shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.shown) - 1, 0))

    # What Qt asks

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is shown, read aloud, edited or explained of a row."""
        row = self.shown[index.row()]
        reference = row.reference
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{reference.shown_name}{_('  (file missing)') if reference.missing else ''}"
        if role == Qt.ItemDataRole.EditRole:
            return reference.shown_name
        if role == Qt.ItemDataRole.ToolTipRole:
            *told, path = self._lines(row)
            return as_plain("\n".join([*(textwrap.fill(line, TIP_LETTERS) for line in told if line), path]))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(line for line in (*self._lines(row)[:-1], self._mark(reference)) if line)
        return None

    def _lines(self, row: Row) -> list[str]:
        closeness, reference = self.closeness_of(row), row.reference
        near = "" if closeness is None else _("{percent} % close to the mix").format(percent=round(100 * closeness))
        gone = _("The file is missing: find it again by the menu") if reference.missing else ""
        heard = _("picked to be heard") if reference.id == self.heard else ""
        odd = [on_reference(sentence) for sentence in self.remarks.get(reference.id, ())]
        return [reference.shown_name, row.about, row.measured or _("not measured"), near, heard, gone, *odd, readable(str(reference.path))]

    @staticmethod
    def _mark(reference: Reference) -> str:
        return _("liked") if reference.liked else _("disliked")

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a typed title."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        reference = self.shown[index.row()].reference
        title = " ".join(str(value).split())
        if title != reference.shown_name:
            self.renamed.emit(reference, "" if title == reference.name else title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that rows can be renamed and dragged."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren

    def mimeTypes(self) -> list[str]:
        """Return what a drag holds."""
        return [DRAGGED]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return dragged rows, in the order in which they are shown."""
        numbers = [self.shown[row].reference.id for row in sorted({index.row() for index in indexes})]
        found = QMimeData()
        found.setData(DRAGGED, QByteArray(",".join(str(number) for number in numbers).encode()))
        return found

    def supportedDragActions(self) -> Qt.DropAction:
        """Return that a drag moves within the list and copies into a profile."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction


def dragged_references(data: QMimeData) -> list[int]:
    """Return the numbers of the references that a drag from the list holds."""
    if not data.hasFormat(DRAGGED):
        return []
    return [int(number) for number in bytes(data.data(DRAGGED).data()).decode().split(",") if number]
