"""Time and memory of the eight timbral models, beside the original's.

    python tests/benchmarks/timbre.py [SECONDS]

The sound is that of the tests' mix, 44.1 kHz, 180 s. ``TIMBRAL_PYTHON`` names a Python that has timbral_models 0.4.0 (see
tests/golden/timbre/original.py): the original then runs on the first 20 s of the same sound, and its time is scaled up to the whole (its
cost grows with length). Without it, its cost is what tests/golden/timbre/expected.json has recorded, and the output says so.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))
EXCERPT_S = 20.0


def original_cost(python: str, sound: np.ndarray, rate: int) -> float:
    """Return the seconds that the original takes per second of a sound."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "sounds.npz", Path(folder) / "values.json"
        np.savez(source, **{"0_samples": sound, "0_rate": np.asarray(rate)})
        subprocess.run([python, TESTS / "golden" / "timbre" / "original.py", source, target], check=True, stdout=subprocess.DEVNULL)
        answer = json.loads(target.read_text(encoding="utf-8"))
    return sum(answer["results"][0]["seconds"].values()) / (sound.size / rate)


def main() -> int:
    """Measure and print one line each."""
    from golden.timbre.sounds import RATE, mix

    from mixassistant.features.timbre import timbre

    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 180.0
    piece = mix(30.0, 0).astype(np.float32)
    sound = np.resize(piece, round(seconds * RATE))
    start = time.perf_counter()
    timbre(piece[: 2 * RATE], RATE)
    print(f"first call (compiles, or loads what was compiled): {time.perf_counter() - start:.1f} s")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    best, processor = np.inf, np.inf
    for _ in range(3 if seconds < 600 else 1):
        start, start_processor = time.perf_counter(), time.process_time()
        timbre(sound, RATE)
        best, processor = min(best, time.perf_counter() - start), min(processor, time.process_time() - start_processor)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{seconds:.0f} s of sound: {best:.2f} s; {processor:.2f} s of processor time; {(after - before) / 1024:.0f} MiB more than before"
    )
    python = os.environ.get("TIMBRAL_PYTHON")
    if python:
        cost, source = original_cost(python, sound[: round(EXCERPT_S * RATE)], RATE), f"measured now on {EXCERPT_S:.0f} s, scaled up"
    else:
        recorded = json.loads((TESTS / "golden" / "timbre" / "expected.json").read_text(encoding="utf-8"))["seconds_per_second_of_audio"]
        cost, source = sum(recorded.values()), "as recorded when the expected values were made, on another run and maybe another machine"
    print(f"the original: {cost * seconds:.1f} s ({source}); {cost * seconds / best:.0f} times as long")
    return 0


if __name__ == "__main__":
    sys.exit(main())
