"""The compressor: feed-forward, log domain, soft knee, stereo-linked.

Its detector, static curve and ballistics run at a control rate of one value every 0.7 ms, on the level envelope alone, and
only the gain that comes out is brought up to the sample rate. So a search over parameters can work on the envelope and sees
exactly the gain that rendering will apply.

Conventions: levels are RMS relative to full scale ±1, so a full-scale sine is at −3.01 dBFS; gain reduction is a positive
number of dB.

References
----------
D. Giannoulis, M. Massberg, J. D. Reiss, Digital Dynamic Range Compressor Design: A Tutorial and Analysis, JAES 60(6), 2012:
the soft knee is their equation 4, the ballistics the smooth branching form of section 3.4, on the gain in dB.
"""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.storage import blank
from mixassistant.processing.moves import Compression

Levels = NDArray[np.float64]

CONTROL_HOP_S = 0.0007
DETECTOR_S = 0.005  # RMS window: shorter ones follow the wave of a bass note, longer ones miss drums
FLOOR_DB = -120.0
ACTIVE_RANGE_DB = 40.0  # below the loud frames
LOUD_QUANTILE = 0.95
BLOCK = 1 << 19  # samples at once when the gain is applied, and frames when it is smoothed


def level_frames_db(audio: Audio) -> tuple[Levels, float]:
    """Return the level envelope of audio at the control rate, and seconds between its frames.

    Returns
    -------
    levels_db : np.ndarray [shape=(frames,)]
        RMS over both channels of frames that do not overlap, in dBFS, −120 at least.
    hop_s : float
    """
    hop = _hop(audio.sample_rate_hz)
    frames = -(-audio.length // hop)
    power = np.zeros(frames)
    whole = audio.length // hop
    for channel in audio.samples:
        # einsum squares and sums in one pass, in float64, without a float64 copy of a whole song.
        body = channel[: whole * hop].reshape(whole, hop)
        for start in range(0, whole, BLOCK // hop):
            part = body[start : start + BLOCK // hop].astype(np.float64)
            power[start : start + len(part)] += np.einsum("ij,ij->i", part, part) / hop
        if frames > whole:
            tail = channel[whole * hop :].astype(np.float64)
            power[-1] += float(tail @ tail) / len(tail)
    return _decibels(power / audio.channels), hop / audio.sample_rate_hz


def static_curve_db(level_db: ArrayLike, threshold_db: float, ratio: float, knee_db: float) -> Levels:
    """Return the output level of a steady input level, both in dB.

    ``y = x`` below the knee, ``T + (x − T)/R`` above it, and ``y = x + (1/R − 1)(x − T + W/2)² / (2W)`` inside.

    Raises
    ------
    ValueError
        The ratio is below 1 or the knee is negative.
    """
    if ratio < 1 or knee_db < 0:
        raise ValueError(f"a compressor needs a ratio of at least 1 and a knee of at least 0 dB, not {ratio} and {knee_db}")
    level = np.asarray(level_db, dtype=np.float64)
    slope = 1 / ratio - 1
    over = level - threshold_db
    if knee_db == 0:
        return level + slope * np.maximum(over, 0)
    # Into the knee, then out of it along the line that it ends on: one expression for all three parts.
    inside = np.clip(over + knee_db / 2, 0, knee_db)
    return level + slope * (inside**2 / (2 * knee_db) + np.maximum(over - knee_db / 2, 0))


def reduction_curve(level_db_frames: ArrayLike, compression: Compression, hop_s: float) -> Levels:
    """Return the gain reduction over time, ``[shape=(frames,)]`` in dB (positive), without make-up gain.

    Parameters
    ----------
    level_db_frames : array-like [shape=(frames,)]
        Level envelope in dBFS, as `level_frames_db` gives it.
    compression : Compression
    hop_s : float
        Seconds between frames.
    """
    levels = np.asarray(level_db_frames, dtype=np.float64)
    if compression.ratio == 1 or not levels.size:
        return np.zeros(levels.shape)
    detected = detected_levels(levels, hop_s)
    wanted = detected - static_curve_db(detected, compression.threshold_db, compression.ratio, compression.knee_db)
    return _smooth(wanted, compression.attack_s, compression.release_s, hop_s)


def mean_reduction_db(level_db_frames: ArrayLike, compression: Compression, hop_s: float) -> float:
    """Return the mean gain reduction in dB over active frames: those within 40 dB of the loud ones.

    0 where nothing is active.
    """
    levels = np.asarray(level_db_frames, dtype=np.float64)
    active = is_active(levels, hop_s)
    if not active.any():
        return 0.0
    return float(reduction_curve(levels, compression, hop_s)[active].mean())


def compress(audio: Audio, compression: Compression) -> Audio:
    """Return compressed audio of the same shape, make-up gain included."""
    if compression.ratio == 1 and compression.makeup_db == 0:
        return audio
    levels, hop_s = level_frames_db(audio)
    gain_db = compression.makeup_db - reduction_curve(levels, compression, hop_s)
    hop = _hop(audio.sample_rate_hz)
    centres = (np.arange(len(gain_db)) + 0.5) * hop
    samples = blank(audio.channels, audio.length)
    for start in range(0, audio.length, BLOCK):
        end = min(start + BLOCK, audio.length)
        gain = np.interp(np.arange(start, end) + 0.5, centres, gain_db).astype(np.float32)
        samples[:, start:end] = audio.samples[:, start:end] * np.power(np.float32(10), gain / np.float32(20))
    return Audio(samples, audio.sample_rate_hz)


def _hop(sample_rate_hz: int) -> int:
    return max(1, round(CONTROL_HOP_S * sample_rate_hz))


def _decibels(power: Levels) -> Levels:
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10))), dtype=np.float64)


def detected_levels(levels_db: Levels, hop_s: float) -> Levels:
    """Return the RMS level in dBFS over the detector's window, which ends at each frame, ``[shape=(frames,)]``."""
    window = max(1, round(DETECTOR_S / hop_s))
    total = np.cumsum(np.concatenate([np.zeros(window), 10 ** (levels_db / 10)]))
    return _decibels((total[window:] - total[:-window]) / window)


def is_active(levels_db: Levels, hop_s: float) -> NDArray[np.bool_]:
    """Return the frames in which something plays: within 40 dB of the loud ones, ``[shape=(frames,)]``."""
    if not levels_db.size:
        return np.zeros(0, dtype=np.bool_)
    detected = detected_levels(levels_db, hop_s)
    heard = detected[detected > FLOOR_DB + 1]
    if not heard.size:
        return np.zeros(levels_db.shape, dtype=np.bool_)
    return np.asarray(detected >= np.quantile(heard, LOUD_QUANTILE) - ACTIVE_RANGE_DB) & (detected > FLOOR_DB + 1)


def _smooth(wanted_db: Levels, attack_s: float, release_s: float, hop_s: float) -> Levels:
    """Follow the wanted gain reduction with the attack's time constant upwards and the release's downwards."""
    rise = 1 - exp(-hop_s / attack_s) if attack_s > 0 else 1.0
    fall = 1 - exp(-hop_s / release_s) if release_s > 0 else 1.0
    state = 0.0
    followed = np.empty(wanted_db.size)
    # Each step depends on the sign of the one before, so it cannot be vectorised; 300,000 frames of a song take 25 ms. Numbers of
    # Python's own are four times as large as those of an array: they are made some at a time.
    for start in range(0, wanted_db.size, BLOCK):
        smoothed = []
        for wanted in wanted_db[start : start + BLOCK].tolist():
            step = wanted - state
            state += (rise if step > 0 else fall) * step
            smoothed.append(state)
        followed[start : start + BLOCK] = smoothed
    return followed
