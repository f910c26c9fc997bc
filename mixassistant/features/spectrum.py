"""Spectrum: the long-term average spectrum (LTAS) in 1/3 octaves, its certainty, its tilt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.bands import CENTRES_HZ, COUNT
from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import FRAMES_PER_S, Representations

TYPICAL_RANGE_DB = 60.0  # below a band's loud frames: what is quieter is coding noise or digital silence
FLOOR_DB = -120.0  # relative to the stem's level: below it there is nothing (a low sample rate, digital silence)
TILT_HZ = (63.0, 12_500.0)  # range of the straight line: below and above, filters and formats rule
BLOCK_FRAMES = round(FRAMES_PER_S)  # about a second: blocks that short are still fairly independent


@extracts(
    Descriptor(
        "ltas",
        "Average spectrum",
        "dB",
        (-120, 0),
        0.5,
        "How its energy is spread over 1/3 octaves, relative to its own level.",
        "IEC 61260-1 bands of the mean power of active frames",
        shape="bands",
        least_s=0.2,
    ),
    Descriptor(
        "ltas_typical",
        "Typical spectrum",
        "dB",
        (-120, 0),
        0.5,
        "How its 1/3 octaves lie to each other at a typical moment: loud moments count no more than others.",
        "Mean level (not power) of active frames in IEC 61260-1 bands",
        shape="bands",
        method="Levels over 60 dB below the band's loud frames (95th percentile) count as that; a compressor moves all bands alike",
        least_s=0.2,
    ),
    Descriptor(
        "ltas_sem",
        "Uncertainty of the average spectrum",
        "dB",
        (0, 60),
        0.1,
        "How sure the average spectrum is, given how it changes over time.",
        "Standard error of the mean over 1 s blocks, widened by their autocorrelation",
        shape="bands",
    ),
    Descriptor(
        "tilt",
        "Spectral tilt",
        "dB/octave",
        (-40, 40),
        0.1,
        "How fast the spectrum falls toward the treble.",
        "Least squares over 63 Hz–12.5 kHz",
        least_s=0.2,
    ),
    Descriptor("activity", "Activity", "", (0, 1), 0.05, "Share of the time in which it plays.", "Frames within 40 dB of the loud ones"),
)
def spectrum(shared: Representations) -> dict[str, Measurement]:
    """Measure the average spectrum of the frames in which something plays."""
    if shared.is_silent:
        return dict.fromkeys(("ltas", "ltas_typical", "ltas_sem", "tilt", "activity"), SILENCE)
    power = shared.bands.total[:, shared.active]
    ltas = average(power)
    inside = (TILT_HZ[0] * 0.95 <= CENTRES_HZ) & (TILT_HZ[1] * 1.05 >= CENTRES_HZ) & (ltas > FLOOR_DB + 1)
    tilt = Measurement(None, "fewer than eight bands hold energy")
    if inside.sum() >= 8:
        tilt = Measurement(float(np.polyfit(np.log2(CENTRES_HZ[inside]), ltas[inside], 1)[0]))
    return {
        "ltas": Measurement(ltas),
        "ltas_typical": Measurement(_typical(power)),
        "ltas_sem": Measurement(_standard_error_db(power)),
        "tilt": tilt,
        "activity": Measurement(float(shared.active.mean())),
    }


def average(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean power of frames in each band relative to their sum, ``[shape=(31,)]`` in dB.

    Parameters
    ----------
    power : np.ndarray [shape=(31, frames)]
    """
    mean = power.mean(axis=1)
    return np.asarray(10 * np.log10(np.maximum(mean / mean.sum(), 10 ** (FLOOR_DB / 10))))


def _typical(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean level of each band relative to their power sum, ``[shape=(31,)]`` in dB."""
    floor = np.percentile(power, 95, axis=1, keepdims=True) * 10 ** (-TYPICAL_RANGE_DB / 10)
    level = np.log10(np.maximum(power, np.maximum(floor, 1e-20))).mean(axis=1)
    return np.asarray(np.maximum(10 * (level - np.log10((10**level).sum())), FLOOR_DB))


def _standard_error_db(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the standard error of each band's mean in dB (delta method on block means), ``[shape=(31,)]``."""
    count = power.shape[1] // BLOCK_FRAMES
    if count < 3:
        return np.full(COUNT, 3.0)  # dB: what 2 s of music are worth
    blocks = power[:, : count * BLOCK_FRAMES].reshape(COUNT, count, BLOCK_FRAMES).mean(axis=2)
    mean = np.maximum(blocks.mean(axis=1), 1e-20)
    gap = blocks - mean[:, None]
    variance = np.maximum((gap**2).mean(axis=1), 1e-30)
    # An autoregressive spread of neighbouring blocks (lag 1) widens the error of their mean by √((1+ρ)/(1−ρ)).
    rho = np.clip((gap[:, 1:] * gap[:, :-1]).mean(axis=1) / variance, 0.0, 0.9)
    relative = np.sqrt(variance / (count - 1) * (1 + rho) / (1 - rho)) / mean
    return np.asarray(np.clip(10 / np.log(10) * relative, 0.0, 20.0))
