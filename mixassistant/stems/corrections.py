"""What the user says that stems are, where their names do not tell it or tell it wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixassistant.errors import UsageError
from mixassistant.stems.names.text import plain
from mixassistant.stems.stem import ROLES, Heard, Role, Stem

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


def heard_roles(stems: Sequence[Stem]) -> list[str]:
    """Return a warning on the stems whose roles were heard because their names tell none, and how to say otherwise; or none."""
    heard = [(stem, stem.heard) for stem in stems if stem.heard is not None]
    if not heard:
        return []
    told = []
    for role in ROLES:
        names = [f"“{stem.name}”{_beside(found)}" for stem, found in heard if stem.role == role]
        if names:
            told.append(f"{role}: {', '.join(names[:SHOWN_NAMES])}{' …' if len(names) > SHOWN_NAMES else ''}")
    whose = "The role of 1 stem was" if len(heard) == 1 else f"The roles of {len(heard)} stems were"
    return [
        f"{whose} heard, since names do not tell: {'; '.join(told)}. If that is wrong, say so in the stem's row under Stems in the window, "
        f'or with --role "{heard[0][0].name}={_other_than(heard[0][0].role)}" on the command line.'
    ]


def _beside(heard: Heard) -> str:
    """Return what is told of a stem beside its role: which of the drums, and that it is a guess."""
    beside = [heard.part] if heard.part not in ("", "kit") else []
    beside += ["a guess"] if heard.is_guess else []
    return f" ({', '.join(beside)})" if beside else ""


def _other_than(role: Role) -> Role:
    """Return a role for an example: one that was not heard."""
    return "drums" if role != "drums" else "bass"
