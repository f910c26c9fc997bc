"""The whole flow on one page: a mix in, an immutable `Analysis` out.

audio file → audio → stems → features → profiles → advice → report
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from mixassistant.advice.answers import turned_off
from mixassistant.advice.decision import UNDECIDED, Decisions
from mixassistant.advice.delivery_plan import DeliveryPlan, checked, plans_of
from mixassistant.advice.engine import advise
from mixassistant.advice.rendering import parts_of
from mixassistant.advice.sentences.stage import stage_hint
from mixassistant.advice.sentences.taste import closed_sentences
from mixassistant.advice.suggestion import Suggested, Suggestion, Verification
from mixassistant.advice.targets import DeliveryTarget
from mixassistant.extraction.measurer import Measurer
from mixassistant.extraction.pace import Extent
from mixassistant.extraction.references import Wanted, find_sources, gather
from mixassistant.features.track import MeasuredTrack, Section
from mixassistant.library.library import Library
from mixassistant.library.store import now
from mixassistant.profiles.presence import Missing, missing_warnings, without_missing
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Profile
from mixassistant.profiles.section_standing import SectionStand, section_standing
from mixassistant.profiles.separation_error import levels_of
from mixassistant.profiles.stage import USUAL_STAGE, Stage, looks
from mixassistant.profiles.standing import Stand, standing
from mixassistant.profiles.taste import Preference, preferences
from mixassistant.progress import Laps, Progress, shares, silent
from mixassistant.report.document import NO_WISHES, Document, Wishes, build_document
from mixassistant.stems.look import Called
from mixassistant.stems.replacing import replace_stems
from mixassistant.stems.residual import mix_residual
from mixassistant.stems.separator import warnings_on
from mixassistant.stems.stem import Role, Song

NO_LOUDNESS = "The loudness of this mix cannot be told, so nothing is said of delivery targets."
NOT_KEPT = "The library cannot be written, so nothing of this analysis is remembered."


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
    stage : Stage or None
        How finished the mix is: ``"rough"``, ``"working"`` (in progress) or ``"finished"``; the library remembers it for this mix. None:
        what was said of it before, or else in progress.
    absent : tuple of Role, or None
        Roles that the song does not have, which the library remembers for this mix; None: what was said of it before.
    stream : int or None
        The audio stream of a file with several that is the mix, from 0.
    called : str
        What the user says that a folder is: ``"stems"`` of one song, or whole ``"songs"``.
    sections : tuple of Section, or None
        The sections as the user has renamed or moved them, without gaps, which the library remembers for this mix; empty: those that are
        found are right. None: what was said of it before.
    targets : tuple of DeliveryTarget
        Where the mix will be delivered: what becomes of it there is told, with what the target's codec makes of it.
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
    stage: Stage | None = None
    absent: tuple[Role, ...] | None = None
    stream: int | None = None
    called: Called = ""
    sections: tuple[Section, ...] | None = None
    targets: tuple[DeliveryTarget, ...] = ()


@dataclass(frozen=True, eq=False)
class Analysis(Suggested):
    """Everything that is known about a mix after an analysis.

    `timings` holds seconds of wall time per stage; `created` is ISO 8601 in UTC; `taste` is what the user's earlier answers have taught,
    by dimension; `wishes` are the weights, dislikes and strengths that it went by; `standing` is where the mix and its roles lie among the
    references; `stage` is how finished its user says that it is, and `stage_hint` says so where the mix itself looks otherwise;
    `missing` is what there is no advice on; `section_stands` is where the sections of each kind lie among those of the references;
    `delivery` is what becomes of the mix at the targets that were asked about.
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
    standing: tuple[Stand, ...] = ()
    stage: Stage = USUAL_STAGE
    stage_hint: str = ""
    missing: tuple[Missing, ...] = ()
    section_stands: tuple[SectionStand, ...] = ()
    delivery: tuple[DeliveryPlan, ...] = ()

    def document(self, decisions: Decisions = UNDECIDED) -> Document:
        """Return the report document (``mixassistant.report/2``), with what was decided on the suggestions."""
        source = {
            "path": str(self.request.path.resolve()),
            "stems": str(self.request.stems.resolve()) if self.request.stems else "",
            "separator": self.request.separator,
            "replacements": {role: str(path.resolve()) for role, path in self.request.replacements},
            "stream": None if self.request.stream is None else self.request.stream + 1,
        }
        return build_document(
            self.track,
            self.profile,
            self.suggestions,
            self.verification,
            self.warnings,
            self.created,
            source,
            self.wishes,
            self.standing,
            self.stage,
            decisions,
            self.section_stands,
            self.delivery,
        )


def analyze(request: Request, progress: Progress = silent) -> Analysis:
    """Analyse a mix: read, separate, measure, compare, advise, prove.

    Raises
    ------
    MixAssistantError
        Bad input, a missing model or device, a library that cannot be read, or cancelled by `progress`.
    """
    laps = Laps()
    with Library(request.library) as library:
        measurer = Measurer.of(library, request.separator, request.device)
        wanted = Wanted(request.references, request.disliked, request.profile)
        own = measurer.effort(request.path, request.stems, request.called)
        sources = find_sources(wanted, measurer)
        expected = (sources.seconds, own.reading, own.separating, own.measuring, own.advising)
        gathering, reading, separating, measuring, advising = shares(progress, expected)
        references = gather(wanted, measurer, gathering, sources)
        taste = preferences(library.answers.all())
        laps.end("references")
        opened = measurer.open(request.path, request.stems, request.roles, reading, stream=request.stream, called=request.called)
        laps.end("reading")
        separated = measurer.separate(opened, separating)
        song, _rest = replace_stems(separated.song, separated.residual, request.replacements)
        laps.end("separating")
        track = measurer.measure(song, measuring, request.sections)
        stage = library.stages.said(track.content_hash, request.stage)
        habit = library.habits.chosen()
        absent = library.absences.said(track.content_hash, request.absent)
        laps.end("measuring")
    # A mix that is all its user refers to is where they want it: there is no way to other songs.
    is_its_own_reference = [liked.content_hash for liked in references.liked] == [track.content_hash]
    advised: Stage = "finished" if is_its_own_reference else stage
    references = references.without(track).without_contradictions()
    profile = references.profile(request.profile)
    summing, advising = shares(advising, (1, 14))
    sums = song.role_sums(summing)
    mastered = mix_residual(song, sums)[1] if separated.song.origin == "supplied" else ()
    stands = standing(track, profile.references, load_prior())
    advising, checking = shares(advising, (14, 1 if request.targets else 0))
    parts = parts_of(song, sums)
    advice = advise(track, profile, parts, measurer.device, advising, taste, request.strengths, advised, habit, stands, absent)
    laps.end("advice")
    measurer.pace.learn("advising", Extent(song.mix.duration_s, len(song.stems)).advised_s, laps.timings["advice"])
    measurer.pace.keep()
    gone = {item.place for item in advice.missing}
    stands = tuple(stand for stand in stands if stand.place not in gone)  # what there is no advice on is not called too quiet either
    levels = levels_of(without_missing(track, advice.missing))
    delivery = checked(plans_of(track.mix, request.targets), song.mix, checking)
    laps.end("delivery")
    progress("Done", 1.0)
    return Analysis(
        request=request,
        song=song,
        track=track,
        profile=profile,
        suggestions=advice.suggestions,
        verification=advice.verification,
        warnings=(
            *track.warnings,
            *mastered,
            *warnings_on(song.origin),
            *missing_warnings(advice.missing),
            *references.warnings,
            *turned_off(request.strengths),
            *closed_sentences(advice.closed),
            *((NO_LOUDNESS,) if request.targets and not delivery else ()),
            *((NOT_KEPT,) if library.is_read_only else ()),
        ),
        created=now(),
        timings=MappingProxyType(laps.timings),
        taste=MappingProxyType(taste),
        wishes=Wishes(references.weights, tuple(track.name for track in references.disliked), request.strengths),
        standing=stands,
        stage=stage,
        stage_hint=stage_hint(looks(levels, profile.levels, stage)),
        missing=advice.missing,
        section_stands=section_standing(track, profile.references),
        delivery=delivery,
    )
