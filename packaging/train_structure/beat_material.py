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
from mixassistant.features.rhythm.network import METRES

CHUNK = 2048
IGNORED = -100  # a metre that is none of METRES


@dataclass(frozen=True, eq=False)
class Material:
    """Levels of the bands ``[shape=(frames, 136)]`` (float16), beats in frames and their places, and the metre of each frame."""

    levels: NDArray[np.float16]
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


def material(audio: Audio, beats: NDArray[np.float64], metres: list[tuple[float, str]], speed: float) -> Material:
    """Return the material of a song whose beats are in seconds, at a speed."""
    levels = bands_at(audio, speed)
    frames_per_s = BEATS.frames_per_s / speed
    placed = np.column_stack([beats[:, 0] * frames_per_s, beats[:, 1]])
    return Material(levels, placed, _metre_of_frames(metres, len(levels), frames_per_s))


def made(seed: int, cache: Path) -> Material:
    """Return the pattern of a seed."""
    kept = cache / f"made-{seed}.npz"
    if not kept.exists():
        found = song(seed)
        _keep(kept, material(Audio(found.samples[None], 44100), found.beats, [(0.0, found.metre)], 1.0))
    return _load(kept)


def rendered(path: Path, cache: Path, speed: float = 1.0) -> Material:
    """Return a song of ``packaging/train_structure`` from its JSON and the FLAC beside it."""
    kept = cache / f"{path.parent.name}-{path.stem}-{speed:.3f}.npz"
    if not kept.exists():
        truth = json.loads(path.read_text(encoding="utf-8"))
        samples, rate = sf.read(path.with_suffix(".flac"), dtype="float32", always_2d=True)
        metre = truth["metre"]
        metres = [(0.0, metre)] if isinstance(metre, str) else [(float(s), str(m)) for s, m in metre]
        _keep(kept, material(Audio(samples.T.copy(), rate), np.array(truth["beats"], float), metres, speed))
    return _load(kept)


def _keep(path: Path, found: Material) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new.npz")
    np.savez(temporary, levels=found.levels, beats=found.beats, metres=found.metres)
    temporary.replace(path)


def _load(path: Path) -> Material:
    with np.load(path) as kept:
        return Material(kept["levels"], kept["beats"], kept["metres"])
