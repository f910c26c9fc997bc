"""The sounds whose timbre is known from the original: made ones, and excerpts of real recordings by file name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Mono = NDArray[np.float32]
RATE = 44100


def _time(seconds: float, rate: int = RATE) -> NDArray[np.float64]:
    return np.arange(round(seconds * rate)) / rate


def _noise(seconds: float, seed: int, rate: int = RATE) -> NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal(round(seconds * rate))


def sine(frequency_hz: float, seconds: float = 3.0, rate: int = RATE) -> NDArray[np.float64]:
    return 0.3 * np.sin(2 * np.pi * frequency_hz * _time(seconds, rate))


def pink(seconds: float, seed: int) -> NDArray[np.float64]:
    """Return noise of −3 dB per octave (P. Kellet's economy filter)."""
    white = _noise(seconds, seed)
    parts = [lfilter([gain], [1, -pole], white) for gain, pole in ((0.0990460, 0.99765), (0.2965164, 0.96300), (1.0526913, 0.57000))]
    return np.asarray(0.05 * (sum(parts) + 0.1848 * white))


def clicks(seconds: float, period_s: float) -> NDArray[np.float64]:
    wave = np.zeros(round(seconds * RATE))
    wave[:: round(period_s * RATE)] = 0.8
    return wave


def struck(seconds: float, period_s: float, frequency_hz: float, decay_s: float) -> NDArray[np.float64]:
    """Return decaying tones with five harmonics, one after another."""
    since = _time(seconds) % period_s
    tone = sum(np.sin(2 * np.pi * frequency_hz * k * since) / k for k in range(1, 6))
    return np.asarray(0.3 * tone * np.exp(-since * 6.9 / decay_s))


def chord(seconds: float, frequencies_hz: tuple[float, ...]) -> NDArray[np.float64]:
    wave = sum(np.sin(2 * np.pi * f * k * _time(seconds)) / k**1.5 for f in frequencies_hz for k in range(1, 9))
    return np.asarray(0.1 * wave)


def drums(seconds: float, seed: int, rate: int = RATE) -> NDArray[np.float64]:
    """Return kick, snare and hi-hat in common time at 120 per minute."""
    t = _time(seconds, rate)
    kick = np.sin(2 * np.pi * (50 * (t % 1.0) + 8 * (1 - np.exp(-(t % 1.0) * 30)))) * np.exp(-(t % 1.0) * 9)
    snare = _noise(seconds, seed, rate) * np.exp(-((t + 0.5) % 1.0) * 18)
    hat = np.diff(_noise(seconds, seed + 1, rate), prepend=0.0) * np.exp(-(t % 0.25) * 50)
    return np.asarray(0.6 * kick + 0.2 * snare + 0.06 * hat)


def mix(seconds: float, seed: int, rate: int = RATE) -> NDArray[np.float64]:
    """Return drums, a bass line and a chord with slow tremolo."""
    t = _time(seconds, rate)
    note = np.array([55.0, 65.41, 73.42, 82.41])[(t // 1.0).astype(int) % 4]
    phase = 2 * np.pi * np.cumsum(note) / rate
    bass = (np.sin(phase) + 0.4 * np.sin(2 * phase)) * np.exp(-(t % 0.5) * 2)
    pad = sum(np.sin(2 * np.pi * f * t + f) for f in (220.0, 277.18, 329.63, 659.26, 1318.5))
    return np.asarray(0.7 * drums(seconds, seed, rate) + 0.2 * bass + 0.05 * pad * (1 + 0.3 * np.sin(2 * np.pi * 0.7 * t)))


def vowel(seconds: float) -> NDArray[np.float64]:
    """Return a pulse train of 110 Hz with vibrato through three formants, in phrases."""
    t = _time(seconds)
    phase = np.cumsum(110 * (1 + 0.02 * np.sin(2 * np.pi * 5 * t))) / RATE
    wave = np.diff(np.floor(phase), prepend=0.0)
    for frequency, width in ((700.0, 90.0), (1220.0, 110.0), (2600.0, 160.0)):
        radius = np.exp(-np.pi * width / RATE)
        wave = lfilter([1 - radius], [1, -2 * radius * np.cos(2 * np.pi * frequency / RATE), radius**2], wave)
    return np.asarray(300 * wave * (np.sin(2 * np.pi * 0.8 * t) > -0.5))


def swept(seconds: float) -> NDArray[np.float64]:
    t = _time(seconds)
    octaves = np.log2(16000 / 40)
    return np.asarray(0.3 * np.sin(2 * np.pi * 40 * seconds / (octaves * np.log(2)) * (2 ** (octaves * t / seconds) - 1)))


def reverberant(seconds: float, seed: int) -> NDArray[np.float64]:
    """Return bursts of noise that die away within 0.8 s (60 dB)."""
    since = _time(seconds) % 1.2
    return np.asarray(0.3 * _noise(seconds, seed) * np.where(since < 0.1, 1.0, 10 ** (-3 * (since - 0.1) / 0.8)))


MADE: dict[str, tuple[int, Callable[[], NDArray[np.float64]]]] = {
    "sine 440 Hz": (RATE, lambda: sine(440)),
    "sine 60 Hz": (RATE, lambda: sine(60)),
    "sine 6 kHz": (RATE, lambda: sine(6000)),
    "sine 1 kHz, 48 kHz": (48000, lambda: sine(1000, rate=48000)),
    "two sines a rough distance apart": (RATE, lambda: sine(400) + sine(440)),
    "white noise": (RATE, lambda: 0.1 * _noise(3, 1)),
    "pink noise": (RATE, lambda: pink(4, 2)),
    "clicks": (RATE, lambda: clicks(4, 0.5) + 1e-4 * _noise(4, 3)),
    "short tones": (RATE, lambda: struck(4, 0.5, 330, 0.3) + 1e-4 * _noise(4, 4)),
    "long tones": (RATE, lambda: struck(6, 1.5, 98, 2.0) + 1e-4 * _noise(6, 5)),
    "chord": (RATE, lambda: chord(4, (220.0, 277.18, 329.63)) + 1e-4 * _noise(4, 6)),
    "dissonance": (RATE, lambda: chord(4, (220.0, 233.08, 246.94, 311.13)) + 1e-4 * _noise(4, 7)),
    "drums": (RATE, lambda: drums(6, 8)),
    "drums, 48 kHz": (48000, lambda: drums(6, 8, 48000)),
    "mix": (RATE, lambda: mix(8, 9)),
    "mix, 96 kHz": (96000, lambda: mix(5, 9, 96000)),
    "mix, 32 kHz": (32000, lambda: mix(6, 9, 32000)),
    "mix, 22.05 kHz": (22050, lambda: mix(6, 9, 22050)),
    "mix that the peak limit turns down": (RATE, lambda: mix(6, 10) + 6 * clicks(6, 2.0)),
    "vowel": (RATE, lambda: vowel(5) + 1e-4 * _noise(5, 11)),
    "sweep": (RATE, lambda: swept(6) + 1e-4 * _noise(6, 12)),
    "bursts in a room": (RATE, lambda: reverberant(7, 13)),
    "one short hit": (RATE, lambda: np.concatenate([1e-4 * _noise(0.05, 14), struck(0.3, 1.0, 180, 0.25)])),
}

# (file below the folder of real recordings, stream, start in s, seconds); 0 is the mix of a .stem.mp4, 1 to 4 are its stems.
REAL: tuple[tuple[str, int, float, float], ...] = (
    ("musdb18-7s/train/A Classic Education - NightOwl.stem.mp4", 0, 0, 7),
    ("musdb18-7s/train/A Classic Education - NightOwl.stem.mp4", 1, 0, 7),
    ("musdb18-7s/train/A Classic Education - NightOwl.stem.mp4", 2, 0, 7),
    ("musdb18-7s/train/A Classic Education - NightOwl.stem.mp4", 3, 0, 7),
    ("musdb18-7s/train/A Classic Education - NightOwl.stem.mp4", 4, 0, 7),
    ("musdb18-7s/train/AvaLuna - Waterduct.stem.mp4", 0, 0, 7),
    ("musdb18-7s/train/James May - If You Say.stem.mp4", 0, 0, 7),
    ("musdb18-7s/train/James May - If You Say.stem.mp4", 1, 0, 7),
    ("musdb18-7s/train/Hollow Ground - Left Blind.stem.mp4", 0, 0, 7),
    ("musdb18-7s/train/Hollow Ground - Left Blind.stem.mp4", 4, 0, 7),
    *((f"gtzan/{genre}.00000.wav", 0, 5, 15) for genre in ("blues", "classical", "disco", "hiphop", "metal")),
    ("music/Karissa_Hobbs_-_Lets_Go_Fishin.hq.ogg", 0, 20, 20),
    ("music/admiralbob77_-_Choice_-_Drum-bass.hq.ogg", 0, 10, 12),
    ("music/Kevin_MacLeod_-_P_I_Tchaikovsky_Dance_of_the_Sugar_Plum_Fairy.hq.ogg", 0, 30, 15),
    ("music/sorohanro_-_solo-trumpet-06.hq.ogg", 0, 0, 15),
)


def made(name: str) -> tuple[Mono, int]:
    """Return a made sound and its sample rate."""
    rate, make = MADE[name]
    return make().astype(np.float32), rate


def real_name(entry: tuple[str, int, float, float]) -> str:
    """Return the key under which the expected values of an excerpt stand."""
    path, stream, start, seconds = entry
    return f"{path}, stream {stream}, {start:g} s + {seconds:g} s"


def real(folder: Path, entry: tuple[str, int, float, float]) -> tuple[Mono, int]:
    """Return the sum of the channels of an excerpt and its sample rate."""
    from mixassistant.audio.decode import decode

    path, stream, start, seconds = entry
    audio = decode(folder / path, stream=stream)
    rate = audio.sample_rate_hz
    return audio.samples[:, round(start * rate) : round((start + seconds) * rate)].sum(axis=0), rate
