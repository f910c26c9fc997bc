"""`mixassistant profile`: parse, call, print."""

from __future__ import annotations

import argparse
from pathlib import Path

from mixassistant.cli.references import find_all, named
from mixassistant.cli.terminal import one_line, say, table, terminal_progress
from mixassistant.extraction.measurer import Measurer
from mixassistant.extraction.references import Wanted, gather
from mixassistant.features.descriptor import REGISTRY
from mixassistant.library.library import Library
from mixassistant.profiles.profile import Profile
from mixassistant.profiles.standing import FEW, own_quantiles
from mixassistant.stems.place import Place


def chosen(library: Path | None) -> str:
    """Return the profile that mixes are compared with unless another is named; empty: all liked references."""
    with Library(library) as opened:
        return opened.profiles.chosen()


def profile_list(parsed: argparse.Namespace) -> int:
    """List the profiles; the one that mixes are compared with is marked."""
    with Library(parsed.library) as library:
        rows, used = library.profiles.counts(), library.profiles.chosen()
        liked = len(library.references.all(liked=True))
    found = [("(all liked)", liked, not used), *((name, count, name == used) for name, count in rows)]
    say(table([["name", "references", ""], *([name, str(count), "in use" if is_used else ""] for name, count, is_used in found)]))
    return 0


def profile_use(parsed: argparse.Namespace) -> int:
    """Choose what mixes are compared with, in the window and here."""
    with Library(parsed.library) as library:
        if parsed.name:
            named(library.profiles.all(), parsed.name)
        library.profiles.choose(parsed.name)
    say(f"Mixes are compared with {f'the profile {one_line(parsed.name)}' if parsed.name else 'all liked references'}.")
    return 0


def profile_create(parsed: argparse.Namespace) -> int:
    """Name a set of references."""
    with Library(parsed.library) as library:
        held = find_all(library, parsed.references) or list(library.references.all(liked=True))
        library.profiles.create(parsed.name, [r.id for r in held])
    _told(parsed.name, len(held))
    return 0


def profile_add(parsed: argparse.Namespace) -> int:
    """Put references at the end of a profile."""
    with Library(parsed.library) as library:
        named(library.profiles.all(), parsed.name)
        library.profiles.extend(parsed.name, [r.id for r in find_all(library, parsed.references)])
        count = len(named(library.profiles.all(), parsed.name).references)
    _told(parsed.name, count)
    return 0


def profile_take_out(parsed: argparse.Namespace) -> int:
    """Take references out of a profile; they stay in the library."""
    with Library(parsed.library) as library:
        out = {r.id for r in find_all(library, parsed.references)}
        kept = [number for number in named(library.profiles.all(), parsed.name).references if number not in out]
        library.profiles.set(parsed.name, kept)
    _told(parsed.name, len(kept))
    return 0


def _told(name: str, count: int) -> None:
    say(f"Profile {one_line(name)}: {count} reference{'s' if count != 1 else ''}")


def profile_rename(parsed: argparse.Namespace) -> int:
    """Give a profile another name."""
    with Library(parsed.library) as library:
        named(library.profiles.all(), parsed.name)
        library.profiles.rename(parsed.name, parsed.new)
    return 0


def profile_delete(parsed: argparse.Namespace) -> int:
    """Forget a profile; its references stay in the library."""
    with Library(parsed.library) as library:
        named(library.profiles.all(), parsed.name)
        library.profiles.delete(parsed.name)
    return 0


def profile_show(parsed: argparse.Namespace) -> int:
    """Show what a profile measures."""
    name = parsed.name or chosen(parsed.library)
    with Library(parsed.library) as library:
        measurer = Measurer.of(library, parsed.separator, parsed.device)
        profile = gather(Wanted(profile=name), measurer, terminal_progress()).without_contradictions().profile(name)
    say(f"{one_line(profile.name)}: {len(profile.references)} references, prior {profile.prior_weight:.0%}")
    say("Expected is the predictive range: where the next song of this kind is expected to lie, by the references and the prior together.")
    say(table(_ranges(profile)))
    return 0


def _ranges(profile: Profile) -> list[list[str]]:
    """Return the rows of a profile: what its references measure themselves, and what it expects."""
    ends = ("least", "most") if len(profile.references) <= FEW else ("10 %", "90 %")
    own = [f"references, {ends[0]}", "median", ends[1]] if profile.references else []
    rows = [["", "descriptor", *own, "expected, 10 %", "middle", "90 %"]]
    for key, found in profile.targets.items():
        target, identifier = key.split("/")
        if isinstance(found.median, float) and isinstance(found.low, float) and isinstance(found.high, float):
            descriptor = REGISTRY[identifier]
            known = own_quantiles(profile.references, Place.parse(target), identifier)
            values = (known.low, known.middle, known.high) if known else (None, None, None)
            theirs = [descriptor.format(v) for v in values] if own else []
            rows.append([target, descriptor.name, *theirs, *(descriptor.format(v) for v in (found.low, found.median, found.high))])
    return rows
