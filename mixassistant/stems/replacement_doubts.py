"""Whether a file is what it is to replace: what it is called, what it sounds like, and what it has in common with the mix.

A file of the right part of a song is all but a copy of what a separator took for it. So it is held against each stem, at any delay: it
has most in common with the one of its own role, and at no delay.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.source import BLOCK
from mixassistant.i18n import _
from mixassistant.names import readable
from mixassistant.progress import Progress, silent
from mixassistant.stems.hearing import hear
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.replacing import fitting
from mixassistant.stems.stem import Role, Song

Vector = NDArray[np.float64]

RATE_HZ = 4000  # to which sounds are thinned out: all of them have something below 2 kHz
ROLES_SAID = {"drums": _("drums"), "bass": _("bass"), "vocals": _("vocals"), "other": _("other instruments")}


@dataclass(frozen=True)
class DoubtTuning:
    """From where on a file is doubted.

    Parameters
    ----------
    heard : float
        Probability of another role, or of a whole mix, from its sound.
    in_common : float
        Correlation with what it replaces, and with the mix, below which it has little in common with either.
    more : float
        By how much more it has in common with another stem.
    late_s : float
        Delay: what is less can be neither heard nor told from how a separator smears.
    delay_worth : float
        By how much more it has in common at that delay than at none.
    """

    heard: float = 0.85
    in_common: float = 0.1
    more: float = 0.15
    late_s: float = 0.01
    delay_worth: float = 0.1


DOUBT = DoubtTuning()


def doubts_about(song: Song, role: Role, path: Path, progress: Progress = silent) -> tuple[str, ...]:
    """Return why a file may not be what a role of a song is, as whole sentences; none where it fits.

    Parameters
    ----------
    song : Song
        With the stems that a separator made.
    role : Role
        What the file is to replace.
    path : Path
    progress : Progress

    Raises
    ------
    InputError
        It cannot be read, or is not as long as the song.
    """
    progress(_("Reading {name}").format(name=path.name), 0.0)
    audio = fitting(path, song)
    name = readable(path.name)
    if not audio.samples.any():
        return (_("“{name}” is silent.").format(name=name),)
    progress(_("Listening to {name}").format(name=path.name), 0.4)
    doubts = [*_of_its_name(path, role, name), *_of_its_sound(audio, role, name)]
    progress(_("Comparing {name} with the mix").format(name=path.name), 0.6)
    return (*doubts, *_of_what_it_replaces(song, role, audio, name))


def _of_its_name(path: Path, role: Role, name: str) -> list[str]:
    called = role_from_name(path.stem)
    if called is None or called == role:
        return []
    return [_("“{name}” is called like {called}, not {role}.").format(name=name, called=ROLES_SAID[called], role=ROLES_SAID[role])]


def _of_its_sound(audio: Audio, role: Role, name: str) -> list[str]:
    found = hear(audio)
    if found is None:
        return []
    if found.whole >= DOUBT.heard and role != "other":  # which may be nearly all of a song
        return [_("{percent:.0f} % sure: “{name}” sounds like a whole mix.").format(percent=100 * found.whole, name=name)]
    if found.role == role or found.probability < DOUBT.heard:
        return []
    text = _("{percent:.0f} % sure: “{name}” sounds like {heard}, not {role}.")
    return [text.format(percent=100 * found.probability, name=name, heard=ROLES_SAID[found.role], role=ROLES_SAID[role])]


def _of_what_it_replaces(song: Song, role: Role, audio: Audio, name: str) -> list[str]:
    own = thinned(audio)
    stems = [(stem.role, thinned(stem.audio)) for stem in song.stems]
    replaced = [sound for other, sound in stems if other == role]
    if not replaced:
        return []
    with_role = max((alike(own, sound) for sound in replaced), key=lambda found: found.most)
    with_mix = alike(own, thinned(song.mix))
    if max(with_role.most, with_mix.most) < DOUBT.in_common:
        text = _("{common:.0f} % in common with the {role} of this mix: “{name}” may be of another song.")
        return [text.format(common=100 * with_role.most, role=ROLES_SAID[role], name=name)]
    others = [(other, alike(own, sound)) for other, sound in stems if other != role]
    other, best = max(others, key=lambda item: item[1].most, default=(role, with_role))
    if best.most > with_role.most + DOUBT.more:
        text = _("{most:.0f} % in common with the {other} of this mix, {common:.0f} % with the {role}.")
        return [text.format(most=100 * best.most, other=ROLES_SAID[other], common=100 * with_role.most, role=ROLES_SAID[role])]
    shown = max((with_role, with_mix), key=lambda found: found.most)
    if abs(shown.late_s) >= DOUBT.late_s and shown.most > shown.at_none + DOUBT.delay_worth:
        text = _("{late:.2f} s too late: “{name}” does not begin where the mix does.")
        if shown.late_s < 0:
            text = _("{late:.2f} s too early: “{name}” does not begin where the mix does.")
        return [text.format(late=abs(shown.late_s), name=name)]
    return [_("“{name}” is upside down against the mix: flip its polarity.").format(name=name)] if shown.is_inverted else []


@dataclass(frozen=True)
class Alike:
    """What two sounds have in common, 0–1: at most, at which delay of the first, at no delay, and whether one is upside down."""

    most: float
    late_s: float
    at_none: float
    is_inverted: bool = False


def alike(one: Vector, other: Vector) -> Alike:
    """Return what two thinned sounds have in common: their correlation at the delay at which it is largest, and at none.

    Parameters
    ----------
    one, other : np.ndarray [shape=(samples,)]
        At `RATE_HZ`.
    """
    energy = float(np.sqrt(np.square(one).sum() * np.square(other).sum()))
    if energy <= 0:
        return Alike(0.0, 0.0, 0.0)
    size = 1 << (one.size + other.size - 1).bit_length()
    crossed = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)), size) / energy
    at = int(np.abs(crossed).argmax())
    late = at if at < size // 2 else at - size
    return Alike(abs(float(crossed[at])), late / RATE_HZ, abs(float(crossed[0])), bool(crossed[at] < 0))


def thinned(audio: Audio) -> Vector:
    """Return a sound in mono at `RATE_HZ`, neighbouring samples averaged, ``[shape=(samples,)]``."""
    step = max(round(audio.sample_rate_hz / RATE_HZ), 1)
    size = max(BLOCK // step, 1) * step
    pieces = []
    for start in range(0, audio.length - step + 1, size):
        block = audio.samples[:, start : start + size].mean(axis=0, dtype=np.float64)
        whole = block.size // step * step
        pieces.append(block[:whole].reshape(-1, step).mean(axis=1))
    return np.concatenate(pieces) if pieces else np.zeros(1)
