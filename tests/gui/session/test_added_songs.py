"""Songs that are added together: how far they are, by how long each takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mixassistant.gui.session.added_songs import Song, Songs

SECONDS = {"a.wav": 10.0, "b.wav": 30.0, "c.wav": 0.0}


def efforts(songs: Sequence[Song]) -> list[float]:
    return [SECONDS[path.name] for path, _are_stems in songs]


def test_each_counts_as_much_as_it_takes() -> None:
    songs, told = Songs(), []
    numbers = [songs.add(Path(name), False) for name in SECONDS]
    for number in numbers:
        step = songs.step(number, efforts, lambda stage, fraction: told.append((stage, fraction)))
        step("Reading", 0.5)
    assert told == [
        ("Reference 1 of 3, a.wav: looking at it", 0.0),
        ("Reference 1 of 3, a.wav: Reading", 5 / 40),
        ("Reference 2 of 3, b.wav: looking at it", 10 / 40),
        ("Reference 2 of 3, b.wav: Reading", 25 / 40),
        ("Reference 3 of 3, c.wav: looking at it", 1.0),
        ("Reference 3 of 3, c.wav: Reading", 1.0),
    ]


def test_one_alone_is_not_counted() -> None:
    songs, told = Songs(), []
    step = songs.step(songs.add(Path("a.wav"), False), efforts, lambda stage, fraction: told.append((stage, fraction)))
    step("Reading", 0.25)
    assert told[-1] == ("Reference a.wav: Reading", 0.25)


def test_what_comes_while_another_is_measured_counts_at_once() -> None:
    songs, told = Songs(), []
    first = songs.step(songs.add(Path("a.wav"), False), efforts, lambda stage, fraction: told.append((stage, fraction)))
    first("Reading", 0.5)
    songs.add(Path("b.wav"), True)
    first("Reading", 0.5)
    assert told[-2:] == [("Reference a.wav: Reading", 0.5), ("Reference 1 of 2, a.wav: Reading", 5 / 40)]
