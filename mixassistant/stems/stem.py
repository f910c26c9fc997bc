"""The values of this room: `Role`, `Heard`, `Stem`, `Song` (a mix with its stems)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from mixassistant.audio.audio import Audio, mix
from mixassistant.progress import Progress, part, silent

Role = Literal["drums", "bass", "vocals", "other"]
ROLES: tuple[Role, ...] = get_args(Role)
GUESS = 0.75  # probability of a role, below which it is called a guess: of those that are, about two of three are right


@dataclass(frozen=True)
class Heard:
    """What a track sounds like.

    Parameters
    ----------
    role : Role
    probability : float
        Of that role among the four, 0–1.
    part : str
        Of drums: ``"kick"``, ``"snare"``, ``"toms"``, ``"cymbals"``, ``"kit"``; empty where that is not clear, and for other roles.
    whole : float
        Probability that it is no part of a song but a whole mix, 0–1.
    """

    role: Role
    probability: float
    part: str
    whole: float

    @property
    def is_guess(self) -> bool:
        """Whether the role is no more than a guess."""
        return self.probability < GUESS


@dataclass(frozen=True)
class Stem:
    """One part of a mix.

    Parameters
    ----------
    name : str
        As the user named it ("KICK"), or the role for a separated stem.
    role : Role
        What the stem is to the profile.
    origin : str
        ``"supplied"``, ``"demucs:<model>"`` or ``"embedded"``.
    audio : Audio
        At the song's sample rate and from the song's time zero.
    heard : Heard or None
        What it sounds like, where its name tells no role: that is its role then, unless the user says another.
    """

    name: str
    role: Role
    origin: str
    audio: Audio
    heard: Heard | None = None


@dataclass(frozen=True)
class Song:
    """A mix and its stems, ready to be measured.

    Parameters
    ----------
    name : str
        For people: file name without extension, or folder name.
    content_hash : str
        SHA-256 (hex) over the content of the files it was read from (and the roles, when the user corrected them).
    mix : Audio
        The mix file itself, or the sum of the stems.
    stems : tuple of Stem
        Empty until separated.
    tags : mapping
        ``title``, ``artist``, ``album``, ``genre`` where the file has them.
    warnings : tuple of str
        Whole sentences on what was odd about the input.
    """

    name: str
    content_hash: str
    mix: Audio
    stems: tuple[Stem, ...]
    tags: Mapping[str, str]
    warnings: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Where the stems came from: a separator where any did, else ``"supplied"``; empty without stems."""
        return next((s.origin for s in self.stems if s.origin != "supplied"), "supplied" if self.stems else "")

    def role_sums(self, progress: Progress = silent) -> dict[Role, Audio]:
        """Return the sum of the stems of each role that has any."""
        parts = {role: found for role in ROLES if (found := [s.audio for s in self.stems if s.role == role])}
        return {
            role: mix(found, part(progress, index / len(parts), (index + 1) / len(parts)))
            for index, (role, found) in enumerate(parts.items())
        }
