"""Measuring: every extractor of the registry over one piece of audio, or over a song with its stems."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mixassistant.audio.source import Source

# The extractors' modules register their descriptors when they are imported.
from mixassistant.features import (  # noqa: F401
    clicks,
    dynamics,
    faults,
    harmonics,
    integrity,
    levels,
    loudness,
    masking,
    noise,
    resonances,
    spectral_shape,
    spectrum,
    stereo,
    transients,
)
from mixassistant.features.crew import Crew
from mixassistant.features.descriptor import REGISTRY, Descriptor, Measurement, Scope, SongParts, Values, scalar
from mixassistant.features.fingerprint import fingerprint
from mixassistant.features.models import descriptors as model_descriptors  # noqa: F401
from mixassistant.features.pitch import descriptors as pitch_descriptors  # noqa: F401
from mixassistant.features.representations import Representations
from mixassistant.features.rhythm import descriptors as rhythm_descriptors  # noqa: F401
from mixassistant.features.structure import chords as chord_descriptors  # noqa: F401
from mixassistant.features.structure import descriptors as structure_descriptors  # noqa: F401
from mixassistant.features.structure.stretches import Sounding, found_sections, measure_sections, said_to_fit
from mixassistant.features.timbre import descriptors as timbre_descriptors  # noqa: F401
from mixassistant.features.tonality import descriptors as tonality_descriptors  # noqa: F401
from mixassistant.features.track import MeasuredStem, MeasuredTrack, Section
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.stem import ROLES, Role, Song

FAMILIES = (
    "loudness", "dynamics", "levels", "spectrum", "spectral_shape", "resonances", "stereo", "transients", "harmonics", "rhythm",
    "tonality", "pitch", "timbre", "noise", "structure", "masking", "integrity", "faults", "clicks", "models",
)  # fmt: skip

LEVEL = Descriptor(
    "level",
    "Level in the mix",
    "LU",
    (-80, 20),
    0.5,
    "Loudness of the stem while it plays, relative to the mix.",
    "BS.1770-5 stem minus mix",
    scopes=("stem",),
)
SECTIONS = frozenset({"sections", "section_letters", "section_kinds"})
MOST_WORKERS = 4  # each holds tens of megabytes while it works
LONG_S = 1200.0  # from here on one piece after the other: of an hour each holds a gigabyte for a while
BESIDE_SHARE = 0.95  # of the time: what is left puts it together
# Belongs to a stem and its mix together, so no extractor of one audio yields it.
REGISTRY.declare(loudness.__name__, [LEVEL])
REGISTRY.arrange(FAMILIES)
_SLOW = frozenset(d.id for d in REGISTRY if d.family == "timbre")
_QUICK = frozenset(d.id for d in REGISTRY if d.family not in ("timbre", "models"))


def methods() -> dict[str, str]:
    """Return the version of every descriptor's method; those of trained networks change with what the user has installed."""
    from mixassistant.features.models.measurement import installed

    weights = installed()
    suffix = f"+{hashlib.sha256(weights.encode()).hexdigest()[:8]}" if weights else ""
    return {d.id: f"{d.version}{suffix if any('weights' in need for need in d.needs) else ''}" for d in REGISTRY}


def methods_key() -> str:
    """Return a key that changes whenever any method does: what is kept under another key is measured again."""
    return hashlib.sha256(",".join(f"{i}@{version}" for i, version in methods().items()).encode()).hexdigest()[:12]


def measure(
    audio: Source | Representations, scope: Scope, device: str = "cpu", only: frozenset[str] | None = None, role: Role | None = None
) -> Values:
    """Measure audio.

    Parameters
    ----------
    audio : Source or Representations
    scope : {"mix", "stem"}
        Descriptors of the other scope are left out.
    device : str
        Torch device.
    only : frozenset of str, optional
        Ids to measure; all by default.
    role : Role, optional
        Of a stem: descriptors of other roles are left out. Without it those of all roles are measured.
    """
    shared = audio if isinstance(audio, Representations) else Representations(audio, device)
    values: dict[str, Measurement] = {}
    for identifiers, extract in REGISTRY.extractors:
        wanted = [i for i in identifiers if _applies(REGISTRY[i], scope, role) and (only is None or i in only)]
        if wanted:
            shared.tick()
            found = shared.once(extract)
            values.update({i: _unless_short(i, found[i], shared.audio.duration_s) for i in wanted})
    return values


def _unless_short(identifier: str, found: Measurement, duration_s: float) -> Measurement:
    """Return a measurement, or why there is none of audio that is too short for its definition."""
    least_s = REGISTRY[identifier].least_s
    return found if found.value is None or duration_s >= least_s else Measurement(None, f"shorter than {least_s:g} s")


def _applies(descriptor: Descriptor, scope: Scope, role: Role | None) -> bool:
    return scope in descriptor.scopes and (role is None or not descriptor.roles or role in descriptor.roles)


def measure_together(parts: SongParts, only: frozenset[str] | None = None) -> Values:
    """Measure what a mix and its stems have together; the descriptors are the mix's."""
    values: dict[str, Measurement] = {}
    for identifiers, extract in REGISTRY.song_extractors:
        wanted = [i for i in identifiers if only is None or i in only]
        if wanted:
            found = extract(parts)
            values.update({i: _unless_short(i, found[i], parts.mix.audio.duration_s) for i in wanted})
    return values


def with_level(values: Values, mix: Values) -> Values:
    """Return a stem's measurements with its level relative to the mix, where both were measured."""
    if "lufs" not in values or "lufs" not in mix:
        return values
    own, whole = scalar(values, "lufs"), scalar(mix, "lufs")
    if own is None:
        level = Measurement(None, values["lufs"].reason)
    else:
        level = Measurement(own - whole) if whole is not None else Measurement(None, f"the mix is {mix['lufs'].reason}")
    return {**values, LEVEL.id: level}


def with_needed(only: frozenset[str] | None) -> frozenset[str] | None:
    """Return ids to measure with those that sections are measured from, where any of theirs is among them."""
    return only if only is None or not only & SECTIONS else only | SECTIONS | {"lufs", "momentary"}


def _threads() -> int:
    """Return how many threads this process may use."""
    import torch

    return torch.get_num_threads()


@dataclass(frozen=True, eq=False)
class _Piece:
    """The mix, a stem, or the sum of a role's stems."""

    name: str
    shared: Representations
    scope: Scope
    role: Role | None = None


def _measure_beside(pieces: list[_Piece], only: frozenset[str] | None, count: int, progress: Progress) -> None:
    """Compute what the pieces' descriptors are made from, several at once: to measure them is then to look it up.

    Networks wait until all else is done: they use all processors by themselves, and much memory.
    """
    quick, slow = (frozenset(d.id for d in REGISTRY if only is None or d.id in only) & ids for ids in (_QUICK, _SLOW))

    def begin(piece: _Piece) -> None:
        measure(piece.shared, piece.scope, piece.shared.device, quick, piece.role)

    def end(piece: _Piece, _begun: None) -> None:
        measure(piece.shared, piece.scope, piece.shared.device, slow, piece.role)

    with Crew(count) as crew:
        for piece in pieces:
            piece.shared.tick, piece.shared.crew = crew.tick, crew
        # What is slow has parts, with which threads help each other: it comes last, so that none of them is idle at the end.
        begun = [crew.start(begin, piece) for piece in pieces]
        ended = [crew.start(end, piece, first) for piece, first in zip(pieces, begun, strict=True)]

        def report(share: float) -> None:
            open_one = next((piece for piece, last in zip(pieces, ended, strict=True) if not last.done()), pieces[-1])
            progress(f"Measuring {open_one.name}", share)
            for future in (*begun, *ended):
                if future.done():
                    future.result()  # what has failed ends all

        crew.finish((*begun, *ended), report)
    for piece in pieces:
        piece.shared.crew = None


def measure_song(song: Song, device: str = "cpu", progress: Progress = silent, only: frozenset[str] | None = None) -> MeasuredTrack:
    """Measure a mix, its stems, and the sum of each role's stems.

    Parameters
    ----------
    song : Song
    device : str
        Torch device.
    progress : Progress
    only : frozenset of str, optional
        Ids to measure; all by default.
    """
    only = with_needed(only)
    if only is not None and any(i == LEVEL.id or i in ids for i in only for ids, _ in REGISTRY.song_extractors):
        only = only | {"lufs", "lra"}  # what levels and the song's own descriptors are made from
    sums = song.role_sums()
    alone = {stem.role: stem for stem in song.stems if sum(s.role == stem.role for s in song.stems) == 1}
    summed = {role: audio for role, audio in sums.items() if role not in alone}
    shared = Representations(song.mix, device)
    owns = [Representations(stem.audio, device) for stem in song.stems]
    pieces = [
        _Piece("the mix", shared, "mix"),
        *(_Piece(stem.name, own, "stem", stem.role) for stem, own in zip(song.stems, owns, strict=True)),
        *(_Piece(f"all {role}", Representations(audio, device), "stem", role) for role, audio in summed.items()),
    ]
    steps = 1 + len(pieces)
    done = 0
    count = min(_threads(), len(pieces), MOST_WORKERS) if device == "cpu" and song.mix.duration_s < LONG_S else 1
    if count > 1:
        _measure_beside(pieces, only, count, part(progress, 0.0, BESIDE_SHARE))
        progress = part(progress, BESIDE_SHARE, 1.0)

    def step(name: str) -> Callable[[], None]:
        nonlocal done
        stage, fraction = f"Measuring {name}", done / steps
        done += 1
        progress(stage, fraction)
        return lambda: progress(stage, fraction)

    def measured(piece: _Piece) -> Values:
        piece.shared.tick = step(piece.name)
        return measure(piece.shared, piece.scope, device, only, piece.role)

    mix = dict(measured(pieces[0]))
    prints = fingerprint(shared)
    parts: dict[str, Representations] = {}
    values: dict[str, Values] = {"mix": mix}
    stems = []
    for stem, piece in zip(song.stems, pieces[1:], strict=False):
        own = with_level(measured(piece), mix)
        stems.append(MeasuredStem(stem.name, stem.role, stem.origin, own))
        if stem.role in alone:
            parts[stem.role], values[stem.role] = piece.shared, own
    for role, piece in zip(summed, pieces[1 + len(song.stems) :], strict=True):
        parts[role], values[role] = piece.shared, with_level(measured(piece), mix)
    shared.tick = step("the song as a whole")
    supplied = [stem.audio for stem in song.stems] if song.origin == "supplied" else []
    mix.update(measure_together(SongParts(shared, parts, values, supplied), only))
    roles = {role: values[role] for role in ROLES if role in values}
    sections = found_sections(mix, song.mix.duration_s)
    return MeasuredTrack(
        name=song.name,
        content_hash=song.content_hash,
        duration_s=song.mix.duration_s,
        sample_rate_hz=song.mix.sample_rate_hz,
        channels=song.mix.channels,
        mix={i: mix[i] for i in REGISTRY.descriptors if i in mix},
        roles=roles,
        stems=tuple(stems),
        tags=dict(song.tags),
        fingerprint=prints,
        warnings=(*song.warnings, *dict.fromkeys(note for piece in pieces for note in piece.shared.notes)),
        sections=measure_sections(sections, Sounding(shared.bands.total, mix, roles)) if sections else (),
    )


def with_sections(
    track: MeasuredTrack, song: Song, said: Sequence[Section], device: str = "cpu", progress: Progress = silent
) -> MeasuredTrack:
    """Return a track with the sections that its user says, measured; only the spectrum of the mix is computed again.

    Parameters
    ----------
    track : MeasuredTrack
    song : Song
        Whose mix the track was measured of.
    said : sequence of Section
        In any order, without gaps; empty: those that are found.
    device : str
        Torch device.
    progress : Progress

    Raises
    ------
    ValueError
        A section has no length, or they overlap or leave gaps.
    """
    sections = said_to_fit(said, track.duration_s) or found_sections(track.mix, track.duration_s)
    if not sections:
        return replace(track, sections=())
    shared = Representations(song.mix, device, lambda: progress("Measuring the sections", 0.0))
    return replace(track, sections=measure_sections(sections, Sounding(shared.bands.total, track.mix, track.roles)))


def is_told_by(said: Sequence[Section], track: MeasuredTrack) -> bool:
    """Tell whether a track's sections are those that its user says (empty: those that are found)."""
    wanted = said_to_fit(said, track.duration_s) or found_sections(track.mix, track.duration_s)
    told = tuple(Section(s.start_s, s.end_s, s.letter, s.kind, s.is_guess) for s in track.sections)
    return told == wanted
