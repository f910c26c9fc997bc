"""What is there to be advised on: a stem that hardly plays, or is only what a separator leaked, gets no advice.

The limits were measured on the 20 songs that the embedded separator was not trained on, each with every choice of its true stems mixed
and separated again (300 mixes of 7 s; ``tests/benchmarks/presence.py``). Where a role was missing, what leaked into its place lay 27 to
33 LU below the mix at the median, and below the limits in 46 (drums, other), 56 (bass) and 68 % (vocals) of cases; where it played, it
lay above them in all 640. With the role turned down by 8 dB, as in a rough mix, one of 80 fell below them, by 14 dB seven. What leaks
louder passes for a quiet stem: that a song has no such role, its user can say.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from mixassistant.features.descriptor import Values, scalar
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.separation_error import told_values
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES, Role


@dataclass(frozen=True)
class PresenceTuning:
    """What counts as nothing.

    Parameters
    ----------
    leaked_lu : tuple of float
        Level of a separated stem relative to the mix, below which it holds what leaked from the others, for each of `ROLES`.
    unheard_lu : float
        The same of a supplied stem: below it nobody hears it in the mix.
    playing : float
        Share of the time that a supplied stem plays at least. A crash in the intro is no voice to be compared with others' voices.
    """

    leaked_lu: tuple[float, ...] = (-29.0, -30.0, -25.5, -28.0)
    unheard_lu: float = -35.0
    playing: float = 0.02


PRESENCE = PresenceTuning()


@dataclass(frozen=True)
class Missing:
    """A role or a stem on which there is no advice.

    Parameters
    ----------
    place : Place
    is_said : bool
        The user says that the song has none.
    level_lu, lufs : float or None
        Relative to the mix as it is told to people, and by itself, where measured.
    """

    place: Place
    is_said: bool = False
    level_lu: float | None = None
    lufs: float | None = None


def is_present(values: Values, role: Role, origin: str) -> bool:
    """Tell whether a stem or the sum of a role's stems is there to be advised on.

    Parameters
    ----------
    values : mapping
        Its measurements: ``level`` and ``activity``; what was not measured speaks for nothing.
    role : Role
    origin : str
        ``"supplied"``, or the separator that it comes from.
    """
    level, playing = scalar(values, "level"), scalar(values, "activity")
    if level is None:
        return True  # silent, or the mix is: both are dealt with where they are met
    if origin != "supplied":
        return level >= PRESENCE.leaked_lu[ROLES.index(role)]
    return level >= PRESENCE.unheard_lu and (playing is None or playing >= PRESENCE.playing)


def find_missing(track: MeasuredTrack, said: Collection[Role] = ()) -> tuple[Missing, ...]:
    """Return the roles and the single stems of a mix on which there is no advice.

    Parameters
    ----------
    track : MeasuredTrack
    said : collection of Role
        Roles that the song does not have, as its user says. Of the user's own stems that says nothing new: they are left as they are said.
    """
    found = []
    for role in ROLES:
        values = track.roles.get(role)
        if values is None:
            continue
        if role in said or not is_present(values, role, track.origin_of(role)):
            found.append(Missing(Place(role), role in said, scalar(told_values(track, role), "level"), scalar(values, "lufs")))
    gone = {missing.place.role for missing in found}
    roles = [stem.role for stem in track.stems]
    for stem in track.stems:
        if roles.count(stem.role) > 1 and stem.role not in gone and not is_present(stem.values, stem.role, stem.origin):
            place = Place(stem.role, stem.name)
            found.append(Missing(place, False, scalar(stem.values, "level"), scalar(stem.values, "lufs")))
    return tuple(found)


def without_missing(track: MeasuredTrack, missing: Collection[Missing]) -> MeasuredTrack:
    """Return a track as if what is missing had never been measured: nothing is compared there, and nothing suggested."""
    if not missing:
        return track
    places = {item.place for item in missing}
    unheard = {f"masked_{place}" for place in places}
    return replace(
        track,
        mix={name: value for name, value in track.mix.items() if name not in unheard},
        roles={role: values for role, values in track.roles.items() if Place(role) not in places},
        stems=tuple(s for s in track.stems if Place(s.role) not in places and Place(s.role, s.name) not in places),
    )


def missing_warnings(missing: Collection[Missing]) -> tuple[str, ...]:
    """Return one sentence on each role on which there is no advice."""
    return tuple(_sentence(item) for item in missing if not item.place.stem)


def _sentence(item: Missing) -> str:
    name, them = item.place.role.capitalize(), "it" if item.place.role == "bass" else "them"
    if item.place.role == "other":
        name = "Other instruments"
    if item.is_said:
        return f"{name}: none in this song, as you say: no advice on {them}."
    beside = f" ({item.lufs:.0f} LUFS, {-item.level_lu:.0f} LU under it)" if item.lufs is not None and item.level_lu is not None else ""
    return f"{name}: nothing to speak of in this mix{beside.replace('-', '−')}: no advice on {them}."
