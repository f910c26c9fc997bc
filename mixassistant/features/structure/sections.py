"""The sections of a piece: where they begin, and which are alike."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.representations import Representations
from mixassistant.features.structure.bars import bars
from mixassistant.features.structure.segmentation import MOST_LETTERS, segmented

SHORTEST_TRACK_S = 40.0
LETTERS = tuple(ascii_uppercase[:MOST_LETTERS])


@dataclass(frozen=True, eq=False)
class Sections:
    """Where sections begin and which are alike.

    Parameters
    ----------
    edges_s : np.ndarray [shape=(sections + 1,)]
        From 0 to the end.
    letters : tuple of int
        Indices of `LETTERS`, in the order of their first appearance.
    reason : str
        Why there are none; empty where there are.
    """

    edges_s: NDArray[np.float64]
    letters: tuple[int, ...]
    reason: str = ""


def sections(shared: Representations) -> Sections:
    """Return the sections (use through ``shared.once``)."""
    none = np.zeros(0)
    if shared.is_silent:
        return Sections(none, (), "silent")
    if shared.audio.duration_s < SHORTEST_TRACK_S:
        return Sections(none, (), f"shorter than {SHORTEST_TRACK_S:.0f} s")
    return Sections(*segmented(shared.once(bars)))
