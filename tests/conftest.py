"""What every test stands on: folders of its own, no screen, one number of threads, and real music where there is some."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ("longest_first", "real_time")

# Before anything imports Qt or torch: both read these once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The same sums in the same order on every machine; the processors are shared out among the processes of pytest-xdist.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent

# Two processes that compile librosa's functions into one cache for the first time can leave it with halves that do not fit together,
# and the next call ends in a segmentation fault (numba issue 10128). So every process of pytest-xdist has a cache of its own.
# The workers inherit what their controller has set: it is always set anew.
os.environ["NUMBA_CACHE_DIR"] = str(ROOT / ".pytest_cache" / "numba" / os.environ.get("PYTEST_XDIST_WORKER", "alone"))


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test its own library, cache and settings, so that none sees the user's or another test's."""
    home = tmp_path_factory.mktemp("home")
    for name in ("DATA", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"MIXASSISTANT_{name}", str(home / name.lower()))
    return home


@pytest.fixture(scope="session")
def real_music() -> Path:
    """Return the folder with real recordings for development; skip where it is not."""
    folder = Path(os.environ.get("MIXASSISTANT_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"needs real recordings in {folder}; MIXASSISTANT_TEST_DATA says where they are")
    return folder.resolve()
