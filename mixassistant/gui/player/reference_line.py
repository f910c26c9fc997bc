"""The reference that can be heard, with a time line of its own: its sound, its loop, and how it is linked to the mix. Knows no Qt."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from mixassistant.features.track import Section
from mixassistant.gui.player.link import Link, Timeline
from mixassistant.gui.player.rendering import Reference

KEPT = 3  # references that stay in memory: who goes to and fro between them waits for none

Loop = tuple[float, float]


def held_loop(loop: Loop | None, duration_s: float) -> Loop | None:
    """Return a loop within a song, its start first; None for one that is too short to be one."""
    if loop is None:
        return None
    low, high = sorted(min(max(float(edge), 0.0), duration_s) for edge in loop)
    return (low, high) if high - low >= 0.05 else None


class ReferenceLine:
    """The reference beside a song. `wanted` is the path of the one that was chosen, which may still be read."""

    def __init__(self) -> None:
        self.wanted: Path | None = None
        self.reference: Reference | None = None
        self.loop: Loop | None = None
        self._mix = Timeline(0.0)
        self._tie: tuple[float, float] | None = None
        self._ahead_s: dict[Path, float] = {}  # as the user has moved the link, for as long as the program runs and the song is this one
        self._kept: OrderedDict[tuple[Path, int], Reference] = OrderedDict()

    def begin(self, duration_s: float, sections: Sequence[Section]) -> None:
        """Stand beside another song."""
        self._mix = Timeline(duration_s, tuple(sections))
        self._ahead_s.clear()
        self.put(None)

    def put_sections(self, sections: Sequence[Section]) -> None:
        """Take over other sections of the same song."""
        self._mix = Timeline(self._mix.duration_s, tuple(sections))

    def put(self, reference: Reference | None) -> None:
        """Stand beside the song with another reference, or with none."""
        self.reference, self.loop, self._tie = reference, None, None
        if reference is not None:
            self._kept[reference.path, reference.sample_rate_hz] = reference
            self._kept.move_to_end((reference.path, reference.sample_rate_hz))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def kept(self, path: Path, sample_rate_hz: int) -> Reference | None:
        """Return a reference that was read a moment ago."""
        return self._kept.get((path, sample_rate_hz))

    @property
    def duration_s(self) -> float:
        """Length of the reference in seconds; 0 without one."""
        return self.reference.duration_s if self.reference is not None else 0.0

    @property
    def link(self) -> Link | None:
        """The link of the mix and the reference; None without one."""
        reference = self.reference
        if reference is None:
            return None
        return Link(self._mix, Timeline(reference.duration_s, reference.structure.sections), self._ahead_s.get(reference.path), self._tie)

    def tie(self, mix_s: float, reference_s: float) -> None:
        """Let two places go on together."""
        self._tie = (mix_s, reference_s)

    def move_link(self, ahead_s: float | None) -> None:
        """Link by how much the reference is further than the mix, or (None) by sections again."""
        reference = self.reference
        if reference is None:
            return
        self._tie = None
        if ahead_s is None:
            self._ahead_s.pop(reference.path, None)
        else:
            self._ahead_s[reference.path] = ahead_s
