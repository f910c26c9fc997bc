"""The picture of a spectrogram: levels over time and frequency, at a bounded size however long the audio is; knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import Source
from mixassistant.progress import Progress, silent

COLUMNS = 2000  # at most
ROWS = 256
LOWEST_HZ, HIGHEST_HZ = 20.0, 20_000.0
RANGE_DB = 80.0  # below the loudest: what lies deeper is not heard beside it
WINDOW_S = 0.17  # long enough for the bass: 6 Hz a bin
FRAMES_PER_COLUMN = 4  # at most: of a long song a column takes the loudest of so many


@dataclass(frozen=True, eq=False)
class Sonogram:
    """Levels as steps of a colour map.

    Parameters
    ----------
    steps : np.ndarray [shape=(256, columns)], uint8
        0 is `floor_db` and below, 255 is `top_db`; the first row is the lowest frequency.
    top_db : float
        In dBFS, where a sine at full scale is 0.
    duration_s : float
    """

    steps: NDArray[np.uint8]
    top_db: float
    duration_s: float

    @property
    def floor_db(self) -> float:
        """The level of the quietest step in dBFS."""
        return self.top_db - RANGE_DB

    def level_db(self, row: int, column: int) -> float:
        """Return a level in dBFS; `floor_db` for what is quieter."""
        return self.floor_db + float(self.steps[row, column]) / 255 * RANGE_DB


def row_centres_hz() -> NDArray[np.float64]:
    """Return the frequencies of the rows, ``[shape=(256,)]``, equal steps of pitch."""
    return np.geomspace(LOWEST_HZ, HIGHEST_HZ, ROWS)


def sonogram(audio: Source, progress: Progress = silent) -> Sonogram:
    """Return the spectrogram of the mean power of the channels; a sine between two bins shows up to 1.4 dB less (a Hann window)."""
    n_fft = 1 << round(np.log2(WINDOW_S * audio.sample_rate_hz))
    columns = int(np.clip(audio.length // (n_fft // 8), 1, COLUMNS))
    width = audio.length / columns
    per_column = int(np.clip(np.ceil(width / (n_fft / 2)), 1, FRAMES_PER_COLUMN))
    window = np.hanning(n_fft + 1)[:-1].astype(np.float32)
    scale = (2.0 / float(window.sum())) ** 2
    power = np.empty((columns, ROWS), np.float32)
    rows = _Rows(n_fft, audio.sample_rate_hz)
    for column in range(columns):
        if column % 16 == 0:
            progress("Drawing the spectrogram", column / columns)
        moments = ((column + (np.arange(per_column) + 0.5) / per_column) * width).astype(int)
        frames = np.stack([_frame(audio, int(moment) - n_fft // 2, n_fft) for moment in moments])
        transform = np.fft.rfft(frames * window)
        found = (transform.real**2 + transform.imag**2).mean(axis=1)
        power[column] = rows.of(found.max(axis=0) * scale)
    level_db = 10 * np.log10(np.maximum(power.T, 1e-12))
    top_db = float(5 * np.ceil(max(float(level_db.max()), -100.0) / 5))
    steps = np.clip(np.round((level_db - (top_db - RANGE_DB)) / RANGE_DB * 255), 0, 255).astype(np.uint8)
    return Sonogram(np.ascontiguousarray(steps), top_db, audio.duration_s)


def _frame(audio: Source, begin: int, size: int) -> NDArray[np.float32]:
    piece = audio.read(begin, begin + size)
    left = max(-begin, 0)
    return np.pad(piece, ((0, 0), (left, size - left - piece.shape[1])))


class _Rows:
    """From bins to rows: the loudest of the bins in a row, and between two bins where a row is narrower than one."""

    def __init__(self, n_fft: int, sample_rate_hz: int) -> None:
        bin_hz = sample_rate_hz / n_fft
        centres = row_centres_hz()
        half = np.sqrt(centres[1] / centres[0])
        first, last = np.ceil(centres / half / bin_hz).astype(int), np.ceil(centres * half / bin_hz).astype(int) - 1
        inside = last <= n_fft // 2  # a low sample rate ends before the last row
        self._wide = (last >= first) & inside
        self._narrow = (last < first) & inside
        self._starts = first[self._wide]
        self._end = int(last[self._wide].max(initial=0)) + 1
        self._below = (centres[self._narrow] / bin_hz).astype(int)
        self._share = centres[self._narrow] / bin_hz - self._below

    def of(self, power: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the power of each row, ``[shape=(256,)]``."""
        found = np.zeros(ROWS, np.float32)
        found[self._wide] = np.maximum.reduceat(power[: self._end], self._starts)
        found[self._narrow] = (1 - self._share) * power[self._below] + self._share * power[self._below + 1]
        return found
