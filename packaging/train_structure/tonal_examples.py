"""Songs with known chords and keys as examples for the tonal network: spectra that are kept on disk, and what chance makes of them."""

# ruff: noqa: TID253 - a program of its own

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mixassistant.audio.decode import decode
from mixassistant.features.representations import Representations
from mixassistant.features.tonality.chords import QUALITIES, SEVENTHS
from mixassistant.features.tonality.hpcp import NAMES
from mixassistant.features.tonality.key import LABELS
from mixassistant.features.tonality.log_frequency import BINS, FRAMES_PER_S, PER_SEMITONE, log_spectrum
from mixassistant.features.tonality.spectra import mono

MARGIN = 6  # semitones: shifts reach as far
NONE = len(SEVENTHS) - 1
UNKNOWN = -1  # of a key
SIMPLER = {"5": "", "sus4": "", "6": "", "9": "7", "m9": "m7"}  # chords of the chart that the network has no name for
LABEL = re.compile(r"([A-G][♯♭]?)(.*)")


@dataclass(frozen=True, eq=False)
class Song:
    """A song's spectrum with `MARGIN` semitones on both sides ``[frames, bins]``, and for each frame its chord and key."""

    name: str
    spectrum: NDArray[np.float16]
    chords: NDArray[np.int64]
    keys: NDArray[np.int64]


def chord_index(label: str) -> int:
    """Return the place in `SEVENTHS` of a chord of the chart.

    Raises
    ------
    ValueError
        There is no such chord.
    """
    if label == "N":
        return NONE
    found = LABEL.fullmatch(label)
    if found is None:
        raise ValueError(f"{label!r} is no chord")
    root, quality = found.groups()
    return 12 * QUALITIES.index(SIMPLER.get(quality, quality)) + NAMES.index(root)


def by_frame(spans: list[list[Any]], indices: list[int], frames: int, before: int) -> NDArray[np.int64]:
    """Return the index that holds in the middle of each frame; `before` where the first has not begun."""
    starts = np.array([start for start, _ in spans])
    place = np.searchsorted(starts, np.arange(frames) / FRAMES_PER_S, side="right") - 1
    return np.where(place < 0, before, np.array([*indices, before])[place])


def load(path: Path, cache: Path) -> Song:
    """Return a song from its ``.flac`` and ``.json``; its spectrum is computed once and kept in `cache`."""
    kept = cache / f"{path.parent.name}-{path.stem}.npy"
    truth = json.loads(path.with_suffix(".json").read_text("utf-8"))
    if kept.exists():
        spectrum = np.load(kept)
    else:
        wave = mono(Representations(decode(path)))
        spectrum = log_spectrum(wave, truth["tuning_cents"] or 0.0, MARGIN).astype(np.float16)
        cache.mkdir(parents=True, exist_ok=True)
        np.save(kept.with_suffix(".new.npy"), spectrum)
        kept.with_suffix(".new.npy").replace(kept)
    frames = spectrum.shape[0]
    spans = truth["sevenths"] or [[0.0, "N"]]
    chords = by_frame(spans, [chord_index(label) for _, label in spans], frames, NONE)
    keys = truth["keys"] or []
    known = by_frame(keys, [LABELS.index(label) for _, label in keys], frames, UNKNOWN) if keys else np.full(frames, UNKNOWN)
    if keys:
        known[: int(keys[0][0] * FRAMES_PER_S) + 1] = LABELS.index(keys[0][1])
    return Song(path.stem, spectrum, chords, known)


def load_all(folder: Path, cache: Path) -> list[Song]:
    """Return all songs of a folder whose sound and truth are there."""
    return [load(path, cache) for path in sorted(folder.glob("*.flac")) if path.with_suffix(".json").exists()]


class Examples:
    """Batches of stretches of songs, shifted, equalised and disturbed at random.

    Parameters
    ----------
    songs : list of Song
    batch, frames : int
    seed : int
    """

    def __init__(self, songs: list[Song], batch: int, frames: int, seed: int) -> None:
        self.songs, self.batch, self.frames = songs, batch, frames
        self.random = np.random.default_rng(seed)

    def __call__(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return spectra ``[batch, frames, BINS]``, chords ``[batch, frames]`` and keys ``[batch]`` (`UNKNOWN`: several, or none)."""
        made = [self._one() for _ in range(self.batch)]
        spectra, chords, keys = zip(*made, strict=True)
        return torch.from_numpy(np.stack(spectra)), torch.from_numpy(np.stack(chords)), torch.tensor(keys)

    def _one(self) -> tuple[NDArray[np.float32], NDArray[np.int64], int]:
        random = self.random
        song = self.songs[random.integers(len(self.songs))]
        start = int(random.integers(max(1, song.spectrum.shape[0] - self.frames)))
        piece = song.spectrum[start : start + self.frames].astype(np.float32)
        chords, keys = song.chords[start : start + self.frames], song.keys[start : start + self.frames]
        missing = self.frames - piece.shape[0]
        if missing:
            piece = np.pad(piece, ((0, missing), (0, 0)), mode="minimum")
            chords, keys = np.pad(chords, (0, missing), constant_values=NONE), np.pad(keys, (0, missing), mode="edge")
        by = int(random.integers(-MARGIN, MARGIN))
        fine = float(random.normal(0, 0.15))  # thirds of a semitone: an estimate of the tuning is off by some cents
        place = np.arange(BINS) + (MARGIN - by) * PER_SEMITONE - fine
        below = np.floor(place).astype(int)
        share = (place - below).astype(np.float32)
        below = np.clip(below, 0, piece.shape[1] - 2)
        piece = piece[:, below] * (1 - share) + piece[:, below + 1] * share
        spectrum = disturbed(piece, random)
        key = int(keys[0]) if (keys == keys[0]).all() else UNKNOWN
        return spectrum, turned(chords, by, NONE), int(turned(np.array([key]), by, UNKNOWN)[0])


def turned(indices: NDArray[np.int64], semitones: int, kept: int) -> NDArray[np.int64]:
    """Return indices of chords or keys (twelve to a kind) some semitones higher; `kept` stays."""
    return np.where(indices == kept, kept, indices // 12 * 12 + (indices % 12 + semitones) % 12)


def disturbed(spectrum: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Return a log spectrum through an equalizer, with noise, strokes and a band limit, at its own level again."""
    octave = np.linspace(0, 6, BINS, dtype=np.float32)
    curve = float(random.normal(0, 0.25)) * (octave - 3)
    for cycles in (1, 2, 4):
        curve = curve + float(random.normal(0, 0.5)) * np.sin(np.pi * cycles * octave / 6 + float(random.uniform(0, 2 * np.pi)))
    spectrum = spectrum + curve.astype(np.float32)
    if random.random() < 0.15:  # a bass alone, or a telephone
        edge = float(random.uniform(1.5, 4.5))
        side = 1 if random.random() < 0.5 else -1
        spectrum = spectrum - np.maximum(side * (octave - edge), 0) * 4
    magnitude = np.exp(spectrum)
    loud = float(np.quantile(magnitude.max(axis=1), 0.9))
    if random.random() < 0.7:
        level = loud * 10 ** float(random.uniform(-3.0, -0.8)) * np.exp(float(random.normal(0, 0.3)) * (octave - 3))
        fading = np.ones((spectrum.shape[0], 1), np.float32)
        if random.random() < 0.5:  # strokes that ring for a moment
            strokes = (random.random(spectrum.shape[0]) < 0.12) * random.uniform(1, 6, spectrum.shape[0])
            for frame in range(1, strokes.size):
                strokes[frame] = max(strokes[frame], 0.5 * strokes[frame - 1])
            fading = (0.2 + strokes)[:, None]
        rough = random.rayleigh(0.8, spectrum.shape)
        magnitude = np.sqrt(magnitude**2 + (level * fading * rough) ** 2)
    loud = max(float(np.quantile(magnitude.max(axis=1), 0.9)), 1e-9)
    return np.log(np.maximum(magnitude / loud, 1e-4)).astype(np.float32)
