"""What was done to recordings: raw tracks beside the produced stems, or beside the final mix alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.resample import resample
from mixassistant.features.band_gains import BandGains, band_gains
from mixassistant.features.bands import BROAD_HZ, CENTRES_HZ, broad
from mixassistant.features.cross_powers import cross_powers
from mixassistant.features.descriptor import Values, scalar, vector
from mixassistant.features.fingerprint import fingerprint, similarity
from mixassistant.features.frames import SPECTRAL_RATE_HZ
from mixassistant.features.k_weighting import k_weighting_db
from mixassistant.features.measure import measure
from mixassistant.features.representations import FRAMES_PER_S, Representations
from mixassistant.i18n import _
from mixassistant.learning.finished import CREST, LEVEL, SPREAD, TONE, WIDTH, Done, related, unknown_changes
from mixassistant.profiles.profile import Vector
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.stem import ROLES, Role

MEASURED = frozenset({"lufs", "ltas", "dynamic_spread", "crest", "width"})
MOST_MOMENTS = 1200
"""Of a long song so many moments are looked at, evenly spread: as many as two minutes have, and more change nothing."""
MOMENTS_AT_ONCE = 64
SUM_DB = 0.3
"""By so little tracks that add up to the mix as they are differ from it, but for one gain."""
LEAST_SIMILARITY = 0.3
"""How alike the fingerprints of a mix and of the sum of its raw tracks must be, for them to be taken as one performance."""


def measured(audio: Audio, role: Role, progress: Progress = silent) -> Values:
    """Measure what changes are told by, as an analysis measures it."""
    return measure(Representations(audio, tick=lambda: progress("Measuring", 0.0)), "stem", only=MEASURED, role=role)


def changes_by_stems(raw: Mapping[Role, Audio], finished: Mapping[Role, Audio], progress: Progress = silent) -> Done:
    """Return finished minus raw for each role that both have.

    Parameters
    ----------
    raw, finished : mapping of Role to Audio
        The sums of each role's tracks as recorded, and as produced.
    progress : Progress
    """
    roles = [role for role in ROLES if role in raw and role in finished]
    before, after = {}, {}
    for index, role in enumerate(roles):
        before[role] = measured(raw[role], role, part(progress, index / len(roles), (index + 0.5) / len(roles), f"Measuring {role}"))
        after[role] = measured(
            finished[role], role, part(progress, (index + 0.5) / len(roles), (index + 1) / len(roles), f"Measuring {role}")
        )
    found = {role: unknown_changes() for role in roles}
    raw_levels, moved = related(_levels(before), _levels(after))
    for role in roles:
        changes = found[role]
        changes[LEVEL] = moved.get(role, np.nan)
        spectra = vector(before[role], "ltas"), vector(after[role], "ltas")
        if spectra[0] is not None and spectra[1] is not None:
            changes[TONE] = broad(spectra[1]) - broad(spectra[0])
        for place, name in ((SPREAD, "dynamic_spread"), (CREST, "crest"), (WIDTH, "width")):
            one, two = scalar(before[role], name), scalar(after[role], name)
            changes[place] = np.nan if one is None or two is None else two - one
    return Done(found, raw_levels)


def _levels(values: Mapping[Role, Values]) -> Vector:
    levels = [scalar(values[role], "lufs") if role in values else None for role in ROLES]
    return np.array([np.nan if level is None else level for level in levels])


def changes_by_mix(raw: Mapping[Role, Audio], whole: Audio, progress: Progress = silent) -> tuple[Done, tuple[str, ...]]:
    """Return what the final mix tells of what was done to each role: levels, broad tone, and dynamics roughly.

    Parameters
    ----------
    raw : mapping of Role to Audio
        The sums of each role's tracks, of one rate and length and in step with the mix to a few hundredths of a second.
    whole : Audio
    progress : Progress

    Returns
    -------
    done : Done
        Empty where the mix is no mix of these tracks.
    notes : tuple of str
    """
    roles = [role for role in ROLES if role in raw]
    length = max(audio.length for audio in raw.values())
    channels = max(audio.channels for audio in raw.values())
    sums = [(raw[role].stereo() if channels == 2 else raw[role]).padded(length) for role in roles]
    own = Representations(
        Audio(np.sum([audio.samples for audio in sums], axis=0), sums[0].sample_rate_hz), tick=lambda: progress("Comparing", 0.1)
    )
    theirs = Representations(whole, tick=lambda: progress("Comparing", 0.2))
    alike, lag_s = similarity(fingerprint(own), fingerprint(theirs))
    if alike < LEAST_SIMILARITY:
        return Done({}, {}), (_("the mix does not follow its tracks: is it a mix of these?"),)
    lag = round(lag_s * FRAMES_PER_S)
    frames = np.arange(max(-lag, 0), min(own.bands.total.shape[1], theirs.bands.total.shape[1] - lag))
    frames = frames[:: max(1, -(-frames.size // MOST_MOMENTS))]
    regression = band_gains(_powers(sums, frames, part(progress, 0.3, 0.5)), theirs.bands.total[:, frames + lag])
    if regression.undone < SUM_DB:
        return Done({}, {}, are_produced=True), (_("its tracks add up to its mix as they are: they have been produced already"),)
    found = {}
    before = {role: measured(raw[role], role, part(progress, 0.5, 1.0, f"Measuring {role}")) for role in roles}
    for index, role in enumerate(roles):
        found[role] = _changes_of(before[role], regression, index)
    levels = _levels(before)
    gains = np.array([found[role][LEVEL] if role in found else np.nan for role in ROLES])
    raw_levels, moved = related(levels, levels + gains)
    for role in roles:
        found[role][LEVEL] = moved.get(role, np.nan)
    return Done(found, raw_levels), ()


def _powers(sums: Sequence[Audio], frames: NDArray[np.intp], progress: Progress) -> Vector:
    """Return the powers of the roles and of what they share, some moments at a time."""
    heard = [resample(audio, SPECTRAL_RATE_HZ) for audio in sums]
    pieces = []
    for first in range(0, frames.size, MOMENTS_AT_ONCE):
        progress("Comparing", first / frames.size)
        pieces.append(cross_powers(heard, frames[first : first + MOMENTS_AT_ONCE]))
    return np.concatenate(pieces, axis=-1)


def _changes_of(before: Values, regression: BandGains, index: int) -> Vector:
    """Return the changes of one role; its level is the gain of its loudness, in LU, until it is related to the others."""
    changes = unknown_changes()
    spectrum, gains = vector(before, "ltas"), regression.gains_db[index]
    if spectrum is None or np.isnan(gains).all():
        return changes
    column = np.array([next((n for n, (low, high) in enumerate(BROAD_HZ.values()) if low < hz < high), 0) for hz in CENTRES_HZ])
    power = 10 ** (np.nan_to_num(spectrum, nan=-200.0) / 10)
    raised = np.where(np.isnan(gains), 0.0, 10 ** (gains / 10))
    kept = ~np.isnan(gains)[column]  # bands of which nothing is told count neither before nor after
    heard = power * 10 ** (k_weighting_db(CENTRES_HZ) / 10)
    own = 10 * np.log10((power * raised[column]).sum() / power[kept].sum())
    changes[LEVEL] = 10 * np.log10((heard * raised[column]).sum() / heard[kept].sum())
    changes[TONE] = gains - own
    spread = scalar(before, "dynamic_spread")
    if spread is not None:
        changes[SPREAD] = float(np.clip(regression.slopes[index], -1.0, 1.0)) * spread
    return changes
