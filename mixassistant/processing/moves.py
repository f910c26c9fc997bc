"""What moves do, as values: `Band`, `Compression`, `Width`, and the `Chain` of them at one place.

Chain order: EQ → compressor → width → gain. Equalizer bands follow the RBJ Audio EQ Cookbook, so that what we draw is what a DAW does.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

BandType = Literal["bell", "low_shelf", "high_shelf", "high_pass", "low_pass"]
P = TypeVar("P", bound=Hashable)

MOST_AMOUNT = 2.0  # of a chain, times what it is
STEEPEST = 0.98  # 1 − 1/ratio: a limiter, beyond which more amount has no meaning


@dataclass(frozen=True)
class Band:
    """One equalizer band.

    Parameters
    ----------
    type : BandType
    frequency_hz : float
        Centre (bell), midpoint (shelf) or −3 dB corner at Q 0.71 (pass), in Hz.
    gain_db : float
        0 for pass filters.
    q : float
        Quality factor of the RBJ cookbook.
    """

    type: BandType
    frequency_hz: float
    gain_db: float
    q: float


@dataclass(frozen=True)
class Compression:
    """A feed-forward, log-domain, soft-knee compressor.

    Parameters
    ----------
    threshold_db : float
        dBFS.
    ratio : float
        n:1, at least 1.
    attack_s, release_s : float
        Time constants in seconds.
    knee_db : float
        Width of the soft knee in dB.
    makeup_db : float
        Make-up gain in dB.
    gain_reduction_db : float
        The mean gain reduction over active frames that these parameters give on this stem: what the ear hears, since equal
        sound can come from different parameters.
    """

    threshold_db: float
    ratio: float
    attack_s: float
    release_s: float
    knee_db: float
    makeup_db: float
    gain_reduction_db: float


@dataclass(frozen=True)
class Width:
    """A change of the stereo width: a gain on the side channel (half the difference of left and right).

    Parameters
    ----------
    change_db : float
        Gain of the side channel in dB: above 0 is wider.
    low_hz, high_hz : float
        The band in Hz. From 20 Hz it is a low shelf, up to 20 kHz a high shelf (Q 0.71, midpoint at the other edge), from 20 Hz to
        20 kHz a plain gain, else a bell over the band.
    """

    change_db: float
    low_hz: float
    high_hz: float


@dataclass(frozen=True)
class Chain:
    """What is done to one stem (or the mix): EQ, then compression, then width, then gain."""

    bands: tuple[Band, ...] = ()
    compression: Compression | None = None
    gain_db: float = 0.0
    width: tuple[Width, ...] = ()

    def then(self, other: Chain) -> Chain:
        """Return both as one chain: bands and widths in order, gains together; of two compressors, the other's."""
        return Chain(
            self.bands + other.bands, other.compression or self.compression, self.gain_db + other.gain_db, self.width + other.width
        )


def gathered(chains: Iterable[tuple[P, Chain]]) -> dict[P, Chain]:
    """Return one chain for each place from several that follow each other."""
    found: dict[P, Chain] = {}
    for place, chain in chains:
        found[place] = found.get(place, Chain()).then(chain)
    return found


def scaled(chain: Chain, amount: float) -> Chain:
    """Return a chain at an amount: gains in dB, and the slope of a compressor, times that.

    Parameters
    ----------
    chain : Chain
    amount : float
        0 (nothing) to 2; 1 is the chain as it is.

    Raises
    ------
    ValueError
        The amount is out of its range.
    """
    if not 0.0 <= amount <= MOST_AMOUNT:
        raise ValueError(f"an amount lies between 0 and {MOST_AMOUNT}, not {amount}")
    compression = chain.compression
    if compression is not None:
        slope = min(amount * (1 - 1 / compression.ratio), STEEPEST)
        reduction, makeup = amount * compression.gain_reduction_db, amount * compression.makeup_db
        compression = replace(compression, ratio=1 / (1 - slope), gain_reduction_db=reduction, makeup_db=makeup)
    bands = tuple(replace(band, gain_db=band.gain_db * amount) for band in chain.bands)
    return Chain(
        bands, compression, amount * chain.gain_db, tuple(replace(width, change_db=amount * width.change_db) for width in chain.width)
    )
