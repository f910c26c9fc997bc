"""The status bar: what runs and for how long, how to stop it, and the queue of mixes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar

from mixassistant.gui.widgets.readout import ELIDE_MIDDLE, Readout
from mixassistant.gui.widgets.theme import SPACE, Tokens
from mixassistant.gui.window.queue_popup import QueueButton
from mixassistant.gui.wording import time_left_text
from mixassistant.i18n import _
from mixassistant.names import readable

if TYPE_CHECKING:
    from mixassistant.gui.session.session import Session
    from mixassistant.gui.session.work import Busy

BAR_WIDTH = 220  # px
STEADY = 0.06  # share of the time left that a new estimate may differ by before other words take the place of those that stand there


class StatusLine(QStatusBar):
    """Shows a session's work; what is dragged over the window is told as long as it hovers, and then the work again."""

    def __init__(self, session: Session, tokens: Callable[[], Tokens]) -> None:
        super().__init__()
        self._busy: Busy | None = None
        self._left_s: float | None = None  # as it is told now
        self._hovering = ""
        self.stage = Readout(_("Ready"), "", ELIDE_MIDDLE)  # names of mixes are in it
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setFixedWidth(BAR_WIDTH)
        self.progress.setAccessibleName(_("Progress of the work"))
        self.left = QLabel()
        self.left.setAccessibleName(_("Time left"))
        self.left.setToolTip(_("How long the work will still take, by how fast it went so far"))
        self.cancel = QPushButton(_("Cancel"))
        self.cancel.setToolTip(_("Stop the work (Esc)"))
        self.cancel.setAccessibleName(_("Cancel the work"))
        self.cancel.clicked.connect(session.cancel)
        self.queue = QueueButton(session, tokens)
        self.setContentsMargins(SPACE, 0, 0, 0)
        self.addWidget(self.stage, 1)
        for widget in (self.left, self.progress, self.cancel):
            self.addPermanentWidget(widget)
            widget.hide()
        self.addPermanentWidget(self.queue)
        session.work.progressed.connect(self._show)

    def hover(self, text: str) -> None:
        """Say what a drop would do; empty: nothing is dragged over the window any more."""
        self._hovering = text
        self._say()

    def _say(self) -> None:
        self.stage.say(readable(self._hovering or (self._busy.stage if self._busy is not None else "")))

    def _show(self, busy: Busy | None) -> None:
        self._busy = busy
        for widget in (self.progress, self.cancel, self.left):
            widget.setVisible(busy is not None)
        self._say()
        if busy is not None:
            self.progress.setValue(round(1000 * busy.fraction))
            told, left = self._left_s, busy.left_s
            if told is None or left is None or abs(left - told) > STEADY * told:
                self._left_s = left
            self.left.setText(time_left_text(self._left_s))
        else:
            self._left_s = None
