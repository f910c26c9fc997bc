"""What runs over the bins of a frame on a processor, compiled by numba, outside Python's lock.

Import this module inside functions only: it loads numba. The first call of a kernel on a machine compiles it (seconds); the result
is kept on disk.
"""

from __future__ import annotations

import numpy as np
from numba import njit  # noqa: TID253 (this module is itself only imported where it is needed)


@njit(cache=True, nogil=True)
def extremes(magnitude, low, high, count, peak, valley):  # type: ignore[no-untyped-def]
    """Fill `peak` and `valley` with the means of the `count` largest and smallest magnitudes of each frame.

    ``magnitude``: ``[shape=(frames, bins)]``, of which those from `low` to before `high` count. What is kept stays sorted by
    insertion: few of the bins are among the extremes of those before them, so that nearly every bin costs two comparisons.
    """
    largest, smallest = np.empty(count, dtype=np.float32), np.empty(count, dtype=np.float32)
    for frame in range(magnitude.shape[0]):
        row = magnitude[frame]
        largest[:] = -np.inf
        smallest[:] = np.inf
        for k in range(low, high):
            value = row[k]
            if value > largest[count - 1]:
                place = count - 1
                while place > 0 and largest[place - 1] < value:
                    largest[place] = largest[place - 1]
                    place -= 1
                largest[place] = value
            if value < smallest[count - 1]:
                place = count - 1
                while place > 0 and smallest[place - 1] > value:
                    smallest[place] = smallest[place - 1]
                    place -= 1
                smallest[place] = value
        above, below = 0.0, 0.0
        for k in range(count):
            above += largest[k]
            below += smallest[k]
        peak[frame], valley[frame] = above / count, below / count


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def take_percussive(spectrum, harmonic, percussive, first, energies):  # type: ignore[no-untyped-def]
    """Multiply spectra by the soft mask of the percussive part: its share in the squares of both medians; a half where both are 0.

    ``energies`` ``[shape=(count, 2)]`` gets the energy of the harmonic and of the percussive part of `count` of the spectra, from
    `first` on. Masks act on amplitudes: energies go with their squares.
    """
    one = np.float32(1.0)
    for frame in range(spectrum.shape[0]):
        row = spectrum[frame]
        sustained, struck = np.float32(0.0), np.float32(0.0)
        for k in range(spectrum.shape[1]):
            h, p = harmonic[frame, k], percussive[frame, k]
            larger = max(h, p)
            if larger > np.float32(1.1754944e-38):
                h, p = h / larger, p / larger
                share = p * p / (h * h + p * p)
            else:
                share = np.float32(0.5)
            power = row[k].real * row[k].real + row[k].imag * row[k].imag
            sustained += power * (one - share) * (one - share)
            struck += power * share * share
            row[k] = row[k] * share
        if first <= frame < first + energies.shape[0]:
            energies[frame - first, 0], energies[frame - first, 1] = sustained, struck
