"""The key: the most likely of 24, by what the network hears of chords and pitch classes in the whole.

References
----------
F. Korzeniowski, G. Widmer, End-to-end musical key estimation using a convolutional neural network, EUSIPCO 2017.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixassistant.features.tonality.hearing import Hearing
from mixassistant.features.tonality.hpcp import NAMES

LABELS = tuple(f"{pitch} {mode}" for mode in ("major", "minor") for pitch in NAMES)


@dataclass(frozen=True)
class KeyTuning:
    """When there is no key; set on generated drum parts, noise, and songs that have one.

    Parameters
    ----------
    most_none : float
        Mean probability, over what plays, that there is no chord: above it there is no key either.
    """

    most_none: float = 0.85


TUNING = KeyTuning()


@dataclass(frozen=True)
class Key:
    """A key: index into `LABELS`, its probability, and how far that of the next best is behind, 0–1 each."""

    index: int
    probability: float
    margin: float


def key_of(heard: Hearing, tuning: KeyTuning = TUNING) -> Key | None:
    """Return the key of a piece; ``None`` where nothing in it has one."""
    if heard.none_share > tuning.most_none:
        return None
    second, best = np.sort(heard.keys)[-2:]
    return Key(int(heard.keys.argmax()), float(best), float(best - second))
