"""What a lossy codec makes of a sound: encoded and decoded in memory by the FFmpeg that PyAV brings, and laid over the original again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.resample import resample
from mixassistant.audio.source import BLOCK
from mixassistant.audio.storage import blank, gathered
from mixassistant.audio.true_peak import envelope, true_peak
from mixassistant.errors import MissingError, UsageError
from mixassistant.progress import Progress, part, silent

if TYPE_CHECKING:
    from av import AudioCodecContext

LONGEST_DELAY = 1 << 13  # samples: no codec here delays by more than 3,000
COMPARED = 1 << 18  # samples around the loudest one, in which the delay is looked for
GRID = 4  # how much finer than the samples peaks over full scale are looked for
APART_S = 0.001  # peaks closer together are one


@dataclass(frozen=True)
class Codec:
    """A codec as FFmpeg calls its encoder and a decoder that works in floating point, so that it does not clip.

    Parameters
    ----------
    name : str
        For people.
    encoder, decoder, format : str
        The format is that of the encoder's samples.
    rates_hz : tuple of int
        Sample rates that services send; empty: that of the sound.
    kbps : tuple of int
        Bit rates to choose from.
    """

    name: str
    encoder: str
    decoder: str
    format: str
    rates_hz: tuple[int, ...]
    kbps: tuple[int, ...]


CODECS: Mapping[str, Codec] = MappingProxyType(
    {
        "aac": Codec("AAC", "aac", "aac", "fltp", (44100, 48000), (128, 192, 256, 320)),
        "opus": Codec("Opus", "libopus", "opus", "flt", (48000,), (96, 128, 160)),
        "mp3": Codec("MP3", "libmp3lame", "mp3float", "fltp", (44100, 48000), (128, 192, 320)),
    }
)


@dataclass(frozen=True, eq=False)
class Coded:
    """A sound after a codec.

    Parameters
    ----------
    audio : Audio
        At the rate, of the length and at the place of the original.
    codec : str
        Of `CODECS`.
    kbps : int
    delay : int
        Samples at the codec's rate that were taken off its start.
    true_peak_dbtp : float
        Of what the decoder puts out.
    overs : int
        Peaks over full scale there, between samples too: moments at which a player clips.
    difference_db : float
        Level of what the codec changes, relative to the sound; −∞ where it changes nothing.
    """

    audio: Audio
    codec: str
    kbps: int
    delay: int
    true_peak_dbtp: float
    overs: int
    difference_db: float


def through_codec(audio: Audio, codec: str, kbps: int, progress: Progress = silent) -> Coded:
    """Encode a sound, decode it, and lay it over the original.

    Parameters
    ----------
    audio : Audio
    codec : str
        Of `CODECS`.
    kbps : int
        Kilobits a second, both channels together.
    progress : Progress

    Raises
    ------
    UsageError
        There is no such codec.
    MissingError
        This FFmpeg lacks its encoder or decoder.
    """
    chosen = CODECS.get(codec)
    if chosen is None:
        raise UsageError("unknown-codec", f"there is no codec “{codec}”", f"use one of {', '.join(CODECS)}")
    rate = next((r for r in chosen.rates_hz if audio.sample_rate_hz % r == 0), chosen.rates_hz[-1])
    sent = resample(audio, rate)
    found = gathered(_decoded(sent, chosen, kbps, part(progress, 0.0, 0.8)), sent.length + LONGEST_DELAY)
    delay = _delay(sent.samples, found)
    aligned = (
        Audio(found[:, delay:], rate).padded(sent.length) if found.shape[1] > delay else Audio(blank(sent.channels, sent.length), rate)
    )
    peak = 20 * float(np.log10(max(true_peak(aligned), 1e-6)))
    overs = _overs(aligned, part(progress, 0.8, 0.9)) if peak > 0 else 0
    difference = _relative_db(aligned.samples, sent.samples)
    progress("Decoding", 0.95)
    return Coded(resample(aligned, audio.sample_rate_hz).padded(audio.length), codec, kbps, delay, peak, overs, difference)


def _decoded(audio: Audio, codec: Codec, kbps: int, progress: Progress) -> Iterator[Samples]:
    """Yield what comes out of the decoder, its delay included."""
    encoder, decoder = _opened(audio, codec, kbps)
    size = encoder.frame_size or 1024
    for start in range(0, audio.length, size):
        if start % (64 * size) == 0:
            progress(f"Encoding {codec.name}", start / audio.length)
        yield from _frames(decoder, encoder.encode(_frame(audio, start, size, codec)))
    yield from _frames(decoder, encoder.encode(None))
    yield from (_samples(frame) for frame in decoder.decode(None))


def _opened(audio: Audio, codec: Codec, kbps: int) -> tuple[AudioCodecContext, AudioCodecContext]:
    import av

    layout = "stereo" if audio.channels == 2 else "mono"
    try:
        encoder: Any = av.CodecContext.create(codec.encoder, "w")
        decoder: Any = av.CodecContext.create(codec.decoder, "r")
    except av.codec.codec.UnknownCodecError as error:
        told = f"the FFmpeg of this installation has no {codec.name}"
        raise MissingError("no-codec", told, "choose another codec, or install PyAV from its wheel") from error
    encoder.sample_rate, encoder.layout, encoder.format = audio.sample_rate_hz, layout, codec.format
    encoder.bit_rate = 1000 * kbps
    encoder.open()
    decoder.sample_rate, decoder.layout = audio.sample_rate_hz, layout
    if encoder.extradata:
        decoder.extradata = encoder.extradata
    return encoder, decoder


def _frame(audio: Audio, start: int, size: int, codec: Codec) -> Any:
    import av

    block = audio.read(start, start + size)
    if block.shape[1] < size:
        block = np.pad(block, ((0, 0), (0, size - block.shape[1])))
    data = np.ascontiguousarray(block) if codec.format.endswith("p") else np.ascontiguousarray(block.T).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(data, format=codec.format, layout="stereo" if audio.channels == 2 else "mono")
    frame.sample_rate, frame.pts = audio.sample_rate_hz, start
    return frame


def _frames(decoder: Any, packets: Any) -> Iterator[Samples]:
    for packet in packets:
        yield from (_samples(frame) for frame in decoder.decode(packet))


def _samples(frame: Any) -> Samples:
    """Return a decoded frame as ``[shape=(channels, samples)]``."""
    values = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, len(frame.layout.channels)).T
    if values.dtype.kind == "i":
        values = values / float(np.iinfo(values.dtype).max + 1)
    return np.ascontiguousarray(values, dtype=np.float32)


def _delay(before: Samples, after: Samples) -> int:
    """Return by how many samples what was decoded comes late: where the two are most alike."""
    from scipy.signal import fftconvolve

    plain, late = before.mean(axis=0, dtype=np.float64), after.mean(axis=0, dtype=np.float64)
    start = max(int(np.argmax(np.abs(plain))) - COMPARED // 2, 0) if plain.size else 0
    one, two = plain[start : start + COMPARED], late[start : start + COMPARED + LONGEST_DELAY]
    if one.size < 2 or two.size < one.size or not one.any() or not two.any():
        return 0
    return int(np.argmax(fftconvolve(two, one[::-1], "valid")))


def _overs(audio: Audio, progress: Progress) -> int:
    """Return how many separate peaks lie over full scale."""
    apart = max(1, round(APART_S * audio.sample_rate_hz))
    count, last = 0, -apart - 1
    for start in range(0, audio.length, BLOCK):
        progress("Counting peaks", start / audio.length)
        over = start + np.flatnonzero(envelope(audio, start, min(start + BLOCK, audio.length), 1.0, GRID) > 1.0)
        if over.size:
            count += int((np.diff(over, prepend=last) > apart).sum())
            last = int(over[-1])
    return count


def _relative_db(after: Samples, before: Samples) -> float:
    """Return the level of what is different, over that of what was there before, in dB."""
    energies = np.zeros(2)
    for start in range(0, before.shape[1], BLOCK):
        one, two = (s[:, start : start + BLOCK].astype(np.float64) for s in (before, after))
        energies += [float(((two - one) ** 2).sum()), float((one**2).sum())]
    if energies[0] == 0.0 or energies[1] == 0.0:
        return -np.inf if energies[0] == 0.0 else np.inf
    return float(10 * np.log10(energies[0] / energies[1]))
