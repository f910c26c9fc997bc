"""Transients against what is sustained, and the sharp s-sounds of a voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.frames import FINE, Chunk, reduces
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import Representations
from mixassistant.features.steps import STEP_S, steps

if TYPE_CHECKING:
    import torch

SUSTAIN_S = 0.15  # length of the sliding median that takes transients away
FLOOR_DB = -60.0
SIBILANT_HZ = (5000.0, 10_000.0)
VOICE_HZ = (300.0, 4000.0)
FEWEST_FRAMES = 20
SIBILANT_PERCENTILE = 95  # s-sounds fill some 5 to 10 % of a voice's time


@reduces("sibilant", FINE)
def sibilant_frames(chunk: Chunk) -> torch.Tensor:
    """Return the power of the s-sounds' band and of the voice's, ``[shape=(count, 2)]``."""
    import torch

    low = [round(hz / (44100 / FINE.n_fft)) for hz in (*SIBILANT_HZ, *VOICE_HZ)]
    return torch.stack([chunk.power[:, low[0] : low[1]].sum(dim=1), chunk.power[:, low[2] : low[3]].sum(dim=1)], dim=1)


@extracts(
    Descriptor("transients", "Transients", "dB", (-60, 60), 0.5, "Energy of attacks over what is sustained: high is punchy.",
               "Energy above a 150 ms sliding median over the energy below it", method="In steps of 5.8 ms of the mono downmix"),
    Descriptor("sibilance", "Sibilance", "dB", (-60, 40), 0.5, "Level of the s-sounds relative to the voice.",
               "P95 of the level at 5–10 kHz over the median level at 0.3–4 kHz", scopes=("stem",), roles=("vocals",),
               method="Over active frames of 46 ms"),
)  # fmt: skip
def transients(shared: Representations) -> dict[str, Measurement]:
    """Measure transients and sibilance."""
    if shared.is_silent:
        return {"transients": SILENCE, "sibilance": SILENCE}
    return {"transients": _transients(shared), "sibilance": _sibilance(shared)}


def _transients(shared: Representations) -> Measurement:
    from scipy.ndimage import median_filter

    power = shared.once(steps).power
    length = 2 * round(SUSTAIN_S / STEP_S / 2) + 1
    if power.size < 4 * length:
        return Measurement(None, "shorter than 0.6 s")
    sustained = np.minimum(power, median_filter(power, length, mode="nearest"))
    attack, rest = float((power - sustained).sum()), float(sustained.sum())
    if attack <= 0 and rest <= 0:
        return Measurement(None, "its channels cancel out in mono")
    return Measurement(float(np.clip(10 * np.log10(max(attack, 1e-20) / max(rest, 1e-20)), FLOOR_DB, -FLOOR_DB)))


def _sibilance(shared: Representations) -> Measurement:
    sharp, voice = shared.frames("sibilant")[shared.active_frames(FINE)].T.astype(np.float64)
    usual = float(np.median(voice)) if voice.size >= FEWEST_FRAMES else 0.0
    if usual <= 0:
        return Measurement(None, "there is too little voice")
    loud = float(np.percentile(sharp, SIBILANT_PERCENTILE))
    return Measurement(float(np.clip(10 * np.log10(max(loud, 1e-20) / usual), FLOOR_DB, 40)))
