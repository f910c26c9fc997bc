"""Harmonic-percussive medians against numpy's of a mirrored copy."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mixassistant.features.hpss import harmonic_percussive


def _medians(magnitude: np.ndarray, kernel: int) -> np.ndarray:
    """Return running medians along the first axis; scipy's are wrong where a kernel is longer than the mirrored array."""
    padded = np.pad(magnitude, ((kernel // 2, kernel // 2), (0, 0)), mode="symmetric")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=0), axis=-1)


@settings(max_examples=60, deadline=None)
@example(2, 1, 17, 0)
@given(st.integers(1, 70), st.integers(1, 150), st.sampled_from([1, 3, 5, 7, 9, 17, 31, 33]), st.integers(0, 2**32 - 1))
def test_medians_are_those_of_a_mirrored_copy(frames: int, bins: int, kernel: int, seed: int) -> None:
    # Few distinct values, so that there are ties.
    magnitude = np.random.default_rng(seed).integers(0, 9, (frames, bins)).astype(np.float32)
    harmonic, percussive = harmonic_percussive(magnitude, kernel)
    assert np.array_equal(harmonic, _medians(magnitude, kernel))
    assert np.array_equal(percussive, _medians(magnitude.T, kernel).T)


@pytest.mark.parametrize("chunk", [1, 7, 40, 200])
def test_chunks_with_context_are_as_the_whole(chunk: int) -> None:
    magnitude = np.random.default_rng(0).random((173, 65), dtype=np.float32)
    harmonic, percussive = harmonic_percussive(magnitude)
    for first in range(0, 173, chunk):
        last = min(first + chunk, 173)
        before, after = min(15, first), min(15, 173 - last)
        piece = harmonic_percussive(magnitude[first - before : last + after], 31, before, after)
        assert np.array_equal(piece[0], harmonic[first:last])
        assert np.array_equal(piece[1], percussive[first:last])


def test_a_steady_tone_is_harmonic_and_a_click_percussive() -> None:
    magnitude = np.zeros((60, 80), dtype=np.float32)
    magnitude[:, 30] = 1
    magnitude[20] = 1
    harmonic, percussive = harmonic_percussive(magnitude)
    assert np.all(harmonic[:, 30] == 1) and harmonic.sum() == 60
    assert np.all(percussive[20] == 1) and percussive.sum() == 80


@pytest.mark.parametrize(("kernel", "before", "after"), [(30, 0, 0), (-1, 0, 0), (31, 5, 5), (31, -1, 0)])
def test_what_makes_no_sense_is_refused(kernel: int, before: int, after: int) -> None:
    with pytest.raises(ValueError, match=r"kernel|nothing"):
        harmonic_percussive(np.zeros((10, 10), dtype=np.float32), kernel, before, after)
