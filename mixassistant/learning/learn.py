"""The whole way from a folder of finished songs to a habit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.decode import decode
from mixassistant.audio.resample import resample
from mixassistant.errors import InputError
from mixassistant.features.descriptor import scalar
from mixassistant.features.measure import measure
from mixassistant.learning.effects import counted
from mixassistant.learning.equalizing import changes_by_settings
from mixassistant.learning.estimate import estimate_habit
from mixassistant.learning.finished import FinishedSong, Told, TrackSettings, frozen, unknown_changes
from mixassistant.learning.logged import read_log
from mixassistant.learning.metadata import read_effects
from mixassistant.learning.recorded import changes_by_mix, changes_by_stems
from mixassistant.learning.sessions import Session, Track, find_sessions
from mixassistant.profiles.habit import Habit
from mixassistant.profiles.profile import Vector
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.stem import ROLES, Role


@dataclass(frozen=True, eq=False)
class Learned:
    """What was learned.

    Parameters
    ----------
    habit : Habit
    songs : tuple of FinishedSong
        What it was learned from.
    notes : tuple of str
        Whole sentences on songs that tell nothing, or little.
    """

    habit: Habit
    songs: tuple[FinishedSong, ...]
    notes: tuple[str, ...]


def read_songs(folder: Path, progress: Progress = silent) -> tuple[FinishedSong, ...]:
    """Return what was done to each finished song in a folder.

    Raises
    ------
    InputError
        There is no finished song, or a file of one cannot be read.
    """
    sessions, logs = find_sessions(folder)
    if not sessions and not logs:
        raise InputError(
            "no-sessions",
            f"there is no finished song in “{folder.name}”",
            "a song is a folder with its raw tracks in raw/ and a mix beside them, or stems/, or its tracks beside a file named mix",
        )
    songs: list[FinishedSong] = []
    for index, session in enumerate(sessions):
        songs.append(_read(session, part(progress, index / len(sessions), (index + 1) / len(sessions))))
    for log in logs:
        songs += read_log(log)
    return tuple(songs)


def learn(folder: Path, name: str, usual: Habit | None = None, progress: Progress = silent) -> Learned:
    """Learn a habit from the finished songs in a folder.

    Parameters
    ----------
    folder : Path
    name : str
    usual : Habit, optional
        Toward which few songs are shrunken.
    progress : Progress

    Raises
    ------
    InputError
        There is no finished song, none tells anything, or a file cannot be read.
    """
    songs = read_songs(folder, progress)
    telling = [song for song in songs if any(np.isfinite(changes).any() for changes in song.changes.values())]
    if not telling and not any(song.settings for song in songs):
        raise InputError("nothing-learned", f"the songs in “{folder.name}” tell nothing: {songs[0].notes[0] if songs[0].notes else 'no track is heard'}", "see the guide")  # fmt: skip
    provenance = f"{_counted(telling)} in {folder.name}"
    habit = estimate_habit(telling, name, provenance, usual, counted(songs))
    return Learned(habit, songs, tuple(f"{song.song}: {note}" for song in songs for note in song.notes))


def _counted(songs: Sequence[FinishedSong]) -> str:
    count = len({(song.artist, song.song) for song in songs})
    return f"{count} song{'s' if count != 1 else ''} by {len({song.artist for song in songs})} artists, {len(songs)} mixes"


def _read(session: Session, progress: Progress) -> FinishedSong:
    """Return what was done to one song; what was set on its tracks says more than the mix does."""
    settings = _settings(session)
    raw = _sums(session.raw, part(progress, 0.0, 0.3))
    told: Told = "stems"
    notes: tuple[str, ...] = ()
    if session.stems:
        changes = changes_by_stems(raw, _sums(session.stems, part(progress, 0.3, 0.4)), part(progress, 0.4, 1.0))
    else:
        told = "mix"
        changes = {role: unknown_changes() for role in raw}
        if session.mix is not None:
            found, notes = changes_by_mix(raw, decode(session.mix, part(progress, 0.3, 0.4)), part(progress, 0.4, 0.9))
            changes.update(found)
        if settings:
            told = _put(changes, _by_settings(session, settings, part(progress, 0.9, 1.0))) or told
    return FinishedSong(session.song, session.artist, "", told, frozen(changes), settings, notes)


def _settings(session: Session) -> tuple[TrackSettings, ...]:
    """Return what was set on the tracks, each under the name and with the role of its file where there is one."""
    if session.effects is None:
        return ()
    tracks = {track.name.lower(): track for track in session.raw}
    found = []
    for settings in read_effects(session.effects):
        track = tracks.get(settings.name.lower()) or tracks.get(Path(settings.name).stem.lower())
        found.append(settings if track is None else replace(settings, name=track.name, role=track.role))
    return tuple(found)


def _sums(tracks: Sequence[Track], progress: Progress) -> dict[Role, Audio]:
    """Return the sum of each role's tracks, all at the highest rate among them."""
    audio = [decode(track.file, part(progress, index / len(tracks), (index + 1) / len(tracks))) for index, track in enumerate(tracks)]
    rate = max((one.sample_rate_hz for one in audio), default=0)
    parts = {role: [resample(one, rate) for one, track in zip(audio, tracks, strict=True) if track.role == role] for role in ROLES}
    return {role: mix(own) for role, own in parts.items() if own}


def _by_settings(session: Session, settings: Sequence[TrackSettings], progress: Progress) -> Mapping[Role, Vector]:
    """Return what faders and equalizers did to the tracks as they were recorded."""
    loudness = {}
    for index, track in enumerate(session.raw):
        audio = decode(track.file, part(progress, index / len(session.raw), (index + 1) / len(session.raw)))
        found = scalar(measure(audio, "stem", only=frozenset({"lufs"})), "lufs")
        if found is not None:
            loudness[track.name] = found
    return changes_by_settings(settings, loudness)


def _put(changes: dict[Role, Vector], written: Mapping[Role, Vector]) -> Told | None:
    """Put what settings tell in place of what the mix told; return by what levels and tone are told now, where that has changed."""
    replaced = False
    for role, values in written.items():
        told = np.isfinite(values)
        changes.setdefault(role, unknown_changes())[told] = values[told]
        replaced |= bool(told.any())
    return "settings" if replaced else None
