"""A window in a process of its own, which a test kills: ``python killed_window.py LIBRARY MIX kill|close``.

It opens the mix, accepts its first suggestion at 70 %, queues another mix and says so; then it waits to be killed, or closes.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from window_driver import FakeCore

import mixassistant.gui.app as app
from mixassistant.advice.decision import Decision
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library

AMOUNT = 0.7
STEP_MS = 20


def main(library: str, mix: str, end: str) -> int:
    application = QApplication(["killed"])  # before any timer
    core = FakeCore(Path(library))
    made: list[MainWindow] = []
    make_window = app.make_window

    def make() -> MainWindow:
        made.append(make_window(core))
        return made[0]

    def decided() -> None:
        session = made[0].session
        if session.state.result is None:
            QTimer.singleShot(STEP_MS, decided)
            return
        first = session.state.result.analysis.moves[0]
        session.decide(first.id, Decision(True, AMOUNT))
        core.may_go_on.clear()
        session.queue.add([Path(mix).with_name("waits.wav")])
        kept()

    def kept() -> None:
        session = made[0].session
        with Library(core.library) as found:
            is_kept = bool(found.answers.decisions(session.state.result.analysis.track.content_hash))
        if not is_kept or session.work.keeper.busy:
            QTimer.singleShot(STEP_MS, kept)
            return
        print("ready", flush=True)
        if end == "close":
            made[0].close()

    app.make_window = make
    QTimer.singleShot(STEP_MS, decided)
    code = app.run([Path(mix)], with_demo=False)
    application.quit()
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
