"""The file that is shipped: half precision, with a header that says what it is."""

# ruff: noqa: TID253 - a program of its own

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file


def write(network: torch.nn.Module, path: Path, about: dict[str, str]) -> None:
    """Write a network's weights as 16-bit floats."""
    state = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    licence = "CC BY-NC-SA 4.0; trained on MUSDB18: not for commercial use"
    save_file(state, path, metadata={"format": "mixassistant-separator-1", "licence": licence, **about})
    path.chmod(0o644)  # safetensors leaves it to its owner alone
