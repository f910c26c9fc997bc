"""Descriptors, declared once; everything else (tables, tool-tips, profile columns, JSON Schema) derives from the declaration.

The shape of the declaration follows the Vamp plug-in SDK's ``OutputDescriptor``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from mixassistant.features.representations import Representations

Shape = Literal["scalar", "bands", "curve"]
Scope = Literal["mix", "stem"]


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
    shape : {"scalar", "bands", "curve"}
        ``bands``: one value per 1/3-octave band (`mixassistant.features.bands`); ``curve``: values over time.
    scopes : tuple
        What it is measured on.
    hop_s : float
        For curves: time between values, in seconds.
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

    @property
    def decimals(self) -> int:
        """Decimals that a difference of one `step` can be seen in."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))

    def format(self, value: float | None) -> str:
        """Format a value for people with its unit, e.g. ``"−9.8 LUFS"``; ``"–"`` when there is none."""
        if value is None:
            return "–"
        number = f"{value:.{self.decimals}f}"
        if float(number) == 0:
            number = number.lstrip("-")
        return f"{number} {self.unit}".rstrip().replace("-", "−")


@dataclass(frozen=True)
class Measurement:
    """A descriptor's value, or ``None`` with a reason: never a made-up number.

    `value` is a float, or a read-only float64 array for bands and curves.
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


Values = Mapping[str, Measurement]
"""Measurements by descriptor id."""

Extractor = Callable[["Representations"], dict[str, Measurement]]


@dataclass
class Registry:
    """The descriptors, in order of declaration, and the functions that extract them."""

    descriptors: dict[str, Descriptor] = field(default_factory=dict)
    extractors: list[tuple[tuple[str, ...], Extractor]] = field(default_factory=list)

    def extracts(self, *declared: Descriptor) -> Callable[[Extractor], Extractor]:
        """Declare what a function extracts; the function returns a dict with exactly these ids."""

        def register(function: Extractor) -> Extractor:
            for descriptor in declared:
                if descriptor.id in self.descriptors:
                    raise ValueError(f"descriptor {descriptor.id!r} is declared twice")
                self.descriptors[descriptor.id] = descriptor
            self.extractors.append((tuple(d.id for d in declared), function))
            return function

        return register

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


def scalar(values: Values, identifier: str) -> float | None:
    """Return the number of a scalar descriptor, or ``None`` where it could not be had."""
    found = values.get(identifier)
    return found.value if found is not None and isinstance(found.value, float) else None


def vector(values: Values, identifier: str) -> NDArray[np.float64] | None:
    """Return the array of a band or curve descriptor, or ``None`` where it could not be had."""
    found = values.get(identifier)
    return found.value if found is not None and isinstance(found.value, np.ndarray) else None
