"""How finished a mix is before anybody looks at it, and what a mix at that stage is off by as a rule.

Only the user knows the stage for sure. It sets what errors are expected, and so how far advice goes toward the references.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from mixassistant.profiles.profile import Gaussian, Vector, relative_levels

Stage = Literal["rough", "working", "finished"]
STAGES: tuple[Stage, ...] = get_args(Stage)
USUAL_STAGE: Stage = "working"
"""What a mix is taken for of which nobody has said anything: in progress."""


@dataclass(frozen=True)
class StageErrors:
    """What a mix at one stage is expected to be off by, and how far a move goes at most.

    Standard deviations were chosen on the training folds of the benchmarks (``tests/benchmarks/toward``).

    Parameters
    ----------
    level : (float, float)
        Of the levels: a share of the covariance by which songs differ, since engineers disagree where songs do, and a standard deviation in
        LU that each role has by itself.
    tone_db : tuple of (float, float)
        Of each of a tilt (per decade), a low and a high shelf, and wide bells, with the probability of each: most are off by little.
    spread_sd_db : float
        Of the dynamic spread.
    width_sd_db : float
        Of side over mid.
    habit : float
        Share of what engineers do to raw tracks that is still to be done.
    most_level_lu, most_tone_db, most_spread_db, most_reduction_db, most_width_db : float
        Of a move, a band of it, the dynamic spread that a compressor takes away, its gain reduction on average, and a change of width.
    """

    level: tuple[float, float]
    tone_db: tuple[tuple[float, float], ...]
    spread_sd_db: float
    width_sd_db: float
    habit: float
    most_level_lu: float
    most_tone_db: float
    most_spread_db: float
    most_reduction_db: float
    most_width_db: float


STAGE_ERRORS: Mapping[Stage, StageErrors] = {
    "rough": StageErrors((0.5, 0.5), ((1.5, 0.9), (4.0, 0.1)), 2.5, 3.0, 1.0, 6.0, 6.0, 4.0, 4.0, 4.0),
    "working": StageErrors((0.35, 0.5), ((1.0, 0.9), (3.0, 0.1)), 1.7, 2.0, 0.3, 3.0, 4.0, 2.5, 3.0, 3.0),
}
"""By stage; of a finished mix only faults are told."""


@dataclass(frozen=True)
class LooksTuning:
    """From where on levels look like another stage than the one that is told: root mean square distance in standard deviations of songs.

    Of 94 finished songs 5 % lie beyond `far` and 25 % within `near`; with levels off by 4 dB, as in rough mixes, 34 % and 3 % do, by 6 dB
    61 % and under 1 %.

    Parameters
    ----------
    far, near : float
    """

    far: float = 1.5
    near: float = 0.4


LOOKS = LooksTuning()


def looks(levels: Vector, expected: Gaussian, stage: Stage) -> Literal["rougher", "further", ""]:
    """Tell whether the levels of a mix look like another stage than its user says: a hint, since much may be meant so.

    Parameters
    ----------
    levels : np.ndarray [shape=(4,)]
        In LU relative to the power sum of the stems; NaN where a role is absent.
    expected : Gaussian
        Of the same levels in the next song of this kind.
    stage : Stage
        What its user says.
    """
    present = np.flatnonzero(~np.isnan(levels) & ~np.isnan(expected.mean))
    if present.size < 3:  # of two levels only one thing can be told
        return ""
    gap = relative_levels(levels[present]) - relative_levels(expected.mean[present])
    away = float(np.sqrt(gap @ np.linalg.solve(expected.covariance[np.ix_(present, present)], gap) / present.size))
    if stage != "rough" and away > LOOKS.far:
        return "rougher"
    return "further" if stage == "rough" and away < LOOKS.near else ""
