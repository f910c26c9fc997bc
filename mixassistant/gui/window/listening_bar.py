"""Buttons for the part that is listened to: one of four bands, mid or side; in a narrow window one button with the same as a menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from mixassistant.gui.player.listening import BANDS, BANDS_HZ, Listening
from mixassistant.gui.player.player import Player
from mixassistant.gui.widgets.segments import joined
from mixassistant.i18n import _

PARTS = (*BANDS, "mid", "side")
NAMES = {
    "lows": _("Lows"),
    "low_mids": _("Low mids"),
    "mids": _("Mids"),
    "highs": _("Highs"),
    "mid": _("Mid"),
    "side": _("Side"),
}
SHORT = {"low_mids": _("Lo-mid"), "mids": _("Mids"), "mid": _("M"), "side": _("S")}
LEAST_WIDTH, PADDING = 28, 6  # px
KEYS = dict(zip(PARTS, "456789", strict=True))


def tip(part: str) -> str:
    """Return what a part is, with its crossovers and its key."""
    if part in BANDS:
        low_hz, high_hz = BANDS_HZ[part]
        if low_hz == 0:
            stretch = _("below {high:.0f} Hz").format(high=high_hz)
        elif high_hz == float("inf"):
            stretch = _("above {low:.0f} Hz").format(low=low_hz)
        else:
            stretch = _("{low:.0f} to {high:.0f} Hz").format(low=low_hz, high=high_hz)
        text = _("Hear {stretch} alone, on A, B and C; again: all of it ({key}). 24 dB an octave, level match as it is.")
    else:
        stretch = _("the middle, (L + R) / 2,") if part == "mid" else _("the sides, (L − R) / 2,")
        text = _("Hear {stretch} alone, from both loudspeakers; again: stereo ({key})")
    return text.format(stretch=stretch, key=KEYS[part])


def _has(listening: Listening, part: str) -> bool:
    return part in (listening.band, listening.side)


class ListeningBar(QWidget):
    """Shows which part the player lets through, and asks it for another."""

    def __init__(self, player: Player) -> None:
        super().__init__()
        self._player = player
        self.buttons = {part: self._button(part) for part in PARTS}
        self.menu_button = QToolButton()
        self.menu_button.setAccessibleName(_("Listen to a part"))
        self.menu_button.setToolTip(_("Hear one band, the middle or the sides alone ({first} to {last})").format(first=4, last=9))
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.actions_of_parts = {part: self._action(menu, part) for part in PARTS}
        self.menu_button.setMenu(menu)
        self._wide = QWidget()
        row = QHBoxLayout(self._wide)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for parts in (BANDS, ("mid", "side")):
            row.addLayout(joined([self.buttons[part] for part in parts]))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._wide)
        layout.addWidget(self.menu_button)
        self.set_wide(False)
        player.state_changed.connect(self.refresh)
        self.refresh()

    def _button(self, part: str) -> QPushButton:
        button = QPushButton(SHORT.get(part, NAMES[part]))
        button.setAccessibleName(_("Hear {part} alone").format(part=NAMES[part]))
        button.setToolTip(tip(part))
        button.clicked.connect(lambda _checked: self.toggle(part))
        button.setMinimumWidth(max(LEAST_WIDTH, button.fontMetrics().horizontalAdvance(button.text()) + 2 * PADDING))
        return button

    def _action(self, menu: QMenu, part: str) -> QAction:
        if part == "mid":
            menu.addSeparator()
        action = QAction(f"{NAMES[part]}\t{KEYS[part]}", menu, checkable=True)
        action.setToolTip(tip(part))
        action.triggered.connect(lambda _checked: self.toggle(part))
        menu.addAction(action)
        return action

    def set_wide(self, is_wide: bool) -> None:
        """Show a button for each part, or one for all."""
        self._wide.setVisible(is_wide)
        self.menu_button.setVisible(not is_wide)

    def keys(self) -> dict[str, Callable[[], None]]:
        """Return what keys of the window do."""
        return {KEYS[part]: partial(self.toggle, part) for part in PARTS}

    def toggle(self, part: str) -> None:
        """Hear a part alone, or all again."""
        now, kind = self._player.listening, "band" if part in BANDS else "side"
        self._player.listen(replace(now, **{kind: "" if _has(now, part) else part}))

    def refresh(self) -> None:
        """Show what is listened to."""
        now, there = self._player.listening, self._player.duration_s > 0
        for part in PARTS:
            for control in (self.buttons[part], self.actions_of_parts[part]):
                control.setChecked(_has(now, part))
            self.buttons[part].setEnabled(there)
        self.menu_button.setEnabled(there)
        chosen = [NAMES[part] for part in PARTS if _has(now, part)]
        self.menu_button.setText(" · ".join(chosen) or _("All"))
