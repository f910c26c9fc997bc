"""About: version, licence, credits, and what to send along when something went wrong."""

from __future__ import annotations

import logging
import os
import platform
from importlib import metadata
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from mixassistant import __version__, logs, paths
from mixassistant.gui.dialogs.guide import set_markdown
from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.i18n import _

SIZE = (680, 600)  # px
LICENCE = "GPL-3.0-or-later"
LICENCE_PAGE = "https://www.gnu.org/licenses/gpl-3.0.html"
PARTS = ("PySide6", "pyqtgraph", "numpy", "scipy", "numba", "torch", "demucs", "av", "soundfile", "sounddevice", "essentia-tensorflow")


def log_file() -> Path | None:
    """Return the file that the program's records go to, or None where none could be opened."""
    handlers = logging.getLogger("mixassistant").handlers
    found = next((h for h in handlers if h.name == logs.NAME and isinstance(h, logging.FileHandler)), None)
    return Path(found.baseFilename) if found is not None else None


def support_details() -> str:
    """Return the versions and places that help to find a fault, without the user's name."""
    screens = (f"{s.size().width()}×{s.size().height()} at {100 * s.devicePixelRatio():.0f} %" for s in QGuiApplication.screens())
    log = log_file()
    lines = [
        f"Mix Assistant {__version__}",
        f"Python {platform.python_version()}, {platform.platform()}",
        f"Qt {QLibraryInfo.version().toString()}, {QGuiApplication.platformName()}, screens {', '.join(screens) or 'none'}",
        f"Processors: {os.cpu_count()}",
        ", ".join(f"{name} {version}" for name in PARTS if (version := _version(name))),
        f"Log: {log if log is not None else 'none'}",
        f"Data: {paths.data_folder()}",
        f"Cache: {paths.cache_folder()}",
        f"Settings: {paths.config_folder()}",
    ]
    return "\n".join(_without_name(line) for line in lines) + "\n"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _without_name(line: str) -> str:
    home = str(Path.home())
    return line.replace(home, "~") if len(home) > 1 else line


def licence_text() -> str:
    """Return the whole licence as it is installed with the program, or where to read it."""
    try:
        text = metadata.distribution("mixassistant").read_text("licenses/LICENSE")
    except metadata.PackageNotFoundError:
        text = None
    return text or _("The GNU General Public License, version 3 or later: {page}").format(page=LICENCE_PAGE)


class AboutDialog(QDialog):
    """Three pages below the name: credits, licence, support."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("About Mix Assistant"))
        self.resize(*SIZE)
        title = QLabel(_("Mix Assistant"))
        title.setObjectName("display")
        version = QLabel(_("Version {version}").format(version=__version__))
        version.setObjectName("quiet")
        version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        promise = QLabel(
            _("Free software under the {licence}: you may use, study, share and change it. It comes without any warranty.").format(
                licence=LICENCE
            )
        )
        promise.setWordWrap(True)
        self.pages = QTabWidget()
        self.pages.setAccessibleName(_("About"))
        self.credits = QTextBrowser()
        self.credits.setOpenExternalLinks(True)
        set_markdown(self.credits.document(), paths.resource("notice.md").read_text("utf-8").partition("\n")[2])
        self.credits.moveCursor(QTextCursor.MoveOperation.Start)
        self.pages.addTab(self._text(self.credits, _("Credits"), _("Whose work this stands on, under which licences")), _("Credits"))
        self.licence = self._plain(licence_text(), _("Licence"), _("The whole licence"))
        self.pages.addTab(self.licence, _("Licence"))
        self.pages.addTab(self._support(), _("Support"))
        buttons = button_row(Kind.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE)
        for widget in (title, version, promise):
            layout.addWidget(widget)
        layout.addWidget(self.pages, 1)
        layout.addWidget(buttons)

    def _text(self, browser: QTextBrowser, name: str, tip: str) -> QTextBrowser:
        browser.setAccessibleName(name)
        browser.setToolTip(tip)
        browser.setTabChangesFocus(True)
        return browser

    def _plain(self, text: str, name: str, tip: str) -> QPlainTextEdit:
        shown = QPlainTextEdit(text)
        shown.setReadOnly(True)
        shown.setTabChangesFocus(True)
        shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        shown.setAccessibleName(name)
        shown.setToolTip(tip)
        return shown

    def _support(self) -> QWidget:
        """Return the page with the log file and the details to copy."""
        log = log_file()
        where = _("The log file: {path}").format(path=log) if log is not None else _("No log file could be opened.")
        self.log = QLabel(where)
        self.log.setTextFormat(Qt.TextFormat.PlainText)
        self.log.setWordWrap(True)
        self.log.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.log.setAccessibleName(where)
        self.log.setToolTip(_("What the program did and what failed; it stays on this computer"))
        self.details = self._plain(
            support_details(), _("Support details"), _("Send these along when you report a fault; nothing is sent by itself")
        )
        self.copy = self._button(_("Copy details"), _("Put the details on the clipboard"), self._copy)
        self.open_log = self._button(_("Show the log file"), _("Open the folder in which it lies"), self._open_log)
        self.open_log.setEnabled(log is not None)
        self.copied = QLabel()
        self.copied.setObjectName("small")
        row = QHBoxLayout()
        for widget in (self.copy, self.open_log, self.copied):
            row.addWidget(widget)
        row.addStretch(1)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, SPACE, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.log)
        layout.addWidget(self.details, 1)
        layout.addLayout(row)
        return page

    def _button(self, text: str, tip: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.copied.setText(_("Copied"))

    def _open_log(self) -> None:
        log = log_file()
        if log is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(log.parent)))
