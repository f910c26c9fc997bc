"""One quantity is one number: on a card, in the tables, among the references, in the proof and on the curve that is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rough_songs import ROUGH, Case, case_of, measured, planted, reference, songs
from sample_documents import CREATED, SOURCE

from mixassistant.advice.engine import Advice
from mixassistant.features.bands import NOMINAL_HZ
from mixassistant.processing.moves import Chain, Compression
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.separation_error import ltas_of
from mixassistant.profiles.stage import Stage
from mixassistant.profiles.standing import standing
from mixassistant.report import plots
from mixassistant.report.document import build_document, validate
from mixassistant.report.tables import verification_table
from mixassistant.report.wording import number
from mixassistant.stems.embedded import EmbeddedSeparator
from mixassistant.stems.separate import separation
from mixassistant.stems.stem import ROLES, Song

DENSE = Compression(-30.0, 4.0, 0.0075, 0.2, 6.0, 0.0, 0.0)


@pytest.fixture(scope="module", params=["supplied", "separated"])
def case(request: pytest.FixtureRequest, real_music: Path) -> Case:
    paths = songs(real_music)
    song = planted(paths[1], ROUGH)
    if request.param == "separated":
        song = separation(Song(song.name, f"{song.content_hash}-mix", song.mix, (), {}), EmbeddedSeparator()).song
    return case_of(song, tuple(reference(path) for path in paths[2:]))


@pytest.fixture(scope="module", params=["rough", "working", "finished", "version"])
def told(request: pytest.FixtureRequest, case: Case, real_music: Path) -> tuple[Case, Advice, dict[str, Any]]:
    stage: Stage = "finished" if request.param == "version" else request.param
    if request.param == "version":
        case = case_of(case.song, (measured(planted(songs(real_music)[1], {"vocals": Chain(compression=DENSE)}, "denser")),))
    advice = case.advice(stage)
    stands = standing(case.track, case.references, load_prior())
    document = build_document(
        case.track, case.profile, advice.suggestions, advice.verification, [], CREATED, SOURCE, standing=stands, stage=stage
    )
    validate(document)
    return case, advice, document


def moves_of(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry for entry in document["suggestions"] if entry["type"] == "move" and entry["kind"] == kind]


def test_a_level_is_one_number(told: tuple[Case, Advice, dict[str, Any]]) -> None:
    _case, _advice, document = told
    stands = {entry["place"]: entry["value"] for entry in document["standing"] if entry["dimension"] == "level"}
    drawn = {role: value for role, value, _range, _after in plots.levels_of(document)}
    rows = {row.cells[0]: row.cells for row in verification_table(document).rows}
    found = 0
    for entry in moves_of(document, "level"):
        role, measured_lu = entry["role"], entry["evidence"]["measured"]
        places = {
            "role": document["roles"][role]["measurements"]["level"]["value"],
            "standing": stands[role],
            "balance": drawn[role],
            "proof": document["verification"]["before"][f"{role}/level"],
            **{stem["name"]: stem["measurements"]["level"]["value"] for stem in document["stems"] if stem["role"] == role},
        }
        assert places == pytest.approx(dict.fromkeys(places, measured_lu), abs=1.5e-4)
        row = next(cells for name, cells in rows.items() if name.lower().startswith(role) and "level" in name)
        assert row[1] == number(measured_lu, 1) and row[4] == number(entry["evidence"]["target"], 1)
        found += 1
    assert found >= (0 if document["stage"] == "finished" else 1)


def test_the_level_after_is_that_before_with_what_the_moves_do(told: tuple[Case, Advice, dict[str, Any]]) -> None:
    _case, _advice, document = told
    proof = document["verification"]
    for entry in moves_of(document, "level"):
        key = f"{entry['role']}/level"
        assert (proof["measured"][key] - proof["before"][key]) * entry["parameters"]["gain_db"] > 0
        assert proof["measured"][key] == pytest.approx(proof["predicted"][key], abs=0.5)


def test_an_equalizers_evidence_lies_on_the_curve_that_is_drawn(told: tuple[Case, Advice, dict[str, Any]]) -> None:
    case, _advice, document = told
    for entry in moves_of(document, "eq"):
        evidence = entry["evidence"]
        assert evidence["descriptor"] == "ltas"
        band = int(np.abs(np.log(np.array(NOMINAL_HZ) / evidence["frequency_hz"])).argmin())
        curve = plots.spectrum_of(document, entry["role"])
        assert curve is not None and curve[band] == pytest.approx(evidence["measured"], abs=1.5e-4)
        if evidence["tier"] == "same song":  # which can be drawn beside it
            (version,) = case.references
            theirs = ltas_of(version, entry["role"])
            assert theirs is not None and evidence["target"] == pytest.approx(
                theirs[band], abs=0.01 if case.track.origin == "supplied" else 3.0
            )
        key = f"{entry['role']}/ltas@{evidence['frequency_hz']:.0f}"
        if key in document["verification"]["before"]:
            assert document["verification"]["before"][key] == pytest.approx(evidence["measured"], abs=1.5e-4)


def test_dynamics_are_one_number(told: tuple[Case, Advice, dict[str, Any]]) -> None:
    _case, _advice, document = told
    stands = {entry["place"]: entry["value"] for entry in document["standing"] if entry["dimension"] == "dynamic_spread"}
    for role in ROLES:
        assert document["roles"][role]["measurements"]["dynamic_spread"]["value"] == stands[role]
    for entry in moves_of(document, "compression"):
        # What an equalizer on the same stem does to it is no part of what was measured.
        assert entry["evidence"]["measured"] == stands[entry["role"]]
        assert document["verification"]["before"][f"{entry['role']}/dynamic_spread"] == pytest.approx(stands[entry["role"]], abs=1.5e-4)


def test_the_curve_after_begins_where_the_curve_before_does(told: tuple[Case, Advice, dict[str, Any]]) -> None:
    """Of a role that no move equalizes the two are one curve but for what the mix's equalizer does."""
    _case, advice, document = told
    for role, after in document["verification"]["ltas_after"].items():
        before = plots.spectrum_of(document, role)
        assert before is not None
        if not any(move.role in (role, "mix") and move.kind in ("eq", "masking", "stereo", "compression") for move in advice.moves):
            known = [(a, b) for a, b in zip(after, before, strict=True) if a is not None and b is not None]
            assert max(abs(a - b) for a, b in known) < 0.1
