"""Asking where a project goes, where its lost mix is, and what becomes of changes that are not saved."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _

SUFFIX = ".mixassistant"
FILTER = _("Mix Assistant projects (*.mixassistant)")
Unsaved = Literal["save", "leave", "stay"]


def ask_project_path(parent: QWidget, start: Path) -> Path | None:
    """Ask where a project file goes; None: nowhere. The dialog asks before it writes over a file."""
    dialog = QFileDialog(parent, _("Save the project"), str(start.parent), FILTER)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(SUFFIX.removeprefix("."))  # so that it asks about the file that will be written
    dialog.selectFile(start.name)
    return Path(dialog.selectedFiles()[0]) if dialog.exec() and dialog.selectedFiles() else None


def ask_for_mix(parent: QWidget, name: str, folder: Path) -> Path | None:
    """Ask where the mix of a project is; None: nobody knows."""
    text, _filter = QFileDialog.getOpenFileName(parent, _("Find “{name}”").format(name=name), str(folder))
    return Path(text) if text else None


def ask_about_changes(parent: QWidget, name: str) -> Unsaved:
    """Ask what becomes of changes that a project file does not hold."""
    box = QMessageBox(
        QMessageBox.Icon.Question, _("Unsaved changes"), as_plain(_("Save the changes to “{name}”?").format(name=name)), parent=parent
    )
    box.setInformativeText(_("Without saving, the project file stays as it is. Your decisions stay in the library."))
    save = box.addButton(_("Save"), QMessageBox.ButtonRole.AcceptRole)
    save.setToolTip(_("Write the project file, then close"))
    leave = box.addButton(_("Don’t save"), QMessageBox.ButtonRole.DestructiveRole)
    leave.setToolTip(_("Close, and leave the project file as it is"))
    stay = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
    stay.setToolTip(_("Go on with the project (Esc)"))
    box.setDefaultButton(save)
    box.setEscapeButton(stay)
    box.exec()
    return "save" if box.clickedButton() is save else "leave" if box.clickedButton() is leave else "stay"
