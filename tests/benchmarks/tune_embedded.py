"""Fit the constants of the separation by rules again and print them, on songs with true stems.

Run it as ``python tests/benchmarks/tune_embedded.py SONGS``, SONGS being a folder of NI ``.stem.mp4`` files such as
MUSDB18's. Every third song is held out; its medians are printed too. The loss of a song is the mean over its stems of minus
the SDR in dB, plus 0.4 times the error of level in dB, plus 0.2 times the mean error of the third-octave spectrum in dB where
the stem is within 40 dB of its loudest band; all from the masked spectrogram. Seeded.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from mixassistant.audio.audio import mix
from mixassistant.stems.drop import open_song
from mixassistant.stems.embedded import rules
from mixassistant.stems.embedded.frames import OVERLAP, frame_count, spectra
from mixassistant.stems.look import find_mixes
from mixassistant.stems.stem import ROLES

BINS = 1500  # up to 16 kHz
STEPS, BATCH, RATE = 800, 6, 0.05
LEVEL_WEIGHT, BAND_WEIGHT = 0.4, 0.2
ORDER = (*rules.MASKED, "other")


@dataclass(frozen=True)
class Song:
    """What the loss needs: power of the mix, its product with each stem, spectra of the stems, cues."""

    power: torch.Tensor
    products: torch.Tensor
    spectra: torch.Tensor
    cues: torch.Tensor


def prepare(path: Path) -> Song:
    stems = open_song(path).role_sums()
    whole = mix(list(stems.values()))
    window = rules.WINDOW
    frames = frame_count(whole.length, window // OVERLAP)
    whole_spectra = spectra(whole.samples, 0, frames, window)
    context = rules.CONTEXT_FRAMES
    around = np.clip(np.arange(-context, frames + context), 0, frames - 1)
    power = (np.abs(whole_spectra) ** 2).sum(axis=0)
    cues = rules._cues(whole_spectra, around, np.float32(rules.FLOOR * power.mean()), is_mono=False)
    products, stem_spectra = [], []
    for role in ORDER:
        stem = spectra(stems[role].samples, 0, frames, window) if role in stems else np.zeros_like(whole_spectra)
        products.append((whole_spectra * stem.conj()).real.sum(axis=0)[:, :BINS])
        stem_spectra.append((np.abs(stem) ** 2).sum(axis=(0, 1))[:BINS])
    as_tensor = torch.from_numpy
    return Song(
        as_tensor(power[:, :BINS].copy()),
        as_tensor(np.stack(products)),
        as_tensor(np.stack(stem_spectra)),
        as_tensor(np.stack(cues)[..., :BINS].copy()),
    )


class Constants(torch.nn.Module):
    """The constants of `mixassistant.stems.embedded.rules`, from its present ones on."""

    def __init__(self) -> None:
        super().__init__()
        self.cue_weights = torch.nn.Parameter(torch.from_numpy(rules.CUE_WEIGHTS.copy()))
        self.tilt_weights = torch.nn.Parameter(torch.from_numpy(rules.TILT_WEIGHTS).float())
        self.edges = torch.nn.Parameter(torch.tensor([rules.BASS_EDGE, rules.VOCAL_EDGE]))
        frequency = torch.arange(BINS).clamp(min=1) * 44100 / rules.WINDOW
        self.octave = torch.log2(frequency / 1000)

    def forward(self, cues: torch.Tensor) -> torch.Tensor:
        """Return the four masks ``[shape=(4, frames, bins)]``."""
        sharp, softplus = rules.EDGE_SHARPNESS, torch.nn.functional.softplus
        tilt = self.tilt_weights @ torch.stack([self.octave, self.octave**2])
        bass = self.edges[0, 1] * softplus(sharp * (self.octave - self.edges[0, 0]))
        vocals = self.edges[1, 1] * softplus(sharp * (self.edges[1, 0] - self.octave))
        by_frequency = tilt - torch.stack([torch.zeros(BINS), bass, vocals]) + self.cue_weights[:, :1]
        evidence = torch.einsum("sk,ktf->stf", self.cue_weights[:, 1:], cues) + by_frequency[:, None]
        return torch.softmax(torch.cat([evidence, torch.zeros_like(evidence[:1])]), dim=0)


def third_octaves() -> torch.Tensor:
    """Return which bins belong to which band ``[shape=(bins, bands)]``, 50 Hz to 12.5 kHz."""
    band = np.round(3 * np.log2(np.maximum(np.arange(BINS), 1) * 44100 / rules.WINDOW / 1000))
    return torch.from_numpy((band[:, None] == np.arange(-13, 12)).astype(np.float32))


def scores(song: Song, constants: Constants, bands: torch.Tensor) -> torch.Tensor:
    """Return SDR, error of level and mean error of the bands in dB ``[shape=(3, stems)]``; NaN for stems that are not there."""
    masks = constants(song.cues)
    estimates = (masks**2 * song.power).sum(1)
    energies = song.spectra.sum(1)
    errors = energies + estimates.sum(1) - 2 * (masks * song.products).sum((1, 2))
    sdr = 10 * torch.log10(energies / torch.maximum(errors, 1e-6 * energies.sum()))
    true_bands, bands_found = song.spectra @ bands, estimates @ bands
    heard = true_bands > 1e-4 * true_bands.amax(1, keepdim=True)
    band_errors = (10 * torch.log10((bands_found + 1e-9 * energies.sum()) / (true_bands + 1e-9 * energies.sum()))).abs()
    by_stem = (band_errors * heard).sum(1) / heard.sum(1).clamp(min=1)
    found = torch.stack([sdr, 10 * torch.log10(estimates.sum(1) / energies), by_stem])
    there = energies > 1e-4 * energies.sum()
    return torch.where(there, found, torch.nan)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("songs", type=Path)
    songs = [prepare(path) for path in find_mixes(parser.parse_args().songs)]
    held_out, tuned_on = songs[::3], [song for index, song in enumerate(songs) if index % 3]
    bands = third_octaves()
    constants, generator = Constants(), torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(constants.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _step in range(STEPS):
        optimizer.zero_grad()
        for index in torch.randperm(len(tuned_on), generator=generator)[:BATCH].tolist():
            found = scores(tuned_on[index], constants, bands)
            sdr, level, band = found[:, ~found[0].isnan()]
            loss = -sdr.clamp(min=-15).mean() + LEVEL_WEIGHT * level.abs().mean() + BAND_WEIGHT * band.mean()
            (loss / BATCH).backward()
        optimizer.step()
        schedule.step()
    for name, value in constants.named_parameters():
        print(name, np.round(value.detach().numpy(), 3).tolist())
    with torch.no_grad():
        medians = torch.stack([scores(song, constants, bands) for song in held_out]).nanmedian(dim=0).values
    for name, values in zip(("SDR", "level error", "band error"), medians, strict=True):
        print(f"held out, {name} in dB:", dict(zip(ORDER, np.round(values.numpy(), 2).tolist(), strict=True)))


if __name__ == "__main__":
    assert set(ORDER) == set(ROLES)
    main()
