"""Which of a song's tracks are its stems, which is the mix, and which are set aside: mixes, second copies, buses, clicks, guides.

A name proposes, the content decides: what is called a mix is one where others add up to it, what equals another file or a sum of others
counts once. What the user calls a stem is one in any case.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from mixassistant.audio.audio import Audio
from mixassistant.names import listed, readable
from mixassistant.progress import Progress, silent
from mixassistant.stems.folders.placing import delayed
from mixassistant.stems.folders.sums import Products, Sum, lag_of, products
from mixassistant.stems.folders.tracks import Track
from mixassistant.stems.names.text import words
from mixassistant.stems.names.words import words_of


@dataclass(frozen=True)
class SortingTuning:
    """When tracks are the same, or sums of others.

    Parameters
    ----------
    same : float
        Share of the energy of two tracks that must be equal: two roundings of one sound differ by less.
    same_coded : float
        Correlation of a track and another of its name in a lossy format.
    equal : float
        Share of a track's energy that others must explain, for it to be their mix although its name does not say so.
    bus : float
        The same for a track with a role, which is then their bus: with faders at one level.
    level_ratio : float
        Between the largest and the smallest level of a bus's tracks: a bus adds them up as they are.
    whole, whole_parts, whole_ratio : float
        The same for a track without a role whose parts hold this share of the energy of all others, with levels in this ratio at most: a
        master under the song's title.
    named : float
        The same for one whose name may be that of a mix, an instrumental or a group of voices: a limiter's work leaves more than that.
    foreign : float
        Share below which what is surely called a mix has nothing to do with the stems beside it.
    """

    same: float = 0.9998
    same_coded: float = 0.9
    equal: float = 0.96
    bus: float = 0.985
    level_ratio: float = 1.6
    whole: float = 0.7
    whole_parts: float = 0.9
    whole_ratio: float = 4.0
    named: float = 0.5
    foreign: float = 0.05


SORTING = SortingTuning()

SUMS = ("mix", "accompaniment", "acapella")  # purposes of tracks that others may add up to
LOSSY = frozenset({".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".wma", ".mp2", ".ac3", ".mp4", ".mka", ".webm", ".mpc", ".amr"})
# Words by which a second copy differs in name, or the bus of a single track.
COPIES = words("""
    copy copies kopie copie copia copias duplicate duplicated dup dupe wav wave mp3 flac aif aiff m4a ogg bit khz kbps hi lo res lossless
    lossy preview new old v bus buss group grp submix
""")
SHOWN = 6  # files that are named in a line
EXCERPT_S = 8.0
LAG_S = 0.1  # by which a coder may shift a sound
SILENT = 10 ** (-60 / 20)  # peak of what may be cut off before a mix


@dataclass(frozen=True)
class Part:
    """A track and its sound, at the song's rate and from its beginning."""

    track: Track
    audio: Audio


@dataclass(frozen=True)
class Sorted:
    """What the tracks of a song are.

    Parameters
    ----------
    stems : tuple of Part
    mix : Part or None
        What the stems add up to, where it is there.
    told : tuple of str
        Whole sentences on what was set aside, and why.
    """

    stems: tuple[Part, ...]
    mix: Part | None
    told: tuple[str, ...]


def sort_out(parts: Sequence[Part], chosen: Collection[str], given: Part | None = None, progress: Progress = silent) -> Sorted:
    """Tell stems, mix and the rest apart.

    Parameters
    ----------
    parts : sequence of Part
        None of them silent.
    chosen : collection of str
        Names that the user has called stems.
    given : Part, optional
        The mix, where the user gave it.
    progress : Progress
    """
    everything = (*parts, *((given,) if given else ()))
    lags = _lags(everything, frozenset(chosen))
    common = products([part.audio for part in everything], lags, progress)
    table = _Table(everything, common, frozenset(chosen))
    left, told = _without_copies(table, list(range(len(parts))))
    mix, left, lines = _without_mixes(table, left, len(parts) if given else None)
    told += lines
    for step in (_without_others, _without_groups):
        left, lines = step(table, left)
        told += lines
    mix, left, lines = _without_buses(table, left, mix)
    told += [*lines, *_same_sounds(table, left)]
    stems = tuple(everything[i] for i in left)
    if mix is None:
        return Sorted(stems, None, tuple(told))
    stems, whole, lines = _in_time(stems, everything[mix], lags[mix])
    return Sorted(stems, whole, (*told, *lines))


def _lags(parts: Sequence[Part], chosen: frozenset[str]) -> list[int]:
    """Return by how many samples each track that may be the sum of others lags behind them."""
    sources = [index for index, part in enumerate(parts) if part.track.purpose is None]
    named = [index for index in sources if parts[index].track.role is not None or parts[index].track.name in chosen]
    unnamed = [index for index in sources if index not in named]
    if len(named) < 2 and unnamed:  # where no name tells anything, the loudest may be the mix
        loudest = max(unnamed, key=lambda i: float(np.mean(np.square(parts[i].audio.samples), dtype=np.float64)))
        named, unnamed = [index for index in sources if index != loudest], [loudest]
    lags = [0] * len(parts)
    for index, part in enumerate(parts):
        is_sum = part.track.purpose in SUMS and part.track.name not in chosen
        others = sources if is_sum else named if index in unnamed else []
        if others:
            lags[index] = lag_of(part.audio, [parts[other].audio for other in others])
    return lags


def _in_time(stems: tuple[Part, ...], mix: Part, lag: int) -> tuple[tuple[Part, ...], Part, list[str]]:
    """Return stems and a mix that begin together, and what is to be told of that: nothing that sounds is cut off."""
    if not lag:
        return stems, mix, []
    samples, rate = mix.audio.samples, mix.audio.sample_rate_hz
    side, moved = "late" if lag > 0 else "early", " and was moved to fit them"
    if lag < 0:
        mix = Part(mix.track, delayed(mix.audio, -lag / rate))
    elif lag <= LAG_S * rate or float(np.abs(samples[:, :lag]).max()) < SILENT:
        mix = Part(mix.track, Audio(samples[:, lag:], rate))
    else:
        moved = ", which were moved to fit it"
        stems = tuple(Part(stem.track, delayed(stem.audio, lag / rate)) for stem in stems)
    return stems, mix, [f"“{readable(mix.track.path.name)}” is {1000 * abs(lag) / rate:.1f} ms {side} against the stems{moved}."]


@dataclass(frozen=True)
class _Table:
    """All tracks, and how much they have in common."""

    parts: tuple[Part, ...]
    common: Products
    chosen: frozenset[str]

    def track(self, index: int) -> Track:
        return self.parts[index].track

    def is_free(self, index: int) -> bool:
        """Whether the user has not called it a stem."""
        return self.track(index).name not in self.chosen

    def purpose(self, index: int) -> str:
        return (self.track(index).purpose or "") if self.is_free(index) else ""

    def is_same(self, one: int, other: int) -> bool:
        return self.common.alike(one, other) >= SORTING.same

    def sum_of(self, index: int, others: Sequence[int]) -> Sum:
        """Return the sum of other tracks that comes nearest to one; what equals it is no part of it."""
        return self.common.sum_of(index, [other for other in others if other != index and not self.is_same(index, other)])

    def called(self, indices: Sequence[int]) -> str:
        """Return the names of files, in quotes; of many the first."""
        return listed([readable(self.track(index).path.name) for index in indices], SHOWN)


def _without_copies(table: _Table, left: list[int]) -> tuple[list[int], list[str]]:
    """Set aside what is there a second time: in another format, or as a copy."""
    kept: list[int] = []
    copies: list[int] = []
    for index in sorted(left, key=lambda i: (_worth(table.parts[i]), i)):
        is_copy = table.is_free(index) and any(_is_copy(table, index, other) for other in kept)
        (copies if is_copy else kept).append(index)
    if not copies:
        return left, []
    copies.sort()
    what = "holds another file a second time and was" if len(copies) == 1 else "hold other files a second time and were"
    return sorted(kept), [f"{_counted(copies, 'file')}{what} left out: {table.called(copies)}."]


def _counted(indices: Sequence[int], noun: str) -> str:
    return f"{len(indices)} {noun}{'' if len(indices) == 1 else 's'} "


def _worth(part: Part) -> tuple[bool, int]:
    """Return what to sort copies by, the best first: without loss, and as long as there is anything to choose, the shorter name."""
    return part.track.path.suffix.lower() in LOSSY, len(part.track.path.name)


def _is_copy(table: _Table, one: int, other: int) -> bool:
    a, b = table.track(one), table.track(other)
    if (a.purpose is None) != (b.purpose is None):
        return False
    is_named_so = _core(a) == _core(b)
    if table.is_same(one, other):
        return is_named_so or (a.role is None and b.role is None and a.purpose is None)
    if not is_named_so or {a.path.suffix.lower(), b.path.suffix.lower()}.isdisjoint(LOSSY):
        return False
    return _coded_alike(table.parts[one].audio, table.parts[other].audio)


def _core(track: Track) -> tuple[str, ...]:
    """Return the words of a name without those that only a copy bears."""
    told = [word.removesuffix("s") for word in words_of(track.path.stem) if word not in COPIES]
    return tuple(word for word in told if not (word.isdigit() and int(word) in (16, 24, 32, 44, 48, 88, 96, 128, 192, 256, 320)))


def _coded_alike(one: Audio, other: Audio) -> bool:
    """Tell whether two tracks are the same but for a coder's loss and delay, by the loudest seconds of one."""
    size = int(EXCERPT_S * one.sample_rate_hz)
    a, b = one.samples.mean(axis=0), other.samples.mean(axis=0)
    length = min(a.size, b.size)
    starts = range(0, max(length - size, 0) + 1, size)
    start = max(starts, key=lambda s: float(np.square(a[s : s + size], dtype=np.float64).sum()))
    a, b = a[start : start + size].astype(np.float64), b[start : start + size].astype(np.float64)
    energy = float(np.sqrt(np.dot(a, a) * np.dot(b[: a.size], b[: a.size])))
    if energy <= 0:
        return False
    padded = 1 << (a.size + b.size).bit_length()
    across = np.fft.irfft(np.fft.rfft(a, padded) * np.conj(np.fft.rfft(b, padded)), padded)
    lag = round(LAG_S * one.sample_rate_hz)
    return float(max(across[: lag + 1].max(), across[-lag:].max())) / energy >= SORTING.same_coded


def _without_mixes(table: _Table, left: list[int], mix: int | None) -> tuple[int | None, list[int], list[str]]:
    """Find the mix among files that are called so or that others add up to; of several, the one that the stems explain best."""
    named = [index for index in left if table.purpose(index) == "mix"]
    sources = [index for index in left if not table.purpose(index)] or [index for index in left if index not in named]
    sums = {index: table.sum_of(index, sources) for index in named}
    mixes = [i for i in named if table.track(i).is_certain or (sums[i].share >= SORTING.named and len(sums[i].parts) > 1)]
    for index in sources:
        if table.track(index).role is not None or not table.is_free(index):
            continue
        found = table.sum_of(index, [other for other in sources if other not in sums])
        if (found.share >= SORTING.equal and len(found.parts) > 1) or _is_whole(table, index, found, sources):
            mixes.append(index)
            sums[index] = found
    kept = [index for index in left if index not in mixes]
    if not mixes or not kept:
        return mix, left, []
    told = []
    if mix is None:
        mix = max(mixes, key=lambda i: (round(sums[i].share, 2), table.track(i).is_certain, -i))
        beside = sum(table.purpose(index) not in REASONS for index in kept)
        told.append(f"{table.called([mix])} was taken as the mix of the {beside} others.")
        if sums[mix].share < SORTING.foreign and len(kept) > 1:
            told[-1] = f"{table.called([mix])} was taken as the mix, but has nothing in common with the stems: is it of this song?"
        elif sums[mix].share < SORTING.named and len(kept) > 1:
            told[-1] = (
                f"{table.called([mix])} was taken as the mix, but the stems explain {sums[mix].share:.0%} of it: "
                "do they all begin where it begins, and is none missing?"
            )
        mixes.remove(mix)
    if mixes:
        what = "is another mix of this song and was" if len(mixes) == 1 else "are other mixes of this song and were"
        told.append(f"{table.called(sorted(mixes))} {what} left out.")
    return mix, kept, told


def _is_whole(table: _Table, index: int, found: Sum, sources: Sequence[int]) -> bool:
    """Tell whether a track without a role holds nearly all others, each about as loud as it is: a limiter leaves none out."""
    others = sum(table.common.energy(other) for other in sources if other != index)
    held = sum(table.common.energy(part) for part in found.parts)
    is_even = bool(found.levels) and max(found.levels) <= SORTING.whole_ratio * min(found.levels)
    return found.share >= SORTING.whole and len(found.parts) > 2 and held >= SORTING.whole_parts * others and is_even


REASONS = {"click": "a click", "guide": "a guide", "reference": "a reference"}


def _without_others(table: _Table, left: list[int]) -> tuple[list[int], list[str]]:
    """Set aside clicks, guides and references, which are beside a song's stems and not in the song."""
    kept = [index for index in left if table.purpose(index) not in REASONS]
    if not kept:
        return left, []
    told = []
    for index in left:
        if index not in kept:
            track = table.track(index)
            told.append(
                f"“{readable(track.path.name)}” is called {REASONS[table.purpose(index)]} and was left out: "
                f'if it belongs to the song, say --role "{track.name}={track.role or "other"}".'
            )
    return kept, told


def _without_groups(table: _Table, left: list[int]) -> tuple[list[int], list[str]]:
    """Set aside instrumentals and a cappellas that other stems add up to; without those they are stems themselves."""
    groups = [index for index in left if table.purpose(index) in ("accompaniment", "acapella")]
    others = [index for index in left if index not in groups]
    gone = []
    for index in groups:
        found = table.sum_of(index, others)
        if found.share >= (SORTING.named if len(found.parts) > 1 else SORTING.equal) or any(
            table.is_same(index, other) for other in others
        ):
            gone.append(index)
    if not gone:
        return left, []
    what = "is what other stems add up to and was" if len(gone) == 1 else "are what other stems add up to and were"
    return [index for index in left if index not in gone], [f"{table.called(gone)} {what} left out."]


def _without_buses(table: _Table, left: list[int], mix: int | None) -> tuple[int | None, list[int], list[str]]:
    """Set aside stems that are the sum of other stems, which would count twice; one of all the others is the mix."""
    told = []
    for index in sorted(left, key=table.common.energy, reverse=True):
        others = [other for other in left if other != index]
        if not table.is_free(index) or len(others) < 2:
            continue
        found = table.sum_of(index, others)
        is_even = bool(found.levels) and max(found.levels) <= SORTING.level_ratio * min(found.levels)
        if found.share < SORTING.bus or len(found.parts) < 2 or not is_even:
            continue
        left = others
        if mix is None and {*found.parts} == {*others}:
            mix = index
            told.append(f"{table.called([index])} was taken as the mix: the {len(others)} others add up to it.")
        else:
            told.append(f"{table.called([index])} is the sum of {table.called(found.parts)} and was left out: it would count twice.")
    return mix, left, told


def _same_sounds(table: _Table, left: Sequence[int]) -> list[str]:
    """Warn of stems that hold one sound under several names, at whatever level: as it is, or upside down."""
    told, done = [], set()
    for place, index in enumerate(left):
        alike = {other: table.common.correlation(index, other) for other in left[place + 1 :] if other not in done}
        same = [index, *(other for other, found in alike.items() if found >= SORTING.same)]
        against = [index, *(other for other, found in alike.items() if found <= -SORTING.same)]
        if index in done:
            continue
        if len(same) > 1:
            what = "" if all(table.is_same(index, other) for other in same[1:]) else " at different levels"
            told.append(
                f"{len(same)} stems hold the same sound{what}, which counts {len(same)} times: {table.called(same)}. Check the export."
            )
        if len(against) > 1:
            what = "hold one sound with opposite polarity and cancel out"
            told.append(f"{len(against)} stems {what}: {table.called(against)}. Check the export.")
        done |= {*same, *against}
    return told
