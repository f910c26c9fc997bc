"""Project files on the disk: found with their audio, and written. Runs in workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixassistant.progress import Progress, part

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis
    from mixassistant.gui.background.backend import Core
    from mixassistant.library.library import Library
    from mixassistant.project.project import Audio, Project
    from mixassistant.report.version import Version


@dataclass(frozen=True)
class FoundProject:
    """A project file and where its audio lies.

    Parameters
    ----------
    path : Path
        The file.
    project : Project
    mix : Path or None
        None: it is nowhere, or it is the demo song.
    is_changed : bool
        Whether something else lies there by now: another bounce was written over it.
    replacements : tuple of (Role, Path)
        The user's own files in place of stems that are there.
    lost : tuple of str
        Names of those that are nowhere.
    unknown : tuple of Path
        Its references that the library does not hold, and that are there.
    has_profile : bool
        Whether the library has a profile of the name that it was compared with.
    """

    path: Path
    project: Project
    mix: Path | None
    is_changed: bool = False
    replacements: tuple[tuple[Any, Path], ...] = ()
    lost: tuple[str, ...] = ()
    unknown: tuple[Path, ...] = ()
    has_profile: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether its mix is nowhere."""
        return self.mix is None and self.project.mix.audio is not None


def find_project(core: Core, path: Path, progress: Progress) -> FoundProject:
    """Read a project file and find its audio.

    Raises
    ------
    InputError
        It cannot be read, is none, is damaged, or was written by a newer version.
    """
    from mixassistant.project.file import read_project
    from mixassistant.project.finding import find_audio

    project = read_project(path)
    folder = path.absolute().parent
    asked = [] if project.mix.audio is None else [project.mix.audio]
    asked += [audio for _role, audio in project.mix.replacements]
    places = core.with_library(lambda library: [library.versions.paths(audio.content_hash) for audio in asked])
    found = [
        find_audio(audio, folder, known, part(progress, index / len(asked), (index + 1) / len(asked)))
        for index, (audio, known) in enumerate(zip(asked, places, strict=True))
    ]
    mix = found.pop(0) if project.mix.audio is not None else None
    own = tuple(zip((role for role, _audio in project.mix.replacements), found, strict=True))
    unknown, has_profile = core.with_library(lambda library: _references(library, project))
    return FoundProject(
        path=path,
        project=project,
        mix=mix,
        is_changed=mix is not None and _is_changed(project.mix.audio, mix, progress),
        replacements=tuple((role, place) for role, place in own if place is not None),
        lost=tuple(audio.path.name for (_role, audio), place in zip(project.mix.replacements, found, strict=True) if place is None),
        unknown=unknown,
        has_profile=has_profile,
    )


def _is_changed(audio: Audio | None, path: Path, progress: Progress) -> bool:
    from mixassistant.errors import InputError
    from mixassistant.project.finding import identity

    if audio is None or not audio.content_hash:
        return False
    try:
        return identity(path, progress) != audio.content_hash
    except InputError:
        return False  # its analysis says why


def _references(library: Library, project: Project) -> tuple[tuple[Path, ...], bool]:
    """Return the references of a project that the library does not hold, and whether it has its profile; use that profile."""
    held = library.references.all()
    contents, paths = {one.content_hash for one in held if one.content_hash}, {one.path for one in held}
    unknown = tuple(
        audio.path for audio in project.references if audio.content_hash not in contents and audio.path not in paths and audio.path.exists()
    )
    has_profile = any(named.name == project.profile for named in library.profiles.all())
    if has_profile and not library.is_read_only:
        library.profiles.choose(project.profile)
    return unknown, has_profile


def with_mix(found: FoundProject, path: Path, progress: Progress) -> FoundProject:
    """Return a project whose mix the user has found."""
    return replace(found, mix=path, is_changed=_is_changed(found.project.mix.audio, path, progress))


def save_project(path: Path, project: Project, analysis: Analysis, earlier: Sequence[Version], progress: Progress) -> None:
    """Write a project file: the mix with what it is known by, and as the last of its bounces.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    from mixassistant.project.file import write_project
    from mixassistant.project.finding import known
    from mixassistant.report.version import version_of

    mix = project.mix
    current = version_of(analysis.track, analysis.document(project.decisions), analysis.request.path)
    before = tuple(version for version in earlier if version.content_hash != current.content_hash)
    whole = replace(
        mix,
        audio=None if mix.audio is None else known(mix.audio.path, progress),
        replacements=tuple((role, known(audio.path, progress)) for role, audio in mix.replacements),
    )
    write_project(replace(project, mix=whole, versions=(*before, current)), path)
