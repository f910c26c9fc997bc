"""What a mix holds beyond the stems that were supplied with it; what separated ones leave out, `separation` tells."""

from __future__ import annotations

from collections.abc import Mapping

from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.source import BLOCK
from mixassistant.audio.storage import blank
from mixassistant.stems.stem import Role, Song
from mixassistant.stems.stem_files import energy

NOTHING = 1e-10  # of the mix's power: rounding errors
OTHER_MASTER_DB = -15.0  # relative to the mix; what is more is no rest: the mix went through something that the stems did not


def mix_residual(song: Song, sums: Mapping[Role, Audio]) -> tuple[Audio | None, tuple[str, ...]]:
    """Return what the mix holds beyond its stems, and a warning where the two are different masters.

    Parameters
    ----------
    song : Song
    sums : mapping of Role to Audio
        The sum of each role's stems.

    Returns
    -------
    Audio or None
        None where that is nothing, or nothing that can be added to the stems.
    tuple of str
        Whole sentences.
    """
    total = mix(list(sums.values()))
    if total.sample_rate_hz != song.mix.sample_rate_hz:
        return None, ()
    channels, length = max(total.channels, song.mix.channels), max(total.length, song.mix.length)
    rest = blank(channels, length)
    power = whole = 0.0
    for start in range(0, length, BLOCK):
        own = slice(start, start + BLOCK)
        for audio, sign in ((song.mix, 1), (total, -1)):
            piece = audio.samples[:, own]
            rest[:, start : start + piece.shape[1]] += sign * piece
        power += energy(rest[:, own])
        whole += energy(song.mix.samples[:, own]) / song.mix.channels
    power /= max(channels * length, 1)
    whole /= max(song.mix.length, 1)
    if power <= NOTHING * max(whole, 1e-20):
        return None, ()
    if power > 10 ** (OTHER_MASTER_DB / 10) * whole:
        return None, (
            "The stems do not add up to the mix (a mastered file?): levels are compared with the mix, moves are proven on the sum.",
        )
    return Audio(rest, song.mix.sample_rate_hz), ()
