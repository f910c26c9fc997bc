"""Tracks made by code, of what the songs at hand have too few of alone: single drums, tones that are struck or held, sweeps of noise."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.demo.drums import play_drums
from mixassistant.demo.keys import play_chords
from mixassistant.demo.song import make_song, write_score
from mixassistant.demo.synthesis import count

RATE_HZ = 44_100
DURATION_S = 12.0
KITS = {
    "kick": {"kick"},
    "snare": {"snare", "clap"},
    "cymbals": {"hat", "open", "crash", "tambourine"},
    "crash": {"crash"},
    "toms": {"tom1", "tom2", "tom3"},
}
PARTIALS = ((1.0, 3.93, 9.2), (1.0, 2.76, 5.4, 8.93), (1.0, 2.0, 3.0, 4.0, 5.0, 6.0), (1.0, 4.0, 10.0))  # bars, bells, strings, marimba
SCALE = (0, 2, 4, 7, 9, 12, 14, 16)


def _audio(sound: NDArray[np.float64]) -> Audio:
    return Audio(np.atleast_2d(0.5 * sound / np.abs(sound).max()).astype(np.float32), RATE_HZ)


def _struck(random: np.random.Generator) -> NDArray[np.float64]:
    """Return a tune on a mallet instrument, a bell or a plucked string."""
    partials = PARTIALS[int(random.integers(len(PARTIALS)))]
    length = round(DURATION_S * RATE_HZ)
    sound, step_s = np.zeros(length + RATE_HZ * 4), float(random.uniform(0.12, 0.5))
    root, t60_s, damping = float(random.uniform(110, 660)), float(random.uniform(0.2, 2.0)), float(random.uniform(0.3, 1.5))
    for index in range(int(DURATION_S / step_s)):
        if random.random() < 0.25:
            continue
        pitch = root * 2 ** (SCALE[int(random.integers(len(SCALE)))] / 12)
        time = np.arange(round(min(2 * t60_s, 3.5) * RATE_HZ)) / RATE_HZ
        tone = sum(
            np.sin(2 * np.pi * pitch * p * time) * 10 ** (-3 * time * p**damping / t60_s) / p**0.8 for p in partials if pitch * p < 18_000
        )
        start = round(index * step_s * RATE_HZ)
        stop = min(start + time.size, sound.size)
        sound[start:stop] += float(random.uniform(0.4, 1.0)) * np.asarray(tone)[: stop - start]
    return sound[:length]


def _held(random: np.random.Generator) -> NDArray[np.float64]:
    """Return a tune of held tones on one bowed, blown or sustained string: vibrato, but the same spectrum on every tone, and no words."""
    rate, length = 100, round(DURATION_S * 100)
    root, step = float(random.uniform(130, 520)), int(random.integers(15, 70))
    steps = np.repeat([SCALE[int(random.integers(len(SCALE)))] for _ in range(length // step + 1)], step)[:length].astype(float)
    steps = np.convolve(np.pad(steps, 4, mode="edge"), np.ones(9) / 9, mode="valid")  # legato within a tenth of a second
    time = np.arange(length) / rate
    vibrato = float(random.uniform(0.0, 0.35)) * np.sin(2 * np.pi * float(random.uniform(4.5, 6.5)) * time)
    fades = np.clip(np.minimum(np.arange(length) % step, step - np.arange(length) % step) / float(random.uniform(1.5, 8.0)), 0.0, 1.0)
    rests = np.repeat(random.random(length // step + 1) > 0.15, step)[:length]
    at = np.arange(round(DURATION_S * RATE_HZ)) / RATE_HZ
    hertz = np.interp(at, time, root * 2 ** ((steps + vibrato) / 12))
    loud = np.interp(at, time, fades * rests * (0.85 + 0.15 * np.sin(2 * np.pi * 5.3 * time)))
    phase = 2 * np.pi * np.cumsum(hertz) / RATE_HZ
    slope, even, peak_hz = float(random.uniform(0.6, 2.2)), float(random.uniform(0.1, 1.0)), float(random.uniform(500, 2500))
    sound = np.zeros(at.size)
    for partial in range(1, 25):
        body = 1 + 3 * np.exp(-np.square(np.log2(partial * hertz / peak_hz) / 0.6))
        sound += (
            np.where(partial * hertz < 12_000, body, 0.0) * (even if partial % 2 == 0 else 1.0) * partial**-slope * np.sin(partial * phase)
        )
    breath = float(10 ** random.uniform(-3.0, -1.2)) * random.standard_normal(at.size)
    drive = float(random.uniform(0.0, 6.0))  # a guitar through an amplifier
    driven = np.tanh(drive * sound / np.abs(sound).max()) if drive > 2 else sound / np.abs(sound).max()
    return loud * (driven + breath)


def _sweep(random: np.random.Generator) -> NDArray[np.float64]:
    """Return noise through a band that rises or falls over seconds, as effects between the parts of a song do."""
    length, frame = round(DURATION_S * RATE_HZ), 1024
    period = float(random.uniform(3.0, 8.0)) * RATE_HZ
    phase = (np.arange(0, length, frame // 2) % period) / period
    centre = 300 * 30 ** (phase if random.random() < 0.6 else 1 - phase)
    hertz = np.fft.rfftfreq(frame, 1 / RATE_HZ)
    width = float(random.uniform(0.4, 1.2))
    noise = random.standard_normal(length + 2 * frame)
    sound = np.zeros(length + 2 * frame)
    window = np.hanning(frame)
    for index, middle in enumerate(centre):
        start = index * frame // 2
        spectrum = np.fft.rfft(window * noise[start : start + frame])
        gain = np.exp(-np.square(np.log2(np.maximum(hertz, 20) / middle) / width)) * (0.2 + phase[index])
        sound[start : start + frame] += np.fft.irfft(spectrum * gain)
    return sound[:length]


def made_tracks(seeds: int) -> Iterator[tuple[str, str, str, Audio]]:
    """Yield kind of material, role, part and audio of tracks made by code."""
    for seed in range(1, seeds + 1):
        for role, audio in make_song(seed, faults=False, duration_s=DURATION_S).values():
            yield "made", role, "kit" if role == "drums" else "", audio
        score = write_score(seed, DURATION_S)
        for part, drums in KITS.items():
            hits = [hit for hit in score.drums if hit.drum in drums]
            if hits:
                played = play_drums(score.style, hits, count(DURATION_S))
                yield "made kit", "drums", "cymbals" if part == "crash" else part, _audio(np.asarray(played))
        for layer, notes in score.layers.items():
            if notes:
                alone = {name: (notes if name == layer else ()) for name in score.layers}
                yield "made layer", "other", "", _audio(np.asarray(play_chords(score.style, alone, count(DURATION_S))))
        random = np.random.default_rng(seed)
        yield "made layer", "other", "", _audio(_struck(random))
        yield "made layer", "other", "", _audio(_struck(random))
        yield "made layer", "other", "", _audio(_held(random))
        if seed % 3 == 0:
            yield "made layer", "other", "", _audio(_sweep(random))
