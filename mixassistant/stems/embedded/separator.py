"""The choice between the network and the rules, under the one name that a stem carries."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mixassistant import paths
from mixassistant.audio.audio import Audio
from mixassistant.progress import Progress, silent
from mixassistant.stems.device import pick_device
from mixassistant.stems.embedded import rules
from mixassistant.stems.stem import Role

if TYPE_CHECKING:
    from mixassistant.stems.embedded.separation import NetworkSeparator

WEIGHTS = "separator.safetensors"


class EmbeddedSeparator:
    """A separator that needs nothing but the program.

    Parameters
    ----------
    weights_file : Path, optional
        Weights of the network; by default those that are shipped, and where there are none, signal processing.
    device : str
        As `mixassistant.stems.device.pick_device` takes it.
    """

    origin = "embedded"

    def __init__(self, weights_file: Path | None = None, device: str = "auto") -> None:
        self.path = weights_file or paths.resource(WEIGHTS, missing_ok=True)
        self.device = device if device == "auto" else pick_device(device)

    @cached_property
    def version(self) -> str:
        """The checksum of the weights, or the version of the rules."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest() if self.path.exists() else f"rules-{rules.VERSION}"

    @cached_property
    def licence(self) -> str:
        """The licence of the weights, for people; empty where none are used."""
        if not self.path.exists():
            return ""
        from mixassistant.stems.embedded.separation import metadata

        return metadata(self.path).get("licence", "")

    @cached_property
    def _network(self) -> NetworkSeparator:
        from mixassistant.stems.embedded.separation import NetworkSeparator

        return NetworkSeparator(self.path, pick_device(self.device))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not as it should be in the last separation, as whole sentences."""
        return tuple(self._network.notes) if self.path.exists() else ()

    def separate(self, mix: Audio, progress: Progress = silent) -> dict[Role, Audio]:
        """Return one stem per role, at the mix's own sample rate, channels, length and level; they sum to the mix.

        Raises
        ------
        InputError
            The weights cannot be used.
        Cancelled
            `progress` raised it; it is called many times for every 24 seconds of audio.
        """
        if self.path.exists():
            return self._network.separate(mix, progress)
        return rules.RuleSeparator().separate(mix, progress)
