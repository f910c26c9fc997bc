"""What moves are done to: the sum of each role's stems, single stems where a role has several, and the mix as a whole.

Stems come first, then their bus, then the mix.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from mixassistant.advice.curves import band_response
from mixassistant.audio.audio import Audio, Samples, mix
from mixassistant.audio.storage import blank, gathered
from mixassistant.features.bands import CENTRES_HZ, EDGES_HZ
from mixassistant.features.masking import Power, powers_of
from mixassistant.features.representations import Representations
from mixassistant.processing.chain import render, side_band
from mixassistant.processing.moves import Chain, Width
from mixassistant.profiles.profile import Vector
from mixassistant.stems.place import MIX, Place
from mixassistant.stems.residual import mix_residual
from mixassistant.stems.stem import ROLES, Role, Song

FRAME = 8192  # samples: 5 Hz at 44.1 kHz, one bin or more in every third of an octave from 20 Hz on
EXCERPT_S, MOMENT_S = 60.0, 12.0  # of a song that is enough to tell what moves change, and of its pieces
FADE = 441  # samples: 10 ms
FRAMES = 400  # spread over the song: a mean power within about half a decibel


@dataclass(frozen=True, eq=False)
class Parts:
    """The audio that moves are rendered on.

    Parameters
    ----------
    sums : mapping of Role to Audio
        The sum of each role's stems.
    stems : mapping of Place to Audio
        The single stems of roles that have several.
    is_excerpt : bool
        These are some moments of the song: what is measured on them tells what moves change, and not what the song measures.
    """

    sums: Mapping[Role, Audio]
    stems: Mapping[Place, Audio] = field(default_factory=dict)
    is_excerpt: bool = False

    def audio_at(self, place: Place) -> Audio | None:
        """Return the audio of a stem, or of a role's sum; ``None`` where there is none."""
        return self.stems.get(place) or next((audio for role, audio in self.sums.items() if Place(role) == place), None)


def parts_of(song: Song, sums: Mapping[Role, Audio] | None = None) -> Parts:
    """Return the parts of a song; `sums` where they are known already."""
    several = [role for role in ROLES if sum(stem.role == role for stem in song.stems) > 1]
    stems = {Place(stem.role, stem.name): stem.audio for stem in song.stems if stem.role in several}
    return Parts(song.role_sums() if sums is None else sums, stems)


def excerpt(parts: Parts) -> Parts:
    """Return the loudest moments of each role, in the order of the song; a short song as it is.

    What an equalizer or a fader changes is the same in all of it, and what a compressor does hardly differs: a minute tells it.
    """
    first = next(iter(parts.sums.values()), None)
    if first is None or first.duration_s <= EXCERPT_S:
        return parts
    size = round(MOMENT_S * first.sample_rate_hz)
    count = first.length // size
    energies = np.array([[_energy(audio, index * size, size) for index in range(count)] for audio in parts.sums.values()])
    chosen = dict.fromkeys(int(index) for index in energies.argmax(axis=1))
    shares = energies / np.maximum(energies.sum(axis=1, keepdims=True), 1e-30)
    for index in np.argsort(-shares.sum(axis=0)):  # then those in which most is played
        if len(chosen) * MOMENT_S >= EXCERPT_S:
            break
        chosen[int(index)] = None
    starts = [index * size for index in sorted(chosen)]

    def cut(audio: Audio) -> Audio:
        pieces = (_faded(audio.read(start, start + size)) for start in starts)
        return Audio(gathered(pieces, len(starts) * size), audio.sample_rate_hz)

    return Parts({r: cut(a) for r, a in parts.sums.items()}, {p: cut(a) for p, a in parts.stems.items()}, is_excerpt=True)


def _energy(audio: Audio, start: int, size: int) -> float:
    block = audio.read(start, start + size)
    return float(np.einsum("cs,cs->", block, block, dtype=np.float64))


def _faded(block: Samples) -> Samples:
    """Return a piece with short fades at its ends: two pieces beside each other must not click."""
    ramp = np.linspace(0.0, 1.0, FADE, dtype=np.float32)
    faded = block.copy()
    faded[:, :FADE] *= ramp
    faded[:, -FADE:] *= ramp[::-1]
    return faded


def is_moved(place: Place, moves: Mapping[Place, Chain]) -> bool:
    """Tell whether anything is done to a place: to itself, to stems in it, to its bus or to the mix."""
    return any(other in (MIX, place, place.bus) or other.bus == place for other in moves)


def moved(parts: Parts, place: Place, moves: Mapping[Place, Chain]) -> Audio:
    """Return the audio of a role or a stem after its own moves; a role's holds those of its stems, and of the mix."""
    if place.stem:
        return render(parts.stems[place], moves.get(place, Chain()))
    return _bus(parts, place, moves, _moved_stems(parts, {other: chain for other, chain in moves.items() if other.bus == place}))


def _moved_stems(parts: Parts, moves: Mapping[Place, Chain]) -> dict[Place, Audio]:
    """Return the single stems that moves are made on, after these."""
    return {place: render(parts.stems[place], chain) for place, chain in moves.items() if place in parts.stems}


def _bus(parts: Parts, bus: Place, moves: Mapping[Place, Chain], stems: Mapping[Place, Audio]) -> Audio:
    """Return the sum of a role after its own moves and the mix's, in which moved stems take the place of what they were."""
    changes = [_change(parts.stems[place], after) for place, after in stems.items() if place.bus == bus]
    audio = parts.sums[bus.role]  # type: ignore[index]  # the mix is no bus
    whole = mix([audio, *changes]) if changes else audio
    return render(render(whole, moves.get(bus, Chain())), moves.get(MIX, Chain()))


def _change(before: Audio, after: Audio) -> Audio:
    """Return what a stem's moves add to it."""
    change = blank(after.channels, after.length)
    np.subtract(after.samples, before.samples, out=change)
    return Audio(change, after.sample_rate_hz)


def render_mix(parts: Parts, residual: Audio | None, moves: Mapping[Place, Chain]) -> tuple[dict[Place, Audio], Audio]:
    """Render each role's chains and sum them with what the stems do not hold; what is done to the mix is done to all of it.

    Return the roles and the single stems that were moved, each by its place, and the mix.
    """
    stems = _moved_stems(parts, moves)
    roles = {Place(role): _bus(parts, Place(role), moves, stems) for role in parts.sums}
    rest = [render(residual, moves.get(MIX, Chain()))] if residual is not None else []
    return roles | stems, mix([*roles.values(), *rest])


def render_song(song: Song, moves: Mapping[Place, Chain], residual: Audio | None = None) -> tuple[dict[Place, Audio], Audio]:
    """Render a song's roles, single stems and mix with chains applied, as `render_mix` does.

    `residual` is what the mix holds beyond separated stems; of supplied ones it is found here.
    """
    parts = parts_of(song)
    return render_mix(parts, mix_residual(song, parts.sums)[0] if song.origin in ("", "supplied") else residual, moves)


def shares(parts: Parts) -> dict[Place, Vector]:
    """Return the share of each stem in the power of its role, 0–1 per 1/3-octave band, ``[shape=(31,)]`` for each place.

    Stems are taken as uncorrelated: their powers add.
    """
    powers = {place: _band_power(audio) for place, audio in parts.stems.items()}
    whole: dict[Place, Vector] = {}
    for place, power in powers.items():
        whole[place.bus] = whole.get(place.bus, np.zeros(CENTRES_HZ.size)) + power
    return {place: power / np.maximum(whole[place.bus], 1e-30) for place, power in powers.items()}


def _band_power(audio: Audio) -> Vector:
    """Return the mean power in each 1/3-octave band from frames spread over the whole, ``[shape=(31,)]``."""
    starts = np.unique(np.linspace(0, max(audio.length - FRAME, 0), FRAMES).astype(int))
    window = np.hanning(FRAME)
    total = np.zeros(FRAME // 2 + 1)
    for start in starts:
        block = audio.samples[:, start : start + FRAME]
        total += (np.abs(np.fft.rfft(block * window[: block.shape[1]], FRAME)) ** 2).mean(axis=0)
    frequencies = np.fft.rfftfreq(FRAME, 1 / audio.sample_rate_hz)
    bands = [total[(low <= frequencies) & (frequencies < high)].sum() for low, high in itertools.pairwise(EDGES_HZ)]
    return np.array(bands) / starts.size


def spectra_over_time(parts: Parts, moves: Mapping[Place, Chain], device: str = "cpu") -> dict[str, Power]:
    """Return the power of each role that plays per 1/3 octave and frame, ``[shape=(31, frames)]``, after moves."""
    shared = {role: Representations(moved(parts, Place(role), moves), device) for role in parts.sums}
    return powers_of({role: found.bands.total for role, found in shared.items() if not found.is_silent})


def width_response(width: Width, sample_rate_hz: int) -> Vector:
    """Return what a change of width does to the side channel in each 1/3-octave band in dB, ``[shape=(31,)]``."""
    band = side_band(width, sample_rate_hz)
    if band is None:
        return np.full(CENTRES_HZ.size, width.change_db)
    return band_response(band, sample_rate_hz)
