"""The tracks of a song among its files: left and right halves joined, each with what its name and its folder tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mixassistant.names import readable
from mixassistant.stems.folders.pairs import find_pairs
from mixassistant.stems.folders.tree import Infos
from mixassistant.stems.names.purposes import Purpose, is_song_title, purpose_from_name, purpose_is_certain
from mixassistant.stems.names.roles import is_pure_name, role_from_name
from mixassistant.stems.names.text import words
from mixassistant.stems.names.words import words_of
from mixassistant.stems.stem import Role

VERSIONS = words("mix dub edit remix version remaster remastered rework bootleg vip")  # of a whole song, in brackets behind its title

SURE = ("drums", "bass", "vocals")  # roles whose folders hold nothing else


@dataclass(frozen=True)
class Track:
    """One track of a song: a file, or two that are its left and its right.

    Parameters
    ----------
    name : str
        Shown to the user; no two tracks of a song share one.
    files : tuple of Path
        One, or left and right.
    role : Role or None
        Told by its name or by its folder.
    purpose : Purpose or None
        What it is beside stems, by its name, where it is called after something that is no stem.
    is_certain : bool
        Whether a purpose is told by a word that no stem bears.
    is_pure : bool
        Whether every word of its name speaks of an instrument.
    is_title : bool
        Whether it is called like a whole song.
    """

    name: str
    files: tuple[Path, ...]
    role: Role | None = None
    purpose: Purpose | None = None
    is_certain: bool = False
    is_pure: bool = False
    is_title: bool = False

    @property
    def path(self) -> Path:
        """Its file, or the left one of its two."""
        return self.files[0]

    @property
    def callings(self) -> set[str]:
        """What else the user may call it."""
        return {called for file in self.files for called in (file.name, file.stem)}


def display_names(files: Sequence[Path]) -> list[str]:
    """Return stem names without what all file names share at their ends (``"2.Lithium_Stem_KICK_mobile"`` → ``"KICK"``)."""
    names = [readable(p.name[: -len(p.suffix)] if p.suffix else p.name) for p in files]
    if len(names) > 1:
        start = _shared_start(names)
        start = start[: max((start.rfind(c) + 1 for c in " _-."), default=0)]
        end = _shared_start([n[::-1] for n in names])[::-1]
        cut = min((end.find(c) for c in " _-." if c in end), default=-1)
        end = end[cut:] if cut >= 0 else ""
        names = [n[len(start) : len(n) - len(end)].strip(" _-.") or n for n in names]
    return _told_apart(names, files)


def _told_apart(names: Sequence[str], files: Sequence[Path]) -> list[str]:
    """Return names of which none is there twice: "kick.wav" and "kick.flac" are two stems, as are "A/kick.wav" and "B/kick.wav"."""
    count = Counter(names)
    told = [name if count[name] == 1 else f"{file.parent.name} {name}" for name, file in zip(names, files, strict=True)]
    count = Counter(told)
    told = [name if count[name] == 1 else file.name for name, file in zip(told, files, strict=True)]
    count = Counter(told)
    return [name if count[name] == 1 else f"{file.parent.name} {file.name}" for name, file in zip(told, files, strict=True)]


def _shared_start(names: Sequence[str]) -> str:
    """Return the letters that all names begin with."""
    first, last = min(names), max(names)
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))]


def tracks_of(files: Sequence[Path], root: Path, infos: Infos) -> tuple[Track, ...]:
    """Return the tracks that files are.

    Parameters
    ----------
    files : sequence of Path
    root : Path
        The song's folder: those between it and a file tell of the file.
    infos : mapping of Path to FileInfo
    """
    pairs = find_pairs(files, infos)
    halves = {half for pair in pairs for half in (pair.left, pair.right)}
    units = sorted(
        [*((pair.name, pair.files) for pair in pairs), *((file.stem, (file,)) for file in files if file not in halves)],
        key=lambda unit: files.index(unit[1][0]),
    )
    called = [paths[0].with_name(name + paths[0].suffix) for name, paths in units]
    has_groups = any(paths[0].parent != root for _name, paths in units)
    tracks = [_track(name, paths, root) for name, (_stem, paths) in zip(display_names(called), units, strict=True)]
    return tuple(_above(track, root) if has_groups or _heads(track, tracks) else track for track in tracks)


def _track(name: str, files: tuple[Path, ...], root: Path) -> Track:
    groups = _groups(files[0], root)
    own, purpose = role_from_name(name), purpose_from_name(name)
    roles = [role for group in reversed(groups) if (role := role_from_name(group)) is not None]
    by_folder = next((role for role in roles if role in SURE), next(iter(roles), None))  # "Vox/Lead": a lead of the voices
    # A folder of drums holds drums, also their "Room" and "Lead Tom"; one of music, guitars or effects may hold a bass.
    role = by_folder if by_folder in SURE else own or by_folder
    is_pure = is_pure_name(name) or is_pure_name(name.rpartition("(")[2])  # "Song (Vocals)", of programs that take songs apart
    found = Track(name, files, role, None, False, is_pure, _is_title(files[0].stem, is_pure and own is not None))
    if purpose == "mix" and by_folder is not None and own is None:
        return found  # "Vox/main", "Drums/Mix": of that instrument alone
    if purpose is not None:
        return replace(found, role=own, purpose=purpose, is_certain=purpose_is_certain(name))
    beside = next((told for group in reversed(groups) if (told := purpose_from_name(group)) is not None), None)
    return replace(found, purpose=beside, role=None) if beside is not None and role is None else found


def _is_title(whole: str, is_instrument: bool) -> bool:
    """Tell whether a file is called like a song: "Night Bus (Vocal Mix)", but not a part of one: "Ann - Night Bus - Kick"."""
    before, _bracket, version = whole.partition("(")
    is_version = bool(before.strip()) and role_from_name(before) is None and bool(VERSIONS & {*words_of(version)})
    return is_version or (is_song_title(whole) and not is_instrument)


def _heads(track: Track, tracks: Sequence[Track]) -> bool:
    """Tell whether a file bears the name that all others begin with: "Song.wav" beside "Song_drums.wav" and "Song_bass.wav"."""
    stem = track.path.stem.casefold()
    return len(tracks) > 2 and track.role is None and all(other.path.stem.casefold().startswith(stem) for other in tracks)


def _above(track: Track, root: Path) -> Track:
    """Take a file beside the folders of stems, whose name tells nothing, for what they add up to, if they do."""
    if track.path.parent != root or track.purpose is not None or (track.role is not None and not track.is_title):
        return track
    return replace(track, role=None, purpose="mix")


def _groups(file: Path, root: Path) -> list[str]:
    """Return the names of the folders between a song's folder and a file, from the outside in."""
    try:
        return list(file.parent.relative_to(root).parts)
    except ValueError:  # reached by a link
        return [file.parent.name]
