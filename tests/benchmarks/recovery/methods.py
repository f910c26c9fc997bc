"""The methods that are compared: ours, doing nothing, mean-curve matching, equal loudness, and matchering where it is installed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.recovery.score import Answer, Curve
from mixassistant.advice.curves import eq_response
from mixassistant.advice.engine import Advice, advise
from mixassistant.advice.level import level_change
from mixassistant.advice.rendering import Parts
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import vector
from mixassistant.features.measure import measure
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import Prior
from mixassistant.profiles.recognition import find_same_song
from mixassistant.profiles.separation_error import levels_of, ltas_of
from mixassistant.stems.stem import ROLES, Role

MOST_DB = 12.0  # no tool lets its match go further


@dataclass(frozen=True, eq=False)
class Case:
    """All that a method is given: the measured mix and its stems, measured references, a prior, and a reference's sound for matchering."""

    track: MeasuredTrack
    sums: Mapping[Role, Audio]
    references: tuple[MeasuredTrack, ...]
    prior: Prior
    sound: Audio | None = None


def ours(case: Case) -> Answer:
    """Return what the program suggests."""
    profile = build_profile("references", case.references, case.prior)
    start = time.perf_counter()
    advice = advise(case.track, profile, Parts(case.sums))
    return _answer(advice, case, time.perf_counter() - start)


def _answer(advice: Advice, case: Case, seconds: float) -> Answer:
    rate = case.track.sample_rate_hz
    curves: dict[str, Curve] = {role: np.zeros(CENTRES_HZ.size) for role in case.sums}
    gains = dict.fromkeys(case.sums, 0.0)
    reductions: dict[str, float] = {}
    claims = []
    for move in advice.moves:
        chain, interval = move.chain, move.interval
        targets = tuple(case.sums) if move.role == "mix" else (move.role,)
        for role in targets:
            if chain.bands:
                curves[role] = curves[role] + eq_response(chain.bands, rate)
            gains[role] += chain.gain_db
        if chain.compression is not None:
            reductions[move.role] = chain.compression.gain_reduction_db
        if move.kind in ("eq", "level", "compression"):
            claims.append((move.kind, move.role, chain.bands[0].frequency_hz if chain.bands else 0.0, interval.low, interval.high))
    proof = advice.verification
    kinds = {"level": "level", "dynamic_spread": "compression", "width": "stereo", "low_mono_share": "stereo"}
    kinds |= {f"masked_{role}": "masking" for role in ROLES}
    predictions = tuple(
        (kinds.get(key.split("/")[1].partition("@")[0], "eq"), proof.predicted[key], proof.measured[key])
        for key in proof.predicted
        if key in proof.measured
    )
    crushed = tuple(s.role for s in advice.suggestions if s.id.endswith("over-compressed"))
    return Answer(curves, gains, reductions, tuple(claims), predictions, crushed, seconds)


def nothing(case: Case) -> Answer:
    """Do nothing."""
    return Answer()


def _targets(case: Case) -> tuple[dict[str, Curve], Curve]:
    """Return what the spectra and levels should be: the same song's where there is one, else the references' mean."""
    found = find_same_song(case.track, case.references)
    tracks = (found[0],) if found else case.references
    spectra = {r: [s for t in tracks if (s := ltas_of(t, r)) is not None] for r in case.sums}
    levels = np.nanmean([levels_of(t) for t in tracks], axis=0)
    return {role: np.mean(rows, axis=0) for role, rows in spectra.items() if rows}, levels


def mean_curve(case: Case) -> Answer:
    """Match each stem's third-octave spectrum to the references' mean, as most tools do."""
    curves = {}
    for role, target in _targets(case)[0].items():
        own = ltas_of(case.track, role)
        if own is not None:
            gap = np.nan_to_num(target - own)
            curves[role] = np.clip(gap - np.median(gap[(CENTRES_HZ >= 50) & (CENTRES_HZ <= 12_500)]), -MOST_DB, MOST_DB)
    return Answer(curves)


def equal_loudness(case: Case) -> Answer:
    """Give each stem the references' mean level."""
    levels, target = levels_of(case.track), _targets(case)[1]
    wanted = np.nan_to_num(target - levels)
    gains = wanted.copy()
    for _ in range(50):  # gains change the mix, and with it every relative level
        gains += wanted - level_change(np.nan_to_num(levels, nan=-90.0), gains)
    gains = np.clip(gains - gains.mean(), -MOST_DB, MOST_DB)
    return Answer(gains={role: float(gains[ROLES.index(role)]) for role in case.sums})


def matchering(case: Case) -> Answer:
    """Match the mix to a reference with matchering 2 (mix level: the same curve on every stem)."""
    import matchering as mg
    import soundfile
    from matchering.log.exceptions import ModuleError

    whole = mix(list(case.sums.values()))
    assert case.sound is not None
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("target.wav", "reference.wav", "result.wav")]
        for path, audio in zip(paths, (whole, case.sound), strict=False):
            soundfile.write(path, audio.samples.T, audio.sample_rate_hz, subtype="FLOAT")
        wanted = [mg.Result(str(paths[2]), subtype="FLOAT", use_limiter=False)]
        try:
            mg.process(target=str(paths[0]), reference=str(paths[1]), results=wanted)
        except ModuleError:  # the two are the same
            return Answer()
        samples, rate = soundfile.read(paths[2], dtype="float32", always_2d=True)
    spectra = [vector(measure(a, "mix", only=frozenset({"ltas"})), "ltas") for a in (whole, Audio(samples.T.copy(), rate))]
    if spectra[0] is None or spectra[1] is None:
        return Answer()
    gap = spectra[1] - spectra[0]
    return Answer(dict.fromkeys(case.sums, gap - np.median(gap)))


METHODS: Mapping[str, Callable[[Case], Answer]] = {
    "ours": ours, "nothing": nothing, "mean curve": mean_curve, "equal loudness": equal_loudness,
    **({"matchering": matchering} if find_spec("matchering") else {}),
}  # fmt: skip
