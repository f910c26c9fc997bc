"""Screenshots of every state by command: ``python -m mixassistant.gui.screenshots FOLDER`` (offscreen works)."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from mixassistant.advice.decision import Decision
from mixassistant.gui.app import make_window
from mixassistant.gui.background.backend import Core
from mixassistant.gui.background.result import Result
from mixassistant.gui.session.open_mix import OpenMix
from mixassistant.gui.session.work import Busy
from mixassistant.gui.views.view import View
from mixassistant.gui.widgets.theme import apply_theme, tokens_for
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.progress import silent

SIZES = ((900, 560), (1100, 700), (1440, 900), (1920, 1080))
VIEWS = ("spectrum", "spectrogram", "loudness", "dynamics", "stereo", "library_map", "measurements", "stems", "delivery")
STATES = ("empty", "busy", *VIEWS, "section", "zoomed", "error")
TURN_MS = 50  # between two pictures that must be the same
LONGEST_S = 60.0


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
        for width, height in SIZES:
            window = make_window()
            window.session.recovery.close()  # a picture is no session
            window.session.state.settings = replace(window.session.state.settings, theme=theme)
            window.session.state.settled.emit(window.session.state.settings)
            apply_theme(app, tokens_for(theme))
            window.resize(width, height)
            window.show()
            for state in STATES:
                show_state(window, state, result)
                settled_picture(window).save(str(folder / f"{state}-{theme}-{width}x{height}.png"))
            window.hide()
            window.deleteLater()
    return 0


def show_state(window: MainWindow, state: str, result: Result) -> None:
    """Bring a window into one of the states; they follow each other in the order of `STATES`."""
    session = window.session
    session.work.progressed.emit(Busy("Measuring Voice", 0.62, 7.0) if state == "busy" else None)
    if state not in ("empty", "busy"):
        if session.state.result is not result:
            session.state.result, session.state.is_demo = result, True
            session.state.shown = OpenMix(None, stage=result.analysis.stage)
            session.state.analysed.emit()
        moves = [move.id for move in result.analysis.moves]
        session.state.decisions = {moves[0]: Decision(True)} if state == "spectrum" and moves else {}
        session.state.decided.emit()
    sections = session.state.structure.sections
    chosen = next((index for index, section in enumerate(sections) if section.kind == "chorus"), 0 if sections else None)
    session.sections.choose(chosen if state in ("section", "zoomed") else None)
    if state == "section":
        window.views.setCurrentIndex(VIEWS.index("loudness"))
    if state == "zoomed":
        window.views.setCurrentIndex(VIEWS.index("spectrum"))
        window.waveform.zoom(8, sections[chosen].start_s if chosen is not None else 0.0)
    if state == "error":
        session.told.emit("cannot read “holiday.jpg” as audio: export it again or choose another file", True)
    if state in VIEWS:
        window.views.setCurrentIndex(VIEWS.index(state))  # the tabs stand in this order


def settled_picture(window: MainWindow) -> QImage:
    """Return a picture of a window at rest: its cards are built, its views are computed, and layouts have stopped to move.

    No fixed time is long enough for that on a busy machine: cards are built one in a turn, and their texts change the layout.
    """
    picture, before = QImage(), QImage()
    end = time.monotonic() + LONGEST_S
    while picture.isNull() or picture != before:
        _turn()
        if time.monotonic() > end:
            raise TimeoutError("the window does not come to rest")
        if window.suggestions.is_built and not any(view.computation.is_running for view in window.findChildren(View)):
            picture, before = window.grab().toImage(), picture
    return picture


def _turn() -> None:
    """Let what waits happen."""
    loop = QEventLoop()
    QTimer.singleShot(TURN_MS, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
