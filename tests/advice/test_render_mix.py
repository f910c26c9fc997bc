"""Rendering a whole mix: each moved stem is rendered once, and is the same alone as in its bus."""

from __future__ import annotations

import numpy as np
import pytest

from mixassistant.advice import rendering
from mixassistant.advice.rendering import Parts, moved, render_mix
from mixassistant.audio.audio import Audio, mix
from mixassistant.processing.moves import Band, Chain
from mixassistant.stems.place import Place


def noise(seed: int) -> Audio:
    return Audio((0.1 * np.random.default_rng(seed).standard_normal((2, 8192))).astype(np.float32), 44100)


KEYS, PAD = Place("other", "keys"), Place("other", "pad")
STEMS = {KEYS: noise(0), PAD: noise(1)}
PARTS = Parts({"drums": noise(2), "other": mix(list(STEMS.values()))}, STEMS)
MOVES = {KEYS: Chain((Band("bell", 1000.0, 6.0, 1.0),)), Place("drums"): Chain(gain_db=-3.0)}


def test_a_moved_stem_is_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[Audio] = []
    real = rendering.render
    monkeypatch.setattr(rendering, "render", lambda audio, chain: rendered.append(audio) or real(audio, chain))
    render_mix(PARTS, None, MOVES)
    assert sum(audio is STEMS[KEYS] for audio in rendered) == 1


def test_the_places_of_a_rendered_mix_are_what_each_is_alone() -> None:
    places, whole = render_mix(PARTS, None, MOVES)
    assert set(places) == {Place("drums"), Place("other"), KEYS}
    for place, audio in places.items():
        np.testing.assert_array_equal(audio.samples, moved(PARTS, place, MOVES).samples)
    np.testing.assert_allclose(whole.samples, (places[Place("drums")].samples + places[Place("other")].samples), atol=1e-6)
