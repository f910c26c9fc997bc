"""Seeded faults: what is done to a finished song, so that the right advice is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mixassistant.advice.compression import COMPRESSION, TIMES_S
from mixassistant.audio.audio import Audio, mix
from mixassistant.processing.chain import render
from mixassistant.processing.compressor import level_frames_db, mean_reduction_db, reduction_curve
from mixassistant.processing.moves import Band, Chain, Compression
from mixassistant.stems.stem import ROLES, Role, Song, Stem

QUIET_DB = -35.0  # a stem this far below its mix hardly plays: nobody could put a fault on it
STRENGTHS_DB = {"3–6": (3.0, 6.0), "6–12": (6.0, 12.0)}
LEVELS_DB = {"2–4": (2.0, 4.0), "4–8": (4.0, 8.0)}


@dataclass(frozen=True)
class Fault:
    """One case: what was done to which target of a song.

    Parameters
    ----------
    kind : str
        ``"none"``, ``"gain"`` (all of it), ``"eq"``, ``"level"``, ``"compression"`` (the finished song is compressed there, the mix
        is not), ``"crushed"`` (the mix is compressed, the finished song is not) or ``"several"``.
    strength : str
        Label of the range that the size was drawn from.
    chains : mapping of target to Chain
        What was done to each role, or to ``"mix"``.
    """

    kind: str
    strength: str
    chains: Mapping[str, Chain]

    @property
    def name(self) -> str:
        """Return kind, strength and targets."""
        return "/".join([self.kind, self.strength, "+".join(self.chains)])


def plan(song: str, roles: Sequence[Role], seed: int, only: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Yield the faults of one song: the same for the same song and seed, whatever other songs there are."""
    rng = np.random.default_rng([seed, *song.encode()])
    faults = [Fault("none", "", {}), Fault("gain", "", {"mix": Chain(gain_db=float(rng.uniform(-12, -3)))})]
    for target in ("mix", *roles):
        faults += [Fault("eq", label, {target: Chain((_band(rng, span),))}) for label, span in STRENGTHS_DB.items()]
    for role in roles:
        for label, span in LEVELS_DB.items():
            faults.append(Fault("level", label, {role: Chain(gain_db=_signed(rng, span))}))
        faults += [Fault(kind, "2–6", {role: Chain(compression=_compressor(rng, role))}) for kind in ("compression", "crushed")]
    if len(roles) > 2:
        first, second, third = rng.permutation(np.array(roles))[:3].tolist()
        several = {first: Chain((_band(rng, (3, 6)),)), second: Chain(gain_db=_signed(rng, (3, 6))), third: Chain((_band(rng, (3, 6)),))}
        faults.append(Fault("several", "3–6", several))
    yield from (fault for fault in faults if not only or fault.kind in only)


def _signed(rng: np.random.Generator, span: tuple[float, float]) -> float:
    return round(float(rng.uniform(*span) * rng.choice([-1, 1])), 2)


def _band(rng: np.random.Generator, span: tuple[float, float]) -> Band:
    frequency = float(np.exp(rng.uniform(np.log(80), np.log(10_000))))
    return Band("bell", round(frequency, 1), _signed(rng, span), round(float(np.exp(rng.uniform(np.log(0.5), np.log(1.5)))), 2))


def _compressor(rng: np.random.Generator, role: Role) -> Compression:
    """Return a compressor whose threshold is still to be set: `gain_reduction_db` is what it shall do."""
    attack, release = TIMES_S[role]
    times = 2 ** rng.uniform(-1, 1, 2)
    ratio = float(rng.choice([2.0, 3.0, 4.0, 6.0]))
    return Compression(0.0, ratio, attack * times[0], release * times[1], COMPRESSION.knee_db, 0.0, round(float(rng.uniform(2, 6)), 1))


def fit(fault: Fault, sums: Mapping[Role, Audio]) -> Fault:
    """Return a fault whose compressors reach their gain reduction on these stems."""
    return replace(fault, chains={t: _fitted(c, sums[t]) if c.compression and t in ROLES else c for t, c in fault.chains.items()})  # type: ignore[index]


def _fitted(chain: Chain, audio: Audio) -> Chain:
    assert chain.compression is not None
    levels, hop_s = level_frames_db(audio)
    wanted = chain.compression.gain_reduction_db
    low, high = float(levels.max()) - 50.0, float(levels.max())
    for _ in range(20):
        threshold = 0.5 * (low + high)
        tried = replace(chain.compression, threshold_db=threshold)
        low, high = (low, threshold) if mean_reduction_db(levels, tried, hop_s) < wanted else (threshold, high)
    found = replace(chain.compression, threshold_db=round(threshold, 2))
    reduced = levels - reduction_curve(levels, found, hop_s)
    makeup = 10 * np.log10((10 ** (levels / 10)).sum() / (10 ** (reduced / 10)).sum())
    return Chain(
        compression=replace(found, makeup_db=round(float(makeup), 2), gain_reduction_db=round(mean_reduction_db(levels, found, hop_s), 2))
    )


def degrade(sums: Mapping[Role, Audio], fault: Fault) -> dict[Role, Audio]:
    """Return the stems with the fault on them."""
    whole = fault.chains.get("mix", Chain())
    return {role: render(render(audio, fault.chains.get(role, Chain())), whole) for role, audio in sums.items()}


def song_of(name: str, sums: Mapping[Role, Audio]) -> Song:
    """Return a song of one supplied stem per role; its mix is their sum."""
    stems = tuple(Stem(role, role, "supplied", audio) for role, audio in sums.items())
    return Song(name, name, mix(list(sums.values())), stems, {})


def playing(sums: Mapping[Role, Audio]) -> tuple[Role, ...]:
    """Return the roles that are loud enough to carry a fault."""
    power = {role: float(np.mean(np.square(audio.samples, dtype=np.float64))) for role, audio in sums.items()}
    return tuple(role for role in sums if power[role] > 10 ** (QUIET_DB / 10) * sum(power.values()))


def cut(sums: Mapping[Role, Audio], start_s: float, end_s: float) -> dict[Role, Audio]:
    """Return a part of every stem."""
    rate = next(iter(sums.values())).sample_rate_hz
    first, last = round(start_s * rate), round(end_s * rate)
    return {role: Audio(audio.samples[:, first:last].copy(), rate) for role, audio in sums.items()}


def artist_of(path: Path) -> str:
    """Return the artist of ``ARTIST - TITLE.stem.mp4``, or the whole name."""
    return path.name.split(" - ")[0]
