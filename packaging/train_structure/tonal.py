"""Train the network that hears chords and keys and write ``resources/harmony.safetensors``.

    .venv/bin/python packaging/train_structure/tonal.py SONGS --work /tmp/tonal

`SONGS` has the folders ``train`` and ``valid`` as this folder's generator writes them. One command with a seed; started again it goes on
from its last checkpoint.
"""

# ruff: noqa: TID253 - a program of its own

from __future__ import annotations

import argparse
import ctypes
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from tonal_examples import MARGIN, UNKNOWN, Examples, Song, load_all
from tonal_keys import train_key_head
from tonal_songs import load_or_make, make_noise

from mixassistant.features.tonality.chords import FAMILY
from mixassistant.features.tonality.log_frequency import BINS, PER_SEMITONE
from mixassistant.features.tonality.network import TonalNetwork, each_frame

MEAN_OF_STEPS = 200
WARM_UP = 50
KEY_WEIGHT, FAMILY_WEIGHT, SMOOTHING = 0.4, 1.0, 0.05
RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def keep_memory() -> None:
    """Let freed memory stay with the process: fetching it again for every step takes as long as the arithmetic."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        for option, value in ((-4, 0), (-1, 2**31 - 1), (-2, 2**27)):  # no mmap, never trim, grow by 128 MiB
            libc.mallopt(option, value)


def rate_at(step: int, steps: int) -> float:
    """Return the learning rate of a step, relative to the highest: a rise, then half a cosine."""
    return min(1.0, (step + 1) / WARM_UP) * (0.5 + 0.5 * float(np.cos(np.pi * min(step, steps) / steps))) + 0.005


def families(logits: torch.Tensor) -> torch.Tensor:
    """Return log probabilities of the 24 chords and none from logits of all qualities."""
    belongs = F.one_hot(torch.from_numpy(FAMILY)).to(logits.dtype)
    return (logits.softmax(dim=-1) @ belongs).clamp_min(1e-9).log()


def loss(network: TonalNetwork, spectra: torch.Tensor, chords: torch.Tensor, keys: torch.Tensor) -> tuple[torch.Tensor, dict[str, float]]:
    """Return the cross entropies of chords with and without their sevenths, and of keys where they are known."""
    logits, key_logits = network(spectra)
    full = F.cross_entropy(logits.flatten(0, 1), chords.flatten(), label_smoothing=SMOOTHING)
    logs = families(logits).flatten(0, 1)
    family = F.nll_loss(logs, torch.from_numpy(FAMILY)[chords.flatten()])
    known = keys != UNKNOWN
    key = F.cross_entropy(key_logits[known], keys[known], label_smoothing=SMOOTHING) if known.any() else logits.new_zeros(())
    total = full + FAMILY_WEIGHT * family + KEY_WEIGHT * key
    return total, {"full": full.item(), "family": family.item(), "key": key.item()}


def evaluate(network: TonalNetwork, songs: list[Song]) -> str:
    """Return shares of frames whose chord is right, with and without sevenths, and of songs whose main key is."""
    network.eval()
    right, full, total, keys = 0, 0, 0, []
    with torch.inference_mode():
        for song in songs:
            spectrum = song.spectrum[:, MARGIN * PER_SEMITONE : MARGIN * PER_SEMITONE + BINS].astype(np.float32)
            logits, key = network(torch.from_numpy(np.pad(spectrum, ((0, spectrum.shape[0] % 2), (0, 0)), mode="edge"))[None])
            logits = logits[:, : song.chords.size]
            family = families(logits)[0].argmax(dim=1).numpy()
            right += int((family == FAMILY[song.chords]).sum())
            full += int((logits[0].argmax(dim=1).numpy() == song.chords).sum())
            total += song.chords.size
            if (song.keys != UNKNOWN).any():
                keys.append(int(key[0].argmax()) == np.bincount(song.keys[song.keys != UNKNOWN]).argmax())
    network.train()
    return f"chords {right / max(total, 1):.3f}, with sevenths {full / max(total, 1):.3f}, keys {np.mean(keys or [0]):.3f}"


def train_none_head(network: TonalNetwork, songs: list[Song], noises: list[Song], steps: int, seed: int) -> None:
    """Teach what is no chord, with noise beside the songs; everything but the head that tells it stays as it is."""
    network.eval()
    mixed, optimiser = [*songs, *noises], torch.optim.Adam(network.none.parameters(), lr=5e-3)
    examples, told = Examples(mixed, 8, 192, seed), []
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 5e-3 * (0.5 + 0.5 * float(np.cos(np.pi * step / steps)))
        spectra, chords, _ = examples()
        with torch.no_grad():
            known = network.encode(spectra)
        total = F.cross_entropy(each_frame(network.chords(known)).flatten(0, 1), chords.flatten())
        optimiser.zero_grad(set_to_none=True)
        total.backward()
        optimiser.step()
        told.append(total.item())
    print(f"none: {np.mean(told[:50]):.3f} at first, {np.mean(told[-50:]):.3f} at last", flush=True)


def write(network: torch.nn.Module, path: Path, about: dict[str, str]) -> None:
    """Write a network's weights as 16-bit floats, with a header that says what they are."""
    state = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    save_file(state, path, metadata={"format": "mixassistant-harmony-1", "licence": "GPL-3.0-or-later", **about})
    path.chmod(0o644)  # safetensors leaves it to its owner alone


def main() -> int:
    """Train, write, and say how it goes, a line at a time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("songs", type=Path, help="folder with train and valid")
    parser.add_argument("--work", type=Path, required=True, help="folder for spectra and checkpoints")
    parser.add_argument("--plain", type=int, default=131, help="plain songs that are made beside")
    parser.add_argument("--stop", type=int, help="the step at which to stop for now")
    parser.add_argument("--steps", type=int, default=2200)
    parser.add_argument("--key-steps", type=int, default=2500, help="of the key head alone, at the end")
    parser.add_argument("--none-steps", type=int, default=300, help="of the head that tells that there is no chord, alone, before that")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--frames", type=int, default=192)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, default=RESOURCES / "harmony.safetensors")
    words = parser.parse_args()
    keep_memory()
    torch.set_num_threads(words.threads)
    torch.manual_seed(words.seed)
    train, valid = (load_all(words.songs / part, words.work / "spectra") for part in ("train", "valid"))
    train += [load_or_make(seed, words.work / "spectra") for seed in range(words.plain)]
    network = TonalNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), lr=words.rate, weight_decay=0.02)
    mean = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(1 - 1 / MEAN_OF_STEPS), use_buffers=True
    )
    first, checkpoint = 0, words.work / "checkpoint.pt"
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(kept["network"])
        mean.load_state_dict(kept["mean"])
        optimiser.load_state_dict(kept["optimiser"])
        first = kept["step"]
    print(f"{len(train)} songs, {len(valid)} to watch; {sum(p.numel() for p in network.parameters())} parameters", flush=True)
    examples = Examples(train, words.batch, words.frames, words.seed + first)
    began, told = time.monotonic(), []
    end = min(words.steps, words.stop or words.steps)
    for step in range(first, end):
        for group in optimiser.param_groups:
            group["lr"] = words.rate * rate_at(step, words.steps)
        total, parts = loss(network, *examples())
        optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        mean.update_parameters(network)
        told.append(parts)
        if (step + 1) % 50 == 0 or step + 1 == words.steps:
            means = ", ".join(f"{name} {np.mean([p[name] for p in told]):.3f}" for name in told[0])
            watched = evaluate(mean.module, valid) if (step + 1) % 300 == 0 or step + 1 == words.steps else ""
            print(f"{step + 1} ({time.monotonic() - began:.0f} s): {means} {watched}", flush=True)
            told = []
            state = {"network": network.state_dict(), "mean": mean.state_dict(), "optimiser": optimiser.state_dict()}
            torch.save({**state, "step": step + 1}, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
    if end < words.steps:
        return 0
    noises = [make_noise(seed) for seed in range(len(train) // 3)]
    train_none_head(mean.module, train, noises, words.none_steps, words.seed)
    print(evaluate(mean.module, valid), flush=True)
    train_key_head(mean.module, train, valid, words.key_steps, words.seed)
    write(mean.module, words.output, {"steps": str(words.steps), "seed": str(words.seed), "songs": str(len(train))})
    return 0


if __name__ == "__main__":
    sys.exit(main())
