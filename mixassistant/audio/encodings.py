"""The encodings that audio is written in for others: lossless ones by their depth, MP3 by its bit rate, Ogg Vorbis by its quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from mixassistant.audio.audio import Audio
from mixassistant.audio.resample import resample
from mixassistant.audio.source import blocks_of
from mixassistant.audio.write import Subtype, write_audio, write_by_libsndfile
from mixassistant.errors import UsageError

MP3_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)  # MPEG 1, 2 and 2.5, layer III
KBPS = (32, 320)  # of an MP3: what libsndfile maps its levels of compression onto
QUALITY = (0.0, 10.0)  # of Ogg Vorbis
USUAL_KBPS = 320
USUAL_QUALITY = 6.0


@dataclass(frozen=True)
class Encoding:
    """How a file is written.

    Parameters
    ----------
    suffix : str
    subtype : str or None
        Of the lossless ones; None for the others.
    container, codec : str
        As libsndfile calls them, of the lossy ones.
    """

    suffix: str
    subtype: Subtype | None = None
    container: str = ""
    codec: str = ""


ENCODINGS: Mapping[str, Encoding] = MappingProxyType(
    {
        "flac": Encoding(".flac", "PCM_24"),
        "wav16": Encoding(".wav", "PCM_16"),
        "wav24": Encoding(".wav", "PCM_24"),
        "wav32f": Encoding(".wav", "FLOAT"),
        "mp3": Encoding(".mp3", None, "MP3", "MPEG_LAYER_III"),
        "ogg": Encoding(".ogg", None, "OGG", "VORBIS"),
    }
)


def check_encoding(name: str, kbps: int = USUAL_KBPS, quality: float = USUAL_QUALITY) -> Encoding:
    """Return an encoding by its name, so that a wrong wish is told before any work is done.

    Raises
    ------
    UsageError
        There is no such encoding, bit rate or quality.
    """
    encoding = ENCODINGS.get(name)
    if encoding is None:
        raise UsageError("unknown-encoding", f"there is no encoding “{name}”", f"use one of {', '.join(ENCODINGS)}")
    if not KBPS[0] <= kbps <= KBPS[1]:
        raise UsageError("bit-rate", f"an MP3 has no {kbps} kbit/s", f"choose {KBPS[0]} to {KBPS[1]}")
    if not QUALITY[0] <= quality <= QUALITY[1]:
        raise UsageError("quality", f"Ogg Vorbis has no quality {quality:g}", f"choose {QUALITY[0]:g} to {QUALITY[1]:g}")
    return encoding


def write_encoded(audio: Audio, path: Path, name: str, kbps: int = USUAL_KBPS, quality: float = USUAL_QUALITY) -> None:
    """Write audio in one of `ENCODINGS`, atomically.

    Samples beyond ±1 are kept in ``wav32f`` and clipped in the others. An MP3 of a rate that the format does not know is made at
    44.1 or 48 kHz, whichever divides it.

    Parameters
    ----------
    audio : Audio
    path : Path
        With the encoding's suffix.
    name : str
    kbps : int
        Constant bit rate of an MP3, 32 to 320.
    quality : float
        Of Ogg Vorbis, 0 to 10.

    Raises
    ------
    UsageError
        There is no such encoding, bit rate or quality.
    OutputError
        The file could not be written.
    """
    encoding = check_encoding(name, kbps, quality)
    if encoding.subtype is not None:
        write_audio(audio, path, encoding.subtype)
    elif name == "mp3":
        _write_lossy(_at_rate_of_mp3(audio), path, encoding, (KBPS[1] - kbps) / (KBPS[1] - KBPS[0]), "CONSTANT")
    else:
        _write_lossy(audio, path, encoding, 1 - quality / QUALITY[1], None)


def _at_rate_of_mp3(audio: Audio) -> Audio:
    rate = audio.sample_rate_hz
    return audio if rate in MP3_RATES_HZ else resample(audio, 44100 if rate % 44100 == 0 else 48000)


def _write_lossy(audio: Audio, path: Path, encoding: Encoding, level: float, mode: str | None) -> None:
    clipped = (block.clip(-1.0, 1.0) for block in blocks_of(audio))
    write_by_libsndfile(clipped, audio, path, subtype=encoding.codec, format=encoding.container, compression_level=level, bitrate_mode=mode)
