"""What the window asks of the library: one object, so that tests can put another in its place. Runs in the worker's thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixassistant.gui.preview import Preview, previews
from mixassistant.progress import Progress, part

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis, Request
    from mixassistant.audio.peaks import Peaks
    from mixassistant.library.library import Reference
    from mixassistant.stems.stem import Song


@dataclass(frozen=True, eq=False)
class Result:
    """An analysis, the waveforms to draw (``"mix"`` and stem names) and the decisions of earlier (suggestion id to accepted)."""

    analysis: Analysis
    peaks: Mapping[str, Peaks]
    decisions: Mapping[str, bool]


class Core:
    """The real library; `library` is the user's own file by default."""

    def __init__(self, library: Path | None = None) -> None:
        self.library = library

    def analyze(self, request: Request, progress: Progress) -> Result:
        """Analyse a mix and keep the report in the library."""
        from mixassistant.analysis import analyze
        from mixassistant.audio.peaks import peaks_of_source
        from mixassistant.library.library import Library

        analysis = analyze(request, part(progress, 0.0, 0.97))
        audio = {"mix": analysis.song.mix, **{stem.name: stem.audio for stem in analysis.song.stems}}
        steps = (part(progress, 0.97 + 0.03 * i / len(audio), 0.97 + 0.03 * (i + 1) / len(audio)) for i in range(len(audio)))
        peaks = {name: peaks_of_source(found, step) for (name, found), step in zip(audio.items(), steps, strict=True)}
        with Library(self.library) as library:
            library.record_analysis(analysis.document())
            decisions = {d.suggestion: d.accepted for d in library.decisions(analysis.track.content_hash)}
        return Result(analysis, peaks, decisions)

    def previews(self, path: Path, progress: Progress) -> Iterator[Preview]:
        """Yield ever better waveforms of a mix that is to be analysed."""
        return previews(path, progress)

    def demo(self, progress: Progress) -> Result:
        """Make the demo song in the user's data folder and analyse it against its own references."""
        from mixassistant import paths
        from mixassistant.analysis import Request
        from mixassistant.demo.folder import write_demo

        made = write_demo(paths.data_folder() / "demo", part(progress, 0.0, 0.4))
        return self.analyze(Request(made.mix, references=made.references, library=self.library), part(progress, 0.4, 1.0))

    def songs_in(self, path: Path) -> list[Path]:
        """Return the songs that a dropped path holds."""
        from mixassistant.stems.drop import find_mixes, kind_of

        return find_mixes(path) if kind_of(path) == "mixes" else [path]

    def add_reference(self, path: Path, separator: str, device: str, progress: Progress) -> Reference:
        """Measure a reference and keep it as liked."""
        from mixassistant.analysis import measure_reference
        from mixassistant.library.library import Library
        from mixassistant.stems.device import pick_device
        from mixassistant.stems.separator import choose

        with Library(self.library) as library:
            track = measure_reference(path, choose(separator, device), pick_device(device), library, progress)
            return library.add_reference(path, track)

    def references(self) -> tuple[Reference, ...]:
        """Return the library's references."""
        from mixassistant.library.library import Library

        with Library(self.library) as library:
            return library.references()

    def like(self, reference: int, liked: bool) -> None:
        """Like or dislike a reference."""
        from mixassistant.library.library import Library

        with Library(self.library) as library:
            library.like(reference, liked)

    def remove(self, reference: int, restore: bool) -> None:
        """Remove a reference, or restore it."""
        from mixassistant.library.library import Library

        with Library(self.library) as library:
            (library.restore_reference if restore else library.remove_reference)(reference)

    def decide(self, content_hash: str, suggestion: str, accepted: bool | None) -> None:
        """Keep a decision, or take it back."""
        from mixassistant.library.library import Library

        with Library(self.library) as library:
            library.decide(content_hash, suggestion, accepted)

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
