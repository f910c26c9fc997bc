"""The dialog for genre and tags of one reference or several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QDialog, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.i18n import _
from mixassistant.library.references import labels_in

if TYPE_CHECKING:
    from mixassistant.library.library import Description, Reference

WIDTH = 420  # px


class TaggingDialog(QDialog):
    """Genre and tags; of several references, only what is changed is changed."""

    def __init__(self, references: Sequence[Reference], genres: Iterable[str], labels: Iterable[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._references = references
        self._common = tuple(label for label in references[0].labels if all(label in r.labels for r in references))
        one = len(references) == 1
        self.setWindowTitle(_("Genre and tags"))
        self.setMinimumWidth(WIDTH)
        title = references[0].shown_name if one else _("{count} references").format(count=len(references))
        heading = QLabel(title)
        heading.setObjectName("heading")
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setWordWrap(True)
        shown = {r.shown_genre for r in references}
        self.genre = QLineEdit(shown.pop() if len(shown) == 1 else "")
        self.genre.setPlaceholderText(_("As the file says") if one else _("Several: stays as it is"))
        self.genre.setAccessibleName(_("Genre"))
        self.genre.setToolTip(_("Empty: what the file says"))
        self.genre.setCompleter(self._completer(genres))
        self.labels = QLineEdit(", ".join(self._common))
        self.labels.setPlaceholderText(_("live, loud, female vocals"))
        self.labels.setAccessibleName(_("Tags, parted by commas"))
        self.labels.setToolTip(_("Words of your own to find references by, parted by commas"))
        form = QFormLayout()
        form.addRow(_("Genre"), self.genre)
        form.addRow(_("Tags"), self.labels)
        in_use = ", ".join(sorted(set(labels), key=str.casefold))
        hint = QLabel(_("In use: {tags}").format(tags=in_use) if in_use else _("Tags are parted by commas."))
        hint.setObjectName("small")
        hint.setTextFormat(Qt.TextFormat.PlainText)
        hint.setWordWrap(True)
        if not one:
            several = QLabel(_("The tags that all of them have are shown; others stay."))
            several.setObjectName("small")
            several.setWordWrap(True)
            form.addRow("", several)
        form.addRow("", hint)
        buttons = button_row(Kind.Ok, Kind.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(heading)
        layout.addLayout(form)
        layout.addWidget(buttons)
        self.labels.setFocus()

    def _completer(self, words: Iterable[str]) -> QCompleter:
        completer = QCompleter(sorted(words, key=str.casefold), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        return completer

    def descriptions(self) -> list[Description]:
        """Return what is said of each reference now."""
        typed = labels_in(self.labels.text())
        gone = set(self._common) - set(typed)
        found = []
        for reference in self._references:
            kept = tuple(label for label in reference.labels if label not in gone)
            labels = typed if len(self._references) == 1 else (*kept, *(label for label in typed if label not in kept))
            found.append(replace(reference.description, genre=self._genre_of(reference), labels=labels))
        return found

    def _genre_of(self, reference: Reference) -> str | None:
        """Return the genre that is kept: the file's own is not kept twice."""
        genre = " ".join(self.genre.text().split())
        if not self.genre.isModified():
            return reference.genre
        return None if genre in ("", reference.tags.get("genre", "")) else genre
