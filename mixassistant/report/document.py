"""The report document: mix, measurements, profile, suggestions and verification as one versioned JSON object.

``mixassistant.report/2``; its JSON Schema (2020-12) ships as ``resources/report.schema.json``, that of version 1, which is still read and
rendered, as ``report-1.schema.json``. HTML, Markdown, PDF and exports are
made from this document alone, so that a report can be rendered again years later and on another machine.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from mixassistant import paths
from mixassistant.advice.decision import UNDECIDED, Decisions
from mixassistant.advice.delivery_plan import DeliveryPlan
from mixassistant.advice.sentences import dropped_sentence
from mixassistant.advice.suggestion import Suggestion, Verification
from mixassistant.bounded_json import Bounds, TooMuch, read_json
from mixassistant.errors import InputError
from mixassistant.features.bands import COUNT, NOMINAL_HZ
from mixassistant.features.descriptor import REGISTRY, Descriptor, Measurement, Values
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.prior import TARGETS
from mixassistant.profiles.profile import Profile, Range
from mixassistant.profiles.section_standing import SectionStand
from mixassistant.profiles.separation_error import told_stems, told_values
from mixassistant.profiles.stage import USUAL_STAGE, Stage
from mixassistant.profiles.standing import Stand, numbers_of, quantiles
from mixassistant.report.delivery_tables import delivery_entry
from mixassistant.report.entries import DECIMALS, rounded, section_stand_entry, stand_entry, suggestion_entry

SCHEMA = "mixassistant.report/2"
SCHEMAS: Mapping[str, str] = MappingProxyType({SCHEMA: "report.schema.json", "mixassistant.report/1": "report-1.schema.json"})
"""Versions that are read, and the resource that holds the schema of each."""
MEASUREMENTS_SCHEMA = "mixassistant.measurements/1"
_FAMILY = "mixassistant.report/"
CURVE_DECIMALS = 2
LARGEST = 1e15  # of a number in a report: more is a mistake, and would overflow what is drawn and rendered from it
BOUNDS = Bounds(32 << 20, values=1_000_000)  # a report of forty stems of an hour has some 5 MB
BANDS_MOST = 64  # of one equalizer: no program has more
ENTRIES_MOST = 5_000  # of a list of anything but numbers
LISTS = frozenset({"bands", "vector", "curve", "sequence"})  # shapes of descriptors
NOTHING_THERE = "null where there is no signal"

Document = dict[str, Any]


@dataclass(frozen=True)
class Wishes:
    """What the user asked for beside liked references.

    Parameters
    ----------
    weights : mapping of str to float
        Content hash of a reference to how many songs it counts as; 1 where absent.
    disliked : tuple of str
        Names of the disliked references that pushed the profile away.
    strengths : mapping of str to float
        Kind of move to how far to go with it, 0 to 1.5; 1 where absent.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    disliked: tuple[str, ...] = ()
    strengths: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


NO_WISHES = Wishes()


def build_document(
    track: MeasuredTrack,
    profile: Profile,
    suggestions: Iterable[Suggestion],
    verification: Verification,
    warnings: Iterable[str],
    created: str,
    source: Mapping[str, Any],
    wishes: Wishes = NO_WISHES,
    standing: Iterable[Stand] = (),
    stage: Stage = USUAL_STAGE,
    decisions: Decisions = UNDECIDED,
    section_stands: Iterable[SectionStand] = (),
    delivery: Iterable[DeliveryPlan] = (),
) -> Document:
    """Build the report document of a measured mix.

    Parameters
    ----------
    track : MeasuredTrack
    profile : Profile
    suggestions : iterable of Suggestion
        First things first.
    verification : Verification
    warnings : iterable of str
        Whole sentences.
    created : str
        ISO 8601 date and time.
    source : mapping
        ``"path"``, ``"stems"`` and ``"separator"``: where the mix was read from, so that the suggestions can be rendered again; and
        ``"replacements"``, role to the user's own file in place of the separated stem; and ``"stream"``, the audio track of a file with
        several, counted from 1.
    wishes : Wishes, optional
        Weights, dislikes and strengths.
    standing : iterable of Stand, optional
        Where the mix and its roles lie among the references.
    stage : Stage, optional
    decisions : mapping, optional
        A suggestion's id to what was decided on it; those that are missing are open.
    section_stands : iterable of SectionStand, optional
        Where its sections lie among those of the references.
    delivery : iterable of DeliveryPlan, optional
        What becomes of the mix where it is delivered.
    """
    return {
        "schema": SCHEMA,
        "created": created,
        "version": _version(),
        "stage": stage,
        "mix": {
            "name": track.name,
            "duration_s": rounded(track.duration_s),
            "sample_rate_hz": track.sample_rate_hz,
            "channels": track.channels,
            "content_hash": track.content_hash,
            "tags": dict(track.tags),
            "source": {
                **{key: str(source.get(key) or "") for key in ("path", "stems", "separator")},
                **({"replacements": dict(replaced)} if (replaced := source.get("replacements")) else {}),
                **({"stream": stream} if (stream := source.get("stream")) else {}),
            },
            "measurements": _measurements(track.mix),
            **_sections(track),
        },
        "stems": [
            # Curves over time are the mix's alone: for forty stems they would outweigh all the rest; `extract` writes them.
            {"name": s.name, "role": s.role, "origin": s.origin, "measurements": _measurements(s.values, curves=False)}
            for s in told_stems(track)
        ],
        "roles": {role: {"measurements": _measurements(told_values(track, role), curves=False)} for role in track.roles},
        "profile": {
            "name": profile.name,
            "references": len(profile.references),
            "reference_names": [reference.name for reference in profile.references],
            "reference_weights": [rounded(wishes.weights.get(reference.content_hash, 1.0)) for reference in profile.references],
            "disliked_names": list(wishes.disliked),
            "prior_weight": rounded(profile.prior_weight),
            "own": _own(profile),
            "targets": {key: _range(found) for key, found in profile.targets.items()},
        },
        "strengths": {kind: rounded(strength) for kind, strength in wishes.strengths.items()},
        "standing": [stand_entry(stand) for stand in standing],
        **({"section_standing": alike} if (alike := [section_stand_entry(stand) for stand in section_stands]) else {}),
        **({"delivery": plans} if (plans := [delivery_entry(plan) for plan in delivery]) else {}),
        "suggestions": [suggestion_entry(s, priority, decisions.get(s.id)) for priority, s in enumerate(suggestions, 1)],
        "verification": _verification(verification),
        "warnings": list(warnings),
    }


def measurements_document(track: MeasuredTrack) -> Document:
    """Build what `extract` writes for one track: its measurements alone, curves included, and those of its stems."""
    mix = {
        "name": track.name,
        "duration_s": rounded(track.duration_s),
        "sample_rate_hz": track.sample_rate_hz,
        "channels": track.channels,
        "content_hash": track.content_hash,
        "tags": dict(track.tags),
        "measurements": _measurements(track.mix),
        **_sections(track),
    }
    stems = [{"name": s.name, "role": s.role, "origin": s.origin, "measurements": _measurements(s.values)} for s in track.stems]
    told = {"warnings": list(track.warnings)} if track.warnings else {}
    return {"schema": MEASUREMENTS_SCHEMA, "version": _version(), "mix": mix, **({"stems": stems} if stems else {}), **told}


def _sections(track: MeasuredTrack) -> dict[str, Any]:
    """Return the sections of a mix as a part of its entry; nothing where there are none."""
    found = [
        {
            "start_s": rounded(s.start_s), "end_s": rounded(s.end_s), "letter": s.letter, "kind": s.kind, "is_guess": s.is_guess,
            "measurements": _measurements(s.values), "levels": {role: rounded(level) for role, level in s.levels.items()},
        }
        for s in track.sections
    ]  # fmt: skip
    return {"sections": found} if found else {}


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("mixassistant")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0+source"


def _measurements(values: Values, curves: bool = True) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for identifier, measurement in values.items():
        descriptor = REGISTRY.descriptors.get(identifier)
        if curves or descriptor is None or descriptor.shape != "curve":
            found[identifier] = _measurement(measurement, descriptor)
    return found


def _measurement(measurement: Measurement, descriptor: Descriptor | None) -> dict[str, Any]:
    unit = descriptor.unit if descriptor else ""
    value = measurement.value
    if value is None:
        return {"value": None, "unit": unit, "reason": measurement.reason}
    if isinstance(value, float):
        label = {"label": descriptor.labels[round(value)]} if descriptor is not None and descriptor.shape == "category" else {}
        return {"value": rounded(value), "unit": unit, **label}
    is_curve = descriptor is not None and descriptor.shape == "curve"
    numbers = [rounded(v, CURVE_DECIMALS if is_curve else DECIMALS) for v in value.ravel()]
    found: dict[str, Any] = {"value": numbers, "unit": unit}
    if descriptor is not None and is_curve:
        found["hop_s"] = descriptor.hop_s
    elif descriptor is None or descriptor.shape == "bands":
        if len(numbers) == COUNT:
            found["frequency_hz"] = list(NOMINAL_HZ)
    elif descriptor.shape == "sequence":
        found |= {"labels": list(descriptor.words(value)), "between": descriptor.between}
    elif descriptor.labels:
        found["labels"] = list(descriptor.labels)
    if None in numbers:
        found["reason"] = measurement.reason or NOTHING_THERE
    return found


def _range(found: Range) -> dict[str, Any]:
    def numbers(value: float | tuple[float, ...]) -> Any:
        return [rounded(v) for v in value] if isinstance(value, (tuple, list, np.ndarray)) else rounded(value)

    return {
        "median": numbers(found.median),
        "low": numbers(found.low),
        "high": numbers(found.high),
        "unit": found.unit,
        "count": rounded(found.count),
    }


def _own(profile: Profile) -> dict[str, Any]:
    """Return what the references themselves measure of what the profile has a range of."""
    told = {role: [told_values(track, role) for track in profile.references] for role in TARGETS}
    found = {}
    for key, target in profile.targets.items():
        role, _slash, identifier = key.partition("/")
        if isinstance(target.median, tuple) or not (own := numbers_of(told[role], identifier)):
            continue
        ends = quantiles(own)
        found[key] = {"median": rounded(ends.middle), "low": rounded(ends.low), "high": rounded(ends.high)}
    return found


def _verification(verification: Verification) -> dict[str, Any]:
    found: dict[str, Any] = {
        "distance_before": rounded(verification.distance_before),
        "distance_after": rounded(verification.distance_after),
        "before": {key: rounded(value) for key, value in verification.before.items()},
        "predicted": {key: rounded(value) for key, value in verification.predicted.items()},
        "measured": {key: rounded(value) for key, value in verification.measured.items()},
        "ltas_after": {role: [rounded(v) for v in spectrum] for role, spectrum in verification.ltas_after.items()},
        "dropped": [dropped_sentence(move) for move in verification.dropped],
    }
    if found["distance_before"] is None or found["distance_after"] is None:
        found["reason"] = "there was nothing to compare with the profile"
    return found


def dumps(document: Mapping[str, Any]) -> bytes:
    """Return the document as JSON bytes: UTF-8, keys sorted, lists of numbers on one line; the same document, the same bytes.

    Raises
    ------
    ValueError
        A number is not finite: our bug, never the user's.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)
    # A raw newline never stands inside a JSON string, so this only joins lists of numbers and nulls.
    text = re.sub(r"\[\n\s+([^\[\]{}\"]*?)\n\s+\]", lambda match: f"[{' '.join(match[1].split())}]", text)
    # File names that are not UTF-8 reach us as lone surrogates; "\udc80" is how JSON writes these.
    return (text + "\n").encode("utf-8", "backslashreplace")


@functools.cache
def _validator(resource: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(paths.resource(resource).read_text("utf-8")))


def validate(document: object) -> None:
    """Check a document against the shipped schema of its version.

    Raises
    ------
    InputError
        It does not conform; the message says where.
    """
    from jsonschema.exceptions import best_match

    version = document.get("schema") if isinstance(document, dict) else None
    error = best_match(_validator(SCHEMAS.get(str(version), SCHEMAS[SCHEMA])).iter_errors(document))
    if error is not None:
        message = error.message if len(error.message) <= 160 else error.message[:157] + "…"
        raise _invalid(error.json_path, message)
    _check_shapes(document)


def _invalid(place: str, message: str) -> InputError:
    return InputError("invalid-report", f"the report is not valid at {place}: {message}", "analyze the mix again")


def _check_shapes(document: Any) -> None:
    """Check that what is one number by its declaration is no list, and the other way round: JSON Schema does not know the registry."""
    import mixassistant.features.measure  # noqa: F401  declares them all

    sets = {"mix": document["mix"]["measurements"]}
    sets |= {f"roles.{role}": found["measurements"] for role, found in document["roles"].items()}
    sets |= {f"stems[{i}]": stem["measurements"] for i, stem in enumerate(document["stems"])}
    sets |= {f"mix.sections[{i}]": section["measurements"] for i, section in enumerate(document["mix"].get("sections", ()))}
    found = [(f"$.{place}.measurements.{i}", i, m["value"]) for place, values in sets.items() for i, m in values.items()]
    found += [(f"$.profile.targets.{key}", key.split("/")[1], r["median"]) for key, r in document["profile"]["targets"].items()]
    profile = document["profile"]
    if len(profile.get("reference_weights", profile["reference_names"])) != len(profile["reference_names"]):
        raise _invalid("$.profile.reference_weights", "it has another length than reference_names")
    for place, identifier, value in found:
        descriptor = REGISTRY.descriptors.get(identifier)
        if descriptor is not None and value is not None and isinstance(value, list) != (descriptor.shape in LISTS):
            raise _invalid(place, f"{identifier} is {'a list' if descriptor.shape in LISTS else 'one number'}")


def read_document(path: Path) -> Document:
    """Read a report document from a file.

    Raises
    ------
    InputError
        The file cannot be read, is not a report, or is a report of another version.
    """
    again = "give the .json file that analyze wrote"
    try:
        document = read_json(path, BOUNDS, parse_constant=_refuse_constant, parse_float=_finite, parse_int=_bounded)
    except OSError as error:
        raise InputError("unreadable-report", f"cannot read the report “{path}” ({error.strerror or error})", again) from error
    except TooMuch as error:
        raise InputError("too-large", f"the report “{path}” has {error}", again) from error
    except _NoNumber as error:
        raise InputError("no-number", f"“{path}” holds the number {error}, which no report does", "analyze the mix again") from error
    except ValueError as error:
        raise InputError("not-json", f"“{path}” is not a report: it is not valid JSON", again) from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(schema, str) or not schema.startswith(_FAMILY):
        raise InputError("not-a-report", f"“{path}” is not a Mix Assistant report", again)
    if schema not in SCHEMAS:
        hint = "update Mix Assistant, or analyze the mix again with this version"
        raise InputError("report-version", f"“{path}” has the format {schema[:40]}; this version reads {' and '.join(SCHEMAS)}", hint)
    try:
        _check_lengths(document)
        validate(document)
    except InputError as error:
        raise InputError(error.code, f"“{path}”: {error.message}", error.hint) from error
    return document


def _check_lengths(document: Document) -> None:
    """Check that no list has more entries than can be shown and rendered, before the schema looks at each of them."""
    waiting: list[tuple[str, Any]] = [("$", document)]
    while waiting:
        place, found = waiting.pop()
        inside = list(found.items()) if isinstance(found, dict) else list(enumerate(found))
        most = BANDS_MOST if place.endswith(".bands") else ENTRIES_MOST
        if len(inside) > most and isinstance(inside[0][1], dict):
            raise InputError("too-large", f"{len(inside)} entries at {place}, where {most} are the most", "analyze the mix again")
        for key, value in inside:
            if isinstance(value, (dict, list)) and value:
                waiting.append((f"{place}.{key}" if isinstance(found, dict) else f"{place}[{key}]", value))


class _NoNumber(ValueError):
    """Infinity, NaN, or beyond all that can be measured."""


def _refuse_constant(name: str) -> float:
    raise _NoNumber(name)


def _finite(text: str) -> float:
    number = float(text)
    if not abs(number) <= LARGEST:
        raise _NoNumber(text if len(text) <= 20 else f"{text[:20]}…")
    return number


def _bounded(text: str) -> int:
    _finite(text)
    return int(text)
