"""The streams of sound of a mix's file, to choose one of them: recordings of a screen and films have several. Runs in a worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mixassistant.audio.streams import StreamInfo

MOST = 64  # streams that are tried
SURROUND = "too-many-channels"  # the error where a stream is no mix, and another may be one


@dataclass(frozen=True)
class SoundTracks:
    """Several streams of sound in one file.

    Parameters
    ----------
    streams : tuple of StreamInfo
    own : tuple of int
        What is read where nobody chooses, from 0: a stream, or the two that are the left and the right side; empty: nothing can be.
    are_stems : bool
        Whether they are a mix and its stems: where nobody chooses, all of them are read.
    """

    streams: tuple[StreamInfo, ...]
    own: tuple[int, ...]
    are_stems: bool

    @property
    def fitting(self) -> tuple[int, ...]:
        """Those that may be a mix, by their channels."""
        return tuple(index for index, stream in enumerate(self.streams) if stream.channels in (1, 2))


def sound_tracks(path: Path) -> SoundTracks | None:
    """Return the streams of sound at a path; None where there is nothing to choose: one stream, a folder, no audio."""
    from mixassistant.audio.decode import probe
    from mixassistant.errors import InputError

    for stream in (None, *range(MOST)):
        try:
            info = probe(path, stream)
        except InputError as error:
            if error.code != SURROUND:
                return None
        else:
            own = info.taken if stream is None else ()
            return SoundTracks(info.streams, own, stream is None and info.is_ni_stems) if len(info.streams) > 1 else None
    return None
