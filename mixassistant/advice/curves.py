"""What equalizer bands do to 1/3-octave values, and how a band is written down: what every kind of advice on tone shares."""

from __future__ import annotations

import numpy as np

from mixassistant.features.bands import CENTRES_HZ
from mixassistant.processing.filters import response_db
from mixassistant.processing.moves import Band
from mixassistant.profiles.profile import Vector

# What a band that is suggested may be: less is not worth a musician's time, and more is not suggested at once.
MIN_GAIN_DB, MAX_GAIN_DB = 1.0, 9.0
SHELF_REACH = {"low_shelf": 0.5, "high_shelf": 2.0}  # where a shelf has its full gain, times its midpoint
_SUBBANDS = 10 ** (np.array([-0.4, -0.2, 0.0, 0.2, 0.4]) / 10)  # points inside a third-octave band, as factors of its centre


def band_response(band: Band, sample_rate_hz: int) -> Vector:
    """Return what a band does to each 1/3-octave value in dB, averaged inside the band, ``[shape=(31,)]``."""
    points = np.minimum(np.outer(CENTRES_HZ, _SUBBANDS).ravel(), 0.49 * sample_rate_hz)
    return np.asarray(response_db((band,), points, sample_rate_hz).reshape(CENTRES_HZ.size, -1).mean(axis=1), dtype=np.float64)


def eq_response(bands: tuple[Band, ...], sample_rate_hz: int) -> Vector:
    """Return what several bands together do to each 1/3-octave value in dB, ``[shape=(31,)]``."""
    return sum((band_response(b, sample_rate_hz) for b in bands), np.zeros(CENTRES_HZ.size))


def shows_at_hz(band: Band) -> float:
    """Return where a band has its full gain, in Hz: a shelf not at its midpoint."""
    return band.frequency_hz * SHELF_REACH.get(band.type, 1.0)


def rounded(band: Band, gain_db: float) -> Band:
    """Return a band with another gain, limited, in a tenth of a dB and three digits of frequency: as coarse as a DAW's display."""
    gain = round(float(np.clip(gain_db, -MAX_GAIN_DB, MAX_GAIN_DB)), 1)
    return Band(band.type, float(f"{band.frequency_hz:.3g}"), gain, round(band.q, 2))
