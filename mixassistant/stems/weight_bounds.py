"""What files of weights may ask for, looked at before their own readers do: files come from anywhere, and readers trust them.

A safetensors file begins with the length of a JSON header that places every tensor in the rest of the file. A checkpoint of torch is
a ZIP archive of a pickle and of raw tensors, none of them packed; the names in the pickle are looked at without running any of it.
"""

from __future__ import annotations

import pickletools
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from mixassistant.bounded_json import Bounds, parse_json

HEADER = Bounds(8 << 20, values=500_000, depth=4)  # of safetensors; those of Demucs and Audiobox have 50 kB
PICKLE_BYTES = 32 << 20  # without its tensors; Demucs' have 0.3 MB, most of it the log of the training
NAMES = frozenset(
    {
        "_codecs encode", "collections OrderedDict", "collections defaultdict", "demucs.htdemucs HTDemucs", "fractions Fraction",
        "numpy dtype", "numpy.core.multiarray scalar", "numpy._core.multiarray scalar", "torch Size", "torch device",
        "torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_parameter", "torch.nn.parameter Parameter",
        *(f"torch {kind}Storage" for kind in ("BFloat16", "Bool", "Byte", "Double", "Float", "Half", "Int", "Long", "Short")),
    }
)  # fmt: skip
"""What the pickle of a checkpoint may name: tensors, plain values, and what the published files of Demucs hold beside them."""

LARGEST: Mapping[str, float] = {
    "depth": 6, "growth": 4, "channels": 96, "channels_time": 96, "bottom_channels": 768, "t_layers": 8, "t_hidden_scale": 4,
    "t_max_positions": 20_000, "t_heads": 64, "kernel_size": 16, "stride": 16, "time_stride": 16, "nfft": 8192, "dconv_depth": 4,
    "dconv_comp": 64, "context": 4, "context_enc": 4, "multi_freqs_depth": 6, "segment": 60, "samplerate": 192_000,
    "t_sparse_self_attn": 0, "t_sparse_cross_attn": 0,
}  # fmt: skip
"""Of the arguments of Hybrid Transformer Demucs: twice the published networks, in what its size and its work grow by."""
OTHERWISE = 100_000.0  # for arguments that say nothing of the size
WIDEST = 1024  # channels of the innermost layer
LONGEST = 16  # entries of a list


def safetensors_header(path: Path) -> dict[str, Any]:
    """Return the header of a safetensors file, once every tensor in it is known to lie within the file.

    Raises
    ------
    OSError
        It cannot be read.
    ValueError
        It is none, or asks for more than there is.
    """
    rest = path.stat().st_size - 8
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        if not 0 < size <= min(rest, HEADER.size_bytes):
            raise ValueError(f"a header of {size} bytes in a file of {rest + 8}")
        header = parse_json(file.read(size), HEADER)
    if not isinstance(header, dict):
        raise ValueError("no header of tensors")
    for name, tensor in header.items():
        if name != "__metadata__":
            start, end = tensor["data_offsets"] if isinstance(tensor, dict) and "data_offsets" in tensor else (1, 0)
            if not 0 <= start <= end <= rest - size:
                raise ValueError(f"{name} lies outside of the file")
    return header


def check_package(path: Path) -> None:
    """Check that a checkpoint of torch unpacks to no more than it is, and names nothing but tensors and plain values.

    Raises
    ------
    OSError
        It cannot be read.
    ValueError
        It is no such archive, is packed, or names something else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = archive.infolist()
            if any(file.compress_type != zipfile.ZIP_STORED or file.file_size != file.compress_size for file in files):
                raise ValueError("a packed checkpoint")
            if sum(file.file_size for file in files) > path.stat().st_size:
                raise ValueError("files inside each other")
            pickles = [file for file in files if file.filename.endswith(".pkl")]
            if not pickles or sum(file.file_size for file in pickles) > PICKLE_BYTES:
                raise ValueError("no pickle, or a huge one")
            for file in pickles:
                _check_pickle(archive.read(file))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise ValueError(f"no archive: {error}") from error


def _check_pickle(data: bytes) -> None:
    for opcode, argument, _place in pickletools.genops(data):
        # torch writes protocol 2, which has a name in one piece. The other ways to name something are for what it does not hold.
        if opcode.name in ("INST", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4") or (opcode.name == "GLOBAL" and argument not in NAMES):
            raise ValueError(f"the pickle names {argument or opcode.name}")


def check_tensors(tensors: Iterable[Any]) -> None:
    """Check that no tensor claims more values than it has bytes for: one number can be shown as a billion.

    Raises
    ------
    ValueError
        One does.
    """
    for tensor in tensors:
        if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
            raise ValueError("a tensor that is larger than its values")


def check_arguments(arguments: Mapping[str, Any]) -> None:
    """Check that a network of Hybrid Transformer Demucs with these arguments is of a size that can be made.

    Raises
    ------
    ValueError
        It is not.
    """
    for name, value in arguments.items():
        for number in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(number, (int, float, Fraction)) and not abs(float(number)) <= LARGEST.get(name, OTHERWISE):
                raise ValueError(f"{name} is {str(number)[:20]}")
        if isinstance(value, (list, tuple, str)) and len(value) > (64 if isinstance(value, str) else LONGEST):
            raise ValueError(f"{name} has {len(value)} entries")
    channels, growth, depth = (arguments.get(name, usual) for name, usual in (("channels", 48), ("growth", 2), ("depth", 4)))
    if max(channels, arguments.get("channels_time") or 0) * growth ** (depth - 1) > WIDEST:
        raise ValueError(f"more than {WIDEST} channels")
