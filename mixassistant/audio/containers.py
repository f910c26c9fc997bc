"""Readers of what FFmpeg decodes: containers with one stream of sound or several, and the frames of MP3s.

A reader knows what a file holds, and gives out its sound as it lies there: rate and channels may change on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mixassistant.audio import mpeg
from mixassistant.audio.audio import Samples
from mixassistant.audio.faults import not_audio, undecodable
from mixassistant.audio.ffmpeg import Sounds, coder, opened
from mixassistant.audio.ni_stems import stem_labels
from mixassistant.audio.not_audio import without_sound
from mixassistant.audio.streams import (
    FileInfo,
    StreamInfo,
    are_alike,
    are_stems,
    choice_note,
    default_of,
    label_of,
    no_such_stream,
    sides,
)
from mixassistant.audio.window import Piece
from mixassistant.errors import InputError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

AUDIBLE = 10 ** (-70 / 20)  # peak, full scale 1: the gate of BS.1770, below which nothing counts as programme
LISTENED_S = 600.0  # seconds of a stream in which its first sound is looked for
# Formats that guess their duration from the bit rate, or from the time stamps of whatever else they hold.
_GUESSING = frozenset({"aac", "ac3", "eac3", "dts", "dtshd", "loas", "mp3", "amr", "mpegts", "mpeg", "truehd", "mlp", "flv", "rm"})
# Formats of one stream whose headers count its samples.
_COUNTING = frozenset({"ape", "flac", "tak", "tta", "wv", "dsf", "iff", "mpc", "mpc8", "caf", "w64", "wav", "aiff", "shn", "nistsphere"})
_CAMERAS = frozenset({"mov", "mxf", "mpegts", "mpeg", "avi"})  # films, whose two sides may be two streams


class ContainerReader:
    """Reads a stream of a container, or two mono ones as the sides of a stereo sound.

    Attributes
    ----------
    info : FileInfo
        With the sample rate and the channels of the stream's own.
    notes : tuple of str
        What is to be said of the choice of the stream.
    announced_s : float or None
        What the header says of the duration where it can be believed.
    is_counted : bool
        Whether a header that announces more than there is means that the file breaks off.
    is_bare_mpeg : bool
        Whether it is no container, but frames of MPEG audio.
    lost_s : float
        Seconds that could not be decoded.
    recordings : int
        How many that were joined byte by byte it reads; FFmpeg's formats are read as one.

    Raises
    ------
    InputError
        FFmpeg finds no sound in it, or there is no such stream.
    """

    recordings = 1

    def __init__(self, path: Path, stream: int | None = None) -> None:
        self.path = path
        self.lost_s = 0.0
        with _faults(path), opened(path) as container:
            streams = container.streams.audio
            if not streams:
                raise without_sound(path)
            labels = stem_labels(path) if "mov" in container.format.name else None
            infos = tuple(_stream_info(container, s, _ni_label(labels, i)) for i, s in enumerate(streams))
            formats = set(container.format.name.split(","))
            has_picture = any(not s.disposition & s.disposition.attached_pic for s in container.streams.video)
            if stream is not None and not 0 <= stream < len(infos):
                raise no_such_stream(path, stream, infos)
            is_ni = are_stems(path, infos, labels is not None)
            taken, reason = ((stream,), "") if stream is not None else ((0,), "") if is_ni else self._choice(infos, formats, has_picture)
            chosen, source = infos[taken[0]], streams[taken[0]]
            if coder(source) is None:
                raise not_audio(path, "its sound is coded in a way that is not read")
            channels, rate = _first(container, source) or (chosen.channels, chosen.sample_rate_hz)
            codec = source.codec_context.name
        if not rate or not channels:  # nothing in the file is audio
            raise not_audio(path)
        self.info = FileInfo(chosen.duration_s, rate, max(channels, len(taken)), infos, codec, taken, is_ni)
        self.notes: tuple[str, ...] = (choice_note(path, self.info, reason),) if reason else ()
        self.announced_s = chosen.duration_s if chosen.duration_s and not formats & _GUESSING else None
        self.is_counted = bool(formats & _COUNTING)
        self.is_bare_mpeg = "mp3" in formats

    def _choice(self, infos: tuple[StreamInfo, ...], formats: set[str], has_picture: bool) -> tuple[tuple[int, ...], str]:
        """Return the stream to read, or two, and why; no reason where there is but one."""
        if len(infos) == 1:
            return (0,), ""
        default, pair = default_of(infos), sides(infos)
        if pair is not None and default in pair:
            return pair, "they are labelled so"
        is_pair = len(infos) == 2 and all(s.channels == 1 for s in infos) and infos[0].label == infos[1].label and are_alike(*infos)
        if is_pair and formats & _CAMERAS and has_picture and self._differ():
            return (0, 1), "a film has them so"
        if self._is_audible(default):
            return (default,), "the default"
        audible = [i for i in range(len(infos)) if i != default and self._is_audible(i)]
        if not audible:
            return (default,), "the default"
        reason = "the only one with sound" if len(audible) == 1 else "the first one with sound"
        return (audible[0],), reason

    def _is_audible(self, index: int) -> bool:
        """Tell whether a stream has sound in its first ten minutes."""
        try:
            with _faults(self.path), opened(self.path) as container:
                source, heard = container.streams.audio[index], 0.0
                for _place, samples, rate in Sounds(container, [source]) if coder(source) else ():
                    if float(np.abs(samples).max(initial=0.0)) > AUDIBLE:
                        return True
                    heard += samples.shape[1] / rate
                    if heard > LISTENED_S:
                        break
        except InputError:  # it cannot be decoded: no sound to a listener
            return False
        return False

    def _differ(self) -> bool:
        """Tell whether two mono streams are both audible, and not the same."""
        if not (self._is_audible(0) and self._is_audible(1)):
            return False
        with _faults(self.path), opened(self.path) as container:
            pieces = _side_by_side(Sounds(container, container.streams.audio[:2]), 1.0)
            heard = 0.0
            for samples, rate in pieces:
                if float(np.abs(samples[0] - samples[1]).max(initial=0.0)) > AUDIBLE:
                    return True
                heard += samples.shape[1] / rate
                if heard > LISTENED_S:
                    break
        return False

    def pieces(self, block_s: float) -> Iterator[Piece]:
        """Yield the sound in pieces of about so many seconds.

        Raises
        ------
        InputError
            FFmpeg gives it up.
        """
        import av

        try:
            with opened(self.path) as container:
                sounds = Sounds(container, [container.streams.audio[i] for i in self.info.taken])
                yield from _side_by_side(sounds, block_s) if len(self.info.taken) == 2 else _gathered(sounds, block_s)
                self.lost_s = sounds.lost_s
        except (av.FFmpegError, OSError) as error:
            raise not_audio(self.path) from error
        if sounds.is_broken_off and not self.is_counted:  # what is counted, whoever reads it can compare
            raise undecodable(self.path)


class MpegReader:
    """Reads MP3, MP2 and MP1 by their frames (see `ContainerReader` for the attributes)."""

    recordings = 1

    def __init__(self, path: Path, stream: mpeg.Stream) -> None:
        self.path, self._runs = path, stream.runs
        first, duration_s = self._runs[0], sum(run.length / run.sample_rate_hz for run in self._runs)
        channels, rate = max(run.channels for run in self._runs), first.sample_rate_hz
        info = StreamInfo("", channels, rate, duration_s, True)
        self.info = FileInfo(duration_s, rate, channels, (info,), "mp3")
        self.notes: tuple[str, ...] = ()
        self.announced_s = first.announced / rate if first.announced else None
        self.is_counted = True
        size = sum(end - start for run in self._runs for start, end in run.spans)
        self.lost_s = stream.damaged / max(size, 1) * duration_s

    def pieces(self, block_s: float) -> Iterator[Piece]:
        """Yield the sound in pieces of about so many seconds.

        Raises
        ------
        InputError
            FFmpeg gives it up.
        """
        import av

        for run in self._runs:
            if run.length == 0:
                continue
            try:
                with opened(self.path, run.spans, "mp3") as container:
                    sounds = Sounds(container, container.streams.audio[:1])
                    yield from _gathered(sounds, block_s)
                    self.lost_s += sounds.lost_s
                    if sounds.is_broken_off:
                        raise undecodable(self.path)
            except (av.FFmpegError, OSError) as error:
                raise undecodable(self.path) from error


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Turn what FFmpeg says of a file into an error of ours."""
    import av

    try:
        yield
    except (av.FFmpegError, OSError) as error:  # OSError: a header that sends FFmpeg to a place before the file's beginning
        raise not_audio(path) from error


def _stream_info(container: InputContainer, stream: AudioStream, ni_label: str) -> StreamInfo:
    context, tags = coder(stream), stream.metadata
    label = ni_label or label_of(tags.get("title", ""), tags.get("handler_name", ""), tags.get("language", ""))
    is_default = bool(stream.disposition & stream.disposition.default)
    if context is None:
        return StreamInfo(label, 0, 0, 0.0, is_default)
    return StreamInfo(label, context.channels, context.sample_rate or 0, _duration_s(container, stream), is_default)


def _ni_label(labels: tuple[str, ...] | None, index: int) -> str:
    """Return the label of a stream in Native Instruments' format, whose first stream is the mix."""
    return labels[index - 1] if labels and 0 < index <= len(labels) else ""


def _duration_s(container: InputContainer, stream: AudioStream) -> float:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    try:  # Matroska writes it as a tag: 00:03:25.123000000
        hours, minutes, seconds = stream.metadata.get("DURATION", "").split(":")
        return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    except ValueError:
        return (container.duration or 0) / 1_000_000  # AV_TIME_BASE


def _first(container: InputContainer, stream: AudioStream) -> tuple[int, int] | None:
    """Return channels and sample rate of the first samples: headers of AAC may leave out half of both."""
    for _place, samples, rate in Sounds(container, [stream]):
        return samples.shape[0], rate
    return None


def _gathered(sounds: Sounds, block_s: float) -> Iterator[Piece]:
    """Yield the sound of one stream in pieces of one rate and channel count."""
    held: list[Samples] = []
    count, kind = 0, (0, 0)
    for _place, samples, rate in sounds:
        if held and (kind != (samples.shape[0], rate) or count >= block_s * rate):
            yield np.concatenate(held, axis=1), kind[1]
            held, count = [], 0
        kind = samples.shape[0], rate
        held.append(samples)
        count += samples.shape[1]
    if held:
        yield np.concatenate(held, axis=1), kind[1]


def _side_by_side(sounds: Sounds, block_s: float) -> Iterator[Piece]:
    """Yield the sound of two mono streams as that of one stereo stream; what one of them has more at its end is silence in the other."""
    held: tuple[list[Samples], list[Samples]] = ([], [])
    count, rate = [0, 0], 0
    for place, samples, rate in sounds:
        held[place].append(samples[:1])
        count[place] += samples.shape[1]
        if min(count) >= block_s * rate:
            left, right = (np.concatenate(side, axis=1) for side in held)
            yield np.concatenate([left[:, : min(count)], right[:, : min(count)]]), rate
            held = [left[:, min(count) :]], [right[:, min(count) :]]
            count = [count[0] - min(count), count[1] - min(count)]
    if any(count):
        empty = np.zeros((1, 0), np.float32)
        rest = [np.concatenate([empty, *side], axis=1) for side in held]
        yield np.concatenate([np.pad(side, ((0, 0), (0, max(count) - side.shape[1]))) for side in rest]), rate
