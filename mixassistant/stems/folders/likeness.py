"""What speaks for tracks being the stems of one song: their names, their lengths, and where these do not settle it, their sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.audio.broadcast import time_reference_s
from mixassistant.stems.folders.adding_up import adds_up
from mixassistant.stems.folders.tracks import Track
from mixassistant.stems.folders.tree import Infos
from mixassistant.stems.unnamed import Verdict, of_unnamed


@dataclass(frozen=True)
class LikenessTuning:
    """When tracks are stems by their names and lengths.

    Parameters
    ----------
    same_length_s, same_length : float
        Stems of one song may miss their silent tails, but most end together: within this, and within this share of their length.
    pure : float
        Share of names of nothing but instruments, from which `together` is enough.
    together : float
        Share of tracks that must end together, where names are pure.
    telling, most_telling : float
        Shares of names that tell a role: from the first on, tracks that end together are listened to; from the second on they are stems
        unless they sound like songs.
    most_together : float
        Share that ends together, from which it speaks for itself.
    listened_together : float
        Share from which tracks are listened to at all.
    titles : float
        Share of names like whole songs, from which no name makes stems.
    """

    same_length_s: float = 2.0
    same_length: float = 0.25
    pure: float = 0.5
    together: float = 0.4
    telling: float = 0.3
    most_telling: float = 0.8
    most_together: float = 0.9
    listened_together: float = 0.8
    titles: float = 0.5


LIKENESS = LikenessTuning()


PARTS = ("accompaniment", "acapella")  # of a song, which may be stems
STEM_LIKE = (None, *PARTS)


@dataclass(frozen=True)
class Likeness:
    """What speaks for tracks being the stems of one song.

    Parameters
    ----------
    count : int
    telling : float
        Share of names that tell a role; of files that are called mixes and the like, none counts.
    pure : float
        Share of names that are of nothing but instruments.
    titles : float
        Share of names like those of whole songs.
    together : float
        Share of tracks that end together; NaN: no length is known.
    roles : int
        Different ones told.
    sound : str
        What they sound like (`mixassistant.stems.unnamed`), where that was asked.
    """

    count: int = 0
    telling: float = 0.0
    pure: float = 0.0
    titles: float = 0.0
    together: float = 0.0
    roles: int = 0
    sound: Verdict = "unsure"

    @property
    def is_clear(self) -> bool:
        """Whether they are stems."""
        if self.sound == "stems":
            return True
        if self.sound == "songs" or self.titles >= LIKENESS.titles or self.telling * self.count <= 1.5:
            return False
        if np.isnan(self.together):
            return self.pure >= LIKENESS.pure
        if self.pure >= LIKENESS.pure and self.pure * self.count > 1.5:
            return self.together >= LIKENESS.together
        return self.telling >= LIKENESS.most_telling and self.together >= LIKENESS.most_together and self.roles > 2

    @property
    def asks_sound(self) -> bool:
        """Whether names leave open what the sound may tell."""
        return not self.is_clear and self.together >= LIKENESS.listened_together

    @property
    def is_possible(self) -> bool:
        """Whether they may be stems even so: two are called after instruments, or all end together."""
        if self.sound == "songs" or self.titles >= LIKENESS.titles:
            return False
        return self.telling * self.count >= 1.5 or self.together >= LIKENESS.most_together


def likeness(tracks: Sequence[Track], infos: Infos) -> Likeness:
    """Return what speaks for tracks being the stems of one song; a single one is none, and an NI stems file has its own inside."""
    stems = [track for track in tracks if track.purpose in STEM_LIKE]
    if len(tracks) < 2 or not stems or any(file in infos and infos[file].is_ni_stems for track in tracks for file in track.files):
        return Likeness(len(tracks))
    found = Likeness(
        len(stems),
        sum(track.role is not None for track in stems) / len(stems),
        sum((track.is_pure or track.purpose is not None) and track.role is not None for track in stems) / len(stems),
        sum(track.is_title and track.purpose not in PARTS for track in tracks) / len(tracks),
        float("nan"),
        len({track.role for track in stems} - {None}),
    )
    known = [track for track in tracks if track.path in infos]
    if not known:
        return found
    length_s = float(np.median([infos[track.path].duration_s for track in known]))
    alike = max((_alike(known, ends, length_s) for ends in _ends(known, infos)), key=len)
    found = replace(found, together=len(alike) / len(known))
    # Names of instruments and of more besides may be those of songs: "Drum Song", "Bass Down Low".
    if found.is_clear and found.pure >= LIKENESS.pure:
        return found
    if not (found.is_clear or found.asks_sound):
        return found
    if adds_up([track.path for track in alike]):
        return replace(found, sound="stems")
    # One of them may be the mix, with a tail of its own.
    return replace(found, sound=of_unnamed([t.path for t in alike], [infos[t.path] for t in alike], found.telling < LIKENESS.telling))


def _alike(tracks: Sequence[Track], ends_s: Sequence[float], length_s: float) -> list[Track]:
    """Return the tracks that end together with most."""
    middle = float(np.median(ends_s))
    apart = min(LIKENESS.same_length_s, LIKENESS.same_length * length_s)
    return [track for track, end in zip(tracks, ends_s, strict=True) if abs(end - middle) <= apart]


def _ends(tracks: Sequence[Track], infos: Infos) -> list[list[float]]:
    """Return where tracks end: by their lengths; and where all are stamped with the time at which they begin, by that too."""
    lengths = [infos[track.path].duration_s for track in tracks]
    stamps = [time_reference_s(track.path) for track in tracks]
    stamped = [stamp + length for stamp, length in zip(stamps, lengths, strict=True) if stamp is not None]
    return [lengths, stamped] if len(stamped) == len(tracks) else [lengths]
