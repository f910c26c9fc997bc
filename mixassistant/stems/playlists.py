"""Playlists as a way to name songs: the local files that an M3U, PLS, XSPF or CUE file lists, and what of it was left out.

Nothing is ever taken from the network: an address is counted and told, not opened, and so is a share of another machine. Other
playlists inside one are not followed. A CUE sheet tells where the tracks of a long file begin; the file is taken whole.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import unquote_to_bytes, urlsplit
from xml.etree import ElementTree

from mixassistant.audio.decode import SUFFIXES
from mixassistant.audio.not_audio import PLAYLIST_SUFFIXES, is_playlist, refusal
from mixassistant.errors import InputError
from mixassistant.names import readable

MOST_BYTES = 8 << 20  # of a playlist: a hundred thousand songs
SHOWN = 3  # entries that a sentence names
_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_STREAMED = "#EXT-X-"  # what only a stream's list holds (RFC 8216)
_PLS_FILE = re.compile(r"^\s*File\d+\s*=(.*)$", re.IGNORECASE)
_CUE_FILE = re.compile(r'^\s*FILE\s+(?:"([^"]*)"|(\S+))', re.IGNORECASE)


@dataclass(frozen=True)
class Playlist:
    """The songs that a playlist names.

    Parameters
    ----------
    path : Path
        Of the playlist.
    files : tuple of Path
        Entries that are on this disk, in their order, each once.
    moved : tuple of Path
        Those of `files` that do not lie where the playlist says, but beside it or under another suffix.
    missing, remote, nested : tuple of str
        Entries that are not on this disk, that are on the network, that are playlists themselves.
    """

    path: Path
    files: tuple[Path, ...]
    moved: tuple[Path, ...] = ()
    missing: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Whole sentences on what was left out or guessed."""
        count = len(self.files) + len(self.missing) + len(self.remote) + len(self.nested)
        of = f"of {count} {'entry' if count == 1 else 'entries'} of “{readable(self.path.name)}”"
        told = []
        for entries, is_are in (
            (self.missing, ("is not on this disk", "are not on this disk")),
            (self.remote, ("is on the network and was not opened", "are on the network and were not opened")),
            (self.nested, ("is a playlist itself and was not followed", "are playlists themselves and were not followed")),
        ):
            if entries:
                told.append(f"{len(entries)} {of} {is_are[len(entries) > 1]}: {_shown(entries)}.")
        if self.moved:
            names = _shown([path.name for path in self.moved])
            told.append(
                f"{len(self.moved)} {of} {'was' if len(self.moved) == 1 else 'were'} not where it says, but found beside it: {names}."
            )
        if self.path.suffix.lower() == ".cue" and self.files:
            taken = f"“{readable(self.files[0].name)}” was" if len(self.files) == 1 else f"{len(self.files)} files were"
            told.append(f"{taken} taken whole: the tracks of the CUE sheet “{readable(self.path.name)}” are not cut apart.")
        return tuple(told)


def entries(path: Path) -> Playlist:
    """Read a playlist.

    Raises
    ------
    InputError
        It cannot be read, is none, lists the pieces of a stream, or nothing that it names is on this disk.
    """
    found: dict[Path, bool] = {}  # whether it was found elsewhere than its entry says
    left: dict[str, list[str]] = {"missing": [], "remote": [], "nested": []}
    for written in _written(path):
        entry = _local(written)
        if entry is None:
            left["remote"].append(written)
            continue
        if PurePosixPath(entry).suffix.lower() in PLAYLIST_SUFFIXES:
            left["nested"].append(written)
            continue
        file, is_moved = _find(path.parent, entry, written)
        if file is None:
            left["missing"].append(written)
        else:
            found.setdefault(file, is_moved)
    kept = {kind: tuple(names) for kind, names in left.items()}
    read = Playlist(path, tuple(found), tuple(file for file, is_moved in found.items() if is_moved), **kept)
    if not found:
        why = " ".join(read.notes).removesuffix(".")
        raise InputError("empty-playlist", f"“{path.name}” names no file that is on this disk", why or "give the files themselves")
    return read


def file_of(folder: Path, written: str) -> Path | None:
    """Return the file that an entry of a playlist in a folder names, if it is on this disk; it is looked up, and not opened."""
    entry = _local(written)
    return None if entry is None else _find(folder, entry, written)[0]


def notes_on(path: Path) -> tuple[str, ...]:
    """Return whole sentences on what is left out of a playlist; none for what is no playlist, or cannot be read: opening it says why."""
    try:
        return entries(path).notes if is_playlist(path) else ()
    except InputError:
        return ()


def only_entry(path: Path) -> Path:
    """Return the one song that a playlist names.

    Raises
    ------
    InputError
        It names none that is there, or several.
    """
    read = entries(path)
    if len(read.files) > 1:
        raise InputError("many-songs", f"“{path.name}” is a playlist of {len(read.files)} songs", "give one of them")
    return read.files[0]


def _written(path: Path) -> list[str]:
    """Return the entries of a playlist as they are written there; a byte that is no text as Python has it in names of files."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError("unreadable", f"cannot read “{path.name}”", (error.strerror or "").lower()) from error
    suffix = path.suffix.lower()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    if len(content) > MOST_BYTES or "\0" in text:
        raise refusal(path) or InputError("not-a-playlist", f"“{path.name}” is no playlist", "give the files themselves")
    if suffix == ".xspf":
        return _of_xspf(path, content)
    if _STREAMED in text:
        raise InputError("stream", f"“{path.name}” is the list of a stream's pieces and no playlist of songs", "give the audio itself")
    lines = re.split(r"\r\n|\r|\n", text)  # no other sign ends a line: a name may hold any
    if suffix == ".pls":
        return [match[1].strip() for line in lines if (match := _PLS_FILE.match(line)) and match[1].strip()]
    if suffix == ".cue":
        return [match[1] or match[2] or "" for line in lines if (match := _CUE_FILE.match(line))]
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _of_xspf(path: Path, content: bytes) -> list[str]:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # an entity can name another file, or unfold to gigabytes
        raise InputError("not-a-playlist", f"“{path.name}” declares entities, which no playlist needs", "give the files themselves")
    try:
        tree = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise InputError("not-a-playlist", f"“{path.name}” is a damaged playlist", "write it again, or give the files") from error
    return [place.text.strip() for place in tree.iterfind("{*}trackList/{*}track/{*}location") if place.text and place.text.strip()]


def _local(entry: str) -> str | None:
    """Return an entry as a path of this machine; `None`: it is on the network."""
    if entry.startswith(("\\\\", "//")):
        return None
    if not _ADDRESS.match(entry):
        return entry
    address = urlsplit(entry)
    if address.scheme.lower() != "file" or address.netloc.lower() not in ("", "localhost"):
        return None
    place = os.fsdecode(unquote_to_bytes(entry[entry.index("://") + 3 + len(address.netloc) :]))
    return place[1:] if re.match(r"/[A-Za-z]:", place) else place


def _find(folder: Path, entry: str, written: str) -> tuple[Path | None, bool]:
    """Return the file that an entry names, and whether it was found elsewhere than the entry says."""
    for place in _readings(entry):
        if _is_there(folder / place):
            return folder / place, False
    for place in _readings(entry):
        parts = (PureWindowsPath(place) if "\\" in place or re.match(r"[A-Za-z]:", place) else PurePosixPath(place)).parts
        is_whole = bool(re.match(r"[A-Za-z]:|[/\\]", place))
        # A list that was made on another machine names its folders: the end of the path may lie beside the list.
        for start in range(1, len(parts)) if is_whole else (0,):
            beside = folder.joinpath(*parts[start:])
            if _is_there(beside):
                return beside, is_whole
            twin = next((other for suffix in sorted(SUFFIXES) if _is_there(other := beside.with_suffix(suffix))), None)
            if twin is not None and beside.suffix:  # a CUE sheet names the WAV that was ripped, and the disk holds the FLAC
                return twin, True
    return None, False


def _readings(entry: str) -> Iterator[str]:
    """Yield what an entry may mean as a path: as it is, in the charsets of old lists, percent-decoded, in either Unicode form."""
    seen = set()
    raw = os.fsencode(entry) if os.name == "posix" else entry.encode("utf-8", "surrogateescape")
    for text in (entry, raw.decode("cp1252", "replace"), os.fsdecode(unquote_to_bytes(raw)) if "%" in entry else entry):
        for slashes in (text, text.replace("\\", "/")):
            for form in ("", "NFC", "NFD"):
                reading = unicodedata.normalize(form, slashes) if form else slashes  # type: ignore[arg-type]
                if reading not in seen and "\0" not in reading:
                    seen.add(reading)
                    yield reading


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long, half a letter
        return False


def _shown(names: Sequence[str]) -> str:
    """Return names for a sentence."""
    told = ", ".join(f"“{readable(_end_of(name))}”" for name in names[:SHOWN])
    return told + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _end_of(entry: str) -> str:
    """Return what an entry is called; of an address all but its parameters, which may hold a password."""
    if _ADDRESS.match(entry):
        address = urlsplit(entry)
        return f"{address.scheme}://{address.hostname or ''}{address.path}"
    return re.split(r"[/\\]", entry)[-1] or entry
