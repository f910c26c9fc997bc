"""Where sound lies between the loudspeakers: the picture of a goniometer, and correlation as time goes by; knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import Source
from mixassistant.features.representations import loud_enough
from mixassistant.progress import Progress, silent

CELLS = 181  # of the picture on either axis; odd, so that the centre is one
POINTS = 4_000_000  # samples at most: what more there are change nothing that is seen
STEP_S = 0.1
WINDOW_STEPS = 10  # 1 s: as slow as a correlation meter on a mix bus
BLOCK_STEPS = 20


@dataclass(frozen=True, eq=False)
class StereoImage:
    """The stereo image of two channels.

    Parameters
    ----------
    density : np.ndarray [shape=(181, 181)], uint8
        How often a sample lies there, on a logarithmic scale. Rows: mid (L + R) / 2 from −extent up; columns: side (R − L) / 2, so
        that what is left is left.
    extent : float
        Largest mid or side, 1 is full scale.
    correlation : np.ndarray [shape=(windows,)]
        Of the channels over 1 s, every 0.1 s; NaN where it is silent or one channel is.
    """

    density: NDArray[np.uint8]
    extent: float
    correlation: NDArray[np.float64]

    @property
    def times_s(self) -> NDArray[np.float64]:
        """The middle of each window in seconds, ``[shape=(windows,)]``."""
        return np.asarray((np.arange(self.correlation.size) + WINDOW_STEPS / 2) * STEP_S)


def stereo_image(audio: Source, progress: Progress = silent) -> StereoImage:
    """Return the stereo image of audio with two channels."""
    step = max(1, round(STEP_S * audio.sample_rate_hz))
    length = BLOCK_STEPS * step
    steps = -(-audio.length // step)
    left, right, cross = (np.zeros(steps) for _ in range(3))
    extent = 0.0
    for start in range(0, audio.length, length):
        progress("Measuring the stereo image", 0.5 * start / audio.length)
        block = audio.read(start, start + length)
        extent = max(extent, float(np.abs(block[0] + block[1]).max()) / 2, float(np.abs(block[1] - block[0]).max()) / 2)
        count = -(-block.shape[1] // step)
        pieces = np.pad(block, ((0, 0), (0, count * step - block.shape[1]))).reshape(2, count, step)
        here = slice(start // step, start // step + count)
        left[here], right[here] = np.einsum("cfh,cfh->cf", pieces, pieces)
        cross[here] = np.einsum("fh,fh->f", pieces[0], pieces[1])
    density = _density(audio, max(extent, 1e-6), length, progress)
    return StereoImage(density, extent, _correlation(left, right, cross))


def _correlation(left: NDArray[np.float64], right: NDArray[np.float64], cross: NDArray[np.float64]) -> NDArray[np.float64]:
    if left.size < WINDOW_STEPS:
        return np.zeros(0)
    sums = [np.convolve(row, np.ones(WINDOW_STEPS), "valid") for row in (left, right, cross)]
    playing = loud_enough(sums[0] + sums[1], 1e-9) & (np.minimum(sums[0], sums[1]) > 1e-8 * np.maximum(sums[0], sums[1]))
    found = sums[2] / np.sqrt(np.maximum(sums[0] * sums[1], 1e-30))
    return np.asarray(np.where(playing, np.clip(found, -1, 1), np.nan))


def _density(audio: Source, extent: float, length: int, progress: Progress) -> NDArray[np.uint8]:
    counts = np.zeros(CELLS * CELLS, np.int64)
    every = max(1, -(-audio.length // POINTS))
    for start in range(0, audio.length, length):
        progress("Measuring the stereo image", 0.5 + 0.5 * start / audio.length)
        block = audio.read(start, start + length)[:, ::every]
        mid, side = 0.5 * (block[0] + block[1]), 0.5 * (block[1] - block[0])
        row, column = (np.round((x / extent + 1) / 2 * (CELLS - 1)).astype(np.int64) for x in (mid, side))
        counts += np.bincount(row * CELLS + column, minlength=CELLS * CELLS)
    levels = np.log1p(counts)
    return np.asarray(np.round(levels / max(float(levels.max()), 1e-9) * 255), np.uint8).reshape(CELLS, CELLS)
