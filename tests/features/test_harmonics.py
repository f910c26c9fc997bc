"""Harmonic against percussive: librosa's separation on the same signal, and signals that are one or the other."""

from __future__ import annotations

import librosa
import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.features.descriptor import scalar
from mixassistant.features.frames import CONTEXT, FINE
from mixassistant.features.harmonics import KERNEL
from mixassistant.features.measure import measure
from mixassistant.features.representations import Representations
from mixassistant.features.timbre import hardness
from mixassistant.features.timbre.signal import Signal
from signals import music, noise, sine

ONLY = frozenset({"hpr"})


def test_energies_are_those_of_librosas_masks() -> None:
    audio = music(5, 12.0)  # more than one chunk of frames
    spectrum = librosa.stft(audio.samples.mean(axis=0))
    parts = [np.square(np.abs(part)).sum(axis=0) for part in librosa.decompose.hpss(spectrum)]
    found = Representations(audio).frames("harmonic_percussive")
    assert found.shape[0] > FINE.chunk
    for column, expected in enumerate(parts):
        assert found[:, column] == pytest.approx(expected, rel=1e-3, abs=1e-4 * float(expected.max()))


def test_context_reaches_as_far_as_the_median_of_what_overlaps() -> None:
    assert KERNEL // 2 + FINE.n_fft // FINE.hop - 2 <= CONTEXT


@pytest.mark.parametrize("samples", [400, 2048, 5000, 512 * 768, 512 * 769 + 3, 44100 * 12])
def test_the_percussive_share_is_that_of_one_pass_over_the_signal(samples: int) -> None:
    whole = music(5, 12.0)
    audio = Audio(whole.samples[:, :samples], whole.sample_rate_hz)
    mono = audio.samples.mean(axis=0, dtype=np.float32)
    steps = Representations(audio).frames("harmonic_percussive")[:-1, 2:].T.astype(np.float64)
    expected = hardness.percussive_parts(Signal(mono, 44100, 1.0)).percussive
    assert hardness.percussive_share(steps) == pytest.approx(expected, rel=1e-5)


def test_a_tone_sustains_and_clicks_strike() -> None:
    clicks = np.zeros((1, 44100 * 4), np.float32)
    clicks[0, ::11025] = 1.0
    tone = scalar(measure(sine(440, rate=44100), "stem", only=ONLY), "hpr")
    struck = scalar(measure(Audio(clicks, 44100), "stem", only=ONLY), "hpr")
    even = scalar(measure(noise(duration_s=4.0), "stem", only=ONLY), "hpr")
    assert tone is not None and struck is not None and even is not None
    assert tone > 25
    assert struck < -25
    assert abs(even) < 3


def test_what_cancels_in_mono_has_no_share() -> None:
    wave = sine(440, channels=1).samples
    found = measure(Audio(np.concatenate([wave, -wave]), 48000), "stem", only=ONLY)
    assert found["hpr"].value is None
    assert found["hpr"].reason
