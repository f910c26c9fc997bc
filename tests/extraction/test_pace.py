"""How long work takes: by what a song is, and by what the same took on this computer before."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixassistant.audio.write import write_audio
from mixassistant.extraction.pace import FILE, USUAL_S, Extent, Pace, extent_of
from signals import noise


def test_headers_tell_how_much_there_is(tmp_path: Path) -> None:
    mix = tmp_path / "mix.wav"
    write_audio(noise(0, duration_s=6.0), mix)
    assert extent_of(mix) == Extent(6.0)
    stems = tmp_path / "Song"
    stems.mkdir()
    for index, name in enumerate(("drums", "bass", "vocals")):
        write_audio(noise(index, duration_s=4.0 + index), stems / f"{name}.wav")
    assert extent_of(stems) == Extent(6.0, 3)
    assert extent_of(mix, stems) == Extent(6.0, 3)


def test_what_cannot_be_opened_is_guessed(tmp_path: Path) -> None:
    (tmp_path / "words.wav").write_text("no audio")
    for path in (tmp_path / "words.wav", tmp_path / "gone.wav", tmp_path):
        assert extent_of(path) == Extent(USUAL_S)


def test_stems_of_ones_own_are_not_separated_and_more_of_them_take_longer() -> None:
    pace = Pace()
    mix, four, many = (pace.effort(Extent(60.0, stems), "separating embedded") for stems in (0, 4, 28))
    assert mix.separating > 0 == four.separating == many.separating
    assert mix.measuring == four.measuring < many.measuring
    assert many.reading == pytest.approx(7 * four.reading)


def test_what_was_seen_here_counts_and_is_found_again(tmp_path: Path) -> None:
    pace = Pace.kept_in(tmp_path / "cache")
    usual = pace.seconds("measuring", 100.0)
    for _ in range(20):
        pace.learn("measuring", 100.0, 10 * usual)
    pace.learn("separating demucs:x cuda", 100.0, 3.0)
    pace.keep()
    again = Pace.kept_in(tmp_path / "cache")
    assert again.seconds("measuring", 100.0) == pytest.approx(10 * usual, rel=0.01)
    assert again.seconds("separating demucs:x cuda", 200.0) == pytest.approx(6.0), "of what was never seen, the first says all"
    assert again.seconds("separating another", 1.0) == Pace().seconds("separating", 1.0)


def test_one_slow_day_is_not_taken_for_the_rule() -> None:
    pace = Pace()
    usual = pace.seconds("measuring", 100.0)
    pace.learn("measuring", 100.0, 8 * usual)
    assert usual < pace.seconds("measuring", 100.0) < 3 * usual


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '{"measuring": "long"}', '{"measuring": -1}', '{"measuring": 1e30}', '{"measuring": NaN}']
)
def test_what_is_damaged_counts_as_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert Pace.kept_in(tmp_path).seconds("measuring", 1.0) == Pace().seconds("measuring", 1.0)


def test_where_it_cannot_be_kept_it_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    pace = Pace.kept_in(tmp_path / "cache")
    pace.learn("measuring", 100.0, 8.0)
    pace.keep()
    assert (tmp_path / "cache").read_text() == "a file in the way"
