"""Rough mixes of real songs against songs by other artists, measured once."""

from __future__ import annotations

from pathlib import Path

import pytest
from rough_songs import ROUGH, Case, case_of, planted, reference, songs

from mixassistant.features.track import MeasuredTrack


@pytest.fixture(scope="module")
def mixes(real_music: Path) -> list[Path]:
    return songs(real_music)


@pytest.fixture(scope="module")
def references(mixes: list[Path]) -> tuple[MeasuredTrack, ...]:
    return tuple(reference(path) for path in mixes[2:])


@pytest.fixture(scope="module")
def rough(mixes: list[Path], references: tuple[MeasuredTrack, ...]) -> Case:
    return case_of(planted(mixes[1], ROUGH), references)
