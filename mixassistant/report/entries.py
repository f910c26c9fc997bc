"""Suggestions and standing as entries of the report document, its numbers rounded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from mixassistant.advice.decision import Decision, decided_chain
from mixassistant.advice.sentences import dropped_sentence, sentence
from mixassistant.advice.suggestion import Evidence, Interval, Kind, Move, Odds, Suggestion, Verification
from mixassistant.processing.moves import Band, Chain, Compression
from mixassistant.profiles.section_standing import SectionStand
from mixassistant.profiles.standing import DIMENSIONS, Stand, distance_steps
from mixassistant.stems.place import Place

DECIMALS = 4  # of numbers in the document: finer than any descriptor's step, coarse enough to be the same on every machine


def rounded(value: float, decimals: int = DECIMALS) -> float | None:
    """Round for the document; ``None`` where there is no finite number; never a negative zero."""
    number = float(value)
    return round(number, decimals) + 0.0 if math.isfinite(number) else None


def _band(band: Band) -> dict[str, Any]:
    return {"type": band.type, "frequency_hz": rounded(band.frequency_hz), "gain_db": rounded(band.gain_db), "q": rounded(band.q)}


def _compression(compression: Compression) -> dict[str, Any]:
    names = ("threshold_db", "ratio", "attack_s", "release_s", "knee_db", "makeup_db", "gain_reduction_db")
    return {name: rounded(getattr(compression, name)) for name in names}


def parameters_of(chain: Chain) -> dict[str, Any]:
    """Return what a move does as the document's ``parameters`` of its kind."""
    if chain.compression is not None:
        return _compression(chain.compression)
    if chain.width:
        width = chain.width[0]
        return {"width_change_db": rounded(width.change_db), "band_hz": [rounded(width.low_hz), rounded(width.high_hz)]}
    return {"bands": [_band(band) for band in chain.bands]} if chain.bands else {"gain_db": rounded(chain.gain_db)}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = {
        "descriptor": evidence.descriptor,
        "measured": rounded(evidence.measured),
        "target": rounded(evidence.target),
        "low": rounded(evidence.low),
        "high": rounded(evidence.high),
        "unit": evidence.unit,
        "references": list(evidence.references),
        "tier": evidence.tier,
    }
    if evidence.frequency_hz is not None:
        found["frequency_hz"] = rounded(evidence.frequency_hz)
    return found


def _decision(suggestion: Suggestion, decision: Decision | None) -> dict[str, Any]:
    return {
        "answer": "open" if decision is None else "accepted" if decision.accepted else "rejected",
        "amount_percent": rounded(100.0 if decision is None else 100 * decision.amount),
        "parameters": parameters_of(decided_chain(suggestion, decision)) if isinstance(suggestion, Move) else {},
    }


def _odds(odds: Odds | None) -> dict[str, Any] | None:
    return None if odds is None else {"right": odds.right, "of": odds.of, "kind": odds.kind, "source": odds.source}


def suggestion_entry(suggestion: Suggestion, priority: int, decision: Decision | None = None) -> dict[str, Any]:
    """Return a suggestion as an entry of the document.

    Parameters
    ----------
    suggestion : Suggestion
    priority : int
        1 is first.
    decision : Decision, optional
        Without, it is open.
    """
    kind: Kind | Literal["technical"]
    if isinstance(suggestion, Move):
        kind, parameters, interval = suggestion.kind, parameters_of(suggestion.chain), suggestion.interval
    else:
        kind, parameters, interval = "technical", {}, Interval(0.0, 0.0, suggestion.unit)
    return {
        "id": suggestion.id,
        "type": "move" if isinstance(suggestion, Move) else "check",
        "group": suggestion.group if isinstance(suggestion, Move) else "fault",
        "target": suggestion.target.name,
        "role": suggestion.role,
        "kind": kind,
        "parameters": parameters,
        "evidence": _evidence(suggestion.evidence) if suggestion.evidence else None,
        "confidence": rounded(suggestion.confidence),
        "interval": {"low": rounded(interval.low), "high": rounded(interval.high), "unit": interval.unit},
        "odds": _odds(suggestion.odds) if isinstance(suggestion, Move) else None,
        "decision": _decision(suggestion, decision),
        "priority": priority,
        "text": sentence(suggestion),
    }


def verification_entry(verification: Verification) -> dict[str, Any]:
    """Return a proof as an entry of the document."""
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


def stand_entry(stand: Stand) -> dict[str, Any]:
    """Return where one place lies in one dimension as an entry of the document."""
    return {
        "place": str(stand.place),
        "dimension": stand.dimension,
        "value": rounded(stand.value),
        "unit": stand.unit,
        "rank": stand.rank,
        "of": stand.of,
        "middle_half": [rounded(end) for end in stand.middle_half],
        "range": [rounded(end) for end in stand.range],
        "middle": rounded(stand.middle),
        "outside_by": rounded(stand.outside_by),
    }


def stands_of(document: Mapping[str, Any]) -> tuple[Stand, ...]:
    """Return the standing that a document holds; a document of version 1 holds none."""
    return tuple(
        Stand(
            place=Place.parse(entry["place"]),
            dimension=entry["dimension"],
            value=entry["value"],
            unit=entry["unit"],
            rank=entry["rank"],
            of=entry["of"],
            middle_half=(entry["middle_half"][0], entry["middle_half"][1]),
            range=(entry["range"][0], entry["range"][1]),
            middle=entry["middle"],
            outside_by=entry["outside_by"],
            steps=distance_steps(entry["dimension"], entry["value"], entry["middle_half"]),
        )
        for entry in document.get("standing", ())
        if entry["dimension"] in DIMENSIONS  # of a newer report, nobody here knows the step
    )


def section_stand_entry(stand: SectionStand) -> dict[str, Any]:
    """Return where sections of a kind lie as an entry of the document."""
    return {
        "kind": stand.kind, "dimension": stand.dimension, "value": rounded(stand.value), "unit": stand.unit,
        "middle": rounded(stand.middle), "range": [rounded(end) for end in stand.range],
        "having": stand.having, "of": stand.of, "outside_by": rounded(stand.outside_by),
    }  # fmt: skip


def section_stands_of(document: Mapping[str, Any]) -> tuple[SectionStand, ...]:
    """Return what a document says of its sections among those of the references."""
    return tuple(
        SectionStand(
            entry["kind"], entry["dimension"], entry["value"], entry["unit"], entry["middle"], (entry["range"][0], entry["range"][1]),
            entry["having"], entry["of"], entry["outside_by"],
        )
        for entry in document.get("section_standing", ())
    )  # fmt: skip
