"""Rendering a chain of moves: EQ, then the compressor, then width, then gain.

The one adapter to pedalboard. Its bells and shelves are the RBJ cookbook's biquads, but two of its quirks need a way around:
its pass filters are first order (6 dB per octave) and have no Q, and it computes in float32, which for filters far below the
sample rate moves the response by more than 0.05 dB. Both kinds of band are rendered from our own coefficients in float64.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixassistant.audio.audio import Audio, Samples
from mixassistant.processing import compressor
from mixassistant.processing.filters import does_nothing, sos
from mixassistant.processing.moves import Band, Chain, Width

LOWEST_HZ, HIGHEST_HZ = 20.0, 20_000.0  # what is heard
SHELF_Q = 0.71  # no overshoot
FLOAT32_LOWEST = 1 / 300  # of the sample rate: below it float32 coefficients round audibly


def render(audio: Audio, chain: Chain) -> Audio:
    """Return audio with a chain of moves applied; the same object where the chain does nothing.

    Parameters
    ----------
    audio : Audio
    chain : Chain
    """
    rate = audio.sample_rate_hz
    bands = [band for band in chain.bands if not does_nothing(band, rate)]
    if bands:
        audio = Audio(_equalize(audio.samples, rate, bands), rate)
    if chain.compression is not None:
        audio = compressor.compress(audio, chain.compression)
    for width in chain.width:
        audio = widen(audio, width)
    if chain.gain_db != 0:
        audio = Audio(_amplify(audio.samples, rate, chain.gain_db), rate)
    return audio


def side_band(width: Width, sample_rate_hz: int) -> Band | None:
    """Return the equalizer band on the side channel that a change of width is; ``None`` for a plain gain of the whole."""
    lowest, highest = width.low_hz <= LOWEST_HZ, width.high_hz >= min(HIGHEST_HZ, 0.45 * sample_rate_hz)
    if lowest and highest:
        return None
    if lowest:
        return Band("low_shelf", width.high_hz, width.change_db, SHELF_Q)
    if highest:
        return Band("high_shelf", width.low_hz, width.change_db, SHELF_Q)
    centre = float(np.sqrt(width.low_hz * width.high_hz))
    return Band("bell", centre, width.change_db, centre / (width.high_hz - width.low_hz))


def widen(audio: Audio, width: Width) -> Audio:
    """Return stereo audio with its side channel changed; mono has none and stays as it is."""
    if audio.channels == 1 or width.change_db == 0:
        return audio
    rate = audio.sample_rate_hz
    side = 0.5 * (audio.samples[:1] - audio.samples[1:])
    band = side_band(width, rate)
    changed = _amplify(side, rate, width.change_db) if band is None else _equalize(side, rate, [band])
    difference = changed - side
    return Audio(audio.samples + np.concatenate([difference, -difference]), rate)


def _equalize(samples: Samples, sample_rate_hz: int, bands: Sequence[Band]) -> Samples:
    """Apply bands in series."""
    precise = [band for band in bands if _needs_float64(band, sample_rate_hz)]
    plain = [band for band in bands if not _needs_float64(band, sample_rate_hz)]
    if precise:
        from scipy.signal import sosfilt

        sections = np.concatenate([sos(band, sample_rate_hz) for band in precise])
        # One channel at a time: float64 copies of a long song are large.
        samples = np.stack([sosfilt(sections, channel.astype(np.float64)).astype(np.float32) for channel in samples])
    if plain:
        from pedalboard import HighShelfFilter, LowShelfFilter, PeakFilter

        plugins = {"bell": PeakFilter, "low_shelf": LowShelfFilter, "high_shelf": HighShelfFilter}
        for band in plain:
            plugin = plugins[band.type](cutoff_frequency_hz=band.frequency_hz, gain_db=band.gain_db, q=band.q)
            samples = plugin.process(samples, sample_rate_hz, reset=True)
    return samples


def _needs_float64(band: Band, sample_rate_hz: int) -> bool:
    return band.type in ("high_pass", "low_pass") or band.frequency_hz < FLOAT32_LOWEST * sample_rate_hz


def _amplify(samples: Samples, sample_rate_hz: int, gain_db: float) -> Samples:
    from pedalboard import Gain

    amplified: Samples = Gain(gain_db=gain_db).process(samples, sample_rate_hz, reset=True)
    return amplified
