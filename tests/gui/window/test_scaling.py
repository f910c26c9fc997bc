"""The smallest window at 100, 150 and 200 %: everything fits and no control is cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

TESTS = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_smallest_window_fits_at_every_scale(tmp_path: Path, scale: float) -> None:
    surroundings = dict(os.environ) | {"QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": "offscreen"}
    surroundings["PYTHONPATH"] = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    command = [sys.executable, str(TESTS / "scaled_window.py"), str(tmp_path)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=120, env=surroundings)
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout.splitlines()[-1])
    assert told["scale"] == scale
    assert {state: cut for state, cut in told["cut"].items() if cut} == {}
    picture = QImage(str(tmp_path / "window.png"))
    assert (picture.width(), picture.height()) == (round(900 * scale), round(560 * scale)), "drawn in the screen's own pixels"
