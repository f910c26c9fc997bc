"""Small whole files of every format that is read, to be broken: two seconds of a chord in noise, with tags where the format has some."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import soundfile
from encoded import encode

from mixassistant.audio.audio import Audio

RATE_HZ = 48_000  # which all encoders take
TAGS = {"title": "Broken song", "artist": "Nobody", "genre": "Noise"}

_SNDFILE = {
    "wav": ("WAV", "PCM_16"),
    "wav-float": ("WAV", "FLOAT"),
    "rf64": ("RF64", "PCM_24"),
    "aiff": ("AIFF", "PCM_24"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "opus-sndfile": ("OGG", "OPUS"),
    "caf": ("CAF", "PCM_16"),
    "w64": ("W64", "PCM_16"),
    "au": ("AU", "PCM_16"),
}
# Name, encoder, format of FFmpeg, options of the format.
_FFMPEG = {
    "mp3": ("libmp3lame", "mp3", {}),
    "mp3-bare": ("libmp3lame", "mp3", {"write_xing": "0", "id3v2_version": "0"}),
    "m4a": ("aac", "ipod", {}),
    "alac": ("alac", "ipod", {}),
    "aac": ("aac", "adts", {}),
    "mkv": ("aac", "matroska", {}),
    "webm": ("libopus", "webm", {}),
    "wma": ("wmav2", "asf", {}),
    "wv": ("wavpack", "wv", {}),
    "ac3": ("ac3", "ac3", {}),
    "tta": ("tta", "tta", {}),
    "mov": ("pcm_s16le", "mov", {}),
    "avi": ("mp2", "avi", {}),
    "ts": ("aac", "mpegts", {}),
    "flv": ("aac", "flv", {}),
}
_SUFFIX = {"wav-float": "wav", "rf64": "wav", "opus-sndfile": "opus", "mp3-bare": "mp3", "alac": "m4a"}
STEMS = "stem.mp4"


def sound(seconds: float = 2.0, pitch_hz: float = 220.0) -> Audio:
    """Return a chord in noise."""
    random = np.random.default_rng(int(pitch_hz))
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    chord = np.sum([np.sin(2 * np.pi * pitch_hz * ratio * times) for ratio in (1, 1.25, 1.5)], axis=0)
    return Audio((0.1 * chord + 0.02 * random.standard_normal((2, len(times)))).astype(np.float32), RATE_HZ)


def formats() -> tuple[str, ...]:
    """Return the formats that this machine's encoders write."""
    codecs = av.codecs_available
    return (*_SNDFILE, *(name for name, (codec, _, _) in _FFMPEG.items() if codec in codecs), STEMS)


def suffix_of(name: str) -> str:
    """Return the suffix of files of a format."""
    return f".{_SUFFIX.get(name, name)}"


def write_whole(name: str, folder: Path) -> Path:
    """Write a whole file of a format."""
    path = folder / f"{name}{suffix_of(name)}"
    if name in _SNDFILE:
        kind, subtype = _SNDFILE[name]
        made = sound()
        with soundfile.SoundFile(path, "w", made.sample_rate_hz, 2, subtype, format=kind) as file:
            if kind in ("WAV", "AIFF", "FLAC", "OGG"):
                file.title, file.artist, file.genre = TAGS["title"], TAGS["artist"], TAGS["genre"]
            file.write(made.samples.T)
    elif name == STEMS:
        encode(path, [sound(pitch_hz=110.0 * part) for part in (1, 2.5, 3, 4, 5)], "aac", "mp4", tags=TAGS)
    else:
        codec, kind, options = _FFMPEG[name]
        encode(path, [sound()], codec, kind, options, tags=TAGS)
    return path
