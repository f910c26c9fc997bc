"""Networks of Demucs' architecture that are small and untrained, and checkpoints of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from demucs.htdemucs import HTDemucs

from mixassistant.audio.audio import Audio

RATE = 44100
SEGMENT_S = Fraction(3, 2)
SMALL: dict[str, Any] = {
    "sources": ["drums", "bass", "other", "vocals"],
    "channels": 4,
    "bottom_channels": 8,
    "t_layers": 1,
    "t_heads": 2,
    "dconv_comp": 2,
    "segment": SEGMENT_S,
}


def untrained(seed: int = 11, **changes: Any) -> HTDemucs:
    """Return a network with random weights."""
    torch.manual_seed(seed)
    return HTDemucs(**(SMALL | changes)).eval()


def package(network: HTDemucs, **more: Any) -> dict[str, Any]:
    """A checkpoint as the published ones are: half precision, a fraction, NumPy scalars among the training arguments."""
    args, kwargs = network._init_args_kwargs
    state = {name: value.half() for name, value in network.state_dict().items()}
    training = {"lr": np.float64(3e-4), "epochs": np.int64(360)}
    return {"klass": HTDemucs, "args": args, "kwargs": kwargs, "state": state, "training_args": training} | more


def noise(duration_s: float, rate: int = RATE, channels: int = 2) -> Audio:
    """Return white noise 20 dB below full scale."""
    return Audio((0.1 * np.random.default_rng(4).standard_normal((channels, int(duration_s * rate)))).astype(np.float32), rate)


def save(path: Path, **changes: Any) -> Path:
    """Write a checkpoint of a small network."""
    torch.save(package(untrained(**changes)), path)
    return path
