"""Files of weights ask for no more than they hold, and do nothing but what weights are for."""

from __future__ import annotations

import contextlib
import json
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from untrained_demucs import SMALL, package, save, untrained

from mixassistant.errors import InputError
from mixassistant.stems.demucs_checkpoint import load_network
from mixassistant.stems.weight_bounds import check_arguments, check_package, check_tensors, safetensors_header

TENSOR = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}


def safetensors(path: Path, header: object, size: int | None = None, data: bytes = bytes(4)) -> Path:
    """Write a file with a header of our own making."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text) if size is None else size) + text + data)
    return path


@pytest.mark.parametrize(
    ("header", "size"),
    [
        ({"a": TENSOR}, 1 << 62),
        ({"a": TENSOR}, 2_000_000_000),
        ({"a": {**TENSOR, "data_offsets": [0, 1 << 40]}}, None),
        ({"a": {**TENSOR, "data_offsets": [-8, 4]}}, None),
        ({"a": {"dtype": "F32"}}, None),
        ({"a": 3}, None),
        (b'{"a":' * 200 + b"1" + b"}" * 200, None),
        (b"[" * 200_000, None),
        (b"[]", None),
        (b"", 0),
    ],
)
def test_a_header_asks_for_no_more_than_the_file_holds(tmp_path: Path, header: object, size: int | None) -> None:
    path = safetensors(tmp_path / "bad.safetensors", header, size)
    tracemalloc.start()
    with pytest.raises(ValueError):
        safetensors_header(path)
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()
    with pytest.raises(InputError):
        load_network(path)


def test_a_whole_header_is_read(tmp_path: Path) -> None:
    header = {"a": TENSOR, "__metadata__": {"klass": "x"}}
    assert safetensors_header(safetensors(tmp_path / "good.safetensors", header)) == header


@given(st.binary(max_size=60))
def test_a_header_of_any_bytes_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "any.safetensors"
    path.write_bytes(content)
    with contextlib.suppress(ValueError):
        assert isinstance(safetensors_header(path), dict)


@pytest.mark.parametrize(
    "changes",
    [
        {"depth": 200}, {"channels": 10**6}, {"growth": 64}, {"t_layers": 10**6}, {"bottom_channels": 10**9}, {"nfft": 2**40},
        {"dconv_depth": 10**6}, {"kernel_size": 10**7}, {"t_max_positions": 10**12, "t_emb": "scaled"}, {"segment": 1e9}, {"depth": 6},
        {"segment": float("nan")}, {"multi_freqs": [0.5] * 10**5}, {"t_sparse_self_attn": True}, {"sources": ["drums"] * 10**4},
    ],
)  # fmt: skip
def test_arguments_that_make_a_huge_network_are_refused_before_it_is_made(tmp_path: Path, changes: Mapping[str, Any]) -> None:
    asked = {"channels": 48, **changes}
    with pytest.raises(ValueError):
        check_arguments(asked)
    made = package(untrained())
    made["kwargs"] = {**made["kwargs"], **asked}
    torch.save(made, tmp_path / "huge.th")
    began = time.process_time()
    with pytest.raises(InputError, match="does not hold"):
        load_network(tmp_path / "huge.th")
    assert time.process_time() - began < 2.0


def test_the_published_networks_are_within_the_bounds() -> None:
    sources = ["drums", "bass", "other", "vocals", "guitar", "piano"]
    check_arguments(
        {"sources": sources, "channels": 48, "bottom_channels": 512, "t_layers": 5, "segment": 39 / 5, "t_heads": 8, "depth": 4}
    )
    check_arguments(SMALL)


class Bytes:
    """Asks for a terabyte by a name that torch's own reader allows."""

    def __reduce__(self) -> tuple[Any, tuple[int]]:
        return bytearray, (1 << 40,)


def test_a_pickle_names_nothing_but_tensors_and_plain_values(tmp_path: Path) -> None:
    torch.save(package(untrained(), training_args=Bytes()), tmp_path / "bad.th")
    with pytest.raises(ValueError, match="bytearray"):
        check_package(tmp_path / "bad.th")
    with pytest.raises(InputError):
        load_network(tmp_path / "bad.th")
    check_package(save(tmp_path / "good.th"))


def test_a_packed_checkpoint_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(save(tmp_path / "plain.th")) as plain, zipfile.ZipFile(tmp_path / "bomb.th", "w", zipfile.ZIP_DEFLATED) as bomb:
        for file in plain.infolist():
            bomb.writestr(file.filename, plain.read(file))
        bomb.writestr("archive/data/huge", bytes(256 << 20))
    tracemalloc.start()
    with pytest.raises(ValueError, match="packed"):
        check_package(tmp_path / "bomb.th")
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()
    with pytest.raises(InputError, match="does not hold"):
        load_network(tmp_path / "bomb.th")


@given(st.binary(max_size=80))
def test_any_bytes_are_no_checkpoint(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "any.th"
    path.write_bytes(content)
    with pytest.raises(ValueError):
        check_package(path)


def test_a_tensor_shows_no_more_than_it_has() -> None:
    check_tensors([torch.zeros(3, 4), torch.zeros(4, 3).T, torch.from_numpy(np.zeros(2))])
    with pytest.raises(ValueError, match="larger"):
        check_tensors([torch.zeros(1, dtype=torch.half).expand(1 << 20, 1 << 20)])
