"""Descriptors, declared once; everything else (tables, tool-tips, profile columns, JSON Schema) derives from the declaration.

The shape of the declaration follows the Vamp plug-in SDK's ``OutputDescriptor``.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mixassistant.audio.source import Source
    from mixassistant.features.representations import Representations

Shape = Literal["scalar", "bands", "curve", "vector", "flag", "category", "sequence"]
Scope = Literal["mix", "stem"]
Cost = Literal["low", "medium", "high"]

NO_RANGE = (-math.inf, math.inf)
SUMMARY_PERCENTILES = (5, 25, 50, 75, 95)
SUMMARY_LABELS = ("mean", "variance", "skewness", "kurtosis", *(f"{p} %" for p in SUMMARY_PERCENTILES), "minimum", "maximum")


@dataclass(frozen=True)
class Descriptor:
    """A declared, named measurement.

    Parameters
    ----------
    id : str
        Key in every file and table.
    name : str
        For people, sentence case.
    unit : str
        ``"LUFS"``, ``"LU"``, ``"dB"``, ``"dBTP"``, ``"Hz"``; empty for a pure number.
    range : (float, float)
        What the definition can yield.
    step : float
        The smallest difference worth telling a listener, in `unit`.
    description : str
        One sentence in a listener's words.
    source : str
        The standard or paper of the method.
    version : int
        Raised whenever the numbers change; part of every cache key.
    shape : {"scalar", "bands", "curve", "vector", "flag", "category", "sequence"}
        ``bands``: one value per 1/3-octave band (`mixassistant.features.bands`); ``curve``: values over time; ``vector``: one value
        per entry of `labels` (or as many as there are, without labels: times, a list); ``flag``: 0 or 1; ``category``: the index of
        one of `labels`; ``sequence``: the index of one of `labels` for each stretch between the times of `between`, so one more
        than there are times.
    scopes : tuple
        What it is measured on: the mix, each stem (and the sum of each role's stems).
    roles : tuple of str
        For stems: of which roles only; empty for any.
    hop_s : float
        For curves: time between values, in seconds.
    labels : tuple of str
        For vectors: what each entry is; for categories and sequences: what each number stands for.
    between : str
        For sequences: the descriptor whose times (s, inner boundaries, ascending) part the stretches.
    method : str
        How it is computed, where `source` does not say it all.
    needs : tuple of str
        What has to be there: ``"drums stem"``, ``"… weights"``, ``"Essentia"``.
    cost : {"low", "medium", "high"}
        Time on a processor: below 1/1000 of the duration, below 1/100, above.
    level : {"none", "gain", "own"}
        What a gain does to it: nothing, moves it by the gain in dB, or a law of its own (linear amplitudes, thresholds in dBFS).
    aliases : tuple of str
        Names under which older frameworks know it; accepted on input.
    least_s : float
        Seconds of audio below which its definition yields no number, or one that the ends of its frames decide.
    family : str
        The module that declares it; filled in on registration.
    """

    id: str
    name: str
    unit: str
    range: tuple[float, float]
    step: float
    description: str
    source: str
    version: int = 1
    shape: Shape = "scalar"
    scopes: tuple[Scope, ...] = ("mix", "stem")
    hop_s: float = 0.0
    labels: tuple[str, ...] = ()
    between: str = ""
    method: str = ""
    needs: tuple[str, ...] = ()
    cost: Cost = "low"
    level: Literal["none", "gain", "own"] = "none"
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    least_s: float = 0.0
    family: str = ""

    @property
    def decimals(self) -> int:
        """Decimals that a difference of one `step` can be seen in."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))

    def format(self, value: float | None) -> str:
        """Format a value for people with its unit, e.g. ``"−9.8 LUFS"``; ``"–"`` when there is none."""
        if value is None:
            return "–"
        if self.shape in ("category", "sequence"):
            return self.labels[round(value)]
        if self.shape == "flag":
            return "yes" if value else "no"
        number = f"{value:.{self.decimals}f}"
        if float(number) == 0:
            number = number.lstrip("-")
        return f"{number} {self.unit}".rstrip().replace("-", "−")

    def words(self, values: NDArray[np.float64]) -> tuple[str, ...]:
        """Return the label of each stretch of a sequence: ``("Am", "F", "C", "G")``."""
        return tuple(self.labels[round(value)] for value in values.tolist())


@dataclass(frozen=True)
class Measurement:
    """A descriptor's value, or ``None`` with a reason: never a made-up number.

    `value` is a float, or a read-only float64 array for bands, curves, vectors and sequences.
    """

    value: float | NDArray[np.float64] | None
    reason: str = ""

    def __post_init__(self) -> None:
        value = self.value
        if isinstance(value, np.ndarray):
            frozen = np.asarray(value, dtype=np.float64).copy()
            frozen.flags.writeable = False
            object.__setattr__(self, "value", frozen)
        elif value is not None:
            number = float(value)
            if not math.isfinite(number):
                raise ValueError("a scalar measurement is finite, or None with a reason")
            object.__setattr__(self, "value", number)
        elif not self.reason:
            raise ValueError("a missing value needs a reason")


def summary(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the statistics of `SUMMARY_LABELS` of a series; skewness and kurtosis are 0 where nothing varies."""
    mean, variance = float(series.mean()), float(series.var())
    gap = series - mean
    varies = variance > 1e-12 * max(mean * mean, 1e-30)
    third, fourth = (float((gap**k).mean()) / variance ** (k / 2) if varies else 0.0 for k in (3, 4))
    return np.array([mean, variance, third, fourth, *np.percentile(series, SUMMARY_PERCENTILES), series.min(), series.max()])


Values = Mapping[str, Measurement]
"""Measurements by descriptor id."""

Extractor = Callable[["Representations"], dict[str, Measurement]]
"""Measures one piece of audio."""

SongExtractor = Callable[["SongParts"], dict[str, Measurement]]
"""Measures a mix with its stems together; the descriptors belong to the mix."""


@dataclass(frozen=True, eq=False)
class SongParts:
    """A mix and the sum of each role's stems, for descriptors that need both.

    Parameters
    ----------
    mix : Representations
    roles : mapping of role name to Representations
        Without a key: there is no such stem.
    values : mapping of role name to Values
        What has been measured of each role; the mix's under ``"mix"``.
    stems : sequence of Source
        Every stem that the user supplied, in the song's order; empty where a separator made them.
    """

    mix: Representations
    roles: Mapping[str, Representations]
    values: Mapping[str, Values]
    stems: Sequence[Source] = ()


@dataclass
class Registry:
    """The descriptors, in order of declaration, and the functions that extract them."""

    descriptors: dict[str, Descriptor] = field(default_factory=dict)
    extractors: list[tuple[tuple[str, ...], Extractor]] = field(default_factory=list)
    song_extractors: list[tuple[tuple[str, ...], SongExtractor]] = field(default_factory=list)

    def extracts(self, *declared: Descriptor) -> Callable[[Extractor], Extractor]:
        """Declare what a function extracts from one piece of audio; it returns a dict with exactly these ids."""

        def register(function: Extractor) -> Extractor:
            self.extractors.append((self.declare(function.__module__, declared), function))
            return function

        return register

    def extracts_of_song(self, *declared: Descriptor) -> Callable[[SongExtractor], SongExtractor]:
        """Declare what a function extracts from a mix with its stems; it returns a dict with exactly these ids."""

        def register(function: SongExtractor) -> SongExtractor:
            self.song_extractors.append((self.declare(function.__module__, declared), function))
            return function

        return register

    def declare(self, module: str, declared: Iterable[Descriptor]) -> tuple[str, ...]:
        """Add descriptors of a module; return their ids.

        Raises
        ------
        ValueError
            One is declared twice.
        """
        ids = []
        for descriptor in declared:
            if descriptor.id in self.descriptors:
                raise ValueError(f"descriptor {descriptor.id!r} is declared twice")
            self.descriptors[descriptor.id] = dataclasses.replace(descriptor, family=module.split(".")[2])
            ids.append(descriptor.id)
        return tuple(ids)

    def arrange(self, families: Sequence[str]) -> None:
        """Put the descriptors in the order of their families, and of declaration within one: the order of every table."""
        order = {family: index for index, family in enumerate(families)}
        self.descriptors = dict(sorted(self.descriptors.items(), key=lambda item: order[item[1].family]))

    def __getitem__(self, identifier: str) -> Descriptor:
        return self.descriptors[identifier]

    def __iter__(self) -> Iterator[Descriptor]:
        return iter(self.descriptors.values())

    @property
    def version(self) -> str:
        """A key that changes whenever any method changes: part of every cache key."""
        import hashlib

        text = ",".join(f"{d.id}@{d.version}" for d in self)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


REGISTRY = Registry()
extracts = REGISTRY.extracts
extracts_of_song = REGISTRY.extracts_of_song


def scalar(values: Values, identifier: str) -> float | None:
    """Return the number of a scalar descriptor, or ``None`` where it could not be had."""
    found = values.get(identifier)
    return found.value if found is not None and isinstance(found.value, float) else None


def vector(values: Values, identifier: str) -> NDArray[np.float64] | None:
    """Return the array of a band or curve descriptor, or ``None`` where it could not be had."""
    found = values.get(identifier)
    return found.value if found is not None and isinstance(found.value, np.ndarray) else None
