"""What is said agrees with what is moved, and is made from the move itself."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_documents import make_move, make_suggestions

from mixassistant.advice.findings import LeftOut
from mixassistant.advice.held_back import HeldBack
from mixassistant.advice.rules import part_of
from mixassistant.advice.sentences import dropped_sentence, headline, reason, sentence, worth
from mixassistant.advice.sentences.moves import share_change_lu
from mixassistant.advice.sentences.phrases import in_sentence
from mixassistant.advice.sentences.worth import interval_text
from mixassistant.advice.suggestion import Check, Evidence, Facts, Hidden, Interval, Move, Target, Toward
from mixassistant.advice.target_names import WHOLE_MIX
from mixassistant.processing.moves import Band, Chain, Compression, Width
from mixassistant.stems.place import Place

EQ = (Band("bell", 800.0, 4.0, 1.0), Band("low_shelf", 120.0, -3.0, 0.71))
SQUEEZE = Compression(-30.0, 3.0, 0.01, 0.2, 6.0, 3.0, 4.0)


def evidence(measured: float, target: float, tier: str = "same song", descriptor: str = "level", unit: str = "LU") -> Evidence:
    return Evidence(descriptor, measured, target, target - 1, target + 1, unit, ("v1",), tier)


def level(gain_db: float, why: Evidence, **other: object) -> Move:
    return make_move("drums", Chain(gain_db=gain_db), why, **{"confidence": 0.95, **other})


@pytest.mark.parametrize(
    ("measured", "gain_db", "said"),
    [
        (-3.0, -2.5, "3.2 LU too loud against “v1”. The other moves change the mix as well: with them it takes −2.5 dB. Worth"),
        (-3.0, -4.6, "3.2 LU too loud against “v1”. Drums are much of the loudness: −4.6 dB lowers their share by 2.9 LU. Worth"),
        (-3.0, -3.1, "“v1”. Worth"),
        (-9.2, 2.0, "3.0 LU too quiet against “v1”. The other moves change the mix as well: with them it takes +2.0 dB. Worth"),
    ],
)
def test_a_level_move_that_is_not_the_gap_says_why(measured: float, gain_db: float, said: str) -> None:
    assert said in sentence(level(gain_db, evidence(measured, -6.2)))


@pytest.mark.parametrize(
    ("measured", "gain_db", "tier", "said"),
    [
        (
            -6.3,
            -1.5,
            "same song",
            "Drums: −1.5 dB. 0.1 LU too quiet against “v1”. The other moves would leave it too loud, which this makes",
        ),
        (-4.5, 1.0, "references", "1.7 LU too loud for mixes like your reference. The other moves would leave it too quiet, which"),
        (
            -3.9,
            -7.0,
            "same session",
            "which sounds like the same session. The other moves change the mix as well: with them it takes −7.0 dB.",
        ),
        (-3.9, -3.7, "same song", "Drums: −3.7 dB. 2.3 LU too loud"),
    ],
)
def test_a_gain_that_its_gap_does_not_show_is_explained_in_one_figure(measured: float, gain_db: float, tier: str, said: str) -> None:
    assert said in sentence(level(gain_db, evidence(measured, -6.2, tier)))


@pytest.mark.parametrize(("level_lu", "gain_db"), [(-3.0, 9.0), (-3.0, -4.6), (-20.0, 6.0), (1.0, 6.0)])
def test_what_a_gain_does_to_a_share_is_what_powers_say(level_lu: float, gain_db: float) -> None:
    part, rest = 10 ** (min(level_lu, 0.0) / 10), 1 - 10 ** (min(level_lu, 0.0) / 10)
    louder = part * 10 ** (gain_db / 10)
    after = 10 * math.log10(louder / (louder + rest))
    assert share_change_lu(level_lu, gain_db) == pytest.approx(after - min(level_lu, 0.0))


def test_a_line_has_the_numbers_that_a_control_is_set_to() -> None:
    bell = make_move("bass", Chain((Band("bell", 284.3, -8.21, 1.2),)), evidence(-3.0, -10.6, descriptor="ltas", unit="dB"))
    assert headline(bell) == "Bass: −8.2 dB at 284 Hz"
    assert reason(bell) == "7.6 dB too strong there against “v1”."
    assert headline(make_move("drums", Chain(EQ))) == "Drums: +4.0 dB at 800 Hz, −3.0 dB below 120 Hz"
    assert headline(make_move("other/Pad", Chain(gain_db=-3.0))) == "“Pad” (other): −3.0 dB"
    assert headline(make_move("drums", Chain(compression=SQUEEZE))) == (
        "Drums: 4.0 dB of gain reduction (3:1 from −30.0 dBFS, +3.0 dB behind it)"
    )
    passes = Chain((Band("high_pass", 31.2, 0.0, 0.71),), width=(Width(-3.0, 8000.0, 20_000.0),), gain_db=1.0)
    assert headline(make_move("vocals", passes)) == "Vocals: high pass at 31.2 Hz, −3.0 dB on the side channel above 8 kHz, +1.0 dB"


def test_how_sure_a_move_is_comes_with_the_amounts_that_are_likely() -> None:
    move = level(-10.4, evidence(-3.0, -6.2), confidence=0.8)
    assert worth(replace(move, interval=Interval(-12.6, -9.2))) == "Worth doing: 80 %. Likely −13 to −9 dB."
    assert worth(replace(move, interval=Interval(-11.6, -9.2))) == "Worth doing: 80 %. Likely −11.6 to −9.2 dB."
    assert worth(replace(move, interval=Interval(-10.4, -10.4))) == "Worth doing: 80 %."
    squeeze = make_move("drums", Chain(compression=SQUEEZE), interval=Interval(3.0, 5.5))
    assert worth(squeeze) == "Worth doing: 90 %. Likely 3.0 to 5.5 dB."
    two = make_move("drums", Chain(EQ), interval=Interval(2.5, 5.2))
    assert worth(two) == "Worth doing: 90 %. Likely +2.5 to +5.2 dB at 800 Hz."


@given(low=st.floats(-30, 30), width=st.floats(0.1, 30), share=st.floats(0, 1))
def test_a_likely_span_as_it_is_told_holds_what_is_suggested(low: float, width: float, share: float) -> None:
    amount = round(low + share * width, 1)
    told = interval_text(Interval.of(low, low + width).holding(amount), True).replace("−", "-")
    first, _to, last, _unit = told.split()
    assert float(first) <= amount <= float(last)


def test_a_move_that_is_held_back_says_so() -> None:
    held = Facts(held_back=HeldBack(10.005, 9.0))
    text = sentence(level(9.0, evidence(-16.2, -6.2), facts=held))
    assert text.startswith(
        "Drums: +9.0 dB. 10.0 LU too quiet against “v1”. It takes about 10 dB; 9 dB is the most that is suggested at once."
    )
    assert "at once" not in sentence(level(9.0, evidence(-15.4, -6.2)))


@pytest.mark.parametrize(
    ("measured", "shape_db", "said"),
    [
        (-10.0, 6.0, "6.0 dB too strong there by the shape of its spectrum (+0.7 dB by its height) against “v1”."),
        (-11.2, 6.0, "6.0 dB too strong there by the shape of its spectrum (−0.5 dB by its height) against “v1”."),
        (-5.0, 6.0, "5.7 dB too strong there against “v1”."),
        (-5.0, None, "5.7 dB too strong there against “v1”."),
    ],
)
def test_a_boom_that_is_hardly_seen_in_the_height_of_a_curve_is_told_by_its_shape(
    measured: float, shape_db: float | None, said: str
) -> None:
    why = evidence(measured, -10.7, descriptor="ltas", unit="dB")
    move = make_move("drums", Chain((Band("low_shelf", 100.0, -6.0, 0.71),)), why, facts=Facts(shape_db=shape_db))
    assert reason(move) == said


def test_evidence_that_is_not_where_the_band_is_says_where_it_is() -> None:
    why = replace(evidence(-5.0, -10.7, descriptor="ltas", unit="dB"), frequency_hz=500.0)
    assert reason(make_move("drums", Chain((Band("bell", 800.0, -6.0, 0.71),)), why)) == "5.7 dB too strong at 500 Hz against “v1”."
    assert "there" in reason(make_move("drums", Chain((Band("bell", 520.0, -6.0, 0.71),)), why))


def test_a_compression_that_an_equalizer_uncovers_says_so() -> None:
    for measured, said in (
        (9.0, "2.0 dB too much between loud and usual moments against “v1”."),
        (6.5, "With the equalizer on it, loud and usual moments are too far apart against “v1”."),
    ):
        why = evidence(measured, 7.0, descriptor="dynamic_spread", unit="dB")
        assert reason(make_move("drums", Chain(compression=SQUEEZE), why)) == said


def test_a_move_on_the_mix_speaks_of_the_mix() -> None:
    chain = Chain((Band("bell", 1000.0, -3.0, 1.0),))
    on_the_mix = replace(make_move("mix", chain, evidence(-7.0, -10.0)), target=WHOLE_MIX)
    assert sentence(on_the_mix).startswith("Mix: −3.0 dB at 1 kHz. 3.0 dB too strong there")


def test_what_is_likelier_meant_than_wrong_is_said_so() -> None:
    wide = evidence(-3.0, -6.2, "references")
    assert "Worth doing: 33 %, more likely meant than a fault." in sentence(level(-2.0, wide, confidence=0.33))
    assert "Worth doing: 55 %." in sentence(level(-2.0, wide, confidence=0.55))


def test_a_width_in_one_band_is_told_of_that_band() -> None:
    why = evidence(-20.6, -20.6, descriptor="width", unit="dB")
    move = make_move("drums", Chain(width=(Width(-3.0, 8000.0, 20_000.0),)), why, facts=Facts(sides_db=(-12.0, -15.1)))
    assert sentence(move).startswith("Drums: −3.0 dB on the side channel above 8 kHz. 3.1 dB too wide there against “v1”.")


def test_two_remedies_for_a_crushed_stem_are_one_or_the_other() -> None:
    dense = evidence(9.9, 12.5, descriptor="dynamic_spread", unit="dB")
    text = sentence(level(5.9, evidence(-12.0, -6.2), facts=Facts(eases=dense)))
    assert text.startswith("Drums: +5.9 dB, or less compression. 2.6 dB too little between loud and usual moments against “v1”. Go back to")
    assert "which mends its level too; else the gain: one of the two." in text


def test_a_compressor_that_puts_the_level_right_says_how_sure_the_compression_is() -> None:
    why = evidence(20.0, 14.0, descriptor="dynamic_spread", unit="dB")
    move = make_move("drums", Chain(compression=SQUEEZE), why, confidence=0.86, facts=Facts(makes_up_sure=0.95))
    assert "Its make-up gain puts the level right as well. Worth doing: 95 %." in sentence(move)


def test_of_other_songs_the_gain_is_a_part_of_the_gap_anyway() -> None:
    assert "other moves" not in sentence(level(-1.5, evidence(-1.0, -6.2, "references")))


def test_the_role_other_is_called_the_other_instruments() -> None:
    assert in_sentence("other") == "the other instruments" and in_sentence("drums") == "the drums"
    one = make_move("other/Pad", Chain(gain_db=-3.0), evidence(-3.0, -6.2), facts=Facts(among=3))
    assert reason(one) == "3.2 LU too loud are the other instruments together against “v1”; of your 3 stems this one explains it best."
    left_out = Check(id="technical-sorting", target=WHOLE_MIX, finding=LeftOut("v1", ("bass", "other")), confidence=0.9)
    assert "“v1”: the bass and the other instruments." in sentence(left_out)


def test_what_hides_a_stem_is_said_with_what_is_left() -> None:
    why = evidence(30.0, 20.0, descriptor="masked_vocals", unit="%")
    hidden = Hidden(Target(Place("vocals"), "LEAD"), 24.4)
    move = make_move("other", Chain((Band("bell", 2000.0, -2.0, 1.4),)), why, kind="masking", facts=Facts(hidden=hidden))
    assert reason(move) == ("30 % of “LEAD” is hidden by other stems, 20 % in “v1”; the other instruments can spare this: about 24 % then.")


def test_no_sentence_speaks_of_standard_deviations_or_of_two_certainties() -> None:
    for suggestion in make_suggestions():
        text = sentence(suggestion)
        assert "standard deviation" not in text and "sure" not in text and text.count("%") <= 2


def test_what_was_dropped_or_is_hardly_heard_is_the_same_sentence_with_that_said() -> None:
    move = level(-3.0, evidence(-3.0, -6.2))
    assert dropped_sentence(move) == f"Not shown, since it did not help when rendered: {sentence(move)}"
    quiet = replace(move, facts=Facts(is_hardly_heard=True))
    assert sentence(quiet) == f"{sentence(move)} It is heard on its own: the mix hardly changes."


def of_songs(descriptor: str, measured: float, target: float, unit: str) -> Evidence:
    return replace(evidence(measured, target, "references", descriptor, unit), frequency_hz=800.0)


WANTED = {
    "eq": (
        make_move("bass", Chain(EQ), of_songs("ltas", -9, -13, "dB")),
        "Bass: +2.0 dB at 800 Hz, −1.5 dB below 120 Hz. 4.0 dB too strong at 800 Hz",
        "That is 50 % of the whole move (4 dB), as you chose.",
    ),
    "level": (
        make_move("vocals", Chain(gain_db=9.0), of_songs("level", -20, -8, "LU"), facts=Facts(held_back=HeldBack(12.0, 9.0))),
        "Vocals: +4.5 dB. 12.0 LU too quiet for mixes like your reference.",
        "That is 50 % of the whole move (9 dB), as you chose.",
    ),
    "compression": (
        make_move("drums", Chain(compression=SQUEEZE), of_songs("dynamic_spread", 20, 14, "dB")),
        "Drums: 2.0 dB of gain reduction (1.5:1 from −30.0 dBFS, +1.5 dB behind it). ",
        "That is 50 % of the whole move (4 dB), as you chose.",
    ),
    "stereo": (
        replace(make_move("mix", Chain(width=(Width(-3.0, 20.0, 20000.0),)), of_songs("width", -5, -8, "dB")), target=WHOLE_MIX),
        "Mix: −1.5 dB on the side channel. ",
        "That is 50 % of the whole move (3 dB), as you chose.",
    ),
}


@pytest.mark.parametrize("kind", WANTED)
def test_at_a_strength_the_sentence_says_the_move_that_is_made(kind: str) -> None:
    whole, command, after = WANTED[kind]
    half = part_of(whole, 0.5)
    assert half is not None and sentence(half).startswith(command) and sentence(half).endswith(after), sentence(half)
    assert part_of(whole, 1.0) is whole and part_of(whole, 0.05) is None


@pytest.mark.parametrize(("of", "said"), [(1, "your reference (3.4 LU below it)"), (4, "of your 4 references (3.4 LU below the middle)")])
def test_one_reference_has_no_middle(of: int, said: str) -> None:
    move = make_move("drums", Chain(gain_db=2.0), group="toward", facts=Facts(toward=Toward("level", 0, of, -3.4)))
    assert said in sentence(move)
