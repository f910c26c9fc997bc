"""Train the key head on whole songs: what the network knows of each pitch class, on average over stretches of all lengths.

The network itself stays as it is. Its knowledge of a stretch is a few hundred numbers, so songs can be gone through many times, turned to
every tonic.
"""

# ruff: noqa: TID253 - a program of its own

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from tonal_examples import MARGIN, UNKNOWN, Song, disturbed

from mixassistant.features.tonality.hearing import QUIET
from mixassistant.features.tonality.log_frequency import BINS, PER_SEMITONE
from mixassistant.features.tonality.network import CLASSES, STRIDE, TonalNetwork

BLOCK = 11  # frames of the network, 2 s
SHORTEST = 4  # blocks
EDGE_DROPPED = 0.25  # how often the first chord, or the last, is not told: a piece may be an excerpt
VARIANTS = 2  # of each song: as it is, and disturbed


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a song in blocks of 2 s: sums ``[blocks, channels, 12]``, frames that play ``[blocks]``, and the key of each."""

    sums: torch.Tensor
    counts: torch.Tensor
    keys: torch.Tensor


def knowledge(network: TonalNetwork, song: Song, random: np.random.Generator | None) -> Known:
    """Return what the network knows of a song; with `random` of the song disturbed."""
    spectrum = song.spectrum[:, MARGIN * PER_SEMITONE : MARGIN * PER_SEMITONE + BINS].astype(np.float32)
    if random is not None:
        spectrum = disturbed(spectrum, random)
    blocks = spectrum.shape[0] // (STRIDE * BLOCK)
    frames = blocks * STRIDE * BLOCK
    plays = torch.from_numpy((spectrum[:frames:STRIDE].max(axis=1) >= QUIET).astype(np.float32))
    with torch.inference_mode():
        known = network.encode(torch.from_numpy(spectrum[:frames])[None])
        summary = network.summary(known, network.chords(known))[0] * plays[:, None]
    sums = summary.reshape(summary.shape[0], blocks, BLOCK, CLASSES).sum(dim=2).transpose(0, 1).clone()
    return Known(sums, plays.reshape(blocks, BLOCK).sum(dim=1), torch.from_numpy(song.keys[: frames : STRIDE * BLOCK].copy()))


def parts(song: Known, own: slice) -> torch.Tensor:
    """Return means over blocks, over the first two of them and the last two, ``[3, channels, 12]``."""
    sums, counts = song.sums[own], song.counts[own]
    playing = counts > 0
    sums, counts = sums[playing], counts[playing]
    return torch.stack([sums[cut].sum(dim=0) / counts[cut].sum() for cut in (slice(None), slice(0, 2), slice(-2, None))])


def batch(songs: list[Known], size: int, random: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what is known of random stretches ``[size, 3, channels, 12]`` (`parts`), turned to random tonics, and their keys."""
    found_parts, keys = [], []
    while len(found_parts) < size:
        song = songs[random.integers(len(songs))]
        blocks = song.keys.numel()
        lasts = blocks if random.random() < 0.6 else int(random.integers(min(SHORTEST, blocks), blocks + 1))
        start = int(random.integers(blocks - lasts + 1))
        own = slice(start, start + lasts)
        found = song.keys[own]
        if not float(song.counts[own].sum()):
            continue
        # A song that modulates has the key that it is in for the longest time.
        key = int(found[found != UNKNOWN].mode().values) if (found != UNKNOWN).any() else UNKNOWN
        if key == UNKNOWN:
            continue
        by = int(random.integers(CLASSES))
        made = parts(song, own).roll(by, dims=2)
        made[1:] *= torch.from_numpy((random.random((2, 1, 1)) > EDGE_DROPPED).astype(np.float32))
        found_parts.append(made)
        keys.append(key // CLASSES * CLASSES + (key % CLASSES + by) % CLASSES)
    return torch.stack(found_parts), torch.tensor(keys)


def train_key_head(network: TonalNetwork, songs: list[Song], watched: list[Song], steps: int, seed: int) -> None:
    """Train the key head in place; print how it goes."""
    random = np.random.default_rng(seed)
    network.eval()
    known = [knowledge(network, song, random if variant else None) for song in songs for variant in range(VARIANTS)]
    aside = [knowledge(network, song, None) for song in watched]
    head = [*network.key_circle.parameters(), *network.key.parameters()]
    network.key_circle.train()
    optimiser = torch.optim.AdamW(head, lr=2e-3, weight_decay=0.05)
    told = []
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * (0.5 + 0.5 * float(np.cos(np.pi * step / steps))) + 1e-5
        found, keys = batch(known, 64, random)
        found = F.dropout(found, 0.1) * (1 + 0.05 * torch.randn(found.shape[:3])[..., None])
        loss = F.cross_entropy(network.keys(*found.unbind(1)), keys, label_smoothing=0.05)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        told.append(loss.item())
        if (step + 1) % 500 == 0 or step + 1 == steps:
            print(f"keys, {step + 1}: {np.mean(told):.3f}, right {right_keys(network, aside):.3f}", flush=True)
            network.key_circle.train()
            told = []
    network.eval()


def right_keys(network: TonalNetwork, songs: list[Known]) -> float:
    """Return the share of songs whose main key is found."""
    network.eval()
    right = []
    with torch.inference_mode():
        for song in songs:
            if (song.keys != UNKNOWN).any() and float(song.counts.sum()):
                told = int(network.keys(*parts(song, slice(None))[:, None])[0].argmax())
                right.append(told == int(song.keys[song.keys != UNKNOWN].mode().values))
    return float(np.mean(right))
