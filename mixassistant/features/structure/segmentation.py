"""Where sections begin and which of them are alike, from the bars' likeness to each other.

Boundaries maximise, over all ways to cut the piece, how alike the bars of each section are (blocks of the self-similarity matrix) and how
well they lie where repetitions begin and end (its stripes): dynamic programming, with a preference for sections of groups of eight, four
or two bars. Which sections are alike is told by their best alignment, bar by bar and without transposition, and complete linkage.

References
----------
A. Marmoret, J. Cohen, F. Bimbot, Barwise music structure analysis with the correlation block-matching segmentation algorithm, TISMIR 6(1),
2023 (blocks); J. Serrà, M. Müller, P. Grosche, J. Arcos, Unsupervised detection of music boundaries by time series structure features,
AAAI 2012 (stripes).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.structure.bars import SLOTS, Bars

Matrix = NDArray[np.float64]
MOST_LETTERS = 26


@dataclass(frozen=True)
class SegmentationTuning:
    """What the segmentation prefers, set on generated and arranged songs with their true bars; none of them is tested on.

    Parameters
    ----------
    tone_share : float
        Weight of tone against harmony.
    off_eight, off_four, off_two : float
        What a section costs whose length is no multiple of eight bars but one of four, none of four but one of two, and an odd one;
        1 is what eight bars of the most uniform music earn.
    each_eight : float
        What every eight bars after the first cost.
    short_s, short_cost : float
        What a section that is shorter costs beside.
    longest_bars : int
    stripe : float
        What a boundary earns at which all repetitions begin or end.
    stripe_bars : int
        Before and after a boundary over which repetitions are looked at.
    unlike : float
        Distance from which on sections have different letters; 0 is the same, 1 is unrelated.
    overlap : float
        Share of the shorter section over which two have to be aligned.
    """

    tone_share: float = 0.7
    off_eight: float = 0.07
    off_four: float = 0.3
    off_two: float = 0.5
    each_eight: float = 0.1
    short_s: float = 4.5
    short_cost: float = 0.5
    longest_bars: int = 32
    stripe: float = 0.35
    stripe_bars: int = 2
    unlike: float = 0.4
    overlap: float = 0.75


SEGMENTATION = SegmentationTuning()


def similarity(slots: NDArray[np.float64]) -> Matrix:
    """Return the cosine similarity of bars, ``[shape=(bars, bars)]``, from what is known of their slots."""
    flat = slots.reshape(slots.shape[0], -1)
    unit = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
    return np.asarray(unit @ unit.T)


def stripes(likeness: Matrix, reach: int) -> NDArray[np.float64]:
    """Return how much at the start of each bar the lags change at which the music repeats, 0–1, ``[shape=(bars,)]``.

    Parameters
    ----------
    likeness : np.ndarray [shape=(bars, bars)]
    reach : int
        Bars before and after that are held against each other.
    """
    from scipy.ndimage import gaussian_filter1d

    count = likeness.shape[0]
    lags = np.maximum(likeness, 0)[np.arange(count)[:, None], (np.arange(count)[:, None] + np.arange(count)) % count]
    total = np.zeros((count + 2 * reach + 1, count))
    np.cumsum(np.pad(gaussian_filter1d(lags, 0.5, axis=1), ((reach, reach), (0, 0)), mode="edge"), axis=0, out=total[1:])
    change = total[2 * reach :] - 2 * total[reach:-reach] + total[: -2 * reach]
    novelty = np.linalg.norm(change[:count], axis=1)
    return np.asarray(novelty / max(float(novelty.max()), 1e-9))


def cut(likeness: Matrix, evidence: NDArray[np.float64], bar_s: float, tuning: SegmentationTuning = SEGMENTATION) -> NDArray[np.int64]:
    """Return the bars with which sections begin, and the number of bars.

    Parameters
    ----------
    likeness : np.ndarray [shape=(bars, bars)]
    evidence : np.ndarray [shape=(bars,)]
        What speaks for a boundary at the start of each bar, 0–1.
    bar_s : float
        Length of a bar.
    tuning : SegmentationTuning
    """
    count = likeness.shape[0]
    corner = np.zeros((count + 1, count + 1))
    corner[1:, 1:] = (likeness - np.diag(np.diag(likeness))).cumsum(axis=0).cumsum(axis=1)

    def block(first: NDArray[np.int64], last: int | NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(corner[last, last] - corner[first, last] - corner[last, first] + corner[first, first])

    starts = np.arange(max(count - 7, 1))
    unit = max(float((block(starts, np.minimum(starts + 8, count)) / 8).max()), 1e-9)
    lengths = np.arange(min(tuning.longest_bars, count), 0, -1)
    kinds = [lengths % 8 == 0, lengths % 4 == 0, lengths % 2 == 0]
    cost = np.select(kinds, [tuning.each_eight * (lengths // 8 - 1), tuning.off_eight, tuning.off_four], tuning.off_two)
    cost = (cost + np.where(lengths * bar_s < tuning.short_s, tuning.short_cost, 0.0)) * unit
    earned = np.append(evidence, 0.0) * tuning.stripe * unit
    best, link = np.full(count + 1, -np.inf), np.zeros(count + 1, np.int64)
    best[0] = 0.0
    for end in range(1, count + 1):
        known = lengths <= end
        first = end - lengths[known]
        score = best[first] + block(first, end) / lengths[known] - cost[known]
        link[end], best[end] = first[score.argmax()], score.max() + earned[end]
    found = [count]
    while found[-1]:
        found.append(int(link[found[-1]]))
    return np.array(found[::-1], dtype=np.int64)


def alignment(block: Matrix, overlap: float) -> float:
    """Return the mean similarity along the best diagonal of two sections' block, −1 to 1; the whole of the shorter one counts best."""
    rows, columns = block.shape
    short = min(rows, columns)
    least = max(1, round(overlap * short))
    diagonals = [np.diagonal(block, offset) for offset in range(least - rows, columns - least + 1)]
    return float(max(diagonal.mean() * np.sqrt(diagonal.size / short) for diagonal in diagonals))


def letters(edges: NDArray[np.int64], likeness: Matrix, tuning: SegmentationTuning = SEGMENTATION) -> tuple[int, ...]:
    """Return for each section which of `MOST_LETTERS` letters it has, 0 for A, in the order of their first appearance.

    Parameters
    ----------
    edges : np.ndarray [shape=(sections + 1,)]
        As `cut` returns them.
    likeness : np.ndarray [shape=(bars, bars)]
    tuning : SegmentationTuning
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    count = edges.size - 1
    if count < 2:
        return (0,) * count
    spans = [slice(int(a), int(b)) for a, b in pairwise(edges)]
    distance = np.zeros((count, count))
    for one in range(count):
        for other in range(one + 1, count):
            alike = alignment(likeness[spans[one], spans[other]], tuning.overlap)
            distance[one, other] = distance[other, one] = max(1 - alike, 0.0)
    tree = linkage(squareform(distance, checks=False), "complete")
    groups = fcluster(tree, tuning.unlike, "distance")
    if groups.max() > MOST_LETTERS:
        groups = fcluster(tree, MOST_LETTERS, "maxclust")
    order: dict[int, int] = {}
    return tuple(order.setdefault(int(group), len(order)) for group in groups)


def segmented(bars: Bars, tuning: SegmentationTuning = SEGMENTATION) -> tuple[NDArray[np.float64], tuple[int, ...]]:
    """Return the edges of the sections in s, ``[shape=(sections + 1,)]``, and their letters as numbers."""
    share, count = tuning.tone_share, bars.edges_s.size - 1
    fine = share * similarity(bars.tone) + (1 - share) * similarity(bars.harmony)
    # Played twice, a bar is hardly the same in every eighth: what repeats is told from its halves and from its tone as a whole.
    halves = bars.harmony.reshape(count, 2, SLOTS // 2, -1).mean(axis=2)
    coarse = share * similarity(bars.tone.mean(axis=1)) + (1 - share) * similarity(halves)
    edges = cut(fine, stripes(coarse, tuning.stripe_bars), float(np.median(np.diff(bars.edges_s))), tuning)
    return bars.edges_s[edges], letters(edges, coarse, tuning)
