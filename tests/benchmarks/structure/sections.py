"""Sections against the truth, with mir_eval: boundaries within 0.5 and 3 s, pairwise F of the letters, and kinds where they are told.

Baselines in the same run: novelty over band levels (what the program did before), and librosa's agglomerative clustering of beat-wise
features into as many sections as there are (McFee 2014's baseline), which is told their true number.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.structure.novelty import ROW_S, boundary_rows
from benchmarks.structure.truth import Song
from mixassistant.features.descriptor import SongParts
from mixassistant.features.frames import TONAL
from mixassistant.features.representations import Representations
from mixassistant.features.structure.descriptors import guessed
from mixassistant.features.structure.sections import sections

Vector = NDArray[np.float64]


def sections_of_song(song: Song) -> dict[str, float]:
    """Return how well the sections of a song are found."""
    shared = Representations(song.audio())
    starts = [start for start, _, _ in song.sections]
    edges = np.array([0.0, *starts[1:], song.duration_s])
    letters, kinds = [letter for _, letter, _ in song.sections], [kind for _, _, kind in song.sections]
    found = shared.once(sections)
    if found.reason:
        return dict.fromkeys(NAMES, float("nan"))
    told = guessed(found, SongParts(shared, {}, {}))
    novel = np.concatenate([[0.0], boundary_rows(shared.bands.total) * ROW_S, [song.duration_s]])
    return {
        **scores("", edges, letters, found.edges_s, [str(letter) for letter in found.letters]),
        **scores("novelty ", edges, letters, novel, [str(i) for i in range(novel.size - 1)]),
        **scores("librosa ", edges, letters, *clustered(shared, len(letters), len(set(letters)))),
        **kind_scores(edges, kinds, found.edges_s, told),
    }


def scores(name: str, edges: Vector, letters: Sequence[str], found: Vector, named: Sequence[str]) -> dict[str, float]:
    """Return the boundary F-measures at 0.5 and 3 s (both ends left out) and the pairwise F-measure of the letters."""
    import mir_eval

    true, own = (np.stack([e[:-1], e[1:]], axis=1) for e in (edges, found))
    own, named = mir_eval.util.adjust_intervals(own, labels=list(named), t_min=0.0, t_max=float(edges[-1]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a song in one piece has no boundaries inside
        return {
            f"{name}F 0.5 s": mir_eval.segment.detection(true, own, window=0.5, trim=True)[2],
            f"{name}F 3 s": mir_eval.segment.detection(true, own, window=3.0, trim=True)[2],
            f"{name}pairwise F": mir_eval.segment.pairwise(true, list(letters), own, list(named))[2],
        }


def clustered(shared: Representations, count: int, letters: int) -> tuple[Vector, list[str]]:
    """Return librosa's agglomerative segmentation into the true number of sections, lettered by the same of their means."""
    import librosa
    from sklearn.cluster import AgglomerativeClustering

    chroma = shared.frames("chroma_stft").T
    levels = 10 * np.log10(np.maximum(shared.bands.total, 1e-10))
    place = np.minimum((np.arange(chroma.shape[1]) * levels.shape[1] / chroma.shape[1]).astype(int), levels.shape[1] - 1)
    features = np.concatenate(
        [chroma / max(float(chroma.max()), 1e-12), (levels[:, place] - levels.mean()) / max(float(levels.std()), 1e-9)]
    )
    half = round(0.5 * TONAL.frames_per_s)
    rows = librosa.util.sync(features, np.arange(0, features.shape[1], half))
    starts = librosa.segment.agglomerative(rows, min(count, rows.shape[1]))
    means = np.array([part.mean(axis=1) for part in np.split(rows, starts[1:], axis=1)])
    named = AgglomerativeClustering(min(letters, len(means))).fit_predict(means) if len(means) > 1 else np.zeros(1, int)
    edges = np.append(starts * half / TONAL.frames_per_s, shared.audio.duration_s)
    return edges, [str(group) for group in named]


def kind_scores(edges: Vector, kinds: Sequence[str], found: Vector, told: Sequence[str]) -> dict[str, float]:
    """Return the share of the time in which a kind is told, the share of that in which it is right, and both for choruses alone."""
    clock = np.arange(0.05, edges[-1], 0.1)
    true = np.array(kinds)[np.clip(np.searchsorted(edges, clock, "right") - 1, 0, len(kinds) - 1)]
    own = np.array(told)[np.clip(np.searchsorted(found, clock, "right") - 1, 0, len(told) - 1)]
    said = own != ""
    return {
        "kind told": float(said.mean()),
        "kind right": float((own == true)[said].mean()) if said.any() else float("nan"),
        "chorus precision": float((true == "chorus")[own == "chorus"].mean()) if (own == "chorus").any() else float("nan"),
        "chorus recall": float((own == "chorus")[true == "chorus"].mean()) if (true == "chorus").any() else float("nan"),
    }


NAMES: tuple[str, ...] = (
    *(f"{name}{figure}" for name in ("", "novelty ", "librosa ") for figure in ("F 0.5 s", "F 3 s", "pairwise F")),
    "kind told", "kind right", "chorus precision", "chorus recall",
)  # fmt: skip
