"""Where a mix stands: ranks and quantiles are those of the references alone, in any order, and what is not known is not told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_documents import CREATED, SOURCE, make_track, role_values

from mixassistant.advice.suggestion import Verification
from mixassistant.features.bands import BROAD, broad
from mixassistant.features.descriptor import Measurement
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Z80
from mixassistant.profiles.separation_error import measured_levels
from mixassistant.profiles.standing import FEW, STANDING, Stand, by_place, largest_first, standing
from mixassistant.report.document import build_document
from mixassistant.stems.place import BUSES, MIX, Place
from mixassistant.stems.stem import ROLES

PRIOR = load_prior()
VOCALS = Place("vocals")
levels = st.floats(-30, 0).map(lambda v: round(v, 3))


def with_level(level: float, role: str = "vocals") -> MeasuredTrack:
    """Return a song with one role at a level."""
    track = make_track()
    values = {**track.roles[role], "level": Measurement(level)}  # type: ignore[index]
    return replace(track, roles={**track.roles, role: values})  # type: ignore[dict-item]


def level_of(value: float, others: list[float]) -> Stand:
    return by_place(standing(with_level(value), [with_level(v) for v in others], PRIOR))[VOCALS, "level"]


@settings(deadline=None, max_examples=60)
@given(levels, st.lists(levels, min_size=1, max_size=14), st.randoms())
def test_rank_and_quantiles_are_the_references_own_in_any_order(value: float, others: list[float], random: object) -> None:
    found = level_of(value, others)
    assert (found.rank, found.of) == (sum(v < value for v in others), len(others))
    assert found.middle_half == pytest.approx(tuple(np.quantile(others, [0.25, 0.75])))
    assert found.middle == pytest.approx(float(np.median(others)))
    ends = [0.0, 1.0] if len(others) <= FEW else [0.1, 0.9]
    assert found.range == pytest.approx(tuple(np.quantile(others, ends)))
    shuffled = list(others)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert level_of(value, shuffled) == found


@settings(deadline=None, max_examples=60)
@given(levels, st.lists(levels, min_size=1, max_size=14))
def test_what_is_outside_says_by_how_much_and_on_which_side(value: float, others: list[float]) -> None:
    found = level_of(value, others)
    low, high = found.range
    assert np.sign(found.outside_by) == (1 if value > high else -1 if value < low else 0)
    assert value - found.outside_by == pytest.approx(min(max(value, low), high))
    inside_half = found.middle_half[0] <= value <= found.middle_half[1]
    assert (found.steps == 0) == inside_half
    assert found.where == "inside" or not inside_half


def test_one_reference_is_its_own_range_and_the_prior_has_no_part_in_it() -> None:
    found = level_of(-9.0, [-23.1])
    assert found.range == found.middle_half == (-23.1, -23.1)
    assert (found.rank, found.of, found.where) == (1, 1, "outside")


def test_less_than_an_audible_step_is_no_difference() -> None:
    assert level_of(-23.0, [-23.1]).where == "inside"


def test_every_place_that_plays_stands_somewhere_with_and_without_references() -> None:
    for references in ((), (make_track("A"), make_track("B"))):
        found = standing(make_track(), references, PRIOR)
        assert {stand.place for stand in found} == {MIX, *BUSES}
        assert {stand.of for stand in found if stand.dimension != "low_mono_share"} == {len(references)}
        assert {s.dimension for s in found if s.place == MIX} == {
            "lufs", *(f"tone/{band}" for band in BROAD), "dynamic_spread", "crest", "width",
        }  # fmt: skip
        assert "level" in {s.dimension for s in found if s.place == Place("drums")}


def test_without_references_it_is_held_against_finished_songs() -> None:
    mean, sd = PRIOR.scalars["vocals/level"]
    found = level_of(mean - 3 * sd, [])
    assert (found.rank, found.of) == (0, 0)
    assert found.range == pytest.approx((mean - Z80 * sd, mean + Z80 * sd))
    assert found.outside_by == pytest.approx((Z80 - 3) * sd)


def test_broad_bands_of_finished_songs_are_as_drawn_from_their_spectra() -> None:
    rng = np.random.default_rng(0)
    found = by_place(standing(make_track(), (), PRIOR))
    drawn = np.array([broad(row) for row in rng.multivariate_normal(PRIOR.ltas["mix"].mean, PRIOR.ltas["mix"].covariance, 2000)])
    for index, band in enumerate(BROAD):
        stand = found[MIX, f"tone/{band}"]
        shown = (stand.range[0], *stand.middle_half, stand.range[1])
        assert shown == pytest.approx(tuple(np.quantile(drawn[:, index], [0.1, 0.25, 0.75, 0.9])), abs=0.6)


def test_width_of_separated_and_of_mono_stems_is_not_told() -> None:
    track = make_track()
    separated = replace(track, stems=tuple(replace(stem, origin="embedded") for stem in track.stems))
    assert (VOCALS, "width") in by_place(standing(track, (), PRIOR))
    assert not any(stand.dimension == "width" for stand in standing(separated, (track,), PRIOR) if stand.place != MIX)
    mono = {**track.roles["vocals"], "width": Measurement(-60.0)}
    assert (VOCALS, "width") not in by_place(standing(replace(track, roles={**track.roles, "vocals": mono}), (track,), PRIOR))
    flat = replace(track, mix={**track.mix, "width": Measurement(None, "mono")})
    assert (MIX, "width") not in by_place(standing(flat, (track,), PRIOR))


def test_crest_factors_are_held_against_stems_of_the_same_origin() -> None:
    track = make_track()
    separated = replace(track, stems=tuple(replace(stem, origin="embedded") for stem in track.stems))
    both = by_place(standing(separated, (track, separated), PRIOR))
    assert (both[VOCALS, "crest"].of, both[VOCALS, "level"].of) == (1, 2)
    assert (VOCALS, "crest") not in by_place(standing(separated, (track,), PRIOR))


def test_the_separators_bias_is_taken_out_of_levels() -> None:
    track = with_level(-9.0)
    separated = replace(track, stems=tuple(replace(stem, origin="embedded") for stem in track.stems))
    found = by_place(standing(separated, (track,), PRIOR))[VOCALS, "level"]
    assert found.value == pytest.approx(float(measured_levels(separated)[2])) and found.value != -9.0


def test_a_role_that_is_not_there_does_not_stand_anywhere() -> None:
    track = make_track()
    without = replace(track, roles={role: values for role, values in track.roles.items() if role != "vocals"})
    assert not any(stand.place == VOCALS for stand in standing(without, (track,), PRIOR))
    assert by_place(standing(track, (without, track), PRIOR))[VOCALS, "level"].of == 1


def test_bands_that_nobody_hears_are_not_told_and_count_from_where_they_are_heard() -> None:
    def song(sub_db: float) -> MeasuredTrack:
        ltas = np.where(np.arange(31) < 5, sub_db, -14.0)
        values = {**role_values("vocals"), "ltas": Measurement(ltas)}
        return replace(make_track(), roles={"vocals": values})

    deep, deeper, heard = song(-60.0), song(-90.0), song(-37.0)
    assert (VOCALS, "tone/sub") not in by_place(standing(deep, (deeper,), PRIOR))
    found = by_place(standing(heard, (deeper,), PRIOR))[VOCALS, "tone/sub"]
    assert found.steps == pytest.approx(found.value - STANDING.tone_floor_db)


def test_the_largest_differences_come_first_and_the_loudness_of_an_unfinished_mix_last() -> None:
    track = make_track()
    quiet = replace(track, mix={**track.mix, "lufs": Measurement(-40.0)})
    found = standing(replace(quiet, roles=with_level(-20.0).roles), (track, track), PRIOR)
    assert [s.dimension for s in largest_first(found, "rough")] == ["level", "lufs"]
    assert [s.dimension for s in largest_first(found, "finished")] == ["lufs", "level"]
    assert largest_first(standing(track, (track,), PRIOR), "working") == ()


def test_one_number_stands_for_one_quantity_wherever_it_is_told() -> None:
    track = make_track(stem_names={role: [role] for role in ROLES})
    separated = replace(track, stems=tuple(replace(stem, origin="embedded") for stem in track.stems))
    found = by_place(standing(separated, (), PRIOR))
    document = build_document(separated, build_profile("", (separated,), PRIOR), (), Verification(1, 1), (), CREATED, SOURCE)
    stems = {stem["role"]: stem["measurements"] for stem in document["stems"]}
    for index, role in enumerate(ROLES):
        for identifier in ("level", "dynamic_spread"):
            value = found[Place(role), identifier].value
            shown = [document["roles"][role]["measurements"], stems[role]]
            assert [measurements[identifier]["value"] for measurements in shown] == pytest.approx([value] * 2, abs=1e-4)
            assert document["profile"]["own"][f"{role}/{identifier}"]["median"] == pytest.approx(value, abs=1e-4)
        assert found[Place(role), "level"].value == pytest.approx(measured_levels(separated)[index])
