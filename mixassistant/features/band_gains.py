"""What was done to stems of which only the mix is there: by regression of the mix's band powers over time on those of the raw stems.

In each broad band the power of the mix at a moment is the sum of the stems' powers, each times a gain that is not negative, and of what
they share. Each moment is weighed by its inverse expected power, since what does not fit (rooms, compressors) grows with it; weights,
and what the stems share under the gains found, are computed anew a few times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.bands import BROAD, BROAD_HZ, CENTRES_HZ

Gains = NDArray[np.float64]
ROUNDS = 6  # of weighing anew: more change less than 0.1 dB
HEARD_SHARE = 0.1
"""A stem whose part of a band never reaches this share of the mix (over the tenth of moments where it is strongest) tells no gain there."""
ALONE_SHARE = 0.8  # of a third of an octave in a moment: then the mix's level there is the stem's
LEAST_MOMENTS = 200  # cells of band and moment in which a stem stands alone, for its dynamics
LEAST_RANGE_DB = 6.0  # of its levels in these
FLOOR_DB = -60.0  # below the loudest moment of a band nothing counts
LIMIT_DB = 24.0
MISFIT = 0.5  # standard deviation of what a cell of band and moment measures over what it should
ALIKE_CELLS = 8.0  # neighbouring cells say as much as one: the window is four moments long
NEAR = 1.5  # standard deviation of a band's power gain over the stem's in all bands: about 4 dB


@dataclass(frozen=True, eq=False)
class BandGains:
    """What the regression found.

    Parameters
    ----------
    gains_db : np.ndarray [shape=(stems, 7)]
        Per broad band; NaN where a stem is hardly heard in the mix.
    slopes : np.ndarray [shape=(stems,)]
        By how many dB a stem's gain changes per dB of its level: −0.3 is what a compressor of about 1.4:1 does; NaN where it hardly
        stands alone.
    unexplained : float
        Root mean square of what the mix differs by from the sum, in dB.
    """

    gains_db: Gains
    slopes: Gains
    unexplained: float


def band_gains(powers: Gains, theirs: Gains) -> BandGains:
    """Estimate gains of stems from the mix.

    Parameters
    ----------
    powers : np.ndarray [shape=(stems, stems, 31, frames)]
        Of the raw stems, as `mixassistant.features.cross_powers.cross_powers` returns them.
    theirs : np.ndarray [shape=(31, frames)]
        Of the mix, in the same moments.
    """
    own = np.einsum("iibf->ibf", powers)
    heard = (theirs > theirs.max(axis=1, keepdims=True) * 10 ** (FLOOR_DB / 10)) & (theirs > 1e-12)
    bands = [(low < CENTRES_HZ) & (high > CENTRES_HZ) for low, high in BROAD_HZ.values()]
    whole = _gains(powers, theirs, heard, None)  # one gain for all bands: what a band is near to, where it tells little
    squares = np.repeat(whole[:, None], own.shape[1], axis=1)
    gains = np.full((own.shape[0], len(BROAD)), np.nan)
    for column, inside in enumerate(bands):
        if heard[inside].sum() < 10 * whole.size:
            continue
        found = _gains(powers[:, :, inside], theirs[inside], heard[inside], whole)
        # A stem has to be heard under the gain that it has in all bands, too: one that is not can take on any in a band.
        cells = own[:, inside][:, heard[inside]]
        is_heard = (_most_share(cells, whole) >= HEARD_SHARE) & (_most_share(cells, found) >= HEARD_SHARE)
        gains[is_heard, column] = np.clip(10 * np.log10(np.maximum(found[is_heard], 1e-6)), -LIMIT_DB, LIMIT_DB)
        squares[:, inside] = np.where(is_heard, found, whole)[:, None]
    own = own * squares[:, :, None]
    expected = _expected(powers, squares)
    gap = 10 * np.log10(np.maximum(theirs, 1e-14) / np.maximum(expected, 1e-14))[heard]
    slopes = np.array([_slope(own, index, theirs, expected, heard) for index in range(own.shape[0])])
    return BandGains(gains, slopes, float(np.sqrt(np.mean(np.clip(gap, -LIMIT_DB, LIMIT_DB) ** 2))) if gap.size else np.nan)


def _gains(powers: Gains, theirs: Gains, heard: NDArray[np.bool_], usual: Gains | None) -> Gains:
    """Return the power gain of each stem that explains the mix best, not far from the usual ones where these are given."""
    from scipy.optimize import nnls

    design, wanted = np.einsum("iibf->ibf", powers)[:, heard].T, theirs[heard]
    expected, shared = wanted, np.zeros(wanted.size)
    squares = np.zeros(design.shape[1])
    scale = 1 / (MISFIT * np.sqrt(ALIKE_CELLS))
    for _ in range(ROUNDS):
        # Half of what is measured in the weight keeps a moment in which nothing is expected from deciding everything.
        weights = scale / (0.5 * expected + 0.5 * wanted)
        rows, targets = design * weights[:, None], np.maximum(wanted - shared, 0.0) * weights
        if usual is not None:
            sure = np.maximum(usual, 1e-6)
            rows, targets = np.vstack([rows, np.diag(1 / (NEAR * sure))]), np.concatenate([targets, np.full(sure.size, 1 / NEAR)])
        squares = nnls(rows, targets)[0]
        explained = design @ squares
        whole = _expected(powers, np.tile(squares[:, None], (1, powers.shape[2])))[heard]
        shared, expected = whole - explained, np.maximum(whole, 0.05 * explained)
    return np.asarray(squares)


def _most_share(cells: Gains, squares: Gains) -> Gains:
    """Return the share of the sum that each stem reaches in the tenth of cells where it is strongest, ``[shape=(stems,)]``."""
    parts = cells * squares[:, None]
    return np.asarray(np.quantile(parts / np.maximum(parts.sum(axis=0), 1e-30), 0.9, axis=1))


def _expected(powers: Gains, squares: Gains) -> Gains:
    """Return the power of the sum of stems under gains, ``[shape=(bands, frames)]``."""
    roots = np.sqrt(squares)
    return np.asarray(np.einsum("ib,jb,ijbf->bf", roots, roots, powers))


def _slope(own: Gains, index: int, theirs: Gains, expected: Gains, heard: NDArray[np.bool_]) -> float:
    """Return by how many dB a stem's gain changes per dB of its level, from where it stands alone."""
    alone = heard & (own[index] > ALONE_SHARE * own.sum(axis=0)) & (own[index] > 0)
    if alone.sum() < LEAST_MOMENTS:
        return float("nan")
    level = np.broadcast_to(10 * np.log10(np.maximum(own[index].sum(axis=0), 1e-14)), alone.shape)[alone]
    low, high = np.quantile(level, [0.1, 0.9])
    if high - low < LEAST_RANGE_DB:
        return float("nan")
    rest = expected - own[index]
    change = 10 * np.log10(np.maximum(theirs - rest, 0.1 * theirs)[alone] / own[index][alone])
    inside = np.abs(change - np.median(change)) < LIMIT_DB / 2
    return float(np.polyfit(level[inside], change[inside], 1)[0])
