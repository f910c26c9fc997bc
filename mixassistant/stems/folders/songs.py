"""The songs under a folder: the tree is gone through once, and each folder that is one song ends the way there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mixassistant.stems.folders.likeness import Likeness, likeness
from mixassistant.stems.folders.tracks import Track, tracks_of
from mixassistant.stems.folders.tree import Infos, Node, infos_of
from mixassistant.stems.names.purposes import purpose_from_name
from mixassistant.stems.names.roles import is_pure_name, role_from_name
from mixassistant.stems.names.text import words
from mixassistant.stems.names.words import words_of

# What folders of tracks are called that name no instrument: what all stems are kept in, one format of them, or a group of them.
CONTAINERS = words("""
    stem stems track tracks multitrack multitracks multi raw audio wav wave wavs mp3 mp3s flac aiff aif m4a files all individual separate
    separated export exports exported consolidated dry wet processed printed prints daw session music musik musique musica fx sfx effects
    instruments instrumente band rhythm melody melodic harmonic tonal orchestra ensemble group groups bus busses buses sub subs sends
    returns loops oneshots bit khz mono stereo lossless lossy spuren einzelspuren pistes pistas tracce faixas дорожки треки стемы
""")
# A file beside a folder of these is what they add up to; of several such folders in one, each is a version of the song.
STEMS = words("stem stems track tracks multitrack multitracks raw spuren pistes pistas tracce faixas дорожки треки стемы")
# Two of these with the same stems are one song in two treatments, and not one song with twice the stems.
TREATMENTS = words("dry wet raw processed unprocessed printed prints print clean")
_RATE = re.compile(r"\d+(bit|khz|k|hz|kbps)?")


@dataclass(frozen=True)
class OneSong:
    """A folder that is one song.

    Parameters
    ----------
    path : Path
    tracks : tuple of Track
    unused : tuple of Path
        Audio files under it that do not belong to the song.
    likeness : Likeness
    """

    path: Path
    tracks: tuple[Track, ...]
    unused: tuple[Path, ...] = ()
    likeness: Likeness = field(default_factory=Likeness)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of its tracks, in the order of the tree."""
        return tuple(file for track in self.tracks for file in track.files)


def as_one_song(node: Node) -> OneSong:
    """Return a folder as one song because the user says so: its own files and those of folders called like parts of a song, else all."""
    groups = _groups(node)
    if len(node.files) > 1 or (groups and not _are_versions(groups)):
        inside = [] if _are_versions(groups) else groups
        return _song(node, [*node.files, *(file for group in inside for file in group.everything())])
    return _song(node, [*node.everything()])


def one_song(node: Node) -> OneSong | None:
    """Return a folder as the one song that it is, or ``None``."""
    groups, known = _groups(node), None
    is_around_one = not node.files and len(node.inside) == 1 and not node.inside[0].files
    if groups and not is_around_one and not _are_versions(groups):
        files = [*node.files, *(file for group in groups for file in group.everything())]
        known = infos_of(files)  # of its own files too: each header is read once
        joined = _song(node, files, known)
        if joined.likeness.is_clear:
            return joined
    own = _song(node, node.files, known)
    return own if own.likeness.is_clear or _is_one_mix(own, node) else None


def may_be_one(node: Node) -> bool:
    """Tell whether a folder's own files, or those of folders called like parts of a song, can be one song at all."""
    return bool(node.files) or bool(_groups(node))


def songs_of(node: Node) -> Iterator[Path]:
    """Yield the songs of a tree: files, and folders that are one."""
    if one_song(node) is not None:
        yield node.path
        return
    yield from songs_inside(node)


def songs_inside(node: Node) -> Iterator[Path]:
    """Yield the songs of a folder that is none itself."""
    yield from node.files
    for inside in node.inside:
        yield from songs_of(inside)


def _song(node: Node, files: Sequence[Path], known: Infos | None = None) -> OneSong:
    infos = infos_of(files) if known is None else {file: known[file] for file in files if file in known}
    tracks = tracks_of(files, node.path, infos)
    held = {*files}
    return OneSong(node.path, tracks, tuple(file for file in node.everything() if file not in held), likeness(tracks, infos))


def _is_one_mix(own: OneSong, node: Node) -> bool:
    """Tell whether a folder holds nothing but the left and the right of one mix."""
    return len(own.tracks) == 1 and len(own.tracks[0].files) == 2 and not node.inside


def _groups(node: Node) -> list[Node]:
    """Return the sub-folders that are called like a part of a song's files: after instruments, formats or purposes."""
    named = [inside for inside in node.inside if _is_group(inside.path.name)]
    return [*node.inside] if 2 * len(named) >= len(node.inside) > 2 else named


def _is_group(name: str) -> bool:
    if (role_from_name(name) is not None and is_pure_name(name)) or purpose_from_name(name) is not None:
        return True
    told = words_of(name)
    return bool(told) and all(word in CONTAINERS or _RATE.fullmatch(word) for word in told)


def _are_versions(groups: Sequence[Node]) -> bool:
    """Tell whether several sub-folders hold all stems of a song each: raw and produced ones, versions; but not one set in two formats."""
    treated = [_names(group) for group in groups if TREATMENTS & {*words_of(group.path.name)}]
    if len(treated) > 1 and 2 * len(frozenset.intersection(*treated)) > max(len(names) for names in treated):
        return True
    whole = [group for group in groups if STEMS & {*words_of(group.path.name)} and len([*group.everything()]) > 1]
    if len(whole) < 2:
        return False
    names = [_names(group) for group in whole]
    suffixes = [{file.suffix.lower() for file in group.everything()} for group in whole]
    return not all(held == names[0] for held in names) or len({frozenset(s) for s in suffixes}) < len(whole)


def _names(node: Node) -> frozenset[str]:
    return frozenset(file.stem.casefold() for file in node.everything())
