"""What is told of a section: loudness, spectrum, levels of roles; beside the whole song, and beside sections of its kind in references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.gui.background.song_structure import KIND_NAMES, section_text
from mixassistant.gui.views.figures import number
from mixassistant.i18n import _
from mixassistant.profiles.build import BUILDING
from mixassistant.report.wording import role_name

if TYPE_CHECKING:
    from mixassistant.features.track import MeasuredSection, MeasuredTrack
    from mixassistant.profiles.profile import Profile
    from mixassistant.stems.stem import Role

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
    """The sections of one kind in the references that have any, one number (or spectrum) a reference.

    Parameters
    ----------
    kind : str
    references : int
        That have sections of the kind.
    lufs : np.ndarray [shape=(references,)]
        LUFS.
    spectra : np.ndarray [shape=(references, 31)]
        As ``ltas`` of the whole, in dB.
    levels : mapping of Role to np.ndarray
        LU against the rest of the mix, one of each reference in which the role plays there.
    """

    kind: str
    references: int
    lufs: NDArray[np.float64]
    spectra: NDArray[np.float64]
    levels: dict[Role, NDArray[np.float64]]

    @property
    def name(self) -> str:
        """Whose they are: ``"choruses of 7 references"``."""
        text = _("{sections} of 1 reference") if self.references == 1 else _("{sections} of {count} references")
        return text.format(sections=KINDS_OF[self.kind], count=self.references)

    @property
    def is_range(self) -> bool:
        """Whether there are enough of them for a range."""
        return self.references >= BUILDING.fewest_alone

    def spectrum_band(self) -> Band:
        """Return the 10th percentile, the median and the 90th percentile of their spectra."""
        low, middle, high = np.percentile(self.spectra, [10, 50, 90], axis=0)
        return low, middle, high

    def lufs_range(self) -> tuple[float, float]:
        """Return the 10–90 % range of their loudness."""
        low, high = np.percentile(self.lufs, [10, 90])
        return float(low), float(high)


def alike_sections(profile: Profile, kind: str) -> Alike | None:
    """Return the references' sections of a kind; None for what is no kind, and where no reference has any."""
    if kind not in KIND_NAMES:
        return None
    found = [[s for s in track.sections if s.kind == kind and scalar(s.values, "lufs") is not None] for track in profile.references]
    found = [sections for sections in found if sections]
    if not found:
        return None
    roles = sorted({role for sections in found for section in sections for role in section.levels})
    return Alike(
        kind,
        len(found),
        np.array([_mean(sections, [scalar(s.values, "lufs") for s in sections]) for sections in found]),
        np.array([_mean(sections, [vector(s.values, "ltas") for s in sections]) for sections in found]),
        {role: np.array([level for sections in found if (level := _level(sections, role)) is not None]) for role in roles},
    )


def usual_level(track: MeasuredTrack, role: Role) -> float | None:
    """Return how loud a role is against the rest over all sections in which it plays, in LU; None where it does in none."""
    return _level(track.sections, role)


def _level(sections: Sequence[MeasuredSection], role: Role) -> float | None:
    playing = [section for section in sections if role in section.levels]
    return float(_mean(playing, [section.levels[role] for section in playing])) if playing else None


def _mean(sections: Sequence[MeasuredSection], values: Sequence[object]) -> NDArray[np.float64]:
    """Return a mean over sections, by their lengths."""
    lengths = [section.end_s - section.start_s for section in sections]
    return np.asarray(np.average(np.array(values, dtype=np.float64), axis=0, weights=lengths))


def section_lines(track: MeasuredTrack, profile: Profile, section: MeasuredSection, target: str) -> tuple[str, ...]:
    """Return what is told of a section in a line, the longest form first: loudness and levels of the roles, and what they are beside.

    Of a role that is shown, its level alone. ``"B · Chorus?   −9.1 LUFS (song −9.8, choruses of 7 references −8.4)  ·  Vocals +1.2 LU (song
    +0.4)"``; the shorter forms leave out what the references of the roles are, and then the roles.
    """
    alike = alike_sections(profile, section.kind)
    loud, long, short = [], [], []
    lufs, whole = scalar(section.values, "lufs"), scalar(track.mix, "lufs")
    if target == "mix" and lufs is not None:
        beside = [] if whole is None else [_("song {value}").format(value=number(whole))]
        if alike is not None:
            beside.append(f"{alike.name} {number(float(np.median(alike.lufs)))}")
        loud.append(_beside(REGISTRY["lufs"].format(lufs), beside))
    for role, level in section.levels.items():
        if target not in ("mix", role):
            continue
        usual = usual_level(track, role)
        told = f"{role_name(role)} {_('{value} LU').format(value=_signed(level))}"
        beside = [] if usual is None else [_("song {value}").format(value=_signed(usual))]
        short.append(_beside(told, [] if usual is None else [_signed(usual)]))
        if alike is not None and alike.levels.get(role, np.zeros(0)).size:
            beside.append(_("references {value}").format(value=_signed(float(np.median(alike.levels[role])))))
        long.append(_beside(told, beside))
    name = section_text(section)
    forms = ([*loud, *long], [*loud, *short], loud or short)
    return tuple(f"{name}   {'  ·  '.join(parts)}" if parts else name for parts in forms)


def _beside(value: str, others: Sequence[str]) -> str:
    return f"{value} ({', '.join(others)})" if others else value


def _signed(value: float) -> str:
    text = number(value)
    return f"+{text}" if value > 0 and float(text) != 0 else text
