"""Which references are shown and in which order: by mark, by tag or genre, by closeness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QMenu, QToolButton, QWidget

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
ANY_TAG = _("Any tag")
NARROW = 236  # px: a narrower panel gives the tags a line of their own, so that no choice is cut off
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
        self.tags.addItem(ANY_TAG, ("", ""))
        self.order = self._order_button()
        self.marks.currentIndexChanged.connect(lambda _index: self.wanted.emit({"mark": self.marks.currentData()}))
        self.tags.currentIndexChanged.connect(lambda _index: self._want_tag())
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE // 2)
        self._arrange(is_narrow=False)

    def _arrange(self, is_narrow: bool) -> None:
        """Put the boxes beside each other, or the tags below."""
        for widget in (self.marks, self.tags, self.order):
            self._layout.removeWidget(widget)
        self._layout.addWidget(self.marks, 0, 0)
        self._layout.addWidget(self.tags, *((1, 0, 1, 3) if is_narrow else (0, 1, 1, 1)))
        self._layout.addWidget(self.order, 0, 2)
        self._layout.setColumnStretch(0, 1)
        self._layout.setColumnStretch(1, 0 if is_narrow else 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break into two lines where one is too narrow."""
        super().resizeEvent(event)
        self._arrange(is_narrow=event.size().width() < NARROW)

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
        entries = [(ANY_TAG, ("", ""))]
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
