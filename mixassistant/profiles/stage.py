"""How finished a mix is before anybody looks at it, and what a mix at that stage is off by as a rule.

Only the user knows the stage for sure. It sets what errors are expected, and so how far advice goes toward the references.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

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
    level_sd_lu : float
        Of the level of each role.
    tone_db : tuple of (float, float)
        Of each of a tilt (per decade), a low and a high shelf, and wide bells, with the probability of each: most are off by little.
    spread_sd_db : float
        Of the dynamic spread.
    width_sd_db : float
        Of side over mid.
    habit : float
        Share of what engineers do to raw tracks that is still to be done.
    most_level_lu, most_tone_db, most_spread_db, most_width_db : float
        Of a move, a band of it, the dynamic spread that a compressor takes away, and a change of width.
    """

    level_sd_lu: float
    tone_db: tuple[tuple[float, float], ...]
    spread_sd_db: float
    width_sd_db: float
    habit: float
    most_level_lu: float
    most_tone_db: float
    most_spread_db: float
    most_width_db: float


STAGE_ERRORS: Mapping[Stage, StageErrors] = {
    "rough": StageErrors(2.5, ((1.5, 0.9), (4.0, 0.1)), 2.5, 3.0, 1.0, 6.0, 6.0, 4.0, 4.0),
    "working": StageErrors(1.8, ((1.0, 0.9), (3.0, 0.1)), 1.7, 2.0, 0.3, 3.0, 4.0, 2.5, 3.0),
}
"""By stage; of a finished mix only faults are told."""
