"""Tracks that are sums of others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.audio.audio import Audio
from mixassistant.stems.folders.sums import lag_of, products
from signals import noise

TRACKS = [noise(seed, -20.0 - 4 * seed, 3.0) for seed in range(4)]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.1, 4.0), min_size=4, max_size=4))
def test_a_sum_is_taken_apart_into_the_levels_that_made_it(levels: list[float]) -> None:
    total = Audio(np.sum([level * track.samples for level, track in zip(levels, TRACKS, strict=True)], axis=0), 44100)
    found = products([*TRACKS, total]).sum_of(4, range(4))
    assert found.share == pytest.approx(1.0, abs=1e-6)
    for index, level in zip(found.parts, found.levels, strict=True):
        assert level == pytest.approx(levels[index], rel=0.02)


def test_what_is_not_of_them_is_left_over() -> None:
    other = noise(9, -20.0, 3.0)
    total = Audio(TRACKS[0].samples + other.samples, 44100)
    found = products([*TRACKS, total]).sum_of(4, range(4))
    assert found.share == pytest.approx(0.5, abs=0.02) and found.parts == (0,)
    assert products([*TRACKS, other]).sum_of(4, range(4)).parts == ()


def test_pan_is_explained(tmp_path: object) -> None:
    mono = [Audio(track.samples[:1], 44100) for track in TRACKS[:2]]
    panned = np.stack([0.9 * mono[0].samples[0] + 0.1 * mono[1].samples[0], 0.2 * mono[0].samples[0] + mono[1].samples[0]])
    assert products([*mono, Audio(panned, 44100)]).sum_of(2, (0, 1)).share == pytest.approx(1.0, abs=1e-6)


def test_silence_and_nothing_are_sums_of_nothing() -> None:
    silent = Audio(np.zeros((2, 44100), np.float32), 44100)
    found = products([TRACKS[0], silent])
    assert found.sum_of(1, (0,)).share == 0.0 and found.sum_of(0, ()).share == 0.0 and found.alike(1, 1) == 0.0


def test_alike_are_equal_sounds_of_equal_level() -> None:
    softer = Audio(TRACKS[0].samples * np.float32(0.5), 44100)
    found = products([TRACKS[0], TRACKS[0], softer, TRACKS[1]])
    assert found.alike(0, 1) == pytest.approx(1.0) and found.alike(0, 2) == pytest.approx(0.8, abs=1e-3)
    assert found.alike(0, 3) < 0.1


@pytest.mark.parametrize("lag", [0, 7, 220, 40_000, -300])
def test_a_lag_is_found_to_the_sample(lag: int) -> None:
    total = np.sum([track.samples for track in TRACKS], axis=0)
    moved = np.pad(total, ((0, 0), (lag, 0))) if lag >= 0 else total[:, -lag:]
    assert lag_of(Audio(moved, 44100), TRACKS) == lag
    table = products([*TRACKS, Audio(moved, 44100)], [0, 0, 0, 0, lag])
    assert table.sum_of(4, range(4)).share > 0.98


def test_of_what_has_nothing_in_common_no_lag_is_told() -> None:
    assert lag_of(noise(11, duration_s=3.0), TRACKS) == 0


def test_a_lag_longer_than_what_is_looked_at_at_once_is_silence_there() -> None:
    late = products([TRACKS[0], TRACKS[0]], [0, -2 * 44100])
    assert late.energy(1) < late.energy(0) and np.isfinite(late.gram).all()
