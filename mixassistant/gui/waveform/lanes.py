"""The heads of the lanes: a stem's name, Solo and Mute. A few heads serve any number of stems as they scroll."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolButton, QWidget

from mixassistant.gui.waveform.words import origin_text
from mixassistant.gui.widgets.theme import TYPE_PT, Tokens
from mixassistant.gui.wording import as_plain
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.audio.peaks import Peaks

BUTTON = 24  # px: WCAG 2.2's smallest target
EDGE = 10
_PRESSING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select)


@dataclass(frozen=True, eq=False)
class Lane:
    """A waveform with its stem's name and role; the mix's role is ``"mix"``."""

    role: str
    name: str
    peaks: Peaks
    origin: str = ""


class LaneButton(QToolButton):
    """Solo or Mute: a letter that stays pressed. Space and Enter press it, whatever else they do in the window."""

    stepped = Signal(int)

    def __init__(self, letter: str, kind: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(letter)
        self.setObjectName(kind)
        self.setCheckable(True)
        self.setFixedSize(QSize(BUTTON, BUTTON))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that press a button from the window's shortcuts."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in _PRESSING:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press, or go to the lane above or below."""
        if event.key() in _PRESSING:
            if not event.isAutoRepeat():
                self.click()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Do nothing more: the press has done it."""
        if event.key() not in _PRESSING:
            super().keyReleaseEvent(event)


class LaneHead(QWidget):
    """A stem's name in its colour, Solo and Mute.

    `soloed` and `muted` say that the user pressed a button, `stepped` that they want the same button of the lane above or below.
    """

    soloed = Signal(str, bool)
    muted = Signal(str, bool)
    stepped = Signal(object, int)

    def __init__(self, tokens: Tokens, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self.lane: Lane | None = None
        self.is_heard = True
        self.solo, self.mute = LaneButton(_("S"), "solo", self), LaneButton(_("M"), "mute", self)
        self.solo.clicked.connect(lambda on: self._pressed(self.soloed, on))
        self.mute.clicked.connect(lambda on: self._pressed(self.muted, on))
        for button in (self.solo, self.mute):
            button.stepped.connect(lambda by, which=button: self.stepped.emit(which, by))

    def show_lane(self, lane: Lane, is_solo: bool, is_muted: bool, is_heard: bool) -> None:
        """Show a stem and its state."""
        if lane is not self.lane:
            self.lane = lane
            origin = origin_text(lane.origin)
            self.setAccessibleName(lane.name)
            self.setAccessibleDescription(origin)
            self.setToolTip(as_plain(f"{lane.name}: {origin}" if origin else lane.name))
            self.solo.setAccessibleName(_("Solo {name}").format(name=lane.name))
            self.mute.setAccessibleName(_("Mute {name}").format(name=lane.name))
        self.solo.setChecked(is_solo)
        self.mute.setChecked(is_muted)
        self.solo.setToolTip(as_plain((_("Hear the other stems again") if is_solo else _("Hear {name} alone")).format(name=lane.name)))
        self.mute.setToolTip(as_plain((_("Hear {name} again") if is_muted else _("Silence {name}")).format(name=lane.name)))
        self.is_heard = is_heard
        self.update()

    def _pressed(self, told: SignalInstance, is_on: bool) -> None:
        if self.lane is not None:
            told.emit(self.lane.name, is_on)

    def set_tokens(self, tokens: Tokens) -> None:
        """Draw in another theme."""
        self._tokens = tokens
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons at the right."""
        top = (self.height() - BUTTON) // 2
        self.mute.move(self.width() - BUTTON - 6, top)
        self.solo.move(self.width() - 2 * BUTTON - 8, top)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the name; a stem that is not heard steps back."""
        if self.lane is None:
            return
        painter = QPainter(self)
        painter.setPen(self._tokens.color(self.lane.role if self.is_heard else "quiet"))
        box = QRect(EDGE, 0, self.solo.x() - EDGE - 4, self.height())
        text = painter.fontMetrics().elidedText(self.lane.name, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def buttons_style(tokens: Tokens) -> str:
    """Return the style sheet of Solo and Mute."""
    return f"""
    QToolButton#solo, QToolButton#mute {{ background: transparent; color: {tokens.quiet}; border: 1px solid {tokens.line};
        border-radius: 5px; padding: 0; font-size: {TYPE_PT["small"]}pt; font-weight: 600; }}
    QToolButton#solo:hover, QToolButton#mute:hover {{ border-color: {tokens.accent}; color: {tokens.text}; }}
    QToolButton#solo:focus, QToolButton#mute:focus {{ border: 2px solid {tokens.accent}; }}
    QToolButton#solo:checked {{ background: {tokens.accent}; color: {tokens.on_accent}; border-color: {tokens.accent}; }}
    QToolButton#mute:checked {{ background: {tokens.warning}; color: {tokens.panel}; border-color: {tokens.warning}; }}
    QToolButton#solo:checked:focus, QToolButton#mute:checked:focus {{ border-color: {tokens.text}; }}
    """
