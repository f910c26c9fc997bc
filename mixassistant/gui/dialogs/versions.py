"""The versions of a song: what changed since the bounce before, which accepted moves arrived, and what is left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHeaderView,
    QLabel,
    QPushButton,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _
from mixassistant.names import file_name

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session
    from mixassistant.report.tables import Table

SIZE = (900, 520)  # px
WIDEST = 340  # px, of a column
FILTERS = "HTML (*.html);;Markdown (*.md);;JSON (*.json)"


class VersionsDialog(QDialog):
    """Shows the comparison of a session; the window stays usable beside it."""

    def __init__(self, session: Session, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._versions = session.versions
        self._name = ""
        self.setWindowTitle(_("Versions"))
        self.resize(*SIZE)
        self.headline, self.facts = QLabel(), QLabel()
        self.headline.setObjectName("heading")
        self.facts.setObjectName("quiet")
        for label in (self.headline, self.facts):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(_("Comparison"))
        self.export = QPushButton(_("Export…"))
        self.export.setToolTip(_("Write the comparison as HTML, Markdown or JSON"))
        self.export.setAccessibleName(_("Export the comparison"))
        self.export.setAutoDefault(False)
        self.export.clicked.connect(self._ask_where)
        buttons = button_row(Kind.Close)
        buttons.addButton(self.export, buttons.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE)
        for widget in (self.headline, self.facts):
            layout.addWidget(widget)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(buttons)
        session.versions.compared.connect(self.show_comparison)
        self.show_comparison()

    def show_comparison(self) -> None:
        """Show what there is to compare now."""
        page = self._versions.page
        self.tabs.clear()
        self.tabs.setVisible(page is not None)
        self.export.setEnabled(page is not None)
        if page is None:
            self.headline.setText(_("There is no earlier version of this mix yet."))
            self.facts.setText(
                _("Open a new export of this song: the two are compared, and each move that you accepted is looked for in it.")
            )
            return
        self._name = page.title
        self.headline.setText(page.headline)
        self.facts.setText("\n".join([*(f"{term}: {text}" for term, text in page.facts), *page.warnings]))
        for table in (page.moves, page.changes, page.rest):
            if table.rows:
                self.tabs.addTab(_tree(table), table.caption)

    def _ask_where(self) -> None:
        text, chosen = QFileDialog.getSaveFileName(self, _("Export the comparison"), file_name(self._name, ".html"), FILTERS)
        if text:
            path = Path(text)
            suffix = chosen.partition("*")[2].rstrip(")") or ".html"
            self._versions.export(path if path.suffix.lower() in (".html", ".md", ".json") else path.with_name(path.name + suffix))


def _tree(table: Table) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("roomy")
    tree.setAccessibleName(table.caption)
    tree.setToolTip(table.caption)
    tree.setColumnCount(len(table.columns))
    tree.setHeaderLabels(list(table.columns))
    tree.setRootIsDecorated(False)
    tree.setAlternatingRowColors(True)
    tree.setUniformRowHeights(True)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    for row in table.rows:
        item = QTreeWidgetItem(list(row.cells))
        for column, cell in enumerate(row.cells):
            item.setToolTip(column, as_plain(cell))
            if table.words <= column < len(row.cells) - (table.columns[-1] == _("Answer")):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        tree.addTopLevelItem(item)
    tree.header().setStretchLastSection(False)
    for column in range(len(table.columns)):
        gives_way = column == table.words - 1  # the longest words: their end is in the tooltip
        tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch if gives_way else QHeaderView.ResizeMode.ResizeToContents)
    tree.header().setMaximumSectionSize(WIDEST)
    if first := tree.topLevelItem(0):
        tree.setCurrentItem(first)
        tree.clearSelection()
    return tree
