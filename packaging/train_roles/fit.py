"""From tracks to the Gaussians of `mixassistant.stems.hearing`, and what these hear on songs that they were not taken from."""

# ruff: noqa: TID253 - a program of its own

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from material import Track
from sklearn.cluster import KMeans

from mixassistant.stems.hearing import CLASSES, HEARING, Component, Heard, RoleModel

# How much a track of each kind weighs: what was recorded or played alone is rare, and what people bring.
WEIGHTS = {"recorded": 2.0, "produced": 1.0, "multitrack": 2.0, "dry": 1.0, "wet": 0.5, "stem": 1.0, "in a room": 1.0, "microphone": 0.5,
           "made": 0.3, "made kit": 0.5, "made layer": 1.0, "mix": 1.0}  # fmt: skip
GROUPS = 3  # Gaussians of each class but drums, which has one a part
OWN, SHRUNK = 0.3, 0.1  # shares of a Gaussian's own covariance, the rest is that of all; and of a sphere in either
LEAST_SHARE = 0.01  # of a class: a smaller group is no group
FOLDS = 6


def fit(tracks: Sequence[Track]) -> RoleModel:
    """Return the model of tracks."""
    known = [track for track in tracks if track.pieces]
    pieces = np.concatenate([np.stack(track.pieces) for track in known])
    counts = [len(track.pieces) for track in known]
    names = np.repeat([track.role for track in known], counts)
    parts = np.repeat([track.part for track in known], counts)
    weight = np.repeat([WEIGHTS[track.kind] / len(track.pieces) for track in known], counts)
    for name in CLASSES:
        weight[names == name] /= weight[names == name].sum()
    centre = np.average(pieces, axis=0, weights=weight)
    scale = np.sqrt(np.average(np.square(pieces - centre), axis=0, weights=weight))
    standard = np.clip((pieces - centre) / scale, -HEARING.farthest, HEARING.farthest)
    groups = []
    for name in CLASSES:
        inside = np.flatnonzero(names == name)
        if name == "drums":
            labels = parts[inside]
        else:
            found = KMeans(GROUPS, n_init=5, random_state=0).fit(standard[inside], sample_weight=weight[inside])
            labels = found.labels_.astype(str)
        groups += [(name, part, inside[labels == part]) for part in sorted(set(labels))]
    groups = [(name, part, rows) for name, part, rows in groups if weight[rows].sum() >= LEAST_SHARE]
    scatters = [_scatter(standard[rows], weight[rows]) for _, _, rows in groups]
    shares = np.array([weight[rows].sum() for _, _, rows in groups])
    common = _rounder(np.einsum("i,ijk->jk", shares, np.stack(scatters)) / shares.sum())
    means = {name: np.average(standard[names == name], axis=0, weights=weight[names == name]) for name in CLASSES}
    return RoleModel(
        centre,
        scale,
        _rounder(_about(standard - np.stack([means[name] for name in names]), weight)),
        tuple(
            Component(
                name,
                part if name == "drums" else "",
                float(weight[rows].sum()),
                np.average(standard[rows], axis=0, weights=weight[rows]),
                (1 - OWN) * common + OWN * _rounder(scatter),
            )
            for (name, part, rows), scatter in zip(groups, scatters, strict=True)
        ),
    )


def _scatter(rows: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return _about(rows - np.average(rows, axis=0, weights=weight), weight)


def _about(away: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return np.asarray((away * weight[:, None]).T @ away / weight.sum())


def _rounder(covariance: np.ndarray) -> np.ndarray:
    size = covariance.shape[0]
    return np.asarray((1 - SHRUNK) * covariance + SHRUNK * np.eye(size) * np.trace(covariance) / size)


@dataclass(frozen=True)
class Judged:
    """A track and what is heard in it by a model that knows nothing of it."""

    track: Track
    heard: Heard

    @property
    def is_right(self) -> bool:
        """Whether its role is heard, or that it is a whole mix."""
        if self.track.role == "mix":
            return self.heard.whole > 0.5
        return self.heard.role == self.track.role


def judged(tracks: Sequence[Track], kinds: Iterable[str], *, by_song: bool) -> list[Judged]:
    """Return what is heard in tracks of some kinds by models of the others: without their song, or without their artist."""
    key = (lambda track: f"{track.artist}/{track.song}") if by_song else (lambda track: track.artist)
    wanted = set(kinds)
    folds: dict[str, list[Track]] = defaultdict(list)
    names = sorted({key(track) for track in tracks if track.kind in wanted and track.pieces})
    few = len(names) <= 2 * FOLDS
    fold_of = {name: name if few or name == "Music Delta" else str(index % FOLDS) for index, name in enumerate(names)}
    for track in tracks:
        if key(track) in fold_of and track.kind in wanted and track.pieces:
            folds[fold_of[key(track)]].append(track)
    found = []
    for fold, held in sorted(folds.items()):
        model = fit([track for track in tracks if fold_of.get(key(track)) != fold])
        found += [Judged(track, heard) for track in held if (heard := model.hear(track.pieces)) is not None]
    return found
