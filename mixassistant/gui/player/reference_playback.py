"""What a player does with a reference beside the mix: it has a time line of its own, and is linked with that of the mix."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.player import rendering
from mixassistant.gui.player.connection import OpenStream
from mixassistant.gui.player.playback import Playback
from mixassistant.gui.player.reference_line import Loop, ReferenceLine, held_loop
from mixassistant.gui.player.rendering import Reference
from mixassistant.gui.player.stream import Stream
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.features.track import MeasuredTrack, Section
    from mixassistant.gui.player.link import Link
    from mixassistant.stems.stem import Song


class ReferencePlayback(Playback):
    """Places on two time lines. Who goes from the mix to the reference, or back, goes on at the place that is linked with where they are.

    Signals: those of `Playback`, and `reference_changed` (there is another reference, or none, or it is linked otherwise).
    """

    reference_changed = Signal()

    def __init__(self, parent: QObject | None = None, open_stream: OpenStream = Stream) -> None:
        super().__init__(parent, open_stream)
        self._song: Song | None = None
        self.source = "mix"
        self.loop: Loop | None = None
        self._line = ReferenceLine()
        self._compared: tuple[MeasuredTrack, ...] = ()
        self.recall: rendering.Known = lambda _content: None  # what was measured of a reference that the mix is not compared with

    @property
    def duration_s(self) -> float:
        """Length of the song in seconds; 0 without one."""
        return self._song.mix.duration_s if self._song is not None and not self.is_held else 0.0

    @property
    def position_s(self) -> float:
        """The place of the mix: what is heard of it, or what is linked with what is heard of the reference."""
        if self.is_held:
            return 0.0
        link = self._line.link if self.is_on_reference else None
        return self.here_s if link is None else link.mix_at(self.here_s)

    @property
    def _rate(self) -> int:
        return self._song.mix.sample_rate_hz if self._song is not None else 44100

    @property
    def here_duration_s(self) -> float:
        """Length of what is heard in seconds."""
        return self._line.duration_s if self.is_on_reference and not self.is_held else self.duration_s

    @property
    def here_loop(self) -> Loop | None:
        """The loop of what is heard."""
        return self._line.loop if self.is_on_reference else self.loop

    def _tell_place(self) -> None:
        self.moved.emit(self.position_s)
        if self.reference is not None:
            self.reference_moved.emit(self.reference_s)

    def _switch(self, source: str) -> None:
        """Hear another source: on the same time line from where it is, on the other from the place that is linked with it."""
        link, was_on_reference, here = self._line.link, self.is_on_reference, self._rendered_s
        self.source = source
        if link is None or self.is_on_reference == was_on_reference:
            self._again()
            return
        there = link.mix_at(here) if was_on_reference else link.reference_at(here)
        self._line.tie(*((there, here) if was_on_reference else (here, there)))
        self._go_to(there)

    # Places of the mix

    def seek(self, seconds: float) -> None:
        """Go to a place of the mix; where the reference is heard, to what is linked with it."""
        if self.is_held:
            return
        seconds = min(max(seconds, 0.0), self.duration_s)
        link = self._line.link
        if link is not None:
            there = link.reference_at(seconds)
            self._line.tie(seconds, there)
            if self.is_on_reference:
                seconds = there
        self._go_to(seconds)

    # The reference and its places

    @property
    def reference(self) -> Reference | None:
        """The reference that can be heard."""
        return self._line.reference

    @property
    def wanted_reference(self) -> Path | None:
        """The path of the one that was chosen, which may still be read."""
        return self._line.wanted

    @property
    def link(self) -> Link | None:
        """How it is linked to the mix."""
        return self._line.link

    @property
    def is_on_reference(self) -> bool:
        """Whether it is the one that sounds, or would."""
        return self.source == "reference" and self._line.reference is not None

    @property
    def reference_s(self) -> float:
        """The place of the reference: what is heard of it, or what is linked with what is heard of the mix; 0 without one."""
        link = self._line.link
        if link is None or self.is_on_reference:
            return self.here_s if link is not None else 0.0
        return link.reference_at(self.here_s)

    @property
    def reference_loop(self) -> Loop | None:
        """The loop of the reference."""
        return self._line.loop

    def seek_reference(self, seconds: float) -> None:
        """Go to a place of the reference; where the mix is heard, to what is linked with it."""
        link = self._line.link
        if link is None or self.is_held:
            return
        seconds = link.reference.held(seconds)
        there = link.mix_at(seconds)
        self._line.tie(there, seconds)
        self._go_to(seconds if self.is_on_reference else there)

    def set_reference_loop(self, loop: Loop | None) -> None:
        """Repeat a stretch of the reference (seconds), or nothing."""
        self._line.loop = held_loop(loop, self._line.duration_s)
        if self.is_on_reference:
            self._again()
        self.state_changed.emit()

    def move_link(self, reference_s: float | None) -> None:
        """Link the place where the mix is with a place of the reference, and the whole of both alike; None: by sections again."""
        ahead_s = None if reference_s is None else reference_s - self.position_s
        self._line.move_link(ahead_s)
        self.reference_changed.emit()
        self._tell_place()

    def nudge_link(self, by_s: float) -> None:
        """Let the reference be further ahead of the mix by so much, and hear it from there where it is heard."""
        if self._line.link is None:
            return
        self._line.move_link(self.reference_s + by_s - self.position_s)
        if self.is_on_reference:
            self._go_to(self.here_s + by_s)
        self.reference_changed.emit()
        self._tell_place()

    def hear_matching_section(self) -> bool:
        """Hear the section of the reference that matches the one that the mix is in, from its start; return whether there is one."""
        link = self._line.link
        found = None if link is None else link.matching_section(self.position_s)
        if link is None or found is None or self.is_held:
            return False
        starts = next(s.start_s for s in link.mix.sections if s.start_s <= self.position_s < s.end_s)
        self._line.move_link(None)
        self._line.tie(starts, found.start_s)
        self.source = "reference"
        self._go_to(found.start_s)
        self.reference_changed.emit()
        self.state_changed.emit()
        return True

    def put_sections(self, sections: Sequence[Section]) -> None:
        """Take over the sections of the mix as its user wants them."""
        self._line.put_sections(sections)

    def choose_reference(self, path: Path | None) -> None:
        """Read a reference, so that it can be heard; None: no reference. The one that is heard is heard until then."""
        self._line.wanted = path
        if path is None or not self.is_on_reference:
            self._put_reference(None)
        if path is not None and self._song is not None:
            kept = self._line.kept(path, self._rate)
            if kept is not None:
                self._put_reference(kept)
                return
            work = partial(rendering.read_reference, path, self._rate, self._known)
            self._do(_("Reading the reference"), work, partial(self._on_reference, self._song), "reference")
        self.state_changed.emit()

    def _known(self, content_hash: str) -> MeasuredTrack | None:
        """Return what was measured of a reference (in the worker's thread)."""
        return next((track for track in self._compared if track.content_hash == content_hash), None) or self.recall(content_hash)

    def _on_reference(self, song: Song, reference: Reference) -> None:
        if song is self._song and self._line.wanted == reference.path:
            self._put_reference(reference)

    def _put_reference(self, reference: Reference | None) -> None:
        """Stand beside another reference; where one was heard, go on at the place of this one, or of the mix, that is linked with it."""
        was_heard, here = self.is_on_reference, self._rendered_s
        link = self._line.link
        at = here if link is None or not was_heard else link.mix_at(here)
        if reference is self.reference is None:
            return
        self._line.put(reference)
        if was_heard:
            self.source = "mix" if reference is None else "reference"
            if reference is not None and self._line.link is not None:
                there = self._line.link.reference_at(at)
                self._line.tie(at, there)
                at = there
            self._go_to(at)
        self.reference_changed.emit()
        self._again()
        self.state_changed.emit()
        self._tell_place()
