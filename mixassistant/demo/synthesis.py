"""Sound from numbers: oscillators, noise, filters, panning and a room, shared by all instruments of the demo.

Signals are float64 at 44.1 kHz: mono ``[shape=(samples,)]``, stereo ``[shape=(2, samples)]``. Every random number comes from a
PCG64 generator seeded by the song and the part, so that a song is the same on every machine.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray

from mixassistant.processing.filters import sos
from mixassistant.processing.moves import Band

Signal = NDArray[np.float64]

RATE_HZ = 44100


def generator(seed: int, part: str) -> np.random.Generator:
    """Return the random numbers of one part of a song, independent of how many the other parts draw."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *part.encode()])))


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI note number (A4 = 69 = 440 Hz, equal temperament)."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))


def count(duration_s: float) -> int:
    """Return a duration in samples."""
    return max(0, round(duration_s * RATE_HZ))


def times(length: int) -> Signal:
    """Return the time of each sample in seconds."""
    return np.arange(length) / RATE_HZ


def decay(length: int, t60_s: float) -> Signal:
    """Return an exponential decay that falls by 60 dB in `t60_s`."""
    return np.asarray(10 ** (-3 * times(length) / t60_s))


def faded(sound: Signal, attack_s: float, release_s: float) -> Signal:
    """Return a sound with raised-cosine fades at its start and end."""
    length = sound.shape[-1]
    up, down = min(count(attack_s), length), min(count(release_s), length)
    shape = np.ones(length)
    shape[:up] *= 0.5 - 0.5 * np.cos(pi * np.arange(up) / max(up, 1))
    shape[length - down :] *= 0.5 + 0.5 * np.cos(pi * np.arange(down) / max(down, 1))
    return np.asarray(sound * shape)


def sawtooth(frequency_hz: Signal | float, length: int, phase: float = 0.0) -> Signal:
    """Return a sawtooth without audible aliasing.

    A polynomial rounds its jump over two samples (Välimäki and Huovilainen 2007, "Antialiasing oscillators in subtractive
    synthesis").

    Parameters
    ----------
    frequency_hz : float or np.ndarray [shape=(length,)]
    length : int
    phase : float
        Of the first sample, 0–1.
    """
    step = np.broadcast_to(np.asarray(frequency_hz, dtype=np.float64) / RATE_HZ, (length,))
    turns = (phase + np.cumsum(step)) % 1.0
    wave = 2 * turns - 1
    after, before = np.flatnonzero(turns < step), np.flatnonzero(turns > 1 - step)
    x = turns[after] / step[after]
    wave[after] -= 2 * x - x * x - 1
    x = (turns[before] - 1) / step[before]
    wave[before] -= x * x + 2 * x + 1
    return wave


def equalized(sound: Signal, bands: Iterable[Band]) -> Signal:
    """Return a sound through equalizer bands in series."""
    from scipy.signal import sosfilt

    return np.asarray(sosfilt(np.concatenate([sos(band, RATE_HZ) for band in bands]), sound))


def high_pass(frequency_hz: float, q: float = 0.71) -> Band:
    """Return a high-pass filter, 12 dB per octave."""
    return Band("high_pass", frequency_hz, 0.0, q)


def low_pass(frequency_hz: float, q: float = 0.71) -> Band:
    """Return a low-pass filter, 12 dB per octave."""
    return Band("low_pass", frequency_hz, 0.0, q)


def saturated(sound: Signal, drive: float) -> Signal:
    """Return a sound through a soft curve that keeps small signals as they are and rounds peaks toward ``1 / drive``."""
    return np.asarray(np.tanh(drive * sound) / drive)


def unit(sound: Signal) -> Signal:
    """Return a sound with its peak at 1."""
    return np.asarray(sound / max(float(np.abs(sound).max(initial=0.0)), 1e-12))


def place(track: Signal, start_s: float, sound: Signal, gain: float = 1.0, pan: float = 0.0) -> None:
    """Add a sound to a stereo track, in place; what lies beyond the track's ends is cut.

    Parameters
    ----------
    track : np.ndarray [shape=(2, samples)]
    start_s : float
    sound : np.ndarray [shape=(n,) or (2, n)]
    gain : float
    pan : float
        −1 left … 1 right at constant power; 0 leaves a stereo sound as it is.
    """
    start = round(start_s * RATE_HZ)
    skip = max(0, -start)
    sound = sound[..., skip : max(skip, track.shape[1] - start)]
    angle = (pan + 1) * pi / 4
    root2 = 2**0.5
    for channel, side in enumerate((root2 * cos(angle), root2 * sin(angle))):
        piece = sound[channel] if sound.ndim == 2 else sound
        track[channel, start + skip : start + skip + piece.size] += gain * side * piece


@functools.lru_cache(maxsize=8)
def room(seed: int, t60_s: float, damping_hz: float, pre_delay_s: float) -> Signal:
    """Return a room's impulse response, ``[shape=(2, samples)]``: noise that decays, its treble sooner; energy 1 per channel.

    Moorer 1979, "About this reverberation business": a good hall's tail is indistinguishable from exponentially decaying noise.
    """
    length = count(1.1 * t60_s)
    random = generator(seed, "room")
    white = random.standard_normal((2, length))
    dark = equalized(white, [low_pass(damping_hz, 0.6)])
    tail = white * decay(length, 0.4 * t60_s) + 1.5 * dark * decay(length, t60_s)
    tail = equalized(tail, [high_pass(180.0), low_pass(9000.0, 0.5)])
    tail *= 1 - np.exp(-times(length) / 0.012)  # the first reflections build up
    tail /= np.sqrt((tail**2).sum(axis=1, keepdims=True))
    response = np.pad(tail, ((0, 0), (count(pre_delay_s), 0)))
    response.flags.writeable = False
    return response


def reverberation(track: Signal, response: Signal) -> Signal:
    """Return what a room answers to a stereo track (fed in mono), at the track's length."""
    from scipy.fft import irfft, next_fast_len, rfft

    size = next_fast_len(track.shape[1] + response.shape[1], real=True)
    return np.asarray(irfft(rfft(track.mean(axis=0), size) * rfft(response, size), size)[:, : track.shape[1]])
