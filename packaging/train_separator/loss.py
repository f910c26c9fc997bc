"""How wrong the matrices are, from sums in bands alone: exact for matrices that are constant over a band's bins."""

# ruff: noqa: TID253 - a program of its own

from __future__ import annotations

import numpy as np
import torch
from examples import Batch

from mixassistant.stems.embedded.bands import band_centres_hz

SILENCE = 1e-3  # of the mix's power: below it a stem is silent, and what is left in it weighs no more
BAND_SILENCE = 1e-2
DETAIL_WEIGHT, LEVEL_WEIGHT, BAND_WEIGHT = 0.3, 0.35, 0.2
ABSENT_WEIGHT = 0.3


def third_octaves() -> torch.Tensor:
    """Return which bands belong to which third of an octave ``[shape=(BANDS, thirds)]``, 40 Hz to 16 kHz."""
    third = np.round(3 * np.log2(np.maximum(band_centres_hz(), 10) / 1000))
    return torch.from_numpy((third[:, None] == np.arange(-14, 13)).astype(np.float32))


def k_weighting() -> torch.Tensor:
    """Return about what loudness makes of each band's power (ITU-R BS.1770)."""
    f = band_centres_hz()
    return torch.from_numpy((f**2 / (f**2 + 50**2)) ** 2 * 10 ** (0.4 / (1 + (1500 / f) ** 3))).float()


THIRDS = third_octaves()
LOUDNESS = k_weighting()


def energies(matrices: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Return power of the estimates and of their errors ``[shape=(batch, roles, frames, BANDS)]``."""
    mid, side, cross = (batch.mix[:, None, index] for index in range(3))
    mm, ms, sm, ss = matrices.unbind(2)
    estimate = (mm**2 + sm**2) * mid + (ms**2 + ss**2) * side + 2 * (mm * ms + sm * ss) * cross
    return estimate, batch.power + estimate - 2 * (matrices * batch.products).sum(2)


def scores(matrices: torch.Tensor, batch: Batch) -> dict[str, torch.Tensor]:
    """Return SDR, error of loudness, mean absolute error of third octaves (dB) and presence ``[shape=(batch, roles)]``."""
    thirds, loudness = THIRDS.to(matrices.device), LOUDNESS.to(matrices.device)
    estimate, error = energies(matrices, batch)
    whole = (batch.mix[:, 0] + batch.mix[:, 1])[:, None]
    total = whole.sum((2, 3)) + 1e-6
    true_sum, error_sum = batch.power.sum((2, 3)), error.sum((2, 3)).clamp(min=0)
    present = true_sum > 1e-3 * total
    sdr = -10 * torch.log10((error_sum + SILENCE * total) / (true_sum + SILENCE * total))
    absent = 10 * torch.log10((error_sum + SILENCE * total) / (SILENCE * total))
    true_thirds, found_thirds, error_thirds = (e.sum(2) @ thirds for e in (batch.power, estimate, error))
    mix_thirds = whole.sum(2) @ thirds
    quiet = BAND_SILENCE * mix_thirds + 1e-6 * total[..., None]
    audible = (mix_thirds > 1e-5 * mix_thirds.amax(2, keepdim=True)).float()
    detail = 10 * torch.log10((error_thirds.clamp(min=0) + quiet) / (true_thirds + quiet))
    heard = (true_thirds > 1e-4 * true_thirds.amax(2, keepdim=True)).float() * audible
    trace = 1e-8 * total[..., None]
    bands = (10 * torch.log10((found_thirds + trace) / (true_thirds + trace))).abs()
    loud_true, loud_found = ((e.sum(2) * loudness).sum(2) + 1e-6 * total for e in (batch.power, estimate))
    return {
        "sdr": sdr,
        "absent": absent,
        "present": present,
        "level": 10 * torch.log10(loud_found / loud_true),
        "bands": (bands * heard).sum(2) / heard.sum(2).clamp(min=1),
        "detail": (detail * audible).sum(2) / audible.sum(2).clamp(min=1),
    }


def loss(matrices: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Return what training makes small: minus SDR, with the errors in detail, level and spectrum, all in dB."""
    found = scores(matrices, batch)
    # A stem near silence would ask for its level to within nothing.
    level = found["level"].abs().clamp(max=12)
    there = -found["sdr"] + LEVEL_WEIGHT * level + BAND_WEIGHT * found["bands"].clamp(max=20)
    either = torch.where(found["present"], there, ABSENT_WEIGHT * found["absent"])
    return (either + DETAIL_WEIGHT * found["detail"]).mean()
