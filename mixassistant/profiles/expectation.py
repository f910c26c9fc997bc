"""What a mix is expected to measure, from the tightest evidence there is.

Same song (an earlier version) > same session (other bars by the same players in the same sound) > the references > the prior;
`recognition` tells which of them it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.alignment import are_in_step, cut_to_moments, level_hop_s, share_alone
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Z80, Gaussian, Profile, Vector, Within, relative_levels
from mixassistant.profiles.recognition import RECOGNITION, find_same_session, find_same_song
from mixassistant.profiles.separation_error import levels_of, ltas_covariance, ltas_of, separation_error, spread_of
from mixassistant.profiles.stem_matching import find_unlike_roles, match_stems
from mixassistant.stems.place import BUSES, MIX, Place
from mixassistant.stems.stem import ROLES, Role

MONO_DB = -40.0  # of side over mid: two equal channels


@dataclass(frozen=True)
class SameSongTuning:
    """What two versions of a song differ by where nobody's hand was on it.

    Parameters
    ----------
    repeat_ltas_db, repeat_level_lu, repeat_spread_db : float
        Standard deviations of a band of the spectrum, a stem's level and its dynamic spread between two measurements of one performance.
    unlike_level_lu : float
        Standard deviation of the level of a role that plays something else in the other version: nothing is known of it.
    other_channels_db, other_channels_lu : float
        Standard deviations of a band and of a level where one version is mono and the other stereo: what cancels is missing.
    density_share : float
        Share of a gap in density that spectra and levels of versions may differ by for it.
    separator_share : float
        Share of a separator's error that two takes through the same one do not have in common: what follows the change in the mix.
    """

    repeat_ltas_db: float = 0.2
    repeat_level_lu: float = 0.1
    repeat_spread_db: float = 0.4
    unlike_level_lu: float = 10.0
    other_channels_db: float = 1.5
    other_channels_lu: float = 2.5
    density_share: float = 1.0
    separator_share: float = 0.1


@dataclass(frozen=True)
class SameSessionTuning:
    """How far parts of one session lie apart.

    Parameters
    ----------
    wider : float
        Times the covariance within songs that was estimated: measured on songs that were left out.
    freedom : float
        Degrees of freedom of Student's t: songs have odd moments.
    """

    wider: float = 2.0
    freedom: float = RECOGNITION.session_freedom


@dataclass(frozen=True)
class OtherSongsTuning:
    """How far songs lie apart.

    Parameters
    ----------
    wider : float
        Times the covariance that was estimated: measured on songs that were left out.
    freedom : float
        Degrees of freedom of Student's t.
    """

    wider: float = 1.3
    freedom: float = 20.0


SAME_SONG, SAME_SESSION, OTHER_SONGS = SameSongTuning(), SameSessionTuning(), OtherSongsTuning()


@dataclass(frozen=True, eq=False)
class Take:
    """A stem's levels over time in another version of the same take: ``level_curve`` in dBFS, and seconds between its frames."""

    levels_db: Vector
    hop_s: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Expectation:
    """What this mix would measure if it were where the evidence says.

    From `version` on, fields are known only where the evidence is the same song's other version.

    Parameters
    ----------
    tier : str
        ``"same song"``, ``"same session"``, ``"references"`` or ``"prior"``.
    references : tuple of str
        Names of the references it rests on.
    ltas : mapping
        Place to Gaussian of the spectrum that is compared, with the error of separation included.
    levels : Gaussian
        Of the four stem levels relative to their power sum.
    dynamic_spread : mapping
        Place of a role or a stem to (mean, standard deviation) in dB.
    spectrum : str
        The descriptor that is compared: ``"ltas_typical"`` between versions of one song, since compression leaves it, else ``"ltas"``.
    freedom : float
        Degrees of freedom of Student's t by which spectra and levels spread about their means; infinite for a normal spread.
    version : MeasuredTrack, optional
        The other version, its stems under the roles that they have here.
    lag_s : float
        How far that version is behind.
    is_in_step : bool
        Whether that version plays the same moments; silence around them aside.
    left_out : tuple of str
        Roles that hold other stems there, so that their sums tell nothing.
    takes : mapping
        Place to that version's levels over time.
    stem_levels : mapping
        Place of a stem to (mean, standard deviation) of its level in LU relative to the mix, for stems that the other version has under
        the same name; `ltas`, `dynamic_spread` and `takes` have these places too.
    mean_spectra : mapping
        Role to that version's ``"ltas"``, ``[shape=(31,)]`` in dB: powers add, so that it shows which stem differs.
    density_db : mapping
        Place to the noise in dB that compression may have left in a band of its spectrum, beside that of `ltas`.
    doubt_db : mapping
        Place and kind of move (``"level"``, ``"eq"``) to a standard deviation in dB that gains have beside what spectra and levels tell.
    trust : float
        Probability that a difference is put down to the right stem and the right kind of move.
    """

    tier: str
    references: tuple[str, ...]
    ltas: Mapping[Place, Gaussian]
    levels: Gaussian
    dynamic_spread: Mapping[Place, tuple[float, float]]
    spectrum: str = "ltas"
    freedom: float = np.inf
    version: MeasuredTrack | None = None
    lag_s: float = 0.0
    is_in_step: bool = True
    left_out: tuple[Role, ...] = ()
    takes: Mapping[Place, Take] = field(default_factory=dict)
    stem_levels: Mapping[Place, tuple[float, float]] = field(default_factory=dict)
    mean_spectra: Mapping[Role, Vector] = field(default_factory=dict)
    density_db: Mapping[Place, float] = field(default_factory=dict)
    doubt_db: Mapping[tuple[Place, str], float] = field(default_factory=dict)
    trust: float = 1.0

    @property
    def is_tight(self) -> bool:
        """Whether the evidence is the same performance, so that every audible difference was made by somebody's hand."""
        return self.tier == "same song"


def expect(track: MeasuredTrack, profile: Profile) -> Expectation:
    """Return what the mix is expected to measure given its profile."""
    found = find_same_song(track, profile.references)
    if found:
        reference, lag_s = found
        return _from_same_song(track, match_stems(track, reference, lag_s), lag_s)
    within = profile.within
    kin = find_same_session(track, profile, within) if within is not None else None
    return _from_profile(track, profile) if kin is None or within is None else _from_same_session(track, kin, within)


def density_gap(track: MeasuredTrack, reference: MeasuredTrack, place: Place | str) -> float:
    """Return how differently dense two versions are in dB: root mean square gap of their distributions of levels, but for a gain.

    Compression lifts what was quiet, and with it its spectrum: that is no matter for an equalizer.
    """
    levels = [vector(values_of(t, place), "level_quantiles") for t in (track, reference)]
    if levels[0] is None or levels[1] is None:
        return 0.0
    gap = levels[0] - levels[1]
    return float(np.sqrt(np.mean((gap - np.median(gap)) ** 2)))


def is_mono(track: MeasuredTrack) -> bool:
    """Tell whether a mix has one channel, or two that are alike."""
    width = scalar(track.mix, "width")
    return track.channels == 1 or (width is not None and width < MONO_DB)


def _from_same_song(track: MeasuredTrack, reference: MeasuredTrack, lag_s: float) -> Expectation:
    aligned = are_in_step(track, reference, lag_s)
    # If part of a mean comes from other moments, it differs by that part of the variance between moments.
    alone = share_alone(track, reference, lag_s) if aligned else 1.0
    # Of a version that is not in step, no moments can be held against this one's.
    at_moments = cut_to_moments(track, reference, lag_s) if aligned else reference
    same_channels = is_mono(track) == is_mono(reference)
    alike = aligned and same_channels
    # Two takes through the same separator share most of its error: only the part that follows the change in the mix is left.
    share = SAME_SONG.separator_share if aligned and track.origin == reference.origin else 1.0
    ltas: dict[Place, Gaussian] = {}
    spread: dict[Place, tuple[float, float]] = {}
    takes: dict[Place, Take] = {}
    density: dict[Place, float] = {}
    # A stem that plays now and then is not the same over other moments, nor one of many sides when it is folded: roles say more.
    common = find_common_stems(track, reference) if alike else ()
    named = {place.role for place in common}
    # Versions that are out of step have other moments beside each other: there content tells nothing of a role.
    unlike = tuple(role for role in find_unlike_roles(track, reference, lag_s if aligned else None) if role not in named)
    for place in (MIX, *BUSES, *common):
        theirs = ltas_of(reference, place, "ltas_typical")
        # Of a role whose stems are known one by one, they tell more than their sum.
        if (not place.stem and place.role in {*named, *unlike}) or theirs is None or ltas_of(track, place, "ltas_typical") is None:
            continue
        variance = np.full(theirs.size, SAME_SONG.repeat_ltas_db**2 + (0.0 if same_channels else SAME_SONG.other_channels_db**2))
        for values in (values_of(reference, place), values_of(track, place)):
            sem = vector(values, "ltas_sem")
            variance = variance + alone * (sem**2 if sem is not None else 1.0)
        density[place] = density_gap(track, at_moments, place)
        errors = [separation_error(t, place) for t in (track, reference)]
        ltas[place] = Gaussian(theirs, np.diag(variance) + sum(ltas_covariance(e, share) for e in errors))
        # What cancels in mono changes dynamics by more than people do, and so does what plays in another part of a song.
        if place != MIX and alike and (their_spread := spread_of(at_moments, place)) is not None:
            noise = SAME_SONG.repeat_spread_db**2 + sum(share * e.dynamic_spread[1] ** 2 for e in errors if e is not None)
            spread[place] = (their_spread, float(np.sqrt(noise)))
            # A separator's artefacts make a stem look denser or thinner than it is.
            if not any(errors) and (levels := vector(values_of(at_moments, place), "level_curve")) is not None:
                takes[place] = Take(levels, level_hop_s(reference))
    level_noise = np.diag(
        [
            SAME_SONG.repeat_level_lu**2
            + (SAME_SONG.unlike_level_lu**2 if role in unlike else 0.0)
            + sum(share * e.level[1] ** 2 for t in (track, reference) if (e := separation_error(t, role)) is not None)
            for role in ROLES
        ]
    )
    extra = alone + (0.0 if same_channels else SAME_SONG.other_channels_lu**2)
    level_noise = level_noise + extra * np.eye(len(ROLES))
    stem_levels = _stem_levels(track, reference, common, float(np.sqrt(extra)))
    balance = Gaussian(levels_of(reference), level_noise)
    means: dict[Role, Vector] = {role: found for role in ROLES if role not in unlike and (found := ltas_of(reference, role)) is not None}
    return Expectation(
        tier="same song",
        references=(reference.name,),
        ltas=ltas,
        levels=balance,
        dynamic_spread=spread,
        spectrum="ltas_typical",
        version=reference,
        lag_s=lag_s,
        is_in_step=aligned,
        left_out=unlike,
        takes=takes,
        stem_levels=stem_levels,
        mean_spectra=means,
        density_db={place: SAME_SONG.density_share * gap for place, gap in density.items()},
    )


def find_common_stems(track: MeasuredTrack, reference: MeasuredTrack) -> tuple[Place, ...]:
    """Return the places of the stems that both have under one name, in roles that have several."""
    theirs = {Place(s.role, s.name) for s in reference.stems if s.origin == "supplied"}
    roles = [stem.role for stem in track.stems]
    mine = [Place(s.role, s.name) for s in track.stems if s.origin == "supplied" and roles.count(s.role) > 1 and s.name != s.role]
    # A role of which only some stems are known by name is looked at as a whole: the one that is not may be the one with the fault.
    whole = {
        r
        for r in roles
        if all(Place(s.role, s.name) in theirs and mine.count(Place(s.role, s.name)) == 1 for s in track.stems if s.role == r)
    }
    return tuple(place for place in mine if place.role in whole)


def _stem_levels(
    track: MeasuredTrack, reference: MeasuredTrack, places: tuple[Place, ...], extra_lu: float
) -> dict[Place, tuple[float, float]]:
    """Return what level each stem is expected to have: the other version's, in this mix's terms.

    Every level is relative to its own mix, and one stem that was moved shifts them all: what most have in common is that shift.
    """
    theirs = {p: (scalar(values_of(track, p), "level"), scalar(values_of(reference, p), "level")) for p in places}
    known = {place: (own, other) for place, (own, other) in theirs.items() if own is not None and other is not None}
    if len(known) < 3:  # of two that differ, nobody can tell which was moved
        return {}
    shift = float(np.median([own - other for own, other in known.values()]))
    return {place: (other + shift, float(np.hypot(SAME_SONG.repeat_level_lu, extra_lu))) for place, (_own, other) in known.items()}


def _from_same_session(track: MeasuredTrack, reference: MeasuredTrack, within: Within) -> Expectation:
    scale = within.scale(track.duration_s) + within.scale(reference.duration_s)
    ltas: dict[Place, Gaussian] = {}
    spread: dict[Place, tuple[float, float]] = {}
    noise = np.zeros((len(ROLES), len(ROLES)))
    for place in (MIX, *BUSES):
        target = place.role
        theirs = ltas_of(reference, target)
        if theirs is None:
            continue
        errors = [e for t in (track, reference) if (e := separation_error(t, target)) is not None]
        ltas[place] = Gaussian(theirs, SAME_SESSION.wider * scale * within.ltas[target] + sum(ltas_covariance(e) for e in errors))
        if target == "mix":
            continue
        index = ROLES.index(target)
        noise[index, index] = sum(e.level[1] ** 2 for e in errors)
        if (their_spread := spread_of(reference, target)) is not None:
            variance = scale * within.dynamic_spread[target] ** 2 + sum(e.dynamic_spread[1] ** 2 for e in errors)
            spread[place] = (their_spread, float(np.sqrt(variance)))
    levels = Gaussian(levels_of(reference), SAME_SESSION.wider * scale * within.levels + noise)
    return Expectation(
        tier="same session", references=(reference.name,), ltas=ltas, levels=levels, dynamic_spread=spread, freedom=SAME_SESSION.freedom
    )


def _from_profile(track: MeasuredTrack, profile: Profile) -> Expectation:
    ltas: dict[Place, Gaussian] = {}
    spread: dict[Place, tuple[float, float]] = {}
    level_noise = np.zeros((len(ROLES), len(ROLES)))
    for place in (MIX, *BUSES):
        target = place.role
        error = separation_error(track, target)
        expected = profile.ltas[target]
        ltas[place] = Gaussian(expected.mean, OTHER_SONGS.wider * expected.covariance + ltas_covariance(error))
        if target == "mix":
            continue
        if error is not None:
            level_noise[ROLES.index(target), ROLES.index(target)] = error.level[1] ** 2
        found = profile.targets.get(f"{target}/dynamic_spread")
        if found is not None and isinstance(found.median, float) and isinstance(found.high, float):
            sd = (found.high - found.median) / Z80
            spread[place] = (found.median, float(np.hypot(sd, error.dynamic_spread[1] if error else 0.0)))
    return Expectation(
        tier="references" if profile.references else "prior",
        references=tuple(r.name for r in profile.references),
        ltas=ltas,
        levels=Gaussian(profile.levels.mean, profile.levels.covariance + level_noise),
        dynamic_spread=spread,
        freedom=OTHER_SONGS.freedom,
    )


def without_absent(levels: Vector, expected: Gaussian) -> Gaussian:
    """Return the expected levels relative to the power sum of those roles alone that `levels` has; NaN where it has none."""
    mean = np.where(np.isnan(levels), np.nan, expected.mean)
    return expected if np.isnan(mean).all() else replace(expected, mean=relative_levels(mean))


def with_unknown(levels: Vector, expected: Gaussian) -> Gaussian:
    """Return the expected levels in terms of a mix that has more roles than the other version: what most have in common is their share."""
    unknown = ~np.isnan(levels) & np.isnan(expected.mean)
    shared = levels - expected.mean
    if not unknown.any() or np.isnan(shared).all():
        return expected
    return replace(expected, mean=expected.mean + np.nanmedian(shared))
