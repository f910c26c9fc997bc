"""Files in order and back again: a plan that does nothing, an undo file before the first move, nothing lost whatever ends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from encoded import tagged
from hypothesis import given, settings
from hypothesis import strategies as st

from mixassistant.dataset import organise
from mixassistant.dataset.organise import carry_out, plan_of, undo
from mixassistant.errors import Cancelled, InputError, OutputError


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def loose(tmp_path: Path) -> Path:
    """Return a folder of loose files: two songs of one name, one with its lyrics, one without tags, and a text."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    tagged(folder / "a.flac", title="Blue Light", artist="The Band", album="First")
    tagged(folder / "b.flac", title="blue light", artist="the band", album="FIRST")
    (folder / "a.lrc").write_text("la la")
    (folder / "a.INFO").write_text("{}")
    tagged(folder / "04 Someone - A? Song.flac")
    (folder / "notes.txt").write_text("mine")
    return folder


def test_a_plan_does_nothing_and_names_everything(loose: Path) -> None:
    before = contents(loose)
    plan = plan_of(loose)
    assert contents(loose) == before and plan.songs == 3
    assert {str(step.source.name): str(step.target.relative_to(loose)) for step in plan.steps} == {
        "04 Someone - A? Song.flac": "Someone - A_ Song/full_mix.flac",
        "a.flac": "The Band - First - Blue Light/full_mix.flac",
        "a.INFO": "The Band - First - Blue Light/The Band - First - Blue Light.INFO",
        "a.lrc": "The Band - First - Blue Light/The Band - First - Blue Light.lrc",
        "b.flac": "the band - FIRST - blue light (2)/full_mix.flac",
    }


@pytest.mark.parametrize("is_copy", [False, True])
def test_what_is_done_can_be_taken_back_to_the_byte(loose: Path, tmp_path: Path, is_copy: bool) -> None:
    before = contents(loose)
    into = tmp_path / "dataset"
    file = carry_out(plan_of(loose, into), is_copy)
    assert (into / "The Band - First - Blue Light" / "full_mix.flac").read_bytes() == before["a.flac"]
    assert contents(loose) == (before if is_copy else {"notes.txt": b"mine"})
    undone = undo(file)
    assert (undone.count, undone.left) == (5, ())
    assert contents(loose) == before and contents(into) == {} and not file.exists()


def test_a_second_run_numbers_what_is_there_already(loose: Path, tmp_path: Path) -> None:
    into = tmp_path / "dataset"
    carry_out(plan_of(loose, into), is_copy=True)
    names = {step.target.parent.name for step in plan_of(loose, into).steps}
    assert names == {"The Band - First - Blue Light (3)", "the band - FIRST - blue light (4)", "Someone - A_ Song (2)"}


@pytest.mark.parametrize("after", range(1, 6))
def test_whatever_ends_it_every_file_is_where_it_was_or_where_the_undo_file_says(loose: Path, tmp_path: Path, after: int) -> None:
    before = contents(loose)
    into = tmp_path / "dataset"
    calls = iter(range(100))

    def stop(_stage: str, _share: float) -> None:
        if next(calls) == after:
            raise Cancelled

    with pytest.raises(Cancelled):
        carry_out(plan_of(loose, into), progress=stop)
    (file,) = into.glob("organised*.json")
    steps = json.loads(file.read_text())["steps"]
    assert all(Path(step["from"]).exists() != Path(step["to"]).exists() for step in steps)
    undo(file)
    assert contents(loose) == before


def test_a_file_that_is_in_the_way_stays_and_is_told(loose: Path, tmp_path: Path) -> None:
    file = carry_out(plan_of(loose, tmp_path / "dataset"))
    (loose / "a.flac").write_bytes(b"another")
    undone = undo(file)
    assert undone.count == 4 and "a.flac" in undone.left[0] and file.exists()
    assert (loose / "a.flac").read_bytes() == b"another"


def test_a_copy_that_was_changed_since_is_not_deleted(loose: Path, tmp_path: Path) -> None:
    into = tmp_path / "dataset"
    file = carry_out(plan_of(loose, into), is_copy=True)
    changed = into / "The Band - First - Blue Light" / "full_mix.flac"
    changed.write_bytes(b"mastered")
    assert len(undo(file).left) == 1 and changed.read_bytes() == b"mastered"


def test_nothing_is_written_over(loose: Path, tmp_path: Path) -> None:
    plan = plan_of(loose, tmp_path / "dataset")
    plan.steps[2].target.parent.mkdir(parents=True)
    plan.steps[2].target.write_bytes(b"precious")  # since the plan was made
    with pytest.raises(OutputError):
        carry_out(plan)
    assert plan.steps[2].target.read_bytes() == b"precious" and plan.steps[2].source.exists()


def test_between_two_disks_the_copy_is_whole_before_the_original_goes(loose: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    def other_disk(self: Path, _target: Path) -> Path:
        raise OSError(errno.EXDEV, "other disk")

    before = contents(loose)
    monkeypatch.setattr(Path, "rename", other_disk)
    file = carry_out(plan_of(loose, tmp_path / "dataset"))
    assert contents(loose) == {"notes.txt": b"mine"}
    undo(file)
    assert contents(loose) == before


def test_a_folder_without_loose_audio_and_what_is_no_undo_file_are_told_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no loose audio"):
        plan_of(tmp_path)
    for content in (b"{}", b"[", b'{"schema": "mixassistant.organised/1", "steps": [{"from": 3, "to": ""}]}'):
        (tmp_path / "undo.json").write_bytes(content)
        with pytest.raises(InputError, match=r"undo file|damaged"):
            undo(tmp_path / "undo.json")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=12), min_size=1, max_size=12))
def test_every_song_gets_a_folder_of_its_own_whatever_it_is_called(names: list[str]) -> None:
    taken: set[str] = set()
    made = [organise._untaken(name, taken) for name in names]
    folded = {organise.same_file_key(name) for name in made}
    assert len(folded) == len(names) and all("/" not in name and name.strip(". ") for name in made)
