"""Which of the recordings at hand a list means: by path, MusicBrainz ID or ISRC, else by artist, title and duration; all offline.

Names are compared as `song_names` folds them. A live recording or a remix is another recording than the one without such a word, unless an
identifier says otherwise. Candidates come from indices (of titles, of artists, and of the rare triples of letters of titles, for misspelt
ones), so that the time grows with the entries and not with entries times recordings. The thresholds were set on other lists than those
that the figures in the benchmark of likes were measured on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from mixassistant.audio.streams import NI_ENDINGS
from mixassistant.library.playlists.entry import Entry, parted
from mixassistant.library.song_names import SongName, likeness, song_name

Certainty = Literal["sure", "unsure", "none"]
By = Literal["", "path", "ISRC", "MusicBrainz ID", "name"]

SAME_S = 3.0  # of two durations of one recording: pressings and decoders differ by that
SAME_SHARE = 0.01  # … or this share of it
NEAR_S = 12.0  # beyond, equal names are another cut of the song
TITLE, ARTIST = 0.84, 0.78  # likeness of names that alone makes sure
TITLE_OF_ARTIST = 0.79  # … of a title where the artist is written the same
TITLE_WITH_DURATION, ARTIST_WITH_DURATION = 0.7, 0.55  # … where the durations agree too
TITLE_WITH_BOTH = 0.58  # … where artist and duration do
EITHER_WAY = 0.88  # … where artist and title are swapped, or in one field
LEAST_SUM = 1.45  # of both
BY = 0.8  # likeness of who made a remix
MAYBE_TITLE, MAYBE_ARTIST = 0.58, 0.5  # worth being shown
RARE = 300  # recordings: a triple of letters that more have tells nothing
RAREST = 6  # triples that are looked up
SHARED = 2  # of them, that a candidate has
MOST_CANDIDATES = 12  # that are compared by letters
MOST_OF_ARTIST = 400  # recordings


@dataclass(frozen=True, slots=True)
class Recording:
    """What is known of a recording at hand.

    Parameters
    ----------
    path : Path
    title, artist, album : str
        Empty: not known.
    duration_s : float or None
    isrc, recording_mbid : str
    reference : int or None
        Its number among the library's references.
    """

    path: Path
    title: str = ""
    artist: str = ""
    album: str = ""
    duration_s: float | None = None
    isrc: str = ""
    recording_mbid: str = ""
    reference: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for an entry.

    Parameters
    ----------
    entry : Entry
    recording : Recording or None
        The best that there is; None: nothing is like it.
    certainty : str
    by : str
        What told; empty for none.
    why : str
        What speaks against it, to stand after “unsure:”; empty where it is sure.
    """

    entry: Entry
    recording: Recording | None = None
    certainty: Certainty = "none"
    by: By = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Likeness:
    """How a recording compares with an entry."""

    place: int
    score: float
    is_sure: bool
    why: str = ""


class Matcher:
    """Finds entries among recordings.

    Parameters
    ----------
    recordings : sequence of Recording
        Of two that are the same song, the one that comes first is taken: references first.
    """

    def __init__(self, recordings: Sequence[Recording]) -> None:
        self._recordings = tuple(recordings)
        self._names = [song_name(*_said(r)) for r in self._recordings]
        self._by_id: dict[tuple[By, str], list[int]] = defaultdict(list)
        self._by_title: dict[str, list[int]] = defaultdict(list)
        self._by_artist: dict[str, list[int]] = defaultdict(list)
        self._by_triple: dict[str, list[int]] = defaultdict(list)
        for place, (recording, name) in enumerate(zip(self._recordings, self._names, strict=True)):
            for kind, value in _identities(recording.isrc, recording.recording_mbid, str(recording.path)):
                self._by_id[kind, value].append(place)
            self._by_title[name.title].append(place)
            for artist in {*name.artists, name.artist}:
                self._by_artist[artist].append(place)
            for triple in _triples(name.title):
                self._by_triple[triple].append(place)

    def match(self, entry: Entry, path: Path | None = None) -> Match:
        """Return what an entry means.

        Parameters
        ----------
        entry : Entry
        path : Path, optional
            Where the file lies that the entry names, if it is on this disk.
        """
        for kind, value in _identities(entry.isrc, entry.recording_mbid, str(path) if path is not None else ""):
            places = self._by_id.get((kind, value), ())
            for place in places if kind == "path" else self._fitting(entry, places):
                return Match(entry, self._recordings[place], "sure", kind)
        if not entry.title:
            return Match(entry)
        return self._by_name(entry)

    def _fitting(self, entry: Entry, places: Sequence[int]) -> list[int]:
        """Return recordings with one identifier whose duration agrees, the best first: an identifier of two songs is a wrong one."""
        fitting = [place for place in places if _is_near(entry.duration_s, self._recordings[place].duration_s)]
        return sorted(fitting, key=lambda place: _agree(entry.duration_s, self._recordings[place].duration_s) is False)

    def _by_name(self, entry: Entry) -> Match:
        compared: dict[int, _Likeness] = {}
        for is_thorough in (False, True):
            for read_as, cost in _readings(entry):
                for place in (
                    self._candidates(read_as, is_thorough) - compared.keys() if cost == 0 else self._candidates(read_as, is_thorough)
                ):
                    found = self._compare(entry, read_as, place, cost)
                    known = compared.get(place)
                    if found is not None and (known is None or (found.is_sure, found.score) > (known.is_sure, known.score)):
                        compared[place] = found
            if any(one.is_sure for one in compared.values()):
                break
        return self._best(entry, sorted(compared.values(), key=lambda one: (not one.is_sure, -one.score, one.place)))

    def _best(self, entry: Entry, compared: Sequence[_Likeness]) -> Match:
        if not compared:
            return Match(entry)
        best = compared[0]
        recording = self._recordings[best.place]
        rival = next((one for one in compared[1:] if one.is_sure and self._is_another(best.place, one.place)), None)
        if best.is_sure and rival is not None and best.score - rival.score < 0.02:
            return Match(entry, recording, "unsure", "name", "another recording of the same name fits as well")
        return Match(entry, recording, "sure" if best.is_sure else "unsure", "name", best.why)

    def _is_another(self, place: int, other: int) -> bool:
        """Tell whether two are different recordings, and not copies of one."""
        one, two = self._recordings[place], self._recordings[other]
        return not _is_near(one.duration_s, two.duration_s) or likeness(self._names[place].title, self._names[other].title) < TITLE

    def _candidates(self, name: SongName, is_thorough: bool) -> set[int]:
        found = set(self._by_title.get(name.title, ()))
        if not is_thorough:
            return found
        for artist in name.artists:
            found.update(self._by_artist.get(artist, ())[:MOST_OF_ARTIST])
        shared: Counter[int] = Counter()
        lists = [held for triple in _triples(name.title) if len(held := self._by_triple.get(triple, ())) <= RARE and held]
        for held in sorted(lists, key=len)[:RAREST]:
            shared.update(held)
        found.update(place for place, count in shared.most_common(MOST_CANDIDATES) if count >= min(SHARED, len(lists)))
        return found

    def _compare(self, entry: Entry, name: SongName, place: int, cost: float) -> _Likeness | None:
        """Compare an entry, read in one way, with a recording; None where they have little in common."""
        recording, other = self._recordings[place], self._names[place]
        if name.numbers != other.numbers:
            return None
        title = likeness(name.title, other.title, MAYBE_TITLE)
        if title < MAYBE_TITLE:
            return None
        artist = _artist_likeness(name, other)
        if artist is not None and artist < MAYBE_ARTIST:
            return None
        same = _agree(entry.duration_s, recording.duration_s)
        near = _is_near(entry.duration_s, recording.duration_s)
        is_same_album = bool(entry.album) and _album(entry.album) == _album(recording.album)
        score = title + (0.6 if artist is None else artist) + 0.2 * (same is True) + 0.1 * is_same_album - cost
        score -= 0.5 * (name.versions != other.versions) + 0.05 * (name.cuts != other.cuts)
        why = _doubt(name, other, title, artist, same, near, is_same_album, cost)
        return _Likeness(place, score, not why, why)


def _doubt(
    name: SongName,
    other: SongName,
    title: float,
    artist: float | None,
    same: bool | None,
    near: bool,
    is_same_album: bool,
    cost: float,
) -> str:
    """Return what speaks against two being one recording; empty where nothing does."""
    if name.versions != other.versions:
        return "another version: " + ", ".join(sorted(name.versions ^ other.versions))
    if not near:
        return "another duration"
    if name.versions and (same is False or (not same and not _is_by_the_same(name, other))):
        return "perhaps another one of its versions"
    if name.cuts != other.cuts and not same:
        return "another cut: " + ", ".join(sorted(name.cuts ^ other.cuts))
    if artist is None:
        is_enough = title > 0.95 and (same or is_same_album)
        return "" if is_enough else "the artist is not known"
    least_title, least_artist = (TITLE_WITH_DURATION, ARTIST_WITH_DURATION) if same else (TITLE, ARTIST)
    if artist > 0.95:
        least_title = TITLE_WITH_BOTH if same else TITLE_OF_ARTIST
    if cost and not same:
        least_title = least_artist = EITHER_WAY
    if title < least_title:
        return "the title is written otherwise"
    if artist < least_artist:
        return "the artist is written otherwise"
    if title + artist < LEAST_SUM:
        return "title and artist are written otherwise"
    return ""


@lru_cache(50_000)
def _album(album: str) -> str:
    """Return the name of an album without its edition."""
    return song_name(album, "").title


def _is_by_the_same(name: SongName, other: SongName) -> bool:
    """Tell whether two versions of a song are called after the same: a remixer, a place."""
    one, two = " ".join(sorted(name.by)), " ".join(sorted(other.by))
    return one == two or likeness(one, two) >= BY


def _said(recording: Recording) -> tuple[str, str, str]:
    """Return title, artist and album of a recording; where it has no tags, its file's name tells."""
    if recording.title:
        return recording.title, recording.artist, recording.album
    name = recording.path.name
    ending = next((ending for ending in NI_ENDINGS if name.lower().endswith(ending)), recording.path.suffix)
    artist, title = parted(name[: len(name) - len(ending)])
    return title, recording.artist or artist, recording.album


def _identities(isrc: str, mbid: str, path: str) -> Iterator[tuple[By, str]]:
    if path:
        yield "path", path
    if mbid:
        yield "MusicBrainz ID", mbid
    if isrc:
        yield "ISRC", isrc


def _readings(entry: Entry) -> Iterator[tuple[SongName, float]]:
    """Yield how an entry can be read, with what each reading costs: as it is, artist and title in one field, the two swapped."""
    yield song_name(entry.title, entry.artist, entry.album), 0.0
    artist, title = parted(entry.title)
    if artist:
        yield song_name(title, artist, entry.album), 0.02
    if entry.artist:
        yield song_name(entry.artist, entry.title, entry.album), 0.04
        artist, title = parted(entry.artist)
        if artist:
            yield song_name(title, artist, entry.album), 0.06


def _artist_likeness(name: SongName, other: SongName) -> float | None:
    """Return how alike the artists are; None where one of them is not known."""
    if not name.artists or not other.artists:
        return None
    if name.artist == other.artist:
        return 1.0
    if name.artists[0] in other.artists or other.artists[0] in name.artists:
        return 0.98
    whole = likeness(name.artist, other.artist, MAYBE_ARTIST)
    return max(
        whole, likeness(name.artists[0], other.artists[0], MAYBE_ARTIST), 0.7 * _shared_words(name.artist.split(), other.artist.split())
    )


def _shared_words(one: Collection[str], two: Collection[str]) -> float:
    return len({*one} & {*two}) / max(len({*one}), len({*two}), 1)


def _agree(one: float | None, two: float | None) -> bool | None:
    """Tell whether two durations are of one recording; None where one is not known."""
    return None if one is None or two is None else abs(one - two) <= max(SAME_S, SAME_SHARE * max(one, two))


def _is_near(one: float | None, two: float | None) -> bool:
    return one is None or two is None or abs(one - two) <= NEAR_S


def _triples(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def matched(matcher: Matcher, entries: Iterable[Entry], paths: Mapping[str, Path]) -> tuple[Match, ...]:
    """Return what entries mean, `paths` being where the files lie that they name, by how they write them."""
    return tuple(matcher.match(one, paths.get(one.path)) for one in entries)
