"""Peaks and dynamics: true peak, PLR, PSR, crest factor, dynamic spread."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.features.descriptor import Descriptor, Measurement, extracts, scalar
from mixassistant.features.loudness import SILENCE, loudness
from mixassistant.features.representations import ACTIVE_RANGE_DB, LEVEL_WINDOW_S, Representations

TAPS = 12  # on each side of a point between samples; BS.1770-5 annex 2 has 6
OVERSHOOT = 0.5  # a true peak lies at most 6 dB above its neighbouring samples in programme material
BLOCK = 1024  # samples looked at together


@functools.cache
def _oversampler(factor: int) -> NDArray[np.float32]:
    """Return the oversampling filter, a Kaiser-windowed sinc, ``[shape=(2 × TAPS × factor + 1,)]``."""
    x = np.arange(-TAPS * factor, TAPS * factor + 1) / factor
    window = np.i0(7.0 * np.sqrt(np.clip(1 - (x / TAPS) ** 2, 0, None))) / np.i0(7.0)
    return np.asarray(np.sinc(x) * window, dtype=np.float32)


def true_peak(audio: Audio) -> float:
    """Return the largest absolute value of the signal between the samples too (BS.1770-5 annex 2), 1 is full scale.

    Oversampled 4 × below 80 kHz, 2 × below 160 kHz. Only blocks that can hold the peak are oversampled.
    """
    from scipy.signal import upfirdn

    peak = float(np.abs(audio.samples).max(initial=0.0))
    factor = 4 if audio.sample_rate_hz < 80_000 else 2 if audio.sample_rate_hz < 160_000 else 1
    if factor == 1 or peak == 0.0:
        return peak
    blocks = -(-audio.length // BLOCK)
    for channel in audio.samples:
        padded = np.pad(channel, (TAPS, blocks * BLOCK - audio.length + TAPS))
        tops = np.abs(padded[TAPS : TAPS + blocks * BLOCK].reshape(blocks, BLOCK)).max(axis=1)
        candidates = np.flatnonzero(tops >= OVERSHOOT * peak)
        windows = np.lib.stride_tricks.sliding_window_view(padded, BLOCK + 2 * TAPS)[::BLOCK]
        for start in range(0, candidates.size, 256):
            fine = upfirdn(_oversampler(factor), windows[candidates[start : start + 256]], up=factor, axis=1)
            # Inside the block the filter sees TAPS samples on both sides; at the window's ends it does not.
            inside = fine[:, 2 * TAPS * factor : (BLOCK + 2 * TAPS) * factor]
            peak = max(peak, float(inside.max()), float(-inside.min()))
    return peak


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
        "true_peak", "True peak", "dBTP", (-120, 20), 0.1, "The highest level that a converter reconstructs.", "ITU-R BS.1770-5 annex 2"
    ),
    Descriptor("sample_peak", "Sample peak", "dBFS", (-120, 20), 0.1, "The highest sample.", "AES17"),
    Descriptor(
        "plr",
        "Peak to loudness",
        "LU",
        (-10, 60),
        0.5,
        "True peak over integrated loudness: how much headroom its punch takes.",
        "AES TD1008",
    ),
    Descriptor(
        "psr",
        "Peak to short-term loudness",
        "LU",
        (-10, 60),
        0.5,
        "True peak over the loudest 3 s: low when a limiter works hard.",
        "AES TD1008",
    ),
    Descriptor("crest", "Crest factor", "dB", (0, 80), 0.5, "Peak over RMS level of what plays.", "AES17"),
    Descriptor(
        "dynamic_spread",
        "Dynamic spread",
        "dB",
        (0, 40),
        0.5,
        "How far its loud and its usual 50 ms levels lie apart while it plays.",
        "P95 − P25 of active 50 ms RMS levels (ours)",
    ),
)
def dynamics(shared: Representations) -> dict[str, Measurement]:
    """Measure peaks and dynamics."""
    if shared.is_silent:
        return dict.fromkeys(("true_peak", "sample_peak", "plr", "psr", "crest", "dynamic_spread"), SILENCE)
    peak_db = 20 * np.log10(true_peak(shared.audio))
    sample_db = 20 * np.log10(shared.sample_peak)
    loud = loudness(shared)
    power = shared.level_frames
    active = power[power >= np.quantile(power, 0.95) * 10 ** (-ACTIVE_RANGE_DB / 10)]
    spread = _spread(power)
    return {
        "true_peak": Measurement(float(peak_db)),
        "sample_peak": Measurement(float(sample_db)),
        "plr": _above(float(peak_db), scalar(loud, "lufs"), loud["lufs"].reason),
        "psr": _above(float(peak_db), scalar(loud, "short_term_max"), loud["short_term_max"].reason),
        "crest": Measurement(float(max(sample_db - 10 * np.log10(active.mean()), 0.0))),
        "dynamic_spread": Measurement(spread) if spread is not None else Measurement(None, "plays for less than half a second"),
    }


def _above(peak_db: float, loudness_lufs: float | None, reason: str) -> Measurement:
    return Measurement(peak_db - loudness_lufs) if loudness_lufs is not None else Measurement(None, reason)
