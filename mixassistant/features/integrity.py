"""Technical faults: clipping (turned down afterwards, too), DC offset, a silent or an inverted channel, stems of opposite polarity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import BLOCK
from mixassistant.features.descriptor import Descriptor, Measurement, SongParts, extracts, extracts_of_song
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import CLIPPED_RUN, FULL_SCALE, Representations
from mixassistant.features.stem_polarity import SEEN_HZ, opposed_stems

INVERTED = -0.8  # correlation of the channels
SILENT_SIDE = 1e-3  # of the louder channel's peak (−60 dB)

FLAT = 2.5 * 2**-15  # full scale: a flat top that was dithered to 16 bits wavers by two of its steps
FALL = 8 * FLAT  # two samples beyond a flat top; a round top with three samples within FLAT of its peak falls by 5.4 FLAT (parabola)
QUIETEST_TOP = 0.01  # full scale (−40 dBFS): below, round tops are flat to 16 bits
STEEP = 0.8  # share of the runs at the peak with steep sides: a bass through a limiter has a few by chance among many round ones
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
        "polarity", "Inverted polarity", "", (0, 1), 1.0, "1 when the channels are inverted copies.", "Correlation below −0.8", shape="flag"
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
        inverted = Measurement(float(not silent.value and energy > 0 and found.cross / energy < INVERTED))
    return {
        "clipping": Measurement(float(found.clipped_runs)),
        "dc_offset": Measurement(float(np.clip(found.means[np.abs(found.means).argmax()], -1, 1))),
        "silent_channel": silent,
        "polarity": inverted,
    }


@extracts(
    Descriptor("flat_tops", "Flat tops below full scale", "runs", (0, 1e9), 1.0,
               "Peaks that are cut off flat at one level below full scale: clipped, and turned down afterwards.",
               "Runs at the extremes of the waveform (ours)", level="own",
               method="Three or more samples within 2.5 16-bit steps of the channel's own extreme, between steep sides"),
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
    flat, runs, held, at_top, loud = 0, 0, 0, 0, 0
    for start in range(0, audio.length, BLOCK):
        shared.tick()
        block = audio.read(start - 3, start + BLOCK + 3)  # with what a run at an edge has beside it
        for channel, own in zip(block, tops, strict=True):
            for side, top in zip((channel, -channel), own, strict=True):
                near = side >= top - FLAT
                if not QUIETEST_TOP <= top < FULL_SCALE or np.count_nonzero(near) < CLIPPED_RUN:
                    continue
                steep, every = _flat_runs(side, near)
                runs += every
                if steep:
                    flat += steep
                    at_top += int(np.count_nonzero(near))
                    loud += int(np.count_nonzero(side > LOUD_SHARE * top))
                    steady = np.abs(np.diff(side, prepend=side[:1])) <= FLAT
                    held += _flat_runs(side, steady & (side > 0.5 * top) & (side < 0.9 * top))[0]
    if flat and at_top > SQUARE * loud:
        return {"flat_tops": Measurement(None, "its waveform is square by nature")}
    if flat and held > HELD * flat:
        return {"flat_tops": Measurement(None, "it holds all its values, as a sampler of low rate does")}
    if flat < STEEP * runs:
        return {"flat_tops": Measurement(0.0)}
    return {"flat_tops": Measurement(float(flat))}


def _flat_runs(wave: NDArray[np.float32], near: NDArray[np.bool_]) -> tuple[int, int]:
    """Count the runs of three or more samples that are marked: those that fall off steeply at both ends, and all."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], near.view(np.int8), [0]])))
    starts, after = edges[::2], edges[1::2]
    whole = (after - starts >= CLIPPED_RUN) & (starts >= 2) & (after + 1 < wave.size)
    starts, after = starts[whole], after[whole]
    lowest = wave[starts] - FALL
    steep = (wave[starts - 2] < lowest) & (wave[after + 1] < lowest)
    return int(steep.sum()), int(steep.size)


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
