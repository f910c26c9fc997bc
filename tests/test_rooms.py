"""The build enforces the architecture: one ladder of rooms, nothing heavy at the door."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = (
    "PySide6",
    "av",
    "demucs",
    "jinja2",
    "jsonschema",
    "librosa",
    "numba",
    "pedalboard",
    "reportlab",
    "scipy",
    "sklearn",
    "soundfile",
    "torch",
)
NOT_IN_THE_WINDOW = ("demucs", "librosa", "numba", "pedalboard", "reportlab", "scipy.signal", "sklearn", "torch")


def contracts() -> dict[str, dict[str, list[str]]]:
    """Return the import contracts by their ids."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in project["tool"]["importlinter"]["contracts"]}


def loaded_after(statement: str, names: tuple[str, ...]) -> list[str]:
    """Run a statement in a fresh interpreter and return which of the named modules it has loaded."""
    code = f"import sys\n{statement}\nprint(*[name for name in {names!r} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return answer.stdout.split("\n")[-2].split()


def test_imports_keep_the_contracts() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_room_but_the_window_is_kept_from_qt() -> None:
    rooms = {room.strip() for layer in contracts()["ladder"]["layers"] for room in layer.split("|")}
    kept_from_qt = {module.removeprefix("mixassistant.") for module in contracts()["window"]["source_modules"]}
    assert kept_from_qt == rooms - {"gui"}


@pytest.mark.parametrize(
    "statement",
    ["import mixassistant", "import mixassistant.cli", "import mixassistant.__main__"],
)
def test_nothing_heavy_is_at_the_door(statement: str) -> None:
    assert loaded_after(statement, HEAVY) == []


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_the_command_line_answers_without_loading_anything_heavy(argument: str) -> None:
    statement = f"from mixassistant.__main__ import main\ntry: main([{argument!r}])\nexcept SystemExit: pass"
    assert loaded_after(statement, HEAVY) == []


def test_the_window_comes_up_before_the_heavy_libraries() -> None:
    assert loaded_after("import mixassistant.gui.app", NOT_IN_THE_WINDOW) == []


def test_tests_have_names_of_their_own() -> None:
    # With the importlib mode two files of one name are two modules, yet a reader and a traceback see one.
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(set(names)) == sorted(names)
