"""Plain levels: RMS, the four wide bands, and how far 3 s levels and bands swing."""

from __future__ import annotations

import numpy as np

from mixassistant.features.descriptor import SUMMARY_LABELS, Descriptor, Measurement, extracts, summary
from mixassistant.features.frames import SPECTRAL_RATE_HZ
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import LEVEL_WINDOW_S, N_FFT, Representations, loud_enough

BANDS_HZ = {"bass": (20, 120), "body": (120, 600), "mid": (600, 2500), "air": (2500, 22000)}
FLOOR_DBFS = -120.0
RANGE_WINDOW_S = 3.0
RANGE_PERCENTILES = (10, 95)
LOUD_PERCENTILE = 99  # of band levels: one stray frame is not the crest
WORDS = {"bass": "the bass", "body": "the body", "mid": "the middle", "air": "the treble"}


@extracts(
    Descriptor("rms", "RMS level", "dBFS", (-120, 3), 0.5, "Electrical level of what plays.", "AES17", level="gain",
               method="Root mean square over both channels of active 50 ms frames; a full-scale sine is −3 dBFS"),
    Descriptor("rms_summary", "RMS level, summary", "dBFS", (-np.inf, np.inf), 0.5, "Statistics over time of the level.", "AES17",
               shape="vector", labels=SUMMARY_LABELS, level="own", method="Moments and percentiles of active 50 ms levels in dBFS",
               least_s=0.5),
    Descriptor("dynamic_range", "Dynamic range", "dB", (0, 120), 0.5, "How far loud and quiet passages lie apart, electrically.",
               "P95 − P10 of 3 s RMS levels, after Tech 3342", method="Sliding 3 s windows that play"),
)  # fmt: skip
def levels(shared: Representations) -> dict[str, Measurement]:
    """Measure plain levels."""
    if shared.is_silent:
        return dict.fromkeys(("rms", "rms_summary", "dynamic_range"), SILENCE)
    power = shared.level_frames
    active = power[loud_enough(power, 1e-12)]
    return {
        "rms": Measurement(_db(float(active.mean()))),
        "rms_summary": Measurement(summary(10 * np.log10(np.maximum(active, 1e-12)))),
        "dynamic_range": _range(power),
    }


@extracts(
    *(
        Descriptor(f"rms_energy_{band}", f"Level {low}–{high} Hz", "dBFS", (-120, 3), 0.5, f"Electrical level of {WORDS[band]}.",
                   "Parseval", level="gain", aliases=(f"rms_{band}",),
                   method="Power of the band's FFT bins in the seconds that play, mean over channels", least_s=0.5)
        for band, (low, high) in BANDS_HZ.items()
    ),
    *(
        Descriptor(f"rms_relative_{band}", f"Share {low}–{high} Hz", "dB", (-120, 0), 0.5, f"Level of {WORDS[band]} relative to the whole.",
                   "Parseval", method="Band power over the sum of the four bands")
        for band, (low, high) in BANDS_HZ.items()
    ),
    Descriptor("crest_bands", "Crest factor per band", "dB", (0, 80), 0.5, "How far each band's loudest moments stand above its mean.",
               "P99 over mean power of 186 ms frames", shape="bands", method="Per 1/3 octave over active frames", least_s=0.5),
)  # fmt: skip
def band_levels(shared: Representations) -> dict[str, Measurement]:
    """Measure the levels of the four wide bands, and how far each 1/3 octave swings."""
    if shared.is_silent:
        return dict.fromkeys((*(f"rms_{k}_{b}" for k in ("energy", "relative") for b in BANDS_HZ), "crest_bands"), SILENCE)
    spectrum = shared.mean_spectrum
    bin_hz = np.arange(spectrum.size) * SPECTRAL_RATE_HZ / N_FFT
    bands = {b: float(spectrum[(bin_hz >= low) & (bin_hz < high)].sum()) for b, (low, high) in BANDS_HZ.items()}
    whole = max(sum(bands.values()), 1e-20)
    play = shared.bands.total[:, shared.active]
    crest = np.percentile(play, LOUD_PERCENTILE, axis=1) / np.maximum(play.mean(axis=1), 1e-20)
    return {
        **{f"rms_energy_{b}": Measurement(_db(p)) for b, p in bands.items()},
        **{f"rms_relative_{b}": Measurement(max(_db(p / whole), FLOOR_DBFS)) for b, p in bands.items()},
        "crest_bands": Measurement(np.clip(10 * np.log10(np.maximum(crest, 1e-8)), 0, 80)),
    }


def _db(power: float) -> float:
    return max(10 * float(np.log10(max(power, 1e-20))), FLOOR_DBFS)


def _range(power: np.ndarray) -> Measurement:
    window = round(RANGE_WINDOW_S / LEVEL_WINDOW_S)
    if power.size < 2 * window:
        return Measurement(None, "shorter than 6 s")
    total = np.cumsum(np.concatenate([[0.0], power]))
    sliding = np.maximum(total[window:] - total[:-window], 0.0) / window
    low, high = np.percentile(10 * np.log10(sliding[loud_enough(sliding, 1e-12)]), RANGE_PERCENTILES)
    return Measurement(float(high - low))
