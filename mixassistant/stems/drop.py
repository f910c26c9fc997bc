"""Opening what a person drops as one song: a mix, a folder of stems, or an NI stems file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.decode import decode, probe
from mixassistant.audio.hashing import content_hash
from mixassistant.audio.headers import missing_share
from mixassistant.audio.resample import resample
from mixassistant.audio.tags import read_tags
from mixassistant.errors import InputError, UsageError
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.corrections import SHOWN_NAMES, chosen_roles, heard_roles, names_of
from mixassistant.stems.hearing import hear
from mixassistant.stems.look import audio_files, display_names, find_mixes, kind_of, name_of, song_name
from mixassistant.stems.names.purposes import is_mix_name
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.stem import ROLES, Role, Song, Stem

NI_ORDER: tuple[Role, ...] = ("drums", "bass", "other", "vocals")  # of the streams after the mix, Native Instruments' stem format
MIN_DURATION_S = 3.0  # seconds: one block of short-term loudness
SILENT_PEAK = 10 ** (-90 / 20)
CORRELATES = 0.98  # with the sum of the others: then a file is their mix
SOUND_DBFS = -70.0  # of the loudest 400 ms: the absolute gate of BS.1770, below which nothing counts as programme
TAIL_S = 0.05  # seconds missing at the end of a file that are worth telling


@dataclass(frozen=True)
class _Part:
    path: Path
    name: str
    audio: Audio


def _callings(files: Sequence[Path]) -> dict[str, set[str]]:
    """Return the stems that files are, and what else each may be called."""
    return {name: {p.name, p.stem} for name, p in zip(display_names(files), files, strict=True)}


def roles_there(path: Path, roles: Mapping[str, Role]) -> Mapping[str, Role]:
    """Return those of earlier corrections whose stems are still in a folder; what is no folder keeps all."""
    if not roles or not path.is_dir():
        return roles
    callings = _callings(audio_files(path))
    return {key: role for key, role in roles.items() if names_of(key, callings)}


def open_song(path: Path, stems: Path | None = None, roles: Mapping[str, Role] | None = None, progress: Progress = silent) -> Song:
    """Open what was dropped as one song.

    Parameters
    ----------
    path : Path
        A mix, a folder of stems (a mix beside them is recognised), or an NI ``.stem.mp4``.
    stems : Path or None
        Folder with the stems of the mix at `path`.
    roles : mapping of str to Role, optional
        The user's corrections by stem name, or by file name. Any of them says that the files of a folder are the stems of one song.
    progress : Progress

    Raises
    ------
    InputError
        Nothing there, not audio, too short, or silent throughout.
    UsageError
        A role is given for a stem that is not there, or there is no such role.
    """
    corrections = dict(roles or {})
    unknown = [role for role in corrections.values() if role not in ROLES]
    if unknown:
        raise UsageError("unknown-role", f"there is no role “{unknown[0]}”", f"use one of {', '.join(ROLES)}")
    kind = kind_of(path)
    if stems is not None:
        if kind not in ("mix", "ni-stems"):
            raise InputError(
                "two-folders", f"“{name_of(path)}” is a folder, and stems were given too", "give the mix file, or the stems folder alone"
            )
        whole = decode(path, part(progress, 0.0, 0.1))
        song = _from_folder(stems, corrections, part(progress, 0.1, 1.0), _Part(path, path.stem, whole))
    elif kind == "ni-stems":
        song = _from_ni(path, corrections, progress)
    elif kind == "mix":
        if corrections:
            raise UsageError("no-stems", f"“{path.name}” comes without stems, so none can be given a role", "give its stems too")
        hashed = content_hash(path, progress=part(progress, 0.9, 1.0))
        song = Song(song_name(path), hashed, decode(path, part(progress, 0.0, 0.9)), (), read_tags(path), tuple(_tails([path])))
    elif kind == "stems" or (corrections and audio_files(path)):
        song = _from_folder(path, corrections, progress, None)
    elif len(only := find_mixes(path)) == 1 and only[0].is_file():
        return open_song(only[0], None, None, progress)
    else:
        stem = next((file.stem for file in audio_files(path)), "Audio 1")
        raise InputError(
            "many-songs",
            f"“{name_of(path)}” looks like a folder of whole songs",
            f'give one song; if they are the stems of one song, say what each is: --role "{stem}=drums"',
        )
    return _checked(song, path)


def _checked(song: Song, path: Path) -> Song:
    name = name_of(path)
    if song.mix.duration_s < MIN_DURATION_S:
        raise InputError(
            "too-short", f"“{name}” lasts {song.mix.duration_s:.2f} s; a mix needs {MIN_DURATION_S:.0f} s", "give a longer part"
        )
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
    """Return the power of the loudest 400 ms, summed over two channels as BS.1770 does, in dBFS."""
    frame = round(0.4 * audio.sample_rate_hz)
    count = audio.length // frame
    loudest = 0.0
    for start in range(0, count, 64):
        block = audio.read(start * frame, min(start + 64, count) * frame).reshape(audio.channels, -1, frame)
        power = np.einsum("cfs,cfs->f", block, block, dtype=np.float64) / frame * (2 / audio.channels)
        loudest = max(loudest, float(power.max()))
    return 10 * float(np.log10(max(loudest, 1e-20)))


def _tails(paths: Sequence[Path]) -> list[str]:
    """Return a warning for each file whose last moment is missing; one that misses more is not read at all."""
    warnings = []
    for path in paths:
        share = missing_share(path)
        lost = share * probe(path).duration_s if share else 0.0
        if lost > TAIL_S:
            warnings.append(f"“{path.name}” breaks off {lost:.1f} s before its end: copy or export it again.")
    return warnings


def _from_ni(path: Path, corrections: Mapping[str, Role], progress: Progress) -> Song:
    chosen = chosen_roles(corrections, {role: {role} for role in NI_ORDER})
    streams = [decode(path, part(progress, i / 5, (i + 1) / 5), i) for i in range(5)]
    length = streams[0].length
    stems = tuple(
        Stem(role, chosen.get(role, role), "supplied", audio.padded(length)) for role, audio in zip(NI_ORDER, streams[1:], strict=True)
    )
    changed = sorted((name, role) for name, role in chosen.items() if name != role)
    hashed = content_hash(path, extra=repr(changed) if changed else "")
    return Song(song_name(path), hashed, streams[0], stems, read_tags(path), tuple(_tails([path])))


def _from_folder(folder: Path, corrections: Mapping[str, Role], progress: Progress, given: _Part | None) -> Song:
    files = [p for p in audio_files(folder) if given is None or p.resolve() != given.path.resolve()]
    if not files:
        raise InputError("no-audio", f"there is no audio in the folder “{name_of(folder)}”", "put the stems into it")
    names = display_names(files)
    chosen = chosen_roles(corrections, _callings(files))
    parts = []
    for i, (file, name) in enumerate(zip(files, names, strict=True)):
        parts.append(_Part(file, name, decode(file, part(progress, 0.7 * i / len(files), 0.7 * (i + 1) / len(files)))))
    rate = max(p.audio.sample_rate_hz for p in [*parts, *([given] if given else [])])
    for i, p in enumerate(parts):
        progress(f"Reading {p.path.name}", 0.7 + 0.1 * i / len(parts))
        parts[i] = _Part(p.path, p.name, resample(p.audio, rate))
    whole = given or _find_mix(parts, chosen, part(progress, 0.8, 0.85))
    parts = [p for p in parts if whole is None or p.path != whole.path]
    length = max([p.audio.length for p in parts] + ([resample(whole.audio, rate).length] if whole else []))
    stems: list[Stem] = []
    silent_names: list[str] = []
    parts.reverse()
    while parts:
        progress("Reading the stems", 0.85 + 0.05 / (1 + len(parts)))
        p = parts.pop()  # forty stems of a song fill gigabytes: each is let go as soon as its padded copy is there
        if _is_silent(p.audio):
            silent_names.append(p.name)
            continue
        named = role_from_name(p.name)
        heard = hear(p.audio) if named is None else None
        role = chosen.get(p.name) or named or (heard.role if heard else "other")
        stems.append(Stem(p.name, role, "supplied", p.audio.padded(length), heard))
    if not stems:
        raise InputError("silent", f"every stem in “{name_of(folder)}” is silent", "check the export")
    audio = resample(whole.audio, rate).padded(length) if whole else mix([s.audio for s in stems], part(progress, 0.9, 0.95))
    hashed = content_hash(
        *files, *([given.path] if given else []), extra=repr([s.name + s.role for s in stems]), progress=part(progress, 0.95, 1.0)
    )
    warnings = (
        *_tails([*files, *([given.path] if given else [])]),
        *_left_out(silent_names),
        *heard_roles([stem for stem in stems if stem.name not in chosen]),
    )
    name = song_name(given.path) if given else name_of(folder)
    return Song(name, hashed, audio, tuple(stems), read_tags(whole.path if whole else files[0]), warnings)


def _left_out(silent_names: Sequence[str]) -> tuple[str, ...]:
    """Say which stems are silent: of a part of a song that may be most of them."""
    if not silent_names:
        return ()
    shown = ", ".join(f"“{name}”" for name in silent_names[:SHOWN_NAMES])
    if len(silent_names) == 1:
        return (f"The stem {shown} is silent and was left out.",)
    more = f" and {len(silent_names) - SHOWN_NAMES} more" if len(silent_names) > SHOWN_NAMES else ""
    return (f"{len(silent_names)} stems are silent and were left out: {shown}{more}.",)


def _find_mix(parts: Sequence[_Part], chosen: Mapping[str, Role], progress: Progress) -> _Part | None:
    """Return the file among stems that is their mix: by its name, or because the others add up to it."""
    if len(parts) < 3:
        return None
    candidates = [p for p in parts if p.name not in chosen]  # what the user calls a stem is one
    named = [p for p in candidates if is_mix_name(p.name)]
    if len(named) == 1:
        return named[0]
    loudest, most = parts[0], -1.0
    for index, p in enumerate(parts):
        progress("Reading the stems", 0.5 * index / len(parts))
        energy = float(np.einsum("cs,cs->", p.audio.samples, p.audio.samples, dtype=np.float64)) / p.audio.channels
        if energy > most:
            loudest, most = p, energy
    if loudest.name in chosen or role_from_name(loudest.name) is not None:
        return None
    rest = mix([p.audio for p in parts if p is not loudest], part(progress, 0.5, 1.0))
    a, b = loudest.audio.samples.mean(axis=0), rest.samples.mean(axis=0)
    length = min(a.size, b.size)
    energy = float(np.sqrt(np.dot(a[:length], a[:length]) * np.dot(b[:length], b[:length])))
    return loudest if energy > 0 and float(np.dot(a[:length], b[:length])) / energy > CORRELATES else None
