"""Hearing a suggestion: what it changes as sound, at any amount, and how loud the result is.

A move on one stem changes the mix by the difference it makes to that stem, and so it can be rendered alone and added to the mix that
plays. A stretch around the playhead is rendered first; filters and compressors get a run-up so that it is the whole's own sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.rendering import moved, parts_of
from mixassistant.advice.suggestion import Move
from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.storage import blank
from mixassistant.features.descriptor import scalar
from mixassistant.features.measure import measure
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Chain, gathered
from mixassistant.stems.place import MIX, Place
from mixassistant.stems.stem import ROLES, Song, Stem

RUN_UP_S = 2.0  # before a stretch: several release times of a compressor, and more than any filter rings


@dataclass(frozen=True, eq=False)
class Change:
    """What moves add to the mix from `start` (samples) on: ``[shape=(channels, samples)]``."""

    start: int
    samples: Samples


def change_of(song: Song, moves: Iterable[tuple[Move, Chain]], start_s: float, end_s: float) -> Change:
    """Render what moves change in a stretch of a song.

    Parameters
    ----------
    song : Song
    moves : iterable of (Move, Chain)
        Heard together, each with what it does as it was decided: on stems first, then on their bus, then on the mix.
    start_s, end_s : float
        The stretch in seconds; parts beyond the song are left out.
    """
    rate = song.mix.sample_rate_hz
    first, last = max(round(start_s * rate), 0), min(round(end_s * rate), song.mix.length)
    lead = max(first - round(RUN_UP_S * rate), 0)
    chains = _at(moves)
    whole = Audio(song.mix.samples[:, lead:last].copy(), rate)
    total = whole.samples.copy()
    for role in dict.fromkeys(place.role for place in chains if place != MIX):
        stems = tuple(replace(s, audio=_cut(s.audio, lead, last)) for s in song.stems if s.role == role)
        if not stems:  # a song without stems is its own
            stems = (Stem(role, next(r for r in ROLES if r == role), "supplied", whole),)
        parts = parts_of(replace(song, stems=stems))
        of_the_role = {place: chain for place, chain in chains.items() if place != MIX}
        before, after = parts.sums[stems[0].role], moved(parts, Place(role), of_the_role)
        difference = after.samples - before.samples
        if difference.shape[0] != total.shape[0]:  # a mono stem in a stereo mix, or the reverse
            difference = difference.mean(axis=0, keepdims=True) if total.shape[0] == 1 else np.repeat(difference[:1], 2, axis=0)
        total[:, : difference.shape[1]] += difference
    if MIX in chains:
        total = render(Audio(total, rate), chains[MIX]).samples
    return Change(first, (total - whole.samples)[:, first - lead :])


def with_own_moves(song: Song, stem: Stem, moves: Iterable[tuple[Move, Chain]]) -> Audio:
    """Return a stem of a song after its own moves, each as it was decided.

    What an equalizer, a width and a gain do to the bus of several stems they do to each of them alike: the sum is the same. A compressor of
    the bus hears the sum, and what is done to the mix is for the mix: both are left out.
    """
    chains = _at(moves)
    own, bus = chains.get(Place(stem.role, stem.name), Chain()), chains.get(Place(stem.role), Chain())
    if sum(other.role == stem.role for other in song.stems) == 1:
        return render(stem.audio, own.then(bus))
    return render(render(stem.audio, own), replace(bus, compression=None))


def with_all_moves(song: Song, moves: Iterable[tuple[Move, Chain]]) -> Audio:
    """Return the whole mix of a song after moves as it is heard: what they change is added to it, what its stems do not hold stays."""
    change = change_of(song, moves, 0.0, song.mix.duration_s)
    total = blank(song.mix.channels, song.mix.length)
    np.copyto(total, song.mix.samples)
    total[:, change.start : change.start + change.samples.shape[1]] += change.samples
    return Audio(total, song.mix.sample_rate_hz)


def _at(moves: Iterable[tuple[Move, Chain]]) -> dict[Place, Chain]:
    """Return what moves do at each place."""
    return gathered((move.place, chain) for move, chain in moves)


def _cut(audio: Audio, first: int, last: int) -> Audio:
    """Return a stretch of a stem; of one that ends before it, silence."""
    stretch = audio.samples[:, first : max(min(last, audio.length), first)]
    return Audio(stretch, audio.sample_rate_hz).padded(max(last - first, 0))


def loudness_lufs(audio: Audio) -> float | None:
    """Return the integrated loudness in LUFS (ITU-R BS.1770-5); ``None`` for what is too short or silent."""
    return scalar(measure(audio, "mix", only=frozenset({"lufs"})), "lufs")


def match_db(loudness: Sequence[float | None]) -> tuple[float, ...]:
    """Return gains in dB, never above 0, that make pieces as loud as the quietest of them; 0 for those of unknown loudness."""
    known = [value for value in loudness if value is not None]
    return tuple(min(known) - value if value is not None else 0.0 for value in loudness)
