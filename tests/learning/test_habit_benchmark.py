"""A small version of the benchmark of habits: two songs of an engineer must not spoil what is expected of their third."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.habit import trials
from mixassistant.learning.finished import FinishedSong, unknown_changes
from mixassistant.learning.logged import read_log
from mixassistant.learning.quality import KINDS


def logged(engineer: str, song: str, change: float) -> FinishedSong:
    """Return a mix by an engineer who changes everything on the vocals by as much."""
    changes = unknown_changes()
    changes[:8] = change
    return FinishedSong(song, f"artist of {song}", engineer, "settings", {"vocals": changes})


def test_who_does_the_same_to_every_song_is_known_after_two() -> None:
    rng = np.random.default_rng(0)
    usual = [logged(f"engineer {n}", f"song {n}", float(rng.normal(0, 1))) for n in range(12)]
    own = [logged("one", f"their song {n}", 6.0) for n in range(3)]
    found = trials([*usual, *own])
    assert {trial.engineer for trial in found} == {"one"} and len({trial.song for trial in found}) == 3
    assert all(trial.own < trial.shipped for trial in found)


def test_of_real_engineers_two_songs_do_no_harm(real_music: Path) -> None:
    file = real_music / "engineers" / "mixes.json"
    if not file.is_file():
        pytest.skip(f"needs {file}")
    found = trials(read_log(file))
    assert len({trial.engineer for trial in found}) == 11
    for kind in KINDS:
        own = [trial for trial in found if trial.kind == kind]
        assert sum(trial.own for trial in own) <= 1.01 * sum(trial.shipped for trial in own)
