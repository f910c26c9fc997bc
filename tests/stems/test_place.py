"""A place is written and read in one way, and knows its bus."""

from __future__ import annotations

import pytest

from mixassistant.stems.place import BUSES, MIX, Place


@pytest.mark.parametrize("place", [MIX, *BUSES, Place("drums", "KICK"), Place("other", "Pad/left")])
def test_a_place_is_read_as_it_is_written(place: Place) -> None:
    assert Place.parse(str(place)) == place


def test_a_stem_flows_into_its_roles_bus() -> None:
    assert str(Place("drums", "KICK")) == "drums/KICK"
    assert Place("drums", "KICK").bus == Place("drums") == Place("drums").bus
    assert MIX.bus == MIX and MIX not in BUSES


def test_what_begins_with_no_role_is_no_place() -> None:
    with pytest.raises(ValueError, match="no role"):
        Place.parse("guitar/LEAD")
