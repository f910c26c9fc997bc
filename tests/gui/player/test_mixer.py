"""What sounds: exact sums, no clicks on any switch, loops and seeks where they were asked for."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.gui.player.mixer import FADE_S, Layer, Mixer, Voice

RATE = 44100
FADE = round(FADE_S * RATE)


def sine(hz: float, seconds: float = 2.0, level: float = 0.5) -> np.ndarray:
    wave = level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([wave, wave]).astype(np.float32)


def rendered(mixer: Mixer, count: int, block: int = 512) -> np.ndarray:
    parts = []
    while count > 0:
        out = np.zeros((2, min(block, count)), np.float32)
        mixer.render(out)
        parts.append(out)
        count -= out.shape[1]
    return np.concatenate(parts, axis=1)


def voice(*layers: Layer) -> Voice:
    return Voice(layers, max(layer.samples.shape[1] + layer.start for layer in layers))


def test_layers_are_summed_with_their_gains_from_their_starts() -> None:
    a, b = sine(200), sine(331, 1.0)
    mixer = Mixer(RATE)
    mixer.want(voice(Layer(a, 0.5), Layer(b, -0.25, 4000)), 3000)
    heard = rendered(mixer, 20000, 700)
    expected = 0.5 * a[:, 3000:23000]
    expected[:, 1000:20000] += -0.25 * b[:, :19000]
    assert np.abs(heard[:, FADE:] - expected[:, FADE:]).max() < 1e-6
    assert mixer.position == 23000


@pytest.mark.parametrize("block", [64, 441, 1024, 9000])
def test_no_switch_makes_a_step_larger_than_the_music_itself(block: int) -> None:
    music = sine(300)
    own = np.abs(np.diff(music[0])).max()
    most = own + np.pi / FADE * np.abs(music).max()  # and the slope of the fade itself
    mixer, heard = Mixer(RATE), []
    wishes = [
        (voice(Layer(music)), 0),
        (voice(Layer(music, 0.3)), None),
        (voice(Layer(music)), 30000),
        (None, None),
        (voice(Layer(music)), 5000),
    ]
    for wanted, position in wishes:
        mixer.want(wanted, position)
        heard.append(rendered(mixer, 6000, block))
    whole = np.concatenate(heard, axis=1)
    assert np.abs(np.diff(whole[0])).max() <= most
    assert np.abs(whole).max() > 0.4


def test_two_of_the_same_sound_are_crossfaded_without_any_change_of_level() -> None:
    music = sine(440)
    mixer = Mixer(RATE)
    mixer.want(voice(Layer(music)), 0)
    rendered(mixer, 4096)
    mixer.want(voice(Layer(music)), None)  # another voice of the same sound
    heard = rendered(mixer, 4096)
    assert np.abs(heard - music[:, 4096:8192]).max() < 1e-6


def test_a_loop_goes_back_to_its_start_and_its_seam_is_no_click() -> None:
    music = sine(300)
    mixer = Mixer(RATE)
    mixer.want(voice(Layer(music)), 10000, (10000, 15000))
    heard = rendered(mixer, 12000, 512)
    assert np.abs(heard[:, 5000 + FADE : 10000] - music[:, 10000 + FADE : 15000]).max() < 1e-6
    assert np.abs(np.diff(heard[0, FADE:])).max() <= np.abs(np.diff(music[0])).max() + np.pi / FADE
    assert 10000 <= mixer.position <= 15000


def test_at_its_end_it_stops_and_says_so() -> None:
    mixer = Mixer(RATE)
    mixer.want(voice(Layer(sine(100, 0.1))), 0)
    heard = rendered(mixer, 6000)
    assert mixer.has_ended
    assert not heard[:, 4411:].any()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60000), st.booleans(), st.integers(1, 3000)), min_size=1, max_size=12))
def test_whatever_is_asked_the_sound_stays_within_the_sounds_own_bounds(wishes: list[tuple[int, bool, int]]) -> None:
    music = sine(250, 1.5)
    mixer = Mixer(RATE)
    for position, sounds, count in wishes:
        mixer.want(voice(Layer(music)) if sounds else None, position)
        heard = rendered(mixer, count, 256)
        assert np.isfinite(heard).all()
        assert np.abs(heard).max(initial=0.0) <= 1.0  # two halves of a crossfade at most


def test_a_block_allocates_nothing_that_stays() -> None:
    mixer = Mixer(RATE)
    mixer.want(voice(Layer(sine(300, 5.0)), Layer(sine(500, 5.0), 0.2)), 0)
    out = np.zeros((2, 4096), np.float32)
    for _ in range(20):
        mixer.render(out)
    tracemalloc.start()
    mixer.render(out)
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    for _ in range(40):
        mixer.render(out)
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert now - before < 1000
    assert peak - before < out.nbytes  # views of arrays, and no block of sound
