"""Third-octave filters and specific loudness, compiled by numba, outside Python's lock.

Import this module inside functions only: it loads numba. The first call of a kernel on a machine compiles it (seconds); the result
is kept on disk.
"""

from __future__ import annotations

import numpy as np
from numba import njit  # noqa: TID253 (this module is itself only imported where it is needed)


@njit(cache=True, nogil=True, fastmath={"contract"})
def _band_energy(samples, count, section, total):  # type: ignore[no-untyped-def]
    """Put into `total` the energy of each lane behind a band-pass of order 8: four biquads ``g (1 − z⁻²) / (1 + a₁z⁻¹ + a₂z⁻²)``."""
    lanes = samples.shape[1]
    state = np.zeros((4, 2, lanes))
    value = np.empty(lanes)
    total[:] = 0.0
    for n in range(count):
        for lane in range(lanes):
            value[lane] = samples[n, lane]
        for k in range(4):
            gain, a1, a2 = section[k, 0], section[k, 1], section[k, 2]
            for lane in range(lanes):
                x = gain * value[lane]
                y = x + state[k, 0, lane]
                state[k, 0, lane] = state[k, 1, lane] - a1 * y
                state[k, 1, lane] = -x - a2 * y
                value[lane] = y
        for lane in range(lanes):
            total[lane] += value[lane] * value[lane]


@njit(cache=True, nogil=True, fastmath={"contract"})
def third_octave_levels(windows, sections, halving, reference_db, levels):  # type: ignore[no-untyped-def]
    """Fill `levels` ``[shape=(windows, 28)]`` with the level of each third octave from 25 Hz to 12.5 kHz, in dB.

    ``windows``: ``[shape=(windows, samples)]``; every window is filtered from rest. ``sections``: ``[shape=(4, 4, 3)]``, the
    filters of the highest four bands. Those below run the lower three again, on a signal that the biquad `halving`
    (b0, b1, b2, a1, a2) prepares for half the rate, octave by octave.
    """
    lanes = 16
    count, length = windows.shape
    piece = np.empty((length, lanes))
    total = np.empty(lanes)
    for start in range(0, count, lanes):
        width = min(lanes, count - start)
        for lane in range(lanes):
            for n in range(length):
                piece[n, lane] = windows[start + lane, n] if lane < width else 0.0
        rest = length
        for band in range(27, -1, -1):
            if band < 24 and band % 3 == 2:
                # The next octave down: an anti-aliasing filter, then every second sample.
                s1, s2 = np.zeros(lanes), np.zeros(lanes)
                for n in range(rest):
                    for lane in range(lanes):
                        x = piece[n, lane]
                        y = halving[0] * x + s1[lane]
                        s1[lane] = halving[1] * x - halving[3] * y + s2[lane]
                        s2[lane] = halving[2] * x - halving[4] * y
                        if n % 2 == 1:
                            piece[n // 2, lane] = y
                rest //= 2
            _band_energy(piece, rest, sections[band - 24 if band >= 24 else band % 3], total)
            for lane in range(width):
                level = 10.0 * np.log10(total[lane] / rest) if total[lane] > 0.0 else -np.inf
                levels[start + lane, band] = level + reference_db


@njit(cache=True, nogil=True)
def specific_loudness(levels, rap, dll, ltq, a0, dcb, zup, rns, usl, specific, total):  # type: ignore[no-untyped-def]
    """Fill `specific` ``[shape=(windows, 240)]`` and `total` ``[shape=(windows,)]`` from third-octave levels in dB; DIN 45631.

    The tables are those of `mixassistant.features.timbre.zwicker`.
    """
    main = np.empty(21)
    pattern = np.empty(512)
    for window in range(levels.shape[0]):
        level = levels[window]
        intensity = np.zeros(3)
        for i in range(11):
            j = 0
            while j < 7 and level[i] > rap[j] - dll[j, i]:
                j += 1
            intensity[0 if i < 6 else 1 if i < 9 else 2] += 10.0 ** ((level[i] + dll[j, i]) / 10.0)
        for i in range(20):
            main[i] = 0.0
            if i < 3:
                excitation = 10.0 * np.log10(intensity[i]) if intensity[i] > 0.0 else 0.0
            else:
                excitation = level[i + 8]
            if excitation > ltq[i]:
                excitation -= a0[i] + dcb[i]
                part = (0.75 + 0.25 * 10.0 ** (0.1 * (excitation - ltq[i]))) ** 0.25 - 1.0
                main[i] = max(0.0635 * 10.0 ** (0.025 * ltq[i]) * part, 0.0)
        main[20] = 0.0
        main[0] *= min(0.4 + 0.32 * main[0] ** 0.2, 1.0)

        # The pattern over critical-band rate: level within a band, sloping down beyond it where the next one is softer.
        loudness = 0.0
        z, z1, z2, n1, n2 = 0.1, 0.0, 0.0, 0.0, 0.0
        j, index, filled = 17, 0, 0
        for i in range(21):
            column = min(max(i - 1, -1), 7)  # −1 is the last column, as the original has it for the first band
            first = True
            while first or z1 < zup[i]:
                first = False
                if n1 < main[i]:
                    j = 0
                    while rns[j] > main[i]:
                        j += 1
                is_flat = n1 <= main[i]
                slope = usl[j, column]
                if is_flat:
                    z2, n2 = zup[i], main[i]
                    loudness += n2 * (z2 - z1)
                else:
                    n2 = max(rns[j], main[i])
                    width = np.rint((n1 - n2) / slope * 10.0) * 0.1
                    if width == 0.0:
                        width = 0.1
                    z2 = z1 + width
                    if z2 > zup[i]:
                        z2 = zup[i]
                        width = z2 - z1
                        n2 = n1 - width * slope
                    loudness += width * (n1 + n2) / 2.0
                steps = int(np.ceil((z2 + 0.01 - z) / 0.1))
                delta = (z + 0.1) - z
                last = z
                for step in range(steps):
                    last = z + step * delta
                    value = n2 if is_flat else n1 - (last - z1) * slope
                    if index == filled:
                        pattern[filled] = value
                        filled += 1
                    elif index < filled:
                        pattern[index] = value
                    if last < z2 - 0.05:
                        index += 1
                z = np.rint(last * 10.0) * 0.1
                if n2 == rns[j]:
                    j = min(j + 1, 17)
                n1 = n2
                z1 = np.rint(z2 * 10.0) * 0.1
        loudness = max(loudness, 0.0)
        total[window] = np.floor(loudness * 1000 + 0.5) / 1000 if loudness <= 16.0 else np.floor(loudness * 100 + 0.05) / 100
        for step in range(min(filled, 240)):
            specific[window, step] = pattern[step]
