"""Screenshots of every state by command: ``python -m mixassistant.gui.screenshots FOLDER`` (offscreen works)."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from mixassistant.gui.app import make_window
from mixassistant.gui.core import Core, Result
from mixassistant.gui.main_window import MainWindow
from mixassistant.gui.session import Busy
from mixassistant.gui.theme import apply_theme, tokens_for
from mixassistant.gui.views.view import View
from mixassistant.progress import silent

SIZES = ((900, 560), (1100, 700), (1440, 900), (1920, 1080))
VIEWS = ("spectrum", "spectrogram", "loudness", "dynamics", "stereo", "library_map", "measurements", "stems")
STATES = ("empty", "busy", *VIEWS, "error")


def main(words: list[str]) -> int:
    """Analyse the demo song and take a picture of every state, theme and size."""
    if len(words) != 1:
        sys.stderr.write("usage: python -m mixassistant.gui.screenshots FOLDER\n")
        return 2
    folder = Path(words[0])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(["screenshots"])
    assert isinstance(app, QApplication)
    result = Core().demo(silent)
    for theme in ("light", "dark"):
        for state in STATES:
            for width, height in SIZES:
                window = make_window()
                window.session.recovery.close()  # a picture is no session
                window.session.settings = replace(window.session.settings, theme=theme)
                window.session.settled.emit(window.session.settings)
                apply_theme(app, tokens_for(theme))
                window.resize(width, height)
                show_state(window, state, result)
                window.show()
                _settle()
                while any(view.computation.is_running for view in window.findChildren(View)):
                    _settle()
                window.grab().save(str(folder / f"{state}-{theme}-{width}x{height}.png"))
                window.hide()
                window.deleteLater()
    return 0


def show_state(window: MainWindow, state: str, result: Result) -> None:
    """Bring a window into one of the states."""
    session = window.session
    if state not in ("empty", "busy"):
        session.result, session.is_demo, session.decisions = result, True, {}
        session.analysed.emit()
    if state == "busy":
        session.progressed.emit(Busy("Measuring Voice", 0.62, 7.0))
    if state == "error":
        session.told.emit("cannot read “holiday.jpg” as audio: export it again or choose another file", True)
    if state in VIEWS:
        window.views.setCurrentIndex(VIEWS.index(state))  # the tabs stand in this order
    if state == "spectrum" and window.suggestions.cards:
        session.decisions = {window.suggestions.cards[0].suggestion.id: True}
        session.decided.emit()


def _settle() -> None:
    """Let layouts and plots come to rest."""
    loop = QEventLoop()
    QTimer.singleShot(150, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
