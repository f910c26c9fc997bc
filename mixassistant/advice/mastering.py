"""A mix as loud as a delivery target wants it, under its ceiling: one gain, and a true-peak limiter for what stands out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixassistant.advice.audition import loudness_lufs
from mixassistant.advice.targets import DeliveryTarget
from mixassistant.audio.audio import Audio
from mixassistant.audio.storage import blank
from mixassistant.audio.true_peak import true_peak
from mixassistant.processing.limiter import limit
from mixassistant.progress import Progress, part, silent


@dataclass(frozen=True)
class MasteringTuning:
    """How a master is made.

    Parameters
    ----------
    tolerance_lu : float
        Closer to the wanted loudness is close enough: no meter shows less.
    rounds : int
        A limiter makes the whole a little quieter, which the next round makes up for; after so many it is left as it is.
    most_limiting_db : float
        That the limiter may take from the highest peak: a mix that needs more stays quieter rather than be crushed.
    """

    tolerance_lu: float = 0.05
    rounds: int = 6
    most_limiting_db: float = 12.0


MASTERING = MasteringTuning()


@dataclass(frozen=True, eq=False)
class Master:
    """A mix at a target.

    Parameters
    ----------
    audio : Audio
    target : DeliveryTarget or None
        None: it is the mix as it is.
    gain_db : float
        Before the limiter.
    reduction_db : float
        The most that the limiter turns it down.
    reduced_share : float
        Share of the time in which it turns down by half a decibel or more.
    loudness_lufs : float or None
        As measured of the result; None of what is silent or too short.
    true_peak_dbtp : float
        As measured of the result.
    """

    audio: Audio
    target: DeliveryTarget | None
    gain_db: float
    reduction_db: float
    reduced_share: float
    loudness_lufs: float | None
    true_peak_dbtp: float

    @property
    def written(self) -> Audio:
        """The sound as it goes into a file, in stereo: many meters count a file of one channel as one loudspeaker, 3 LU quieter."""
        return self.audio.stereo()

    @property
    def short_lu(self) -> float:
        """By how much it is quieter than the target, to a tenth; 0 where it is as loud."""
        wanted = None if self.target is None else self.target.loudness_lufs
        return 0.0 if wanted is None or self.loudness_lufs is None else max(round(wanted - self.loudness_lufs, 1), 0.0)


def as_it_is(mix: Audio) -> Master:
    """Return a mix that nothing is done to, measured as a master is."""
    return Master(mix, None, 0.0, 0.0, 0.0, loudness_lufs(mix), _decibels(true_peak(mix)))


def master(mix: Audio, target: DeliveryTarget, progress: Progress = silent) -> Master:
    """Return a mix at the loudness of a target, its true peak under the target's ceiling.

    Where the target has no loudness, only what is over the ceiling is taken. A mix that would need more of the limiter than
    `MASTERING.most_limiting_db` stays quieter.

    Parameters
    ----------
    mix : Audio
    target : DeliveryTarget
    progress : Progress
    """
    loudness, peak_db = loudness_lufs(mix), _decibels(true_peak(mix))
    ceiling = target.true_peak_dbtp
    wanted = target.loudness_lufs
    most = ceiling - peak_db + MASTERING.most_limiting_db
    gain = 0.0 if wanted is None or loudness is None else min(wanted - loudness, most)
    rounds = 1 if wanted is None or loudness is None else MASTERING.rounds
    for number in range(rounds):
        limited = limit(_amplified(mix, gain), ceiling, part(progress, number / rounds, (number + 1) / rounds))
        reached = loudness_lufs(limited.audio)
        short = 0.0 if wanted is None or reached is None else wanted - reached
        if abs(short) <= MASTERING.tolerance_lu or number == rounds - 1 or (short > 0 and gain >= most):
            break
        gain = min(gain + short, most)
    peak = _decibels(true_peak(limited.audio))
    return Master(limited.audio, target, gain, limited.reduction_db, limited.reduced_share, reached, peak)


def _amplified(mix: Audio, gain_db: float) -> Audio:
    samples = blank(mix.channels, mix.length)
    np.multiply(mix.samples, np.float32(10 ** (gain_db / 20)), out=samples)
    return Audio(samples, mix.sample_rate_hz)


def _decibels(peak: float) -> float:
    return 20 * float(np.log10(max(peak, 1e-6)))
