"""The same stems under other roles: one version of a song calls a pad "other", the next one "bass".

Sums of roles that hold different stems must not be compared. So the other version is told in the terms of this one: a stem that has the
same name (or else the same levels from moment to moment) takes the role and the name that it has here. Where that makes a sum that was
never measured, only its level is known, and where a role plays something else altogether it is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.features.descriptor import Measurement, Values, scalar, vector
from mixassistant.features.representations import ACTIVE_RANGE_DB
from mixassistant.features.track import MeasuredStem, MeasuredTrack
from mixassistant.profiles.alignment import level_hop_s
from mixassistant.stems.stem import ROLES, Role

ONLY_LEVEL = "its stems were measured under other roles"


@dataclass(frozen=True)
class StemMatchingTuning:
    """When two stems are taken for the same.

    How alike two stems are is the correlation of their changes of level. The same stem after 9 dB of EQ has mostly 0.96 or more, however
    late it is; hard compression or much reverberation bring it down to 0.7. Of stems that are none of each other's, 99 % have less than
    0.51 in excerpts of 7 s.

    Parameters
    ----------
    same_stem : float
        Correlation of stems that are taken for the same without having one name.
    same_name : float
        The same under one name.
    same_role : float
        The same for the sum of a role's stems: below, it holds something else.
    by_far : float
        By so much the best candidate has to be more alike than the next.
    same_sound_db : float
        Standard deviation of the difference of spectra, whatever their gains, below which two stems sound alike: compression by 14 dB,
        which brings the correlation down to 0.5, leaves 1.6 and less; of stems of other roles 99 % have more than 4.5.
    sound_range_db, fewest_bands : float, int
        Bands so far below the strongest do not count there, and so many have to.
    most_lag_s, lag_step_s : float
        How far and in what steps stems are shifted, beside the versions' own lag.
    span_s : float
        That levels are compared over: what is half a frame late still looks the same.
    fewest_frames, fewest_spans : int
        3 s: shorter curves are alike by chance.
    """

    same_stem: float = 0.9
    same_name: float = 0.6
    same_role: float = 0.65
    by_far: float = 0.1
    same_sound_db: float = 2.0
    sound_range_db: float = 30.0
    fewest_bands: int = 4
    most_lag_s: float = 0.2
    lag_step_s: float = 0.0125
    span_s: float = 0.2
    fewest_frames: int = 58
    fewest_spans: int = 24


MATCHING = StemMatchingTuning()


def match_stems(track: MeasuredTrack, reference: MeasuredTrack, lag_s: float = 0.0) -> MeasuredTrack:
    """Return the other version with the roles that its stems have here; itself where they are the same, or a separator made them.

    Parameters
    ----------
    track : MeasuredTrack
    reference : MeasuredTrack
        Another version of the same song.
    lag_s : float
        How far it is behind.
    """
    if track.origin != "supplied" or reference.origin != "supplied":
        return reference
    pairs = _pairs(track, reference, lag_s)
    named = {j: (track.stems[i].role, track.stems[i].name) for j, i in pairs.items()}
    moved = {j for j, name in named.items() if name != (reference.stems[j].role, reference.stems[j].name)}
    taken = set(named.values())
    # A number too many in one version shifts the names of all that follow: what is another stem must not keep one of ours.
    others = {j for j, stem in enumerate(reference.stems) if j not in named and (stem.role, stem.name) in _names(track)}
    if not moved and not others:
        return reference
    stems = tuple(
        replace(stem, role=named[j][0], name=named[j][1]) if j in moved else replace(stem, name=_free(stem, taken)) if j in others else stem
        for j, stem in enumerate(reference.stems)
    )
    were = {role: [i for i, stem in enumerate(reference.stems) if stem.role == role] for role in ROLES}
    roles: dict[Role, Values] = {}
    for role in ROLES:
        now = [i for i, stem in enumerate(stems) if stem.role == role]
        same = next((old for old in ROLES if were[old] == now and old in reference.roles), None)
        if len(now) == 1:
            roles[role] = stems[now[0]].values
        elif now:
            roles[role] = reference.roles[same] if same is not None else _only_level([stems[i].values for i in now])
    return replace(reference, stems=stems, roles=roles)


def find_unlike_roles(track: MeasuredTrack, reference: MeasuredTrack, lag_s: float | None = 0.0) -> tuple[Role, ...]:
    """Return the roles whose sums cannot be compared: the other version's (in this one's terms) is unknown, or plays something else.

    Parameters
    ----------
    track, reference : MeasuredTrack
    lag_s : float, optional
        How far the other version is behind; ``None`` where the two are not in step, and what plays at a moment cannot be compared.
    """
    if track.origin != "supplied" or reference.origin != "supplied":
        return ()
    unlike: list[Role] = []
    for role in ROLES:
        if role not in track.roles or role not in reference.roles:
            continue
        ours, theirs = track.roles[role], reference.roles[role]
        known = vector(theirs, "ltas") is not None or vector(ours, "ltas") is None
        alike = _alike(track, ours, reference, theirs, lag_s) if lag_s is not None else None
        names = [{stem.name for stem in t.stems if stem.role == role} for t in (track, reference)]
        # One stem for several is their sum; where some have their counterpart and others none, a part was added or left out.
        is_whole = names[0] == names[1] or not names[0] & names[1]
        is_same = (
            alike is None or alike >= (MATCHING.same_role if is_whole else MATCHING.same_stem) or (is_whole and _sound_alike(ours, theirs))
        )
        if not known or not is_same:
            unlike.append(role)
    return tuple(unlike)


def _names(track: MeasuredTrack) -> set[tuple[Role, str]]:
    return {(stem.role, stem.name) for stem in track.stems}


def _free(stem: MeasuredStem, taken: set[tuple[Role, str]]) -> str:
    """Return a name for a stem that is none of ours, though it is called like one."""
    name = f"{stem.name} (another)"
    while (stem.role, name) in taken:
        name += "\N{NO-BREAK SPACE}"
    return name


def _pairs(track: MeasuredTrack, reference: MeasuredTrack, lag_s: float) -> dict[int, int]:
    """Return which of their stems is which of ours: by name, if nothing speaks against it, or else by content."""
    ours, theirs = track.stems, reference.stems
    names = [[_plain(stem.name) for stem in stems] for stems in (ours, theirs)]

    def alike(i: int, j: int) -> float | None:
        return _alike(track, ours[i].values, reference, theirs[j].values, lag_s)

    pairs: dict[int, int] = {}
    for i, name in enumerate(names[0]):
        if names[0].count(name) == 1 == names[1].count(name):
            j = names[1].index(name)
            found = alike(i, j)
            # A number too many shifts names: where another stem is far more alike, the name tells nothing.
            best = found if found is None or found >= MATCHING.same_stem else max(alike(i, k) or 0.0 for k in range(len(theirs)))
            is_same = found is not None and (found >= MATCHING.same_name or _sound_alike(ours[i].values, theirs[j].values))
            if found is None or best is None or (is_same and found + MATCHING.by_far >= best):
                pairs[j] = i
    left = [i for i in range(len(ours)) if i not in pairs.values()]
    free = [j for j in range(len(theirs)) if j not in pairs]
    if not left or not free:
        return pairs
    table = np.array([[alike(i, j) or 0.0 for j in free] for i in left])
    for row, i in enumerate(left):
        column = int(table[row].argmax())
        others = np.concatenate([np.delete(table[row], column), np.delete(table[:, column], row)])
        if table[row, column] >= MATCHING.same_stem and table[row, column] >= others.max(initial=0.0) + MATCHING.by_far:
            pairs[free[column]] = i
    return pairs


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _alike(track: MeasuredTrack, ours: Values, reference: MeasuredTrack, theirs: Values, lag_s: float) -> float | None:
    """Return how alike two curves of level are, 0–1: the correlation of their changes at the best lag, whatever their gains.

    ``None`` where that cannot be told. The frames of the two need not lie beside each other, nor be of one length.
    """
    curves = []
    for measured, values in ((track, ours), (reference, theirs)):
        levels = vector(values, "level_curve")
        if levels is None or levels.size < MATCHING.fewest_frames:
            return None
        hop_s = level_hop_s(measured)
        power = 10 ** (np.maximum(levels, np.quantile(levels, 0.95) - ACTIVE_RANGE_DB) / 10)
        curves.append((np.arange(levels.size + 1) * hop_s, np.concatenate([[0.0], np.cumsum(power) * hop_s])))
    (times, mine), (their_times, other) = curves
    best: float | None = None
    for lag in lag_s + np.arange(-MATCHING.most_lag_s, MATCHING.most_lag_s + MATCHING.lag_step_s / 2, MATCHING.lag_step_s):
        at = np.arange(max(0.0, -lag), min(times[-1], their_times[-1] - lag), MATCHING.span_s / 2)
        if at.size < MATCHING.fewest_spans:
            continue
        spans = (np.interp(at, times, mine), np.interp(at + lag, their_times, other))
        x, y = (np.diff(10 * np.log10(np.maximum(total[2:] - total[:-2], 1e-12))) for total in spans)
        scale = float(np.sqrt((x @ x) * (y @ y)))
        if scale > 0:
            best = max(best or 0.0, float(x @ y) / scale)
    return best


def _sound_alike(ours: Values, theirs: Values) -> bool:
    """Tell whether two stems have one spectrum: hard compression changes how levels move by more than a spectrum's shape."""
    spectra = [vector(values, "ltas_typical") for values in (ours, theirs)]
    if spectra[0] is None or spectra[1] is None:
        return False
    heard = np.all([spectrum > np.nanmax(spectrum) - MATCHING.sound_range_db for spectrum in spectra if spectrum is not None], axis=0)
    return bool(heard.sum() >= MATCHING.fewest_bands) and float(np.std((spectra[0] - spectra[1])[heard])) < MATCHING.same_sound_db


def _only_level(values: Sequence[Values]) -> Values:
    """Return what is known of a sum that was never measured: unrelated stems add their powers, in level and loudness."""
    known: dict[str, Measurement] = {}
    for name in ("level", "lufs"):
        found = [number for v in values if (number := scalar(v, name)) is not None]
        total = 10 * float(np.log10(np.sum(10 ** (np.array(found) / 10)))) if found else None
        known[name] = Measurement(total) if total is not None else Measurement(None, ONLY_LEVEL)
    return known
