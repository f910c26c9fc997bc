"""Project files on the command line: what they name is analysed, with what was decided, and beside the version before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from mixassistant.advice.decision import UNDECIDED, Decisions
from mixassistant.analysis import Request
from mixassistant.cli.terminal import complain
from mixassistant.errors import UsageError
from mixassistant.library.library import Library
from mixassistant.project.file import read_project
from mixassistant.project.finding import find_audio, identity, is_there, missing_audio
from mixassistant.project.project import Audio, Project
from mixassistant.report.comparison import compare
from mixassistant.report.document import Document


@dataclass(frozen=True)
class OpenedProject:
    """A project file with the request that it stands for.

    `is_changed`: another bounce lies where its mix lay, so what was decided on that one is not decided on this one.
    """

    project: Project
    request: Request
    is_changed: bool

    @property
    def decisions(self) -> Decisions:
        """What was decided on the mix."""
        return UNDECIDED if self.is_changed else self.project.decisions

    def compared(self, document: Document) -> Document:
        """Return a report of the mix with what changed since the version before."""
        content = document["mix"]["content_hash"]
        earlier = [version for version in self.project.versions if version.content_hash != content]
        return {**document, "comparison": compare(earlier[-1].report, document)} if earlier else document


def open_project(path: Path, request: Request) -> OpenedProject:
    """Return what a project file asks for; what the command line says counts before it.

    Raises
    ------
    InputError
        The file cannot be read, is no project, is damaged, or was written by a newer version; or its mix is nowhere.
    UsageError
        It is one of the demo song.
    """
    project = read_project(path)
    mix = project.mix
    if mix.audio is None:
        raise UsageError("demo-project", f"“{path.name}” is a project of the demo song", "run mixassistant demo")
    with Library(request.library) as library:
        places = {audio: library.versions.paths(audio.content_hash) for audio in (mix.audio, *(own for _role, own in mix.replacements))}
        has_profile = any(named.name == project.profile for named in library.profiles.all())
    folder = path.absolute().parent
    found = {audio: find_audio(audio, folder, known) for audio, known in places.items()}
    place = found[mix.audio]
    if place is None:
        raise missing_audio(project, path)
    for _role, lost in mix.replacements:
        if found[lost] is None:
            complain(f"“{lost.path.name}”, a stem of the project, is nowhere: the separated one is taken")
    says_nothing = not (request.references or request.profile)
    if says_nothing and project.profile and not has_profile:
        complain(f"there is no profile “{project.profile}” in the library: the references of the project are taken")
    profile = project.profile if says_nothing and has_profile else request.profile
    return OpenedProject(
        project,
        replace(
            request,
            path=place,
            references=_there(project.references) if says_nothing and not profile else request.references,
            profile=profile,
            separator=mix.separator or request.separator if request.separator == "auto" else request.separator,
            stream=mix.stream if request.stream is None else request.stream,
            roles={**mix.roles, **request.roles},
            replacements=request.replacements or tuple((role, at) for role, audio in mix.replacements if (at := found[audio])),
            absent=mix.absent if request.absent is None else request.absent,
            stage=request.stage or mix.stage,
            sections=mix.sections,
        ),
        bool(mix.audio.content_hash) and identity(place) != mix.audio.content_hash,
    )


def _there(references: tuple[Audio, ...]) -> tuple[Path, ...]:
    """Return the references that are where they were; what is gone is said."""
    there = tuple(audio.path for audio in references if is_there(audio.path))
    gone = [audio.path.name for audio in references if audio.path not in there]
    if gone:
        complain(
            f"{len(gone)} of the {len(references)} references of the project are not there: “{gone[0]}”{' and others' * (len(gone) > 1)}"
        )
    return there
