"""How often finished songs get moves at each stage, against ten songs of other artists: what a finished mix is told is a false alarm.

Controls beside: a song as its own reference, and the same song turned up by 6 dB, get no move.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.recovery.run import _folds
from mixassistant.advice.engine import advise
from mixassistant.advice.rendering import parts_of
from mixassistant.audio.audio import Audio
from mixassistant.features.measure import measure_song
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.stage import STAGE_ERRORS, STAGES
from mixassistant.profiles.standing import standing
from mixassistant.stems.drop import open_song
from mixassistant.stems.stem import Song

REFERENCES = 10
LARGE_DB = 2.0


@dataclass(frozen=True)
class Count:
    """One song at one stage: sizes of its moves in dB by kind, and whether one is above its cap."""

    song: str
    stage: str
    sizes_db: tuple[tuple[str, float], ...]
    is_above_cap: bool


def counts(folder: Path, every: int) -> Iterator[Count]:
    """Yield what each song is told at each stage."""
    paths = sorted(folder.glob("*.stem.mp4"))
    folds, rng = _folds(paths), np.random.default_rng(4)
    for path in paths[::every]:
        song = open_song(path)
        track = measure_song(song)
        others = [p for p in paths if folds[p] != folds[path]]
        chosen = [measure_song(open_song(others[i])) for i in rng.choice(len(others), REFERENCES, replace=False)]
        profile = build_profile("references", chosen, load_prior())
        for stage in STAGES:
            advice = advise(track, profile, parts_of(song), stage=stage, stands=standing(track, chosen, load_prior()))
            yield _count(path.name, stage, advice.moves)
        own = build_profile("itself", [track], load_prior())
        louder = _turned_up(song)
        for name, some in (("itself", song), ("itself, 6 dB louder", louder)):
            measured = track if some is song else measure_song(some)
            yield _count(path.name, f"control: {name}", advise(measured, own, parts_of(some), stage="rough").moves)


def _turned_up(song: Song) -> Song:
    def louder(audio: Audio) -> Audio:
        return Audio(audio.samples * np.float32(2.0), audio.sample_rate_hz)

    stems = tuple(replace(stem, audio=louder(stem.audio)) for stem in song.stems)
    return replace(song, mix=louder(song.mix), stems=stems, content_hash=f"{song.content_hash}-louder")


def _count(song: str, stage: str, moves: tuple) -> Count:  # type: ignore[type-arg]
    errors = STAGE_ERRORS.get(stage)  # type: ignore[call-overload]
    above = False
    if errors is not None:
        most = {
            "level": errors.most_level_lu,
            "eq": errors.most_tone_db,
            "stereo": errors.most_width_db,
            "compression": errors.most_reduction_db,
        }
        above = any(move.group == "toward" and move.size_db > most.get(move.kind, np.inf) + 1e-9 for move in moves)
    return Count(song, stage, tuple((move.kind, round(move.size_db, 1)) for move in moves), above)


def table(found: Iterator[Count]) -> str:
    """Return the table: a line a stage."""
    some = list(found)
    lines = [
        "| stage | songs | moves a song | median size dB | songs with a move over 2 dB | moves above their cap |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for stage in dict.fromkeys(count.stage for count in some):
        own = [count for count in some if count.stage == stage]
        sizes = [size for count in own for _kind, size in count.sizes_db]
        large = sum(any(size > LARGE_DB for _kind, size in count.sizes_db) for count in own)
        middle = f"{np.median(sizes):.1f}" if sizes else "–"
        above = sum(count.is_above_cap for count in own)
        lines.append(f"| {stage} | {len(own)} | {len(sizes) / len(own):.1f} | {middle} | {large / len(own):.0%} | {above} |")
    return "\n".join(lines)
