"""What a mix is expected to measure, from the tightest evidence there is.

Same song (an earlier version) > same session (other bars by the same players in the same sound) > the references > the prior. The
same song is recognised by `features.fingerprint`, which neither gain nor EQ changes; the same session by stems that are alike as
only parts of one song are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from mixassistant.features.descriptor import REGISTRY, scalar, vector
from mixassistant.features.fingerprint import similarity
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.in_step import are_in_step, at_its_moments, level_hop_s, share_alone
from mixassistant.profiles.prior import COMPARED, TARGETS, values_of
from mixassistant.profiles.profile import Z80, Gaussian, Profile, Range, Vector, Within, relative_levels
from mixassistant.profiles.same_stems import in_terms_of, unlike_roles
from mixassistant.profiles.separation_error import SeparationError, levels_of, ltas_of, separation_error, spread_of
from mixassistant.stems.place import BUSES, MIX, Place
from mixassistant.stems.stem import ROLES, Role

SAME_SONG = 0.75  # correlation of fingerprints; other songs stay below about 0.5, remixed levels of the same song above 0.85
SAME_TAKE = 0.9  # for versions that are out of step: the same performance, cut elsewhere, and not just the same loops
REPEAT_LTAS_DB = 0.2  # standard deviation of a band of the spectrum between two measurements of the same performance
REPEAT_LEVEL_LU = 0.1  # the same for a stem's level
UNLIKE_LEVEL_LU = 10.0  # of a role that plays something else in the other version: nothing is known of its level
REPEAT_SPREAD_DB = 0.4  # the same for the dynamic spread
# Of a band and of a level, where one version is mono and the other stereo: what cancels is missing.
OTHER_CHANNELS_DB, OTHER_CHANNELS_LU = 1.5, 2.5
MONO_DB = -40.0  # of side over mid: two equal channels
DENSITY_SHARE = 1.0  # of a gap in density, that spectra and levels of versions may differ by for it
SESSION_EVIDENCE = 6.0  # natural log of the odds, all roles but the least alike, at which one reference is taken for the same session
SESSION_PER_REFERENCE = 1.5  # and more of it, times the log of how many there are to be mistaken for it
SESSION_WIDER = 2.0  # times the covariance within songs that was estimated: measured on songs that were left out
SESSION_FREEDOM = 10.0  # degrees of freedom of Student's t: songs have odd moments
SONGS_FREEDOM = 20.0  # the same for how songs differ
SONGS_WIDER = 1.3  # times the covariance that was estimated: measured on songs that were left out


@dataclass(frozen=True, eq=False)
class Take:
    """A stem's levels over time in another version of the same take: ``level_curve`` in dBFS, and seconds between its frames."""

    levels_db: Vector
    hop_s: float


@dataclass(frozen=True, eq=False)
class Expectation:
    """What this mix would measure if it were where the evidence says.

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
    mean_spectra : mapping
        Role to the other version's ``"ltas"``, ``[shape=(31,)]`` in dB: powers add, so that it shows which stem differs; same song only.
    stem_levels : mapping
        Place of a stem to (mean, standard deviation) of its level in LU relative to the mix, for stems that the same song's other
        version has under the same name; `ltas`, `dynamic_spread` and `takes` have these places too.
    takes : mapping
        Place to the other version's levels over time; empty for wider evidence.
    version : MeasuredTrack, optional
        The same song's other version, its stems under the roles that they have here.
    left_out : tuple of str
        Roles that hold other stems there, so that their sums tell nothing.
    lag_s : float
        How far that version is behind.
    is_in_step : bool
        Whether that version plays the same moments; silence around them aside.
    doubt_db : mapping
        Place and kind of move (``"level"``, ``"eq"``) to a standard deviation in dB that gains have beside what spectra and levels tell.
    density_db : mapping
        Place to the noise in dB that compression may have left in a band of its spectrum, beside that of `ltas`.
    trust : float
        Probability that a difference is put down to the right stem and the right kind of move.
    freedom : float
        Degrees of freedom of Student's t by which spectra and levels spread about their means; infinite for a normal spread.
    """

    tier: str
    references: tuple[str, ...]
    ltas: Mapping[Place, Gaussian]
    levels: Gaussian
    dynamic_spread: Mapping[Place, tuple[float, float]]
    spectrum: str = "ltas"
    takes: Mapping[Place, Take] = field(default_factory=dict)
    freedom: float = np.inf
    stem_levels: Mapping[Place, tuple[float, float]] = field(default_factory=dict)
    mean_spectra: Mapping[Role, Vector] = field(default_factory=dict)
    version: MeasuredTrack | None = None
    left_out: tuple[Role, ...] = ()
    lag_s: float = 0.0
    is_in_step: bool = True
    doubt_db: Mapping[tuple[Place, str], float] = field(default_factory=dict)
    density_db: Mapping[Place, float] = field(default_factory=dict)
    trust: float = 1.0

    @property
    def is_tight(self) -> bool:
        """Whether the evidence is the same performance, so that every audible difference was made by somebody's hand."""
        return self.tier == "same song"


@dataclass(frozen=True)
class Deviation:
    """A scalar descriptor of the mix or a role against the profile's range; `z` in standard deviations of the profile."""

    target: str
    descriptor: str
    measured: float
    range: Range
    z: float


def same_song(track: MeasuredTrack, references: tuple[MeasuredTrack, ...]) -> tuple[MeasuredTrack, float] | None:
    """Return the reference that is a version of the same song and how far the two are out of step in seconds."""
    best: tuple[float, MeasuredTrack, float] | None = None
    for reference in references:
        correlation, lag_s = similarity(track.fingerprint, reference.fingerprint)
        needed = SAME_SONG if are_in_step(track, reference, lag_s) else SAME_TAKE
        if correlation >= needed and (best is None or correlation > best[0]):
            best = (correlation, reference, lag_s)
    return (best[1], best[2]) if best else None


def expect(track: MeasuredTrack, profile: Profile) -> Expectation:
    """Return what the mix is expected to measure given its profile."""
    found = same_song(track, profile.references)
    if found:
        reference, lag_s = found
        return _from_same_song(track, in_terms_of(track, reference, lag_s), lag_s)
    within = profile.within
    kin = same_session(track, profile, within) if within is not None else None
    return _from_profile(track, profile) if kin is None or within is None else _from_same_session(track, kin, within)


def _separated(error: SeparationError | None, share: float) -> Vector | float:
    return 0.0 if error is None else share * error.ltas.covariance


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
    # Of a mean that a share of other moments goes into, that share of the variance of a mean over other moments.
    alone = share_alone(track, reference, lag_s) if aligned else 1.0
    # Of a version that is not in step, no moments can be held against this one's.
    at_moments = at_its_moments(track, reference, lag_s) if aligned else reference
    same_channels = is_mono(track) == is_mono(reference)
    alike = aligned and same_channels
    # Two takes through the same separator share most of its error: only the part that follows the change in the mix is left.
    share = 0.1 if aligned and track.origin == reference.origin else 1.0
    ltas: dict[Place, Gaussian] = {}
    spread: dict[Place, tuple[float, float]] = {}
    takes: dict[Place, Take] = {}
    density: dict[Place, float] = {}
    # A stem that plays now and then is not the same over other moments, nor one of many sides when it is folded: roles say more.
    common = common_stems(track, reference) if alike else ()
    named = {place.role for place in common}
    # Versions that are out of step have other moments beside each other: there content tells nothing of a role.
    unlike = tuple(role for role in unlike_roles(track, reference, lag_s if aligned else None) if role not in named)
    for place in (MIX, *BUSES, *common):
        theirs = ltas_of(reference, place, "ltas_typical")
        # Of a role whose stems are known one by one, they tell more than their sum.
        if (not place.stem and place.role in {*named, *unlike}) or theirs is None or ltas_of(track, place, "ltas_typical") is None:
            continue
        variance = np.full(theirs.size, REPEAT_LTAS_DB**2 + (0.0 if same_channels else OTHER_CHANNELS_DB**2))
        for values in (values_of(reference, place), values_of(track, place)):
            sem = vector(values, "ltas_sem")
            variance = variance + alone * (sem**2 if sem is not None else 1.0)
        density[place] = density_gap(track, at_moments, place)
        errors = [separation_error(t, place) for t in (track, reference)]
        ltas[place] = Gaussian(theirs, np.diag(variance) + sum(_separated(e, share) for e in errors))
        # What cancels in mono changes dynamics by more than people do, and so does what plays in another part of a song.
        if place != MIX and alike and (their_spread := spread_of(at_moments, place)) is not None:
            noise = REPEAT_SPREAD_DB**2 + sum(share * e.dynamic_spread[1] ** 2 for e in errors if e is not None)
            spread[place] = (their_spread, float(np.sqrt(noise)))
            # A separator's artefacts make a stem look denser or thinner than it is.
            if not any(errors) and (levels := vector(values_of(at_moments, place), "level_curve")) is not None:
                takes[place] = Take(levels, level_hop_s(reference))
    level_noise = np.diag(
        [
            REPEAT_LEVEL_LU**2
            + (UNLIKE_LEVEL_LU**2 if role in unlike else 0.0)
            + sum(share * e.level[1] ** 2 for t in (track, reference) if (e := separation_error(t, role)) is not None)
            for role in ROLES
        ]
    )
    extra = alone + (0.0 if same_channels else OTHER_CHANNELS_LU**2)
    level_noise = level_noise + extra * np.eye(len(ROLES))
    stem_levels = _stem_levels(track, reference, common, float(np.sqrt(extra)))
    balance = Gaussian(levels_of(reference), level_noise)
    means: dict[Role, Vector] = {role: found for role in ROLES if role not in unlike and (found := ltas_of(reference, role)) is not None}
    return Expectation(
        "same song", (reference.name,), ltas, balance, spread, "ltas_typical", takes, np.inf, stem_levels, means, reference, unlike, lag_s,
        aligned, density_db={place: DENSITY_SHARE * gap for place, gap in density.items()},
    )  # fmt: skip


def common_stems(track: MeasuredTrack, reference: MeasuredTrack) -> tuple[Place, ...]:
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
    return {place: (other + shift, float(np.hypot(REPEAT_LEVEL_LU, extra_lu))) for place, (_own, other) in known.items()}


def _log_density(gap: Vector, covariance: Vector, freedom: float) -> float:
    """Return the log of Student's t density, but for a constant that depends on the dimension alone."""
    distance = float(gap @ np.linalg.solve(covariance, gap))
    return -0.5 * (freedom + gap.size) * float(np.log1p(distance / freedom)) - 0.5 * float(np.linalg.slogdet(covariance)[1])


def same_session(track: MeasuredTrack, profile: Profile, within: Within) -> MeasuredTrack | None:
    """Return the reference whose stems are like this mix's as only parts of one song are, if there is one.

    The role that is least alike is left out: it may be the one with the fault.
    """
    evidence: list[tuple[float, MeasuredTrack]] = []
    for reference in profile.references:
        roles = []
        for role in ROLES:
            ours, theirs = ltas_of(track, role), ltas_of(reference, role)
            if ours is None or theirs is None:
                continue
            known = ~np.isnan(ours - theirs)
            inside = np.ix_(known, known)
            errors = sum(_separated(separation_error(t, role), 1.0) for t in (track, reference))
            parts = within.ltas[role] * (within.scale(track.duration_s) + within.scale(reference.duration_s)) + errors
            songs = 2 * profile.ltas[role].covariance + errors
            gap = (ours - theirs)[known]
            roles.append(_log_density(gap, parts[inside], SESSION_FREEDOM) - _log_density(gap, songs[inside], SESSION_FREEDOM))
        if len(roles) >= 2:
            evidence.append((sum(sorted(roles)[1:]), reference))
    if not evidence:
        return None
    best, reference = max(evidence, key=lambda item: item[0])
    needed = SESSION_EVIDENCE + SESSION_PER_REFERENCE * float(np.log(len(profile.references)))
    return reference if best >= needed else None


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
        ltas[place] = Gaussian(theirs, SESSION_WIDER * scale * within.ltas[target] + sum(_separated(e, 1.0) for e in errors))
        if target == "mix":
            continue
        index = ROLES.index(target)
        noise[index, index] = sum(e.level[1] ** 2 for e in errors)
        if (their_spread := spread_of(reference, target)) is not None:
            variance = scale * within.dynamic_spread[target] ** 2 + sum(e.dynamic_spread[1] ** 2 for e in errors)
            spread[place] = (their_spread, float(np.sqrt(variance)))
    levels = Gaussian(levels_of(reference), SESSION_WIDER * scale * within.levels + noise)
    return Expectation("same session", (reference.name,), ltas, levels, spread, freedom=SESSION_FREEDOM)


def _from_profile(track: MeasuredTrack, profile: Profile) -> Expectation:
    ltas: dict[Place, Gaussian] = {}
    spread: dict[Place, tuple[float, float]] = {}
    level_noise = np.zeros((len(ROLES), len(ROLES)))
    for place in (MIX, *BUSES):
        target = place.role
        error = separation_error(track, target)
        expected = profile.ltas[target]
        ltas[place] = Gaussian(expected.mean, SONGS_WIDER * expected.covariance + _separated(error, 1.0))
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
        freedom=SONGS_FREEDOM,
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


def compare(track: MeasuredTrack, profile: Profile) -> tuple[Deviation, ...]:
    """Return the deviations of every compared scalar of the mix and its roles, in the order of the profile's targets."""
    deviations = []
    for target in TARGETS:
        for identifier in COMPARED:
            found = profile.targets.get(f"{target}/{identifier}")
            measured = scalar(values_of(track, target), identifier)
            if found is None or measured is None or not isinstance(found.median, float) or not isinstance(found.high, float):
                continue
            sd = max((found.high - found.median) / Z80, REGISTRY[identifier].step)
            deviations.append(Deviation(target, identifier, measured, found, (measured - found.median) / sd))
    return tuple(deviations)
