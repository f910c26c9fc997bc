"""The head of the centre: the mix's name, what it is in a line, and its report as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.gui.background.drag_files import Item
from mixassistant.gui.session.exports import report_item
from mixassistant.gui.widgets.dragging import DragSource
from mixassistant.gui.widgets.readout import Readout, name_label
from mixassistant.gui.widgets.theme import SPACE
from mixassistant.gui.widgets.time_axis import time_text
from mixassistant.gui.window.track_menu import TrackButton
from mixassistant.i18n import _
from mixassistant.report.wording import role_name

if TYPE_CHECKING:
    from mixassistant.features.track import MeasuredTrack
    from mixassistant.gui.session.session import Session

FACTS = ("lufs", "true_peak", "psr")  # whose units say what they are: a short line leaves their names out


class MixHead(QWidget):
    """Shows which mix is on the screen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.title, self.facts = name_label(""), Readout("", "quiet")
        self.report = ReportHandle(session, self.title)
        self.track = TrackButton(session)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(1)  # the smallest window has no pixel to spare
        layout.setHorizontalSpacing(SPACE // 2)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self.title, 0, 0)
        layout.addWidget(self.facts, 1, 0)
        layout.addWidget(self.track, 0, 1, 2, 1)
        layout.addWidget(self.report, 0, 2, 2, 1)

    def show_track(self, track: MeasuredTrack) -> None:
        """Show a mix that has been measured."""
        self.title.say(track.name)
        self.facts.say(*facts_of(track))
        self.track.show_for(True)

    def show_preview(self, name: str) -> None:
        """Show a mix that is on its way."""
        self.title.say(name)
        self.facts.say(_("Being analysed: the waveform is there to look at already"), _("Being analysed"))
        self.track.show_for(False)


def _origin(track: MeasuredTrack) -> str:
    """Say where the stems come from; some of those that a separator made may have files of the user's own in their place."""
    text = {"supplied": _("own stems"), "embedded": _("stems by the embedded separator")}.get(track.origin, track.origin)
    own = [stem.role for stem in track.stems if stem.origin == "supplied"]
    if not own or track.origin == "supplied":
        return text
    return _("own {roles}, other {text}").format(roles=", ".join(role_name(role).lower() for role in own), text=text)


def facts_of(track: MeasuredTrack) -> tuple[str, ...]:
    """Return what a mix is, from all in words to what matters most."""
    origin = _origin(track)
    what = [time_text(track.duration_s), f"{track.sample_rate_hz / 1000:g} kHz", _("mono") if track.channels == 1 else _("stereo")]
    values = [(REGISTRY[i], scalar(track.mix, i)) for i in FACTS]
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
    """The report as a file, dragged from this button or from the title of the mix; a click copies it."""

    def __init__(self, session: Session, title: QLabel) -> None:
        super().__init__(_("Report"))
        self.setToolTip(
            _("Drag the report from here or from the title into a folder or another program; a click or Ctrl+C copies it as a file")
        )
        self.setAccessibleName(_("Report as a file: drag or copy"))
        self.setEnabled(False)
        files = session.drag_files

        def item() -> Item | None:
            return report_item(session.state, session.core) if self.isEnabled() else None

        self.sources = (DragSource(self, item, files), DragSource(title, item, files))
