"""What was done to recordings: raw tracks beside the produced stems, or beside the final mix alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mixassistant.audio.audio import Audio
from mixassistant.features.band_gains import BandGains, band_gains
from mixassistant.features.bands import BROAD, BROAD_HZ, CENTRES_HZ, broad
from mixassistant.features.cross_powers import cross_powers
from mixassistant.features.descriptor import Values, scalar, vector
from mixassistant.features.fingerprint import fingerprint, similarity
from mixassistant.features.k_weighting import k_weighting_db
from mixassistant.features.measure import measure
from mixassistant.features.representations import FRAMES_PER_S, Representations
from mixassistant.learning.finished import CREST, LEVEL, SPREAD, TONE, WIDTH, unknown_changes
from mixassistant.profiles.profile import Vector, relative_levels
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.stem import ROLES, Role

MEASURED = frozenset({"lufs", "ltas", "dynamic_spread", "crest", "width"})
MOST_MOMENTS = 1200
"""Of a long song so many moments are looked at, evenly spread: as many as two minutes have, and more change nothing."""
LEAST_SIMILARITY = 0.3
"""How alike the fingerprints of a mix and of the sum of its raw tracks must be, for them to be taken as one performance."""


def measured(audio: Audio, role: Role, progress: Progress = silent) -> Values:
    """Measure what changes are told by, as an analysis measures it."""
    return measure(Representations(audio, tick=lambda: progress("Measuring", 0.0)), "stem", only=MEASURED, role=role)


def changes_by_stems(raw: Mapping[Role, Audio], finished: Mapping[Role, Audio], progress: Progress = silent) -> dict[Role, Vector]:
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
        after[role] = measured(finished[role], role, part(progress, (index + 0.5) / len(roles), (index + 1) / len(roles), f"Measuring {role}"))
    found = {role: unknown_changes() for role in roles}
    moved = _levels(after) - _levels(before)
    for role in roles:
        changes = found[role]
        changes[LEVEL] = moved[ROLES.index(role)] if len(roles) > 1 else np.nan
        spectra = vector(before[role], "ltas"), vector(after[role], "ltas")
        if spectra[0] is not None and spectra[1] is not None:
            changes[TONE] = broad(spectra[1]) - broad(spectra[0])
        for place, name in ((SPREAD, "dynamic_spread"), (CREST, "crest"), (WIDTH, "width")):
            one, two = scalar(before[role], name), scalar(after[role], name)
            changes[place] = np.nan if one is None or two is None else two - one
    return found


def _levels(values: Mapping[Role, Values]) -> Vector:
    levels = [scalar(values[role], "lufs") if role in values else None for role in ROLES]
    return relative_levels(np.array([np.nan if level is None else level for level in levels]))


def changes_by_mix(raw: Mapping[Role, Audio], whole: Audio, progress: Progress = silent) -> tuple[dict[Role, Vector], tuple[str, ...]]:
    """Return what the final mix tells of what was done to each role: levels, broad tone, and dynamics roughly.

    Parameters
    ----------
    raw : mapping of Role to Audio
        The sums of each role's tracks, of one rate and length and in step with the mix to a few hundredths of a second.
    whole : Audio
    progress : Progress

    Returns
    -------
    changes : dict of Role to np.ndarray [shape=(d,)]
        Empty where the mix is no mix of these tracks.
    notes : tuple of str
    """
    roles = [role for role in ROLES if role in raw]
    length = max(audio.length for audio in raw.values())
    channels = max(audio.channels for audio in raw.values())
    sums = [(raw[role].stereo() if channels == 2 else raw[role]).padded(length) for role in roles]
    own = Representations(Audio(np.sum([audio.samples for audio in sums], axis=0), sums[0].sample_rate_hz), tick=lambda: progress("Comparing", 0.1))
    theirs = Representations(whole, tick=lambda: progress("Comparing", 0.2))
    alike, lag_s = similarity(fingerprint(own), fingerprint(theirs))
    if alike < LEAST_SIMILARITY:
        return {}, (f"the mix does not follow its tracks (likeness {alike:.2f}): is it a mix of these?",)
    lag = round(lag_s * FRAMES_PER_S)
    frames = np.arange(max(-lag, 0), min(own.bands.total.shape[1], theirs.bands.total.shape[1] - lag))
    frames = frames[:: max(1, -(-frames.size // MOST_MOMENTS))]
    progress("Comparing", 0.4)
    regression = band_gains(cross_powers(sums, frames), theirs.bands.total[:, frames + lag])
    found = {}
    before = {role: measured(raw[role], role, part(progress, 0.5, 1.0, f"Measuring {role}")) for role in roles}
    for index, role in enumerate(roles):
        found[role] = _changes_of(before[role], regression, index)
    _relate_levels(found, before)
    return found, ()


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


def _relate_levels(found: Mapping[Role, Vector], before: Mapping[Role, Values]) -> None:
    """Relate the roles' levels to their power sum, before and after; a role whose gain is not known is left out of both."""
    levels = np.array([np.nan if role not in before else _lufs(before[role]) for role in ROLES])
    gains = np.array([found[role][LEVEL] if role in found else np.nan for role in ROLES])
    levels = np.where(np.isnan(gains), np.nan, levels)
    if np.isfinite(levels).sum() < 2:
        moved = np.full(len(ROLES), np.nan)
    else:
        moved = relative_levels(levels + gains) - relative_levels(levels)
    for role, changes in found.items():
        changes[LEVEL] = moved[ROLES.index(role)]


def _lufs(values: Values) -> float:
    loudness = scalar(values, "lufs")
    return np.nan if loudness is None else loudness


assert len(BROAD) == TONE.stop - TONE.start
