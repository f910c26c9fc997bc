"""What the player's worker computes beside the window: changes that suggestions make, loudnesses, references as sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mixassistant.features.descriptor import scalar
from mixassistant.gui.background.song_structure import SongStructure
from mixassistant.gui.player.mixer import Layer, Samples, Voice
from mixassistant.i18n import _
from mixassistant.progress import Progress, part

if TYPE_CHECKING:
    from mixassistant.advice.audition import Change
    from mixassistant.advice.decision import Decision
    from mixassistant.advice.suggestion import Move
    from mixassistant.audio.audio import Audio
    from mixassistant.audio.peaks import Peaks
    from mixassistant.features.track import MeasuredTrack
    from mixassistant.stems.stem import Song

Known = Callable[[str], "MeasuredTrack | None"]
BEFORE_S, AFTER_S = 0.5, 4.0  # around the playhead, rendered first so that it is heard at once
PIECE_S = 20.0


@dataclass(frozen=True, eq=False)
class Trial:
    """Moves that are heard together, each as it is decided or tried."""

    moves: tuple[Move, ...]
    decisions: tuple[Decision, ...]

    @property
    def names(self) -> frozenset[str]:
        """Ids of the moves."""
        return frozenset(move.id for move in self.moves)

    def among(self, moves: Sequence[Move]) -> Trial:
        """Return the trial of what another analysis suggests in the same places, decided in the same way."""
        there = {move.id: move for move in moves}
        kept = [(there[move.id], decision) for move, decision in zip(self.moves, self.decisions, strict=True) if move.id in there]
        return Trial(tuple(move for move, _decision in kept), tuple(decision for _move, decision in kept))


@dataclass(frozen=True, eq=False)
class Version(Trial):
    """Another version of the whole mix that is heard in the place of a suggestion, such as a master of it.

    Parameters
    ----------
    name : str
        What it is called.
    make : callable
        Renders it: what it adds to the mix, how much louder it makes it in LU, and what is told of it.
    """

    name: str
    make: Callable[[Progress], tuple[Change, float, Any]]

    @property
    def names(self) -> frozenset[str]:
        """What it is called, alone: it is not made of moves."""
        return frozenset({self.name})


@dataclass(frozen=True, eq=False)
class Heard:
    """A trial as sound: what it adds to the mix, how much louder it makes it in LU, and what is told of a version."""

    trial: Trial
    change: Change
    louder_lu: float
    about: Any = None


def version(trial: Version, progress: Progress) -> Heard:
    """Render another version of the whole mix."""
    progress(_("Rendering the preview"), 0.0)
    return Heard(trial, *trial.make(progress))


@dataclass(frozen=True, eq=False)
class Reference:
    """A reference as it is heard and drawn.

    Parameters
    ----------
    path : Path
        The file, or the folder of stems.
    name : str
    samples : np.ndarray [shape=(2, samples)]
        At the song's rate.
    sample_rate_hz : int
    lufs : float or None
        Its loudness.
    peaks : Peaks
    track : MeasuredTrack or None
        What was measured of it; None where nobody did.
    """

    path: Path
    name: str
    samples: Samples
    sample_rate_hz: int
    lufs: float | None
    peaks: Peaks
    track: MeasuredTrack | None = None

    @property
    def duration_s(self) -> float:
        """Its length in seconds."""
        return float(self.samples.shape[1] / self.sample_rate_hz)

    @cached_property
    def structure(self) -> SongStructure:
        """What is told of it over time; nothing where it was not measured."""
        return SongStructure() if self.track is None else SongStructure.of(self.track)


def stereo(samples: Samples) -> Samples:
    """Return two channels; of a mono sound the same one twice, without a copy."""
    return samples if samples.shape[0] == 2 else np.broadcast_to(samples[:1], (2, samples.shape[1]))


def around(song: Song, trial: Trial, position_s: float, progress: Progress) -> Heard:
    """Render a trial around the playhead."""
    return _heard(song, trial, max(position_s - BEFORE_S, 0.0), min(position_s + AFTER_S, song.mix.duration_s), progress)


def over(song: Song, trial: Trial, stretch: tuple[float, float] | None, progress: Progress) -> Heard:
    """Render a trial over a stretch (seconds; None: the whole song), a piece at a time: whoever sets it otherwise waits for no other."""
    return _heard(song, trial, *(stretch or (0.0, song.mix.duration_s)), progress)


def _heard(song: Song, trial: Trial, start_s: float, end_s: float, progress: Progress) -> Heard:
    from mixassistant.advice.audition import Change, change_of, loudness_lufs
    from mixassistant.advice.decision import decided_chain
    from mixassistant.audio.audio import Audio

    chains = [(move, decided_chain(move, decision)) for move, decision in zip(trial.moves, trial.decisions, strict=True)]
    pieces = []
    for first_s in np.arange(start_s, max(end_s, start_s + 1e-6), PIECE_S):
        progress(_("Rendering the suggestion"), (first_s - start_s) / max(end_s - start_s, 1e-6))
        pieces.append(change_of(song, chains, float(first_s), float(min(first_s + PIECE_S, end_s))))
    change = Change(pieces[0].start, np.concatenate([piece.samples for piece in pieces], axis=1)) if len(pieces) > 1 else pieces[0]
    rate, length = song.mix.sample_rate_hz, change.samples.shape[1]
    before = song.mix.samples[:, change.start : change.start + length]
    # Loudness is compared over the same stretch, so that a stretch can be matched before the whole is there.
    was = loudness_lufs(Audio(np.ascontiguousarray(before), rate))
    progress(_("Rendering the suggestion"), 1.0)
    now = loudness_lufs(Audio(before + change.samples, rate))
    return Heard(trial, change, now - was if was is not None and now is not None else 0.0)


def read_reference(path: Path, sample_rate_hz: int, known: Known, progress: Progress) -> Reference:
    """Read a reference as sound: a mix, or the sum of a folder's stems; `known` returns what was measured of a content."""
    from mixassistant.advice.audition import loudness_lufs
    from mixassistant.audio.peaks import peaks_of_source
    from mixassistant.audio.resample import resample
    from mixassistant.extraction.references import open_kept

    song = open_kept(path, part(progress, 0.0, 0.6))
    track = known(song.content_hash)
    audio: Audio = resample(song.mix, sample_rate_hz)
    peaks = peaks_of_source(audio, part(progress, 0.6, 0.8))
    lufs = None if track is None else scalar(track.mix, "lufs")
    return Reference(path, song.name, stereo(audio.samples), sample_rate_hz, loudness_lufs(audio) if lufs is None else lufs, peaks, track)


def voice_of_reference(reference: Reference, gain: float) -> Voice:
    """Return a reference as it sounds, on its own time line, at a linear gain."""
    return Voice((Layer(reference.samples, gain),), reference.samples.shape[1])


def voice_of_mix(song: Song, heard: Heard | None, solos: frozenset[str], mutes: frozenset[str], gain: float) -> Voice:
    """Return a song as it sounds with a trial or none, with stems (by name) alone or silenced, at a linear gain."""
    stems = {stem.name: stereo(stem.audio.samples) for stem in song.stems}
    if solos:
        layers = [Layer(stems[name], gain) for name in stems if name in solos and name not in mutes]
    else:
        layers = [Layer(stereo(song.mix.samples), gain), *(Layer(stems[name], -gain) for name in stems if name in mutes)]
    if heard is not None and _is_target_audible(song, heard.trial, solos, mutes):
        layers.append(Layer(stereo(heard.change.samples), gain, heard.change.start))
    return Voice(tuple(layers), song.mix.length)


def _is_target_audible(song: Song, trial: Trial, solos: frozenset[str], mutes: frozenset[str]) -> bool:
    """Tell whether what a trial changes is among what is soloed and not muted."""
    roles = {move.role for move in trial.moves}
    names = {stem.name for stem in song.stems if stem.role in roles} or {stem.name for stem in song.stems}
    return not names or (bool(not solos or names & solos) and not names <= mutes)


def matching_db(mix_lufs: float | None, heard: Heard | None, reference: Reference | None) -> dict[str, float]:
    """Return the gains in dB, 0 or less, at which the sources that there are become equally loud."""
    from mixassistant.advice.audition import match_db

    loudness = {"mix": mix_lufs}
    if heard is not None and mix_lufs is not None:
        loudness["suggestion"] = mix_lufs + heard.louder_lu
    if reference is not None:
        loudness["reference"] = reference.lufs
    return dict(zip(loudness, match_db([*loudness.values()]), strict=True))


def loudness_of(song: Song, known: Mapping[str, Any]) -> float | None:
    """Return the mix's loudness in LUFS as it was measured."""
    found = known.get("lufs")
    return None if found is None or found.value is None else float(found.value)
