"""Average spectra in 1/6 and 1/12 octaves, computed from audio as the 1/3-octave LTAS is; knows no Qt.

Each third octave of IEC 61260-1 is cut into two or four bands of equal ratio. A band that is half as wide holds half the energy: levels
are raised by that, so that the finer curve lies on the coarser one and not 3 or 6 dB below it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import Source
from mixassistant.features.bands import EDGES_HZ
from mixassistant.features.representations import loud_enough
from mixassistant.progress import Progress, silent

WIDEST_BIN_HZ = 1.5  # the 1/12 octave at 25 Hz is that wide
BLOCK_FRAMES = 8
FLOOR_DB = -120.0  # relative to its own level, as of the LTAS


def edges_hz(per_octave: int) -> NDArray[np.float64]:
    """Return the edges of the bands, ``[shape=(31 × per_octave / 3 + 1,)]``; every one of a third octave is among them."""
    parts = per_octave // 3
    inside = np.arange(31 * parts + 1)
    return np.asarray(EDGES_HZ[0] * (EDGES_HZ[-1] / EDGES_HZ[0]) ** (inside / (31 * parts)))


def centres_hz(per_octave: int) -> NDArray[np.float64]:
    """Return the (geometric) centres of the bands, ``[shape=(31 × per_octave / 3,)]``."""
    edges = edges_hz(per_octave)
    return np.asarray(np.sqrt(edges[1:] * edges[:-1]))


def fine_spectrum(audio: Source, per_octave: int, progress: Progress = silent) -> NDArray[np.float64] | None:
    """Return the average spectrum of what plays, in dB relative to its own level; None of silence.

    Parameters
    ----------
    audio : Source
    per_octave : {3, 6, 12}
    progress : Progress

    Returns
    -------
    np.ndarray [shape=(31 × per_octave / 3,)]
        On the scale of 1/3 octaves.
    """
    power = _band_powers(audio, edges_hz(per_octave), progress)
    total = power.sum(axis=1)
    if not total.size or total.max() <= 1e-12:
        return None
    mean = power[loud_enough(total, 1e-12)].mean(axis=0)
    parts = per_octave / 3
    return np.asarray(10 * np.log10(np.maximum(parts * mean / mean.sum(), 10 ** (FLOOR_DB / 10))))


def _band_powers(audio: Source, edges: NDArray[np.float64], progress: Progress) -> NDArray[np.float64]:
    """Return the mean square in each band, mean over the channels, ``[shape=(frames, bands)]``."""
    n_fft = 1 << int(np.ceil(np.log2(audio.sample_rate_hz / WIDEST_BIN_HZ)))
    hop = n_fft // 2
    window = np.hanning(n_fft + 1)[:-1].astype(np.float32)
    scale = 2.0 / (n_fft * float((window.astype(np.float64) ** 2).sum()))
    # Bin k holds what lies within half a bin of it: an edge takes its share of the bin that it falls into.
    place = np.clip(edges * n_fft / audio.sample_rate_hz + 0.5, 0, n_fft // 2 + 1)
    whole = np.minimum(place.astype(int), n_fft // 2)
    share = place - whole
    frames = 1 + audio.length // hop
    found = np.empty((frames, edges.size - 1))
    for first in range(0, frames, BLOCK_FRAMES):
        progress("Measuring the spectrum", first / frames)
        count = min(BLOCK_FRAMES, frames - first)
        begin, end = first * hop - n_fft // 2, (first + count - 1) * hop + n_fft // 2
        piece = audio.read(begin, end)
        left = max(-begin, 0)
        wave = np.pad(piece, ((0, 0), (left, end - begin - left - piece.shape[1])))
        views = np.lib.stride_tricks.sliding_window_view(wave, n_fft, axis=1)[:, ::hop]
        transform = np.fft.rfft(views * window)
        power = (transform.real**2 + transform.imag**2).mean(axis=0, dtype=np.float64) * scale
        below = np.concatenate([np.zeros((count, 1)), np.cumsum(power, axis=1)], axis=1)
        found[first : first + count] = np.diff(below[:, whole] + share * (below[:, whole + 1] - below[:, whole]), axis=1)
    return np.maximum(found, 0.0)
