"""What sounds: exact sums, no clicks on any switch, loops and seeks where they were asked for."""

import ctypes
import sys
import time
import weakref

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numba import carray, cfunc, types

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


def test_mono_and_interleaved_sounds_are_read_where_they_are() -> None:
    wave = sine(200)[0]
    interleaved = np.ascontiguousarray(np.stack([wave, -wave], axis=1)).T
    mono = np.broadcast_to(sine(300)[:1], (2, wave.size))
    mixer = Mixer(RATE)
    mixer.want(voice(Layer(interleaved), Layer(mono, 0.5)), 0)
    assert mixer._wishes[-1].sounds[0] is interleaved and mixer._wishes[-1].sounds[1] is mono
    heard = rendered(mixer, 5000)
    assert np.abs(heard - interleaved[:, :5000] - 0.5 * mono[:, :5000])[:, FADE:].max() < 1e-6


def test_what_is_louder_than_full_scale_is_clipped() -> None:
    mixer = Mixer(RATE)
    mixer.want(voice(Layer(sine(300, level=1.5))), 0)
    heard = rendered(mixer, 5000)
    assert heard.max() == 1.0 and heard.min() == -1.0


def test_sounds_that_are_not_heard_any_more_are_let_go() -> None:
    mixer = Mixer(RATE)
    gone = []
    for _ in range(6):
        sound = sine(300)
        gone.append(weakref.ref(sound))
        mixer.want(voice(Layer(sound)), 0)
        del sound
        rendered(mixer, 2 * FADE)
    mixer.want(None)
    assert [sound() is None for sound in gone] == [True] * 5 + [False]
    rendered(mixer, 100)
    mixer.want(None)
    assert gone[-1]() is not None  # it fades out
    rendered(mixer, FADE)
    mixer.want(None)
    assert gone[-1]() is None


def test_a_wish_that_was_never_heard_is_let_go_and_one_that_fades_out_is_not() -> None:
    mixer, sounds = Mixer(RATE), [sine(300) for _ in range(3)]
    mixer.want(voice(Layer(sounds[0])), 0)
    rendered(mixer, 2 * FADE)
    mixer.want(voice(Layer(sounds[1])), 0)
    mixer.want(voice(Layer(sounds[2])), 0)
    rendered(mixer, FADE // 2)
    mixer.want(None)
    held = [sound for wish in mixer._wishes for sound in wish.sounds]
    assert any(sound is sounds[0] for sound in held)
    rendered(mixer, 2 * FADE)
    mixer.want(None)
    assert not any(wish.sounds for wish in mixer._wishes)


def test_a_place_that_was_asked_for_is_not_lost_to_what_is_asked_next() -> None:
    mixer = Mixer(RATE)
    mixer.want(voice(Layer(sine(200))), 0)
    rendered(mixer, 4410)
    mixer.want(voice(Layer(sine(200))), RATE)
    mixer.want(voice(Layer(sine(200), 0.5)))  # before the next block: another gain
    assert mixer.position == RATE
    rendered(mixer, 1024)
    assert mixer.position == RATE + 1024


def test_where_it_is_going_to_play_is_told_before_it_does() -> None:
    mixer = Mixer(RATE)
    mixer.want(voice(Layer(sine(100, 0.1))), 1000)
    assert mixer.position == 1000 and not mixer.is_heard
    rendered(mixer, 6000)
    assert mixer.has_ended
    mixer.want(voice(Layer(sine(100, 0.1))), 0)
    assert not mixer.has_ended and mixer.position == 0


class Slow:
    """The mixer sample by sample, as simple as it can be said."""

    def __init__(self, fade: int) -> None:
        self.rising = 0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)
        self.faded = fade
        self.voice: Voice | None = None
        self.position = 0
        self.before: tuple[Voice | None, int] = (None, 0)
        self.wish: tuple[Voice | None, int | None, tuple[int, int] | None] | None = None
        self.loop: tuple[int, int] | None = None
        self.has_ended = False

    def want(self, to: Voice | None, position: int | None = None, loop: tuple[int, int] | None = None) -> None:
        if position is None and self.wish is not None:
            position = self.wish[1]  # a place that waits for a fade to end is still where the user wants to be
        self.wish = (to, position, loop)

    def switch(self, to: Voice | None, position: int) -> None:
        if to is not self.voice or position != self.position:
            self.before, self.voice, self.position = (self.voice, self.position), to, position
            self.faded, self.has_ended = 0, False

    @property
    def told(self) -> tuple[int, bool, bool]:
        """What the window hears of it: where it goes on, whether the song has ended, whether the last wish sounds alone."""
        if self.wish is not None:
            return self.position if self.wish[1] is None else self.wish[1], False, False
        return self.position, self.has_ended, self.faded == self.rising.size

    def sample(self) -> np.ndarray:
        if self.faded == self.rising.size and self.wish is not None:
            (wanted, position, self.loop), self.wish = self.wish, None
            self.switch(wanted, self.position if position is None else position)
        if self.faded == self.rising.size and self.voice is not None:
            if self.loop is not None and self.position >= self.loop[1]:
                self.switch(self.voice, self.loop[0])
            elif self.position >= self.voice.length:
                self.voice, self.has_ended = None, True
        value = at(self.voice, self.position)
        if self.faded < self.rising.size:
            share, (old, where) = self.rising[self.faded], self.before
            value = share * value + (1 - share) * at(old, where)
            self.before = (old, where + 1)
            self.faded += 1
        self.position += self.voice is not None
        return np.clip(value, -1, 1)


def at(sounding: Voice | None, position: int) -> np.ndarray:
    total = np.zeros(2)
    for layer in sounding.layers if sounding is not None else ():
        if 0 <= position - layer.start < layer.samples.shape[1]:
            total += layer.gain * layer.samples[:, position - layer.start]
    return total


SLOW_RATE = 4000
NOISE = np.random.default_rng(4).uniform(-1, 1, (3, 700)).astype(np.float32)
VOICES = (
    None,
    voice(Layer(NOISE[:2])),
    voice(Layer(NOISE[1:], 0.4), Layer(np.broadcast_to(NOISE[:1, :300], (2, 300)), -0.9, 200)),
    voice(Layer(np.ascontiguousarray(NOISE[:2].T).T, 0.7, 50), Layer(NOISE[1:], 0.0)),
)
STRETCHES = st.none() | st.tuples(st.integers(0, 400), st.integers(5, 250)).map(lambda pair: (pair[0], sum(pair)))
# Most wishes find the mixer at rest when counts are drawn evenly; those within a fade (20 samples) have to be drawn for themselves.
COUNTS = st.integers(1, 25) | st.integers(1, 300)
WISHES = st.tuples(st.sampled_from(VOICES), st.none() | st.integers(0, 800), STRETCHES)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.none() | WISHES, COUNTS), min_size=1, max_size=12))
@example([((VOICES[1], None, None), 1), ((None, 0, None), 1), ((VOICES[1], None, None), 19)])  # sent to 0 and back on within one fade
def test_whatever_is_asked_it_sounds_as_when_it_is_made_sample_by_sample(steps: list) -> None:
    mixer, slow = Mixer(SLOW_RATE), Slow(round(FADE_S * SLOW_RATE))
    for wish, count in steps:
        if wish is not None:
            mixer.want(*wish)
            slow.want(*wish)
        heard = rendered(mixer, count, 97)
        assert np.abs(heard - np.transpose([slow.sample() for _ in range(count)])).max() < 1e-6
        assert (mixer.position, mixer.has_ended, mixer.is_heard) == slow.told


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads that Python knows nothing of are made as Linux does")
def test_it_needs_nothing_of_python() -> None:
    # A thread of the system's renders, while this one waits for it with the interpreter's lock in its hand.
    mixer = Mixer(RATE)
    mixer.want(voice(Layer(sine(300))), 0)
    render = mixer._kernel.callback.ctypes
    block = np.zeros((3000, 2), np.float32)

    @cfunc(types.voidptr(types.voidptr))
    def run(pointers):  # type: ignore[no-untyped-def]
        places = carray(pointers, 2, np.uintp)
        render(places[0], places[0], 3000, places[0], 4, places[1])
        return pointers

    class Time(ctypes.Structure):
        _fields_ = (("s", ctypes.c_long), ("ns", ctypes.c_long))

    holding = ctypes.PyDLL(None)  # unlike CDLL it keeps the lock
    thread, pointers = ctypes.c_ulong(), np.array([block.ctypes.data, mixer.address], np.uintp)
    assert holding.pthread_create(ctypes.byref(thread), None, ctypes.c_void_p(run.address), ctypes.c_void_p(pointers.ctypes.data)) == 0
    assert holding.pthread_timedjoin_np(thread, None, ctypes.byref(Time(int(time.time()) + 20, 0))) == 0
    assert np.abs(block.T - sine(300)[:, :3000])[:, FADE:].max() < 1e-6
    assert (mixer.blocks, mixer.underruns) == (1, 1)


def test_what_is_heard_is_what_was_rendered_a_latency_ago_along_the_way_that_it_went() -> None:
    music, latency = voice(Layer(sine(300))), 4000
    mixer = Mixer(RATE)
    mixer.want(music, 10_000, (9_000, 12_000))
    assert mixer.heard(latency) == 10_000  # asked for, not begun
    places = []
    for _ in range(10):
        rendered(mixer, 1000, 500)
        places.append(mixer.heard(latency))
    assert places == [10_000] * 4 + [11_000, 12_000, 10_000, 11_000, 12_000, 10_000]
    mixer.want(music, 30_000)
    assert mixer.heard(latency) == 30_000
    rendered(mixer, 1000)
    assert mixer.heard(latency) == 30_000
    rendered(mixer, 5000)
    assert mixer.heard(latency) == mixer.position - latency == 32_000
    mixer.want(music, None)  # another sound in the same place
    rendered(mixer, 1000)
    assert mixer.heard(latency) == 33_000


def test_what_waits_in_the_output_is_heard_out_when_the_song_has_ended() -> None:
    music, latency = voice(Layer(sine(300))), 4000
    mixer = Mixer(RATE)
    mixer.want(music, music.length - 6000)
    rendered(mixer, 6000)
    assert mixer.heard(latency) == music.length - 4000
    rendered(mixer, 1000)
    assert mixer.has_ended and mixer.heard(latency) == music.length - 3000
    rendered(mixer, 5000)
    assert mixer.heard(latency) == mixer.position == music.length


def test_a_loop_that_was_cleared_or_is_shorter_than_the_latency_puts_nothing_outside_of_the_song() -> None:
    music, latency = voice(Layer(sine(300))), 6000
    mixer = Mixer(RATE)
    mixer.want(music, 9_000, (9_000, 11_300))
    for _ in range(20):
        rendered(mixer, 1024)
        assert 9_000 <= mixer.heard(latency) <= 11_300
    mixer.want(music, None, None)
    for _ in range(8):
        rendered(mixer, 1024)
        assert 9_000 <= mixer.heard(latency) <= mixer.position
    assert mixer.heard(latency) == mixer.position - latency
