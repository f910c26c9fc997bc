"""Scripts that are run by hand only, to make statistics again or to measure, still find what they import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted([*(ROOT / "packaging").glob("*.py"), *(ROOT / "tests" / "benchmarks").glob("*.py")])
# In one interpreter, since each loads much of the same; a name of its own keeps `__main__` from running.
LOAD = "import runpy, sys\nfor path in sys.argv[1:]:\n    runpy.run_path(path, run_name='loaded')\n    print(path)"


@pytest.mark.parametrize("folder", ["packaging", "tests/benchmarks"])
def test_every_script_finds_what_it_imports(folder: str) -> None:
    scripts = [str(path) for path in SCRIPTS if path.parent == ROOT / folder]
    assert scripts
    done = subprocess.run([sys.executable, "-c", LOAD, *scripts], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split("\n")[:-1] == scripts
