"""Resonances: narrow peaks that stand over the smooth spectrum for most of the time, whatever is played.

A note is a narrow peak too, but it comes and goes. A resonance of a room, a body or a filter rings whenever anything plays.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.frames import SPECTRAL_RATE_HZ
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import N_FFT, Representations, loud_enough

PER_OCTAVE = 24
LOWEST_HZ, HIGHEST_HZ = 80.0, 12_000.0  # below, single notes and the resolution rule; above, nobody places a notch
PROMINENCE_DB = 8.0  # over the median of the octave around it
PERSISTENCE = 0.9  # share of the seconds that play in which it stands out
STANDS_OUT_DB = 3.0
MOST = 8
SOME = 256  # spectra together
SHORTEST_S = 8  # seconds that play: in less a chord can look like a resonance


@functools.cache
def fine_centres_hz() -> NDArray[np.float64]:
    """Return the centres of the 1/24-octave bands in Hz."""
    count = int(np.floor(np.log2(HIGHEST_HZ / LOWEST_HZ) * PER_OCTAVE)) + 1
    centres: NDArray[np.float64] = LOWEST_HZ * 2 ** (np.arange(count) / PER_OCTAVE)
    centres.flags.writeable = False
    return centres


def fine_levels(spectra: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the mean power per bin of each 1/24 octave in dB, ``[shape=(spectra, bands)]``."""
    width = SPECTRAL_RATE_HZ / N_FFT
    half = 2 ** (0.5 / PER_OCTAVE)
    total = np.concatenate([np.zeros((spectra.shape[0], 1)), np.cumsum(spectra, axis=1, dtype=np.float64)], axis=1)
    low = np.floor(fine_centres_hz() / half / width).astype(int)
    high = np.maximum(np.ceil(fine_centres_hz() * half / width).astype(int), low + 1)
    return np.asarray(10 * np.log10(np.maximum((total[:, high] - total[:, low]) / (high - low), 1e-18)))


def _standing_out(spectra: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the share of spectra in which each 1/24 octave stands out, ``[shape=(bands,)]``; some at a time, since they are large."""
    counts = [
        (_over_envelope(fine_levels(spectra[start : start + SOME])) >= STANDS_OUT_DB).sum(axis=0) for start in range(0, len(spectra), SOME)
    ]
    return np.asarray(np.sum(counts, axis=0) / len(spectra))


@extracts(
    Descriptor("resonances", "Resonances", "Hz", (LOWEST_HZ, HIGHEST_HZ), 5.0, "Frequencies that ring whatever is played.",
               "Peaks over the median of the octave around them that last", shape="vector",
               method="1/24 octaves; 8 dB over the median in the mean spectrum, 3 dB in at least 90 % of the seconds; strongest first"),
    Descriptor("resonance_levels", "Resonances, prominence", "dB", (0, 80), 0.5, "How far each resonance stands out.",
               "Level over the median of the octave around it", shape="vector", method="In the order of the resonances"),
)  # fmt: skip
def resonances(shared: Representations) -> dict[str, Measurement]:
    """Look for resonances."""
    if shared.is_silent:
        return {"resonances": SILENCE, "resonance_levels": SILENCE}
    seconds = shared.bands.seconds
    playing = seconds[loud_enough(seconds.sum(axis=1, dtype=np.float64), 1e-12)]
    if playing.shape[0] < SHORTEST_S:
        short = Measurement(None, f"plays for less than {SHORTEST_S} s")
        return {"resonances": short, "resonance_levels": short}
    over = _over_envelope(fine_levels(shared.mean_spectrum[None]))[0]
    lasting = _standing_out(playing)
    inner = slice(1, -1)
    peaks = 1 + np.flatnonzero(
        (over[inner] >= over[:-2]) & (over[inner] > over[2:]) & (over[inner] >= PROMINENCE_DB) & (lasting[inner] >= PERSISTENCE)
    )
    strongest = peaks[np.argsort(-over[peaks], kind="stable")][:MOST]
    return {
        "resonances": Measurement(fine_centres_hz()[strongest].round(1)),
        "resonance_levels": Measurement(over[strongest].round(2)),
    }


def _over_envelope(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each band stands over the median of the octave around it, in dB."""
    from scipy.ndimage import median_filter

    return np.asarray(levels - median_filter(levels, size=(1, PER_OCTAVE + 1), mode="nearest"))
