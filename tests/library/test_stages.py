"""How finished a mix is stays remembered, by its content."""

from __future__ import annotations

from pathlib import Path

from mixassistant.library.library import Library


def test_a_mix_of_which_nothing_was_said_is_in_progress(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite3") as library:
        assert library.stages.said("a") == "working"


def test_what_was_said_of_a_mix_is_there_in_the_next_session_and_holds_for_this_mix_alone(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite3") as library:
        assert library.stages.said("a", "rough") == "rough"
    with Library(tmp_path / "library.sqlite3") as library:
        assert (library.stages.said("a"), library.stages.said("b")) == ("rough", "working")
        library.stages.said("a", "finished")
        assert library.stages.said("a") == "finished"
