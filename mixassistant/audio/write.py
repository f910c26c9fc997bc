"""Writing files so that a cut-off leaves the old file or the new one, never half of either."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.decode import native
from mixassistant.audio.source import blocks_of
from mixassistant.errors import OutputError, UsageError
from mixassistant.leftovers import temporary_beside

Subtype = Literal["PCM_16", "PCM_24", "FLOAT"]
FORMATS = {".wav": "WAV", ".flac": "FLAC", ".aiff": "AIFF", ".aif": "AIFF"}
RF64_BYTES = 4_000_000_000  # a WAV's sizes are 32-bit


def output_error(path: Path, error: OSError) -> OutputError:
    """Return the user's error for a file that could not be written."""
    reasons = {
        errno.ENOSPC: ("disk-full", "the disk is full", "free some space and try again"),
        errno.EDQUOT: ("disk-full", "the disk quota is used up", "free some space and try again"),
        errno.EROFS: ("read-only", "the disk is read-only", "choose another folder"),
        errno.EACCES: ("read-only", "there is no permission to write there", "choose another folder"),
        errno.EPERM: ("read-only", "there is no permission to write there", "choose another folder"),
        errno.ENOENT: ("no-folder", "the folder does not exist", "create it or choose another"),
        errno.ENOTDIR: ("no-folder", "its folder is a file", "choose another folder"),
        errno.EISDIR: ("is-folder", "it is a folder", "give a file name"),
        errno.ENAMETOOLONG: ("long-name", "the name is too long", "choose a shorter one"),
    }
    code, what, hint = reasons.get(error.errno or 0, ("not-written", (error.strerror or str(error)).lower(), "choose another place"))
    return OutputError(code, f"cannot write “{path}”: {what}", hint)


def write_atomically(path: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write a temporary file beside `path`, then put it in place.

    Raises
    ------
    OutputError
        The disk is full or read-only, the folder is missing, there is no permission.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a directory")
        with temporary_beside(path) as temporary:
            fill(temporary)
            # It was made for the owner alone; what a user exports follows their umask.
            umask = os.umask(0)
            os.umask(umask)
            temporary.chmod(0o666 & ~umask)
            temporary.replace(path)
    except OSError as error:
        raise output_error(path, error) from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write a whole file atomically.

    Raises
    ------
    OutputError
    """

    def fill(temporary: Path) -> None:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    write_atomically(path, fill)


def write_audio(audio: Audio, path: Path, subtype: Subtype = "PCM_24") -> None:
    """Write audio as WAV, FLAC or AIFF by the name's suffix, atomically.

    Samples beyond ±1 are kept in ``FLOAT`` and clipped in the integer formats.

    Raises
    ------
    UsageError
        The suffix is none of these.
    OutputError
        The file could not be written.
    """
    container = FORMATS.get(path.suffix.lower())
    if container is None:
        raise UsageError("unknown-format", f"cannot write audio as “{path.name}”", f"use one of {', '.join(sorted(FORMATS))}")
    if container == "FLAC" and subtype == "FLOAT":
        subtype = "PCM_24"
    if container == "WAV" and audio.length * audio.channels * 4 > RF64_BYTES:
        container = "RF64"

    write_by_libsndfile(blocks_of(audio), audio, path, subtype=subtype, format=container)


def write_by_libsndfile(blocks: Iterable[Samples], like: Audio, path: Path, **how: Any) -> None:
    """Write blocks of samples, of the rate and the channels of `like`, as libsndfile is told to, atomically.

    Parameters
    ----------
    blocks : iterable of ndarray [shape=(channels, samples)]
    like : Audio
    path : Path
    **how
        Of `soundfile.SoundFile`: ``format``, ``subtype``, ``compression_level``, ``bitrate_mode``.

    Raises
    ------
    OutputError
        The file could not be written.
    """
    import soundfile

    def fill(temporary: Path) -> None:
        try:
            with soundfile.SoundFile(native(temporary), "w", like.sample_rate_hz, like.channels, **how) as file:
                for block in blocks:
                    file.write(block.T)
        except soundfile.LibsndfileError as error:
            # libsndfile hides the reason of a failed write; a full disk is by far the commonest.
            raise OSError(errno.ENOSPC, str(error)) from error

    write_atomically(path, fill)
