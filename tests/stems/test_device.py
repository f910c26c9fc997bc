"""A device is there, or an error says so."""

from __future__ import annotations

import pytest
import torch

from mixassistant.errors import MissingError, UsageError
from mixassistant.stems.device import pick_device


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
