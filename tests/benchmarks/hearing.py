"""How long a suggestion takes to be heard, and the engine to advise, on a song of 3.5 minutes: figures to print, never a timed test.

Run it as ``python tests/benchmarks/hearing.py SONG.stem.mp4``; the song's stems are repeated until they last that long.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

# Run by its path, it does not find what tests share.
sys.path.insert(0, str(Path(__file__).parent.parent))

from sample_documents import make_move

from mixassistant.advice.audition import change_of, loudness_lufs
from mixassistant.advice.decision import Decision
from mixassistant.advice.engine import advise
from mixassistant.advice.rendering import parts_of
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.measure import measure_song
from mixassistant.gui.player.rendering import Trial, around, over
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain, Compression
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.progress import silent
from mixassistant.stems.drop import open_song
from mixassistant.stems.stem import Song, Stem

LENGTH_S = 210.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("song", type=Path)
    sums = open_song(parser.parse_args().song).role_sums()

    def long(audio: Audio) -> Audio:
        count = int(np.ceil(LENGTH_S / audio.duration_s))
        return Audio(np.tile(audio.samples, count)[:, : round(LENGTH_S * audio.sample_rate_hz)].copy(), audio.sample_rate_hz)

    parts = {role: long(audio) for role, audio in sums.items()}
    bands = {"bass": Band("bell", 300.0, 5.0, 1.0), "other": Band("bell", 3000.0, 4.0, 0.8)}
    faults = {"vocals": Chain(gain_db=-4.0), **{role: Chain((band,)) for role, band in bands.items()}}

    def song(name: str, moves: dict[str, Chain]) -> Song:
        stems = tuple(Stem(role, role, "supplied", render(audio, moves.get(role, Chain()))) for role, audio in parts.items())
        return Song(name, name, mix([s.audio for s in stems]), stems, {})

    mine, earlier = song("mine", faults), song("earlier", {})
    squeeze = Compression(-30.0, 3.0, 0.0075, 0.4, 6.0, 2.0, 3.0)
    moves = {
        "level": make_move("vocals", Chain(gain_db=4.0)),
        "eq": make_move("bass", Chain((Band("bell", 300.0, -5.0, 1.0),))),
        "compression": make_move("vocals", Chain(compression=squeeze)),
    }
    loudness_lufs(mine.mix)
    change_of(mine, [(moves["eq"], moves["eq"].chain)], 0.0, 1.0)
    for kind, move in moves.items():
        trial = Trial((move,), (Decision(True, 0.8),))
        times = []
        for render_it in (lambda t: around(mine, t, 100.0, silent), lambda t: over(mine, t, None, silent)):
            start = time.perf_counter()
            render_it(trial)
            times.append(time.perf_counter() - start)
        print(f"{kind}: around the playhead {1000 * times[0]:.0f} ms, whole song {1000 * times[1]:.0f} ms")
    tracks = [measure_song(s) for s in (mine, earlier)]
    for name, references in (("an earlier version as the reference", tracks[1:]), ("the factory profile", [])):
        profile = build_profile("p", references, load_prior())
        start = time.perf_counter()
        found = advise(tracks[0], profile, parts_of(mine))
        moved = len(found.moves)
        print(f"engine with {name}: {time.perf_counter() - start:.2f} s, {moved} moves")


if __name__ == "__main__":
    main()
