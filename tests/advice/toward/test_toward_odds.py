"""The odds that moves print: counted cases, said with no more certainty than so many have."""

import json
from dataclasses import replace

import pytest
from sample_documents import make_move

from mixassistant import paths
from mixassistant.advice.sentences import sentence
from mixassistant.advice.suggestion import Odds, Toward
from mixassistant.advice.toward.moves import ODDS_KINDS
from mixassistant.advice.toward.odds import FEWEST, load_odds
from mixassistant.processing.moves import Chain
from mixassistant.stems.stem import ROLES


def said(odds: Odds | None) -> str:
    move = make_move("vocals", Chain(gain_db=2.5), group="toward", odds=odds)
    return sentence(replace(move, facts=replace(move.facts, toward=Toward("level", 1, 10, -3.4))))


def test_the_shipped_odds_are_counts_of_kinds_that_moves_ask_for() -> None:
    document = json.loads(paths.resource("odds.json").read_text("utf-8"))
    assert document["provenance"]
    known = {f"{kind}/{role}" for kind in ODDS_KINDS.values() for role in ("mix", *ROLES)}
    assert set(document["odds"]) <= known
    for key, item in document["odds"].items():
        assert 0 <= item["right"] <= item["of"], key
        assert item["source"] in ("engineers", "planted"), key
    found = load_odds()
    assert all(odds.of >= FEWEST and odds.kind == key and 0 <= odds.share <= 1 for key, odds in found.items())
    assert {f"level/{role}" for role in ROLES} <= set(found)


@pytest.mark.parametrize(
    ("odds", "text"),
    [
        (Odds(18, 20, "level/vocals", "engineers"), "Engineers went this way in 18 of 20 such cases."),
        (Odds(87, 100, "level/vocals", "engineers"), "Engineers went this way in 87 % of such cases."),
        (Odds(93, 100, "tone/mix", "planted"), "Of songs that were put off on purpose, such moves went back the right way in 93 %."),
    ],
)
def test_few_cases_are_counted_and_many_are_a_share(odds: Odds, text: str) -> None:
    assert said(odds).endswith(text)


def test_without_cases_nothing_is_claimed() -> None:
    assert "%" not in said(None) and "cases" not in said(None)
    assert Odds(0, 0, "width/mix", "engineers").share == 0.0
