"""Examples to learn from: stems of one song or of several, changed at random, mixed, and summed up in bands.

Everything follows from a seed and the number of the step, so that training can go on where it stopped.
"""

# ruff: noqa: TID253 - a program of its own

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from mixassistant.stems.embedded.bands import BANDS, OVERLAP, RATE_HZ, WINDOW, band_edges_hz

HOP = WINDOW // OVERLAP
BINS = WINDOW // 2 + 1
ROLES = 4
DRUMS, BASS, VOCALS, OTHER = range(ROLES)
STARTS = np.searchsorted(np.arange(BINS) * RATE_HZ / WINDOW, band_edges_hz()[:-1])
BIN_COUNTS = np.diff(np.append(STARTS, BINS))

SAME_SONG = 0.5  # of the examples keep the stems of one song together
FASTEST = 1.25  # resampled: pitch and tempo together
GAIN_DB = 6.0
EQ_DB = 4.0  # standard deviation at each of the six points of a stem's equaliser
SILENT = 0.08  # of the stems
DOUBLED = 0.1  # of the stems have another song's stem of that role added
SWAPPED, MONO, DARK, PUMPED = 0.5, 0.04, 0.06, 0.15
EXTRA_OTHER = 0.08
LONG_SONG = 0.08  # of the picks are from the long songs


@dataclass(frozen=True)
class Batch:
    """What network and loss need of a batch of mixes.

    `mix`: power of mid, power of side, real part of mid × side*, mean logarithm of the power ``[shape=(batch, 4, frames, BANDS)]``,
    as sums over a band's bins. `products`: real parts of role channel × mix channel* ``[shape=(batch, roles, 4, frames, BANDS)]``
    (mid mid, mid side, side mid, side side). `power`: that of each role ``[shape=(batch, roles, frames, BANDS)]``. All relative to
    the mix's mean power of a band and frame.
    """

    mix: torch.Tensor
    products: torch.Tensor
    power: torch.Tensor

    def to(self, device: str) -> Batch:
        """Return the batch on a device."""
        return Batch(self.mix.to(device), self.products.to(device), self.power.to(device))


@dataclass(frozen=True)
class Material:
    """Songs ``[shape=(roles, 2, samples)]`` short and long, and accompaniment ``[shape=(2, samples)]``."""

    songs: Sequence[np.ndarray]
    long_songs: Sequence[np.ndarray] = ()
    accompaniment: Sequence[np.ndarray] = ()


def _sum_bands(values: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(np.add.reduceat(values.numpy(), STARTS, axis=-1))


def spectra(waves: torch.Tensor) -> torch.Tensor:
    """Return spectra of waves ``[shape=(…, samples)]`` as ``[shape=(…, frames, BINS)]``."""
    flat = waves.reshape(-1, waves.shape[-1])
    found = torch.stft(flat, WINDOW, HOP, window=torch.hann_window(WINDOW), center=False, return_complex=True)
    return found.transpose(1, 2).reshape(*waves.shape[:-1], -1, BINS)


def summed_up(stems: torch.Tensor, level: torch.Tensor | None = None) -> Batch:
    """Return a batch from spectra of stems in mid and side ``[shape=(batch, roles, 2, frames, BINS)]``.

    `level` ``[shape=(batch,)]`` stands for what a whole song's level would be beside the excerpt's, as a factor in power.
    """
    whole = stems.sum(1)
    parts = torch.view_as_real(stems)
    real, imaginary = parts[..., 0].contiguous(), parts[..., 1].contiguous()
    whole_real, whole_imaginary = real.sum(1), imaginary.sum(1)
    power = _sum_bands((real**2 + imaginary**2).sum(2))
    products = torch.stack(
        [
            _sum_bands(real[:, :, c] * whole_real[:, None, d] + imaginary[:, :, c] * whole_imaginary[:, None, d])
            for c in (0, 1)
            for d in (0, 1)
        ],
        dim=2,
    )
    bins = whole_real**2 + whole_imaginary**2
    sums = _sum_bands(bins)
    total = bins.sum(1)
    scale = sums.sum(1).mean((1, 2)).clamp(min=1e-12)
    if level is not None:
        scale = scale * level
    # The sum over the roles of what they share with the mix is the mix's own.
    cross = products[:, :, 1].sum(1)
    counts = torch.from_numpy(BIN_COUNTS).float()
    logs = _sum_bands(torch.log(total * BINS / scale[:, None, None] / BANDS + 1e-9)) / counts + torch.log(counts * BANDS / BINS)
    by = scale[:, None, None, None]
    mix = torch.cat([sums / by, (cross[:, None]) / by, logs[:, None]], dim=1)
    del whole
    return Batch(mix, products / by[..., None], power / by)


def _stem(rng: np.random.Generator, source: np.ndarray, start: float, samples: int, speed: float) -> torch.Tensor:
    """Return a stretch of a wave ``[shape=(2, samples)]``, played `speed` times as fast."""
    needed = min(int(np.ceil(samples * speed)) + 2, source.shape[-1])
    first = int(start * (source.shape[-1] - needed))
    piece = torch.from_numpy(source[:, first : first + needed].astype(np.float32))
    if speed != 1.0:
        piece = F.interpolate(piece[None], size=round(needed / speed), mode="linear", align_corners=False)[0]
    return F.pad(piece[:, :samples], (0, max(0, samples - piece.shape[1])))


def _curves(rng: np.random.Generator, count: int, spread_db: float) -> np.ndarray:
    """Return smooth random gains over frequency ``[shape=(count, BINS)]``."""
    octaves = np.log2(np.maximum(np.arange(BINS) * RATE_HZ / WINDOW, 20) / 20)
    points = np.linspace(0, octaves[-1], 6)
    decibels = np.stack([np.interp(octaves, points, rng.normal(0, spread_db, 6)) for _ in range(count)])
    return np.asarray(10 ** (np.clip(decibels, -12, 12) / 20), dtype=np.float32)


def _stems_of_one(rng: np.random.Generator, material: Material, samples: int) -> torch.Tensor:
    """Return stems in left and right ``[shape=(roles, 2, samples)]``."""

    def pick() -> np.ndarray:
        if material.long_songs and rng.random() < LONG_SONG:
            return material.long_songs[rng.integers(len(material.long_songs))]
        return material.songs[rng.integers(len(material.songs))]

    def speed() -> float:
        return 1.0 if rng.random() < 0.25 else float(FASTEST ** rng.uniform(-1, 1))

    together = rng.random() < SAME_SONG
    song, start, pace = pick(), rng.random(), speed()
    stems = []
    for role in range(ROLES):
        if not together:
            song, start, pace = pick(), rng.random(), speed()
        wave = _stem(rng, song[role], start, samples, pace)
        if role == OTHER and material.accompaniment and rng.random() < EXTRA_OTHER:
            own = material.accompaniment[rng.integers(len(material.accompaniment))]
            wave = _stem(rng, own, rng.random(), samples, speed())
        if rng.random() < DOUBLED:
            wave = wave + float(10 ** (rng.uniform(-9, 0) / 20)) * _stem(rng, pick()[role], rng.random(), samples, speed())
        gain = 10 ** (rng.uniform(-GAIN_DB, GAIN_DB) / 20) * (rng.random() >= SILENT)
        wave = wave * float(gain if rng.random() < 0.5 else -gain)
        if rng.random() < SWAPPED:
            wave = wave.flip(0)
        # Turned a little between left and right, and made wider or narrower.
        angle = rng.normal(0, 0.25 if role == OTHER else 0.08)
        turn = torch.tensor([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], dtype=torch.float32)
        wave = turn @ wave
        stems.append(wave)
    return torch.stack(stems)


def make(material: Material, batch: int, frames: int, seed: int, step: int) -> Batch:
    """Return the examples of one step."""
    rng = np.random.default_rng([seed, step])
    samples = (frames - 1) * HOP + WINDOW
    waves = torch.stack([_stems_of_one(rng, material, samples) for _ in range(batch)])
    left, right = waves[:, :, 0], waves[:, :, 1]
    width = torch.from_numpy(np.where(rng.random((batch, ROLES, 1)) < 0.3, 2 ** rng.uniform(-1, 0.7, (batch, ROLES, 1)), 1)).float()
    width = width * torch.from_numpy(rng.random((batch, 1, 1)) >= MONO)
    waves = torch.stack([left + right, (left - right) * width], dim=2) / 2**0.5
    stems = spectra(waves)
    gains = _curves(rng, batch * ROLES, EQ_DB / 2).reshape(batch, ROLES, 1, 1, BINS)
    dark = rng.random(batch) < DARK
    cut = np.exp(rng.uniform(np.log(3000), np.log(16000), batch))
    below = np.arange(BINS) * RATE_HZ / WINDOW < np.where(dark, cut, 1e9)[:, None]
    stems = stems * torch.from_numpy(gains * below[:, None, None, None])
    pumped = torch.from_numpy(rng.random(batch) < PUMPED)
    if bool(pumped.any()):
        energy = (stems.sum(1).abs() ** 2).sum((1, 3))
        smooth = F.avg_pool1d(energy[:, None], 9, 1, 4, count_include_pad=False)[:, 0]
        relative = smooth / smooth.mean(1, keepdim=True).clamp(min=1e-12)
        gain = torch.where(pumped[:, None], (relative + 0.03) ** -0.2, torch.ones(()))
        stems = stems * gain[:, None, None, :, None]
    return summed_up(stems, torch.from_numpy(10 ** (rng.normal(0, 2.5, batch) / 10)).float())


class Examples(torch.utils.data.Dataset[Batch]):
    """The examples of every step, by its number."""

    def __init__(self, material: Material, batch: int, frames: int, seed: int) -> None:
        self.material, self.batch, self.frames, self.seed = material, batch, frames, seed

    def __getitem__(self, step: int) -> Batch:
        return make(self.material, self.batch, self.frames, self.seed, step)


def whole_song(song: np.ndarray) -> Batch:
    """Return a song unchanged, as a batch of one; frames are cut to a multiple of 8."""
    left, right = torch.from_numpy(np.asarray(song, dtype=np.float32)).unbind(1)
    found = spectra(torch.stack([left + right, left - right], dim=1)[None] / 2**0.5)
    return summed_up(found[..., : found.shape[-2] // 8 * 8, :])
