"""Asking where the report goes: its format is what the name ends in, or else the one that is chosen in the dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _

SUFFIXES = {"HTML (*.html)": ".html", "PDF (*.pdf)": ".pdf", "Markdown (*.md)": ".md", "JSON (*.json)": ".json"}  # by the filter


def ask_report_path(parent: QWidget, name: str) -> Path | None:
    """Ask where a report of a suggested name (without a suffix) goes; None: nowhere.

    The dialog asks before it writes over a file, but it does not know of the suffix that is added here.
    """
    start = Path(name)
    while True:
        text, chosen = QFileDialog.getSaveFileName(parent, _("Export the report"), str(start), ";;".join(SUFFIXES))
        if not text:
            return None
        typed = Path(text)
        if typed.suffix.lower() in SUFFIXES.values():
            return typed
        path = typed.with_name(typed.name + SUFFIXES.get(chosen, ".html"))
        if not path.exists() or _may_replace(parent, path):
            return path
        start = typed


def _may_replace(parent: QWidget, path: Path) -> bool:
    box = QMessageBox(
        QMessageBox.Icon.Warning, _("Export the report"), as_plain(_("“{name}” is there already.").format(name=path.name)), parent=parent
    )
    box.setInformativeText(_("Replace it? What is in it now will be lost."))
    replace = box.addButton(_("Replace"), QMessageBox.ButtonRole.AcceptRole)
    replace.setToolTip(_("Write over the file"))
    back = box.addButton(_("Choose another name"), QMessageBox.ButtonRole.RejectRole)
    back.setToolTip(_("Leave the file as it is (Esc)"))
    box.setDefaultButton(back)
    box.setEscapeButton(back)
    box.exec()
    return box.clickedButton() is replace
