"""The head of the centre: the mix's name, what it is in a line, and its report."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.gui.background.drag_files import Item
from mixassistant.gui.session.exports import report_item
from mixassistant.gui.widgets.commands import COMMANDS, native
from mixassistant.gui.widgets.dragging import DragSource
from mixassistant.gui.widgets.fold import FoldButton
from mixassistant.gui.widgets.readout import Readout, name_label
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.gui.window.track_menu import TrackButton
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.features.descriptor import Values
    from mixassistant.features.track import MeasuredTrack
    from mixassistant.gui.background.preview import Preview
    from mixassistant.gui.session.session import Session

FACTS = ("lufs", "true_peak", "psr")  # whose units say what they are: a short line leaves their names out


class MixHead(QWidget):
    """Shows which mix is on the screen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.title, self.facts = name_label(""), Readout("", "quiet")
        self.report = ReportHandle(session, self.title)
        self.more = ReportMenu(self.report)
        self.track = TrackButton(session)
        self.fold = FoldButton(_("the stems and sections"), native(COMMANDS["fold_stems"].keys))
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(1)  # the smallest window has no pixel to spare
        layout.setHorizontalSpacing(SPACE // 2)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self.title, 0, 0)
        layout.addWidget(self.facts, 1, 0)
        layout.addWidget(self.track, 0, 1, 2, 1)
        layout.addWidget(self.report, 0, 2, 2, 1)
        layout.addWidget(self.more, 0, 3, 2, 1)
        layout.addWidget(self.fold, 0, 4, 2, 1)

    def enable_report(self, is_there: bool) -> None:
        """Say whether the mix has been analysed, so that there is a report."""
        for button in (self.report, self.more):
            button.setEnabled(is_there)

    def show_track(self, track: MeasuredTrack) -> None:
        """Show a mix that has been measured."""
        self.title.say(track.name)
        self.facts.say(*facts_of(track))
        self.track.show_for(True)

    def show_opened(self, name: str) -> None:
        """Show a mix of which nothing is known yet but its name."""
        self.title.say(name)
        self.facts.say(_("Being read"))
        self.track.show_for(False)

    def show_preview(self, preview: Preview) -> None:
        """Show a mix that is on its way, with what was measured of it so far."""
        self.title.say(preview.name)
        if preview.channels is None:
            self.facts.say(_("Being analysed: the waveform is there to look at already"), _("Being analysed"))
        else:
            what = _what(preview.duration_s, preview.peaks.sample_rate_hz, preview.channels)
            self.facts.say(*_lines(what, preview.values, _("being analysed")))
        self.track.show_for(False)


def facts_of(track: MeasuredTrack) -> tuple[str, ...]:
    """Return what a mix is, from all in words to what matters most."""
    origin = {"supplied": _("own stems"), "embedded": _("stems by the embedded separator")}.get(track.origin, track.origin)
    return _lines(_what(track.duration_s, track.sample_rate_hz, track.channels), track.mix, origin)


def _what(duration_s: float, sample_rate_hz: int, channels: int) -> list[str]:
    return [time_text(duration_s), f"{sample_rate_hz / 1000:g} kHz", _("mono") if channels == 1 else _("stereo")]


def _lines(what: Sequence[str], measured: Values, origin: str) -> tuple[str, ...]:
    values = [(REGISTRY[i], scalar(measured, i)) for i in FACTS]
    figures = [descriptor.format(value) for descriptor, value in values]
    named = [f"{descriptor.name} {text}" for (descriptor, _value), text in zip(values, figures, strict=True)]
    loudness, peak, psr = figures
    lines = (
        [*what, *named, origin],
        [*what, loudness, peak, f"PSR {psr}", origin],
        [*what, loudness, peak],
        [what[0], loudness, peak],
        [loudness, peak],
    )
    return tuple("  ·  ".join(line) for line in lines)


class ReportHandle(QPushButton):
    """The report: a click opens it where reports are read; it can be dragged from here, and from the title of the mix."""

    def __init__(self, session: Session, title: QLabel) -> None:
        super().__init__(_("Report"))
        self.setToolTip(
            _("Open the report (Ctrl+R); drag it from here or from the title into a folder or another program, Ctrl+C copies it as a file")
        )
        self.setAccessibleName(_("Report: open it, drag it or copy it"))
        self.setEnabled(False)
        self._session, self._files = session, session.drag_files
        self.sources = (DragSource(self, self._item, self._files), DragSource(title, self._item, self._files))
        self.clicked.connect(lambda _checked=False: self.open())

    def _item(self) -> Item | None:
        return report_item(self._session.state, self._session.core) if self.isEnabled() else None

    def open(self) -> None:
        """Have the report written, beside the window's thread, and opened then."""
        item = self._item()
        if item is not None:
            self._files.prepare(item, partial(self._open, item.path))

    def _open(self, path: Path) -> None:
        if not open_file(path):
            self._files.tell(_("no program is there to read a web page: the report is “{path}”").format(path=path), True)


class ReportMenu(QToolButton):
    """What else can be done with the report. `save_wanted`: in a place of the user's own."""

    save_wanted = Signal()

    def __init__(self, report: ReportHandle) -> None:
        super().__init__()
        self.setObjectName("more")
        self.setText("⋯")
        self.setAccessibleName(_("More to do with the report"))
        self.setToolTip(_("Open the report, copy it as a file, or save it"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.addAction(_("Open the report")).triggered.connect(report.open)
        menu.addAction(_("Copy it as a file")).triggered.connect(report.sources[0].copy)
        menu.addAction(_("Save it as…")).triggered.connect(self.save_wanted)
        self.setMenu(menu)
        self.setEnabled(False)


def open_file(path: Path) -> bool:
    """Open a file in the program that the system reads it with; return whether there is one."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
