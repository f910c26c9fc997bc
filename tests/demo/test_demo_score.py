"""The written song keeps to its key, its grid and its form."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mixassistant.demo.folder import DEMO_SEED, REFERENCE_SEEDS
from mixassistant.demo.score import STEPS, TIMING_MAX_S, Note, Score, grid_of
from mixassistant.demo.song import write_score
from mixassistant.demo.style import style_of
from mixassistant.errors import UsageError

SEEDS = sorted({DEMO_SEED, *REFERENCE_SEEDS.values(), 7, 18, 22})
STRUM_S = 0.04  # the last string of a chord sounds that much after the first


@pytest.fixture(scope="module", params=SEEDS)
def score(request: pytest.FixtureRequest) -> Score:
    return write_score(request.param)


def notes_of(score: Score) -> list[Note]:
    return [*score.bass, *score.melody, *score.harmony, *(note for layer in score.layers.values() for note in layer)]


def steps_off_grid_s(score: Score, starts_s: list[float]) -> np.ndarray:
    grid = grid_of(score.style)
    played = np.array([grid.time_s(bar, step) for bar in range(len(score.bars)) for step in range(STEPS)])
    starts = np.array(starts_s)
    nearest = played[np.abs(starts[:, None] - played[None, :]).argmin(axis=1)]
    return np.asarray(starts - nearest)


def test_every_pitch_lies_in_the_key(score: Score) -> None:
    key = {(score.style.tonic + semitones) % 12 for semitones in score.style.scale}
    assert {note.pitch % 12 for note in notes_of(score)} <= key


def test_drums_bass_and_voice_sit_on_the_grid(score: Score) -> None:
    starts = [hit.start_s for hit in score.drums] + [note.start_s for note in (*score.bass, *score.melody)]
    assert np.abs(steps_off_grid_s(score, starts)).max() <= TIMING_MAX_S + 1e-9


def test_players_are_people(score: Score) -> None:
    missed = steps_off_grid_s(score, [hit.start_s for hit in score.drums])
    assert missed.std() > 0.001
    assert len({hit.velocity for hit in score.drums if hit.drum == "hat"}) > 10


def test_chords_are_strummed_just_after_the_grid(score: Score) -> None:
    late = steps_off_grid_s(score, [note.start_s for layer in score.layers.values() for note in layer])
    assert late.min() >= -TIMING_MAX_S - 1e-9
    assert late.max() <= TIMING_MAX_S + STRUM_S


def test_the_snare_answers_on_the_backbeat(score: Score) -> None:
    grid = grid_of(score.style)
    body = [bar.index for bar in score.bars if bar.section == "chorus" and not bar.is_last and bar.position % 4 != 3]
    snares = np.array([hit.start_s for hit in score.drums if hit.drum == "snare" and hit.velocity > 0.7])
    for bar in body:
        for step in (4, 12):
            assert np.abs(snares - grid.time_s(bar, step)).min() <= TIMING_MAX_S + 1e-9


def test_the_bass_plays_the_root_on_the_first_beat(score: Score) -> None:
    grid = grid_of(score.style)
    for bar in score.bars:
        first = [note for note in score.bass if abs(note.start_s - grid.time_s(bar.index, 0)) <= TIMING_MAX_S + 1e-9]
        assert all(note.pitch % 12 == (score.style.tonic + score.style.scale[bar.degree]) % 12 for note in first)
        assert first or bar.index == 0


def test_chords_move_by_small_steps(score: Score) -> None:
    grid = grid_of(score.style)
    pads = [sorted(n.pitch for n in score.layers["pad"] if n.start_s == grid.time_s(bar.index, 0))[1:] for bar in score.bars]
    moves = [abs(np.mean(after) - np.mean(before)) for before, after in itertools.pairwise(pads)]
    assert np.mean(moves) < 4  # semitones


def test_the_chorus_is_higher_and_fuller_than_the_verse(score: Score) -> None:
    grid = grid_of(score.style)

    def inside(section: str) -> list[int]:
        bars = {bar.index for bar in score.bars if bar.section == section}
        return [note.pitch for note in score.melody if int((note.start_s + 0.02) // grid.bar_s) in bars]

    assert np.mean(inside("chorus")) > np.mean(inside("verse"))
    assert score.harmony
    assert all(any(abs(note.start_s - lead.start_s) < 0.02 for lead in score.melody) for note in score.harmony)


def test_the_voice_breathes_between_phrases(score: Score) -> None:
    gaps = [after.start_s - before.start_s - before.duration_s for before, after in itertools.pairwise(score.melody)]
    assert min(gaps) > 0
    assert sum(gap > 0.2 for gap in gaps) >= 3


def test_the_voice_stays_within_a_singers_range(score: Score) -> None:
    pitches = [note.pitch for note in score.melody]
    lowest, highest = (45, 71) if score.style.is_low_voice else (53, 79)  # tenor and alto, generously
    assert lowest <= min(pitches)
    assert max(pitches) <= highest
    assert len(set(pitches)) >= 5


def test_the_chorus_returns_to_its_hook() -> None:
    score = write_score(DEMO_SEED, 60.0)
    grid = grid_of(score.style)
    starts = [bar.index for bar in score.bars if bar.section == "chorus" and bar.position == 0]
    assert len(starts) >= 2
    hooks = []
    for start in starts[:2]:
        begin, end = grid.time_s(start, 0) - 0.02, grid.time_s(start + 2, 0) - 0.02
        hooks.append([(note.pitch, note.syllable) for note in score.melody if begin <= note.start_s < end])
    assert hooks[0] == hooks[1]


def test_the_form_fills_the_time_and_rings_out(score: Score) -> None:
    grid = grid_of(score.style)
    assert [bar.index for bar in score.bars] == list(range(len(score.bars)))
    assert score.bars[-1].section == "ending"
    assert score.bars[-1].degree == 0
    assert 1.5 <= score.duration_s - grid.time_s(score.bars[-1].index, 0) <= 1.5 + 2 * grid.bar_s
    assert {"intro", "verse", "chorus"} <= {bar.section for bar in score.bars}


@pytest.mark.parametrize("duration_s", [8.0, 13.0, 47.0, 180.0])
def test_any_length_has_a_form(duration_s: float) -> None:
    score = write_score(DEMO_SEED, duration_s)
    last = max(note.start_s for note in notes_of(score))
    assert 0.5 * duration_s < last < duration_s
    assert score.melody


@pytest.mark.parametrize("duration_s", [0.0, 7.9, 601.0, float("nan")])
def test_an_absurd_length_is_refused(duration_s: float) -> None:
    with pytest.raises(UsageError, match="cannot last"):
        write_score(DEMO_SEED, duration_s)


def test_the_same_seed_writes_the_same_song() -> None:
    assert write_score(DEMO_SEED) == write_score(DEMO_SEED)


def test_the_references_differ_from_each_other_and_from_the_song() -> None:
    styles = [style_of(seed) for seed in {DEMO_SEED, *REFERENCE_SEEDS.values()}]
    assert len({(style.tonic, style.scale) for style in styles}) == len(styles)
    assert len({style.tempo_bpm for style in styles}) == len(styles)
    assert len({style.instrument for style in styles}) == 2
    assert len({style.is_low_voice for style in styles}) == 2
