"""Downloading one file: whole and checked, or not at all.

What has come so far is kept beside the target as ``NAME.part``, with a note in ``NAME.part.json`` of what it is a part of, and
the next attempt goes on from there (RFC 9110, Range and If-Range) unless the file at the source has changed. Only a file that
has the right length and checksum and is safe on the disk gets its name.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from mixassistant.audio.write import output_error, write_bytes
from mixassistant.bounded_json import read_json
from mixassistant.errors import InputError, OutputError, UsageError
from mixassistant.i18n import _
from mixassistant.progress import Progress, silent
from mixassistant.stems.fetch import HTTPS, LATER, NO_RANGE, POLL_S, Answer, Cut, Network, Refused, fetch, host_of
from mixassistant.stems.lock import lock

READ_BYTES = 1 << 20
SPARE_BYTES = 32 << 20  # to leave free on the disk
TOLERANCE = 0.1  # of the size: sources are known in round numbers
SLACK_BYTES = 1 << 14  # on top, for small files
LONGEST_WAIT_S = 8.0
FIRST_ATTEMPTS = 3  # where the server never answered: nobody waits half a minute to hear that there is no network


@dataclass(frozen=True)
class Source:
    """A file on the network.

    Parameters
    ----------
    url : str
    size_bytes : int
        About; 0 where it is not known.
    sha256 : str
        Hex, or how it begins; empty where it is not known.
    hosts : tuple of str
        Where the address's own host may redirect to; ``.example.org`` stands for all hosts under it.
    """

    url: str
    size_bytes: int = 0
    sha256: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Note:
    """What a partial file is a part of: the length is 0 where the server did not tell it."""

    url: str
    etag: str = ""
    modified: str = ""
    length: int = 0

    @property
    def validator(self) -> str:
        """What If-Range compares: a weak tag does not promise the same bytes."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


@dataclass
class _Part:
    """The partial file and its running checksum."""

    file: IO[bytes]
    size: int = 0
    received: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    is_patched: bool = False

    def restart(self) -> None:
        """Throw away what is there."""
        self.file.seek(0)
        self.file.truncate()
        self.size, self.digest, self.is_patched = 0, hashlib.sha256(), False

    def append(self, data: bytes) -> None:
        """Write to the disk: what was written is in the file, also where the rest is not."""
        view = memoryview(data)
        while view:
            written = self.file.write(view)
            self.digest.update(view[:written])
            self.size += written
            self.received += written
            view = view[written:]


class _Display:
    """Progress of one file, with how much of it has come; the length may be learned on the way."""

    def __init__(self, source: Source, target: Path, part: _Part, progress: Progress) -> None:
        self._stage, self._part, self._progress = f"{_('Downloading')} {target.name}", part, progress
        self.length = source.size_bytes

    def __call__(self) -> None:
        size, length = self._part.size, self.length
        of = f" of {length / 1e6:.1f}" if length else ""
        self._progress(f"{self._stage}, {size / 1e6:.1f}{of} MB", min(size / length, 1.0) if length else 0.0)


def partial(target: Path) -> Path:
    """Return where the part of a file that has come so far is kept."""
    return target.with_name(f"{target.name}.part")


def note(target: Path) -> Path:
    """Return where it is noted what that is a part of."""
    return target.with_name(f"{target.name}.part.json")


def discard(target: Path) -> None:
    """Delete what has come so far of a file.

    Raises
    ------
    OSError
        It cannot be deleted.
    """
    for path in (partial(target), note(target), _lock_path(target)):
        path.unlink(missing_ok=True)


def download(source: Source, target: Path, progress: Progress = silent, network: Network = HTTPS) -> str:
    """Download a file; return its SHA-256 (hex).

    Parameters
    ----------
    source : Source
    target : Path
        Where the file is to lie; its folder is made.
    progress : Progress
        Called at least every 200 ms, also while the network is silent. What it raises leaves the part for another time.
    network : Network

    Raises
    ------
    MissingError
        The source cannot be reached, does not have the file, or sends the download elsewhere.
    InputError
        What came is not the file: its length or checksum is another.
    OutputError
        The disk is full or cannot be written.
    UsageError
        The same file is being downloaded already.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _locked(target), partial(target).open("a+b", buffering=0) as file:
            part = _Part(file)
            checksum = _complete(source, target, part, progress, network)
            os.fsync(file.fileno())
        partial(target).replace(target)
        _sync_folder(target.parent)
        discard(target)
    except InputError:
        with suppress(OSError):
            discard(target)
        raise
    except OSError as error:
        known = output_error(target, error)
        raise OutputError(known.code, known.message, f"{known.hint}; what was downloaded is kept") from error
    return checksum


def _complete(source: Source, target: Path, part: _Part, progress: Progress, network: Network) -> str:
    """Fill the partial file by as many attempts as it takes; return its checksum."""
    show = _Display(source, target, part, progress)
    show()
    then = _resume(source, target, part, show)
    failures = 0
    while True:
        try:
            if not (then and then.length == part.size > 0):
                then = _attempt(source, target, part, then, show, network)
            checksum = _checked(source, target, part)
            if checksum:
                return checksum
            then = None  # put together from parts that do not belong together: once more, from the start
        except Cut as error:
            failures += 1
            if failures >= (network.attempts if part.received else min(network.attempts, FIRST_ATTEMPTS)):
                raise
            if error.code == NO_RANGE:
                part.restart()
            _pause(min(network.backoff_s * 2 ** (failures - 1), LONGEST_WAIT_S), show)
            then = _noted(source, target)


def _resume(source: Source, target: Path, part: _Part, show: _Display) -> _Note | None:
    """Take up what is there from another time, if it is known what it is."""
    then = _noted(source, target)
    if then is None:
        part.restart()
        return None
    part.file.seek(0)
    while data := part.file.read(READ_BYTES):
        part.digest.update(data)
        part.size += len(data)
        show()
    part.is_patched = part.size > 0
    return then


def _noted(source: Source, target: Path) -> _Note | None:
    """Return what the part is a part of, if that is the same file and a server can tell whether it still is."""
    try:
        found = read_json(note(target))
        then = _Note(str(found["url"]), str(found["etag"]), str(found["modified"]), int(found["length"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return then if then.url == source.url and (then.validator or source.sha256) else None


def _attempt(source: Source, target: Path, part: _Part, then: _Note | None, show: _Display, network: Network) -> _Note:
    """Ask for the rest and write it; return what it is the rest of."""
    headers = {}
    if then and part.size:
        headers["Range"] = f"bytes={part.size}-"
        if then.validator:
            headers["If-Range"] = then.validator
    else:
        part.restart()
    host = host_of(source.url)
    with fetch(source.url, headers, source.hosts, show, network) as answer:
        now = _placed(source, part, then, answer)
        _check_length(source, now)
        show.length = now.length or source.size_bytes
        check_space(target.parent, target.name, show.length - part.size)
        write_bytes(note(target), json.dumps(asdict(now)).encode())
        show()
        limit = now.length or (source.size_bytes and _most(source))
        for piece in answer.pieces:
            if limit and part.size + len(piece) > limit:
                raise InputError("other-file", f"{host} sends more than the {limit} bytes of {target.name}", "Try again later")
            part.append(piece)
            show()
    # Where the server told no length, the end of the connection is all there is to see.
    least = now.length or source.size_bytes * (1 - TOLERANCE) - SLACK_BYTES
    if part.size < least:
        raise Cut("cut-off", f"{host} ended the connection after {part.size / 1e6:.1f} of {show.length / 1e6:.1f} MB", LATER)
    return now


def _placed(source: Source, part: _Part, then: _Note | None, answer: Answer) -> _Note:
    """Return what the answer is a part of, with the partial file ready to take it."""
    host = host_of(source.url)
    if answer.headers.get("Content-Encoding", "identity") != "identity" or answer.headers.get_content_type() == "text/html":
        raise Refused(
            "not-the-file", f"{host} answers with something else than the file", "A log-in page of the network? Try again on another one"
        )
    etag, modified = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
    sent = answer.headers.get("Content-Length", "")
    if answer.status == 206 and then:
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", answer.headers.get("Content-Range", "").strip())
        start, whole = (int(found[1]), int(found[3]) if found[3] != "*" else 0) if found else (-1, 0)
        if start == part.size and whole in (0, then.length or whole) and (etag or then.etag) == then.etag:
            part.is_patched = True
            return _Note(source.url, etag or then.etag, modified or then.modified, whole or then.length)
        part.restart()
        raise Cut("changed", f"{host} sends another part of the file than was asked for", LATER)
    if answer.status != 200:
        raise Refused("refused", f"{host} answers with HTTP {answer.status} and no file", "Try again later, or install from a file")
    part.restart()  # the file has changed, or this server knows no ranges
    return _Note(source.url, etag, modified, int(sent) if sent.isdigit() else 0)


def _most(source: Source) -> int:
    return int(source.size_bytes * (1 + TOLERANCE)) + SLACK_BYTES


def _check_length(source: Source, now: _Note) -> None:
    """Refuse a file of quite another size before it fills the disk."""
    size = source.size_bytes
    if size and now.length and abs(now.length - size) > size * TOLERANCE + SLACK_BYTES:
        raise InputError(
            "other-file",
            f"{host_of(source.url)} has a file of {now.length} bytes at {source.url}, where one of about {size} was published",
            "It is not the file that this version knows: look for a newer version, or install from a file",
        )


def check_space(folder: Path, name: str, wanted: int) -> None:
    """Refuse to begin what the disk has no room for.

    Raises
    ------
    OutputError
        Fewer than `wanted` bytes, and some to spare, are free in the folder.
    """
    free = shutil.disk_usage(folder).free
    if wanted > 0 and free < wanted + SPARE_BYTES:
        raise OutputError(
            "disk-full",
            f"{name} needs {(wanted + SPARE_BYTES) / 1e6:.0f} MB in “{folder}”, where {free / 1e6:.0f} MB are free",
            "Free some space and try again; what was downloaded is kept",
        )


def _checked(source: Source, target: Path, part: _Part) -> str:
    """Return the checksum of a whole file; nothing where a kept part spoilt it."""
    checksum = str(part.digest.hexdigest())
    if checksum.startswith(source.sha256):
        return checksum
    was_patched = part.is_patched
    part.restart()
    if was_patched:
        return ""
    raise InputError(
        "wrong-checksum",
        f"What came from {source.url} is not the published {target.name}: its SHA-256 begins with {checksum[:8]}, not {source.sha256[:8]}",
        "It was thrown away: try again on another network, or install from a file that you trust",
    )


def _pause(seconds: float, waiting: Callable[[], None]) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        waiting()
        time.sleep(min(left, POLL_S))


def _sync_folder(folder: Path) -> None:
    """Make the new name itself safe on the disk, where the system can."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network disks cannot
            os.fsync(handle)
    finally:
        os.close(handle)


def _lock_path(target: Path) -> Path:
    return target.with_name(f"{target.name}.part.lock")


def _locked(target: Path) -> AbstractContextManager[object]:
    """Keep a second download of the same file out, in this program or another: two would spoil each other's part."""
    try:
        return lock(_lock_path(target))
    except BlockingIOError as error:
        raise UsageError("busy", f"{target.name} is being downloaded already", "Wait for it, or stop it first") from error
