"""A voice that sings nonsense: a glottal source with vibrato through the formants of its vowels, and noise for its consonants.

A cascade of resonators as in Klatt 1980, "Software for a cascade/parallel formant synthesizer", whose formants move every
few milliseconds; applied in short overlapping frames, so that it is quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

import numpy as np

from mixassistant.demo.score import Note
from mixassistant.demo.style import Style
from mixassistant.demo.synthesis import (
    RATE_HZ,
    Signal,
    count,
    decay,
    equalized,
    faded,
    generator,
    high_pass,
    low_pass,
    place,
    reverberation,
    room,
    sawtooth,
)  # fmt: skip
from mixassistant.processing.moves import Band, Compression
from mixassistant.progress import Progress, part, silent

STAGE = "Playing the voice"
HOP = 256  # samples, 5.8 ms
WINDOW = 1024
FFT = 2048  # room for the formants to ring beyond the window

# The first four formants in Hz of an alto (after Sundberg 1987, "The Science of the Singing Voice"); two letters glide.
FORMANTS: dict[str, tuple[float, ...]] = {
    "a": (800, 1180, 2800, 3900),
    "A": (730, 1580, 2700, 3900),
    "e": (480, 1950, 2750, 3900),
    "i": (350, 2250, 2950, 3900),
    "o": (480, 880, 2780, 3800),
    "u": (350, 780, 2600, 3700),
}
BANDWIDTHS_HZ = (85.0, 100.0, 150.0, 220.0)
HIGHER_SPACING_HZ = 1080.0  # of the formants above the fourth: a tube of the vocal tract's length
NASAL = (280.0, 1150.0, 2300.0, 3700.0)  # the murmur of m and n
GLIDES = {"l": (380.0, 1250.0, 2800.0, 3800.0), "w": (320.0, 700.0, 2300.0, 3600.0)}
CONSONANT_S = {
    "s": 0.11,
    "sh": 0.11,
    "f": 0.09,
    "t": 0.05,
    "k": 0.06,
    "d": 0.035,
    "b": 0.035,
    "h": 0.07,
    "m": 0.08,
    "n": 0.07,
    "l": 0.06,
    "w": 0.07,
}
VOICED = frozenset("bdmnlw")
# Noise of consonants: band edges in Hz, level.
NOISE: dict[str, tuple[float, float, float]] = {
    "s": (5200, 11500, 0.085),
    "sh": (2300, 7500, 0.085),
    "f": (1500, 10000, 0.020),
    "t": (3200, 9000, 0.120),
    "k": (1400, 4200, 0.110),
    "d": (2500, 7000, 0.060),
    "b": (60, 900, 0.050),
}


@dataclass(frozen=True)
class Singer:
    """Who sings: the length of the vocal tract relative to an alto's, vibrato, breath."""

    tract: float
    vibrato_hz: float
    vibrato_cents: float
    breath: float


@dataclass(frozen=True)
class _Curves:
    """What the singer does, one value a frame: pitch (MIDI), loudness of the voice and of the breath, formants ``[shape=(4, frames)]``."""

    pitch: Signal
    voice: Signal
    breath: Signal
    formants: Signal


def _smoothed(curve: Signal, duration_s: float) -> Signal:
    """Return a curve averaged over a Hann window: muscles do not jump."""
    window = np.hanning(max(3, round(duration_s * RATE_HZ / HOP) | 1))
    half = window.size // 2
    padded = np.pad(curve, [(0, 0)] * (curve.ndim - 1) + [(half, half)], mode="edge")
    rows = np.atleast_2d(padded)
    return np.stack([np.convolve(row, window / window.sum(), "valid") for row in rows]).reshape(curve.shape)


def _gestures(notes: Sequence[Note], singer: Singer, frames: int, random: np.random.Generator) -> _Curves:
    """Turn notes, in seconds from the first frame, into the singer's movements."""
    clock = (np.arange(frames) + 0.5) * HOP / RATE_HZ
    pitch = np.full(frames, float(notes[0].pitch))
    voice, breath = np.zeros(frames), np.zeros(frames)
    formants = np.repeat(np.array(FORMANTS["a"])[:, None], frames, axis=1)
    vibrato = np.zeros(frames)
    end_before = -1.0
    for note, following in zip(notes, [*notes[1:], None], strict=True):
        consonant, vowel = note.syllable.split("-")
        lead = CONSONANT_S.get(consonant, 0.0)
        is_phrase_start = note.start_s - end_before > 0.15
        is_phrase_end = following is None or following.start_s - note.start_s - note.duration_s > 0.15
        end = note.start_s + note.duration_s if is_phrase_end or following is None else following.start_s
        body = (clock >= note.start_s) & (clock < end)
        onset = (clock >= note.start_s - lead) & (clock < note.start_s)
        since = clock[body] - note.start_s
        pitch[(clock >= note.start_s - lead)] = note.pitch
        pitch[body] -= (0.8 if is_phrase_start else 0.25) * np.exp(-since / 0.045)  # scooped from below
        swell = 0.75 + 0.25 * np.sin(pi * np.clip(since / max(end - note.start_s, 0.1), 0, 1)) ** 0.7
        voice[body] = note.velocity * swell
        breath[body] = singer.breath * note.velocity
        vibrato[body] = np.clip((since - 0.22) / 0.3, 0, 1) * (end - note.start_s > 0.38)
        first, last = FORMANTS[vowel[0]], FORMANTS[vowel[-1]]
        turn = np.clip((since / max(end - note.start_s, 0.05) - 0.45) / 0.35, 0, 1)
        formants[:, body] = np.array(first)[:, None] * (1 - turn) + np.array(last)[:, None] * turn
        formants[:, onset] = np.array(NASAL if consonant in ("m", "n") else GLIDES.get(consonant, first))[:, None]
        if consonant in VOICED:
            voice[onset] = (0.45 if consonant in "mnlw" else 0.12) * note.velocity
        else:
            voice[onset] = 0.0
        if consonant == "h":
            breath[onset] = 0.5 * note.velocity
        end_before = end
    drift = _smoothed(random.standard_normal(frames), 0.25) * 0.25
    jitter = random.standard_normal(frames) * 0.012
    wave = np.sin(2 * pi * singer.vibrato_hz * clock + _smoothed(random.standard_normal(frames), 0.5))
    pitch = _smoothed(pitch, 0.075) + drift * 0.3 + jitter + singer.vibrato_cents / 100 * _smoothed(vibrato, 0.2) * wave
    voice = _smoothed(voice, 0.045) * (1 + 0.12 * _smoothed(vibrato, 0.2) * wave)
    fundamental = 440 * 2 ** ((pitch - 69) / 12)
    moved = _smoothed(formants, 0.06) / singer.tract
    moved[0] = np.maximum(moved[0], 1.05 * fundamental)  # singers open the mouth so that the first formant follows a high note
    return _Curves(pitch, voice, _smoothed(breath, 0.04), moved)


def _resonance(frequency_hz: Signal, bandwidth_hz: float, turn: Signal) -> Signal:
    """Return the complex response of a two-pole resonator with gain 1 at 0 Hz, ``[shape=(frames, bins)]``."""
    radius = np.exp(-pi * bandwidth_hz / RATE_HZ)
    b = (2 * radius * np.cos(2 * pi * frequency_hz / RATE_HZ))[:, None]
    c = -radius * radius
    return np.asarray((1 - b - c) / (1 - b * turn - c * turn * turn))


def _through_formants(source: Signal, curves: _Curves, singer: Singer, progress: Progress) -> Signal:
    """Filter a source by the moving formants, frame by frame."""
    frames = curves.voice.size
    turn = np.exp(-2j * pi * np.arange(FFT // 2 + 1) / FFT)[None, :]
    fixed = np.ones_like(turn)
    highest = np.arange(4900.0, 20000.0, HIGHER_SPACING_HZ) / singer.tract
    for number, frequency in enumerate(highest[highest < 21000]):
        fixed = fixed * _resonance(np.array([frequency]), 260.0 + 90.0 * number, turn)
    window = np.hanning(WINDOW + 1)[:-1] * (2 * HOP / WINDOW)
    padded = np.pad(source, (WINDOW // 2, WINDOW))
    out = np.zeros(source.size + WINDOW + FFT)
    block = 256
    for begin in range(0, frames, block):
        progress(STAGE, begin / frames)
        index = np.arange(begin, min(begin + block, frames))
        pieces = np.stack([padded[i * HOP : i * HOP + WINDOW] for i in index]) * window
        response = fixed.repeat(index.size, axis=0)
        for formant, bandwidth in zip(curves.formants, BANDWIDTHS_HZ, strict=True):
            response *= _resonance(formant[index], bandwidth, turn)
        filtered = np.fft.irfft(np.fft.rfft(pieces, FFT) * response, FFT)
        for i, piece in zip(index, filtered, strict=True):
            out[i * HOP : i * HOP + FFT] += piece
    return np.asarray(out[WINDOW // 2 : WINDOW // 2 + source.size])


def _consonants(notes: Sequence[Note], length: int, random: np.random.Generator) -> Signal:
    """Return the hisses and bursts between the vowels, at the lips."""
    track = np.zeros((2, length))
    for note in notes:
        consonant = note.syllable.split("-")[0]
        if consonant not in NOISE:
            continue
        low, high, level = NOISE[consonant]
        is_hiss = consonant in ("s", "sh", "f")
        lasts = CONSONANT_S[consonant] + 0.03
        noise = equalized(random.standard_normal(count(lasts)), [high_pass(low, 0.9), low_pass(high, 0.9)])
        shape = np.ones(noise.size) if is_hiss else decay(noise.size, 0.06 if consonant != "b" else 0.09)
        sound = faded(noise * shape, 0.035 if is_hiss else 0.001, 0.03)
        place(track, note.start_s - CONSONANT_S[consonant], sound, level * note.velocity)
        if consonant in ("b", "t", "k"):  # the puff of air that a microphone hears as a thump
            puff = equalized(random.standard_normal(count(0.12)), [high_pass(30), low_pass(120)]) * decay(count(0.12), 0.1)
            place(track, note.start_s - 0.01, puff, 0.06 * note.velocity)
    return np.asarray(track[0])


def sing(notes: Sequence[Note], singer: Singer, length: int, random: np.random.Generator, progress: Progress = silent) -> Signal:
    """Sing notes, ``[shape=(length,)]``."""
    track = np.zeros((2, length))
    if not notes:
        return np.asarray(track[0])
    begin = max(0.0, notes[0].start_s - 0.2)
    span = count(min(notes[-1].start_s + notes[-1].duration_s + 0.4, length / RATE_HZ) - begin)
    local = [Note(n.start_s - begin, n.duration_s, n.pitch, n.velocity, n.syllable) for n in notes]
    frames = -(-span // HOP)
    curves = _gestures(local, singer, frames, random)
    clock = np.arange(span)
    at = (np.arange(frames) + 0.5) * HOP
    fundamental = 440 * 2 ** ((np.interp(clock, at, curves.pitch) - 69) / 12)
    loud = np.interp(clock, at, curves.voice)
    # Louder voices close the glottis faster: the soft part of the tone has less treble.
    pulses = sawtooth(fundamental, span)
    dull = equalized(pulses, [low_pass(900, 0.5)])
    source = loud * (loud * 0.8 * pulses + (1 - 0.8 * loud) * dull)
    air = equalized(random.standard_normal(span), [high_pass(900, 0.5)])
    source += np.interp(clock, at, curves.breath) * air * (0.75 + 0.25 * pulses)
    sung = _through_formants(source, curves, singer, progress)
    place(track, begin, 0.2 * sung + _consonants(local, span, random))
    return np.asarray(track[0])


def play_voice(style: Style, melody: Sequence[Note], harmony: Sequence[Note], length: int, progress: Progress = silent) -> Signal:
    """Sing the lead, centred, and in the chorus its double and a second voice to the sides, ``[shape=(2, length)]``."""
    from scipy.ndimage import uniform_filter1d

    from mixassistant.audio.audio import Audio
    from mixassistant.processing.compressor import compress

    random = generator(style.seed, "singer")
    tract = (1.1 if style.is_low_voice else 1.0) * random.uniform(0.97, 1.04)
    singer = Singer(tract, random.uniform(5.0, 5.9), random.uniform(28, 45), random.uniform(0.010, 0.018))
    lead = sing(melody, singer, length, random, part(progress, 0.0, 0.4))
    # The room that an open microphone hears; it is shut between the phrases.
    opened = uniform_filter1d((np.abs(lead) > 1e-5).astype(np.float64), count(0.3))
    rumble = 0.04 * opened * equalized(random.standard_normal(length), [high_pass(40), low_pass(130)])
    presence = [high_pass(60), Band("low_shelf", 380, -3.0, 0.71), Band("bell", 1700, 4.0, 0.7), Band("high_shelf", 3000, 4.0, 0.71)]
    voiced = equalized(lead + rumble, presence)
    squeeze = Compression(threshold_db=-28, ratio=3.5, attack_s=0.006, release_s=0.12, knee_db=8, makeup_db=0.0, gain_reduction_db=0.0)
    voiced = 0.35 * voiced / max(float(np.abs(voiced).max()), 1e-9)
    even = compress(Audio(voiced[None].astype(np.float32), RATE_HZ), squeeze).samples[0].astype(np.float64)
    track = np.stack([even, even])
    double = [note for note in melody if any(abs(note.start_s - other.start_s) < 0.05 for other in harmony)]
    for number, (pan, notes) in enumerate(((-0.8, double), (0.8, harmony))):
        take = sing(notes, singer, length, random, part(progress, 0.4 + 0.2 * number, 0.6 + 0.2 * number))
        take = equalized(take, [high_pass(160), Band("high_shelf", 6000, -3, 0.71)])
        level = 0.28 * np.sqrt((even**2).mean()) / max(float(np.sqrt((take**2).mean())), 1e-9)
        place(track, 0.014, take, level, pan)
    progress(STAGE, 0.8)
    plate = reverberation(equalized(track, [high_pass(240)]), room(style.seed, 1.3, 5000.0, 0.045))
    return np.asarray(track + 0.16 * plate)
