"""Songs to learn from: decoded once, kept as 16-bit floats, divided by artist."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.resample import resample
from mixassistant.stems.drop import open_song
from mixassistant.stems.embedded.bands import RATE_HZ
from mixassistant.stems.look import find_mixes
from mixassistant.stems.stem import ROLES

HELD_OUT, VALIDATION = 20, 8  # songs, at least
SPLIT_SEED = 0


def split(paths: list[Path]) -> tuple[list[Path], list[Path], list[Path]]:
    """Return songs to train on, to choose by, and to test on; an artist ("Artist - Title") is in one of them only."""
    artists: dict[str, list[Path]] = {}
    for path in sorted(paths):
        artists.setdefault(path.name.split(" - ")[0], []).append(path)
    names = sorted(artists)
    random.Random(SPLIT_SEED).shuffle(names)
    test: list[Path] = []
    validation: list[Path] = []
    train: list[Path] = []
    for name in names:
        group = test if len(test) < HELD_OUT else validation if len(validation) < VALIDATION else train
        group.extend(artists[name])
    return train, validation, test


def load(path: Path, cache: Path) -> np.ndarray:
    """Return a song's stems ``[shape=(roles, 2, samples)]`` at RATE_HZ, float16; missing ones are silent."""
    kept = cache / f"{path.name}.npy"
    if not kept.exists():
        stems = open_song(path).role_sums()
        at_rate = {role: resample(audio, RATE_HZ).stereo().samples for role, audio in stems.items()}
        length = max(samples.shape[1] for samples in at_rate.values())
        whole = np.zeros((len(ROLES), 2, length), np.float16)
        for index, role in enumerate(ROLES):
            if role in at_rate:
                whole[index, :, : at_rate[role].shape[1]] = at_rate[role]
        cache.mkdir(parents=True, exist_ok=True)
        np.save(kept, whole)
    return np.load(kept, mmap_mode="r")


def load_all(folder: Path, cache: Path) -> tuple[list[np.ndarray], list[np.ndarray], list[str]]:
    """Return the songs to train on and to choose by, and the names of those held out."""
    train, validation, test = split(find_mixes(folder))
    return [load(p, cache) for p in train], [load(p, cache) for p in validation], [p.name for p in test]


def load_accompaniment(path: Path, cache: Path) -> np.ndarray:
    """Return a recording without drums, bass guitar and voice ``[shape=(2, samples)]``: more to learn "other" from."""
    kept = cache / f"{path.name}.npy"
    if not kept.exists():
        audio: Audio = resample(decode(path), RATE_HZ).stereo()
        cache.mkdir(parents=True, exist_ok=True)
        np.save(kept, audio.samples.astype(np.float16))
    return np.load(kept, mmap_mode="r")
