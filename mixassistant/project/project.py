"""`Project`: what the window saves and opens again, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from mixassistant.advice.decision import UNDECIDED, Decisions
from mixassistant.features.track import Section
from mixassistant.profiles.stage import Stage
from mixassistant.report.version import Version
from mixassistant.stems.stem import Role

SUFFIX = ".mixassistant"


@dataclass(frozen=True)
class Audio:
    """Audio that a project names.

    Parameters
    ----------
    path : Path
        Where it lies: a file, or the folder of a song's stems.
    content_hash : str
        What it is known by where it has moved (`finding.identity`; of references what the library knows them by); empty: not known.
    size_bytes: int
        Of a file: those of another size are not looked into; 0: not known.
    """

    path: Path
    content_hash: str = ""
    size_bytes: int = 0


@dataclass(frozen=True)
class Mix:
    """The mix of a project, as it was opened.

    Parameters
    ----------
    audio : Audio or None
        None: the demo song.
    demo : str
        What the demo song is compared with: ``"others"`` or ``"earlier"``.
    separator : str
        Empty: the one of the settings.
    stream : int or None
        The chosen stream of its file, from 0.
    roles : mapping
        The user's, by stem.
    replacements : tuple of (Role, Audio)
        Files of the user's own in place of separated stems.
    absent : tuple of Role, or None
        Roles that the song does not have; None: nothing was said.
    stage : Stage or None
    sections : tuple of Section, or None
        As the user wants them; None: as they are found.
    """

    audio: Audio | None
    demo: str = "others"
    separator: str = ""
    stream: int | None = None
    roles: Mapping[str, Role] = field(default_factory=lambda: MappingProxyType({}))
    replacements: tuple[tuple[Role, Audio], ...] = ()
    absent: tuple[Role, ...] | None = None
    stage: Stage | None = None
    sections: tuple[Section, ...] | None = None


@dataclass(frozen=True)
class View:
    """How a project is looked at and heard.

    Parameters
    ----------
    tab : int
        The number of the view.
    span_s : (float, float), optional
        The stretch of the waveform that is seen, in seconds; None: all of it.
    section : int or None
        The section that the views show.
    source : str
        What is heard: ``"mix"``, ``"suggestion"`` or ``"reference"``.
    reference : str
        Content of the reference that is heard; empty: none was chosen.
    loop_s : (float, float), optional
        In seconds.
    """

    tab: int = 0
    span_s: tuple[float, float] | None = None
    section: int | None = None
    source: str = "mix"
    reference: str = ""
    loop_s: tuple[float, float] | None = None


@dataclass(frozen=True)
class Project:
    """A mix and all that goes with it.

    Parameters
    ----------
    mix : Mix
    profile : str
        The named profile that it is compared with; empty: `references`.
    references : tuple of Audio
        The liked references that it was compared with.
    decisions : mapping
        A suggestion's id to what was decided on it.
    view : View
    versions : tuple of Version
        The bounces before this one, the first one first.
    """

    mix: Mix
    profile: str = ""
    references: tuple[Audio, ...] = ()
    decisions: Decisions = field(default_factory=lambda: UNDECIDED)
    view: View = View()
    versions: tuple[Version, ...] = ()
