"""The real program on a screen of its own (Xvfb), with real keys and clicks (xdotool); its effects are looked for outside of it.

Where a test failed, a picture of the screen as it was then is in its folder, `screen.png`; a test that passed has closed the window.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.demo.folder import DEMO_SEED
from mixassistant.demo.song import SHORTEST_S, make_song
from mixassistant.gui.background.backend import Core
from mixassistant.progress import silent
from signals import music

TITLE = "Mix Assistant"
START_S = 60.0  # until the window is there, on a machine that is busy with other tests
ANALYSIS_S = 90.0
EFFECT_S = 15.0
CLOSING_S = 30.0
SETTLED_S = 0.5

# Runs the program as `python -m mixassistant` does, and writes the name of what has the keyboard focus and the middle of it to the file
# in `FOCUS`: a screen reader would read that out, and nothing else outside of the program knows it. Qt's file dialog completes no path:
# its list takes keys for itself, which ones depends on how busy the machine is.
WATCHED = """
import os, runpy, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
execute = QApplication.exec
def watched(*_arguments):
    def tell(_before, now):
        if isinstance(now, QLineEdit) and isinstance(now.window(), QFileDialog):
            now.setCompleter(None)
        place = now.mapToGlobal(now.rect().center()) if now is not None else None
        text = f"{place.x()} {place.y()} {now.accessibleName()}" if place is not None else ""
        part = Path(os.environ["FOCUS"] + ".part")
        part.write_text(text, encoding="utf-8")
        part.replace(os.environ["FOCUS"])
    QApplication.instance().focusChanged.connect(tell)
    return execute()
QApplication.exec = watched
sys.argv[0] = "mixassistant"
runpy.run_module("mixassistant", run_name="__main__", alter_sys=True)
"""


def wait_for(what: str, found: Callable[[], Any], limit_s: float) -> Any:
    """Ask until there is an answer; fail with `what` when there is none."""
    end = time.monotonic() + limit_s
    while not (answer := found()):
        if time.monotonic() > end:
            pytest.fail(f"there was no {what} within {limit_s:g} s")
        time.sleep(0.05)
    return answer


class Screen:
    """An X server without a window manager, and hands on its keyboard and mouse."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-fbdir", str(folder)]
        self._server = subprocess.Popen(command, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as answer:
            self.display = f":{answer.readline().strip()}"  # the server chose a free one; it writes it when it is ready
        if self.display == ":":
            self._server.wait()
            pytest.skip("Xvfb does not start here")

    def close(self) -> None:
        self._server.terminate()
        self._server.wait()

    def save_picture(self) -> None:
        """Write what is on the screen as a PNG file. Xvfb keeps it in the format of xwd: a header, colours, pixels of 32 bits."""
        data = (self._folder / "Xvfb_screen0").read_bytes()
        header = struct.unpack(">25I", data[:100])
        width, height, line, colours = header[4], header[5], header[12], header[19]
        pixels = data[header[0] + 12 * colours :][: line * height]
        QImage(pixels, width, height, line, QImage.Format.Format_RGB32).save(str(self._folder / "screen.png"))

    def do(self, *arguments: str) -> str:
        """Run xdotool; return what it says, nothing where it fails."""
        environment = {**os.environ, "DISPLAY": self.display}
        done = subprocess.run(["xdotool", *arguments], env=environment, capture_output=True, text=True, check=False, timeout=60)
        return done.stdout.strip() if done.returncode == 0 else ""

    def window(self, title: str) -> str:
        """Return the number of the visible window with exactly this title, nothing where there is none."""
        return self.do("search", "--onlyvisible", "--name", f"^{title}$").partition("\n")[0]

    def use(self, title: str, limit_s: float = EFFECT_S) -> None:
        """Wait for a window and give it the keyboard: there is no window manager that would."""
        number = wait_for(f"window “{title}”", lambda: self.window(title), limit_s)
        self.do("windowfocus", "--sync", number)

    def press(self, *keys: str) -> None:
        self.do("key", "--delay", "40", *keys)

    def click(self, title: str, x: int, y: int) -> None:
        """Click at a place in a window, in pixels from its corner."""
        self.do("mousemove", "--window", self.window(title), str(x), str(y), "click", "1")

    def dismiss(self, dialog: str) -> None:
        """Close a dialog by Escape, and go on when it is gone: one that has just come may not have heard the first."""
        self.use(dialog)

        def is_gone() -> bool:
            self.press("Escape")
            end = time.monotonic() + 1.0
            while self.window(dialog) and time.monotonic() < end:
                time.sleep(0.05)
            return not self.window(dialog)

        wait_for(f"end of “{dialog}”", is_gone, EFFECT_S)

    def answer(self, dialog: str, path: Path) -> None:
        """Type a path into a file dialog, and go on when the dialog is gone."""
        self.use(dialog)

        def is_gone() -> bool:
            self.do("key", "ctrl+a")
            self.do("type", "--delay", "5", str(path))
            time.sleep(0.3)
            self.press("Return")
            end = time.monotonic() + 3.0
            while self.window(dialog) and time.monotonic() < end:
                time.sleep(0.05)
            return not self.window(dialog)

        # A dialog that has just come may not have heard it: it is typed again then.
        wait_for(f"end of “{dialog}”", is_gone, EFFECT_S)


class Program:
    """Mix Assistant in a process of its own, in the folders that the environment names, on a screen, without a sound card."""

    def __init__(self, screen: Screen, folder: Path) -> None:
        # A card that nobody has, and no way to another: PortAudio ends the process where ALSA knows of none at all.
        (folder / "no-sound.conf").write_text("pcm.none { type hw\n card 31 }\nctl.none { type hw\n card 31 }\n")
        self.focus_file = folder / "focus.txt"
        self.focus_file.unlink(missing_ok=True)  # what an earlier program had the keyboard on
        environment = {
            **os.environ,
            "DISPLAY": screen.display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_QPA_PLATFORMTHEME": "",  # Qt's own file dialog, in every desktop
            "XDG_CURRENT_DESKTOP": "",
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
            "ALSA_CONFIG_PATH": str(folder / "no-sound.conf"),
            "PULSE_SERVER": "/nonexistent",
            "PYTHONFAULTHANDLER": "1",
            "FOCUS": str(self.focus_file),
        }
        with (folder / "said.txt").open("ab") as said:
            self.process = subprocess.Popen([sys.executable, "-c", WATCHED], env=environment, stdout=said, stderr=said)

    def focus(self) -> str:
        """Return the name of what has the keyboard."""
        return self.focused()[2]

    def place(self) -> tuple[str, str]:
        """Return the place of what has the keyboard on the screen, in pixels."""
        return self.focused()[:2]

    def focused(self) -> tuple[str, str, str]:
        """Return the place and the name of what has the keyboard."""
        text = self.focus_file.read_text(encoding="utf-8") if self.focus_file.exists() else ""
        x, y, name = text.split(" ", 2) if text else ("", "", "")
        return x, y, name

    def end(self) -> int:
        """Wait for its own end; return its exit code."""
        return self.process.wait(CLOSING_S)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)} (packages xvfb and xdotool)")
    made = Screen(tmp_path)
    yield made
    made.close()


@pytest.fixture
def start(screen: Screen, tmp_path: Path) -> Iterator[Callable[[], Program]]:
    """Return what starts the program and waits for its window; what still runs at the end is killed."""
    started: list[Program] = []

    def begin() -> Program:
        started.append(Program(screen, tmp_path))
        screen.use(TITLE, START_S)
        return started[-1]

    yield begin
    screen.save_picture()
    for program in started:
        program.process.kill()
        program.process.wait()


def go_to(screen: Screen, program: Program, name: str) -> None:
    """Press Tab until what has the keyboard is called so; each press waits for what it does, or the next one would pass it by."""
    wait_for("focus", program.focus_file.exists, EFFECT_S)

    def is_there() -> bool:
        before = program.focused()
        screen.press("Tab")
        wait_for("effect of Tab", lambda: program.focused() != before, EFFECT_S)
        if not program.focus().startswith(name):
            return False
        time.sleep(SETTLED_S)  # a focus that moved of itself was taken for the effect of a Tab that is still on its way
        return program.focus().startswith(name)

    wait_for(f"“{name}” by Tab", is_there, ANALYSIS_S)


def write_stems(folder: Path, stems: Mapping[str, Audio]) -> Path:
    folder.mkdir()
    for name, audio in stems.items():
        write_audio(audio, folder / f"{name}.wav")
    return folder


def write_demo_song(folder: Path, faults: bool) -> Path:
    """Write the shortest demo song there is, a folder of stems: its faults are told against the same song without them."""
    return write_stems(folder, {name: audio for name, (_role, audio) in make_song(DEMO_SEED, faults, SHORTEST_S).items()})


def asked(question: str) -> list[tuple[Any, ...]]:
    """Ask the library that the program keeps, from outside; no rows where there is no library yet."""
    file = Path(os.environ["MIXASSISTANT_DATA"]) / "library.sqlite3"
    if not file.exists():
        return []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as library:
        try:
            return library.execute(question).fetchall()
        except sqlite3.OperationalError:  # its tables are being made
            return []


def logged() -> str:
    log = Path(os.environ["MIXASSISTANT_DATA"]) / "mixassistant.log"
    return log.read_text(encoding="utf-8") if log.exists() else ""


def analyses() -> int:
    return logged().count("was analysed")


def is_log_clean() -> bool:
    """Tell whether the log has no unexpected failure in it."""
    return "Traceback" not in logged()


def test_a_session_by_keys_and_clicks(screen: Screen, start: Callable[[], Program], tmp_path: Path) -> None:
    Core().add_reference(write_demo_song(tmp_path / "Earlier mix", faults=False), "auto", "cpu", silent)
    song = write_demo_song(tmp_path / "Song", faults=True)
    program = start()

    # The empty page is there: nothing is analysed, nothing can be exported, and its first button has the keyboard.
    assert analyses() == 0
    screen.press("ctrl+s")
    screen.press("space")
    wait_for("dialog", lambda: screen.window("Open a mix"), EFFECT_S)
    assert screen.window("Export the report") == ""
    screen.dismiss("Open a mix")
    # The same by mouse: the first entry of the first menu.
    screen.click(TITLE, 20, 12)
    time.sleep(0.3)
    screen.click(TITLE, 40, 40)
    screen.dismiss("Open a mix")

    screen.use(TITLE)
    screen.press("ctrl+shift+o")
    screen.answer("Open a folder of stems", song)
    title = f"Song – {TITLE}"
    screen.use(title, ANALYSIS_S)
    assert analyses() == 1

    screen.press("space", "l", "2", "1", "space")  # would play, with a sound card
    screen.press("F5")  # its answer to the next key proves that the window lives on
    wait_for("second analysis", lambda: analyses() == 2, EFFECT_S)

    go_to(screen, program, "Accept:")
    screen.press("space")
    wait_for("kept answer", lambda: [a for (a,) in asked("SELECT accepted FROM decisions")] == [1], EFFECT_S)
    screen.press("ctrl+z")
    wait_for("undone answer", lambda: not asked("SELECT accepted FROM decisions"), EFFECT_S)
    screen.press("ctrl+shift+z")
    wait_for("answer again", lambda: [a for (a,) in asked("SELECT accepted FROM decisions")] == [1], EFFECT_S)

    for name in ("report.html", "report.json", "report.pdf"):
        screen.use(title)
        screen.press("ctrl+s")
        screen.answer("Export the report", tmp_path / name)
        wait_for(name, (tmp_path / name).exists, EFFECT_S)
    assert "Song" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["mix"]["name"] == "Song"
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")

    screen.use(title)
    screen.press("ctrl+q")
    assert program.end() == 0
    assert is_log_clean()


def test_closing_during_an_analysis_ends_the_process_and_a_killed_one_starts_again(
    screen: Screen, start: Callable[[], Program], tmp_path: Path
) -> None:
    mix = tmp_path / "Long.wav"
    write_audio(music(7, 40.0), mix)

    def open_long() -> None:
        screen.press("ctrl+o")
        screen.answer("Open a mix", mix)
        time.sleep(2.0)  # in the middle of it

    program = start()
    open_long()
    screen.use(TITLE)
    screen.press("ctrl+q")
    assert program.end() == 0
    assert analyses() == 0

    program = start()
    open_long()
    program.process.send_signal(signal.SIGKILL)
    assert program.process.wait(CLOSING_S) == -signal.SIGKILL
    assert asked("PRAGMA integrity_check") in ([("ok",)], [])

    program = start()
    song = write_stems(tmp_path / "Song", {name: music(seed) for seed, name in enumerate(("Drums", "Bass", "Voice"))})
    screen.press("ctrl+shift+o")
    screen.answer("Open a folder of stems", song)
    screen.use(f"Song – {TITLE}", ANALYSIS_S)
    assert analyses() == 1
    screen.press("ctrl+q")
    assert program.end() == 0
    assert is_log_clean()


def sessions() -> str:
    """Return what windows have noted of what they have open."""
    folder = Path(os.environ["MIXASSISTANT_DATA"]) / "sessions"
    return "".join(path.read_text("utf-8") for path in sorted(folder.glob("*.json")))


def test_what_was_open_when_the_program_was_killed_is_offered_and_opened_or_dismissed(
    screen: Screen, start: Callable[[], Program], tmp_path: Path
) -> None:
    song = write_stems(tmp_path / "Song", {name: music(seed) for seed, name in enumerate(("Drums", "Bass", "Voice"))})
    title = f"Song – {TITLE}"

    def kill(program: Program) -> None:
        wait_for("note of what is open", lambda: str(song) in sessions(), EFFECT_S)
        program.process.kill()
        program.process.wait(CLOSING_S)
        wait_for("empty screen", lambda: not screen.window(title), EFFECT_S)

    program = start()
    screen.press("ctrl+shift+o")
    screen.answer("Open a folder of stems", song)
    screen.use(title, ANALYSIS_S)
    kill(program)

    program = start()  # the mouse opens it again
    go_to(screen, program, "Open again: Mix Assistant did not end as it should. Open “Song” again?")
    screen.do("mousemove", *program.place(), "click", "1")
    screen.use(title, ANALYSIS_S)
    assert analyses() == 2
    kill(program)

    program = start()  # a key dismisses it
    go_to(screen, program, "Open again")  # it is asked: not another message is dismissed
    go_to(screen, program, "Dismiss")
    screen.press("space")
    wait_for("forgotten session", lambda: sessions() == "", EFFECT_S)
    screen.press("ctrl+q")
    assert program.end() == 0
    assert analyses() == 2 and is_log_clean()
