"""Files as FFmpeg's encoders write them: one stream of sound or several, with titles and pictures as wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import av
import numpy as np

from mixassistant.audio.audio import Audio


def encode(
    path: Path,
    audios: Sequence[Audio],
    codec: str,
    format_: str | None = None,
    options: Mapping[str, str] | None = None,
    titles: Sequence[Mapping[str, str]] = (),
    default: int | None = None,
    bit_rate: int = 192_000,
    with_picture: bool = False,
    tags: Mapping[str, str] | None = None,
) -> Path:
    """Write sounds as the streams of one file; `titles` are the metadata of each, `default` the one that is called so."""
    with av.open(str(path), "w", format=format_, options={**(options or {}), "strict": "experimental"}) as container:
        container.metadata.update(tags or {})
        picture = None
        if with_picture:
            picture = container.add_stream("mpeg2video" if format_ in ("mxf", "mpeg") else "mpeg4", rate=25)
            picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        streams = []
        for index, audio in enumerate(audios):
            stream = container.add_stream(codec, rate=audio.sample_rate_hz, options={"strict": "experimental"})
            stream.layout = "mono" if audio.channels == 1 else "stereo"
            known = [kind.name for kind in stream.codec_context.codec.audio_formats or ()]
            stream.codec_context.format = next((kind for kind in ("fltp", "s16p", "s16") if kind in known), known[0])
            if not codec.startswith("pcm_") and codec not in ("flac", "alac", "wavpack", "tta"):
                stream.bit_rate = bit_rate
            if titles:
                stream.metadata.update(titles[index])
            if default is not None:
                stream.disposition = stream.disposition.default if index == default else type(stream.disposition)(0)
            streams.append(stream)
        container.start_encoding()
        if picture is not None:
            for _ in range(round(25 * audios[0].duration_s)):
                container.mux(picture.encode(av.VideoFrame(64, 64, "yuv420p")))
            container.mux(picture.encode(None))
        pieces = [list(_pieces(audio, stream)) for audio, stream in zip(audios, streams, strict=True)]
        for at in range(max(map(len, pieces))):
            for stream, own in zip(streams, pieces, strict=True):
                if at < len(own):
                    container.mux(stream.encode(own[at]))
        for stream in streams:
            container.mux(stream.encode(None))
    return path


def _pieces(audio: Audio, stream: av.AudioStream) -> list[av.AudioFrame]:
    layout = "mono" if audio.channels == 1 else "stereo"
    kind = stream.codec_context.format.name
    resampler = av.AudioResampler(format=kind, layout=layout, rate=audio.sample_rate_hz, frame_size=stream.codec_context.frame_size or 1024)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(audio.samples), format="fltp", layout=layout)
    frame.sample_rate = audio.sample_rate_hz
    return [*resampler.resample(frame), *resampler.resample(None)]


def tagged(path: Path, **tags: str) -> Path:
    """Write a tenth of a second of silence as a FLAC with tags; return its path."""
    return encode(path, [Audio(np.zeros((1, 4410), np.float32), 44100)], "flac", tags=tags)
