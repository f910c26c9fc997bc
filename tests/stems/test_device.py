"""A device is there, or an error says so."""

from __future__ import annotations

import pytest
import torch

from mixassistant.errors import MissingError, UsageError
from mixassistant.stems.device import batch_size, bfloat16_gain, describe_device, half_precision, is_out_of_memory, pick_device


def pretend(monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)


@pytest.mark.parametrize(("cuda", "mps", "best"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")])
def test_auto_takes_the_fastest_there_is(monkeypatch: pytest.MonkeyPatch, cuda: bool, mps: bool, best: str) -> None:
    pretend(monkeypatch, cuda, mps)
    assert pick_device("auto") == best


def test_processor_can_always_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, True, True)
    assert pick_device("cpu") == "cpu"


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_absent_device_is_missing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    pretend(monkeypatch, False, False)
    with pytest.raises(MissingError, match=f"no {name} device") as caught:
        pick_device(name)
    assert caught.value.exit_code == 4


def test_unknown_device_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="tpu"):
        pick_device("tpu")


def test_processor_with_16_bit_instructions_is_measured_before_they_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mixassistant.stems.device.bfloat16_gain", lambda: 2.0)
    assert half_precision("cpu") == torch.bfloat16
    monkeypatch.setattr("mixassistant.stems.device.bfloat16_gain", lambda: 1.05)
    assert half_precision("cpu") is None
    assert half_precision("cuda") == half_precision("mps") == torch.float16


def test_gain_is_measured_and_leaves_threads_and_random_numbers_as_they_were() -> None:
    bfloat16_gain.cache_clear()
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    assert 0.01 < bfloat16_gain() < 100
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)


def test_processor_without_such_instructions_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    bfloat16_gain.cache_clear()
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: False, raising=False)
    assert bfloat16_gain() == 1.0
    bfloat16_gain.cache_clear()


@pytest.mark.parametrize(("free_gib", "segments"), [(0.5, 1), (8, 2), (24, 7), (140, 16)])
def test_as_many_segments_at_once_as_the_card_has_memory_for(monkeypatch: pytest.MonkeyPatch, free_gib: float, segments: int) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (int(free_gib * 2**30), 200 << 30))
    assert batch_size("cuda") == segments
    assert batch_size("cpu") == 1


@pytest.mark.parametrize(
    ("error", "is_full"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"), True),
        (MemoryError(), True),
        (RuntimeError("size mismatch"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_too_little_memory_is_told_from_other_errors(error: Exception, is_full: bool) -> None:
    assert is_out_of_memory(error) is is_full


def test_devices_have_names_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "NVIDIA H200")
    assert describe_device("cuda") == "the graphics card NVIDIA H200"
    assert describe_device("cpu") == "the processor"
    assert "Apple" in describe_device("mps")
