"""Separated stems are kept, found again, made again when damaged, and bounded in size."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.errors import Cancelled
from mixassistant.progress import Progress, silent
from mixassistant.stems.separate import separation
from mixassistant.stems.separator import Separator
from mixassistant.stems.stem import ROLES, Role, Song, Stem
from mixassistant.stems.stem_files import Shape, StemFiles

RATE = 22050
LEFT, BUSY = "1" * 40, "2" * 40  # keys of entries


class Quarters:
    """A separator that gives every role a share of the mix, and counts."""

    origin = "quarters"

    def __init__(self, version: str = "1") -> None:
        self.version = version
        self.runs = 0

    def separate(self, mix: Audio, progress: Progress = silent) -> dict[Role, Audio]:
        self.runs += 1
        progress("Separating", 0.5)
        # Shares above full scale and below 24 bits: what is kept must be what was made.
        return {role: Audio(mix.samples * np.float32(10 ** (-2 * k + 1)), mix.sample_rate_hz) for k, role in enumerate(ROLES)}


def song(seed: int = 1, samples: int = RATE) -> Song:
    audio = Audio(np.random.default_rng(seed).standard_normal((2, samples)).astype(np.float32), RATE)
    return Song(f"song {seed}", f"hash {seed}", audio, (), {})


def separated(given: Song, separator: Separator, *kept: Any, **more: Any) -> Song:
    return separation(given, separator, *kept, **more).song


def same(one: Song, other: Song) -> bool:
    pairs = zip(one.stems, other.stems, strict=True)
    return all(
        (a.name, a.role, a.origin) == (b.name, b.role, b.origin) and np.array_equal(a.audio.samples, b.audio.samples) for a, b in pairs
    )


def in_memory(song: Song) -> Song:
    """What the files hold now, whatever is done to them later."""
    return replace(song, stems=tuple(replace(s, audio=Audio(np.array(s.audio.samples), s.audio.sample_rate_hz)) for s in song.stems))


def entries(cache: Path) -> list[Path]:
    return sorted(cache.glob("stems/*"), key=lambda path: path.stat().st_mtime)


def test_stems_carry_their_role_and_origin() -> None:
    stems = separated(song(), Quarters()).stems
    assert [(stem.name, stem.role, stem.origin) for stem in stems] == [(role, role, "quarters") for role in ROLES]


def test_supplied_stems_are_left_as_they_are(tmp_path: Path) -> None:
    separator, given = Quarters(), song()
    given = replace(given, stems=(Stem("KICK", "drums", "supplied", given.mix),))
    assert separated(given, separator, tmp_path) is given
    assert not separator.runs
    assert not entries(tmp_path)


def test_stems_from_the_cache_are_bit_for_bit_those_made(tmp_path: Path) -> None:
    separator = Quarters()
    made = separated(song(), separator, tmp_path)
    assert same(separated(song(), separator, tmp_path), made)
    assert separator.runs == 1


@pytest.mark.parametrize("other", [song(2), replace(song(), mix=song(samples=RATE // 2).mix)])
def test_another_song_is_separated(tmp_path: Path, other: Song) -> None:
    separator = Quarters()
    separated(song(), separator, tmp_path)
    separated(other, separator, tmp_path)
    assert separator.runs == 2


def test_another_version_is_another_separation(tmp_path: Path) -> None:
    separated(song(), Quarters("1"), tmp_path)
    newer = Quarters("2")
    separated(song(), newer, tmp_path)
    assert newer.runs == 1


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-101] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("damage", [cut, flip, Path.unlink, lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("name", ["bass.npy", "entry.json"])
def test_damaged_entry_is_made_again(tmp_path: Path, damage: object, name: str) -> None:
    if damage is cut and name == "entry.json":
        damage = lambda path: path.write_bytes(path.read_bytes()[:-5])  # noqa: E731 (shorter than what is cut)
    separator = Quarters()
    made = in_memory(separated(song(), separator, tmp_path))
    damage(entries(tmp_path)[0] / name)  # type: ignore[operator]
    assert same(separated(song(), separator, tmp_path), made)
    assert separator.runs == 2
    assert same(separated(song(), separator, tmp_path), made)
    assert separator.runs == 2


def test_entries_unused_for_longest_go_first(tmp_path: Path) -> None:
    separator = Quarters()
    size = 4 * (RATE * 2 * 4 + 1000)
    for age, seed in enumerate((1, 2, 3)):
        separated(song(seed), separator, tmp_path, limit_bytes=10 * size)
        os.utime(entries(tmp_path)[-1], (1_000_000 + age, 1_000_000 + age))
    separated(song(1), separator, tmp_path)  # used again
    separated(song(4), separator, tmp_path, limit_bytes=int(2.5 * size))
    assert separator.runs == 4
    separated(song(1), separator, tmp_path)
    separated(song(4), separator, tmp_path)
    assert separator.runs == 4
    assert len(entries(tmp_path)) == 2


def test_song_larger_than_the_cache_is_still_kept_until_the_next(tmp_path: Path) -> None:
    separated(song(), Quarters(), tmp_path, limit_bytes=1)
    assert len(entries(tmp_path)) == 1


def test_what_a_killed_program_left_is_cleared(tmp_path: Path) -> None:
    left = tmp_path / "stems" / f".unfinished-{'1' * 40}"
    left.mkdir(parents=True)
    (left / "drums.wav").write_bytes(b"x")
    os.utime(left, (0, 0))
    separated(song(), Quarters(), tmp_path)
    assert not left.exists()


def test_cache_that_cannot_be_written_costs_nothing_but_a_warning(tmp_path: Path) -> None:
    (tmp_path / "stems").write_bytes(b"a file in the way")
    done = separated(song(), Quarters(), tmp_path)
    assert len(done.stems) == 4
    assert "cache" in done.warnings[0]
    assert (tmp_path / "stems").read_bytes() == b"a file in the way"


def test_cancel_keeps_nothing(tmp_path: Path) -> None:
    def cancel(_stage: str, fraction: float) -> None:
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        separated(song(), Quarters(), tmp_path, cancel)
    assert not entries(tmp_path)


def test_progress_rises_to_one(tmp_path: Path) -> None:
    seen: list[float] = []
    separated(song(), Quarters(), tmp_path, lambda _stage, fraction: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1


@pytest.mark.parametrize("where", ["kept", "nowhere"])
def test_residual_is_what_the_stems_leave_out(tmp_path: Path, where: str) -> None:
    given = song()
    for _run in range(2):
        found = separation(given, Quarters(), tmp_path if where == "kept" else None)
        assert found.residual is not None
        total = sum(np.float64(stem.audio.samples) for stem in found.song.stems) + found.residual.samples
        # The loudest share is ten times the mix: the sum is as exact as that is.
        np.testing.assert_allclose(total, given.mix.samples, atol=1e-5)
        power = np.mean(np.square(found.residual.samples, dtype=np.float64)) / np.mean(np.square(given.mix.samples, dtype=np.float64))
        assert found.residual_db == pytest.approx(10 * np.log10(power), abs=0.01)


class Whole(Quarters):
    """A separator whose stems sum to the mix."""

    def separate(self, mix: Audio, progress: Progress = silent) -> dict[Role, Audio]:
        return {role: Audio(mix.samples / np.float32(4), mix.sample_rate_hz) for role in ROLES}


def test_stems_that_sum_to_the_mix_leave_no_residual(tmp_path: Path) -> None:
    for cache in (tmp_path, tmp_path, None):
        found = separation(song(), Whole(), cache)
        assert (found.residual, found.residual_db) == (None, -np.inf)


def test_residual_of_supplied_stems_is_not_ours_to_tell() -> None:
    given = replace(song(), stems=(Stem("KICK", "drums", "supplied", song().mix),))
    assert separation(given, Quarters()).residual is None


def test_unfinished_entries_count_and_go_unless_somebody_works_in_them(tmp_path: Path) -> None:
    shape = Shape(tuple(ROLES), 2, RATE, RATE)
    block = {role: np.ones((2, 100), np.float32) for role in ROLES}
    left, busy = (StemFiles(shape, tmp_path / "stems" / f".unfinished-{name}") for name in (LEFT, BUSY))
    for files in (left, busy):
        files.append(block)
    left.close()
    separated(song(), Quarters(), tmp_path, limit_bytes=1)
    names = {folder.name for folder in (tmp_path / "stems").iterdir()}
    assert f".unfinished-{BUSY}" in names
    assert f".unfinished-{LEFT}" not in names
    busy.close()


def test_what_is_mapped_stays_readable_when_its_entry_goes(tmp_path: Path) -> None:
    given = separated(song(1), Quarters(), tmp_path)
    separated(song(2), Quarters(), tmp_path, limit_bytes=1)
    assert len(entries(tmp_path)) == 1
    np.testing.assert_array_equal(given.stems[0].audio.samples, song(1).mix.samples * np.float32(10))
