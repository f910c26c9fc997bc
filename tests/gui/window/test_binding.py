"""The Qt binding under a window that stays open."""

import subprocess
import sys

import pytest

EMISSIONS = """
import sys
from PySide6.QtCore import QObject, Signal

class Sender(QObject):
    fired = Signal(object)

sender = Sender()
for _ in range(20_000):
    sender.fired.emit(None)
assert sys.getrefcount(True) > 100
print("alive")
"""
PAINTING = """
import sys
from PySide6.QtCore import QLineF, QRect
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap

def counts():
    return [sys.getrefcount(constant) for constant in (None, True, False, NotImplemented)]

app = QGuiApplication([])
picture = QPixmap(20, 20)
painter = QPainter(picture)
before = counts()
for _ in range(20_000):
    painter.setPen(QColor("red"))
    painter.drawLine(QLineF(0, 0, 9, 9))
    picture.isNull(), QRect(0, 0, 1, 1).isEmpty(), QRect() == "another kind of thing"
painter.end()
assert min(map(int.__sub__, counts(), before)) > -10_000
print("alive")
"""


@pytest.mark.parametrize("work", [EMISSIONS, PAINTING], ids=["signals", "painting"])
def test_a_window_outlives_what_hours_of_work_do(work: str) -> None:
    # In a process of its own: where the binding loses references to a constant, the process itself is what would end.
    done = subprocess.run([sys.executable, "-c", work], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr[-500:]
