"""Names of songs, so that two writings of one song compare equal: letters folded, guests and remasters left off, versions told apart.

``"Café del Mar (feat. Ana) - 2011 Remaster"`` and ``"CAFE DEL MAR"`` are one song; ``"Café del Mar (Live in Rome)"`` is another
recording. What makes another recording is listed here, and so is what only says which release it is from.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LETTERS = str.maketrans({
    "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "&": " and ", "+": " and ", "$": "s",
    "'": "", "’": "", "‘": "", "`": "", "´": "", "ʼ": "",
})  # fmt: skip
_GUESTS = re.compile(r"\b(?:feat|ft|featuring|w/)(?:\.|\b)\s*(.+)$", re.IGNORECASE)
_PIECE = re.compile(r"\(([^()]*)(?:\)|$)|\[([^\[\]]*)(?:\]|$)|\{([^{}]*)(?:\}|$)")
_SUFFIX = re.compile(r"\s+[-–—]\s*|\s*[-–—]\s+|\s+/\s+")
_BETWEEN_ARTISTS = re.compile(r"\s*[,;/&+]\s*|\s+(?:and|und|et|y|x|×|vs\.?|versus|with|feat\.?|ft\.?|featuring|presents|pres\.?)\s+", re.I)
_TOPIC = re.compile(r"\s*(?:-\s*topic|vevo)\s*$", re.IGNORECASE)  # what YouTube puts behind the name of an artist
# What another recording, or another mix of it, is called: to the word that stands for all of its kind.
_VERSIONS = {
    "live": "live", "concert": "live", "unplugged": "acoustic", "session": "live", "sessions": "live", "acoustic": "acoustic",
    "akustik": "acoustic", "remix": "remix", "rmx": "remix", "mix": "remix", "dub": "remix", "rework": "remix", "bootleg": "remix",
    "mashup": "remix", "vip": "remix", "refix": "remix", "remake": "remake", "demo": "demo", "outtake": "demo", "rehearsal": "demo",
    "alternate": "demo", "alternative": "demo", "take": "demo", "instrumental": "instrumental", "karaoke": "karaoke",
    "acapella": "acapella", "cappella": "acapella", "acappella": "acapella", "cover": "cover", "tribute": "cover",
    "orchestral": "orchestral", "symphonic": "orchestral", "reprise": "reprise", "piano": "piano", "slowed": "slowed", "sped": "sped",
    "nightcore": "sped", "rerecorded": "rerecorded", "version": "version", "recorded": "rerecorded",
}  # fmt: skip
# Another length or sum of the same recording: where the duration agrees, it is the same.
_CUTS = {"edit": "edit", "radio": "edit", "single": "edit", "extended": "extended", "12": "extended", "short": "edit", "mono": "mono"}
# What only tells of the release, or of the page that a file is from.
_RELEASES = _words(
    "remaster remastered remastering digital digitally stereo deluxe edition expanded anniversary bonus track tracks explicit clean album "
    "original official audio video lyric lyrics music hd hq uhd 4k visualizer visualiser soundtrack ost from the motion picture and in "
    "reissue release version mix master full song uncensored mtv high quality new"
)
_TELLS_RELEASE = _RELEASES - _words("from the motion picture and in song new full music high quality track tracks version mix")
_SURE_LETTERS = 5  # of a misspelt word
_LONG_WORDS = sorted(word for word in {*_VERSIONS, *_CUTS, *_RELEASES} if len(word) >= _SURE_LETTERS)
_LIVE_ALBUM = re.compile(r"\blive\b(?:$| (?:at|in|from|on|and|with|album)\b)|\b(?:unplugged|in concert|concert)\b|^live\b")
_NUMBERS = re.compile(r"\d+|\b(?:i{2,3}|iv|vi{1,3}|ix)\b|(?<=part )[ivx]\b|(?<=pt )[ivx]\b|(?<=no )[ivx]\b|(?<=vol )[ivx]\b")
_PLACES = _words("at in from on the a an and of for with by version mix")  # that stand around what a version is called after
_KANA_MARKS = "\u3099\u309a"  # they make another syllable, no accent


@dataclass(frozen=True, slots=True)
class SongName:
    """A song's name, folded.

    Parameters
    ----------
    title : str
        Without guests, releases and versions.
    artist : str
        All of it.
    artists : tuple of str
        Each by itself, guests too, without “the”; the first is the main one.
    versions : frozenset of str
        What makes it another recording: ``{"live"}``.
    by : frozenset of str
        The words beside that: who made a remix, where a concert was.
    cuts : frozenset of str
        What makes another length or sum of the same recording: ``{"edit"}``.
    numbers : frozenset of str
        In the title: part 1 is not part 2.
    """

    title: str
    artist: str
    artists: tuple[str, ...]
    versions: frozenset[str] = frozenset()
    by: frozenset[str] = frozenset()
    cuts: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Title:
    kept: list[str] = field(default_factory=list)
    guests: list[str] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    by: set[str] = field(default_factory=set)
    cuts: set[str] = field(default_factory=set)


def fold(text: str) -> str:
    """Return letters and digits in lower case without accents, one space between words; signs alone stay as they are."""
    if text.isascii():
        lower = text.lower().translate(_LETTERS)
    else:
        parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS))
        lower = "".join(c for c in parted if c in _KANA_MARKS or not unicodedata.combining(c))
    plain = " ".join("".join(c if c.isalnum() or c in _KANA_MARKS else " " for c in lower).split())
    return plain or " ".join(text.casefold().split())


def song_name(title: str, artist: str, album: str = "") -> SongName:
    """Return the name of a song as it is compared."""
    read = _title(title)
    main, guests = _without_guests(_TOPIC.sub("", artist))
    artists = dict.fromkeys(name for text in (main, guests, *read.guests) for name in _artists(text)) if main.strip() else {}
    whole = fold(_turned(main)).removeprefix("the ")
    folded = fold(" ".join(read.kept)) if any(read.kept) else fold(title)
    if _LIVE_ALBUM.search(fold(album)) and album:
        read.versions.add("live")
    return SongName(
        folded,
        whole,
        tuple(artists),
        frozenset(read.versions),
        frozenset(read.by),
        frozenset(read.cuts),
        frozenset(_NUMBERS.findall(folded)),
    )


def _title(title: str) -> _Title:
    """Take a title apart: what it is, guests, and what the pieces in brackets and behind dashes say of the version."""
    read = _Title()
    rest, guests = _without_guests(_PIECE.sub(lambda match: f" \0{match[1] or match[2] or match[3] or ''}\0 ", title))
    # Guests stand at the end, or in brackets: pieces behind them belong to the title again.
    behind = guests.split("\0")
    guests, later = behind[0], behind[1:]
    guests, *suffixes = _SUFFIX.split(guests)
    if guests:
        read.guests.append(guests)
    for suffix in suffixes:
        _read_piece(suffix, read)
    parts = [*rest.split("\0"), *later] if guests else rest.split("\0")
    for index, part in enumerate(parts):
        if index % 2:
            _read_piece(part, read)
            continue
        first, *suffixes = _SUFFIX.split(part) if index == 0 else ("", *_SUFFIX.split(part))
        read.kept.append(first)
        for suffix in suffixes:
            _read_piece(suffix, read)
    return read


def _read_piece(piece: str, read: _Title) -> None:
    """Sort a piece of a title: guests, another version, another cut, a release, or part of the name."""
    main, guests = _without_guests(piece)
    if guests:
        read.guests.append(guests)
    if not main.strip():
        return
    words = [_known(word) for word in fold(main).split()]
    said = {word for word in words if word not in _RELEASES and not _is_year(word)}
    versions = {_VERSIONS[word] for word in words if word in _VERSIONS}
    cuts = {_CUTS[word] for word in words if word in _CUTS}
    is_release = any(word in _TELLS_RELEASE for word in words)
    if (is_release or cuts) and not said - _CUTS.keys():
        read.cuts |= cuts
    elif "remaster" in words or "remastered" in words:
        read.versions |= versions & {"live", "demo", "acoustic", "instrumental"}
    elif versions:
        by = said - _VERSIONS.keys() - _CUTS.keys() - _PLACES
        read.versions |= versions - {"version"} or versions  # “live version” is live
        read.by |= by
        read.cuts |= cuts & {"extended"}
    elif not is_release or said - _CUTS.keys():
        read.kept.append(piece)


@lru_cache(20_000)
def _known(word: str) -> str:
    """Return the word for a version or a release that a misspelt one means; any other as it is."""
    if len(word) < _SURE_LETTERS or word in _VERSIONS or word in _CUTS or word in _RELEASES:
        return word
    return next((known for known in _LONG_WORDS if known[0] in word[:2] and likeness(word, known, 0.79) > 0.79), word)


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdecimal() and word[:2] in ("19", "20")


def _without_guests(text: str) -> tuple[str, str]:
    match = _GUESTS.search(text)
    return (text, "") if match is None else (text[: match.start()].rstrip(" ([,"), match[1].rstrip(" )]"))


def _turned(artist: str) -> str:
    """Return ``"Beatles, The"`` as it is spoken."""
    name, comma, article = artist.rpartition(",")
    return f"{article.strip()} {name}" if comma and article.strip().lower() in ("the", "los", "die", "les") else artist


def _artists(text: str) -> list[str]:
    folded = (fold(part).removeprefix("the ") for part in _BETWEEN_ARTISTS.split(_turned(text)) if part)
    return [name for name in folded if name]


def likeness(a: str, b: str, least: float = 0.0) -> float:
    """Return how alike two folded texts are, from 0 to 1: 1 less the share of letters to be changed, swapped, added or left out.

    What is surely below `least` is 0 and takes no time.
    """
    if a == b:
        return 1.0
    longest = max(len(a), len(b))
    most = int((1.0 - least) * longest + 1e-9)
    # One change takes one letter away and brings one.
    if not a or not b or abs(len(a) - len(b)) > most or len(set(a) ^ set(b)) > 2 * most:
        return 0.0
    return 1.0 - _distance(a, b) / longest


def _distance(a: str, b: str) -> int:
    """Return the optimal string alignment distance, a restricted Damerau–Levenshtein distance, of two texts that are not empty.

    A column of the table is two integers, whose bits tell where it rises and falls by one (Hyyrö, “A bit-vector algorithm for computing
    Levenshtein and Damerau edit distances”, Nordic Journal of Computing 10, 2003).
    """
    places: dict[str, int] = {}
    for place, letter in enumerate(a):
        places[letter] = places.get(letter, 0) | 1 << place
    whole, last = (1 << len(a)) - 1, 1 << (len(a) - 1)
    rises, falls, diagonal, before, distance = whole, 0, 0, 0, len(a)
    for letter in b:
        here = places.get(letter, 0)
        swapped = ((~diagonal & here) << 1) & before
        diagonal = ((((here & rises) + rises) ^ rises) | here | falls | swapped) & whole
        right_rises, right_falls = falls | (whole & ~(diagonal | rises)), diagonal & rises
        distance += bool(right_rises & last) - bool(right_falls & last)
        right_rises, right_falls = (right_rises << 1 | 1) & whole, (right_falls << 1) & whole
        rises, falls, before = right_falls | (whole & ~(diagonal | right_rises)), right_rises & diagonal, here
    return distance
