"""A true-peak limiter that looks ahead: what comes out of it stays under a ceiling between the samples too.

Both channels get one gain. It falls before a peak and is there in time, along the half of a cosine that `LIMITER.look_ahead_s` is long,
and comes back exponentially in decibels. Peaks are found on a grid that is finer than that of ITU-R BS.1770-5 annex 2: eight times at
44.1 kHz. A gain that moves lets new peaks arise between samples: what is left of them is taken in the passes that follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.source import BLOCK
from mixassistant.audio.storage import blank
from mixassistant.audio.true_peak import envelope
from mixassistant.progress import Progress, part, silent

Levels = NDArray[np.float64]


@dataclass(frozen=True)
class LimiterTuning:
    """How the limiter moves.

    Parameters
    ----------
    look_ahead_s : float
        In which the gain falls: as the attack of the limiter that Spotify's setting “Loud” has.
    release_s : float
        Time constant of the reduction in decibels: as its decay.
    grid_hz : float
        Sample rate at which peaks are looked for, at least.
    grid_factor : int
        Times its own rate, at least.
    tolerance_db : float
        That a pass may leave over the ceiling.
    passes : int
        At most; what is still left is taken by a gain on the whole.
    """

    look_ahead_s: float = 0.005
    release_s: float = 0.1
    grid_hz: float = 352_800.0
    grid_factor: int = 4
    tolerance_db: float = 0.01
    passes: int = 4


LIMITER = LimiterTuning()
HEARD_DB = 0.5  # of gain reduction: from here on it counts as work of the limiter


@dataclass(frozen=True, eq=False)
class Limited:
    """What came out of the limiter.

    Parameters
    ----------
    audio : Audio
    reduction_db : float
        The largest gain reduction.
    reduced_share : float
        Share of the time in which it turns down by half a decibel or more.
    """

    audio: Audio
    reduction_db: float
    reduced_share: float


def limit(audio: Audio, ceiling_dbtp: float, progress: Progress = silent) -> Limited:
    """Return audio with its true peak at a ceiling; the same object where nothing is over it.

    Parameters
    ----------
    audio : Audio
    ceiling_dbtp : float
        dBTP.
    progress : Progress
        Called for every twelve seconds of audio.
    """
    ceiling = 10 ** (ceiling_dbtp / 20)
    largest, reduced, found = 0.0, 0.0, audio
    for number in range(LIMITER.passes):
        aim = ceiling if number == 0 else ceiling * 10 ** (-LIMITER.tolerance_db * number / 20)
        step = part(progress, number / LIMITER.passes, (number + 1) / LIMITER.passes)
        after, reduction, share = _pass(found, aim, ceiling, step)
        largest += reduction
        reduced = max(reduced, share)
        if after is None:
            return Limited(found, largest, reduced)
        found = after
    left = highest(found)
    if left > ceiling * 10 ** (LIMITER.tolerance_db / 20):
        samples = blank(found.channels, found.length)
        np.multiply(found.samples, np.float32(ceiling / left), out=samples)
        found = Audio(samples, found.sample_rate_hz)
        largest += 20 * float(np.log10(left / ceiling))
    return Limited(found, largest, reduced)


def highest(audio: Audio) -> float:
    """Return the largest absolute value on the limiter's grid, 1 is full scale."""
    peak = max((float(np.abs(audio.read(s, s + BLOCK)).max(initial=0.0)) for s in range(0, audio.length, BLOCK)), default=0.0)
    for start in range(0, audio.length, BLOCK):
        peak = max(peak, float(_envelope(audio, start, min(start + BLOCK, audio.length), peak).max(initial=0.0)))
    return peak


def _pass(audio: Audio, aim: float, ceiling: float, progress: Progress) -> tuple[Audio | None, float, float]:
    """Limit once; None where nothing is over the ceiling. Also the largest reduction in dB, and the share of the time with some of it."""
    ahead = max(1, round(LIMITER.look_ahead_s * audio.sample_rate_hz))
    decay = 1 / (LIMITER.release_s * audio.sample_rate_hz)
    shape, allowed_db = _half_cosine(ahead), 20 * float(np.log10(ceiling / aim)) + LIMITER.tolerance_db
    # What falls in time for the first sample has begun before it.
    tail = _released(_forward_max(_wanted_db(audio, -ahead, ahead, aim), ahead), decay, 0.0)
    held = float(tail[-1])
    largest, reduced, is_over = 0.0, 0, False
    samples = blank(audio.channels, audio.length)
    for start in range(0, audio.length, BLOCK):
        progress("Limiting", start / audio.length)
        end = min(start + BLOCK, audio.length)
        wanted = _wanted_db(audio, start, end + ahead, aim)
        is_over = is_over or bool((wanted > allowed_db).any())
        falling = _released(_forward_max(wanted, ahead), decay, held)
        held = float(falling[-1])
        smooth = np.convolve(np.concatenate([tail, falling]), shape, "valid")
        tail = np.concatenate([tail, falling])[-ahead:]
        largest, reduced = max(largest, float(smooth.max(initial=0.0))), reduced + int((smooth >= HEARD_DB).sum())
        np.multiply(audio.read(start, end), (10 ** (-smooth / 20)).astype(np.float32), out=samples[:, start:end])
    if not is_over:
        return None, 0.0, 0.0
    return Audio(samples, audio.sample_rate_hz), largest, reduced / max(audio.length, 1)


def _wanted_db(audio: Audio, start: int, end: int, aim: float) -> Levels:
    """Return by how many decibels each sample from `start` to before `end` has to come down."""
    return np.asarray(20 * np.log10(np.maximum(_envelope(audio, start, end, aim) / aim, 1.0)))


def _envelope(audio: Audio, start: int, end: int, threshold: float) -> Levels:
    factor = max(LIMITER.grid_factor, int(np.ceil(LIMITER.grid_hz / audio.sample_rate_hz)))
    return envelope(audio, start, end, threshold, factor)


def _forward_max(values: Levels, ahead: int) -> Levels:
    """Return the largest of each value and the `ahead` that follow it, ``[shape=(n - ahead,)]``."""
    from scipy.ndimage import maximum_filter1d

    size = ahead + 1
    return np.asarray(maximum_filter1d(values, size, origin=-(size // 2), mode="constant")[: values.size - ahead])


def _released(values: Levels, decay: float, held: float) -> Levels:
    """Return values that fall no faster than by a time constant, from `held` on: the largest of what each of those before has become."""
    steps = np.arange(1, values.size + 1) * decay
    # In logarithms a decay is a straight line, so that the largest of all that decay is a running maximum.
    rising = np.log(np.maximum(values, 1e-12)) + steps
    rising = np.maximum.accumulate(np.maximum(rising, np.log(max(held, 1e-12))))
    return np.asarray(np.exp(rising - steps))


def _half_cosine(ahead: int) -> Levels:
    """Return the weights of the smoothing: their running sum is half of a cosine."""
    weights = np.sin(np.pi * (np.arange(ahead + 1) + 0.5) / (ahead + 1))
    return np.asarray(weights / weights.sum())
