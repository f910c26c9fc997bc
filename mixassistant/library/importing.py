"""Importing likes: which songs a list means, which of them are at hand, which are unsure, and which are wanted. Nothing is asked online."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from mixassistant.audio.formats import SUFFIXES
from mixassistant.errors import InputError
from mixassistant.library.library import Library
from mixassistant.library.matching import Match, Matcher, Recording
from mixassistant.library.playlists.entry import Entry, Listed
from mixassistant.library.playlists.reading import read_list
from mixassistant.library.references import Reference
from mixassistant.names import listed as named
from mixassistant.names import readable
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.folders.tree import walk
from mixassistant.stems.playlists import file_of

Says = Literal["", "liked", "disliked"]
SHOWN_LISTS = 8
MATCHED_AT_ONCE = 100  # between two tellings of progress


@dataclass(frozen=True)
class Wish:
    """What is to be imported.

    Parameters
    ----------
    path : Path
        The file of likes, the playlist, the collection or the history.
    folders : tuple of Path
        Where songs are looked for beside the library's references and the paths that the list itself names.
    lists : tuple of str
        Playlists inside of the file; empty: what is liked or disliked in it, or all of it where it is one list.
    says : str
        What the user says of all of it; empty: as it says itself, and what is in a list is liked.
    """

    path: Path
    folders: tuple[Path, ...] = ()
    lists: tuple[str, ...] = ()
    says: Says = ""


@dataclass(frozen=True)
class Plan:
    """What an import comes to; nothing is changed yet.

    Parameters
    ----------
    wish : Wish
    listed : Listed
    sure, unsure : tuple of Match
        Each recording once; unsure ones are shown, and never added.
    wanted : tuple of Entry
        Liked, and not at hand.
    again : int
        Entries that mean a recording that another entry means.
    left_out : int
        Entries that are neither liked nor in a chosen list: heard, or in a collection.
    kept : tuple of Match
        Of which the library says the opposite: what the user decided there stands, unless they say otherwise here.
    """

    wish: Wish
    listed: Listed
    sure: tuple[Match, ...] = ()
    unsure: tuple[Match, ...] = ()
    wanted: tuple[Entry, ...] = ()
    again: int = 0
    left_out: int = 0
    kept: tuple[Match, ...] = ()

    @property
    def new(self) -> tuple[Match, ...]:
        """Those that become references."""
        return tuple(match for match in self.sure if match.recording is not None and match.recording.reference is None)

    @property
    def known(self) -> tuple[Match, ...]:
        """Those that are references already."""
        return tuple(match for match in self.sure if match.recording is not None and match.recording.reference is not None)


def plan_import(library: Library, wish: Wish, progress: Progress = silent, listed: Listed | None = None) -> Plan:
    """Find out what an import comes to.

    Parameters
    ----------
    library : Library
    wish : Wish
    progress : Progress
    listed : Listed, optional
        What `read_list` has read already.

    Raises
    ------
    InputError
        The list or a folder cannot be read, names no song, or has no playlist of a name.
    Cancelled
        `progress` raises it.
    """
    progress(f"Reading {readable(wish.path.name)}", 0.0)
    listed = listed or read_list(wish.path)
    taken = _taken(listed, wish)
    references = library.references.all()
    at_hand = _of_references(library, references, part(progress, 0.05, 0.3))
    paths = {entry.path: found for entry in taken if entry.path and (found := _file(wish.path.parent, entry.path)) is not None}
    files = [file for folder in wish.folders for file in walk(folder).everything()]
    seen = library.recordings.of_files(files, part(progress, 0.3, 0.8))
    known = {recording.path.resolve() for recording in at_hand}
    others = [recording for recording in seen if recording.path not in known]
    known.update(recording.path for recording in others)
    others += [_as_named(entry, paths[entry.path]) for entry in taken if entry.path in paths and paths[entry.path] not in known]
    matches = _matches(Matcher((*at_hand, *others)), taken, paths, part(progress, 0.8, 1.0))
    liked = {reference.id: reference.liked for reference in references}
    plan = _sorted(Plan(wish, listed, left_out=len(listed.entries) - len(taken)), matches)
    kept = tuple(
        m for m in plan.known if not wish.says and m.recording is not None and _is_liked(m.entry) != liked[m.recording.reference or 0]
    )
    return replace(plan, kept=kept)


def carry_out(library: Library, plan: Plan) -> int:
    """Mark the references that are there already as they are liked, and put on the wanted list what is not at hand.

    What is `Plan.new` is left to the caller: it is measured, which takes its time. Returns how many songs the wanted list has more.
    """
    kept = {match.recording.reference for match in plan.kept if match.recording is not None}
    for is_liked in (True, False):
        numbers = [m.recording.reference for m in plan.known if m.recording is not None and _is_liked(m.entry) is is_liked]
        library.references.like([number for number in numbers if number is not None and number not in kept], is_liked)
    return library.wanted.keep(plan.wanted, readable(plan.wish.path.name))


def is_liked(match: Match) -> bool:
    """Tell whether what was matched becomes a liked reference."""
    return _is_liked(match.entry)


def _is_liked(entry: Entry) -> bool:
    return entry.opinion != "disliked"


def _taken(listed: Listed, wish: Wish) -> tuple[Entry, ...]:
    """Return the entries that are to be imported, with what is said of them."""
    chosen = {_folded(name) for name in wish.lists}
    unknown = [name for name in wish.lists if _folded(name) not in {_folded(one) for one in listed.lists}]
    if unknown:
        hint = f"there {'is' if len(listed.lists) == 1 else 'are'} {named(listed.lists, SHOWN_LISTS)}" if listed.lists else "it is one list"
        raise InputError("no-playlist", f"“{readable(wish.path.name)}” has no playlist “{unknown[0]}”", hint)
    taken = [entry for entry in listed.entries if _is_taken(entry, listed, wish, chosen)]
    if not taken:
        raise _nothing(listed, wish)
    return tuple(replace(entry, opinion=wish.says) if wish.says else entry for entry in taken)


def _is_taken(entry: Entry, listed: Listed, wish: Wish, chosen: set[str]) -> bool:
    if chosen:
        return not chosen.isdisjoint(_folded(name) for name in entry.lists)
    if wish.says:
        return True
    return entry.opinion in ("liked", "disliked") or (entry.opinion == "listed" and not listed.lists)


def _nothing(listed: Listed, wish: Wish) -> InputError:
    count = f"{len(listed.entries)} song{'' if len(listed.entries) == 1 else 's'}"
    what = f"nothing in “{readable(wish.path.name)}” ({listed.kind}, {count}) is marked as liked"
    if listed.lists:
        return InputError(
            "nothing-liked", what, f"choose with --playlist among {named(listed.lists, SHOWN_LISTS)}, or take all with --like"
        )
    return InputError("nothing-liked", what, "take all of it with --like")


def _of_references(library: Library, references: Sequence[Reference], progress: Progress) -> tuple[Recording, ...]:
    """Return what references say of themselves; one whose file is missing, or a folder of stems, what the library knows of it."""
    files = [reference.path for reference in references if not reference.missing and reference.path.is_file()]
    read = {recording.path: recording for recording in library.recordings.of_files(files, progress)}
    return tuple(_of_reference(reference, read.get(reference.path.resolve())) for reference in references)


def _of_reference(reference: Reference, seen: Recording | None) -> Recording:
    tags = reference.tags
    if seen is not None and seen.title:
        return replace(seen, path=reference.path, reference=reference.id)
    title, artist, album = reference.title or tags.get("title", ""), tags.get("artist", ""), tags.get("album", "")
    blank = seen or Recording(reference.path)
    return replace(blank, path=reference.path, title=title, artist=artist, album=album, reference=reference.id)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _file(folder: Path, written: str) -> Path | None:
    """Return the audio file that an entry names, if it is on this disk: it is looked up, not opened."""
    found = file_of(folder, written)
    try:
        return found.resolve() if found is not None and found.suffix.lower() in SUFFIXES and found.is_file() else None
    except OSError:
        return None


def _as_named(entry: Entry, path: Path) -> Recording:
    """Return a file that a list names, after what the list says of it."""
    return Recording(path, entry.title, entry.artist, entry.album, entry.duration_s, entry.isrc, entry.recording_mbid)


def _matches(matcher: Matcher, entries: Sequence[Entry], paths: dict[str, Path], progress: Progress) -> Iterable[Match]:
    for index, entry in enumerate(entries):
        if index % MATCHED_AT_ONCE == 0:
            progress("Finding the songs", index / len(entries))
        yield matcher.match(entry, paths.get(entry.path))


def _sorted(plan: Plan, matches: Iterable[Match]) -> Plan:
    """Sort matches: a recording counts once, surely where any entry means it surely."""
    sure: dict[Path, Match] = {}
    unsure: list[Match] = []
    wanted: list[Entry] = []
    again = 0
    for match in matches:
        if match.certainty == "sure" and match.recording is not None:
            again += match.recording.path in sure
            sure.setdefault(match.recording.path, match)
        elif match.certainty == "unsure":
            unsure.append(match)
        if match.certainty == "none" and _is_liked(match.entry):
            wanted.append(match.entry)
    return replace(plan, sure=tuple(sure.values()), unsure=tuple(unsure), wanted=tuple(wanted), again=again)
