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
from mixassistant.progress import Progress, Tally, shares, silent
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
# What each takes, where a stem is 1.
MIX_WEIGHT = 3.0
LAST_WEIGHT = 0.5  # what is measured of the song as a whole
SLOW_SHARE = 0.35  # of the time that a mix or a stem takes: `_SLOW`
TICKS_PER_S = {"mix": 1.8, "stem": 1.55}  # how often what is not slow tells that it goes on, for each second of audio
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


@dataclass(eq=False)
class _Piece:
    """The mix, a stem, or the sum of a role's stems.

    `shared` is what its measurements are made from: begun with the first of them, and let go with the last (`values`) unless the song as a
    whole needs it (`is_kept`). Of a song with many stems all of them together would be gigabytes.
    """

    name: str
    audio: Source
    scope: Scope
    role: Role | None
    is_kept: bool
    shared: Representations | None = None
    values: Values | None = None
    notes: tuple[str, ...] = ()

    @property
    def weight(self) -> float:
        """How long it takes, where a stem is 1."""
        return MIX_WEIGHT if self.scope == "mix" else 1.0

    def begun(self, device: str, tick: Callable[[], None], crew: Crew | None = None) -> Representations:
        """Return what its measurements are made from."""
        self.shared = self.shared or Representations(self.audio, device)
        self.shared.tick, self.shared.crew = tick, crew
        return self.shared

    def end(self, values: Values) -> None:
        """Take its measurements."""
        assert self.shared is not None
        self.values, self.notes = values, tuple(self.shared.notes)
        if not self.is_kept:
            self.shared = None

    @property
    def kept(self) -> Representations:
        """What its measurements are made from, of a piece that is kept."""
        assert self.shared is not None
        return self.shared

    @property
    def measured(self) -> Values:
        """Its measurements."""
        assert self.values is not None
        return self.values

    def counted(self, put: Callable[[float], None], tick: Callable[[], None]) -> Callable[[], None]:
        """Return a tick that tells how far it is, by how often pieces tell that they go on; beyond that it waits for the end."""
        expected, count = max(TICKS_PER_S[self.scope] * self.audio.duration_s, 1.0), 0

        def ticked() -> None:
            nonlocal count
            count += 1
            put(count / expected)
            tick()

        return ticked


def _pieces(song: Song) -> list[_Piece]:
    """Return what is measured of a song: the mix, its stems, and the sums of the roles that have several."""
    sums = song.role_sums()
    single = {role for role in sums if sum(stem.role == role for stem in song.stems) == 1}
    return [
        _Piece("the mix", song.mix, "mix", None, True),
        *(_Piece(stem.name, stem.audio, "stem", stem.role, stem.role in single) for stem in song.stems),
        *(_Piece(f"all {role}", audio, "stem", role, True) for role, audio in sums.items() if role not in single),
    ]


def _measure_beside(pieces: list[_Piece], only: frozenset[str] | None, device: str, count: int, progress: Progress) -> None:
    """Measure pieces, several at once; of those that are kept, compute what their descriptors are made from: the rest is to look it up.

    Networks wait until all else is done: they use all processors by themselves, and much memory. Pieces that are not kept come first and
    one at a time for each thread, so that there is no more in memory than is worked on. What is slow of the others has parts, with which
    threads help each other: it comes last, so that none of them is idle at the end.
    """
    quick, slow = (frozenset(d.id for d in REGISTRY if only is None or d.id in only) & ids for ids in (_QUICK, _SLOW))
    tally = Tally([share * piece.weight for piece in pieces for share in (1 - SLOW_SHARE, SLOW_SHARE)])

    def put(piece: _Piece, is_slow: bool, fraction: float) -> None:
        tally.put(2 * pieces.index(piece) + is_slow, fraction)

    def begin(piece: _Piece) -> None:
        shared = piece.begun(device, piece.counted(lambda fraction: put(piece, False, min(fraction, 0.97)), crew.tick), crew)
        measure(shared, piece.scope, device, quick, piece.role)
        put(piece, False, 1.0)

    def end(piece: _Piece, _begun: None) -> None:
        measure(piece.begun(device, crew.tick, crew), piece.scope, device, slow, piece.role)
        put(piece, True, 1.0)

    def pass_by(piece: _Piece) -> None:
        begin(piece)
        end(piece, None)
        piece.end(measure(piece.begun(device, crew.tick), piece.scope, device, only, piece.role))

    with Crew(count) as crew:
        passing, kept = ([piece for piece in pieces if piece.is_kept is is_kept] for is_kept in (False, True))
        passed = [crew.start(pass_by, piece) for piece in passing]
        begun = [crew.start(begin, piece) for piece in kept]
        ended = [crew.start(end, piece, first) for piece, first in zip(kept, begun, strict=True)]

        def report(_share: float) -> None:
            lasts = zip((*passing, *kept), (*passed, *ended), strict=True)
            open_one = next((piece for piece, last in lasts if not last.done()), pieces[-1])
            progress(f"Measuring {open_one.name}", tally.fraction)
            for future in (*passed, *begun, *ended):
                if future.done():
                    future.result()  # what has failed ends all

        crew.finish((*passed, *begun, *ended), report)


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
    pieces = _pieces(song)
    count = min(_threads(), len(pieces), MOST_WORKERS) if device == "cpu" and song.mix.duration_s < LONG_S else 1
    beside, alone, last = shares(progress, (*((_weight(pieces), 0.0) if count > 1 else (0.0, _weight(pieces))), LAST_WEIGHT))
    if count > 1:
        _measure_beside(pieces, only, device, count, beside)
    for piece, step in zip(pieces, shares(alone, [piece.weight for piece in pieces]), strict=True):
        _finish(piece, only, device, step)
    return _gathered(song, pieces, only, last)


def _weight(pieces: Sequence[_Piece]) -> float:
    return sum(piece.weight for piece in pieces)


def _finish(piece: _Piece, only: frozenset[str] | None, device: str, progress: Progress) -> None:
    """Measure what is left of a piece."""
    if piece.values is None:
        stage = f"Measuring {piece.name}"
        progress(stage, 0.0)
        shared = piece.begun(device, piece.counted(lambda fraction: progress(stage, (1 - SLOW_SHARE) * fraction), lambda: None))
        piece.end(measure(shared, piece.scope, device, only, piece.role))


def _gathered(song: Song, pieces: Sequence[_Piece], only: frozenset[str] | None, progress: Progress) -> MeasuredTrack:
    """Return a song with its measurements, and with what is measured of it as a whole."""
    whole, stems, sums = pieces[0], pieces[1 : 1 + len(song.stems)], pieces[1 + len(song.stems) :]
    shared = whole.kept
    mix = dict(whole.measured)
    prints = fingerprint(shared)
    own = {piece.name: with_level(piece.measured, mix) for piece in (*stems, *sums)}
    by_role = {str(piece.role): piece for piece in (*stems, *sums) if piece.is_kept}
    values: dict[str, Values] = {"mix": mix, **{role: own[piece.name] for role, piece in by_role.items()}}

    def tick() -> None:
        progress("Measuring the song as a whole", 0.0)

    tick()
    for piece in (whole, *by_role.values()):
        piece.kept.tick = tick
    supplied = [stem.audio for stem in song.stems] if song.origin == "supplied" else []
    parts = {role: piece.kept for role, piece in by_role.items()}
    mix.update(measure_together(SongParts(shared, parts, values, supplied), only))
    roles = {role: values[role] for role in ROLES if role in values}
    sections = found_sections(mix, song.mix.duration_s)
    progress("Measuring the song as a whole", 1.0)
    return MeasuredTrack(
        name=song.name,
        content_hash=song.content_hash,
        duration_s=song.mix.duration_s,
        sample_rate_hz=song.mix.sample_rate_hz,
        channels=song.mix.channels,
        mix={i: mix[i] for i in REGISTRY.descriptors if i in mix},
        roles=roles,
        stems=tuple(MeasuredStem(s.name, s.role, s.origin, own[s.name]) for s in song.stems),
        tags=dict(song.tags),
        fingerprint=prints,
        warnings=(*song.warnings, *dict.fromkeys(note for piece in pieces for note in piece.notes)),
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
