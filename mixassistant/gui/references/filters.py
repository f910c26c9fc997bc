"""Which references are shown and in which order: by mark, by tag or genre, by closeness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QToolButton, QWidget

from mixassistant.gui.widgets.theme import SPACE
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.background.listing import Listing

ORDERS = {
    "own": _("My order"),
    "closest": _("Closest to the mix first"),
    "title": _("By title"),
    "loudness": _("Loudest first"),
    "tempo": _("Slowest first"),
}
MARKS = {"": _("All"), "liked": _("Liked"), "disliked": _("Disliked"), "missing": _("Missing")}
BOX_CHARACTERS = 5  # that a filter shows at least: two of them and a button share the narrowest panel


class Filters(QWidget):
    """Two boxes and a button; `wanted` says what is to be shown, as `ReferenceModel.want` takes it."""

    wanted = Signal(dict)

    def __init__(self) -> None:
        super().__init__()
        self.marks = self._box(_("Show liked or disliked"), _("Show all, liked, disliked, or those whose file is missing"))
        for mark, name in MARKS.items():
            self.marks.addItem(name, mark)
        self.tags = self._box(_("Show one tag or genre"), _("Show the references of one tag or genre"))
        self.tags.addItem(_("Any tag"), ("", ""))
        self.order = self._order_button()
        self.marks.currentIndexChanged.connect(lambda _index: self.wanted.emit({"mark": self.marks.currentData()}))
        self.tags.currentIndexChanged.connect(lambda _index: self._want_tag())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE // 2)
        layout.addWidget(self.marks, 1)
        layout.addWidget(self.tags, 1)
        layout.addWidget(self.order)

    def _box(self, name: str, tip: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setToolTip(tip)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(BOX_CHARACTERS)
        return box

    def _order_button(self) -> QToolButton:
        button = QToolButton()
        button.setText("⇅")
        button.setObjectName("narrow")
        button.setAccessibleName(_("Order of the references"))
        button.setToolTip(_("Order of the list; in “My order” rows can be dragged"))
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")  # the arrows say it already
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        group = QActionGroup(menu)
        for order, name in ORDERS.items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(order == "own")
            group.addAction(action)
            action.triggered.connect(lambda _checked=False, order=order: self.wanted.emit({"order": order}))
        button.setMenu(menu)
        return button

    def show_listing(self, listing: Listing) -> None:
        """Offer the tags and genres in use; one that nobody has any more is let go."""
        entries = [(_("Any tag"), ("", ""))]
        entries += [(f"#{label}  ({count:,})", (label, "")) for label, count in listing.labels.items()]
        entries += [(f"{genre}  ({count:,})", ("", genre)) for genre, count in listing.genres.items()]
        if [(self.tags.itemText(i), self.tags.itemData(i)) for i in range(self.tags.count())] == entries:
            return
        chosen = self.tags.currentData()
        self.tags.blockSignals(True)
        self.tags.clear()
        for text, value in entries:
            self.tags.addItem(text, value)
        self.tags.setCurrentIndex(next((i for i, (_text, value) in enumerate(entries) if value == chosen), 0))
        self.tags.view().setMinimumWidth(self.tags.view().sizeHintForColumn(0) + 4 * SPACE)
        self.tags.blockSignals(False)
        self._want_tag()

    def _want_tag(self) -> None:
        label, genre = self.tags.currentData()
        self.wanted.emit({"label": label, "genre": genre})
