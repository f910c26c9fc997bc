"""Changing the sample rate, with the SoX resampler."""

from __future__ import annotations

import numpy as np

from mixassistant.audio.audio import Audio


def resample(audio: Audio, sample_rate_hz: int) -> Audio:
    """Return audio at another sample rate (soxr, high quality: pass band to 0.91 of Nyquist, linear phase)."""
    if sample_rate_hz == audio.sample_rate_hz:
        return audio
    import soxr

    converted = soxr.resample(audio.samples.T, audio.sample_rate_hz, sample_rate_hz, quality="HQ")
    return Audio(np.ascontiguousarray(np.atleast_2d(converted.T), dtype=np.float32), sample_rate_hz)
