"""`Version`: a bounce of a song as it was analysed, small enough to be kept, that a later bounce is told from and compared with."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mixassistant.advice.decision import Decision, Decisions, decided
from mixassistant.errors import InputError
from mixassistant.features.fingerprint import Fingerprint, pack, unpack
from mixassistant.features.track import MeasuredTrack
from mixassistant.report.comparison import OF_ALL, OF_MIX, OF_ROLES
from mixassistant.report.document import Document, validate
from mixassistant.report.entries import parameters_of, rounded
from mixassistant.report.moves import chain_of

KEPT = frozenset({*OF_MIX, *OF_ROLES, *OF_ALL, "rms", "ltas", "width_bands"})
"""Measurements that a later bounce is compared by, beside those that its moves are about."""


@dataclass(frozen=True, eq=False)
class Version:
    """A bounce of a song as it was analysed.

    Parameters
    ----------
    path : Path
        Where its audio lay.
    fingerprint : np.ndarray [shape=(8, frames)], float32
    report : dict
        Its report document, with what was decided and without what no comparison reads.
    """

    path: Path
    fingerprint: Fingerprint
    report: Document

    @property
    def name(self) -> str:
        """What the mix is called."""
        return str(self.report["mix"]["name"])

    @property
    def content_hash(self) -> str:
        """What its audio is known by."""
        return str(self.report["mix"]["content_hash"])

    @property
    def analysed(self) -> str:
        """When it was analysed: ISO 8601 in UTC."""
        return str(self.report["created"])

    def decided(self, decisions: Decisions) -> Version:
        """Return it with what was decided on its moves by now."""
        return replace(self, report=with_decisions(self.report, decisions))


def version_of(track: MeasuredTrack, report: Document, path: Path) -> Version:
    """Return a bounce as a version, from its measurements and its whole report."""
    return Version(path, track.fingerprint, slim(report))


def slim(report: Document) -> Document:
    """Return a report without what no comparison reads: still a valid one, of some twenty kilobytes."""
    about = {s["evidence"]["descriptor"] for s in report["suggestions"] if s["evidence"]}

    def kept(entry: Mapping[str, Any]) -> dict[str, Any]:
        return {**entry, "measurements": {i: m for i, m in entry["measurements"].items() if i in KEPT or (i in about and "hop_s" not in m)}}

    profile = {key: report["profile"][key] for key in ("name", "references", "reference_names", "prior_weight")}
    own = {key: value for key, value in report.items() if key not in ("section_standing", "comparison", "verification_as_decided")}
    return {
        **own,
        "mix": {key: value for key, value in kept(report["mix"]).items() if key != "sections"},
        "stems": [kept(stem) for stem in report["stems"]],
        "roles": {role: kept(found) for role, found in report["roles"].items()},
        "profile": {**profile, "targets": {}},
        "standing": [],
        "verification": {**report["verification"], "ltas_after": {}},
    }


def with_decisions(report: Document, decisions: Decisions) -> Document:
    """Return a report with what was decided on its moves by now; what is not in `decisions` is open."""
    return {**report, "suggestions": [_decided(entry, decisions.get(entry["id"])) for entry in report["suggestions"]]}


def _decided(entry: Mapping[str, Any], decision: Decision | None) -> dict[str, Any]:
    parameters: Mapping[str, Any] = entry["parameters"]
    if decision is not None and entry["kind"] != "technical":
        parameters = parameters_of(decided(chain_of(entry["kind"], parameters), decision))
    answer = "open" if decision is None else "accepted" if decision.accepted else "rejected"
    amount = rounded(100.0 if decision is None else 100 * decision.amount)
    return {**entry, "decision": {"answer": answer, "amount_percent": amount, "parameters": dict(parameters)}}


def version_to_json(version: Version) -> dict[str, Any]:
    """Return a version as JSON holds it."""
    return {
        "path": str(version.path),
        "fingerprint": base64.b64encode(pack(version.fingerprint)).decode(),
        "report": version.report,
    }


def version_from_json(item: Any) -> Version:
    """Return the version that JSON holds.

    Raises
    ------
    ValueError
        It is none, or damaged.
    """
    try:
        validate(item["report"])
        return Version(Path(str(item["path"])), unpack(base64.b64decode(item["fingerprint"], validate=True)), item["report"])
    except (InputError, KeyError, TypeError, binascii.Error) as error:
        raise ValueError(f"not a version: {error}") from error
