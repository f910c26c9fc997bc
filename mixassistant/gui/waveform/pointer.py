"""What the mouse does on the waveforms: a click seeks, a drag pans, Shift and a drag make a loop, its edges can be dragged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

SLACK = 4.0  # px that a click may wander before it is a drag
GRASP = 5.0  # px on either side of a loop's edge
SHORTEST_LOOP_S = 0.05

Loop = tuple[float, float]


def loop_within(loop: Loop, duration_s: float) -> Loop:
    """Return a loop that lies within a programme and is no shorter than the shortest."""
    start = min(max(loop[0], 0.0), max(0.0, duration_s - SHORTEST_LOOP_S))
    return start, min(max(loop[1], start + SHORTEST_LOOP_S), duration_s)


class Act(Enum):
    """What a held button does."""

    NONE = auto()
    PRESS = auto()
    PAN = auto()
    LOOP = auto()


class Ground(Protocol):
    """What the pointer works on: the waveform widget."""

    def time_at(self, x: float, is_bound: bool = True) -> float:
        """Return the moment under an x, within the programme."""

    def x_at(self, time_s: float) -> float:
        """Return the x of a moment."""

    def pan(self, pixels: float) -> None:
        """Move what is in sight."""

    def seek(self, time_s: float) -> None:
        """Go to a moment."""

    def put_loop(self, loop: Loop | None, is_final: bool) -> None:
        """Show a loop; when final, tell it."""

    def current_loop(self) -> Loop | None:
        """Return the loop."""


@dataclass
class Pointer:
    """The state of the left button from press to release."""

    ground: Ground
    act: Act = Act.NONE
    _from_x: float = 0.0
    _last_x: float = 0.0
    _anchor_s: float = 0.0
    _before: Loop | None = None

    def edge_at(self, x: float) -> float | None:
        """Return the moment of the loop's edge under an x, the nearer one; None where there is none."""
        loop = self.ground.current_loop()
        if loop is None:
            return None
        distance, edge = min((abs(self.ground.x_at(edge) - x), edge) for edge in loop)
        return edge if distance <= GRASP else None

    def press(self, x: float, makes_loop: bool) -> None:
        """Take hold."""
        self._from_x = self._last_x = x
        loop, edge = self.ground.current_loop(), self.edge_at(x)
        self._before = loop
        if loop is not None and edge is not None:
            self.act, self._anchor_s = Act.LOOP, loop[1] if edge == loop[0] else loop[0]
        elif makes_loop:
            self.act, self._anchor_s = Act.LOOP, self.ground.time_at(x)
        else:
            self.act = Act.PRESS

    def move(self, x: float) -> None:
        """Drag."""
        if self.act is Act.PRESS and abs(x - self._from_x) > SLACK:
            self.act = Act.PAN
        if self.act is Act.PAN:
            self.ground.pan(self._last_x - x)
        elif self.act is Act.LOOP:
            self.ground.put_loop(self._stretch(x), False)
        self._last_x = x

    def release(self, x: float) -> None:
        """Let go."""
        act, self.act = self.act, Act.NONE
        if act is Act.PRESS:
            self.ground.seek(self.ground.time_at(x))
        elif act is Act.LOOP and abs(x - self._from_x) > SLACK:
            self.ground.put_loop(self._stretch(x), True)
        elif act is Act.LOOP:
            self.ground.put_loop(self._before, False)

    def cancel(self) -> None:
        """Forget what was begun."""
        if self.act is Act.LOOP:
            self.ground.put_loop(self._before, False)
        self.act = Act.NONE

    def _stretch(self, x: float) -> Loop:
        here = self.ground.time_at(x)
        start, end = sorted((self._anchor_s, here))
        if end - start < SHORTEST_LOOP_S:
            return (start, start + SHORTEST_LOOP_S) if here >= self._anchor_s else (end - SHORTEST_LOOP_S, end)
        return start, end
