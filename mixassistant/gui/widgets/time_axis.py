"""Time along the waveforms: which stretch is in sight, its ruler, and times in words. Knows no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

SHORTEST_S = 0.02  # in sight: about one sample a pixel
STEPS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200)


@dataclass(frozen=True)
class Axis:
    """The stretch of a programme that is in sight, in seconds; never beyond either end."""

    duration_s: float
    start_s: float
    end_s: float

    @classmethod
    def whole(cls, duration_s: float) -> Axis:
        """Return the axis that shows everything."""
        return cls(max(duration_s, SHORTEST_S), 0.0, max(duration_s, SHORTEST_S))

    @property
    def span_s(self) -> float:
        """How much is in sight."""
        return self.end_s - self.start_s

    @property
    def is_whole(self) -> bool:
        """Whether everything is in sight."""
        return self.span_s >= self.duration_s * (1 - 1e-9)

    def holds(self, time_s: float) -> bool:
        """Tell whether a moment is in sight."""
        return self.start_s <= time_s <= self.end_s

    def placed(self, start_s: float, span_s: float) -> Axis:
        """Return the axis at another place, pushed back from the ends."""
        span_s = min(max(span_s, SHORTEST_S), self.duration_s)
        start_s = min(max(start_s, 0.0), self.duration_s - span_s)
        return replace(self, start_s=start_s, end_s=start_s + span_s)

    def zoomed(self, factor: float, around_s: float) -> Axis:
        """Zoom in (factor above 1) or out; the moment stays where it is, as far as the ends allow."""
        span = min(max(self.span_s / factor, SHORTEST_S), self.duration_s)
        share = (around_s - self.start_s) / self.span_s
        return self.placed(around_s - share * span, span)

    def moved(self, by_s: float) -> Axis:
        """Pan."""
        return self.placed(self.start_s + by_s, self.span_s)

    def reaching(self, time_s: float, share: float = 0.1) -> Axis:
        """Return the axis with a moment in sight, at this share of it where it was not."""
        return self if self.holds(time_s) else self.placed(time_s - share * self.span_s, self.span_s)

    def ticks(self, room: int) -> tuple[float, list[float]]:
        """Return the step of a ruler with at most `room` labels, and the moments that it marks."""
        step = next((s for s in STEPS_S if self.span_s / s <= max(room, 1)), float(math.ceil(self.span_s / max(room, 1) / 1200) * 1200))
        first = math.ceil(self.start_s / step - 1e-6)
        return step, [index * step for index in range(first, math.floor(self.end_s / step + 1e-6) + 1)]


def decimals_for(step_s: float) -> int:
    """Return how many decimals tell moments apart that are a step apart."""
    return max(0, -math.floor(math.log10(step_s) + 1e-9)) if step_s < 1 else 0


def time_text(time_s: float, decimals: int = 0) -> str:
    """Return a moment: ``"3:07"``, ``"1:02:07"``, ``"3:07.25"``."""
    scale = 10**decimals
    ticks = round(max(time_s, 0.0) * scale)
    seconds, part = divmod(ticks, scale)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
    return f"{text}.{part:0{decimals}d}" if decimals else text
