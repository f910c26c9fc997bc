"""Hearing a suggestion: what it changes as sound, at any amount, and how loud the result is.

A move on one stem changes the mix by the difference it makes to that stem, and so it can be rendered alone and added to the mix that
plays. A stretch around the playhead is rendered first; filters and compressors get a run-up so that it is the whole's own sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mixassistant.advice.suggestion import Suggestion
from mixassistant.audio.audio import Audio, Samples, mix
from mixassistant.features.descriptor import scalar
from mixassistant.features.measure import measure
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Chain
from mixassistant.stems.stem import Song

MOST = 1.5  # times what is suggested
RUN_UP_S = 2.0  # before a stretch: several release times of a compressor, and more than any filter rings
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
    return Chain(bands, compression, amount * suggestion.gain_db)


def is_audible(suggestion: Suggestion) -> bool:
    """Tell whether a suggestion changes any sound: technical ones may only speak."""
    return bool(suggestion.bands or suggestion.gain_db or suggestion.compression)


@dataclass(frozen=True, eq=False)
class Change:
    """What moves add to the mix from `start` (samples) on: ``[shape=(channels, samples)]``."""

    start: int
    samples: Samples


def _target(song: Song, suggestion: Suggestion) -> Audio:
    """Return what a suggestion is done to: a stem of that name, else the sum of its role, else the mix."""
    named = [stem.audio for stem in song.stems if stem.name == suggestion.target and stem.role == suggestion.role]
    of_role = [stem.audio for stem in song.stems if stem.role == suggestion.role]
    return mix((named[:1] or of_role) or [song.mix])


def change_of(song: Song, suggestions: Sequence[Suggestion], amounts: Sequence[float], start_s: float, end_s: float) -> Change:
    """Render what suggestions change in a stretch of a song.

    Parameters
    ----------
    song : Song
    suggestions : sequence of Suggestion
        Heard together; several of one target are rendered as one chain.
    amounts : sequence of float
        One each.
    start_s, end_s : float
        The stretch in seconds; parts beyond the song are left out.
    """
    rate = song.mix.sample_rate_hz
    first, last = max(round(start_s * rate), 0), min(round(end_s * rate), song.mix.length)
    lead = max(first - round(RUN_UP_S * rate), 0)
    total = np.zeros((song.mix.channels, max(last - first, 0)), dtype=np.float32)
    gathered: dict[tuple[str, str], tuple[Suggestion, Chain]] = {}
    for suggestion, amount in zip(suggestions, amounts, strict=True):
        key = (suggestion.role, suggestion.target)
        more = scaled(suggestion, amount)
        old = gathered[key][1] if key in gathered else Chain()
        chain = Chain(old.bands + more.bands, more.compression or old.compression, old.gain_db + more.gain_db)
        gathered[key] = (suggestion, chain)
    for suggestion, chain in gathered.values():
        whole = _target(song, suggestion)
        part = Audio(whole.samples[:, lead : min(last, whole.length)].copy(), rate)
        if part.length <= first - lead:
            continue
        difference = (render(part, chain).samples - part.samples)[:, first - lead :]
        if difference.shape[0] != total.shape[0]:  # a mono stem in a stereo mix, or the reverse
            difference = difference.mean(axis=0, keepdims=True) if total.shape[0] == 1 else np.repeat(difference[:1], 2, axis=0)
        total[:, : difference.shape[1]] += difference
    return Change(first, total)


def with_change(audio: Audio, change: Change) -> Audio:
    """Return audio with a change added to it."""
    samples = audio.samples.copy()
    samples[:, change.start : change.start + change.samples.shape[1]] += change.samples
    return Audio(samples, audio.sample_rate_hz)


def loudness_lufs(audio: Audio) -> float | None:
    """Return the integrated loudness in LUFS (ITU-R BS.1770-5); ``None`` for what is too short or silent."""
    return scalar(measure(audio, "mix", only=frozenset({"lufs"})), "lufs")


def match_db(loudness: Sequence[float | None]) -> tuple[float, ...]:
    """Return gains in dB, never above 0, that make pieces as loud as the quietest of them; 0 for those of unknown loudness."""
    known = [value for value in loudness if value is not None]
    return tuple(min(known) - value if value is not None else 0.0 for value in loudness)
