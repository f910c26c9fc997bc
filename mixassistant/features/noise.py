"""What lies at the edges of the sound: the noise floor in its pauses, and the frequency above which nothing is left."""

from __future__ import annotations

import numpy as np

from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.frames import SPECTRAL_RATE_HZ
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import N_FFT, Representations, loud_enough

DIGITAL_SILENCE = 1e-12  # mean square, −120 dBFS: below the noise of 20 bits nothing was recorded
QUIET_PERCENTILE = 2.0
PAUSE_DB = 25.0  # below the usual level: what is louder than that is music, not a pause
BANDWIDTH_RANGE_DB = 90.0  # below the strongest part of the spectrum: beyond lie dither and the stop bands of codecs
SMOOTH_OCTAVES = 1 / 12


@extracts(
    Descriptor("noise_floor", "Noise floor", "dBFS", (-120, 0), 1.0, "Level of what is left in its pauses.",
               "2nd percentile of 50 ms levels", level="gain",
               method="Digital silence left out; only where it is 25 dB below the median level"),
    Descriptor("bandwidth", "Bandwidth", "Hz", (0, SPECTRAL_RATE_HZ / 2), 250.0, "The frequency above which nothing is left.",
               "Spectrum 90 dB below its strongest 1/12 octave",
               method="Highest 1/12 octave of the loudest second of each bin within 90 dB"),
)  # fmt: skip
def noise(shared: Representations) -> dict[str, Measurement]:
    """Measure the noise floor and the bandwidth."""
    if shared.is_silent:
        return {"noise_floor": SILENCE, "bandwidth": SILENCE}
    power = shared.level_frames
    recorded = power[power > DIGITAL_SILENCE]
    floor = Measurement(None, "there is no pause to hear it in")
    if recorded.size >= 20:
        quiet, usual = np.percentile(recorded, QUIET_PERCENTILE), np.median(recorded[loud_enough(recorded, DIGITAL_SILENCE)])
        if quiet < usual * 10 ** (-PAUSE_DB / 10):
            floor = Measurement(float(10 * np.log10(quiet)))
    return {"noise_floor": floor, "bandwidth": Measurement(_bandwidth(shared.bands.seconds))}


def _bandwidth(seconds: np.ndarray) -> float:
    """Return the highest frequency at which anything is left, in Hz."""
    loudest = seconds.max(axis=0).astype(np.float64)
    total = np.cumsum(np.concatenate([[0.0], loudest]))
    centre = np.arange(loudest.size)
    low = np.maximum(np.floor(centre * 2 ** (-SMOOTH_OCTAVES / 2)), 0).astype(int)
    high = np.minimum(np.ceil(centre * 2 ** (SMOOTH_OCTAVES / 2)) + 1, loudest.size).astype(int)
    smooth = (total[high] - total[low]) / (high - low)
    there = np.flatnonzero(smooth >= smooth.max() * 10 ** (-BANDWIDTH_RANGE_DB / 10))
    return float(there[-1] * SPECTRAL_RATE_HZ / N_FFT)
