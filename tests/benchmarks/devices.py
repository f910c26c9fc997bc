"""Throughput of the torch part of measuring, and of all of it, over a batch of tracks on every device that is here.

::

    .venv/bin/python tests/benchmarks/devices.py [--tracks 100] [--seconds 180]

Prints how many times faster than real time, and the largest difference from the processor in steps of each descriptor.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np
import torch

from mixassistant.audio.audio import Audio
from mixassistant.features.descriptor import REGISTRY
from mixassistant.features.frames import FINE
from mixassistant.features.measure import measure
from mixassistant.features.representations import Representations


def track(seed: int, seconds: float) -> Audio:
    """Return noise with a moving level: what it is does not matter for speed."""
    rng = np.random.default_rng(seed)
    count = int(seconds * 44100)
    envelope = np.interp(np.arange(count), np.arange(0, count, 11025), rng.uniform(0.05, 0.5, -(-count // 11025)))
    return Audio((envelope * rng.standard_normal((2, count))).astype(np.float32), 44100)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tracks", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=180.0)
    words = parser.parse_args()
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else []), *(["mps"] if torch.backends.mps.is_available() else [])]
    only = frozenset(d.id for d in REGISTRY if d.family not in ("models", "timbre"))
    audio = track(0, words.seconds)
    reference = measure(audio, "mix", "cpu", only)
    for device in devices:
        measure(audio, "mix", device, only)  # loads kernels
        tracks = words.tracks if device != "cpu" else min(words.tracks, 4)
        torch_s = whole_s = 0.0
        for seed in range(tracks):
            own = track(seed, words.seconds)
            shared = Representations(own, device)
            start = time.perf_counter()
            shared.bands, shared.k_weighted_steps, shared.active_frames(FINE)
            torch_s += time.perf_counter() - start
            measure(shared, "mix", device, only)
            whole_s += time.perf_counter() - start
        audio_s = tracks * words.seconds
        print(f"{device}: spectra {audio_s / torch_s:.0f} × real time, all but timbre {audio_s / whole_s:.0f} ×, over {tracks} tracks")
        found = measure(audio, "mix", device, only)
        gaps = {
            name: float(np.abs(np.asarray(reference[name].value) - np.asarray(found[name].value)).max(initial=0)) / REGISTRY[name].step
            for name in only & reference.keys()
            if reference[name].value is not None and found[name].value is not None
        }
        worst = max(gaps, key=lambda name: gaps[name])
        print(f"  largest difference from the processor: {gaps[worst]:.3f} steps ({worst})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
