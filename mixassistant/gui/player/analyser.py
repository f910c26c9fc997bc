"""The spectrum of what has just sounded, in the third octaves in which songs are compared; knows no Qt.

A Hann window of 0.3 s and more: what lies further back than half of it counts little. Levels are relative to the whole of what plays, as
those of a song's average spectrum are to its own level, and so a band that is heard alone stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.bands import CENTRES_HZ, COUNT, EDGES_HZ
from mixassistant.gui.player.mixer import Samples

WINDOW_S = 0.3
SILENCE = 1e-9  # mean square, full scale 1
FLOOR_DB = -120.0

Levels = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Analyser:
    """Spectra at one sample rate, of `length` samples each; `first` and `last` are the bins of each band, and `share` of each of both."""

    length: int
    window: NDArray[np.float32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    share: NDArray[np.float64]

    @classmethod
    @lru_cache(maxsize=2)
    def at(cls, sample_rate_hz: int) -> Self:
        """Return the analyser for a sample rate."""
        length = 1 << int(np.ceil(np.log2(WINDOW_S * sample_rate_hz)))
        # A bin stands for what lies half a bin to either side of it: at its edges a band takes a part of one.
        edges = np.minimum(EDGES_HZ / sample_rate_hz * length + 0.5, length // 2)
        whole = edges.astype(np.int64)
        return cls(length, np.hanning(length + 1)[:-1].astype(np.float32), whole[:-1], whole[1:], edges - whole)

    def levels(self, whole: Samples, part: Samples) -> Levels | None:
        """Return the levels of a part of a sound in the third octaves relative to the whole of it, ``[shape=(31,)]`` in dB.

        Parameters
        ----------
        whole, part : np.ndarray [shape=(2, length)]

        Returns
        -------
        None for silence.
        """
        if float(np.square(whole).mean()) < SILENCE:
            return None
        own = self._bands(whole)
        heard = own if np.array_equal(whole, part) else self._bands(part)
        return np.asarray(10 * np.log10(np.maximum(heard / own.sum(), 10 ** (FLOOR_DB / 10))))

    def _bands(self, samples: Samples) -> Levels:
        transform = np.fft.rfft(samples * self.window)
        power = (transform.real**2 + transform.imag**2).sum(axis=0)
        until = np.concatenate([[0.0], np.cumsum(power)])  # the power of all bins below each
        below = until[np.append(self.first, self.last[-1])] + self.share * power[np.append(self.first, self.last[-1])]
        bands = np.diff(below)
        assert bands.size == COUNT == CENTRES_HZ.size
        return np.asarray(np.maximum(bands, 0.0))
