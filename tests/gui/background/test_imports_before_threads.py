"""What two threads would import against each other's locks is imported before there is a second thread."""

from __future__ import annotations

import subprocess
import sys

SLOWLY = """
import sys, threading
import mixassistant.gui.background.worker

begun = threading.Event()

class SlowFinder:
    def find_spec(self, name, path=None, target=None):
        if name == "colorama" and threading.current_thread() is worker:
            begun.set()
            threading.Event().wait(0.2)

def imports_numba():
    try:
        import colorama
    except BaseException as error:
        failed.append(error)
    begun.set()

failed = []
sys.meta_path.insert(0, SlowFinder())
worker = threading.Thread(target=imports_numba)
worker.start()
begun.wait()
from colorama.win32 import windll  # as pyqtgraph does
worker.join()
assert not failed, failed
"""


def test_worker_and_window_do_not_wait_for_each_others_imports() -> None:
    done = subprocess.run([sys.executable, "-c", SLOWLY], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
