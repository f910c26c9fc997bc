"""A suggestion's card: two lines while it is folded, where and how much, and one reason; unfolded, all that there is to it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from mixassistant.advice.findings import SectionLevel
from mixassistant.advice.sentences import headline, reason, sentence
from mixassistant.advice.suggestion import Check, Move, Suggestion
from mixassistant.gui.widgets.readout import ELIDE_MIDDLE, ELIDE_RIGHT, Readout
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.gui.wording import breakable, unbroken
from mixassistant.i18n import _
from mixassistant.report.section_tables import kinds_name, section_kind_name
from mixassistant.stems.place import MIX

MOST_PLACES = 4  # of sections that a card goes to
ARROW = 8  # px
LEAST_HEIGHT = 26  # px: it is hit by a finger too


class Head(QAbstractButton):
    """The two lines that are always seen, as one button: it unfolds the card, and folds it again."""

    def __init__(self, color: str, tokens: Tokens) -> None:
        super().__init__()
        self._tokens, self._is_open = tokens, False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.name = Readout("", "group", ELIDE_MIDDLE)
        self.name.setStyleSheet(f"color: {color}")
        self.why = Readout("", "small", ELIDE_RIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2, 2, 2)
        column.setSpacing(0)
        for line in (self.name, self.why):
            line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(line)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, name: str, *shorter: str, why: str) -> None:
        """Say where and how much, in the longest form that there is room for, and why."""
        self.name.say(unbroken(name), *(unbroken(text) for text in shorter))
        self.why.say(unbroken(why))
        self.setAccessibleName(f"{name}. {why}")
        self._hint()

    def show_open(self, is_open: bool, has_why: bool) -> None:
        """Point down where the card is unfolded; the reason is seen where there is room for no more of it below."""
        self._is_open = is_open
        self.why.setVisible(has_why)
        self._hint()
        self.update()

    def _hint(self) -> None:
        self.setToolTip(_("Fold this card (Enter)") if self._is_open else _("Unfold this card (Enter)"))
        self.setAccessibleDescription(_("unfolded") if self._is_open else _("folded"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fold and unfold by Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow, and the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._tokens.color("quiet"))
        x, y = 3.0, self.name.geometry().center().y() + 0.5
        half = ARROW / 2
        corners = (
            [(x, y - half / 2), (x + ARROW, y - half / 2), (x + half, y + half)]
            if self._is_open
            else [(x + 1, y - half), (x + 1, y + half), (x + 1 + ARROW * 0.75, y)]
        )
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        if self.hasFocus():
            painter.setPen(QPen(self._tokens.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)


class Card(QFrame):
    """A suggestion. Its `body` is seen while it is unfolded.

    Signals: `toggled` (whether it shall be unfolded).
    """

    toggled = Signal(bool)

    def __init__(self, suggestion: Suggestion, tokens: Tokens) -> None:
        super().__init__()
        self.setObjectName("card")
        self.suggestion = suggestion
        self.is_open = False
        self.text = sentence(suggestion)
        self.setAccessibleName(self.text)
        self.head = Head(getattr(tokens, suggestion.role), tokens)
        self.head.clicked.connect(lambda: self.toggled.emit(not self.is_open))
        self.told = QLabel()
        self.told.setObjectName("sentence")
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(SPACE, 0, SPACE, SPACE // 2)
        self.column.setSpacing(SPACE - 2)
        self.column.addWidget(self.told)
        self.top = QHBoxLayout()
        self.top.addWidget(self.head, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE // 2, SPACE // 2, SPACE // 2, SPACE // 2)
        whole.setSpacing(2)
        whole.addLayout(self.top)
        whole.addWidget(self.body)
        self._tell()
        self.open(False)

    def _tell(self) -> None:
        suggestion = self.suggestion
        if isinstance(suggestion, Move):
            self.say(headline(suggestion), why=reason(suggestion))
            return
        kind = kinds_name(suggestion.finding.kind) if isinstance(suggestion.finding, SectionLevel) else _("Check")
        name = suggestion.target.name if suggestion.target.place != MIX else _("Mix")
        self.say(f"{name} · {kind}", why=self.text)

    def say(self, name: str, *shorter: str, why: str) -> None:
        """Say where and how much, and why."""
        self.head.say(name, *shorter, why=why)
        self.told.setText(breakable(unbroken(why)))

    @property
    def is_collapsed(self) -> bool:
        """Whether one line of it is enough while it is folded."""
        return False

    def open(self, is_open: bool) -> None:
        """Unfold it, or fold it."""
        self.is_open = is_open
        self.body.setVisible(is_open)
        self.head.show_open(is_open, not is_open and not self.is_collapsed)

    def mark(self, is_marked: bool) -> None:
        """Show that it is the one that was asked for, or no longer."""
        if bool(self.property("marked")) != is_marked:
            self.setProperty("marked", is_marked)
            self.style().unpolish(self)
            self.style().polish(self)


class SectionCard(Card):
    """A check of one kind of section: it goes to each of them, over the waveform.

    Signals: `section_wanted` (a moment in the section that is to be shown and looped).
    """

    section_wanted = Signal(float)

    def __init__(self, check: Check, finding: SectionLevel, tokens: Tokens) -> None:
        super().__init__(check, tokens)
        row = QHBoxLayout()
        name = QLabel(_("Show"))
        name.setObjectName("small")
        row.addWidget(name)
        self.places: list[QPushButton] = []
        for time_s in finding.times_s[:MOST_PLACES]:
            button = QPushButton(time_text(time_s))
            button.setObjectName("narrow")
            button.setToolTip(_("Go to this {kind} in the waveform, and loop it").format(kind=section_kind_name(finding.kind)))
            button.setAccessibleName(_("Show the {kind} at {time}").format(kind=section_kind_name(finding.kind), time=time_text(time_s)))
            button.clicked.connect(lambda _checked=False, time_s=time_s: self.section_wanted.emit(time_s))
            row.addWidget(button)
            self.places.append(button)
        row.addStretch(1)
        self.column.addLayout(row)
