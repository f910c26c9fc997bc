"""Numbers of the views for people: the profile's ranges, in which the next song is expected, and the references' own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.descriptor import REGISTRY, vector
from mixassistant.gui.widgets.targets import values_of
from mixassistant.i18n import _
from mixassistant.profiles.build import BUILDING
from mixassistant.profiles.profile import Profile, Range
from mixassistant.profiles.standing import FEW, own_quantiles
from mixassistant.report.wording import frequency
from mixassistant.stems.place import Place

Band = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""10th percentile, median, 90th percentile."""
NONE = "–"


def number(value: float, decimals: int = 1) -> str:
    """Return a number with a true minus; ``"–"`` for one that is not there."""
    if not np.isfinite(value):
        return NONE
    text = f"{value:.{decimals}f}"
    return (text.lstrip("-") if float(text) == 0 else text).replace("-", "−")


def hertz(frequency_hz: float) -> str:
    """Return a frequency as reports write it: ``"315 Hz"``, ``"31.5 Hz"``, ``"2.52 kHz"``; labels break where they need to."""
    return frequency(frequency_hz).replace("\N{NO-BREAK SPACE}", " ")


def span(low: float, high: float, unit: str = "", decimals: int = 1) -> str:
    """Return a range: ``"−12.3 to −9.8 dB"``."""
    return _("{low} to {high}").format(low=number(low, decimals), high=f"{number(high, decimals)} {unit}".rstrip())


def scalar_range(profile: Profile, key: str) -> tuple[float, float] | None:
    """Return the 10–90 % range of a number of the profile; None where it has none."""
    found: Range | None = profile.targets.get(key)
    if found is None or not isinstance(found.low, float | int) or not isinstance(found.high, float | int):
        return None
    least, most = REGISTRY[key.partition("/")[2]].range  # a normal distribution knows no limits
    return max(float(found.low), least), min(float(found.high), most)


def range_text(profile: Profile, key: str) -> str:
    """Return the 10–90 % range of a number of the profile with its unit; empty where it has none."""
    found = scalar_range(profile, key)
    descriptor = REGISTRY[key.partition("/")[2]]
    return "" if found is None else span(*found, descriptor.unit, descriptor.decimals)


def own_range_text(profile: Profile, key: str) -> str:
    """Return the references' own range of a number with its unit, without references that of finished songs; empty where none has it."""
    target, _slash, identifier = key.partition("/")
    if not profile.references:
        return range_text(profile, key)
    found = own_quantiles(profile.references, Place.parse(target), identifier)
    descriptor = REGISTRY[identifier]
    return "" if found is None else span(found.low, found.high, descriptor.unit, descriptor.decimals)


def own_range_name(profile: Profile) -> str:
    """Name the references' own range: few have no tenths."""
    if not profile.references:
        return _("finished songs, 10–90 %")
    return _("references, 10–90 %") if len(profile.references) > FEW else _("references, least to most")


def vectors_of(profile: Profile, target: str, identifier: str) -> NDArray[np.float64]:
    """Return what every reference has of a list of numbers, ``[shape=(references, n)]``."""
    rows = [row for track in profile.references if (row := vector(values_of(track, target), identifier)) is not None]
    size = max((row.size for row in rows), default=0)
    same = [row for row in rows if row.size == size]
    return np.array(same).reshape(len(same), size)


def band_of(profile: Profile, target: str, identifier: str) -> Band | None:
    """Return percentiles of a list of numbers over the references; None for fewer than a range takes.

    The profile itself keeps ranges of spectra and of single numbers only.
    """
    rows = vectors_of(profile, target, identifier)
    if len(rows) < BUILDING.fewest_alone:
        return None
    low, middle, high = np.percentile(rows, [10, 50, 90], axis=0)
    return low, middle, high


def capital(text: str) -> str:
    """Return a text as it begins a heading."""
    return text[:1].upper() + text[1:]


def whose_range(profile: Profile) -> str:
    """Name the profile's ranges: where the next song of this kind is expected."""
    return _("expected, 10–90 %") if profile.references else _("finished songs, 10–90 %")
