"""Opening what a person drops as one song: a mix, a folder of stems, or an NI stems file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.decode import probe, read
from mixassistant.audio.hashing import content_hash
from mixassistant.audio.not_audio import is_playlist, project_in
from mixassistant.audio.tags import read_tags
from mixassistant.errors import InputError, UsageError
from mixassistant.names import listed, readable
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.corrections import SHOWN_NAMES, chosen_roles, heard_roles, names_of
from mixassistant.stems.folders.doubts import doubts
from mixassistant.stems.folders.pairs import partner
from mixassistant.stems.folders.reading import read_tracks
from mixassistant.stems.folders.songs import OneSong
from mixassistant.stems.folders.sorting import Sorted, sort_out
from mixassistant.stems.folders.tracks import Track
from mixassistant.stems.folders.tree import name_of
from mixassistant.stems.hearing import hear
from mixassistant.stems.look import Called, find_mixes, kind_of, song_in, song_name
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.playlists import notes_on, only_entry
from mixassistant.stems.stem import ROLES, Role, Song, Stem

NI_ORDER: tuple[Role, ...] = ("drums", "bass", "other", "vocals")  # of the streams after the mix, Native Instruments' stem format
MIN_DURATION_S = 3.0  # seconds: one block of short-term loudness
SILENT_PEAK = 10 ** (-90 / 20)
SOUND_DBFS = -70.0  # of the loudest 400 ms: the absolute gate of BS.1770, below which nothing counts as programme


def _callings(tracks: Sequence[Track]) -> dict[str, set[str]]:
    """Return the stems that tracks are, and what else each may be called."""
    return {track.name: track.callings for track in tracks}


def roles_there(path: Path, roles: Mapping[str, Role]) -> Mapping[str, Role]:
    """Return those of earlier corrections whose stems are still in a folder; what is no folder keeps all."""
    if not roles or not path.is_dir():
        return roles
    callings = _callings(song_in(path).tracks)
    return {key: role for key, role in roles.items() if names_of(key, callings)}


def open_song(
    path: Path,
    stems: Path | None = None,
    roles: Mapping[str, Role] | None = None,
    progress: Progress = silent,
    *,
    stream: int | None = None,
    called: Called = "",
    least_s: float = MIN_DURATION_S,
) -> Song:
    """Open what was dropped as one song.

    Parameters
    ----------
    path : Path
        A mix, a folder of stems (a mix beside them is recognised), a folder around one of these, an NI ``.stem.mp4``, or a playlist
        that names one of these.
    stems : Path or None
        Folder with the stems of the mix at `path`.
    roles : mapping of str to Role, optional
        The user's corrections by stem name, or by file name. Any of them says that the files of a folder are the stems of one song.
    progress : Progress
    stream : int, optional
        The audio stream of a file with several that is the mix, from 0.
    called : str
        What the user says that a folder is.
    least_s : float
        Seconds that a mix must last.

    Raises
    ------
    InputError
        Nothing there, not audio, too short, or silent throughout.
    UsageError
        A role is given for a stem that is not there, or there is no such role; a stream of a folder; a file is called stems or songs.
    """
    if is_playlist(path):
        song = open_song(only_entry(path), stems, roles, progress, stream=stream, called=called, least_s=least_s)
        return replace(song, warnings=(*notes_on(path), *song.warnings))
    corrections = dict(roles or {})
    unknown = [role for role in corrections.values() if role not in ROLES]
    if unknown:
        raise UsageError("unknown-role", f"there is no role “{unknown[0]}”", f"use one of {', '.join(ROLES)}")
    kind = kind_of(path)
    if path.is_dir():
        if stream is not None:
            raise UsageError("no-streams", f"“{name_of(path)}” is a folder, which has no tracks to choose from", "give the file itself")
        kind = "stems" if called == "stems" else "mixes" if called == "songs" else kind
    elif called:
        raise UsageError("not-a-folder", f"“{path.name}” is a file, and only a folder can be called {called}", "leave --as out")
    elif stream is not None:
        kind = "mix"
    if stems is not None:
        if kind not in ("mix", "ni-stems"):
            raise InputError(
                "two-folders", f"“{name_of(path)}” is a folder, and stems were given too", "give the mix file, or the stems folder alone"
            )
        song = _from_folder(stems, corrections, progress, path, stream)
    elif kind == "ni-stems":
        song = _from_ni(path, corrections, progress)
    elif kind == "mix":
        if corrections:
            raise UsageError("no-stems", f"“{path.name}” comes without stems, so none can be given a role", "give its stems too")
        reading = read(path, part(progress, 0.0, 0.9), stream)
        hashed = content_hash(path, extra=stream_words(stream), progress=part(progress, 0.9, 1.0))
        song = Song(song_name(path, stream), hashed, reading.audio, (), read_tags(path), (*reading.warnings, *one_sided(path)))
    elif kind == "stems" or (corrections and called != "songs"):
        song = _from_folder(path, corrections, progress)
    elif len(only := find_mixes(path)) == 1:
        return open_song(only[0], None, None, progress, least_s=least_s)
    else:
        tracks = song_in(path).tracks
        stem = next((track for track in tracks if track.purpose is None), tracks[0]).path.stem
        project = project_in(path)
        raise InputError(
            "many-songs",
            f"“{name_of(path)}” looks like a folder of {len(only)} whole songs",
            f"{project}; if these are the stems of one song, say so: --as stems"
            if project
            else f'give one song; if they are the stems of one song, say --as stems, or what each is: --role "{stem}=drums"',
        )
    return _checked(song, path, least_s)


def stream_words(stream: int | None) -> str:
    """Return what a stream that was chosen adds to the hash of a content; nothing where none was."""
    return "" if stream is None else f"stream {stream}"


def one_sided(path: Path) -> tuple[str, ...]:
    """Tell of a file that its other half lies beside it."""
    pair = partner(path)
    return (f"“{path.name}” looks like one side of “{pair.name}”: give the folder, and both are read as stereo.",) if pair else ()


def _checked(song: Song, path: Path, least_s: float) -> Song:
    name = name_of(path)
    if song.mix.duration_s < least_s:
        raise InputError("too-short", f"“{name}” lasts {song.mix.duration_s:.2f} s; a mix needs {least_s:g} s", "give a longer part")
    if _is_silent(song.mix):
        raise InputError("silent", f"“{name}” is silent throughout", "check the export")
    loudest = _loudest_dbfs(song.mix)
    if loudest < SOUND_DBFS:
        raise InputError(
            "silent",
            f"“{name}” is nearly silent: its loudest moment lies at −{-loudest:.0f} dBFS, too low to advise on",
            "check the export",
        )
    return song


def _is_silent(audio: Audio) -> bool:
    return max(float(audio.samples.max(initial=0.0)), -float(audio.samples.min(initial=0.0))) < SILENT_PEAK


def _loudest_dbfs(audio: Audio) -> float:
    """Return the power of the loudest 400 ms, or of a shorter whole, summed over two channels as BS.1770 does, in dBFS."""
    frame = max(min(round(0.4 * audio.sample_rate_hz), audio.length), 1)  # a clip of less is one frame
    count = audio.length // frame
    loudest = 0.0
    for start in range(0, count, 64):
        block = audio.read(start * frame, min(start + 64, count) * frame).reshape(audio.channels, -1, frame)
        power = np.einsum("cfs,cfs->f", block, block, dtype=np.float64) / frame * (2 / audio.channels)
        loudest = max(loudest, float(power.max()))
    return 10 * float(np.log10(max(loudest, 1e-20)))


def _from_ni(path: Path, corrections: Mapping[str, Role], progress: Progress) -> Song:
    names, roles = _ni_roles([stream.label for stream in probe(path).streams[1:]])
    chosen = chosen_roles(corrections, {name: {name} for name in names})
    readings = [read(path, part(progress, i / 5, (i + 1) / 5), i) for i in range(5)]
    whole = readings[0].audio
    stems = tuple(
        Stem(name, chosen.get(name, roles[name]), "supplied", reading.audio.padded(whole.length))
        for name, reading in zip(names, readings[1:], strict=True)
    )
    changed = sorted((name, role) for name, role in chosen.items() if role != roles[name])
    hashed = content_hash(path, extra=repr(changed) if changed else "")
    return Song(song_name(path), hashed, whole, stems, read_tags(path), tuple(dict.fromkeys(w for r in readings for w in r.warnings)))


def _ni_roles(labels: Sequence[str]) -> tuple[list[str], dict[str, Role]]:
    """Return what the four stems of an NI stems file are called, and their roles: by their labels, else by the format's order.

    Where labels name stems of another order, one that tells nothing is another instrument.
    """
    told = [role_from_name(label) for label in labels]
    is_in_order = all(role is None or role == usual for role, usual in zip(told, NI_ORDER, strict=True))
    roles = [role or (usual if is_in_order else "other") for role, usual in zip(told, NI_ORDER, strict=True)]
    is_named = all(labels) and len({*labels}) == len(labels)
    names = list(labels) if is_named and any(told) else [str(role) for role in NI_ORDER]
    return names, dict(zip(names, roles, strict=True))


def _from_folder(
    folder: Path, corrections: Mapping[str, Role], progress: Progress, mix_file: Path | None = None, stream: int | None = None
) -> Song:
    found = song_in(folder)
    tracks = [t for t in found.tracks if mix_file is None or all(file.resolve() != mix_file.resolve() for file in t.files)]
    if not tracks:
        raise InputError("no-audio", f"there is no audio in the folder “{name_of(folder)}”", "put the stems into it")
    chosen = chosen_roles(corrections, _callings(tracks))
    given = [Track(mix_file.stem, (mix_file,), purpose="mix", is_certain=True)] if mix_file else []
    parts, warnings = read_tracks([*tracks, *given], part(progress, 0.0, 0.8), stream)
    whole = parts.pop() if given else None
    are_silent = [_is_silent(p.audio) for p in parts]
    sounding = [p for p, is_silent in zip(parts, are_silent, strict=True) if not is_silent]
    silent_names = [p.track.name for p, is_silent in zip(parts, are_silent, strict=True) if is_silent]
    if not sounding:
        raise InputError("silent", f"every stem in “{name_of(folder)}” is silent", "check the export")
    if len(tracks) == 1 and mix_file is None:
        sorted_out = Sorted((), parts[0], ())  # the left and the right of one mix
    else:
        sorted_out = sort_out(sounding, chosen, whole, part(progress, 0.8, 0.85))
    parts.clear()
    sounding.clear()
    stems, audio = _assembled(sorted_out, chosen, part(progress, 0.85, 0.95))
    files = [*(file for track in tracks for file in track.files), *([mix_file] if mix_file else [])]
    extra = repr([s.name + s.role for s in stems]) + stream_words(stream)
    hashed = content_hash(*files, extra=extra, progress=part(progress, 0.95, 1.0))
    told = (
        *warnings,
        *sorted_out.told,
        *doubts(tracks, sorted_out.stems, sorted_out.mix is not None),
        *_left_out(silent_names),
        *_unused(found),
        *heard_roles([stem for stem in stems if stem.name not in chosen]),
    )
    tagged = mix_file or (sorted_out.mix.track.path if sorted_out.mix else tracks[0].path)
    return Song(song_name(mix_file, stream) if mix_file else song_name(folder), hashed, audio, tuple(stems), read_tags(tagged), told)


def _assembled(found: Sorted, chosen: Mapping[str, Role], progress: Progress) -> tuple[list[Stem], Audio]:
    """Return the stems, all as long as the song, and the mix: the file itself, or their sum."""
    whole = found.mix.audio if found.mix else None
    length = max(p.audio.length for p in (*found.stems, *((found.mix,) if found.mix else ())))
    stems: list[Stem] = []
    for index, p in enumerate(found.stems):
        progress("Reading the stems", 0.5 * index / len(found.stems))
        heard = hear(p.audio) if p.track.role is None else None
        role = chosen.get(p.track.name) or p.track.role or (heard.role if heard else "other")
        stems.append(Stem(p.track.name, role, "supplied", p.audio.padded(length), heard))
    audio = whole.padded(length) if whole else mix([s.audio for s in stems], part(progress, 0.5, 1.0))
    return stems, audio


def _left_out(silent_names: Sequence[str]) -> tuple[str, ...]:
    """Say which stems are silent: of a part of a song that may be most of them."""
    if not silent_names:
        return ()
    shown = listed(silent_names, SHOWN_NAMES)
    if len(silent_names) == 1:
        return (f"The stem {shown} is silent and was left out.",)
    return (f"{len(silent_names)} stems are silent and were left out: {shown}.",)


def _unused(song: OneSong) -> tuple[str, ...]:
    """Say which audio files under a song's folder were not taken for part of it."""
    if not song.unused:
        return ()
    shown = ", ".join(f"“{readable(str(file.relative_to(song.path)))}”" for file in song.unused[:3]) + (
        " …" if len(song.unused) > 3 else ""
    )
    count = "1 file in a folder inside was" if len(song.unused) == 1 else f"{len(song.unused)} files in folders inside were"
    return (f"{count} not taken for part of the song: {shown}.",)
