"""Decoding: any audio file to float32 at its own rate and channel count.

WAV (RF64 too), AIFF, FLAC, OGG, Opus and MP3 go through libsndfile; M4A, AAC, ALAC, WMA and video containers through FFmpeg's
libraries (PyAV). Native Instruments stems are MP4 files with five stereo streams: the mix and four stems.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.headers import has_open_end, holds_mpeg_frames, missing_share, mp3_tells_length
from mixassistant.audio.storage import gathered
from mixassistant.errors import InputError
from mixassistant.progress import Progress, silent

if TYPE_CHECKING:
    import soundfile
    from av.container import InputContainer

SNDFILE_SUFFIXES = frozenset(
    {".wav", ".wave", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".caf", ".au"}
)
CONTAINER_SUFFIXES = frozenset({".m4a", ".mp4", ".aac", ".alac", ".wma", ".mov", ".mkv", ".webm", ".m4v", ".avi", ".mka", ".3gp"})
SUFFIXES = SNDFILE_SUFFIXES | CONTAINER_SUFFIXES
# What FFmpeg may take a file for, whatever its name: formats that hold their sound themselves. It knows others that are only lists of
# other files, streams and sockets (HLS, DASH, SDP, ffconcat). One of the names that FFmpeg has for a format is enough.
FORMATS = (
    "aac", "ac3", "aiff", "amr", "ape", "asf", "au", "avi", "caf", "dsf", "dts", "eac3", "flac", "flv", "iff", "loas", "matroska",
    "mov", "mp3", "mpc", "mpc8", "mpeg", "mpegts", "mxf", "ogg", "tak", "tta", "voc", "w64", "wav", "wv",
)  # fmt: skip
MAX_DURATION_S = 2 * 3600  # seconds; longer ones do not fit into the memory of small machines
LOWEST_HZ, HIGHEST_HZ = 4000, 192_000
LOUDEST = 1000.0  # +60 dBFS: floating point may exceed full scale, but not by more than any fader can
NI_STREAMS = 5  # mix, drums, bass, other, vocals
BLOCK_S = 10.0
LOST_SHARE = 0.01  # of a file that may be missing at its end: advice on the rest is still advice on the song
ENDLESS = 1 << 62  # frames: what libsndfile tells of a FLAC whose encoder did not know


@dataclass(frozen=True)
class FileInfo:
    """What a file's header says. `duration_s` is 0 where the header does not tell."""

    duration_s: float
    sample_rate_hz: int
    channels: int
    streams: int
    codec: str

    @property
    def is_ni_stems(self) -> bool:
        """Whether the file holds a mix and its four stems."""
        return self.streams == NI_STREAMS


def native(path: Path) -> str | bytes:
    """Return a path as libsndfile takes it: bytes on POSIX, where a name need not be UTF-8."""
    return os.fsencode(path) if os.name == "posix" else str(path)


def _shown(path: Path) -> str:
    return f"“{path.name}”"


def not_audio(path: Path, why: str = "") -> InputError:
    """Return the error for a file that does not hold audio that can be read."""
    return InputError(
        "not-audio", f"cannot read {_shown(path)} as audio{f' ({why})' if why else ''}", "export it again or choose another file"
    )


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError("is-folder", f"{_shown(path)} is a folder", "give an audio file")
        with path.open("rb"):
            pass
    except OSError as error:
        raise InputError(
            "unreadable", f"cannot open {_shown(path)}: {(error.strerror or 'unreadable').lower()}", "check the path"
        ) from error
    if size == 0:
        raise InputError("empty-file", f"{_shown(path)} is empty (0 bytes)", "export it again")


def _check_info(path: Path, info: FileInfo) -> FileInfo:
    if info.duration_s > MAX_DURATION_S:
        raise InputError(
            "too-long", f"{_shown(path)} is {info.duration_s / 3600:.1f} hours long; the longest is 2 hours", "cut out one song"
        )
    if not LOWEST_HZ <= info.sample_rate_hz <= HIGHEST_HZ:
        raise InputError(
            "sample-rate",
            f"{_shown(path)} has a sample rate of {info.sample_rate_hz} Hz; it can be {LOWEST_HZ} to {HIGHEST_HZ} Hz",
            "export it at 44.1 or 48 kHz",
        )
    if info.channels > 2:
        raise InputError(
            "too-many-channels", f"{_shown(path)} has {info.channels} channels; a mix or stem has 1 or 2", "export it in stereo"
        )
    return info


def _check_whole(path: Path) -> None:
    share = missing_share(path)  # told before a decoder opens the file: some of them print what they think of it
    if share > LOST_SHARE:
        what = f"{share:.0%} of what its header announces is missing" if share < 1 else "it ends in the middle"
        raise InputError("truncated", f"{_shown(path)} breaks off: {what}", "the file is damaged: copy or export it again")


def _is_for_sndfile(path: Path) -> bool:
    suffix = path.suffix.lower()
    return suffix not in CONTAINER_SUFFIXES and (suffix != ".mp3" or holds_mpeg_frames(path))


def probe(path: Path) -> FileInfo:
    """Read a file's header.

    Raises
    ------
    InputError
        The file is missing, empty, not audio, breaks off before its end, is longer than two hours or has more than two channels.
    """
    _check_file(path)
    _check_whole(path)
    if _is_for_sndfile(path):
        import soundfile

        try:
            header = soundfile.info(native(path))
            if header.format == "RAW":  # libsndfile takes any headerless .au for µ-law
                raise not_audio(path)
            if header.frames or not has_open_end(path):
                frames = header.frames if header.frames < ENDLESS else 0
                info = FileInfo(frames / header.samplerate, header.samplerate, header.channels, 1, header.subtype)
                return _check_info(path, info)
        except soundfile.LibsndfileError as error:
            if path.suffix.lower() in {".flac", ".ogg", ".opus", ".aiff", ".aif"}:
                raise not_audio(path) from error
    return _check_info(path, _probe_container(path))


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    """Open a file with FFmpeg as one of `FORMATS`, told by its content: the only place where FFmpeg meets a file of the user.

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
    with path.open("rb") as file:
        try:
            container = av.open(file, mode="r", metadata_errors="replace", container_options=options)
        except av.ArgumentError as error:
            raise not_audio(path, "its content is of a format that is not read") from error
        with container:
            yield container


def _probe_container(path: Path) -> FileInfo:
    import av

    try:
        with _opened(path) as container:
            streams = container.streams.audio
            if not streams:
                raise not_audio(path, "no audio track")
            first = streams[0]
            if first.codec_context is None:
                raise not_audio(path, "its sound is coded in a way that is not read")
            if not first.rate:  # guessed from the name: nothing in the file is audio
                raise not_audio(path)
            if first.duration is not None and first.time_base is not None:
                duration_s = float(first.duration * first.time_base)
            else:
                duration_s = (container.duration or 0) / 1_000_000  # AV_TIME_BASE
            return FileInfo(duration_s, int(first.rate), int(first.channels), len(streams), first.codec_context.name)
    except (av.FFmpegError, OSError) as error:  # OSError: a header that sends FFmpeg to a place before the file's beginning
        raise not_audio(path) from error


def decode(path: Path, progress: Progress = silent, stream: int = 0) -> Audio:
    """Decode a whole file.

    Parameters
    ----------
    path : Path
    progress : Progress
    stream : int
        Audio stream of a container, from 0.

    Raises
    ------
    InputError
        As `probe`; also a truncated file, no samples, or NaN or infinity among them.
    """
    info = probe(path)
    samples = gathered(_blocks(path, info, stream, BLOCK_S, progress), round(info.duration_s * info.sample_rate_hz))
    if not samples.size:
        raise InputError("no-samples", f"{_shown(path)} holds no samples", "export it again")
    return Audio(samples, info.sample_rate_hz)


def decode_blocks(path: Path, block_s: float = BLOCK_S) -> Iterator[Audio]:
    """Decode a file in blocks, with memory bounded by a block.

    Raises
    ------
    InputError
        As `decode`, as soon as the fault is met.
    """
    info = probe(path)
    for block in _blocks(path, info, 0, block_s, silent):
        yield Audio(block, info.sample_rate_hz)


def _blocks(path: Path, info: FileInfo, stream: int, block_s: float, progress: Progress) -> Iterator[Samples]:
    import soundfile

    source = None
    if _is_for_sndfile(path):
        try:
            source = soundfile.SoundFile(native(path))
        except soundfile.LibsndfileError:
            source = None  # a container under a wrong name, which probe has accepted
        if source is not None and (source.frames >= ENDLESS or (source.frames == 0 and has_open_end(path))):
            source.close()
            source = None  # FFmpeg reads on to the end of a file whose length the recorder never came to write
    blocks = _sndfile_blocks(path, source, block_s) if source else _container_blocks(path, stream, block_s)
    done = 0
    for block in blocks:
        if not np.isfinite(block).all():
            raise InputError("not-finite", f"{_shown(path)} holds samples that are not numbers (NaN or infinity)", "export it again")
        if max(float(block.max(initial=0.0)), -float(block.min(initial=0.0))) > LOUDEST:
            raise InputError("too-loud", f"{_shown(path)} holds samples far beyond full scale, which no mix has", "export it again")
        done += block.shape[1]
        if done > (MAX_DURATION_S + 1) * info.sample_rate_hz:
            raise InputError("too-long", f"{_shown(path)} is longer than 2 hours", "cut out one song")
        progress(f"Reading {path.name}", min(done / max(info.duration_s * info.sample_rate_hz, 1.0), 1.0))
        yield block


def _sndfile_blocks(path: Path, source: soundfile.SoundFile, block_s: float) -> Iterator[Samples]:
    import soundfile

    with source:
        frames = max(1, int(block_s * source.samplerate))
        done = 0
        while True:
            try:
                block = source.read(frames, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                raise _truncated(path, done, source.samplerate) from error
            if not len(block):
                break
            done += len(block)
            yield np.ascontiguousarray(block.T)
        # The decoder ends an MP3 without a word where it meets too much that is no music.
        if source.format == "MP3" and done < (1 - LOST_SHARE) * source.frames and mp3_tells_length(path):
            raise _truncated(path, done, source.samplerate)
        # Ogg and bare MP3 only estimate their length; these state it.
        if source.format in ("FLAC", "WAV", "WAVEX", "AIFF", "RF64", "W64") and done < source.frames:
            raise _truncated(path, done, source.samplerate)


def _truncated(path: Path, done: int, sample_rate_hz: int) -> InputError:
    where = f"after {done / sample_rate_hz:.0f} s" if done else "before its end"
    return InputError("truncated", f"{_shown(path)} breaks off {where}", "the file is damaged: copy or export it again")


def _container_blocks(path: Path, stream: int, block_s: float) -> Iterator[Samples]:
    import av

    has_begun = False
    try:
        with _opened(path) as container:
            if stream >= len(container.streams.audio):
                raise not_audio(path, f"no audio track {stream + 1}")
            source = container.streams.audio[stream]
            if source.codec_context is None:
                raise not_audio(path, "its sound is coded in a way that is not read")
            layout = "mono" if source.channels == 1 else "stereo"
            resampler = av.AudioResampler(format="fltp", layout=layout, rate=source.rate)
            gathered: list[Samples] = []
            count = 0
            for frame in container.decode(source):
                has_begun = True
                for piece in resampler.resample(frame):
                    gathered.append(np.asarray(piece.to_ndarray(), dtype=np.float32))
                    count += gathered[-1].shape[1]
                if count >= block_s * source.rate:
                    yield np.concatenate(gathered, axis=1)
                    gathered, count = [], 0
            gathered += [np.asarray(piece.to_ndarray(), dtype=np.float32) for piece in resampler.resample(None)]
            if gathered:
                yield np.concatenate(gathered, axis=1)
    except (av.FFmpegError, OSError) as error:  # OSError: a header that sends FFmpeg to a place before the file's beginning
        if not has_begun:
            raise not_audio(path) from error
        raise InputError(
            "truncated", f"{_shown(path)} cannot be decoded to its end", "the file is damaged: copy or export it again"
        ) from error
