"""Peaks and dynamics: true peak, PLR, PSR, crest factor, dynamic spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.true_peak import true_peak
from mixassistant.features.descriptor import Descriptor, Measurement, extracts, scalar
from mixassistant.features.loudness import SILENCE, loudness
from mixassistant.features.representations import ACTIVE_RANGE_DB, LEVEL_WINDOW_S, Representations

LEVEL_QUANTILES = np.array([0.02, *np.arange(1, 20) / 20, 0.98])


def level_quantiles(power: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the quantiles of active 50 ms levels in dB over their mean power, ``[shape=(21,)]``.

    ``None`` when fewer than ten are active.

    Parameters
    ----------
    power : np.ndarray [shape=(frames,)]
        Mean squares of frames of 50 ms.
    """
    if not power.size or power.max() <= 1e-12:
        return None
    # Of a stem that plays for less than a twentieth of the song, the loud ones are silence.
    active = power[power >= max(float(np.quantile(power, 0.95)) * 10 ** (-ACTIVE_RANGE_DB / 10), 1e-12)]
    if active.size < 10:
        return None
    return np.asarray(10 * np.log10(np.quantile(active, LEVEL_QUANTILES) / active.mean()))


def spread_of_levels(levels_db: NDArray[np.float64], hop_s: float) -> float | None:
    """Return the dynamic spread of a level envelope: 95th minus 25th percentile of active 50 ms levels, in dB.

    ``None`` when fewer than ten frames are active.
    """
    group = max(1, round(LEVEL_WINDOW_S / hop_s))
    count = levels_db.size // group
    power = (10 ** (levels_db[: count * group] / 10)).reshape(count, group).mean(axis=1)
    return _spread(power)


def _spread(power: NDArray[np.float64]) -> float | None:
    if not power.size or power.max() <= 1e-12:
        return None
    levels = 10 * np.log10(np.maximum(power, 1e-12))
    active = levels[levels >= np.quantile(levels, 0.95) - ACTIVE_RANGE_DB]
    if active.size < 10:
        return None
    low, high = np.quantile(active, [0.25, 0.95])
    return float(high - low)


@extracts(
    Descriptor(
        "true_peak",
        "True peak",
        "dBTP",
        (-120, 20),
        0.1,
        "The highest level that a converter reconstructs.",
        "ITU-R BS.1770-5 annex 2",
        level="gain",
        method="4 × oversampled below 80 kHz, 2 × below 160 kHz",
    ),
    Descriptor(
        "plr",
        "Peak to loudness",
        "LU",
        (-10, 60),
        0.5,
        "True peak over integrated loudness: how much headroom its punch takes.",
        "AES TD1008",
        method="True peak minus integrated loudness",
    ),
    Descriptor(
        "psr",
        "Peak to short-term loudness",
        "LU",
        (-10, 60),
        0.5,
        "True peak over the loudest 3 s: low when a limiter works hard.",
        "AES TD1008",
        method="True peak minus the highest short-term loudness",
    ),
)
def true_peaks(shared: Representations) -> dict[str, Measurement]:
    """Measure the true peak, and how far it stands over the loudness."""
    if shared.is_silent:
        return dict.fromkeys(("true_peak", "plr", "psr"), SILENCE)
    peak_db = 20 * float(np.log10(true_peak(shared.audio, shared.sample_peak)))
    loud = shared.once(loudness)
    return {
        "true_peak": Measurement(peak_db),
        "plr": _above(peak_db, scalar(loud, "lufs"), loud["lufs"].reason),
        "psr": _above(peak_db, scalar(loud, "short_term_max"), loud["short_term_max"].reason),
    }


@extracts(
    Descriptor(
        "sample_peak",
        "Sample peak",
        "dBFS",
        (-120, 20),
        0.1,
        "The highest sample.",
        "AES17",
        level="gain",
        aliases=("peak_amplitude",),
        method="At the file's own rate, both channels",
    ),
    Descriptor(
        "crest",
        "Crest factor",
        "dB",
        (0, 80),
        0.5,
        "Peak over RMS level of what plays.",
        "AES17",
        method="Sample peak over the mean of active 50 ms frames",
    ),
    Descriptor(
        "dynamic_spread",
        "Dynamic spread",
        "dB",
        (0, 40),
        0.5,
        "How far its loud and its usual 50 ms levels lie apart while it plays.",
        "P95 − P25 of active 50 ms RMS levels (ours)",
    ),
    Descriptor(
        "level_quantiles",
        "Distribution of levels",
        "dB",
        (-80, 40),
        0.5,
        "How often it is how loud: its 50 ms levels while it plays, from the quiet ones to the loud ones.",
        "Quantiles of active 50 ms RMS levels over their mean power (ours)",
        shape="vector",
        labels=tuple(f"{100 * q:.0f} %" for q in LEVEL_QUANTILES),
    ),
    Descriptor(
        "level_curve",
        "Level over time",
        "dBFS",
        (-120, 20),
        0.5,
        "How loud it is from moment to moment: two versions of one take can be held against each other by it.",
        "RMS over both channels, AES17 without weighting",
        shape="curve",
        scopes=("stem",),
        hop_s=LEVEL_WINDOW_S,
        level="gain",
        method="Frames of 50 ms that do not overlap; silence is told as −120 dBFS",
    ),
)
def dynamics(shared: Representations) -> dict[str, Measurement]:
    """Measure what the samples and their levels say of dynamics."""
    if shared.is_silent:
        return dict.fromkeys(("sample_peak", "crest", "dynamic_spread", "level_quantiles", "level_curve"), SILENCE)
    sample_db = 20 * float(np.log10(shared.sample_peak))
    power = shared.level_frames
    active = power[power >= np.quantile(power, 0.95) * 10 ** (-ACTIVE_RANGE_DB / 10)]
    spread, quantiles = _spread(power), level_quantiles(power)
    brief = Measurement(None, "plays for less than half a second")
    return {
        "sample_peak": Measurement(sample_db),
        "crest": Measurement(max(sample_db - 10 * float(np.log10(active.mean())), 0.0)),
        "dynamic_spread": Measurement(spread) if spread is not None else brief,
        "level_quantiles": Measurement(quantiles) if quantiles is not None else brief,
        "level_curve": Measurement(np.round(10 * np.log10(np.maximum(power, 1e-12)), 2)) if power.size else brief,
    }


def _above(peak_db: float, loudness_lufs: float | None, reason: str) -> Measurement:
    return Measurement(peak_db - loudness_lufs) if loudness_lufs is not None else Measurement(None, reason)
