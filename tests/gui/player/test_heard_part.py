"""Listening to a part: bands pass what they hold and nothing else, mid and side are what they are called, and no change is a click."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal

from mixassistant.gui.player.listening import BANDS, BANDS_HZ, SIDES, Listening, filters
from mixassistant.gui.player.mixer import FADE_S, Layer, Mixer, Voice

RATE = 44100
FADE = round(FADE_S * RATE)
MIDDLES_HZ = {"lows": 50.0, "low_mids": 224.0, "mids": 900.0, "highs": 8000.0}


def tone(hz: float, seconds: float = 1.0, level: float = 0.4) -> np.ndarray:
    wave = level * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([wave, wave]).astype(np.float32)


def sounding(samples: np.ndarray) -> Mixer:
    mixer = Mixer(RATE)
    mixer.want(Voice((Layer(samples),), samples.shape[1]), 0)
    return mixer


def rendered(mixer: Mixer, count: int, block: int = 512) -> np.ndarray:
    parts = []
    while count > 0:
        out = np.zeros((2, min(block, count)), np.float32)
        mixer.render(out)
        parts.append(out)
        count -= out.shape[1]
    return np.concatenate(parts, axis=1)


def level_db(samples: np.ndarray) -> float:
    return float(20 * np.log10(max(np.std(samples), 1e-9)))


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("of", BANDS)
def test_a_band_lets_its_own_middle_pass_and_holds_the_others_back(band: str, of: str) -> None:
    music = tone(MIDDLES_HZ[of])
    mixer = sounding(music)
    mixer.listen(Listening(band))
    heard = level_db(rendered(mixer, 30000)[:, 20000:]) - level_db(music)
    away = abs(BANDS.index(band) - BANDS.index(of))
    # At 224 Hz both crossovers of the narrow band are two thirds of an octave away, and take 1.2 dB each; a whole band away 24 dB an
    # octave add up.
    assert heard == pytest.approx(0.0, abs=2.6) if away == 0 else heard < (-12.0 if away == 1 else -35.0)


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("rate", [8000, 44100, 192000])
def test_the_filters_are_linkwitz_riley_crossovers(band: str, rate: int) -> None:
    sections = filters(rate)[BANDS.index(band)]
    sos = np.column_stack([sections[:, :3], np.ones(len(sections)), sections[:, 3:]])
    for edge_hz in BANDS_HZ[band]:
        if 0 < edge_hz < 0.45 * rate:
            other = max((abs(np.log2(edge_hz / hz)) for hz in BANDS_HZ[band] if 0 < hz < np.inf and hz != edge_hz), default=9)
            _hz, response = scipy.signal.sosfreqz(sos, [edge_hz], fs=rate)
            assert 20 * np.log10(abs(response[0])) == pytest.approx(-6.02, abs=0.05 if other > 3 else 0.6)
    expected = scipy.signal.butter(2, BANDS_HZ["lows"][1], fs=rate)
    if band == "lows":
        assert np.allclose([*expected[0], *expected[1][1:]], sections[2])


def test_mid_and_side_are_half_the_sum_and_half_the_difference_from_both_sides() -> None:
    rng = np.random.default_rng(2)
    music = rng.uniform(-0.4, 0.4, (2, 20000)).astype(np.float32)
    for side, expected in (("mid", (music[0] + music[1]) / 2), ("side", (music[0] - music[1]) / 2)):
        mixer = sounding(music)
        mixer.listen(Listening("", side))
        heard = rendered(mixer, 12000)
        assert np.abs(heard - expected[:12000])[:, 2 * FADE :].max() < 1e-6


def test_the_bands_of_a_sum_are_the_sum_of_a_band_of_its_layers() -> None:
    # Level matching, soloed stems and suggestions are layers: what a band takes of them is the same whichever comes first.
    first, second = tone(300, level=0.2), tone(120, level=0.3)
    heard = []
    for layers in ((Layer(first, 0.5), Layer(second, 0.25, 100)), (Layer(first, 0.5),), (Layer(second, 0.25, 100),)):
        mixer = Mixer(RATE)
        mixer.listen(Listening("low_mids", "mid"))
        mixer.want(Voice(layers, first.shape[1]), 0)
        heard.append(rendered(mixer, 20000))
    assert np.abs(heard[0] - heard[1] - heard[2]).max() < 1e-6


@pytest.mark.parametrize("block", [64, 441, 1024])
def test_no_change_of_what_is_listened_to_is_a_click(block: int) -> None:
    music = tone(300)
    own = np.abs(np.diff(music[0])).max()
    most = own + np.pi / FADE * np.abs(music).max()  # and the slope of the fade itself
    mixer, heard = sounding(music), []
    for listening in ("lows", "mids", "highs", "low_mids", "", "low_mids"):
        heard.append(rendered(mixer, 5000, block))
        mixer.listen(Listening(listening, "mid" if listening else ""))
    steps = np.abs(np.diff(np.concatenate(heard, axis=1)[0]))
    assert steps.max() <= most
    # A click is broad: nothing of the changes reaches the treble, where this music has nothing.
    sos = scipy.signal.butter(8, 6000, "highpass", fs=RATE, output="sos")
    treble = scipy.signal.sosfilt(sos, np.concatenate(heard, axis=1)[0])
    assert 20 * np.log10(np.abs(treble[2000:]).max() / 0.4) < -60


def test_switching_the_sound_while_a_band_is_heard_is_no_click_either() -> None:
    mixer = sounding(tone(220))
    mixer.listen(Listening("low_mids"))
    rendered(mixer, 8000)
    mixer.want(Voice((Layer(tone(330)),), RATE), 3000)
    heard = rendered(mixer, 4000)
    own = np.abs(np.diff(tone(330)[0])).max()
    assert np.abs(np.diff(heard[0])).max() <= own + np.pi / FADE * 0.4


def test_it_is_heard_from_the_next_block_on_and_moves_nothing() -> None:
    music = tone(8000)
    mixer = sounding(music)
    rendered(mixer, 5000)
    mixer.listen(Listening("lows"))
    assert mixer.position == 5000 and not mixer.is_heard
    heard = rendered(mixer, 1024)
    assert level_db(heard[:, FADE:]) < level_db(music) - 60
    assert mixer.is_heard and mixer.position == 6024
    mixer.listen(Listening())
    heard = rendered(mixer, 1024)
    assert np.abs(heard - music[:, 6024:7048])[:, FADE:].max() == 0  # the whole is the sound itself, bit by bit


def test_what_sounded_is_kept_whole_and_as_it_was_heard() -> None:
    music = tone(8000)
    mixer = sounding(music)
    mixer.listen(Listening("lows", "side"))
    heard = rendered(mixer, 9000)
    whole, part = mixer.sounded(3000, 2000)
    assert np.array_equal(whole[:, FADE:], music[:, 4000 + FADE : 7000]) and np.array_equal(part, heard[:, 4000:7000])
    before, _part = mixer.sounded(10000, 0)
    assert not before[:, :1000].any()  # nothing was heard yet


def test_a_long_silence_leaves_nothing_in_the_filters() -> None:
    mixer = sounding(tone(100, 0.2))
    mixer.listen(Listening("lows"))
    rendered(mixer, 3 * RATE, 1024)
    assert not mixer._memory.any()


def test_every_side_is_what_a_mono_sound_makes_of_it() -> None:
    assert set(SIDES) == {"", "mid", "side"}
    ones = np.ones(2)
    for side, (ll, rl, lr, rr) in SIDES.items():
        assert np.allclose(np.array([[ll, rl], [lr, rr]]) @ ones, 0.0 if side == "side" else 1.0)
