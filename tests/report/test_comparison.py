"""What changed from one bounce to the next, and which accepted moves arrived in it: told from the two reports alone."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from sample_documents import NASTY, make_document, make_move, make_profile, make_track, make_verification

from mixassistant.advice.curves import eq_response
from mixassistant.advice.decision import Decision
from mixassistant.advice.suggestion import Evidence, Move, Verification
from mixassistant.processing.moves import Band, Chain, Compression, Width
from mixassistant.report.comparison import Comparison, compare
from mixassistant.report.comparison_page import build_comparison_page
from mixassistant.report.document import Document, build_document, validate
from mixassistant.report.formats import COMPARISON_FORMATS
from mixassistant.report.html import comparison_to_html, to_html
from mixassistant.report.markdown import comparison_to_markdown, to_markdown
from mixassistant.report.pdf import to_pdf
from mixassistant.stems.stem import ROLES

ONE_EACH = {role: [role] for role in ROLES}
EQ = Chain((Band("bell", 315.0, -6.0, 1.0), Band("high_shelf", 6000.0, 3.0, 0.71)))
SQUEEZE = Chain(compression=Compression(-20, 3, 0.01, 0.1, 6, 2, 3))


def report(moves: tuple[Move, ...] = (), amount: float = 1.0, verification: Verification | None = None) -> Document:
    """Return a report with these moves accepted, whose roles are measured as one file each."""
    decisions = {move.id: Decision(True, amount) for move in moves}
    source = {"path": "/music/Night drive v1.wav", "stems": "", "separator": "auto"}
    proof = verification or make_verification()
    track = make_track(stem_names=ONE_EACH)
    return build_document(track, make_profile(), moves, proof, (), "2025-03-01T12:34:56+00:00", source, decisions=decisions)


def bounce(old: Document, whole_db: float = 0.0, chains: Mapping[str, Chain] | None = None, **scalars: float) -> Document:
    """Return the report of a later bounce: the whole turned up, and chains at roles; `scalars` are values of the mix."""
    new = copy.deepcopy(old)
    new["mix"]["content_hash"] = "cd" * 32
    for suggestion in new["suggestions"]:
        suggestion["decision"]["answer"] = "open"
    places = {"mix": new["mix"]["measurements"], **{role: found["measurements"] for role, found in new["roles"].items()}}
    for place, values in places.items():
        chain = (chains or {}).get(place, Chain())
        spectrum = np.array(values["ltas"]["value"])
        curve = eq_response(chain.bands, 44100)
        power = 10 ** (spectrum / 10)
        own = 10 * np.log10((power * 10 ** (curve / 10)).sum() / power.sum())
        values["ltas"]["value"] = [round(float(v), 4) for v in spectrum + curve - own]
        values["lufs"]["value"] += whole_db + chain.gain_db + own
        if "level" in values:
            values["level"]["value"] += chain.gain_db + own
        for width in chain.width:
            values["width_bands"]["value"] = [v + width.change_db for v in values["width_bands"]["value"]]
    for name, value in scalars.items():
        new["mix"]["measurements"][name]["value"] = value
    return new


def answers(old: Document, new: Document) -> dict[str, str]:
    return {move["id"]: move["answer"] for move in compare(old, new)["moves"]}


def found(old: Document, new: Document) -> dict[str, float]:
    return {move["id"]: move["found"] for move in compare(old, new)["moves"]}


VOCALS_UP, DRUMS_DOWN = make_move("vocals", Chain(gain_db=4.0)), make_move("drums", Chain(gain_db=-3.0))
BASS_EQ = make_move("bass", EQ)


@pytest.mark.parametrize("whole_db", [0.0, -6.0, 4.5])
def test_what_was_done_arrived_however_loud_the_bounce_is_as_a_whole(whole_db: float) -> None:
    old = report((VOCALS_UP, DRUMS_DOWN, BASS_EQ))
    new = bounce(old, whole_db, {"vocals": VOCALS_UP.chain, "drums": DRUMS_DOWN.chain, "bass": EQ})
    assert set(answers(old, new).values()) == {"arrived"}
    assert found(old, new)["vocals-level"] == pytest.approx(4.0, abs=0.1)
    assert found(old, new)["drums-level"] == pytest.approx(-3.0, abs=0.1)
    assert found(old, new)["bass-eq"] == pytest.approx(-6.0, abs=0.3)


@pytest.mark.parametrize("whole_db", [0.0, -6.0, 4.5])
def test_a_bounce_that_was_only_turned_up_or_down_has_nothing_of_the_moves(whole_db: float) -> None:
    old = report((VOCALS_UP, DRUMS_DOWN, BASS_EQ))
    assert set(answers(old, bounce(old, whole_db)).values()) == {"not yet"}


def test_one_of_several_moves_is_told_apart_from_the_others() -> None:
    old = report((VOCALS_UP, DRUMS_DOWN, BASS_EQ))
    told = answers(old, bounce(old, 2.0, {"drums": DRUMS_DOWN.chain}))
    assert told == {"vocals-level": "not yet", "drums-level": "arrived", "bass-eq": "not yet"}


def test_a_level_is_told_beside_an_equalizer_of_the_same_role() -> None:
    cut = make_move("vocals", EQ)
    old = report((VOCALS_UP, cut))
    assert answers(old, bounce(old, 0.0, {"vocals": EQ})) == {"vocals-level": "not yet", "vocals-eq": "arrived"}
    assert answers(old, bounce(old, 0.0, {"vocals": Chain(gain_db=4.0)})) == {"vocals-level": "arrived", "vocals-eq": "not yet"}


def test_a_part_of_a_move_is_told_in_per_cent_of_what_was_decided() -> None:
    old = report((VOCALS_UP,), amount=2.0)  # 8 dB
    (move,) = compare(old, bounce(old, -3.0, {"vocals": Chain(gain_db=4.8)}))["moves"]
    assert (move["answer"], move["wanted"], move["amount_percent"]) == ("in part", 8.0, 200)
    assert move["share_percent"] == pytest.approx(60, abs=2)


def test_more_than_was_wanted_is_told() -> None:
    old = report((VOCALS_UP,))
    page = build_comparison_page(compare(old, bounce(old, 0.0, {"vocals": Chain(gain_db=7.0)})))
    assert page.moves.rows[0].cells[-1] == "✓ arrived, and more" and not page.left


def test_a_move_that_was_undone_twice_over_went_the_other_way() -> None:
    old = report((VOCALS_UP, BASS_EQ))
    opposite = Chain(tuple(Band(b.type, b.frequency_hz, -b.gain_db, b.q) for b in EQ.bands))
    told = answers(old, bounce(old, 0.0, {"vocals": Chain(gain_db=-3.0), "bass": opposite}))
    assert set(told.values()) == {"the other way"}


def test_an_equalizer_of_the_mix_is_heard_in_every_role_and_is_none_of_theirs() -> None:
    mix_eq = make_move("mix", EQ)
    old = report((mix_eq, make_move("bass", Chain((Band("bell", 90.0, 4.0, 1.0),)))))
    new = bounce(old, 0.0, dict.fromkeys(("mix", *ROLES), EQ))
    assert answers(old, new) == {"mix-eq": "arrived", "bass-eq": "not yet"}


def test_a_compressor_is_told_by_what_it_did_when_it_was_rendered() -> None:
    squeeze = make_move("drums", SQUEEZE, Evidence("dynamic_spread", 17.3, 13.0, 10.1, 15.9, "dB", (), "prior"))
    proof = Verification(1.0, 0.5, {"drums/dynamic_spread": 17.3}, {}, {"drums/dynamic_spread": 14.3})
    old = report((squeeze,), verification=proof)
    assert answers(old, bounce(old)) == {"drums-compression": "not yet"}
    new = bounce(old)
    new["roles"]["drums"]["measurements"]["dynamic_spread"]["value"] = 14.5
    (move,) = compare(old, new)["moves"]
    assert (move["answer"], move["wanted"], round(move["found"], 2)) == ("arrived", -3.0, -2.8)


def test_width_is_told_in_its_band() -> None:
    wider = make_move("mix", Chain(width=(Width(3.0, 20.0, 20_000.0),)))
    old = report((wider,))
    assert answers(old, bounce(old)) == {"mix-stereo": "not yet"}
    assert answers(old, bounce(old, 0.0, {"mix": wider.chain})) == {"mix-stereo": "arrived"}


def test_stems_of_another_origin_are_not_compared_and_it_says_why() -> None:
    old = report((VOCALS_UP,))
    new = bounce(old)
    for stem in new["stems"]:
        stem["origin"] = "embedded"
    made = compare(old, new)
    (move,) = made["moves"]
    assert move["answer"] == "cannot be told" and "separated in the other" in move["reason"]
    assert {change["place"] for change in made["changes"]} == {"mix"}
    assert any("do not come from the same place" in warning for warning in made["warnings"])


def test_changes_are_told_from_an_audible_step_on() -> None:
    old = report()
    new = bounce(old, lufs=-9.6, true_peak=-2.4, width=-7.0)
    changes = {(c["place"], c["dimension"]): c for c in compare(old, new)["changes"]}
    assert not changes["mix", "lufs"]["is_heard"] and changes["mix", "width"]["is_heard"]
    assert changes["mix", "true_peak"]["change"] == pytest.approx(-2.09)
    assert {"level", "tone/bass", "dynamic_spread"} <= {dimension for place, dimension in changes if place == "drums"}
    assert build_comparison_page(compare(old, new)).headline.startswith("The largest change: mix, ")


def test_nothing_was_accepted_and_nothing_changed() -> None:
    old = make_document()
    page = build_comparison_page(compare(old, copy.deepcopy(old)))
    assert page.headline == "Nothing changed by an audible step." and not page.moves.rows and not page.changes.rows
    assert any("same audio" in warning for warning in page.warnings)
    assert any("Nothing was accepted" in warning for warning in page.warnings)


def test_another_song_is_told_by_when_it_grows_loud() -> None:
    rng, old = np.random.default_rng(5), report((VOCALS_UP,))
    loudness = -14 + 3 * rng.standard_normal(300).cumsum() / 10 + rng.standard_normal(300)
    old["mix"]["measurements"]["momentary"] = {"value": [None, *loudness.round(2).tolist()], "unit": "LUFS", "hop_s": 0.1}
    new, other = bounce(old), bounce(old)
    new["mix"]["measurements"]["momentary"]["value"] = [None] * 20 + (loudness - 3 + 0.3 * rng.standard_normal(300)).tolist()
    other["mix"]["measurements"]["momentary"]["value"] = (-14 + 3 * rng.standard_normal(300)).tolist()

    def is_doubted(later: Document) -> bool:
        return any("as two songs do" in warning for warning in compare(old, later)["warnings"])

    assert is_doubted(other) and not is_doubted(new)
    del other["mix"]["measurements"]["momentary"]
    assert not is_doubted(other)  # as the versions of a project are kept


def test_the_headline_counts_and_what_is_left_is_listed() -> None:
    old = report((VOCALS_UP, DRUMS_DOWN, BASS_EQ))
    page = build_comparison_page(compare(old, bounce(old, 0.0, {"drums": DRUMS_DOWN.chain})))
    assert page.headline.startswith("1 of 3 accepted moves arrived, 2 not yet. The largest change: ")
    assert page.left == (
        "Vocals: fader +4.0\u00a0dB (not yet)",
        "Bass: −6.0\u00a0dB at 315\u00a0Hz, +3.0\u00a0dB above 6\u00a0kHz (not yet)",
    )
    assert [row.cells[-1] for row in page.moves.rows] == ["○ not yet", "✓ arrived", "○ not yet"]


def compared() -> Comparison:
    old = report((VOCALS_UP, BASS_EQ))
    new = bounce(old, -2.0, {"bass": EQ})
    new["mix"]["name"] = NASTY
    return compare(old, new)


def test_a_report_holds_the_comparison_in_every_format() -> None:
    document = {**make_document(), "comparison": compared()}
    validate(document)
    assert "Since the last version" in to_html(document) and "Since the last version" in to_markdown(document)
    assert len(to_pdf(document)) > len(to_pdf(make_document()))
    document["comparison"]["moves"][0]["answer"] = "perhaps"
    with pytest.raises(Exception, match=r"\$\.comparison\.moves\[0\]\.answer"):
        validate(document)


@pytest.mark.parametrize("suffix", sorted(COMPARISON_FORMATS))
def test_every_format_is_harmless_and_names_what_arrived(suffix: str) -> None:
    text = COMPARISON_FORMATS[suffix](compared()).decode()
    assert "arrived" in text
    if suffix != ".json":
        assert "<script" not in text and "−6.0" in text
        assert "1 of 2 accepted moves arrived, 1 not yet." in text


def test_pages_say_the_same() -> None:
    page, comparison = build_comparison_page(compared()), compared()
    for text in (comparison_to_html(comparison), comparison_to_markdown(comparison)):
        assert page.moves.rows[1].cells[1].split(",")[0] in text.replace("&nbsp;", "\u00a0")


def test_numbers_are_all_finite() -> None:
    def walk(found: Any) -> Any:
        for inner in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
            yield from walk(inner)
        if isinstance(found, float):
            yield found

    assert all(np.isfinite(list(walk(compared()))))
