"""Train the network of beats and downbeats and write it, beside BeatNet's, to ``resources/beats.safetensors``.

    .venv/bin/python packaging/train_structure/beats.py FOLDER --beatnet model_1_weights.pt --work /tmp/beats

FOLDER holds ``train`` and ``valid`` with songs of ``packaging/train_structure`` (a FLAC and a JSON each); patterns of
`made_patterns` are added. One command with a seed. Nothing but songs made by code is learned from. The weights kept are a running mean
at the step that was best on ``valid``.
"""

# ruff: noqa: TID253 - a program of its own

from __future__ import annotations

import argparse
import copy
import functools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from beat_material import IGNORED, Material, Shelf
from safetensors.torch import save_file

from mixassistant.features.rhythm.filterbank import BANDS
from mixassistant.features.rhythm.network import METRES, POOLED, CausalNetwork, TemporalNetwork

FRAMES = 1400  # of a piece, 28 s
WIDE = 1.5  # frames: how far from a beat its target reaches
NOISE = 0.1
WITHOUT_BANDS = 0.3  # share of the pieces in which the bands are not heard: they sound as our fonts do
MEAN_OF_STEPS = 300
OF_METRE = 0.03  # weight of the metre in the loss


def targets(found: Material, first: int, count: int) -> torch.Tensor:
    """Return how much a beat, and a downbeat, each frame is, ``[shape=(2, count)]``."""
    wanted = np.zeros((2, count), np.float32)
    for row, times in enumerate((found.beats[:, 0], found.beats[found.beats[:, 1] == 1, 0])):
        for shift in (-1, 0, 1):
            index = np.round(times).astype(int) + shift
            here = (index >= first) & (index < first + count)
            near = np.clip(1 - np.abs(index - times) / WIDE, 0, 1)
            wanted[row, index[here] - first] = np.maximum(wanted[row, index[here] - first], near[here])
    return torch.from_numpy(wanted)


def piece(songs: list[Callable[[], Material]], random: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return what is heard, targets and metres of a piece of a song."""
    found = songs[int(random.integers(len(songs)))]()
    count = min(FRAMES, len(found.heard))
    first = int(random.integers(0, len(found.heard) - count + 1))
    x = torch.from_numpy(np.array(found.heard[first : first + count], np.float32))
    wanted, metres = targets(found, first, count), torch.from_numpy(found.metres[first : first + count])
    x = x + NOISE * torch.randn_like(x)
    if random.random() < WITHOUT_BANDS:
        x[:, -2 * BANDS // POOLED :] = 0
    if random.random() < 0.1:  # a place where nothing is heard
        at = int(random.integers(0, count - 100))
        x[at : at + int(random.integers(20, 100))] = 0
    missing = FRAMES - count
    return F.pad(x, (0, 0, 0, missing)), F.pad(wanted, (0, missing)), F.pad(metres, (0, missing), value=IGNORED)


def loss(logits: torch.Tensor, wanted: torch.Tensor, metres: torch.Tensor) -> torch.Tensor:
    """Return the cross-entropy of beats and downbeats, and a little of the metre's."""
    beats = F.binary_cross_entropy_with_logits(logits[:, :2], wanted)
    kept = metres != IGNORED
    if not kept.any():
        return beats
    return beats + OF_METRE * F.cross_entropy(logits[:, 2:].transpose(1, 2)[kept], metres[kept])


def evaluate(network: torch.nn.Module, songs: list[Material]) -> dict[str, float]:
    """Return mean losses over whole songs."""
    network.eval()
    rows = []
    with torch.inference_mode():
        for found in songs:
            logits = network(torch.from_numpy(np.array(found.heard, np.float32))[None])
            wanted = targets(found, 0, len(found.heard))[None]
            metres = torch.from_numpy(found.metres)
            right = (logits[0, 2:].argmax(0) == metres)[metres != IGNORED]
            rows.append(
                (
                    float(F.binary_cross_entropy_with_logits(logits[:, 0], wanted[:, 0])),
                    float(F.binary_cross_entropy_with_logits(logits[:, 1], wanted[:, 1])),
                    float(right.float().mean()) if right.numel() else 0.0,
                )
            )
    network.train()
    return dict(zip(("beat", "downbeat", "metre_right"), np.mean(rows, axis=0).round(4).tolist(), strict=True))


def main() -> int:
    """Train, write, and say how it goes, a line at a time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("songs", type=Path)
    parser.add_argument("--beatnet", type=Path, required=True, help="weights of BeatNet's first model, learned without GTZAN")
    parser.add_argument("--work", type=Path, required=True, help="folder for bands and checkpoints")
    parser.add_argument("--made", type=int, default=500, help="how many patterns are added; the first 40 are validated on")
    parser.add_argument("--seconds", type=float, default=1500.0)
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--batch", type=int, default=6)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=Path, help="checkpoint to go on from")
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parents[2] / "resources" / "beats.safetensors")
    words = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(words.seed)
    random = np.random.default_rng(words.seed)
    causal = CausalNetwork().eval()
    causal.load_state_dict(torch.load(words.beatnet, map_location="cpu", weights_only=True))
    shelf = Shelf(words.work / "cache", causal)
    patterns = [functools.cache(functools.partial(shelf.made, seed)) for seed in range(words.made)]
    speeds = np.random.default_rng(words.seed + 1)
    train = [
        functools.cache(functools.partial(shelf.rendered, path, speed))
        for path in sorted((words.songs / "train").glob("*.json"))
        for speed in (1.0, round(float(speeds.uniform(0.82, 1.22)), 3))
    ]
    valid = [shelf.rendered(path) for path in sorted((words.songs / "valid").glob("*.json"))] + [find() for find in patterns[:40]]
    patterns = patterns[40:]
    network = TemporalNetwork()
    if words.start:
        network.load_state_dict(torch.load(words.start, weights_only=True))
    optimiser = torch.optim.AdamW(network.parameters(), lr=words.rate, weight_decay=0.01)
    mean = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(1 - 1 / MEAN_OF_STEPS), use_buffers=True
    )
    count = sum(p.numel() for p in network.parameters())
    print(f"{len(train)} songs, {len(patterns)} patterns, {len(valid)} to choose by; {count} parameters", flush=True)
    began, best, kept, losses = time.monotonic(), np.inf, copy.deepcopy(network.state_dict()), []
    for step in range(words.steps):
        share = max(step / words.steps, (time.monotonic() - began) / words.seconds)
        if share >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = words.rate * min(1.0, (step + 1) / 50) * (1.0 if share < 0.5 else 0.02 ** ((share - 0.5) / 0.5))
        pieces = [piece(train if train and random.random() < 0.7 else patterns, random) for _ in range(words.batch)]
        value = loss(network(torch.stack([p[0] for p in pieces])), torch.stack([p[1] for p in pieces]), torch.stack([p[2] for p in pieces]))
        optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        mean.update_parameters(network)
        losses.append(float(value.detach()))
        if (step + 1) % 500 == 0:
            found = evaluate(mean.module, valid)
            print(step + 1, f"{time.monotonic() - began:.0f} s, loss {np.mean(losses[-500:]):.4f}", json.dumps(found), flush=True)
            torch.save(mean.module.state_dict(), words.work / "checkpoint.pt")
            if found["beat"] + found["downbeat"] < best:
                best, kept = found["beat"] + found["downbeat"], copy.deepcopy(mean.module.state_dict())
    weights = {f"causal.{name}": value for name, value in causal.state_dict().items()}
    weights |= {f"temporal.{name}": value for name, value in kept.items() if not name.endswith("num_batches_tracked")}
    save_file({name: value.contiguous() for name, value in weights.items()}, words.output, {"metres": " ".join(METRES)})
    print(f"best {best:.4f}, after {len(losses)} steps and {time.monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
