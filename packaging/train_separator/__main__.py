"""Train the network of the embedded separator and write ``resources/separator.safetensors``.

    .venv/bin/python packaging/train_separator ../shared/data/musdb18-7s/train --work /tmp/separator

One command with a seed; started again it goes on from its last checkpoint. It runs on a graphics card where there is one. The
learning rate rises, stays, and falls over the last part of the steps; the weights kept are a running mean.
"""

# ruff: noqa: TID253 - a program of its own

from __future__ import annotations

import argparse
import ctypes
import json
import sys
import time
from pathlib import Path

import torch
from examples import Examples, Material, whole_song
from loss import loss, scores
from songs import load, load_accompaniment, load_all
from weights import write

from mixassistant.stems.embedded.network import SeparatingNetwork
from mixassistant.stems.stem import ROLES

MEAN_OF_STEPS = 300
WARM_UP = 100
LAST_RATE = 0.02


def keep_memory(_worker: int = 0) -> None:
    """Let freed memory stay with the process: fetching it again for every step takes as long as the arithmetic."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        for option, value in ((-4, 0), (-1, 2**31 - 1), (-2, 2**27)):  # no mmap, never trim, grow by 128 MiB
            libc.mallopt(option, value)


def rate_at(step: int, steps: int, falling: float) -> float:
    """Return the learning rate of a step, relative to the highest."""
    start = steps * (1 - falling)
    if step < start:
        return min(1.0, (step + 1) / WARM_UP)
    return LAST_RATE ** min(1.0, (step - start) / max(1.0, steps - start))


def evaluate(network: torch.nn.Module, songs: list, device: str) -> dict[str, list[float]]:
    """Return medians over songs by role."""
    network.eval()
    with torch.inference_mode():
        found = [{k: v[0] for k, v in scores(network(song.mix.to(device)).cpu(), song).items()} for song in songs]
    network.train()
    absent = torch.tensor(float("nan"))
    medians = {}
    for name in ("sdr", "level", "bands"):
        values = torch.stack([torch.where(f["present"], f[name].abs() if name == "level" else f[name], absent) for f in found])
        medians[name] = [round(float(v), 2) for v in values.nanmedian(0).values]
    return medians


def main() -> int:
    """Train, write, and say how it goes, a line at a time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("songs", type=Path, help="folder of NI .stem.mp4 files")
    parser.add_argument("--work", type=Path, required=True, help="folder for decoded songs and checkpoints")
    parser.add_argument("--long-songs", type=Path, nargs="*", default=[], help="folders of stems")
    parser.add_argument("--accompaniment", type=Path, nargs="*", default=[], help="recordings that are all 'other'")
    parser.add_argument("--steps", type=int, default=6400)
    parser.add_argument("--falling", type=float, default=0.35, help="share of the steps in which the learning rate falls")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--frames", type=int, default=128)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1, help="of the training process; another one makes the examples")
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parents[2] / "resources" / "separator.safetensors")
    words = parser.parse_args()
    keep_memory()
    torch.set_num_threads(words.threads)
    torch.manual_seed(words.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    cache = words.work / "songs"
    train, validation, held_out = load_all(words.songs, cache)
    material = Material(train, [load(p, cache) for p in words.long_songs], [load_accompaniment(p, cache) for p in words.accompaniment])
    chosen_by = [whole_song(song) for song in validation]
    print(f"{len(train)} songs to train on, {len(validation)} to choose by, {len(held_out)} held out; {device}", flush=True)
    network = SeparatingNetwork().to(device).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=words.rate, weight_decay=0.02)
    mean = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(1 - 1 / MEAN_OF_STEPS), use_buffers=True
    )
    first = 0
    checkpoint = words.work / "checkpoint.pt"
    if checkpoint.exists():
        kept = torch.load(checkpoint, map_location=device, weights_only=True)
        network.load_state_dict(kept["network"])
        mean.load_state_dict(kept["mean"])
        optimiser.load_state_dict(kept["optimiser"])
        first = kept["step"]
    print(f"{sum(p.numel() for p in network.parameters())} parameters, from step {first} of {words.steps}", flush=True)

    def save(step: int) -> None:
        state = {"network": network.state_dict(), "mean": mean.state_dict(), "optimiser": optimiser.state_dict(), "step": step}
        torch.save(state, checkpoint.with_suffix(".new"))
        checkpoint.with_suffix(".new").replace(checkpoint)

    began, losses = time.monotonic(), []
    examples = Examples(material, words.batch, words.frames, words.seed)
    loader = torch.utils.data.DataLoader(
        examples, batch_size=None, sampler=range(first, words.steps), num_workers=1, prefetch_factor=4, worker_init_fn=keep_memory
    )
    for step, batch in enumerate(loader, first):
        batch = batch.to(device)
        for group in optimiser.param_groups:
            group["lr"] = words.rate * rate_at(step, words.steps, words.falling)
        with torch.autocast(device, dtype=torch.bfloat16):
            matrices = network(batch.mix)
        value = loss(matrices.float(), batch)
        optimiser.zero_grad()
        value.backward()
        norm = torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        if torch.isfinite(norm):
            optimiser.step()
        if step >= WARM_UP:
            mean.update_parameters(network)
        losses.append(float(value.detach()))
        if (step + 1) % 100 == 0:
            pace = (time.monotonic() - began) / (step + 1 - first)
            print(f"step {step + 1}: loss {sum(losses[-100:]) / len(losses[-100:]):.3f}, {pace:.2f} s a step", flush=True)
        if (step + 1) % 200 == 0 or step + 1 == words.steps:
            save(step + 1)
            print(json.dumps({"step": step + 1, **evaluate(mean.module, chosen_by, device)}), flush=True)
    write(mean.module, words.output, {"steps": str(words.steps), "seed": str(words.seed), "held_out": json.dumps(held_out)})
    print(ROLES, evaluate(mean.module, chosen_by, device), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
