"""Transients, sibilance and resonances: planted ones are found, clean signals are quiet."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from mixassistant.audio.audio import Audio, mix
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.measure import measure
from mixassistant.processing.moves import Band
from signals import music, noise, sine

RATE = 44100


def bursts(
    length_s: float, every_s: float, level_dbfs: float = -12.0, duration_s: float = 8.0, band: tuple[float, float] | None = None
) -> Audio:
    wave = noise(seed=5, level_dbfs=level_dbfs, duration_s=duration_s).samples.astype(np.float64)
    if band:
        wave = sosfilt(butter(4, band, "band", fs=RATE, output="sos"), wave)
    t = np.arange(wave.shape[1]) / RATE
    return Audio((wave * ((t % every_s) < length_s)).astype(np.float32), RATE)


def test_clicks_are_transients_and_a_tone_is_not() -> None:
    clicks = scalar(measure(bursts(0.01, 0.25), "stem"), "transients")
    tone = scalar(measure(sine(440, rate=RATE), "stem"), "transients")
    assert clicks is not None and tone is not None
    assert clicks > 12
    assert tone < -20


def test_softer_attacks_are_fewer_transients() -> None:
    audio = music(2, 8.0)
    soft = sosfilt(butter(1, 3.0, fs=RATE, output="sos"), np.abs(audio.samples)).astype(np.float32) * noise(1, 0, 8.0).samples
    hard = scalar(measure(audio, "stem"), "transients")
    assert hard is not None and hard > (scalar(measure(Audio(soft, RATE), "stem"), "transients") or 0) + 2


def test_sibilance_follows_the_level_of_the_s_sounds() -> None:
    voice = bursts(0.5, 0.8, -20.0, band=(300, 3000))
    levels = []
    for level in (-30.0, -20.0, -10.0):
        found = measure(mix([voice, bursts(0.1, 0.8, level, band=(5500, 9500))]), "stem", role="vocals")
        levels.append(scalar(found, "sibilance") or 0.0)
    assert np.diff(levels) == pytest.approx([10, 10], abs=1.0)
    assert "sibilance" not in measure(voice, "stem", role="drums")
    assert "sibilance" not in measure(voice, "mix")


@pytest.mark.parametrize("hz", [210.0, 850.0, 3300.0])
def test_a_planted_resonance_is_found_and_nothing_else(hz: float) -> None:
    from mixassistant.processing.chain import render
    from mixassistant.processing.moves import Chain

    audio = noise(seed=8, duration_s=15.0)
    clean = vector(measure(audio, "stem"), "resonances")
    assert clean is not None and clean.size == 0
    found = measure(render(audio, Chain(bands=(Band("bell", hz, 14.0, 20.0),))), "stem")
    peaks, prominence = vector(found, "resonances"), vector(found, "resonance_levels")
    assert peaks is not None and prominence is not None
    assert peaks == pytest.approx([hz], rel=0.03)
    assert prominence[0] == pytest.approx(13, abs=2.5)


def test_changing_notes_are_no_resonances() -> None:
    rng = np.random.default_rng(0)
    t = np.arange(RATE) / RATE
    notes = [np.sin(2 * np.pi * 220 * 2 ** (rng.integers(0, 24) / 12) * t) * np.exp(-3 * t) for _ in range(20)]
    found = measure(mix([Audio(0.3 * np.concatenate(notes)[None].astype(np.float32), RATE), noise(1, -50, 20.0, channels=1)]), "stem")
    peaks = vector(found, "resonances")
    assert peaks is not None and peaks.size == 0
