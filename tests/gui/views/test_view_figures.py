"""What the views have computed and how it is laid out, without a window: sounds whose pictures are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.features.descriptor import Values, scalar, vector
from mixassistant.features.measure import measure
from mixassistant.gui.views.colors import lightness, ramp
from mixassistant.gui.views.dynamics import histogram
from mixassistant.gui.views.fine_bands import fine_spectrum
from mixassistant.gui.views.labels import place_labels
from mixassistant.gui.views.peaks_over_loudness import peaks_over_loudness
from mixassistant.gui.views.sonogram import COLUMNS, ROWS, row_centres_hz, sonogram
from mixassistant.gui.views.stereo_image import CELLS, stereo_image
from mixassistant.gui.views.table import number_in
from mixassistant.gui.widgets.theme import DARK, LIGHT
from signals import noise, sine


def measured(audio: Audio) -> Values:
    return measure(audio, "mix", only=frozenset({"ltas", "short_term", "psr"}))


@pytest.mark.parametrize("per_octave", [3, 6, 12])
@pytest.mark.parametrize("rate", [44100, 96000])
def test_white_noise_rises_by_3_db_an_octave_at_every_resolution(per_octave: int, rate: int) -> None:
    found = fine_spectrum(noise(0, duration_s=10, rate=rate), per_octave)
    octave = found[per_octave * 3 :][: per_octave * 6].reshape(6, per_octave).mean(axis=1)
    assert np.diff(octave) == pytest.approx(np.full(5, 10 * np.log10(2)), abs=0.5)
    ltas = vector(measured(noise(0, duration_s=10, rate=rate)), "ltas")
    coarse = 10 * np.log10((10 ** (found / 10)).reshape(31, -1).mean(axis=1))
    inside = slice(9, 30)  # the analysis resamples: the highest band lies in the filter of that; the lowest vary by chance
    assert coarse[inside] == pytest.approx(ltas[inside], abs=0.4)


def test_a_sine_is_where_it_is_and_as_loud_as_it_is_in_the_spectrogram() -> None:
    found = sonogram(sine(1000, -20))
    row = int(np.abs(row_centres_hz() - 1000).argmin())
    middle = found.steps.shape[1] // 2
    assert -21.5 <= found.level_db(row, middle) <= -19.8  # between two bins a Hann window shows 1.4 dB less
    assert int(found.steps[:, middle].argmax()) == pytest.approx(row, abs=1)
    assert found.level_db(row + 40, middle) == found.floor_db


@pytest.mark.parametrize(("rate", "duration_s"), [(8000, 1200), (44100, 2), (96000, 0.05)])
def test_a_spectrogram_has_a_bounded_size(rate: int, duration_s: float) -> None:
    found = sonogram(noise(0, -20, duration_s, rate, 1))
    assert found.steps.shape[0] == ROWS and 1 <= found.steps.shape[1] <= COLUMNS
    assert found.steps.dtype == np.uint8


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_louder_is_always_further_from_the_background_in_lightness(tokens: Any) -> None:
    found = np.diff(lightness(ramp(tokens)))
    assert (found >= -0.2).all() if tokens.name == "dark" else (found <= 0.2).all()
    assert tuple(ramp(tokens)[0]) == tokens.color("panel").getRgb()[:3]


def test_the_peaks_of_a_sine_stand_as_far_over_its_loudness_as_was_measured() -> None:
    audio = sine(997, -20, 8.0)
    values = measured(audio)
    found = peaks_over_loudness(audio, vector(values, "short_term"))
    assert found.size == 6
    assert found == pytest.approx(np.full(6, scalar(values, "psr")), abs=0.2)
    edges, shares = histogram(found)
    assert shares.sum() == pytest.approx(100) and edges.size == shares.size + 1


def test_pauses_are_no_dynamics() -> None:
    audio = sine(997, -20, 8.0).padded(48000 * 16)
    values = measured(audio)
    found = peaks_over_loudness(audio, vector(values, "short_term"))
    assert np.isnan(found[-4:]).all() and np.isfinite(found[:6]).all()


@pytest.mark.parametrize(("right", "expected"), [(1.0, 1.0), (-1.0, -1.0), (0.5, 1.0)])
def test_correlation_over_time_says_how_the_channels_relate(right: float, expected: float) -> None:
    one = noise(0, channels=1).samples[0]
    found = stereo_image(Audio(np.stack([one, right * one]), 44100))
    assert found.correlation == pytest.approx(np.full(found.correlation.size, expected), abs=1e-4)
    assert found.times_s[0] == pytest.approx(0.5)


def test_unrelated_channels_correlate_with_zero_and_silence_with_nothing() -> None:
    found = stereo_image(noise(0, duration_s=4).padded(44100 * 8))
    assert np.abs(found.correlation[:30]).max() < 0.05
    assert np.isnan(found.correlation[-20:]).all()


def test_left_alone_lies_on_the_left_diagonal_of_the_goniometer() -> None:
    one = noise(0, channels=1).samples[0]
    found = stereo_image(Audio(np.stack([one, 0 * one]), 44100))
    rows, columns = np.nonzero(found.density)
    assert (np.abs(rows + columns - (CELLS - 1)) <= 1).all()
    assert found.extent == pytest.approx(float(np.abs(one).max()) / 2)


def test_names_on_the_map_never_cover_each_other() -> None:
    points = np.random.default_rng(0).uniform(0, 300, (30, 2))
    spots = place_labels(points, [(60.0, 14.0)] * 30, (300.0, 300.0))
    placed = [spot for spot in spots if spot is not None]
    assert 3 <= len(placed) <= 30
    for index, one in enumerate(placed):
        assert all(abs(one[0] - other[0]) >= 60 or abs(one[1] - other[1]) >= 14 for other in placed[:index])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("−12.3 dB", -12.3),
        ("1:07", 67.0),
        ("1:00:01.5", 3601.5),
        ("2.5 kHz", 2500.0),
        ("50 %", 50.0),
        ("mono", None),
        ("", None),
        ("–", None),
    ],
)
def test_cells_are_sorted_by_the_number_that_they_begin_with(text: str, number: float | None) -> None:
    assert number_in(text) == number
