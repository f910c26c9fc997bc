"""What a user does to sections, as functions of sections: name, move, split, join. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase

from mixassistant.features.track import Section

SHORTEST_S = 1.0  # of a section
Sections = tuple[Section, ...]


def renamed(sections: Sequence[Section], index: int, letter: str, kind: str, are_all: bool = False) -> Sections:
    """Return sections of which one has another letter and kind, and with it all that share its letter (`are_all`)."""
    before = sections[index].letter
    return tuple(
        replace(section, letter=letter, kind=kind, is_guess=False) if i == index or (are_all and section.letter == before) else section
        for i, section in enumerate(sections)
    )


def alike(sections: Sequence[Section], index: int) -> int:
    """Return how many other sections share a section's letter."""
    return sum(section.letter == sections[index].letter for section in sections) - 1


def moved(sections: Sequence[Section], index: int, start_s: float) -> Sections:
    """Return sections of which one, not the first, begins elsewhere; it and the one before stay as long as `SHORTEST_S`, or as they are."""
    before, own = sections[index - 1], sections[index]
    lowest = before.start_s + min(SHORTEST_S, before.end_s - before.start_s)
    highest = own.end_s - min(SHORTEST_S, own.end_s - own.start_s)
    start_s = min(max(start_s, lowest), highest)
    return (*sections[: index - 1], replace(before, end_s=start_s), replace(own, start_s=start_s), *sections[index + 1 :])


def can_split(sections: Sequence[Section], index: int, time_s: float) -> bool:
    """Tell whether both parts would be long enough."""
    section = sections[index]
    return time_s - section.start_s >= SHORTEST_S and section.end_s - time_s >= SHORTEST_S


def split(sections: Sequence[Section], index: int, time_s: float) -> Sections:
    """Return sections of which one is two: the second part has a letter of its own, and nothing is told of it yet."""
    section = sections[index]
    second = Section(time_s, section.end_s, free_letter(sections), is_guess=False)
    return (*sections[:index], replace(section, end_s=time_s), second, *sections[index + 1 :])


def joined(sections: Sequence[Section], index: int) -> Sections:
    """Return sections of which one goes on through the next one."""
    whole = replace(sections[index], end_s=sections[index + 1].end_s)
    return (*sections[:index], whole, *sections[index + 2 :])


def free_letter(sections: Sequence[Section]) -> str:
    """Return the first letter that no section has (A … Z, AA …)."""
    taken = {section.letter for section in sections}
    index = 0
    while _letter(index) in taken:
        index += 1
    return _letter(index)


def _letter(index: int) -> str:
    return (_letter(index // 26 - 1) if index >= 26 else "") + ascii_uppercase[index % 26]
