"""The rows of the measurements table: what was measured of whom, as texts for people and as keys to sort by."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from mixassistant.features.bands import NOMINAL_HZ
from mixassistant.features.descriptor import REGISTRY, Descriptor, Measurement, Values
from mixassistant.gui.background.result import Result
from mixassistant.i18n import _
from mixassistant.profiles.profile import Range
from mixassistant.profiles.separation_error import told_values
from mixassistant.report.catalogue import FAMILY_NAMES
from mixassistant.report.wording import role_name

NONE = "–"
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
COLUMNS = (
    _("Where"), _("Family"), _("Measurement"), _("Value"), _("Possible range"), _("Expected, 10–90 %"), _("What it says"),
)  # fmt: skip
WHERE, FAMILY, NAME, VALUE, POSSIBLE, PROFILE, SAYS = range(len(COLUMNS))
SortKey = tuple[int, float, str]
"""Kind (numbers before words before lists before nothing), number, word."""


@dataclass(frozen=True)
class Part:
    """A mix, a role or a stem: a key (a stem may be called like a role), its name for people, and what it is found by."""

    key: str
    name: str
    search: str


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """A descriptor of a part; `number` is its place in the natural order, `target` the profile's range where it has one."""

    number: int
    part: Part
    descriptor: Descriptor
    measurement: Measurement
    target: Range | None

    @property
    def mark(self) -> str:
        """What it is marked by, in this song and in others."""
        return f"{self.part.key}/{self.descriptor.id}"


@dataclass(frozen=True)
class Entry:
    """One number of a row that is a list; ranges as the row's target has them at this place."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None


def rows_of(result: Result) -> list[Row]:
    """Return everything that was measured of the mix, of each role, and of single stems where a role has several."""
    track, targets = result.analysis.track, result.analysis.profile.targets
    declared = tuple(REGISTRY)
    rows: list[Row] = []

    def add(part: Part, target: str, values: Values) -> None:
        for descriptor in declared:
            measurement = values.get(descriptor.id)
            if measurement is not None:
                rows.append(Row(len(rows), part, descriptor, measurement, targets.get(f"{target}/{descriptor.id}")))

    add(Part("mix", role_name("mix"), plain(f"{role_name('mix')} mix")), "mix", track.mix)
    for role in track.roles:
        stems = [stem.name for stem in track.stems if stem.role == role]
        name = role_name(role)
        if len(stems) == 1 and stems[0].casefold() != name.casefold():
            name = f"{name} ({stems[0]})"
        add(Part(f"role {role}", name, plain(f"{name} {role}")), role, told_values(track, role))
    for stem in track.stems:
        if sum(other.role == stem.role for other in track.stems) > 1:  # else it is its role
            add(Part(f"stem {stem.name}", stem.name, plain(f"{stem.name} {stem.role}")), "", stem.values)
    return rows


@cache
def family_name(family: str) -> str:
    """Return a family of descriptors for people."""
    return _(FAMILY_NAMES.get(family, family.replace("_", " ").capitalize()))


def names_of(descriptor: Descriptor) -> str:
    """Return all that a descriptor is found by, case folded: its names, its family, what it says and where it comes from."""
    d = descriptor
    words = (d.name, d.id, d.id.replace("_", " "), family_name(d.family), d.unit, d.description, d.method, d.source, *d.needs, *d.aliases)
    return plain(" ".join(words))


def plain(text: str) -> str:
    """Return a text as it is searched: case folded, with plain minus signs."""
    return text.casefold().replace("−", "-")


def value_of(descriptor: Descriptor, value: float) -> str:
    """Return a number of a descriptor with its unit, also where it is infinite or missing."""
    if math.isfinite(value):
        return descriptor.format(value)
    return NONE if math.isnan(value) else f"{'−' if value < 0 else ''}∞ {descriptor.unit}".rstrip()


def value_text(row: Row) -> str:
    """Return a row's value; for a sequence its words, for a list how many numbers it holds, for a missing one why."""
    value = row.measurement.value
    if value is None:
        return f"{NONE} ({row.measurement.reason})"
    if isinstance(value, float):
        return value_of(row.descriptor, value)
    if value.size == 0:
        return _("none")
    if row.descriptor.shape == "sequence":
        return " ".join(row.descriptor.words(value))
    return _("1 number") if value.size == 1 else _("{count} numbers").format(count=value.size)


def word_of(row: Row) -> str:
    """Return what can be searched of a row's value: its word where it has one, or why it is missing."""
    if row.measurement.value is None or row.descriptor.shape in ("flag", "category", "sequence"):
        return plain(value_text(row))
    return ""


@cache
def possible_text(descriptor: Descriptor) -> str:
    """Return what a descriptor's definition can yield."""
    if descriptor.shape == "flag":
        return _("yes or no")
    if descriptor.shape == "category":
        return _("one of {count}").format(count=len(descriptor.labels))
    if descriptor.shape == "sequence":
        return _("one of {count} for each stretch").format(count=len(descriptor.labels))
    low, high = descriptor.range
    if math.isinf(low) and math.isinf(high):
        return _("any number")
    if math.isinf(high):
        return _("{low} and more").format(low=_limit(low, descriptor.unit))
    if math.isinf(low):
        return _("up to {high}").format(high=_limit(high, descriptor.unit))
    return _("{low} to {high}").format(low=_limit(low, ""), high=_limit(high, descriptor.unit))


def _limit(value: float, unit: str) -> str:
    power = round(math.log10(abs(value))) if value else 0
    large = power >= 6 and abs(value) == 10.0**power
    number = ("-" if value < 0 else "") + "10" + str(power).translate(SUPERSCRIPTS) if large else f"{value:.10g}"
    return f"{number} {unit}".rstrip().replace("-", "−")


def span_text(descriptor: Descriptor, low: float | None, high: float | None) -> str:
    """Return a range of the profile; empty where it has none."""
    if low is None or high is None:
        return ""
    start = value_of(descriptor, low).removesuffix(descriptor.unit).rstrip()
    return _("{low} to {high}").format(low=start, high=value_of(descriptor, high))


def limits_of(row: Row) -> tuple[float | None, float | None]:
    """Return the 10th and 90th percentile of the profile for a row that is one number."""
    target = row.target
    if target is None or not isinstance(target.low, float | int) or not isinstance(target.high, float | int):
        return None, None
    return float(target.low), float(target.high)


def texts_of(row: Row) -> tuple[str, ...]:
    """Return the texts of a row's columns."""
    d = row.descriptor
    return (
        row.part.name, family_name(d.family), d.name, value_text(row), possible_text(d), span_text(d, *limits_of(row)), d.description,
    )  # fmt: skip


def entry_texts(row: Row, entry: Entry) -> tuple[str, ...]:
    """Return the texts of the columns of one number of a list."""
    d = row.descriptor
    value, span = value_of(d, entry.value), span_text(d, entry.low, entry.high)
    return (row.part.name, family_name(d.family), f"{d.name}, {entry.label}", value, possible_text(d), span, d.description)


def count_of(row: Row) -> int:
    """Return how many entries a row has, without making them."""
    value = row.measurement.value
    if not isinstance(value, np.ndarray):
        return 0
    if row.descriptor.shape == "curve":
        return 0 if np.isnan(value).all() else 3
    return int(value.size)


def entries_of(row: Row) -> tuple[Entry, ...]:
    """Return the numbers of a row that is a list: each with its frequency or label; of a curve its least, middle and largest."""
    value = row.measurement.value
    if not isinstance(value, np.ndarray) or not count_of(row):
        return ()
    if row.descriptor.shape == "curve":
        known = value[~np.isnan(value)]
        found = (float(known.min()), float(np.median(known)), float(known.max()))
        return tuple(Entry(label, number) for label, number in zip((_("minimum"), _("median"), _("maximum")), found, strict=True))
    labels = labels_of(row.descriptor, value.size)
    spans: Iterator[tuple[float | None, float | None]] = iter([(None, None)] * value.size)
    target = row.target
    if target is not None and isinstance(target.low, tuple) and isinstance(target.high, tuple) and len(target.low) == value.size:
        spans = zip(target.low, target.high, strict=True)
    return tuple(Entry(label, float(v), *span) for label, v, span in zip(labels, value, spans, strict=True))


def is_beyond(value: float, low: object, high: object) -> bool:
    """Return whether a number lies outside a range that is known."""
    return isinstance(low, float | int) and isinstance(high, float | int) and not low <= value <= high and not math.isnan(value)


def is_outside(row: Row) -> bool:
    """Return whether a row's number lies outside of what is expected; of a list, one of its numbers."""
    value, target = row.measurement.value, row.target
    if isinstance(value, float):
        return target is not None and row.descriptor.shape != "category" and is_beyond(value, target.low, target.high)
    return bool(outside_entries(row))


def outside_entries(row: Row) -> tuple[int, ...]:
    """Return the places of a list's numbers that lie outside of what is expected of them."""
    if row.target is None or not isinstance(row.target.low, tuple):
        return ()
    return tuple(place for place, entry in enumerate(entries_of(row)) if is_beyond(entry.value, entry.low, entry.high))


def labels_of(descriptor: Descriptor, size: int) -> tuple[str, ...]:
    """Return what each number of a list is; its place where nothing says more."""
    if descriptor.shape == "bands" and size == len(NOMINAL_HZ):
        return tuple(f"{hz:g} Hz" for hz in NOMINAL_HZ)
    is_vector = descriptor.shape == "vector" and len(descriptor.labels) == size
    return descriptor.labels if is_vector else tuple(str(i + 1) for i in range(size))


@cache
def searched_labels(descriptor: Descriptor) -> tuple[frozenset[str], ...]:
    """Return the words of each label of a list as they are searched; none where labels only count."""
    if descriptor.shape not in ("bands", "vector"):
        return ()
    labels = labels_of(descriptor, len(NOMINAL_HZ)) if descriptor.shape == "bands" else descriptor.labels
    return tuple(frozenset(plain(label).replace("–", " ").split()) for label in labels)


def is_in_label(word: str, label: frozenset[str]) -> bool:
    """Return whether a word is in a label: a number whole (315 is not in 3150), other words from their beginning."""
    return word in label or (not word[0].isdigit() and any(part.startswith(word) for part in label))


def sort_key(row: Row, column: int) -> SortKey:
    """Return what rows are sorted by in a column."""
    if column == VALUE:
        value = row.measurement.value
        if value is None:
            return 3, 0.0, ""
        if not isinstance(value, float):
            if row.descriptor.shape == "sequence":
                return 1, 0.0, value_text(row).casefold()
            return 2, float(value.size), ""
        return (1, 0.0, value_text(row).casefold()) if row.descriptor.shape == "category" else (0, value, "")
    if column == POSSIBLE:
        low, high = row.descriptor.range
        return (
            (0, low, f"{high:+e}")
            if row.descriptor.shape not in ("flag", "category", "sequence")
            else (1, 0.0, possible_text(row.descriptor))
        )
    if column == PROFILE:
        middle = row.target.median if row.target is not None else None
        return (0, float(middle), "") if isinstance(middle, float | int) else (3, 0.0, "")
    return 0, 0.0, texts_of(row)[column].casefold()


def details_of(row: Row) -> str:
    """Return how a row's number comes about: method, source, version, needs, and the other names it has."""
    d = row.descriptor
    parts = [f"{d.name} ({d.id})"]
    if row.measurement.value is None:
        parts.append(_("Missing: {reason}").format(reason=row.measurement.reason))
    if d.method:
        parts.append(_("Method: {method}").format(method=d.method))
    parts.append(_("Possible: {range}").format(range=possible_text(d)))
    parts.append(_("Source: {source}").format(source=d.source))
    parts.append(_("Version {version}").format(version=d.version))
    if d.needs:
        parts.append(_("Needs: {needs}").format(needs=", ".join(d.needs)))
    if d.aliases:
        parts.append(_("Also known as {names}").format(names=", ".join(d.aliases)))
    return ". ".join(part.rstrip(".") for part in parts) + "."
