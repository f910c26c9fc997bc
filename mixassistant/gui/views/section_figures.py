"""What is told of a section: loudness, spectrum, levels of roles; beside the whole song, and beside sections of its kind in references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import REGISTRY, vector
from mixassistant.gui.background.song_structure import KIND_NAMES
from mixassistant.gui.views.figures import number
from mixassistant.i18n import _
from mixassistant.profiles.build import BUILDING
from mixassistant.profiles.section_standing import LIFT, readings, sections_of
from mixassistant.profiles.standing import quantiles
from mixassistant.report.wording import role_name

if TYPE_CHECKING:
    from mixassistant.features.track import MeasuredSection, MeasuredTrack
    from mixassistant.profiles.profile import Profile

Band = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
KINDS_OF = {
    "intro": _("intros"),
    "verse": _("verses"),
    "chorus": _("choruses"),
    "bridge": _("bridges"),
    "instrumental": _("instrumentals"),
    "outro": _("outros"),
}


@dataclass(frozen=True, eq=False)
class Alike:
    """The sections of one kind in the references that have any.

    Parameters
    ----------
    kind : str
    read : tuple of mapping
        Of each of these references, what its sections of the kind measure, by dimension.
    spectra : np.ndarray [shape=(references, 31)]
        As ``ltas`` of the whole, in dB; of the references whose sections have one.
    """

    kind: str
    read: tuple[Mapping[str, float], ...]
    spectra: NDArray[np.float64]

    @property
    def name(self) -> str:
        """Whose they are: ``"choruses of 7 references"``."""
        text = _("{sections} of 1 reference") if len(self.read) == 1 else _("{sections} of {count} references")
        return text.format(sections=KINDS_OF[self.kind], count=len(self.read))

    @property
    def spectrum_band(self) -> Band | None:
        """The 10th percentile, the median and the 90th percentile of their spectra; None of too few for a range."""
        if len(self.spectra) < BUILDING.fewest_alone:
            return None
        low, middle, high = np.percentile(self.spectra, [10, 50, 90], axis=0)
        return low, middle, high

    def values(self, dimension: str) -> list[float]:
        """Return what is known of a dimension, one number a reference."""
        return [read[dimension] for read in self.read if dimension in read]

    def middle(self, dimension: str) -> float | None:
        """Return the median of a dimension; None where no reference has it."""
        known = self.values(dimension)
        return float(np.median(known)) if known else None

    def range(self, dimension: str) -> tuple[float, float] | None:
        """Return the 10–90 % range of a dimension; None of too few references."""
        known = self.values(dimension)
        if len(known) < BUILDING.fewest_alone:
            return None
        spread = quantiles(known)
        return spread.low, spread.high


def alike_sections(profile: Profile, kind: str) -> Alike | None:
    """Return the references' sections of a kind; None for what is no kind, and where no reference has any."""
    if kind not in KIND_NAMES:
        return None
    having = [track for track in profile.references if sections_of(track, kind)]
    if not having:
        return None
    spectra = [found for track in having if (found := _mean_spectrum(sections_of(track, kind))) is not None]
    return Alike(kind, tuple(readings(track, kind) for track in having), np.array(spectra).reshape(len(spectra), -1))


def _mean_spectrum(sections: Sequence[MeasuredSection]) -> NDArray[np.float64] | None:
    known = [(s.end_s - s.start_s, found) for s in sections if (found := vector(s.values, "ltas")) is not None]
    if not known:
        return None
    powers = np.average([10 ** (found / 10) for _length, found in known], axis=0, weights=[length for length, _found in known])
    return np.asarray(10 * np.log10(powers))


def read_together(track: MeasuredTrack, sections: Sequence[MeasuredSection]) -> Mapping[str, float]:
    """Return what sections of a song measure together, by dimension, whatever their kinds."""
    one_kind = tuple(replace(section, kind="") for section in sections)
    return readings(replace(track, sections=one_kind), "") if one_kind else {}


def loudness_line(track: MeasuredTrack, alike: Alike | None, section: MeasuredSection) -> str:
    """Return how loud a section is: ``"−9.1 LUFS, +0.7 LU against the song (choruses of 7 references −8.4, +1.1)"``; empty if silent."""
    own = read_together(track, [section])
    if "lufs" not in own:
        return ""
    told = REGISTRY["lufs"].format(own["lufs"])
    if LIFT in own:
        told += ", " + _("{value} LU against the song").format(value=_signed(own[LIFT]))
    theirs = [] if alike is None else [alike.middle("lufs"), alike.middle(LIFT)]
    beside = [text(value) for text, value in zip((number, _signed), theirs, strict=False) if value is not None]
    return _beside(told, [f"{alike.name} {', '.join(beside)}"] if alike is not None and beside else [])


def level_lines(track: MeasuredTrack, alike: Alike | None, section: MeasuredSection, target: str) -> tuple[str, ...]:
    """Return how loud the roles are against each other in a section, the longest form first; of a role that is shown, its level alone.

    ``"Vocals +1.2 LU (song +0.4, references +0.9)  ·  …"``; the shorter form leaves the references out.
    """
    own, song = read_together(track, [section]), read_together(track, track.sections)
    long, short = [], []
    for dimension, level in own.items():
        kind, _slash, role = dimension.partition("/")
        if kind != "level" or target not in ("mix", role):
            continue
        told = f"{role_name(role)} {_('{value} LU').format(value=_signed(level))}"
        usual, theirs = song.get(dimension), None if alike is None else alike.middle(dimension)
        beside = [] if usual is None else [_("song {value}").format(value=_signed(usual))]
        short.append(_beside(told, beside))
        long.append(_beside(told, [*beside, *([] if theirs is None else [_("references {value}").format(value=_signed(theirs))])]))
    return "  ·  ".join(long), "  ·  ".join(short)


def _beside(value: str, others: Sequence[str]) -> str:
    return f"{value} ({', '.join(others)})" if others else value


def _signed(value: float) -> str:
    text = number(value)
    return f"+{text}" if value > 0 and float(text) != 0 else text
