"""What sustains against what strikes: harmonic-percussive separation by median filtering."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.frames import FINE, Chunk, reduces
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import Representations

KERNEL = 31  # frames and bins, librosa's default


@reduces("harmonic_percussive", FINE)
def harmonic_percussive_frames(chunk: Chunk) -> NDArray[np.float32]:
    """Return energies of the harmonic and the percussive part under soft masks, ``[shape=(count, 4)]``.

    The first two are those of the frame's spectrum; the other two, percussive and then the rest, those of the 512 samples that begin
    at its centre, where the percussive part is brought back to samples.
    """
    import torch

    from mixassistant.features.hpss import harmonic_percussive
    from mixassistant.features.shape_kernels import take_percussive

    magnitude = chunk.magnitude.cpu().numpy()
    after = magnitude.shape[0] - chunk.before - chunk.count
    # What overlaps with the samples after a frame's centre: one frame before it and two after it.
    lead, trail = min(1, chunk.before), min(2, after)
    harmonic, percussive = harmonic_percussive(magnitude, KERNEL, chunk.before - lead, after - trail)
    energies = np.empty((chunk.count, 2), dtype=np.float32)
    spectrum = chunk.spectrum[chunk.before - lead : chunk.before + chunk.count + trail].cpu().numpy().copy()
    take_percussive(spectrum, harmonic, percussive, lead, energies)
    window = torch.hann_window(FINE.n_fft).numpy()
    waves = torch.fft.irfft(torch.from_numpy(spectrum), n=FINE.n_fft).numpy() * window
    struck = overlapped(waves.reshape(waves.shape[0], -1, FINE.hop), np.square(window).reshape(-1, FINE.hop), lead, chunk.count)
    begin = chunk.before * FINE.hop + FINE.n_fft // 2
    whole = chunk.wave[begin : begin + struck.size].cpu().numpy().reshape(struck.shape)
    own = [np.einsum("fs,fs->f", wave, wave) for wave in (struck, whole - struck)]
    return np.concatenate([energies, np.stack(own, axis=1)], axis=1)


def overlapped(waves: NDArray[np.float32], weight: NDArray[np.float32], lead: int, count: int) -> NDArray[np.float32]:
    """Add overlapping frames up, divided by the windows that they have passed, ``[shape=(count, hop)]``: from each frame's centre on.

    Parameters
    ----------
    waves : np.ndarray [shape=(frames, overlap, hop)], float32
        Frames behind the window, cut into hops; before the first and after the last there are none.
    weight : np.ndarray [shape=(overlap, hop)], float32
        The window's squares.
    lead : int
        Frames before the `count` ones.
    """
    overlap = waves.shape[1]
    added, weights = (np.zeros((count, waves.shape[2]), dtype=np.float32) for _ in range(2))
    for part in range(overlap):
        # A frame's middle hop begins at its centre: part by part, hops come from ever earlier frames.
        shift = lead + overlap // 2 - part
        first, last = max(-shift, 0), min(count, waves.shape[0] - shift)
        added[first:last] += waves[first + shift : last + shift, part]
        weights[first:last] += weight[part]
    return np.divide(added, weights, out=np.zeros_like(added), where=weights > 1e-30)


@extracts(
    Descriptor("hpr", "Harmonic to percussive", "dB", (-60, 60), 0.5, "Energy of what sustains over the energy of what strikes.",
               "Fitzgerald 2010", aliases=("hpr_db",), cost="medium",
               method="Wiener masks from running medians over 31 frames and 31 bins; active frames", least_s=0.2),
)  # fmt: skip
def harmonics(shared: Representations) -> dict[str, Measurement]:
    """Measure what sustains against what strikes."""
    if shared.is_silent:
        return {"hpr": SILENCE}
    harmonic, percussive = shared.frames("harmonic_percussive")[shared.active_frames(FINE), :2].sum(axis=0, dtype=np.float64)
    if harmonic <= 0 and percussive <= 0:
        return {"hpr": Measurement(None, "its channels cancel out in mono")}
    return {"hpr": Measurement(float(np.clip(10 * np.log10(max(harmonic, 1e-20) / max(percussive, 1e-20)), -60, 60)))}
