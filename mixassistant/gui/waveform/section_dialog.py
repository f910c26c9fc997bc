"""The dialog for the kind and the letter or name of a section."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from mixassistant.features.track import Section
from mixassistant.gui.background.section_edits import alike
from mixassistant.gui.background.song_structure import KIND_NAMES, section_text
from mixassistant.gui.waveform.words import stretch_text
from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.i18n import _

WIDTH = 360  # px
LONGEST_LETTER = 24


class SectionDialog(QDialog):
    """Asks what a section is: its kind, of a list; and a letter, or the user's own word, which sections that are alike share."""

    def __init__(self, sections: Sequence[Section], index: int, parent: QWidget) -> None:
        super().__init__(parent)
        section = sections[index]
        self._before = section
        self.setWindowTitle(_("Rename a section"))
        self.setMinimumWidth(WIDTH)
        heading = QLabel(f"{section_text(section)}, {stretch_text(section.start_s, section.end_s, 0)}")
        heading.setObjectName("heading")
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setWordWrap(True)
        self.kind = QComboBox()
        self.kind.addItem(_("Not named"), "")
        for kind, name in KIND_NAMES.items():
            self.kind.addItem(name, kind)
        self.kind.setCurrentIndex(max(self.kind.findData(section.kind), 0))
        self.kind.setAccessibleName(_("Kind of the section"))
        self.kind.setToolTip(_("What it is to the song: sections of one kind are compared with those of your references"))
        self.letter = QLineEdit(section.letter)
        self.letter.setMaxLength(LONGEST_LETTER)
        self.letter.setAccessibleName(_("Letter or name of the section"))
        self.letter.setToolTip(_("A letter, or a name of your own; sections that are alike share it, and its colour"))
        others = alike(sections, index)
        self.all = QCheckBox(_("The other {letter} as well") if others == 1 else _("The other {count} {letter} as well"))
        self.all.setText(self.all.text().format(letter=section.letter.replace("&", "&&"), count=others))  # a letter, not the mark of a key
        self.all.setToolTip(_("Sections that share this letter are renamed together"))
        self.all.setChecked(others > 0)
        self.all.setVisible(others > 0)
        form = QFormLayout()
        form.addRow(_("Kind"), self.kind)
        form.addRow(_("Letter or name"), self.letter)
        form.addRow("", self.all)
        self._buttons = button_row(Kind.Ok, Kind.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.letter.textChanged.connect(lambda text: self._buttons.button(Kind.Ok).setEnabled(bool(text.strip())))
        layout = QVBoxLayout(self)
        layout.addWidget(heading)
        if section.kind and section.is_guess:
            guess = QLabel(_("The kind is a guess: OK keeps it as it stands here."))
            guess.setObjectName("small")
            guess.setWordWrap(True)
            layout.addWidget(guess)
        layout.addLayout(form)
        layout.addWidget(self._buttons)
        self.kind.setFocus()

    @property
    def chosen_letter(self) -> str:
        """The letter that was typed."""
        return " ".join(self.letter.text().split())

    @property
    def chosen_kind(self) -> str:
        """The kind that was chosen; empty: none."""
        return str(self.kind.currentData())

    @property
    def are_all(self) -> bool:
        """Whether the sections that share the letter are meant too."""
        return self.all.isChecked()
