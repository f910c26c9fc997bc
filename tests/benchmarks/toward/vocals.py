"""Vocals before and after production: tone and dynamics, the advised song's artist left out.

A folder of ``ARTIST_TITLE/{dry,wet}.mp3``. References are the finished vocals of the other artists beside the factory prior; the habit is
learned from the other artists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.toward.scores import LEAST_DB, Case, Vector
from mixassistant.advice.curves import eq_response
from mixassistant.advice.toward.dynamics import estimate_spread_toward
from mixassistant.advice.toward.tone import estimate_tone_toward, fit_broad_bands, smooth
from mixassistant.audio.decode import decode
from mixassistant.features.bands import broad
from mixassistant.features.descriptor import vector
from mixassistant.features.measure import measure
from mixassistant.profiles.build import posterior
from mixassistant.profiles.expectation import OTHER_SONGS
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Gaussian
from mixassistant.profiles.stage import STAGE_ERRORS

RATE_HZ = 44_100
SINGS_DB = 30.0  # below its loud moments: what is quieter is breath, room and noise
HABIT_ARTISTS = 2.0  # that "nothing is changed" counts as beside the other artists


@dataclass(frozen=True, eq=False)
class Vocal:
    """Spectra, ``[shape=(31,)]``, and how far loud and usual moments lie apart where both versions sing, in dB."""

    song: str
    artist: str
    dry: Vector
    wet: Vector
    dry_spread: float
    wet_spread: float


def read(folder: Path) -> list[Vocal]:
    """Measure the vocals of a folder."""
    return [_vocal(path) for path in sorted(folder.iterdir()) if (path / "dry.mp3").is_file()]


def _vocal(path: Path) -> Vocal:
    values = [measure(decode(path / f"{kind}.mp3"), "stem", only=frozenset({"ltas", "level_curve"})) for kind in ("dry", "wet")]
    spectra = [vector(v, "ltas") for v in values]
    curves = [vector(v, "level_curve") for v in values]
    assert spectra[0] is not None and spectra[1] is not None and curves[0] is not None and curves[1] is not None
    size = min(curve.size for curve in curves if curve is not None)
    dry, wet = curves[0][:size], curves[1][:size]
    sings = (dry > np.quantile(dry, 0.95) - SINGS_DB) & (wet > np.quantile(wet, 0.95) - SINGS_DB)
    spreads = [float(np.quantile(c[sings], 0.95) - np.quantile(c[sings], 0.25)) for c in (dry, wet)]
    return Vocal(path.name, path.name.split("_")[0], spectra[0], spectra[1], *spreads)


def _others(vocals: Sequence[Vocal], one: Vocal) -> list[Vocal]:
    return [v for v in vocals if v.artist != one.artist]


def _habit(changes: Vector, artists: Sequence[str]) -> Vector:
    """Return the mean change over artists, shrunken toward nothing."""
    means = np.array([changes[[a == artist for a in artists]].mean(axis=0) for artist in sorted(set(artists))])
    return np.asarray(means.sum(axis=0) / (len(means) + HABIT_ARTISTS))


def tone_cases(vocals: Sequence[Vocal]) -> Iterator[Case]:
    """Yield what each adviser does to the seven broad bands of each raw vocal."""
    errors = STAGE_ERRORS["rough"]
    for one in vocals:
        others = _others(vocals, one)
        rows = np.array([v.wet for v in others])
        found = posterior(load_prior().ltas["vocals"], rows)
        expected = Gaussian(found.mean, OTHER_SONGS.wider * found.covariance)
        changes = np.array([broad(v.wet) - broad(v.dry) for v in others])
        usual = _habit(changes, [v.artist for v in others])
        estimate = estimate_tone_toward(one.dry, expected, errors.tone_db, smooth(usual))
        alone = estimate_tone_toward(one.dry, expected, errors.tone_db)
        gap = np.median([broad(row) for row in rows], axis=0) - broad(one.dry)
        moves = {
            "nothing": np.zeros(gap.size),
            "full gap": gap,
            "a third of the gap": gap / 3,
            "a quarter of the gap, 1 dB at most": np.clip(gap / 4, -1.0, 1.0),
            "habit alone": usual,
            "ours without habit, as told": _told(one, eq_response(fit_broad_bands(alone, errors.most_tone_db, RATE_HZ), RATE_HZ)),
            "ours, rough, estimated": _told(one, estimate.curve_db),
            "ours, rough, as told": _told(one, eq_response(fit_broad_bands(estimate, errors.most_tone_db, RATE_HZ), RATE_HZ)),
        }
        before = broad(one.dry) - broad(one.wet)
        for method, move in moves.items():
            yield Case(method, one.artist, before, before + move, move)


def _told(one: Vocal, curve: Vector) -> Vector:
    """Return by how much an equalizer changes each broad band."""
    return np.asarray(broad(one.dry + curve) - broad(one.dry))


def dynamics_cases(vocals: Sequence[Vocal]) -> Iterator[Case]:
    """Yield what each adviser does to how far loud and usual moments lie apart."""
    errors = STAGE_ERRORS["rough"]
    for one in vocals:
        others = _others(vocals, one)
        spreads = np.array([v.wet_spread for v in others])
        usual = float(_habit(np.array([v.wet_spread - v.dry_spread for v in others]), [v.artist for v in others]))
        expected = float(np.median(spreads)), float(spreads.std(ddof=1))
        found = estimate_spread_toward(one.dry_spread, expected, errors.spread_sd_db, usual).change_db
        found = max(found, -errors.most_spread_db)
        gap = expected[0] - one.dry_spread
        moves = {
            "nothing": 0.0,
            "full gap": gap,
            "a third of the gap": gap / 3,
            "habit alone": usual,
            "ours, rough, estimated": found,
            "ours, rough, as told": found if found <= -LEAST_DB else 0.0,  # a compressor only narrows
        }
        before = np.array([one.dry_spread - one.wet_spread])
        for method, move in moves.items():
            yield Case(method, one.artist, before, before + move, np.array([move]))
