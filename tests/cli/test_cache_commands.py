"""The cache on the command line: shown, limited, emptied."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixassistant import paths
from mixassistant.cli import main


def run(*words: str) -> int:
    return main([*words], lambda files, demo: 0)


def put(size: int = 150_000_000) -> Path:
    entry = paths.cache_folder() / "stems" / ("a" * 40)
    entry.mkdir(parents=True)
    with (entry / "drums.npy").open("wb") as file:
        file.truncate(size)
    return entry


def test_the_cache_is_shown_limited_and_emptied(capsys: pytest.CaptureFixture[str]) -> None:
    entry = put()
    assert run("cache", "show") == 0
    told = capsys.readouterr().out
    assert "150 MB, of 1 song" in told and "150 MB of 4.0 GB at most" in told and str(paths.cache_folder()) in told
    assert run("cache", "limit", "120 MB") == 0
    assert "0 kB of 120 MB at most" in capsys.readouterr().out
    assert not entry.exists()
    entry = put(1_000_000)
    assert run("cache", "clear") == 0
    assert capsys.readouterr().out == "Freed 1.0 MB\n"
    assert not entry.exists()


def test_a_size_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cache", "limit", "plenty") == 2
    assert "“plenty” is no size" in capsys.readouterr().err
