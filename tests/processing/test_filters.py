"""The closed-form responses are the cookbook's."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from scipy.signal import sosfreqz

from mixassistant.processing.filters import band_response_db, does_nothing, response_db, sos
from mixassistant.processing.moves import Band, BandType

FREQUENCIES = np.geomspace(20, 20000, 200)


@pytest.mark.parametrize("kind", get_args(BandType))
def test_response_is_that_of_the_coefficients(kind: BandType) -> None:
    band = Band(kind, 700.0, 0.0 if "pass" in kind else -5.0, 1.3)
    _, response = sosfreqz(sos(band, 48000), worN=FREQUENCIES, fs=48000)
    np.testing.assert_allclose(band_response_db(band, FREQUENCIES, 48000), 20 * np.log10(np.abs(response)), atol=1e-7)


def test_bell_reaches_its_gain_at_its_centre() -> None:
    assert band_response_db(Band("bell", 1000, 6, 2), [1000])[0] == pytest.approx(6)


@pytest.mark.parametrize(("kind", "far_hz"), [("low_shelf", 20), ("high_shelf", 22050)])
def test_shelf_has_half_its_gain_at_its_midpoint_and_all_of_it_at_its_end(kind: BandType, far_hz: float) -> None:
    middle, end = band_response_db(Band(kind, 2000, 8, 0.71), [2000, far_hz])
    assert middle == pytest.approx(4)
    assert end == pytest.approx(8, abs=0.01)


@pytest.mark.parametrize(("kind", "octave_out_hz"), [("high_pass", 500), ("low_pass", 2000)])
def test_pass_filter_is_second_order(kind: BandType, octave_out_hz: float) -> None:
    corner, octave_out = band_response_db(Band(kind, 1000, 0, 2**-0.5), [1000, octave_out_hz], 192000)
    assert corner == pytest.approx(-3.01, abs=0.01)
    assert octave_out == pytest.approx(-12.3, abs=0.1)


def test_opposite_gains_cancel() -> None:
    bands = [Band(kind, 300, gain, 1) for kind in ("bell", "low_shelf", "high_shelf") for gain in (6, -6)]
    np.testing.assert_allclose(response_db(bands, FREQUENCIES), 0, atol=1e-9)


def test_no_bands_respond_flat() -> None:
    assert not response_db((), FREQUENCIES).any()


def test_band_above_nyquist_does_nothing() -> None:
    band = Band("bell", 5000, 6, 1)
    assert does_nothing(band, 8000)
    assert not band_response_db(band, [100, 3000], 8000).any()


@pytest.mark.parametrize("band", [Band("bell", 0, 3, 1), Band("bell", 100, 3, 0), Band("notch", 100, 3, 1)])  # type: ignore[arg-type]
def test_nonsense_band_is_refused(band: Band) -> None:
    with pytest.raises(ValueError, match="band"):
        sos(band, 44100)
