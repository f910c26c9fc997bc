"""Hardness, as timbral_models scores it: bandwidth and centroid of the attacks, loudness of the middle, percussive share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.hpss import harmonic_percussive
from mixassistant.features.timbre.envelope import Delayed, Envelope, first_maximum, first_reaching, last_minimum
from mixassistant.features.timbre.loudness_models import logarithm, region_levels, weighted
from mixassistant.features.timbre.onsets import HOP, N_FFT, MelPower, find_onsets, hann
from mixassistant.features.timbre.signal import Signal, Undefined, spectra
from mixassistant.features.timbre.zwicker import Loudness

SILENCE = 4097  # samples of it before the sound
BANDWIDTH_FFT, BANDWIDTH_HOP = 4096, 128
THRESHOLD = 10 ** (-75 / 20)  # of a bin's magnitude, as a density
MAX_ATTACK_S = 0.1
CENTROID_S = 0.125
CENTROID_LEAST = 512  # samples
LOWEST_CENTROID_HZ = 200.0
LEVELS = np.linspace(0.1, 0.9, 9)  # of an attack: where its effort is measured
CONTEXT = 15  # frames on either side that the medians look at
_FRAMES = 256  # of the short-time Fourier transform taken together
_BANDWIDTHS = 4096  # frames taken together


@dataclass(frozen=True, eq=False)
class Parts:
    """What one short-time Fourier transform yields.

    Parameters
    ----------
    percussive : float
        Level of the percussive part in the sum of both parts' levels, 0 to 1.
    strength : np.ndarray [shape=(frames,)]
        Onset strength of the signal.
    """

    percussive: float
    strength: NDArray[np.float64]


def percussive_parts(signal: Signal) -> Parts:
    """Separate the percussive from the harmonic part, as librosa does: medians over 31 frames and bins, soft masks, inverse transform."""
    import torch

    from mixassistant.features.timbre.spectral_kernels import magnitudes, mask_percussive

    count = 1 + signal.length // HOP
    window = hann(N_FFT)
    mel = MelPower(signal.sample_rate_hz, signal.length)
    steps = np.zeros((2, count - 1))  # energy of both parts, 512 samples at a time
    overlap = N_FFT // HOP
    tail, tail_weight = np.zeros((overlap - 1, HOP), dtype=np.float32), np.zeros((overlap - 1, HOP), dtype=np.float32)
    weight = (window * window).reshape(overlap, HOP)
    for first in range(0, count, _FRAMES):
        last = min(first + _FRAMES, count)
        before, after = min(CONTEXT, first), min(CONTEXT, count - last)
        start = (first - before) * HOP - N_FFT // 2
        span = signal.read(start, (last + after - 1) * HOP + N_FFT // 2)
        spectrum = np.concatenate(list(spectra(span, np.arange(last - first + before + after) * HOP, window, N_FFT)))
        magnitude = np.empty(spectrum.shape, dtype=np.float32)
        magnitudes(spectrum, magnitude)
        harmonic, percussive = harmonic_percussive(magnitude, 2 * CONTEXT + 1, before, after)
        own = spectrum[before : before + last - first]
        mel.take(own)
        mask_percussive(own, harmonic, percussive)
        waves = torch.fft.irfft(torch.from_numpy(own), n=N_FFT).numpy() * window
        # Overlap-add in steps of one hop; the first of them belong to frames of the chunk before, too.
        added = np.zeros((last - first + overlap - 1, HOP), dtype=np.float32)
        weights = np.zeros_like(added)
        added[: overlap - 1], weights[: overlap - 1] = tail, tail_weight
        for part in range(overlap):
            added[part : part + last - first] += waves[:, part * HOP : (part + 1) * HOP]
            weights[part : part + last - first] += weight[part]
        tail, tail_weight = added[last - first :].copy(), weights[last - first :].copy()
        # Step i of the chunk lies (first + i) hops after the first frame's start, half a window before the signal.
        done = slice(0, last - first if last < count else last - first + overlap - 1)
        begin = first - overlap // 2
        whole = signal.read(begin * HOP, (begin + done.stop) * HOP).reshape(-1, HOP)
        struck = np.divide(added[done], weights[done], out=np.zeros_like(added[done]), where=weights[done] > 1e-30)
        for part, wave in enumerate((struck, whole - struck)):
            energy = np.einsum("fs,fs->f", wave, wave)
            inside = slice(max(-begin, 0), min(done.stop, count - 1 - begin))
            if inside.stop > inside.start:
                steps[part, begin + inside.start : begin + inside.stop] = energy[inside]
    return Parts(percussive_share(steps), mel.strength())


def parts_with(percussive: float, signal: Signal) -> Parts:
    """Return what `percussive_parts` does, where the percussive part's share is known."""
    mel = MelPower(signal.sample_rate_hz, signal.length)
    for block in signal.blocks():
        mel.push(block)
    return Parts(percussive, mel.strength())


def percussive_share(steps: NDArray[np.float64]) -> float:
    """Return the level of the percussive part in the sum of both parts' levels, 0 to 1.

    Parameters
    ----------
    steps : np.ndarray [shape=(2, steps)], float64
        Energy of the percussive part and of the rest, 512 samples at a time.
    """
    count = steps.shape[1] + 1
    if count < 2:
        return 0.0
    if count < 4:
        levels = np.sqrt(steps.sum(axis=1) / (steps.shape[1] * HOP))
    else:
        levels = np.sqrt((steps[:, :-1] + steps[:, 1:]) / (2 * HOP)).sum(axis=1)
    return float(levels[0] / max(levels.sum(), 1e-300))


def bandwidths(signal: Signal) -> NDArray[np.float32]:
    """Return, every 128 samples, from where 5 % of the magnitude lies below up to the highest bin above −75 dB, in Hz.

    The first frame begins 4097 samples before the signal. In soft frames the bandwidth is 0.
    """
    from mixassistant.features.timbre.spectral_kernels import frame_bandwidths

    window = np.ones(BANDWIDTH_FFT, dtype=np.float32)
    count = (signal.length + SILENCE - BANDWIDTH_FFT) // BANDWIDTH_HOP + 1
    result, levels = np.zeros(count, dtype=np.float32), np.zeros(count, dtype=np.float32)
    scale = 1 / np.sqrt(signal.sample_rate_hz * BANDWIDTH_FFT)
    done = 0
    for first in range(0, count, _BANDWIDTHS):
        last = min(first + _BANDWIDTHS, count)
        span = signal.read(first * BANDWIDTH_HOP - SILENCE, (last - 1) * BANDWIDTH_HOP + BANDWIDTH_FFT - SILENCE)
        for some in spectra(span, np.arange(last - first) * BANDWIDTH_HOP, window, BANDWIDTH_FFT):
            part = slice(done, done + some.shape[0])
            frame_bandwidths(some, THRESHOLD / scale, result[part], levels[part])
            done += some.shape[0]
    least = levels.min()
    result[levels <= 0.1 * (levels.max() - least) + least] = 0
    result *= np.float32(signal.sample_rate_hz / BANDWIDTH_FFT)
    return result


def delayed_strength(signal: Signal) -> NDArray[np.float64]:
    """Return the onset strength of the signal with the silence before it."""
    mel = MelPower(signal.sample_rate_hz, signal.length + SILENCE)
    mel.push(np.zeros(SILENCE, dtype=np.float32))
    for block in signal.blocks():
        mel.push(block)
    return mel.strength()


def _attack_bandwidth(segment: NDArray[np.float32], reach: int) -> float | None:
    """Return the largest bandwidth within `reach` frames of where an attack begins; None where there is no rise."""
    peak = int(segment.argmax())
    if peak == 0:
        return None
    before = segment[:peak]
    bottom = int(np.flatnonzero(before == before.min())[-1])
    rise = segment[bottom : peak + 1]
    begin = bottom + int(np.argmax(rise >= rise.min() + 0.2 * (rise.max() - rise.min())))
    rest = segment[begin:]
    # As in the original, which compares with the reach counted from the segment's start.
    return float(rest[:reach].max() if rest.size > begin + reach else rest.max())


def _attack(curve: Delayed, start: int, stop: int, sample_rate_hz: int) -> tuple[float, int] | None:
    """Return the attack time in s (G. Peeters' least effort) and the sample at which it begins; None where nothing rises."""
    peak, highest = first_maximum(curve, start, stop)
    if peak == start:
        return None
    bottom, lowest = last_minimum(curve, start, peak)
    crossings = first_reaching(curve, bottom, peak + 1, lowest + LEVELS * (highest - lowest))
    effort = np.diff(crossings)
    threshold = 3 * effort.mean()
    begin = int(np.argmax(effort <= threshold))
    rest = effort[begin:]
    end = int(np.argmax(rest >= threshold)) or rest.size - 1
    first, last = int(crossings[begin]), int(crossings[begin + end])
    if first == last:
        first, last = int(crossings[0]), int(crossings[-1])
    seconds = 1 / sample_rate_hz if first == last else (last - first + 1) / sample_rate_hz
    if seconds > MAX_ATTACK_S:
        seconds = (int(sample_rate_hz * MAX_ATTACK_S) + 1) / sample_rate_hz
    return seconds, first


def _attack_centroid_hz(samples: NDArray[np.float32], sample_rate_hz: int) -> float | None:
    """Return the magnitude-weighted mean frequency above 20 Hz; None where there is silence."""
    from scipy.fft import rfft

    size = 1 << (samples.size - 1).bit_length()
    magnitude = np.abs(rfft(samples, n=size)).astype(np.float64)
    frequency = np.arange(magnitude.size) * (sample_rate_hz / size)
    heard = frequency >= 20
    whole = magnitude[heard].sum()
    return float(magnitude[heard] @ frequency[heard] / whole) if whole > 0 else None


def hardness(
    signal: Signal,
    loudness: Loudness,
    parts: Parts,
    bandwidth: NDArray[np.float32],
    strength: NDArray[np.float64],
    envelope: Envelope,
) -> float:
    """Return how hard a sound is.

    Parameters
    ----------
    signal : Signal
    loudness : Loudness
    parts : Parts
    bandwidth : np.ndarray [shape=(frames,)]
        `bandwidths`.
    strength : np.ndarray [shape=(frames,)]
        `delayed_strength`.
    envelope : Envelope
        Decaying within 0.1 s.
    """
    rate = signal.sample_rate_hz
    middle = logarithm(weighted(region_levels(loudness, 70, 140), loudness.rms), "loudness from 7 to 14 Bark")
    curve = Delayed(envelope, SILENCE)
    onsets = find_onsets(strength, curve, rate, BANDWIDTH_FFT)
    if len(onsets) == 1:
        onsets = [0]
    frames = [max(onset - BANDWIDTH_FFT, 0) // BANDWIDTH_HOP for onset in onsets]
    reach = int(MAX_ATTACK_S * (rate / BANDWIDTH_HOP))
    widths, width_weights, times, strengths, centroids = [], [], [], [], []
    for index, start in enumerate(onsets):
        is_last = index == len(onsets) - 1
        stop = curve.length if is_last else onsets[index + 1]
        loudest = float(strength[start // HOP : None if is_last else stop // HOP].max())
        segment = bandwidth[frames[index] : None if is_last else frames[index + 1]]
        width = _attack_bandwidth(segment, reach) if segment.size else None
        if width is not None:
            widths.append(width)
            width_weights.append(loudest)
        strengths.append(loudest)
        attack = _attack(curve, start, stop, rate)
        if attack is None:
            continue
        seconds, begin = attack
        times.append(np.log10(seconds))
        end = min(begin + int(CENTROID_S * rate), stop)
        if end - begin > CENTROID_LEAST:
            centroid = _attack_centroid_hz(signal.read(begin - SILENCE, end - SILENCE), rate)
            if centroid is not None:
                centroids.append(centroid)
    if not times:
        raise Undefined("nothing rises in it")
    width_hz = weighted(np.array(widths), np.array(width_weights)) if sum(width_weights) > 0 else 0.0
    return float(
        12.079781720638145 * np.log10(width_hz if width_hz > 512 else rate / 512)
        + 18.52100377170042 * np.log10(max(float(np.mean(centroids)) if centroids else 0.0, LOWEST_CENTROID_HZ))
        + 14.139883645260355 * middle
        + 5.567690321917516 * logarithm(parts.percussive, "percussive part")
        + 3.9346817690405635 * logarithm(float(np.mean(strengths)), "onset")
        - 4.326890461087848 * float(np.mean(times))
        - 85.60352209068202
    )
