"""Where the beats of a bar lie in seconds: metres, and tempi that stay, drift, jump or breathe."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Metre:
    """A metre: its name, the length of a bar in quarter notes, and of a beat."""

    name: str
    bar: float
    beat: float

    @property
    def beats(self) -> int:
        """Beats in a bar."""
        return round(self.bar / self.beat)


METRES = MappingProxyType(
    {m.name: m for m in (Metre("4/4", 4, 1), Metre("3/4", 3, 1), Metre("2/4", 2, 1), Metre("6/8", 3, 1.5), Metre("5/4", 5, 1))}
)


@dataclass(frozen=True)
class Clock:
    """The tempo map: positions in quarter notes and their times in seconds, both rising, ``[shape=(n,)]``."""

    positions: NDArray[np.float64]
    times_s: NDArray[np.float64]

    def seconds(self, position: float) -> float:
        """Return when a position is played; beyond the ends the last tempo goes on."""
        p, t = self.positions, self.times_s
        if position < p[0]:
            return float(t[0] + (position - p[0]) * (t[1] - t[0]) / (p[1] - p[0]))
        if position > p[-1]:
            return float(t[-1] + (position - p[-1]) * (t[-1] - t[-2]) / (p[-1] - p[-2]))
        return float(np.interp(position, p, t))


def beat_grid(metres: list[Metre]) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Return positions of all beats of bars in quarter notes, their places in their bars from 1, and their lengths.

    Parameters
    ----------
    metres : list of Metre
        One a bar.
    """
    starts = np.concatenate([[0.0], np.cumsum([m.bar for m in metres])])
    positions = [start + m.beat * i for start, m in zip(starts, metres, strict=False) for i in range(m.beats)]
    places = [i + 1 for m in metres for i in range(m.beats)]
    lengths = [m.beat for m in metres for _ in range(m.beats)]
    return np.array(positions), np.array(places), np.array(lengths)


def tempo_curve(kind: str, starts: list[int], beats: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Return the tempo of each beat relative to the song's, ``[shape=(beats,)]``.

    Parameters
    ----------
    kind : str
        ``"steady"``, ``"drift"`` (a live band), ``"sections"`` (choruses pushed), ``"rubato"``, ``"slowing"`` (at the end),
        ``"change"`` (another tempo from one section on).
    starts : list of int
        Beats at which sections begin.
    beats : int
    random : np.random.Generator
    """
    curve = np.ones(beats)
    if kind == "drift":
        walk = np.cumsum(random.normal(0, 0.004, beats))
        curve = np.exp(walk - np.linspace(0, walk[-1], beats) * random.uniform(0, 1))
    elif kind == "sections":
        for start, end in zip(starts, [*starts[1:], beats], strict=True):
            curve[start:end] = 1 + random.uniform(-0.03, 0.03)
    elif kind == "rubato":
        phase, period = random.uniform(0, 2 * np.pi), random.uniform(7, 18)
        curve = 1 + random.uniform(0.03, 0.10) * np.sin(phase + 2 * np.pi * np.arange(beats) / period) + random.normal(0, 0.015, beats)
    elif kind == "change" and len(starts) > 1:
        curve[int(random.choice(starts[1:])) :] = random.choice([0.75, 0.85, 1.12, 1.2, 1.33])
    elif kind == "slowing":
        last = min(beats, 6)
        curve[beats - last :] = np.linspace(1, random.uniform(0.65, 0.85), last)
    return np.clip(curve, 0.5, 2.0)


def make_clock(
    positions: NDArray[np.float64], lengths: NDArray[np.float64], bpm: float, curve: NDArray[np.float64], lead_in_s: float
) -> Clock:
    """Return the tempo map of beats that last ``60 / (bpm × curve)`` seconds each, whatever their length in quarter notes."""
    durations = 60.0 / (bpm * curve)
    times = lead_in_s + np.concatenate([[0.0], np.cumsum(durations)])
    return Clock(np.append(positions, positions[-1] + lengths[-1]), times)
