"""Essentia's process ends with the program that asked it, in the middle of a request too, and not with the thread that started it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
from processes import WITHIN_S, children, needs_proc, runs
from waiting import is_so, wait_for

from mixassistant.features.models.essentia_process import EssentiaProcess

# Something that computes for long, and holds the interpreter's lock, as Essentia does.
HOLDS_THE_LOCK = """
import ctypes

class Danceability:
    def __init__(self, **settings): ...
    def __call__(self, samples):
        open(MARK, "w").close()
        ctypes.PyDLL(None).pause()
        return 1.0, samples
"""

ASK_ESSENTIA = """
import numpy as np
from mixassistant.features.models.essentia_process import EssentiaProcess

with EssentiaProcess() as essentia:
    essentia.load(np.zeros(8, np.float32))
    essentia.danceability()
"""


@needs_proc
def test_essentia_ends_with_its_program_in_the_middle_of_a_request(fake_essentia: Callable[[str], None], tmp_path: Path) -> None:
    mark = tmp_path / "computing"
    fake_essentia(f"MARK = {str(mark)!r}\n{HOLDS_THE_LOCK}")
    run = subprocess.Popen([sys.executable, "-c", ASK_ESSENTIA])
    try:
        wait_for("computing", mark.exists, 60)
        [worker] = children(run.pid)
        run.kill()
        run.wait(10)
        assert is_so(lambda: not runs(worker), WITHIN_S)
    finally:
        run.kill()
        run.wait()


def test_a_process_of_essentia_outlives_the_thread_that_started_it(fake_essentia: Callable[[str], None]) -> None:
    fake_essentia("class Danceability:\n    def __init__(self, **_): ...\n    def __call__(self, samples): return 1.5, samples\n")
    with EssentiaProcess() as essentia:
        essentia.load(np.zeros(8, np.float32))
        starter = threading.Thread(target=essentia.danceability)
        starter.start()
        starter.join()
        first = essentia.pid
        assert essentia.danceability() == 1.5
        assert essentia.pid == first
