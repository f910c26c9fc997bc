"""The mono downmix at 44.1 kHz in steps of 256 samples (5.8 ms): energy and sign changes, from one pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import BLOCK
from mixassistant.features.frames import FINE, SPECTRAL_RATE_HZ
from mixassistant.features.representations import Representations

STEP = 256  # samples: half a hop of the fine frames
STEP_S = STEP / SPECTRAL_RATE_HZ


@dataclass(frozen=True, eq=False)
class Steps:
    """Per step: mean square, and sign changes.

    Parameters
    ----------
    power : np.ndarray [shape=(steps,)], float64
    crossings : np.ndarray [shape=(steps,)], int64
    """

    power: NDArray[np.float64]
    crossings: NDArray[np.int64]


def steps(shared: Representations) -> Steps:
    """Return energy and sign changes of every whole step (use through ``shared.once``)."""
    source = shared.spectral
    whole = source.length // STEP
    power, crossings = [np.zeros(0)], [np.zeros(0, np.int64)]
    for start in range(0, whole * STEP, BLOCK):
        end = min(start + BLOCK, whole * STEP)
        wave = source.read(start - 1, end)  # the sample before, for a change of sign between two blocks
        mono = wave[0] if wave.shape[0] == 1 else 0.5 * (wave[0] + wave[1])
        own = mono[1:] if start else mono
        negative = np.signbit(mono if start else np.concatenate([mono[:1], mono]))
        crossings.append(np.count_nonzero((negative[1:] != negative[:-1]).reshape(-1, STEP), axis=1))
        pieces = own.reshape(-1, STEP)
        power.append(np.einsum("sh,sh->s", pieces, pieces).astype(np.float64) / STEP)
    return Steps(np.concatenate(power), np.concatenate(crossings))


def zero_crossings(shared: Representations) -> NDArray[np.float64]:
    """Return the zero-crossing rate of each fine frame, sign changes per sample, ``[shape=(frames,)]``."""
    found = shared.once(steps)
    reach = FINE.n_fft // STEP // 2
    total = np.cumsum(np.concatenate([[0], np.pad(found.crossings, (reach, reach + FINE.hop // STEP))]))
    rates = (total[2 * reach :] - total[: -2 * reach])[:: FINE.hop // STEP] / FINE.n_fft
    return np.asarray(rates[: 1 + shared.spectral.length // FINE.hop])
