"""Does the move go to the stem that causes it? One of many stems of a real multitrack gets a fault; the reference is the song without it.

::

    python tests/benchmarks/attribution.py FOLDER-OF-STEMS [--start 100] [--length 40] [--faults 24]

Twice: with the reference's stems known by name, and with the sums of its roles alone (as when the earlier version was separated).
Printed for each fault: what was done, what is suggested, and at the end how often the right stem was named, a wrong one, or the bus.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from mixassistant.advice.engine import advise
from mixassistant.advice.rendering import parts_of, shares
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.measure import measure_song
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.stems.drop import open_song
from mixassistant.stems.place import Place
from mixassistant.stems.stem import Song, Stem

NEEDED = frozenset({"lufs", "level", "ltas", "ltas_typical", "ltas_sem", "dynamic_spread", "level_quantiles", "level_curve", "bandwidth"})


def excerpt(song: Song, start_s: float, length_s: float) -> Song:
    """Return a part of a song with those stems that play in it."""
    rate = song.mix.sample_rate_hz
    first, last = round(start_s * rate), round((start_s + length_s) * rate)
    stems = [replace(s, audio=Audio(s.audio.samples[:, first:last].copy(), rate)) for s in song.stems]
    playing = tuple(s for s in stems if float(np.abs(s.audio.samples).max(initial=0.0)) > 1e-3)
    return replace(song, stems=playing, mix=mix([s.audio for s in playing]))


def summed(song: Song) -> Song:
    """Return a song whose stems are the sums of its roles."""
    return replace(song, stems=tuple(Stem(role, role, "supplied", audio) for role, audio in song.role_sums().items()))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--start", type=float, default=100.0)
    parser.add_argument("--length", type=float, default=40.0)
    parser.add_argument("--faults", type=int, default=24)
    options = parser.parse_args()
    clean = excerpt(open_song(options.folder), options.start, options.length)
    print(f"{len(clean.stems)} stems play")
    profiles = {
        "stems by name": build_profile("p", [measure_song(replace(clean, name="earlier", content_hash="e"), only=NEEDED)], load_prior()),
        "sums alone": build_profile(
            "p", [measure_song(replace(summed(clean), name="earlier", content_hash="e"), only=NEEDED)], load_prior()
        ),
    }
    # A fault on a stem that is nowhere heard in its role changes nothing that anybody could find.
    share = shares(parts_of(clean))
    heard = [s for s in clean.stems if (place := Place(s.role, s.name)) in share and share[place].max() > 0.3]
    rng = np.random.default_rng(20261121)
    counts = {name: Counter[str]() for name in profiles}
    for number in range(options.faults):
        stem = heard[int(rng.integers(len(heard)))]
        right = Place(stem.role, stem.name)
        sign = rng.choice([-1.0, 1.0])
        if number % 2:
            chain = Chain(gain_db=round(float(sign * rng.uniform(3, 8)), 1))
            done = f"{chain.gain_db:+.1f} dB"
        else:
            band = Band("bell", float(np.exp(rng.uniform(np.log(80), np.log(8000)))), round(float(sign * rng.uniform(4, 8)), 1), 1.0)
            chain = Chain(bands=(band,))
            index = int(np.abs(np.log(1000 * 10 ** (np.arange(-17, 14) / 10) / band.frequency_hz)).argmin())
            done = f"{band.gain_db:+.1f} dB at {band.frequency_hz:.0f} Hz (share there {share[right][index]:.2f})"
        stems = tuple(replace(s, audio=render(s.audio, chain)) if s is stem else s for s in clean.stems)
        mine = replace(clean, name="mine", content_hash="m", stems=stems, mix=mix([s.audio for s in stems]))
        track = measure_song(mine, only=NEEDED)
        for name, profile in profiles.items():
            start = time.perf_counter()
            found = advise(track, profile, parts_of(mine)).moves
            seconds = time.perf_counter() - start
            places = [move.place for move in found]
            verdict = ("nothing" if not found else "right" if places[0] == right else "wrong stem" if places[0].stem else "bus") + (
                "" if len(found) < 2 else f" and {len(found) - 1} more"
            )
            counts[name][verdict.partition(" and")[0]] += 1
            said = "; ".join(
                f"{move.place} {move.chain.gain_db:+.1f} {[(b.type, round(b.frequency_hz), b.gain_db) for b in move.chain.bands]}"
                for move in found
            )
            print(f"{right}: {done} | {name}: {verdict} | {said} | {seconds:.1f} s", flush=True)
    for name, count in counts.items():
        print(name, dict(count))


if __name__ == "__main__":
    main()
