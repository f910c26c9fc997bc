"""Loudness against the standards' own signals, closed forms and an independent implementation."""

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.k_weighting import k_weighted_power, k_weighting_db
from mixassistant.features.measure import measure
from signals import music, noise, scaled, sine

ONLY = frozenset({"lufs", "lra", "momentary_max", "short_term_max", "momentary", "short_term"})


@pytest.mark.parametrize(
    ("name", "lufs"),
    [("seq-3341-1-16bit", -23.0), ("seq-3341-2-16bit", -33.0), ("seq-3341-3-16bit-v02", -23.0), ("seq-3341-4-16bit-v02", -23.0),
     ("seq-3341-5-16bit-v02", -23.0), ("seq-3341-7_seq-3342-5-16bit", -23.0)],
)  # fmt: skip
def test_ebu_tech_3341_integrated_loudness(real_music: Path, name: str, lufs: float) -> None:
    values = measure(decode(real_music / "ebu-loudness" / f"{name}.flac"), "mix", only=ONLY)
    assert scalar(values, "lufs") == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize(
    ("name", "lra"),
    [("seq-3342-1-16bit", 10.0), ("seq-3342-2-16bit", 5.0), ("seq-3342-3-16bit", 20.0), ("seq-3342-4-16bit", 15.0),
     ("seq-3341-7_seq-3342-5-16bit", 5.0)],
)  # fmt: skip
def test_ebu_tech_3342_loudness_range(real_music: Path, name: str, lra: float) -> None:
    values = measure(decode(real_music / "ebu-loudness" / f"{name}.flac"), "mix", only=ONLY)
    assert scalar(values, "lra") == pytest.approx(lra, abs=1.0)


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_a_stereo_sine_at_997_hz_reads_its_level(rate: int) -> None:
    # BS.1770-5 annex 1: a 0 dBFS, 997 Hz sine in one channel reads −3.01 LKFS; in both, 0 LKFS.
    assert scalar(measure(sine(997, -20, rate=rate), "mix", only=ONLY), "lufs") == pytest.approx(-20.0, abs=0.05)


@pytest.mark.parametrize("seed", range(3))
def test_loudness_agrees_with_pyloudnorm(seed: int) -> None:
    audio = music(seed, rate=48000)
    peer = pyloudnorm.Meter(48000).integrated_loudness(audio.samples.T.astype(np.float64))
    assert scalar(measure(audio, "mix", only=ONLY), "lufs") == pytest.approx(peer, abs=0.1)


def test_a_mono_file_reads_as_the_two_channels_it_plays_on() -> None:
    mono = sine(997, channels=1)
    assert scalar(measure(mono, "mix", only=ONLY), "lufs") == pytest.approx(
        scalar(measure(mono.stereo(), "mix", only=ONLY), "lufs"), abs=1e-6
    )


def test_gain_moves_every_loudness_by_the_gain() -> None:
    quiet, loud = (measure(a, "mix", only=ONLY) for a in (music(1), scaled(music(1), 6.0)))
    for name in ("lufs", "momentary_max", "short_term_max"):
        assert scalar(loud, name) - scalar(quiet, name) == pytest.approx(6.0, abs=0.01)
    assert scalar(loud, "lra") == pytest.approx(scalar(quiet, "lra"), abs=0.05)


def test_the_curves_have_their_length_and_silence_has_a_reason() -> None:
    values = measure(noise(duration_s=5.0), "mix", only=ONLY)
    assert vector(values, "momentary").size == 47
    assert vector(values, "short_term").size == 21
    assert measure(Audio(np.zeros((2, 96000), np.float32), 48000), "mix", only=ONLY)["lufs"].reason == "silent"
    assert measure(noise(duration_s=1.0), "mix", only=ONLY)["short_term_max"].reason


def test_both_ways_of_k_weighting_agree() -> None:
    from mixassistant.features import k_weighting

    audio = noise(3, duration_s=8.0)
    step = round(0.1 * audio.sample_rate_hz)
    direct = k_weighted_power(audio, 0.1, "cpu")
    convolved = np.concatenate(list(k_weighting._convolved(audio, audio.length // step * step, step, "cpu")))
    assert np.abs(10 * np.log10(direct / convolved)).max() < 0.001


def test_k_weighting_has_its_published_shape() -> None:
    # The curve of BS.1770-5: 0.69 dB at 1 kHz (cancelled by the −0.691), about +4 dB in the treble, a fall in the bass.
    assert k_weighting_db(997) == pytest.approx(0.691, abs=0.02)
    assert k_weighting_db(10000) == pytest.approx(4.0, abs=0.1)
    assert k_weighting_db(20) < -12
