"""A song that has made room for another one on its way: should that not come, it is shown again as it was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mixassistant.gui.widgets.time_axis import Axis
    from mixassistant.stems.stem import Song


@dataclass(frozen=True, eq=False)
class Aside:
    """The song, the stretch in sight, the position in seconds, and the first lane of a stem."""

    song: Song
    axis: Axis
    position_s: float | None
    first_lane: int
