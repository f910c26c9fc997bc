"""FFmpeg's libraries, through PyAV: the only place where they meet a file of the user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Samples
from mixassistant.audio.faults import not_audio
from mixassistant.audio.formats import FORMATS
from mixassistant.audio.window import Span, Window

if TYPE_CHECKING:
    import av
    from av.audio.codeccontext import AudioCodecContext
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.stream import Stream

Sound = tuple[int, Samples, int]
"""Which of the streams, its next samples, and their sample rate in Hz."""


@contextmanager
def opened(path: Path, spans: Sequence[Span] = (), format_: str | None = None, encoding: str = "utf-8") -> Iterator[InputContainer]:
    """Open a file as one of `FORMATS`, told by its content.

    Parameters
    ----------
    path : Path
    spans : sequence of Span
        What of it is to be seen; all by default.
    format_ : str, optional
        What it is, where that is known.
    encoding : str
        Of texts in it that do not say how they are coded.

    Raises
    ------
    InputError
        What it holds is of another format.
    av.FFmpegError
        FFmpeg makes nothing of it.
    """
    import av

    # It is given a file that is open already, so it needs no protocol: not one to reach other files, not one to reach the network.
    options = {"format_whitelist": ",".join(FORMATS), "protocol_whitelist": ""}
    with Window(path.open("rb"), spans or ((0, path.stat().st_size),)) as file:
        try:
            container = av.open(
                file, mode="r", format=format_, metadata_encoding=encoding, metadata_errors="replace", container_options=options
            )
        except av.ArgumentError as error:
            raise not_audio(path, "its content is of a format that is not read") from error
        with container:
            yield container


def coder(stream: AudioStream) -> AudioCodecContext | None:
    """Return what decodes a stream; None where its sound is coded in a way that FFmpeg does not know, whatever its types say."""
    return stream.codec_context


class Sounds:
    """The sound of streams of an open container, in the order in which it lies there.

    Packets that cannot be decoded are left out and counted: a scratch in a file is no reason to refuse all of it.

    Attributes
    ----------
    lost_s : float
        Seconds that could not be decoded, so far.
    is_broken_off : bool
        Whether FFmpeg gave the file up before its end, though some of it was read.
    """

    def __init__(self, container: InputContainer, streams: Sequence[AudioStream]) -> None:
        self._container, self._streams = container, streams
        self.lost_s = 0.0
        self.is_broken_off = False

    def __iter__(self) -> Iterator[Sound]:
        import av

        has_begun = False
        try:
            for sound in self._decoded():
                has_begun = True
                yield sound
        except av.FFmpegError:
            if not has_begun:
                raise
            self.is_broken_off = True

    def _decoded(self) -> Iterator[Sound]:
        import av

        places = {stream.index: place for place, stream in enumerate(self._streams)}
        for packet in self._packets():
            try:
                frames = packet.decode()
            except av.EOFError:  # a decoder that has said its last
                continue
            except (av.InvalidDataError, av.PatchWelcomeError):
                duration, base = packet.duration, packet.time_base
                self.lost_s += float(duration * base) if duration and base else 0.0
                continue
            for frame in frames:
                if isinstance(frame, av.AudioFrame) and frame.samples:
                    yield places[packet.stream.index], as_samples(frame), frame.sample_rate

    def _packets(self) -> Iterator[av.Packet[Stream]]:
        while True:
            try:
                yield from self._container.demux(list(self._streams))
                return
            except IndexError:  # a stream that begins on the way, as those of broadcasts may, has no place with PyAV: it is none of ours
                continue


def as_samples(frame: av.AudioFrame) -> Samples:
    """Return the samples of a frame in FFmpeg's own formats, ``[shape=(channels, samples)]``, full scale ±1."""
    values: NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        values = np.ascontiguousarray(values.reshape(-1, frame.layout.nb_channels).T)
    if values.dtype.kind == "f":
        return np.asarray(values, dtype=np.float32)
    if values.dtype == np.uint8:
        return np.asarray((values.astype(np.float32) - 128) / 128, dtype=np.float32)
    return np.asarray(values / -float(np.iinfo(values.dtype).min), dtype=np.float32)
