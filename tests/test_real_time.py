"""Which tests are run again before they fail, and what the summary says of it: a real run of pytest on small files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from real_time import summary

TESTS = Path(__file__).resolve().parent
SPREAD = ("-n", "2", "--dist", "loadfile", "--max-worker-restart", "0")
PLUGINS = ("xdist", "pytest_timeout", "pytest_rerunfailures", "real_time")
FILES = {
    "test_waits.py": """
import threading
import pytest

pytestmark = pytest.mark.real_time
tries = []

def test_third():
    tries.append(1)
    assert len(tries) == 3, f"not at try {len(tries)}"

def test_never():
    raise ValueError("never")

def test_first():
    pass

def test_hangs():
    threading.Event().wait()
""",
    "test_plain.py": """
tries = []

def test_plain():
    tries.append(1)
    assert len(tries) > 1, "once is enough"
""",
}


@pytest.mark.parametrize("spread", [(), SPREAD], ids=["in one process", "spread over two"])
def test_tests_of_the_real_world_are_tried_three_times_and_others_once(tmp_path: Path, spread: tuple[str, ...]) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "real_time.py").write_text((TESTS / "real_time.py").read_text("utf-8").replace("LIMIT_S = 180", "LIMIT_S = 0.5"))
    words = [word for plugin in PLUGINS for word in ("-p", plugin)]
    command = [sys.executable, "-m", "pytest", *words, "--strict-markers", "-c", os.devnull, "--rootdir", ".", *spread, "."]
    quick = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": "."}
    done = subprocess.run(command, cwd=tmp_path, env=quick, capture_output=True, text=True, check=False, timeout=120)
    said = done.stdout
    assert done.returncode == 1 and "3 failed, 2 passed, 6 rerun" in said
    assert "Real windows and sound: 3 of 4 tests needed another try" in said
    told = {line.partition("::")[2].partition(" ")[0]: line for line in said.splitlines() if line.startswith("  test_waits.py::")}
    assert told.keys() == {"test_third", "test_never", "test_hangs"}
    assert (
        "passed at try 3; before: " in told["test_third"] and "not at try 1" in told["test_third"] and "not at try 2" in told["test_third"]
    )
    assert "failed; before: ValueError: never; ValueError: never" in told["test_never"]
    assert told["test_hangs"].count("Timeout (>0.5s)") == 2  # each try has its own time
    assert "once is enough" in said


def test_where_all_goes_well_that_is_said_and_nothing_where_there_are_none() -> None:
    went_well = pytest.TestReport("test_waits.py::test_first", ("test_waits.py", 1, "test_first"), {"real_time": 1}, "passed", None, "call")
    assert list(summary([went_well])) == ["Real windows and sound: none of 1 tests needed another try"]
    assert list(summary([])) == []
