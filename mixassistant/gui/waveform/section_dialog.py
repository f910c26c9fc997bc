"""The dialog for letter and kind of a section."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from mixassistant.features.track import Section
from mixassistant.gui.background.section_edits import alike
from mixassistant.gui.background.song_structure import KIND_NAMES, section_text
from mixassistant.gui.waveform.words import stretch_text
from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.i18n import _

WIDTH = 360  # px
LONGEST_LETTER, LONGEST_KIND = 3, 24


class SectionDialog(QDialog):
    """Asks what a section is: sections that are alike share a letter; its kind is one of a list, or the user's own word."""

    def __init__(self, sections: Sequence[Section], index: int, parent: QWidget) -> None:
        super().__init__(parent)
        section = sections[index]
        self._before = section
        self.setWindowTitle(_("Rename a section"))
        self.setMinimumWidth(WIDTH)
        heading = QLabel(f"{section_text(section)}, {stretch_text(section.start_s, section.end_s, 0)}")
        heading.setObjectName("heading")
        field = QLineEdit()
        self.kind = QComboBox()
        self.kind.setEditable(True)
        self.kind.setLineEdit(field)
        self.kind.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.kind.addItems([*KIND_NAMES.values()])
        self.kind.setCurrentText(KIND_NAMES.get(section.kind, section.kind))
        self.kind.setAccessibleName(_("Kind of the section"))
        self.kind.setToolTip(_("Choose from the list, or type a word of your own; empty: none"))
        field.setMaxLength(LONGEST_KIND)
        field.setPlaceholderText(_("Not named"))
        field.setAccessibleName(_("Kind of the section"))
        field.selectAll()
        self.letter = QLineEdit(section.letter)
        self.letter.setMaxLength(LONGEST_LETTER)
        self.letter.setAccessibleName(_("Letter of the section"))
        self.letter.setToolTip(_("Sections that are alike share a letter, and its colour"))
        others = alike(sections, index)
        self.all = QCheckBox(_("The other {letter} as well") if others == 1 else _("The other {count} {letter} as well"))
        self.all.setText(self.all.text().format(letter=section.letter, count=others))
        self.all.setToolTip(_("Sections that share this letter are renamed together"))
        self.all.setChecked(others > 0)
        self.all.setVisible(others > 0)
        form = QFormLayout()
        form.addRow(_("Kind"), self.kind)
        form.addRow(_("Letter"), self.letter)
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
        return self.letter.text().strip()

    @property
    def chosen_kind(self) -> str:
        """The kind that was chosen, or the user's own word; empty: none."""
        typed = " ".join(self.kind.currentText().split())
        return next((kind for kind, name in KIND_NAMES.items() if name.casefold() == typed.casefold()), typed)

    @property
    def are_all(self) -> bool:
        """Whether the sections that share the letter are meant too."""
        return self.all.isChecked()
