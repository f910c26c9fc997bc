"""What the panel shows of a library, made ready in a worker: the window's thread only picks from it and paints."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from mixassistant.i18n import _
from mixassistant.library.library import Library, NamedProfile, Reference
from mixassistant.library.summary import Numbers, stacked, summary_of

if TYPE_CHECKING:
    from collections.abc import Mapping

SEPARATOR = " · "


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One reference as the list shows, finds and orders it.

    Parameters
    ----------
    reference : Reference
    number : int
        Its place in the listing, and in every array beside it.
    about : str
        Artist, genre and tags.
    measured : str
        Loudness, tempo and key; empty where it was never measured.
    searched : str
        What words are looked for in, folded by `folded`.
    title_key : str
        What it is ordered by as a title, folded.
    lufs, bpm : float
        NaN: not known.
    """

    reference: Reference
    number: int
    about: str
    measured: str
    searched: str
    title_key: str
    lufs: float
    bpm: float


@dataclass(frozen=True, eq=False)
class Listing:
    """The references in the user's own order, what was measured of them, and the profiles.

    Parameters
    ----------
    rows : tuple of Row
    numbers : np.ndarray [shape=(rows, summary.SIZE)]
    profiles : tuple of NamedProfile
    profile : str
        The chosen one; empty: all liked references.
    labels, genres : mapping of str to int
        The tags and genres in use, with how many references have each, by name.
    is_complete : bool
        Whether everything that was measured has a summary.
    """

    rows: tuple[Row, ...] = ()
    numbers: Numbers = field(default_factory=lambda: stacked([]))
    profiles: tuple[NamedProfile, ...] = ()
    profile: str = ""
    labels: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    genres: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    is_complete: bool = True

    @property
    def chosen(self) -> NamedProfile | None:
        """The chosen profile; None: all liked references."""
        return self.named(self.profile)

    @property
    def liked(self) -> tuple[Reference, ...]:
        """The liked references that mixes are compared with: those of the chosen profile, or all."""
        held = None if self.chosen is None else set(self.chosen.references)
        return tuple(row.reference for row in self.rows if row.reference.liked and (held is None or row.reference.id in held))

    def named(self, name: str) -> NamedProfile | None:
        """Return the profile of a name, where there is one."""
        return next((profile for profile in self.profiles if profile.name == name), None)


def folded(text: str) -> str:
    """Return a text as it is searched: without case and accents, so that “beyonce” finds Beyoncé."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def read_listing(library: Library) -> Listing:
    """Read the library's references and profiles for the list."""
    references = library.references.arranged()
    known = library.tracks.summaries()
    found = [known.get(reference.content_hash) for reference in references]
    numbers = stacked(found)
    rows = tuple(_row(reference, number, numbers) for number, reference in enumerate(references))
    labels = Counter(label for reference in references for label in reference.labels)
    genres = Counter(genre for reference in references if (genre := reference.shown_genre))
    return Listing(
        rows=rows,
        numbers=numbers,
        profiles=library.profiles.all(),
        profile=library.profiles.chosen(),
        labels=MappingProxyType(dict(sorted(labels.items(), key=lambda item: folded(item[0])))),
        genres=MappingProxyType(dict(sorted(genres.items(), key=lambda item: folded(item[0])))),
        is_complete=all(row is not None for row, reference in zip(found, references, strict=True) if reference.content_hash),
    )


def _row(reference: Reference, number: int, numbers: Numbers) -> Row:
    summary = summary_of(numbers[number])
    artist, genre = reference.tags.get("artist", ""), reference.shown_genre
    tags = [f"#{label}" for label in reference.labels]
    about = SEPARATOR.join(part for part in (artist, genre, " ".join(tags)) if part)
    lufs = None if summary.lufs is None else _("{lufs} LUFS").format(lufs=f"{summary.lufs:.1f}".replace("-", "−"))
    bpm = None if summary.bpm is None else _("{bpm} BPM").format(bpm=f"{summary.bpm:.0f}")
    measured = SEPARATOR.join(part for part in (lufs, bpm, summary.key) if part)
    words = (reference.title, reference.name, artist, genre, *tags, reference.tags.get("title", ""), reference.tags.get("album", ""))
    return Row(
        reference=reference,
        number=number,
        about=about,
        measured=measured,
        searched=folded("\n".join(word for word in words if word)),
        title_key=folded(reference.shown_name),
        lufs=np.nan if summary.lufs is None else summary.lufs,
        bpm=np.nan if summary.bpm is None else summary.bpm,
    )


def missing_beside(reference: Reference, others: tuple[Reference, ...]) -> tuple[Reference, ...]:
    """Return the other references that lay in the same folder as one and are missing too: a folder moves as a whole."""
    return tuple(o for o in others if o.missing and o.id != reference.id and o.path.parent == reference.path.parent)
