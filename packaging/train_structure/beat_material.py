"""What the beat network learns from: bands of songs made by code, with their beats, kept on disk as they are asked for."""

# ruff: noqa: TID253 - a program of its own

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
import torch
from made_patterns import song
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.features.frames import mono_span
from mixassistant.features.rhythm.filterbank import BEATS, band_weights, loudness_factor
from mixassistant.features.rhythm.network import LN_10, METRES, CausalNetwork, context, features

CHUNK = 2048
IGNORED = -100  # a metre that is none of METRES


@dataclass(frozen=True, eq=False)
class Material:
    """What our network hears ``[shape=(frames, 221)]`` (float16, on disk), beats in frames and their places, the metre of each frame."""

    heard: NDArray[np.float16]
    beats: NDArray[np.float64]
    metres: NDArray[np.int64]


def bands_at(audio: Audio, speed: float) -> NDArray[np.float16]:
    """Return ``log10(1 + band)`` of audio at 44.1 kHz as if it were played at another speed, without another pitch."""
    window = torch.hann_window(BEATS.n_fft)
    weights = torch.from_numpy(band_weights())
    centres = np.round(np.arange(int(audio.length / (BEATS.hop * speed)) + 1) * BEATS.hop * speed).astype(int)
    mono = torch.from_numpy(mono_span(audio, 0, audio.length // BEATS.hop + 3, BEATS))
    rows = []
    for start in range(0, centres.size, CHUNK):
        index = torch.from_numpy(centres[start : start + CHUNK, None] + np.arange(BEATS.n_fft))
        rows.append((torch.fft.rfft(mono[index] * window).abs() @ weights).numpy())
    bands = np.concatenate(rows)
    return np.log10(1 + bands * loudness_factor(bands)).astype(np.float16)


def _metre_of_frames(found: list[tuple[float, str]], frames: int, frames_per_s: float) -> NDArray[np.int64]:
    metres = np.full(frames, IGNORED)
    for start_s, name in found:
        metres[max(int(start_s * frames_per_s), 0) :] = METRES.index(name) if name in METRES else IGNORED
    return metres


def heard_from(levels: NDArray[np.float16], network: CausalNetwork, random: np.random.Generator | None) -> NDArray[np.float16]:
    """Return what our network hears of levels; with `random`, of another gain and equaliser."""
    bands = torch.expm1(torch.from_numpy(levels).float() * LN_10)
    if random is not None:
        count = bands.shape[1]
        gain_db = np.interp(np.linspace(0, 7, count), np.arange(8), random.normal(0, 4, 8)) + random.normal(0, 4)
        if random.random() < 0.15:  # a low or a high pass
            edge = int(random.integers(20, 60))
            gain_db += np.where((np.arange(count) < edge) == (random.random() < 0.5), -30, 0)
        bands *= torch.from_numpy(10 ** (gain_db / 20)).float()
    with torch.inference_mode():
        x = features(bands)
        logits, memory = network(x[None])
        return context(x, logits[0], memory[0]).half().numpy()


@dataclass(frozen=True, eq=False)
class Shelf:
    """Where songs come from and are kept as they are asked for."""

    folder: Path
    network: CausalNetwork

    def made(self, seed: int) -> Material:
        """Return the pattern of a seed; every second one through an equaliser."""
        kept = self.folder / f"made-{seed}.npz"
        if not kept.exists():
            found = song(seed)
            levels = bands_at(Audio(found.samples[None], 44100), 1.0)
            self._keep(kept, levels, found.beats, [(0.0, found.metre)], 1.0)
        return self._load(kept, np.random.default_rng(seed) if seed % 2 else None)

    def rendered(self, path: Path, speed: float = 1.0) -> Material:
        """Return a song of ``packaging/train_structure`` from its JSON and the FLAC beside it; at another speed through an equaliser."""
        kept = self.folder / f"{path.parent.name}-{path.stem}-{speed:.3f}.npz"
        if not kept.exists():
            truth = json.loads(path.read_text(encoding="utf-8"))
            samples, rate = sf.read(path.with_suffix(".flac"), dtype="float32", always_2d=True)
            metre = truth["metre"]
            metres = [(0.0, metre)] if isinstance(metre, str) else [(float(s), str(m)) for s, m in metre]
            self._keep(kept, bands_at(Audio(samples.T.copy(), rate), speed), np.array(truth["beats"], float), metres, speed)
        return self._load(kept, np.random.default_rng(int(path.stem)) if speed != 1 else None)

    def _keep(
        self, path: Path, levels: NDArray[np.float16], beats: NDArray[np.float64], metres: list[tuple[float, str]], speed: float
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        frames_per_s = BEATS.frames_per_s / speed
        placed = np.column_stack([beats[:, 0] * frames_per_s, beats[:, 1]])
        temporary = path.with_suffix(".new.npz")
        np.savez(temporary, levels=levels, beats=placed, metres=_metre_of_frames(metres, len(levels), frames_per_s))
        temporary.replace(path)

    def _load(self, path: Path, random: np.random.Generator | None) -> Material:
        heard = path.with_suffix(".npy")
        with np.load(path) as kept:
            if not heard.exists():
                np.save(heard, heard_from(kept["levels"], self.network, random))
            return Material(np.load(heard, mmap_mode="r"), kept["beats"], kept["metres"])
