"""Everything off at once on finished songs, the size of the errors told: levels and tone, the song's artist left out of the prior.

SONGS is a folder of ``ARTIST - TITLE.stem.mp4``, such as MUSDB18's. Levels are off by a normal error on each role; tone by a tilt (per
decade), a low and a high shelf and two wide bells, each with that standard deviation. With ``--separated`` the levels are planted in the
audio of the songs that the embedded separator was not trained on, and read from the stems that it makes of the sum.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.recovery.run import _folds, _held_out
from benchmarks.toward.scores import LEAST_DB, Case, Vector
from mixassistant.advice.curves import band_response, eq_response
from mixassistant.advice.toward.levels import estimate_levels_toward
from mixassistant.advice.toward.tone import estimate_tone_toward, fit_broad_bands
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.bands import CENTRES_HZ, broad
from mixassistant.features.descriptor import vector
from mixassistant.features.measure import measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.moves import Band
from mixassistant.profiles.expectation import OTHER_SONGS
from mixassistant.profiles.prior import Prior, estimate_prior, values_of
from mixassistant.profiles.profile import Gaussian, relative_levels
from mixassistant.profiles.separation_error import levels_of, separation_error
from mixassistant.profiles.stage import STAGE_ERRORS
from mixassistant.stems.drop import open_song
from mixassistant.stems.embedded import EmbeddedSeparator
from mixassistant.stems.separate import separation
from mixassistant.stems.stem import ROLES, Song

ONLY = frozenset({"lufs", "level", "ltas", "bandwidth"})
LEVEL_SDS_LU, TONE_SDS_DB, SEPARATED_SD_LU = (2.0, 3.0, 4.0, 6.0), (2.0, 4.0), 4.0
REPEATS = 3
HARDLY_LU = -22.0  # relative to the sum: a role that hardly plays is not mixed
HEARD_DB = 30.0  # broad bands further below the loudest do not count
MOST_DB = 6.0
RATE_HZ = 44_100


def tables(folder: Path, is_separated: bool) -> Iterator[tuple[str, list[Case]]]:
    """Yield the title and the cases of each table."""
    paths = sorted(folder.glob("*.stem.mp4"))
    songs = Songs(paths)
    if is_separated:
        yield f"## Levels, sd {SEPARATED_SD_LU:g} dB, through the embedded separator", list(separated_cases(songs, _held_out(paths)))
        return
    for sd_lu in LEVEL_SDS_LU:
        yield f"## Levels off by a standard deviation of {sd_lu:g} dB", list(level_cases(songs, sd_lu))
    for sd_db in TONE_SDS_DB:
        for target in ("mix", *ROLES):
            yield f"## Tone off by a standard deviation of {sd_db:g} dB: {target}", list(tone_cases(songs, target, sd_db))


class Songs:
    """Measured songs, each with a prior from the artists of the other folds."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = list(paths)
        self.folds = _folds(self.paths)
        self.tracks: dict[Path, MeasuredTrack] = {path: measure_song(open_song(path), only=ONLY) for path in self.paths}
        self._prior = functools.cache(self._estimate)

    def prior(self, path: Path) -> Prior:
        """Return the prior of all folds but this song's."""
        return self._prior(self.folds[path])

    def _estimate(self, fold: int) -> Prior:
        return estimate_prior([self.tracks[path] for path in self.paths if self.folds[path] != fold], "cross-validation")


def _levels(track: MeasuredTrack) -> Vector:
    levels = levels_of(track)
    return relative_levels(np.where(levels < HARDLY_LU, np.nan, levels))


def _told(gains: Vector) -> Vector:
    gains = np.clip(np.nan_to_num(gains), -MOST_DB, MOST_DB)
    return np.asarray(np.where(np.abs(gains) >= LEAST_DB, gains, 0.0))


def _level_case(method: str, song: str, off: Vector, right: Vector, move: Vector) -> Case:
    known = np.isfinite(off) & np.isfinite(right)
    off, right = (relative_levels(np.where(known, v, np.nan)) for v in (off, right))
    after = relative_levels(off + np.where(known, np.nan_to_num(move), np.nan))
    return Case(method, song, (off - right)[known], (after - right)[known], np.nan_to_num(move)[known])


def level_cases(songs: Songs, sd_lu: float) -> Iterator[Case]:
    """Yield what each adviser does to levels that are off by a normal error."""
    rng = np.random.default_rng(1)
    for path in songs.paths:
        right, expected = _levels(songs.tracks[path]), songs.prior(path).levels
        for _ in range(REPEATS):
            off = relative_levels(right + rng.normal(0.0, sd_lu, right.size))
            gap = relative_levels(np.where(np.isnan(off), np.nan, expected.mean)) - off
            moves = {
                "nothing": np.zeros(off.size),
                "full gap": gap,
                "a third of the gap": _told(gap / 3),
                "ours, size told, estimated": np.clip(estimate_levels_toward(off, expected, (0.0, sd_lu)).gain_db, -MOST_DB, MOST_DB),
                "ours, size told": _told(estimate_levels_toward(off, expected, (0.0, _cautious(sd_lu))).gain_db),
                "ours, rough": _told(estimate_levels_toward(off, expected, STAGE_ERRORS["rough"].level).gain_db),
                "ours, in progress": _told(estimate_levels_toward(off, expected, STAGE_ERRORS["working"].level).gain_db),
            }
            for method, move in moves.items():
                yield _level_case(method, path.name, off, right, move)


def _cautious(sd: float) -> float:
    """Return the size that is told: a little of what could be removed is given for fewer mixes that come out worse."""
    return 0.9 * sd


def draw_tone(rng: np.random.Generator, sd_db: float) -> Vector:
    """Return what a spectrum is off by, ``[shape=(31,)]``: a tilt (per decade), a low and a high shelf, two wide bells."""

    def between(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    found = rng.normal() * sd_db * np.log10(CENTRES_HZ / 1000.0)
    bands = [
        Band("low_shelf", between(80, 300), float(rng.normal() * sd_db), 0.7),
        Band("high_shelf", between(3000, 9000), float(rng.normal() * sd_db), 0.7),
        *(Band("bell", between(100, 8000), float(rng.normal() * sd_db), float(rng.uniform(0.5, 1.0))) for _ in range(2)),
    ]
    return np.asarray(found + sum(band_response(band, RATE_HZ) for band in bands))


def tone_cases(songs: Songs, target: str, sd_db: float) -> Iterator[Case]:
    """Yield what each adviser does to the broad bands of a spectrum that is off."""
    rng = np.random.default_rng(2)
    for path in songs.paths:
        right = vector(values_of(songs.tracks[path], target), "ltas")
        if right is None:
            continue
        found = songs.prior(path).ltas[target]
        expected = Gaussian(found.mean, OTHER_SONGS.wider * found.covariance)
        for _ in range(REPEATS):
            off = right + draw_tone(rng, sd_db)
            off = off - 10 * np.log10(np.sum(10 ** (off / 10)))  # spectra are relative to their own level
            told = estimate_tone_toward(off, expected, ((sd_db, 1.0),))
            curves = {
                "nothing": np.zeros(off.size),
                "full gap": found.mean - off,
                "a third of the gap": (found.mean - off) / 3,
                "ours, size told, estimated": told.curve_db,
                "ours, size told": eq_response(fit_broad_bands(told, MOST_DB, RATE_HZ), RATE_HZ),
                **{
                    f"ours, {name}": eq_response(
                        fit_broad_bands(
                            estimate_tone_toward(off, expected, STAGE_ERRORS[stage].tone_db), STAGE_ERRORS[stage].most_tone_db, RATE_HZ
                        ),
                        RATE_HZ,
                    )
                    for name, stage in (("rough", "rough"), ("in progress", "working"))
                },
            }
            for method, curve in curves.items():
                yield _tone_case(method, path.name, right, off, curve)


def _tone_case(method: str, song: str, right: Vector, off: Vector, curve: Vector) -> Case:
    wanted = broad(right)
    heard = wanted > wanted.max() - HEARD_DB

    def error(spectrum: Vector) -> Vector:
        gap = (broad(spectrum) - wanted)[heard]
        return np.asarray(gap - gap.mean())

    move = (broad(off + curve) - broad(off))[heard]
    return Case(method, song, error(off), error(off + curve), np.asarray(move - move.mean()))


def separated_cases(songs: Songs, paths: Sequence[Path]) -> Iterator[Case]:
    """Yield what is advised where the errors are in the audio and the stems are the embedded separator's."""
    rng = np.random.default_rng(3)
    separator = EmbeddedSeparator()
    for path in paths:
        sums = open_song(path).role_sums()
        right = _levels(songs.tracks[path])
        prior = songs.prior(path).levels
        for _ in range(REPEATS):
            errors = rng.normal(0.0, SEPARATED_SD_LU, len(ROLES))
            stems = [Audio(sums[r].samples * np.float32(10 ** (errors[ROLES.index(r)] / 20)), sums[r].sample_rate_hz) for r in sums]
            whole = mix(stems)
            song = separation(Song(path.name, f"{path.name}{errors}", whole, (), {}), separator).song
            track = measure_song(song, only=ONLY)
            noise = np.diag([e.level[1] ** 2 if (e := separation_error(track, role)) is not None else 0.0 for role in ROLES])
            seen, off = _levels(track), relative_levels(right + errors)
            expected = Gaussian(prior.mean, prior.covariance + noise)
            gap = relative_levels(np.where(np.isnan(seen), np.nan, prior.mean)) - seen
            moves = {
                "nothing": np.zeros(seen.size),
                "full gap": gap,
                "a third of the gap": _told(gap / 3),
                "ours, size told": _told(estimate_levels_toward(seen, expected, (0.0, _cautious(SEPARATED_SD_LU))).gain_db),
                "ours, rough": _told(estimate_levels_toward(seen, expected, STAGE_ERRORS["rough"].level).gain_db),
            }
            for method, move in moves.items():
                yield _level_case(method, path.name, off, right, move)
