"""What a file or folder is that is no audio, and what to give in its place: an archive, a DAW's project, a picture, a playlist.

Content decides before the name: a zip called ``.wav`` is an archive. The suffix decides between formats that share a container (an
Ableton set is gzip, a Studio One song is zip) and for those that begin with nothing of their own.

The table is our own, and no library's: `filetype` and `puremagic` (both MIT, tried in November 2026) name zip, gzip, PDF and pictures,
and none of the projects (a Reaper, FL Studio, Bitwig or Pro Tools file: nothing; an Ableton set: "gzip"; a Cubase project: "4X Movie
video"); they would spare some twenty lines of magic numbers, at the price of a dependency.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mixassistant.errors import InputError

HEAD = 4096  # bytes that are looked at: the first element of an XML document lies in them
PLAYLIST_SUFFIXES = frozenset({".m3u", ".m3u8", ".pls", ".cue", ".xspf"})
PACKAGE_SUFFIXES = frozenset({".logicx", ".logic", ".band"})  # what the Finder shows as one file is a folder elsewhere
_PACKAGE_HOLDS = ("Alternatives", "Contents", "Media", "Resources", "ProjectData", "projectData")  # one of these; a band's own folder none


@dataclass(frozen=True)
class Kind:
    """What something is that is no audio.

    Parameters
    ----------
    what : str
        With its article: ``"an archive"``.
    instead : str
        What to give in its place: ``"unpack it and give the folder"``.
    """

    what: str
    instead: str


_BOUNCE = "bounce the mix or export the stems, and give those"


def _project(program: str) -> Kind:
    article = "an" if program.startswith(("A", "E", "I", "O", "U", "FL ", "LMMS")) else "a"  # by its sound
    return Kind(f"{article} {program} project", _BOUNCE)


def _preset(what: str) -> Kind:
    return Kind(what, "give the audio that it is used on")


_ARCHIVE = Kind("an archive", "unpack it and give the folder")
_IMAGE = Kind("an image", "give an audio file")
_PDF = Kind("a PDF document", "give an audio file")
_DOCUMENT = Kind("a text document", "give an audio file")
_TEXT = Kind("a text file", "give an audio file")
_PAGE = Kind("a web page and no download of the audio", "download it again, signed in where the page asks for that")
_LINK = Kind("a link and not the file", "give the file that it leads to")
_PROGRAM = Kind("a program", "give an audio file")
_MIDI = Kind("a MIDI file: notes without sound", "render it with its instruments and give the audio")
_SCORE = Kind("a score: notes without sound", "render it with its instruments and give the audio")
_PLAYLIST = Kind("a playlist", "give the files that it names")
_STREAM = Kind("a description of a stream on the network", "give the audio itself")
_DATABASE = Kind("a database", "give an audio file")
_DISK = Kind("a disk image", "open it and give the audio inside")
_UNFINISHED = Kind("an unfinished download", "let the download end and give the whole file")
_OVERVIEW = Kind("a program's notes on a file and not its audio", "give the audio file beside it")
_SOUNDS = Kind("a collection of sounds for an instrument", "render what is played with it and give the audio")
_PROTECTED = Kind("protected against copying", "give a file without that protection")
_VIDEO = Kind("a video without sound", "export the sound as audio and give that")
_REPORT = Kind("a report of Mix Assistant", "give the mix that it was made from")
_OWN_PROJECT = Kind("a project of Mix Assistant", "open it in the window, or give the mix that it was made from")

_ABLETON, _AUDACITY, _ARDOUR, _DAWPROJECT = _project("Ableton Live"), _project("Audacity"), _project("Ardour"), _project("DAW")
_CUBASE = _project("Cubase or Nuendo")

_MAGIC: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"Rar!\x1a\x07", _ARCHIVE), (0, b"7z\xbc\xaf\x27\x1c", _ARCHIVE), (0, b"\xfd7zXZ\0", _ARCHIVE), (0, b"BZh", _ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", _ARCHIVE), (0, b"StuffIt", _ARCHIVE), (257, b"ustar", _ARCHIVE), (0, b"MSCF", _ARCHIVE),
    (0, b"\x89PNG\r\n\x1a\n", _IMAGE), (0, b"\xff\xd8\xff", _IMAGE), (0, b"GIF87a", _IMAGE), (0, b"GIF89a", _IMAGE),
    (0, b"II*\0", _IMAGE), (0, b"MM\0*", _IMAGE), (0, b"8BPS", _IMAGE), (8, b"WEBP", _IMAGE), (4, b"ftyphei", _IMAGE),
    (4, b"ftypmif1", _IMAGE), (4, b"ftypavif", _IMAGE),
    (0, b"%PDF-", _PDF), (0, b"{\\rtf", _DOCUMENT), (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _DOCUMENT),
    (0, b"MThd", _MIDI), (8, b"RMID", _MIDI), (8, b"sfbk", _SOUNDS),
    (0, b"MZ\x90\0", _PROGRAM), (0, b"\x7fELF", _PROGRAM), (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (0, b"L\0\0\0\x01\x14\x02\0", _LINK), (0, b"[InternetShortcut]", _LINK), (0, b"\0\x05\x16\x07", _OVERVIEW),
    (0, b"<REAPER_PROJECT", _project("Reaper")), (0, b"FLhd", _project("FL Studio")), (8, b"NUND", _CUBASE),
    (0, b"BtWg", _project("Bitwig")), (1, b"0010111100101011", _project("Pro Tools")), (68, b"AUDY", _AUDACITY),
    (0, b"CcnK", _preset("a plug-in's preset")), (0, b"VST3", _preset("a plug-in's preset")),
)  # fmt: skip

_BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"<ableton", _ABLETON), (b"<audacityproject", _AUDACITY), (b"<session", _ARDOUR), (b"<sesx", _project("Audition")),
    (b"<lmms-project", _project("LMMS")), (b"<!doctype html", _PAGE), (b"<html", _PAGE), (b"<svg", _IMAGE),
    (b"<score-partwise", _SCORE), (b"<score-timewise", _SCORE), (b"<!doctype score-partwise", _SCORE),
    (b"#extm3u", _PLAYLIST), (b"[playlist]", _PLAYLIST), (b"<playlist", _PLAYLIST), (b"ffconcat version", _PLAYLIST),
    (b"v=0\r\no=", _STREAM), (b"v=0\no=", _STREAM),
    (b'"mixassistant.report/', _REPORT), (b'"mixassistant.measurements/', _REPORT),
)  # fmt: skip
"""Words near the beginning of a text, in small letters, the telling ones first."""


def _named(kind: Kind, suffixes: str) -> dict[str, Kind]:
    return dict.fromkeys(suffixes.split(), kind)


_SUFFIXES: dict[str, Kind] = {
    **_named(_ARCHIVE, ".zip .rar .7z .tar .gz .tgz .bz2 .xz .zst .sit .sitx .lz .lzh .arj .cab .ace"),
    **_named(_DISK, ".dmg .iso .img .toast"),
    **_named(_ABLETON, ".als"),
    **_named(_preset("an Ableton Live preset, rack or clip"), ".adg .adv .alc .amxd .agr"),
    **_named(_project("Reaper"), ".rpp .rpp-bak"),
    **_named(_project("Logic Pro"), ".logicx .logic"),
    **_named(_project("GarageBand"), ".band"),
    **_named(_project("Pro Tools"), ".ptx .ptf .pts"),
    **_named(_CUBASE, ".cpr .npr .all"),
    **_named(_project("FL Studio"), ".flp"),
    **_named(_project("Studio One"), ".song"),
    **_named(_project("Bitwig"), ".bwproject"),
    **_named(_AUDACITY, ".aup .aup3"),
    **_named(_project("Reason"), ".reason .rns .rps"),
    **_named(_DAWPROJECT, ".dawproject .aaf .omf"),
    **_named(_ARDOUR, ".ardour"),
    **_named(_project("Audition"), ".sesx .ses"),
    **_named(_project("Cakewalk"), ".cwp .wrk"),
    **_named(_project("LMMS"), ".mmp .mmpz"),
    **_named(_project("Renoise"), ".xrns"),
    **_named(_project("Waveform"), ".tracktionedit .tracktion"),
    **_named(_project("Samplitude"), ".vip .rap"),
    **_named(_project("Acid"), ".acd .acd-zip"),
    **_named(_project("Mixcraft"), ".mx6 .mx7 .mx8 .mx9 .mx10"),
    **_named(_project("video"), ".prproj .veg .drp .fcpxml .kdenlive"),
    **_named(_preset("a plug-in's preset"), ".fxp .fxb .vstpreset .aupreset .ffp .tfx .fst .nksf .h2p .cst .pst .patch .serumpreset"),
    **_named(_SOUNDS, ".sf2 .sf3 .sfz .nki .nkm .exs .gig .rex .rx2"),
    **_named(_MIDI, ".mid .midi .kar .rmi"),
    **_named(_SCORE, ".mscz .mscx .sib .musx .dorico .gp .gp5 .gpx .musicxml .mxl"),
    **_named(_PLAYLIST, ".m3u .m3u8 .pls .cue .xspf .wpl .asx .zpl .nml .fpl .b4s"),
    **_named(_PROTECTED, ".m4p .aax .aaxc .dcf"),
    **_named(_IMAGE, ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .heic .svg .psd .ai"),
    **_named(_PDF, ".pdf"),
    **_named(_DOCUMENT, ".doc .docx .odt .rtf .pages .xls .xlsx .ods .numbers .ppt .pptx .key"),
    **_named(_TEXT, ".txt .md .log .lrc .srt .nfo .json .xml .csv .yaml .yml .ini"),
    **_named(_PAGE, ".html .htm .mhtml"),
    **_named(_LINK, ".url .webloc .lnk .desktop .icloud .torrent"),
    **_named(_UNFINISHED, ".part .crdownload .download .partial .opdownload"),
    **_named(_OVERVIEW, ".asd .reapeaks .pkf .sfk .gpk .ovw .wfm .peak .pek"),
    **_named(_OWN_PROJECT, ".mixassistant"),
}

_PROJECTS = frozenset(suffix for suffix, kind in _SUFFIXES.items() if kind.instead == _BOUNCE)
_SHARED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"SQLite format 3\0")  # containers that many programs write


def what_it_is(path: Path) -> Kind | None:
    """Tell what a file is that is no audio, or a folder that is one thing to its program; `None` where nobody knows.

    Never raises: what cannot be read is not known.
    """
    try:
        if path.is_dir():
            return _of_folder(path)
        with path.open("rb") as file:
            head = file.read(HEAD)
    except (OSError, ValueError):
        return None
    suffix = path.suffix.lower()
    for offset, magic, kind in _MAGIC:
        if head.startswith(magic, offset):
            return kind
    if head.startswith(_SHARED):
        return _of_shared(path, head, suffix)
    beginning = _beginning(head)
    return next((kind for word, kind in _BEGINNINGS if word in beginning), None) or _SUFFIXES.get(suffix) or (_TEXT if beginning else None)


def refusal(path: Path) -> InputError | None:
    """Return the error that says what a file or folder is and what to give in its place; `None` where nobody knows."""
    kind = what_it_is(path)
    return None if kind is None else InputError("not-audio", f"“{path.name}” is {kind.what}", kind.instead)


def without_sound(path: Path) -> InputError:
    """Return the error for a container that holds no audio track."""
    return InputError("not-audio", f"“{path.name}” is {_VIDEO.what}", _VIDEO.instead)


def refusal_within(paths: Iterable[Path]) -> str:
    """Return what lies in a folder in place of audio, for its error: the first of these paths that is told; empty: none is."""
    for path in paths:
        kind = None if path.name.startswith(".") else what_it_is(path)
        if kind is not None and kind not in (_TEXT, _IMAGE, _OVERVIEW, _PDF, _DOCUMENT):  # notes and covers lie beside audio anywhere
            return f"“{path.name}” in it is {kind.what}: {kind.instead}"
    return ""


def is_playlist(path: Path) -> bool:
    """Tell whether a path names a playlist."""
    try:
        return path.suffix.lower() in PLAYLIST_SUFFIXES and path.is_file()
    except (OSError, ValueError):
        return False


def project_in(folder: Path) -> str:
    """Return which project of a DAW lies right inside a folder, and what to give in its place; empty: none does.

    The audio beside it, or in the folders beside it, is what that project is put together from: takes and clips.
    """
    try:
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.suffix.lower() in _PROJECTS)
    except (OSError, ValueError):
        return ""
    found = ((path, what_it_is(path)) for path in inside)
    return next((f"“{path.name}” is {kind.what}: {kind.instead}" for path, kind in found if kind and kind.instead == _BOUNCE), "")


def is_package(path: Path) -> bool:
    """Tell whether a folder is a project that its program shows as one file: the clips inside are no songs and no stems."""
    try:
        return path.suffix.lower() in PACKAGE_SUFFIXES and any((path / held).exists() for held in _PACKAGE_HOLDS)
    except (OSError, ValueError):
        return False


def _of_folder(path: Path) -> Kind | None:
    return _SUFFIXES.get(path.suffix.lower()) if is_package(path) else None


def _of_shared(path: Path, head: bytes, suffix: str) -> Kind:
    """Tell what a zip, a gzip or an SQLite file is: by what it holds, else by its suffix."""
    known = _SUFFIXES.get(suffix)
    if head.startswith(b"SQLite"):
        return known or _DATABASE
    if head.startswith(b"\x1f\x8b"):
        try:
            inside = zlib.decompressobj(wbits=31).decompress(head, HEAD)
        except zlib.error:
            inside = b""
        found = next((kind for word, kind in _BEGINNINGS if word in _beginning(inside)), None)
        return (known if found is _ABLETON else found) or known or found or _ARCHIVE
    try:
        with zipfile.ZipFile(path) as held:
            names = set(held.namelist())
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        names = set()
    if {"project.xml", "metadata.xml"} <= names:
        return _DAWPROJECT
    if "[Content_Types].xml" in names or "mimetype" in names:
        return known or _DOCUMENT
    return known or _ARCHIVE


def _beginning(head: bytes) -> bytes:
    """Return the beginning of a text in small letters, empty where it is none."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "ignore").lower().strip().encode()
    text = head.removeprefix(b"\xef\xbb\xbf").strip()
    controls = sum(byte < 9 or 13 < byte < 32 for byte in text)
    return text.lower() if text and not controls else b""
