"""What an analysis brings to the window: a `Result`, and what of two of them is the same sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mixassistant.advice.decision import Decisions
    from mixassistant.analysis import Analysis
    from mixassistant.audio.peaks import Peaks
    from mixassistant.stems.stem import Song

SAMPLED = 4096  # samples a channel that tell one sound from another


@dataclass(frozen=True, eq=False)
class Result:
    """An analysis, the waveforms to draw (``"mix"`` and stem names) and the decisions of earlier."""

    analysis: Analysis
    peaks: Mapping[str, Peaks]
    decisions: Decisions = field(default_factory=dict)


def is_same_sound(song: Song, other: Song) -> bool:
    """Tell whether two analyses are of the same mix, so that every place in one is the same place in the other.

    Stems that are called something else make another content of the same sound: `SAMPLED` places of the mix tell it.
    """
    first, second = ((s.mix.length, s.mix.sample_rate_hz, s.mix.channels) for s in (song, other))
    if first != second or song.content_hash == other.content_hash:
        return first == second
    step = max(song.mix.length // SAMPLED, 1)
    names = [(s.name, {stem.name for stem in s.stems}) for s in (song, other)]
    return names[0] == names[1] and np.array_equal(song.mix.samples[:, ::step], other.mix.samples[:, ::step])
