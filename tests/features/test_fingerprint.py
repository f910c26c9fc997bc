"""The same song is recognised whatever gain or EQ was put on it; other songs are not."""

from pathlib import Path

import pytest

from mixassistant.features.fingerprint import fingerprint, similarity
from mixassistant.features.representations import Representations
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.recognition import RECOGNITION
from mixassistant.stems.drop import open_song
from signals import music, scaled


def prints(audio):
    return fingerprint(Representations(audio))


def test_gain_and_eq_do_not_hide_a_song() -> None:
    changed = render(scaled(music(0), -7), Chain(bands=(Band("bell", 300, 6, 1), Band("high_shelf", 4000, -5, 0.71))))
    assert similarity(prints(music(0)), prints(changed))[0] > 0.9


def test_a_late_start_is_found_as_a_lag() -> None:
    from mixassistant.audio.audio import Audio

    cut = Audio(music(0, duration_s=10).samples[:, 44100:], 44100)
    correlation, lag_s = similarity(prints(music(0, duration_s=10)), prints(cut))
    assert correlation > RECOGNITION.correlation and abs(abs(lag_s) - 1.0) < 0.15


def test_other_songs_are_other_songs(real_music: Path) -> None:
    files = sorted((real_music / "musdb18-7s" / "train").glob("*.stem.mp4"))[:10]
    if len(files) < 2:
        pytest.skip("needs two songs")
    found = [prints(open_song(f).mix) for f in files]
    pairs = [similarity(a, b)[0] for i, a in enumerate(found) for b in found[:i]]
    assert max(pairs) < 0.6
