"""Separating a song, with the stems kept in the cache.

An entry is one folder, ``stems/<key>`` in the cache folder: a float WAV per role, so that stems from the cache are bit for bit
those that were separated, and ``entry.json`` with a checksum of each one's samples. It is made under another name and renamed
when it is complete. The key covers the song's content, the separator and its version. Any entry may vanish at any moment.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.write import write_audio, write_bytes
from mixassistant.errors import InputError, OutputError
from mixassistant.i18n import _
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.separator import Separator
from mixassistant.stems.stem import ROLES, Role, Song, Stem

CACHE_LIMIT_BYTES = 4 << 30
CACHE_FORMAT = 1
ABANDONED_S = 24 * 3600  # an unfinished entry this old was left by a program that was killed


def separate_song(
    song: Song, separator: Separator, cache: Path | None = None, progress: Progress = silent, limit_bytes: int = CACHE_LIMIT_BYTES
) -> Song:
    """Return a song with stems: its own where it has any, separated ones where it has none.

    Parameters
    ----------
    song : Song
    separator : Separator
    cache : Path, optional
        The cache folder; without one nothing is kept.
    progress : Progress
    limit_bytes : int
        How large all stems in the cache together may grow; those unused for longest go first.

    Raises
    ------
    Cancelled
        `progress` raised it.
    """
    if song.stems:
        return song
    warnings = song.warnings
    entry = cache / "stems" / _key(song, separator) if cache else None
    stems = _read(entry, song.mix, progress) if entry else None
    if stems is None:
        stems = separator.separate(song.mix, part(progress, 0.0, 0.95 if entry else 1.0))
        if entry:
            try:
                _write(entry, stems, part(progress, 0.95, 1.0, _("Keeping the stems")))
                _evict(entry, limit_bytes)
            except (OSError, OutputError):
                # A full or read-only disk costs time at the next analysis, never this one.
                warnings = (*warnings, _("The separated stems could not be kept in the cache, so the next analysis separates again."))
    progress(_("Separating"), 1.0)
    named = tuple(Stem(role, role, separator.origin, stems[role]) for role in ROLES)
    return replace(song, stems=named, warnings=warnings)


def _key(song: Song, separator: Separator) -> str:
    shape = f"{song.mix.sample_rate_hz} {song.mix.channels} {song.mix.length}"
    parts = (str(CACHE_FORMAT), song.content_hash, shape, separator.origin, separator.version)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def _checksum(audio: Audio) -> str:
    return hashlib.sha256(audio.samples.tobytes()).hexdigest()


def _read(entry: Path, mix: Audio, progress: Progress) -> dict[Role, Audio] | None:
    """Return the stems of an entry, or ``None`` where it is not there or not whole."""
    try:
        checksums = json.loads((entry / "entry.json").read_bytes())["checksums"]
        stems: dict[Role, Audio] = {}
        for role in ROLES:
            progress(_("Reading the stems"), 0.0)
            stem = decode(entry / f"{role}.wav")
            if checksums[role] != _checksum(stem) or stem.samples.shape != mix.samples.shape:
                raise ValueError("not what was kept")
            stems[role] = stem
        os.utime(entry)  # used just now
        return stems
    except (OSError, InputError, ValueError, KeyError, TypeError):
        # Cut off, deleted halfway or written over: made again like one that was never there.
        pass
    shutil.rmtree(entry, ignore_errors=True)
    return None


def _write(entry: Path, stems: dict[Role, Audio], progress: Progress) -> None:
    """Keep stems, whole or not at all."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=entry.parent))
    try:
        checksums: dict[Role, str] = {}
        for role, stem in stems.items():
            progress("", len(checksums) / len(stems))
            write_audio(stem, unfinished / f"{role}.wav", subtype="FLOAT")
            checksums[role] = _checksum(stem)
        write_bytes(unfinished / "entry.json", json.dumps({"checksums": checksums}).encode())
        if not entry.exists():  # else another program was faster
            unfinished.rename(entry)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _evict(newest: Path, limit_bytes: int) -> None:
    """Delete the entries unused for longest until the rest fits, and what killed programs left."""
    entries = []
    for folder in newest.parent.iterdir():
        try:
            used = folder.stat().st_mtime
            size = sum(file.stat().st_size for file in folder.iterdir())
        except OSError:
            continue  # gone meanwhile
        if not folder.name.startswith("."):
            entries.append((used, folder, size))
        elif time.time() - used > ABANDONED_S:
            shutil.rmtree(folder, ignore_errors=True)
    total = sum(size for _used, _folder, size in entries)
    for _used, folder, size in sorted(entries):
        if total <= limit_bytes:
            break
        if folder != newest:
            shutil.rmtree(folder, ignore_errors=True)
            total -= size
