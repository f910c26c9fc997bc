"""With many stems of one role, the move goes to the stem that causes the deviation."""

from dataclasses import replace

import numpy as np
import pytest

from mixassistant.advice.attribution import GAINS_DB, _between_bands
from mixassistant.advice.engine import advise
from mixassistant.advice.rendering import Parts, moved, parts_of, render_mix, shares
from mixassistant.advice.sentences import sentence
from mixassistant.advice.suggestion import chains
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.measure import measure_song
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.report.document import build_document, validate
from mixassistant.report.moves import chains as chains_of_document
from mixassistant.stems.place import BUSES, Place
from mixassistant.stems.stem import ROLES, Song, Stem
from signals import music

NEEDED = frozenset({"lufs", "level", "ltas", "ltas_typical", "ltas_sem", "dynamic_spread", "level_quantiles", "level_curve"})
# One stem for three roles; three instruments of different colours for the fourth.
COLOURS = {
    "LEAD": Chain(bands=(Band("high_pass", 1500.0, 0.0, 0.71),)),
    "PAD": Chain(bands=(Band("high_pass", 300.0, 0.0, 0.71), Band("low_pass", 1500.0, 0.0, 0.71))),
    "ORGAN": Chain(bands=(Band("low_pass", 300.0, 0.0, 0.71),)),
}
LEAD, PAD = Place("other", "LEAD"), Place("other", "PAD")
CLEAN = {
    **{(role, role.upper()): music(i, duration_s=8.0) for i, role in enumerate(ROLES) if role != "other"},
    **{("other", name): render(music(10 + i, duration_s=8.0), chain) for i, (name, chain) in enumerate(COLOURS.items())},
}


def song(name: str, moves: dict[Place, Chain], summed: bool = False) -> Song:
    stems = tuple(Stem(n, r, "supplied", render(a, moves.get(Place(r, n), Chain()))) for (r, n), a in CLEAN.items())
    made = Song(name, name, mix([s.audio for s in stems]), stems, {})
    return replace(made, stems=tuple(Stem(r, r, "supplied", a) for r, a in made.role_sums().items())) if summed else made


def advice_on(moves: dict[Place, Chain], summed: bool):
    mine = song("mine", moves)
    track = measure_song(mine, only=NEEDED)
    profile = build_profile("p", [measure_song(song("earlier", {}, summed), only=NEEDED)], load_prior())
    advice = advise(track, profile, parts_of(mine))
    return track, profile, mine, advice


@pytest.mark.parametrize("summed", [False, True], ids=["stems by name", "sums alone"])
def test_a_stem_that_is_too_loud_is_turned_down_and_its_bus_is_not_equalized(summed: bool) -> None:
    _, _, _, advice = advice_on({LEAD: Chain(gain_db=6.0)}, summed)
    moves = advice.moves
    assert [(move.place, move.kind) for move in moves] == [(LEAD, "level")]
    assert moves[0].chain.gain_db == pytest.approx(-6.0, abs=0.6)
    assert moves[0].interval.low <= -6.0 <= moves[0].interval.high
    assert "“LEAD”" in sentence(moves[0])
    assert advice.verification.distance_after < 0.4 * advice.verification.distance_before


@pytest.mark.parametrize("summed", [False, True], ids=["stems by name", "sums alone"])
def test_a_band_on_one_stem_is_taken_back_on_that_stem(summed: bool) -> None:
    _, _, _, advice = advice_on({PAD: Chain(bands=(Band("bell", 800.0, 7.0, 1.0),))}, summed)
    moves = advice.moves
    assert [(move.place, move.kind) for move in moves] == [(PAD, "eq")]
    assert moves[0].chain.bands[0].frequency_hz == pytest.approx(800.0, rel=0.1)
    assert moves[0].chain.bands[0].gain_db == pytest.approx(-7.0, abs=1.0)


@pytest.mark.parametrize("summed", [False, True], ids=["stems by name", "sums alone"])
def test_stems_as_they_were_get_no_move(summed: bool) -> None:
    _, _, _, advice = advice_on({}, summed)
    assert [move.id for move in advice.moves] == []


def test_a_report_renders_the_stem_that_was_meant() -> None:
    track, profile, mine, advice = advice_on({LEAD: Chain(gain_db=6.0)}, summed=False)
    document = build_document(track, profile, advice.suggestions, advice.verification, (), "2026-01-01T00:00:00+00:00", {})
    validate(document)
    moves = chains_of_document(document)
    assert moves == chains(advice.moves) and [*moves] == [LEAD]
    rendered, whole = render_mix(parts_of(mine), None, moves)
    assert set(rendered) == {*BUSES, LEAD}
    expected = mix([render(s.audio, moves[LEAD]) if s.name == "LEAD" else s.audio for s in mine.stems])
    np.testing.assert_allclose(whole.samples, expected.samples, atol=1e-5)


def test_a_bus_goes_over_its_stems() -> None:
    made = song("mine", {})
    parts = parts_of(made)
    audio = moved(parts, PAD.bus, {PAD: Chain(gain_db=-100.0), PAD.bus: Chain(gain_db=6.0)})
    expected = 10 ** (6 / 20) * (parts.stems[LEAD].samples + parts.stems[Place("other", "ORGAN")].samples)
    np.testing.assert_allclose(audio.samples, expected, atol=1e-4)


def test_shares_of_uncorrelated_stems_are_their_powers() -> None:
    rng = np.random.default_rng(7)
    noise = [rng.standard_normal((2, 441_000)).astype(np.float32) * 0.05 for _ in range(2)]
    first, second = Place("drums", "A"), Place("drums", "B")
    stems = {first: Audio(noise[0], 44_100), second: Audio(2 * noise[1], 44_100)}
    found = shares(Parts({"drums": mix([*stems.values()])}, stems))
    heard = CENTRES_HZ > 60
    np.testing.assert_allclose(found[first][heard], 0.2, atol=0.04)
    np.testing.assert_allclose(found[first] + found[second], 1.0, atol=1e-9)


def test_some_names_in_common_hide_no_fault_of_the_others() -> None:
    mine = song("mine", {LEAD: Chain(gain_db=6.0)})
    earlier = song("earlier", {})
    # The earlier version calls one stem the same and has the sum of the other two.
    pad = next(s for s in earlier.stems if s.name == "PAD")
    rest = mix([s.audio for s in earlier.stems if s.role == "other" and s is not pad])
    named = (*(s for s in earlier.stems if s.role != "other"), pad, Stem("REST", "other", "supplied", rest))
    profile = build_profile("p", [measure_song(replace(earlier, stems=named), only=NEEDED)], load_prior())
    moves = advise(measure_song(mine, only=NEEDED), profile, parts_of(mine)).moves
    assert [(move.place, move.kind) for move in moves] == [(LEAD, "level")]


def test_a_gain_is_the_less_sure_the_further_bands_that_explain_as_well_are_apart() -> None:
    def scores(*best: float) -> np.ndarray:
        return np.stack([-0.5 * ((GAINS_DB - gain) / 0.5) ** 2 for gain in best], axis=1)

    assert _between_bands(scores(-5.0)) == 0.0
    assert _between_bands(scores(-4.3, -5.7)) == pytest.approx(0.7, abs=0.01)
    # One that explains much worse counts for nothing.
    worse = scores(-4.0, -9.0) - np.array([0.0, 20.0])
    assert _between_bands(worse) == pytest.approx(0.0, abs=0.01)
