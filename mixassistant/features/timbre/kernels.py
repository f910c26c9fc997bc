"""What has to run sample by sample, compiled by numba, outside Python's lock.

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
def four_cascades(samples, sections, states, results):  # type: ignore[no-untyped-def]
    """Run four such cascades over the same block side by side: one alone waits for its own feedback most of the time.

    ``sections`` ``[shape=(5, 4)]``, ``states`` ``[shape=(3, 2, 4)]`` and ``results`` ``[shape=(4, samples)]`` have a lane for each.
    """
    for n in range(samples.size):
        for lane in range(4):
            x = np.float64(samples[n])
            for k in range(3):
                y = sections[0, lane] * x + states[k, 0, lane]
                states[k, 0, lane] = sections[1, lane] * x - sections[3, lane] * y + states[k, 1, lane]
                states[k, 1, lane] = sections[2, lane] * x - sections[4, lane] * y
                x = y
            results[lane, n] = x


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


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _variance(samples):  # type: ignore[no-untyped-def]
    mean = 0.0
    for n in range(samples.size):
        mean += samples[n]
    mean /= samples.size
    variance = 0.0
    for n in range(samples.size):
        difference = samples[n] - mean
        variance += difference * difference
    return variance / samples.size


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})
def _narrower(samples, than):  # type: ignore[no-untyped-def]
    """Return whether all samples lie strictly between the least and the largest of others."""
    low = high = than[0]
    for n in range(than.size):
        low = than[n] if than[n] < low else low
        high = than[n] if than[n] > high else high
    is_inside = True
    for n in range(samples.size):
        is_inside &= low < samples[n] < high
    return is_inside


@njit(cache=True, nogil=True)
def decay_times(phases, sub, shift, first, count, least, most, log_rates, found):  # type: ignore[no-untyped-def]
    """Fill `found` with the index of the likeliest decay of each of `count` frames, −1 where nothing decays.

    ``phases`` ``[shape=(step, samples)]`` holds every `step`-th sample from each of the first `step` on. A frame decays while its
    sub-frames of `sub` of these get smaller, from `least` to fewer than `most` of them.
    The decay is that of Laplacian noise whose likelihood is largest; ``log_rates`` are the logarithms of the decay per sample.
    """
    step = phases.shape[0]
    growth = np.exp(-log_rates)
    weights, totals = np.empty(log_rates.size), np.empty(log_rates.size)
    for index in range(count):
        samples = phases[(first + index * shift) % step]
        start = (first + index * shift) // step
        found[index] = -1
        before = samples[start : start + sub]
        variance = _variance(before)
        falls = 0
        for k in range(2, most):
            # As in the original, sub-frames after the first have one sample more.
            after = samples[start + (k - 1) * sub : start + k * sub + 1]
            next_variance = _variance(after)
            if variance > next_variance and _narrower(after, before):
                falls += 1
                before, variance = after, next_variance
                continue
            if falls >= least:
                size = falls * sub
                best = -np.inf
                weights[:] = 1.0
                totals[:] = 0.0
                # All decays beside each other: one alone waits for its own products.
                for n in range(size):
                    value = abs(np.float64(samples[start + n]))
                    for a in range(log_rates.size):
                        totals[a] += weights[a] * value
                        weights[a] *= growth[a]
                for a in range(log_rates.size):
                    likelihood = -size * np.log(totals[a] / size) - log_rates[a] * size * (size - 1) / 2.0
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
