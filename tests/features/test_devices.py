"""A graphics card measures what the processor measures; skipped where there is none."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mixassistant.features.descriptor import REGISTRY
from mixassistant.features.measure import measure
from signals import music

DEVICES = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}
TOLERANCE_STEPS = 0.2  # of a descriptor's step: sums in another order


@pytest.mark.parametrize("device", DEVICES)
def test_a_graphics_card_gives_the_same_numbers(device: str) -> None:
    if not DEVICES[device]():
        pytest.skip(f"there is no {device} device here")
    audio = music(4, 20.0)
    only = frozenset(d.id for d in REGISTRY if d.family != "models")
    expected, found = measure(audio, "mix", "cpu", only), measure(audio, "mix", device, only)
    for name in expected:
        one, other = expected[name].value, found[name].value
        assert (one is None) == (other is None), name
        if one is not None and other is not None:
            assert np.abs(np.asarray(one) - np.asarray(other)).max(initial=0) <= TOLERANCE_STEPS * REGISTRY[name].step, name
