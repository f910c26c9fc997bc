"""Waiting for what a test needs, however long that takes on a busy machine, and never longer: the only place where a test sleeps.

Tests of the window have `qtbot.waitUntil` and `window_driver.come_to_rest`, which keep the window alive meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

EVERY_S = 0.01
T = TypeVar("T")


def is_so(found: Callable[[], object], limit_s: float) -> bool:
    """Ask until the answer is yes, or for so long."""
    end = time.monotonic() + limit_s
    while not found():
        if time.monotonic() > end:
            return False
        time.sleep(EVERY_S)
    return True


def wait_for(what: str, found: Callable[[], T], limit_s: float) -> T:
    """Ask until there is an answer, and return it; fail with `what` when there is none."""
    answers: list[T] = []

    def ask() -> bool:
        answers[:] = [found()]
        return bool(answers[0])

    if not is_so(ask, limit_s):
        pytest.fail(f"there was no {what} within {limit_s:g} s")
    return answers[0]
