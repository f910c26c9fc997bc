"""The band: drums, bass, chords and a voice-like lead, synthesised from notes. Mono or stereo float64 at 44.1 kHz."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mixassistant.demo.score import Note

RATE_HZ = 44100
TABLE = 4096  # samples of a wave's period
Sound = NDArray[np.float64]
# Formant frequencies in Hz of sung vowels (Peterson and Barney 1952, female means, and their usual bandwidths in Hz).
FORMANTS = {
    "a": (850, 1220, 2810), "e": (610, 2330, 2990), "i": (310, 2790, 3310), "o": (590, 920, 2710), "u": (370, 950, 2670),
}  # fmt: skip
BANDWIDTHS_HZ = (90, 110, 170)


def _time(length_s: float) -> Sound:
    return np.arange(max(1, int(length_s * RATE_HZ))) / RATE_HZ


def _hertz(pitch: float) -> float:
    return float(440.0 * 2 ** ((pitch - 69) / 12))


def _fade(sound: Sound, attack_s: float, release_s: float) -> Sound:
    """Fade in and out along a raised cosine, so that no note clicks."""
    shaped = sound.copy()
    for length, end in ((int(attack_s * RATE_HZ), False), (int(release_s * RATE_HZ), True)):
        length = min(length, shaped.shape[-1] // 2)
        ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(length, 1))
        if length and end:
            shaped[..., -length:] *= ramp[::-1]
        elif length:
            shaped[..., :length] *= ramp
    return shaped


def _filtered(sound: Sound, kind: str, *frequencies_hz: float, order: int = 2) -> Sound:
    from scipy.signal import butter, sosfilt

    edges = frequencies_hz[0] if len(frequencies_hz) == 1 else list(frequencies_hz)
    return np.asarray(sosfilt(butter(order, edges, kind, fs=RATE_HZ, output="sos"), sound))


@functools.lru_cache(maxsize=128)
def _saw_table(harmonics: int) -> Sound:
    """Return one period of a saw wave of so many harmonics, its first sample repeated at the end."""
    phase = np.arange(TABLE + 1) / TABLE
    return np.asarray(sum((np.sin(2 * np.pi * k * phase) / k for k in range(1, harmonics + 1)), np.zeros(TABLE + 1)))


def _saw(phase: Sound, highest_hz: float, frequency_hz: float, harmonics: int) -> Sound:
    """Return a saw wave over a phase in periods, without harmonics above `highest_hz`: no aliases."""
    table = _saw_table(max(1, min(harmonics, int(highest_hz / frequency_hz))))
    return np.interp(phase % 1.0 * TABLE, np.arange(TABLE + 1), table)


def _placed(notes: Sequence[tuple[float, Sound]], duration_s: float) -> Sound:
    """Sum sounds at their starts into ``[shape=(2, samples)]``; what rings beyond the end is faded out."""
    total = np.zeros((2, int(duration_s * RATE_HZ)))
    for start_s, sound in notes:
        first = int(start_s * RATE_HZ)
        piece = np.atleast_2d(sound)[:, : max(0, total.shape[1] - first)]
        total[:, first : first + piece.shape[1]] += piece
    return _fade(total, 0.0, 0.02)


def drum_kit(notes: Sequence[Note], duration_s: float, rng: np.random.Generator) -> Sound:
    """Play kick, snare, hats and crash; hats sit a little right, the crash left."""
    tuning = float(rng.uniform(0.9, 1.12))
    sounds = []
    for note in notes:
        hit = _drum(note, tuning, rng) * note.velocity
        pan = {"hat": 0.25, "open hat": 0.25, "crash": -0.4}.get(note.sound, 0.0)
        sounds.append((note.start_s, np.array([hit * (1 - pan), hit * (1 + pan)]) / np.sqrt(1 + pan**2)))
    return _with_room(_placed(sounds, duration_s), rng, 0.12, 0.25)


def _drum(note: Note, tuning: float, rng: np.random.Generator) -> Sound:
    if note.sound == "kick":
        t = _time(0.35)
        body = np.sin(2 * np.pi * tuning * (52 * t + 95 * 0.03 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.11)
        click = _filtered(rng.normal(size=t.size), "highpass", 1500) * np.exp(-t / 0.004) * 0.25
        return _fade(body + click, 0.0005, 0.02)
    if note.sound == "snare":
        t = _time(0.3)
        body = np.sin(2 * np.pi * 190 * tuning * t) * np.exp(-t / 0.06) * 0.6
        rattle = _filtered(rng.normal(size=t.size), "bandpass", 900, 9000) * np.exp(-t / 0.09) * 0.5
        return _fade(body + rattle, 0.0005, 0.02)
    decay, low = {"hat": (0.03, 6500.0), "open hat": (0.15, 5500.0)}.get(note.sound, (0.6, 3500.0))
    t = _time(6 * decay)
    return _fade(_filtered(rng.normal(size=t.size), "highpass", low) * np.exp(-t / decay) * 0.3, 0.0005, 0.02)


def bass_guitar(notes: Sequence[Note], duration_s: float, rng: np.random.Generator) -> Sound:
    """Play plucked bass notes, in the centre: a bright attack that darkens."""
    brightness = float(rng.uniform(600, 1100))
    sounds = []
    for note in notes:
        t = _time(note.length_s + 0.08)
        f = _hertz(note.pitch)
        tone = np.zeros_like(t)
        for k in range(1, int(min(24, 7000 / f)) + 1):
            weight = 1 / k / np.sqrt(1 + (k * f / brightness) ** 2)
            tone += weight * np.sin(2 * np.pi * k * f * t) * np.exp(-t * (1.2 + 0.5 * k))
        pluck = _filtered(rng.normal(size=t.size), "bandpass", 700, 3000) * np.exp(-t / 0.01) * 0.05
        sounds.append((note.start_s, _fade(tone + pluck, 0.004, 0.06) * note.velocity))
    return _placed(sounds, duration_s)


def keyboards(notes: Sequence[Note], duration_s: float, rng: np.random.Generator) -> Sound:
    """Play wide pads in the verse and plucked chords in the chorus; each side has its own tuning."""
    sounds = []
    for note in notes:
        f = _hertz(note.pitch)
        t = _time(note.length_s + (0.6 if note.sound == "pad" else 0.25))
        sides = []
        for side in (-1, 1):
            tone = np.zeros_like(t)
            for cents in (side * 4.0, side * 11.0):
                detuned = f * 2 ** (cents / 1200)
                tone += 0.6 * _saw(detuned * t + float(rng.random()), 16000, detuned, 60)
            if note.sound == "pluck":
                tone *= np.exp(-t / 0.45)
            sides.append(_filtered(tone, "lowpass", min(2200 + 4 * f, 9000)))
        attack, release = (0.25, 0.5) if note.sound == "pad" else (0.004, 0.2)
        sounds.append((note.start_s, _fade(np.array(sides), attack, release) * note.velocity * 0.3))
    return _with_room(_placed(sounds, duration_s), rng, 0.2, 0.6)


def singer(notes: Sequence[Note], duration_s: float, rng: np.random.Generator) -> Sound:
    """Sing vowels: a glottal pulse with vibrato and breath through three formants; a noise burst stands for the consonant."""
    size = float(rng.uniform(0.9, 1.1))
    sounds = []
    for note in notes:
        t = _time(note.length_s)
        vibrato = 1 + 0.012 * np.sin(2 * np.pi * 5.6 * t) * np.clip((t - 0.18) / 0.25, 0, 1)
        glide = 1 - 0.03 * np.exp(-t / 0.04)
        phase = np.cumsum(_hertz(note.pitch) * vibrato * glide) / RATE_HZ
        source = _saw(phase, 12000, _hertz(note.pitch), 40)
        source += 0.25 * _filtered(rng.normal(size=t.size), "highpass", 2500)
        voice = 0.25 * source
        for formant, width, gain in zip(FORMANTS[note.sound], BANDWIDTHS_HZ, (1.0, 0.7, 0.5), strict=True):
            centre = formant * size
            voice += gain * _filtered(source, "bandpass", max(60.0, centre - 2 * width), centre + 2 * width, order=1)
        consonant = _filtered(rng.normal(size=t.size), "bandpass", 3500, 9000) * np.exp(-t / 0.025) * 0.3
        swell = 0.75 + 0.25 * np.sin(np.pi * np.clip(t / max(note.length_s, 0.1), 0, 1))
        sounds.append((note.start_s, _fade((voice + consonant) * swell, 0.02, 0.06) * note.velocity))
    return _with_room(_placed(sounds, duration_s), rng, 0.1, 0.9)


def _with_room(dry: Sound, rng: np.random.Generator, amount: float, decay_s: float) -> Sound:
    """Add a room: decaying noise, different on each side."""
    from scipy.signal import fftconvolve

    t = _time(min(2.5, 4 * decay_s))
    tails = _filtered(rng.normal(size=(2, t.size)), "bandpass", 250, 7000) * np.exp(-t / (decay_s / 3))
    tails /= np.sqrt((tails**2).sum(axis=1, keepdims=True))
    wet = np.array([fftconvolve(dry[i], tails[i])[: dry.shape[1]] for i in (0, 1)])
    return np.asarray(dry + amount * 2 * wet)
