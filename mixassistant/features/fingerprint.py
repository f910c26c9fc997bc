"""Recognising another version of the same song, whatever gain or EQ was put on it.

Band levels in dB change by a constant under gain and EQ; their change over time does not. So the fingerprint is compared by
the correlation of the time-differenced band levels, at the best lag within a few seconds.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from mixassistant.bounded_json import inflate
from mixassistant.features.representations import FRAMES_PER_S, Representations, loud_enough

FIRST_BAND, BANDS_PER_ROW, ROWS = 4, 3, 8  # octaves from 50 Hz to 12.5 kHz
COVERED = slice(FIRST_BAND, FIRST_BAND + BANDS_PER_ROW * ROWS)  # thirds of octaves that the rows are made of
RANGE_DB = 50.0  # below a row's loud frames: quieter ones are noise
SILENT_POWER = ROWS * 1.01e-12  # of a frame whose rows all lie at the floor of −120 dBFS
SPAN = 3  # frames over which levels are differenced: about the length of the spectral window
LOWEST_DB, STEP_DB = -120.0, 0.5  # of packed levels
MOST_FRAMES = 1_000_000  # of a packed fingerprint: a day

Fingerprint = NDArray[np.float32]


def octaves(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum thirds of octaves that are `COVERED` to rows, ``[shape=(..., 24, frames)]`` to ``[shape=(..., 8, frames)]``."""
    return np.asarray(power.reshape(*power.shape[:-2], ROWS, BANDS_PER_ROW, power.shape[-1]).sum(axis=-2))


def fingerprint(shared: Representations) -> Fingerprint:
    """Return octave-band levels over time in dB, ``[shape=(8, frames)]`` at 10.8 frames a second."""
    rows = octaves(shared.bands.total[COVERED])
    loud = np.quantile(rows, 0.95, axis=1, keepdims=True)
    return np.asarray(10 * np.log10(np.maximum(rows, np.maximum(loud * 10 ** (-RANGE_DB / 10), 1e-12))), dtype=np.float32)


def sounding(levels: Fingerprint) -> NDArray[np.bool_]:
    """Return in which frames something plays: within 40 dB of the loud ones, ``[shape=(frames,)]``."""
    return loud_enough((10 ** (levels.astype(np.float64) / 10)).sum(axis=0), SILENT_POWER)


def _changes(levels: Fingerprint) -> NDArray[np.float64]:
    change = levels[:, SPAN:].astype(np.float64) - levels[:, :-SPAN]
    change -= change.mean(axis=1, keepdims=True)
    return np.asarray(change)


def similarity(a: Fingerprint, b: Fingerprint, max_lag_s: float = 3.0) -> tuple[float, float]:
    """Return how alike two fingerprints are, 0–1, and the lag of `b` behind `a` in seconds at which they are.

    Returns
    -------
    correlation : float
        Of the time-differenced levels, averaged over bands; 0 when either is shorter than two seconds.
    lag_s : float
        At most `max_lag_s` more or less than one begins to sound after the other.
    """
    if min(a.shape[1], b.shape[1]) < 2 * FRAMES_PER_S:
        return 0.0, 0.0
    # Silence before and after the music is no part of it: however long it is, the lag is looked for from where each begins.
    begins = [np.flatnonzero(sounding(levels)) for levels in (a, b)]
    (a, offset), (b, their_offset) = (
        (levels[:, at[0] : at[-1] + 1], int(at[0])) if at.size >= 2 * FRAMES_PER_S else (levels, 0)
        for levels, at in zip((a, b), begins, strict=True)
    )
    x, y = _changes(a), _changes(b)
    reach = int(max_lag_s * FRAMES_PER_S)
    lags = np.arange(max(-reach, 1 - x.shape[1]), min(reach, y.shape[1] - 1) + 1)
    begin = np.maximum(-lags, 0)
    lengths = np.minimum(x.shape[1] - begin, y.shape[1] - np.maximum(lags, 0))
    enough = (lengths >= 0.5 * min(x.shape[1], y.shape[1])) & (lengths >= FRAMES_PER_S)
    lags, begin, lengths = lags[enough], begin[enough], lengths[enough]
    if not lags.size:
        return 0.0, 0.0
    cross, theirs = _cross(x, y)[:, lags], np.maximum(lags, 0)
    scale = np.sqrt(np.maximum(_energy(x, begin, lengths) * _energy(y, theirs, lengths), 0.0))
    sound = scale > 1e-6
    # The median over bands: an effect on one instrument changes some bands' movement, not most.
    alike = np.where(sound, cross / np.where(sound, scale, 1.0), np.nan)
    told = sound.sum(axis=0) >= 3
    values = np.zeros(lags.size)
    values[told] = np.nanmedian(alike[:, told], axis=0)
    at = int(values.argmax())
    best = max(float(values[at]), 0.0)
    return best, (int(lags[at]) + their_offset - offset if best else 0) / FRAMES_PER_S


def _cross(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of x[t] · y[t + lag] for every lag, a negative one counted from the end, ``[shape=(8, ≥ lags)]``."""
    size = 1 << (x.shape[1] + y.shape[1] - 1).bit_length()
    return np.fft.irfft(np.conj(np.fft.rfft(x, size)) * np.fft.rfft(y, size), size)


def _energy(x: NDArray[np.float64], begin: NDArray[np.intp], lengths: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the energy of stretches of each band, ``[shape=(8, stretches)]``."""
    sums = np.concatenate([np.zeros((x.shape[0], 1)), np.cumsum(x**2, axis=1)], axis=1)
    return np.asarray(sums[:, begin + lengths] - sums[:, begin])


def pack(levels: Fingerprint) -> bytes:
    """Return a fingerprint in a few kilobytes, to half a dB: what is quieter than −120 dB, or louder than +7, is that."""
    steps = np.clip(np.round((levels - LOWEST_DB) / STEP_DB), 0, 255).astype(np.uint8)
    return zlib.compress(steps.tobytes(), 9)


def unpack(data: bytes) -> Fingerprint:
    """Return a fingerprint that was packed.

    Raises
    ------
    ValueError
        It is damaged, or of more than a day of music.
    """
    try:
        steps = np.frombuffer(inflate(data, ROWS * MOST_FRAMES), dtype=np.uint8)
    except zlib.error as error:
        raise ValueError("a damaged fingerprint") from error
    if steps.size % ROWS:
        raise ValueError("a damaged fingerprint")
    return np.asarray(steps.reshape(ROWS, -1) * np.float32(STEP_DB) + np.float32(LOWEST_DB), dtype=np.float32)
