"""Onsets: librosa's onset strength and peak picking, then timbral_models' search for where each attack begins.

Onset strength is the mean rise, from frame to frame, of a mel spectrogram in dB (S. Böck et al., ISMIR 2012, in librosa's form).
"""

from __future__ import annotations

import functools
import itertools

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.timbre.envelope import Curve, first_maximum, last_minimum
from mixassistant.features.timbre.signal import Framer, spectra

N_FFT, HOP, MELS = 2048, 512, 128
LOWEST_POWER, RANGE_DB = 1e-10, 80.0  # of the mel spectrogram
LOOK_BACK_S, HYSTERESIS_S = 0.02, 0.3
HYSTERESIS, NOISE = 0.1, 0.1  # parts of the envelope's range
LEAST_SEPARATION_S = 0.1
LEAST_STRENGTH = 3.0  # dB


def _mel(hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return Slaney's mel: linear below 1 kHz, logarithmic above."""
    hz = np.asarray(hz, dtype=np.float64)
    return np.where(hz < 1000, hz * 3 / 200, 15 + np.log(np.maximum(hz, 1000) / 1000) * 27 / np.log(6.4))


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))


@functools.lru_cache(maxsize=4)
def mel_filters(sample_rate_hz: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Return the first bin and the bin after the last of every mel band, and all weights one after another."""
    edges = _hz(np.linspace(0.0, _mel(sample_rate_hz / 2), MELS + 2))
    bins = np.arange(N_FFT // 2 + 1) * sample_rate_hz / N_FFT
    ramps = edges[:, None] - bins
    lower, upper = -ramps[:-2] / np.diff(edges)[:-1, None], ramps[2:] / np.diff(edges)[1:, None]
    weights = np.maximum(0, np.minimum(lower, upper)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    starts, stops = np.zeros(MELS, dtype=np.int64), np.zeros(MELS, dtype=np.int64)
    packed = []
    for band, row in enumerate(weights):
        used = np.flatnonzero(row)
        if used.size:
            starts[band], stops[band] = used[0], used[-1] + 1
            packed.append(row[starts[band] : stops[band]])
    return starts, stops, np.concatenate(packed).astype(np.float32)


class MelPower:
    """Mel power of a signal that comes in blocks; frames are centred, with zeros beyond both ends."""

    def __init__(self, sample_rate_hz: int, length: int) -> None:
        self._filters = mel_filters(sample_rate_hz)
        self._window = hann(N_FFT)
        self._framer = Framer(N_FFT, HOP)
        self._framer.push(np.zeros(N_FFT // 2, dtype=np.float32))
        self.power = np.zeros((1 + length // HOP, MELS), dtype=np.float32)
        self._done = 0

    def push(self, block: NDArray[np.float32]) -> None:
        """Take the next samples."""
        span = self._framer.push(block)
        for some in spectra(span, np.arange(self._framer.count(span)) * HOP, self._window, N_FFT):
            self.take(some)

    def take(self, spectrum: NDArray[np.complex64]) -> None:
        """Take the next frames as their spectra, ``[shape=(frames, bins)]``."""
        from mixassistant.features.timbre.spectral_kernels import mel_power

        target = self.power[self._done : self._done + spectrum.shape[0]]
        mel_power(spectrum[: target.shape[0]], *self._filters, target)
        self._done += target.shape[0]

    def strength(self, scale: float = 1.0) -> NDArray[np.float64]:
        """Return the onset strength of a signal `scale` times as large, ``[shape=(frames,)]``; the powers are gone afterwards."""
        self.push(np.zeros(N_FFT // 2, dtype=np.float32))
        levels, self.power = self.power, np.zeros((0, MELS), dtype=np.float32)
        levels *= np.float32(scale * scale)
        np.maximum(levels, np.float32(LOWEST_POWER), out=levels)
        np.log10(levels, out=levels)
        levels *= np.float32(10)
        np.maximum(levels, levels.max() - np.float32(RANGE_DB), out=levels)
        result = np.zeros(levels.shape[0])
        # A rise is counted at the frame after it, and half a frame's length later for the window's centre.
        delay = 1 + N_FFT // (2 * HOP)
        for start in range(0, levels.shape[0] - delay, 4096):
            piece = levels[start : min(start + 4097, levels.shape[0] - delay + 1)]
            rises = np.maximum(np.diff(piece, axis=0), 0).mean(axis=1)
            result[start + delay : start + delay + rises.size] = rises
        return result


@functools.lru_cache(maxsize=4)
def hann(size: int) -> NDArray[np.float32]:
    """Return a periodic Hann window, read-only."""
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)
    window.flags.writeable = False
    return window


def detect(strength: NDArray[np.float64], sample_rate_hz: int) -> NDArray[np.int64]:
    """Return the frames of onsets, each moved back to the local minimum of onset strength before it."""
    from mixassistant.features.timbre.kernels import pick_peaks

    curve = strength - strength.min()
    curve /= curve.max() + np.finfo(curve.dtype).tiny
    if not curve.any():
        return np.zeros(0, dtype=np.int64)
    found = np.zeros(curve.size, dtype=np.bool_)
    before, around = int(np.ceil(0.03 * sample_rate_hz // HOP)), int(np.ceil(0.1 * sample_rate_hz // HOP))
    pick_peaks(curve, before, 1, around, around + 1, 0.07, before, found)
    minima = np.flatnonzero((curve[1:-1] <= curve[:-2]) & (curve[1:-1] < curve[2:])) + 1
    minima = np.unique(np.concatenate([[0], minima]))
    return np.asarray(minima[np.searchsorted(minima, np.flatnonzero(found), side="right") - 1], dtype=np.int64)


def find_onsets(strength: NDArray[np.float64], curve: Curve, sample_rate_hz: int, start_margin: int) -> list[int]:
    """Return the samples at which attacks begin; ``[0]`` where there are none.

    Parameters
    ----------
    strength : np.ndarray [shape=(frames,)]
        Onset strength.
    curve : Curve
        Envelope.
    start_margin : int
        An attack that would begin before this sample begins at 0.
    """
    found: list[int] = []
    for frame in detect(strength, sample_rate_hz):
        sample = int(frame) * HOP
        if sample == 0:
            found.append(0)
        elif not found or sample + HOP - 1 < curve.length:
            found.append(_attack_start(curve, sample, sample_rate_hz, start_margin))
    found = list(dict.fromkeys(found[:1] + [onset for onset in found[1:] if onset]))
    if not found:
        return [0]
    if len(found) > 1:
        found = _out_of_noise(found, curve)
    separation = LEAST_SEPARATION_S * sample_rate_hz
    while len(found) > 1 and min(np.diff(found)) < separation:
        found = [found[0], *(b for a, b in itertools.pairwise(found) if abs(b - a) >= separation)]
    return _strong(found, strength) or [0]


def _attack_start(curve: Curve, onset: int, sample_rate_hz: int, start_margin: int) -> int:
    """Go back from an onset to where the envelope begins to rise, over dips that are too small to count."""
    from mixassistant.features.timbre.kernels import walk_back

    look_back, hysteresis = int(LOOK_BACK_S * sample_rate_hz), int(HYSTERESIS_S * sample_rate_hz)
    threshold = HYSTERESIS * curve.dynamic_range
    span = 2 * sample_rate_hz
    where = onset
    while True:
        start = max(where - span, 0)
        where, is_done = walk_back(curve.read(start, where + 1), start, where, look_back, hysteresis, threshold, start_margin)
        if is_done:
            return int(where)


def _out_of_noise(onsets: list[int], curve: Curve) -> list[int]:
    """Leave out onsets after which the envelope rises by less than a tenth of its range."""
    kept: list[int] = []
    end = curve.length
    for onset in reversed(onsets):
        peak, highest = first_maximum(curve, onset, end) if end - onset > 1 else (onset, 0.0)
        if peak > onset and highest - last_minimum(curve, onset, peak)[1] >= NOISE * curve.dynamic_range:
            kept.insert(0, onset)
            end = onset
    return kept


def _strong(onsets: list[int], strength: NDArray[np.float64]) -> list[int]:
    """Leave out onsets after which, up to the next, onset strength stays below 3 dB."""
    kept: list[int] = []
    end = strength.size
    for onset in reversed(onsets):
        if strength[onset // HOP : end].max() >= LEAST_STRENGTH:
            kept.insert(0, onset)
            end = onset // HOP
    return kept
