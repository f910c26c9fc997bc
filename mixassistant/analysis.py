"""The whole flow on one page: a mix in, an immutable `Analysis` out.

audio file → audio → stems → features → profiles → advice → report
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mixassistant import paths
from mixassistant.advice.engine import advise
from mixassistant.advice.rendering import parts_of, render_mix
from mixassistant.advice.suggestion import Move, Suggestion, Verification
from mixassistant.audio.audio import Audio, mix
from mixassistant.errors import InputError
from mixassistant.features.measure import measure_song, methods_key
from mixassistant.features.track import MeasuredTrack
from mixassistant.library.library import Library
from mixassistant.processing.moves import Chain
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Profile
from mixassistant.profiles.taste import Preference, preferences
from mixassistant.progress import Progress, part, silent
from mixassistant.report.document import NO_WISHES, Wishes, build_document
from mixassistant.stems.device import pick_device
from mixassistant.stems.drop import open_song
from mixassistant.stems.look import find_mixes, kind_of
from mixassistant.stems.place import Place
from mixassistant.stems.replacing import replace_stems
from mixassistant.stems.separate import separate_song, separation
from mixassistant.stems.separator import Separator, choose
from mixassistant.stems.stem import Role, Song

Tracks = tuple[MeasuredTrack, ...]


@dataclass(frozen=True)
class Request:
    """What to analyse and against what.

    Parameters
    ----------
    path : Path
        A mix, a folder of stems, or an NI ``.stem.mp4``.
    stems : Path or None
        Folder with the stems of the mix at `path`.
    references : tuple of Path
        Liked references: mixes, ``.stem.mp4`` files, folders of one song's stems, or folders of these. Empty: the library's.
    profile : str
        Name of a profile in the library; empty for `references`, or all liked ones.
    library : Path or None
        Library file; None for the user's own.
    separator, device : str
        ``"auto"`` or a name.
    roles : mapping of str to Role
        The user's corrections: stem name to role.
    replacements : tuple of (Role, Path)
        Files of the user's own in place of separated stems.
    disliked : tuple of Path
        Push the profile away: the same that `references` may be; without `references` and `profile`: the library's disliked ones.
    strengths : mapping of str to float
        Kind of move (``"eq"``, ``"level"``, ``"compression"``, ``"stereo"``, ``"masking"``) to how far to go, 0 to 1.5; 1 where absent.
    """

    path: Path
    stems: Path | None = None
    references: tuple[Path, ...] = ()
    profile: str = ""
    library: Path | None = None
    separator: str = "auto"
    device: str = "auto"
    roles: Mapping[str, Role] = field(default_factory=lambda: MappingProxyType({}))
    replacements: tuple[tuple[Role, Path], ...] = ()
    disliked: tuple[Path, ...] = ()
    strengths: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything that is known about a mix after an analysis.

    `timings` holds seconds of wall time per stage; `created` is ISO 8601 in UTC; `taste` is what the user's earlier answers have taught,
    by dimension; `wishes` are the weights, dislikes and strengths that it went by.
    """

    request: Request
    song: Song
    track: MeasuredTrack
    profile: Profile
    suggestions: tuple[Suggestion, ...]
    verification: Verification
    warnings: tuple[str, ...]
    created: str
    timings: Mapping[str, float]
    taste: Mapping[str, Preference] = field(default_factory=lambda: MappingProxyType({}))
    wishes: Wishes = NO_WISHES

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves among the suggestions."""
        return tuple(s for s in self.suggestions if isinstance(s, Move))

    def document(self) -> dict[str, Any]:
        """Return the report document (``mixassistant.report/1``)."""
        source = {
            "path": str(self.request.path.resolve()),
            "stems": str(self.request.stems.resolve()) if self.request.stems else "",
            "separator": self.request.separator,
            "replacements": {role: str(path.resolve()) for role, path in self.request.replacements},
        }
        return build_document(
            self.track, self.profile, self.suggestions, self.verification, self.warnings, self.created, source, self.wishes
        )


def analyze(request: Request, progress: Progress = silent) -> Analysis:
    """Analyse a mix: read, separate, measure, compare, advise, prove.

    Raises
    ------
    MixAssistantError
        Bad input, a missing model or device, a library that cannot be read, or cancelled by `progress`.
    """
    timings: dict[str, float] = {}
    clock = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal clock
        timings[stage] = round(time.perf_counter() - clock, 2)
        clock = time.perf_counter()

    device = pick_device(request.device)
    separator = choose(request.separator, request.device)
    with Library(request.library) as library:
        liked_until = 0.25 if request.disliked else 0.35
        references, warnings = _references(request, separator, device, library, part(progress, 0.0, liked_until))
        disliked, unread = _disliked(request, separator, device, library, part(progress, liked_until, 0.35))
        weights = {} if request.references else library.references.weights()
        taste = preferences(library.answers.all())
        lap("references")
        song = open_song(request.path, request.stems, request.roles, part(progress, 0.35, 0.45))
        lap("reading")
        separated = separation(song, separator, paths.cache_folder(), part(progress, 0.45, 0.65))
        song, _rest = replace_stems(separated.song, separated.residual, request.replacements)
        lap("separating")
        track = measure_track(song, separator, device, library, part(progress, 0.65, 0.85))
        lap("measuring")
    references, disliked, itself = _without_the_mix(track, references, disliked)
    disliked, both = _only_disliked(references, disliked)
    warnings = (*warnings, *unread, *itself, *both)
    profile = build_profile(
        request.profile or ("your references" if references else "factory"), references, load_prior(), weights, disliked
    )
    sums = song.role_sums(part(progress, 0.85, 0.86))
    residual_warning = () if separated.song.origin != "supplied" else _residual(song, sums)[1]
    advice = advise(track, profile, parts_of(song, sums), device, part(progress, 0.86, 1.0), taste, request.strengths)
    lap("advice")
    progress("Done", 1.0)
    return Analysis(
        request=request,
        song=song,
        track=track,
        profile=profile,
        suggestions=advice.suggestions,
        verification=advice.verification,
        warnings=(*song.warnings, *residual_warning, *_stem_warnings(song), *warnings, *_left_out(request.strengths)),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        timings=MappingProxyType(timings),
        taste=MappingProxyType(taste),
        wishes=Wishes(weights, tuple(found.name for found in disliked), request.strengths),
    )


def measure_track(song: Song, separator: Separator, device: str, library: Library, progress: Progress = silent) -> MeasuredTrack:
    """Measure a song, or return what the library remembers of the same content, stems and methods."""
    origin = song.origin
    found = library.tracks.find(song.content_hash, _method(origin, separator), origin)
    if found is None:
        found = measure_song(song, device, progress)
        library.tracks.keep(found, _method(origin, separator), origin)
    return _called(found, song)


def _called(track: MeasuredTrack, song: Song) -> MeasuredTrack:
    """Return a track under the name and tags of the song that it was measured for now: the same content may lie elsewhere too."""
    return replace(track, name=song.name, tags=song.tags)


def _method(origin: str, separator: Separator) -> str:
    """Return what measurements depend on beside the content: the descriptors' versions, and the separator's where it made the stems."""
    return methods_key() if origin in ("", "supplied") else f"{methods_key()}+{separator.version}"


def measure_reference(
    path: Path, separator: Separator, device: str, library: Library, progress: Progress = silent, roles: Mapping[str, Role] | None = None
) -> MeasuredTrack:
    """Measure one reference, separating it where it brings no stems of its own."""
    song = open_song(path, None, roles, part(progress, 0.0, 0.2))
    origin = song.origin or separator.origin
    known = library.tracks.find(song.content_hash, _method(origin, separator), origin)
    if known is not None:
        return _called(known, song)
    song = separate_song(song, separator, paths.cache_folder(), part(progress, 0.2, 0.7))
    return measure_track(song, separator, device, library, part(progress, 0.7, 1.0))


def profile_of(
    name: str = "", library: Path | None = None, separator: str = "auto", device: str = "auto", progress: Progress = silent
) -> Profile:
    """Return the profile of a name in the library, or of all liked references."""
    request = Request(Path(), profile=name, library=library, separator=separator, device=device)
    with Library(library) as opened:
        references, _ = _references(request, choose(separator, device), pick_device(device), opened, progress)
        disliked, _ = _disliked(request, choose(separator, device), pick_device(device), opened)
        weights = opened.references.weights()
    disliked, _ = _only_disliked(references, disliked)
    return build_profile(name or ("your references" if references else "factory"), references, load_prior(), weights, disliked)


def rendered_song(song: Song, moves: Mapping[Place, Chain], residual: Audio | None = None) -> tuple[dict[Place, Audio], Audio]:
    """Render a song's roles, single stems and mix with chains applied, as `mixassistant render` does.

    `residual` is what the mix holds beyond separated stems; of supplied ones it is found here.
    """
    parts = parts_of(song)
    return render_mix(parts, residual if song.origin not in ("", "supplied") else _residual(song, parts.sums)[0], moves)


def _songs(given: Sequence[Path]) -> tuple[tuple[Path, str], ...]:
    """Return the songs that paths name, those in folders of songs one by one; nothing is known of their content."""
    found = (p for path in given for p in (find_mixes(path) if path.is_dir() and kind_of(path) == "mixes" else [path]))
    return tuple((path, "") for path in found)


def _reference_paths(request: Request, library: Library) -> tuple[tuple[Path, str], ...]:
    """Return the paths of the references, with the content that the library knows them by."""
    if request.references:
        return _songs(request.references)
    rows = (
        tuple(r for r in library.profiles.references_of(request.profile) if r.liked)
        if request.profile
        else library.references.all(liked=True)
    )
    return tuple((row.path, row.content_hash) for row in rows)


def _remembered(content: str, separator: Separator, library: Library) -> MeasuredTrack | None:
    """Return what the library measured of a reference whose file is gone."""
    origins = ("supplied", separator.origin) if content else ()
    return next((t for o in origins if (t := library.tracks.find(content, _method(o, separator), o)) is not None), None)


def _references(
    request: Request, separator: Separator, device: str, library: Library, progress: Progress
) -> tuple[Tracks, tuple[str, ...]]:
    """Measure the references; one that cannot be read becomes a warning, unless it was named for this analysis alone."""
    candidates = _reference_paths(request, library)
    return _measured(candidates, bool(request.references), separator, device, library, progress)


def _disliked(
    request: Request, separator: Separator, device: str, library: Library, progress: Progress = silent
) -> tuple[Tracks, tuple[str, ...]]:
    """Return the disliked references, measured, and warnings: those of the request, else what the library knows of its own."""
    if request.disliked:
        return _measured(_songs(request.disliked), True, separator, device, library, progress)
    rows = library.references.all(liked=False)
    if request.references or request.profile:
        whose = "a profile" if request.profile else "references given for this mix"
        return (), (
            f"{_count(len(rows))} in your library; that counts where a mix is compared with all liked references, and not with {whose}.",
        ) if rows else ()
    return tuple(found for row in rows if (found := _remembered(row.content_hash, separator, library)) is not None), ()


def _count(disliked: int) -> str:
    return "1 song is disliked" if disliked == 1 else f"{disliked} songs are disliked"


def _measured(
    candidates: Sequence[tuple[Path, str]], is_named: bool, separator: Separator, device: str, library: Library, progress: Progress
) -> tuple[Tracks, tuple[str, ...]]:
    found: list[MeasuredTrack] = []
    warnings: list[str] = []
    for index, (path, content) in enumerate(candidates):
        step = part(progress, index / len(candidates), (index + 1) / len(candidates), f"Measuring reference {path.name}")
        try:
            found.append(measure_reference(path, separator, device, library, step))
        except InputError as error:
            known = _remembered(content, separator, library)
            if known is not None:
                found.append(known)
                warnings.append(f"The file of the reference {path.name} is gone; what was measured of it is used.")
                continue
            if is_named and len(candidates) == 1:
                raise
            warnings.append(f"The reference {path.name} was left out: {error}.")
    if candidates and not found:
        raise InputError("no-references", "none of the references could be read", "; ".join(warnings))
    return tuple({track.content_hash: track for track in found}.values()), tuple(warnings)  # named twice is liked once


def _without_the_mix(track: MeasuredTrack, references: Tracks, disliked: Tracks) -> tuple[Tracks, Tracks, tuple[str, ...]]:
    """Return the liked and the disliked references but for the mix itself, and what to say of it.

    The mix agrees with itself in everything: as a liked reference it would hide what the others say, as a disliked one it would push
    the targets to the far side of the liked ones, whatever it sounds like.
    """
    kinds = (("your", references), ("the disliked", disliked))
    found = [tuple(song for song in songs if song.content_hash != track.content_hash) for _, songs in kinds]
    warnings = tuple(
        f"The mix itself is among {whose} references: it was left out there."
        for (whose, songs), others in zip(kinds, found, strict=True)
        if len(others) < len(songs)
    )
    return found[0], found[1], warnings


def _only_disliked(references: Tracks, disliked: Tracks) -> tuple[Tracks, tuple[str, ...]]:
    """Return the disliked references that are not liked too, and what to say of those that are."""
    liked = {song.content_hash for song in references}
    both = dict.fromkeys(f"“{song.name}”" for song in disliked if song.content_hash in liked)
    if not both:
        return disliked, ()
    verb = "is" if len(both) == 1 else "are"
    kept = tuple(song for song in disliked if song.content_hash not in liked)
    return kept, (f"{', '.join(both)} {verb} liked and disliked at once: only the liking counts.",)


def _residual(song: Song, sums: Mapping[Role, Audio]) -> tuple[Audio | None, tuple[str, ...]]:
    """Return what the mix holds beyond its stems, and a warning where the two are different masters."""
    import numpy as np

    total = mix(list(sums.values()))
    if total.sample_rate_hz != song.mix.sample_rate_hz:
        return None, ()
    target = song.mix.stereo() if total.channels == 2 else song.mix
    length = max(total.length, target.length)
    rest = (
        target.padded(length).samples - total.stereo().padded(length).samples
        if target.channels == 2
        else (target.padded(length).samples - total.padded(length).samples)
    )
    power = float(np.mean(np.square(rest, dtype=np.float64)))
    whole = float(np.mean(np.square(target.samples, dtype=np.float64)))
    if power <= 1e-10 * max(whole, 1e-20):
        return None, ()
    if power > 10 ** (-15 / 10) * whole:
        return None, (
            "The stems do not add up to the mix (a mastered file?): levels are compared with the mix, moves are proven on the sum.",
        )
    return Audio(rest, song.mix.sample_rate_hz), ()


def _left_out(strengths: Mapping[str, float]) -> tuple[str, ...]:
    """Say which kinds of moves the user has turned off: that there is none of them means nothing."""
    names = {"eq": "EQ", "level": "levels", "compression": "compression", "stereo": "width", "masking": "masking"}
    off = [name for kind, name in names.items() if strengths.get(kind, 1.0) == 0.0]
    return (f"You have turned off suggestions on {', '.join(off)}: nothing is said of them.",) if off else ()


def _stem_warnings(song: Song) -> tuple[str, ...]:
    if song.origin == "embedded":
        return (
            "The stems were made by the embedded separator, which is rough: its measured error widens every interval. "
            "Your own stems or Demucs give sharper advice.",
        )
    return ()
