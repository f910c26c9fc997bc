"""Plausible measured songs, profiles, suggestions and reports for tests: made of formulas, without audio."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mixassistant.advice.findings import TruePeak
from mixassistant.advice.suggestion import Check, Evidence, Interval, Kind, Move, Target, Verification
from mixassistant.advice.target_names import WHOLE_MIX
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import Measurement
from mixassistant.features.track import MeasuredSection, MeasuredStem, MeasuredTrack
from mixassistant.processing.moves import Band, Chain, Compression
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Gaussian, Profile, Range
from mixassistant.profiles.section_standing import section_standing
from mixassistant.profiles.standing import Stand, standing
from mixassistant.report.document import Document, build_document
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES, Role

NASTY = "\"><script>alert(1)</script>\n| **bold** `code` 🔥 [x](javascript:1) & 'quote' %s {{ 7*7 }} \x1b[31m"
CREATED = "2025-03-01T12:34:56+00:00"
SOURCE = {"path": "/music/My Song.wav", "stems": "", "separator": "auto"}
# Centre in Hz and width in octaves of each role's spectrum.
SHAPES = {"mix": (160.0, 3.2), "drums": (400.0, 3.6), "bass": (80.0, 1.3), "vocals": (900.0, 1.7), "other": (600.0, 2.4)}
LEVELS = {"drums": -7.4, "bass": -7.9, "vocals": -9.1, "other": -6.0}
EXPECTED = {"drums": -7.9, "bass": -7.4, "vocals": -5.1, "other": -6.2}


def spectrum(target: str, seed: int = 0, bump_db: float = 0.0) -> np.ndarray:
    """Return a 1/3-octave spectrum in dB relative to its own power, with a bump at 315 Hz."""
    centre, width = SHAPES[target]
    octaves = np.log2(CENTRES_HZ / centre)
    shape = -3.0 * (octaves / width) ** 2 * 2 + np.random.default_rng(seed).normal(0, 0.8, CENTRES_HZ.size)
    shape += bump_db * np.exp(-((np.log2(CENTRES_HZ / 315)) ** 2))
    return shape - 10 * np.log10((10 ** (shape / 10)).sum())


def _scalars(**values: float) -> dict[str, Measurement]:
    return {name: Measurement(value) for name, value in values.items()}


def loudness_curves(duration_s: float) -> dict[str, Measurement]:
    time_s = np.arange(0, duration_s, 0.1)
    song = -12 + 4 * np.sin(2 * np.pi * time_s / 60) ** 2 - 25 * np.exp(-time_s / 3) - 25 * np.exp((time_s - duration_s) / 3)
    wobble = np.random.default_rng(1).normal(0, 1.5, time_s.size)
    return {"momentary": Measurement(song + wobble), "short_term": Measurement(song)}


def role_values(role: str, seed: int = 0) -> dict[str, Measurement]:
    return {
        **_scalars(
            level=LEVELS[role], lufs=LEVELS[role] - 9.8, lra=6.2, true_peak=-4.3, sample_peak=-4.6, crest=13.84, dynamic_spread=17.3,
            width=-12.2, activity=0.87, tilt=-4.41, correlation=0.91, silent_channel=0.0, polarity=0.0,
        ),
        "ltas": Measurement(spectrum(role, seed, 4.0 if role == "bass" else 0.0)),
    }  # fmt: skip


def make_sections(duration_s: float, louder_lu: float = 0.0) -> tuple[MeasuredSection, ...]:
    """Return an intro, verses and choruses, the last of which the user has named; the choruses are louder by some more."""
    form = (("A", "intro"), ("B", "verse"), ("C", "chorus"), ("B", "verse"), ("C", "chorus"), ("D", ""))
    edges = np.linspace(0, duration_s, len(form) + 1)
    found = []
    for index, (letter, kind) in enumerate(form):
        loudness = -8.6 + louder_lu if kind == "chorus" else -11.0
        values = {"lufs": Measurement(loudness), "ltas": Measurement(spectrum("mix", index))}
        levels: dict[Role, float] = {"drums": -5.1, "vocals": -6.0 if kind == "chorus" else -4.2} if kind else {"drums": -3.0}
        found.append(MeasuredSection(edges[index], edges[index + 1], letter, kind, index != 4, values, levels))
    return tuple(found)


def make_track(name: str = "Night drive", duration_s: float = 214.0, stem_names: dict[Role, list[str]] | None = None) -> MeasuredTrack:
    names = stem_names or {"drums": ["KICK", "SNARE", "HATS"], "bass": ["bass"], "vocals": ["LEAD VOX"], "other": ["PAD + BASS"]}
    mix = {
        **_scalars(
            lufs=-9.8, lra=6.24, short_term_max=-7.61, momentary_max=-6.02, true_peak=-0.31, sample_peak=-0.55, plr=9.49, psr=8.13,
            crest=12.3, tilt=-4.53, width=-9.87, correlation=0.812, mono_loss=0.42, balance=-0.13, dc_offset=0.0001, clipping=0,
            silent_channel=0.0, polarity=0.0, activity=0.97, dynamic_spread=12.2,
        ),
        **loudness_curves(duration_s),
        "ltas": Measurement(spectrum("mix")),
        "danceability": Measurement(None, "needs the danceability weights"),
        "width_bands": Measurement(np.linspace(-30, -5, 31)),
    }  # fmt: skip
    roles: dict[Role, dict[str, Measurement]] = {role: role_values(role) for role in ROLES if role in names}
    stems = tuple(MeasuredStem(stem, role, "supplied", role_values(role, i)) for role in roles for i, stem in enumerate(names[role]))
    tags = {"title": name, "artist": "The Examples", "genre": "Rock"}
    return MeasuredTrack(
        name=name, content_hash="ab" * 32, duration_s=duration_s, sample_rate_hz=44100, channels=2, mix=mix, roles=roles,
        stems=stems, tags=tags,
        fingerprint=np.zeros((8, 4), np.float32),
        sections=make_sections(duration_s),
    )  # fmt: skip


def make_profile(references: int = 12, name: str = "your references") -> Profile:
    targets = {}
    for target in SHAPES:
        centre, spread = spectrum(target, seed=9), 2.5 + 1.5 * np.abs(np.log2(CENTRES_HZ / 800)) / 4
        low, high = centre - 1.28 * spread, centre + 1.28 * spread
        targets[f"{target}/ltas"] = Range(tuple(centre), tuple(low), tuple(high), "dB", references)
    scalars = {
        "lufs": (-9.1, 1.2, "LUFS"), "lra": (5.9, 1.8, "LU"), "true_peak": (-0.8, 0.4, "dBTP"), "plr": (9.6, 1.1, "LU"),
        "psr": (9.9, 0.8, "LU"), "crest": (12.8, 1.3, "dB"), "tilt": (-4.6, 0.4, "dB/octave"), "width": (-10.1, 2.2, "dB"),
    }  # fmt: skip
    for identifier, (median, half, unit) in scalars.items():
        targets[f"mix/{identifier}"] = Range(median, median - half, median + half, unit, references)
    for role in ROLES:
        targets[f"{role}/level"] = Range(EXPECTED[role], EXPECTED[role] - 2.3, EXPECTED[role] + 2.3, "LU", references)
        targets[f"{role}/dynamic_spread"] = Range(13.0, 10.1, 15.9, "dB", references)
    return Profile(
        name=name,
        references=tuple(make_track(f"Reference {i + 1}") for i in range(references)),
        prior_weight=4 / (4 + references),
        ltas={target: Gaussian(spectrum(target), np.eye(31)) for target in SHAPES},
        levels=Gaussian(np.array([EXPECTED[role] for role in ROLES]), np.eye(4)),
        targets=targets,
    )


def make_move(place: str, chain: Chain, evidence: Evidence | None = None, **other: Any) -> Move:
    """Return a move of a chain at a place, of the kind that the chain is."""
    kind: Kind = "eq" if chain.bands else "compression" if chain.compression else "stereo" if chain.width else "level"
    where = Place.parse(place)
    about = Evidence("level", -6.0, -4.0, -5.0, -3.0, "LU", (), "prior") if evidence is None else evidence
    values = {"kind": kind, "confidence": 0.9, "interval": Interval(0.0, 0.0), **other}
    return Move(id=f"{place}-{kind}", target=Target(where, where.stem or where.role), chain=chain, evidence=about, **values)


def make_suggestions(
    target: str = "LEAD VOX", references: tuple[str, ...] = ("Reference 1", "Reference 2", "Reference 3", "Reference 4", "Reference 5")
) -> tuple[Move, Move, Move, Check]:
    """Return a level, an equalizer, a compression and a check, first things first."""
    level = Evidence("level", -9.1, -5.1, -7.4, -2.8, "LU", references, "references")
    ltas = Evidence("ltas", -6.12, -10.4, -12.6, -8.2, "dB", references, "references", 315.0)
    spread = Evidence("dynamic_spread", 17.3, 13.0, 10.1, 15.9, "dB", (), "prior")
    bands = Band("bell", 311.87654, -4.1234, 1.0312), Band("high_shelf", 2412.3, 1.52, 0.71), Band("high_pass", 31.2, 0.0, 0.71)
    return (
        Move(
            id="vocals-level", kind="level", target=Target(Place("vocals"), target), chain=Chain(gain_db=4.05), evidence=level,
            confidence=0.99, interval=Interval(2.9, 5.2),
        ),
        Move(
            id="bass-eq", kind="eq", target=Target(Place("bass"), "bass"), chain=Chain(bands), evidence=ltas, confidence=0.974,
            interval=Interval(-5.6, -2.7),
        ),
        Move(
            id="drums-compression", kind="compression", target=Target(Place("drums"), "drums", 3),
            chain=Chain(compression=Compression(-22.4, 3.0, 0.01, 0.18, 6.0, 1.9, 2.5)), evidence=spread, confidence=0.912,
            interval=Interval(1.4, 3.6),
        ),
        Check(id="technical-true-peak", target=WHOLE_MIX, finding=TruePeak(-0.3), confidence=1.0),
    )  # fmt: skip


def make_verification() -> Verification:
    return Verification(
        distance_before=1.084,
        distance_after=0.712,
        before={"vocals/level": -9.1, "bass/ltas@315": -6.12, "drums/dynamic_spread": 17.3},
        predicted={"vocals/level": -5.62, "bass/ltas@315": -9.9, "drums/dynamic_spread": 15.9},
        measured={"vocals/level": -5.71, "bass/ltas@315": -9.74, "drums/dynamic_spread": 15.62},
        ltas_after={"bass": tuple(spectrum("bass", 0, 0.3)), "drums": tuple(spectrum("drums"))},
        dropped=(replace(make_suggestions()[0], id="other-level", target=Target(Place("other"), "PAD + BASS")),),
    )


def make_standing(track: MeasuredTrack, references: int = 12) -> tuple[Stand, ...]:
    """Return where a track stands among songs whose levels lie around those that are expected, and whose spectra differ a little."""
    others = []
    for number in range(references):
        song, rng = make_track(f"Reference {number + 1}"), np.random.default_rng(number)
        shift = {role: float(rng.normal(EXPECTED[role], 1.2)) for role in ROLES}
        roles = {
            role: {**values, "level": Measurement(shift[role]), "ltas": Measurement(spectrum(role, number + 20))}
            for role, values in song.roles.items()
        }
        others.append(replace(song, roles=roles, mix={**song.mix, "lufs": Measurement(float(rng.normal(-9.5, 1.0)))}))
    return standing(track, others, load_prior())


def make_document(**changes: object) -> Document:
    track, profile = changes.get("track", make_track()), changes.get("profile", make_profile())
    assert isinstance(track, MeasuredTrack) and isinstance(profile, Profile)
    parts: dict[str, object] = {
        "track": track, "profile": profile, "suggestions": make_suggestions(), "verification": make_verification(),
        "standing": make_standing(track, len(profile.references)),
        "section_stands": section_standing(track, [replace(track, sections=make_sections(track.duration_s, n / 4)) for n in range(9)]),
        "warnings": ("The stems were made by the embedded separator, which is rough.",), "created": CREATED, "source": SOURCE,
    }  # fmt: skip
    return build_document(**{**parts, **changes})  # type: ignore[arg-type]


def as_version_1(document: Document) -> Document:
    """Return a document as the program wrote it before there were stages and standing."""
    new = ("type", "group", "odds", "decision")
    old = {key: value for key, value in document.items() if key not in ("stage", "standing", "section_standing")}
    old["mix"] = {key: value for key, value in document["mix"].items() if key != "sections"}
    suggestions = [{key: value for key, value in s.items() if key not in new} for s in document["suggestions"]]
    profile = {key: value for key, value in document["profile"].items() if key != "own"}
    return {**old, "schema": "mixassistant.report/1", "profile": profile, "suggestions": suggestions}


def make_nasty() -> Document:
    """Everything that comes from outside is hostile."""
    names: dict[Role, list[str]] = {"drums": [NASTY], "vocals": [NASTY + "2", "日本のギター 한국 中文", "\udcff\udcfe", "A" * 300]}
    track = make_track(NASTY, stem_names=names)
    track = replace(track, sections=tuple(replace(section, letter=NASTY) for section in track.sections))
    profile = replace(make_profile(3, NASTY), references=tuple(make_track(NASTY) for _ in range(3)))
    return make_document(
        track=track, profile=profile, suggestions=make_suggestions(NASTY, (NASTY,)), warnings=(NASTY,), source={"path": NASTY}
    )
