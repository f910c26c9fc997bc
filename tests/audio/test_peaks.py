"""The waveform pyramid against direct computation on the samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.audio.peaks import BASE, FACTOR, FRAME, PIECE, PeaksBuilder, build_peaks, peaks_of_source
from mixassistant.audio.skim import peaks_while_reading
from mixassistant.audio.source import Spool
from signals import music, noise, sine


def without_samples(audio: Audio) -> Spool:
    return Spool([audio.samples], audio.sample_rate_hz)


@pytest.mark.parametrize("length", [1, 255, 256, 257, FRAME - 1, FRAME, FRAME + 1, 40 * FRAME + 300, PIECE + 5 * FRAME + 77])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_level_is_what_the_samples_say(length: int, channels: int) -> None:
    samples = noise(1, duration_s=(length + 1) / 44100).samples[:channels, :length].copy()
    samples *= np.linspace(0.1, 1, length, dtype=np.float32)
    peaks = build_peaks(Audio(samples, 44100))
    assert peaks.length == length and peaks.largest == np.abs(samples).max()
    for level in peaks.levels:
        starts = np.arange(0, length, level.step)
        assert level.low.size == starts.size
        cuts = [samples[:, s : s + level.step] for s in starts]
        assert np.array_equal(level.low, [c.min() for c in cuts]) and np.array_equal(level.high, [c.max() for c in cuts])
        assert level.power == pytest.approx([np.square(c, dtype=np.float64).mean() for c in cuts], rel=1e-5)
    assert [level.step for level in peaks.levels] == [BASE * FACTOR**i for i in range(len(peaks.levels))]


def test_columns_on_the_grid_are_exact_and_the_last_one_ends_where_it_should() -> None:
    audio = Audio(np.concatenate([np.full((2, 64 * BASE), 0.1), np.full((2, 64 * BASE), 0.9)], axis=1), 44100)
    peaks = peaks_of_source(without_samples(audio))
    half_s = 64 * BASE / 44100
    low, high, rms = peaks.view(0, half_s, 16)
    assert high.max() == pytest.approx(0.1) and rms == pytest.approx(np.full(16, 0.1), rel=1e-5), "the loud half is not in this stretch"
    low, high, rms = peaks.view(half_s, 2 * half_s, 16)
    assert low.min() == pytest.approx(0.9) and rms == pytest.approx(np.full(16, 0.9), rel=1e-5)


@pytest.mark.parametrize("columns", [3, 50, 700])
def test_columns_hold_the_samples_under_them(columns: int) -> None:
    audio = noise(4, duration_s=20)
    peaks = peaks_of_source(without_samples(audio))
    start_s, end_s = 3.21, 17.89
    low, high, rms = peaks.view(start_s, end_s, columns)
    edges = np.linspace(start_s, end_s, columns + 1) * 44100
    step = next(level.step for level in reversed(peaks.levels) if level.step * 4 <= (edges[1] - edges[0]) or level.step == BASE)
    for i in range(columns):
        a, b = int(edges[i] // step * step), int(edges[i + 1] // step * step)
        assert b - a >= step and abs(a - edges[i]) < max(step, (edges[1] - edges[0]) / 4)
        cut = audio.samples[:, a:b]
        assert (low[i], high[i]) == (cut.min(), cut.max())
        assert rms[i] == pytest.approx(np.sqrt(np.square(cut, dtype=np.float64).mean()), rel=1e-4)


def test_up_close_the_samples_themselves_are_drawn_and_columns_touch() -> None:
    audio = sine(1000, -6, 2.0, 48000)
    peaks = build_peaks(audio)
    low, high, _rms = peaks.view(1.0, 1.01, 480)
    assert (high - low).max() < 0.15, "one or two samples to a column"
    assert high.max() == pytest.approx(0.501, abs=0.01) and low.min() == pytest.approx(-0.501, abs=0.01)
    assert (np.maximum(low[1:], low[:-1]) <= np.minimum(high[1:], high[:-1]) + 1e-7).all()
    coarse = peaks_of_source(without_samples(audio)).view(1.0, 1.01, 480)
    assert coarse[1].max() == pytest.approx(0.501, abs=0.01)


def test_beyond_the_end_there_is_nothing() -> None:
    peaks = build_peaks(noise(0, duration_s=1))
    low, high, rms = peaks.view(0.5, 1.5, 10)
    assert (high[:5] > 0.05).all() and not high[5:].any() and not low[5:].any() and not rms[5:].any()


@pytest.mark.parametrize(("frequency_hz", "band"), [(60, 0), (120, 0), (600, 1), (2500, 1), (6000, 2), (12000, 2)])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [44100, 96000])
def test_a_sine_lies_in_its_band_with_its_power(frequency_hz: float, band: int, channels: int, rate: int) -> None:
    peaks = build_peaks(sine(frequency_hz, -6, 3.0, rate, channels))
    found = peaks.balance(0, 3, 6)
    assert found.shape == (3, 6)
    assert found[band, :5] == pytest.approx(np.full(5, 10**-0.6 / 2), rel=0.03)
    assert found[band] / found.sum(axis=0) == pytest.approx(np.ones(6), abs=0.01)


def test_bands_are_those_of_a_direct_spectrum_and_add_up_to_the_power() -> None:
    audio = music(2, duration_s=4)
    peaks = build_peaks(audio)
    frames = audio.length // FRAME
    cut = audio.samples[:, : frames * FRAME].reshape(2, frames, FRAME).astype(np.float64) * np.hanning(FRAME + 1)[:-1]
    power = np.square(np.abs(np.fft.rfft(cut, axis=2))).sum(axis=0)  # both channels
    power[:, 0] /= 2  # 0 Hz has no negative twin
    frequency_hz = np.fft.rfftfreq(FRAME, 1 / 44100)
    scale = 2 / (FRAME * np.square(np.hanning(FRAME + 1)[:-1]).sum() * 2)
    bands = next(level.bands for level in peaks.levels if level.bands is not None)
    assert bands.shape[1] == -(-audio.length // FRAME)
    for row, (low_hz, high_hz) in zip(bands, ((-1, 260), (260, 4010), (4010, 22040)), strict=True):
        direct = power[:, (frequency_hz > low_hz) & (frequency_hz <= high_hz)].sum(axis=1) * scale
        assert row[:frames] == pytest.approx(direct, rel=1e-3, abs=1e-9)
    whole = peaks.balance(0, 4, 1).sum()
    assert whole == pytest.approx(np.square(audio.samples).mean(), rel=0.1), "frames under a Hann window see most of the power"


def test_a_channel_out_of_phase_counts_as_much() -> None:
    one = sine(1000, -6, 1.0, 44100).samples
    upside_down = Audio(np.stack([one[0], -one[0]]), 44100)
    assert build_peaks(upside_down).balance(0, 1, 1) == pytest.approx(build_peaks(Audio(one, 44100)).balance(0, 1, 1), rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("block", [100, 1000, 4096, 100_000])
def test_blocks_of_any_size_make_the_same_pyramid(block: int) -> None:
    audio = noise(7, duration_s=7)
    builder = PeaksBuilder(44100, 2)
    for start in range(0, audio.length, block):
        builder.add(audio.samples[:, start : start + block])
    found, expected = builder.peaks(), peaks_of_source(audio)
    assert found.length == expected.length and len(found.levels) == len(expected.levels)
    for a, b in zip(found.levels, expected.levels, strict=True):
        assert np.array_equal(a.low, b.low) and np.array_equal(a.high, b.high)
        assert a.power == pytest.approx(b.power, rel=1e-5)
        if b.bands is not None:
            assert a.bands == pytest.approx(b.bands, rel=1e-4, abs=1e-12)


def test_memory_stays_bounded_while_reading_piece_by_piece() -> None:
    class Hour:
        sample_rate_hz, channels, length = 8000, 2, 8000 * 3600
        duration_s = 3600.0
        largest = 0

        def read(self, start: int, stop: int) -> np.ndarray:
            self.largest = max(self.largest, stop - start)
            return np.full((2, min(stop, self.length) - start), start / self.length, np.float32)

    source, seen = Hour(), []
    peaks = peaks_of_source(source, lambda _stage, fraction: seen.append(fraction))
    assert source.largest <= PIECE and seen == sorted(seen) and seen[-1] == 1.0
    assert peaks.length == source.length and peaks.view(0, 3600, 4)[1] == pytest.approx([0.25, 0.5, 0.75, 1.0], abs=0.05)


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    def stop(stage: str, fraction: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        peaks_of_source(noise(0, duration_s=1), stop)
    with pytest.raises(InterruptedError):
        list(peaks_while_reading(write(tmp_path / "song.wav", noise(0, duration_s=3)), stop))


def write(path: Path, audio: Audio) -> Path:
    import soundfile

    soundfile.write(path, audio.samples.T, audio.sample_rate_hz, "PCM_16")
    return path


def test_a_file_shows_before_it_has_been_read_and_ends_exact(tmp_path: Path) -> None:
    audio = noise(1, duration_s=30)
    found = list(peaks_while_reading(write(tmp_path / "song.wav", audio)))
    assert len(found) >= 4
    assert all(peaks.length == audio.length for peaks in found)
    first = found[0].view(0, 30, 30)[1]
    assert (first[:2] > 0.1).all() and not first[5:].any(), "what is not read yet is flat"
    assert found[-1].view(0, 30, 30)[1] == pytest.approx(build_peaks(audio).view(0, 30, 30)[1], abs=1e-4)


@pytest.mark.parametrize("name", ["long.wav", "long.flac"])
def test_a_long_file_is_skimmed_from_end_to_end_first(tmp_path: Path, name: str) -> None:
    rate = 8000
    loud = np.where(np.arange(rate * 900) // (rate * 300) == 1, 0.8, 0.1).astype(np.float32)  # the middle third is loud
    audio = Audio((loud * np.sin(np.arange(loud.size) * 0.3)).astype(np.float32)[None], rate)
    found = list(peaks_while_reading(write(tmp_path / name, audio)))
    for peaks in (found[0], found[-1]):
        _low, high, rms = (found[1::3] for found in peaks.view(0, 900, 27))
        assert high == pytest.approx([0.1] * 3 + [0.8] * 3 + [0.1] * 3, abs=0.02)
        assert rms == pytest.approx(high / np.sqrt(2), rel=0.1)
    assert found[0].balance(0, 900, 9)[1, 1::3] == pytest.approx([0.005, 0.32, 0.005], rel=0.1), "0.3 rad a sample is 382 Hz"
