"""A master is as loud as its target wants it, and its true peak stays under the ceiling."""

from pathlib import Path

import numpy as np
import pytest
from ffmpeg_meter import measured_by_ffmpeg

from mixassistant.advice.audition import loudness_lufs
from mixassistant.advice.mastering import MASTERING, master
from mixassistant.advice.targets import load_targets, target_named
from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.true_peak import true_peak
from signals import music, scaled


def peak_db(audio: Audio) -> float:
    return 20 * float(np.log10(true_peak(audio)))


@pytest.mark.parametrize("name", [*load_targets()])
def test_a_master_is_what_its_target_asks_for(name: str) -> None:
    target, mix = target_named(name), music(duration_s=8.0)
    found = master(mix, target)
    assert found.true_peak_dbtp == pytest.approx(peak_db(found.audio))
    assert found.true_peak_dbtp <= target.true_peak_dbtp + 0.1
    assert found.loudness_lufs == loudness_lufs(found.audio)
    if target.loudness_lufs is not None:
        assert found.loudness_lufs == pytest.approx(target.loudness_lufs, abs=0.1)
        assert found.short_lu == 0.0


def test_a_mix_that_would_be_crushed_stays_quieter() -> None:
    samples = 0.001 * np.random.default_rng(0).normal(size=(2, 5 * 44100))
    samples[:, ::22050] = 0.9
    found = master(Audio(samples.astype(np.float32), 44100), target_named("spotify"))
    assert found.reduction_db <= MASTERING.most_limiting_db + 0.5
    assert found.short_lu > 5.0
    assert found.true_peak_dbtp <= -0.9


def test_silence_stays_silence() -> None:
    found = master(Audio(np.zeros((2, 44100), np.float32), 44100), target_named("spotify"))
    assert found.loudness_lufs is None and found.short_lu == 0.0 and not found.audio.samples.any()


def test_a_mono_mix_becomes_a_file_that_every_meter_reads_alike() -> None:
    target, mix = target_named("ebu-r128"), music(duration_s=6.0).mono()
    found = master(mix, target)
    assert found.audio.channels == 1 and found.written.channels == 2
    assert np.array_equal(found.written.samples[0], found.written.samples[1])
    assert measured_by_ffmpeg(found.written).loudness_lufs == pytest.approx(target.loudness_lufs, abs=0.2)


def test_a_cd_takes_a_loud_mix_as_it_is_and_holds_its_peaks() -> None:
    mix = scaled(music(duration_s=4.0), 20.0)
    found = master(mix, target_named("cd"))
    assert found.gain_db == 0.0
    assert found.true_peak_dbtp <= 0.1


@pytest.mark.parametrize("name", ["spotify", "ebu-r128"])
def test_real_music_reaches_its_target(real_music: Path, name: str) -> None:
    target = target_named(name)
    for file in sorted((real_music / "musdb18-7s" / "train").glob("*.mp4"))[:5]:
        found = master(decode(file), target)
        assert found.loudness_lufs == pytest.approx(target.loudness_lufs, abs=0.1), file.name
        assert found.true_peak_dbtp <= target.true_peak_dbtp + 0.1, file.name
        by_ffmpeg = measured_by_ffmpeg(found.audio)
        assert by_ffmpeg.loudness_lufs == pytest.approx(target.loudness_lufs, abs=0.2), file.name
        assert by_ffmpeg.true_peak_dbtp <= target.true_peak_dbtp + 0.1, file.name
