"""What a mix is expected to measure where its stems cannot be held against those of the song's other version: the mixes tell.

A separator made one side's stems, or the other version is folded to mono, or holds other moments of the song.
The stems have to sum to the mix, and both mixes to hold the same moments in the same channels; where that is not so, or the other
mix is not made of these stems, little is said or the stems are compared one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mixassistant.advice.level import level_change
from mixassistant.advice.mix_fit import Change
from mixassistant.advice.mix_regression import find_changes
from mixassistant.advice.rendering import Parts
from mixassistant.advice.verification import State, after_eq
from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.resample import resample
from mixassistant.audio.source import BLOCK
from mixassistant.features.cross_powers import cross_powers
from mixassistant.features.descriptor import scalar
from mixassistant.features.fingerprint import COVERED, octaves
from mixassistant.features.frames import SPECTRAL_RATE_HZ
from mixassistant.features.representations import FRAMES_PER_S, HOP
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.moves import Chain
from mixassistant.profiles.expectation import SAME_SONG, Expectation, is_mono
from mixassistant.profiles.profile import Z90, Gaussian, Vector
from mixassistant.stems.place import BUSES, MIX, Place
from mixassistant.stems.stem import ROLES, Role
from mixassistant.stems.stem_files import energy


@dataclass(frozen=True)
class FromMixesTuning:
    """When the mixes of two versions are taken to tell of their stems.

    Parameters
    ----------
    most_moments, fewest_moments : int
        Spread over the song: more say nothing new, fewer not enough.
    lag_moments : int
        Of them, those that tell the shift, and whether the stems are the mix's.
    lag_step : int
        Of the shifts that are tried, in samples: 6 ms, which cost less than 0.05 dB of misfit.
    lag_share : float
        Of the misfit in step, that a shift has to come below.
    sum_db : float
        That the sum of the stems may differ from the mix, or they are not its stems.
    width_db, width_share : float
        What the widths of two mixes may differ by beside what gains on the stems do to it, and what each dB of a change adds (a separator
        tells the sides of stems less well than their middles): more, and levels tell of the sides.
    """

    most_moments: int = 600
    fewest_moments: int = 40
    lag_moments: int = 80
    lag_step: int = HOP // 16
    lag_share: float = 0.9
    sum_db: float = 0.3
    width_db: float = 1.2
    width_share: float = 0.35


FROM_MIXES = FromMixesTuning()


@dataclass(frozen=True)
class Doubt:
    """What to allow for: `wider` times the standard deviations, a `share` of a gain beside it; how often stem and kind are `right`."""

    wider: float
    share: float
    right: float


SEPARATED = Doubt(2.0, 0.2, 0.9)  # measured on songs that the separator was not trained on
OWN = Doubt(2.0, 0.03, 0.95)  # stems as they were mixed


def expectation_from_mixes(expectation: Expectation, track: MeasuredTrack, before: State, parts: Parts, device: str = "cpu") -> Expectation:
    """Return what this mix's stems are expected to measure, told by the two mixes; itself where they do not tell.

    Parameters
    ----------
    expectation : Expectation
        From another version of the same song.
    track : MeasuredTrack
    before : State
        Of the track.
    parts : Parts
    device : str
        Torch device.
    """
    version = expectation.version
    origins = {track.origin, version.origin if version is not None else ""}
    if version is None or len(parts.sums) < 2:
        return expectation
    is_folded = is_mono(version) and not is_mono(track)
    # Stems of one's own are compared one by one, but for what folding does to them, and moments that only one version has.
    if origins <= {"", "supplied"} and not is_folded and expectation.is_in_step:
        return expectation
    if is_mono(track) and not is_mono(version):
        return _knowing_nothing(expectation)
    stems = [resample(stem, SPECTRAL_RATE_HZ) for stem in parts.sums.values()]  # once, not for every shift that is tried
    own, theirs = _same_moments(track, version, expectation.lag_s)
    if own.size < FROM_MIXES.fewest_moments:
        return expectation
    if not _are_its_stems(track, stems, own, device):
        # A stem of the user's own among a separator's: neither do they sum to the mix, nor is the other version's alike.
        return _knowing_nothing(expectation) if len({stem.origin for stem in track.stems}) > 1 else expectation
    if is_folded:
        stems = [stem.mono() for stem in stems]
    shift = _shift(mix(stems), version, own, theirs, device)
    powers = cross_powers(stems, own, device, shift)
    changes = find_changes(powers, version.fingerprint[:, theirs], tuple(parts.sums), track.sample_rate_hz)
    if changes is None:
        return expectation
    gains = {change.target: change.gain_db for change in changes if change.band is None}
    allowed = FROM_MIXES.width_db + FROM_MIXES.width_share * sum(abs(change.size_db) for change in changes)
    if not is_folded and abs(_widening(parts.sums, gains) - _width_gap(track, version)) > allowed:
        return _knowing_nothing(expectation)
    doubt = OWN if track.origin == "supplied" else SEPARATED
    return _expected(expectation, changes, track, before, doubt)


def _width_gap(track: MeasuredTrack, version: MeasuredTrack) -> float:
    """Return by how many dB the other mix is wider."""
    ours, theirs = (scalar(measured.mix, "width") for measured in (track, version))
    return 0.0 if ours is None or theirs is None else theirs - ours


def _widening(sums: Mapping[Role, Audio], gains: Mapping[str, float]) -> float:
    """Return by how many dB gains on stems make their sum wider: a voice in the middle that is turned down does."""
    widths = []
    length = min(audio.length for audio in sums.values())
    for chosen in ({}, gains):
        middle = side = 0.0
        for start in range(0, length, BLOCK):
            whole = sum(10 ** (chosen.get(role, 0.0) / 20) * audio.read(start, min(start + BLOCK, length)) for role, audio in sums.items())
            assert isinstance(whole, np.ndarray)
            middle += energy(whole[0] + whole[-1])
            side += energy(whole[0] - whole[-1])
        widths.append(10 * np.log10(max(side / length, 1e-12) / max(middle / length, 1e-12)))
    return float(widths[1] - widths[0])


def _knowing_nothing(expectation: Expectation) -> Expectation:
    """Return it without anything on stems: what is on the sides went to other levels, and nobody can tell whose."""
    levels = Gaussian(expectation.levels.mean, 1e4 * np.eye(len(ROLES)))
    return replace(expectation, ltas={p: g for p, g in expectation.ltas.items() if p == MIX}, levels=levels, dynamic_spread={})


def _same_moments(track: MeasuredTrack, version: MeasuredTrack, lag_s: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return frames of this mix, and those of the other that the same plays in."""
    lag = round(lag_s * FRAMES_PER_S)
    first, last = max(0, -lag), min(track.fingerprint.shape[1], version.fingerprint.shape[1] - lag)
    own = np.unique(np.linspace(first, last - 1, min(FROM_MIXES.most_moments, max(last - first, 0))).astype(np.intp))
    return own, own + lag


def _gap_db(powers: Vector, fingerprint: NDArray[np.float32]) -> Vector:
    """Return by how much octaves differ from a fingerprint in its loud moments."""
    rows = octaves(powers.sum(axis=(0, 1))[COVERED])
    loud = fingerprint > np.quantile(fingerprint, 0.95, axis=1, keepdims=True) - 30.0
    return np.asarray((10 * np.log10(np.maximum(rows, 1e-12)) - fingerprint)[loud])


def _are_its_stems(track: MeasuredTrack, stems: list[Audio], own: NDArray[np.intp], device: str) -> bool:
    some = own[:: max(1, own.size // FROM_MIXES.lag_moments)]
    gap = _gap_db(cross_powers([mix(stems)], some, device), track.fingerprint[:, some])
    return bool(gap.size) and float(np.mean(np.abs(gap))) <= FROM_MIXES.sum_db


def _shift(whole: Audio, version: MeasuredTrack, own: NDArray[np.intp], theirs: NDArray[np.intp], device: str) -> int:
    """Return by how many samples at 44.1 kHz this mix's moments lie off the other's: frames are 93 ms apart."""
    each = max(1, own.size // FROM_MIXES.lag_moments)
    some, heard = own[::each], version.fingerprint[:, theirs[::each]]
    misfits = {}
    for shift in range(-HOP // 2, HOP // 2 + 1, FROM_MIXES.lag_step):
        gap = _gap_db(cross_powers([whole], some, device, shift), heard)
        misfits[shift] = float(np.mean(np.abs(gap - np.median(gap)))) if gap.size else np.inf
    best = min(misfits, key=lambda shift: misfits[shift])
    return best if misfits[best] < FROM_MIXES.lag_share * misfits[0] else 0


def _expected(expectation: Expectation, changes: tuple[Change, ...], track: MeasuredTrack, before: State, allowed: Doubt) -> Expectation:
    chains: dict[Place, Chain] = {}
    gains = np.zeros(len(ROLES))
    doubt: dict[tuple[Place, str], float] = {}
    for change in changes:
        sd_db = allowed.wider * change.sd_db
        if not change.is_clear or abs(change.size_db) < Z90 * sd_db:  # something was done, but as well the other way or another thing
            continue
        place = Place.parse(change.target)
        what = (place, "level" if change.band is None else "eq")
        doubt[what] = max(doubt.get(what, 0.0), float(np.hypot(sd_db, allowed.share * change.size_db)))
        if change.band is None:
            gains[BUSES.index(place)] += change.gain_db
        else:
            chains[place] = chains.get(place, Chain()).then(Chain((change.band,)))
    equalized = after_eq(before, chains, track.sample_rate_hz)
    ltas, means = dict(expectation.ltas), dict(expectation.mean_spectra)
    for role, bus in zip(ROLES, BUSES, strict=True):
        spectrum = equalized.spectra.get((bus, expectation.spectrum))
        if bus in ltas and spectrum is not None:
            ltas[bus] = Gaussian(spectrum, np.eye(spectrum.size) * SAME_SONG.repeat_ltas_db**2)
            means[role] = equalized.spectra[bus, "ltas"]
    levels = Gaussian(equalized.levels + level_change(equalized.levels, gains), np.eye(len(ROLES)) * SAME_SONG.repeat_level_lu**2)
    # What a separator makes of dynamics differs by more than people do to them.
    return replace(
        expectation, ltas=ltas, mean_spectra=means, levels=levels, dynamic_spread={}, density_db={}, doubt_db=doubt, trust=allowed.right
    )
