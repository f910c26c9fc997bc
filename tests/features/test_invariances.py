"""What may not change a measurement, for every descriptor of the registry at once.

Each declares what a gain does to it (`Descriptor.level`): that declaration is what is tested here, for those to come as well.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from mixassistant.audio.audio import Audio
from mixassistant.audio.resample import resample
from mixassistant.audio.source import Spool
from mixassistant.features.descriptor import REGISTRY, Values
from mixassistant.features.measure import measure
from signals import music, scaled

# What a sample rate, a second of silence, or a swap of channels changes by definition.
LENGTH = frozenset(
    {"short_term", "momentary", "beats", "sections", "section_letters", "section_kinds", "tempo_curve", "onset_density", "activity"}
)
SIDED = frozenset({"balance"})
STEPS_AT_48K = 1.0  # steps: half of what is worth telling on either side
EXACT_STEPS = 0.1
# Values that belong to single frames or samples (extremes, counts, times): another frame grid reads them a little differently.
GRID = (
    "_summary",
    "resonance",
    "peak",
    "clipping",
    "beat",
    "onset",
    "ioi",
    "tempo",
    "cqt",
    "crest_bands",
    "tuning",
    "key",
    "rhythm_pattern",
)


@functools.cache
def sound() -> Audio:
    # Nothing above 18 kHz: what a resampler may take away there is no fault of the measurement.
    audio = music(seed=11, duration_s=9.0)
    low = sosfiltfilt(butter(8, 16_000, fs=44100, output="sos"), audio.samples, axis=1)
    return Audio(low.astype(np.float32), 44100)


@functools.cache
def measured() -> Values:
    return measure(sound(), "stem")


def numbers(values: Values, name: str) -> NDArray[np.float64] | None:
    found = values[name].value
    return None if found is None else np.atleast_1d(np.asarray(found, dtype=np.float64))


def assert_same(
    found: Values, expected: Values, steps: float, gain_db: float = 0.0, left_out: frozenset[str] = frozenset(), grid: bool = False
) -> None:
    wrong = {}
    for name in expected:
        descriptor = REGISTRY[name]
        if name in left_out or descriptor.level == "own" or (grid and any(part in name for part in GRID)):
            continue
        one, other = numbers(found, name), numbers(expected, name)
        if one is None or other is None:
            if one is not other:
                wrong[name] = (found[name], expected[name])
            continue
        if descriptor.shape == "bands" and one.shape == other.shape:
            audible = np.asarray(measured()["ltas"].value) > -60  # what is left in an empty band is rounding and stop bands
            one, other = one[audible], other[audible]
        relative = 1e-3 if name.endswith("_summary") else 1e-5
        shift = gain_db if descriptor.level == "gain" else 0.0
        allowed = steps * descriptor.step + relative * np.abs(other).max(initial=0)
        if one.shape != other.shape or np.abs(one - other - shift).max(initial=0) > allowed:
            wrong[name] = (one[:8], other[:8])
    assert not wrong


@settings(max_examples=6, deadline=None)
@given(st.floats(-30, 5))
def test_a_gain_moves_levels_by_itself_and_nothing_else(gain_db: float) -> None:
    # The floors of curves (−200 LUFS) and bands stay where they are, so the sound has none.
    assert_same(measure(scaled(sound(), gain_db), "stem"), measured(), EXACT_STEPS, gain_db, frozenset({"noise_floor"}))


def test_inverted_polarity_changes_nothing() -> None:
    assert_same(measure(Audio(-sound().samples, 44100), "stem"), measured(), EXACT_STEPS)


def test_swapped_channels_change_the_balance_alone() -> None:
    swapped = measure(Audio(sound().samples[::-1], 44100), "stem")
    assert_same(swapped, measured(), EXACT_STEPS, left_out=SIDED)
    assert swapped["balance"].value == pytest.approx(-np.asarray(measured()["balance"].value), abs=1e-6)


def test_24_bits_are_as_good_as_float() -> None:
    audio = music(seed=11, duration_s=9.0)
    rounded = np.round(audio.samples.astype(np.float64) * 2**23) / 2**23
    assert_same(measure(Audio(rounded.astype(np.float32), 44100), "stem"), measure(audio, "stem"), EXACT_STEPS)


@pytest.mark.parametrize("rate", [48000, 96000])
def test_the_sample_rate_hardly_matters(rate: int) -> None:
    assert_same(
        measure(resample(sound(), rate), "stem"), measured(), STEPS_AT_48K, left_out=LENGTH | {"bandwidth", "zero_crossing_rate"}, grid=True
    )


def test_silence_before_it_hardly_matters() -> None:
    late = Audio(np.pad(sound().samples, ((0, 0), (44100 * 2, 0))), 44100)
    assert_same(
        measure(late, "stem"),
        measured(),
        2 * STEPS_AT_48K,
        left_out=LENGTH | {"dynamic_range", "lra", "mfcc_delta_std", "ltas_sem", "level_curve"},
        grid=True,
    )


@settings(max_examples=5, deadline=None)
@given(st.integers(1, 200_000))
def test_the_blocks_of_a_streaming_decode_change_nothing(size: int) -> None:
    blocks = (sound().samples[:, start : start + size] for start in range(0, sound().length, size))
    assert_same(measure(Spool(blocks, 44100), "stem"), measured(), 1e-3)
