"""The user's own file in place of a separated stem: better than any separator, where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.audio.hashing import content_hash
from mixassistant.audio.resample import resample
from mixassistant.audio.storage import blank
from mixassistant.errors import InputError
from mixassistant.progress import Progress, silent
from mixassistant.stems.stem import ROLES, Role, Song, Stem

APART_S = 0.5  # that a stem and its song may differ in length


def replace_stems(
    song: Song, residual: Audio | None, replacements: Sequence[tuple[Role, Path]], progress: Progress = silent
) -> tuple[Song, Audio | None]:
    """Put files in the place of roles.

    What the file and the separated stem differ by goes to the residual, which stays as it is, so that the mix is the same sum as before.

    Parameters
    ----------
    song : Song
        With its stems.
    residual : Audio or None
        What the mix holds beyond its stems.
    replacements : sequence of (Role, Path)
    progress : Progress

    Returns
    -------
    Song, Audio or None
        The song, its content hash covering the files too, and its residual.

    Raises
    ------
    InputError
        A file cannot be read, or is not as long as the song.
    """
    # In one order, so that the same files make the same content, however they were named.
    for index, (role, path) in enumerate(sorted(replacements, key=lambda given: ROLES.index(given[0]))):
        progress(f"Reading {path.name}", index / len(replacements))
        own = fitting(path, song)
        old = [stem.audio for stem in song.stems if stem.role == role]
        if residual is not None or old:
            rest = blank(song.mix.channels, song.mix.length)
            for former in [*([residual] if residual is not None else []), *(_fitted(audio, song.mix) for audio in old)]:
                rest += former.samples
            rest -= own.samples
            residual = Audio(rest, song.mix.sample_rate_hz)
        digest = content_hash(path, extra=f"{song.content_hash} {role}")
        place = next((i for i, stem in enumerate(song.stems) if stem.role == role), len(song.stems))
        kept = [stem for stem in song.stems if stem.role != role]
        kept.insert(min(place, len(kept)), Stem(role, role, "supplied", own))
        song = replace(song, stems=tuple(kept), content_hash=digest)
    return song, residual


def fitting(path: Path, song: Song) -> Audio:
    """Return a file as a stem of a song: at its rate, with its channels and its length.

    Raises
    ------
    InputError
        It cannot be read, or is not as long as the song.
    """
    audio = resample(decode(path), song.mix.sample_rate_hz)
    if abs(audio.duration_s - song.mix.duration_s) > APART_S:
        raise InputError(
            "not-this-song",
            f"“{path.name}” lasts {audio.duration_s:.1f} s and the mix {song.mix.duration_s:.1f} s",
            "export the stem from the same start to the same end",
        )
    return _fitted(audio, song.mix)


def _fitted(audio: Audio, mix: Audio) -> Audio:
    """Return audio with the mix's channels and length."""
    audio = audio.stereo() if mix.channels == 2 else audio.mono()
    return audio.padded(mix.length)
