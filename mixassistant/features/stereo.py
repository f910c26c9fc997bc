"""Stereo: width, correlation, balance and what is lost in mono, whole and per band."""

from __future__ import annotations

import numpy as np

from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.k_weighting import k_weighting_db
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import Representations

WIDTH_FLOOR_DB = -60.0  # narrower than this is mono
EMPTY_DB = -80.0  # a band this far below the whole holds nothing to compare
LOW_HZ = 120.0
NAMES = ("width", "correlation", "mono_loss", "balance", "low_mono_share", "width_bands", "correlation_bands")


@extracts(
    Descriptor("width", "Stereo width", "dB", (-60, 60), 0.5, "Side over mid energy: higher is wider.", "Mid/side of the power spectrum"),
    Descriptor(
        "correlation",
        "Stereo correlation",
        "",
        (-1, 1),
        0.05,
        "1 is mono, 0 unrelated channels, below 0 trouble in mono.",
        "Correlation of the channels",
    ),
    Descriptor(
        "mono_loss",
        "Loss in mono",
        "LU",
        (-1, 60),
        0.5,
        "How much quieter it gets on a mono loudspeaker.",
        "K-weighted stereo over mono sum",
    ),
    Descriptor("balance", "Balance", "dB", (-60, 60), 0.5, "Right over left: positive leans right.", "Power ratio of the channels"),
    Descriptor(
        "low_mono_share",
        "Mono share of the low end",
        "",
        (0, 1),
        0.02,
        "Share of the energy below 120 Hz that is the same in both channels.",
        "Mid over mid and side energy",
        method="1/3-octave bands with centres below 120 Hz, active frames",
        least_s=0.2,
    ),
    Descriptor(
        "width_bands",
        "Stereo width per band",
        "dB",
        (-60, 60),
        0.5,
        "Side over mid energy per 1/3 octave.",
        "Mid/side of the power spectrum",
        shape="bands",
        least_s=0.2,
    ),
    Descriptor(
        "correlation_bands",
        "Correlation per band",
        "",
        (-1, 1),
        0.05,
        "Correlation of the channels per 1/3 octave.",
        "Normalised cross-spectrum",
        shape="bands",
        least_s=0.2,
    ),
)
def stereo(shared: Representations) -> dict[str, Measurement]:
    """Measure the stereo image."""
    if shared.is_silent:
        return dict.fromkeys(NAMES, SILENCE)
    if shared.audio.channels == 1:
        return dict.fromkeys(NAMES, Measurement(None, "mono"))
    powers = shared.bands
    left, right, cross = (p[:, shared.active].mean(axis=1) for p in (powers.left, powers.right, powers.cross))
    tiny = 1e-14 * (left.sum() + right.sum())
    empty = (left + right) < 10 ** (EMPTY_DB / 10) * (left + right).sum()

    def width(l: np.ndarray, r: np.ndarray, c: np.ndarray) -> np.ndarray:  # noqa: E741
        side, mid = np.maximum(l + r - 2 * c, tiny), np.maximum(l + r + 2 * c, tiny)
        return np.asarray(np.clip(10 * np.log10(side / mid), WIDTH_FLOOR_DB, -WIDTH_FLOOR_DB))

    def correlation(l: np.ndarray, r: np.ndarray, c: np.ndarray) -> np.ndarray:  # noqa: E741
        return np.asarray(np.clip(c / np.sqrt(np.maximum(l * r, tiny**2)), -1, 1))

    weight = 10 ** (k_weighting_db(CENTRES_HZ) / 10)
    both = (weight * (left + right)).sum()
    mono = max(float((weight * 0.5 * (left + right + 2 * cross)).sum()), 1e-6 * both)
    whole = (np.array([left.sum()]), np.array([right.sum()]), np.array([cross.sum()]))
    silent_side = min(left.sum(), right.sum()) <= 1e-8 * max(left.sum(), right.sum())
    one_side = Measurement(None, "one channel is silent")
    return {
        "width": Measurement(float(width(*whole)[0])),
        "correlation": one_side if silent_side else Measurement(float(correlation(*whole)[0])),
        "mono_loss": Measurement(float(10 * np.log10(both / mono))),
        "balance": Measurement(float(np.clip(10 * np.log10(max(right.sum(), tiny) / max(left.sum(), tiny)), -60, 60))),
        "low_mono_share": _low_mono_share(left, right, cross),
        "width_bands": Measurement(np.where(empty, WIDTH_FLOOR_DB, width(left, right, cross))),
        "correlation_bands": one_side if silent_side else Measurement(np.where(empty, 1.0, correlation(left, right, cross))),
    }


def _low_mono_share(left: np.ndarray, right: np.ndarray, cross: np.ndarray) -> Measurement:
    low = CENTRES_HZ < LOW_HZ
    whole = float((left + right)[low].sum())
    if whole < 10 ** (EMPTY_DB / 10) * float((left + right).sum()):
        return Measurement(None, "nothing plays below 120 Hz")
    return Measurement(float(np.clip(0.5 * (1 + 2 * cross[low].sum() / whole), 0, 1)))
