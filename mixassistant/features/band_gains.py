"""What was done to stems of which only the mix is there: by regression of the mix's band powers over time on those of the raw stems.

In each broad band the power of the mix at a moment is the sum of the stems' powers, each times a gain that is not negative, and of what
they share. Each moment is weighed by its inverse expected power, since what does not fit (rooms, compressors) grows with it; weights,
and what the stems share under the gains found, are computed anew a few times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.bands import BROAD, BROAD_HZ, CENTRES_HZ

Gains = NDArray[np.float64]


@dataclass(frozen=True)
class BandGainsTuning:
    """What the regression is set to, by four songs of which the mix, the raw tracks and the produced stems are there.

    Parameters
    ----------
    rounds : int
        Of weighing anew: more change less than 0.1 dB.
    heard_share : float
        A stem that has less of a band of the mix while it plays tells no gain there.
    alone_share : float
        A third of an octave in a moment is a stem's alone from this share on: then its level there is the mix's.
    least_cells : int
        Of band and moment in which a stem has to be alone, for its dynamics to be told.
    least_range_db : float
        Between the quiet and the loud ones of these.
    floor_db : float
        So far below its loudest moment a band holds nothing.
    limit_db : float
        No gain is larger.
    misfit : float
        Standard deviation of what is measured in a cell over what should be, by rooms, phases and compressors.
    alike_cells : float
        Neighbouring cells say as much as one: the window is four moments long.
    near : float
        Standard deviation of a band's power gain over the stem's in all bands: about 4 dB. With 0.5 and with 5 the error is 0.1 dB larger
        in the middle bands.
    """

    rounds: int = 6
    heard_share: float = 0.2
    alone_share: float = 0.8
    least_cells: int = 200
    least_range_db: float = 6.0
    floor_db: float = -60.0
    limit_db: float = 24.0
    misfit: float = 0.5
    alike_cells: float = 8.0
    near: float = 1.5


BAND_GAINS = BandGainsTuning()


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
    unexplained, undone : float
        Root mean square of what the mix differs by from the sum of the stems with these gains, and with one gain for all; in dB.
    """

    gains_db: Gains
    slopes: Gains
    unexplained: float
    undone: float


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
    heard = (theirs > theirs.max(axis=1, keepdims=True) * 10 ** (BAND_GAINS.floor_db / 10)) & (theirs > 1e-12)
    bands = [(low < CENTRES_HZ) & (high > CENTRES_HZ) for low, high in BROAD_HZ.values()]
    whole = _whole(powers, theirs, heard, bands)  # what a band is near to, where it tells little
    squares = np.repeat(whole[:, None], own.shape[1], axis=1)
    gains = np.full((own.shape[0], len(BROAD)), np.nan)
    for column, inside in enumerate(bands):
        if heard[inside].sum() < 10 * whole.size:
            continue
        found = _gains(powers[:, :, inside], theirs[inside], heard[inside], whole)
        # A stem has to be heard under the gain that it has in all bands, too: one that is not can take on any in a band.
        cells = own[:, inside][:, heard[inside]]
        is_heard = (_share(cells, whole) >= BAND_GAINS.heard_share) & (_share(cells, found) >= BAND_GAINS.heard_share)
        gains[is_heard, column] = np.clip(10 * np.log10(np.maximum(found[is_heard], 1e-6)), -BAND_GAINS.limit_db, BAND_GAINS.limit_db)
        squares[:, inside] = np.where(is_heard, found, whole)[:, None]
    own = own * squares[:, :, None]
    expected = _expected(powers, squares)
    slopes = np.array([_slope(own, index, theirs, expected, heard) for index in range(own.shape[0])])
    as_they_are = _expected(powers, np.ones_like(squares))
    return BandGains(gains, slopes, _rms_db(theirs, expected, heard), _rms_db(theirs, as_they_are, heard, one_gain=True))


def _rms_db(theirs: Gains, expected: Gains, heard: NDArray[np.bool_], one_gain: bool = False) -> float:
    gap = 10 * np.log10(np.maximum(theirs, 1e-14) / np.maximum(expected, 1e-14))[heard]
    if not gap.size:
        return float("nan")
    gap = gap - np.median(gap) if one_gain else gap
    return float(np.sqrt(np.mean(np.clip(gap, -BAND_GAINS.limit_db, BAND_GAINS.limit_db) ** 2)))


def _whole(powers: Gains, theirs: Gains, heard: NDArray[np.bool_], bands: Sequence[NDArray[np.bool_]]) -> Gains:
    """Return one power gain for each stem: the mean of those in the bands in decibels, by how much it is heard in each.

    It has to be heard there with the gain that it has and without any: where one is not, any gain explains as much.
    """
    own = np.einsum("iibf->ibf", powers)
    total, weights = np.zeros(own.shape[0]), np.full(own.shape[0], 1e-9)
    for inside in bands:
        if heard[inside].sum() < 10 * weights.size:
            continue
        found = _gains(powers[:, :, inside], theirs[inside], heard[inside], None)
        cells = own[:, inside][:, heard[inside]]
        weight = np.minimum(_share(cells, found), _share(cells, np.ones(found.size))) ** 2
        total += weight * np.log(np.maximum(found, 1e-6))
        weights += weight
    return np.asarray(np.exp(total / weights))


def _gains(powers: Gains, theirs: Gains, heard: NDArray[np.bool_], usual: Gains | None) -> Gains:
    """Return the power gain of each stem that explains the mix best, not far from the usual ones where these are given."""
    from scipy.optimize import nnls

    design, wanted = np.einsum("iibf->ibf", powers)[:, heard].T, theirs[heard]
    expected, shared = wanted, np.zeros(wanted.size)
    squares = np.zeros(design.shape[1])
    scale = 1 / (BAND_GAINS.misfit * np.sqrt(BAND_GAINS.alike_cells))
    for _ in range(BAND_GAINS.rounds):
        # Half of what is measured in the weight keeps a moment in which nothing is expected from deciding everything.
        weights = scale / (0.5 * expected + 0.5 * wanted)
        rows, targets = design * weights[:, None], np.maximum(wanted - shared, 0.0) * weights
        if usual is not None:
            sure = np.maximum(usual, 1e-6)
            rows, targets = (
                np.vstack([rows, np.diag(1 / (BAND_GAINS.near * sure))]),
                np.concatenate([targets, np.full(sure.size, 1 / BAND_GAINS.near)]),
            )
        squares = nnls(rows, targets)[0]
        explained = design @ squares
        whole = _expected(powers, np.tile(squares[:, None], (1, powers.shape[2])))[heard]
        shared, expected = whole - explained, np.maximum(whole, 0.05 * explained)
    return np.asarray(squares)


def _share(cells: Gains, squares: Gains) -> Gains:
    """Return the share of the sum that each stem has in the mean of its own power, ``[shape=(stems,)]``: when it plays."""
    parts = cells * squares[:, None]
    shares = parts / np.maximum(parts.sum(axis=0), 1e-30)
    return np.asarray((shares * cells).sum(axis=1) / np.maximum(cells.sum(axis=1), 1e-30))


def _expected(powers: Gains, squares: Gains) -> Gains:
    """Return the power of the sum of stems under gains, ``[shape=(bands, frames)]``."""
    roots = np.sqrt(squares)
    return np.asarray(np.einsum("ib,jb,ijbf->bf", roots, roots, powers))


def _slope(own: Gains, index: int, theirs: Gains, expected: Gains, heard: NDArray[np.bool_]) -> float:
    """Return by how many dB a stem's gain changes per dB of its level, from where it stands alone."""
    alone = heard & (own[index] > BAND_GAINS.alone_share * own.sum(axis=0)) & (own[index] > 0)
    if alone.sum() < BAND_GAINS.least_cells:
        return float("nan")
    level = np.broadcast_to(10 * np.log10(np.maximum(own[index].sum(axis=0), 1e-14)), alone.shape)[alone]
    low, high = np.quantile(level, [0.1, 0.9])
    if high - low < BAND_GAINS.least_range_db:
        return float("nan")
    rest = expected - own[index]
    change = 10 * np.log10(np.maximum(theirs - rest, 0.1 * theirs)[alone] / own[index][alone])
    inside = np.abs(change - np.median(change)) < BAND_GAINS.limit_db / 2
    return float(np.polyfit(level[inside], change[inside], 1)[0])
