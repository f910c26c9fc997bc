"""The report's tables, and the numbers behind its plots, as text for people."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mixassistant.features.bands import NOMINAL_HZ
from mixassistant.features.descriptor import REGISTRY
from mixassistant.i18n import _
from mixassistant.profiles.standing import DIMENSIONS, FEW, by_place
from mixassistant.report import plots
from mixassistant.report.decided import after_name, shown_proof
from mixassistant.report.entries import stands_of
from mixassistant.report.standing_words import dimension_name, ends_text, mark, rank_text, value_text, what_text, where_text
from mixassistant.report.wording import (
    NONE,
    band_frequency,
    clean,
    clock,
    decimals_of,
    descriptor,
    descriptor_name,
    frequency,
    measured,
    number,
    possible,
    role_name,
    spread,
    with_unit,
)
from mixassistant.stems.place import BUSES, MIX
from mixassistant.stems.stem import ROLES

STEM_COLUMNS = ("level", "lufs", "lra", "true_peak", "crest", "dynamic_spread", "width")
LOUDNESS_ROWS = 40
VERDICTS = {"inside": "good", "edge": "", "outside": "off"}  # by where a value stands


@dataclass(frozen=True)
class Row:
    """Cells of a table's row; `role` colours it, `verdict` is ``"good"``, ``"off"`` or empty."""

    cells: tuple[str, ...]
    role: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Table:
    """A table for people: the first `words` columns are words, the rest numbers."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    words: int = 1


def against(value: float | None, target: Mapping[str, Any] | None, identifier: str) -> tuple[str, str]:
    """Say where a measured value lies against what the profile expects, as words and as a verdict."""
    if value is None or target is None or not isinstance(target["low"], (int, float)):
        return "", ""
    low, high = target["low"], target["high"]
    decimals = decimals_of(identifier)
    gap = value - high if value > high else low - value if value < low else 0.0
    # What the rounded numbers do not show is no gap to speak of.
    if round(gap, decimals) <= 0:
        return _("as expected"), "good"
    unit = {"LUFS": "LU", "dBTP": "dB", "dBFS": "dB"}.get(target["unit"], target["unit"])
    shown = frequency(round(gap), 2) if unit == "Hz" else with_unit(gap, decimals, unit)
    return (_("{gap} above") if value > high else _("{gap} below")).format(gap=shown), "off"


def _in_order(measurements: Mapping[str, Any]) -> list[str]:
    """Return the ids in the order of the registry, unknown ones last."""
    order = {identifier: index for index, identifier in enumerate(REGISTRY.descriptors)}
    return sorted(measurements, key=lambda identifier: (order.get(identifier, len(order)), identifier))


def _compared(document: Mapping[str, Any], target: str, measurements: Mapping[str, Any], words: tuple[str, ...]) -> list[Row]:
    rows = []
    own = document["profile"].get("own", {})
    for identifier in _in_order(measurements):
        found, key = measurements[identifier], f"{target}/{identifier}"
        if isinstance(found["value"], list) or found["value"] is None:
            continue  # `missing` says why
        wanted = document["profile"]["targets"].get(key)
        where, verdict = against(found["value"], wanted, identifier)
        if target == "mix" or wanted:
            theirs = [_ends(identifier, own.get(key), found["unit"])] if own else []
            cells = (*words, descriptor_name(identifier), measured(identifier, found), *theirs, _expected(identifier, wanted), where)
            rows.append(Row(cells, role=target if words else "", verdict=verdict))
    return rows


def _expected(identifier: str, target: Mapping[str, Any] | None) -> str:
    """Return the middle and the ends of what the profile expects: ``"−13.7 (−15.6 to −11.8 LUFS)"``."""
    if target is None or not isinstance(target["median"], (int, float)):
        return ""
    median = possible(identifier, target["median"])
    middle = frequency(median) if target["unit"] == "Hz" else number(median, decimals_of(identifier))
    return f"{middle} ({spread(identifier, dict(target))})"


def _ends(identifier: str, own: Mapping[str, Any] | None, unit: str) -> str:
    return "" if own is None else spread(identifier, {**own, "unit": unit})


def _heads(document: Mapping[str, Any]) -> tuple[str, ...]:
    few = document["profile"]["references"] <= FEW
    own = (_("References, least to most") if few else _("References, 10–90\u00a0%"),) if document["profile"].get("own") else ()
    expected = _("Expected (10–90\u00a0%)") if document["profile"]["references"] else _("Finished songs (10–90\u00a0%)")
    return (_("Measurement"), _("This mix"), *own, expected, _("Against what is expected"))


def mix_table(document: Mapping[str, Any]) -> Table:
    """Tabulate every number of the mix beside what the references measure and what is expected of the next song of this kind."""
    rows = _compared(document, "mix", document["mix"]["measurements"], ())
    return Table(_("The mix in numbers"), _heads(document), tuple(rows))


def roles_table(document: Mapping[str, Any]) -> Table:
    """Tabulate the numbers of each role that the profile knows."""
    groups = (_compared(document, r, document["roles"].get(r, {}).get("measurements", {}), (role_name(r),)) for r in ROLES)
    return Table(_("The roles in numbers"), (_("Role"), *_heads(document)), tuple(itertools.chain(*groups)), words=2)


def stems_table(document: Mapping[str, Any]) -> Table:
    """Tabulate the stems in the order of roles."""
    stems = sorted(document["stems"], key=lambda s: ROLES.index(s["role"]))
    used = [i for i in STEM_COLUMNS if any(s["measurements"].get(i, {}).get("value") is not None for s in stems)]
    rows = []
    for stem in stems:
        values = [stem["measurements"].get(i, {}).get("value") for i in used]
        numbers = [number(v, decimals_of(i)) for i, v in zip(used, values, strict=True)]
        rows.append(Row((clean(stem["name"]), role_name(stem["role"]), *numbers), role=stem["role"]))
    units = {i: next((s["measurements"][i]["unit"] for s in stems if i in s["measurements"]), "") for i in used}
    heads = [f"{descriptor_name(i)} ({units[i]})" if units[i] else descriptor_name(i) for i in used]
    return Table(_("Stems"), (_("Stem"), _("Role"), *heads), tuple(rows), words=2)


def verified_name(key: str) -> str:
    """Return a verification key for people: ``"Vocals, level"``, ``"Bass, spectrum at 315 Hz"``."""
    role, _slash, rest = key.partition("/")
    identifier, _at, hz = rest.partition("@")
    name = _("spectrum at {place}").format(place=band_frequency(float(hz))) if hz else descriptor_name(identifier)
    return f"{role_name(role)}, {name[:1].lower() + name[1:] if name[1:2].islower() else name}"


def verification_table(document: Mapping[str, Any]) -> Table:
    """Tabulate what the moves of the shown proof change: before, predicted, measured after rendering, and the target."""
    verification = shown_proof(document)
    rows = []
    for key in dict.fromkeys([*_keys_of_moves(document), *verification["before"], *verification["measured"]]):
        values = [verification[moment].get(key) for moment in ("before", "predicted", "measured")]
        if all(value is None for value in values):
            continue
        identifier = key.partition("/")[2].partition("@")[0]
        found = descriptor(identifier)
        target = _target(document, key)
        decimals = min(decimals_of(identifier), 1)
        verdict = ""
        if target is not None and values[0] is not None and values[2] is not None:
            verdict = "good" if abs(values[2] - target) < abs(values[0] - target) else "off"
        words = {"good": _("closer"), "off": _("not closer"), "": NONE}[verdict]
        cells = (verified_name(key), *(number(v, decimals) for v in (*values, target)), found.unit if found else "", words)
        rows.append(Row(cells, role=key.partition("/")[0], verdict=verdict))
    columns = (_("What"), _("Before"), _("Predicted"), _("After"), _("Target"), _("Unit"), _("Result"))
    return Table(_("Before and after, by rendering"), columns, tuple(rows))


def _key(suggestion: Mapping[str, Any]) -> str:
    """Return the verification key of a suggestion's own descriptor."""
    found = suggestion["evidence"]
    place = f"@{found['frequency_hz']:.0f}" if "frequency_hz" in found else ""
    return f"{suggestion['role']}/{found['descriptor']}{place}"


def _keys_of_moves(document: Mapping[str, Any]) -> list[str]:
    ordered = sorted(document["suggestions"], key=lambda s: int(s["priority"]))
    return [_key(s) for s in ordered if s["evidence"] is not None and s["kind"] != "technical"]


def _target(document: Mapping[str, Any], key: str) -> float | None:
    return next((float(s["evidence"]["target"]) for s in document["suggestions"] if s["evidence"] is not None and _key(s) == key), None)


def spectrum_table(document: Mapping[str, Any], target: str) -> Table:
    """Tabulate the numbers behind a spectrum plot."""
    values, wanted, after = (f(document, target) for f in (plots.spectrum_of, plots.spectrum_target, plots.spectrum_after))
    columns = [_("Band"), _("This mix (dB)")]
    series: list[Sequence[float | None]] = [values or ()]  # type: ignore[list-item]
    if wanted is not None:
        columns += [_("Expected, 10\u00a0% (dB)"), _("Expected (dB)"), _("Expected, 90\u00a0% (dB)")]
        series += [wanted["low"], wanted["median"], wanted["high"]]  # type: ignore[call-overload]
    if after is not None:
        name = after_name(document)
        columns.append(_("{after} (dB)").format(after=name[:1].upper() + name[1:]))
        series.append(after)  # type: ignore[arg-type]
    rows = tuple(Row((frequency(hz), *(number(s[i], 1) for s in series))) for i, hz in enumerate(NOMINAL_HZ))
    return Table(_("Spectrum of {target}").format(target=role_name(target).lower()), tuple(columns), rows)


def loudness_table(document: Mapping[str, Any]) -> Table:
    """Tabulate the loudest momentary and short-term values in slices of the song."""
    duration_s = float(document["mix"]["duration_s"])
    slice_s = next((s for s in (1, 2, 5, 10, 15, 30, 60, 120, 300) if duration_s / s <= LOUDNESS_ROWS), 600)
    curves = [(plots.curve_of(document, identifier), 0.5 * window_s) for identifier, window_s in plots.WINDOW_S.items()]
    rows = []
    for index in range(math.ceil(duration_s / slice_s)):
        cells = []
        for curve, late_s in curves:
            values, hop_s = curve or ((), 1.0)
            first, last = (max(round((edge * slice_s - late_s) / hop_s), 0) for edge in (index, index + 1))
            inside = [v for v in values[first:last] if v is not None]
            cells.append(number(max(inside), 1) if inside else NONE)
        end = min((index + 1) * slice_s, duration_s)
        rows.append(Row((f"{clock(index * slice_s)}–{clock(end)}", *cells)))
    columns = (_("Time"), _("Highest momentary (LUFS)"), _("Highest short-term (LUFS)"))
    return Table(_("Loudness over time"), columns, tuple(rows))


def balance_table(document: Mapping[str, Any]) -> Table:
    """Tabulate the numbers behind the balance plot."""
    stands = {str(stand.place): stand for stand in stands_of(document) if stand.dimension == "level"}
    rows = []
    for role, value, held, after in plots.levels_of(document):
        stand = stands.get(role)
        where = where_text(stand) if stand else against(value, document["profile"]["targets"].get(f"{role}/level"), "level")[0]
        span = f"{number(held[0], 1)} to {number(held[2], 1)}\u00a0LU" if held else NONE
        cells = (role_name(role), with_unit(value, 1, "LU"), span, with_unit(after, 1, "LU"), where or NONE)
        rows.append(Row(cells, role=role, verdict=VERDICTS[stand.where] if stand else ""))
    after_all = after_name(document)
    after_all = after_all[:1].upper() + after_all[1:]
    columns = (_("Role"), _("This mix"), plots.levels_range_name(document), after_all, _("Against it"))
    return Table(_("Balance"), columns, tuple(rows))


def matrix_table(document: Mapping[str, Any]) -> Table:
    """Tabulate where the mix and its roles stand: a row a dimension, a column a place, each value with its mark."""
    stands = by_place(stands_of(document))
    places = [place for place in (MIX, *BUSES) if any(where == place for where, _dimension in stands)]
    rows = []
    for dimension in DIMENSIONS:
        known = [stands.get((place, dimension)) for place in places]
        if any(known):
            cells = (NONE if stand is None else f"{value_text(stand)} {mark(stand)}".rstrip() for stand in known)
            rows.append(Row((dimension_name(dimension), *cells)))
    return Table(_("Where you stand"), (_("Dimension"), *(role_name(place.role) for place in places)), tuple(rows))


def standing_table(document: Mapping[str, Any]) -> Table:
    """Tabulate each place and dimension with its rank, the ranges that it is held against, and the distance to them."""
    stands = stands_of(document)
    rows = []
    for stand in stands:
        spans = (ends_text(stand, stand.middle_half), ends_text(stand, stand.range))
        cells = (what_text(stand), rank_text(stand), value_text(stand), *spans, f"{mark(stand)} {where_text(stand)}".lstrip())
        rows.append(Row(cells, role=stand.place.role, verdict=VERDICTS[stand.where]))
    few = 0 < max((stand.of for stand in stands), default=0) <= FEW
    outer = _("Least to most") if few else _("10–90\u00a0%")
    columns = (_("What"), _("Rank"), _("This mix"), _("Middle half"), outer, _("Where"))
    return Table(_("Where you stand, in numbers"), columns, tuple(rows), words=2)


def methods_table(document: Mapping[str, Any]) -> Table:
    """Tabulate what each descriptor of the report means and where its method comes from."""
    used = {*document["mix"]["measurements"], *(i for stem in document["stems"] for i in stem["measurements"])}
    rows = [
        Row((f"{found.name} ({found.unit})" if found.unit else found.name, found.description, found.source))
        for identifier in _in_order(dict.fromkeys(used))
        if (found := descriptor(identifier)) is not None
    ]
    return Table(_("What was measured, and how"), (_("Measurement"), _("What it tells"), _("Method")), tuple(rows), words=3)


def missing(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Say which measurements of the mix and its roles could not be had, and why: one line a reason."""
    groups = [("mix", document["mix"]["measurements"])]
    groups += [(role, document["roles"][role]["measurements"]) for role in ROLES if role in document["roles"]]
    reasons: dict[str, dict[str, list[str]]] = {}
    for target, measurements in groups:
        for identifier in _in_order(measurements):
            if measurements[identifier]["value"] is None:
                reason = re.sub(r",? in (?:[A-Za-z]:)?[/\\].*$", "", clean(measurements[identifier]["reason"]))  # nobody else's folders
                by_target = reasons.setdefault(reason, {})
                by_target.setdefault(role_name(target), []).append(descriptor_name(identifier))
    return tuple(f"{reason[:1].upper()}{reason[1:]}: {_gathered(by_target)}" for reason, by_target in reasons.items())


def _gathered(by_target: Mapping[str, Sequence[str]]) -> str:
    """Return which measurements of which targets, those that miss the same ones together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for target, names in by_target.items():
        alike.setdefault(tuple(names), []).append(target)
    # Names hold commas themselves: "Syncopation, bass".
    return " · ".join(f"{', '.join(targets)} – {'; '.join(names)}" for names, targets in alike.items())
