"""The scripts that make a release, which are no part of the package."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Return a loader of a script by its name, such as ``"contents"``; it is forgotten after the test."""
    for folder in (PACKAGING, PACKAGING / "bundle"):
        monkeypatch.syspath_prepend(str(folder))

    def load(name: str) -> ModuleType:
        for needed in ("release", "contents", "smoke", "licences", "icons", "numba_caching"):
            monkeypatch.delitem(sys.modules, needed, raising=False)
        return importlib.import_module(name)

    return load
