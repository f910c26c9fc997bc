"""Reading a checkpoint of Hybrid Transformer Demucs.

A checkpoint is read without running anything in it. ``.safetensors`` files hold tensors, with the network's arguments as JSON
in their metadata; ``.th`` files are pickles, of which torch's weights-only reader accepts tensors and plain values, and here
stand-ins for the few other names in the published files, none of which is called.

References
----------
S. Rouard, F. Massa, A. Défossez, Hybrid Transformers for Music Source Separation, ICASSP 2023;
https://github.com/adefossez/demucs (``demucs.hf``, ``demucs.states``)
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from mixassistant.bounded_json import parse_json
from mixassistant.errors import InputError
from mixassistant.stems.stem import ROLES, Role
from mixassistant.stems.weight_bounds import check_arguments, check_package, safetensors_header

NETWORK = "demucs.htdemucs.HTDemucs"
ROLE_OF_SOURCE: Mapping[str, Role] = {
    "drums": "drums",
    "bass": "bass",
    "vocals": "vocals",
    "other": "other",
    "guitar": "other",
    "piano": "other",
}


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
        check_arguments(arguments)
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

    safetensors_header(path)
    with safe_open(str(path), framework="pt") as file:
        metadata = file.metadata() or {}
        # Never import what a file names: there is one class that we take, and quantised files ("structure") we do not.
        if metadata.get("klass") != NETWORK or "structure" in metadata:
            raise ValueError("not a plain HTDemucs checkpoint")
        state = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a mapping)
    return _arguments(parse_json(metadata["args"]), parse_json(metadata["kwargs"])), state


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

    check_package(path)
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
