"""What of a session leaves the window as a file: its report, and its stems with the moves that were accepted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mixassistant.gui.background.drag_files import Item, cached_item
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.background.backend import Core
    from mixassistant.gui.session.state import State
    from mixassistant.progress import Progress


def report_item(state: State, core: Core) -> Item | None:
    """Return the report on the mix that is shown."""
    if state.result is None:
        return None
    analysis = state.result.analysis
    identity = ("report", analysis.track.content_hash, analysis.created, analysis.delivery)

    def make(path: Path, progress: Progress) -> None:
        progress(_("Writing the report"), 0.1)
        core.export(analysis.document(), path)

    return cached_item(_("{name} report").format(name=analysis.track.name), ".html", identity, make)


def stem_item(state: State, core: Core, name: str, suffix: str, subtype: str, is_moved: bool) -> Item | None:
    """Return a stem of the mix that is shown as a file, as it is or with the moves that were accepted for it."""
    if state.result is None:
        return None
    analysis = state.result.analysis
    song = analysis.song
    stem = next((s for s in song.stems if s.name == name), None)
    if stem is None:
        return None
    from mixassistant.advice.decision import accepted

    moves = accepted(analysis.moves, state.decisions) if is_moved else ()
    chosen = tuple((move.id, chain) for move, chain in moves)
    identity = ("stem", analysis.track.content_hash, analysis.created, name, suffix, subtype, is_moved, chosen)

    def make(path: Path, progress: Progress) -> None:
        from mixassistant.advice.audition import with_own_moves

        written = replace(stem, audio=with_own_moves(song, stem, moves)) if moves else stem
        core.export_stems(replace(song, stems=(written,)), {name: path}, subtype, progress)

    return cached_item(_("{name} with moves").format(name=name) if is_moved else name, suffix, identity, make)
