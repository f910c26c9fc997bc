"""Parts of the timbral models against closed forms and independent implementations."""

import itertools

import numpy as np
import pytest
from golden.timbre.sounds import RATE, drums, mix, reverberant
from numpy.typing import NDArray
from scipy import signal

from mixassistant.features.timbre import envelope, hardness, kernels, onsets, reverberation, zwicker
from mixassistant.features.timbre.envelope import Delayed, Envelope
from mixassistant.features.timbre.signal import Framer, Signal, Undefined, loudness_of, spectra


def as_signal(wave: NDArray[np.float64], rate: int = RATE) -> Signal:
    return Signal(wave.astype(np.float32), rate, 1.0)


def tone(level_db: float, frequency_hz: float = 1000.0) -> Signal:
    """Return half a second of a tone at a sound pressure level."""
    amplitude = np.sqrt(2) * 10 ** ((level_db - zwicker.FULL_SCALE_DB) / 20)
    return as_signal(amplitude * np.sin(2 * np.pi * frequency_hz * np.arange(RATE // 2) / RATE))


@pytest.mark.parametrize(("level_db", "sone"), [(40.0, 1.0), (50.0, 2.0), (60.0, 4.0), (70.0, 8.0), (80.0, 16.0)])
def test_ten_decibels_more_are_twice_as_loud(level_db: float, sone: float) -> None:
    # ISO 532 defines 1 kHz at 40 dB as 1 sone. Windows are filtered from rest, and that a tone begins in each adds to its loudness.
    found = zwicker.loudness(tone(level_db))
    assert np.all((found.total[:-1] > 0.93 * sone) & (found.total[:-1] < 1.3 * sone))
    assert found.specific[:-1].sum(axis=1) / 10 == pytest.approx(found.total[:-1], rel=0.03)


def test_a_tone_excites_its_critical_band() -> None:
    for frequency_hz, bark in ((250.0, 2.5), (1000.0, 8.5), (4000.0, 17.5)):
        pattern = zwicker.loudness(tone(60, frequency_hz)).specific[0]
        assert abs(0.1 + 0.1 * int(pattern.argmax()) - bark) < 1.2


def test_no_sound_has_no_loudness() -> None:
    found = zwicker.loudness(as_signal(np.zeros(9000)))
    assert not found.total.any() and not found.specific.any() and found.rms.size == 3


def test_loudness_is_that_of_pyloudnorm() -> None:
    pyloudnorm = pytest.importorskip("pyloudnorm")
    for rate, seconds in ((44100, 3.3), (48000, 0.4), (96000, 1.03)):
        wave = mix(seconds, 3, rate).astype(np.float32)
        assert loudness_of(wave, rate) == pytest.approx(pyloudnorm.Meter(rate).integrated_loudness(wave.astype(np.float64)), abs=0.02)


def test_onset_strength_and_onsets_are_those_of_librosa() -> None:
    librosa = pytest.importorskip("librosa")
    wave = mix(5, 4).astype(np.float32)
    mel = onsets.MelPower(RATE, wave.size)
    for start in range(0, wave.size, 50000):
        mel.push(wave[start : start + 50000])
    found = mel.strength()
    theirs = librosa.onset.onset_strength(y=wave.astype(np.float64), sr=RATE)
    assert np.abs(found - theirs).max() < 1e-3
    assert onsets.detect(found, RATE).tolist() == librosa.onset.onset_detect(onset_envelope=theirs, sr=RATE, backtrack=True).tolist()


@pytest.mark.parametrize("samples", [2048, 5000, 132000, 300001])
def test_the_percussive_share_is_that_of_librosa(samples: int) -> None:
    librosa = pytest.importorskip("librosa")
    wave = mix(8, 5)[:samples].astype(np.float32)
    harmonic, percussive = (librosa.istft(part) for part in librosa.decompose.hpss(librosa.stft(wave)))
    starts = [*range(0, max(harmonic.size - 1024, 0), 512)]
    starts.append(starts[-1] + 512 if starts else 0)
    levels = [sum(np.sqrt(np.mean(part[a : a + 1024] ** 2)) for a in starts) for part in (percussive, harmonic)]
    assert hardness.percussive_parts(as_signal(wave)).percussive == pytest.approx(levels[0] / sum(levels), rel=1e-4)


def reference_envelope(wave: NDArray[np.float64], decay: float, hold: float) -> NDArray[np.float64]:
    """Return the envelope as its definition reads."""
    result, last, held = [], 0.0, 0.0
    for value in np.abs(wave):
        if value >= last:
            last, held = value, 0
        elif held < hold:
            held += 1
        else:
            last = max(last - decay, value)
        result.append(last)
    return np.array(result)


def test_the_envelope_is_the_same_however_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "_KEPT", 1)
    monkeypatch.setattr(envelope, "BLOCK", 1000)
    wave = drums(0.3, 1).astype(np.float32).astype(np.float64)
    peak = float(np.abs(wave).max())
    whole = reference_envelope(wave, peak / (0.1 * RATE), 0.01 * RATE)
    curve = Envelope(as_signal(wave), peak, 0.1)
    assert curve.dynamic_range == pytest.approx(np.ptp(whole), rel=1e-5)
    rng = np.random.default_rng(0)
    for _ in range(30):
        start, stop = sorted(rng.integers(0, wave.size, 2))
        assert curve.read(start, stop) == pytest.approx(whole[start:stop], abs=1e-6)
    late = np.concatenate([np.zeros(700), curve.read(0, wave.size)])
    delayed = Delayed(curve, 700)
    for start, stop in ((0, 500), (300, 5000), (2500, late.size)):
        part = late[start:stop]
        assert envelope.first_maximum(delayed, start, stop) == (start + part.argmax(), part.max())
        assert envelope.last_minimum(delayed, start, stop) == (start + np.flatnonzero(part == part.min())[-1], part.min())
        levels = np.linspace(0.05, 1.1, 6) * late.max()
        reached = [start + int(np.argmax(part >= np.float32(level))) for level in levels]
        assert envelope.first_reaching(delayed, start, stop, levels).tolist() == reached


def test_frames_come_complete_and_in_order() -> None:
    wave = np.arange(10000, dtype=np.float32)
    framer = Framer(256, 100)
    starts: list[float] = []
    for block in np.split(wave, [10, 300, 301, 5000]):
        span = framer.push(block)
        starts += [float(span[index * 100]) for index in range(framer.count(span))]
    assert starts == [100.0 * index for index in range((10000 - 256) // 100 + 1)]
    window = np.hanning(256).astype(np.float32)
    found = np.concatenate(list(spectra(wave, np.array([0, 777]), window, 512)))
    assert found[1] == pytest.approx(np.fft.rfft(wave[777 : 777 + 256] * window, 512), rel=1e-3, abs=1e-1)


@pytest.mark.parametrize("seconds", [0.3, 0.6, 0.9])
def test_noise_that_dies_away_has_the_time_of_its_decay(seconds: float) -> None:
    since = np.arange(8 * RATE) / RATE % 1.2
    wave = 0.3 * np.random.default_rng(2).standard_normal(since.size) * 10 ** (-3 * since / seconds)
    assert reverberation.rt60_blind(wave.astype(np.float32), RATE) == pytest.approx(seconds, abs=0.15)


def test_short_or_steady_sounds_have_no_reverberation_time() -> None:
    with pytest.raises(Undefined, match="shorter"):
        reverberation.rt60_blind(np.ones(5000, dtype=np.float32), RATE)
    with pytest.raises(Undefined, match="dies away"):
        reverberation.rt60_blind(np.sin(np.arange(RATE) * 0.1).astype(np.float32), RATE)


def test_channels_without_a_decay_are_left_out_of_the_mean() -> None:
    steady, dying = np.sin(np.arange(5 * RATE) * 0.1).astype(np.float32), reverberant(5, 1).astype(np.float32)
    assert reverberation.mean_rt60([steady, dying], RATE) == reverberation.rt60_blind(dying, RATE)
    assert reverberation.probability(0.48829) == pytest.approx(0.5, abs=1e-4)


def test_four_filters_side_by_side_are_each_alone() -> None:
    rng = np.random.default_rng(1)
    samples = rng.standard_normal(5000).astype(np.float32)
    sections = np.stack([butterworth(hz, kind) for hz, kind in ((2000.0, "high"), (100.0, "high"), (2000.0, "low"), (500.0, "low"))])
    together, alone = np.empty((4, samples.size), np.float32), np.empty(samples.size, np.float32)
    states = np.zeros((3, 2, 4))
    for block in (slice(0, 1234), slice(1234, None)):
        kernels.four_cascades(samples[block], np.ascontiguousarray(sections.T), states, together[:, block])
    for lane, section in enumerate(sections):
        kernels.cascade(samples, 1.0, section, np.zeros((3, 2)), alone)
        np.testing.assert_allclose(together[lane], alone, atol=1e-6)


def butterworth(frequency_hz: float, kind: str) -> NDArray[np.float64]:
    b, a = signal.butter(2, frequency_hz / (RATE / 2), kind)
    return np.array([*b, *a[1:]])


def reference_decay(samples: NDArray[np.float32], step: int, sub: int, most: int, log_rates: NDArray[np.float64]) -> int:
    """Return the likeliest decay of one frame as its definition reads; −1 without one."""
    values = samples[::step].astype(np.float64)
    frames = [values[:sub], *(values[k * sub : (k + 1) * sub + 1] for k in range(1, most - 1))]
    falls = 0
    for one, other in itertools.pairwise(frames):
        if not (one.var() > other.var() and one.max() > other.max() and one.min() < other.min()):
            break
        falls += 1
    else:
        return -1
    if falls < 3:
        return -1
    size = falls * sub
    n = np.arange(size)
    likelihood = [-size * np.log(np.sum(np.abs(values[:size]) * np.exp(-a * n)) / size) - a * size * (size - 1) / 2 for a in log_rates]
    return int(np.argmax(likelihood))


@pytest.mark.parametrize("shift", [184, 201])  # an odd one begins at samples that an even one leaves out
def test_decays_are_those_of_the_definition(shift: int) -> None:
    sub, most, count = 300, 7, 60
    wave = (np.random.default_rng(2).laplace(size=30000) * np.exp(-(np.arange(30000) % 9000) / 1500)).astype(np.float32)
    log_rates = -3 * np.log(10) / (reverberation.TIMES_S * (RATE / 2))
    found = np.empty(count, np.int64)
    phases = np.ascontiguousarray(wave.reshape(-1, 2).T)
    kernels.decay_times(phases, sub, shift, 7, count, 3, most, log_rates, found)
    expected = [reference_decay(wave[7 + i * shift :], 2, sub, most, log_rates) for i in range(count)]
    assert found.tolist() == expected
    assert len(set(expected)) > 2
