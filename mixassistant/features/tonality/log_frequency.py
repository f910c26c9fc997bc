"""A spectrogram over pitch: three bins to the semitone, in tune with the music, about eleven frames a second.

Chords need both the bass note and the moment at which they change. Two windows serve: 0.37 s below the middle octave, where
semitones are few hertz apart, and half of that above. Bins lie on the tempered scale of the music's own tuning, so that a piece tuned to
432 Hz fills the same ones as one at 440 Hz.

References
----------
M. Mauch, S. Dixon, Approximate note transcription for the improved identification of difficult chords, ISMIR 2010 (log-frequency
spectrum, three bins to the semitone, tuned); J. Brown, Calculation of a constant Q spectral transform, JASA 89, 1991.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 11025
HOP = 1024  # samples at that rate
FRAMES_PER_S = RATE_HZ / HOP
PER_SEMITONE = 3
LOWEST_MIDI = 28  # E1, 41 Hz: the lowest string of a bass
SEMITONES = 72
BINS = SEMITONES * PER_SEMITONE
LONG, SHORT = 4096, 2048  # samples: windows
PADDED = 2  # transforms are this much longer than their windows: bins closer than their own need points between
CROSSOVER_MIDI = 64.0  # E4, 330 Hz: semitones are 20 Hz apart, twice what the short window tells apart
RANGE = 1e-4  # of the loud frames' strongest bin, −80 dB: what is quieter counts as that
LOUD = 0.9  # quantile over frames
_CHUNK = 512  # frames


def log_spectrum(
    wave: NDArray[np.float32], tuning_cents: float, margin: int = 0, tick: Callable[[], None] = lambda: None
) -> NDArray[np.float32]:
    """Return the natural logarithm of the magnitude of each bin, relative to the strongest of the loud frames.

    Parameters
    ----------
    wave : np.ndarray [shape=(samples,)], float32
        Mono, at 11 025 Hz.
    tuning_cents : float
        How far the music is tuned above 440 Hz.
    margin : int
        Semitones more on both sides (for training, which shifts them).
    tick : callable
        Called for every minute or so; it may raise.

    Returns
    -------
    np.ndarray [shape=(frames, bins)], float32
        Frame ``i`` is centred on sample ``i × 1024``; bin 0 is a third of a semitone below E1 (or below the margin), bin 1 is E1.
        At least −9.2 (−80 dB).
    """
    import torch

    frames = 1 + wave.size // HOP
    tables = [(size, torch.from_numpy(table), at) for size, table, at in _filters(round(tuning_cents, 1), margin)]
    found = np.empty((frames, (SEMITONES + 2 * margin) * PER_SEMITONE), np.float32)
    padded = np.pad(wave, (LONG // 2, LONG // 2 + HOP))
    for start in range(0, frames, _CHUNK):
        tick()
        count = min(_CHUNK, frames - start)
        piece = torch.from_numpy(padded[start * HOP : (start + count - 1) * HOP + LONG]).unfold(0, LONG, HOP)
        for size, table, at in tables:
            inner = piece[:, (LONG - size) // 2 : (LONG + size) // 2]
            window = torch.hann_window(size)
            spectrum = torch.fft.rfft(inner * (window * (2 / window.sum())), size * PADDED)[:, : table.shape[0]]
            power = spectrum.real.square() + spectrum.imag.square()
            found[start : start + count, at : at + table.shape[1]] = (power @ table).sqrt().numpy()
    loud = float(np.quantile(found.max(axis=1), LOUD))
    reference = max(loud, 1e-9)
    return np.log(np.maximum(found, RANGE * reference) / reference)


@functools.lru_cache(maxsize=8)
def _filters(tuning_cents: float, margin: int) -> tuple[tuple[int, NDArray[np.float32], int], ...]:
    """Return for either window its size, its triangles ``[shape=(points, bins)]`` of sum 1, and its first bin."""
    count = (SEMITONES + 2 * margin) * PER_SEMITONE
    midi = LOWEST_MIDI - margin + (np.arange(count) - 1) / PER_SEMITONE + tuning_cents / 100
    hz = 440.0 * 2 ** ((midi - 69) / 12)
    split = int(np.searchsorted(midi, CROSSOVER_MIDI))
    found = []
    for size, low, high in ((LONG, 0, split), (SHORT, split, count)):
        spacing = RATE_HZ / (size * PADDED)
        width = np.maximum(hz[low:high] * (2 ** (1 / (12 * PER_SEMITONE)) - 1), spacing)
        points = np.arange(int((hz[high - 1] + width[-1]) / spacing) + 2) * spacing
        table = np.maximum(1 - np.abs(points[:, None] - hz[None, low:high]) / width, 0.0)
        found.append((size, np.asarray(table / table.sum(axis=0), np.float32), low))
    return tuple(found)
