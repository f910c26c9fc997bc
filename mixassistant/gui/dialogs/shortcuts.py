"""The shortcuts dialog: every command of the menus and every key, searchable."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHeaderView, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from mixassistant.gui.widgets.commands import Line, search
from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.gui.widgets.search_field import ClearsOnEscape
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.i18n import _

SIZE = (620, 620)  # px


class ShortcutsDialog(QDialog):
    """A list by places, and a search over all of it."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keyboard shortcuts"))
        self.resize(*SIZE)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search: loop, zoom, Ctrl …"))
        self.search.setAccessibleName(_("Search the shortcuts"))
        self.search.setToolTip(_("By what a key does, by the key, or by where it works (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show)
        self.list = QTreeWidget()
        self.list.setObjectName("roomy")
        self.list.setAccessibleName(_("Keyboard shortcuts"))
        self.list.setToolTip(_("Commands of the menus first, then keys by the place where they work"))
        self.list.setColumnCount(2)
        self.list.setHeaderLabels([_("What"), _("Keys")])
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.header().setStretchLastSection(False)
        self.list.setRootIsDecorated(False)
        self.list.setItemsExpandable(False)
        self.list.setIndentation(SPACE)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.none = QLabel(_("No key does that. Every command is in the menus as well."))
        self.none.setObjectName("quiet")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = button_row(Kind.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.none, 1)
        layout.addWidget(buttons)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        ClearsOnEscape(self.search)
        self._show("")
        self.search.setFocus()

    def _show(self, words: str) -> None:
        found = search(words)
        self.list.clear()
        groups: dict[str, list[Line]] = {}
        for line in found:
            groups.setdefault(line.where, []).append(line)
        for where, lines in groups.items():
            group = QTreeWidgetItem([where])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = self.font()
            font.setBold(True)
            group.setFont(0, font)
            self.list.addTopLevelItem(group)
            group.setFirstColumnSpanned(True)
            for line in lines:
                row = QTreeWidgetItem(group, [line.text, line.keys])
                row.setToolTip(0, line.text)
        self.list.expandAll()
        self.list.setVisible(bool(found))
        self.none.setVisible(not found)
