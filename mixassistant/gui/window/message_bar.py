"""A message that keeps everything else alive and in its place: what happened and what to do, over the top of the page.

An error or a question stays until it is dismissed or answered, a note for a while; both end with the song that they are about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QWidget

from mixassistant.gui.session.offer import Offer
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.wording import as_plain, breakable
from mixassistant.i18n import _

FEWEST_LINES = 2  # of text that are shown in the lowest window
SHARE = 0.12  # of the window's height that a text takes at most
NOTE_MS = 15_000  # that a note stays, unless the pointer or the keyboard is in it


class MessageBar(QFrame):
    """The last message, over the top of `page`, in which nothing moves for it; notes and errors look different and read differently."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setObjectName("message")
        page.installEventFilter(self)
        self._page = page
        self._song: str | None = None  # by its content, that is on the screen; None: one is on its way, or there is none
        self._is_about: str | None = None  # the song that was on the screen when it was told
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(NOTE_MS)
        self._end.timeout.connect(self._end_note)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._area = QScrollArea()  # what is longer than there is room for is scrolled: plots and cards keep their places
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._area.setAccessibleName(_("Message"))
        self._area.setWidget(self._text)
        self._said = ""
        self.accept, self.other, self.dismiss = QPushButton(), QPushButton(), QPushButton()
        self.accept.clicked.connect(lambda _checked=False: self._close(lambda offer: offer.accepted))
        self.other.clicked.connect(lambda _checked=False: self._close(lambda offer: offer.other.then if offer.other else offer.declined))
        self.dismiss.clicked.connect(lambda _checked=False: self._close(lambda offer: offer.declined))
        self._offers: list[Offer] = []  # questions that stay until they are answered, the first above what is told meanwhile
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE // 2)
        layout.addWidget(self._area, 1)
        for button in (self.accept, self.other, self.dismiss):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.accept.hide()
        self.other.hide()
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._said

    def tell(self, message: str, is_error: bool) -> None:
        """Show a message; several errors in a row stay together."""
        mark = "⚠ " if is_error else "✓ "
        previous = self._said if self.isVisible() and is_error and self.property("kind") == "error" else ""
        offer = self._offers[0].question if self._offers else ""
        said = mark + message[:1].upper() + message[1:]
        self._is_about = self._song
        kept = [line for line in previous.splitlines() if line not in (offer, said)][-3:]
        self._show(message, "error" if is_error else "note", [offer, *kept, said])

    def offer(self, offer: Offer) -> None:
        """Ask something; nothing else waits for the answer but the next question."""
        if any((other.question, other.about) == (offer.question, offer.about) for other in self._offers):
            return
        self._offers.append(offer)
        if len(self._offers) == 1:
            self._ask()

    def withdraw(self, question: str) -> None:
        """Ask something no more."""
        kept = [offer for offer in self._offers if offer.question != question]
        if len(kept) != len(self._offers):
            was_first = self._offers[0].question == question
            self._offers = kept
            if was_first:
                self._put_away()

    def _ask(self) -> None:
        offer = self._offers[0]
        answers = [(self.accept, offer.button), (self.other, offer.other.text if offer.other else "")]
        for button, text in answers:
            button.setText(text)
            button.setToolTip(as_plain(offer.question))
            button.setAccessibleName(f"{text}: {offer.question}")
            button.setVisible(bool(text))
        self._show(offer.question, "note", [offer.question])

    def back_out(self) -> bool:
        """Decline the question for which that is an answer, as Esc does, or dismiss what is merely told; return whether there was one."""
        has_way_out = self._has_way_out
        if has_way_out:
            self._close(lambda offer: offer.declined)
        return has_way_out

    @property
    def _has_way_out(self) -> bool:
        return self.isVisible() and (not self._offers or bool(self._offers[0].no))

    def end_song(self) -> None:
        """Take away what is told of the song that was on the screen, and what was asked about it: another one is on its way."""
        self._song = None
        self._offers = [offer for offer in self._offers if not offer.is_of_song]
        self._put_away()

    def show_song(self, content: str) -> None:
        """Say which song is on the screen: what was told of another one before ends."""
        is_over = self._is_about not in (None, content)
        self._song = content
        if is_over:
            self._is_about = None
            self._put_away()

    def _end_note(self) -> None:
        focus = QApplication.focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self._end.start()  # somebody reads it
        elif not self._offers:
            self._put_away()

    def _put_away(self) -> None:
        """Show the question that waits, or nothing."""
        self._end.stop()
        self.accept.hide()
        self.other.hide()
        self.hide()
        if self._offers:
            self._ask()

    def _close(self, answer: Callable[[Offer], Callable[[], object]]) -> None:
        answered = self._offers.pop(0) if self._offers else None
        self._put_away()
        if answered is not None:
            answer(answered)()

    def _show(self, name: str, kind: str, lines: Sequence[str]) -> None:
        no = self._offers[0].no if self._offers else ""
        self.dismiss.setText(no or _("Dismiss"))
        self.dismiss.setToolTip(_("Leave it alone (Esc)") if no else _("Close this message"))
        self.dismiss.setAccessibleName(f"{no}: {self._offers[0].question}" if no else _("Dismiss the message"))
        self._said = "\n".join(line for line in lines if line)
        self._text.setText(breakable(self._said))
        self._text.setToolTip(as_plain(self._said))
        self.setAccessibleName(name)
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
        self.raise_()
        self.fit()
        if kind == "note" and not self._offers:
            self._end.start()
        else:
            self._end.stop()
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.maximum() if not self._offers else 0)  # the newest is told last; a question stands first

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window while it backs out of what has the keyboard."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.setAccepted(self._has_way_out)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Decline on Esc, where that is an answer."""
        if event.key() != Qt.Key.Key_Escape or not self.back_out():
            super().keyPressEvent(event)

    def fit(self) -> None:
        """Take the height of the text, and no more than a share of the window's; a line at least."""
        self.setGeometry(0, 0, self._page.width(), self.height())
        self._layout.activate()  # buttons have come or gone
        line = self._text.fontMetrics().lineSpacing()
        room = max(FEWEST_LINES * line, round(SHARE * self.window().height()))
        wanted = self._text.heightForWidth(max(self._area.viewport().width(), 1))
        height = max(min(wanted, room), self.dismiss.sizeHint().height())
        if height != self._area.height():
            self._area.setFixedHeight(height)
        self.setGeometry(0, 0, self._page.width(), self.sizeHint().height())
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if wanted > room else Qt.FocusPolicy.NoFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the width of the page."""
        if watched is self._page and event.type() == QEvent.Type.Resize and self.isVisible():
            self.fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the text anew."""
        super().resizeEvent(event)
        self.fit()
