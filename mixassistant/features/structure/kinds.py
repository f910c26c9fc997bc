"""A guess at what each section is to the song, from what repeats, how loud it is, whether somebody sings, and its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class KindTuning:
    """What a guess at a section's kind takes, set on songs arranged for it (`tests/benchmarks/structure`), none of which are tested on.

    Parameters
    ----------
    louder_lu : float
        That a chorus stands at least over what else repeats, if it comes later than that at first. Of 36 songs with verses and choruses
        the verse came first in 35.
    louder_first_lu : float
        The same of one that comes first: of 36, two verses that did were louder than their choruses by 2 and 3 LU.
    sung : float
        Share of the time that is sung in a sung section, at least; in an instrumental one it is less than half of that.
    end_share : float
        Of the song: an intro or outro is no longer.
    choruses_before_bridge : int
    """

    louder_lu: float = 0.5
    louder_first_lu: float = 4.0
    sung: float = 0.3
    end_share: float = 0.25
    choruses_before_bridge: int = 2


KIND = KindTuning()


def kinds(
    edges_s: NDArray[np.float64],
    letters: Sequence[int],
    lufs: Sequence[float],
    sung: Sequence[float] | None = None,
    tuning: KindTuning = KIND,
) -> tuple[str, ...]:
    """Return a guess at each section's kind, one of `mixassistant.features.track.KINDS`; empty where nothing can be told.

    What repeats, is sung and clearly louder than all else that repeats is the chorus; where there is none, nothing is told. What else is
    sung is a verse before the first chorus, or where it repeats; what comes once, after two choruses and before another, is the bridge.
    The ends are intro and outro where they are short and nobody sings there, or come once.

    Parameters
    ----------
    edges_s : np.ndarray [shape=(sections + 1,)]
    letters : sequence of int
        Alike sections share one.
    lufs : sequence of float
        Loudness of each section, of what accompanies the voice where that is known: how loud a voice is mixed is not how the song goes.
        −inf of silence.
    sung : sequence of float, optional
        Share of the time in which somebody sings; without, nothing is known of the voice.
    tuning : KindTuning
    """
    count = len(letters)
    found = [""] * count
    bare = [sung is not None and sung[i] < 0.5 * tuning.sung for i in range(count)]
    voiced = [sung is None or sung[i] >= tuning.sung for i in range(count)]
    chorus = _chorus(edges_s, letters, lufs, voiced, tuning)
    if chorus is None:
        return tuple(found)
    choruses = [i for i in range(count) if letters[i] == chorus]
    lengths = np.diff(edges_s)
    for i, letter in enumerate(letters):
        once = sum(other == letter for other in letters) == 1
        is_short = lengths[i] <= tuning.end_share * (edges_s[-1] - edges_s[0])
        if letter == chorus:
            found[i] = "instrumental" if bare[i] else "chorus"
        elif i == 0 and is_short and (bare[i] or (sung is None and once)):
            found[i] = "intro"
        elif i == count - 1 and is_short and (bare[i] or once):
            found[i] = "outro"
        elif bare[i]:
            found[i] = "instrumental"
        elif voiced[i] and (i < choruses[0] or not once) and any(i < c <= i + 2 for c in choruses):
            found[i] = "verse"
        elif voiced[i] and once and sum(c < i for c in choruses) >= tuning.choruses_before_bridge and i < choruses[-1]:
            found[i] = "bridge"
    return tuple(found)


def _chorus(
    edges_s: NDArray[np.float64], letters: Sequence[int], lufs: Sequence[float], voiced: Sequence[bool], tuning: KindTuning
) -> int | None:
    """Return the letter of the choruses; None where none stands out."""
    lengths = np.diff(edges_s)
    loudness: dict[int, float] = {}
    for letter in dict.fromkeys(letters):
        own = [i for i, other in enumerate(letters) if other == letter]
        if len(own) > 1 and 2 * sum(lengths[i] for i in own if voiced[i]) > sum(lengths[i] for i in own):
            power = sum(lengths[i] * 10 ** (lufs[i] / 10) for i in own) / sum(lengths[i] for i in own)
            loudness[letter] = 10 * float(np.log10(max(power, 1e-20)))
    if len(loudness) < 2:  # what alone repeats may be the verse as well
        return None
    second, first = sorted(loudness, key=loudness.__getitem__)[-2:]
    least = tuning.louder_lu if letters.index(second) < letters.index(first) else tuning.louder_first_lu
    return first if loudness[first] - loudness[second] >= least else None
