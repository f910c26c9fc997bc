"""Delivery: whether a mix is as loud, as open and as much led by its voice as where it goes asks for.

Loudness and limiting are compared with the profile and with what streaming services do to them (AES TD1008; EBU R 128 for broadcast);
the level of the lead vocal against the accompaniment with the profile (Gerdes and Siedenburg 2023 for what charts have).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.suggestion import Evidence, Suggestion, Target
from mixassistant.advice.words import certainty, decibels
from mixassistant.advice.words import number as _number
from mixassistant.features.descriptor import REGISTRY, scalar
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.expectation import Expectation, without_absent
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Z80, Z90, Profile
from mixassistant.profiles.separation_error import levels_of, separation_error
from mixassistant.profiles.taste import Preference
from mixassistant.stems.stem import ROLES

TRACK_LUFS = -16.0  # AES TD1008: what tracks are normalised to
ALBUM_LUFS = -14.0  # AES TD1008: the loudest track of an album
BROADCAST_LUFS = -23.0  # EBU R 128
PEAK_LIMIT_DBTP = -1.0  # AES TD1008, EBU R 128
AUDIBLE_LU = 1.0  # about the smallest change of level that is noticed in music (Zwicker and Fastl 2007, section 7.1)
HELD_BACK_LU = 4.0  # that services leave it quieter: twice the step between AES TD1008's targets. 0 of 94; 1 of 12
# Below it a mix was limited: of 81 that were not, two (7.6, 9.5). Limited by 6 dB, nine in ten of 24 are, by 3 dB half of them
LIMITED_PLR_LU = 10.0
UNLIMITED_DBTP = 2.0  # a limiter leaves no such peaks: samples end at full scale, and what lies between them reaches 0.6 in 81 mixes
OVER_LIMITED_PSR_LU = 8.0  # Shepherd et al., AES e-brief 373 (2017): below it limiting is heard. Of 94: 9.2 at least; of 12: 8.1
# Against another version of the song, where an EQ by 6 dB takes 2.3 at most (14 songs) and a stem turned by 4 dB 2.0 (27). Clipping and
# saturation by 3 dB take 2.5 and more in all of 19, limiters by 3 and 6 dB in 19 and 20 of 21: two were dense already
LIMITED_MORE_LU = 2.5
LIMITED_MORE_PER_LU = 0.8  # and of the largest change of a stem's level: drums turned down take their peaks with them, 0.79 at most
VERSIONS_SD_LU = 0.7  # of the peaks that are left, between versions of those songs that were equalized or balanced otherwise
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
OVER_LIMITED = "over-limited"


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
class _Usual:
    """Where the songs lie that a mix is compared with, as people are told it: `low` is `high` of a single reference."""

    whose: str
    low: float
    high: float

    def text(self, unit: str) -> str:
        """Return it as a part of a sentence."""
        if self.low == self.high:
            return f"{self.whose} has {_number(self.low)} {unit}"
        return f"{self.whose} lie between {_number(self.low)} and {_number(self.high)} {unit}"


def _usual(profile: Profile, own: Sequence[float | None], measured: float, low: float, high: float) -> _Usual:
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
        return _Usual("your reference" if len(known) == 1 else "your references", min(known), max(known))
    like = {0: "finished songs", 1: "mixes like your reference"}.get(len(profile.references), "mixes like your references")
    return _Usual(f"nine of ten {like}", low, high)


def delivery_suggestions(track: MeasuredTrack, profile: Profile, expectation: Expectation, first_priority: int) -> tuple[Suggestion, ...]:
    """Return what a mix needs before it is delivered, gravest first: limiting, the level of the voice, loudness.

    Parameters
    ----------
    track : MeasuredTrack
    profile : Profile
    expectation : Expectation
        Holds the same song's other version, and the level of the voice as its user likes it.
    first_priority : int
        Priority of the first warning.
    """
    limiting = _limited_more(track, expectation) or _limiting(track, profile)
    found = [s for s in (limiting, _voice(track, profile, expectation), _loudness(track, profile)) if s is not None]
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


def _peaks(track: MeasuredTrack) -> str:
    """Return the descriptor of the peaks that are left: over the loudest three seconds, or over the whole of a shorter sound."""
    return next((i for i in ("psr", "plr") if scalar(track.mix, i) is not None), "")


def _over(name: str) -> str:
    return "the loudest three seconds" if name == "psr" else "its loudness"


def _limited_more(track: MeasuredTrack, expectation: Expectation) -> Suggestion | None:
    """Tell of a limiter that works harder than in the same song's other version, which no gain and hardly any equalizer looks like."""
    version, name = expectation.version, _peaks(track)
    if version is None or not expectation.is_in_step:
        return None
    measured, theirs = scalar(track.mix, name), scalar(version.mix, name)
    if measured is None or theirs is None:
        return None
    moved = np.abs(levels_of(track) - levels_of(version))
    if theirs - measured < max(LIMITED_MORE_LU, LIMITED_MORE_PER_LU * float(np.nanmax(moved, initial=0.0))):
        return None
    text = (
        f"The mix is limited harder than your other version of this song, “{version.name}”, by about {decibels(theirs - measured)}: "
        f"its peaks stand {_number(measured)} LU over {_over(name)}, there {_number(theirs)} LU. Work on the version before the limiter, "
        "and limit last."
    )
    low, high = (round(theirs + side * Z80 * VERSIONS_SD_LU, 2) for side in (-1, 1))
    evidence = Evidence(name, round(measured, 2), round(theirs, 2), low, high, REGISTRY[name].unit, (version.name,), "same song")
    return _warning(OVER_LIMITED, evidence, 0.9, text)


def _limiting(track: MeasuredTrack, profile: Profile) -> Suggestion | None:
    """Tell of a limiter that works too hard, from the peaks that are left over the loudest three seconds (or the whole, if shorter)."""
    name = _peaks(track)
    measured, span = scalar(track.mix, name), _span(profile, name)
    if measured is None or measured >= OVER_LIMITED_PSR_LU:
        return None
    below = span is not None and measured < span.low
    if not below and measured >= CRUSHED_PSR_LU:
        return None
    reason = ""
    if below and span is not None:
        reason = f"; {_usual(profile, [scalar(r.mix, name) for r in profile.references], measured, span.low, span.high).text('LU')}"
    text = (
        f"The mix is limited hard: its peaks stand only {_number(measured)} LU over {_over(name)} (limiting is heard below "
        f"{OVER_LIMITED_PSR_LU:g} LU){reason}. Work on the version before the limiter, and limit last."
    )
    evidence = _evidence(profile, name, measured, span.mean, span.sd) if below and span is not None else None
    return _warning(OVER_LIMITED, evidence, 0.95 if measured < CRUSHED_PSR_LU + 1 else 0.85, text)


def told_once(drafts: Sequence[Suggestion], checks: Sequence[Suggestion], track: MeasuredTrack) -> list[Suggestion]:
    """Return drafts that agree with the warnings.

    A level move of the voice that a warning tells too, the same way, has the surer probability of the two. What separated stems have
    lost of their dynamics to the limiter of the mix is no compression of their own.
    """
    told = {s.id: s for s in checks}
    voice, is_limited = told.get(VOICE_CHECK), f"delivery-{OVER_LIMITED}" in told and track.origin != "supplied"
    agreed = []
    for draft in drafts:
        if is_limited and draft.id.endswith("-over-compressed"):
            continue
        if says_the_same(draft, voice) and voice is not None and voice.confidence > draft.confidence:
            text = re.sub(r"\([a-z ,]+, \d+ %\)", f"({certainty(voice.confidence)}, {100 * voice.confidence:.0f} %)", draft.text)
            draft = replace(draft, confidence=voice.confidence, text=text)
        agreed.append(draft)
    return agreed


def is_liked_so(voice: Suggestion, taste: Mapping[str, Preference]) -> bool:
    """Tell whether earlier answers surely go the way that the voice lies: who refused to lift it in other songs is not asked to here."""
    known = taste.get(f"level/{VOICE}")
    if known is None or voice.evidence is None or abs(known.offset_db) < max(AUDIBLE_LU, Z80 * known.sd_db):
        return False
    return known.offset_db * (voice.evidence.measured - voice.evidence.target) > 0


def says_the_same(move: Suggestion, voice: Suggestion | None) -> bool:
    """Tell whether a move turns the voice the way that the warning on its level asks for."""
    if voice is None or voice.evidence is None or move.kind != "level" or move.role != VOICE:
        return False
    return bool(move.gain_db * (voice.evidence.target - voice.evidence.measured) > 0)


def _loudness(track: MeasuredTrack, profile: Profile) -> Suggestion | None:
    measured, peak, span = scalar(track.mix, "lufs"), scalar(track.mix, "true_peak"), _span(profile, "lufs")
    if measured is None or peak is None or span is None:
        return None
    evidence = _evidence(profile, "lufs", measured, span.mean, span.sd)
    usual = _usual(profile, [scalar(r.mix, "lufs") for r in profile.references], measured, span.low, span.high).text("LUFS")
    if measured > (most := max(span.high, ALBUM_LUFS)) + AUDIBLE_LU:
        if peak - measured < LIMITED_PLR_LU and peak < UNLIMITED_DBTP:
            remedy = "Limit less: it will be played as loud, with more punch."
        else:  # nothing was limited: it only is turned up too far
            remedy = f"Turn the whole mix down by {decibels(max(measured - most, peak - PEAK_LIMIT_DBTP))}: nothing is lost."
        text = (
            f"The mix is louder than it will be played: at {_number(measured)} LUFS streaming services turn it down by "
            f"{measured - TRACK_LUFS:.1f} LU as a track ({_number(TRACK_LUFS)} LUFS) and by {measured - ALBUM_LUFS:.1f} LU as the loudest "
            f"of an album ({_number(ALBUM_LUFS)} LUFS, AES TD1008), while {usual}. {remedy}"
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


def _voice(track: MeasuredTrack, profile: Profile, expectation: Expectation) -> Suggestion | None:
    """Tell of a lead vocal whose level against the accompaniment lies outside the profile's range by more than can be missed."""
    levels, index = levels_of(track), ROLES.index("vocals")
    activity = scalar(values_of(track, "vocals"), "activity")
    if np.isnan(levels[index]) or np.count_nonzero(~np.isnan(levels)) < 2 or (activity is not None and activity < LEAST_ACTIVITY):
        return None
    expected = without_absent(levels, expectation.levels)
    error = separation_error(track, "vocals")
    measured, mean = float(levels[index]), float(expected.mean[index])
    if np.isnan(mean):  # the other version has no voice
        return None
    sd = float(np.hypot(_voice_sd(profile), error.level[1] if error is not None else 0.0))
    low, high = (ratio_lu(mean + side * Z90 * sd) for side in (-1, 1))
    ratio = ratio_lu(measured)
    if low - VOICE_MARGIN_LU <= ratio <= high + VOICE_MARGIN_LU:
        return None
    quiet = ratio < low
    own = [float(levels_of(r)[index]) for r in profile.references]
    usual = _usual(profile, [None if np.isnan(level) else ratio_lu(level) for level in own], ratio, low, high)
    stems = [s.name for s in track.stems if s.role == "vocals"]
    remedy = "lift it, or make room for it in the accompaniment" if quiet else "turn it down, or bring the accompaniment up"
    text = (
        f"The lead vocal lies {_beside(ratio)} the accompaniment; in {usual.whose} it lies {_beside_it(usual)} "
        f"(charts: about {_beside(CHARTS_LU)} it): {remedy}, if that is not meant."
    )
    target = stems[0] if len(stems) == 1 else "vocals"
    evidence = _evidence(profile, "level", measured, mean, sd)
    return _warning(VOICE, evidence, _fault_probability((measured - mean) / sd, sd), text, target, "vocals")


def _beside(ratio: float) -> str:
    return f"{abs(ratio):.1f} LU {'under' if ratio < 0 else 'over'}"


def _beside_it(usual: _Usual) -> str:
    """Return where the voice lies: ``"5.4 LU under it"``, ``"between 5.4 LU under and 4.1 LU over it"``."""
    low, high = _beside(usual.low), _beside(usual.high)
    if usual.low == usual.high:
        return f"{low} it"
    if low.split()[1:] == high.split()[1:]:
        low = low.split()[0]
    return f"between {low} and {high} it"


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
