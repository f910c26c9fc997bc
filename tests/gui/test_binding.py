"""The Qt binding under a window that stays open."""

import subprocess
import sys

EMISSIONS = """
import sys
from PySide6.QtCore import QObject, Signal
from mixassistant.gui.binding import keep_true_alive

class Sender(QObject):
    fired = Signal(object)

keep_true_alive()
sender = Sender()
for _ in range(20_000):
    sender.fired.emit(None)
assert sys.getrefcount(True) > 100
print("alive")
"""


def test_a_window_outlives_as_many_signals_as_hours_of_work_send() -> None:
    # In a process of its own: where the binding loses references to True, the process itself is what would end.
    done = subprocess.run([sys.executable, "-c", EMISSIONS], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr[-500:]
