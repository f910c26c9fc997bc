"""What the user should know of a mix before they trust its figures: the first sentence, and the others on demand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import breakable, on_mix, unbroken
from mixassistant.i18n import _


class Remarks(QFrame):
    """Whole sentences on a mix, one below the other; of several, only the first while they are folded."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("remarks")
        self._sentences: tuple[str, ...] = ()
        self._labels: list[QLabel] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(SPACE // 2)
        self.more = QPushButton()
        self.more.setObjectName("narrow")
        self._is_open = False
        self.more.clicked.connect(lambda _checked=False: self._fold(not self._is_open))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        layout.addLayout(self._column, 1)
        layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        self._show()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that it says, folded or not."""
        return self._sentences

    def say(self, sentences: Sequence[str]) -> None:
        """Say sentences; other ones than before are folded."""
        said = tuple(on_mix(sentence) for sentence in sentences)
        if said == self._sentences:
            return
        self._sentences = said
        for label in self._labels:
            self._column.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._labels = [self._label(sentence) for sentence in said]
        for label in self._labels:
            self._column.addWidget(label)
        self._fold(False)

    def _fold(self, is_open: bool) -> None:
        self._is_open = is_open
        self._show()

    def _label(self, sentence: str) -> QLabel:
        label = QLabel(breakable(unbroken(sentence)))
        label.setObjectName("small")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _show(self) -> None:
        others, is_open = len(self._labels) - 1, self._is_open
        for place, label in enumerate(self._labels):
            label.setVisible(is_open or place == 0)
        self.setVisible(others >= 0)
        self.more.setVisible(others > 0)
        self.more.setText(_("Fewer") if is_open else _("{count} more").format(count=others))
        self.more.setToolTip(_("Show the first remark alone") if is_open else _("Show all remarks on this mix"))
        self.more.setAccessibleName(
            _("Fold the remarks on this mix") if is_open else _("{count} more remarks on this mix").format(count=others)
        )
