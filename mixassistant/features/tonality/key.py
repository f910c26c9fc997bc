"""The key: of 24 the one nearest to all that a network holds likely.

Where it wavers between keys, the one between them errs least: between F and G major that is C. Nearness is what MIREX scores keys by.

References
----------
F. Korzeniowski, G. Widmer, End-to-end musical key estimation using a convolutional neural network, EUSIPCO 2017; MIREX, Audio key
detection, 2005 (weights).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.tonality.hearing import Hearing
from mixassistant.features.tonality.hpcp import NAMES

LABELS = tuple(f"{pitch} {mode}" for mode in ("major", "minor") for pitch in NAMES)
FIFTH, RELATIVE, PARALLEL = 0.5, 0.3, 0.2  # MIREX; a fifth either way


@dataclass(frozen=True)
class KeyTuning:
    """When there is no key; set on the generated songs for validation (at most 0.1; drums alone 0.97 and more) and noise (0.9 and more).

    Parameters
    ----------
    most_none : float
        Mean probability, over what plays, that there is no chord: above it there is no key either.
    """

    most_none: float = 0.7


TUNING = KeyTuning()


@dataclass(frozen=True)
class Key:
    """A key: index into `LABELS`, how near it is to what is likely, and by how much the next best is less near, 0–1 each."""

    index: int
    clarity: float
    margin: float


@functools.cache
def nearness() -> NDArray[np.float64]:
    """Return how near any two keys are, ``[shape=(24, 24)]``: 1 the same, 0 unrelated."""
    found = np.eye(len(LABELS))
    for key in range(len(LABELS)):
        minor, tonic = divmod(key, 12)
        for fifth in (5, 7):
            found[12 * minor + (tonic + fifth) % 12, key] = FIFTH
        found[12 * (1 - minor) + (tonic + (3 if minor else 9)) % 12, key] = RELATIVE
        found[12 * (1 - minor) + tonic, key] = PARALLEL
    found.flags.writeable = False
    return found


def key_of(heard: Hearing, tuning: KeyTuning = TUNING) -> Key | None:
    """Return the key of a piece; ``None`` where nothing in it has one."""
    if heard.none_share > tuning.most_none:
        return None
    likely = np.clip(nearness() @ heard.keys, 0.0, 1.0)
    second, best = np.sort(likely)[-2:]
    return Key(int(likely.argmax()), float(best), float(best - second))
