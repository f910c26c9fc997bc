"""What ties the views to what plays: one stretch of time in sight, one playhead, and the spectrum of what is heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from mixassistant.gui.player import Player
    from mixassistant.gui.views.page import ViewPage
    from mixassistant.gui.waveform import Waveform


class TimeLinks(QObject):
    """Shows the same stretch in the waveform and in every view along time: who zooms one of them zooms all."""

    def __init__(self, player: Player, waveform: Waveform, pages: Sequence[ViewPage], parent: QObject) -> None:
        super().__init__(parent)
        self._player, self._waveform, self._pages = player, waveform, pages
        waveform.zoomed.connect(self.show)
        player.moved.connect(self._show_moment)
        player.analysed.connect(self._show_live)
        player.state_changed.connect(self._show_state)
        for page in pages:
            page.looked.connect(waveform.show_in_sight)
            page.seek_wanted.connect(waveform.seek)
            page.live_wanted.connect(player.analyse)

    def keys(self) -> dict[str, Callable[[], None]]:
        """Return what keys of the window do."""
        return {"Ctrl+L": partial(self._toggle_live)}

    def show(self) -> None:
        """Show in the views what is in sight in the waveform."""
        for page in self._pages:
            page.show_stretch(self._waveform.start_s, self._waveform.end_s)

    def _toggle_live(self) -> None:
        self._player.analyse(not self._player.is_analysing)

    def _show_moment(self, seconds: float) -> None:
        for page in self._pages:
            page.show_moment(seconds)

    def _show_live(self, levels: object) -> None:
        for page in self._pages:
            page.show_live(levels)

    def _show_state(self) -> None:
        for page in self._pages:
            page.show_analysing(self._player.is_analysing)
