"""Sources: a spool is what it was made from, whatever the blocks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.audio.audio import Audio
from mixassistant.audio.resample import resample
from mixassistant.audio.source import Spool, at_rate, blocks_of, spool_file
from mixassistant.errors import InputError
from signals import noise, sine


def spooled(audio: Audio, size: int = 1000) -> Spool:
    return Spool((audio.samples[:, i : i + size] for i in range(0, audio.length, size)), audio.sample_rate_hz)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 9000), st.integers(-50, 6000), st.integers(-50, 6000), st.integers(1, 2))
def test_a_spool_reads_like_the_audio_in_memory(size: int, start: int, stop: int, channels: int) -> None:
    audio = noise(duration_s=0.1, channels=channels)
    spool = spooled(audio, size)
    assert (spool.length, spool.channels, spool.duration_s) == (audio.length, channels, audio.duration_s)
    assert np.array_equal(spool.read(start, stop), audio.read(start, stop))


@pytest.mark.parametrize("channels", [1, 2])
def test_resampling_in_blocks_is_resampling(channels: int) -> None:
    audio = noise(duration_s=15.0, rate=48000, channels=channels)
    expected = resample(audio, 44100)
    found = at_rate(spooled(audio, 100_000), 44100)
    both = min(found.length, expected.length)
    assert abs(found.length - expected.length) <= 1
    assert np.abs(found.read(0, both) - expected.read(0, both)).max() < 1e-5


def test_a_file_is_spooled(tmp_path: Path) -> None:
    audio = sine(440, duration_s=25.0, rate=44100)
    soundfile.write(tmp_path / "a.wav", audio.samples.T, 44100, subtype="FLOAT")
    spool = spool_file(tmp_path / "a.wav")
    assert np.array_equal(np.concatenate(list(blocks_of(spool)), axis=1), audio.samples)
    (tmp_path / "b.wav").write_bytes(b"nothing")
    with pytest.raises(InputError):
        spool_file(tmp_path / "b.wav")


def test_nothing_cannot_be_spooled() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Spool([], 44100)
