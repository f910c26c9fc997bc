"""Mel filters against librosa's."""

from __future__ import annotations

import librosa
import numpy as np

from mixassistant.features.mel import mel_edges_hz, mel_weights


def test_mel_filters_are_librosas() -> None:
    expected = librosa.filters.mel(sr=44100, n_fft=2048, n_mels=128).T
    assert np.abs(mel_weights() - expected).max() < 1e-6 * expected.max()
    assert np.all(np.diff(mel_edges_hz()) > 0)
