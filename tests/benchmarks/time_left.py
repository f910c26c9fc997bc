"""How true the time left is: what the window says after a quarter, half and three quarters of some work, over what it then took.

    .venv/bin/python tests/benchmarks/time_left.py [--seconds 60] [--stems 12] [--neighbours 1] [--rounds 2] [--processor]

Three kinds of work, each on songs that the library does not know: a mix that the embedded separator takes apart, a folder of many
stems, and references that are added one after another. So many other processes keep a core each busy meanwhile. In the first round
nothing is known of the computer; in later ones, what the rounds before it took. 1.00 is true, 0.70 to 1.30 is what is aimed at. With
``--processor`` the clock is the seconds of processor that the work takes, which tell the same on a machine that others use in fits.

SEEN
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

AT = (0.25, 0.5, 0.75)  # of the time that the work took


@dataclass
class Watch:
    """What was told on the way, and when."""

    clock: Callable[[], float]
    told: list[tuple[float, float | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begun = self.clock()

    def follow(self) -> Callable[[str, float], None]:
        """Return progress that asks for the time left as the window does."""
        from mixassistant.progress import TimeLeft

        left = TimeLeft()

        def progress(_stage: str, fraction: float) -> None:
            now = self.clock() - self.begun
            self.told.append((now, left.at(now, fraction)))

        return progress

    def ratios(self) -> list[float | None]:
        """Return what was told at each of `AT` over what was true."""
        whole = self.clock() - self.begun
        found: list[float | None] = []
        for share in AT:
            said = [(when, left) for when, left in self.told if when <= share * whole]
            when, left = said[-1] if said else (0.0, None)
            found.append(None if left is None else max(left - (share * whole - when), 0.0) / ((1 - share) * whole))
        return found


def keep_busy() -> None:
    """Use one core until somebody ends it."""
    while True:
        np.linalg.svd(np.random.default_rng(0).normal(size=(200, 200)))


def make_songs(folder: Path, seconds: float, stems: int) -> tuple[Path, Path, list[Path]]:
    """Write a mix, a folder of stems and references of different lengths, all from the demo's stems and each another content."""
    from mixassistant.audio.audio import Audio, mix
    from mixassistant.audio.decode import decode
    from mixassistant.audio.write import write_audio
    from mixassistant.demo.folder import write_demo

    made = write_demo(folder / "demo")
    parts = [decode(file) for file in sorted(made.mix.glob("*.wav"))]
    random = np.random.default_rng(int(time.time_ns() % (1 << 32)))

    def longer(audio: Audio, lasting_s: float) -> Audio:
        wanted = round(lasting_s * audio.sample_rate_hz)
        samples = np.tile(audio.samples, (1, -(-wanted // audio.length)))[:, :wanted]
        return Audio((samples * random.uniform(0.5, 0.6)).astype(np.float32), audio.sample_rate_hz)

    whole = mix(parts)
    single = folder / "mix.wav"
    write_audio(longer(whole, seconds), single)
    many = folder / "Stems"
    many.mkdir()
    names = ("Kick", "Snare", "Hats", "Bass", "Lead Vox", "Backing Vox", "Piano", "Guitar", "Pad", "Synth", "Strings", "Organ")
    for index in range(stems):
        write_audio(longer(parts[index % len(parts)], seconds), many / f"{names[index % len(names)]} {index + 1}.wav")
    added = [folder / f"reference {index + 1}.wav" for index in range(4)]
    for path, share in zip(added, (0.4, 1.0, 0.6, 0.8), strict=True):
        write_audio(longer(whole, share * seconds), path)
    return single, many, added


def measure(folder: Path, seconds: float, stems: int, clock: Callable[[], float]) -> dict[str, list[float | None]]:
    """Do all three kinds of work, and return the ratios of each."""
    from functools import partial

    from mixassistant.analysis import Request
    from mixassistant.gui.background.backend import Core
    from mixassistant.gui.session.added_songs import Songs

    single, many, added = make_songs(folder, seconds, stems)
    core = Core(folder / "library.sqlite3")
    found = {}
    for name, path in (("mix", single), ("stems", many)):
        watch = Watch(clock)
        core.analyze(Request(path, library=core.library, separator="embedded", device="cpu"), watch.follow())
        found[name] = watch.ratios()
    songs, watch = Songs(), Watch(clock)
    progress = watch.follow()
    numbers = [songs.add(path, False) for path in added]
    for number in numbers:
        step = songs.step(number, partial(core.efforts, "embedded", "cpu"), progress)
        core.add_reference(added[number], "embedded", "cpu", step)
    found["references"] = watch.ratios()
    return found


def main() -> int:
    """Print one line for each kind of work and round."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--stems", type=int, default=12)
    parser.add_argument("--neighbours", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--processor", action="store_true")
    options = parser.parse_args()
    clock = time.process_time if options.processor else time.perf_counter
    neighbours = [multiprocessing.get_context("spawn").Process(target=keep_busy, daemon=True) for _ in range(options.neighbours)]
    for process in neighbours:
        process.start()
    worst = 0.0
    try:
        with tempfile.TemporaryDirectory() as name:
            for variable in ("DATA", "CACHE", "CONFIG"):
                os.environ[f"MIXASSISTANT_{variable}"] = str(Path(name) / variable)
            print(f"{'round':6} {'work':12} " + " ".join(f"at {share:4.0%}" for share in AT))
            for number in range(1, options.rounds + 1):
                folder = Path(name) / str(number)
                folder.mkdir()
                for work, ratios in measure(folder, options.seconds, options.stems, clock).items():
                    print(f"{number:<6} {work:12} " + " ".join("   –   " if r is None else f"{r:7.2f}" for r in ratios), flush=True)
                    worst = max(worst, *(abs(r - 1) if r is not None else 1.0 for r in ratios))
    finally:
        for process in neighbours:
            process.kill()
    print(f"farthest from the truth: {worst:.0%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
