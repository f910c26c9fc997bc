"""The real program on a screen of its own (Xvfb), with real keys and clicks (xdotool); its effects are looked for outside of it.

Where a test failed, a picture of the screen as it was then is in its folder, `screen.png`; a test that passed has closed the window.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from screen import EFFECT_S, TITLE, Program, Screen
from waiting import wait_for

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.demo.folder import DEMO_SEED
from mixassistant.demo.song import SHORTEST_S, make_song
from mixassistant.gui.background.backend import Core
from mixassistant.progress import silent
from signals import music

pytestmark = pytest.mark.real_time
START_S = 60.0  # until the window is there, on a machine that is busy with other tests
ANALYSIS_S = 90.0


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
        started[-1].use(TITLE, START_S)
        started[-1].rest()
        return started[-1]

    yield begin
    screen.save_picture()
    for program in started:
        program.kill()


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
    screen.press("ctrl+e")
    screen.press("space")
    wait_for("dialog", lambda: screen.window("Open a mix or a project"), EFFECT_S)
    assert screen.window("Export the report") == ""
    program.dismiss("Open a mix or a project")
    # The same by mouse: the first entry of the first menu.
    screen.click(20, 12, window=TITLE)
    program.wait_until("menu", lambda now: now.has_menu)
    screen.click(40, 40, window=TITLE)
    program.dismiss("Open a mix or a project")

    program.use(TITLE)
    screen.press("ctrl+shift+o")
    program.answer("Open a folder of stems", song)
    title = f"Song – {TITLE}"
    program.use(title, ANALYSIS_S)
    wait_for("analysis", lambda: analyses() == 1, ANALYSIS_S)

    screen.press("space", "l", "2", "1", "space")  # would play, with a sound card
    screen.press("F5")  # its answer to the next key proves that the window lives on
    wait_for("second analysis", lambda: analyses() == 2, EFFECT_S)

    program.go_to("Accept:")
    screen.press("space")
    wait_for("kept answer", lambda: [a for (a,) in asked("SELECT accepted FROM decisions")] == [1], EFFECT_S)
    screen.press("ctrl+z")
    wait_for("undone answer", lambda: not asked("SELECT accepted FROM decisions"), EFFECT_S)
    screen.press("ctrl+shift+z")
    wait_for("answer again", lambda: [a for (a,) in asked("SELECT accepted FROM decisions")] == [1], EFFECT_S)

    for name in ("report.html", "report.json", "report.pdf"):
        program.use(title)
        screen.press("ctrl+e")
        program.answer("Export the report", tmp_path / name)
        wait_for(name, (tmp_path / name).exists, EFFECT_S)
    assert "Song" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["mix"]["name"] == "Song"
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")

    program.use(title)
    screen.press("ctrl+q")
    assert program.end() == 0
    assert is_log_clean()


def test_closing_during_an_analysis_ends_the_process_and_a_killed_one_starts_again(
    screen: Screen, start: Callable[[], Program], tmp_path: Path
) -> None:
    mix = tmp_path / "Long.wav"
    write_audio(music(7, 40.0), mix)

    def open_long(program: Program) -> None:
        screen.press("ctrl+o")
        program.answer("Open a mix or a project", mix)
        program.wait_until("middle of the analysis", lambda now: now.work is not None and now.work > 0.1, ANALYSIS_S)

    program = start()
    open_long(program)
    program.use(f"Long.wav – {TITLE}")
    screen.press("ctrl+q")
    assert program.end() == 0
    assert analyses() == 0

    program = start()
    open_long(program)
    program.kill()
    assert program.process.returncode == -signal.SIGKILL
    assert asked("PRAGMA integrity_check") in ([("ok",)], [])

    program = start()
    song = write_stems(tmp_path / "Song", {name: music(seed) for seed, name in enumerate(("Drums", "Bass", "Voice"))})
    screen.press("ctrl+shift+o")
    program.answer("Open a folder of stems", song)
    program.use(f"Song – {TITLE}", ANALYSIS_S)
    wait_for("analysis", lambda: analyses() == 1, ANALYSIS_S)
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
        program.kill()
        wait_for("empty screen", lambda: not screen.window(title), EFFECT_S)

    program = start()
    screen.press("ctrl+shift+o")
    program.answer("Open a folder of stems", song)
    program.use(title, ANALYSIS_S)
    wait_for("analysis", lambda: analyses() == 1, ANALYSIS_S)
    kill(program)

    program = start()  # the mouse opens it again
    offer = program.go_to("Open again: Mix Assistant did not end as it should. Open “Song” again?")
    screen.click(*offer.place)
    program.use(title, ANALYSIS_S)
    wait_for("second analysis", lambda: analyses() == 2, ANALYSIS_S)
    kill(program)

    program = start()  # a key dismisses it
    program.go_to("Open again")  # it is asked: not another message is dismissed
    program.go_to("Dismiss")
    screen.press("space")
    wait_for("forgotten session", lambda: sessions() == "", EFFECT_S)
    screen.press("ctrl+q")
    assert program.end() == 0
    assert analyses() == 2 and is_log_clean()
