"""What tonality reads of the mono downmix at 11 025 Hz, from one conversion: the constant-Q transform and the spectrogram over pitch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.resample import converted
from mixassistant.audio.source import blocks_of
from mixassistant.audio.storage import gathered
from mixassistant.features.representations import Representations
from mixassistant.features.tonality import cqt, hpcp
from mixassistant.features.tonality.log_frequency import RATE_HZ, log_spectrum

assert RATE_HZ == cqt.TOP_RATE_HZ


@dataclass(frozen=True, eq=False)
class Spectra:
    """Both spectra of a piece.

    Parameters
    ----------
    constant_q : ConstantQ
    log : np.ndarray [shape=(frames, bins)], float32
        As `mixassistant.features.tonality.log_frequency.log_spectrum` returns it, in the piece's own tuning.
    """

    constant_q: cqt.ConstantQ
    log: NDArray[np.float32]


def spectra(shared: Representations) -> Spectra:
    """Return both spectra (use through ``shared.once``)."""
    wave = mono(shared)
    found = cqt.constant_q(wave, shared.tick)
    return Spectra(found, log_spectrum(wave, shared.once(hpcp.pitch_classes).tuning_cents, tick=shared.tick))


def mono(shared: Representations) -> NDArray[np.float32]:
    """Return the mono downmix at 11 025 Hz, ``[shape=(samples,)]``."""
    source = shared.spectral
    blocks = (block.mean(axis=0, keepdims=True) for block in blocks_of(source))
    length = -(-source.length * RATE_HZ // source.sample_rate_hz)
    return np.asarray(gathered(converted(blocks, 1, source.sample_rate_hz, RATE_HZ), length)[0])
