"""The few numbers of a measured track that a list shows and a mix is compared by, as one row of a matrix; and how close two tracks are.

A measured track is a hundred kilobytes; ten thousand of them are not read to show a list.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.prior import COMPARED, TARGETS, values_of
from mixassistant.profiles.profile import Z80, Profile
from mixassistant.profiles.separation_error import ltas_of

Numbers = NDArray[np.float32]

SHOWN = ("bpm", "key")
SCALARS = tuple((target, identifier) for target in TARGETS for identifier in COMPARED)
BANDS = int(CENTRES_HZ.size)
SIZE = len(SHOWN) + len(SCALARS) + BANDS
LAYOUT = zlib.crc32(repr((SHOWN, SCALARS, BANDS)).encode()) & 0x7FFFFFFF
"""Which number is where: rows of another layout are made again from the measured track."""

LARGEST_Z = 4.0  # standard deviations: one odd number (a mono file's width) must not decide alone
_LOUDNESS = len(SHOWN) + SCALARS.index(("mix", "lufs"))


@dataclass(frozen=True, slots=True)
class Summary:
    """What is shown of a measured track.

    Parameters
    ----------
    lufs : float or None
        Integrated loudness in LUFS.
    bpm : float or None
        Tempo in beats per minute.
    key : str
        ``"A minor"``; empty where there is none.
    """

    lufs: float | None
    bpm: float | None
    key: str


def summarise(track: MeasuredTrack) -> Numbers:
    """Return the numbers of a track, ``[shape=(SIZE,)]``: `SHOWN` of the mix, then `SCALARS`, then the mix's LTAS in dB; NaN: not known."""
    row = np.full(SIZE, np.nan, dtype=np.float32)
    found = [scalar(track.mix, name) for name in SHOWN] + [scalar(values_of(track, target), name) for target, name in SCALARS]
    row[: len(found)] = [np.nan if value is None else value for value in found]
    measured = vector(track.mix, "ltas")
    if measured is not None and measured.size == BANDS:
        row[len(found) :] = ltas_of(track, "mix")
    return row


def summary_of(numbers: Numbers) -> Summary:
    """Return what is shown of a track's numbers."""
    from mixassistant.features.tonality.key import LABELS

    bpm, key, lufs = (float(numbers[i]) for i in (0, 1, _LOUDNESS))
    label = LABELS[round(key)] if 0 <= key < len(LABELS) - 0.5 else ""
    return Summary(None if np.isnan(lufs) else lufs, None if np.isnan(bpm) else bpm, label)


def stacked(rows: Sequence[bytes | None]) -> Numbers:
    """Return the rows of a list as a matrix, ``[shape=(len(rows), SIZE)]``; one that is not known is NaN throughout."""
    unknown = np.full(SIZE, np.nan, dtype="<f4").tobytes()
    return np.frombuffer(b"".join(unknown if row is None else row for row in rows), dtype="<f4").reshape(len(rows), SIZE)


def closeness(track: MeasuredTrack, profile: Profile, rows: Numbers) -> NDArray[np.float64]:
    """Return how close tracks are to a mix, 0–1; NaN where nothing is known of one.

    Differences count in standard deviations of the profile: ``d² = (mean z² of the compared scalars + mean z² of the LTAS's bands) / 2``,
    and the closeness is ``exp(−d² / 4)``. Equal measurements give 1; two songs drawn at random from the profile differ by ``d² ≈ 2``
    (the variance of a difference of two), which gives 0.61.

    Parameters
    ----------
    track : MeasuredTrack
        The mix.
    profile : Profile
        Gives the standard deviations.
    rows : np.ndarray [shape=(n, SIZE)]
        From `summarise`.

    Returns
    -------
    np.ndarray [shape=(n,)]
    """
    spread = np.full(SIZE, np.nan)
    for place, (target, identifier) in enumerate(SCALARS, len(SHOWN)):
        found = profile.targets.get(f"{target}/{identifier}")
        if found is not None and isinstance(found.median, float) and isinstance(found.high, float):
            declared = REGISTRY.descriptors.get(identifier)
            spread[place] = max((found.high - found.median) / Z80, declared.step if declared else 0.0, 1e-6)
    spread[-BANDS:] = np.maximum(profile.ltas["mix"].sd, 1e-6)
    square = np.minimum(((rows - summarise(track)) / spread) ** 2, LARGEST_Z**2)
    scalars, bands = (_mean(square[:, part]) for part in (slice(len(SHOWN), -BANDS), slice(-BANDS, None)))
    distance = _mean(np.stack([scalars, bands], axis=1))
    return np.asarray(np.exp(-distance / 4))


def _mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each row over what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
