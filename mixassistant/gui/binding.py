"""What has to be put right in the Qt binding itself before a window can stay open for hours."""

from __future__ import annotations

import ctypes
import sys

PROBES = 64  # emissions: enough to tell a lost reference each from what other threads do to the count meanwhile
IMMORTAL = 1 << 40  # references: at a thousand lost a second, 34 years


def keep_true_alive() -> bool:
    """Give ``True`` references that no error of the binding can use up, where it loses them; return whether it does.

    ``Signal.emit`` of PySide 6.12.0 returns ``True`` without taking a reference to it. From Python 3.12 on that does no harm
    (PEP 683: ``True`` is immortal); 3.11 ends the process ("bool_dealloc: deallocating True or False") after some thousand
    emissions, which is two minutes of progress reports. What 3.12 does for every ``True`` is done here for this one.
    """
    if sys.version_info >= (3, 12):
        return False
    from PySide6.QtCore import QObject, Signal

    class Probe(QObject):
        fired = Signal()

    probe = Probe()
    before = sys.getrefcount(True)
    for _ in range(PROBES):
        probe.fired.emit()
    if sys.getrefcount(True) > before - PROBES // 2:
        return False
    ctypes.c_ssize_t.from_address(id(True)).value += IMMORTAL  # a CPython object begins with its reference count
    return True
