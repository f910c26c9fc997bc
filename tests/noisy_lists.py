"""Lists of songs as other programs write them, noisy, over a made library: which recording each entry means is known.

Artists and titles are those of MUSDB18's list where it is at hand, and made from words otherwise; what is done to them (typing errors,
fields that are swapped or missing, guests, remasters, accents that are lost) is drawn with a seed. Beside the songs stand decoys: other
versions, covers, the next part of a piece, titles that differ by a letter.
"""

from __future__ import annotations

import csv
import random
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from mixassistant.library.matching import Matcher, Recording
from mixassistant.library.playlists.entry import Entry


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words(
    "Amber Static Hollow Northern Velvet Paper Silver Broken Electric Quiet Distant Crimson Neon Wooden Frozen Golden Little Black"
)
_LAST = _words(
    "Rivers Lanterns Machines Foxes Harbour Wolves Satellites Gardens Parade Choir Engines Mirrors Sons Tides Atlas Theory Arcade"
)
_ACCENTED = (
    "Sólrún Ægir",
    "Motörblüte",
    "Señor Ángel",
    "Beyza Çelik",
    "Łukasz Żuraw",
    "Мартын Белов",
    "Ольга Зимина",
    "青木はるか",
    "Renée Dvořák",
)
_WORDS = _words(
    "night fire summer river ghost light heart road city winter blue hands golden morning machine window ocean paper silence dance "
    "broken mirror stars wolf letter garden rain shadow gravity home strange island young forever falling electric bones honey "
    "thunder waiting under over into away without before again nothing everything only your my the of and for to in on"
)
_VERSIONS = {
    "live": ("(Live at {place})", "- Live", "[Live]", "(Live in {place})"),
    "remix": ("({name} Remix)", "- {name} Remix"),
    "acoustic": ("(Acoustic)", "(Unplugged)", "- Acoustic Version"),
    "demo": ("- Demo", "(Demo Version)"),
    "instrumental": ("(Instrumental)", "- Instrumental"),
}
_RELEASES = (
    "- Remastered {year}", "({year} Remaster)", "- {year} Digital Remaster", "(Remastered)", "(Official Video)", "[Official Audio]",
    "(Album Version)", "(Deluxe Edition)", "- Original Mix", "(Bonus Track)", "- {year} Remastered Version", "(Lyric Video)",
)  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Case:
    """An entry, and the paths that it may mean; none: its song is not there."""

    entry: Entry
    meant: frozenset[Path]


@dataclass(frozen=True)
class Score:
    """Of how many entries what came out.

    Parameters
    ----------
    entries, there : int
        All, and those whose song is at hand.
    right, false, unsure : int
        Matched rightly, matched with another recording, shown as unsure.
    """

    entries: int
    there: int
    right: int
    false: int
    unsure: int

    @property
    def recall(self) -> float:
        """Of the entries whose song is at hand, the share that was found."""
        return self.right / self.there

    @property
    def false_share(self) -> float:
        """Of all entries, the share that was matched with another recording."""
        return self.false / self.entries


class Maker:
    """Makes a library and lists over it.

    Parameters
    ----------
    seed : int
    known : sequence of (str, str)
        Real artists and titles, if at hand.
    """

    def __init__(self, seed: int, known: list[tuple[str, str]] | None = None) -> None:
        self.random = random.Random(seed)
        self._known = known or []
        self._number = 0
        self._songs: dict[Path, int] = {}  # which recording lies at a path: copies share a number
        self._kinds: set[tuple[str, str, str]] = set()  # artist, title and kind of version of what is there

    def library(self, songs: int) -> list[Recording]:
        """Return the recordings of so many songs, with their decoys and copies."""
        artists = self._artists(max(songs // 8, 3))
        named = list(self._known) + [(self.random.choice(artists), self._title()) for _ in range(songs)]
        made = [self._recording(artist, title) for artist, title in dict.fromkeys(named[:songs])]
        return [recording for song in made for recording in (song, *self._decoys(song, artists))]

    def cases(self, library: list[Recording], count: int) -> list[Case]:
        """Return entries, seven of ten of a song in the library."""
        others = self._artists(40)
        return [
            self._present(library, self.random.choice(library)) if self.random.random() < 0.7 else self._absent(library, others)
            for _ in range(count)
        ]

    def _present(self, library: list[Recording], meant: Recording) -> Case:
        number = self._songs[meant.path]
        return Case(self._noisy(meant, has_ids=True), frozenset(path for path, song in self._songs.items() if song == number))

    def _absent(self, library: list[Recording], artists: list[str]) -> Case:
        """Return an entry of a song that is not there, near one that is in two of three cases."""
        like, kind = self.random.choice([r for r in library if r.title and "(" not in r.title and "-" not in r.title]), self.random.random()
        version = ""
        if kind < 0.35:  # a version that the library does not have
            version = self.random.choice(sorted(_VERSIONS))
            song = replace(like, title=f"{like.title} {self._version(version)}", duration_s=self._duration(), album="")
        elif kind < 0.5:  # a cover
            song = replace(like, artist=self.random.choice(artists), duration_s=self._duration(), album=self._title())
        elif kind < 0.65:  # another song of the artist
            song = replace(like, title=self._title(), duration_s=self._duration())
        else:
            song = self._recording(self.random.choice(artists), self._title())
        base = like.title if version else song.title
        taken = (song.artist.casefold(), base.casefold(), version) in self._kinds
        return self._absent(library, artists) if taken else Case(self._noisy(song, has_ids=False), frozenset())

    def _artists(self, count: int) -> list[str]:
        made = [*_ACCENTED, *(artist for artist, _title in self._known)]
        while len(made) < count:
            name = f"{self.random.choice(_FIRST)} {self.random.choice(_LAST)}"
            kind = self.random.random()
            made.append(f"The {name}" if kind < 0.25 else f"{name} & {self.random.choice(_FIRST)}" if kind < 0.32 else name)
        return made

    def _title(self) -> str:
        words = [self.random.choice(_WORDS) for _ in range(self.random.choice((1, 2, 2, 3, 3, 4)))]
        title = " ".join(words).title()
        kind = self.random.random()
        return f"{title}, Pt. {self.random.randint(1, 4)}" if kind < 0.04 else f"({words[0].title()}) {title}" if kind < 0.06 else title

    def _duration(self) -> float:
        return round(self.random.uniform(110, 420), 2)

    def _isrc(self) -> str:
        self._number += 1
        return f"GB{self.random.choice('ABCDEF')}{self.random.choice('XYZ')}1{self._number:07d}"

    def _recording(self, artist: str, title: str) -> Recording:
        self._number += 1
        album = self._title()
        path = Path(f"/music/{artist.replace('/', '_')}/{album}/{artist} - {title} {self._number}.flac".replace("?", ""))
        isrc = self._isrc() if self.random.random() < 0.5 else ""
        mbid = str(UUID(int=self.random.getrandbits(128))) if self.random.random() < 0.3 else ""
        self._songs[path] = self._number
        self._kinds.add((artist.casefold(), title.casefold(), ""))
        return Recording(path, title, artist, album, self._duration(), isrc, mbid)

    def _decoys(self, song: Recording, artists: list[str]) -> list[Recording]:
        """Return what stands beside a song: copies, other versions, the next parts, a letter's difference, a cover."""
        kind = self.random.random()
        if kind < 0.06:
            return [self._copy(replace(song, path=song.path.with_suffix(".mp3"), album=self._title()), song)]
        if kind < 0.10:  # without tags
            bare = song.path.with_name(f"{song.artist} - {song.title}.wav".replace("/", "_"))
            return [self._copy(Recording(bare, duration_s=song.duration_s), song)]
        if kind < 0.30:
            version = self.random.choice(sorted(_VERSIONS))
            self._kinds.add((song.artist.casefold(), song.title.casefold(), version))
            return [self._recording(song.artist, f"{song.title} {self._version(version)}")]
        if kind < 0.33:
            return [self._recording(self.random.choice(artists), song.title)]
        if kind < 0.35 and len(song.title) > 3:
            return [self._recording(song.artist, self._typed(song.title, 1))]
        return [self._recording(song.artist, f"{song.title} {number}") for number in ("2", "3")] if kind < 0.37 else []

    def _copy(self, copy: Recording, song: Recording) -> Recording:
        self._songs[copy.path] = self._songs[song.path]
        return copy

    def _version(self, kind: str) -> str:
        return self.random.choice(_VERSIONS[kind]).format(place=self.random.choice(_LAST), name=self.random.choice(_FIRST))

    def _noisy(self, song: Recording, has_ids: bool) -> Entry:
        """Return an entry for a song, as somebody else has written it."""
        draw = self.random.random
        title, artist = song.title or song.path.stem.split(" - ", 1)[1], song.artist or song.path.stem.split(" - ", 1)[0]
        if draw() < 0.15:
            title += f" {self.random.choice(('feat.', 'ft.', 'featuring'))} {self.random.choice(_FIRST)} {self.random.choice(_LAST)}"
        elif draw() < 0.1:
            artist += f"{self.random.choice((' feat. ', ', ', ' & '))}{self.random.choice(_FIRST)} {self.random.choice(_LAST)}"
        if draw() < 0.2:
            title += " " + self.random.choice(_RELEASES).format(year=self.random.randint(1985, 2024))
        if draw() < 0.18:
            title = self._typed(title, self.random.choice((1, 1, 2)))
        if draw() < 0.1:
            artist = self._typed(artist, 1)
        title, artist = (self._written(title), self._written(artist)) if draw() < 0.3 else (title, artist)
        if artist.startswith("The ") and draw() < 0.4:
            artist = artist[4:] + self.random.choice(("", ", The"))
        kind = draw()
        if kind < 0.04:
            title, artist = artist, title
        elif kind < 0.08:
            title, artist = f"{artist} - {title}", ""
        elif kind < 0.10:
            artist = ""
        duration = None if draw() < 0.3 or song.duration_s is None else song.duration_s + self.random.uniform(-2, 2)
        return Entry(
            title,
            artist,
            song.album if draw() < 0.5 else "",
            duration,
            song.isrc if has_ids and draw() < 0.2 else "",
            song.recording_mbid if has_ids and draw() < 0.2 else "",
        )

    def _typed(self, text: str, errors: int) -> str:
        """Return a text with typing errors."""
        for _ in range(errors):
            place = self.random.randrange(1, max(len(text), 2))
            kind = self.random.randrange(4)
            letter = self.random.choice(_LETTERS)
            if kind == 0:
                text = text[:place] + text[place + 1 :]
            elif kind == 1:
                text = text[:place] + letter + text[place:]
            elif kind == 2:
                text = text[:place] + letter + text[place + 1 :]
            else:
                text = text[: place - 1] + text[place : place + 1] + text[place - 1 : place] + text[place + 1 :]
        return text

    def _written(self, text: str) -> str:
        """Return a text in another writing: capitals, no accents, other signs."""
        kind = self.random.randrange(4)
        if kind == 0:
            return text.upper()
        if kind == 1:
            return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()
        return unicodedata.normalize("NFD", text) if kind == 2 else text.replace("&", "and").replace("'", "’")


def real_names(shared: Path) -> list[tuple[str, str]]:
    """Return artists and titles of MUSDB18's list; empty where it is not at hand."""
    file = shared / "musdb18-7s" / "tracklist.csv"
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        names = [row["Track Name"].partition(" - ") for row in csv.DictReader(lines)]
    return [(artist, title) for artist, dash, title in names if dash]


def score(matcher: Matcher, cases: list[Case]) -> Score:
    """Return what a matcher makes of entries."""
    right = false = unsure = 0
    for case in cases:
        found = matcher.match(case.entry)
        is_sure = found.certainty == "sure" and found.recording is not None
        right += is_sure and found.recording is not None and found.recording.path in case.meant
        false += is_sure and found.recording is not None and found.recording.path not in case.meant
        unsure += found.certainty == "unsure"
    return Score(len(cases), sum(bool(case.meant) for case in cases), right, false, unsure)
