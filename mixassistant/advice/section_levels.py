"""Levels that change from section to section otherwise than in the references: "the vocals sink by 3 LU in the choruses".

What is compared is a contrast within the song: the level of a role against the others in the sections of one kind, minus the same in its
other main sections. A voice that is quiet throughout is no matter of sections and shows in no contrast, nor does the taste of who mixed it.
It is told only where the sections are sure enough, and of one kind of section alone.

Of 21 arranged songs with true stems (``tests/benchmarks/structure/section_levels.py``), each held against nine others: nothing was told
of any as it was mixed; of voices turned down by 3 dB in the choruses 15 were told there, one as too loud in the verses, one as another
role's and four not; by 4 dB 7 of 8. With three references four in ten are told at 3 dB. All are of one maker: others may differ by more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from mixassistant.advice.findings import SectionLevel
from mixassistant.advice.suggestion import Check, Evidence
from mixassistant.advice.target_names import target_at
from mixassistant.features.track import MeasuredSection, MeasuredTrack
from mixassistant.profiles.profile import Z80
from mixassistant.profiles.separation_error import separation_error
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES, Role

MAIN = ("verse", "chorus", "bridge")
"""Kinds that are held against each other: intros and outros are arranged thinly on purpose."""
TOLD = ("chorus", "verse")
"""Kinds of which it is told; what changes in the one against the other changed in the one that lies further from the references'."""


@dataclass(frozen=True)
class SectionLevelsTuning:
    """What it takes to tell of a level in one kind of section; measured by `tests/benchmarks/structure`.

    Parameters
    ----------
    least_references : int
        That have such sections and play there.
    spread_lu : float
        Standard deviation of the contrast between finished songs: 0.4 to 0.9 in songs arranged alike, and taken for more in those of
        different makers.
    spread_songs : float
        How many songs that is worth beside the references' own spread.
    deviations : float
        Of the predictive standard deviation, that the contrast lies off at least.
    least_lu : float
        That it lies off at least.
    least_sections : int
        Of a kind in which the role plays: one is an arrangement, and may be found wrong.
    """

    least_references: int = 3
    spread_lu: float = 1.2
    spread_songs: float = 4.0
    deviations: float = 2.0
    least_lu: float = 2.0
    least_sections: int = 2


SECTION_LEVELS = SectionLevelsTuning()


@dataclass(frozen=True)
class Contrast:
    """How a role lies in the sections of one kind.

    Parameters
    ----------
    there : float
        Against the others there, in LU.
    elsewhere : float
        The same in the other main sections.
    sections : tuple of MeasuredSection
        Those of the kind in which it plays.
    """

    there: float
    elsewhere: float
    sections: tuple[MeasuredSection, ...]

    @property
    def gap(self) -> float:
        """How much higher it lies there, in LU."""
        return self.there - self.elsewhere


def contrast(track: MeasuredTrack, role: Role, kind: str, tuning: SectionLevelsTuning = SECTION_LEVELS) -> Contrast | None:
    """Return how a role lies in the sections of a kind; None where it plays too seldom there or elsewhere, or nothing is sure."""
    own = tuple(s for s in track.sections if s.kind == kind and role in s.levels)
    others = [s for s in track.sections if s.kind in MAIN and s.kind != kind and role in s.levels]
    if len(own) < tuning.least_sections or not others:
        return None
    return Contrast(_mean(own, role), _mean(others, role), own)


def _mean(sections: Sequence[MeasuredSection], role: Role) -> float:
    return float(np.average([s.levels[role] for s in sections], weights=[s.end_s - s.start_s for s in sections]))


@dataclass(frozen=True)
class _Deviation:
    """A contrast beside those of the references, in LU and in standard deviations."""

    role: Role
    kind: str
    own: Contrast
    theirs: tuple[Contrast, ...]
    middle: float
    sd: float

    @property
    def off(self) -> float:
        """How far it lies off."""
        return self.own.gap - self.middle

    @property
    def deviations(self) -> float:
        """The same in standard deviations."""
        return abs(self.off) / self.sd


def section_level_checks(
    track: MeasuredTrack, references: Sequence[MeasuredTrack], tuning: SectionLevelsTuning = SECTION_LEVELS
) -> list[Check]:
    """Return what is worth checking of levels in one kind of section: one check at most, since one role that sinks moves all others.

    Parameters
    ----------
    track : MeasuredTrack
        The mix, with its sections.
    references : sequence of MeasuredTrack
        The liked ones.
    tuning : SectionLevelsTuning
    """
    found = [d for role in ROLES for kind in TOLD if (d := _deviation(track, references, role, kind, tuning)) is not None]
    off = [d for d in found if d.deviations >= tuning.deviations and abs(d.off) >= tuning.least_lu]
    if not off:
        return []
    # A role that sinks by some LU lifts each of the others by less: what is farthest off is what was done.
    culprit = max(off, key=lambda d: (round(abs(d.off), 6), abs(_farther(d))))
    return [_check(track, references, _in_its_kind(culprit, found))]


def _deviation(
    track: MeasuredTrack, references: Sequence[MeasuredTrack], role: Role, kind: str, tuning: SectionLevelsTuning
) -> _Deviation | None:
    own = contrast(track, role, kind, tuning)
    theirs = tuple(found for reference in references if (found := contrast(reference, role, kind, tuning)) is not None)
    if own is None or len(theirs) < tuning.least_references:
        return None
    gaps = np.array([found.gap for found in theirs])
    count = gaps.size
    spread = float((((gaps - gaps.mean()) ** 2).sum() + tuning.spread_songs * tuning.spread_lu**2) / (count - 1 + tuning.spread_songs))
    error = separation_error(track, Place(role))
    doubt = error.level[1] ** 2 if error is not None else 0.0
    return _Deviation(role, kind, own, theirs, float(gaps.mean()), float(np.sqrt(spread * (1 + 1 / count) + doubt)))


def _farther(deviation: _Deviation) -> float:
    """Return how far a role lies from the references' middle in the sections of the kind themselves, in LU."""
    return deviation.own.there - float(np.median([found.there for found in deviation.theirs]))


def _in_its_kind(deviation: _Deviation, all_of: Sequence[_Deviation]) -> _Deviation:
    """Return the deviation of the same role in the kind where its level itself lies farther from the references'."""
    same = [other for other in all_of if other.role == deviation.role]
    return max(same, key=lambda other: (abs(_farther(other)), other.kind == deviation.kind))


@dataclass(frozen=True)
class _Basis:
    references: tuple[str, ...]
    tier: str = "references"


def _check(track: MeasuredTrack, references: Sequence[MeasuredTrack], found: _Deviation) -> Check:
    ends = (found.middle - Z80 * found.sd, found.middle + Z80 * found.sd)
    finding = SectionLevel(
        kind=found.kind,
        gap_lu=found.own.gap,
        usual_lu=(float(min(c.gap for c in found.theirs)), float(max(c.gap for c in found.theirs))),
        having=len(found.theirs),
        of=len(references),
        times_s=tuple(section.start_s for section in found.own.sections),
        is_guess=any(section.is_guess for section in track.sections if section.kind in MAIN),
        off_lu=found.off,
    )
    # Half of what lies so far off is arranged so: before looking it is likelier that nothing was misjudged.
    sure = NormalDist().cdf(found.deviations)
    return Check(
        id=f"section-level-{found.role}",
        target=target_at(track, Place(found.role)),
        finding=finding,
        confidence=round(min(0.5 * sure + 0.25, 0.75), 4),
        evidence=Evidence.of(_Basis(tuple(r.name for r in references)), "level", found.own.gap, found.middle, ends),
        unit="LU",
    )
