"""Which accepted moves arrived in a later bounce of the same song, told from the reports of both.

What a bounce as a whole was turned up or down by, and what other moves do, is told apart from what one move does:

- Equalizers: the change of each place's 1/3-octave spectrum is explained by an offset and by shares of the accepted curves, all at once
  (least squares, reweighted so that bands which something else has changed do not count: Huber, "Robust Statistics", 1981).
- Levels: that offset, with the change of the place's RMS level, is the gain of what no equalizer has touched. Every place has the gain of
  the whole bounce in it too, which is taken as the one that leaves the most places where they were, or where their moves put them.
- Compressors and width: the change of the descriptor that the move is about, against what it measured when the move was rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mixassistant.advice.curves import eq_response
from mixassistant.features.bands import CENTRES_HZ, NOTHING_DB
from mixassistant.features.descriptor import REGISTRY
from mixassistant.processing.moves import Chain
from mixassistant.report.decided import answer_of, moves_of
from mixassistant.report.moves import chain_of, place_of
from mixassistant.stems.place import BUSES, MIX, Place

Answer = Literal["arrived", "in part", "not yet", "the other way", "cannot be told"]
Vector = NDArray[np.float64]
ROUNDS = 40  # of reweighting: it has settled long before


@dataclass(frozen=True)
class ArrivalTuning:
    """What counts as arrived.

    Parameters
    ----------
    whole, nothing : float
        Share of a move from which it has arrived, and under which it has not.
    heard_db, heard_separated_db : float
        Bands further below a place's strongest do not count: of a separated stem they hold what leaked from others.
    deepest_db : float
        Of an equalizer curve: how much of a pass filter arrives far outside its band is not measured.
    outlier_db : float
        What a band differs by beyond what the moves explain, from where it counts less.
    ridge : float
        Weight of the wish for small shares, against that of a band in dB: keeps two alike curves apart from infinity.
    most_share : float
        Of an equalizer: nobody does more of it, and what looks like more is something else.
    between : float
        Weight of a gain that is neither nothing nor the move, against one that lies beyond both.
    smallest : float
        Of a wanted change, in audible steps: less cannot be told from chance.
    """

    whole: float = 0.75
    nothing: float = 0.25
    heard_db: float = 55.0
    heard_separated_db: float = 30.0
    deepest_db: float = 12.0
    outlier_db: float = 1.0
    ridge: float = 1.0
    most_share: float = 1.5
    between: float = 0.3
    smallest: float = 1.0


ARRIVAL = ArrivalTuning()


@dataclass(frozen=True)
class Accepted:
    """A move that was accepted: its entry in the report, where it goes, and what it does as it was decided."""

    entry: Mapping[str, Any]
    place: Place
    chain: Chain


@dataclass(frozen=True)
class Arrival:
    """How much of an accepted move is in a later bounce.

    Parameters
    ----------
    move : Accepted
    answer : Answer
    wanted, found : float or None
        Change of `descriptor` that the move makes, and that was measured, in `unit`.
    unit : str
    descriptor : str
        ``"ltas"`` with `frequency_hz`, ``"level"``, ``"dynamic_spread"``, ``"width_bands"`` …
    frequency_hz : float or None
    reason : str
        Why it cannot be told; else empty.
    """

    move: Accepted
    answer: Answer
    wanted: float | None
    found: float | None
    unit: str
    descriptor: str
    frequency_hz: float | None = None
    reason: str = ""

    @property
    def share(self) -> float | None:
        """How much of what was wanted was found, 1 for all of it."""
        return None if self.wanted is None or self.found is None or not self.wanted else self.found / self.wanted


def accepted_moves(document: Mapping[str, Any]) -> tuple[Accepted, ...]:
    """Return the moves that the user of a report has accepted, first things first; a report of version 1 has no decisions."""
    return tuple(
        Accepted(entry, place_of(document, entry), chain_of(entry["kind"], entry["decision"]["parameters"]))
        for entry in moves_of(document)
        if answer_of(entry) == "accepted"
    )


def arrivals(old: Mapping[str, Any], new: Mapping[str, Any], moves: Sequence[Accepted]) -> tuple[Arrival, ...]:
    """Tell for each move that was accepted in an earlier report how much of it is in a later bounce.

    Parameters
    ----------
    old, new : mapping
        Report documents of the same song.
    moves : sequence of Accepted
        Of the old one: `accepted_moves`.
    """
    if not moves:
        return ()
    shares, offsets = _equalized(old, new, moves)
    gains = _gains(old, new, moves, offsets)
    return tuple(_arrival(old, new, move, shares, gains) for move in moves)


def measurements(document: Mapping[str, Any], place: Place) -> Mapping[str, Any]:
    """Return what a report holds of a place; empty where there is nothing."""
    if place == MIX:
        return document["mix"]["measurements"]  # type: ignore[no-any-return]
    if place.stem:
        stem = next((s for s in document["stems"] if (s["role"], s["name"]) == (place.role, place.stem)), None)
        return {} if stem is None else stem["measurements"]
    return document["roles"].get(place.role, {}).get("measurements", {})  # type: ignore[no-any-return]


def number(document: Mapping[str, Any], place: Place, identifier: str) -> float | None:
    """Return a scalar measurement of a place; None where there is none."""
    value = measurements(document, place).get(identifier, {}).get("value")
    return float(value) if isinstance(value, (int, float)) else None


def spectrum(document: Mapping[str, Any], place: Place, identifier: str = "ltas") -> Vector | None:
    """Return 1/3-octave values of a place, NaN where a band has none, ``[shape=(31,)]``; None where there are none at all."""
    value = measurements(document, place).get(identifier, {}).get("value")
    if not isinstance(value, list) or len(value) != CENTRES_HZ.size:
        return None
    return np.array([np.nan if v is None else v for v in value], dtype=np.float64)


def origin(document: Mapping[str, Any], role: str) -> str:
    """Return where the stems of a role came from; of several origins, the separated one."""
    found = [stem["origin"] for stem in document["stems"] if stem["role"] == role]
    return next((name for name in found if name != "supplied"), "supplied" if found else "")


def why_not(old: Mapping[str, Any], new: Mapping[str, Any], place: Place) -> str:
    """Return why a place of two reports cannot be compared; empty where it can."""
    if place == MIX:
        return ""
    before, after = origin(old, place.role), origin(new, place.role)
    if not before or not after:
        return "its stem is in one of the two only"
    if before != after:
        return "its stem was your own in one of the two and separated in the other"
    if place.stem and not (measurements(old, place) and measurements(new, place)):
        return "the stem is in one of the two only"
    return ""


def _places(old: Mapping[str, Any], new: Mapping[str, Any], moves: Sequence[Accepted]) -> list[Place]:
    """Return what is compared: the roles, in place of those whose single stems are moved these stems, or else the mix."""
    found = []
    for bus in BUSES:
        stems = [Place(bus.role, s["name"]) for s in old["stems"] if s["role"] == bus.role]
        has_stem_moves = any(move.place.stem and move.place.bus == bus for move in moves)
        found += [p for p in (stems if has_stem_moves else [bus]) if not why_not(old, new, p)]
    return found or [MIX]


@dataclass(frozen=True, eq=False)
class _Change:
    """How the spectrum of a place changed: 1/3 octaves in dB, of those that are heard, and which these are."""

    place: Place
    change: Vector
    heard: NDArray[np.bool_]


def _spectral_changes(old: Mapping[str, Any], new: Mapping[str, Any], moves: Sequence[Accepted]) -> list[_Change]:
    found = []
    for place in _places(old, new, moves):
        before, after = spectrum(old, place), spectrum(new, place)
        if before is not None and after is not None:
            is_separated = place != MIX and origin(old, place.role) != "supplied"
            reach = ARRIVAL.heard_separated_db if is_separated else ARRIVAL.heard_db
            heard = (np.minimum(before, after) > NOTHING_DB) & (before > np.nanmax(before) - reach)
            if heard.any():
                change = np.clip(after - before, -2 * ARRIVAL.deepest_db, 2 * ARRIVAL.deepest_db)
                found.append(_Change(place, np.asarray(change[heard]), heard))
    return found


def _equalized(old: Mapping[str, Any], new: Mapping[str, Any], moves: Sequence[Accepted]) -> tuple[dict[str, float], dict[Place, float]]:
    """Return the share of each equalizer that was found, by the move's id, and the offset of each place's spectrum in dB."""
    changes = _spectral_changes(old, new, moves)
    if not changes:
        return {}, {}
    rate = int(old["mix"]["sample_rate_hz"])
    columns: dict[str, Vector] = {}
    for move in moves:
        curve = np.clip(eq_response(move.chain.bands, rate), -ARRIVAL.deepest_db, None)
        reached = [curve[c.heard] if _reaches(move.place, c.place) else np.zeros(c.change.size) for c in changes]
        if move.chain.bands and any(_reaches(move.place, c.place) for c in changes):
            columns[move.entry["id"]] = np.concatenate(reached)
    rows = np.concatenate([c.change for c in changes])
    offsets = np.repeat(np.eye(len(changes)), [c.change.size for c in changes], axis=0)
    curves = np.column_stack(list(columns.values())) if columns else np.zeros((rows.size, 0))
    shares, levels = _robust(rows, curves, offsets)
    return dict(zip(columns, shares, strict=True)), {c.place: float(level) for c, level in zip(changes, levels, strict=True)}


def _reaches(at: Place, place: Place) -> bool:
    """Tell whether an equalizer at a place is heard in another: that of a role in its stems, that of the mix in all."""
    return at in (place, place.bus, MIX)


def _robust(change: Vector, curves: Vector, offsets: Vector) -> tuple[list[float], Vector]:
    """Solve change = curves · shares + offsets, bands that nothing explains counting less: shares, and the offset of each place."""
    whole = np.column_stack([curves, offsets])
    count = curves.shape[1]
    ridge = np.array([ARRIVAL.ridge] * count + [1e-9] * offsets.shape[1])
    weights: Vector = np.ones(change.size)
    found: Vector = np.zeros(whole.shape[1])
    for _round in range(ROUNDS):
        found = _bounded(weights[:, None] * whole, whole, weights * change, ridge, count)
        weights = np.minimum(1.0, ARRIVAL.outlier_db / np.maximum(np.abs(change - whole @ found), 1e-9))
    return [float(share) for share in found[:count]], found[count:]


def _bounded(weighted: Vector, whole: Vector, change: Vector, ridge: Vector, count: int) -> Vector:
    """Solve weighted least squares whose first `count` unknowns, the shares, do not go beyond what anybody does.

    Those that would are held at their bound, and the others found anew: at most as often as there are shares.
    """
    found: Vector = np.zeros(ridge.size)
    free = np.ones(ridge.size, dtype=bool)
    for _share in range(count + 1):
        left = change - weighted @ np.where(free, 0.0, found)
        inside = np.ix_(free, free)
        found[free] = np.linalg.solve((whole.T @ weighted + np.diag(ridge))[inside], whole[:, free].T @ left)
        beyond = free & (np.abs(found) > ARRIVAL.most_share) & (np.arange(ridge.size) < count)
        if not beyond.any():
            break
        found[beyond] = np.clip(found[beyond], -ARRIVAL.most_share, ARRIVAL.most_share)
        free &= ~beyond
    return found


def _gains(old: Mapping[str, Any], new: Mapping[str, Any], moves: Sequence[Accepted], offsets: Mapping[Place, float]) -> dict[Place, float]:
    """Return the gain of each place beside that of the whole bounce, in dB."""
    changes = {}
    for place, offset in offsets.items():
        before, after = (_rms(document, place) for document in (old, new))
        if before is not None and after is not None:
            changes[place] = offset + after - before
    wanted = {place: sum(m.chain.gain_db for m in moves if m.place in (place, place.bus) and place != MIX) for place in changes}
    if not changes:
        return {}

    def cost(whole: float) -> tuple[float, float]:
        total = 0.0
        for place, change in changes.items():
            gain, goal = change - whole, wanted[place]
            beyond = max(min(0.0, goal) - gain, gain - max(0.0, goal), 0.0)
            total += beyond + ARRIVAL.between * min(abs(gain), abs(gain - goal))
        return round(total, 6), abs(whole)

    # One gain of the whole explains every place: of those that leave one of them where it was, or where its move puts it, the likeliest.
    whole = min((change - goal for place, change in changes.items() for goal in (0.0, wanted[place])), key=cost)
    return {place: change - whole for place, change in changes.items()}


def _rms(document: Mapping[str, Any], place: Place) -> float | None:
    """Return the electrical level of a place in dB: of frames that play, as its spectrum is; else its loudness."""
    return _first(number(document, place, name) for name in ("rms", "lufs"))


def _first(values: Iterable[float | None]) -> float | None:
    return next((value for value in values if value is not None), None)


def _arrival(
    old: Mapping[str, Any], new: Mapping[str, Any], move: Accepted, shares: Mapping[str, float], gains: Mapping[Place, float]
) -> Arrival:
    place, chain, entry = move.place, move.chain, move.entry
    if chain.bands:
        # A shelf or a bell is told by its gain, a pass filter by what it does at its corner.
        loudest = max(chain.bands, key=lambda band: abs(band.gain_db))
        wanted = loudest.gain_db if loudest.gain_db else -3.0
        share = shares.get(entry["id"])
        found = None if share is None else share * wanted
        return _told(old, new, move, "ltas", wanted, found, "dB", loudest.frequency_hz)
    if chain.compression is not None:
        descriptor = entry["evidence"]["descriptor"] if entry["evidence"] else "dynamic_spread"
        wanted_change = _rendered_change(old, move, descriptor)
        return _told(old, new, move, descriptor, wanted_change, _change(old, new, place, descriptor), _unit(descriptor))
    if chain.width:
        return _told(old, new, move, "width_bands", chain.width[0].change_db, _width_change(old, new, move), "dB")
    if place == MIX:
        return _told(old, new, move, "lufs", chain.gain_db, _change(old, new, MIX, "lufs"), "LU")
    known = [gain for at, gain in gains.items() if place in (at, at.bus)] if len(gains) > 1 else []
    return _told(old, new, move, "level", chain.gain_db, float(np.median(known)) if known else None, "LU")


def _told(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    move: Accepted,
    descriptor: str,
    wanted: float | None,
    found: float | None,
    unit: str,
    frequency_hz: float | None = None,
) -> Arrival:
    """Put what was wanted and what was found into words."""
    reason = why_not(old, new, move.place)
    if not reason and (wanted is None or found is None):
        reason = "nothing was measured there that tells it"
    step = 1.0 if descriptor in ("ltas", "width_bands") else REGISTRY[descriptor].step
    if not reason and wanted is not None and abs(wanted) < ARRIVAL.smallest * step:
        reason = "it changes less than can be told from chance"
    if reason:
        return Arrival(move, "cannot be told", wanted, None, unit, descriptor, frequency_hz, reason)
    assert wanted is not None and found is not None
    share = found / wanted
    answer: Answer = "in part"
    if share >= ARRIVAL.whole:
        answer = "arrived"
    elif share <= -ARRIVAL.nothing:
        answer = "the other way"
    elif share < ARRIVAL.nothing:
        answer = "not yet"
    return Arrival(move, answer, wanted, found, unit, descriptor, frequency_hz)


def _unit(descriptor: str) -> str:
    return REGISTRY[descriptor].unit


def _change(old: Mapping[str, Any], new: Mapping[str, Any], place: Place, identifier: str) -> float | None:
    before, after = number(old, place, identifier), number(new, place, identifier)
    return None if before is None or after is None else after - before


def _rendered_change(old: Mapping[str, Any], move: Accepted, descriptor: str) -> float | None:
    """Return what a move changes its descriptor by, at the amount that was decided: as it was measured on the rendered move."""
    amount = float(move.entry["decision"]["amount_percent"]) / 100
    proof, key = old["verification"], f"{move.place}/{descriptor}"
    evidence = move.entry["evidence"]
    before, after = proof["before"].get(key), proof["measured"].get(key)
    if before is not None and after is not None:
        return amount * float(after - before)
    return amount * float(evidence["target"] - evidence["measured"]) if evidence else None


def _width_change(old: Mapping[str, Any], new: Mapping[str, Any], move: Accepted) -> float | None:
    """Return the change of side over mid in the band of a move, in dB: the median of its 1/3 octaves that are heard."""
    low_hz, high_hz = move.chain.width[0].low_hz, move.chain.width[0].high_hz
    before, after, power = (spectrum(d, move.place, i) for d, i in ((old, "width_bands"), (new, "width_bands"), (old, "ltas")))
    if before is None or after is None or power is None:
        return None
    inside = (low_hz <= CENTRES_HZ) & (high_hz >= CENTRES_HZ) & (power > np.nanmax(power) - ARRIVAL.heard_db)
    change = (after - before)[inside & ~np.isnan(after - before)]
    return float(np.median(change)) if change.size else None
