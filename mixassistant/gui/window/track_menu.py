"""The menu of the sound tracks in a mix's file, and the button beside the mix's name that opens it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from mixassistant.gui.session.sound_tracks import track_name
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.background.sound_tracks import SoundTracks
    from mixassistant.gui.session.session import Session

SEPARATOR = "  ·  "


class TrackMenu(QMenu):
    """Lists the sound tracks of the mix on the screen, the one that is read marked; choosing another analyses that one."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(_("Take another sound track"), parent)
        self._session = session
        self._group = QActionGroup(self)
        session.sound_tracks.listed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        self.clear()
        self._group.deleteLater()  # and its actions
        group = self._group = QActionGroup(self)
        found = self._session.sound_tracks.found
        self.setEnabled(found is not None)
        if found is None:
            return
        if found.own:
            self._add(group, own_text(found), None, True)
            self.addSeparator()
        for index in range(len(found.streams)):
            self._add(group, track_text(found, index), index, index in found.fitting)

    def _add(self, group: QActionGroup, text: str, stream: int | None, is_possible: bool) -> None:
        action = QAction(text.replace("&", "&&"), group)  # a letter, not the mark of a key
        action.setCheckable(True)
        action.setChecked(stream == self._session.state.shown.stream)
        action.setEnabled(is_possible)
        action.triggered.connect(partial(self._choose, stream))
        self.addAction(action)

    def _choose(self, stream: int | None, _checked: bool = False) -> None:
        self._fill()  # it is marked when it is on the screen
        self._session.sound_tracks.choose(stream)


class TrackButton(QPushButton):
    """Says which of several sound tracks the mix on the screen is, and opens their menu; hidden where there is nothing to choose."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._is_shown = False
        self.setObjectName("narrow")
        self.tracks = TrackMenu(session, self)
        self.setMenu(self.tracks)
        session.sound_tracks.listed.connect(self._say)
        self._say()

    def show_for(self, is_shown: bool) -> None:
        """Tell whether the mix on the screen has been analysed: of one that is on its way, nothing is known yet."""
        self._is_shown = is_shown
        self._say()

    def _say(self) -> None:
        found = self._session.sound_tracks.found
        self.setVisible(found is not None and self._is_shown)
        if found is None:
            return
        stream, count = self._session.state.shown.stream, len(found.streams)
        read = found.own if stream is None else (stream,)
        if stream is None and found.are_stems:
            text = _("{count} tracks").format(count=count)
        else:
            text = _("Track {number} of {count}").format(number=" + ".join(str(i + 1) for i in read), count=count)
        self.setText(text)
        self.setAccessibleName(_("{track}: take another sound track").format(track=text))
        self.setToolTip(_("Which of the sound tracks in this file is the mix: choose another"))


def own_text(found: SoundTracks) -> str:
    """Return what is read where nobody chooses."""
    if found.are_stems:
        return _("The mix with its stems, as the file says")
    if len(found.own) > 1:
        return _("Left and right, as the file says")
    return _("As the file says: {name}").format(name=track_name(found, found.own[0]))


def track_text(found: SoundTracks, index: int) -> str:
    """Return a stream in a line: number and label, channels, sample rate, length."""
    stream = found.streams[index]
    channels = {1: _("mono"), 2: _("stereo")}.get(stream.channels, _("{count} channels: too many for a mix").format(count=stream.channels))
    length = [time_text(stream.duration_s)] if stream.duration_s else []
    return SEPARATOR.join([track_name(found, index), channels, f"{stream.sample_rate_hz / 1000:g} kHz", *length])
