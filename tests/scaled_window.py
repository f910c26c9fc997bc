"""The smallest window on a screen of some scale: ``python tests/scaled_window.py FOLDER`` prints what is cut, as JSON by state.

A process of its own, since Qt reads ``QT_SCALE_FACTOR`` once.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QComboBox, QLabel, QLineEdit, QSlider, QWidget
from window_driver import FakeCore, come_to_rest, run_until

from mixassistant.audio.streams import StreamInfo
from mixassistant.gui.app import make_window
from mixassistant.gui.background.sound_tracks import SoundTracks
from mixassistant.gui.views.view import View
from mixassistant.gui.window.main_window import MainWindow

SMALLEST = (900, 560)  # logical px, from MainWindow
SLACK = 2  # px, of rounding: a style leaves more than that around a text


def scrolls(widget: QWidget) -> bool:
    """Return whether a widget lies in something that scrolls, and may be out of sight."""
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def is_one_line(widget: QWidget) -> bool:
    """Return whether a widget is a text that does not wrap."""
    return isinstance(widget, QLabel) and bool(widget.text()) and not widget.wordWrap()


def cut(window: QWidget) -> list[str]:
    """Return the visible controls that have less room than their text needs, or lie partly outside."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window or widget.objectName().startswith("qt_"):
            continue
        if type(widget.parentWidget()).__name__ in ("QTabBar", "QLineEdit"):
            continue
        if isinstance(widget, QAbstractButton):
            wanted = widget.sizeHint()
        elif isinstance(widget, QComboBox | QLineEdit | QSlider) or is_one_line(widget):
            wanted = widget.minimumSizeHint()
        else:
            continue
        fixed = widget.minimumSize() == widget.maximumSize()
        who = f"{type(widget).__name__} “{(widget.accessibleName() or getattr(widget, 'text', str)())[:40]}”"
        if not fixed and (widget.width() + SLACK < wanted.width() or widget.height() + SLACK < wanted.height()):
            found.append(f"{who}: {widget.width()} × {widget.height()} instead of {wanted.width()} × {wanted.height()}")
        seen = widget.visibleRegion().boundingRect()
        if not scrolls(widget) and (seen.width() + SLACK < widget.width() or seen.height() + SLACK < widget.height()):
            found.append(f"{who}: partly outside")
    return found


def look_at(window: MainWindow) -> dict[str, list[str]]:
    """Return what is cut in each state of the window."""
    found = {}

    def note(state: str) -> None:
        assert run_until(lambda: not any(view.computation.is_running for view in window.findChildren(View)))
        come_to_rest(window)
        needed = window.minimumSizeHint()
        size = (window.width(), window.height())
        bad = cut(window)
        if size != SMALLEST or needed.width() > SMALLEST[0] or needed.height() > SMALLEST[1]:
            bad.append(f"the window is {size}, and needs {needed.width()} × {needed.height()}")
        found[state] = bad

    note("start")
    window.message.tell("cannot read “holiday.jpg” as audio: export it again or choose another file", True)
    note("message")
    window.message.hide()
    window.session.open_mix(Path("song.wav"))
    assert run_until(lambda: window.session.state.result is not None)
    streams = (StreamInfo("Game", 2, 48000, 200.0, True), StreamInfo("Microphone", 1, 48000, 200.0, False))
    window.session.sound_tracks.found = SoundTracks(streams, (0,), are_stems=False)
    window.session.sound_tracks.listed.emit()
    note("sound tracks")
    for place in range(window.views.count()):
        window.views.setCurrentIndex(place)
        note(window.views.tabText(place))
    return found


def main(folder: Path) -> None:
    """Print scale and findings."""
    for name in ("DATA", "CACHE", "CONFIG"):
        os.environ[f"MIXASSISTANT_{name}"] = str(folder / name.lower())
    app = QApplication([])
    window = make_window(FakeCore(folder / "library.sqlite3"))
    window.resize(*SMALLEST)
    window.show()
    come_to_rest(window)
    found = look_at(window)
    window.grab().save(str(folder / "window.png"))
    print(json.dumps({"scale": window.devicePixelRatioF(), "cut": found}))
    window.close()
    window.session.wait()
    app.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    sys.stdout.flush()
    os._exit(0)
