"""Separation by Hybrid Transformer Demucs: the one adapter to the demucs package.

A checkpoint is read without running anything in it. ``.safetensors`` files hold tensors, with the network's arguments as JSON
in their metadata; ``.th`` files are pickles, of which torch's weights-only reader accepts tensors and plain values, and here
stand-ins for the few other names in the published files, none of which is called.

The mix is brought to zero mean and unit variance as in training, and the estimate back by the same factor: no stem is scaled
on its own, so that their relative levels stay.

References
----------
S. Rouard, F. Massa, A. Défossez, Hybrid Transformers for Music Source Separation, ICASSP 2023;
https://github.com/adefossez/demucs (``demucs.api.Separator``, ``demucs.hf``)
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mixassistant.audio.audio import Audio
from mixassistant.audio.resample import resample
from mixassistant.errors import InputError, MissingError
from mixassistant.i18n import _
from mixassistant.progress import Progress, silent
from mixassistant.stems import weights
from mixassistant.stems.device import pick_device
from mixassistant.stems.stem import ROLES, Role

if TYPE_CHECKING:
    import torch

NETWORK = "demucs.htdemucs.HTDemucs"
OVERLAP = 0.25  # of a segment; demucs' own default
EPSILON = 1e-8  # keeps silence from being divided by zero
ROLE_OF_SOURCE: Mapping[str, Role] = {
    "drums": "drums",
    "bass": "bass",
    "vocals": "vocals",
    "other": "other",
    "guitar": "other",
    "piano": "other",
}


class DemucsSeparator:
    """A separator around one Demucs network; the weights are read at the first separation.

    Parameters
    ----------
    path : Path
        Of the checkpoint, ``.th`` or ``.safetensors``.
    model : str
        Its name, for `origin`.
    device : str
        As `mixassistant.stems.device.pick_device` takes it.
    """

    def __init__(self, path: Path, model: str, device: str = "auto") -> None:
        self.path = path
        self.origin = f"demucs:{model}"
        self.device = pick_device(device)
        self._network: Any = None
        self._checksum = ""

    @property
    def version(self) -> str:
        """The checksum of the weights."""
        self._checksum = self._checksum or weights.checksum_of(self.path)
        return self._checksum

    def separate(self, mix: Audio, progress: Progress = silent) -> dict[Role, Audio]:
        """Return one stem per role, at the mix's own sample rate, channels, length and level.

        Raises
        ------
        InputError
            The checkpoint cannot be used.
        MissingError
            The device has too little memory.
        Cancelled
            `progress` raised it; it is called within every segment.
        """
        import torch

        stage = _("Separating")
        progress(stage, 0.0)
        if self._network is None:
            self._network = load_network(self.path)
        rate = int(self._network.samplerate)
        wave = torch.from_numpy(resample(mix, rate).stereo().samples.copy())
        try:
            sources = self._apply(self._network, wave, progress, stage)
        except torch.OutOfMemoryError as error:
            raise MissingError(
                "out-of-memory", f"The device {self.device} has too little memory to separate", "Use --device cpu"
            ) from error
        return {role: _restore(samples, rate, mix) for role, samples in sources.items()}

    def _apply(self, network: Any, wave: torch.Tensor, progress: Progress, stage: str) -> dict[Role, np.ndarray]:
        """Run the network segment by segment with overlap-add; return ``[shape=(2, samples)]`` by role."""
        import torch
        from demucs.apply import apply_model

        reference = wave.mean(0)
        mean, deviation = reference.mean(), reference.std() + EPSILON
        length = max(wave.shape[1], 1)

        done = 0.0

        def between_segments(state: dict[str, Any]) -> None:
            nonlocal done
            done = min(state["segment_offset"] / length, 1.0)
            progress(stage, done)

        def between_layers(*_arguments: object) -> None:
            # A segment takes seconds on a processor: whoever cancels is not kept waiting for its end.
            progress(stage, done)

        lists = [module for module in network.modules() if isinstance(module, torch.nn.ModuleList)]
        hooks = [layer.register_forward_pre_hook(between_layers) for layers in lists for layer in layers]
        try:
            with torch.inference_mode():
                # No random shift: the same mix gives the same stems.
                normal = ((wave - mean) / deviation)[None]
                estimate = apply_model(network, normal, shifts=0, overlap=OVERLAP, device=self.device, callback=between_segments)[0]
        finally:
            for hook in hooks:
                hook.remove()
        # The mean is an offset of the mix and no sound of any stem: it is not given back to each of them.
        estimate = estimate.float() * deviation
        sums: dict[Role, np.ndarray] = {role: np.zeros(wave.shape, np.float32) for role in ROLES}
        for source, samples in zip(network.sources, estimate, strict=True):
            sums[ROLE_OF_SOURCE[source]] += samples.cpu().numpy()
        progress(stage, 1.0)
        return sums


def load_network(path: Path) -> Any:
    """Return the network of a checkpoint, in float32 and ready to run.

    Raises
    ------
    InputError
        The file cannot be read, holds anything but a Demucs network, or one with other sources than the roles.
    """
    from demucs.htdemucs import HTDemucs

    try:
        arguments, state = _read_safetensors(path) if path.suffix == ".safetensors" else _read_package(path)
        network = HTDemucs(**arguments)
        network.load_state_dict(state)
        unknown = set(network.sources) - set(ROLE_OF_SOURCE)
    except OSError as error:
        raise InputError("unreadable-weights", f"{path} cannot be read ({error.strerror or error})", "Check the file") from error
    except _what_damage_raises() as error:
        raise InputError(
            "not-weights", f"{path} does not hold a Hybrid Transformer Demucs network", "Download it again, or use another file"
        ) from error
    if unknown or not set(ROLES) <= set(network.sources) or network.audio_channels != 2:
        raise InputError("other-sources", f"The model in {path} separates into {', '.join(network.sources)}", "Use one with the four roles")
    return network.eval()


def _what_damage_raises() -> tuple[type[Exception], ...]:
    """Return the errors by which the readers and the network show that a file is damaged or something else.

    Neither reader promises which: a random byte may end in an empty stack or an unknown name.
    """
    import struct
    from pickle import UnpicklingError

    from safetensors import SafetensorError

    readers = (UnpicklingError, SafetensorError, struct.error, EOFError)
    return (*readers, RuntimeError, LookupError, ArithmeticError, TypeError, ValueError, AttributeError, AssertionError)


def _read_safetensors(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a network's arguments and state from the format of the demucs hub."""
    from safetensors import safe_open

    with safe_open(str(path), framework="pt") as file:
        metadata = file.metadata() or {}
        # Never import what a file names: there is one class that we take, and quantised files ("structure") we do not.
        if metadata.get("klass") != NETWORK or "structure" in metadata:
            raise ValueError("not a plain HTDemucs checkpoint")
        state = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a mapping)
    return _arguments(json.loads(metadata["args"]), json.loads(metadata["kwargs"])), state


class _Inert:
    """Stands for a name in a pickle whose value nobody reads: takes anything, does nothing."""

    def __init__(self, *_values: object) -> None: ...

    def __setstate__(self, _state: object) -> None: ...


class _Network(_Inert):
    """Stands for the network's class, which is read as a name and never called from the file."""


def _read_package(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a network's arguments and state from the format of the published ``.th`` files.

    They hold the network's class, a fraction, and NumPy scalars among the training arguments.
    """
    import torch

    stand_ins: list[Any] = [(_Network, NETWORK), (Fraction, "fractions.Fraction"), (_Inert, "numpy.dtype")]
    stand_ins += [(_Inert, f"numpy.{core}.multiarray.scalar") for core in ("core", "_core")]
    with torch.serialization.safe_globals(stand_ins), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch's advice on pickle protocols, to programmers
        package = torch.load(path, map_location="cpu", weights_only=True)
    if package["klass"] is not _Network:
        raise ValueError("not an HTDemucs checkpoint")
    return _arguments(package["args"], package["kwargs"]), package["state"]


def _arguments(args: Any, kwargs: Any) -> dict[str, Any]:
    """Return the constructor's arguments by name, without those that this version of demucs does not know."""
    import inspect

    from demucs.htdemucs import HTDemucs

    names = list(inspect.signature(HTDemucs).parameters)
    arguments = dict(zip(names, args, strict=False)) | {name: value for name, value in kwargs.items() if name in names}
    return {name: _plain(value) for name, value in arguments.items()}


def _plain(value: Any) -> Any:
    """Return a value with the hub's JSON encoding of fractions undone."""
    if isinstance(value, dict) and value.get("_type") == "fraction":
        return Fraction(value["numerator"], value["denominator"])
    return value


def _restore(samples: np.ndarray, sample_rate_hz: int, mix: Audio) -> Audio:
    """Return a stem in the mix's own sample rate, channels and length."""
    if mix.channels == 1:
        samples = samples.mean(axis=0, keepdims=True, dtype=np.float32)
    return resample(Audio(samples, sample_rate_hz), mix.sample_rate_hz).padded(mix.length)
