"""What has to be put right in the Qt binding itself before a window can stay open for hours."""

from __future__ import annotations

import ctypes
import sys

PROBES = 64  # calls: enough to tell a lost reference each from what other threads do to the count meanwhile
IMMORTAL = 1 << 40  # references: at a thousand lost a second, 34 years


def keep_constants_alive() -> bool:
    """Give ``None``, ``True``, ``False`` and ``NotImplemented`` references that no error of the binding can use up.

    PySide 6.12.0 returns them without taking a reference: ``True`` from `Signal.emit`, ``None`` from every call without a result,
    such as `QPainter.drawLine`. From Python 3.12 on that does no harm (PEP 683: they are immortal); 3.11 ends the process
    ("none_dealloc: deallocating None") after some thousand calls, which is a few hundred frames of a picture or two minutes of
    progress reports. What 3.12 does for these objects is done here. Return whether the binding loses references, and this was done.
    """
    if sys.version_info >= (3, 12):
        return False
    from PySide6.QtCore import QObject, QRect, Signal

    class Probe(QObject):
        fired = Signal()

    probe, box = Probe(), QRect()
    before = sys.getrefcount(True), sys.getrefcount(None)
    for _ in range(PROBES):
        probe.fired.emit()
        box.setWidth(1)
    if sys.getrefcount(True) > before[0] - PROBES // 2 and sys.getrefcount(None) > before[1] - PROBES // 2:
        return False
    for constant in (None, True, False, NotImplemented):
        ctypes.c_ssize_t.from_address(id(constant)).value += IMMORTAL  # a CPython object begins with its reference count
    return True
