"""Descriptors that say a word for each stretch of time: as text, in documents, in tables, in the window's rows."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from mixassistant import paths
from mixassistant.extraction.tables import columns, rows
from mixassistant.features.descriptor import Descriptor, Measurement
from mixassistant.features.measure import REGISTRY
from mixassistant.gui.measurements.rows import VALUE, Part, Row, entries_of, possible_text, sort_key, value_text, word_of
from mixassistant.report.catalogue import catalogue
from mixassistant.report.document import measurements_document
from tests.sample_documents import make_track

TIMES = Descriptor("test_changes", "Changes", "s", (0, 86400), 0.1, "Where it changes.", "Made up", shape="vector", family="tonality")
WORDS = Descriptor("test_words", "Words", "", (0, 2), 1.0, "A word a stretch.", "Made up", shape="sequence", labels=("Am", "F", "N"),
                   between="test_changes", family="tonality")  # fmt: skip
MEASURED = {"test_changes": Measurement(np.array([2.0, 4.0])), "test_words": Measurement(np.array([0.0, 1.0, 2.0]))}


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for descriptor in (TIMES, WORDS):
        monkeypatch.setitem(REGISTRY.descriptors, descriptor.id, descriptor)


def row_of(measurement: Measurement) -> Row:
    return Row(0, Part("mix", "Mix", "mix"), WORDS, measurement, None)


def document_of(**values: Measurement) -> dict[str, Any]:
    from dataclasses import replace

    return measurements_document(replace(make_track(), mix=MEASURED | values))


def test_words_are_the_labels_in_their_order() -> None:
    assert WORDS.words(np.array([1.0, 0.0, 1.0])) == ("F", "Am", "F")
    assert WORDS.format(2.0) == "N"


def test_a_document_holds_numbers_words_and_what_parts_them() -> None:
    found = document_of()["mix"]["measurements"]["test_words"]
    assert found == {"value": [0, 1, 2], "unit": "", "labels": ["Am", "F", "N"], "between": "test_changes"}


def measurement_schema() -> Draft202012Validator:
    schema = json.loads(paths.resource("report.schema.json").read_text("utf-8"))
    return Draft202012Validator({"$ref": "#/$defs/measurement", "$defs": schema["$defs"]})


def test_the_schema_takes_a_sequence_and_refuses_half_a_one() -> None:
    found = document_of()["mix"]["measurements"]["test_words"]
    schema = measurement_schema()
    assert schema.is_valid(found)
    for spoilt in ({"labels": None}, {"value": 1.0}, {"value": [0.5]}, {"value": [-1]}, {"value": []}, {"between": ""}):
        changed = {key: value for key, value in (found | spoilt).items() if value is not None}
        assert not schema.is_valid(changed), spoilt


def test_a_table_has_one_column_of_text() -> None:
    assert [name for name, d, _ in columns() if d is WORDS] == ["test_words"]
    assert rows([document_of()])[0]["test_words"] == "Am F N"
    assert rows([document_of(test_words=Measurement(None, "nothing has a pitch"))])[0]["test_words"] is None


def test_a_row_of_the_window_shows_the_words_and_opens_into_stretches() -> None:
    row = row_of(MEASURED["test_words"])
    assert value_text(row) == "Am F N" and word_of(row) == "am f n" and possible_text(WORDS) == "one of 3 for each stretch"
    assert [(entry.label, WORDS.format(entry.value)) for entry in entries_of(row)] == [("1", "Am"), ("2", "F"), ("3", "N")]
    assert sort_key(row, VALUE) == (1, 0.0, "am f n")
    assert value_text(row_of(Measurement(None, "why"))) == "– (why)"


def test_the_catalogue_says_what_parts_the_stretches() -> None:
    assert "one of a list for each stretch between `test_changes`" in catalogue()
