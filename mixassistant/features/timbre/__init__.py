"""The eight timbral models of the Audio Commons project: how listeners would score a sound.

A port of timbral_models 0.4 by A. Pearce, T. Brookes and R. Mason, Institute of Sound Recording, University of Surrey (Apache-2.0, see
NOTICE in this folder); regressions on listening tests, so that scores mostly lie between 0 and 100 without being bound to. Everything
several models need is computed once, and in pieces, so that memory stays small however long the sound is.
"""

from __future__ import annotations

import concurrent.futures
import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.crew import Crew, Stopped
from mixassistant.features.timbre.signal import Signal, Undefined, normalised, upsampled
from mixassistant.progress import Progress, silent

MODELS = ("brightness", "roughness", "hardness", "depth", "booming", "reverberation", "sharpness", "warmth")
IDS = (*MODELS, "reverberation_probability", "rt60_blind")
_WORKERS = 2  # more would hold more memory at once


def timbre(
    mono: NDArray[np.float32],
    sample_rate_hz: int,
    loudness_lufs: float | None = None,
    channels: Sequence[NDArray[np.float32]] = (),
    progress: Progress = silent,
    crew: Crew | None = None,
    percussive: float | None = None,
) -> dict[str, float | str]:
    """Score the timbre of a sound.

    Parameters
    ----------
    mono : np.ndarray [shape=(samples,)], float32
        The sum of the channels; its level does not matter, unless it is peaky or parts of it lie below the gate of −70 LUFS: the sound
        is turned up or down to −24 LUFS, but not beyond full scale.
    sample_rate_hz : int
        Below 44 100, the sound is brought there; the models expect full bandwidth.
    loudness_lufs : float, optional
        Integrated loudness of `mono` as a single channel (BS.1770), where it is known. Measured, as pyloudnorm does, where it is not.
    channels : sequence of np.ndarray, optional
        The channels themselves, for reverberation, which is the mean over them; `mono` where there are none.
    progress : Progress
    crew : Crew, optional
        The threads that do it, where the caller is one of them; `progress` is not called then. Without it there are two of its own.
    percussive : float, optional
        Share of the percussive part (see `hardness.percussive_share`), where it is known.

    Returns
    -------
    dict of str to (float or str)
        For each of `IDS` its value, or why there is none. `rt60_blind` is in s (0.2 to 1.1), `reverberation_probability` lies between
        0 and 1, and `reverberation` is 0 or 1: whether that is at least one half. The others are scores.

    Raises
    ------
    Cancelled
        By `progress`.
    """
    mono = np.ascontiguousarray(mono, dtype=np.float32)
    try:
        signal = normalised(mono, sample_rate_hz, loudness_lufs)
    except Undefined as reason:
        return dict.fromkeys(IDS, str(reason))
    channels = [upsampled(np.ascontiguousarray(c), sample_rate_hz)[0] for c in channels]
    with nullcontext(crew) if crew is not None else Crew(workers()) as members:
        signal = replace(signal, stop=members.stopped)
        return _scores(signal, members, channels, percussive, lambda share: progress("Measuring timbre", share))


def workers() -> int:
    """Return how many threads measure a single sound: no more than torch may use."""
    import torch

    return min(_WORKERS, torch.get_num_threads())


def _scores(
    signal: Signal,
    crew: Crew,
    channels: list[NDArray[np.float32]],
    percussive: float | None,
    report: Callable[[float], None],
) -> dict[str, float | str]:
    from mixassistant.features.timbre import filtered, hardness, loudness_models, reverberation, roughness, warmth, zwicker
    from mixassistant.features.timbre.envelope import Envelope

    start = crew.start
    peak = signal.gain * max(float(signal.samples.max()), -float(signal.samples.min()))
    behind_filters = start(filtered.filtered, signal)
    widths = start(hardness.bandwidths, signal)
    parts = start(hardness.percussive_parts, signal) if percussive is None else start(hardness.parts_with, percussive, signal)
    loudness = start(zwicker.loudness, signal)
    envelope = start(Envelope, signal, peak, 0.1)
    delayed = start(hardness.delayed_strength, signal)
    wanted = {
        "roughness": start(roughness.roughness, signal),
        "warmth": start(warmth.warmth, signal, loudness, parts, envelope),
        "hardness": start(hardness.hardness, signal, loudness, parts, widths, delayed, envelope),
        "depth": start(filtered.depth, behind_filters, signal),
        "rt60_blind": start(reverberation.mean_rt60, channels or [signal.samples], signal.sample_rate_hz),
        "brightness": start(filtered.brightness, behind_filters),
        "booming": start(loudness_models.booming, loudness),
        "sharpness": start(loudness_models.sharpness, loudness),
    }
    crew.finish(wanted.values(), report)
    found = {name: _answer(future) for name, future in wanted.items()}
    time = found["rt60_blind"]
    if isinstance(time, str):
        found |= {"reverberation": time, "reverberation_probability": time}
    else:
        probability = reverberation.probability(time)
        found |= {"reverberation": float(probability >= 0.5), "reverberation_probability": probability}
    return {name: found[name] for name in IDS}


def _answer(future: concurrent.futures.Future[float]) -> float | str:
    try:
        value = float(future.result())
    except Undefined as reason:
        return str(reason)
    return value if math.isfinite(value) else "not a number for this sound"


__all__ = ["IDS", "MODELS", "Stopped", "timbre"]
