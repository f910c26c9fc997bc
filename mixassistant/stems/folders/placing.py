"""Where tracks begin: recorders and DAWs stamp a file with the time of day at which its clip stands (EBU Tech 3285)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mixassistant.audio.audio import Audio

SAME_S = 0.001  # what stamps of one beginning may differ by
LONGEST_PAUSE_S = 30.0  # in which no track sounds: stamps of other takes lie farther apart
SHOWN = 6  # tracks that are named in a warning


@dataclass(frozen=True)
class Clip:
    """A track that is to be placed.

    Parameters
    ----------
    name : str
    stamp_s : float or None
        When it begins, in seconds since midnight.
    duration_s : float
    is_sum : bool
        Whether it is called the mix of others: a bounce is often stamped with another beginning.
    """

    name: str
    stamp_s: float | None
    duration_s: float
    is_sum: bool = False


def offsets_s(clips: Sequence[Clip]) -> tuple[list[float], tuple[str, ...]]:
    """Return where clips begin after the earliest, in seconds, and what is to be told of that.

    One without a stamp begins with the earliest. Stamps that leave a long pause in the song are of other takes or other days: then all
    begin together, which is told.
    """
    known = _of_one_take([(clip.stamp_s, clip) for clip in clips if clip.stamp_s is not None])
    first = min((stamp for stamp, _clip in known), default=0.0)
    if len(known) < 2 or max(stamp for stamp, _clip in known) - first <= SAME_S:
        return [0.0] * len(clips), ()
    covered = first
    for stamp, clip in sorted(known, key=lambda item: item[0]):
        if stamp > covered + LONGEST_PAUSE_S:
            return [0.0] * len(clips), (
                "The files carry time stamps of different takes, so their stamps were not used: all stems begin together. "
                "Export them from one beginning if that is wrong.",
            )
        covered = max(covered, stamp + clip.duration_s)
    stamps = {id(clip): stamp for stamp, clip in known}
    found = [0.0 if (later := stamps.get(id(clip), first) - first) <= SAME_S else later for clip in clips]
    late = [(clip.name, offset) for clip, offset in zip(clips, found, strict=True) if offset]
    told = ", ".join(f"“{name}” {offset:.2f} s" for name, offset in late[:SHOWN]) + (" …" if len(late) > SHOWN else "")
    bare = [clip.name for clip in clips if id(clip) not in stamps]
    rest = f" {len(bare)} without a stamp of this take begin with the earliest." if len(bare) > 1 else ""
    rest = f" “{bare[0]}”, which has no stamp of this take, begins with the earliest." if len(bare) == 1 else rest
    what = "1 stem begins later by its time stamp" if len(late) == 1 else f"{len(late)} stems begin later by their time stamps"
    return found, (f"{what}: {told}.{rest}",)


def _of_one_take(known: Sequence[tuple[float, Clip]]) -> list[tuple[float, Clip]]:
    """Return stamps without those of mixes that lie apart from the tracks'."""
    tracks = [(stamp, clip) for stamp, clip in known if not clip.is_sum]
    if not tracks:
        return [*known]
    first, end = min(stamp for stamp, _clip in tracks), max(stamp + clip.duration_s for stamp, clip in tracks)
    apart = [clip for stamp, clip in known if clip.is_sum and not first - LONGEST_PAUSE_S <= stamp <= end + LONGEST_PAUSE_S]
    return [(stamp, clip) for stamp, clip in known if clip not in apart]


def delayed(audio: Audio, seconds: float) -> Audio:
    """Return audio with silence before it."""
    count = round(seconds * audio.sample_rate_hz)
    return Audio(np.pad(audio.samples, ((0, 0), (count, 0))), audio.sample_rate_hz) if count > 0 else audio
