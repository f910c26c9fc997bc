"""Decoding: any audio file to float32 at its own rate and channel count.

What a file holds, its content tells, whatever it is called. WAV (RF64 too), AIFF, FLAC, Ogg, CAF, AU and Wave64 go through libsndfile;
the rest, and what libsndfile does not read of these (FLAC of 32 bits), through FFmpeg's libraries (PyAV). Every file is read to its
end, and what came out is compared with what its header announces.

Sample rates go to 192 kHz: what has more is read at a half of it, or a quarter (SoX resampler), and direct stream digital at 88.2 kHz.
Nothing that is measured lies above 96 kHz.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np

from mixassistant.audio import mpeg
from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.containers import ContainerReader, MpegReader
from mixassistant.audio.faults import not_audio, shown, too_many_channels, truncated, undecodable
from mixassistant.audio.flac_sum import FlacSum, RunningSum, announced_sum
from mixassistant.audio.formats import CONTAINER_SUFFIXES, SUFFIXES
from mixassistant.audio.guarded import guarded
from mixassistant.audio.headers import missing_share
from mixassistant.audio.resample import Evener
from mixassistant.audio.sndfile import SndfileReader, native, sndfile_reader
from mixassistant.audio.storage import gathered
from mixassistant.audio.streams import FileInfo, StreamInfo, named, no_such_stream
from mixassistant.audio.window import Piece
from mixassistant.errors import InputError
from mixassistant.progress import Progress, silent

__all__ = [
    "CONTAINER_SUFFIXES", "SUFFIXES", "FileInfo", "Reading", "StreamInfo",
    "decode", "decode_blocks", "native", "not_audio", "probe", "read",
]  # fmt: skip

MAX_DURATION_S = 2 * 3600  # seconds; longer ones do not fit into the memory of small machines
LOWEST_HZ, HIGHEST_HZ = 4000, 768_000
READ_HZ = 192_000  # the highest rate that is measured
DSD_HZ = 88_200  # for direct stream digital: above 40 kHz it is noise, which the format puts there
LOUDEST = 1000.0  # +60 dBFS: floating point may exceed full scale, but not by more than any fader can
BLOCK_S = 10.0
MOSTLY = 0.5  # of a file's bytes that are frames of MPEG audio, where it is that and damaged at its start
LOST_SHARE = 0.01  # of a file that may be missing at its end: advice on the rest is still advice on the song
TOLD_S = 0.05  # seconds of a difference that are worth telling


@dataclass(frozen=True, eq=False)
class Reading:
    """A decoded file, and what is to be said of it.

    Parameters
    ----------
    audio : Audio
    warnings : tuple of str
        Whole sentences: what differs from what the header announces, what changes on the way, what could not be decoded, and which of
        several streams was taken.
    """

    audio: Audio
    warnings: tuple[str, ...]


class _Reader(Protocol):
    """What reads a file: see `mixassistant.audio.containers.ContainerReader`."""

    path: Path
    info: FileInfo
    notes: tuple[str, ...]
    announced_s: float | None
    is_counted: bool
    lost_s: float
    recordings: int

    def pieces(self, block_s: float) -> Iterator[Piece]: ...


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError("is-folder", f"{shown(path)} is a folder", "give an audio file")
        with path.open("rb"):
            pass
    except OSError as error:
        raise InputError(
            "unreadable", f"cannot open {shown(path)}: {(error.strerror or 'unreadable').lower()}", "check the path"
        ) from error
    if size == 0:
        raise InputError("empty-file", f"{shown(path)} is empty (0 bytes)", "export it again")


def _check_info(path: Path, info: FileInfo) -> None:
    if info.duration_s > MAX_DURATION_S:
        raise InputError(
            "too-long", f"{shown(path)} is {info.duration_s / 3600:.1f} hours long; the longest is 2 hours", "cut out one song"
        )
    highest = 16 * HIGHEST_HZ if _is_dsd(info) else HIGHEST_HZ
    if not LOWEST_HZ <= info.sample_rate_hz <= highest:
        raise InputError(
            "sample-rate",
            f"{shown(path)} has a sample rate of {info.sample_rate_hz} Hz; it can be {LOWEST_HZ} to {HIGHEST_HZ} Hz",
            "export it at 44.1 or 48 kHz",
        )
    if info.channels > 2:
        fitting = [i for i, stream in enumerate(info.streams) if stream.channels in (1, 2)]
        if fitting:
            every = ", ".join(named(i, info.streams) for i in fitting)
            raise too_many_channels(path, info.channels, f"take a stream that has no more, with --stream: {every}")
        raise too_many_channels(path, info.channels)


def _check_whole(path: Path) -> None:
    share = missing_share(path)  # told before a decoder opens the file: some of them print what they think of it
    if share > LOST_SHARE:
        what = f"{share:.0%} of what its header announces is missing" if share < 1 else "it ends in the middle"
        raise InputError("truncated", f"{shown(path)} breaks off: {what}", "the file is damaged: copy or export it again")


def _is_dsd(info: FileInfo) -> bool:
    return info.codec.startswith(("dsd", "dst"))


def _rate_read(info: FileInfo) -> int:
    """Return the sample rate at which a file is read."""
    if _is_dsd(info):
        return DSD_HZ
    rate = info.sample_rate_hz
    while rate > READ_HZ:
        rate = -(-rate // 2)
    return rate


def _reader(path: Path, stream: int | None, is_thorough: bool = True) -> _Reader:
    """Return what reads a file.

    Raises
    ------
    InputError
        As `probe`.
    """
    _check_file(path)
    _check_whole(path)
    reader = sndfile_reader(path, is_thorough) or _ffmpeg_reader(path, stream)
    if stream is not None and not 0 <= stream < len(reader.info.streams):
        raise no_such_stream(path, stream, reader.info.streams)
    _check_info(path, reader.info)
    return reader


def _ffmpeg_reader(path: Path, stream: int | None) -> _Reader:
    """Return what reads a file with FFmpeg: by its frames where it is MPEG audio from its start on, or where FFmpeg finds nothing else.

    Films hold such frames as well, in pieces between others.
    """
    try:
        found = mpeg.scan(path)
    except OSError as error:
        raise not_audio(path) from error
    if found is not None and found.is_at_start:
        return MpegReader(path, found)
    try:
        reader = ContainerReader(path, stream)
    except InputError:
        if found is None or found.share < MOSTLY:
            raise
    else:
        if found is None or not reader.is_bare_mpeg:
            return reader
    return MpegReader(path, found)


def probe(path: Path, stream: int | None = None, is_thorough: bool = False) -> FileInfo:
    """Tell what a file holds, by its header, or by its frames where that tells nothing.

    Of a file of several streams, one that is silent throughout is not taken: they are listened to.

    Parameters
    ----------
    path : Path
    stream : int, optional
        As of `read`.
    is_thorough : bool
        FLAC and Ogg files are read through as well, for recordings that were joined into them: then what is told is what `read` returns.

    Raises
    ------
    InputError
        The file is missing, empty, not audio, breaks off before its end, is longer than two hours or has more than two channels; it
        does not have such a stream.
    """
    with guarded(path):
        info = _reader(path, stream, is_thorough).info
    return replace(info, sample_rate_hz=_rate_read(info))


def decode(path: Path, progress: Progress = silent, stream: int | None = None) -> Audio:
    """Decode a whole file; see `read`."""
    return read(path, progress, stream).audio


def read(path: Path, progress: Progress = silent, stream: int | None = None) -> Reading:
    """Decode a whole file, and say what is odd about it.

    Parameters
    ----------
    path : Path
    progress : Progress
    stream : int, optional
        Stream of sound of a container, from 0. By default the one that the file calls its default, or the only one with sound where
        that is silent; two mono streams that are the left and the right side are joined.

    Raises
    ------
    InputError
        As `probe`; also a truncated file, no samples, or NaN or infinity among them.
    """
    with guarded(path):
        reader, announced = _reader(path, stream), announced_sum(path)
        if announced is None or reader.recordings > 1:
            return _whole(reader, progress)
        return _summed(reader, announced, progress)


def _whole(reader: _Reader, progress: Progress, running: RunningSum | None = None) -> Reading:
    warnings: list[str] = []
    rate = _rate_read(reader.info)
    samples = gathered(_blocks(reader, BLOCK_S, progress, warnings, running), round(reader.info.duration_s * rate))
    if not samples.size:
        raise InputError("no-samples", f"{shown(reader.path)} holds no samples", "export it again")
    return Reading(Audio(samples, rate), tuple(warnings))


def _summed(reader: _Reader, announced: FlacSum, progress: Progress) -> Reading:
    """Read a FLAC by the decoder whose samples its checksum confirms; where none does, by the first, and say so."""
    found: Reading | InputError | None = None
    first = RunningSum(announced)
    for candidate in _candidates(reader):
        running = RunningSum(announced) if found else first
        try:
            read_ = _whole(candidate, progress, running)
        except InputError as error:
            found = found or error
            continue
        if running.is_right:
            return read_
        found = found or read_
    if not isinstance(found, Reading):
        assert found is not None  # the first candidate is always there
        raise found
    is_whole = not announced.samples or abs(announced.samples - first.count) <= TOLD_S * reader.info.sample_rate_hz
    # That a part is missing is told already; it cannot agree with its checksum.
    return replace(found, warnings=(*found.warnings, _sum_note(reader.path))) if is_whole else found


def _candidates(reader: _Reader) -> Iterator[_Reader]:
    """Yield the reader of a FLAC, and then, if it is asked for, the other one that there is."""
    yield reader
    if isinstance(reader, SndfileReader):
        try:
            yield ContainerReader(reader.path)
        except InputError:  # FFmpeg makes nothing of it
            return


def _sum_note(path: Path) -> str:
    return f"{shown(path)} does not sound as it did when it was made: its checksum differs, so it may be damaged, copy or export it again."


def _confirmed(reader: _Reader, warnings: list[str]) -> _Reader:
    """Return the reader of a FLAC whose samples its checksum confirms, found by reading all of it; the first where none does."""
    announced = announced_sum(reader.path)
    if announced is None or reader.recordings > 1:
        return reader
    for candidate in _candidates(reader):
        running = RunningSum(announced)
        try:
            for samples, _rate in candidate.pieces(BLOCK_S):
                running.add(samples)
        except InputError:
            continue
        if running.is_right:
            return candidate
    warnings.append(_sum_note(reader.path))
    return reader


def decode_blocks(
    path: Path, block_s: float = BLOCK_S, stream: int | None = None, warnings: list[str] | None = None, *, is_summed: bool = False
) -> Iterator[Audio]:
    """Decode a file in blocks, with memory bounded by a block.

    Parameters
    ----------
    path : Path
    block_s : float
        Seconds of a block, about.
    stream : int, optional
        As of `read`.
    warnings : list of str, optional
        Gets what `Reading` has, when all is read.
    is_summed : bool
        A FLAC with a checksum is read through before, so that the decoder that agrees with it is taken, as `read` does.

    Raises
    ------
    InputError
        As `read`, as soon as the fault is met.
    """
    told = warnings if warnings is not None else []
    with guarded(path):
        reader = _reader(path, stream)
        if is_summed:
            reader = _confirmed(reader, told)
        for block in _blocks(reader, block_s, silent, told):
            yield Audio(block, _rate_read(reader.info))


def _blocks(
    reader: _Reader, block_s: float, progress: Progress, warnings: list[str], running: RunningSum | None = None
) -> Iterator[Samples]:
    path, info = reader.path, reader.info
    evener = Evener(_rate_read(info), info.channels)
    kinds: list[tuple[float, int, int]] = []
    done_s = 0.0
    for samples, rate in reader.pieces(block_s):
        _check_samples(path, samples)
        if running is not None:
            running.add(samples)
        if not kinds or kinds[-1][1:] != (rate, samples.shape[0]):
            kinds.append((done_s, rate, samples.shape[0]))
        done_s += samples.shape[1] / rate
        if done_s > MAX_DURATION_S + 1:
            raise InputError("too-long", f"{shown(path)} is longer than 2 hours", "cut out one song")
        progress(f"Reading {path.name}", min(done_s / max(info.duration_s, 1e-3), 1.0))
        block = evener.take(samples, rate)
        if block.shape[1]:
            yield block
    rest = evener.end()
    if rest.shape[1]:
        yield rest
    warnings += [*reader.notes, *_changes(path, kinds, evener), *_length_notes(reader, done_s)]


def _check_samples(path: Path, samples: Samples) -> None:
    if samples.shape[0] > 2:
        raise too_many_channels(path, samples.shape[0])
    if not np.isfinite(samples).all():
        raise InputError("not-finite", f"{shown(path)} holds samples that are not numbers (NaN or infinity)", "export it again")
    if max(float(samples.max(initial=0.0)), -float(samples.min(initial=0.0))) > LOUDEST:
        raise InputError("too-loud", f"{shown(path)} holds samples far beyond full scale, which no mix has", "export it again")


def _changes(path: Path, kinds: list[tuple[float, int, int]], evener: Evener) -> Iterator[str]:
    """Say where rate and channels change, and at which rate a file of a very high one is read."""
    words = {1: "mono", 2: "stereo"}
    rates = [(at_s, f"{a / 1000:g} to {b / 1000:g} kHz") for (_, a, _), (at_s, b, _) in pairwise(kinds) if a != b]
    sides = [(at_s, f"{words[a]} to {words[b]}") for (_, _, a), (at_s, _, b) in pairwise(kinds) if a != b]
    for changes, read_as in ((rates, f"at {evener.sample_rate_hz / 1000:g} kHz"), (sides, f"as {words[evener.channels]}")):
        if changes:
            more = f", and {len(changes) - 1} more times" if len(changes) > 1 else ""
            yield f"{shown(path)} changes from {changes[0][1]} at {changes[0][0]:.1f} s{more}: all of it is read {read_as}."
    if kinds and kinds[0][1] > evener.sample_rate_hz:
        yield f"{shown(path)} has a sample rate of {kinds[0][1] / 1000:g} kHz: it is measured at {evener.sample_rate_hz / 1000:g} kHz."


def _length_notes(reader: _Reader, done_s: float) -> Iterator[str]:
    """Compare what was read with what was announced.

    Raises
    ------
    InputError
        More is missing, or cannot be decoded, than a mix can do without.
    """
    path, announced_s = reader.path, reader.announced_s
    share = missing_share(path)
    if reader.lost_s > LOST_SHARE * (done_s + reader.lost_s):
        raise undecodable(path)
    if reader.lost_s > TOLD_S:
        yield f"{reader.lost_s:.1f} s of {shown(path)} cannot be decoded and are left out: the file is damaged, copy or export it again."
    if share:
        announced_s = done_s / (1 - share)
    if announced_s is None:
        return
    missing_s = announced_s - done_s
    if reader.is_counted and missing_s > LOST_SHARE * announced_s:
        raise truncated(path, round(done_s * 1000), 1000)
    if abs(missing_s) > max(LOST_SHARE * announced_s, TOLD_S):
        yield f"{shown(path)} lasts {done_s:.1f} s, and not {announced_s:.1f} s as its header announces: it is read to its end."
    elif (share or reader.is_counted) and missing_s > TOLD_S:
        yield f"{shown(path)} breaks off {missing_s:.1f} s before its end: copy or export it again."
