"""What of a session leaves the window as a file: its report, and its stems with the moves that were accepted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mixassistant.gui.background.drag_files import Item, cached_item
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.advice.suggestion import Suggestion
    from mixassistant.audio.audio import Audio
    from mixassistant.gui.background.backend import Core
    from mixassistant.gui.session.state import State
    from mixassistant.progress import Progress
    from mixassistant.stems.stem import Song, Stem


def report_item(state: State, core: Core) -> Item | None:
    """Return the report on the mix that is shown."""
    if state.result is None:
        return None
    analysis = state.result.analysis
    identity = ("report", analysis.track.content_hash, analysis.created)

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
    accepted = tuple((s, state.amounts.get(s.id, 1.0)) for s in analysis.suggestions if state.decisions.get(s.id)) if is_moved else ()
    chosen = tuple((s.id, amount) for s, amount in accepted)
    identity = ("stem", analysis.track.content_hash, analysis.created, name, suffix, subtype, is_moved, chosen)

    def make(path: Path, progress: Progress) -> None:
        written = replace(stem, audio=with_moves(song, stem, accepted)) if accepted else stem
        core.export_stems(replace(song, stems=(written,)), {name: path}, subtype, progress)

    return cached_item(_("{name} with moves").format(name=name) if is_moved else name, suffix, identity, make)


def with_moves(song: Song, stem: Stem, accepted: tuple[tuple[Suggestion, float], ...]) -> Audio:
    """Return a stem after its own accepted moves, each at its amount.

    What is done to the bus of several stems, or to the mix, is for the bus and the mix: it is left out.
    """
    from mixassistant.advice.audition import scaled
    from mixassistant.advice.rendering import chains
    from mixassistant.processing.chain import render
    from mixassistant.processing.moves import Chain

    is_alone = sum(other.role == stem.role for other in song.stems) == 1
    amounted = []
    for suggestion, amount in accepted:
        chain = scaled(suggestion, amount)
        width = chain.width[0] if chain.width else None
        amounted.append(replace(suggestion, bands=chain.bands, compression=chain.compression, gain_db=chain.gain_db, width=width))
    moves = chains(amounted)
    return render(stem.audio, moves.get(stem.role if is_alone else f"{stem.role}/{stem.name}", Chain()))
