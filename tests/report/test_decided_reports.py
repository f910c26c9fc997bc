"""What was decided is in every report: at its top, on each move, in what is drawn, and in the proof."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from sample_documents import as_version_1, make_document, make_move, make_suggestions, make_verification

from mixassistant.advice.decision import Decision, decided_chain
from mixassistant.errors import InputError
from mixassistant.processing.moves import Band, Chain
from mixassistant.report import pdf, plots
from mixassistant.report.cards import build_cards
from mixassistant.report.decided import after_name, decided_text, is_decided
from mixassistant.report.document import Document, dumps, read_document, validate
from mixassistant.report.html import to_html
from mixassistant.report.markdown import to_markdown
from mixassistant.report.page import build_page
from mixassistant.report.pdf import to_pdf
from mixassistant.report.tables import verification_table

DECISIONS = {"vocals-level": Decision(True, 1.44), "bass-eq": Decision(True), "drums-compression": Decision(False)}
PROOF = replace(
    make_verification(), distance_after=0.31, measured={"vocals/level": -4.21, "bass/ltas@315": -9.7}, predicted={"vocals/level": -4.3},
    before={"vocals/level": -9.1, "bass/ltas@315": -6.12}, dropped=(),
)  # fmt: skip


def decided(decisions: Mapping[str, Decision] = DECISIONS, **other: object) -> Document:
    document = make_document(decisions=decisions, **other)
    validate(document)
    return document


def words_of(document: Document) -> dict[str, str]:
    """Return the text of the report in each format, without markup and line breaks."""
    with patch.object(pdf, "_paragraph", wraps=pdf._paragraph) as printed:
        assert to_pdf(document).startswith(b"%PDF-")
    set_texts = (" ".join([*call.args[2:3], call.args[0]]) for call in printed.call_args_list)
    texts = {
        "html": re.sub(r"<[^>]+>", "", to_html(document)),
        "markdown": to_markdown(document).replace("\\", "").replace("**", ""),
        "pdf": " ".join(set_texts),
    }
    return {name: " ".join(text.replace("\u00a0", " ").split()) for name, text in texts.items()}


def test_every_format_says_at_its_top_what_was_decided() -> None:
    for name, text in words_of(decided()).items():
        said = "Decided: 2 of 3 moves accepted, 1 at 144 %; 1 rejected."
        assert said in text, name
        assert text.index(said) < text.index("What to do first"), name


def test_every_format_says_of_each_move_what_was_decided_and_what_was_suggested() -> None:
    for name, text in words_of(decided()).items():
        assert "Accepted at 144 %: fader +5.8 dB (suggested: fader +4.0 dB)." in text, name
        assert "Rejected." in text, name


def test_the_document_holds_what_was_decided_with_its_numbers() -> None:
    document = json.loads(dumps(decided()))
    answers = {s["id"]: s["decision"] for s in document["suggestions"]}
    assert answers["vocals-level"] == {"answer": "accepted", "amount_percent": 144.0, "parameters": {"gain_db": 5.832}}
    assert answers["drums-compression"]["answer"] == "rejected" and answers["technical-true-peak"]["answer"] == "open"


@pytest.mark.parametrize(
    ("decisions", "said"),
    [
        ({}, ""),
        ({"vocals-level": Decision(False)}, "0 of 3 moves accepted; 1 rejected; 2 open."),
        ({"vocals-level": Decision(True, 0.5), "bass-eq": Decision(True, 0.5)}, "2 of 3 moves accepted, at 50 %; 1 open."),
        (
            {"vocals-level": Decision(True, 2.0), "bass-eq": Decision(True, 1.0, (Band("bell", 500.0, -3.0, 2.0),))},
            "2 of 3 moves accepted, 1 at 200 %, 1 with an equalizer of your own; 1 open.",
        ),
    ],
)
def test_what_was_decided_is_counted(decisions: Mapping[str, Decision], said: str) -> None:
    document = decided(decisions)
    assert decided_text(document).replace("\u00a0", " ") == said and is_decided(document) is bool(said)


def test_an_amount_of_an_equalizer_is_not_called_a_shape_of_ones_own() -> None:
    bass = next(card for card in build_cards(decided({"bass-eq": Decision(True, 1.37)})) if card.title.startswith("Bass"))
    assert bass.decided.replace("\u00a0", " ").startswith("Accepted at 137 %: −5.6 dB at 312 Hz")


def test_many_amounts_are_counted_and_not_listed() -> None:
    moves = [make_move(f"drums/{number}", Chain(gain_db=1.0)) for number in range(5)]
    decisions = {move.id: Decision(True, 0.2 + 0.1 * number) for number, move in enumerate(moves)}
    assert decided_text(make_document(suggestions=moves, decisions=decisions)) == "5 of 5 moves accepted, 5 at other amounts."


def test_settings_and_pictures_are_those_of_the_decision_beside_the_suggestion() -> None:
    own = (
        Band("bell", 500.0, -3.0, 2.0),
        Band("bell", 90.0, 2.0, 1.0),
        Band("high_shelf", 8000.0, 1.0, 0.71),
        Band("bell", 50.0, 1.0, 1.0),
    )
    suggested, shaped = (next(c for c in build_cards(d) if c.title.startswith("Bass")) for d in (
        decided({}), decided({"bass-eq": Decision(True, 1.0, own)})
    ))  # fmt: skip
    assert suggested.settings is not None and shaped.settings is not None
    assert [row.cells[0] for row in shaped.settings.rows] == ["as decided"] * 4 + ["suggested"] * 3
    assert suggested.plots[0] != shaped.plots[0] and "as decided" in shaped.plots[0] and "as decided" not in suggested.plots[0]
    fader = next(c for c in build_cards(decided()) if "Level" in c.title)
    assert fader.settings is not None and fader.settings.columns == ("Setting", "As decided", "Suggested")


def test_what_was_rejected_is_not_to_be_done_first_and_what_was_accepted_is() -> None:
    page = build_page(decided({"drums-compression": Decision(True), "vocals-level": Decision(False)}))
    assert [card.answer for card in page.first] == ["accepted", "open", ""]
    assert next(card.title for card in page.first).startswith("Drums")


def test_the_headline_counts_no_move_that_was_rejected() -> None:
    def headline(*rejected: str) -> str:
        return build_page(decided({name: Decision(False) for name in rejected})).headline

    assert headline().startswith("3 moves bring this mix closer")
    assert headline("vocals-level").startswith("2 moves bring this mix closer")
    assert headline("vocals-level", "bass-eq").startswith("One move brings this mix closer")
    assert headline("vocals-level", "bass-eq", "drums-compression").startswith("What was suggested is rejected.")


def test_after_is_of_what_was_accepted_where_it_was_proven() -> None:
    document, undecided = decided(proof=PROOF), make_document()
    assert document["verification"] == undecided["verification"]  # other programs read the proof of all moves there
    assert [after_name(d) for d in (document, decided(), undecided)] == [
        "after the accepted moves", "after all moves as suggested", "after all moves",
    ]  # fmt: skip
    levels = {role: after for role, _value, _range, after in plots.levels_of(document)}
    assert levels["vocals"] == -4.21 and levels["drums"] is None
    rows = {row.cells[0]: row.cells for row in verification_table(document).rows}
    assert set(rows) == {"Vocals, level in the mix", "Bass, spectrum at 315\u00a0Hz"}  # nothing of what was rejected
    assert rows["Bass, spectrum at 315\u00a0Hz"][2] == "–"  # of another amount nothing was predicted


def test_the_proof_says_what_it_is_of() -> None:
    told = build_page(decided(proof=PROOF)).verification_text
    assert told.startswith("1.1 times the usual spread from your references; 0.3 after the accepted moves.")
    assert told.endswith("With all moves as suggested it is 0.7.")
    close = replace(PROOF, distance_before=0.594, distance_after=0.582)
    told = build_page(decided(proof=close)).verification_text
    assert told.startswith("0.59 times") and told.endswith("With all moves as suggested it is 0.71.")
    assert "0.7 after all moves." in build_page(make_document()).verification_text
    nothing = build_page(decided({"vocals-level": Decision(False)})).verification_text
    assert "0.7 after all moves as suggested." in nothing and "No move is accepted" in nothing


def test_a_report_of_version_1_knows_no_decisions() -> None:
    document = as_version_1(make_document())
    assert decided_text(document) == "" and all(card.answer == card.decided == "" for card in build_cards(document))


def test_a_decision_whose_parameters_are_of_another_kind_is_refused() -> None:
    document = decided()
    document["suggestions"][0]["decision"]["parameters"] = {"bands": "none"}
    with pytest.raises(InputError):
        validate(document)


def test_a_decided_report_is_read_again_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(dumps(decided(proof=PROOF)))
    assert dumps(read_document(file)) == file.read_bytes()


def test_the_parameters_are_those_of_the_chain_that_is_done() -> None:
    for move in make_suggestions()[:3]:
        entry = next(s for s in decided()["suggestions"] if s["id"] == move.id)
        chain = decided_chain(move, DECISIONS[move.id])
        if chain.gain_db:
            assert entry["decision"]["parameters"]["gain_db"] == pytest.approx(chain.gain_db, abs=1e-3)
