"""Songs as points of a map: the two directions in which they differ most (principal components); knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.features.track import MeasuredTrack
from mixassistant.gui.widgets.targets import values_of
from mixassistant.i18n import _
from mixassistant.profiles.prior import COMPARED
from mixassistant.profiles.profile import Z80, Profile
from mixassistant.stems.stem import ROLES

NAMED_FROM = 0.6  # of the largest loading: what else an axis is named by
KEYS = (*(f"mix/{identifier}" for identifier in COMPARED if identifier != "level"), *(f"{role}/level" for role in ROLES))
"""What songs are compared by here: the mix's own numbers, and the balance of its stems."""


@dataclass(frozen=True, eq=False)
class Direction:
    """One axis of the map: the keys of what rises and what falls along it, and its share of all differences, 0–1."""

    rising: tuple[str, ...]
    falling: tuple[str, ...]
    share: float


@dataclass(frozen=True, eq=False)
class Placing:
    """The mix and its references on a map.

    Parameters
    ----------
    names : tuple of str
        Of the references.
    points : np.ndarray [shape=(1 + references, 2)]
        The mix first; in standard deviations of the profile.
    distances : np.ndarray [shape=(references,)]
        From the mix: root mean square of the gaps in standard deviations of the profile, over all numbers, not only these two directions.
    directions : (Direction, Direction)
    measurements : int
        By how many numbers songs were compared.
    """

    names: tuple[str, ...]
    points: NDArray[np.float64]
    distances: NDArray[np.float64]
    directions: tuple[Direction, Direction]
    measurements: int


def place(track: MeasuredTrack, profile: Profile) -> Placing | None:
    """Place a mix among the references of its profile; None where there is nothing to compare by."""
    rows, keys = _rows(track, profile)
    if not keys:
        return None
    gaps = rows[1:] - rows[0]
    known = ~np.isnan(gaps)
    distances = np.sqrt(np.where(known, gaps, 0.0) ** 2 @ np.ones(len(keys)) / np.maximum(known.sum(axis=1), 1))
    centre = np.nanmean(rows, axis=0)
    filled = np.where(np.isnan(rows), centre, rows) - centre
    _left, strength, loadings = np.linalg.svd(filled, full_matrices=False)
    two = np.zeros((2, len(keys)))
    two[: min(2, len(loadings))] = loadings[:2]
    for axis in two:  # of the two signs that a component may have, the one by which its main number rises
        axis *= np.sign(axis[np.argmax(np.abs(axis))]) or 1.0
    shares = np.zeros(2)
    shares[: min(2, strength.size)] = (strength**2 / max(float((strength**2).sum()), 1e-12))[:2]
    directions = (_direction(two[0], keys, float(shares[0])), _direction(two[1], keys, float(shares[1])))
    return Placing(tuple(r.name for r in profile.references), filled @ two.T, distances, directions, len(keys))


def _rows(track: MeasuredTrack, profile: Profile) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Return the mix and its references in standard deviations from the profile's median, NaN where not measured; and the columns."""
    columns: dict[str, list[float]] = {}
    for key in KEYS:
        target, _slash, identifier = key.partition("/")
        found = profile.targets.get(key)
        if found is None or not isinstance(found.median, float | int) or not isinstance(found.high, float | int):
            continue
        sd = max((found.high - found.median) / Z80, REGISTRY[identifier].step)
        values = [scalar(values_of(song, target), identifier) for song in (track, *profile.references)]
        if values[0] is None:
            continue
        columns[key] = [np.nan if value is None else (value - found.median) / sd for value in values]
    return np.array(list(columns.values())).T.reshape(1 + len(profile.references), len(columns)), tuple(columns)


def _direction(loadings: NDArray[np.float64], keys: tuple[str, ...], share: float) -> Direction:
    order = np.argsort(-np.abs(loadings))[:2]
    named = [i for i in order if abs(loadings[i]) >= max(NAMED_FROM * abs(loadings[order[0]]), 1e-9)]
    rising = tuple(keys[i] for i in named if loadings[i] > 0)
    falling = tuple(keys[i] for i in named if loadings[i] < 0)
    return Direction(rising, falling, share)


def direction_text(direction: Direction) -> str:
    """Return where an axis goes, in words: ``"louder other instruments, less crest factor"``."""
    parts = [way_text(key, is_more=True) for key in direction.rising]
    parts += [way_text(key, is_more=False) for key in direction.falling]
    return ", ".join(parts) or _("no differences")


def way_text(key: str, is_more: bool) -> str:
    """Return more or less of what a key measures: ``"louder drums"``, ``"narrower"``, ``"more crest factor"``."""
    target, _slash, identifier = key.partition("/")
    if identifier == "level":
        name = {"drums": _("drums"), "bass": _("bass"), "vocals": _("vocals"), "other": _("other instruments")}[target]
        return (_("louder {name}") if is_more else _("quieter {name}")).format(name=name)
    words = {"lufs": (_("louder"), _("quieter")), "width": (_("wider"), _("narrower")), "tilt": (_("brighter"), _("darker"))}
    if identifier in words:
        return words[identifier][0 if is_more else 1]
    name = REGISTRY[identifier].name
    name = name[:1].lower() + name[1:] if name[1:2].islower() else name
    return (_("more {name}") if is_more else _("less {name}")).format(name=name)
