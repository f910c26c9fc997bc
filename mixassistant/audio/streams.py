"""What a file holds, as its header and a short listen tell: its streams, which of them is read, whether it is an NI stems file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mixassistant.audio.faults import shown
from mixassistant.errors import InputError

NI_STREAMS = 5  # mix, drums, bass, other, vocals
NI_ENDINGS = (".stem.mp4", ".stem.m4a")  # Native Instruments' stem format: the mix and four stems in one file
_LEFT = frozenset({"left", "l", "links", "gauche", "izquierda", "sinistra", "esquerda"})
_RIGHT = frozenset({"right", "r", "rechts", "droite", "derecha", "destra", "direita"})
# What muxers write into the name of a stream that nobody has named.
_NO_NAME = re.compile(
    r"(sound|audio|core media audio|apple sound media|gpac|iso media|mainconcept|bento4|alias data|vid)?\s*\S*(handler|media|track)\W*\d*",
    re.IGNORECASE,
)
# Names of stems that nobody gives to a microphone, a language or a game.
_STEM_WORDS = frozenset((
    "drum", "drums", "beat", "beats", "perc", "percussion", "kick", "bass", "sub", "vocal", "vocals", "vox", "acapella", "other",
    "others", "rest", "synth", "synths", "melody", "melodies", "harmony", "keys", "piano", "guitar", "guitars", "strings", "brass",
    "pads", "lead", "leads", "fx", "instruments", "instrumental", "chords",
))  # fmt: skip
_STEMS_NAMED = 3  # of four: one may be called anything


@dataclass(frozen=True)
class StreamInfo:
    """What a header says of one stream of sound.

    Parameters
    ----------
    label : str
        Its name or language, as the file has it; empty where it has none.
    channels, sample_rate_hz : int
    duration_s : float
        0 where the header does not tell.
    is_default : bool
        Whether a player takes it unless it is told otherwise.
    """

    label: str
    channels: int
    sample_rate_hz: int
    duration_s: float
    is_default: bool


@dataclass(frozen=True)
class FileInfo:
    """What a file holds, without decoding all of it.

    Parameters
    ----------
    duration_s : float
        What the header says, or what follows from counted frames; an estimate from the bit rate in streams that have neither (bare AAC
        and AC-3, MPEG transport streams); 0 where nothing tells. Only decoding tells for sure.
    sample_rate_hz, channels : int
        Of what `mixassistant.audio.decode.decode` returns: files at more than 192 kHz are read at half their rate, or less.
    streams : tuple of StreamInfo
        All streams of sound, in the file's order.
    codec : str
        The decoder's name for how it is coded.
    taken : tuple of int
        The stream that is read, from 0; two where the left and the right side are streams of their own.
    is_ni_stems : bool
        Whether it holds a mix and its four stems, in this order.
    """

    duration_s: float
    sample_rate_hz: int
    channels: int
    streams: tuple[StreamInfo, ...]
    codec: str
    taken: tuple[int, ...] = (0,)
    is_ni_stems: bool = False


def are_stems(path: Path, streams: Sequence[StreamInfo], has_labels_of_stems: bool) -> bool:
    """Tell whether the streams of a file are a mix and its four stems.

    Five streams alone say nothing: recordings of a screen and films have as many. The file is called so, or holds the labels of Native
    Instruments' format (`has_labels_of_stems`), or its streams are called after stems.
    """
    if len(streams) != NI_STREAMS:
        return False
    named = sum(bool(set(re.findall(r"[a-z]+", stream.label.lower())) & _STEM_WORDS) for stream in streams[1:])
    return has_labels_of_stems or path.name.lower().endswith(NI_ENDINGS) or named >= _STEMS_NAMED


def label_of(title: str, handler: str, language: str) -> str:
    """Return what a stream is called: by its title, by its handler's name unless that is a program's own, else its language."""
    for name in (title, handler):
        clean = " ".join(name.replace("\0", " ").split())
        if clean and not _NO_NAME.fullmatch(clean):
            return clean
    return language if language not in ("und", "mul", "zxx") else ""


def side_of(label: str) -> str:
    """Return ``"left"`` or ``"right"`` for the label of a side, else an empty string."""
    words = set(re.findall(r"[^\W\d_]+", label.lower()))
    return "left" if words & _LEFT and not words & _RIGHT else "right" if words & _RIGHT and not words & _LEFT else ""


def sides(streams: Sequence[StreamInfo]) -> tuple[int, int] | None:
    """Return the two mono streams that are labelled as left and right, alike in rate and length."""
    by_side = [[i for i, s in enumerate(streams) if s.channels == 1 and side_of(s.label) == side] for side in ("left", "right")]
    if [len(found) for found in by_side] != [1, 1]:
        return None
    left, right = by_side[0][0], by_side[1][0]
    return (left, right) if are_alike(streams[left], streams[right]) else None


def are_alike(one: StreamInfo, other: StreamInfo) -> bool:
    """Tell whether two streams have one sample rate, and one length to a tenth of a second."""
    return one.sample_rate_hz == other.sample_rate_hz and abs(one.duration_s - other.duration_s) <= 0.1


def default_of(streams: Sequence[StreamInfo]) -> int:
    """Return the first stream that is called the default, else the first of all."""
    return next((i for i, stream in enumerate(streams) if stream.is_default), 0)


def named(index: int, streams: Sequence[StreamInfo]) -> str:
    """Return how a stream is called in a list: its number from 1, and its label."""
    label = streams[index].label
    return f"{index + 1} “{label}”" if label else str(index + 1)


def no_such_stream(path: Path, index: int, streams: Sequence[StreamInfo]) -> InputError:
    """Return the error for a stream that a file does not have."""
    what = "1 audio stream" if len(streams) == 1 else f"{len(streams)} audio streams"
    every = ", ".join(named(i, streams) for i in range(len(streams)))
    return InputError(
        "no-stream",
        f"{shown(path)} holds {what} ({every}), no number {index + 1}",
        f"choose one: --stream 1 … --stream {len(streams)}" if len(streams) > 1 else "leave out --stream",
    )


def choice_note(path: Path, info: FileInfo, reason: str) -> str:
    """Say which of several streams is read."""
    if len(info.taken) == 2:
        both = " and ".join(named(i, info.streams) for i in info.taken)
        return f"The mono streams {both} of {shown(path)} are read as the left and the right side of one stereo sound."
    return (
        f"Stream {named(info.taken[0], info.streams)} of {len(info.streams)} in {shown(path)} is read, {reason}; "
        "--stream with another number takes another."
    )
