"""What separation does to measurements: bias to remove, spread to add.

``resources/separators.json`` holds, per separator and role, the error of separated stems against true stems on songs with
known stems (``packaging/build_prior.py`` measures it). A separator that was never measured is given the embedded separator's
spread, which is the larger, and no bias.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mixassistant import paths
from mixassistant.features.bands import EDGES_HZ, NOTHING_DB
from mixassistant.features.descriptor import Measurement, Values, scalar, vector
from mixassistant.features.track import MeasuredStem, MeasuredTrack
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Gaussian, Vector, relative_levels
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES

SPECTRA = ("ltas", "ltas_typical")


@dataclass(frozen=True, eq=False)
class SeparationError:
    """Separated minus true, for one role.

    Parameters
    ----------
    ltas : Gaussian
        Of the 1/3-octave LTAS in dB, ``[shape=(31,)]``.
    level : (float, float)
        Bias and standard deviation of the stem's level in LU.
    dynamic_spread : (float, float)
        Bias and standard deviation of the dynamic spread in dB.
    """

    ltas: Gaussian
    level: tuple[float, float]
    dynamic_spread: tuple[float, float]


@functools.cache
def load_separation_errors() -> Mapping[str, Mapping[str, SeparationError]]:
    """Return the shipped errors: separator (``"embedded"``) to role to `SeparationError`."""
    document = json.loads(paths.resource("separators.json").read_text("utf-8"))
    return {
        separator: {
            role: SeparationError(
                ltas=Gaussian(np.array(item["ltas"]["mean"]), np.array(item["ltas"]["covariance"])),
                level=(item["level"][0], item["level"][1]),
                dynamic_spread=(item["dynamic_spread"][0], item["dynamic_spread"][1]),
            )
            for role, item in roles.items()
        }
        for separator, roles in document["separators"].items()
    }


def separation_error(track: MeasuredTrack, place: Place | str) -> SeparationError | None:
    """Return the error carried by a role of a track; ``None`` for supplied stems, for one of several stems of a role, and for the mix."""
    if isinstance(place, Place) and place.stem:  # separators make one stem of a role
        return None
    role = str(place)
    origin = track.origin_of(role)
    if role == "mix" or origin in ("", "supplied"):
        return None
    known = load_separation_errors()
    if origin in known:
        return known[origin][role]
    worst = known["embedded"][role]
    zero = np.zeros_like(worst.ltas.mean)
    return SeparationError(Gaussian(zero, worst.ltas.covariance), (0.0, worst.level[1]), (0.0, worst.dynamic_spread[1]))


def ltas_covariance(error: SeparationError | None, share: float = 1.0) -> Vector | float:
    """Return a share of the covariance that separation adds to a spectrum, ``[shape=(31, 31)]`` in dB²; 0 without separation."""
    return 0.0 if error is None else share * error.ltas.covariance


def ltas_of(track: MeasuredTrack, place: Place | str, descriptor: str = "ltas") -> Vector | None:
    """Return the spectrum of the mix, a role or a stem with the separator's bias removed, ``[shape=(31,)]`` in dB.

    Bands that the file cannot hold (beyond half its sample rate, or beyond a lossy format's cut-off) are NaN.

    Parameters
    ----------
    descriptor : {"ltas", "ltas_typical"}
    """
    spectrum = vector(values_of(track, place), descriptor)
    if spectrum is None:
        return None
    error = separation_error(track, place)
    cut_off = min(0.5 * track.sample_rate_hz, scalar(track.mix, "bandwidth") or np.inf)
    return np.where(cut_off >= EDGES_HZ[1:], spectrum - (error.ltas.mean if error is not None else 0.0), np.nan)


def told_values(track: MeasuredTrack, place: Place | str) -> Values:
    """Return the measurements of the mix, a role or a stem as they are told to people: a separator's bias is taken out of them.

    Of level, dynamic spread and spectra it is known. Everywhere where one number stands for one quantity, on cards, in tables, in plots
    and in reports, it is this one.
    """
    values, error = values_of(track, place), separation_error(track, place)
    if error is None:
        return values
    biases = {"level": error.level[0], "dynamic_spread": error.dynamic_spread[0]}
    told = {i: Measurement(number - bias) for i, bias in biases.items() if (number := scalar(values, i)) is not None}
    spectra = {i: Measurement(_unbiased(spectrum, error)) for i in SPECTRA if (spectrum := vector(values, i)) is not None}
    return {**values, **told, **spectra}


def _unbiased(spectrum: Vector, error: SeparationError) -> Vector:
    """Return a spectrum with a separator's bias removed; a band that holds nothing stays one."""
    return np.where(spectrum > NOTHING_DB, spectrum - error.ltas.mean, spectrum)


def told_stems(track: MeasuredTrack) -> tuple[MeasuredStem, ...]:
    """Return the stems with their measurements as they are told: a separated one is all that there is of its role."""
    return tuple(s if s.origin == "supplied" else replace(s, values=told_values(track, s.role)) for s in track.stems)


def measured_levels(track: MeasuredTrack) -> Vector:
    """Return the stem levels as they are told to people: LU relative to the mix, bias removed, NaN where absent, ``[shape=(4,)]``."""
    levels = [scalar(told_values(track, role), "level") for role in ROLES]
    return np.array([np.nan if level is None else level for level in levels])


def levels_of(track: MeasuredTrack) -> Vector:
    """Return the stem levels in LU relative to the power sum of the stems, NaN where a role is absent, ``[shape=(4,)]``."""
    levels = measured_levels(track)
    return levels if np.isnan(levels).all() else relative_levels(levels)


def told_shift(track: MeasuredTrack) -> float:
    """Return what makes a level relative to the power sum of the stems (`levels_of`) one relative to the mix, as people are told it, in LU.

    It is the same for all roles: the loudness of that sum relative to the mix, which may be another master than it.
    """
    told = measured_levels(track)
    return 0.0 if np.isnan(told).all() else float(np.nanmedian(told - levels_of(track)))


def spread_of(track: MeasuredTrack, place: Place | str) -> float | None:
    """Return the dynamic spread of a role or a stem in dB, bias removed."""
    return scalar(told_values(track, place), "dynamic_spread")
