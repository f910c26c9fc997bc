"""`mixassistant references`: parse, call, print."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mixassistant.cli.files import songs_in
from mixassistant.cli.terminal import complain, one_line, plain, say, table, terminal_progress
from mixassistant.errors import InputError, MissingError, MixAssistantError, UsageError
from mixassistant.extraction.measurer import Measurer
from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.library.library import Library, NamedProfile, Reference
from mixassistant.library.references import labels_in, moved_to
from mixassistant.progress import part
from mixassistant.stems.look import Called


def references_add(parsed: argparse.Namespace) -> int:
    """Measure references and add them as liked; one that cannot be read does not stop the others."""
    songs = songs_in(parsed.paths, parsed.called)
    with Library(parsed.library) as library:
        library.require_writable()
        return add_songs(library, songs, parsed, parsed.called)


def add_songs(library: Library, songs: Sequence[Path], parsed: argparse.Namespace, called: Called = "", liked: bool = True) -> int:
    """Measure songs and add each as soon as it is measured, so that what is stopped goes on where it was; return the exit code."""
    progress = terminal_progress()
    failed: list[MixAssistantError] = []
    measurer = Measurer.of(library, parsed.separator, parsed.device)
    for index, path in enumerate(songs):
        try:
            step = part(progress, index / len(songs), (index + 1) / len(songs))
            track = measurer.measure_file(path, step, called="stems" if called == "stems" and path.is_dir() else "")
            library.references.add(path, track, liked)
            say(f"Added {one_line(track.name)}: {REGISTRY['lufs'].format(scalar(track.mix, 'lufs'))}")
            for told in track.warnings:
                say(f"Note: {plain(told)}")
        except InputError as error:
            failed.append(error)
            complain(str(error))
    return failed[0].exit_code if failed else 0


def references_list(parsed: argparse.Namespace) -> int:
    """List the references in the user's own order, with what the user says of them; a column that is empty is left out."""
    with Library(parsed.library) as library:
        rows, profiles = library.references.arranged(), library.profiles.all()
    if parsed.profile:
        order = {number: place for place, number in enumerate(named(profiles, parsed.profile).references)}
        rows = tuple(sorted((r for r in rows if r.id in order), key=lambda r: order[r.id]))
    wanted = {label.casefold() for label in labels_in(parsed.tag)}
    rows = tuple(r for r in rows if wanted <= {label.casefold() for label in r.labels})
    if not rows:
        narrowed = parsed.profile or parsed.tag
        say("No reference is there." if narrowed else "No references yet: mixassistant references add PATH")
        return 0
    found = [["", "", "title", "genre", "tags", "songs", "profiles", "path"], *(_listed(r, profiles) for r in rows)]
    shown = [column for column in range(len(found[0])) if any(row[column] for row in found[1:])]
    say(table([[row[column] for column in shown] for row in found]))
    return 0


def _listed(reference: Reference, profiles: Sequence[NamedProfile]) -> list[str]:
    return [
        str(reference.id),
        "liked" if reference.liked else "disliked",
        reference.shown_name,
        reference.shown_genre,
        ", ".join(reference.labels),
        f"{reference.weight:g}",
        ", ".join(profile.name for profile in profiles if reference.id in profile.references),
        f"{reference.path}{' (missing)' if reference.missing else ''}",
    ]


def named(profiles: Sequence[NamedProfile], name: str) -> NamedProfile:
    """Return the profile of a name.

    Raises
    ------
    MissingError
        There is none.
    """
    found = next((profile for profile in profiles if profile.name == name), None)
    if found is None:
        raise MissingError("no-profile", f"there is no profile “{name}”", "see: mixassistant profile list")
    return found


def find_all(library: Library, keys: Sequence[str]) -> list[Reference]:
    """Return the references that are named, each once: all of them are there before any is changed."""
    return list({found.id: found for found in (library.references.find(key) for key in keys)}.values())


def references_remove(parsed: argparse.Namespace) -> int:
    """Forget references."""
    with Library(parsed.library) as library:
        library.references.remove([r.id for r in find_all(library, parsed.references)])
    return 0


def references_like(parsed: argparse.Namespace) -> int:
    """Mark references as liked."""
    return _like(parsed, True)


def references_dislike(parsed: argparse.Namespace) -> int:
    """Mark references as disliked."""
    return _like(parsed, False)


def _like(parsed: argparse.Namespace, liked: bool) -> int:
    with Library(parsed.library) as library:
        found = find_all(library, parsed.references)
        library.references.like([row.id for row in found], liked)
    for row in found:
        say(f"{one_line(row.shown_name)} is {'liked' if liked else 'disliked'}")
    return 0


def references_weigh(parsed: argparse.Namespace) -> int:
    """Let references count as so many songs."""
    try:
        songs = float(parsed.songs)
    except ValueError:
        songs = 0.0
    if not 0.1 <= songs <= 10.0:
        raise UsageError("weight", f"“{parsed.songs}” is no number of songs", "use a number from 0.1 to 10")
    with Library(parsed.library) as library:
        found = find_all(library, parsed.references)
        library.references.weigh([row.id for row in found], songs)
    for row in found:
        say(f"{one_line(row.shown_name)} counts as {songs:g} song{'s' if songs != 1 else ''}")
    return 0


def references_title(parsed: argparse.Namespace) -> int:
    """Call a reference otherwise."""
    with Library(parsed.library) as library:
        found = library.references.find(parsed.reference)
        title = one_line(parsed.title)
        library.references.describe([replace(found.description, title="" if title == found.name else title)])
    return 0


def references_genre(parsed: argparse.Namespace) -> int:
    """Say of which genre references are."""
    genre = one_line(parsed.genre) or None
    with Library(parsed.library) as library:
        found = find_all(library, parsed.references)
        library.references.describe([replace(r.description, genre=None if genre == r.tags.get("genre", "") else genre) for r in found])
    return 0


def references_tag(parsed: argparse.Namespace) -> int:
    """Put tags on references."""
    added = _labels(parsed.tags)
    with Library(parsed.library) as library:
        found = find_all(library, parsed.references)
        library.references.describe([replace(r.description, labels=labels_in(",".join((*r.labels, *added)))) for r in found])
    return 0


def references_untag(parsed: argparse.Namespace) -> int:
    """Take tags off references."""
    gone = {label.casefold() for label in _labels(parsed.tags)}
    with Library(parsed.library) as library:
        found = find_all(library, parsed.references)
        library.references.describe(
            [replace(r.description, labels=tuple(lb for lb in r.labels if lb.casefold() not in gone)) for r in found]
        )
    return 0


def _labels(text: str) -> tuple[str, ...]:
    found = labels_in(text)
    if not found:
        raise UsageError("no-tag", f"“{text}” is no tag", "write TAG or TAG,TAG")
    return found


def references_move(parsed: argparse.Namespace) -> int:
    """Put references at a place in the user's own order, or in that of a profile."""
    with Library(parsed.library) as library:
        moved = [r.id for r in find_all(library, parsed.references)]
        if not parsed.profile:
            library.references.arrange(moved_to([r.id for r in library.references.arranged()], moved, parsed.place))
            return 0
        profile = named(library.profiles.all(), parsed.profile)
        if not set(moved) <= set(profile.references):
            raise InputError("not-in-it", f"not all of these are in the profile “{profile.name}”", "see: mixassistant references list")
        library.profiles.set(profile.name, moved_to(profile.references, moved, parsed.place))
    return 0
