"""Where a network runs: the processor, an NVIDIA or AMD graphics card, or Apple's; and in what precision."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

from mixassistant.errors import MissingError, UsageError
from mixassistant.i18n import _
from mixassistant.stems.convolutions import fast_convolutions

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda", "mps")
LEAST_GAIN = 1.15  # times faster, below which fewer bits are not worth their error
TRIALS = 5
SEGMENT_BYTES = 2 << 30  # memory for one segment of 7.8 s in 16 bits, with room to spare
MEMORY_SHARE = 0.6  # of what is free; the rest is for the library's own workspaces and other programs
LARGEST_BATCH = 16  # segments; the card is busy with fewer
OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "alloc_failed")


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
        raise UsageError("unknown-device", f"there is no device “{name}”", f"use one of {', '.join(DEVICES)}")
    if name == "cpu":
        return name
    import torch

    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return next(device for device, is_there in available.items() if is_there)
    if not available[name]:
        raise MissingError("no-device", f"This machine has no {name} device that torch can use", "Use --device auto or --device cpu")
    return name


def describe_device(device: str) -> str:
    """Return a device that `pick_device` picked as words for people, to stand after “with”."""
    if device == "cuda":
        import torch

        return _("the graphics card {name}").format(name=torch.cuda.get_device_name())
    return {"mps": _("the Apple graphics processor")}.get(device, _("the processor"))


def half_precision(device: str) -> torch.dtype | None:
    """Return the 16-bit type in which networks run faster on a device, or ``None`` where none does.

    Graphics cards take float16, which is finer than bfloat16. For processors it is measured, once in a process: bfloat16 pays
    with matrix instructions (AMX) and costs time without.
    """
    import torch

    if device != "cpu":
        return torch.float16
    return torch.bfloat16 if bfloat16_gain() >= LEAST_GAIN else None


@cache
def bfloat16_gain() -> float:
    """Return how many times faster bfloat16 is than float32 on this processor, 1 where it has no instructions for it.

    Measured with the convolutions of `mixassistant.stems.convolutions`, on zeros: no arithmetic here depends on the values.
    """
    import torch

    try:
        is_supported = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    except (AttributeError, RuntimeError):  # a torch without oneDNN
        is_supported = False
    if not is_supported:
        return 1.0
    best = {False: float("inf"), True: float("inf")}
    threads = torch.get_num_threads()
    # On a busy machine several threads wait for each other longer than they work.
    torch.set_num_threads(1)
    try:
        with torch.inference_mode(), torch.random.fork_rng(devices=[]):
            block = _typical_block()
            x = torch.zeros(1, 48, 128, 336)
            for _trial in range(TRIALS):
                # By turns, so that a busy moment does not fall on one of them alone.
                for is_half in best:
                    with torch.autocast("cpu", torch.bfloat16, enabled=is_half), fast_convolutions(block) if is_half else nullcontext():
                        best[is_half] = min(best[is_half], _seconds(lambda: block(x)))
    finally:
        torch.set_num_threads(threads)
    return best[False] / best[True]


def _typical_block() -> Any:
    """Return a layer of Demucs' encoder with its attention's feed-forward part: convolutions, norms and products as in the whole."""
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(48, 96, (8, 1), (4, 1), (2, 0)),
        nn.GELU(),
        nn.Conv2d(96, 192, 1),
        nn.GroupNorm(1, 192),
        nn.GLU(dim=1),
        nn.Flatten(2),
        nn.Conv1d(96, 384, 1),
        nn.GELU(),
        nn.Conv1d(384, 96, 1),
    ).eval()


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def batch_size(device: str) -> int:
    """Return how many segments to separate at once: as many as a graphics card has memory for; one on a processor."""
    import torch

    if device == "cuda":
        free = torch.cuda.mem_get_info()[0]
    elif device == "mps":
        free = torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    else:
        return 1
    return max(1, min(LARGEST_BATCH, int(MEMORY_SHARE * free / SEGMENT_BYTES)))


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error means that a device has too little memory; torch says so in several ways."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error).lower() for words in OUT_OF_MEMORY)


def left_to_processor(device: str, is_full: bool) -> str:
    """Say that the processor separates, since a device has too little memory or fails."""
    words = (
        _("There was too little memory with {device}: the processor separated instead, which takes longer.")
        if is_full
        else _("Separating with {device} failed: the processor separated instead, which takes longer.")
    )
    return words.format(device=describe_device(device))


def free_memory(device: str) -> None:
    """Give back what torch keeps of a device's memory for later."""
    import torch

    if device == "cuda":
        torch.cuda.empty_cache()
    elif device == "mps":
        torch.mps.empty_cache()
