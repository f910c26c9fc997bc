"""What is said agrees with what is moved, and is made from the move itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sample_documents import make_move

from mixassistant.advice.findings import LeftOut
from mixassistant.advice.held_back import HeldBack
from mixassistant.advice.rules import part_of
from mixassistant.advice.sentences import dropped_sentence, sentence
from mixassistant.advice.sentences.phrases import in_sentence
from mixassistant.advice.suggestion import Check, Evidence, Facts, Hidden, Move, Target, Toward
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
        (-3.0, -2.5, "3.2 LU above where it is in your other version of this song, “v1”; with what moves do to the mix it takes 2.5 dB ("),
        (-3.0, -4.5, "; with what moves do to the mix it takes 4.5 dB ("),
        (-3.0, -3.1, "“v1” ("),
        (-9.2, 2.0, "3.0 LU below where it is in your other version of this song, “v1”; with what moves do to the mix it takes 2 dB ("),
    ],
)
def test_a_level_move_that_is_not_the_gap_says_what_the_other_moves_do(measured: float, gain_db: float, said: str) -> None:
    assert said in sentence(level(gain_db, evidence(measured, -6.2)))


@pytest.mark.parametrize(
    ("measured", "gain_db", "tier", "said"),
    [
        (-6.3, -1.5, "same song", "Turn the drums down by 1.5 dB"),
        (-6.3, -1.5, "same song", "of this song, “v1”; the other moves would leave it too loud, which this makes up for ("),
        (-4.5, 1.0, "references", "; the other moves would leave it too quiet, which this makes up for ("),
        (-3.9, -7.0, "same session", "which sounds like the same session; with what moves do to the mix it takes 7 dB ("),
        (-3.9, -3.7, "same song", "Turn the drums down by 3.5 dB"),
        (-3.9, -3.7, "same song", "it takes 3.5 dB ("),
    ],
)
def test_a_gain_that_its_gap_does_not_show_is_explained_in_one_figure(measured: float, gain_db: float, tier: str, said: str) -> None:
    assert said in sentence(level(gain_db, evidence(measured, -6.2, tier)))


def test_a_move_that_is_held_back_says_so() -> None:
    held = Facts(held_back=HeldBack(10.005, 9.0))
    text = sentence(level(9.0, evidence(-16.2, -6.2), facts=held))
    assert text.startswith("Turn the drums up by at least 9 dB")
    assert "it takes about 10 dB, and 9 dB is the most that is suggested at once" in text
    assert "at least" not in sentence(level(9.0, evidence(-15.4, -6.2)))
    told = sentence(make_move("drums", Chain((Band("low_shelf", 100.0, 9.0, 0.71),)), evidence(-20.0, -10.7), facts=held))
    assert told.startswith("Boost at least 9 dB below 100 Hz on the drums")


@pytest.mark.parametrize(
    ("measured", "shape_db", "said"),
    [
        (-10.0, 6.0, "lies 0.7 dB above where it is in your other version of this song, “v1”; with the rest of both laid over each other "
         "that is 6.0 dB above ("),
        (-11.2, 6.0, "lies 0.5 dB below where it is in your other version of this song, “v1”; with the rest of both laid over each other "
         "that is 6.0 dB above ("),
        (-5.0, 6.0, "lies 5.7 dB above where it is in your other version of this song, “v1” ("),
        (-5.0, None, "“v1” ("),
    ],
)  # fmt: skip
def test_a_boom_that_is_hardly_seen_in_the_height_of_a_curve_is_told_by_its_shape(
    measured: float, shape_db: float | None, said: str
) -> None:
    why = evidence(measured, -10.7, descriptor="ltas", unit="dB")
    move = make_move("drums", Chain((Band("low_shelf", 100.0, -6.0, 0.71),)), why, facts=Facts(shape_db=shape_db))
    assert said in sentence(move)


def test_a_compression_that_an_equalizer_uncovers_says_so() -> None:
    for measured, said in (
        (9.0, "9.0 dB apart, 2.0 dB more than in your"),
        (6.5, "6.5 dB apart, and with the equalizer on it further than in your"),
    ):
        why = evidence(measured, 7.0, descriptor="dynamic_spread", unit="dB")
        assert f"loud and usual moments lie {said} other version" in sentence(make_move("drums", Chain(compression=SQUEEZE), why))


def test_a_move_on_the_mix_speaks_of_the_mix() -> None:
    chain = Chain((Band("bell", 1000.0, -3.0, 1.0),))
    on_the_mix = replace(make_move("mix", chain, evidence(-7.0, -10.0)), target=WHOLE_MIX)
    assert "relative to the mix’s own level" in sentence(on_the_mix) and "on the whole mix: near" in sentence(on_the_mix)
    assert "relative to the stem’s own level" in sentence(make_move("drums", chain, evidence(-7.0, -10.0)))


def test_what_is_likelier_meant_than_wrong_is_said_so() -> None:
    wide = evidence(-3.0, -6.2, "references")
    assert "more likely meant than a fault, but worth a listen, 33 %" in sentence(level(-2.0, wide, confidence=0.33))
    assert "a guess that is worth a listen, 55 %" in sentence(level(-2.0, wide, confidence=0.55))


def test_a_width_in_one_band_is_told_of_that_band() -> None:
    why = evidence(-20.6, -20.6, descriptor="width", unit="dB")
    move = make_move("drums", Chain(width=(Width(-3.0, 8000.0, 20_000.0),)), why, facts=Facts(sides_db=(-12.0, -15.1)))
    assert "above 8 kHz by 3 dB" in sentence(move) and "there it is 3.1 dB wider (side over mid −12.0 dB)" in sentence(move)


def test_two_remedies_for_a_crushed_stem_are_one_or_the_other() -> None:
    dense = evidence(9.9, 12.5, descriptor="dynamic_spread", unit="dB")
    text = sentence(level(5.9, evidence(-12.0, -6.2), facts=Facts(eases=dense)))
    assert text.startswith("Ease the compression on the drums") and "if you cannot, turn the drums up by about 6 dB instead" in text


def test_a_compressor_that_puts_the_level_right_says_how_sure_the_compression_is() -> None:
    why = evidence(20.0, 14.0, descriptor="dynamic_spread", unit="dB")
    move = make_move("drums", Chain(compression=SQUEEZE), why, confidence=0.86, facts=Facts(makes_up_sure=0.95))
    assert "made up by 3 dB, which puts its level right as well): loud" in sentence(move) and sentence(move).endswith("(sure, 95 %).")


def test_of_other_songs_the_gain_is_a_part_of_the_gap_anyway() -> None:
    assert "other moves" not in sentence(level(-1.5, evidence(-1.0, -6.2, "references")))


def test_the_role_other_is_called_the_other_instruments() -> None:
    assert in_sentence("other") == "the other instruments" and in_sentence("drums") == "the drums"
    one = make_move("other/Pad", Chain(gain_db=-3.0), evidence(-3.0, -6.2), facts=Facts(among=3))
    assert "Turn “Pad” down by 3 dB: of your 3 stems of the other instruments" in sentence(one)
    left_out = Check(id="technical-sorting", target=WHOLE_MIX, finding=LeftOut("v1", ("bass", "other")), confidence=0.9)
    assert "“v1”: the bass and the other instruments." in sentence(left_out)


def test_what_hides_a_stem_is_said_with_what_is_left() -> None:
    why = evidence(30.0, 20.0, descriptor="masked_vocals", unit="%")
    hidden = Hidden(Target(Place("vocals"), "LEAD"), 24.4)
    move = make_move("other", Chain((Band("bell", 2000.0, -2.0, 1.4),)), why, kind="masking", facts=Facts(hidden=hidden))
    assert "30 % of “LEAD” is hidden by other stems, against 20 %" in sentence(move)
    assert "the other instruments can spare this and brings it to about 24 %" in sentence(move)


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
        "Boost 2 dB around 800 Hz and cut 1.5 dB below 120 Hz on the bass: ",
        "That is 50 % of the whole move (4 dB), as you chose.",
    ),
    "level": (
        make_move("vocals", Chain(gain_db=9.0), of_songs("level", -20, -8, "LU"), facts=Facts(held_back=HeldBack(12.0, 9.0))),
        "Turn the vocals up by at least 4.5 dB: the level is",
        "That is 50 % of the whole move (9 dB), as you chose.",
    ),
    "compression": (
        make_move("drums", Chain(compression=SQUEEZE), of_songs("dynamic_spread", 20, 14, "dB")),
        "Compress the drums by about 2 dB on average (1.5:1 from −30.0 dBFS, made up by 1.5 dB to stay as loud): ",
        "That is 50 % of the whole move (4 dB), as you chose.",
    ),
    "stereo": (
        replace(make_move("mix", Chain(width=(Width(-3.0, 20.0, 20000.0),)), of_songs("width", -5, -8, "dB")), target=WHOLE_MIX),
        "Narrow the whole mix by 1.5 dB on the side channel: ",
        "That is 50 % of the whole move (3 dB), as you chose.",
    ),
}


@pytest.mark.parametrize("kind", WANTED)
def test_at_a_strength_the_sentence_says_the_move_that_is_made(kind: str) -> None:
    whole, command, after = WANTED[kind]
    if kind == "compression":
        assert "by about 4 dB" in sentence(whole)
    half = part_of(whole, 0.5)
    assert half is not None and sentence(half).startswith(command) and sentence(half).endswith(after), sentence(half)
    assert part_of(whole, 1.0) is whole and part_of(whole, 0.05) is None


@pytest.mark.parametrize(("of", "said"), [(1, "your reference (3.4 LU below it)"), (4, "of your 4 references (3.4 LU below the middle)")])
def test_one_reference_has_no_middle(of: int, said: str) -> None:
    move = make_move("drums", Chain(gain_db=2.0), group="toward", facts=Facts(toward=Toward("level", 0, of, -3.4)))
    assert said in sentence(move)
