"""Stereo moves: the width of a stem, or of the mix's low end.

Against the same song's other version every stem is compared with itself in every band, and what is found is taken back. Other songs are
as wide as they please: against them only what does harm is mended, a low end that is not mono and a mix so wide that it suffers on one
loudspeaker; a mix that is narrower than all of many references is told so too. A separator's stems have not the width of the true ones:
of them nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixassistant.advice.rendering import width_response
from mixassistant.advice.suggestion import Evidence, Facts, Interval, Move, around
from mixassistant.advice.target_names import WHOLE_MIX, target_at
from mixassistant.advice.verification import State
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import Values, scalar, vector
from mixassistant.features.k_weighting import k_weighting_db
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.moves import Chain, Width
from mixassistant.profiles.expectation import Expectation, density_gap
from mixassistant.profiles.prior import values_of
from mixassistant.profiles.profile import Z80, Z90, Profile, Range, Vector
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES

LOWEST_HZ, HIGHEST_HZ, LOW_END_HZ = 20.0, 20_000.0, 120.0


@dataclass(frozen=True)
class StereoTuning:
    """What changes of width are told by.

    Parameters
    ----------
    most_db : float
        Of a change of width.
    least_db : float
        Of a change of width.
    narrowest_db : float
        Side over mid of what is taken as stereo: of less there is nothing to widen.
    noise_db : float
        Standard deviation of a band's width between two versions of a song.
    same_density_db : float
        Between versions: a compressor, and not a hand on the width, changes how wide loud and quiet moments are on average.
    explained : float
        Share of a deviation in width that one simple change has to explain.
    heard_db : float
        Bands further below a stem's strongest do not count.
    extreme : float
        Standard deviations of the references: one song in a hundred.
    mono_loss_lu : float
        That a mix must lose in mono before its width is called too much: half of what unrelated channels lose.
    many : int
        References, from which on “narrower than all of them” says something.
    low_mono : float
        Share of the low end that is mono, below which it is thin on vinyl, in clubs and on one loudspeaker.
    """

    most_db: float = 6.0
    least_db: float = 1.0
    narrowest_db: float = -30.0
    noise_db: float = 0.5
    same_density_db: float = 0.4
    explained: float = 0.7
    heard_db: float = 40.0
    extreme: float = 2.33
    mono_loss_lu: float = 1.5
    many: int = 5
    low_mono: float = 0.8


STEREO = StereoTuning()


EDGES = ((LOWEST_HZ, HIGHEST_HZ), *((LOWEST_HZ, f) for f in (120.0, 250.0, 500.0)), *((f, HIGHEST_HZ) for f in (2000.0, 4000.0, 8000.0)))


def stereo_moves(track: MeasuredTrack, profile: Profile, expectation: Expectation, before: State) -> list[Move]:
    """Suggest changes of width.

    Parameters
    ----------
    track : MeasuredTrack
    profile : Profile
    expectation : Expectation
    before : State
        Of the track: levels and spectra that are not as expected change the width of the mix, and no hand on the width did.
    """
    if track.channels == 1:
        return []
    if expectation.is_tight:
        # Other moments have other widths.
        version = expectation.version if expectation.is_in_step else None
        return _from_the_same_song(track, version, expectation) if version is not None else []
    return _from_songs(track, profile, expectation, before)


def _from_the_same_song(track: MeasuredTrack, other: MeasuredTrack, expectation: Expectation) -> list[Move]:
    moves = []
    for role in ROLES:
        if track.origin_of(role) != "supplied" or other.origin_of(role) != "supplied":
            continue
        if role in expectation.left_out:
            continue
        # Of several stems one that is louder changes the width of their sum, and no hand on the width did.
        if sum(stem.role == role for stem in track.stems) > 1:
            continue
        ours, theirs = values_of(track, role), values_of(other, role)
        mine, other_widths = vector(ours, "width_bands"), vector(theirs, "width_bands")
        spectrum = vector(ours, "ltas")
        wholes = [scalar(values, "width") for values in (ours, theirs)]
        if scalar(ours, "polarity") or scalar(ours, "silent_channel"):  # another fault, which is told
            continue
        if mine is None or other_widths is None or spectrum is None or wholes[0] is None or wholes[1] is None:
            continue
        # So far apart is no matter of width: a channel is inverted, missing, or the other version is mono.
        if abs(wholes[0] - wholes[1]) > 2 * STEREO.most_db:
            continue
        if density_gap(track, other, role) > STEREO.same_density_db:
            continue
        heard = (spectrum > spectrum.max() - STEREO.heard_db) & (np.minimum(mine, other_widths) > STEREO.narrowest_db)
        found = _simplest(mine - other_widths, heard, track.sample_rate_hz)
        if found is None:
            continue
        half = Z90 * STEREO.noise_db
        moves.append(
            Move(
                id=f"{role}-stereo",
                kind="stereo",
                target=target_at(track, Place(role)),
                chain=Chain(width=(found,)),
                evidence=Evidence.of(expectation, "width", wholes[0], wholes[1], around(wholes[1], STEREO.noise_db)),
                confidence=0.95,
                interval=Interval.of(found.change_db - half, found.change_db + half),
                predicted=round(_predicted_width(mine, spectrum, found, track.sample_rate_hz, wholes[0]), 2),
                facts=Facts(sides_db=_sides(ours, theirs, found)),
            )
        )
    return moves


def _simplest(gap: Vector, heard: Vector, sample_rate_hz: int) -> Width | None:
    """Return the one change of width that takes a deviation back, where one does."""
    if heard.sum() < 5:
        return None
    best: tuple[float, Width] | None = None
    for low, high in EDGES:
        shape = width_response(Width(6.0, low, high), sample_rate_hz)[heard] / 6.0
        gain = -float(shape @ gap[heard]) / float(shape @ shape)
        if abs(gain) < STEREO.least_db:
            continue
        width = Width(round(float(np.clip(gain, -STEREO.most_db, STEREO.most_db)), 1), low, high)
        left = gap[heard] + gain * shape
        explained = 1 - float((left**2).mean()) / float((gap[heard] ** 2).mean())
        if explained >= STEREO.explained and (best is None or explained > best[0] + 0.02):
            best = (explained, width)
    return None if best is None else best[1]


def _predicted_width(widths: Vector, spectrum: Vector, change: Width, sample_rate_hz: int, whole: float) -> float:
    """Return the width after a change, from width and power per band."""
    mid, side = _middle_and_side(widths, 10 ** (spectrum / 10))
    after = side * 10 ** (width_response(change, sample_rate_hz) / 10)
    return whole + float(10 * np.log10(after.sum() / mid.sum()) - 10 * np.log10(side.sum() / mid.sum()))


def _sides(ours: Values, theirs: Values, change: Width) -> tuple[float, float] | None:
    """Return side over mid in dB where a width is changed, here and in the other version; ``None`` where that is everywhere."""
    inside = (change.low_hz <= CENTRES_HZ) & (change.high_hz >= CENTRES_HZ)
    if inside.all():
        return None
    found = []
    for values in (ours, theirs):
        widths, spectrum = vector(values, "width_bands"), vector(values, "ltas")
        if widths is None or spectrum is None:
            return None
        middle, side = _middle_and_side(widths, 10 ** (spectrum / 10))
        found.append(_width_db(middle[inside].sum(), side[inside].sum()))
    return found[0], found[1]


def _width_db(middle: float, side: float) -> float:
    return float(10 * np.log10(max(side, 1e-12) / max(middle, 1e-12)))


def _middle_and_side(widths: Vector, power: Vector) -> tuple[Vector, Vector]:
    ratio = 10 ** (widths / 10)
    return power / (1 + ratio), power * ratio / (1 + ratio)


def _explained_db(track: MeasuredTrack, expectation: Expectation, before: State) -> float:
    """Return by how many dB the mix is wider for levels and spectra of its roles that are not as expected.

    Each role has the width that it has, in every band; powers of roles add. What was loud enough to be a fault need not be told: a
    voice in the middle that is turned down leaves a mix as wide.
    """
    known = [
        (role, widths, spectrum)
        for role in ROLES
        if (widths := vector(values_of(track, role), "width_bands")) is not None
        and (spectrum := before.spectra.get((Place(role), expectation.spectrum))) is not None
        and Place(role) in expectation.ltas
        and not np.isnan(before.levels[ROLES.index(role)] + expectation.levels.mean[ROLES.index(role)])
    ]
    if len(known) < 2:
        return 0.0
    found = []
    for is_expected in (False, True):
        middle, side = 0.0, 0.0
        for role, widths, spectrum in known:
            levels = expectation.levels.mean if is_expected else before.levels
            shape = expectation.ltas[Place(role)].mean if is_expected else spectrum
            audible = 10 ** ((np.nan_to_num(shape, nan=-200.0) + k_weighting_db(CENTRES_HZ)) / 10)
            power = 10 ** ((np.nan_to_num(shape, nan=-200.0) + levels[ROLES.index(role)]) / 10) / audible.sum()
            parts = _middle_and_side(widths, power)
            middle, side = middle + float(parts[0].sum()), side + float(parts[1].sum())
        found.append(_width_db(middle, side))
    return found[0] - found[1]


def _sd(found: Range) -> tuple[float, float] | None:
    """Return the median of a range and its standard deviation, from the side that is wider."""
    if not (isinstance(found.median, float) and isinstance(found.low, float) and isinstance(found.high, float)):
        return None
    return found.median, max(found.high - found.median, found.median - found.low) / Z80


def _evidence(name: str, measured: float, found: Range, expectation: Expectation) -> Evidence:
    return Evidence.of(expectation, name, measured, float(found.median), (float(found.low), float(found.high)))  # type: ignore[arg-type]


def _from_songs(track: MeasuredTrack, profile: Profile, expectation: Expectation, before: State) -> list[Move]:
    from scipy.stats import norm

    moves = []
    low_mono, target = scalar(track.mix, "low_mono_share"), profile.targets.get("mix/low_mono_share")
    if low_mono is not None and target is not None and low_mono < STEREO.low_mono and (usual := _sd(target)) is not None:
        score = (usual[0] - low_mono) / max(usual[1], 0.01)
        if score >= STEREO.extreme:
            width = Width(-STEREO.most_db, LOWEST_HZ, LOW_END_HZ)
            left = (1 - low_mono) * 10 ** (width.change_db / 10)
            evidence = _evidence("low_mono_share", low_mono, target, expectation)
            moves.append(_of_the_mix("low-end", width, evidence, float(norm.cdf(score - 1.28)), low_mono / (low_mono + left)))
    whole, target = scalar(track.mix, "width"), profile.targets.get("mix/width")
    loss = scalar(track.mix, "mono_loss")
    if whole is None or target is None or loss is None or (usual := _sd(target)) is None or usual[1] <= 0:
        return moves
    score = (whole - usual[0]) / usual[1]
    if abs(score) < STEREO.extreme:
        return moves
    # What levels and spectra explain is theirs to mend; that the roles' own widths make it wider than it is tells nothing.
    explained = _explained_db(track, expectation, before)
    measured = whole - (explained if explained * score > 0 else 0.0)
    score = (measured - usual[0]) / usual[1]
    is_wide = score >= STEREO.extreme and loss >= STEREO.mono_loss_lu
    is_narrow = score <= -STEREO.extreme and measured > STEREO.narrowest_db and len(profile.references) >= STEREO.many
    if is_wide or is_narrow:
        edge = float(target.high if is_wide else target.low)  # type: ignore[arg-type]
        width = Width(round(float(np.clip(edge - measured, -STEREO.most_db, STEREO.most_db)), 1), LOWEST_HZ, HIGHEST_HZ)
        if abs(width.change_db) >= STEREO.least_db:
            evidence = _evidence("width", whole, target, expectation)
            moves.append(_of_the_mix("stereo", width, evidence, float(norm.cdf(abs(score) - 1.28)), whole + width.change_db))
    return moves


def _of_the_mix(name: str, width: Width, evidence: Evidence, confidence: float, predicted: float) -> Move:
    low, high = sorted((0.5 * width.change_db, 1.5 * width.change_db))  # towards the references, and no number is the right one
    return Move(
        id=f"mix-{name}",
        kind="stereo",
        target=WHOLE_MIX,
        chain=Chain(width=(width,)),
        evidence=evidence,
        confidence=round(min(confidence, 0.95), 3),
        interval=Interval.of(low, high),
        predicted=round(predicted, 3),
    )
