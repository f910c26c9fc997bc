"""Pitch of single voices: glides and voices with known pitches, librosa's pYIN on real stems."""

from __future__ import annotations

from pathlib import Path

import librosa
import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.features.descriptor import Values, scalar
from mixassistant.features.measure import measure
from mixassistant.features.pitch.pyin import HIGHEST_HZ, HOP, LOWEST_HZ, RATE_HZ, pitch
from mixassistant.features.representations import Representations
from mixassistant.stems.drop import open_song
from signals import noise

ONLY = frozenset({"pitch", "pitch_spread", "voiced_ratio", "hnr"})
RATE = 44100


def voice(hz: np.ndarray, noise_db: float = -60.0) -> Audio:
    """Return a voice-like tone of eight harmonics that follows a frequency per sample."""
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    wave = sum(np.sin(k * phase) / k for k in range(1, 9)) / 3
    wave += 10 ** (noise_db / 20) * np.random.default_rng(0).standard_normal(hz.size)
    return Audio((0.2 * wave)[None].astype(np.float32), RATE)


def pitched(audio: Audio) -> Values:
    return measure(audio, "stem", only=ONLY, role="vocals")


@pytest.mark.parametrize("hz", [55.0, 98.0, 220.0, 441.0, 880.0])
def test_a_steady_voice_has_its_pitch(hz: float) -> None:
    found = pitched(voice(np.full(3 * RATE, hz)))
    assert scalar(found, "pitch") == pytest.approx(hz, rel=0.003)
    assert scalar(found, "pitch_spread") == pytest.approx(0, abs=0.05)
    assert (scalar(found, "voiced_ratio") or 0) > 0.97


def test_a_glide_is_followed() -> None:
    t = np.arange(4 * RATE) / RATE
    hz = 110 * 2 ** (t / 4)
    found = Representations(voice(hz)).once(pitch)
    times = np.arange(found.hz.size) * HOP / RATE_HZ
    inside = (times > 0.1) & (times < 3.9)
    assert found.voiced[inside].mean() > 0.97
    cents = 1200 * np.log2(found.hz[inside] / np.interp(times[inside], t, hz))
    assert np.abs(cents).max() < 40


def test_noise_and_drums_have_no_pitch() -> None:
    found = pitched(noise(duration_s=4))
    assert found["pitch"].value is None
    assert (scalar(found, "voiced_ratio") or 0) < 0.2


def test_the_noisier_the_less_harmonic() -> None:
    ratios = [scalar(pitched(voice(np.full(2 * RATE, 200.0), db)), "hnr") for db in (-50, -20, -10)]
    assert ratios[0] is not None and ratios[1] is not None and ratios[2] is not None
    assert ratios[0] > ratios[1] + 5 > ratios[2] + 8


def test_only_single_voices_are_asked() -> None:
    audio = voice(np.full(2 * RATE, 200.0))
    assert "pitch" not in measure(audio, "stem", only=ONLY, role="drums")
    assert "pitch" not in measure(audio, "mix", only=ONLY)


@pytest.mark.parametrize("role", ["vocals", "bass"])
def test_pitches_are_librosas_on_real_stems(real_music: Path, role: str) -> None:
    gaps, same = [], []
    for path in sorted((real_music / "musdb18-7s" / "train").glob("*.stem.mp4"))[:4]:
        stem = next(s for s in open_song(path).stems if s.role == role)
        if np.abs(stem.audio.samples).max() < 0.01:
            continue
        shared = Representations(stem.audio)
        found = shared.once(pitch)
        mono = librosa.resample(shared.spectral.read(0, shared.spectral.length).mean(axis=0), orig_sr=RATE, target_sr=RATE_HZ)
        hz, voiced, _ = librosa.pyin(mono, fmin=LOWEST_HZ, fmax=HIGHEST_HZ, sr=RATE_HZ)
        both = voiced[: found.hz.size] & found.voiced[: voiced.size]
        gaps += np.abs(1200 * np.log2(found.hz[: voiced.size][both] / hz[: found.hz.size][both])).tolist()
        same += (voiced[: found.hz.size] == found.voiced[: voiced.size]).tolist()
    assert np.median(gaps) < 15
    assert np.mean(np.array(gaps) < 50) > 0.85
    assert np.mean(same) > 0.7
