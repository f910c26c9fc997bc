"""The guide in a window of its own, beside the work: what to do in the first five minutes, and how to read each view."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument, QTextTable
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from mixassistant import paths
from mixassistant.gui.widgets.dialog_frame import Kind, button_row
from mixassistant.gui.widgets.search_field import ClearsOnEscape
from mixassistant.gui.widgets.theme import SPACE, TYPE_PT
from mixassistant.i18n import _

SIZE = (940, 680)  # px
CONTENTS = 230  # px
LINE_HEIGHT = 135  # % of the font's
OTHER_FINDS = 0.28  # how much of the highlight's colour lies under finds that are not the current one
SIZES = {1: TYPE_PT["display"], 2: TYPE_PT["title"] + 2, 3: TYPE_PT["title"]}  # pt


@dataclass(frozen=True)
class Heading:
    """A heading of the guide: its level, its text, and where in the document it begins."""

    level: int
    text: str
    position: int


def set_markdown(document: QTextDocument, text: str) -> list[Heading]:
    """Put a text into a document with our type scale and spacing, and return its headings."""
    document.setMarkdown(text)
    document.setDocumentMargin(2 * SPACE)
    headings = []
    block = document.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        cursor = QTextCursor(block)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        spacing.setTopMargin(2.5 * SPACE if level > 1 else 0)
        spacing.setBottomMargin(SPACE / 2 if block.textList() is not None else SPACE)
        cursor.mergeBlockFormat(spacing)
        if level:
            headings.append(Heading(level, block.text(), block.position()))
            large = QTextCharFormat()
            large.setFontPointSize(SIZES.get(level, TYPE_PT["body"]))
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(large)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            plain = frame.format()
            plain.setBorder(0)
            plain.setCellSpacing(0)
            plain.setCellPadding(SPACE / 4)
            frame.setFormat(plain)
    return headings


class GuideDialog(QDialog):
    """Contents on the left, the text on the right, a search above. It does not keep the window from being used."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Guide"))
        self.resize(*SIZE)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search the guide"))
        self.search.setAccessibleName(_("Search the guide"))
        self.search.setToolTip(_("Enter and F3 go to the next find, Shift+F3 to the one before (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._search())
        self.search.returnPressed.connect(lambda: self.go(1))
        self.count = QLabel()
        self.count.setObjectName("small")
        self.previous = self._button("‹", _("Previous find"), _("Go to the find before this one (Shift+F3)"), -1)
        self.next = self._button("›", _("Next find"), _("Go to the next find (F3)"), 1)
        self.text = QTextBrowser()
        self.text.setAccessibleName(_("Guide"))
        self.text.setToolTip(_("Arrow keys and Page up and down scroll"))
        self.text.setOpenExternalLinks(True)
        self.text.setTabChangesFocus(True)
        self.headings = set_markdown(self.text.document(), paths.resource("guide.md").read_text("utf-8"))
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.contents = self._contents()
        self._finds: list[QTextCursor] = []
        self._current = 0
        self._arrange()
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        ClearsOnEscape(self.search)
        QShortcut(QKeySequence(Qt.Key.Key_F3), self, lambda: self.go(1))
        QShortcut(QKeySequence(Qt.Modifier.SHIFT | Qt.Key.Key_F3), self, lambda: self.go(-1))
        self._search()
        self.contents.setFocus()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        for widget in (self.count, self.previous, self.next):
            top.addWidget(widget)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.setHandleWidth(SPACE)
        split.addWidget(self.contents)
        split.addWidget(self.text)
        split.setSizes([CONTENTS, SIZE[0] - CONTENTS])
        split.setStretchFactor(1, 1)
        buttons = button_row(Kind.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE)
        layout.addLayout(top)
        layout.addWidget(split, 1)
        layout.addWidget(buttons)

    def _button(self, text: str, name: str, tip: str, step: int) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: self.go(step))
        return button

    def _contents(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setObjectName("roomy")
        tree.ensurePolished()  # or its rows would be measured without the theme
        tree.setHeaderHidden(True)
        tree.setAccessibleName(_("Contents"))
        tree.setToolTip(_("Choose what to read"))
        tree.setIndentation(2 * SPACE)
        tree.setRootIsDecorated(False)
        tree.setItemsExpandable(False)
        tree.setUniformRowHeights(True)
        above: QTreeWidgetItem | None = None
        for number, heading in enumerate(self.headings):
            if heading.level == 1:
                continue
            item = QTreeWidgetItem([heading.text])
            item.setData(0, Qt.ItemDataRole.UserRole, number)
            if heading.level == 2 or above is None:
                tree.addTopLevelItem(item)
                above = item
            else:
                above.addChild(item)
        tree.expandAll()
        first = tree.topLevelItem(0)
        if first is not None:
            tree.setCurrentItem(first)
        tree.currentItemChanged.connect(lambda item, _before: self._choose(item))
        tree.itemClicked.connect(lambda item, _column: self._choose(item))
        return tree

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.read(item.data(0, Qt.ItemDataRole.UserRole))

    def read(self, number: int) -> None:
        """Show the text from a heading on."""
        layout = self.text.document().documentLayout()
        block = self.text.document().findBlock(self.headings[number].position)
        self.text.verticalScrollBar().setValue(round(layout.blockBoundingRect(block).top()) - SPACE)

    # Searching

    def _search(self) -> None:
        """Find all places of what is typed; the first in sight or after it is the current one."""
        words = self.search.text().strip()
        self._finds, self._current = [], 0
        found = self.text.document().find(words, 0) if words else QTextCursor()
        while not found.isNull():
            self._finds.append(found)
            found = self.text.document().find(words, found)
        self._show_finds()

    def go(self, step: int) -> None:
        """Go some finds on, round and round."""
        if self._finds:
            self._current = (self._current + step) % len(self._finds)
            self._show_finds()

    def _show_finds(self) -> None:
        palette = self.text.palette()
        marks = []
        for number, cursor in enumerate(self._finds):
            mark = QTextEdit.ExtraSelection()
            mark.cursor = cursor
            back = palette.highlight().color()
            if number == self._current:
                mark.format.setForeground(palette.highlightedText())
            else:
                back.setAlphaF(OTHER_FINDS)
            mark.format.setBackground(back)
            marks.append(mark)
        self.text.setExtraSelections(marks)
        for button in (self.previous, self.next):
            button.setEnabled(bool(self._finds))
        self.count.setVisible(bool(self.search.text().strip()))
        if not self._finds:
            self.count.setText(_("Not found"))
            return
        self.count.setText(_("{number} of {all}").format(number=self._current + 1, all=len(self._finds)))
        place = QTextCursor(self._finds[self._current])
        place.setPosition(place.selectionStart())
        self.text.setTextCursor(place)
        self.text.ensureCursorVisible()

    def changeEvent(self, event: QEvent) -> None:
        """Mark the finds in the colours of another theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange) and hasattr(self, "_finds"):
            self._show_finds()
