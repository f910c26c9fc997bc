"""From estimates toward the references to moves: where, with what evidence, with what odds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from mixassistant.advice.curves import MIN_GAIN_DB, shows_at_hz
from mixassistant.advice.held_back import HeldBack
from mixassistant.advice.level import MIN_GAIN_LU
from mixassistant.advice.posterior import sure_of_direction
from mixassistant.advice.rendering import Parts, moved
from mixassistant.advice.suggestion import Evidence, Facts, Interval, Kind, Move, Toward, around, chains
from mixassistant.advice.target_names import WHOLE_MIX, target_at
from mixassistant.advice.toward.dynamics import LEAST_DB, compressor_for, estimate_spread_toward
from mixassistant.advice.toward.levels import estimate_levels_toward
from mixassistant.advice.toward.odds import load_odds
from mixassistant.advice.toward.tone import estimate_tone_toward, fit_broad_bands, smooth, sure_of
from mixassistant.advice.verification import State, after_eq, change_of_mix, nearest_band
from mixassistant.features.bands import BROAD, BROAD_HZ, CENTRES_HZ
from mixassistant.features.descriptor import scalar
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.compressor import level_frames_db
from mixassistant.processing.moves import Band, Chain, Width
from mixassistant.profiles.expectation import Expectation, without_absent
from mixassistant.profiles.habit import DIMENSIONS, TONE, Habit, load_habit
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Z80, Z90, Gaussian, Profile, Vector
from mixassistant.profiles.separation_error import ltas_of, measured_levels, told_shift
from mixassistant.profiles.stage import StageErrors
from mixassistant.profiles.standing import Stand
from mixassistant.profiles.taste import Preference, offset_of
from mixassistant.stems.place import BUSES, MIX, Place
from mixassistant.stems.stem import ROLES

MOST_SURE = 0.8  # that a move goes the right way of which no odds were counted: taste is part of the question
TONE_ROLES = ("drums", "vocals", "other")  # engineers do not agree on the tone of basses: two go the same way as often as not
ODDS_KINDS: Mapping[str, str] = {"eq": "tone", "level": "level", "compression": "dynamics", "stereo": "width"}


@dataclass(frozen=True)
class TowardTuning:
    """What a move toward the references has to bring.

    Parameters
    ----------
    least_sure : float
        Posterior probability of its direction.
    narrowest_db : float
        Side over mid of what is wide at all: of less there is nothing to widen.
    width_wider : float
        Times the standard deviation of the references' width.
    told_gap : float
        From the middle of the references, in dB or LU: less is no reason for a move.
    away : float
        Beyond the middle of the references, in dB or LU, from where on a habit takes nothing farther.
    habit_share : float
        Of a move, from which on it is told as what engineers do.
    least_heard_lu : float
        Relative to the mix: what is done to a quieter stem's tone or dynamics nobody hears.
    """

    least_sure: float = 0.7
    narrowest_db: float = -25.0
    width_wider: float = 1.2
    told_gap: float = 0.5
    away: float = 1.0
    habit_share: float = 0.4
    least_heard_lu: float = -25.0


TOWARD = TowardTuning()


@dataclass(frozen=True, eq=False)
class Way:
    """What moves toward the references are made from.

    Parameters
    ----------
    track : MeasuredTrack
    profile : Profile
    expectation : Expectation
        Of wide evidence.
    before : State
    errors : StageErrors
        What a mix at its stage is off by.
    habit : Habit
        What engineers do to raw tracks.
    stands : mapping
        Place and dimension to where the mix stands there.
    taste : mapping
        What the user's answers have taught; the expectation has it already, but of width, which it does not hold.
    """

    track: MeasuredTrack
    profile: Profile
    expectation: Expectation
    before: State
    errors: StageErrors
    habit: Habit
    stands: Mapping[tuple[Place, str], Stand]
    taste: Mapping[str, Preference]

    def usual(self, place: Place, dimension: str) -> float:
        """Return what engineers change a role's dimension by as a rule, as far as that is still to be done at this stage."""
        changes = self.habit.roles.get(place.role)
        return 0.0 if changes is None else self.errors.habit * float(changes.mean[DIMENSIONS.index(dimension)])

    def toward(self, place: Place, dimension: str, change: float) -> Toward:
        """Return where a place stands in the dimension that a move changes."""
        stand = self.stands.get((place, dimension))
        usual = self.usual(place, dimension) if place != MIX else 0.0
        gap = float("nan") if stand is None else stand.value - stand.middle
        is_habit = usual * change > 0 and abs(usual) >= TOWARD.habit_share * abs(change)
        is_place = gap * change < 0 and abs(gap) >= TOWARD.told_gap
        why: Literal["place", "habit", "own habit", "others"] = "place" if is_place else "others"
        if is_habit and not (is_place and abs(gap) > abs(usual) + abs(change)):
            why = "habit" if self.habit is load_habit() else "own habit"
        return Toward(dimension, stand.rank if stand else 0, stand.of if stand else 0, gap, why, is_away=gap * change > 0)

    @property
    def is_ensemble(self) -> bool:
        """Tell whether more than one role plays."""
        return sum(not np.isnan(level) for level in self.before.levels) > 1

    def is_heard(self, place: Place) -> bool:
        """Tell whether a role is loud enough for anybody to hear what is done to it."""
        level = scalar(values_of(self.track, place), "level")
        return level is not None and level >= TOWARD.least_heard_lu


def toward_moves(way: Way, parts: Parts) -> list[Move]:
    """Suggest a part of the way toward the references: tone, levels, what the mix is left with, dynamics, width.

    In the order of the chain, each with what those before it will have changed.
    """
    rate = way.track.sample_rate_hz
    moves = [move for place in BUSES if (move := _tone_of_role(way, place)) is not None]
    moves += _levels(way, after_eq(way.before, chains(moves), rate))
    whole = _tone_of_mix(way, moves)
    dynamics = [move for place in BUSES if (move := _dynamics(way, place, parts, moves)) is not None]
    widths = [move for place in (MIX, *BUSES) if (move := _width(way, place)) is not None]
    return [*moves, *([whole] if whole is not None else []), *dynamics, *widths]


def _move(
    way: Way, place: Place, kind: Kind, chain: Chain, toward: Toward, evidence: Evidence, mean: float, sd: float,
    predicted: float | None = None, most_db: float = np.inf,
) -> Move | None:  # fmt: skip
    """Return a move with its odds, where it is sure enough of its direction; of no more than `most_db`."""
    sure = sure_of_direction(mean, sd)
    if sure < TOWARD.least_sure or _leaves_them(toward):
        return None
    half = Z90 * sd
    odds = load_odds().get(f"{ODDS_KINDS[kind]}/{place.role}")
    if odds is not None and odds.source == "planted" and toward.why != "place":
        odds = None  # counted on moves toward other songs alone
    # The posterior knows the references and nothing of taste: no move is surer than such moves were found to be.
    most = MOST_SURE if odds is None else (odds.right + 1) / (odds.of + 2)
    low, high = mean - half, mean + half
    if kind == "compression":  # a gain reduction knows no other side
        low = max(low, 0.0)
    return Move(
        id=f"{place}-{kind}",
        kind=kind,
        target=WHOLE_MIX if place == MIX else target_at(way.track, place),
        chain=chain,
        evidence=evidence,
        confidence=round(min(sure, most), 3),
        interval=Interval.of(low, high),
        predicted=None if predicted is None else round(predicted, 3),
        facts=Facts(toward=toward, held_back=HeldBack.of(chain.gain_db, low, high, most_db)),
        group="toward",
        odds=odds,
    )


def _leaves_them(toward: Toward) -> bool:
    """Tell whether a habit would take a place farther from the references that lies beyond their middle already: they are what is liked."""
    return toward.why in ("habit", "own habit") and toward.is_away and abs(toward.gap) >= TOWARD.away


def _levels(way: Way, equalized: State) -> list[Move]:
    expected = without_absent(equalized.levels, way.expectation.levels)
    habit = np.array([way.usual(place, "level") for place in BUSES])
    found = estimate_levels_toward(equalized.levels, expected, way.errors.level, habit)
    told, shift = measured_levels(way.track), told_shift(way.track)
    moves = []
    for index, place in enumerate(BUSES):
        gain = found.gain_db[index]
        if np.isnan(gain) or abs(gain) < MIN_GAIN_LU:
            continue
        shown = round(float(np.clip(gain, -way.errors.most_level_lu, way.errors.most_level_lu)), 1)
        centre, sd = float(expected.mean[index]) + shift, float(expected.sd[index])
        evidence = Evidence.of(way.expectation, "level", float(told[index]), centre, around(centre, sd))
        toward = way.toward(place, "level", shown)
        move = _move(
            way,
            place,
            "level",
            Chain(gain_db=shown),
            toward,
            evidence,
            float(gain),
            float(found.sd_db[index]),
            most_db=way.errors.most_level_lu,
        )
        moves += [move] if move is not None else []
    return moves


def _tone_of_role(way: Way, place: Place) -> Move | None:
    spectrum, expected = way.before.spectra.get((place, "ltas")), way.expectation.ltas.get(place)
    if place.role not in TONE_ROLES or spectrum is None or expected is None or not way.is_heard(place):
        return None
    return _tone(way, place, spectrum, spectrum, expected, smooth(np.array([way.usual(place, name) for name in TONE])))


def _tone_of_mix(way: Way, moves: list[Move]) -> Move | None:
    spectrum, expected = ltas_of(way.track, MIX), way.expectation.ltas.get(MIX)
    # One instrument alone has not the spectrum of a whole song, and is not meant to.
    if spectrum is None or expected is None or not way.is_ensemble:
        return None
    after = spectrum + change_of_mix(way.before, chains(moves), way.track.sample_rate_hz)[0]
    return _tone(way, MIX, spectrum, after, expected, None)


def _tone(way: Way, place: Place, spectrum: Vector, left: Vector, expected: Gaussian, habit: Vector | None) -> Move | None:
    """Return an equalizer for what is `left` of a spectrum; its evidence is the spectrum as it was measured."""
    rate = way.track.sample_rate_hz
    found = estimate_tone_toward(left, expected, way.errors.tone_db, habit)
    bands = fit_broad_bands(found, way.errors.most_tone_db, rate)
    if not bands:
        return None
    # The band that goes toward the references is told, and first one that is audibly away; where none is, the one that is heard most.
    ways = {band: way.toward(place, f"tone/{broad_band_of(band)}", band.gain_db) for band in bands}
    bands = tuple(sorted(bands, key=lambda band: (ways[band].why == "others", ways[band].is_close)))
    band = _evident_band(bands[0], spectrum, expected.mean, ways[bands[0]])
    centre, sd = float(expected.mean[band]), float(expected.sd[band])
    evidence = Evidence.of(way.expectation, "ltas", float(spectrum[band]), centre, around(centre, sd), frequency_hz=float(CENTRES_HZ[band]))
    mean, error = sure_of(found, bands, rate)
    return _move(way, place, "eq", Chain(bands), ways[bands[0]], evidence, mean, error)


def _evident_band(band: Band, spectrum: Vector, expected: Vector, toward: Toward) -> int:
    """Return the 1/3-octave band that shows why: where an equalizer band acts, or beside it in the broad band that speaks for it.

    A dip in one third of an octave is no evidence for a cut, though the broad band around it has too much.
    """
    at = shows_at_hz(band)
    known = ~(np.isnan(spectrum) | np.isnan(expected))
    low, high = BROAD_HZ[broad_band_of(band)]
    speaks = known & (low < CENTRES_HZ) & (high > CENTRES_HZ) & (np.nan_to_num(expected - spectrum) * band.gain_db > 0)
    nearest = nearest_band(at, known)
    is_said = toward.why == "place" and speaks.any()
    return nearest_band(at, speaks) if is_said and (expected - spectrum)[nearest] * band.gain_db <= 0 else nearest


def broad_band_of(band: Band) -> str:
    """Return the broad band that an equalizer band changes most."""
    at = float(np.clip(shows_at_hz(band), CENTRES_HZ[0], CENTRES_HZ[-1]))
    return next((name for name in BROAD if BROAD_HZ[name][0] <= at < BROAD_HZ[name][1]), BROAD[-1])


def _dynamics(way: Way, place: Place, parts: Parts, moves: list[Move]) -> Move | None:
    measured, expected = way.before.dynamic_spread.get(place), way.expectation.dynamic_spread.get(place)
    audio = parts.audio_at(place)
    # A separator's leaks and gaps are in the dynamics of its stems: of them nothing is said.
    is_own = way.track.origin_of(place.role) == "supplied"
    if measured is None or expected is None or audio is None or not is_own or not way.is_heard(place):
        return None
    found = estimate_spread_toward(measured, expected, way.errors.spread_sd_db, way.usual(place, "dynamic_spread"))
    change = max(found.change_db, -way.errors.most_spread_db)
    if change > -LEAST_DB:
        return None
    # An equalizer comes first in the chain, and its own gain after the compressor.
    bands = chains(moves).get(place, Chain()).bands
    levels_db, hop_s = level_frames_db(moved(parts, place, {place: Chain(bands)}) if bands else audio)
    role = next(role for role in ROLES if role == place.role)
    done = compressor_for(levels_db, hop_s, change, role, way.errors.most_reduction_db)
    if done is None:
        return None
    compression, narrowed = done
    per_db = compression.gain_reduction_db / max(-narrowed, 0.1)
    mean, sd = expected
    evidence = Evidence.of(way.expectation, "dynamic_spread", measured, mean, around(mean, sd))
    toward = way.toward(place, "dynamic_spread", change)
    return _move(
        way,
        place,
        "compression",
        Chain(compression=compression),
        toward,
        evidence,
        -per_db * change,
        per_db * found.sd_db,
        measured + narrowed,
    )


def _width(way: Way, place: Place) -> Move | None:
    """Return a change of width toward the references, of what is wide at all."""
    values, target = values_of(way.track, place), way.profile.targets.get(f"{place.role}/width")
    measured = scalar(values, "width")
    if way.track.channels == 1 or measured is None or measured < TOWARD.narrowest_db or target is None:
        return None
    # A separator's stems have not the width of the true ones, and one instrument is as wide as it was recorded.
    if not way.is_ensemble or (place != MIX and way.track.origin_of(place.role) != "supplied"):
        return None
    if not (isinstance(target.median, float) and isinstance(target.high, float) and isinstance(target.low, float)):
        return None
    centre = target.median + offset_of(way.taste, place, "width")
    sd = TOWARD.width_wider * (target.high - target.low) / (2 * Z80)
    share = way.errors.width_sd_db**2 / (way.errors.width_sd_db**2 + sd**2)
    wanted = share * (centre - measured)
    change = round(float(np.clip(wanted, -way.errors.most_width_db, way.errors.most_width_db)), 1)
    if abs(change) < MIN_GAIN_DB:
        return None
    evidence = Evidence.of(way.expectation, "width", measured, centre, (target.low, target.high))
    toward = way.toward(place, "width", change)
    chain = Chain(width=(Width(change, 20.0, 20_000.0),))
    return _move(way, place, "stereo", chain, toward, evidence, wanted, sqrt(share) * sd, measured + change)
