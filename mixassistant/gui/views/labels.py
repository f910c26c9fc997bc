"""Placing names beside points so that they cover neither each other nor a point; knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

GAP = 10.0  # px from the middle of a point to its name

Box = tuple[float, float, float, float]


def place_labels(
    points: NDArray[np.float64], sizes: Sequence[tuple[float, float]], room: tuple[float, float]
) -> list[tuple[float, float] | None]:
    """Return the middle of each name, or None where there is no room; earlier ones choose first.

    Parameters
    ----------
    points : np.ndarray [shape=(n, 2)]
        In pixels from the upper left corner.
    sizes : sequence of (float, float)
        Width and height of each name in pixels.
    room : (float, float)
        Width and height of the plot in pixels.
    """
    taken: list[Box] = [(x - GAP / 2, y - GAP / 2, x + GAP / 2, y + GAP / 2) for x, y in points]
    found: list[tuple[float, float] | None] = []
    for (x, y), (width, height) in zip(points, sizes, strict=True):
        across, up = GAP + width / 2, GAP + height / 2
        near, slant = GAP / 2 + width / 2, GAP / 2 + height / 2
        beside = [(x + across, y), (x - across, y), (x, y - up), (x, y + up)]
        askew = [(x + way * near, y + rise * slant) for way in (1, -1) for rise in (-1, 1)]
        spot = None
        for middle in (*beside[:2], *askew, *beside[2:]):
            box = (middle[0] - width / 2, middle[1] - height / 2, middle[0] + width / 2, middle[1] + height / 2)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= room[0] and box[3] <= room[1]
            if inside and not any(_overlap(box, other) for other in taken):
                spot = (float(middle[0]), float(middle[1]))
                taken.append(box)
                break
        found.append(spot)
    return found


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
