"""Where a network runs: the processor, an NVIDIA or AMD graphics card, or Apple's."""

from __future__ import annotations

from mixassistant.errors import MissingError, UsageError

DEVICES = ("auto", "cpu", "cuda", "mps")


def pick_device(name: str = "auto") -> str:
    """Return the torch device to use; ``"auto"`` takes the first there is of cuda, mps and cpu.

    Raises
    ------
    UsageError
        There is no such kind of device.
    MissingError
        The device was asked for by name and this machine has none.
    """
    if name not in DEVICES:
        raise UsageError("unknown-device", f"There is no device {name!r}", f"Use one of {', '.join(DEVICES)}")
    if name == "cpu":
        return name
    import torch

    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return next(device for device, is_there in available.items() if is_there)
    if not available[name]:
        raise MissingError("no-device", f"This machine has no {name} device that torch can use", "Use --device auto or --device cpu")
    return name
