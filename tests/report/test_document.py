"""The report document: what it holds, its schema, and reading it back."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_documents import as_version_1, make_profile, make_standing, make_suggestions, make_track, make_verification

from mixassistant.advice.decision import Decision
from mixassistant.advice.suggestion import Odds
from mixassistant.errors import InputError
from mixassistant.features.descriptor import Measurement
from mixassistant.processing.moves import Band, Chain
from mixassistant.report.cards import build_cards
from mixassistant.report.document import Document, dumps, read_document, validate
from mixassistant.report.entries import stands_of
from mixassistant.report.formats import FORMATS
from mixassistant.report.moves import chains
from mixassistant.stems.place import Place

Build = Callable[..., Document]


def test_a_document_conforms_to_the_shipped_schema(document: Document) -> None:
    validate(document)


def test_hostile_names_conform_to_the_schema(nasty_document: Document) -> None:
    validate(nasty_document)


def test_a_document_without_references_suggestions_or_stems_conforms(documents: Build) -> None:
    track = replace(make_track(), stems=(), roles={})
    empty = replace(make_verification(), distance_before=float("nan"), distance_after=float("nan"), before={}, predicted={}, measured={})
    built = documents(track=track, profile=make_profile(0), suggestions=(), verification=empty)
    validate(built)
    assert built["verification"]["distance_before"] is None
    assert built["verification"]["reason"]


def test_suggestions_stand_in_order_of_priority(document: Document) -> None:
    assert [s["priority"] for s in document["suggestions"]] == [1, 2, 3, 4]


def test_parameters_follow_the_kind(document: Document) -> None:
    parameters = {s["kind"]: set(s["parameters"]) for s in document["suggestions"]}
    assert parameters["eq"] == {"bands"}
    assert parameters["level"] == {"gain_db"}
    assert parameters["compression"] == {
        "threshold_db", "ratio", "attack_s", "release_s", "knee_db", "makeup_db", "gain_reduction_db",
    }  # fmt: skip
    assert parameters["technical"] == set()


def test_a_move_toward_the_references_is_as_sure_as_its_odds_and_no_surer(documents: Build) -> None:
    level, eq, _compression, check = make_suggestions()
    toward = (replace(level, group="toward", odds=Odds(45, 55, "level/drums", "engineers")), replace(eq, group="toward"))
    cards = build_cards(documents(suggestions=(*toward, check)))
    assert [(card.confidence, card.share) for card in cards[:2]] == [("45 of 55 cases went this way", 82), ("worth a try", 97)]
    assert build_cards(documents())[0].confidence.endswith("99\u00a0%")


def test_a_missing_measurement_keeps_its_reason(document: Document) -> None:
    assert document["mix"]["measurements"]["danceability"] == {"value": None, "unit": "", "reason": "needs the danceability weights"}


def test_bands_come_with_frequencies_and_curves_with_their_hop(document: Document) -> None:
    measurements = document["mix"]["measurements"]
    assert len(measurements["ltas"]["frequency_hz"]) == len(measurements["ltas"]["value"]) == 31
    assert measurements["short_term"]["hop_s"] == pytest.approx(0.1)


def test_values_that_are_not_finite_become_null_with_a_reason(documents: Build) -> None:
    track = make_track()
    curve = Measurement(np.array([-np.inf, -20.0, np.nan]))
    built = documents(track=replace(track, mix={**track.mix, "momentary": curve}))
    validate(built)
    assert built["mix"]["measurements"]["momentary"]["value"] == [None, -20.0, None]
    assert built["mix"]["measurements"]["momentary"]["reason"]


def test_the_source_is_kept_for_rendering(document: Document) -> None:
    assert document["mix"]["source"] == {"path": "/music/My Song.wav", "stems": "", "separator": "auto"}


def _without_reason(d: Document) -> None:
    del d["mix"]["measurements"]["danceability"]["reason"]


def _reason_for_a_number(d: Document) -> None:
    d["mix"]["measurements"]["lufs"]["reason"] = "why?"


def _stranger(d: Document) -> None:
    d["mix"]["bpm"] = 120


def _wrong_parameters(d: Document) -> None:
    d["suggestions"][1]["parameters"] = {"gain_db": 3.0}


def _unknown_parameter(d: Document) -> None:
    d["suggestions"][0]["parameters"]["pan"] = 0.0


def _unknown_role(d: Document) -> None:
    d["stems"][0]["role"] = "guitar"


def _certain(d: Document) -> None:
    d["suggestions"][0]["confidence"] = 1.2


def _no_evidence(d: Document) -> None:
    d["suggestions"][0]["evidence"] = None


def _text_for_a_number(d: Document) -> None:
    d["mix"]["measurements"]["lufs"]["value"] = "-9.8"


def _odd_key(d: Document) -> None:
    d["profile"]["targets"]["guitar/level"] = d["profile"]["targets"]["bass/level"]


def _mixed_range(d: Document) -> None:
    d["profile"]["targets"]["bass/level"]["low"] = [1.0, 2.0]


def _eternal(d: Document) -> None:
    d["mix"]["duration_s"] = 1e14


def _list_for_a_number(d: Document) -> None:
    d["mix"]["measurements"]["lufs"]["value"] = [-9.8]


def _number_for_bands(d: Document) -> None:
    next(iter(d["roles"].values()))["measurements"]["ltas"] = {"value": 1.0, "unit": "dB"}


def _range_of_lists(d: Document) -> None:
    d["profile"]["targets"]["bass/level"] |= {"median": [1.0], "low": [1.0], "high": [1.0]}


def _huge_gain(d: Document) -> None:
    d["suggestions"][0]["parameters"]["gain_db"] = 300.0


def _huge_band(d: Document) -> None:
    next(s for s in d["suggestions"] if s["kind"] == "eq")["parameters"]["bands"][0]["gain_db"] = -500


def _needle(d: Document) -> None:
    next(s for s in d["suggestions"] if s["kind"] == "eq")["parameters"]["bands"][0]["q"] = 1e-9


def _text_for_a_gain(d: Document) -> None:
    d["suggestions"][0]["parameters"]["gain_db"] = "5"


def _no_stage(d: Document) -> None:
    del d["stage"]


def _odd_dimension(d: Document) -> None:
    d["standing"][0]["dimension"] = "tone/treble"


def _half_a_range(d: Document) -> None:
    d["standing"][0]["range"] = [-3.0]


def _check_that_moves(d: Document) -> None:
    d["suggestions"][3]["type"] = "move"


def _odds_of_nothing(d: Document) -> None:
    d["suggestions"][0]["odds"] = {"right": 0, "of": 0, "kind": "level/vocals", "source": "mixes"}


def _decided_otherwise(d: Document) -> None:
    d["suggestions"][0]["decision"]["parameters"] = {"bands": []}


def _too_much(d: Document) -> None:
    d["suggestions"][0]["decision"]["amount_percent"] = 300


def _wall(d: Document) -> None:
    next(s for s in d["suggestions"] if s["kind"] == "compression")["parameters"]["ratio"] = 1e12


@pytest.mark.parametrize(
    "spoil",
    [
        _eternal, _list_for_a_number, _number_for_bands, _range_of_lists, _huge_gain, _huge_band, _needle, _text_for_a_gain, _wall,
        _without_reason, _reason_for_a_number, _stranger, _wrong_parameters, _unknown_parameter, _unknown_role, _certain, _no_evidence,
        _text_for_a_number, _odd_key, _mixed_range, _no_stage, _odd_dimension, _half_a_range, _check_that_moves, _odds_of_nothing,
        _decided_otherwise, _too_much,
    ],
    ids=lambda spoil: spoil.__name__.strip("_"),
)  # fmt: skip
def test_the_schema_refuses(document: Document, spoil: Callable[[Document], None]) -> None:
    spoil(document)
    with pytest.raises(InputError, match="not valid at"):
        validate(document)


# Version 2


def test_each_suggestion_says_what_it_is_and_what_was_decided(documents: Build) -> None:
    odds = Odds(61, 70, "level/vocals", "mixes by several engineers")
    level, eq, compression, check = make_suggestions()
    toward = replace(level, group="toward", odds=odds)
    built = documents(
        suggestions=(toward, eq, compression, check), decisions={level.id: Decision(True, 0.5), eq.id: Decision(False)}, stage="rough"
    )
    validate(built)
    found = built["suggestions"]
    assert built["stage"] == "rough"
    assert [(s["type"], s["group"]) for s in found] == [("move", "toward"), ("move", "fault"), ("move", "fault"), ("check", "fault")]
    assert [s["odds"] for s in found] == [
        {"right": 61, "of": 70, "kind": "level/vocals", "source": "mixes by several engineers"}, None, None, None,
    ]  # fmt: skip
    assert [s["decision"]["answer"] for s in found] == ["accepted", "rejected", "open", "open"]
    assert found[0]["decision"] == {"answer": "accepted", "amount_percent": 50.0, "parameters": {"gain_db": 2.025}}
    assert found[0]["parameters"] == {"gain_db": 4.05}
    assert all(s["decision"]["parameters"] == s["parameters"] and s["decision"]["amount_percent"] == 100 for s in found[1:])


def test_the_standing_comes_back_as_it_was(document: Document) -> None:
    validate(document)
    known = {(stand.place, stand.dimension): stand for stand in make_standing(make_track())}
    found = stands_of(json.loads(dumps(document)))
    assert len(found) == len(known)
    for stand in found:
        wanted = known[stand.place, stand.dimension]
        assert (stand.rank, stand.of, stand.unit, stand.where) == (wanted.rank, wanted.of, wanted.unit, wanted.where)
        assert (stand.value, stand.outside_by, stand.steps) == pytest.approx((wanted.value, wanted.outside_by, wanted.steps), abs=2e-3)
        assert stand.range == pytest.approx(wanted.range, abs=1e-4) and stand.middle_half == pytest.approx(wanted.middle_half, abs=1e-4)


def test_a_report_of_version_1_is_read_rendered_and_shown_in_every_format(document: Document, tmp_path: Path) -> None:
    old = as_version_1(document)
    validate(old)
    path = tmp_path / "old.json"
    path.write_bytes(dumps(old))
    read = read_document(path)
    assert read == old and stands_of(read) == () and chains(read) == chains(document)
    for suffix, write in FORMATS.items():
        assert write(read), suffix
    with pytest.raises(InputError, match="not valid at"):
        validate({**old, "standing": []})


def test_the_same_document_gives_the_same_bytes_whatever_the_order_of_keys(document: Document) -> None:
    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert dumps(turned(document)) == dumps(document)


def test_json_is_utf8_and_lists_of_numbers_take_one_line(documents: Build) -> None:
    text = dumps(documents(track=make_track("Ünïcode 🔥"))).decode("utf-8")
    assert "Ünïcode 🔥" in text
    assert max(text.count("\n", 0, text.index('"warnings"')), 0) < 3000


def test_lists_inside_names_are_left_alone(documents: Build) -> None:
    name = "x [\n 1,\n 2\n ] y"
    assert json.loads(dumps(documents(track=make_track(name))))["mix"]["name"] == name


def test_json_never_holds_nan(document: Document) -> None:
    document["mix"]["duration_s"] = float("nan")
    with pytest.raises(ValueError, match="JSON"):
        dumps(document)


def test_writing_and_reading_back_changes_nothing(nasty_document: Document, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(dumps(nasty_document))
    assert read_document(path) == nasty_document


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not valid JSON"),
        (b"RIFF\xff\xfe", "not valid JSON"),
        (b'{"schema": NaN}', "holds the number NaN"),
        (b"[" * 100_000, "has more than 32 levels inside each other"),
        (b"[]", "not a Mix Assistant report"),
        (b'{"schema": "mixassistant.measurements/1"}', "not a Mix Assistant report"),
        (b'{"schema": "mixassistant.report/3"}', "this version reads mixassistant.report/2 and mixassistant.report/1"),
        (b'{"schema": "mixassistant.report/2"}', "not valid at"),
        (b'{"schema": "mixassistant.report/1"}', "not valid at"),
    ],
)
def test_what_is_not_a_report_is_refused_in_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "re\nport.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said) as caught:
        read_document(path)
    assert "\n" not in str(caught.value)
    assert "re port.json" in str(caught.value)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda d: d["suggestions"][1]["parameters"]["bands"].extend([{"type": "bell"}] * 100_000), "1000.. entries at .*bands, where 64"),
        (lambda d: d["suggestions"].extend([{}] * 8_000), "8004 entries at .*suggestions, where 5000"),
        (lambda d: d["warnings"].append("a" * (33 << 20)), "33 MB, where 32 MB are the most"),
        (lambda d: d["warnings"].extend([""] * 1_000_000), "10.* values, where 1000000 are the most"),
    ],
)
def test_a_huge_report_is_refused_before_anything_is_made_of_it(
    document: Document, tmp_path: Path, make: Callable[[Document], None], said: str
) -> None:
    make(document)
    path = tmp_path / "huge.json"
    path.write_text(json.dumps(document))
    started = time.process_time()
    with pytest.raises(InputError, match=said):
        read_document(path)
    assert time.process_time() - started < 2.0


def test_a_report_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the report"):
        read_document(tmp_path / "absent.json")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "-1e999", "1" + "0" * 400, "1" + "0" * 9000, "1e30"])
@pytest.mark.parametrize("place", ["duration_s", "lufs", "references"])
def test_a_number_that_is_none_is_refused(document: Document, tmp_path: Path, number: str, place: str) -> None:
    marks = {"duration_s": document["mix"], "lufs": document["mix"]["measurements"]["lufs"], "references": document["profile"]}
    key = "value" if place == "lufs" else place
    marks[place][key] = 123454321
    path = tmp_path / "report.json"
    path.write_bytes(dumps(document).replace(b"123454321", number.encode()))
    with pytest.raises(InputError, match=f"holds the number {number[:20]}"):
        read_document(path)


def test_moves_come_back_from_the_document_as_they_were(document: Document) -> None:
    found = chains(json.loads(dumps(document)))
    level, eq, compression, _check = make_suggestions()
    assert set(found) == {Place("bass"), Place("vocals"), Place("drums")}
    bands = tuple(Band(b.type, round(b.frequency_hz, 4), round(b.gain_db, 4), round(b.q, 4)) for b in eq.chain.bands)
    assert found[Place("bass")] == Chain(bands)
    assert found[Place("vocals")] == level.chain
    assert found[Place("drums")] == compression.chain


def test_moves_of_one_role_become_one_chain(document: Document) -> None:
    moved = copy.deepcopy(document)
    moved["suggestions"][0]["role"] = "bass"
    chain = chains(moved)[Place("bass")]
    assert len(chain.bands) == 3
    assert chain.gain_db == pytest.approx(4.05)
