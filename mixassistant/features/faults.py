"""What recording and export leave behind: mains hum, cut ends, a codec's low-pass, and s-sounds that a microphone loved.

A note comes and goes; hum is there in every pause, at frequencies that no instrument chose. A sound dies away; a cut goes from something
to nothing within one sample. A spectrum thins out; a codec's low-pass ends it like a wall.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixassistant.audio.source import at_rate
from mixassistant.features.descriptor import Descriptor, Measurement, extracts
from mixassistant.features.frames import FINE, SPECTRAL_RATE_HZ
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import N_FFT, Representations, loud_enough

DIGITAL_SILENCE = 1e-12  # mean square, −120 dBFS: below the noise of 20 bits nothing was recorded
FLOOR_DBFS = -120.0

MAINS_HZ = (50.0, 60.0)
HARMONICS = 8  # the strongest of a rectifier's buzz; above 480 Hz it hides under music
HUM_RATE_HZ = 2000  # room for these harmonics and no more
HUM_WINDOW_S = 2.0  # a resolution of 0.5 Hz: hum at 50 Hz and the note G1 at 49 Hz are two things
HUM_HOP_S = 0.5
SHORTEST_HUM_S = 6.0  # below, a held chord is as steady as hum
QUIET_QUANTILE = 0.1  # over time, of each frequency: what is there in nine of ten moments is not played
QUIETEST = 3  # windows, in which a note that dies away is not steady
QUIETER_DB = 12.0  # than the median window: there the music rests
LINE_DB = 15.0  # over the median of its neighbours (ours): the harmonics of real hum in four voices stood out by 15–30 dB
CLEAR_DB = 6.0  # over the largest of its neighbours: drums that repeat every 0.1 s make a line every 10 Hz
LINES = 3  # harmonics that must agree: one line alone may be a drone
OFF_HZ = 0.2  # how far the grid's frequency strays (EN 50160 allows 0.5 Hz; measured: 0.04 Hz at most in four voices with hum)
NEIGHBOURS_HZ = (2.0, 13.0)

CUT_OFF_HZ = (3000.0, 20_000.0)  # above lies every converter's own low-pass
BELOW_HZ = (700.0, 150.0)  # from and to, below the edge
ABOVE_HZ = (250.0, 800.0)  # from and to, above the edge: an encoder's low-pass falls within 400 Hz
CUT_OFF_DB = 24.0  # the least fall (ours); a filter of 24 dB per octave falls by 3 dB between these bands at 10 kHz
CUT_OFF_RANGE_DB = 70.0  # below the strongest: a wall in what is quieter than that cuts off nothing
CUT_OFF_STEP_HZ = 50.0

FEWEST_FRAMES = 20  # of s-sounds, 0.23 s
MOST_SHARE = 0.5  # of the frames: more than half s-sounds is a shaker, a whisper or an effect, and no voice


def _db(power: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray(10 * np.log10(np.maximum(power, 1e-20)))


@extracts(
    Descriptor("hum", "Mains hum", "Hz", (45, 65), 0.1, "The frequency of the mains, where its hum is in the recording.",
               "Lines at multiples of 50 or 60 Hz in the quiet spectrum (ours)", cost="medium",
               version=2,
               method="10th percentile over time of each 0.5 Hz, or the quietest 3 s where these are 12 dB under the usual; "
                      "three harmonics 15 dB over their neighbours"),
    Descriptor("hum_level", "Mains hum, level", "dBFS", (-200, 3), 1.0, "How loud the hum and its harmonics are.",
               "Power of the lines (ours)", level="gain", version=2,
               method="Sum over the harmonics that stand out"),
)  # fmt: skip
def hum(shared: Representations) -> dict[str, Measurement]:
    """Look for mains hum where the music lets it be heard: between its notes, and in its quietest moments (intro, break, tail).

    Under music that never rests it is found only where it lies 12 dB under it or higher: planted in 9 songs at 50 and 60 Hz, it was found
    in 16 of 18 at −12 dB, 12 at −20 dB and 9 at −30 and −40 dB; in excerpts of 7 s without a rest in 28 of 54 at −12 dB and in one at
    −20 dB. In 103 untouched mixes there is none; four of 94 voices have real hum.
    """
    if shared.is_silent:
        return {"hum": SILENCE, "hum_level": SILENCE}
    rows = _low_spectra(shared)
    if rows is None:
        return dict.fromkeys(("hum", "hum_level"), Measurement(None, f"plays for less than {SHORTEST_HUM_S:g} s"))
    spectra = [np.quantile(rows, QUIET_QUANTILE, axis=0)]
    power = rows.sum(axis=1, dtype=np.float64)
    quietest = np.argsort(power)[:QUIETEST]
    if power[quietest[-1]] < np.median(power) * 10 ** (-QUIETER_DB / 10):
        spectra.append(rows[quietest].min(axis=0))
    for quiet in spectra:
        found = max((_lines(quiet.astype(np.float64), base) for base in MAINS_HZ), key=lambda lines: lines.shape[0])
        if found.shape[0] >= LINES:
            return {"hum": Measurement(float(np.median(found[:, 0]))), "hum_level": Measurement(float(_db(found[:, 1].sum())))}
    return dict.fromkeys(("hum", "hum_level"), Measurement(None, "there is no hum"))


def _low_spectra(shared: Representations) -> NDArray[np.float32] | None:
    """Return the power per 0.5 Hz below 500 Hz of every 2 s, ``[shape=(windows, bins)]``; ``None`` where there is too little to tell."""
    low = at_rate(shared.audio, HUM_RATE_HZ)
    size, hop = round(HUM_WINDOW_S * HUM_RATE_HZ), round(HUM_HOP_S * HUM_RATE_HZ)
    frames = 1 + (low.length - size) // hop
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    scale = 2 / (size * float((window**2).sum()))
    kept = round((HARMONICS * MAINS_HZ[1] + NEIGHBOURS_HZ[1] + 2) * HUM_WINDOW_S)
    rows = []
    for frame in range(max(frames, 0)):
        if frame % 32 == 0:
            shared.tick()
        piece = low.read(frame * hop, frame * hop + size)
        if float(np.mean(np.square(piece))) > DIGITAL_SILENCE:
            power = np.square(np.abs(np.fft.rfft(piece * window, axis=1)[:, :kept]))
            rows.append((power.mean(axis=0) * scale).astype(np.float32))
    if (len(rows) - 1) * HUM_HOP_S + HUM_WINDOW_S < SHORTEST_HUM_S:
        return None
    return np.stack(rows)


def _lines(quiet: NDArray[np.float64], base: float) -> NDArray[np.float64]:
    """Return fundamental in Hz and power of each harmonic that stands out, ``[shape=(lines, 2)]``."""
    hz = np.arange(quiet.size) / HUM_WINDOW_S
    level = _db(quiet)
    found = []
    for harmonic in range(1, HARMONICS + 1):
        away = np.abs(hz - harmonic * base)
        near = np.flatnonzero(away <= 1.0)
        peak = int(near[level[near].argmax()])
        others = level[(away >= NEIGHBOURS_HZ[0]) & (away <= NEIGHBOURS_HZ[1])]
        before, top, after = level[peak - 1 : peak + 2]
        if top < np.median(others) + LINE_DB or top < others.max() + CLEAR_DB or top < max(before, after):
            continue
        exact = hz[peak] + 0.5 * (before - after) / min(before - 2 * top + after, -1e-9) / HUM_WINDOW_S  # parabola through three
        if abs(exact / harmonic - base) <= OFF_HZ:
            found.append((exact / harmonic, float(quiet[peak - 1 : peak + 2].sum())))
    return np.array(found).reshape(-1, 2)


@extracts(
    Descriptor("start_step", "Step at the start", "dBFS", (FLOOR_DBFS, 20), 1.0, "How far the first sample lies from silence.",
               "First sample without the DC offset, the larger channel", level="own", version=2),
    Descriptor("end_step", "Step at the end", "dBFS", (FLOOR_DBFS, 20), 1.0, "How far the last sample lies from silence.",
               "Last sample without the DC offset, the larger channel", level="own", version=2),
)  # fmt: skip
def ends(shared: Representations) -> dict[str, Measurement]:
    """Measure the steps at which the file begins and ends: a file that is cut within a sound begins or ends with a click."""
    if shared.is_silent:
        return {"start_step": SILENCE, "end_step": SILENCE}
    # An offset is a fault of its own. What is faded begins at nothing, offset or not.
    edges = [shared.audio.read(at, at + 1)[:, 0] for at in (0, shared.audio.length - 1)]
    steps = [float(np.minimum(np.abs(edge), np.abs(edge - shared.samples.means)).max()) for edge in edges]
    first, last = (Measurement(max(2 * float(_db(step)), FLOOR_DBFS)) for step in steps)
    return {"start_step": first, "end_step": last}


@extracts(
    Descriptor("cut_off", "Cut-off", "Hz", CUT_OFF_HZ, 250.0, "The frequency at which the spectrum ends like a wall, as a lossy codec's.",
               "Fall by 24 dB within 400 Hz (ours)",
               method="Loudest second of each bin; 0.55 kHz below against 0.55 kHz above, and nothing over it"),
)  # fmt: skip
def cut_off(shared: Representations) -> dict[str, Measurement]:
    """Look for the wall of a low-pass.

    MP3 ends at 15.4 kHz at 96 kbit/s and at 11.3 kHz at 64 kbit/s (LAME), which is told. At 128 kbit/s and more it reaches so high that
    nothing is told, and what else coding did to the sound is not looked for.
    """
    if shared.is_silent:
        return {"cut_off": SILENCE}
    loudest = shared.bands.seconds.max(axis=0).astype(np.float64)
    width = SPECTRAL_RATE_HZ / N_FFT
    edges = np.arange(CUT_OFF_HZ[0], CUT_OFF_HZ[1] + 1, CUT_OFF_STEP_HZ)

    def mean(values: NDArray[np.float64], low_hz: NDArray[np.float64], high_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.cumsum(np.concatenate([[0.0], values]))
        low, high = (np.clip((hz / width).astype(int), 0, values.size) for hz in (low_hz, high_hz))
        return np.asarray((total[high] - total[low]) / np.maximum(high - low, 1))

    # The mean of levels below: a single tone over noise is no spectrum that ends. The mean of powers above: there nothing may be left.
    below = mean(_db(loudest), edges - BELOW_HZ[0], edges - BELOW_HZ[1])
    above = _db(mean(loudest, edges + ABOVE_HZ[0], edges + ABOVE_HZ[1]))
    # A wall is the end: nothing beyond it comes back to within half of the fall.
    beyond = np.maximum.accumulate(above[::-1])[::-1]
    walls = (below - above >= CUT_OFF_DB) & (below - beyond >= CUT_OFF_DB / 2)
    strongest = float(_db(mean(loudest, np.arange(100.0, 10_000.0, 100.0), np.arange(200.0, 10_100.0, 100.0))).max())
    walls &= below >= strongest - CUT_OFF_RANGE_DB
    if not walls.any():
        return {"cut_off": Measurement(None, "the spectrum ends by itself")}
    return {"cut_off": Measurement(float(edges[np.where(walls, below - above, 0).argmax()]))}


@extracts(
    Descriptor("sibilant_level", "Level of the s-sounds", "dB", (-60, 60), 0.5,
               "How loud its s-sounds are against its usual loud notes, however seldom they come.",
               "P75 of the level at 5–10 kHz in s-sounds over P75 of the level at 0.3–4 kHz (ours)", scopes=("stem",), roles=("vocals",),
               method="S-sounds are frames of 46 ms with more power at 5–10 kHz than at 0.3–4 kHz"),
)  # fmt: skip
def sibilants(shared: Representations) -> dict[str, Measurement]:
    """Measure how loud the s-sounds of a voice are while they sound."""
    if shared.is_silent:
        return {"sibilant_level": SILENCE}
    sharp, voice = shared.frames("sibilant")[shared.active_frames(FINE)].T.astype(np.float64)
    hissing = sharp > voice
    if hissing.sum() < FEWEST_FRAMES or not loud_enough(voice, DIGITAL_SILENCE).any():
        return {"sibilant_level": Measurement(None, "there are too few s-sounds")}
    if hissing.mean() > MOST_SHARE:
        return {"sibilant_level": Measurement(None, "there is too little voice")}
    level = _db(float(np.percentile(sharp[hissing], 75))) - _db(float(np.percentile(voice, 75)))
    return {"sibilant_level": Measurement(float(np.clip(level, -60, 60)))}
