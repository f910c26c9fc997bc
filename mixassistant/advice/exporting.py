"""Writing what is heard: stems and the whole mix as files, with the moves that were accepted at their amounts.

Files of one song stay a sum: where an integer format would clip one of them, all are turned down alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mixassistant.advice.audition import with_all_moves, with_own_moves
from mixassistant.advice.suggestion import Move
from mixassistant.audio.audio import Audio
from mixassistant.audio.source import blocks_of
from mixassistant.audio.write import Subtype, write_audio
from mixassistant.i18n import _
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Chain
from mixassistant.progress import Progress, silent
from mixassistant.stems.stem import Song, Stem

LEAST_OVER_DB = 0.01  # over full scale: less is what rounding to 16 bits does


@dataclass(frozen=True, eq=False)
class Target:
    """One file to be written: a stem, or the whole mix (None)."""

    path: Path
    stem: Stem | None = None


@dataclass(frozen=True)
class Exported:
    """What came of an export: files whose peaks lie over full scale, by how much in dB, and by how much all were turned down for it."""

    over: tuple[tuple[str, float], ...] = ()
    turned_down_db: float = 0.0


def export(
    song: Song, targets: Sequence[Target], moves: Iterable[tuple[Move, Chain]], subtype: Subtype, progress: Progress = silent
) -> Exported:
    """Write stems and the mix of a song with the moves that were accepted.

    Parameters
    ----------
    song : Song
    targets : sequence of Target
    moves : iterable of (Move, Chain)
        Each with what it does as it was decided; none: everything as it is.
    subtype : Subtype
        ``FLOAT`` keeps what lies over full scale. Of the others all files are turned down by as much as the highest peak asks for.
    progress : Progress

    Raises
    ------
    OutputError
        A file cannot be written.
    """
    chosen = tuple(moves)
    is_float = subtype == "FLOAT" and all(target.path.suffix.lower() != ".flac" for target in targets)
    over: dict[str, float] = {}
    gain_db = 0.0
    if not is_float:  # before anything is written, and made once more then: many stems at once may be more than memory holds
        for index, target in enumerate(targets):
            progress(_("Looking for peaks in {name}").format(name=target.path.name), 0.5 * index / len(targets))
            over |= _over(target, _moved(song, target, chosen))
        gain_db = -max(over.values(), default=0.0)
    begin = 0.0 if is_float else 0.5
    for index, target in enumerate(targets):
        progress(_("Writing {name}").format(name=target.path.name), begin + (1 - begin) * index / len(targets))
        audio = _moved(song, target, chosen)
        if is_float:
            over |= _over(target, audio)
        write_audio(render(audio, Chain(gain_db=gain_db)), target.path, subtype)
    return Exported(tuple(over.items()), -gain_db)


def _moved(song: Song, target: Target, moves: tuple[tuple[Move, Chain], ...]) -> Audio:
    if target.stem is None:
        return with_all_moves(song, moves)
    return with_own_moves(song, target.stem, moves)


def _over(target: Target, audio: Audio) -> dict[str, float]:
    over = over_full_scale_db(audio)
    return {target.path.name: over} if over > LEAST_OVER_DB else {}


def over_full_scale_db(audio: Audio) -> float:
    """Return by how much the highest sample lies over full scale in dB; 0 where none does."""
    peak = max((float(np.abs(block).max()) for block in blocks_of(audio) if block.size), default=0.0)
    return max(20 * float(np.log10(peak)), 0.0) if peak > 0 else 0.0


def exported_text(done: Exported) -> str:
    """Say what is over full scale, and what was done about it; nothing where nothing is."""
    if done.turned_down_db > 0:
        text = _("{gain:.1f} dB quieter, all files alike: “{name}” would have clipped. 32 bit float keeps the level.")
        return text.format(gain=done.turned_down_db, name=max(done.over, key=lambda item: item[1])[0])
    if not done.over:
        return ""
    name, over = max(done.over, key=lambda item: item[1])
    return _("“{name}” peaks {over:.1f} dB over full scale, which float keeps: turn it down before it is converted.").format(
        name=name, over=over
    )
