"""Technical faults: clipping (turned down afterwards, too), DC offset, a missing or an inverted channel, stems of opposite polarity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import BLOCK
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.features.descriptor import Descriptor, Measurement, SongParts, extracts, extracts_of_song
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import (
    CLIPPED_RUN,
    FRAMES_PER_S,
    FULL_SCALE,
    HOP,
    N_FFT,
    SECOND_FRAMES,
    Representations,
    loud_enough,
)
from mixassistant.features.stem_polarity import SEEN_HZ, opposed_stems

INVERTED = -0.8  # correlation of the channels
INVERTED_LOW_HZ = 200.0  # below, mixes hardly have side: mid lay 3.1 dB or more over it in 103 untouched ones, under it when flipped
INVERTED_LOW_DB = 3.0  # side over mid there
LOW_END_DB = -20.0  # of what plays, the least low end that tells: a voice has only room and rumble below
SILENT_SIDE = 1e-3  # of the louder channel's peak (−60 dB)
ONE_SIDED_DB = 30.0  # one side under the other, over a second: 103 untouched mixes and 375 stems stay within 20 dB in every second
ONE_SIDED_S = 5.0  # the shortest stretch
ONE_SIDED_SHARE = 0.4  # of a short excerpt, instead
INTRO_S = 30.0  # a song may begin on one side: a guitar before the band comes in
LARGEST_BALANCE_DB = 100.0

FLAT = 2.5 * 2**-15  # full scale: a flat top that was dithered to 16 bits wavers by two of its steps
FALL = 8 * FLAT  # two samples beyond a flat top; a round top with three samples within FLAT of its peak falls by 5.4 FLAT (parabola)
QUIETEST_TOP = 0.01  # full scale (−40 dBFS): below, round tops are flat to 16 bits
PILED = 8.0  # samples at the top for each just below it, where ten runs are flat: clipped by 3 dB or more ≥ 64 (172 songs and stems),
# limited by 4 or 8 dB 0.6 at most, but for one sampled bass (100)
JUST_BELOW = 6 * FLAT  # from the top
LOUD_SHARE = 0.25  # of the peak: louder samples count as loud
SQUARE = 0.4  # share of the loud samples that are at the tops: a square wave is made so
HELD = 0.5  # flat runs at half to nine tenths of the peak, for each at the peak: a sampler of low rate holds all its values


@extracts(
    Descriptor(
        "clipping",
        "Clipped runs",
        "runs",
        (0, 1e9),
        1.0,
        "Flat tops: runs of three or more equal samples at or beyond full scale.",
        "Equal samples ≥ 0.9999 in a row",
        level="own",
        version=2,
    ),
    Descriptor(
        "dc_offset",
        "DC offset",
        "",
        (-1, 1),
        0.001,
        "Mean of the samples, as a share of full scale.",
        "Arithmetic mean, the larger channel",
        level="own",
    ),
    Descriptor(
        "silent_channel",
        "Silent channel",
        "",
        (0, 1),
        1.0,
        "1 when one channel is silent and the other is not.",
        "Peak ratio below −60 dB",
        shape="flag",
    ),
    Descriptor(
        "polarity",
        "Inverted polarity",
        "",
        (0, 1),
        1.0,
        "1 when one channel is upside down against the other.",
        "Correlation and mid/side (ours)",
        shape="flag",
        version=2,
        method="Correlation below −0.8, or below 0 and side 3 dB over mid in the 1/3 octaves up to 200 Hz, "
        "where these hold 1 % of the power",
    ),
)
def integrity(shared: Representations) -> dict[str, Measurement]:
    """Look for technical faults."""
    if shared.is_silent:
        return dict.fromkeys(("clipping", "dc_offset", "silent_channel", "polarity"), SILENCE)
    found = shared.samples
    mono = Measurement(None, "mono")
    silent: Measurement = mono
    inverted: Measurement = mono
    if shared.audio.channels == 2:
        silent = Measurement(float(found.peaks.min() < SILENT_SIDE * found.peaks.max()))
        energy = float(np.sqrt(found.energies.prod()))
        copies = energy > 0 and found.cross / energy < INVERTED
        inverted = Measurement(float(not silent.value and found.cross < 0 and (copies or _low_end_inverted(shared))))
    return {
        "clipping": Measurement(float(found.clipped_runs)),
        "dc_offset": Measurement(float(np.clip(found.means[np.abs(found.means).argmax()], -1, 1))),
        "silent_channel": silent,
        "polarity": inverted,
    }


def _low_end_inverted(shared: Representations) -> bool:
    """Return whether the low end is out of phase between the channels: nobody mixes so, and one side that is flipped does it."""
    left, right, cross = (p[:, shared.active].sum(axis=1) for p in (shared.bands.left, shared.bands.right, shared.bands.cross))
    low = CENTRES_HZ <= INVERTED_LOW_HZ
    both, common = (left + right)[low].sum(), 2 * cross[low].sum()
    if both < 10 ** (LOW_END_DB / 10) * (left + right).sum():
        return False
    return bool(both - common > 10 ** (INVERTED_LOW_DB / 10) * (both + common))


@extracts(
    Descriptor("one_sided", "One side is missing", "s", (0, np.inf), 0.1,
               "From when to when one channel is missing while the other plays, two by two.",
               "Power of the channels, second by second (ours)", shape="vector", scopes=("mix",),
               method="One side 30 dB under the other for more than 5 s (40 % of an excerpt), save at the start of a song for up to 30 s"),
    Descriptor("one_sided_levels", "One side is missing, balance", "dB", (-LARGEST_BALANCE_DB, LARGEST_BALANCE_DB), 1.0,
               "Right over left in each of these stretches.", "Power ratio of the channels", shape="vector", scopes=("mix",)),
)  # fmt: skip
def one_sided(shared: Representations) -> dict[str, Measurement]:
    """Look for stretches in which one channel is missing or nearly so."""
    names = ("one_sided", "one_sided_levels")
    if shared.is_silent:
        return dict.fromkeys(names, SILENCE)
    if shared.audio.channels == 1:
        return dict.fromkeys(names, Measurement(None, "mono"))
    sides = np.stack([shared.bands.left.sum(axis=0), shared.bands.right.sum(axis=0)])
    total = np.pad(np.cumsum(sides, axis=1), ((0, 0), (1, 0)))
    frames, half = sides.shape[1], SECOND_FRAMES // 2
    ends = np.clip(np.arange(frames)[:, None] + (-half, half + 1), 0, frames)
    left, right = (total[:, ends[:, 1]] - total[:, ends[:, 0]]) / (ends[:, 1] - ends[:, 0])
    plays = loud_enough(np.maximum(left, right), 1e-12)
    duration_s = shared.audio.duration_s
    least_s = min(ONE_SIDED_S, ONE_SIDED_SHARE * duration_s)
    found = []
    for over, under in ((left, right), (right, left)):
        missing = over > 10 ** (ONE_SIDED_DB / 10) * under
        # A pause, in which neither plays, does not end a stretch, which neither begins nor ends with one but at the ends of the song.
        edges = np.flatnonzero(np.diff(np.concatenate([[0], (missing | ~plays).view(np.int8), [0]])))
        for first, after in edges.reshape(-1, 2):
            inside = first + np.flatnonzero((missing & plays)[first:after])
            if not inside.size:
                continue
            # The second around a frame, and the window of its spectrum, must lie in the stretch.
            reach = half + N_FFT // HOP // 2
            start_s = 0.0 if first == 0 else (inside[0] - reach) / FRAMES_PER_S
            end_s = duration_s if after == frames else (inside[-1] + reach) / FRAMES_PER_S
            if end_s - start_s <= least_s or (start_s == 0 and end_s < min(INTRO_S, 0.5 * duration_s)):
                continue
            both = np.maximum(sides[:, inside].sum(axis=1), 1e-20)
            level = np.clip(10 * np.log10(both[1] / both[0]), -LARGEST_BALANCE_DB, LARGEST_BALANCE_DB)
            found.append((start_s, end_s, float(level)))
    found.sort()
    return {
        "one_sided": Measurement(np.array([s for start_s, end_s, _ in found for s in (start_s, end_s)], dtype=np.float64)),
        "one_sided_levels": Measurement(np.array([level for *_, level in found], dtype=np.float64)),
    }


@extracts(
    Descriptor("flat_tops", "Flat tops below full scale", "runs", (0, 1e9), 1.0,
               "Peaks that are cut off flat at one level below full scale: clipped, and turned down afterwards.",
               "Runs at the extremes of the waveform (ours)", level="own", version=2,
               method="Three or more samples within 2.5 16-bit steps of the channel's own extreme, between steep sides, "
                      "where eight times as many samples lie there as in the 12.5 steps below"),
)  # fmt: skip
def flat_tops(shared: Representations) -> dict[str, Measurement]:
    """Count the flat tops at the waveform's own extremes, where these lie below full scale.

    A limiter that looks ahead touches its ceiling with one sample at a time, and lossy coding or resampling makes flat tops round.
    """
    if shared.is_silent:
        return {"flat_tops": SILENCE}
    audio = shared.audio
    ends = [np.zeros((2, audio.channels))]
    for start in range(0, audio.length, BLOCK):
        shared.tick()
        block = audio.read(start, start + BLOCK)
        ends.append(np.stack([block.max(axis=1), -block.min(axis=1)]))
    tops = np.max(ends, axis=0).T  # [shape=(channels, 2)]: upwards and downwards
    flat, held, at_top, below, loud = 0, 0, 0, 0, 0
    for start in range(0, audio.length, BLOCK):
        shared.tick()
        block = audio.read(start - 3, start + BLOCK + 3)  # with what a run at an edge has beside it
        for channel, own in zip(block, tops, strict=True):
            for side, top in zip((channel, -channel), own, strict=True):
                if not QUIETEST_TOP <= top < FULL_SCALE:
                    continue
                near = side >= top - FLAT
                count = int(np.count_nonzero(near))
                at_top += count
                below += int(np.count_nonzero(side >= top - JUST_BELOW)) - count
                loud += int(np.count_nonzero(side > LOUD_SHARE * top))
                if count >= CLIPPED_RUN and (steep := _flat_runs(side, near)):
                    flat += steep
                    steady = np.abs(np.diff(side, prepend=side[:1])) <= FLAT
                    held += _flat_runs(side, steady & (side > 0.5 * top) & (side < 0.9 * top))
    if flat and at_top > SQUARE * loud:
        return {"flat_tops": Measurement(None, "its waveform is square by nature")}
    if flat and held > HELD * flat:
        return {"flat_tops": Measurement(None, "it holds all its values, as a sampler of low rate does")}
    # Where a wave is only round, or limited, as many samples lie just below its top as at it; clipping piles them up there.
    return {"flat_tops": Measurement(float(flat if at_top >= PILED * below else 0))}


def _flat_runs(wave: NDArray[np.float32], near: NDArray[np.bool_]) -> int:
    """Count the runs of three or more samples that are marked and fall off steeply at both ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], near.view(np.int8), [0]])))
    starts, after = edges[::2], edges[1::2]
    whole = (after - starts >= CLIPPED_RUN) & (starts >= 2) & (after + 1 < wave.size)
    starts, after = starts[whole], after[whole]
    lowest = wave[starts] - FALL
    return int(np.count_nonzero((wave[starts - 2] < lowest) & (wave[after + 1] < lowest)))


@extracts_of_song(
    Descriptor("opposed_stems", "Stems of opposite polarity", "", (1, np.inf), 1.0,
               "Which stems carry the same source upside down, two by two, by their place in the list of stems.",
               "Cross-spectrum after the best delay (ours)", shape="vector", scopes=("mix",), needs=("two stems",), cost="medium",
               method="Mean real coherence at 50–2000 Hz in 1/3 octaves that both play in, delays up to 1.5 ms"),
    Descriptor("opposed_gains", "Stems of opposite polarity, gain", "dB", (0, 200), 0.5,
               "How much louder the sum of each two of them gets when one is flipped.",
               "Power of the difference over power of the sum (ours)", shape="vector", scopes=("mix",), needs=("two stems",), cost="medium",
               method="In the bands around the strongest that gain 2 dB or more"),
    Descriptor("opposed_bands", "Stems of opposite polarity, bands", "Hz", SEEN_HZ, 10.0,
               "From where to where the sum of each two of them gains, two by two.",
               "Power of the difference over power of the sum (ours)", shape="vector", scopes=("mix",), needs=("two stems",), cost="medium",
               method="1/3 octaves around the strongest that gain 2 dB or more"),
)  # fmt: skip
def polarity_of_stems(parts: SongParts) -> dict[str, Measurement]:
    """Look for stems of one source whose polarities are opposite."""
    names = ("opposed_stems", "opposed_gains", "opposed_bands")
    if len(parts.stems) < 2:
        return dict.fromkeys(names, Measurement(None, "needs two stems of your own"))
    found = opposed_stems(parts.stems, parts.mix.tick)
    rows = (
        [n for pair in found for n in (pair.first + 1, pair.second + 1)],
        [pair.gain_db for pair in found],
        [hz for pair in found for hz in (pair.low_hz, pair.high_hz)],
    )
    return {name: Measurement(np.array(row, dtype=np.float64)) for name, row in zip(names, rows, strict=True)}
