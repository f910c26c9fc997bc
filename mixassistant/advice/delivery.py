"""Delivery: whether a mix is as loud, as open and as much led by its voice as where it goes asks for.

Loudness and limiting are compared with the profile and with what streaming services do to them (AES TD1008; EBU R 128 for broadcast);
the level of the lead vocal against the accompaniment with the profile (Gerdes and Siedenburg 2023 for what charts have).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.suggestion import Evidence, Suggestion, Target
from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.compare import without_absent
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Z80, Z90, Profile
from mixassistant.profiles.separation_error import levels_of, separation_error
from mixassistant.stems.stem import ROLES

TRACK_LUFS = -16.0  # AES TD1008: what tracks are normalised to
ALBUM_LUFS = -14.0  # AES TD1008: the loudest track of an album
BROADCAST_LUFS = -23.0  # EBU R 128
PEAK_LIMIT_DBTP = -1.0  # AES TD1008, EBU R 128
AUDIBLE_LU = 1.0  # about the smallest change of level that is noticed in music (Zwicker and Fastl 2007, section 7.1)
HELD_BACK_LU = 4.0  # that services leave it quieter: twice the step between AES TD1008's targets. 0 of 94; 1 of 12
OVER_LIMITED_PSR_LU = 8.0  # Shepherd et al., AES e-brief 373 (2017): below it limiting is heard. Of 94: 9.2 at least; of 12: 8.1
CRUSHED_PSR_LU = 5.0  # whatever the references do: peaks are hardly left
LEVEL_FAULT_LU = 5.0  # standard deviation of a stem's level where somebody misjudged it, as for level moves
LEVEL_FAULT_PRIOR = 0.1  # probability of that before looking, as for level moves
FREEDOM = 4.0  # degrees of freedom of Student's t by which songs differ, as for level moves: some bury the voice on purpose
VOICE_MARGIN_LU = 1.5  # beyond the range, to be sure that it is heard. Of 94, four fire (−15.8 to −6.5 LU), of 12 one (−8.4 LU)
LEAST_ACTIVITY = 0.2  # share of the song: a voice that sings less is no lead
CHARTS_LU = 1.0  # lead vocal over accompaniment in charts since 1975 (Gerdes and Siedenburg 2023)


VOICE = "vocals"
VOICE_CHECK = f"delivery-{VOICE}"
"""Id of the warning on the level of the voice, which a level move says as well."""


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


def delivery_suggestions(track: MeasuredTrack, profile: Profile, first_priority: int) -> tuple[Suggestion, ...]:
    """Return what a mix needs before it is delivered, gravest first: limiting, loudness, the level of the voice.

    Parameters
    ----------
    track : MeasuredTrack
    profile : Profile
    first_priority : int
        Priority of the first warning.
    """
    found = [s for s in (_limiting(track, profile), _loudness(track, profile), _voice(track, profile)) if s is not None]
    return tuple(replace(suggestion, priority=first_priority + index) for index, suggestion in enumerate(found))


def _warning(name: str, evidence: Evidence | None, confidence: float, text: str, target: str = "mix", role: Target = "mix") -> Suggestion:
    return Suggestion(
        id=f"delivery-{name}", target=target, role=role, kind="technical", evidence=evidence, confidence=round(confidence, 3),
        low=0.0, high=0.0, unit="", priority=0, text=text,
    )  # fmt: skip


def _evidence(profile: Profile, descriptor: str, measured: float, mean: float, sd: float) -> Evidence:
    return Evidence(
        descriptor=descriptor, measured=round(measured, 2), target=round(mean, 2), low=round(mean - Z80 * sd, 2),
        high=round(mean + Z80 * sd, 2), unit=REGISTRY[descriptor].unit, references=tuple(r.name for r in profile.references),
        tier="references" if profile.references else "prior",
    )  # fmt: skip


def _span(profile: Profile, identifier: str) -> _Span | None:
    found = profile.targets.get(f"mix/{identifier}")
    if found is None or not isinstance(found.median, float) or not isinstance(found.high, float):
        return None
    return _Span(found.median, (found.high - found.median) / Z80)


def _number(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def _between(profile: Profile, low: float, high: float, unit: str) -> str:
    whose = "your references" if profile.references else "finished songs"
    return f"{whose} lie between {_number(low)} and {_number(high)} {unit}"


def _limiting(track: MeasuredTrack, profile: Profile) -> Suggestion | None:
    """Tell of a limiter that works too hard, from the peaks that are left over the loudest three seconds (or the whole, if shorter)."""
    name = next((i for i in ("psr", "plr") if scalar(track.mix, i) is not None), "")
    measured, span = scalar(track.mix, name), _span(profile, name)
    if measured is None or measured >= OVER_LIMITED_PSR_LU:
        return None
    below = span is not None and measured < span.low
    if not below and measured >= CRUSHED_PSR_LU:
        return None
    over = "the loudest three seconds" if name == "psr" else "its loudness"
    reason = f"; {_between(profile, span.low, span.high, 'LU')}" if below and span is not None else ""
    text = (
        f"The mix is limited hard: its peaks stand only {_number(measured)} LU over {over} (limiting is heard below "
        f"{OVER_LIMITED_PSR_LU:g} LU){reason}. Work on the version before the limiter, and limit last."
    )
    evidence = _evidence(profile, name, measured, span.mean, span.sd) if below and span is not None else None
    return _warning("over-limited", evidence, 0.95 if measured < CRUSHED_PSR_LU + 1 else 0.85, text)


def _loudness(track: MeasuredTrack, profile: Profile) -> Suggestion | None:
    measured, peak, span = scalar(track.mix, "lufs"), scalar(track.mix, "true_peak"), _span(profile, "lufs")
    if measured is None or peak is None or span is None:
        return None
    evidence = _evidence(profile, "lufs", measured, span.mean, span.sd)
    usual = _between(profile, span.low, span.high, "LUFS")
    if measured > max(span.high, ALBUM_LUFS) + AUDIBLE_LU:
        text = (
            f"The mix is louder than it will be played: at {_number(measured)} LUFS streaming services turn it down by "
            f"{measured - TRACK_LUFS:.1f} LU as a track ({_number(TRACK_LUFS)} LUFS) and by {measured - ALBUM_LUFS:.1f} LU as the loudest "
            f"of an album ({_number(ALBUM_LUFS)} LUFS, AES TD1008), while {usual}. Limit less: it will be played as loud, with more punch."
        )
        return _warning("loud", evidence, 0.85, text)
    if measured >= span.low - AUDIBLE_LU:
        return None
    # Turned up to where its peaks may be, it still is this much too quiet: services do not limit, so that it stays so.
    room = PEAK_LIMIT_DBTP - peak
    left = TRACK_LUFS - measured - room
    fits = ", though it fits broadcast (EBU R 128)" if abs(measured - BROADCAST_LUFS) <= AUDIBLE_LU else ""
    start = f"The mix is quiet: {_number(measured)} LUFS{fits}, while {usual}."
    if left >= HELD_BACK_LU:
        text = (
            f"{start} Its peaks allow {max(room, 0.0):.1f} dB more below −{-PEAK_LIMIT_DBTP:g} dBTP, which leaves it {left:.1f} LU under "
            f"the {_number(TRACK_LUFS)} LUFS of streaming: tame the highest peaks, or leave that to mastering."
        )
        return _warning("quiet", evidence, 0.6, text)
    if measured < BROADCAST_LUFS - AUDIBLE_LU:
        text = f"{start} Turn it up by {min(room, TRACK_LUFS - measured):.1f} dB: its peaks stay below −{-PEAK_LIMIT_DBTP:g} dBTP."
        return _warning("quiet", evidence, 0.6, text)
    return None


def _voice(track: MeasuredTrack, profile: Profile) -> Suggestion | None:
    """Tell of a lead vocal whose level against the accompaniment lies outside the profile's range by more than can be missed."""
    levels, index = levels_of(track), ROLES.index("vocals")
    activity = scalar(values_of(track, "vocals"), "activity")
    if np.isnan(levels[index]) or np.count_nonzero(~np.isnan(levels)) < 2 or (activity is not None and activity < LEAST_ACTIVITY):
        return None
    expected = without_absent(levels, profile.levels)
    error = separation_error(track, "vocals")
    measured, mean = float(levels[index]), float(expected.mean[index])
    sd = float(np.hypot(_voice_sd(profile), error.level[1] if error is not None else 0.0))
    low, high = (ratio_lu(mean + side * Z90 * sd) for side in (-1, 1))
    ratio = ratio_lu(measured)
    if low - VOICE_MARGIN_LU <= ratio <= high + VOICE_MARGIN_LU:
        return None
    quiet = ratio < low
    stems = [s.name for s in track.stems if s.role == "vocals"]
    remedy = "lift it, or make room for it in the accompaniment" if quiet else "turn it down, or bring the accompaniment up"
    text = (
        f"The lead vocal lies {abs(ratio):.1f} LU {'under' if ratio < 0 else 'over'} the accompaniment; "
        f"{_between(profile, low, high, 'LU')} (charts: about {_number(CHARTS_LU)} LU over it): {remedy}, if that is not meant."
    )
    target = stems[0] if len(stems) == 1 else "vocals"
    evidence = _evidence(profile, "level", measured, mean, sd)
    return _warning(VOICE, evidence, _fault_probability((measured - mean) / sd, sd), text, target, "vocals")


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

    meant, misjudged = (2 * float(t.sf(abs(z) * narrower, FREEDOM)) for narrower in (1.0, sd / float(np.hypot(sd, LEVEL_FAULT_LU))))
    found = LEVEL_FAULT_PRIOR * misjudged
    return found / (found + (1 - LEVEL_FAULT_PRIOR) * meant)
