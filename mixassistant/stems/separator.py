"""What a separator is, and the choice of one.

A separator takes a mix apart into the four roles. Its `origin` is written on every stem that it makes, so that a screen or a
report can say where a stem comes from, and everything measured on it can carry the separator's own error.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from mixassistant.audio.audio import Audio
from mixassistant.errors import UsageError
from mixassistant.progress import Progress, silent
from mixassistant.stems import weights
from mixassistant.stems.stem import Role

SEPARATORS = ("auto", "demucs", "embedded")
DEFAULT_MODEL = "htdemucs"


class Separator(Protocol):
    """Something that takes a mix apart."""

    @property
    def origin(self) -> str:
        """What is written on the stems: ``"demucs:<model>"`` or ``"embedded"``."""

    @property
    def version(self) -> str:
        """What else the stems depend on, method or weights: stems of another version are not the same stems."""

    def separate(self, mix: Audio, progress: Progress = silent) -> dict[Role, Audio]:
        """Return one stem per role, at the mix's own sample rate, channels, length and level.

        Raises
        ------
        Cancelled
            `progress` raised it; it is called between segments at least.
        """


def choose(name: str = "auto", device: str = "auto", models_folder: Path | None = None) -> Separator:
    """Return a separator by name.

    Parameters
    ----------
    name : str
        ``"auto"`` (Demucs where its weights are installed, else the embedded one), ``"embedded"``, ``"demucs"``,
        ``"demucs:<model>"``, or a path of a Demucs weights file (``.th`` or ``.safetensors``).
    device : str
        As `mixassistant.stems.device.pick_device` takes it.
    models_folder : Path, optional
        Where weights are installed; by default ``models`` in the user's data folder.

    Raises
    ------
    UsageError
        There is no such separator or device.
    MissingError
        The weights are not installed, or the device is not there.
    """
    from mixassistant.stems.demucs_model import DemucsSeparator
    from mixassistant.stems.embedded import EmbeddedSeparator

    if name == "embedded":
        return EmbeddedSeparator(device=device)
    if name == "auto":
        path = weights.installed(DEFAULT_MODEL, models_folder)
        return DemucsSeparator(path, DEFAULT_MODEL, device) if path else EmbeddedSeparator(device=device)
    kind, _, model = name.partition(":")
    if kind == "demucs":
        model = model or DEFAULT_MODEL
        return DemucsSeparator(weights.require(model, models_folder), model, device)
    if name.endswith(weights.SUFFIXES):
        return DemucsSeparator(weights.require_file(Path(name)), Path(name).stem, device)
    raise UsageError("unknown-separator", f"there is no separator “{name}”", f"use one of {', '.join(SEPARATORS)}")


def warnings_on(origin: str) -> tuple[str, ...]:
    """Say what is to be known of stems of this origin."""
    if origin == "embedded":
        return (
            "The stems were made by the embedded separator, which is rough: its measured error widens every interval. "
            "Your own stems or Demucs give sharper advice.",
        )
    return ()
