"""Pitch descriptors of stems in which one voice sings or plays at a time."""

from __future__ import annotations

import numpy as np

from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.loudness import SILENCE
from mixassistant.features.pitch.pyin import HIGHEST_HZ, HOP, LOWEST_HZ, RATE_HZ, pitch
from mixassistant.features.representations import Representations, loud_enough

VOICES = ("bass", "vocals")  # roles in which one voice sings or plays at a time
SHORTEST_S = 0.5  # of voiced sound
SINGLE = 0.3  # share of what plays that has one pitch: chords and drums stay below
_PYIN = "Mauch & Dixon 2014"
_METHOD = "Probabilistic YIN, 93 ms frames every 23 ms, frames that play"


@extracts(
    Descriptor("pitch", "Pitch", "Hz", (LOWEST_HZ, HIGHEST_HZ), 2.0, "The usual pitch of a single voice.", _PYIN, scopes=("stem",),
               roles=VOICES, cost="medium", method=f"Median over voiced frames. {_METHOD}"),
    Descriptor("pitch_spread", "Pitch range", "semitones", (0, 60), 0.5, "How far the middle half of its notes spreads.", _PYIN,
               scopes=("stem",), roles=VOICES, cost="medium", method=f"Interquartile range over voiced frames. {_METHOD}"),
    Descriptor("voiced_ratio", "Voiced share", "", (0, 1), 0.05, "How much of it has one pitch.", _PYIN,
               scopes=("stem",), roles=VOICES, cost="medium", method=f"Share of voiced frames. {_METHOD}"),
    Descriptor("hnr", "Harmonics to noise", "dB", (-10, 60), 1.0, "How clean a single voice is: low is breathy or noisy.", "Boersma 1993",
               scopes=("stem",), roles=VOICES, cost="medium",
               method="Median over voiced frames of r / (1 − r) of YIN's periodicity r at the pitch"),
)  # fmt: skip
def pitch_of_stem(shared: Representations) -> dict[str, Measurement]:
    """Measure the pitch of a single voice."""
    names = ("pitch", "pitch_spread", "voiced_ratio", "hnr")
    if shared.is_silent:
        return dict.fromkeys(names, SILENCE)
    found = shared.once(pitch)
    active = loud_enough(found.level, 1e-12)
    voiced = found.voiced & active
    ratio = Measurement(float(voiced.sum() / max(int(active.sum()), 1)))
    if voiced.sum() * HOP / RATE_HZ < SHORTEST_S or float(voiced.sum()) < SINGLE * float(active.sum()):
        none = Measurement(None, "no single voice with a pitch")
        return {"pitch": none, "pitch_spread": none, "voiced_ratio": ratio, "hnr": none}
    hz = found.hz[voiced]
    low, high = np.percentile(12 * np.log2(hz), [25, 75])
    share = np.clip(found.periodicity[voiced], 0.1, 1 - 1e-6)
    return {
        "pitch": Measurement(float(np.median(hz))),
        "pitch_spread": Measurement(float(high - low)),
        "voiced_ratio": ratio,
        "hnr": Measurement(float(np.median(10 * np.log10(share / (1 - share))))),
    }
