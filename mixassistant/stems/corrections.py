"""What the user says that stems are, where their names do not tell it or tell it wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixassistant.errors import UsageError
from mixassistant.stems.roles import plain
from mixassistant.stems.stem import Role

SHOWN_NAMES = 12


def names_of(key: str, stems: Mapping[str, set[str]]) -> list[str]:
    """Return the stems that are called so; `stems` holds what else each may be called."""
    return [key] if key in stems else [name for name, others in stems.items() if plain(key) in {plain(o) for o in (name, *others)}]


def chosen_roles(corrections: Mapping[str, Role], stems: Mapping[str, set[str]]) -> dict[str, Role]:
    """Return the corrections by the stems' own names; `stems` holds what else each may be called.

    Raises
    ------
    UsageError
        No stem is called so.
    """
    found: dict[str, Role] = {}
    for key, role in corrections.items():
        names = names_of(key, stems)
        if not names:
            shown = ", ".join([*stems][:SHOWN_NAMES]) + (" …" if len(stems) > SHOWN_NAMES else "")
            raise UsageError("no-stem", f"there is no stem “{key}” to give a role", f"there are: {shown}")
        found |= dict.fromkeys(names, role)
    return found


def unknown_roles(names: Sequence[str]) -> list[str]:
    """Return a warning on stems whose names do not tell what they are, and how to say it; none where there are none."""
    if not names:
        return []
    shown = ", ".join(f"“{name}”" for name in names[:SHOWN_NAMES]) + (" …" if len(names) > SHOWN_NAMES else "")
    if len(names) == 1:
        text = f"The name {shown} does not tell what the stem is, so it counts as other: say what it is"
    else:
        text = f"The names {shown} do not tell what the stems are, so they count as other: say what each is"
    return [f'{text} in its row under Stems in the window, or with --role "{names[0]}=drums" on the command line.']
