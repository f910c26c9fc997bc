"""Mean and covariance of a habit: what few songs are worth, beside nothing and beside the usual habit."""

from __future__ import annotations

import numpy as np
import pytest

from mixassistant.learning.estimate import HABIT_TUNING, beside_recording, estimate_habit, own_changes
from mixassistant.learning.finished import LEVEL, SPREAD, TONE, FinishedSong, Told, unknown_changes
from mixassistant.profiles.habit import DIMENSIONS, Habit, habit_from_json, habit_to_json
from mixassistant.stems.stem import ROLES

BRILLIANCE = TONE.stop - 1


def song(number: int, change: float, where: int = BRILLIANCE, artist: str = "", engineer: str = "", told: Told = "stems") -> FinishedSong:
    """Return a song of which one change of the vocals is told."""
    changes = unknown_changes()
    changes[where] = change
    return FinishedSong(f"song {number}", artist or f"artist {number}", engineer, told, {"vocals": changes})


def usual(change: float = 2.0, songs: int = 30) -> Habit:
    """Return a habit of many songs that all change the same, a little more or less."""
    rng = np.random.default_rng(0)
    return estimate_habit([song(n, change + rng.normal(0, 0.5)) for n in range(songs)], "usual", "")


def test_many_agreeing_songs_keep_their_mean_and_few_that_differ_none() -> None:
    assert usual().roles["vocals"].mean[BRILLIANCE] == pytest.approx(2.0, abs=0.2)
    split = estimate_habit([song(n, (-1) ** n * 3.0 + 0.3) for n in range(6)], "", "")
    assert 0 < split.roles["vocals"].mean[BRILLIANCE] < 0.1


def test_songs_of_one_artist_tell_less_than_those_of_many() -> None:
    changes = [3.0, 1.0, 2.5, 0.5]
    many = estimate_habit([song(n, change) for n, change in enumerate(changes)], "", "")
    one = estimate_habit([song(n, change, artist="one") for n, change in enumerate(changes)], "", "")
    assert 0 <= one.roles["vocals"].mean[BRILLIANCE] < many.roles["vocals"].mean[BRILLIANCE] < np.mean(changes)


def test_several_mixes_of_a_song_count_as_one() -> None:
    mixes = [song(0, change, artist="one", engineer=str(change)) for change in (0.0, 2.0, 4.0)]
    mean, count = own_changes([*mixes, song(1, 5.0)], "vocals")
    assert mean[BRILLIANCE] == pytest.approx(3.5) and count[BRILLIANCE] == 2


def test_what_no_song_tells_is_unknown_and_not_zero_with_certainty() -> None:
    for role in ROLES:
        changes = usual().roles[role]
        assert changes.mean[LEVEL] == 0 and changes.count[LEVEL] == 0
        assert changes.covariance[LEVEL, LEVEL] == pytest.approx(HABIT_TUNING.unknown_sd_db**2)
        assert np.linalg.eigvalsh(changes.covariance).min() > 0


def test_a_habit_of_two_songs_is_a_shrunken_version_of_the_usual_one() -> None:
    before = usual()
    after = estimate_habit([song(100, 6.0), song(101, 6.0)], "me", "", before)
    weight = 2 / (2 + HABIT_TUNING.tone_songs)
    old = before.roles["vocals"].mean[BRILLIANCE]
    assert after.roles["vocals"].mean[BRILLIANCE] == pytest.approx(old + weight * (6.0 - old))
    assert after.roles["vocals"].covariance[BRILLIANCE, BRILLIANCE] > before.roles["vocals"].covariance[BRILLIANCE, BRILLIANCE]
    assert after.roles["vocals"].count[BRILLIANCE] == 32
    assert after.roles["drums"] is before.roles["drums"]


def test_many_songs_of_ones_own_overrule_the_usual_habit() -> None:
    after = estimate_habit([song(n, -4.0) for n in range(400)], "me", "", usual())
    assert after.roles["vocals"].mean[BRILLIANCE] == pytest.approx(-4.0, abs=0.7)


def test_a_song_with_its_mix_alone_says_less_than_one_with_its_stems() -> None:
    sure, rough = (estimate_habit([song(100, 6.0, told=told)], "", "", usual()) for told in ("stems", "mix"))
    assert usual().roles["vocals"].mean[BRILLIANCE] < rough.roles["vocals"].mean[BRILLIANCE] < sure.roles["vocals"].mean[BRILLIANCE]


def test_one_song_that_was_gated_is_no_habit() -> None:
    mean, _ = own_changes([song(n, 0.0, SPREAD) for n in range(3)] + [song(3, 17.0, SPREAD)], "vocals")
    assert mean[SPREAD] == HABIT_TUNING.dynamics_limit_db / 4


def test_turning_up_what_was_recorded_too_quiet_is_no_habit() -> None:
    before = Habit("", usual().roles, "", raw_levels={"vocals": -4.0})
    changes = unknown_changes()
    changes[LEVEL] = 3.0
    quiet = FinishedSong("quiet", "me", "", "stems", {"vocals": changes}, {"vocals": -10.0})
    assert beside_recording(quiet, before).changes["vocals"][LEVEL] == 3.0 - HABIT_TUNING.toward_usual * 6.0
    assert estimate_habit([quiet], "", "", before).roles["vocals"].mean[LEVEL] == pytest.approx(0.0)


def test_a_habit_survives_being_written() -> None:
    habit = estimate_habit([song(0, 3.0), song(1, 4.0), song(2, 2.0)], "me", "three songs", usual(), {"vocals": {"mixes": 3}})
    again = habit_from_json(habit_to_json(habit))
    assert (again.name, again.provenance, again.effects, again.raw_levels) == ("me", "three songs", {"vocals": {"mixes": 3}}, {})
    for role in ROLES:
        assert np.allclose(again.roles[role].mean, habit.roles[role].mean, atol=1e-3)
        assert np.allclose(again.roles[role].covariance, habit.roles[role].covariance, atol=1e-3)
        assert np.array_equal(again.roles[role].count, habit.roles[role].count)
    assert len(DIMENSIONS) == again.roles["vocals"].mean.size
