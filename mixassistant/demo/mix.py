"""The mixer's desk: stems to the levels and spectra of a good mix, planted faults, and the loudness of the whole.

Levels follow the medians of professional mixes: each stem's loudness relative to the mix. No limiter touches the sum, so that
the stems add up to the mix sample by sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mixassistant.audio.audio import Audio, mix
from mixassistant.demo.style import Style
from mixassistant.demo.synthesis import RATE_HZ, Signal, equalized, saturated
from mixassistant.processing.moves import Band, Chain
from mixassistant.progress import Progress, silent
from mixassistant.stems.stem import Role

LEVELS_LU: Mapping[Role, float] = {"drums": -8.2, "bass": -8.2, "vocals": -4.6, "other": -6.2}
LOUDNESS_LUFS = -14.0
PEAK_DBTP = -1.05
# Tape rounds each stem's peaks: none gets farther above the stem's loudness than this, in dB.
TAPE_DB: Mapping[Role, float] = {"drums": 20.0, "bass": 14.0, "vocals": 12.0, "other": 11.0}
TILT_HZ = 1000.0


@dataclass(frozen=True)
class Fault:
    """A mixing fault that was planted on purpose: which stem, and what was done to it."""

    name: str
    role: Role
    chain: Chain


def loudness_lufs(audio: Audio) -> float:
    """Return the integrated loudness in LUFS (BS.1770-5); −70 when there is silence only."""
    from mixassistant.features.descriptor import scalar
    from mixassistant.features.measure import measure

    found = scalar(measure(audio, "mix", only=frozenset({"lufs"})), "lufs")
    return -70.0 if found is None else found


def true_peak_dbtp(audio: Audio) -> float:
    """Return the true peak in dBTP."""
    from mixassistant.audio.true_peak import true_peak

    return 20 * float(np.log10(max(true_peak(audio), 1e-6)))


def scaled(audio: Audio, gain_db: float) -> Audio:
    """Return audio with a gain; hundredths of a dB, so that the last digits of a measurement on another machine change nothing."""
    return Audio(audio.samples * np.float32(10 ** (round(gain_db, 2) / 20)), audio.sample_rate_hz)


def balanced(style: Style, tracks: Mapping[Role, Signal], progress: Progress = silent) -> dict[Role, Audio]:
    """Return tracks taped and at the levels of a good mix, with this mixer's own taste."""
    stems: dict[Role, Audio] = {}
    for number, (role, track) in enumerate(tracks.items()):
        progress("Mixing", number / len(tracks))
        tone = style.tone_db[role]
        tilted = equalized(track, (Band("high_shelf", TILT_HZ, tone, 0.5), Band("low_shelf", TILT_HZ, -tone, 0.5)))
        loudness = round(loudness_lufs(Audio(tilted.astype(np.float32), RATE_HZ)), 2)
        taped = saturated(tilted, 10 ** (-(loudness + TAPE_DB[role]) / 20))
        audio = Audio(taped.astype(np.float32), RATE_HZ)
        stems[role] = scaled(audio, LOUDNESS_LUFS + LEVELS_LU[role] + style.balance_db[role] - loudness_lufs(audio))
    return stems


def mastered(stems: Mapping[Role, Audio]) -> dict[Role, Audio]:
    """Return stems with one gain for all, at the loudness of a streaming service unless the true peak stands in the way."""
    whole = mix(list(stems.values()))
    gain = min(LOUDNESS_LUFS - loudness_lufs(whole), PEAK_DBTP - true_peak_dbtp(whole))
    return {role: scaled(audio, gain) for role, audio in stems.items()}
