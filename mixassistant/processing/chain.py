"""Rendering a chain of moves: EQ, then the compressor, then gain.

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
from mixassistant.processing.moves import Band, Chain

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
    if chain.gain_db != 0:
        audio = Audio(_amplify(audio.samples, rate, chain.gain_db), rate)
    return audio


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
