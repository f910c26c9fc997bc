"""The same stems under other roles: one version of a song calls a pad "other", the next one "bass".

Sums of roles that hold different stems must not be compared. So the other version is told in the terms of this one: a stem that has the
same name (or else the same levels from moment to moment) takes the role and the name that it has here. Where that makes a sum that was
never measured, only its level is known, and where a role plays something else altogether it is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mixassistant.features.descriptor import Measurement, Values, scalar, vector
from mixassistant.features.representations import ACTIVE_RANGE_DB, LEVEL_WINDOW_S
from mixassistant.features.track import MeasuredStem, MeasuredTrack
from mixassistant.profiles.profile import Vector
from mixassistant.stems.stem import ROLES, Role

SAME_STEM = 0.9  # correlation of changes of level. The same stem after 9 dB of EQ: 0.96 or more; two of 57: 0.51 at most
BY_FAR = 0.1  # than the next best candidate
SAME_ROLE = 0.8  # the same for the sum of a role's stems: below, it holds something else. With 8 dB on one of 23 stems: 0.97 or more
MOST_LAG = 4  # frames of 50 ms, beside the versions' own lag
FEWEST_FRAMES = 60  # 3 s: shorter curves are alike by chance
ONLY_LEVEL = "its stems were measured under other roles"


def in_terms_of(track: MeasuredTrack, reference: MeasuredTrack, lag_s: float = 0.0) -> MeasuredTrack:
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
    pairs = _pairs(track.stems, reference.stems, lag_s)
    moved = {theirs: ours for theirs, ours in pairs.items() if track.stems[ours].role != reference.stems[theirs].role}
    if not moved:
        return reference
    stems = tuple(
        replace(stem, name=track.stems[moved[i]].name, role=track.stems[moved[i]].role) if i in moved else stem
        for i, stem in enumerate(reference.stems)
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


def unlike_roles(track: MeasuredTrack, reference: MeasuredTrack, lag_s: float | None = 0.0) -> tuple[Role, ...]:
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
        curves = vector(ours, "level_curve"), vector(theirs, "level_curve")
        plays_else = (
            lag_s is not None and curves[0] is not None and curves[1] is not None and _alike(curves[0], curves[1], lag_s) < SAME_ROLE
        )
        if not known or plays_else:
            unlike.append(role)
    return tuple(unlike)


def _pairs(ours: Sequence[MeasuredStem], theirs: Sequence[MeasuredStem], lag_s: float) -> dict[int, int]:
    """Return which of their stems is which of ours, by name, or else by content."""
    names = [[_plain(stem.name) for stem in stems] for stems in (ours, theirs)]
    pairs = {names[1].index(name): i for i, name in enumerate(names[0]) if names[0].count(name) == 1 == names[1].count(name)}
    left = [i for i in range(len(ours)) if i not in pairs.values()]
    free = [i for i in range(len(theirs)) if i not in pairs]
    if not left or not free:
        return pairs
    curves = [[vector(stem.values, "level_curve") for stem in stems] for stems in (ours, theirs)]
    alike = np.array(
        [[0.0 if (a := curves[0][i]) is None or (b := curves[1][j]) is None else _alike(a, b, lag_s) for j in free] for i in left]
    )
    for row, i in enumerate(left):
        column = int(alike[row].argmax())
        others = np.concatenate([np.delete(alike[row], column), np.delete(alike[:, column], row)])
        if alike[row, column] >= SAME_STEM and alike[row, column] >= others.max(initial=0.0) + BY_FAR:
            pairs[free[column]] = i
    return pairs


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _alike(a: Vector, b: Vector, lag_s: float) -> float:
    """Return how alike two curves of level are, 0–1: the correlation of their changes at the best lag, whatever their gains."""
    if min(a.size, b.size) < FEWEST_FRAMES:
        return 0.0
    x, y = (np.diff(np.maximum(levels, np.quantile(levels, 0.95) - ACTIVE_RANGE_DB)) for levels in (a, b))
    best, centre = 0.0, round(lag_s / LEVEL_WINDOW_S)
    for lag in range(centre - MOST_LAG, centre + MOST_LAG + 1):
        left, right = x[max(-lag, 0) :], y[max(lag, 0) :]
        length = min(left.size, right.size)
        if length < FEWEST_FRAMES:
            continue
        left, right = left[:length], right[:length]
        scale = float(np.sqrt((left @ left) * (right @ right)))
        best = max(best, float(left @ right) / scale if scale > 0 else 0.0)
    return best


def _only_level(values: Sequence[Values]) -> Values:
    """Return what is known of a sum that was never measured: unrelated stems add their powers, in level and loudness."""
    known: dict[str, Measurement] = {}
    for name in ("level", "lufs"):
        found = [number for v in values if (number := scalar(v, name)) is not None]
        total = 10 * float(np.log10(np.sum(10 ** (np.array(found) / 10)))) if found else None
        known[name] = Measurement(total) if total is not None else Measurement(None, ONLY_LEVEL)
    return known
