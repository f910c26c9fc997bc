"""The timbral models as descriptors, and two of the ear's simpler measures: sharpness in acum and spread over the bands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import blocks_of
from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import Representations
from mixassistant.features.timbre import IDS, timbre
from mixassistant.features.timbre.hardness import percussive_share

SHARPNESS_SLOPE, SHARPNESS_OFFSET = 102.50508921364404, 34.432655185001735  # of the regression: score = slope × lg(acum) + offset
LOUDNESS_EXPONENT = 0.23  # specific loudness of excitation, Zwicker & Fastl
LONGEST_S = 1200.0  # the models want all samples at once; what is longer is no single piece of music
_PEARCE = "Pearce, Brookes & Mason 2017–2019, AudioCommons timbral models 0.4"


def _score(identifier: str, name: str, description: str, least_s: float = 0.0) -> Descriptor:
    return Descriptor(
        identifier, name, "", (-100, 200), 2.0, description, _PEARCE, cost="medium",
        method="Regression on listening tests, nominally 0 to 100; of the channels' sum at −24 LUFS",
        least_s=least_s,
    )  # fmt: skip


@extracts(
    _score("brightness", "Brightness", "How bright listeners would call it."),
    _score("roughness", "Roughness", "How rough it sounds: beating partials, growl, distortion."),
    _score("hardness", "Hardness", "How hard its attacks sound."),
    _score("depth", "Depth", "How deep it sounds: a low centre and long lows."),
    _score("booming", "Booming", "How much it booms."),
    Descriptor("reverberation", "Reverberant", "", (0, 1), 1.0,
               "Whether listeners would call it reverberant. Experimental: made for speech.", _PEARCE, shape="flag", cost="medium",
               method="Whether the probability is at least one half"),
    _score("sharpness", "Sharpness", "How sharp it sounds."),
    _score("warmth", "Warmth", "How warm it sounds.", 1.0),
    Descriptor("reverberation_probability", "Reverberation, probability", "", (0, 1), 0.05,
               "How likely listeners would call it reverberant. Experimental: made for speech.", _PEARCE, cost="medium",
               method="Logistic regression on the blind reverberation time"),
    Descriptor("rt60_blind", "Reverberation time, blind", "s", (0.2, 1.1), 0.1,
               "How long decays last. Experimental: decaying notes count as a room.", "Löllmann et al. 2010", cost="medium",
               method="Maximum likelihood of decays in the signal, as timbral_models has it"),
    Descriptor("perceptual_sharpness", "Sharpness, acum", "acum", (0, 10), 0.1, "Weight of the treble in its loudness.",
               "Fastl & Zwicker 2007, DIN 45692", cost="medium",
               method="Energy-weighted mean over 93 ms of the sharpness of DIN 45631 specific loudness at −24 LUFS"),
    Descriptor("perceptual_spread", "Spread over the bands", "", (0, 1), 0.02, "How many bands share its loudness: 0 is a single one.",
               "Peeters 2004, CUIDADO features", method="Squared share of loudness outside the loudest 1/3 octave; loudness ∝ power^0.23"),
)  # fmt: skip
def timbre_scores(shared: Representations) -> dict[str, Measurement]:
    """Score the timbre."""
    names = (*IDS, "perceptual_sharpness", "perceptual_spread")
    if shared.is_silent:
        return dict.fromkeys(names, SILENCE)
    source = shared.spectral  # the models' windows are so many samples long: at another rate they would hear something else
    if source.duration_s > LONGEST_S:
        long = dict.fromkeys((*IDS, "perceptual_sharpness"), Measurement(None, "longer than 20 minutes"))
        return {**long, "perceptual_spread": Measurement(_spread(shared.bands.total[:, shared.active]))}
    channels = list(source.read(0, source.length)) if source.channels == 2 else []
    struck = shared.frames("harmonic_percussive")[:-1, 2:].T.astype(np.float64)
    found = timbre(
        _sum(shared),
        source.sample_rate_hz,
        channels=channels,
        progress=lambda _stage, _fraction: shared.tick(),
        crew=shared.crew,
        percussive=percussive_share(struck),
    )
    values = {name: Measurement(None, value) if isinstance(value, str) else Measurement(value) for name, value in found.items()}
    score = values["sharpness"].value
    values["perceptual_sharpness"] = (
        Measurement(10 ** ((score - SHARPNESS_OFFSET) / SHARPNESS_SLOPE))
        if isinstance(score, float)
        else Measurement(None, values["sharpness"].reason)
    )
    values["perceptual_spread"] = Measurement(_spread(shared.bands.total[:, shared.active]))
    return {name: values[name] for name in names}


def _sum(shared: Representations) -> NDArray[np.float32]:
    source = shared.spectral
    whole = np.empty(source.length, dtype=np.float32)
    start = 0
    for block in blocks_of(source):
        np.sum(block, axis=0, out=whole[start : start + block.shape[1]])
        start += block.shape[1]
    return whole


def _spread(power: NDArray[np.float64]) -> float:
    loudness = power**LOUDNESS_EXPONENT
    whole = np.maximum(loudness.sum(axis=0), 1e-12)
    return float((((whole - loudness.max(axis=0)) / whole) ** 2).mean())
