"""Anonymous memory and time of an analysis by stage: of an hour, or of whatever is given.

    .venv/bin/python tests/benchmarks/memory_by_stage.py [MIX or STEMS FOLDER] [--minutes 60] [--rate 44100] [--references FOLDER]

Without a song it is the demo's mix, round and round, for so many minutes; its references are the demo's. The embedded separator is
used, nothing is remembered from before. Anonymous memory is what the system cannot write back to a file: it is read 50 times a second
from /proc/self/status, so this runs on Linux. What lies in temporary files is told beside it.

``--minutes 10``, one thread, on two cores that six other programs kept busy (so that the seconds say little): 1595 MiB anonymous at
most, while separating; 1585 while measuring (mix, four stems, references), 1493 while the stems are kept, 1281 while advising.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass
class Stage:
    """Seconds, seconds of processor, and the most anonymous and file-backed memory in MiB."""

    seconds: float = 0.0
    processor_s: float = 0.0
    anonymous: float = 0.0
    mapped: float = 0.0


def memory_mib() -> tuple[float, float]:
    """Return anonymous and file-backed memory of this process in MiB."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    anonymous, mapped = (int(lines[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return anonymous, mapped


class Watch(threading.Thread):
    """Looks at the memory again and again; what is going on, the one who reports progress says."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.stage = "Beginning"
        self.stages: dict[str, Stage] = {}
        self._stopped = threading.Event()

    def progress(self, stage: str, _fraction: float) -> None:
        """Take what an analysis says it does: the first word of it."""
        self.stage = stage.split(maxsplit=1)[0] if stage else self.stage

    def run(self) -> None:
        """Look."""
        last, before = time.perf_counter(), time.process_time()
        while not self._stopped.wait(0.02):
            now, used, (anonymous, mapped) = time.perf_counter(), time.process_time(), memory_mib()
            found = self.stages.setdefault(self.stage, Stage())
            found.seconds += now - last
            found.processor_s += used - before
            found.anonymous, found.mapped = max(found.anonymous, anonymous), max(found.mapped, mapped)
            last, before = now, used

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        self.join()


def make_song(folder: Path, minutes: float, rate: int) -> tuple[Path, Path]:
    """Write the demo's mix, repeated, and return it and the folder of the demo's references."""
    import soundfile

    from mixassistant.audio.audio import mix
    from mixassistant.audio.decode import decode
    from mixassistant.audio.resample import resample
    from mixassistant.demo.folder import write_demo

    made = write_demo(folder / "demo")
    whole = resample(mix([decode(file) for file in sorted(made.mix.glob("*.wav"))]), rate)
    wanted = round(60 * minutes * rate)
    path = folder / "long.flac"
    with soundfile.SoundFile(path, "w", rate, whole.channels, "PCM_16") as file:
        for start in range(0, wanted, whole.length):
            file.write(np.clip(whole.samples[:, : wanted - start], -1, 1).T)
    return path, made.references[0].parent


def main() -> int:
    """Analyse, and print one line a stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("song", type=Path, nargs="?")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=int, default=44100)
    parser.add_argument("--references", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for variable in ("DATA", "CACHE", "CONFIG"):
            os.environ[f"MIXASSISTANT_{variable}"] = str(folder / variable)
        from mixassistant.analysis import Request, analyze

        song, references = options.song, options.references
        if song is None:
            song, made = make_song(folder, options.minutes, options.rate)
            references = references or made
        watch = Watch()
        watch.start()
        start = time.perf_counter()
        given = (references,) if references else ()
        analysis = analyze(Request(song, references=given, separator="embedded", device="cpu"), watch.progress)
        whole = time.perf_counter() - start
        watch.stop()
        print(f"{'':12} {'seconds':>8} {'processor':>10} {'anonymous':>10} {'in files':>10}")
        for stage, found in watch.stages.items():
            print(f"{stage:12} {found.seconds:8.1f} {found.processor_s:8.1f} s {found.anonymous:6.0f} MiB {found.mapped:6.0f} MiB")
        most = max(found.anonymous for found in watch.stages.values())
        processor_s = sum(found.processor_s for found in watch.stages.values())
        length, count = analysis.song.mix.duration_s / 60, len(analysis.song.stems)
        print(f"{'whole':12} {whole:8.1f} {processor_s:8.1f} s {most:6.0f} MiB; {length:.1f} min, {count} stems")
    return 0


if __name__ == "__main__":
    sys.exit(main())
