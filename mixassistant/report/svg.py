"""Drawing of small charts as SVG text: axes, lines, areas and labels, in the palette's colours.

Every element carries its colour as a presentation attribute of the light palette, which PDF reads, and a class by which a page's
style sheet gives it the dark palette. Nothing is clipped by SVG means, since not every reader of SVG can: lines end at the frame by
computation.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

from mixassistant.report.palette import LIGHT

FONT = "DejaVu Sans"
SIZE = 11.0  # of the labels, in the units of the drawing
FREQUENCY_TICKS_HZ = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)
_MINOR_HZ = tuple(digit * decade for decade in (10, 100, 1000, 10000) for digit in range(1, 10) if 20 <= digit * decade <= 20000)

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Scale:
    """From values to places in the drawing; logarithmic for frequencies."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def __call__(self, value: float) -> float:
        """Return the place of a value."""
        low, high, at = (math.log(v) for v in (self.low, self.high, value)) if self.is_log else (self.low, self.high, value)
        return self.start + (at - low) / (high - low) * (self.end - self.start)

    def clipped(self, value: float) -> float:
        """Return the place of a value, or of the end of the scale that it lies beyond."""
        return self(min(max(value, self.low), self.high))


def text_width(text: str, size: float = SIZE) -> float:
    """Estimate the width of a label, on the safe side for the usual sans-serif faces."""
    return 0.58 * size * len(text)


def nice_step(span: float, count: int) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that divides a span into at most `count` parts."""
    raw = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * (1 - 1e-9))


def ticks(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of a step from `low` to `high`, both included."""
    return [index * step for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def cut(points: Sequence[Point], y: float, is_closed: bool, keep_above: bool) -> list[Point]:
    """Return the part of a line or polygon on one side of a horizontal line, ending exactly on it (Sutherland and Hodgman)."""

    def is_kept(point: Point) -> bool:
        return point[1] <= y if keep_above else point[1] >= y

    found: list[Point] = []
    pairs = zip([points[-1] if is_closed else points[0], *points], points, strict=False)
    for (x0, y0), (x1, y1) in pairs:
        if is_kept((x0, y0)) != is_kept((x1, y1)):
            found.append((x0 + (x1 - x0) * (y - y0) / (y1 - y0), y))
        if is_kept((x1, y1)):
            found.append((x1, y1))
    return found


def runs(points: Sequence[Point], floor: float) -> list[list[Point]]:
    """Split a line, in the drawing's coordinates, into the parts above a horizontal line; each ends exactly on it."""
    found: list[list[Point]] = [[]]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        piece = cut([(x0, y0), (x1, y1)], floor, is_closed=False, keep_above=True)
        if found[-1] and (not piece or piece[0] != found[-1][-1]):
            found.append([])
        found[-1] += piece if not found[-1] else piece[1:]
    return [run for run in found if len(run) > 1]


@dataclass
class Drawing:
    """A drawing in the making; `svg` returns its text."""

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def line(self, points: Sequence[Point], color: str, width: float = 1.0, dash: str = "") -> None:
        """Draw a polyline."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<polyline points="{path}" class="s-{color}" fill="none" stroke="{LIGHT[color]}" stroke-width="{width:g}"'
            f' stroke-linejoin="round"{dashed}/>'
        )

    def area(self, points: Sequence[Point], color: str, opacity: float = 1.0) -> None:
        """Fill a polygon."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polygon points="{path}" class="f-{color}" fill="{LIGHT[color]}" fill-opacity="{opacity:g}" stroke="none"/>')

    def rect(self, x: float, y: float, width: float, height: float, color: str, radius: float = 0.0) -> None:
        """Fill a rectangle."""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius:g}" class="f-{color}"'
            f' fill="{LIGHT[color]}" stroke="none"/>'
        )

    def bar(self, x0: float, x1: float, y: float) -> None:
        """Draw a range on one line, 14 high, with an outline that stands out from the page by itself."""
        self.rect(x0, y - 7, x1 - x0, 14, "range")
        self.line([(x0, y - 7), (x1, y - 7), (x1, y + 7), (x0, y + 7), (x0, y - 7)], "axis", 0.8)

    def dot(self, x: float, y: float, radius: float, color: str, hollow: bool = False) -> None:
        """Draw a dot, or a ring when hollow; the rim in the page's colour keeps it apart from lines."""
        fill, stroke = ("page", color) if hollow else (color, "page")
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" class="f-{fill} s-{stroke}" fill="{LIGHT[fill]}"'
            f' stroke="{LIGHT[stroke]}" stroke-width="{1.8 if hollow else 1.2}"/>'
        )

    def text(
        self, x: float, y: float, text: str, anchor: Anchor = "start", color: str = "muted", size: float = SIZE, bold: bool = False
    ) -> None:
        """Write a label; `y` is its base line."""
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="f-{color}" fill="{LIGHT[color]}" font-family="{FONT}"'
            f' font-size="{size:g}"{weight}>{escape(text)}</text>'
        )

    def upright(self, x: float, y: float, text: str) -> None:
        """Write a label that reads upward, centred at a point: the name of a vertical axis."""
        self.parts.append(
            f'<text transform="translate({x:.1f} {y:.1f}) rotate(-90)" x="0" y="0" text-anchor="middle" class="f-muted"'
            f' fill="{LIGHT["muted"]}" font-family="{FONT}" font-size="{SIZE:g}">{escape(text)}</text>'
        )

    def legend(self, x: float, y: float, entries: Sequence[tuple[str, str, str]], right: float) -> float:
        """Draw a legend in rows from a point; entries are label, colour and ``"area"``, ``"dot"``, ``"ring"`` or a dash pattern.

        Returns
        -------
        y : float
            Base line of the last row.
        """
        left = x
        for label, color, mark in entries:
            width = 23 + text_width(label) + 10
            if x > left and x + width - 10 > right:
                x, y = left, y + 16
            if mark == "area":
                self.rect(x, y - 9, 18, 10, color)
                self.line([(x, y - 9), (x + 18, y - 9), (x + 18, y + 1), (x, y + 1), (x, y - 9)], "axis", 0.8)
            elif mark in ("dot", "ring"):
                self.dot(x + 9, y - 4, 4.2, color, hollow=mark == "ring")
            else:
                self.line([(x, y - 4), (x + 18, y - 4)], color, 2.2, "" if mark == "line" else mark)
            self.text(x + 23, y, label)
            x += width
        return y

    def svg(self, identifier: str, title: str, description: str) -> str:
        """Return the drawing as an SVG element with its name and description for those who cannot see it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" width="{self.width:g}"'
            f' height="{self.height:g}" role="img" aria-labelledby="{identifier}-title {identifier}-desc">'
            f'<title id="{identifier}-title">{escape(title)}</title><desc id="{identifier}-desc">{escape(description)}</desc>'
            f"{''.join(self.parts)}</svg>"
        )


@dataclass(frozen=True)
class Frame:
    """The inside of a chart between its axes."""

    drawing: Drawing
    x: Scale
    y: Scale

    def grid_y(self, values: Iterable[float], label: str, format_tick: str = "{:g}") -> None:
        """Draw horizontal grid lines with their numbers, and the axis's name with its unit."""
        for value in values:
            at = self.y(value)
            self.drawing.line([(self.x.start, at), (self.x.end, at)], "grid", 1)
            number = format_tick.format(abs(value) if value else 0)
            self.drawing.text(self.x.start - 6, at + 4, ("\u2212" if value < 0 else "") + number, "end")
        self.drawing.upright(12, 0.5 * (self.y.start + self.y.end), label)

    def grid_frequency(self, label: str) -> None:
        """Draw the usual logarithmic frequency grid with its numbers."""
        for value in _MINOR_HZ:
            if self.x.low <= value <= self.x.high and value not in FREQUENCY_TICKS_HZ:
                self.drawing.line([(self.x(value), self.y.start), (self.x(value), self.y.end)], "grid", 0.5)
        labels = [(value, f"{value // 1000}k" if value >= 1000 else f"{value}") for value in FREQUENCY_TICKS_HZ]
        self.grid_x([entry for entry in labels if self.x.low <= entry[0] <= self.x.high], label)

    def grid_x(self, labels: Sequence[tuple[float, str]], name: str) -> None:
        """Draw vertical grid lines with their labels, and the axis's name with its unit."""
        for value, text in labels:
            at = self.x(value)
            self.drawing.line([(at, self.y.start), (at, self.y.end)], "grid", 1)
            self.drawing.text(at, self.y.start + 15, text, "middle")
        self.drawing.text(0.5 * (self.x.start + self.x.end), self.y.start + 32, name, "middle")

    def border(self) -> None:
        """Draw the two axes over the grid."""
        self.drawing.line([(self.x.start, self.y.end), (self.x.start, self.y.start), (self.x.end, self.y.start)], "axis", 1)

    def curve(self, points: Iterable[tuple[float, float | None]], color: str, width: float = 2.0, dash: str = "") -> None:
        """Draw a line through values; gaps where there is none, cut at the low end of the scale, flat at its high end."""
        for present, group in itertools.groupby(points, key=lambda p: p[1] is not None):
            if present:
                places = [(self.x(x), max(self.y(y or 0.0), self.y.end)) for x, y in group]
                for run in runs(places, self.y.start):
                    self.drawing.line(run, color, width, dash)

    def ribbon(self, points: Iterable[tuple[float, float | None, float | None]], color: str, outline: str = "axis") -> None:
        """Fill between a low and a high line and outline both; gaps where either is missing."""
        for present, group in itertools.groupby(points, key=lambda p: p[1] is not None and p[2] is not None):
            if not present:
                continue
            rows = list(group)
            low, high = ([(self.x(row[0]), self.y(row[edge] or 0.0)) for row in rows] for edge in (1, 2))
            inside = cut([*low, *reversed(high)], self.y.start, is_closed=True, keep_above=True)
            inside = cut(inside, self.y.end, is_closed=True, keep_above=False) if inside else []
            if inside:
                self.drawing.area(inside, color)
            for edge in (1, 2) if outline else ():
                self.curve([(row[0], row[edge]) for row in rows], outline, 0.8)
