"""Whether truth and sound agree: clicks to listen to, and the distance of onsets in the sound from the beats."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HOP = 64  # samples, 1.5 ms
NEAR_S = 0.05


@dataclass(frozen=True)
class OnsetErrors:
    """How far the strongest onset near a beat lies from it, in seconds: over beats that have one, their share, median and middle 80 %."""

    share: float
    median_s: float
    low_s: float
    high_s: float


def _read(path: Path) -> tuple[NDArray[np.float64], int]:
    import soundfile

    sound, rate = soundfile.read(path, always_2d=True)
    return sound, rate


def add_clicks(path: Path) -> Path:
    """Write a song with clicks on its beats, higher ones on first beats, beside it; return where."""
    import soundfile

    sound, rate = _read(path)
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    t = np.arange(round(0.03 * rate)) / rate
    for time, place in truth["beats"]:
        click = 0.5 * np.sin(2 * np.pi * (2000 if place == 1 else 1200) * t) * np.exp(-t / 0.006)
        start = round(time * rate)
        piece = sound[start : start + t.size]
        piece += click[: piece.shape[0], None]
    target = path.with_name(path.stem + "-clicks.flac")
    soundfile.write(target, np.clip(sound, -1, 1), rate)
    return target


def onset_strength(sound: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Return the rise of the log energy from hop to hop above 60 Hz, one value per `HOP` samples; a rise at sample n peaks at n / HOP."""
    from scipy.signal import butter, sosfilt

    mono = sosfilt(butter(2, 60, "highpass", fs=rate, output="sos"), sound.mean(axis=1))
    power = (mono[: mono.size // HOP * HOP].reshape(-1, HOP) ** 2).mean(axis=1)
    window = 4
    after = np.array([power[i : i + window].mean() for i in range(power.size)])
    before = np.concatenate([np.full(window, 1e-12), after[:-window]])
    return np.asarray(np.maximum(0, np.log(after + 1e-7) - np.log(before + 1e-7)))


def onset_errors(path: Path) -> OnsetErrors:
    """Return how far onsets lie from beats; beats without a clear rise nearby are left out."""
    sound, rate = _read(path)
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    strength = onset_strength(sound, rate)
    reach = round(NEAR_S * rate / HOP)
    errors = []
    for time, _ in truth["beats"]:
        centre = round(time * rate / HOP)
        near = strength[max(0, centre - reach) : centre + reach + 1]
        if near.size and near.max() > 1.5:
            errors.append((max(0, centre - reach) + int(np.argmax(near))) * HOP / rate - time)
    if not errors:
        return OnsetErrors(0.0, float("nan"), float("nan"), float("nan"))
    low, middle, high = np.quantile(errors, [0.1, 0.5, 0.9])
    return OnsetErrors(len(errors) / len(truth["beats"]), float(middle), float(low), float(high))
