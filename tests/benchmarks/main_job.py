"""Time and peak memory of the main job on a 3.5-minute song with four supplied stems, by stage.

    .venv/bin/python tests/benchmarks/main_job.py [SECONDS]

The song is the demo, repeated to the length; its references are those of the demo, measured in the same run.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np


def main() -> int:
    """Make the song in a temporary folder, analyse it, print one line a stage."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 210.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for variable in ("DATA", "CACHE", "CONFIG"):
            os.environ[f"MIXASSISTANT_{variable}"] = str(folder / variable)
        from mixassistant.analysis import Request, analyze
        from mixassistant.audio.audio import Audio
        from mixassistant.audio.decode import decode
        from mixassistant.audio.write import write_audio
        from mixassistant.demo.folder import write_demo

        made = write_demo(folder / "demo")
        song = folder / "Song"
        song.mkdir()
        for file in sorted(made.mix.glob("*.wav")):
            audio = decode(file)
            repeats = int(np.ceil(seconds / audio.duration_s))
            long = np.tile(audio.samples, (1, repeats))[:, : int(seconds * audio.sample_rate_hz)]
            write_audio(Audio(long, audio.sample_rate_hz), song / file.name)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        analysis = analyze(Request(song, references=made.references[:3], device="cpu"))
        whole = time.perf_counter() - start
        for stage, taken in analysis.timings.items():
            print(f"{stage:12} {taken:6.1f} s")
        start = time.perf_counter()
        analysis.document()
        print(f"{'report':12} {time.perf_counter() - start:6.1f} s")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"{'whole':12} {whole:6.1f} s; peak memory {peak / 1024:.0f} MiB (before the analysis {before / 1024:.0f} MiB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
