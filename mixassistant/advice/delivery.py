"""Delivery: whether a mix is as loud, as open and as much led by its voice as where it goes asks for.

Loudness and limiting are compared with the profile and with what streaming services do to them (AES TD1008; EBU R 128 for broadcast);
the level of the lead vocal against the accompaniment with the profile (Gerdes and Siedenburg 2023 for what charts have).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mixassistant.advice.findings import Finding, Limited, LimitedHarder, Loud, Quiet, Usual, VoiceOff
from mixassistant.advice.standards import ALBUM_LUFS, BROADCAST_LUFS, OVER_LIMITED_PSR_LU, PEAK_LIMIT_DBTP, TRACK_LUFS
from mixassistant.advice.suggestion import Check, Evidence, around
from mixassistant.advice.target_names import WHOLE_MIX, target_at
from mixassistant.features.descriptor import scalar
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.expectation import Expectation, without_absent
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Z80, Z90, Profile
from mixassistant.profiles.separation_error import levels_of, separation_error
from mixassistant.profiles.taste import Preference, is_closed
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES


@dataclass(frozen=True)
class DeliveryTuning:
    """What tells limiting, loudness and the level of the voice. “Of 94” and “of 12” are the songs of `technical`.

    Parameters
    ----------
    audible_lu : float
        About the smallest change of level that is noticed in music (Zwicker and Fastl 2007, section 7.1).
    held_back_lu : float
        That services leave a mix quieter: twice the step between AES TD1008's targets. 0 of 94; 1 of 12.
    limited_plr_lu : float
        Below it a mix was limited: of 81 that were not, two (7.6, 9.5). Limited by 6 dB, nine in ten of 24 are, by 3 dB half of them.
    unlimited_dbtp : float
        A limiter leaves no such peaks: samples end at full scale, and what lies between them reaches 0.6 in 81 mixes.
    limited_more_lu : float
        Against another version of the song, where an EQ by 6 dB takes 2.3 at most (14 songs) and a stem turned by 4 dB 2.0 (27). Clipping
        and saturation by 3 dB take 2.5 and more in all of 19, limiters by 3 and 6 dB in 19 and 20 of 21: two were dense already.
    limited_more_per_lu : float
        And of the largest change of a stem's level: drums turned down take their peaks with them, 0.79 at most.
    versions_sd_lu : float
        Standard deviation of the peaks that are left, between versions of those songs that were equalized or balanced otherwise.
    crushed_psr_lu : float
        Whatever the references do: peaks are hardly left.
    level_fault_lu : float
        Standard deviation of a stem's level where somebody misjudged it, as for level moves.
    level_fault_prior : float
        Probability of that before looking, as for level moves.
    freedom : float
        Degrees of freedom of Student's t by which songs differ, as for level moves: some bury the voice on purpose.
    voice_margin_lu : float
        Beyond the range, to be sure that it is heard. Of 94, four fire (−15.8 to −6.5 LU), of 12 one (−8.4 LU).
    least_activity : float
        Share of the song: a voice that sings less is no lead.
    """

    audible_lu: float = 1.0
    held_back_lu: float = 4.0
    limited_plr_lu: float = 10.0
    unlimited_dbtp: float = 2.0
    limited_more_lu: float = 2.5
    limited_more_per_lu: float = 0.8
    versions_sd_lu: float = 0.7
    crushed_psr_lu: float = 5.0
    level_fault_lu: float = 5.0
    level_fault_prior: float = 0.1
    freedom: float = 4.0
    voice_margin_lu: float = 1.5
    least_activity: float = 0.2


DELIVERY = DeliveryTuning()


@dataclass(frozen=True)
class _Span:
    """Mean and standard deviation of the profile's range of a descriptor of the mix."""

    mean: float
    sd: float

    @property
    def low(self) -> float:
        """The 5th percentile."""
        return self.mean - Z90 * self.sd

    @property
    def high(self) -> float:
        """The 95th percentile."""
        return self.mean + Z90 * self.sd


@dataclass(frozen=True)
class _Basis:
    """What evidence of delivery rests on."""

    references: tuple[str, ...]
    tier: str

    @classmethod
    def of(cls, profile: Profile) -> _Basis:
        return cls(tuple(r.name for r in profile.references), "references" if profile.references else "prior")


def _usual(profile: Profile, own: Sequence[float | None], measured: float, low: float, high: float) -> Usual:
    """Return what the references measure themselves, where that shows how far out the mix is; else where most such mixes lie.

    Parameters
    ----------
    own : sequence of float or None
        Of each reference.
    low, high : float
        5th and 95th percentile of what the next song of this kind is expected to measure.
    """
    known = [value for value in own if value is not None and np.isfinite(value)]
    if known and len(known) == len(own) and not min(known) <= measured <= max(known):
        return Usual(min(known), max(known), len(known), is_theirs=True)
    return Usual(low, high, len(profile.references), is_theirs=False)


def delivery_checks(track: MeasuredTrack, profile: Profile, expectation: Expectation) -> tuple[Check, ...]:
    """Return what a mix needs before it is delivered, gravest first: limiting, the level of the voice, loudness.

    Parameters
    ----------
    track : MeasuredTrack
    profile : Profile
    expectation : Expectation
        Holds the same song's other version, and the level of the voice as its user likes it.
    """
    limiting = _limited_harder(track, expectation) or _limited(track, profile)
    return tuple(check for check in (limiting, _voice(track, profile, expectation), _loudness(track, profile)) if check is not None)


def _of_the_mix(name: str, finding: Finding, evidence: Evidence | None, confidence: float) -> Check:
    return Check(id=f"delivery-{name}", target=WHOLE_MIX, finding=finding, confidence=confidence, evidence=evidence)


def _evidence(profile: Profile, descriptor: str, measured: float, mean: float, sd: float) -> Evidence:
    return Evidence.of(_Basis.of(profile), descriptor, measured, mean, around(mean, sd))


def _span(profile: Profile, identifier: str) -> _Span | None:
    found = profile.targets.get(f"mix/{identifier}")
    if found is None or not isinstance(found.median, float) or not isinstance(found.high, float):
        return None
    return _Span(found.median, (found.high - found.median) / Z80)


def _peaks(track: MeasuredTrack) -> str:
    """Return the descriptor of the peaks that are left: over the loudest three seconds, or over the whole of a shorter sound."""
    return next((i for i in ("psr", "plr") if scalar(track.mix, i) is not None), "")


def _limited_harder(track: MeasuredTrack, expectation: Expectation) -> Check | None:
    """Tell of a limiter that works harder than in the same song's other version, which no gain and hardly any equalizer looks like."""
    version, name = expectation.version, _peaks(track)
    if version is None or not expectation.is_in_step:
        return None
    measured, theirs = scalar(track.mix, name), scalar(version.mix, name)
    if measured is None or theirs is None:
        return None
    moved = np.abs(levels_of(track) - levels_of(version))
    if theirs - measured < max(DELIVERY.limited_more_lu, DELIVERY.limited_more_per_lu * float(np.nanmax(moved, initial=0.0))):
        return None
    evidence = Evidence.of(_Basis((version.name,), "same song"), name, measured, theirs, around(theirs, DELIVERY.versions_sd_lu))
    return _of_the_mix("over-limited", LimitedHarder(version.name, name, measured, theirs), evidence, 0.9)


def _limited(track: MeasuredTrack, profile: Profile) -> Check | None:
    """Tell of a limiter that works too hard, from the peaks that are left over the loudest three seconds (or the whole, if shorter)."""
    name = _peaks(track)
    measured, span = scalar(track.mix, name), _span(profile, name)
    if measured is None or measured >= OVER_LIMITED_PSR_LU:
        return None
    usual = evidence = None
    if span is not None and measured < span.low:
        usual = _usual(profile, [scalar(r.mix, name) for r in profile.references], measured, span.low, span.high)
        evidence = _evidence(profile, name, measured, span.mean, span.sd)
    elif measured >= DELIVERY.crushed_psr_lu:
        return None
    return _of_the_mix("over-limited", Limited(name, measured, usual), evidence, 0.95 if measured < DELIVERY.crushed_psr_lu + 1 else 0.85)


def _loudness(track: MeasuredTrack, profile: Profile) -> Check | None:
    measured, peak, span = scalar(track.mix, "lufs"), scalar(track.mix, "true_peak"), _span(profile, "lufs")
    if measured is None or peak is None or span is None:
        return None
    evidence = _evidence(profile, "lufs", measured, span.mean, span.sd)
    usual = _usual(profile, [scalar(r.mix, "lufs") for r in profile.references], measured, span.low, span.high)
    if measured > (most := max(span.high, ALBUM_LUFS)) + DELIVERY.audible_lu:
        is_limited = peak - measured < DELIVERY.limited_plr_lu and peak < DELIVERY.unlimited_dbtp
        turn_down_db = None if is_limited else max(measured - most, peak - PEAK_LIMIT_DBTP)
        return _of_the_mix("loud", Loud(measured, usual, turn_down_db), evidence, 0.85)
    if measured >= span.low - DELIVERY.audible_lu:
        return None
    # Turned up to where its peaks may be, it still is this much too quiet: services do not limit, so that it stays so.
    room = PEAK_LIMIT_DBTP - peak
    left = TRACK_LUFS - measured - room
    fits = abs(measured - BROADCAST_LUFS) <= DELIVERY.audible_lu
    if left >= DELIVERY.held_back_lu:
        return _of_the_mix("quiet", Quiet(measured, usual, fits, max(room, 0.0), left), evidence, 0.6)
    if measured < BROADCAST_LUFS - DELIVERY.audible_lu:
        return _of_the_mix("quiet", Quiet(measured, usual, fits, min(room, TRACK_LUFS - measured), None), evidence, 0.6)
    return None


def _voice(track: MeasuredTrack, profile: Profile, expectation: Expectation) -> Check | None:
    """Tell of a lead vocal whose level against the accompaniment lies outside the profile's range by more than can be missed."""
    levels, index = levels_of(track), ROLES.index("vocals")
    activity = scalar(values_of(track, "vocals"), "activity")
    if np.isnan(levels[index]) or np.count_nonzero(~np.isnan(levels)) < 2 or (activity is not None and activity < DELIVERY.least_activity):
        return None
    expected = without_absent(levels, expectation.levels)
    error = separation_error(track, "vocals")
    measured, mean = float(levels[index]), float(expected.mean[index])
    if np.isnan(mean):  # the other version has no voice
        return None
    sd = float(np.hypot(_voice_sd(profile), error.level[1] if error is not None else 0.0))
    low, high = (ratio_lu(mean + side * Z90 * sd) for side in (-1, 1))
    ratio = ratio_lu(measured)
    if low - DELIVERY.voice_margin_lu <= ratio <= high + DELIVERY.voice_margin_lu:
        return None
    own = [float(levels_of(r)[index]) for r in profile.references]
    usual = _usual(profile, [None if np.isnan(level) else ratio_lu(level) for level in own], ratio, low, high)
    return Check(
        id="delivery-vocals",
        target=target_at(track, Place("vocals")),
        finding=VoiceOff(ratio, usual, is_quiet=ratio < low),
        confidence=round(_fault_probability((measured - mean) / sd, sd), 3),
        evidence=_evidence(profile, "level", measured, mean, sd),
    )


def is_liked_so(voice: Check, taste: Mapping[str, Preference]) -> bool:
    """Tell whether earlier answers surely go the way that the voice lies: who refused to lift it in other songs is not asked to here."""
    known, evidence = taste.get("level/vocals"), voice.evidence
    if known is None or evidence is None:
        return False
    if is_closed(taste, voice.target.place, "level", evidence.target - evidence.measured):
        return True
    is_sure = abs(known.offset_db) >= max(DELIVERY.audible_lu, Z80 * known.sd_db)
    return is_sure and known.offset_db * (evidence.measured - evidence.target) > 0


def _voice_sd(profile: Profile) -> float:
    """Return the spread of the voice's level: of the range, which a song with hardly any voice does not widen as it does a covariance."""
    found = profile.targets.get("vocals/level")
    if found is not None and isinstance(found.median, float) and isinstance(found.high, float):
        return (found.high - found.median) / Z80
    return float(profile.levels.sd[ROLES.index("vocals")])


def ratio_lu(level_lu: float) -> float:
    """Return the level of a stem over all the others together, from its level relative to the power sum of all.

    ``10 log₁₀(p / (1 − p))`` with ``p = 10^(level / 10)``, of uncorrelated stems.

    Parameters
    ----------
    level_lu : float
        LU, below 0: a stem is a part of the sum.
    """
    power = min(10 ** (level_lu / 10), 0.999)
    return float(10 * np.log10(power / (1 - power)))


def _fault_probability(z: float, sd: float) -> float:
    """Return the probability that a level so far out was misjudged and not meant: tails with and without a fault, weighed by Bayes."""
    from scipy.stats import t

    meant, misjudged = (
        2 * float(t.sf(abs(z) * narrower, DELIVERY.freedom)) for narrower in (1.0, sd / float(np.hypot(sd, DELIVERY.level_fault_lu)))
    )
    found = DELIVERY.level_fault_prior * misjudged
    return found / (found + (1 - DELIVERY.level_fault_prior) * meant)
