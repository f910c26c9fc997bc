"""What ties the reference that can be heard to its lane, to the list on the left, to the views and to keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from mixassistant.gui.background.song_structure import section_text
from mixassistant.i18n import _
from mixassistant.names import readable

if TYPE_CHECKING:
    from mixassistant.gui.player import Player
    from mixassistant.gui.references import ReferencesPanel
    from mixassistant.gui.session.session import Session
    from mixassistant.gui.views.page import ViewPage
    from mixassistant.gui.waveform import ReferenceLane, Waveform

NUDGE_S = 0.1  # by which the link is moved where no beats are known


class ReferenceLinks(QObject):
    """Passes on what is wanted of the reference, and shows what comes of it."""

    def __init__(
        self,
        session: Session,
        player: Player,
        waveform: Waveform,
        lane: ReferenceLane,
        panel: ReferencesPanel,
        pages: Sequence[ViewPage],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._player, self._waveform, self._lane, self._panel, self._pages = session, player, waveform, lane, panel, pages
        player.recall = session.core.recalled
        panel.picked.connect(self._choose)
        lane.seek_wanted.connect(player.seek_reference)
        lane.loop_wanted.connect(player.set_reference_loop)
        lane.link_wanted.connect(player.move_link)
        lane.nudge_wanted.connect(self.nudge)
        lane.stepped.connect(self.step)
        player.reference_changed.connect(self._show_reference)
        player.reference_moved.connect(self._show_place)
        player.state_changed.connect(self._show_state)

    def keys(self) -> dict[str, Callable[[], None]]:
        """Return what keys of the window do."""
        return {
            ",": partial(self.step, -1),
            ".": partial(self.step, 1),
            "M": self.hear_matching,
            "Alt+,": partial(self.nudge, -1),
            "Alt+.": partial(self.nudge, 1),
            "Ctrl+Shift+R": self._fold,
        }

    # Wanted

    def step(self, by: int) -> None:
        """Choose the reference before or after the one that is chosen: of the list, or of those that the mix is compared with alone."""
        if self._panel.pick_beside(by):
            return
        result = self._session.state.result
        paths = result.analysis.request.references if result is not None else ()
        if paths:
            chosen = self._player.wanted_reference
            at = paths.index(chosen) if chosen in paths else (-1 if by > 0 else 0)
            self._choose(paths[(at + by) % len(paths)])

    def hear_matching(self) -> None:
        """Hear the reference's section that matches the mix's, or say why there is none."""
        player = self._player
        if player.reference is None:
            self._session.told.emit(_("There is no reference to hear: pick one on the left first"), False)
        elif not player.hear_matching_section():
            told = _("“{name}” has no section of this kind: drag the mark in its lane to link a place")
            self._session.told.emit(told.format(name=player.reference.name), False)

    def nudge(self, way: int) -> None:
        """Let the reference be a beat further, or one less."""
        reference = self._player.reference
        if reference is not None:
            beats, here_s = reference.structure.beats_s, self._player.reference_s
            after = next((index for index, beat in enumerate(beats) if beat > here_s), 0)
            self._player.nudge_link(way * (beats[after] - beats[after - 1] if after else NUDGE_S))

    def _choose(self, path: Path | None) -> None:
        self._player.choose_reference(path)
        if path is not None and self._player.reference is None and self._player.duration_s:
            self._lane.show_reading(readable(path.name))

    def _fold(self) -> None:
        if self._lane.isVisible():
            self._lane.toggle_fold()

    # Shown

    def _show_reference(self) -> None:
        """Show the reference that is there now, and how it is linked."""
        player = self._player
        reference, link = player.reference, player.link
        if reference is None or link is None:
            self._lane.show_nothing()
        else:
            if reference.peaks is not self._lane.peaks:
                self._lane.show_reference(reference.name, reference.peaks, reference.structure)
            self._lane.show_link(self._link_text())
        for page in self._pages:
            page.show_reference(reference, link)
        self._show_state()

    def _link_text(self) -> str:
        link = self._player.link
        if link is None:
            return ""
        if link.ahead_s is not None:
            return _("Linked by hand")
        if not link.is_by_sections:
            return _("Linked at the same share of both songs")
        section = link.matching_section(self._player.position_s)
        return _("Linked by sections") + (f" ({section_text(section)})" if section is not None else "")

    def _show_state(self) -> None:
        player = self._player
        self._waveform.show_followed(player.is_on_reference and not player.is_blind)
        if player.is_held:
            self._lane.hide()  # it stands beside the song that has made room for another
        elif player.reference is not None:
            self._lane.show()
            if self._lane.current_loop() != player.reference_loop:
                self._lane.show_loop(player.reference_loop)
            self._show_place(player.reference_s)

    def _show_place(self, seconds: float) -> None:
        self._lane.show_position(seconds, self._player.is_on_reference)
