"""What a codec makes of a sound comes back at the same place, unclipped, with its peaks counted."""

from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.lossy import CODECS, through_codec
from mixassistant.errors import UsageError
from signals import music, scaled, sine

EACH = [*CODECS]


def loudest(audio: Audio) -> float:
    return float(np.abs(audio.samples).max())


@pytest.mark.parametrize("codec", EACH)
@pytest.mark.parametrize(("rate", "channels"), [(44100, 2), (48000, 1), (96000, 2)])
def test_it_comes_back_at_the_same_place(codec: str, rate: int, channels: int) -> None:
    whole = music(duration_s=4.0, rate=rate)
    mix = Audio(whole.samples[:channels], rate)
    found = through_codec(mix, codec, 128)
    assert (found.audio.sample_rate_hz, found.audio.samples.shape) == (rate, mix.samples.shape)
    assert found.difference_db < -12.0
    # Moved by a single sample of 44.1 kHz, it would fit less.
    off = max(1, round(rate / 44100))
    shifted = [float(((np.roll(found.audio.samples, by, axis=1) - mix.samples) ** 2).sum()) for by in (-off, 0, off)]
    assert shifted[1] == min(shifted)


@pytest.mark.parametrize("codec", EACH)
def test_more_bits_leave_more_of_it(codec: str) -> None:
    mix = music(duration_s=4.0)
    kbps = CODECS[codec].kbps
    assert through_codec(mix, codec, kbps[-1]).difference_db < through_codec(mix, codec, kbps[0]).difference_db - 2.0


@pytest.mark.parametrize("codec", EACH)
def test_what_is_over_full_scale_is_not_clipped_and_is_counted(codec: str) -> None:
    mix = music(duration_s=4.0)
    loud = scaled(mix, 20 * float(np.log10(1.3 / loudest(mix))))
    found = through_codec(loud, codec, 128)
    assert loudest(found.audio) > 1.1
    assert found.true_peak_dbtp > 1.0
    assert found.overs > 0
    quiet = through_codec(scaled(mix, 20 * float(np.log10(0.5 / loudest(mix)))), codec, 128)
    assert quiet.overs == 0 and quiet.true_peak_dbtp < -3.0


def test_peaks_are_counted_one_by_one() -> None:
    rate = 44100
    tone = sine(1000.0, -20.0, 3.0, rate).samples.copy()
    for at in (30_000, 60_000, 90_000):
        tone[:, at : at + 2000] *= np.hanning(2000).astype(np.float32) * 14 + 1
    found = through_codec(Audio(tone, rate), "mp3", 320)
    # Bursts of 1 kHz over full scale: some tens of half waves each, and nothing in between.
    assert 3 <= found.overs <= 3 * 90


@pytest.mark.parametrize("codec", EACH)
def test_silence_and_a_moment_of_sound_come_back(codec: str) -> None:
    silence = through_codec(Audio(np.zeros((2, 20_000), np.float32), 44100), codec, 128)
    assert silence.audio.length == 20_000 and silence.overs == 0
    short = Audio(music(duration_s=1.0).samples[:, :700], 44100)
    assert through_codec(short, codec, 128).audio.length == 700


def test_an_unknown_codec_is_told() -> None:
    with pytest.raises(UsageError, match="use one of aac, opus, mp3"):
        through_codec(music(duration_s=1.0), "wma", 128)


@pytest.mark.parametrize("codec", EACH)
def test_a_null_test_with_real_music_leaves_little(real_music: Path, codec: str) -> None:
    for file in sorted((real_music / "musdb18-7s" / "train").glob("*.mp4"))[:3]:
        found = through_codec(decode(file), codec, CODECS[codec].kbps[-1])
        assert found.difference_db < -15.0, file.name
