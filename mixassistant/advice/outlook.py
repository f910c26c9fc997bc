"""What a spectrum is to be after moves as they are decided: the proof's own where all is as suggested, else predicted from measurements.

Equalizers, gains and widths are calculated at once; what the proof has measured beside that (a compressor's part, above all) goes along
with the amounts. What is rendered and measured anew takes a second or two (`Outlook.measure`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.decision import Decisions, decided_chain
from mixassistant.advice.rendering import excerpt, moved, parts_of, render_mix
from mixassistant.advice.suggestion import Move, Verification, chains
from mixassistant.advice.verification import State, after_eq, after_width, change_of_mix, shaped, state_of
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.measure import measure
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.moves import Chain, gathered
from mixassistant.profiles.profile import Vector
from mixassistant.profiles.separation_error import told_values
from mixassistant.progress import Progress, silent
from mixassistant.stems.place import MIX, Place
from mixassistant.stems.stem import Song


@dataclass(frozen=True, eq=False)
class After:
    """A spectrum after moves, dB relative to its own level, ``[shape=(31,)]``; measured on what was rendered, or predicted."""

    ltas: Vector
    is_measured: bool


class Outlook:
    """What the spectra of a measured song become after its moves, as they are decided.

    Parameters
    ----------
    track : MeasuredTrack
    moves : sequence of Move
        All that are suggested.
    proof : Verification
        Of all of them, each as it is suggested.
    """

    def __init__(self, track: MeasuredTrack, moves: Sequence[Move], proof: Verification) -> None:
        self._track, self._moves, self._proof = track, tuple(moves), proof
        state = state_of(track, _shares(track))
        self._suggested: dict[Place, Vector] = {}  # what all moves do to a spectrum as they are suggested
        self._state = replace(state, spectra=_drawn(state))

    def after(self, place: Place, decisions: Decisions) -> After | None:
        """Return a place's spectrum after every move that is not rejected; None where none of them shapes it.

        Parameters
        ----------
        place : Place
            The mix or a role.
        decisions : mapping
            What is decided on moves, or tried; a move without one is as it is suggested.
        """
        now = vector(told_values(self._track, place), "ltas")
        left = [move for move in self._moves if _is_left(move, decisions)]
        if now is None or not any(_shapes(move, place) for move in left):
            return None
        as_set = gathered((move.place, decided_chain(move, decisions.get(move.id))) for move in left if _reaches(move, place))
        measured = self._proof.ltas_after.get(place.role)
        if measured is not None and as_set == chains(move for move in self._moves if _reaches(move, place)):
            return After(np.asarray(measured), is_measured=True)
        change = self._change(place, as_set)
        if measured is not None:
            if place not in self._suggested:
                self._suggested[place] = self._change(place, chains(self._moves))
            beyond = np.asarray(measured) - now - self._suggested[place]
            change = change + self._amount(place, decisions) * np.nan_to_num(beyond)
        return After(now + change, is_measured=False)

    def measure(self, song: Song, place: Place, decisions: Decisions, progress: Progress = silent) -> After | None:
        """Render a place with its moves as they are decided, and measure it again: on the loudest minute, as the proof does.

        Parameters
        ----------
        song : Song
            The sound of what was measured.
        place, decisions
            As of `after`.
        progress : Progress
            Asked between steps, so that it can be cancelled.

        Returns
        -------
        After or None
            None where there is no sound of the place, or no move shapes it.
        """
        now = vector(told_values(self._track, place), "ltas")
        left = [move for move in self._moves if _is_left(move, decisions)]
        if now is None or not any(_shapes(move, place) for move in left):
            return None
        progress("Measuring the moves", 0.0)
        parts = excerpt(parts_of(song))
        if not parts.sums or (place != MIX and place.role not in parts.sums):
            return None
        moves = gathered((move.place, decided_chain(move, decisions.get(move.id))) for move in left if _reaches(move, place))
        spectra = []
        for step, chain in enumerate(({}, moves)):
            progress("Measuring the moves", 0.2 + 0.4 * step)
            audio = render_mix(parts, None, chain)[1] if place == MIX else moved(parts, place, chain)
            spectra.append(vector(measure(audio, "mix" if place == MIX else "stem", only=frozenset({"ltas"})), "ltas"))
        was, found = spectra
        return None if was is None or found is None else After(now + np.nan_to_num(found - was), is_measured=True)

    def _change(self, place: Place, moves: dict[Place, Chain]) -> Vector:
        """Return what moves do to a spectrum in dB, as it is calculated, ``[shape=(31,)]``."""
        state, rate = self._state, self._track.sample_rate_hz
        if place == MIX:
            whole = vector(told_values(self._track, MIX), "ltas")
            assert whole is not None  # there is one before it is asked what becomes of it
            return np.asarray(shaped(whole, change_of_mix(state, moves, rate)[0]) - whole)
        after = after_eq(after_width(state, self._track, moves, rate), moves, rate)
        before = state.spectra.get((place, "ltas"))
        return np.zeros(CENTRES_HZ.size) if before is None else np.nan_to_num(after.spectra[place, "ltas"] - before)

    def _amount(self, place: Place, decisions: Decisions) -> float:
        """Return how much is done, on average, of the moves that shape a place: of compressors, where there are some."""
        moves = [move for move in self._moves if _shapes(move, place)]
        moves = [move for move in moves if move.kind == "compression"] or moves
        amounts = [decisions[move.id].amount * decisions[move.id].accepted if move.id in decisions else 1.0 for move in moves]
        return float(np.mean(amounts)) if amounts else 1.0


def _is_left(move: Move, decisions: Decisions) -> bool:
    decision = decisions.get(move.id)
    return decision is None or decision.accepted


def _reaches(move: Move, place: Place) -> bool:
    return MIX in (place, move.place) or move.place.bus == place


def _shapes(move: Move, place: Place) -> bool:
    """Tell whether a move changes the shape of a place's spectrum: in the mix, every one does."""
    return place == MIX or move.place == MIX or (move.place.bus == place and (move.kind != "level" or bool(move.place.stem)))


def _shares(track: MeasuredTrack) -> dict[Place, Vector]:
    """Return the share of each stem in its role's power per band, from what was measured of it; ``[shape=(31,)]`` for each place."""
    several = [role for role in track.roles if sum(stem.role == role for stem in track.stems) > 1]
    powers: dict[Place, Vector] = {}
    for stem in track.stems:
        ltas, level = vector(stem.values, "ltas"), scalar(stem.values, "lufs")
        if stem.role in several and ltas is not None and level is not None:
            powers[Place(stem.role, stem.name)] = 10 ** ((np.nan_to_num(ltas, nan=-200.0) + level) / 10)
    wholes = {bus: sum(power for place, power in powers.items() if place.bus == bus) for bus in {place.bus for place in powers}}
    return {place: power / np.maximum(wholes[place.bus], 1e-30) for place, power in powers.items()}


def _drawn(state: State) -> dict[tuple[Place, str], Vector]:
    """Return the spectra that are drawn alone: the others would be calculated for nothing."""
    return {key: spectrum for key, spectrum in state.spectra.items() if key[1] == "ltas"}
