"""What has to run sample by sample or value by value, compiled by numba, outside Python's lock.

Import this module inside functions only: it loads numba. The first call of a kernel on a machine compiles it (seconds); the result
is kept on disk.
"""

from __future__ import annotations

import numpy as np
from numba import njit  # noqa: TID253 (this module is itself only imported where it is needed)


@njit(cache=True, nogil=True)
def envelope(samples, gain, section, filter_state, decay, hold, state, result):  # type: ignore[no-untyped-def]
    """Fill `result` with the peak-hold envelope of a block, and move the states on.

    ``section`` is ``(b0, b1, b2, a1, a2)`` of a biquad that runs three times before the rectifier, with ``filter_state``
    ``[shape=(3, 2)]``; with ``b0`` of 0 there is none. ``state`` holds the last value and how long it has been held.
    """
    b0, b1, b2, a1, a2 = section[0], section[1], section[2], section[3], section[4]
    previous, counter = state[0], state[1]
    for n in range(samples.size):
        value = np.float64(samples[n]) * gain
        if b0 != 0.0:
            for k in range(3):
                y = b0 * value + filter_state[k, 0]
                filter_state[k, 0] = b1 * value - a1 * y + filter_state[k, 1]
                filter_state[k, 1] = b2 * value - a2 * y
                value = y
        value = abs(value)
        if value >= previous:
            previous = value
            counter = 0.0
        elif counter < hold:
            counter += 1.0
        else:
            fallen = previous - decay
            previous = fallen if fallen > value else value
        result[n] = previous
    state[0], state[1] = previous, counter


@njit(cache=True, nogil=True, fastmath={"contract"})
def cascade(samples, gain, section, state, result):  # type: ignore[no-untyped-def]
    """Run a biquad (b0, b1, b2, a1, a2) three times over a block, and move its state ``[shape=(3, 2)]`` on."""
    b0, b1, b2, a1, a2 = section[0], section[1], section[2], section[3], section[4]
    p1, p2, q1, q2, r1, r2 = state[0, 0], state[0, 1], state[1, 0], state[1, 1], state[2, 0], state[2, 1]
    for n in range(samples.size):
        x = np.float64(samples[n]) * gain
        y = b0 * x + p1
        p1 = b1 * x - a1 * y + p2
        p2 = b2 * x - a2 * y
        x = b0 * y + q1
        q1 = b1 * y - a1 * x + q2
        q2 = b2 * y - a2 * x
        y = b0 * x + r1
        r1 = b1 * x - a1 * y + r2
        r2 = b2 * x - a2 * y
        result[n] = y
    state[0, 0], state[0, 1], state[1, 0], state[1, 1], state[2, 0], state[2, 1] = p1, p2, q1, q2, r1, r2


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


@njit(cache=True, nogil=True)
def pick_peaks(curve, before, after, mean_before, mean_after, delta, wait, found):  # type: ignore[no-untyped-def]
    """Mark values that are the largest around them and `delta` above the mean around them, at least `wait` apart (librosa's)."""
    n = 0
    while n < curve.size:
        highest = np.max(curve[max(0, n - before) : min(n + after, curve.size)])
        if curve[n] == highest and curve[n] >= np.mean(curve[max(0, n - mean_before) : min(n + mean_after, curve.size)]) + delta:
            found[n] = True
            n += wait
        n += 1


@njit(cache=True, nogil=True)
def walk_back(values, first, onset, look_back, hysteresis, threshold, start_margin):  # type: ignore[no-untyped-def]
    """Return where the rise that leads to `onset` begins, and whether that is final; `values` are those from `first` to `onset`.

    It is not final where the search would have to go on before `first`.
    """
    while True:
        if first > 0 and onset - hysteresis - 1 < first:
            return onset, False
        here = values[onset - first]
        start = onset - look_back - 1 if onset - look_back > 0 else 0
        stop = onset if onset - look_back > 0 else onset - 1
        lowest = start
        for n in range(start, stop):
            if values[n - first] < values[lowest - first]:
                lowest = n
        if stop > start and values[lowest - first] <= here:
            # As in the original, whose index is off where less than the look-back is left.
            back = lowest - start + onset - look_back - 1
            if back <= start_margin:
                return 0, True
            onset = back
            continue
        start = onset - hysteresis - 1 if onset - hysteresis - 1 > 0 else 0
        lower = -1
        for n in range(onset - 1, start - 1, -1):
            if values[n - first] < here:
                lower = n
                break
        if lower < 0:
            return onset, True
        highest, smallest = values[lower - first], values[lower - first]
        for n in range(lower, onset):
            highest, smallest = max(highest, values[n - first]), min(smallest, values[n - first])
        if highest - smallest >= threshold:
            return onset, True
        if lower < start_margin:
            return 0, True
        onset = lower


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
def largest_magnitude(spectrum):  # type: ignore[no-untyped-def]
    """Return the largest magnitude of spectra ``[shape=(frames, bins)]``."""
    largest = np.float32(0.0)
    for frame in range(spectrum.shape[0]):
        for k in range(spectrum.shape[1]):
            power = spectrum[frame, k].real ** 2 + spectrum[frame, k].imag ** 2
            largest = power if power > largest else largest
    return np.sqrt(largest)


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


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _moments(samples, start, step, count):  # type: ignore[no-untyped-def]
    """Return variance, least and largest of every `step`-th sample from `start` on."""
    mean = 0.0
    low = high = samples[start]
    for n in range(count):
        value = samples[start + n * step]
        mean += value
        low = value if value < low else low
        high = value if value > high else high
    mean /= count
    variance = 0.0
    for n in range(count):
        difference = samples[start + n * step] - mean
        variance += difference * difference
    return variance / count, low, high


@njit(cache=True, nogil=True)
def decay_times(samples, step, sub, shift, first, count, least, most, log_rates, found):  # type: ignore[no-untyped-def]
    """Fill `found` with the index of the likeliest decay of each of `count` frames, −1 where nothing decays.

    A frame decays while its sub-frames of `sub` samples (every `step`-th) get smaller, from `least` to fewer than `most` of them.
    The decay is that of Laplacian noise whose likelihood is largest; ``log_rates`` are the logarithms of the decay per sample.
    """
    for index in range(count):
        start = first + index * shift
        found[index] = -1
        variance, low, high = _moments(samples, start, step, sub)
        falls = 0
        for k in range(2, most):
            # As in the original, sub-frames after the first have one sample more.
            next_variance, next_low, next_high = _moments(samples, start + (k - 1) * sub * step, step, sub + 1)
            if variance > next_variance and high > next_high and low < next_low:
                falls += 1
                variance, low, high = next_variance, next_low, next_high
                continue
            if falls >= least:
                size = falls * sub
                best = -np.inf
                for a in range(log_rates.size):
                    growth = np.exp(-log_rates[a])
                    weight, total = 1.0, 0.0
                    for n in range(size):
                        total += weight * abs(samples[start + n * step])
                        weight *= growth
                    likelihood = -size * np.log(total / size) - log_rates[a] * size * (size - 1) / 2.0
                    if likelihood > best:
                        best, found[index] = likelihood, a
            break


@njit(cache=True, nogil=True)
def smoothed_decay(found, times, memory, smoothing, first):  # type: ignore[no-untyped-def]
    """Return the sum, over frames with a decay, of the most frequent decay time so far, smoothed; and how many such frames there are.

    The histogram forgets decays that are more than `memory` of them ago.
    """
    histogram = np.zeros(times.size, dtype=np.int64)
    recent = np.zeros(memory, dtype=np.int64)
    raw, last, total, count = first, first, 0.0, 0
    for index in range(found.size):
        if found[index] >= 0:
            count += 1
            histogram[found[index]] += 1
            if count > memory + 1:
                histogram[recent[(count - 1) % memory]] -= 1
            recent[(count - 1) % memory] = found[index]
            raw = times[np.argmax(histogram)]
        last = smoothing * last + (1.0 - smoothing) * raw
        if found[index] >= 0:
            total += last
    return total, count


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


@njit(cache=True, nogil=True, fastmath={"contract"})
def step_energies(samples, sections, edges, energies):  # type: ignore[no-untyped-def]
    """Fill `energies` with the energy between neighbouring `edges`, behind two biquads ``[shape=(2, 6)]``; none beyond the samples."""
    b0, b1, b2, a1, a2 = sections[0, 0], sections[0, 1], sections[0, 2], sections[0, 4], sections[0, 5]
    d0, d1, d2, c1, c2 = sections[1, 0], sections[1, 1], sections[1, 2], sections[1, 4], sections[1, 5]
    p1 = p2 = q1 = q2 = 0.0
    for step in range(energies.size):
        total = 0.0
        for n in range(edges[step], min(edges[step + 1], samples.size)):
            x = np.float64(samples[n])
            y = b0 * x + p1
            p1 = b1 * x - a1 * y + p2
            p2 = b2 * x - a2 * y
            x = d0 * y + q1
            q1 = d1 * y - c1 * x + q2
            q2 = d2 * y - c2 * x
            total += x * x
        energies[step] = total
