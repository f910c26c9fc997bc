"""How fast Demucs separates here, against the ``demucs`` command line in the same run: one table, never a timed test.

Run it as ``python tests/benchmarks/separation_speed.py SONG [--seconds 60] [--threads N] [--device cpu] [--rounds 1]``. Both
programs get the same excerpt, the same network (htdemucs' architecture with random weights, which take the same time) and the
same number of threads, and both start from nothing, imports included: ``python -m demucs.separate --shifts 0 --float32 --clip-mode
none`` against ``python -m mixassistant separate``. The largest difference of the stems and their signal-to-distortion ratio say
that they did the same. Then, within this process: how fast the segments alone go in 32 and in 16 bits, and the longest time
between two calls of ``progress``, which is the longest that a cancel waits.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.resample import resample
from mixassistant.audio.write import write_audio
from mixassistant.stems.stem import ROLES

RATE_HZ = 44100
HTDEMUCS: dict[str, Any] = {
    # As in the published checkpoint; 42.0 million parameters.
    "sources": ["drums", "bass", "other", "vocals"],
    "channels": 48,
    "bottom_channels": 512,
    "depth": 4,
    "t_layers": 5,
    "t_heads": 8,
    "dconv_mode": 3,
    "segment": Fraction(39, 5),
}


def write_checkpoint(path: Path) -> None:
    """Write htdemucs with random weights, in the format of the published files."""
    import torch
    from demucs.htdemucs import HTDemucs

    torch.manual_seed(0)
    network = HTDemucs(**HTDEMUCS)
    # As they were saved: without the segment's fraction demucs' own loader takes no others.
    package = {"klass": HTDemucs, "args": (), "kwargs": HTDEMUCS, "state": {k: v.half() for k, v in network.state_dict().items()}}
    torch.save(package, path)


def excerpt(path: Path, seconds: float) -> Audio:
    """Return the first seconds of a song at the networks' rate, repeated where it is shorter."""
    song = resample(decode(path), RATE_HZ).stereo()
    length = int(seconds * RATE_HZ)
    return Audio(np.tile(song.samples, (1, -(-length // song.length)))[:, :length], RATE_HZ)


def timed(command: list[str], threads: int) -> float:
    """Return the wall time of a command in seconds."""
    home = Path(command[-1])
    folders = {f"MIXASSISTANT_{name}": str(home / name.lower()) for name in ("DATA", "CACHE", "CONFIG")}
    started = time.perf_counter()
    done = subprocess.run(
        command, env=os.environ | folders | {"OMP_NUM_THREADS": str(threads)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:4])} … ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return time.perf_counter() - started


def sdr_db(expected: np.ndarray, found: np.ndarray) -> float:
    return float(10 * np.log10(np.sum(expected**2.0) / max(np.sum((expected - found) ** 2.0), 1e-30)))


def segments_alone(checkpoint: Path, mix: Audio, device: str, count: int) -> None:
    """Print how many times real time segments are separated, and the longest silence of ``progress``."""
    import torch

    from mixassistant.stems.demucs_bag import load_bag
    from mixassistant.stems.device import bfloat16_gain, half_precision
    from mixassistant.stems.inference import Inference

    inference = Inference(load_bag(checkpoint), device)
    segment = inference.bag.segment
    batch = torch.from_numpy(np.stack([mix.samples[:, :segment]] * inference.batch))
    print(f"segments alone, {inference.batch} at once (the gain of bfloat16 on this processor is measured as {bfloat16_gain():.2f}):")
    results = {}
    for precision in (torch.float32, half_precision(device) or torch.bfloat16):
        inference.precision = precision
        results[precision] = inference.estimate(batch).cpu()  # warm
        calls = [time.perf_counter()]
        best = np.inf
        for _round in range(count):
            started = time.perf_counter()
            with inference.told(lambda _fraction, calls=calls: calls.append(time.perf_counter())):
                inference.estimate(batch).cpu()
            best = min(best, time.perf_counter() - started)
            calls.append(time.perf_counter())
        speed = inference.batch * segment / RATE_HZ / best
        print(f"  {precision!s:15} {speed:7.2f} × real time, {0.75 * speed:7.2f} × overlapped; progress every {max(np.diff(calls)):.2f} s")
    whole, half = results.values()
    print(f"  16 bits against 32: SDR {sdr_db(whole.numpy(), half.numpy()):.1f} dB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("song", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda", "mps"))
    parser.add_argument("--rounds", type=int, default=1, help="by turns; the best of each counts")
    parsed = parser.parse_args()
    # Before torch is imported.
    os.environ["OMP_NUM_THREADS"] = str(parsed.threads)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        checkpoint = folder / "repo" / "random.th"
        checkpoint.parent.mkdir()
        write_checkpoint(checkpoint)
        mix = excerpt(parsed.song, parsed.seconds)
        write_audio(mix, folder / "mix.wav", "FLOAT")
        theirs = [sys.executable, "-m", "demucs.separate", "-n", "random", "--repo", str(checkpoint.parent), "-d", parsed.device]
        theirs += ["--shifts", "0", "--float32", "--clip-mode", "none", str(folder / "mix.wav"), "-o", str(folder / "theirs")]
        ours = [sys.executable, "-m", "mixassistant", "separate", str(folder / "mix.wav"), "--separator", str(checkpoint)]
        ours += ["--device", parsed.device, "--output", str(folder / "ours")]
        times = {"demucs": np.inf, "mixassistant": np.inf}
        for _round in range(parsed.rounds):
            times["demucs"] = min(times["demucs"], timed(theirs, parsed.threads))
            times["mixassistant"] = min(times["mixassistant"], timed(ours, parsed.threads))
        for program, seconds in times.items():
            print(f"{program:13} {seconds:7.1f} s, {parsed.seconds / seconds:6.2f} × real time")
        print(f"ratio         {times['demucs'] / times['mixassistant']:7.2f}")
        peak = np.abs(mix.samples).max()
        for role in ROLES:
            expected, found = (decode(path / f"{role}.wav").samples for path in (folder / "theirs" / "random" / "mix", folder / "ours"))
            difference = np.abs(expected - found).max() / peak
            print(f"  {role:7} largest difference {difference:.2e} of the mix's peak, SDR {sdr_db(expected, found):.1f} dB")
        segments_alone(checkpoint, mix, parsed.device, max(parsed.rounds, 2))


if __name__ == "__main__":
    main()
