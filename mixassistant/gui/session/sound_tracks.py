"""Which stream of sound of a mix's file is the mix, where it has several: the user may choose, and that is remembered."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.background.sound_tracks import SURROUND
from mixassistant.gui.session.offer import SHOWN_LETTERS, Answer, Offer
from mixassistant.gui.session.services import OWN_STREAM
from mixassistant.gui.wording import shortened
from mixassistant.i18n import _
from mixassistant.names import readable

if TYPE_CHECKING:
    from mixassistant.errors import MixAssistantError
    from mixassistant.gui.background.backend import Core
    from mixassistant.gui.background.sound_tracks import SoundTracks
    from mixassistant.gui.session.services import Services, Then
    from mixassistant.gui.session.state import State
    from mixassistant.progress import Progress

LABEL_LETTERS = 30


class SoundTrackChoice(QObject):
    """Reads what there is to choose from of the mix on the screen, and opens it again with what was chosen.

    Signals: `listed` (there is another `found`: the streams, or None where there is nothing to choose) and `asked` (an `Offer` of another
    stream, where what a file says cannot be a mix).
    """

    listed = Signal()
    asked = Signal(object)

    def __init__(self, core: Core, state: State, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._core, self._state, self._services = core, state, services
        self._chosen: dict[Path, int] = {}  # streams that mixes were shown with
        self._path: Path | None = None  # whose streams are listed
        self.found: SoundTracks | None = None
        state.analysed.connect(self._look)

    def chosen(self, path: Path) -> int | None:
        """Return the stream that was chosen for a mix, from 0; None: what its file says."""
        return self._chosen.get(path)

    def remember(self, path: Path, stream: int | None) -> None:
        """Remember with which stream a mix came to the screen: one that cannot be opened is not tried again."""
        if stream is None:
            self._chosen.pop(path, None)
        else:
            self._chosen[path] = stream

    def choose(self, stream: int | None) -> None:
        """Analyse the mix on the screen anew from a stream of its file, from 0; None: from what the file itself says.

        Files in place of its stems belong to another sound and are not taken along.
        """
        state = self._state
        path, mix = state.source, state.opened if state.is_opened_shown else state.shown
        if path is not None and self.found is not None and mix.stream != stream:
            self._services.open_mix(path, mix.separator, stream=OWN_STREAM if stream is None else stream)

    def offer_others(self, path: Path, error: MixAssistantError) -> None:
        """Offer the other streams of a mix that was refused for its channels."""
        if error.code == SURROUND:
            self._read(path, partial(self._ask, path))

    def _ask(self, path: Path, found: SoundTracks | None) -> None:
        if found is None or not found.fitting:
            return
        first, *others = (Answer(_("Take {name}").format(name=track_name(found, i)), partial(self._open, path, i)) for i in found.fitting)
        ask = _("“{name}” has other sound tracks that may be the mix. Take one of them?")
        text = ask.format(name=shortened(readable(path.name), SHOWN_LETTERS))
        other = others[0] if others else None
        self.asked.emit(Offer(text, first.text, first.then, lambda: None, other, _("Neither"), path, is_of_song=True))

    def _open(self, path: Path, stream: int) -> None:
        self._services.open_mix(path, stream=stream)

    def _read(self, path: Path, then: Then, lane: str = "") -> None:
        self._services.read(_("Looking at {name}").format(name=path.name), partial(_streams_of, self._core, path), then, lane)

    def _look(self) -> None:
        state = self._state
        path = None if state.is_demo else state.source
        if path != self._path:
            self._put(path, None)
        if path is not None:
            self._read(path, partial(self._on_found, path), "sound tracks")

    def _on_found(self, path: Path, found: SoundTracks | None) -> None:
        if path == self._path:
            self._put(path, found)

    def _put(self, path: Path | None, found: SoundTracks | None) -> None:
        self._path, self.found = path, found
        self.listed.emit()


def track_name(found: SoundTracks, index: int) -> str:
    """Return how a stream is called in the window: its number from 1, and the start of its label."""
    label = readable(found.streams[index].label)
    return f"{index + 1} “{shortened(label, LABEL_LETTERS)}”" if label else str(index + 1)


def _streams_of(core: Core, path: Path, progress: Progress) -> SoundTracks | None:
    return core.sound_tracks(path)
