"""What a person drops: one mix, a folder of stems, an NI stems file, or a folder of whole songs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.decode import CONTAINER_SUFFIXES, SUFFIXES, decode, probe
from mixassistant.audio.hashing import content_hash
from mixassistant.audio.resample import resample
from mixassistant.audio.tags import read_tags
from mixassistant.errors import InputError
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.roles import is_mix_name, role_from_name, role_from_sound
from mixassistant.stems.stem import ROLES, Role, Song, Stem

Dropped = Literal["mix", "stems", "ni-stems", "mixes"]

NI_ORDER: tuple[Role, ...] = ("drums", "bass", "other", "vocals")  # of the streams after the mix, Native Instruments' stem format
MIN_DURATION_S = 3.0  # seconds: one block of short-term loudness
SILENT_PEAK = 10 ** (-90 / 20)
SAME_LENGTH_S = 2.0  # stems of one song may miss their silent tails, but most end together
CORRELATES = 0.98  # with the sum of the others: then a file is their mix
RESIDUAL_DB = -15.0  # relative to the mix: above it, mix and stems are different masters


@dataclass(frozen=True)
class _Part:
    path: Path
    name: str
    audio: Audio


def audio_files(folder: Path) -> list[Path]:
    """Return the audio files right inside a folder, by name; hidden ones are left out.

    Raises
    ------
    InputError
        The folder is missing or cannot be read.
    """
    try:
        entries = sorted(folder.iterdir(), key=lambda p: p.name.lower())
        return [p for p in entries if p.suffix.lower() in SUFFIXES and not p.name.startswith(".") and p.is_file()]
    except OSError as error:
        raise InputError(
            "unreadable", f"cannot open the folder “{folder.name}”: {(error.strerror or '').lower()}", "check the path"
        ) from error


def kind_of(path: Path) -> Dropped:
    """Tell what was dropped.

    Raises
    ------
    InputError
        There is nothing at `path`, or no audio in it.
    """
    try:
        path.stat()
    except OSError as error:  # missing, a name too long, no permission on the way
        why = "" if isinstance(error, FileNotFoundError) else f" ({(error.strerror or '').lower()})"
        raise InputError("missing", f"there is no file or folder “{path.name[:80]}”{why}", "check the path") from error
    if path.is_file():
        return "ni-stems" if path.suffix.lower() in CONTAINER_SUFFIXES and probe(path).is_ni_stems else "mix"
    files = audio_files(path)
    if not files:
        if any(p.is_dir() and audio_files(p) for p in _folders(path)):
            return "mixes"
        raise InputError(
            "no-audio", f"there is no audio in the folder “{path.name}”", f"put audio files into it ({', '.join(sorted(SUFFIXES)[:6])} …)"
        )
    return "stems" if _are_stems(files) else "mixes"


def _folders(path: Path) -> list[Path]:
    return sorted((p for p in path.iterdir() if p.is_dir() and not p.name.startswith(".")), key=lambda p: p.name.lower())


def _are_stems(files: Sequence[Path]) -> bool:
    """Tell stems of one song from a folder of songs: most names tell a role, and many files end together."""
    if any(p.name.lower().endswith(".stem.mp4") for p in files) or len(files) < 2:
        return False
    names = display_names(files)
    telling = sum(role_from_name(n) is not None or is_mix_name(n) for n in names)
    durations = []
    for file in files:
        try:
            durations.append(probe(file).duration_s)
        except InputError:
            continue  # a damaged file is named when it is opened; it must not change what the folder is
    if not durations:
        return telling >= 2
    together = sum(abs(d - float(np.median(durations))) <= SAME_LENGTH_S for d in durations) / len(durations)
    return (telling >= 2 and telling >= 0.5 * len(files) and together >= 0.4) or (telling >= 0.3 * len(files) and together >= 0.9)


def find_mixes(folder: Path) -> list[Path]:
    """Return the songs of a folder of songs: its audio files, and its sub-folders that hold audio."""
    return [*audio_files(folder), *(p for p in _folders(folder) if audio_files(p))]


def _shared_start(names: Sequence[str]) -> str:
    """Return the letters that all names begin with."""
    first, last = min(names), max(names)
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))]


def display_names(files: Sequence[Path]) -> list[str]:
    """Return stem names without what all file names share at their ends (``"2.Lithium_Stem_KICK_mobile"`` → ``"KICK"``)."""
    names = [p.name[: -len(p.suffix)] for p in files]
    if len(names) > 1:
        start = _shared_start(names)
        start = start[: max((start.rfind(c) + 1 for c in " _-."), default=0)]
        end = _shared_start([n[::-1] for n in names])[::-1]
        cut = min((end.find(c) for c in " _-." if c in end), default=-1)
        end = end[cut:] if cut >= 0 else ""
        names = [n[len(start) : len(n) - len(end)].strip(" _-.") or n for n in names]
    return names


def open_song(path: Path, stems: Path | None = None, roles: Mapping[str, Role] | None = None, progress: Progress = silent) -> Song:
    """Open what was dropped as one song.

    Parameters
    ----------
    path : Path
        A mix, a folder of stems (a mix beside them is recognised), or an NI ``.stem.mp4``.
    stems : Path or None
        Folder with the stems of the mix at `path`.
    roles : mapping of str to Role, optional
        The user's corrections by stem name.
    progress : Progress

    Raises
    ------
    InputError
        Nothing there, not audio, too short, or silent throughout.
    """
    corrections = dict(roles or {})
    kind = kind_of(path)
    if stems is not None:
        if kind not in ("mix", "ni-stems"):
            raise InputError(
                "two-folders", f"“{path.name}” is a folder, and stems were given too", "give the mix file, or the stems folder alone"
            )
        whole = decode(path, part(progress, 0.0, 0.1))
        song = _from_folder(stems, corrections, part(progress, 0.1, 1.0), _Part(path, path.stem, whole))
    elif kind == "ni-stems":
        song = _from_ni(path, corrections, progress)
    elif kind == "mix":
        song = Song(_stem_of(path), content_hash(path), decode(path, progress), (), read_tags(path))
    elif kind == "stems":
        song = _from_folder(path, corrections, progress, None)
    else:
        raise InputError(
            "many-songs", f"“{path.name}” looks like a folder of whole songs", "give one song, or a folder with the stems of one song"
        )
    return _checked(song, path)


def _stem_of(path: Path) -> str:
    name = path.name
    return name[: -len(".stem.mp4")] if name.lower().endswith(".stem.mp4") else path.stem


def _checked(song: Song, path: Path) -> Song:
    if song.mix.duration_s < MIN_DURATION_S:
        raise InputError(
            "too-short", f"“{path.name}” lasts {song.mix.duration_s:.2f} s; a mix needs {MIN_DURATION_S:.0f} s", "give a longer part"
        )
    if float(np.abs(song.mix.samples).max(initial=0.0)) < SILENT_PEAK:
        raise InputError("silent", f"“{path.name}” is silent throughout", "check the export")
    unknown = [role for role in {s.role for s in song.stems} if role not in ROLES]
    if unknown:
        raise InputError("unknown-role", f"there is no role “{unknown[0]}”", f"use one of {', '.join(ROLES)}")
    return song


def _from_ni(path: Path, corrections: Mapping[str, Role], progress: Progress) -> Song:
    streams = [decode(path, part(progress, i / 5, (i + 1) / 5), i) for i in range(5)]
    length = streams[0].length
    stems = tuple(
        Stem(role, corrections.get(role, role), "supplied", audio.padded(length)) for role, audio in zip(NI_ORDER, streams[1:], strict=True)
    )
    extra = repr(sorted(corrections.items())) if corrections else ""
    return Song(_stem_of(path), content_hash(path, extra=extra), streams[0], stems, read_tags(path))


def _from_folder(folder: Path, corrections: Mapping[str, Role], progress: Progress, given: _Part | None) -> Song:
    files = [p for p in audio_files(folder) if given is None or p.resolve() != given.path.resolve()]
    if not files:
        raise InputError("no-audio", f"there is no audio in the folder “{folder.name}”", "put the stems into it")
    parts = []
    for i, (file, name) in enumerate(zip(files, display_names(files), strict=True)):
        parts.append(_Part(file, name, decode(file, part(progress, i / len(files), (i + 1) / len(files)))))
    rate = max(p.audio.sample_rate_hz for p in [*parts, *([given] if given else [])])
    parts = [_Part(p.path, p.name, resample(p.audio, rate)) for p in parts]
    whole = given or _find_mix(parts)
    parts = [p for p in parts if whole is None or p.path != whole.path]
    length = max([p.audio.length for p in parts] + ([resample(whole.audio, rate).length] if whole else []))
    stems, silent_names = [], []
    parts.reverse()
    while parts:
        p = parts.pop()  # forty stems of a song fill gigabytes: each is let go as soon as its padded copy is there
        if float(np.abs(p.audio.samples).max(initial=0.0)) < SILENT_PEAK:
            silent_names.append(p.name)
            continue
        role = corrections.get(p.name) or role_from_name(p.name) or role_from_sound(p.audio)
        stems.append(Stem(p.name, role, "supplied", p.audio.padded(length)))
    if not stems:
        raise InputError("silent", f"every stem in “{folder.name}” is silent", "check the export")
    total = mix([s.audio for s in stems])
    audio = resample(whole.audio, rate).padded(length) if whole else total
    warnings = [f"The stem {name} is silent and was left out." for name in silent_names]
    if whole is not None and _residual_db(audio, total) > RESIDUAL_DB:
        warnings.append(f"The stems do not add up to “{whole.path.name}” (is it mastered?): moves are proven on the sum of the stems.")
    hashed = content_hash(*files, *([given.path] if given else []), extra=repr([s.name + s.role for s in stems]))
    name = _stem_of(given.path) if given else folder.name
    return Song(name, hashed, audio, tuple(stems), read_tags(whole.path if whole else files[0]), tuple(warnings))


def _find_mix(parts: Sequence[_Part]) -> _Part | None:
    """Return the file among stems that is their mix: by its name, or because the others add up to it."""
    if len(parts) < 3:
        return None
    named = [p for p in parts if is_mix_name(p.name)]
    if len(named) == 1:
        return named[0]
    loudest = max(parts, key=lambda p: float(np.mean(np.square(p.audio.samples, dtype=np.float64))))
    if role_from_name(loudest.name) is not None:
        return None
    rest = mix([p.audio for p in parts if p is not loudest])
    a, b = loudest.audio.samples.mean(axis=0), rest.samples.mean(axis=0)
    length = min(a.size, b.size)
    energy = float(np.sqrt(np.dot(a[:length], a[:length]) * np.dot(b[:length], b[:length])))
    return loudest if energy > 0 and float(np.dot(a[:length], b[:length])) / energy > CORRELATES else None


def _residual_db(target: Audio, total: Audio) -> float:
    """Return what is left of the mix after the stems' sum, at its best single gain, in dB relative to the mix."""
    a, b = (x.padded(target.length).samples.mean(axis=0, dtype=np.float64) for x in (target, total))
    energy = float(np.dot(b, b))
    gain = float(np.dot(a, b)) / energy if energy > 0 else 0.0
    left = float(np.mean((a - gain * b) ** 2))
    return 10 * float(np.log10(max(left, 1e-20) / max(float(np.mean(a**2)), 1e-20)))
