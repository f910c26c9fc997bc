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
    """Return the energy of the harmonic and of the percussive part under soft masks, ``[shape=(count, 2)]``."""
    from mixassistant.features.hpss import harmonic_percussive

    magnitude = chunk.magnitude.cpu().numpy()
    after = magnitude.shape[0] - chunk.before - chunk.count
    harmonic, percussive = harmonic_percussive(magnitude, KERNEL, chunk.before, after)
    energy = chunk.power.cpu().numpy()
    harmonic, percussive = np.square(harmonic), np.square(percussive)
    share = harmonic / np.maximum(harmonic + percussive, 1e-20)
    # Masks act on amplitudes: energies go with their squares.
    return np.stack([(energy * share**2).sum(axis=1), (energy * (1 - share) ** 2).sum(axis=1)], axis=1)


@extracts(
    Descriptor("hpr", "Harmonic to percussive", "dB", (-60, 60), 0.5, "Energy of what sustains over the energy of what strikes.",
               "Fitzgerald 2010", aliases=("hpr_db",), cost="medium",
               method="Wiener masks from running medians over 31 frames and 31 bins; active frames", least_s=0.2),
)  # fmt: skip
def harmonics(shared: Representations) -> dict[str, Measurement]:
    """Measure what sustains against what strikes."""
    if shared.is_silent:
        return {"hpr": SILENCE}
    harmonic, percussive = shared.frames("harmonic_percussive")[shared.active_frames(FINE)].sum(axis=0, dtype=np.float64)
    if harmonic <= 0 and percussive <= 0:
        return {"hpr": Measurement(None, "its channels cancel out in mono")}
    return {"hpr": Measurement(float(np.clip(10 * np.log10(max(harmonic, 1e-20) / max(percussive, 1e-20)), -60, 60)))}
