"""A mix as it would be delivered, computed beside the window: as a master, through a codec, with the moves that were accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mixassistant.i18n import _
from mixassistant.progress import Progress, part

if TYPE_CHECKING:
    from mixassistant.advice.audition import Change
    from mixassistant.advice.delivery_plan import CodecCheck
    from mixassistant.advice.mastering import Master
    from mixassistant.advice.suggestion import Move
    from mixassistant.advice.targets import DeliveryTarget
    from mixassistant.audio.audio import Audio
    from mixassistant.processing.moves import Chain
    from mixassistant.stems.stem import Song


@dataclass(frozen=True, eq=False)
class Sent:
    """What is delivered.

    Parameters
    ----------
    song : Song
    moves : sequence of (Move, Chain)
        What was accepted; empty: the mix as it is.
    target : DeliveryTarget or None
        Whose master it is; None: it stays as loud as it is.
    codec : str
        Of `mixassistant.audio.lossy.CODECS`; empty: none.
    kbps : int
    is_difference : bool
        What the codec changes is heard, and nothing else.
    """

    song: Song
    moves: Sequence[tuple[Move, Chain]] = ()
    target: DeliveryTarget | None = None
    codec: str = ""
    kbps: int = 0
    is_difference: bool = False


@dataclass(frozen=True)
class Delivered:
    """What came of it: loudness and true peak, what the limiter took, what the codec did."""

    loudness_lufs: float | None
    true_peak_dbtp: float
    reduction_db: float
    reduced_share: float
    short_lu: float
    check: CodecCheck | None


def mix_of(sent: Sent) -> Audio:
    """Return the mix with the moves that are delivered with it."""
    from mixassistant.advice.audition import change_of
    from mixassistant.audio.audio import Audio

    mix = sent.song.mix
    if not sent.moves:
        return mix
    change = change_of(sent.song, sent.moves, 0.0, mix.duration_s)
    return Audio(mix.samples + change.samples, mix.sample_rate_hz)


def heard(sent: Sent, progress: Progress) -> tuple[Change, float, Delivered]:
    """Return what a delivery adds to the mix, how much louder it is in LU, and what is told of it."""
    from mixassistant.advice.audition import Change, loudness_lufs
    from mixassistant.advice.delivery_plan import CodecCheck
    from mixassistant.advice.mastering import as_it_is, master
    from mixassistant.audio.lossy import through_codec

    mix, plain = mix_of(sent), sent.song.mix
    made = as_it_is(mix) if sent.target is None else master(mix, sent.target, part(progress, 0.0, 0.5))
    audio, check = made.audio, None
    if sent.codec:
        coded = through_codec(audio, sent.codec, sent.kbps, part(progress, 0.5, 0.95))
        check = CodecCheck(sent.codec, sent.kbps, coded.true_peak_dbtp, coded.overs, coded.difference_db)
        audio = coded.audio
    told = Delivered(made.loudness_lufs, made.true_peak_dbtp, made.reduction_db, made.reduced_share, made.short_lu, check)
    if sent.is_difference:
        # As it is, however quiet: made as loud as the mix, it would tell of a codec that nobody has.
        return Change(0, audio.samples - made.audio.samples - plain.samples), 0.0, told
    was, now = loudness_lufs(plain), loudness_lufs(audio)
    return Change(0, audio.samples - plain.samples), now - was if was is not None and now is not None else 0.0, told


def write_master(sent: Sent, path: Path, progress: Progress) -> Master:
    """Write a mix as loud as a target wants it, with 24 bits; return what it measures.

    Raises
    ------
    OutputError
        The file could not be written.
    """
    from mixassistant.advice.mastering import master
    from mixassistant.audio.write import write_audio

    assert sent.target is not None
    made = master(mix_of(sent), sent.target, part(progress, 0.0, 0.9))
    progress(_("Writing {name}").format(name=path.name), 0.9)
    write_audio(made.written, path)
    return made
