"""A screen that nobody sees (Xvfb), hands on its keyboard and mouse (xdotool), and the program on it, which tells what has become of it."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtGui import QImage
from waiting import is_so

TESTS = Path(__file__).resolve().parent
TITLE = "Mix Assistant"
EFFECT_S = 30.0
CLOSING_S = 30.0
T = TypeVar("T")


class Screen:
    """An X server without a window manager, and hands on its keyboard and mouse."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        reading, writing = os.pipe()
        # Without -noreset the server starts anew whenever its last client has left, as xdotool does after each question: a program that
        # connects in that moment is refused, and ends.
        options = ["-noreset", "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-fbdir", str(folder)]
        command = ["Xvfb", "-displayfd", str(writing), *options]
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

    def press(self, *keys: str) -> None:
        self.do("key", "--delay", "40", *keys)

    def click(self, *place: int, window: str = "") -> None:
        """Click at a place on the screen or, where a window's title is given, at so many pixels from its corner."""
        within = ("--window", self.window(window)) if window else ()
        self.do("mousemove", *within, *map(str, place), "click", "1")


@dataclass(frozen=True)
class State:
    """What `watched_program` tells."""

    focus: str = ""
    place: tuple[int, ...] = ()
    text: str | None = None
    window: str = ""
    has_menu: bool = False
    tabs: int = 0
    work: float | None = None  # how far it is, 0–1; None where nothing runs
    is_at_rest: bool = False


class Program:
    """Mix Assistant in a process of its own, in the folders that the environment names, on a screen, without a sound card."""

    def __init__(self, screen: Screen, folder: Path) -> None:
        self._screen = screen
        # A card that nobody has, and no way to another: PortAudio ends the process where ALSA knows of none at all.
        (folder / "no-sound.conf").write_text("pcm.none { type hw\n card 31 }\nctl.none { type hw\n card 31 }\n")
        self._state_file = folder / "state.json"
        self._state_file.unlink(missing_ok=True)  # of an earlier program
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
            "STATE": str(self._state_file),
        }
        command = [sys.executable, "-P", str(TESTS / "watched_program.py")]
        self._said = folder / "said.txt"
        with self._said.open("ab") as said:
            self.process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)

    @property
    def state(self) -> State:
        if not self._state_file.exists():
            return State()
        told = json.loads(self._state_file.read_text(encoding="utf-8"))
        return State(**told | {"place": tuple(told["place"])})

    def wait_until(self, what: str, found: Callable[[State], object], limit_s: float = EFFECT_S) -> State:
        """Wait until the program tells something, and return what it tells."""
        return self._wait(what, lambda: now if found(now := self.state) else None, limit_s)

    def use(self, title: str, limit_s: float = EFFECT_S) -> None:
        """Wait for a window, give it the keyboard, since there is no window manager that would, and wait until something in it has that."""
        number = self._wait(f"window “{title}”", lambda: self._screen.window(title), limit_s)
        self._screen.do("windowfocus", "--sync", number)
        self.wait_until(f"keyboard in “{title}”", lambda now: now.window == title)

    def rest(self, limit_s: float = EFFECT_S) -> State:
        """Wait until no work is done any more, and what it brought is on the screen."""
        return self.wait_until("rest", lambda now: now.is_at_rest, limit_s)

    def dismiss(self, dialog: str) -> None:
        """Close a dialog by Escape, and go on when it is gone."""
        self.use(dialog)
        self._screen.press("Escape")
        self._until_gone(dialog)

    def answer(self, dialog: str, path: Path) -> None:
        """Type a path into a file dialog, and go on when the dialog is gone."""
        self.use(dialog)
        self.wait_until("field for a path", lambda now: now.window == dialog and now.text is not None)
        self._screen.press("ctrl+a")
        self._screen.do("type", "--delay", "5", str(path))
        self.wait_until(f"“{path}” in the field", lambda now: now.text == str(path))
        self._screen.press("Return")
        self._until_gone(dialog)

    def _until_gone(self, window: str) -> None:
        self._wait(f"end of “{window}”", lambda: not self._screen.window(window), EFFECT_S)

    def _wait(self, what: str, found: Callable[[], T], limit_s: float) -> T:
        answers: list[T] = []

        def look() -> bool:
            answers[:] = [found()]
            return bool(answers[0]) or self.process.poll() is not None

        if not (is_so(look, limit_s) and answers[0]):
            code = self.process.poll()
            life = "runs" if code is None else f"has ended with {code}"
            pytest.fail(
                f"no {what} within {limit_s:g} s: the program {life}, tells {self.state}, and said “{self._said.read_text()[-2000:]}”"
            )
        return answers[0]

    def go_to(self, name: str) -> State:
        """Press Tab until what has the keyboard is called so; each press waits for what it does, or the next one would pass it by."""
        first = self.rest()
        now = first
        while not now.focus.startswith(name):
            before = now.tabs
            self._screen.press("Tab")
            self.wait_until("answer to Tab", lambda now, before=before: now.tabs > before)
            now = self.rest()
            assert now.focus != first.focus or now.place != first.place, f"no “{name}” all the way round by Tab"
        return now

    def end(self) -> int:
        """Wait for its own end; return its exit code."""
        return self.process.wait(CLOSING_S)

    def kill(self) -> None:
        """End it as a crash does, and wait until it is gone."""
        self.process.kill()
        self.process.wait(CLOSING_S)
