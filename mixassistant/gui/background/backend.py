"""What the window asks of the library: one object, so that tests can put another in its place. Runs in the worker's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mixassistant.gui.background.preview import Preview, previews
from mixassistant.gui.background.result import Result
from mixassistant.gui.background.sound_tracks import SoundTracks, sound_tracks
from mixassistant.progress import Progress, part

if TYPE_CHECKING:
    from mixassistant.advice.decision import Decision
    from mixassistant.analysis import Analysis, Request
    from mixassistant.demo.folder import Comparison
    from mixassistant.features.track import Section
    from mixassistant.gui.background.listing import Listing
    from mixassistant.library.library import Library, Reference
    from mixassistant.library.listening import BlindTest, Tally
    from mixassistant.profiles.stage import Stage
    from mixassistant.profiles.taste import Preference
    from mixassistant.stems.look import Look
    from mixassistant.stems.stem import Role, Song

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Added:
    """A reference that was added, and whole sentences on what was odd about its files."""

    reference: Reference
    remarks: tuple[str, ...] = ()


class Core:
    """The real library; `library` is the user's own file by default."""

    def __init__(self, library: Path | None = None) -> None:
        self.library = library

    def analyze(self, request: Request, progress: Progress) -> Result:
        """Analyse a mix; what was decided on its suggestions before comes with it."""
        from mixassistant.analysis import analyze
        from mixassistant.audio.peaks import peaks_of_source
        from mixassistant.library.library import Library

        analysis = analyze(request, part(progress, 0.0, 0.97))
        audio = {"mix": analysis.song.mix, **{stem.name: stem.audio for stem in analysis.song.stems}}
        steps = (part(progress, 0.97 + 0.03 * i / len(audio), 0.97 + 0.03 * (i + 1) / len(audio)) for i in range(len(audio)))
        peaks = {name: peaks_of_source(found, step) for (name, found), step in zip(audio.items(), steps, strict=True)}
        with Library(self.library) as library:
            decided = library.answers.decisions(analysis.track.content_hash)
        _log.info("“%s” was analysed in %.1f s", analysis.track.name, sum(analysis.timings.values()))
        return Result(analysis, peaks, decided)

    def previews(self, path: Path, progress: Progress, stream: int | None = None) -> Iterator[Preview]:
        """Yield ever better waveforms of a mix that is to be analysed; `stream`: of this stream of its file."""
        return previews(path, progress, stream)

    def sound_tracks(self, path: Path) -> SoundTracks | None:
        """Return the streams of sound of a file, where there are several to choose from."""
        return sound_tracks(path)

    def demo(
        self,
        progress: Progress,
        strengths: Mapping[str, float] | None = None,
        stage: Stage | None = None,
        comparison: Comparison = "others",
    ) -> Result:
        """Make the demo in the user's data folder and analyse its song against references of its own, at a stage (None: a rough mix)."""
        from mixassistant import paths
        from mixassistant.analysis import Request
        from mixassistant.demo.folder import DEMO_STAGE, write_demo

        made = write_demo(paths.data_folder() / "demo", part(progress, 0.0, 0.4))
        references = made.compared_with(comparison)
        request = Request(made.mix, references=references, library=self.library, strengths=strengths or {}, stage=stage or DEMO_STAGE)
        return self.analyze(request, part(progress, 0.4, 1.0))

    def look(self, path: Path, are_stems: bool = False) -> Look:
        """Return what lies at a path that was dropped, and that the user may call the stems of one song."""
        from mixassistant.stems.look import look

        return look(path, "stems" if are_stems else "")

    def add_reference(self, path: Path, separator: str, device: str, progress: Progress, are_stems: bool = False) -> Added:
        """Measure a reference and keep it as liked; `are_stems`: the user calls a folder the stems of one song."""
        from mixassistant.extraction.measurer import Measurer
        from mixassistant.library.library import Library

        with Library(self.library) as library:
            library.require_writable()
            track = Measurer.of(library, separator, device).measure_file(path, progress, called="stems" if are_stems else "")
            return Added(library.references.add(path, track), track.warnings)

    def efforts(self, separator: str, device: str, songs: Sequence[tuple[Path, bool]]) -> list[float]:
        """Return the seconds that adding references will take; each with whether the user calls it the stems of one song."""
        from mixassistant.extraction.measurer import Measurer
        from mixassistant.library.library import Library

        with Library(self.library) as library:
            measurer = Measurer.of(library, separator, device)
            return [measurer.effort_of_file(path, "stems" if are_stems else "") for path, are_stems in songs]

    def with_library(self, work: Callable[[Library], T]) -> T:
        """Do something with the library, opened for it alone."""
        from mixassistant.library.library import Library

        with Library(self.library) as library:
            return work(library)

    def listing(self) -> Listing:
        """Return the references and profiles, ready to be listed."""
        from mixassistant.gui.background.listing import read_listing

        return self.with_library(read_listing)

    def complete_summaries(self, progress: Progress) -> int:
        """Make the summaries that tracks of an earlier version lack; return how many were made."""
        return self.with_library(lambda library: library.tracks.complete_summaries(progress))

    def find_again(self, reference: Reference, path: Path, others: Sequence[Reference], progress: Progress) -> list[str]:
        """Keep where a missing reference lies now, if the content is the same; return its name, and the names of others found beside it.

        Raises
        ------
        InputError
            The content is another's.
        """
        from mixassistant.errors import InputError

        if not self._is_content(reference, path, part(progress, 0.0, 0.5)):
            told = f"“{path.name}” is not what was measured as “{reference.shown_name}”: its content differs"
            raise InputError("other-content", told, "choose another file, or add this one as a new reference")
        self.with_library(lambda library: library.references.relocate(reference.id, path))
        names = [reference.shown_name]
        for index, other in enumerate(others):
            place, step = (
                path.parent / other.path.name,
                part(progress, 0.5 + 0.5 * index / len(others), 0.5 + 0.5 * (index + 1) / len(others)),
            )
            if other.content_hash and place.exists() and self._is_content(other, place, step):
                self.with_library(lambda library, other=other, place=place: library.references.relocate(other.id, place))  # type: ignore[misc]
                names.append(other.shown_name)
        return names

    @staticmethod
    def _is_content(reference: Reference, path: Path, progress: Progress) -> bool:
        from mixassistant.audio.hashing import content_hash
        from mixassistant.extraction.references import open_kept

        if not reference.content_hash:  # never measured: there is nothing to tell it by
            return True
        found = open_kept(path, progress).content_hash if path.is_dir() else content_hash(path, progress=progress)
        return found == reference.content_hash

    def chosen_profile(self) -> str:
        """Return the profile to compare with; empty: all liked references."""
        return self.with_library(lambda library: library.profiles.chosen())

    def with_decisions(self, result: Result) -> Result:
        """Return a result with what was decided since it was made."""
        decided = self.with_library(lambda library: library.answers.decisions(result.analysis.track.content_hash))
        return replace(result, decisions=decided)

    def decide(self, analysis: Analysis, suggestion: str, decision: Decision | None) -> None:
        """Keep a decision on a suggestion of an analysis, and what it says of the user's taste; None takes it back."""
        from mixassistant.advice.answers import answers_to
        from mixassistant.library.library import Library

        found = next((s for s in analysis.suggestions if s.id == suggestion), None)
        answers = answers_to(found, decision, analysis.taste) if found is not None and decision is not None else ()
        with Library(self.library) as library:
            library.answers.decide(analysis.track.content_hash, suggestion, decision, *answers)

    def copy_decisions(self, content_hash: str, decided: Mapping[str, Decision | None]) -> None:
        """Keep decisions, by suggestions' ids, for another content too; they have taught what they teach already."""
        from mixassistant.library.library import Library

        with Library(self.library) as library:
            for suggestion, decision in decided.items():
                library.answers.decide(content_hash, suggestion, decision)

    def taste(self, progress: Progress) -> dict[str, Preference]:
        """Return what the user's answers have taught."""
        from mixassistant.profiles.taste import preferences

        return preferences(self.with_library(lambda library: library.answers.all()))

    def forget_taste(self, dimension: str) -> int:
        """Forget the answers of one dimension; return how many there were."""
        return self.with_library(lambda library: library.answers.forget(dimension))

    def open_taste(self, dimension: str) -> int:
        """Open what rejections have closed of one dimension; return how many there were."""
        return self.with_library(lambda library: library.answers.open(dimension))

    def keep_stage(self, content_hash: str, stage: Stage) -> None:
        """Remember how finished the user says a mix is."""
        self.with_library(lambda library: library.stages.said(content_hash, stage))

    def with_sections(self, analysis: Analysis, sections: Sequence[Section], progress: Progress) -> Analysis:
        """Return an analysis whose mix has other sections, measured, and where they lie among those of the references."""
        from mixassistant.features.measure import with_sections
        from mixassistant.profiles.section_standing import section_standing

        track = with_sections(analysis.track, analysis.song, sections, progress=progress)
        return replace(analysis, track=track, section_stands=section_standing(track, analysis.profile.references))

    def keep_sections(self, content_hash: str, sections: Sequence[Section]) -> None:
        """Remember the sections of a mix as its user wants them; empty: those that are found."""
        self.with_library(lambda library: library.sections.said(content_hash, sections))

    def keep_blind_test(self, test: BlindTest) -> None:
        """Keep what was preferred in a blind test."""
        self.with_library(lambda library: library.blind_tests.add(test))

    def blind_tests(self, progress: Progress) -> tuple[Tally, ...]:
        """Return what was preferred in blind tests, per kind, role and stage."""
        return self.with_library(lambda library: library.blind_tests.tally())

    def keep_absent(self, content_hash: str, role: Role, is_absent: bool) -> None:
        """Remember whether the user says that a mix lacks a role; what they said of others a moment ago stays."""

        def say(library: Library) -> None:
            others = {other for other in library.absences.said(content_hash) if other != role}
            library.absences.said(content_hash, others | {role} if is_absent else others)

        self.with_library(say)

    def export_stems(self, song: Song, targets: Mapping[str, Path], subtype: Any, progress: Progress) -> None:
        """Write stems of a song as files, by name."""
        from mixassistant.audio.write import write_audio

        for index, stem in enumerate(s for s in song.stems if s.name in targets):
            progress(f"Writing {targets[stem.name].name}", index / len(targets))
            write_audio(stem.audio, targets[stem.name], subtype)

    def export(self, document: dict[str, Any], path: Path) -> None:
        """Write a report."""
        from mixassistant.report.formats import write_report

        write_report(document, path)
