"""Spectral shape frame by frame: centroid, spread, roll-off, flatness, flux, contrast, MFCC, and their summaries.

Frames of 46 ms every 12 ms of the mono downmix at 44.1 kHz; those within 40 dB of the loud ones count.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mixassistant.features import mel  # noqa: F401 (declares the mel frames)
from mixassistant.features.descriptor import SUMMARY_LABELS, Descriptor, Measurement, extracts, summary
from mixassistant.features.frames import FINE, SPECTRAL_RATE_HZ, Chunk, reduces
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import Representations
from mixassistant.features.steps import zero_crossings

if TYPE_CHECKING:
    import torch

ROLL_OFFS = (0.15, 0.85, 0.95)  # shares of the magnitude below the roll-off frequency
CONTRAST_EDGES_HZ = (0.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 22050.0)  # Jiang et al. 2002, as librosa has them
CONTRAST_SHARE = 0.02  # of a band's bins that make its peak and its valley
FLATNESS_FLOOR = 1e-7  # of a frame's mean power: an empty bin must not make any frame look tonal
MFCC_COUNT = 13
SOME = 8192  # frames together
MEL_RANGE_DB = 80.0  # below the loudest: what librosa's power_to_db keeps
NYQUIST_HZ = SPECTRAL_RATE_HZ / 2
SERIES = ("centroid", "bandwidth", "skewness", "kurtosis", "rolloff_15", "rolloff", "rolloff_95", "flatness", "flux")


@reduces("spectral_shape", FINE)
def spectral_shape_frames(chunk: Chunk) -> torch.Tensor:
    """Return the values of `SERIES` per frame; zeros where a frame is silent."""
    import torch

    magnitude, power = chunk.own, chunk.power
    # Moments of the magnitude spectrum taken as a distribution over 0–1 (Nyquist).
    x = torch.linspace(0, 1, magnitude.shape[1], device=magnitude.device)
    raw = (magnitude @ torch.stack([x**k for k in range(5)], dim=1)).double()
    total = raw[:, 0].clamp_min(1e-12)
    m1, m2, m3, m4 = (raw[:, k] / total for k in range(1, 5))
    variance = (m2 - m1**2).clamp_min(1e-12)
    third = m3 - 3 * m1 * m2 + 2 * m1**3
    fourth = m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4
    cumulated = magnitude.cumsum(dim=1)
    whole = cumulated[:, -1:]
    rolls = (torch.searchsorted(cumulated, torch.cat([share * whole for share in ROLL_OFFS], dim=1)) / (magnitude.shape[1] - 1)).T
    mean = power.mean(dim=1, keepdim=True).clamp_min(1e-20)
    relative = (power / mean).clamp_min(FLATNESS_FLOOR)
    flatness = relative.log().mean(dim=1).exp() / relative.mean(dim=1)
    columns = [m1, variance.sqrt(), third / variance**1.5, fourth / variance**2, *rolls, flatness, _flux(chunk)]
    sounds = (whole[:, 0] > 1e-6)[:, None]
    return torch.stack([c.float() for c in columns], dim=1) * sounds


def _flux(chunk: Chunk) -> torch.Tensor:
    """Return the distance of neighbouring frames that are scaled to unit length, 0–√2; 0 for the first frame of all."""
    import torch

    first = chunk.before - 1 if chunk.before else 0
    span = chunk.magnitude[first : chunk.before + chunk.count]
    norm = span.norm(dim=1).clamp_min(1e-12)
    cosine = (span[1:] * span[:-1]).sum(dim=1) / (norm[1:] * norm[:-1])
    flux = (2 - 2 * cosine).clamp_min(0).sqrt()
    return flux if chunk.before else torch.cat([flux.new_zeros(1), flux])


@functools.cache
def contrast_bins() -> tuple[tuple[int, int, int], ...]:
    """Return first bin, end bin and number of extreme bins of each contrast band."""
    edges = np.round(np.array(CONTRAST_EDGES_HZ) / SPECTRAL_RATE_HZ * FINE.n_fft).astype(int)
    pairs = zip(edges[:-1], [*edges[1:-1], FINE.n_fft // 2 + 1], strict=True)
    return tuple((int(a), int(b), max(1, round(CONTRAST_SHARE * (b - a)))) for a, b in pairs)


@reduces("spectral_contrast", FINE)
def spectral_contrast_frames(chunk: Chunk) -> torch.Tensor:
    """Return peak over valley per band in dB (of magnitudes' squares), ``[shape=(count, 7)]``."""
    import torch

    bands = []
    floor = chunk.own.amax(dim=1, keepdim=True) * 10 ** (-MEL_RANGE_DB / 20) + 1e-12
    extremes = _compiled_extremes if chunk.own.device.type == "cpu" else band_extremes
    for low, high, count in contrast_bins():
        peak, valley = extremes(chunk.own, low, high, count)
        bands.append(20 * torch.log10(torch.maximum(peak, floor[:, 0]) / torch.maximum(valley, floor[:, 0])))
    return torch.stack(bands, dim=1)


def band_extremes(magnitude: torch.Tensor, low: int, high: int, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the means of the `count` largest and smallest of the bins from `low` to before `high`, ``[shape=(frames,)]`` each."""
    band = magnitude[:, low:high]
    largest, smallest = (band.topk(count, dim=1, largest=side, sorted=False).values for side in (True, False))
    return largest.mean(dim=1), smallest.mean(dim=1)


def _compiled_extremes(magnitude: torch.Tensor, low: int, high: int, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the same on a processor, whose `topk` takes four times as long as all the rest of the frame's shape."""
    from mixassistant.features.shape_kernels import extremes

    peak, valley = magnitude.new_empty(magnitude.shape[0]), magnitude.new_empty(magnitude.shape[0])
    extremes(magnitude.numpy(), low, high, count, peak.numpy(), valley.numpy())
    return peak, valley


def mfcc(shared: Representations) -> NDArray[np.float64]:
    """Return 13 mel-frequency cepstral coefficients per frame (Davis & Mermelstein 1980), relative to the loudest mel band.

    Discrete cosine transform (II, orthonormal) of the mel powers in dB, at most 80 dB below the loudest: a gain changes nothing.
    ``[shape=(frames, 13)]``.
    """
    from scipy.fft import dct

    power = shared.frames("mel")
    top = np.float32(max(float(power.max()), 1e-20))
    found = np.empty((power.shape[0], MFCC_COUNT))
    for start in range(0, power.shape[0], SOME):  # an hour of mel frames is 160 MB: no copies of it all
        levels = 10 * np.log10(np.maximum(power[start : start + SOME] / top, np.float32(10 ** (-MEL_RANGE_DB / 10))))
        found[start : start + SOME] = dct(levels, type=2, norm="ortho", axis=1)[:, :MFCC_COUNT]
    return found


_SHAPE = (
    ("spectral_centroid", "Spectral centroid", "Hz", NYQUIST_HZ, 50.0, "Where the spectrum's middle lies: higher sounds brighter.", 0),
    ("spectral_bandwidth", "Spectral bandwidth", "Hz", NYQUIST_HZ, 50.0, "How far the spectrum spreads around its centroid.", 1),
    ("spectral_rolloff", "Spectral roll-off", "Hz", NYQUIST_HZ, 100.0, "The frequency below which 85 % of the spectrum lies.", 5),
    ("spectral_flatness", "Spectral flatness", "", 1.0, 0.005, "0 is a tone, 1 is white noise.", 7),
    ("spectral_flux", "Spectral flux", "", float(np.sqrt(2)), 0.01, "How much the spectrum changes from frame to frame.", 8),
)
_PEETERS = "Peeters 2004, CUIDADO features"
_METHODS = {
    "spectral_centroid": "Mean over active frames of the magnitude-weighted mean frequency",
    "spectral_bandwidth": "Mean over active frames of the magnitude-weighted standard deviation of frequency",
    "spectral_rolloff": "Mean over active frames of the 85 % point of the cumulated magnitude",
    "spectral_flatness": "Median over active frames of geometric over arithmetic mean of the power spectrum",
    "spectral_flux": "Mean over active frames of the Euclidean distance of neighbouring unit-length magnitude spectra",
}
_LEAST_S = {"spectral_flux": 0.5}  # the first frame and the last are half empty, which changes from frame to frame
_ALIASES = {"spectral_rolloff": ("rolloff_frequency",)}
_CROSSINGS = ("zero_crossing_rate", "Zero-crossing rate", "", 1.0, 0.005, "How often the waveform changes its sign, per sample.", -1)
_SUMMARISED = (*_SHAPE, _CROSSINGS)


@extracts(
    *(
        Descriptor(i, n, u, (0, top), step, text, _PEETERS, method=_METHODS[i], aliases=_ALIASES.get(i, ()), least_s=_LEAST_S.get(i, 0.0))
        for i, n, u, top, step, text, _ in _SHAPE
    ),
    Descriptor(
        "spectral_rolloff_15", "Lower roll-off", "Hz", (0, NYQUIST_HZ), 20.0, "The frequency below which 15 % of the spectrum lies.",
        _PEETERS, method="As the spectral roll-off, at 15 %",
    ),
    Descriptor(
        "spectral_rolloff_95", "Upper roll-off", "Hz", (0, NYQUIST_HZ), 100.0, "The frequency below which 95 % of the spectrum lies.",
        _PEETERS, method="As the spectral roll-off, at 95 %",
    ),
    Descriptor(
        "spectral_skewness", "Spectral skewness", "", (-1000, 1000), 0.1, "Positive: energy sits low, with a tail toward the treble.",
        _PEETERS, method="Mean over active frames of the third standardised moment of the magnitude spectrum",
    ),
    Descriptor(
        "spectral_kurtosis", "Spectral kurtosis", "", (0, 1e6), 0.5, "How peaked the spectrum is; 3 is a bell curve.",
        _PEETERS, method="Mean over active frames of the fourth standardised moment (not excess) of the magnitude spectrum",
    ),
    *(Descriptor(i, n, u, (0, top), step, text, "Kedem 1986", method="Mean over active frames", least_s=0.5)
        for i, n, u, top, step, text, _ in [_CROSSINGS]),
    *(
        Descriptor(
            f"{i}_summary", f"{n}, summary", u, (-np.inf, np.inf), step, f"Statistics over time. {text}", _PEETERS,
            shape="vector", labels=SUMMARY_LABELS, method="Moments and percentiles over active frames",
            least_s=0.5,
        )
        for i, n, u, top, step, text, _ in _SUMMARISED
    ),
    Descriptor(
        "spectral_contrast", "Spectral contrast", "dB", (0, 80), 0.5,
        "Peaks over valleys per octave: high for clear partials, low for noise.", "Jiang et al. 2002",
        shape="vector", method="Mean over active frames; 2 % extreme bins per octave from 200 Hz",
        labels=("0–200 Hz", "200–400 Hz", "400–800 Hz", "0.8–1.6 kHz", "1.6–3.2 kHz", "3.2–6.4 kHz", "6.4–22 kHz"),
    ),
    Descriptor(
        "mfcc", "MFCC", "dB", (-2000, 2000), 1.0, "The coarse shape of the spectrum in thirteen numbers.", "Davis & Mermelstein 1980",
        shape="vector", labels=tuple(str(i) for i in range(MFCC_COUNT)),
        method="Mean over active frames; 128 Slaney mel bands, dB below the loudest, orthonormal DCT-II",
        least_s=0.5,
    ),
    Descriptor(
        "mfcc_std", "MFCC, spread", "dB", (0, 2000), 1.0, "How much each coefficient moves.", "Davis & Mermelstein 1980",
        shape="vector", labels=tuple(str(i) for i in range(MFCC_COUNT)), method="Standard deviation over active frames",
        least_s=0.5,
    ),
    Descriptor(
        "mfcc_delta_std", "MFCC change, spread", "dB", (0, 2000), 0.1, "How fast each coefficient moves.", "Furui 1986",
        shape="vector", labels=tuple(str(i) for i in range(MFCC_COUNT)),
        method="Standard deviation over active frames of the slope over nine frames (least squares)",
        least_s=0.5,
    ),
)  # fmt: skip
def spectral_shape(shared: Representations) -> dict[str, Measurement]:
    """Measure the shape of the spectrum."""
    names = (
        *(row[0] for row in _SHAPE), "spectral_rolloff_15", "spectral_rolloff_95", "spectral_skewness", "spectral_kurtosis",
        "zero_crossing_rate", *(f"{row[0]}_summary" for row in _SUMMARISED), "spectral_contrast", "mfcc", "mfcc_std", "mfcc_delta_std",
    )  # fmt: skip
    if shared.is_silent:
        return dict.fromkeys(names, SILENCE)
    active = shared.active_frames(FINE)
    if not active.any():
        return dict.fromkeys(names, Measurement(None, "its channels cancel out in mono"))
    frames = shared.frames("spectral_shape")[active].astype(np.float64)
    frames[:, [SERIES.index(n) for n in ("centroid", "bandwidth", "rolloff_15", "rolloff", "rolloff_95")]] *= NYQUIST_HZ
    mean = dict(zip(SERIES, frames.mean(axis=0), strict=True))
    crossings = zero_crossings(shared)[: active.size][active[: zero_crossings(shared).size]]
    cepstrum = mfcc(shared)
    found = {
        "spectral_centroid": mean["centroid"],
        "spectral_bandwidth": mean["bandwidth"],
        "spectral_rolloff": mean["rolloff"],
        "spectral_rolloff_15": mean["rolloff_15"],
        "spectral_rolloff_95": mean["rolloff_95"],
        "spectral_skewness": mean["skewness"],
        "spectral_kurtosis": mean["kurtosis"],
        "spectral_flatness": min(float(np.median(frames[:, SERIES.index("flatness")])), 1.0),
        "spectral_flux": mean["flux"],
        "zero_crossing_rate": float(crossings.mean()),
        "spectral_contrast": shared.frames("spectral_contrast")[active].mean(axis=0, dtype=np.float64),
        "mfcc": cepstrum[active].mean(axis=0),
        "mfcc_std": cepstrum[active].std(axis=0),
        "mfcc_delta_std": _slopes(cepstrum)[active].std(axis=0),
    }
    series = {row[0]: frames[:, row[6]] for row in _SHAPE} | {"zero_crossing_rate": crossings}
    found |= {f"{name}_summary": summary(values) for name, values in series.items()}
    return {name: Measurement(found[name]) for name in names}


def _slopes(series: NDArray[np.float64], reach: int = 4) -> NDArray[np.float64]:
    """Return the least-squares slope per frame over 2 × `reach` + 1 frames, edges repeated, ``[shape=(frames, values)]``."""
    padded = np.pad(series, ((reach, reach), (0, 0)), mode="edge")
    count, steps = series.shape[0], range(1, reach + 1)
    total = sum(k * (padded[reach + k : reach + k + count] - padded[reach - k : reach - k + count]) for k in steps)
    return np.asarray(total / (2 * sum(k * k for k in steps)))
