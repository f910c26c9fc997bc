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


def test_context_reaches_as_far_as_the_median() -> None:
    assert CONTEXT >= KERNEL // 2


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
