"""Dynamics toward the references: the posterior mean of how much too far loud and usual moments lie apart, and the compressor for it.

Engineers narrow nearly every raw voice: most of what is suggested there is habit, and a smaller part the gap to the references.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mixassistant.advice.compression import compress_to, make_up_db
from mixassistant.features.dynamics import spread_of_levels
from mixassistant.processing.moves import Compression
from mixassistant.profiles.profile import Vector
from mixassistant.stems.stem import Role

NARROWED_LESS = 0.5  # of a change that takes too much compression: what is tried next
LEAST_DB = 1.0  # of dynamic spread, and of gain reduction on average: less is not worth a compressor


@dataclass(frozen=True)
class SpreadEstimate:
    """By how much a dynamic spread should change in dB (below 0: narrower), and the standard deviation of that."""

    change_db: float
    sd_db: float


def estimate_spread_toward(measured_db: float, expected: tuple[float, float], error_sd_db: float, habit_db: float = 0.0) -> SpreadEstimate:
    """Estimate by how much a dynamic spread should change.

    Parameters
    ----------
    measured_db : float
    expected : (float, float)
        Mean and standard deviation of the next song's.
    error_sd_db : float
        Standard deviation of what it is off by at the mix's stage.
    habit_db : float
        What engineers change it by as a rule.
    """
    mean, sd = expected
    share = error_sd_db**2 / (error_sd_db**2 + sd**2)
    return SpreadEstimate(habit_db - share * (measured_db - mean + habit_db), float((share**0.5) * sd))


def compressor_for(
    levels_db: Vector, hop_s: float, change_db: float, role: Role, most_reduction_db: float
) -> tuple[Compression, float] | None:
    """Return the gentlest compressor that narrows a spread so far, and by how much it changes it; None where there is none.

    Parameters
    ----------
    levels_db : np.ndarray [shape=(frames,)]
        Level envelope at the compressor's control rate, in dBFS; of some moments of a song.
    hop_s, change_db : float
    role : Role
    most_reduction_db : float
        Of the gain on average: where so much narrows the spread by less, it is narrowed by less.
    """
    own = spread_of_levels(levels_db, hop_s)
    while own is not None and change_db <= -LEAST_DB:
        found = compress_to(levels_db, hop_s, own + change_db, role)
        if found is not None and found[0].gain_reduction_db <= most_reduction_db:
            compression, spread = found
            if compression.gain_reduction_db < LEAST_DB:
                return None
            return replace(compression, makeup_db=make_up_db(levels_db, hop_s, compression)), spread - own
        change_db *= NARROWED_LESS
    return None
