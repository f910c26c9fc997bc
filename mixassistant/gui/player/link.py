"""Which place of a reference belongs to a place of the mix: chorus to chorus, by the kinds of sections that both have.

Where a section has no counterpart, places lie at the same share of both songs. Whoever has moved the link has set by how much the
reference is ahead of the mix, and that holds for the whole of both. Knows no Qt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mixassistant.features.track import Section


def section_at(sections: Sequence[Section], time_s: float) -> int | None:
    """Return the index of the section that a moment lies in."""
    return next((index for index, s in enumerate(sections) if s.start_s <= time_s < s.end_s), None)


def matching(sections: Sequence[Section], index: int, others: Sequence[Section]) -> Section | None:
    """Return the section of another song that is the same to it as one of this song: the second chorus to the second, or the last one."""
    kind = sections[index].kind
    alike = [other for other in others if kind and other.kind == kind]
    place = sum(section.kind == kind for section in sections[:index])
    return alike[min(place, len(alike) - 1)] if alike else None


@dataclass(frozen=True)
class Timeline:
    """A song's length in seconds, and its sections; none where they are not known."""

    duration_s: float
    sections: tuple[Section, ...] = ()

    def held(self, time_s: float) -> float:
        """Return a moment, pushed back from beyond either end."""
        return min(max(time_s, 0.0), self.duration_s)


@dataclass(frozen=True)
class Link:
    """The places of a mix and of a reference that belong together.

    Parameters
    ----------
    mix, reference : Timeline
    ahead_s : float or None
        How much further the reference is than the mix, as the user has moved it; None: by sections.
    tie : tuple of float or None
        A place of the mix and one of the reference that were brought together (by a seek, or by going from one to the other): both go on
        from there until a section begins, or ends, in the one that is asked about.
    """

    mix: Timeline
    reference: Timeline
    ahead_s: float | None = None
    tie: tuple[float, float] | None = None

    def reference_at(self, mix_s: float) -> float:
        """Return the place of the reference that belongs to one of the mix."""
        if self.ahead_s is not None:
            return self.reference.held(mix_s + self.ahead_s)
        return _place(mix_s, self.mix, self.reference, self.tie)

    def mix_at(self, reference_s: float) -> float:
        """Return the place of the mix that belongs to one of the reference."""
        if self.ahead_s is not None:
            return self.mix.held(reference_s - self.ahead_s)
        return _place(reference_s, self.reference, self.mix, None if self.tie is None else (self.tie[1], self.tie[0]))

    def matching_section(self, mix_s: float) -> Section | None:
        """Return the reference's section that matches the mix's at a moment; None where there is none."""
        index = section_at(self.mix.sections, mix_s)
        return None if index is None else matching(self.mix.sections, index, self.reference.sections)

    @property
    def is_by_sections(self) -> bool:
        """Whether both have a kind of section in common that tells the places."""
        return self.ahead_s is None and bool({s.kind for s in self.mix.sections} & {s.kind for s in self.reference.sections} - {""})


def _place(time_s: float, here: Timeline, there: Timeline, tie: tuple[float, float] | None) -> float:
    index = section_at(here.sections, time_s)
    if tie is not None and index == section_at(here.sections, tie[0]) and 0 <= tie[1] + time_s - tie[0] <= there.duration_s:
        return tie[1] + time_s - tie[0]
    found = None if index is None else matching(here.sections, index, there.sections)
    if index is not None and found is not None:
        # A section that is longer than its counterpart stays in it, at a whole number of its lengths.
        return found.start_s + (time_s - here.sections[index].start_s) % max(found.end_s - found.start_s, 1e-3)
    return there.held(time_s / here.duration_s * there.duration_s) if here.duration_s > 0 else 0.0
