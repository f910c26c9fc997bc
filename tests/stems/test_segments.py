"""Segments cover a mix, and their overlap adds up to it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.audio.audio import Audio
from mixassistant.audio.source import resampled
from mixassistant.progress import silent
from mixassistant.stems.segments import Normal, OverlapAdd, Plan, Told


@settings(max_examples=80, deadline=None)
@given(length=st.integers(1, 700), segment=st.integers(4, 200), batch=st.integers(1, 4), first=st.integers(0, 3), seed=st.integers(0, 9))
def test_segments_of_a_mix_add_up_to_it(length: int, segment: int, batch: int, first: int, seed: int) -> None:
    mix = Audio(np.random.default_rng(seed).standard_normal((2, length)).astype(np.float32), 100)
    plan = Plan(length, segment)
    first = min(first, plan.count - 1)
    added, found = OverlapAdd(plan, first), []
    for index in range(first, plan.count, batch):
        cuts = [plan.cut(mix, i) for i in range(index, min(index + batch, plan.count))]
        assert {cut.shape for cut in cuts} == {(2, segment)}
        found.append(added.add(torch.from_numpy(np.stack(cuts))).numpy())
    np.testing.assert_allclose(np.concatenate(found, axis=-1), mix.samples[:, first * plan.stride :], atol=1e-5)


@pytest.mark.parametrize(("length", "segment"), [(100, 40), (95, 40), (31, 40), (400, 41)])
def test_segments_are_cut_as_demucs_cuts_them(length: int, segment: int) -> None:
    from demucs.apply import TensorChunk

    mix = Audio(np.random.default_rng(0).standard_normal((2, length)).astype(np.float32), 100)
    plan = Plan(length, segment)
    for index in range(plan.count):
        chunk = TensorChunk(torch.from_numpy(mix.samples.copy()), index * plan.stride, segment)
        np.testing.assert_array_equal(plan.cut(mix, index), chunk.padded(segment).numpy())


@pytest.mark.parametrize("channels", [1, 2])
def test_networks_are_given_zero_mean_and_unit_variance(channels: int) -> None:
    samples = np.random.default_rng(1).normal(0.3, 0.05, (channels, 5000)).astype(np.float32)
    samples[:, 3000:3500] *= 3
    normal = Normal(Audio(samples, 100), 500, silent)
    reference = torch.from_numpy(samples).mean(0)
    assert normal.mean == pytest.approx(float(reference.mean()), rel=1e-5)
    assert normal.deviation == pytest.approx(float(reference.std()), rel=1e-5)
    assert normal.loudest == 6
    assert normal.read(10, 30).shape == (2, 20)
    np.testing.assert_allclose(normal.read(0, 5000).mean(0).std(ddof=1), 1, rtol=1e-4)


def test_resampling_piece_by_piece_is_resampling_at_once() -> None:
    from mixassistant.audio.resample import resample

    mix = Audio(np.random.default_rng(1).standard_normal((2, 1_300_000)).astype(np.float32) * 0.1, 48000)
    told: list[float] = []
    found = np.concatenate(list(resampled(Told(mix, lambda _stage, fraction: told.append(fraction)), 44100)), axis=1)
    expected = resample(mix, 44100).samples
    assert abs(found.shape[1] - expected.shape[1]) <= 1
    shared = min(found.shape[1], expected.shape[1])
    np.testing.assert_allclose(found[:, :shared], expected[:, :shared], atol=1e-5)
    assert told == sorted(told)
    assert told[-1] == 1
