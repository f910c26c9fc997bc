"""Files as people have them, written by code: waves by soundfile and by their bytes, containers by FFmpeg's libraries."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import soundfile
from situations.song import RATE, Samples

LAME_GAIN = 0.97  # by which LAME turns down what it is given, unless it is told otherwise


def write(path: Path, samples: Samples, rate: int = RATE, subtype: str | None = None, kind: str | None = None) -> Path:
    """Write samples as the suffix says (WAV in float where `subtype` is not given), and make the folders on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_wave = (kind or path.suffix[1:]).upper() in ("WAV", "WAVE")
    soundfile.write(path, np.atleast_2d(samples).T, rate, subtype=subtype or ("FLOAT" if is_wave else None), format=kind)
    return path


@dataclass(frozen=True)
class Track:
    """A stream of a container: its samples, and what the container says of it."""

    samples: Samples
    codec: str
    title: str = ""
    language: str = ""
    is_default: bool | None = None


def encode(
    path: Path,
    format_: str,
    tracks: Sequence[Track] | Track,
    rate: int = RATE,
    options: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
) -> Path:
    """Write streams into a container by FFmpeg's libraries."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tracks = [tracks] if isinstance(tracks, Track) else tracks
    with av.open(str(path), "w", format=format_, options={"strict": "experimental", **(options or {})}) as container:
        container.metadata.update(tags or {})
        streams = []
        for track in tracks:
            stream = container.add_stream(track.codec, rate=rate, options={"strict": "experimental"})
            stream.layout = {1: "mono", 2: "stereo", 6: "5.1"}[track.samples.shape[0]]
            if not track.codec.startswith("pcm_"):
                stream.bit_rate = 96_000 * track.samples.shape[0]
            if track.title:
                stream.metadata["title"] = track.title
                stream.metadata["handler_name"] = track.title  # what MP4 and QuickTime keep of it
            if track.language:
                stream.metadata["language"] = track.language
            if track.is_default is not None:
                stream.disposition = av.stream.Disposition.default if track.is_default else av.stream.Disposition(0)
            streams.append(stream)
        for stream, track in zip(streams, tracks, strict=True):
            codec = stream.codec_context
            resampler = av.AudioResampler(codec.codec.audio_formats[0].name, stream.layout.name, rate, codec.frame_size or 1024)
            samples = track.samples / np.float32(LAME_GAIN if track.codec == "libmp3lame" else 1.0)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=stream.layout.name)
            frame.sample_rate = rate
            for piece in [*resampler.resample(frame), *resampler.resample(None)]:
                container.mux(stream.encode(piece))
            container.mux(stream.encode(None))
    return path


def chunk(name: bytes, content: bytes, is_padded: bool = True) -> bytes:
    """Return a chunk of a RIFF file."""
    return name + struct.pack("<I", len(content)) + content + (b"\0" if len(content) % 2 and is_padded else b"")


def wave_bytes(samples: Samples, rate: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return a WAV file of 24 bits with other chunks before and after its sound."""
    channels = samples.shape[0]
    whole = np.clip(np.round(samples.T * 2**23), -(2**23), 2**23 - 1).astype("<i4")
    data = np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 3, channels * 3, 24)
    content = b"WAVE" + chunk(b"fmt ", form) + before + chunk(b"data", data) + after
    return b"RIFF" + struct.pack("<I", len(content)) + content


def stamped(path: Path, samples: Samples, seconds: float, rate: int = RATE) -> Path:
    """Write a Broadcast Wave file (EBU Tech 3285) that begins so many seconds after midnight, as recorders and DAWs stamp it."""
    text = b"".join(
        word.ljust(width, b"\0") for word, width in ((b"", 256), (b"Recorder", 32), (b"", 32), (b"2024-05-17", 10), (b"10:00:00", 8))
    )
    content = text + struct.pack("<QH", round(seconds * rate), 1) + bytes(254)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wave_bytes(samples, rate, chunk(b"bext", content)))
    return path


def ni_stems(path: Path, tracks: Sequence[Samples], names: Sequence[str]) -> Path:
    """Write a file of Native Instruments' stem format: the mix and four stems, with what its creator calls them in ``moov/udta/stem``."""
    encode(path, "mp4", [Track(samples, "aac", is_default=index == 0) for index, samples in enumerate(tracks)])
    colours = ("#009E73", "#D55E00", "#CC79A7", "#56B4E9")
    told = {"version": 1, "mastering_dsp": {}, "stems": [{"name": n, "color": c} for n, c in zip(names, colours, strict=True)]}
    names_box = box(b"stem", json.dumps(told).encode())
    data = path.read_bytes()
    begin = data.rindex(b"moov") - 4  # FFmpeg writes it at the end, so nothing that it points to moves
    assert begin + struct.unpack(">I", data[begin : begin + 4])[0] == len(data)
    moov = data[begin + 8 :]
    place = moov.rfind(b"udta") - 4
    if place >= 0 and place + struct.unpack(">I", moov[place : place + 4])[0] == len(moov):
        moov = moov[:place] + box(b"udta", moov[place + 8 :] + names_box)
    else:
        moov += box(b"udta", names_box)
    path.write_bytes(data[:begin] + box(b"moov", moov))
    return path


def box(name: bytes, content: bytes) -> bytes:
    """Return a box of a QuickTime or MP4 file."""
    return struct.pack(">I4s", 8 + len(content), name) + content
