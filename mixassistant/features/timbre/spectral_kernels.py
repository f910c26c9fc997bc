"""What runs over the bins of spectra, compiled by numba, outside Python's lock.

Import this module inside functions only: it loads numba. The first call of a kernel on a machine compiles it (seconds); the result
is kept on disk.
"""

from __future__ import annotations

import numpy as np
from numba import njit  # noqa: TID253 (this module is itself only imported where it is needed)


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def windowed(samples, starts, window, without_mean, result):  # type: ignore[no-untyped-def]
    """Fill the rows of `result` with the frames of contiguous samples that begin at `starts`, behind a window, zeros after it."""
    size = window.size
    for frame in range(starts.size):
        values = samples[starts[frame] : starts[frame] + size]
        mean = np.float32(0.0)
        if without_mean:
            for n in range(size):
                mean += values[n]
            mean /= np.float32(size)
        row = result[frame]
        for n in range(size):
            row[n] = (values[n] - mean) * window[n]
        row[size:] = np.float32(0.0)


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def frame_energy(samples, hop, window, result):  # type: ignore[no-untyped-def]
    """Fill `result` with the energy of frames of contiguous samples, each less its mean, behind a window."""
    size = window.size
    for frame in range(result.size):
        values = samples[frame * hop : frame * hop + size]
        mean = np.float32(0.0)
        for n in range(size):
            mean += values[n]
        mean /= np.float32(size)
        total = np.float32(0.0)
        for n in range(size):
            value = (values[n] - mean) * window[n]
            total += value * value
        result[frame] = total


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def add_power(spectrum, total):  # type: ignore[no-untyped-def]
    """Add the power of each bin of spectra ``[shape=(frames, bins)]`` to `total`; both sides."""
    last = spectrum.shape[1] - 1
    part = np.zeros(last + 1, dtype=np.float32)
    for frame in range(spectrum.shape[0]):
        row = spectrum[frame]
        for k in range(last + 1):
            part[k] += row[k].real * row[k].real + row[k].imag * row[k].imag
    for k in range(last + 1):
        total[k] += part[k] if k == 0 or k == last else 2.0 * part[k]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def centroids(spectrum, step_hz, result):  # type: ignore[no-untyped-def]
    """Fill `result` with the power-weighted mean frequency of each spectrum, 0 where there is no power; both sides."""
    last = spectrum.shape[1] - 1
    for frame in range(spectrum.shape[0]):
        row = spectrum[frame]
        whole, moment = np.float32(0.0), np.float32(0.0)
        for k in range(1, last):
            power = row[k].real * row[k].real + row[k].imag * row[k].imag
            whole += power
            moment += power * np.float32(k)
        low, high = row[0].real ** 2 * np.float32(0.5), row[last].real ** 2 * np.float32(0.5)
        whole += low + high
        moment += high * np.float32(last)
        result[frame] = moment / whole * step_hz if whole > 0.0 else 0.0


@njit(cache=True, nogil=True)
def magnitudes(spectrum, result):  # type: ignore[no-untyped-def]
    """Fill `result` with the magnitudes of spectra ``[shape=(frames, bins)]``."""
    for frame in range(spectrum.shape[0]):
        for k in range(spectrum.shape[1]):
            result[frame, k] = np.sqrt(spectrum[frame, k].real ** 2 + spectrum[frame, k].imag ** 2)


@njit(cache=True, nogil=True)
def mask_percussive(spectrum, harmonic, percussive):  # type: ignore[no-untyped-def]
    """Multiply spectra by the soft mask of the percussive part: its share in the squares of both medians; a half where both are 0."""
    for frame in range(spectrum.shape[0]):
        for k in range(spectrum.shape[1]):
            h, p = harmonic[frame, k], percussive[frame, k]
            larger = max(h, p)
            if larger > np.float32(1.1754944e-38):
                h, p = h / larger, p / larger
                spectrum[frame, k] *= p * p / (h * h + p * p)
            else:
                spectrum[frame, k] *= np.float32(0.5)


@njit(cache=True, nogil=True)
def mel_power(spectrum, starts, stops, weights, result):  # type: ignore[no-untyped-def]
    """Fill `result` ``[shape=(frames, bands)]`` with the power of spectra in bands whose weights stand one after another."""
    power = np.empty(spectrum.shape[1], dtype=np.float32)
    for frame in range(spectrum.shape[0]):
        for k in range(spectrum.shape[1]):
            power[k] = spectrum[frame, k].real ** 2 + spectrum[frame, k].imag ** 2
        position = 0
        for band in range(starts.size):
            total = np.float32(0.0)
            for k in range(starts[band], stops[band]):
                total += weights[position] * power[k]
                position += 1
            result[frame, band] = total


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def frame_bandwidths(spectrum, threshold, widths, levels):  # type: ignore[no-untyped-def]
    """Fill `levels` with the sum of magnitudes of each frame, `widths` with the bins from where 5 % of it lies below to the threshold.

    The mean of the frame, bin 0, does not count.
    """
    bins = spectrum.shape[1]
    magnitude = np.empty(bins, dtype=np.float32)
    for frame in range(spectrum.shape[0]):
        row = spectrum[frame]
        total = np.float32(0.0)
        for k in range(bins):
            magnitude[k] = np.sqrt(row[k].real * row[k].real + row[k].imag * row[k].imag)
        magnitude[0] = np.float32(0.0)
        for k in range(bins):
            total += magnitude[k]
        levels[frame] = total
        last = bins - 1
        while last >= 0 and magnitude[last] < threshold:
            last -= 1
        if last < 0:
            widths[frame] = 0.0
            continue
        first, below = 0, magnitude[0]
        while below < np.float32(0.05) * total and first < bins - 1:
            first += 1
            below += magnitude[first]
        widths[frame] = last - first


@njit(cache=True, nogil=True)
def largest_magnitude(spectrum):  # type: ignore[no-untyped-def]
    """Return the largest magnitude of spectra ``[shape=(frames, bins)]``."""
    largest = np.float32(0.0)
    for frame in range(spectrum.shape[0]):
        for k in range(spectrum.shape[1]):
            power = spectrum[frame, k].real ** 2 + spectrum[frame, k].imag ** 2
            largest = power if power > largest else largest
    return np.sqrt(largest)


@njit(cache=True, nogil=True)
def find_peaks(values, contrast, bottom, top, found):  # type: ignore[no-untyped-def]
    """Write into `found` the indices of peaks that stand out on both sides by `contrast` or more, and return how many.

    As ``mirpeaks`` of the MIR Toolbox: `bottom` stands beyond both ends, `top` is above all values.
    """
    size = values.size
    candidates = found  # candidates are overwritten by peaks, which are never ahead of them
    count = 0
    for i in range(size):
        before = values[i - 1] if i > 0 else bottom
        after = values[i + 1] if i + 1 < size else bottom
        if values[i] >= contrast and values[i] > before and after <= values[i]:
            candidates[count] = i
            count += 1
    if count == 0:
        return 0
    peaks = 0
    current = candidates[0]
    highest, valley, valley_before = values[current], top, bottom
    for j in range(1, count):
        left, right = candidates[j - 1], candidates[j]
        # From the last candidate to two before this one; where they are that close, the last candidate alone.
        for i in range(left, max(right - 1, left + 1)):
            valley = min(valley, values[i])
        if highest - valley < contrast:
            if values[right] > highest:
                current, highest = right, values[right]
                valley_before, valley = min(valley_before, valley), top
            else:
                valley_before = min(valley_before, valley)
        else:
            if highest - valley_before < contrast:
                valley_before = min(valley_before, valley)
            else:
                found[peaks] = current
                peaks += 1
                valley_before = valley
            current, highest, valley = right, values[right], top
    if highest - valley_before >= contrast:  # beyond the last peak it falls to the bottom
        found[peaks] = current
        peaks += 1
    return peaks


@njit(cache=True, nogil=True)
def pair_roughness(spectrum, contrast, largest, step_hz, curve, curve_scale, ratio):  # type: ignore[no-untyped-def]
    """Return the roughness of all pairs of peaks within a frame, summed over frames."""
    bins = spectrum.shape[1]
    values = np.empty(bins)
    found = np.empty(bins, dtype=np.int64)
    level, root, frequency = np.empty(bins), np.empty(bins), np.empty(bins)
    steps = ratio.size - 1
    total = 0.0
    for frame in range(spectrum.shape[0]):
        highest = 0.0
        for k in range(bins):
            power = spectrum[frame, k].real ** 2 + spectrum[frame, k].imag ** 2
            values[k] = power
            highest = max(highest, power)
        if np.sqrt(highest) < contrast:
            continue
        for k in range(bins):
            values[k] = np.sqrt(values[k])
        count = find_peaks(values, contrast, -2.0 * largest, 2.0 * largest, found)
        for i in range(count):
            k = found[i]
            level[i], frequency[i] = values[k], k * step_hz
            if 0 < k < bins - 1:
                offset = (values[k + 1] - values[k - 1]) / (2.0 * (2.0 * values[k] - values[k + 1] - values[k - 1]))
                level[i] -= 0.25 * (values[k - 1] - values[k + 1]) * offset
                frequency[i] += offset * step_hz
            root[i] = level[i] ** 0.1
        for i in range(count):
            scale = curve_scale * 0.24 / (0.0207 * frequency[i] + 18.96)
            for j in range(i + 1, count):
                distance = scale * (frequency[j] - frequency[i])
                step = int(distance)
                if step >= steps:
                    break
                part = distance - step
                # The stronger of the two stands above the fraction (by its bin, before it is refined).
                upper = level[i] if values[found[i]] > values[found[j]] else level[j]
                share = upper / (level[i] + level[j]) * steps
                whole = min(int(share), steps - 1)
                shape = ratio[whole] + (share - whole) * (ratio[whole + 1] - ratio[whole])
                total += root[i] * root[j] * shape * (curve[step] + part * (curve[step + 1] - curve[step]))
    return total
