"""Whether one of several files is the sum of others: then they are of one song, whatever they are called."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode_blocks
from mixassistant.audio.hashing import state_of
from mixassistant.audio.resample import resample
from mixassistant.errors import InputError
from mixassistant.stems.folders.sums import products

MOST_FILES = 24  # that are listened to
LISTENED_S = 30.0  # from the beginning of each
EXPLAINED = 0.9  # of a file's energy, by two others or more
VERSION = 0.9  # correlation from which a file is another version of a sum, and no part of it
OF_ITS_OWN = 0.5  # correlation below which parts of a sum are different tracks: versions of one song are more alike


def adds_up(files: Sequence[Path]) -> bool:
    """Tell whether one of the files is the sum of two others or more, by their first half minute.

    Versions of one song are sums of each other too: they are told by how alike they are.
    """
    if not 3 <= len(files) <= MOST_FILES:
        return False
    return _adds_up(tuple((file, *state_of(file)) for file in files))


@functools.lru_cache(maxsize=64)
def _adds_up(files: tuple[tuple[Path, int, int], ...]) -> bool:
    """Tell it once of each state of the files: a folder is looked at several times on its way to the screen."""
    try:
        sounds = [_beginning(file) for file, _changed, _size in files]
    except InputError:
        return False
    rate = min(sound.sample_rate_hz for sound in sounds)
    found = products([resample(sound, rate) for sound in sounds])
    for index in range(len(sounds)):
        others = [other for other in range(len(sounds)) if other != index and found.correlation(index, other) < VERSION]
        best = found.sum_of(index, others)
        are_tracks = all(found.correlation(a, b) < OF_ITS_OWN for a, b in itertools.combinations(best.parts, 2))
        if best.share >= EXPLAINED and len(best.parts) > 1 and are_tracks:
            return True
    return False


def _beginning(file: Path) -> Audio:
    """Return the first half minute of a file.

    Raises
    ------
    InputError
        It cannot be read.
    """
    blocks: list[Audio] = []
    for block in decode_blocks(file):
        blocks.append(block)
        if sum(block.duration_s for block in blocks) >= LISTENED_S:
            break
    if not blocks:
        raise InputError("no-samples", f"“{file.name}” holds no samples", "export it again")
    return Audio(np.concatenate([block.samples for block in blocks], axis=1), blocks[0].sample_rate_hz)
