"""The networks of Demucs that separate together: one, or a bag of several such as htdemucs_ft's four.

References
----------
https://github.com/adefossez/demucs (``demucs/remote/htdemucs_ft.yaml``)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixassistant.errors import InputError
from mixassistant.stems.demucs_checkpoint import ROLE_OF_SOURCE, load_network
from mixassistant.stems.stem import ROLES
from mixassistant.stems.weights.store import parts


@dataclass(frozen=True)
class Bag:
    """Networks whose outputs together are one estimate.

    Parameters
    ----------
    networks : tuple of torch.nn.Module
        In float32, ready to run; all of one sample rate, segment length and sources.
    shares : np.ndarray [shape=(networks, roles, sources)], float32
        How much of each network's source goes into each of `ROLES`.
    """

    networks: tuple[Any, ...]
    shares: NDArray[np.float32]

    @property
    def sample_rate_hz(self) -> int:
        """Sample rate of the networks in Hz."""
        return int(self.networks[0].samplerate)

    @property
    def segment(self) -> int:
        """Length of the segments that the networks were trained on, in samples."""
        return int(self.networks[0].segment * self.sample_rate_hz)


def load_bag(path: Path) -> Bag:
    """Return the networks at a path: those of one checkpoint, or of the folder of a bag such as htdemucs_ft.

    As many networks as sources are a fine-tuned bag, of which each makes the source of its place; other numbers are averaged.

    Raises
    ------
    InputError
        As `load_network`, or the networks do not belong together.
    """
    files = parts(path)
    if not files:
        raise InputError("no-checkpoints", f"There is no checkpoint in {path}", "Install the model again")
    networks = tuple(load_network(file) for file in files)
    sources = networks[0].sources
    alike = [(network.sources, network.samplerate, network.segment) for network in networks]
    if any(other != alike[0] for other in alike):
        raise InputError("other-networks", f"The checkpoints in {path} do not belong together", "Install the model again")
    count = len(networks)
    each = np.eye(count) if count == len(sources) else np.full((count, len(sources)), 1 / count)
    roles = np.array([[ROLE_OF_SOURCE[source] == role for source in sources] for role in ROLES])
    return Bag(networks, (each[:, None, :] * roles).astype(np.float32))
