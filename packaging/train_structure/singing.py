"""Voices that sing a melody: the demo's singer, and a quicker one of pulses through slowly changing formants, with glides and vibrato."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.demo.score import Note as SungNote
from mixassistant.demo.synthesis import RATE_HZ, sawtooth
from mixassistant.demo.voice import FORMANTS, Singer, sing

Sung = list[tuple[float, float, int, float]]  # start and end in seconds, MIDI pitch, velocity 0–1
SYLLABLES = ("-a", "l-a", "d-o", "n-e", "s-i", "m-A", "t-u", "k-a", "w-o", "sh-e", "b-i", "h-a")


def sung_by_singer(notes: Sung, length: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Return the demo's singer on a melody, ``[shape=(length,)]``."""
    singer = Singer(random.uniform(0.9, 1.2), random.uniform(4.6, 6.4), random.uniform(15, 70), random.uniform(0.008, 0.03))
    score = [SungNote(s, e - s, p, v, str(random.choice(SYLLABLES))) for s, e, p, v in notes]
    return sing(score, singer, length, random)


def sung_quickly(notes: Sung, length: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Return a buzzing voice on a melody, ``[shape=(length,)]``: glides of a few tens of milliseconds, vibrato, two vowels in turn.

    Computed at half the rate: voices have little above 10 kHz.
    """
    import soxr
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import iirpeak, lfilter

    rate, size = RATE_HZ // 2, length // 2 + 1
    pitch, loud = np.zeros(size), np.zeros(size)
    last = 0
    for start_s, end_s, midi, velocity in notes:
        begin, end = round(start_s * rate), min(size, round(end_s * rate))
        pitch[last:] = midi
        loud[begin:end] = velocity
        last = end
    clock = np.arange(size) / rate
    pitch = uniform_filter1d(pitch, max(1, round(random.uniform(0.015, 0.12) * rate)))
    knots = np.arange(0.0, clock[-1] + 0.4, 0.2)
    pitch += np.interp(clock, knots, random.normal(0, 0.12, knots.size))
    pitch += random.uniform(0, 0.7) * np.sin(2 * np.pi * random.uniform(4.5, 6.5) * clock)
    loud = uniform_filter1d(loud, round(random.uniform(0.01, 0.05) * rate))
    # The sawtooth counts in samples of the whole rate.
    source = loud * sawtooth(2 * 440 * 2 ** ((pitch - 69) / 12), size)
    source += loud * random.uniform(0.01, 0.15) * random.standard_normal(size)
    vowels = [FORMANTS[str(v)] for v in random.choice(sorted(FORMANTS), 2, replace=False)]
    turn = 0.5 + 0.5 * np.sin(2 * np.pi * random.uniform(0.3, 1.5) * clock)
    out = 0.06 * source
    tract = random.uniform(0.85, 1.2)
    for formants, share in zip(vowels, (turn, 1 - turn), strict=True):
        for number, frequency in enumerate(formants[:3]):
            b, a = iirpeak(frequency / tract, random.uniform(5, 14), fs=rate)
            out += share * 0.8**number * lfilter(b, a, source)
    return np.asarray(soxr.resample(out, rate, RATE_HZ)[:length])
