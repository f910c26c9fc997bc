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
    """One axis of the map: how songs are along it, the main thing first, and its share of all differences, 0–1."""

    words: tuple[str, ...]
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


# How a song is that has more of it, and less.
WAYS = {
    "lufs": (_("louder"), _("quieter")),
    "lra": (_("loudness more varied"), _("loudness more even")),
    "true_peak": (_("higher peaks"), _("lower peaks")),
    "plr": (_("less limited"), _("more limited")),
    "psr": (_("less limited where it is loudest"), _("more limited where it is loudest")),
    "crest": (_("more punch"), _("denser")),
    "tilt": (_("brighter"), _("darker")),
    "width": (_("wider"), _("narrower")),
    "correlation": (_("closer to mono"), _("further from mono")),
    "mono_loss": (_("loses more in mono"), _("loses less in mono")),
    "dynamic_spread": (_("more dynamic"), _("more even")),
    "drums/level": (_("louder drums"), _("quieter drums")),
    "bass/level": (_("louder bass"), _("quieter bass")),
    "vocals/level": (_("louder vocals"), _("quieter vocals")),
    "other/level": (_("louder other instruments"), _("quieter other instruments")),
}


def way_text(key: str, is_more: bool) -> str:
    """Return how a song is that has more of what a key measures, or less: ``"louder vocals"``, ``"darker"``."""
    more, less = WAYS[key.removeprefix("mix/")]
    return more if is_more else less


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
    return Direction(tuple(way_text(keys[i], loadings[i] > 0) for i in named), share)


def direction_text(direction: Direction) -> str:
    """Return an axis in words: ``"louder, more limited"``."""
    return ", ".join(direction.words) or _("no differences")
