"""Masking between stems: how much of each stem's sound the others hide.

A stem's sound in a third of an octave and a moment counts as hidden where the others together, with their excitation spread to
neighbouring bands, stand so far above it that it is not heard beside them. What is hidden is weighed by its loudness (Stevens's power
law), over the whole song. Some masking is in every mix: what a share means, a profile tells.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import Descriptor, Measurement, SongParts, extracts_of_song
from mixassistant.features.k_weighting import k_weighting_db
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import loud_enough
from mixassistant.stems.stem import ROLES

Power = NDArray[np.float64]

# Slopes of a masker's excitation towards higher and lower frequencies, 10 and 27 dB per Bark at medium levels, and about 0.9 Bark to a
# third of an octave (Zwicker and Fastl, Psychoacoustics, chapters 4 and 6).
UP_DB, DOWN_DB = -9.0, -24.0
# A tone is hidden by noise that is 4 dB above it, a noise by a tone 14 to 20 dB above (Hellman 1972): music is both.
HIDDEN_DB = 6.0
LOUDNESS_EXPONENT = 0.3  # sone per power: Stevens's law, as used in ISO 532-1 above 40 phon
NEEDS_TWO = "needs two stems that play"


def _spreading() -> Power:
    """Return how much of each band's power reaches each other band, ``[shape=(31, 31)]``, row to column."""
    steps = np.arange(CENTRES_HZ.size)[None, :] - np.arange(CENTRES_HZ.size)[:, None]
    return np.asarray(10 ** (np.where(steps >= 0, UP_DB * steps, DOWN_DB * -steps) / 10))


SPREADING = _spreading()
_WEIGHT = 10 ** (k_weighting_db(CENTRES_HZ) / 10)


def excitation(power: Power) -> Power:
    """Return the excitation of a power spectrum, its spread to neighbouring bands, ``[shape=(31, frames)]`` of the same."""
    return np.asarray(SPREADING.T @ power)


def loudness_of(power: Power) -> Power:
    """Return the loudness of each band and frame in arbitrary units, 0 in frames that do not play, ``[shape=(31, frames)]``."""
    total = power.sum(axis=0)
    return np.asarray((_WEIGHT[:, None] * power) ** LOUDNESS_EXPONENT * loud_enough(total, 1e-12))


def hidden(power: Power, others: Power) -> NDArray[np.bool_]:
    """Return where a stem is hidden by the excitation of the others, ``[shape=(31, frames)]``."""
    return np.asarray(excitation(power) < others * 10 ** (-HIDDEN_DB / 10))


def masked_share(role: str, powers: Mapping[str, Power]) -> float:
    """Return the share of a role's loudness that the other roles hide, 0–1.

    Parameters
    ----------
    role : str
    powers : mapping of role to np.ndarray [shape=(31, frames)]
        Power per 1/3-octave band, of at least two roles; `role` plays.
    """
    own = loudness_of(powers[role])
    others = excitation(np.sum([power for other, power in powers.items() if other != role], axis=0))
    return float((own * hidden(powers[role], others)).sum() / own.sum())


def powers_of(parts: Mapping[str, Power]) -> dict[str, Power]:
    """Return the powers cut to their common length: stems of other sample rates may differ by a frame."""
    frames = min((power.shape[1] for power in parts.values()), default=0)
    return {role: np.asarray(power[:, :frames], dtype=np.float64) for role, power in parts.items()}


@extracts_of_song(
    *(
        Descriptor(
            f"masked_{role}", f"Hidden by other stems, {role}", "%", (0, 100), 1.0,
            f"Share of the loudness of the {role} that the other stems hide.", "Zwicker and Fastl; Hellman 1972 (ours)",
            scopes=("mix",), needs=(f"{role} stem",),
            method="1/3 octaves of 186 ms frames, excitation spread by 9 and 24 dB per band, hidden 6 dB below it, weighed by power^0.3",
        )
        for role in ROLES
    )
)  # fmt: skip
def masking(parts: SongParts) -> dict[str, Measurement]:
    """Measure how much of each role is hidden."""
    playing = powers_of({role: shared.bands.total for role, shared in parts.roles.items() if not shared.is_silent})
    values = {}
    for role in ROLES:
        if role not in parts.roles:
            found = Measurement(None, f"needs the {role} stem")
        elif role not in playing:
            found = SILENCE
        elif len(playing) < 2:
            found = Measurement(None, NEEDS_TWO)
        else:
            found = Measurement(100 * masked_share(role, playing))
        values[f"masked_{role}"] = found
    return values
