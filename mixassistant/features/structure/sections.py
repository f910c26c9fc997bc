"""The sections of a piece, and a guess at what each is to the song."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.loudness import ABSOLUTE_GATE, integrated
from mixassistant.features.representations import STEP_S, Representations
from mixassistant.features.structure.bars import bars
from mixassistant.features.structure.segmentation import segmented
from mixassistant.features.track import Section

SHORTEST_TRACK_S = 40.0


@dataclass(frozen=True, eq=False)
class Sections:
    """Where sections begin and which are alike.

    Parameters
    ----------
    edges_s : np.ndarray [shape=(sections + 1,)]
        From 0 to the end.
    letters : tuple of int
        0 for A.
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


def letter_name(index: int) -> str:
    """Return the letter of a number: A … Z, AA …"""
    return (letter_name(index // 26 - 1) if index >= 26 else "") + ascii_uppercase[index % 26]


@dataclass(frozen=True)
class KindTuning:
    """What a guess at a section's kind takes, set on songs arranged for it (`tests/benchmarks/structure`), none of which are tested on.

    Parameters
    ----------
    louder_lu : float
        That a chorus stands over what else repeats, at least.
    sung : float
        Share of the time that is sung in a sung section, at least; in an instrumental one it is less than half of that.
    voice_range_lu : float
        Below the loudness of the voice as a whole: what is quieter is not singing.
    end_share : float
        Of the song: an intro or outro is no longer.
    """

    louder_lu: float = 0.7
    sung: float = 0.3
    voice_range_lu: float = 12.0
    end_share: float = 0.25


KIND = KindTuning()


def kinds(
    edges_s: NDArray[np.float64], letters: Sequence[int], lufs: Sequence[float | None], sung: Sequence[float] | None, tuning: KindTuning = KIND
) -> tuple[str, ...]:
    """Return a guess at each section's kind, one of `KINDS`; empty where nothing can be told.

    What repeats, is sung and louder than what else repeats is a chorus; without one nothing else is told. A verse comes before a chorus and
    repeats too, or comes before the first one; what comes once, late and before a chorus is a bridge; the ends are intro and outro where they are short and
    come once, or nobody sings there.

    Parameters
    ----------
    edges_s : np.ndarray [shape=(sections + 1,)]
    letters : sequence of int
    lufs : sequence of float or None
        Loudness of each section.
    sung : sequence of float, optional
        Share of the time in which somebody sings; without, nothing is known of the voice.
    tuning : KindTuning
    """
    count = len(letters)
    found = [""] * count
    voice = [None if sung is None else share >= tuning.sung for share in (sung or [0.0] * count)]
    silent = [sung is not None and sung[i] < 0.5 * tuning.sung for i in range(count)]
    chorus = _chorus(letters, lufs, voice, edges_s, tuning)
    if chorus is None:
        return tuple(found)
    first = letters.index(chorus)
    last = count - 1 - list(letters)[::-1].index(chorus)
    length = edges_s[-1] - edges_s[0]
    for i, letter in enumerate(letters):
        times = letters.count(letter) if isinstance(letters, list) else list(letters).count(letter)
        is_short = edges_s[i + 1] - edges_s[i] <= tuning.end_share * length
        sings = voice[i] is not False
        if letter == chorus:
            found[i] = "instrumental" if silent[i] else "chorus"
        elif i == 0 and is_short and (silent[i] if sung is not None else times == 1 and first > 1):
            found[i] = "intro"
        elif i == count - 1 and is_short and (silent[i] or times == 1):
            found[i] = "outro"
        elif silent[i]:
            found[i] = "instrumental"
        elif sings and times > 1 and (i < first or any(l == chorus for l in letters[i + 1 : i + 3])):
            found[i] = "verse"
        elif sings and times == 1 and i < first:
            found[i] = "verse"
        elif sings and times == 1 and first < i < last and sum(l == chorus for l in letters[:i]) >= 2:
            found[i] = "bridge"
    return tuple(found)
