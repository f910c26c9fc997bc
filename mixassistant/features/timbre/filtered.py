"""Brightness and depth: one pass over the signal behind five filters (36 dB/octave each, three cascaded Butterworths of order 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.timbre.envelope import Envelope
from mixassistant.features.timbre.loudness_models import logarithm
from mixassistant.features.timbre.onsets import MelPower, find_onsets
from mixassistant.features.timbre.peaks import lowest_peak
from mixassistant.features.timbre.signal import Framer, Signal, Undefined, spectra

RUMBLE_HZ = 20.0
BRIGHT_HZ, BODY_HZ, LOW_HZ, DEEP_HZ = 2000.0, 100.0, 2000.0, 500.0  # high-passes of brightness, low-passes of depth
BRIGHT_FFT, DEPTH_FFT = 2048, 4096  # samples; hops are a quarter
RMS_STEP = 256  # samples
_BLOCK = 1 << 16  # samples filtered at once
LEAST_POWER = 1e-3  # of a frame, where the largest sample is 1
DECAY = 0.01  # −40 dB


@dataclass(eq=False)
class Filtered:
    """What brightness and depth are made of.

    Parameters
    ----------
    peak : float
        Largest absolute sample above 20 Hz.
    bright_power, power : float
        Power above 2 kHz and above 20 Hz, summed over frames.
    centroid_hz : float
        Of the mean spectrum above 100 Hz.
    spectrum : np.ndarray [shape=(2049,)]
        Power above 20 Hz, summed over frames.
    frame_powers, deep_powers, low_centroids_hz : np.ndarray [shape=(frames,)]
        Power above 20 Hz, power below 500 Hz, and centroid below 2 kHz, of the frames of depth.
    rms : np.ndarray [shape=(steps,)]
        Root mean square in steps of 256 samples.
    strength : np.ndarray [shape=(frames,)]
        Onset strength of the signal at full scale.
    """

    peak: float
    bright_power: float
    power: float
    centroid_hz: float
    spectrum: NDArray[np.float64]
    frame_powers: NDArray[np.float64]
    deep_powers: NDArray[np.float64]
    low_centroids_hz: NDArray[np.float64]
    rms: NDArray[np.float64]
    strength: NDArray[np.float64]


def _section(frequency_hz: float, kind: Literal["high", "low"], sample_rate_hz: int) -> NDArray[np.float64]:
    """Return a Butterworth of order 2 as (b0, b1, b2, a1, a2)."""
    from scipy.signal import butter

    b, a = butter(2, frequency_hz / (sample_rate_hz / 2), kind)
    return np.array([*b, *a[1:]])


def rumble_filter(sample_rate_hz: int) -> NDArray[np.float64]:
    """Return the high-pass of 20 Hz as (b0, b1, b2, a1, a2), to be run three times."""
    return _section(RUMBLE_HZ, "high", sample_rate_hz)


def _hamming(size: int) -> NDArray[np.float32]:
    return (0.54 - 0.46 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)


class _Frames:
    """Frames of one size a quarter apart, behind a Hamming window, each less its mean."""

    def __init__(self, size: int, length: int) -> None:
        # What is shorter than a frame is one frame.
        self.size, self.hop, self.own = size, size // 4, min(size, length)
        self.framer = Framer(self.own, self.hop)
        self.window = _hamming(self.own)
        self.scale = self.size / float(self.window.sum(dtype=np.float64)) ** 2

    def powers(self, span: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the power of each frame in a span, summed over frequency: by Parseval's theorem, without a transform."""
        from mixassistant.features.timbre.spectral_kernels import frame_energy

        result = np.empty(self.framer.count(span))
        frame_energy(span, self.hop, self.window, result)
        return result * self.scale

    def spectra(self, span: NDArray[np.float32]) -> Iterator[NDArray[np.complex64]]:
        """Yield the spectra of a span, some frames at a time."""
        yield from spectra(span, np.arange(self.framer.count(span)) * self.hop, self.window, self.size, without_mean=True)


def filtered(signal: Signal) -> Filtered:
    """Run the filters over a signal and take the sums."""
    from mixassistant.features.timbre import kernels, spectral_kernels

    rate = signal.sample_rate_hz
    kinds: tuple[tuple[float, Literal["high", "low"]], ...] = ((BRIGHT_HZ, "high"), (BODY_HZ, "high"), (LOW_HZ, "low"), (DEEP_HZ, "low"))
    rumble, sections = rumble_filter(rate), np.stack([_section(hz, kind, rate) for hz, kind in kinds], axis=1)
    rumble_state, states = np.zeros((3, 2)), np.zeros((3, 2, 4))
    bright, deep = _Frames(BRIGHT_FFT, signal.length), _Frames(DEPTH_FFT, signal.length)
    body_spectrum, spectrum = np.zeros(BRIGHT_FFT // 2 + 1), np.zeros(DEPTH_FFT // 2 + 1)
    mel = MelPower(rate, signal.length)
    power = bright_power = peak = 0.0
    frame_powers, deep_powers, centroids, energies = [], [], [], []
    for start in range(0, signal.length, _BLOCK):
        samples = signal.raw(start, start + _BLOCK)
        bands = np.empty((5, samples.size), dtype=np.float32)
        kernels.cascade(samples, signal.gain, rumble, rumble_state, bands[0])
        kernels.four_cascades(bands[0], sections, states, bands[1:])
        peak = max(peak, float(np.abs(bands[0]).max()))
        energies.append(np.add.reduceat(bands[0] ** 2, np.arange(0, samples.size, RMS_STEP)))
        mel.push(bands[0])
        span = bright.framer.push(bands[:3])
        power += float(bright.powers(span[0]).sum())
        bright_power += float(bright.powers(span[1]).sum())
        for some in bright.spectra(span[2]):
            spectral_kernels.add_power(some, body_spectrum)
        span = deep.framer.push(bands[[0, 3, 4]])
        frame_powers.append(deep.powers(span[0]))
        deep_powers.append(deep.powers(span[2]))
        for some in deep.spectra(span[0]):
            spectral_kernels.add_power(some, spectrum)
        for some in deep.spectra(span[1]):
            found = np.empty(some.shape[0])
            spectral_kernels.centroids(some, rate / DEPTH_FFT, found)
            centroids.append(found)
    if peak == 0:
        raise Undefined("nothing above 20 Hz")
    body_hz = np.arange(body_spectrum.size) * (rate / BRIGHT_FFT)
    energy = np.concatenate(energies).astype(np.float64)
    counts = np.full(energy.size, float(RMS_STEP))
    counts[-1] = signal.length - RMS_STEP * (energy.size - 1)
    return Filtered(
        peak,
        bright_power,
        power,
        float(body_spectrum @ body_hz / max(body_spectrum.sum(), 1e-300)),
        spectrum,
        np.concatenate(frame_powers),
        np.concatenate(deep_powers),
        np.concatenate([np.zeros(0), *centroids]),
        np.sqrt(energy / counts),
        mel.strength(1 / peak),
    )


def brightness(found: Filtered) -> float:
    """Return how bright a sound is: share of power above 2 kHz and centroid above 100 Hz, as timbral_models scores them."""
    if not found.power > 0:
        raise Undefined("nothing above 20 Hz")
    ratio = logarithm(found.bright_power / found.power, "power above 2 kHz")
    return 4.613128018020465 * ratio + 17.378889309312974 * logarithm(found.centroid_hz, "power above 100 Hz") + 17.434733750553022


def _mean_decay_s(found: Filtered, onsets: list[int], sample_rate_hz: int) -> float:
    """Return for how long the level after an onset stays above −40 dB, from its loudest moment to at most the next onset."""
    rms = found.rms / found.rms.max()
    starts = [onset // RMS_STEP for onset in onsets]
    durations = []
    for start, end in zip(starts, [*starts[1:], rms.size], strict=True):
        segment = rms[start:end]
        if not segment.size:
            continue
        after = segment[int(segment.argmax()) :]
        below = np.flatnonzero(after < DECAY)
        durations.append((below[0] if below.size else after.size) * RMS_STEP / sample_rate_hz)
    return float(np.mean(durations)) if durations else 0.0


def depth(found: Filtered, signal: Signal) -> float:
    """Return how deep a sound is: centroid below 2 kHz, share below 500 Hz, decay and lowest peak, as timbral_models scores them."""
    rate = signal.sample_rate_hz
    weights = found.frame_powers
    if not weights.sum() > 0:
        raise Undefined("nothing above 20 Hz")
    counts = weights / found.peak**2 > LEAST_POWER
    centroid = min(float(np.average(np.where(counts, found.low_centroids_hz, 0.0), weights=weights)), LOW_HZ)
    share = float(found.deep_powers[counts].sum() / weights.sum())
    curve = Envelope(signal, found.peak, 0.2, rumble_filter(rate))
    onsets = find_onsets(found.strength, curve, rate, 512)
    decay = logarithm(_mean_decay_s(found, onsets, rate), "decay")
    frequency = lowest_peak(found.spectrum, rate, 0.01)
    pitch = logarithm(frequency, "peak in the spectrum")
    steep = share**10 / (share**10 + 0.2)
    return (
        -0.0043703565847874465 * centroid
        + 32.83743202462131 * share
        + 4.750862716905235 * decay
        - 14.217438690256062 * pitch
        + 3.8782338862813924 * share * decay
        - 0.8544826091735516 * steep * decay
        + 66.69534393444391
    )
