"""Which roles a mix does not have, remembered by its content."""

from __future__ import annotations

from pathlib import Path

from mixassistant.library.library import Library


def test_what_a_mix_does_not_have_is_remembered_changed_and_taken_back(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite3") as library:
        assert library.absences.said("one") == ()
        assert library.absences.said("one", ("vocals", "bass")) == ("bass", "vocals")
    with Library(tmp_path / "library.sqlite3") as library:
        assert library.absences.said("one") == ("bass", "vocals") and library.absences.said("two") == ()
        assert library.absences.said("one", ("vocals",)) == ("vocals",)
        assert library.absences.said("one", ()) == () == library.absences.said("one")
