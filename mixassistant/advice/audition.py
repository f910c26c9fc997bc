"""Hearing a suggestion: what it changes as sound, at any amount, and how loud the result is.

A move on one stem changes the mix by the difference it makes to that stem, and so it can be rendered alone and added to the mix that
plays. A stretch around the playhead is rendered first; filters and compressors get a run-up so that it is the whole's own sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.rendering import chains, moved, parts_of, role_of
from mixassistant.advice.suggestion import Suggestion
from mixassistant.advice.words import partly_text
from mixassistant.audio.audio import Audio, Samples
from mixassistant.features.descriptor import scalar
from mixassistant.features.measure import measure
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Chain
from mixassistant.stems.stem import ROLES, Song, Stem

MOST = 1.5  # times what is suggested
RUN_UP_S = 2.0  # before a stretch: several release times of a compressor, and more than any filter rings
LEAST_DB = 0.5  # less is not heard
STEEPEST = 0.98  # 1 − 1/ratio: a limiter, beyond which more amount has no meaning


def scaled(suggestion: Suggestion, amount: float) -> Chain:
    """Return a suggestion's moves at an amount: gains in dB, and the slope of a compressor, times that.

    Parameters
    ----------
    suggestion : Suggestion
    amount : float
        0 (nothing) to 1.5; 1 is what is suggested.

    Raises
    ------
    ValueError
        The amount is out of its range.
    """
    if not 0.0 <= amount <= MOST:
        raise ValueError(f"an amount lies between 0 and {MOST}, not {amount}")
    bands = tuple(replace(band, gain_db=band.gain_db * amount) for band in suggestion.bands)
    compression = suggestion.compression
    if compression is not None:
        slope = min(amount * (1 - 1 / compression.ratio), STEEPEST)
        reduction, makeup = amount * compression.gain_reduction_db, amount * compression.makeup_db
        compression = replace(compression, ratio=1 / (1 - slope), gain_reduction_db=reduction, makeup_db=makeup)
    width = () if suggestion.width is None else (replace(suggestion.width, change_db=amount * suggestion.width.change_db),)
    return Chain(bands, compression, amount * suggestion.gain_db, width)


def at_strength(suggestion: Suggestion, strength: float) -> Suggestion | None:
    """Return a suggestion of which the user wants so much; ``None`` where that leaves nothing worth a move.

    The interval stays that of the whole: it says what would be right, and not what is wanted of it.
    """
    if strength == 1.0 or not is_audible(suggestion):
        return suggestion
    chain = scaled(suggestion, strength)
    sizes = [abs(b.gain_db) for b in chain.bands] + [abs(w.change_db) for w in chain.width] + [abs(chain.gain_db)]
    if chain.compression is not None:
        sizes.append(chain.compression.gain_reduction_db)
    if max(sizes) < LEAST_DB:
        return None
    bands = tuple(replace(b, gain_db=round(b.gain_db, 1)) for b in chain.bands)
    after = suggestion.predicted
    if after is not None and suggestion.evidence is not None:
        after = suggestion.evidence.measured + strength * (after - suggestion.evidence.measured)
    wanted = replace(
        suggestion, bands=bands, compression=chain.compression, gain_db=round(chain.gain_db, 1),
        width=chain.width[0] if chain.width else None, predicted=after,
    )  # fmt: skip
    return replace(wanted, text=partly_text(suggestion, wanted, strength, max(sizes) / strength))


def is_audible(suggestion: Suggestion) -> bool:
    """Tell whether a suggestion changes any sound: technical ones may only speak."""
    return bool(suggestion.bands or suggestion.gain_db or suggestion.compression or suggestion.width)


@dataclass(frozen=True, eq=False)
class Change:
    """What moves add to the mix from `start` (samples) on: ``[shape=(channels, samples)]``."""

    start: int
    samples: Samples


def change_of(song: Song, suggestions: Sequence[Suggestion], amounts: Sequence[float], start_s: float, end_s: float) -> Change:
    """Render what suggestions change in a stretch of a song.

    Parameters
    ----------
    song : Song
    suggestions : sequence of Suggestion
        Heard together, in the order of the chain: stems, their bus, the mix.
    amounts : sequence of float
        One each.
    start_s, end_s : float
        The stretch in seconds; parts beyond the song are left out.
    """
    rate = song.mix.sample_rate_hz
    first, last = max(round(start_s * rate), 0), min(round(end_s * rate), song.mix.length)
    lead = max(first - round(RUN_UP_S * rate), 0)
    amounted = [_at(s, amount) for s, amount in zip(suggestions, amounts, strict=True)]
    moves = chains(amounted)
    whole = Audio(song.mix.samples[:, lead:last].copy(), rate)
    total = whole.samples.copy()
    for role in dict.fromkeys(role_of(place) for place in moves if place != "mix"):
        stems = tuple(replace(s, audio=_cut(s.audio, lead, last)) for s in song.stems if s.role == role)
        if not stems:  # a song without stems is its own
            stems = (Stem(role, next(r for r in ROLES if r == role), "supplied", whole),)
        parts = parts_of(replace(song, stems=stems))
        before, after = parts.sums[stems[0].role], moved(parts, role, {p: c for p, c in moves.items() if p != "mix"})
        difference = after.samples - before.samples
        if difference.shape[0] != total.shape[0]:  # a mono stem in a stereo mix, or the reverse
            difference = difference.mean(axis=0, keepdims=True) if total.shape[0] == 1 else np.repeat(difference[:1], 2, axis=0)
        total[:, : difference.shape[1]] += difference
    if "mix" in moves:
        total = render(Audio(total, rate), moves["mix"]).samples
    return Change(first, (total - whole.samples)[:, first - lead :])


def _at(suggestion: Suggestion, amount: float) -> Suggestion:
    """Return a suggestion whose moves are those at an amount."""
    chain = scaled(suggestion, amount)
    return replace(
        suggestion, bands=chain.bands, compression=chain.compression, gain_db=chain.gain_db, width=chain.width[0] if chain.width else None
    )


def _cut(audio: Audio, first: int, last: int) -> Audio:
    """Return a stretch of a stem; of one that ends before it, silence."""
    stretch = audio.samples[:, first : max(min(last, audio.length), first)]
    return Audio(stretch, audio.sample_rate_hz).padded(max(last - first, 0))


def loudness_lufs(audio: Audio) -> float | None:
    """Return the integrated loudness in LUFS (ITU-R BS.1770-5); ``None`` for what is too short or silent."""
    return scalar(measure(audio, "mix", only=frozenset({"lufs"})), "lufs")


def match_db(loudness: Sequence[float | None]) -> tuple[float, ...]:
    """Return gains in dB, never above 0, that make pieces as loud as the quietest of them; 0 for those of unknown loudness."""
    known = [value for value in loudness if value is not None]
    return tuple(min(known) - value if value is not None else 0.0 for value in loudness)
