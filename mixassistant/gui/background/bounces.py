"""Bounces of one song: which one came before the mix that is shown, and what changed since. Runs in workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixassistant.progress import Progress, part

if TYPE_CHECKING:
    from mixassistant.advice.decision import Decisions
    from mixassistant.analysis import Analysis
    from mixassistant.gui.background.backend import Core
    from mixassistant.library.library import Library
    from mixassistant.report.comparison_page import ComparisonPage
    from mixassistant.report.version import Version


@dataclass(frozen=True)
class Earlier:
    """The bounce before a mix.

    Parameters
    ----------
    version : Version or None
        None: there is none that is known.
    is_said : bool
        Whether the user has said so; else its fingerprint tells it, and they are asked.
    """

    version: Version | None = None
    is_said: bool = False


def find_earlier(core: Core, analysis: Analysis, versions: Sequence[Version], progress: Progress) -> Earlier:
    """Return the bounce before a mix: as its user has said; else, of a mix that is new, the last one that is alike.

    Parameters
    ----------
    core : Core
    analysis : Analysis
    versions : sequence of Version
        Of the project that is open, the first one first.
    progress : callable
    """
    from mixassistant.profiles.recognition import are_versions

    track = analysis.track
    others = [version for version in reversed(versions) if version.content_hash != track.content_hash]

    def look(library: Library) -> Earlier:
        def now(version: Version) -> Version:
            kept = library.answers.decisions(version.content_hash)
            return version.decided(kept) if kept else version  # of a project of another computer only its file knows them

        said = library.versions.earlier_of(track.content_hash)
        if said:
            known = next((version for version in others if version.content_hash == said), None) or library.versions.find(said)
            return Earlier(now(known), True) if known is not None else Earlier()
        alike = next((version for version in others if are_versions(version.fingerprint, track.fingerprint)), None)
        if alike is not None:
            return Earlier(now(alike), any(version.content_hash == track.content_hash for version in versions))
        if said is not None:
            return Earlier()  # it has been here before: what was analysed since is not earlier
        for content, fingerprint in library.versions.fingerprints():
            if content != track.content_hash and are_versions(fingerprint, track.fingerprint):
                found = library.versions.find(content)
                if found is not None:
                    return Earlier(now(found))
        return Earlier()

    return core.with_library(look)


def keep_version(core: Core, analysis: Analysis, decisions: Decisions, progress: Progress) -> None:
    """Remember a mix as a bounce of its song."""
    from mixassistant.report.version import version_of

    version = version_of(analysis.track, analysis.document(decisions), analysis.request.path)
    core.with_library(lambda library: library.versions.keep(version))


def say_earlier(core: Core, content: str, earlier: str, progress: Progress) -> None:
    """Remember which bounce came before one, as its user has said."""
    core.with_library(lambda library: library.versions.say_earlier(content, earlier))


@dataclass(frozen=True)
class Compared:
    """What changed since an earlier bounce (``mixassistant.comparison/1``), and the same for people."""

    comparison: dict[str, Any]
    page: ComparisonPage


def compare_bounces(core: Core, version: Version, analysis: Analysis, progress: Progress) -> Compared:
    """Return what changed since an earlier bounce, and which of its moves arrived.

    Where one has stems of its own and the other has not, that one's mix is separated as the other's was: only like is compared with like.
    """
    from mixassistant.report.arrival import accepted_moves
    from mixassistant.report.comparison import compare
    from mixassistant.report.comparison_page import build_comparison_page

    old, new = version.report, analysis.document()
    moves = accepted_moves(old)
    origins = {_origin(old, move.place.role) for move in moves}, {_origin(new, move.place.role) for move in moves}
    before, after = (next(iter(found)) if len(found) == 1 else "" for found in origins)
    if before and after and before != after:
        if before == "supplied":
            old = _separated(core, old, version.path, version.content_hash, after, analysis, progress)
        else:
            new = _separated(core, new, analysis.request.path, analysis.track.content_hash, before, analysis, progress)
    comparison = compare(old, new, moves)
    return Compared(comparison, build_comparison_page(comparison))


def _origin(report: dict[str, Any], role: str) -> str:
    from mixassistant.report.arrival import origin

    return origin(report, role)


def _separated(
    core: Core, report: dict[str, Any], path: Path, content: str, origin: str, analysis: Analysis, progress: Progress
) -> dict[str, Any]:
    """Return a report whose roles are measured of its separated mix; as it is where its audio is not there any more.

    Raises
    ------
    Cancelled
        `progress` raised it.
    """
    from mixassistant import paths
    from mixassistant.errors import Cancelled, MixAssistantError
    from mixassistant.extraction.measurer import Measurer
    from mixassistant.report.document import build_document
    from mixassistant.stems.drop import open_song
    from mixassistant.stems.separate import separation

    def measure(library: Library) -> dict[str, Any]:
        measurer = Measurer.of(library, origin.partition(":")[0], analysis.request.device)
        song = open_song(path, progress=part(progress, 0.0, 0.1))
        if song.content_hash != content or measurer.separator.origin != origin:
            return report
        bare = replace(song, stems=())
        separated = separation(bare, measurer.separator, paths.cache_folder(), part(progress, 0.1, 0.6)).song
        track = measurer.measure(separated, part(progress, 0.6, 1.0))
        told = build_document(track, analysis.profile, (), analysis.verification, (), report["created"], report["mix"]["source"])
        return {**report, "stems": told["stems"], "roles": told["roles"]}

    try:
        return core.with_library(measure)
    except Cancelled:
        raise
    except MixAssistantError:  # gone, or its separator is: then nothing is told of its roles, and the comparison says why
        return report


def write_bounces(comparison: dict[str, Any], path: Path, progress: Progress) -> None:
    """Write a comparison."""
    from mixassistant.report.formats import write_comparison

    write_comparison(comparison, path)
