"""What import-linter's contracts, which run beside the tests, leave open."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from longest_first import LONGEST_FIRST

ROOT = Path(__file__).resolve().parent.parent
LOADED_LATER = ("demucs", "librosa", "numba", "pedalboard", "reportlab", "scipy.signal", "sklearn", "torch")


def contracts() -> dict[str, dict[str, list[str]]]:
    """Return the import contracts by their ids."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in project["tool"]["importlinter"]["contracts"]}


def test_every_room_but_the_window_is_kept_from_qt() -> None:
    rooms = {room.strip() for layer in contracts()["ladder"]["layers"] for room in layer.split("|")}
    kept_from_qt = {module.removeprefix("mixassistant.") for module in contracts()["window"]["source_modules"]}
    assert kept_from_qt == rooms - {"gui"}


def test_the_window_comes_up_before_the_heavy_libraries() -> None:
    code = f"import sys, mixassistant.gui.app\nprint('loaded:', *[name for name in {LOADED_LATER!r} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout.rpartition("loaded:")[2].split() == []


def test_every_test_file_has_a_name_of_its_own() -> None:
    # With pytest's importlib mode two files of one name are two modules, yet a reader and a traceback see one.
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(set(names)) == sorted(names)


def test_the_files_that_go_first_are_there() -> None:
    names = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    assert set(LONGEST_FIRST) - names == set()


def test_no_test_sleeps_for_a_fixed_time() -> None:
    # It is too short on a busy machine and too long on any other. Wait with `waiting`, `qtbot.waitUntil` or `window_driver.come_to_rest`.
    fixed = re.compile(r"\b(?:sleep|qWait|qSleep)\(|\bqtbot\.wait\(|\bassertNotEmitted\([^)\n]*wait=")
    files = [
        path
        for path in (ROOT / "tests").rglob("*.py")
        if "benchmarks" not in path.parts and path.name not in ("waiting.py", "test_rooms.py")
    ]
    lines = [f"{path.name}: {line.strip()}" for path in files for line in path.read_text("utf-8").splitlines() if fixed.search(line)]
    assert lines == []
