"""What of a session leaves the window as a file: its report with what was decided, its stems and its mix as they are heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixassistant.gui.background.drag_files import Item, cached_item
from mixassistant.i18n import _
from mixassistant.progress import part

if TYPE_CHECKING:
    from mixassistant.advice.decision import Decision, Decisions
    from mixassistant.advice.exporting import Target
    from mixassistant.advice.suggestion import Move
    from mixassistant.analysis import Analysis
    from mixassistant.gui.background.backend import Core
    from mixassistant.gui.session.state import State
    from mixassistant.processing.moves import Chain
    from mixassistant.progress import Progress
    from mixassistant.stems.stem import Song


def write_decided(
    core: Core, analysis: Analysis, decisions: Decisions, path: Path, progress: Progress, comparison: dict[str, Any] | None = None
) -> None:
    """Write the report of an analysis with what was decided, whose accepted moves are rendered and measured for it.

    `comparison` is with the version before, where there is one.
    """
    progress(_("Writing the report"), 0.0)
    proof = analysis.proof(decisions, part(progress, 0.0, 0.8))
    core.export(with_comparison(analysis.document(decisions, proof), comparison), path)


def with_comparison(document: dict[str, Any], comparison: dict[str, Any] | None) -> dict[str, Any]:
    """Return a report with what changed since the version before, where there is one."""
    return document if comparison is None else {**document, "comparison": comparison}


def report_item(state: State, core: Core) -> Item | None:
    """Return the report on the mix that is shown, with what is decided now."""
    if state.result is None:
        return None
    analysis, decisions, comparison = state.result.analysis, dict(state.decisions), state.comparison
    before = None if comparison is None else comparison["old"]["content_hash"]
    identity = ("report", analysis.track.content_hash, analysis.created, analysis.delivery, _sorted(decisions), before)

    def make(path: Path, progress: Progress) -> None:
        write_decided(core, analysis, decisions, path, progress, comparison)

    return cached_item(_("{name} report").format(name=analysis.track.name), ".html", identity, make)


def _sorted(decisions: Mapping[str, Decision]) -> list[tuple[str, Decision]]:
    return sorted(decisions.items())


def accepted_moves(state: State) -> tuple[tuple[Move, Chain], ...]:
    """Return the accepted moves of the mix that is shown, each with what it does as it was decided."""
    from mixassistant.advice.decision import accepted

    return () if state.result is None else accepted(state.result.analysis.moves, state.decisions)


def audio_item(state: State, core: Core, name: str | None, suffix: str, subtype: Any, is_moved: bool) -> Item | None:
    """Return a stem of the mix that is shown, or the whole mix (None), as a file: as it is, or with the accepted moves."""
    if state.result is None:
        return None
    analysis = state.result.analysis
    song, moves = analysis.song, accepted_moves(state) if is_moved else ()
    if name is not None and all(stem.name != name for stem in song.stems):
        return None
    chosen = tuple((move.id, chain) for move, chain in moves)
    identity = ("stem", analysis.track.content_hash, analysis.created, name, suffix, subtype, is_moved, chosen)

    def make(path: Path, progress: Progress) -> str:
        from mixassistant.advice.exporting import exported_text

        return exported_text(core.export_audio(song, targets_of(song, {name: path}), moves, subtype, progress))

    called = analysis.track.name if name is None else name
    return cached_item(_("{name} with moves").format(name=called) if is_moved else called, suffix, identity, make)


def targets_of(song: Song, paths: Mapping[str | None, Path]) -> Sequence[Target]:
    """Return what is to be written, by the names of stems; None is the whole mix."""
    from mixassistant.advice.exporting import Target

    stems = {stem.name: stem for stem in song.stems}
    return [Target(path, None if name is None else stems[name]) for name, path in paths.items() if name is None or name in stems]
