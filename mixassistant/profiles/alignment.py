"""Whether two versions of a song hold the same moments, and one version's levels at the moments of the other.

Silence before or after the music changes no spectrum and no level that is measured while something plays: versions that differ in
nothing else are in step, however late one begins. Where a part of the music is missing in one, they are not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mixassistant.features.descriptor import Measurement, Values, vector
from mixassistant.features.dynamics import level_quantiles, spread_of_levels
from mixassistant.features.fingerprint import sounding
from mixassistant.features.representations import FRAMES_PER_S, HOP, LEVEL_WINDOW_S, N_FFT
from mixassistant.features.track import MeasuredTrack

SMEAR_FRAMES = N_FFT // 2 // HOP  # by so many sound shows in the fingerprint before it begins and after it ends
SILENT_DBFS = -120.0  # as level curves tell silence


@dataclass(frozen=True)
class AlignmentTuning:
    """When two versions of a song are taken to hold the same moments.

    Parameters
    ----------
    together_s : float
        Lag and difference in length up to which they do, whatever lies there.
    alone : float
        Share of the common time that one version may play alone: a fade that is cut a few seconds earlier. At 4 % one untouched song of
        five got a shelf of 1.5 dB.
    """

    together_s: float = 0.2
    alone: float = 0.02


ALIGNMENT = AlignmentTuning()


def level_hop_s(track: MeasuredTrack) -> float:
    """Return the seconds between the frames of a track's level curves."""
    return round(LEVEL_WINDOW_S * track.sample_rate_hz) / track.sample_rate_hz


def begin_and_end_together(track: MeasuredTrack, reference: MeasuredTrack, lag_s: float) -> bool:
    """Tell whether two files hold the same span of a song, as far as their lengths and `lag_s` tell."""
    return abs(lag_s) <= ALIGNMENT.together_s and abs(track.duration_s - reference.duration_s) <= ALIGNMENT.together_s


def share_alone(track: MeasuredTrack, reference: MeasuredTrack, lag_s: float) -> float:
    """Return what sounds in only one of two versions, since the other's file does not reach there, over the time that both hold.

    Parameters
    ----------
    track, reference : MeasuredTrack
    lag_s : float
        How far the reference is behind.
    """
    if begin_and_end_together(track, reference, lag_s):
        return 0.0
    plays, other = sounding(track.fingerprint), sounding(reference.fingerprint)
    lag = round(lag_s * FRAMES_PER_S)
    first, last = max(0, -lag), min(plays.size, other.size - lag)
    if last <= first:
        return np.inf
    beyond = (plays[:first], plays[last:], other[: first + lag], other[last + lag :])
    alone = [int(part.sum()) for part in beyond]
    return sum(frames for frames in alone if frames > SMEAR_FRAMES) / (last - first)


def are_in_step(track: MeasuredTrack, reference: MeasuredTrack, lag_s: float) -> bool:
    """Tell whether two versions play the same moments: what one has beyond the other's file is silence, or next to nothing."""
    return share_alone(track, reference, lag_s) <= ALIGNMENT.alone


def cut_to_moments(track: MeasuredTrack, reference: MeasuredTrack, lag_s: float) -> MeasuredTrack:
    """Return a version that is in step with what its levels over time were, had its file begun and ended with the track's.

    Level curves are cut, or lengthened with silence, by whole frames, and what is read off them (dynamic spread, distribution of
    levels) is read again: more silence lowers what counts as loud, and more of a stem that hardly plays counts as playing.

    Parameters
    ----------
    track, reference : MeasuredTrack
    lag_s : float
        How far the reference is behind.
    """
    if begin_and_end_together(track, reference, lag_s):
        return reference
    hop_s = level_hop_s(reference)
    first, count = round(lag_s / hop_s), int(track.duration_s / hop_s)

    def moved(values: Values) -> Values:
        levels = vector(values, "level_curve")
        if levels is None:
            return values
        kept = levels[max(first, 0) : max(first + count, 0)][:count]
        before = min(max(-first, 0), count - kept.size)
        at = np.pad(kept, (before, count - kept.size - before), constant_values=SILENT_DBFS)
        power = np.where(at > SILENT_DBFS, 10 ** (at / 10), 0.0)
        read = {"level_curve": at, "dynamic_spread": spread_of_levels(at, hop_s), "level_quantiles": level_quantiles(power)}
        return {**values, **{name: Measurement(found) for name, found in read.items() if name in values and found is not None}}

    return replace(
        reference,
        roles={role: moved(values) for role, values in reference.roles.items()},
        stems=tuple(replace(stem, values=moved(stem.values)) for stem in reference.stems),
    )
