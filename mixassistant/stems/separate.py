"""Separating a song, with the stems kept in the cache.

An entry is one folder, ``stems/<key>`` in the cache folder, of `mixassistant.stems.stem_files`: the roles, and what they leave
out of the mix. It is made under another name and renamed when it is complete; what a cancelled or killed program left of a
long separation is gone on with. The key covers the song's content, the separator and its version. Any entry may vanish at any
moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

import numpy as np

from mixassistant.audio.audio import Audio, Samples
from mixassistant.audio.source import Source
from mixassistant.audio.storage import gathered
from mixassistant.errors import OutputError
from mixassistant.i18n import _
from mixassistant.progress import Progress, part, silent
from mixassistant.stems.cache import STEMS, make_room
from mixassistant.stems.segments import Told
from mixassistant.stems.separator import Separator
from mixassistant.stems.stem import ROLES, Song, Stem
from mixassistant.stems.stem_files import (
    READ_BLOCK,
    RESIDUAL,
    Shape,
    StemFiles,
    energy,
    open_sealed,
    remove_folder,
    residual_of,
)

CACHE_FORMAT = 2
UNFINISHED = ".unfinished-"
NO_RESIDUAL_DB = -100.0  # relative to the mix; below are rounding errors


class Report(Protocol):
    """How a separator went about a mix."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Whole sentences on what was not as it should be."""

    def as_json(self) -> dict[str, Any]:
        """Return a document of everything."""


@runtime_checkable
class ResumableSeparator(Protocol):
    """A separator that writes its stems as it makes them, and goes on where it was cut off."""

    report: Report | None

    def separate_into(self, folder: Path | None, mix: Audio, progress: Progress = silent) -> StemFiles:
        """Separate into files: the roles and ``residual``."""


@dataclass(frozen=True, eq=False)
class Separation:
    """A song with its stems, and how it came to them.

    Parameters
    ----------
    song : Song
    residual : Audio or None
        What the stems leave out of the mix: stems and residual sum to it. ``None`` where that is nothing, or the stems are the
        song's own.
    residual_db : float
        Its power relative to the mix in dB; −inf where there is none.
    facts : mapping
        For a separator that tells: ``device`` (words for people, to stand after “with”), ``precision`` (``"float32"``,
        ``"bfloat16"`` or ``"float16"``), ``precision_sdr_db`` (of 16 bits against 32, or ``None``), ``notes``.
    is_new : bool
        Whether the stems were made just now: the song has none of its own, and the cache had none.
    """

    song: Song
    residual: Audio | None = None
    residual_db: float = -np.inf
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    is_new: bool = False


def separation(
    song: Song, separator: Separator, cache: Path | None = None, progress: Progress = silent, limit_bytes: int | None = None
) -> Separation:
    """Return a song with stems and what they leave out of the mix.

    Parameters
    ----------
    song : Song
    separator : Separator
    cache : Path, optional
        The cache folder; without one nothing is kept.
    progress : Progress
    limit_bytes : int, optional
        How large the cache may grow; by default what it is set to (`mixassistant.stems.cache`).

    Raises
    ------
    Cancelled
        `progress` raised it; a separator that can go on with what it has made will.
    """
    if song.stems:
        return Separation(song)
    warnings: tuple[str, ...] = ()
    entry = cache / STEMS / _key(song, separator) if cache and song.mix.length else None
    found = _read(entry, song.mix, part(progress, 0.0, 0.05, _("Reading the stems"))) if entry else None
    is_new = found is None
    if found is None:
        found, is_kept = _separate(song.mix, separator, entry, part(progress, 0.05, 1.0))
        notes = tuple(found[1].get("notes", ()))
        if entry and is_kept:
            make_room(entry.parent.parent, entry, limit_bytes)
        elif entry:
            # A full or read-only disk costs time at the next analysis, never this one.
            notes = (*notes, _("The separated stems could not be kept in the cache, so the next analysis separates again."))
        warnings = notes
    progress(_("Separating"), 1.0)
    parts, facts = found
    stems = tuple(Stem(role, role, separator.origin, parts[role]) for role in ROLES)
    whole = replace(song, stems=stems, warnings=(*song.warnings, *warnings))
    residual_db = facts.pop("residual_db")
    if residual_db is None:
        return Separation(whole, facts=MappingProxyType(facts), is_new=is_new)
    return Separation(whole, parts[RESIDUAL], residual_db, MappingProxyType(facts), is_new)


def _key(song: Song, separator: Separator) -> str:
    shape = f"{song.mix.sample_rate_hz} {song.mix.channels} {song.mix.length}"
    parts = (str(CACHE_FORMAT), song.content_hash, shape, separator.origin, separator.version)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


Found = tuple[Mapping[str, Audio], dict[str, Any]]
"""The parts, and facts about them: ``residual_db`` (``None`` where there is none) and what the separator tells."""


def _read(entry: Path, mix: Audio, progress: Progress) -> Found | None:
    """Return what an entry holds, or ``None`` where it is not there or not whole."""
    try:
        parts, facts = open_sealed(entry, progress)
        if any(parts[name].samples.shape != mix.samples.shape for name in (*ROLES, RESIDUAL)):
            raise ValueError("not of this mix")
        float(facts["residual_db"] or 0)
        entry.touch()  # used just now
        return parts, facts
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        # Cut off, deleted halfway or written over: made again like one that was never there.
        pass
    remove_folder(entry)
    return None


def _separate(mix: Audio, separator: Separator, entry: Path | None, progress: Progress) -> tuple[Found, bool]:
    """Separate, and return whether the stems were kept too."""
    if not isinstance(separator, ResumableSeparator):
        return _separate_in_memory(mix, separator, entry, progress)
    if entry:
        unfinished = entry.with_name(f"{UNFINISHED}{entry.name}")
        try:
            files = separator.separate_into(unfinished, mix, part(progress, 0.0, 0.98))
            return _keep(files, _facts(files, mix, separator, part(progress, 0.98, 1.0)), entry), True
        except BlockingIOError:
            pass  # another program separates the same at this moment
        except (OSError, OutputError):
            remove_folder(unfinished)
    files = separator.separate_into(None, mix, part(progress, 0.0, 0.98))
    try:
        facts = _facts(files, mix, separator, part(progress, 0.98, 1.0))
        return ({name: files.audio(name) for name in files.shape.parts}, facts), False
    finally:
        files.close()


def _separate_in_memory(mix: Audio, separator: Separator, entry: Path | None, progress: Progress) -> tuple[Found, bool]:
    stems = separator.separate(mix, part(progress, 0.0, 0.95 if entry else 1.0))
    parts: dict[str, Audio] = {role: stems[role] for role in ROLES}
    residual_db = _residual_db(mix, parts)
    facts: dict[str, Any] = {"residual_db": residual_db}
    if notes := getattr(separator, "notes", ()):
        facts["notes"] = list(notes)
    shape = Shape((*ROLES, RESIDUAL), mix.channels, mix.length, mix.sample_rate_hz)
    if entry:
        keeping = part(progress, 0.95, 1.0, _("Keeping the stems"))
        try:
            files = StemFiles(shape, entry.with_name(f"{UNFINISHED}{entry.name}"), resume=False)
            try:
                for start in range(0, mix.length, READ_BLOCK):
                    keeping("", start / mix.length)
                    files.append(_block(mix, parts, start))
                return _keep(files, facts, entry), True
            except BaseException:
                files.discard()
                raise
        except (OSError, OutputError):
            pass
    if residual_db is not None:
        rest = gathered((_block(mix, parts, start)[RESIDUAL] for start in range(0, mix.length, READ_BLOCK)), mix.length)
        parts[RESIDUAL] = Audio(rest, mix.sample_rate_hz)
    return (parts, facts), False


def _block(mix: Source, parts: Mapping[str, Source], start: int) -> dict[str, Samples]:
    """Return a block of the roles and of what they leave out."""
    blocks: dict[str, Samples] = {role: parts[role].read(start, start + READ_BLOCK) for role in ROLES}
    return blocks | {RESIDUAL: residual_of(mix.read(start, start + READ_BLOCK), blocks)}


def _residual_db(mix: Source, parts: Mapping[str, Source]) -> float | None:
    """Return the power of what the roles leave out, in dB relative to the mix; ``None`` where that is nothing."""
    rest = whole = 0.0
    for start in range(0, mix.length, READ_BLOCK):
        found = parts[RESIDUAL].read(start, start + READ_BLOCK) if RESIDUAL in parts else _block(mix, parts, start)[RESIDUAL]
        rest += energy(found)
        whole += energy(mix.read(start, start + READ_BLOCK))
    level = 10 * np.log10(rest / whole) if rest > 0 and whole > 0 else -np.inf
    return float(level) if level > NO_RESIDUAL_DB else None


def _facts(files: StemFiles, mix: Audio, separator: ResumableSeparator, progress: Progress) -> dict[str, Any]:
    told = separator.report.as_json() if separator.report else {}
    return told | {"residual_db": _residual_db(Told(mix, progress), {name: files.part(name) for name in files.shape.parts})}


def _keep(files: StemFiles, facts: dict[str, Any], entry: Path) -> Found:
    """Turn files into an entry, and return what is there then.

    Raises
    ------
    OSError, OutputError
        The disk is full, or the entry has vanished already.
    """
    assert files.folder is not None
    try:
        files.seal(facts)
    finally:
        files.close()
    try:
        files.folder.rename(entry)
    except OSError:
        # Another program was faster, with the same.
        remove_folder(files.folder)
    parts, kept = open_sealed(entry)
    return parts, kept
