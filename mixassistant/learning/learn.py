"""The whole way from a folder of finished songs to a habit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.decode import decode, probe
from mixassistant.audio.resample import resample
from mixassistant.errors import InputError
from mixassistant.features.descriptor import scalar
from mixassistant.features.measure import measure
from mixassistant.i18n import _
from mixassistant.learning.effects import counted
from mixassistant.learning.equalizing import changes_by_settings
from mixassistant.learning.estimate import estimate_habit
from mixassistant.learning.finished import Done, FinishedSong, Told, TrackSettings, frozen, unknown_changes
from mixassistant.learning.logged import read_log
from mixassistant.learning.metadata import read_effects
from mixassistant.learning.recorded import changes_by_mix, changes_by_stems
from mixassistant.learning.sessions import Session, Track, find_sessions
from mixassistant.profiles.habit import Habit
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.corrections import SHOWN_NAMES
from mixassistant.stems.stem import Role


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
        why = next((note for song in songs for note in song.notes), "no track is heard in its mix")
        raise InputError("nothing-learned", f"“{songs[0].song}” tells nothing: {why}", "give songs with their own raw tracks")
    provenance = f"{_counted(telling)} in {folder.name}"
    habit = estimate_habit(telling, name, provenance, usual, counted(songs))
    return Learned(habit, songs, tuple(f"{song.song}: {note}" for song in songs for note in song.notes))


def _counted(songs: Sequence[FinishedSong]) -> str:
    count, artists = len({(song.artist, song.song) for song in songs}), len({song.artist for song in songs})
    mixes = f", {len(songs)} mixes" if len(songs) > count else ""
    return f"{count} song{'s' if count != 1 else ''} by {artists} artist{'s' if artists != 1 else ''}{mixes}"


def _read(session: Session, progress: Progress) -> FinishedSong:
    """Return what was done to one song; what was set on its tracks says more than the mix does."""
    settings = _settings(session)
    raw = _sums(session.raw, part(progress, 0.0, 0.3))
    told: Told = "stems"
    notes = _unheard(session)
    if session.stems:
        done = changes_by_stems(raw, _sums(session.stems, part(progress, 0.3, 0.4)), part(progress, 0.4, 1.0))
    else:
        told, done = "mix", Done({}, {})
        if session.mix is not None:
            done, odd = changes_by_mix(raw, decode(session.mix, part(progress, 0.3, 0.4)), part(progress, 0.4, 0.9))
            notes = (*odd, *notes)
        elif not settings:
            notes = (_("neither a mix nor stems lie beside its raw tracks, and no settings are written down"), *notes)
        if settings:
            told, done = _with_settings(done, _by_settings(session, settings, done.are_produced, part(progress, 0.9, 1.0)))
    return FinishedSong(session.song, session.artist, "", told, frozen(done.changes), done.raw_levels, settings, notes)


def _unheard(session: Session) -> tuple[str, ...]:
    """Say which tracks count as other since nothing tells what they are."""
    names = [track.file.name for track in (*session.raw, *session.stems) if not track.is_told]
    if not names:
        return ()
    shown = ", ".join(names[:SHOWN_NAMES]) + (
        _(" and {count} more").format(count=len(names) - SHOWN_NAMES) if len(names) > SHOWN_NAMES else ""
    )
    return (_("nothing tells what {names} is: counted as other").format(names=shown),)


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
    rate = max((probe(track.file).sample_rate_hz for track in tracks), default=0)
    sums: dict[Role, Audio] = {}
    for index, track in enumerate(tracks):  # forty tracks of a song fill gigabytes: each is let go as soon as it is in its sum
        audio = resample(decode(track.file, part(progress, index / len(tracks), (index + 1) / len(tracks))), rate)
        sums[track.role] = mix([sums[track.role], audio]) if track.role in sums else audio
    return sums


def _by_settings(session: Session, settings: Sequence[TrackSettings], are_produced: bool, progress: Progress) -> Done:
    """Return what faders and equalizers did to the tracks as they were recorded; produced ones are taken back by their faders."""
    faders = {track.name: track.gain_db or 0.0 for track in settings}
    loudness = {}
    for index, track in enumerate(session.raw):
        audio = decode(track.file, part(progress, index / len(session.raw), (index + 1) / len(session.raw)))
        found = scalar(measure(audio, "stem", only=frozenset({"lufs"})), "lufs")
        if found is not None:
            loudness[track.name] = found - (faders.get(track.name, 0.0) if are_produced else 0.0)
    return changes_by_settings(settings, loudness)


def _with_settings(by_mix: Done, written: Done) -> tuple[Told, Done]:
    """Put what settings tell in place of what the mix told; return by what levels and tone are told now."""
    changes = {role: values.copy() for role, values in by_mix.changes.items()}
    told: Told = "mix"
    for role, values in written.changes.items():
        known = np.isfinite(values)
        changes.setdefault(role, unknown_changes())[known] = values[known]
        told = "settings" if known.any() else told
    return told, Done(changes, {**by_mix.raw_levels, **written.raw_levels})
