"""Whether files whose names say nothing are the stems of one song or whole songs: a few seconds of each tell.

Files that end together may be a session's tracks, two masters, or clips that a data set has cut to one length. Whole songs sound like
whole mixes, one and all; tracks of a session sound like single parts, several of which play other roles, and are silent here and there.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import FileInfo, decode_blocks
from mixassistant.audio.hashing import state_of
from mixassistant.errors import InputError

Verdict = Literal["stems", "songs", "unsure"]


@dataclass(frozen=True)
class UnnamedTuning:
    """When files are taken for the stems of one song.

    Parameters
    ----------
    least : int
        Files: of two, a song in two versions is as likely.
    together_s : float
        That their ends may lie apart: exported together, they end together but for an encoder's delay. Rates tell nothing: HE-AAC halves
        that of one track and not of the next.
    listened_s : float
        From the beginning of a file, in which it is listened to.
    pieces : int
        Of them that are looked at closely.
    files : int
        That are listened to at most, from first to last by name.
    whole : float
        Probability from which a file sounds like a whole mix. Of 111 whole mixes 105 do, of 448 tracks 12 (all of artists left out).
    few_whole : float
        Share of files like whole mixes, up to which the others are stems: one may be their mix, another a piano that fills a song.
    many_whole : float
        Share from which they are songs.
    round_s, clip_s : float
        Clips of data sets last a whole multiple of this, to 50 ms, and not longer than that.
    """

    least: int = 3
    together_s: float = 0.2
    listened_s: float = 48.0
    pieces: int = 4
    files: int = 8
    whole: float = 0.5
    few_whole: float = 0.34
    many_whole: float = 0.6
    round_s: float = 5.0
    clip_s: float = 60.0


UNNAMED = UnnamedTuning()

SAMPLE_SECONDS = 6.0
ROUND_TO_S = 0.05
# What programs call the tracks of a session that nobody named: "Audio 1-2", "SONG_RAW_01_01", "Track 03", "Ch 4".
SESSION = re.compile(
    r"(?<![a-z])(raw|stem|stems|track|trk|audio|inst|ch|chan|channel|kanal|spur|piste|pista|bounce|input|mic)(?![a-z])", re.IGNORECASE
)


def of_unnamed(files: Sequence[Path], infos: Sequence[FileInfo], must_end_together: bool = True) -> Verdict:
    """Tell what files whose names do not tell it are.

    Parameters
    ----------
    files : sequence of Path
    infos : sequence of FileInfo
        What their headers say, in the same order.
    must_end_together : bool
        Files that end apart are not told: nothing but their ends speaks for stems. ``False`` where some names speak too.
    """
    if len(files) < UNNAMED.least or len(files) != len(infos):
        return "unsure"
    lengths = np.array([info.duration_s for info in infos])
    if must_end_together and np.ptp(lengths) > UNNAMED.together_s:
        return "unsure"
    sounds = [_sound(file, *state_of(file)) for file in _some(files)]
    heard = [sound for sound in sounds if sound is not None]
    if not heard:
        return "unsure"
    whole = float(np.mean([is_whole for _, is_whole in heard]))
    if whole >= UNNAMED.many_whole and len(heard) == len(sounds):
        return "songs"
    roles = {role for role, is_whole in heard if not is_whole}
    # Of a song, the first minute is not silent; of a track in it, it may well be.
    are_parts = whole <= UNNAMED.few_whole and (len(roles) > 1 or len(heard) < len(sounds))
    beside_s = abs(lengths[0] - UNNAMED.round_s * round(lengths[0] / UNNAMED.round_s))
    is_cut = beside_s <= ROUND_TO_S and lengths[0] <= UNNAMED.clip_s + ROUND_TO_S
    is_session = all(SESSION.search(file.stem) for file in files)
    return "stems" if are_parts and (is_session or not is_cut) else "unsure"


def _some(files: Sequence[Path]) -> list[Path]:
    places = np.unique(np.linspace(0, len(files) - 1, min(UNNAMED.files, len(files))).round().astype(int))
    return [files[place] for place in places]


@functools.lru_cache(maxsize=512)
def _sound(file: Path, _changed: int, _size: int) -> tuple[str, bool] | None:
    """Return the role that a file sounds like and whether it sounds like a whole mix; ``None`` where its beginning is silent.

    A folder is looked at several times on its way to the screen: each file is listened to once.
    """
    from mixassistant.stems.hearing import hear

    blocks, rate, seconds = [], 0, 0.0
    try:
        for block in decode_blocks(file, SAMPLE_SECONDS):
            blocks.append(block.samples)
            rate, seconds = block.sample_rate_hz, seconds + block.duration_s
            if seconds >= UNNAMED.listened_s:
                break
    except InputError:
        if not blocks:
            return None
    heard = hear(Audio(np.concatenate(blocks, axis=1), rate), UNNAMED.pieces) if blocks else None
    return None if heard is None else (heard.role, heard.whole >= UNNAMED.whole)
