"""Technical faults of a mix and of its own stems: what a mastering engineer would send back, with the number that shows it.

Limits are set so that what is told is really there and can be heard. "Of 94" below are the excerpts of MUSDB18 (7 s, finished songs with
true stems), "of 12" the whole songs (eight recordings, a rock song, two multitracks of 57 stems, a solo) that they were measured on.
Separated stems are left out: what a separator leaves is no fault of the music.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mixassistant.advice.findings import (
    Breaks,
    Clipping,
    CutOff,
    CutSound,
    Finding,
    FlatTops,
    Hum,
    Inverted,
    LeftOut,
    LowRate,
    MissingChannel,
    MonoLoss,
    Offset,
    OneSided,
    Opposed,
    OutOfStep,
    Resonance,
    Sibilance,
    SilentChannel,
    TruePeak,
)
from mixassistant.advice.standards import PEAK_LIMIT_DBTP
from mixassistant.advice.suggestion import Check
from mixassistant.advice.target_names import WHOLE_MIX, target_at
from mixassistant.features.descriptor import Values, scalar, vector
from mixassistant.features.integrity import INVERTED
from mixassistant.features.track import MeasuredStem, MeasuredTrack
from mixassistant.profiles.expectation import Expectation
from mixassistant.stems.place import Place


@dataclass(frozen=True)
class FaultTuning:
    """From where on a fault is told.

    Parameters
    ----------
    clipped_runs : int
        Separate runs of clipped samples: one may be a sound of its own. 0 of 94, 0 of 12.
    flat_tops : int
        Below full scale. Of 478 songs, stems and mixes to 16 bits: 0; limited by 4 or 8 dB: 2 of 128 (one bass); of 64 clipped by 3 dB and
        turned down: 57, by 6 dB: all.
    true_peak_tolerance_db : float
        EBU Tech 3341: a meter may read so much too high, and a limiter set to −1 is not blamed. 21 of 94, 7 of 12.
    dc : float
        Share of full scale (−46 dBFS): a click at every edit. Mixes: 95 % below 0.0037; five of 94, of one sign.
    mono_loss_lu : float
        Of a mix: unrelated channels lose 3.0 LU in mono, only opposed ones more. Largest of 94: 2.7; of 12: 1.9.
    stem_mono_loss_lu : float
        Of a stem: more than half of its level is out of phase. Of 376 stems: one (inverted); of 57: 5.8 (a pad).
    wide_db : float
        Side over mid: a stem that is wider than this has two channels that differ.
    one_sided_db : float
        Balance of a role: below, another stem plays on the other side, and the silent channel is panning.
    silent_side_db : float
        One side under the other: nothing of it is heard.
    edge_s : float
        Nearer to the start or the end of the song than this, a stretch reaches it.
    hum_db : float
        Over the mix's level: 30 dB SPL where music plays at 85: heard from 90 Hz up (ISO 226). 0 of 103 mixes.
    step_db : float
        Of the first or last sample, over the level of what plays. Of 12: −27.7 at most; median of cut excerpts: −3.7.
    step_floor_dbfs : float
        A quieter step is not heard.
    excerpt_s : float
        Shorter than a song: somebody cut it on purpose.
    cut_off_hz : tuple[float, float]
        Below, filters of synthesizers; above, few adults hear it. MUSDB18's own AAC: 17.1 kHz. One of 94.
    sibilant_db : float
        S-sounds over loud notes. Of 47 voices with s-sounds: median −6.8, 95 % below 0.5, two above (1.6, 1.8).
    sibilant_level_lu : float
        Relative to the mix: a voice below it sits far back.
    sibilant_activity : float
        Share of the song: a voice that sounds less is an effect (a reversed one measured 4.5 dB).
    resonance_db : float
        Over the octave around it. Single ones in 57 stems: 13.5 at most, and that was a held note.
    resonance_lowest_hz : float
        Below lie the notes of basses and drums.
    resonance_most : int
        A stem with more of them plays few notes and does not ring.
    resonance_s : float
        In less time one note may last from beginning to end.
    harmonic_tolerance : float
        Half of the 1/24 octave in which resonances are found.
    most_checks : int
        Stems with the same fault that get a check each.
    """

    clipped_runs: int = 3
    flat_tops: int = 10
    true_peak_tolerance_db: float = 0.2
    dc: float = 0.005
    mono_loss_lu: float = 3.5
    stem_mono_loss_lu: float = 6.0
    wide_db: float = -40.0
    one_sided_db: float = 6.0
    silent_side_db: float = 60.0
    edge_s: float = 1.5
    hum_db: float = -55.0
    step_db: float = -20.0
    step_floor_dbfs: float = -60.0
    excerpt_s: float = 60.0
    cut_off_hz: tuple[float, float] = (8000.0, 16_500.0)
    sibilant_db: float = 1.5
    sibilant_level_lu: float = -12.0
    sibilant_activity: float = 0.2
    resonance_db: float = 15.0
    resonance_lowest_hz: float = 300.0
    resonance_most: int = 2
    resonance_s: float = 30.0
    harmonic_tolerance: float = 0.03
    most_checks: int = 3


FAULT = FaultTuning()


LOW_RATE_HZ = 44_100  # IEC 60908: below, the treble that people hear is missing
BREAKS: tuple[Literal["click", "dropout"], ...] = ("click", "dropout")
LEAST_TIMES = {"click": 2, "dropout": 1}  # one click alone may be a sound of its own
ENDS: tuple[Literal["start", "end"], ...] = ("start", "end")


@dataclass(frozen=True)
class _Fault:
    """A fault: its `name` in ids, how `grave` it is (1 is gravest), how large among its like, how sure, and what was found."""

    name: str
    grave: int
    size: float
    confidence: float
    finding: Finding


def technical_checks(track: MeasuredTrack) -> tuple[Check, ...]:
    """Return the technical faults of a mix and its supplied stems, gravest first."""
    own = [stem for stem in track.stems if stem.origin == "supplied"]
    of_mix = {fault.name: fault for fault in _mix_faults(track)}
    of_stems: dict[str, list[tuple[_Fault, MeasuredStem]]] = {}
    for stem in own:
        for fault in _stem_faults(track, stem):
            of_stems.setdefault(fault.name, []).append((fault, stem))
    for name in ("dc-offset", "hum", "click", "dropout"):  # the stem is where it comes from
        if name in of_stems:
            of_mix.pop(name, None)
    for name in ("cut-off", "start", "end"):  # the stems only have what the whole export has
        if name in of_mix:
            of_stems.pop(name, None)
    found = [(fault, _check(track, fault, None)) for fault in of_mix.values()]
    for stem, fault in _opposed(track):
        of_stems.setdefault(fault.name, []).append((fault, stem))
    for same in of_stems.values():
        same.sort(key=lambda item: -item[0].size)
        if len(same) > FAULT.most_checks:
            fault, stem = same[0]
            found.append((fault, _check(track, fault, stem, tuple(Place(other.role, other.name) for _, other in same[1:]))))
        else:
            found += [(fault, _check(track, fault, stem)) for fault, stem in same]
    found.sort(key=lambda item: (item[0].grave, -item[0].size))
    return tuple(check for _, check in found)


def comparison_checks(expectation: Expectation) -> tuple[Check, ...]:
    """Return what the comparison with the same song's other version suffers from: other stems in a role, another part of the song."""
    found: dict[str, Finding] = {}
    # Where the mixes themselves were compared, that was in the moments that both hold.
    if not expectation.is_in_step and expectation.trust == 1.0:
        found["out-of-step"] = OutOfStep(expectation.references[0])
    if expectation.left_out:
        found["sorting"] = LeftOut(expectation.references[0], expectation.left_out)
    return tuple(Check(id=f"technical-{name}", target=WHOLE_MIX, finding=finding, confidence=0.9) for name, finding in found.items())


def _check(track: MeasuredTrack, fault: _Fault, stem: MeasuredStem | None, also: tuple[Place, ...] = ()) -> Check:
    if stem is None:
        return Check(id=f"technical-{fault.name}", target=WHOLE_MIX, finding=fault.finding, confidence=fault.confidence)
    is_alone = sum(other.role == stem.role for other in track.stems) == 1
    target = target_at(track, Place(stem.role, "" if is_alone else stem.name))
    return Check(id=f"technical-{fault.name}-{stem.name}", target=target, finding=fault.finding, confidence=fault.confidence, also=also)


def _mix_faults(track: MeasuredTrack) -> Iterator[_Fault]:
    mix = track.mix
    one_sided, inverted = bool(scalar(mix, "silent_channel")), bool(scalar(mix, "polarity"))
    if one_sided:
        yield _Fault("silent-channel", 1, 0, 1.0, SilentChannel())
    else:
        yield from _one_sided(track)
    if track.channels == 1 and any(s.origin == "supplied" and (scalar(s.values, "width") or -60.0) > FAULT.wide_db for s in track.stems):
        yield _Fault("missing-channel", 1, 0, 0.95, MissingChannel())
    if inverted:
        yield _Fault("polarity", 1, 0, 0.95, _inverted(mix))
    clipped = scalar(mix, "clipping") or 0.0
    if clipped >= FAULT.clipped_runs:
        yield _Fault("clipping", 2, clipped, 1.0, Clipping(clipped))
    else:
        yield from _flat_tops(mix)
        yield from _true_peak(mix)
    loss = scalar(mix, "mono_loss") or 0.0
    if loss > FAULT.mono_loss_lu and not one_sided and not inverted:
        yield _Fault("mono-loss", 4, loss, 0.95, MonoLoss(loss))
    if track.sample_rate_hz < LOW_RATE_HZ:
        yield _Fault("sample-rate", 4, 0, 1.0, LowRate(track.sample_rate_hz))
    yield from _either(track, mix)


def _stem_faults(track: MeasuredTrack, stem: MeasuredStem) -> Iterator[_Fault]:
    values = stem.values
    inverted = bool(scalar(values, "polarity"))
    clipped = scalar(values, "clipping") or 0.0
    if clipped >= FAULT.clipped_runs:
        yield _Fault("clipping", 2, clipped, 1.0, Clipping(clipped))
    else:
        yield from _flat_tops(values)
    if inverted:
        yield _Fault("polarity", 3, 0, 0.9, _inverted(values))
    beside = scalar(track.roles.get(stem.role, {}), "balance")
    if scalar(values, "silent_channel") and (beside is None or abs(beside) > FAULT.one_sided_db):
        yield _Fault("silent-channel", 3, 0, 0.7, SilentChannel())
    loss = scalar(values, "mono_loss") or 0.0
    if loss > FAULT.stem_mono_loss_lu and not inverted:
        yield _Fault("mono-loss", 5, loss, 0.9, MonoLoss(loss))
    yield from _sibilance(values)
    yield from _resonances(track, stem)
    yield from _either(track, values)


def _one_sided(track: MeasuredTrack) -> Iterator[_Fault]:
    times, levels = vector(track.mix, "one_sided"), vector(track.mix, "one_sided_levels")
    if times is None or levels is None or not levels.size:
        return
    missing_s = np.diff(times)[::2]
    index = int(missing_s.argmax())
    (start_s, end_s), level = times[2 * index : 2 * index + 2], float(levels[index])
    finding = OneSided(
        side="right" if level < 0 else "left",
        under_db=None if abs(level) > FAULT.silent_side_db else abs(level),
        begin_s=None if start_s < FAULT.edge_s else float(start_s),
        end_s=None if end_s > track.duration_s - FAULT.edge_s else float(end_s),
        others=levels.size - 1,
    )
    yield _Fault("one-sided", 1, float(missing_s.sum()), 0.9, finding)


def _inverted(values: Values) -> Inverted:
    return Inverted((scalar(values, "correlation") or 0.0) < INVERTED)


def _true_peak(mix: Values) -> Iterator[_Fault]:
    peak = scalar(mix, "true_peak")
    if peak is not None and peak > PEAK_LIMIT_DBTP + FAULT.true_peak_tolerance_db:
        yield _Fault("true-peak", 3 if peak > 0 else 7, peak, 1.0, TruePeak(peak))


def _flat_tops(values: Values) -> Iterator[_Fault]:
    count, peak = scalar(values, "flat_tops") or 0.0, scalar(values, "sample_peak")
    if count >= FAULT.flat_tops and peak is not None:
        yield _Fault("flat-tops", 2, count, 0.9, FlatTops(count, peak))


def _opposed(track: MeasuredTrack) -> Iterator[tuple[MeasuredStem, _Fault]]:
    """Yield the stems that are upside down against others that carry the same source, until no pair of them is left."""
    stems, gains, bands = (vector(track.mix, f"opposed_{name}") for name in ("stems", "gains", "bands"))
    if stems is None or gains is None or bands is None or stems.max(initial=0) > len(track.stems):
        return
    pairs = [
        (*(int(n) - 1 for n in pair), gain, *band)
        for pair, gain, band in zip(stems.reshape(-1, 2), gains, bands.reshape(-1, 2), strict=True)
    ]
    while pairs:
        # The one that more of the others disagree with; of two alike, the quieter.
        of_each = {index: [pair for pair in pairs if index in pair[:2]] for pair in pairs for index in pair[:2]}
        index = max(of_each, key=lambda i: (len(of_each[i]), -(scalar(track.stems[i].values, "lufs") or -70.0)))
        first, second, gain, low, high = max(of_each[index], key=lambda pair: float(pair[2]))
        other = track.stems[second if index == first else first]
        finding = Opposed(Place(other.role, other.name), float(gain), float(low), float(high))
        yield track.stems[index], _Fault("opposed", 3, float(gain), 0.9, finding)
        pairs = [pair for pair in pairs if index not in pair[:2]]


def _either(track: MeasuredTrack, values: Values) -> Iterator[_Fault]:
    """Yield the faults that a mix and a stem can have alike."""
    offset = abs(scalar(values, "dc_offset") or 0.0)
    if offset > FAULT.dc:
        yield _Fault("dc-offset", 6, offset, 0.95, Offset(offset))
    hum, level, music = scalar(values, "hum"), scalar(values, "hum_level"), scalar(track.mix, "rms")
    if hum is not None and level is not None and music is not None and level - music > FAULT.hum_db:
        yield _Fault("hum", 5, level, 0.9, Hum(hum, music - level))
    for kind in BREAKS:
        times = vector(values, f"{kind}s")
        if times is not None and times.size >= LEAST_TIMES[kind]:
            finding = Breaks(kind, tuple(float(time) for time in times))
            yield _Fault(kind, 4, float(times.size), 0.7 if kind == "click" else 0.9, finding)
    cut = scalar(values, "cut_off")
    if cut is not None and track.sample_rate_hz >= LOW_RATE_HZ and FAULT.cut_off_hz[0] <= cut <= FAULT.cut_off_hz[1]:
        yield _Fault("cut-off", 5, -cut, 0.9, CutOff(cut))
    yield from _ends(track, values)


def _ends(track: MeasuredTrack, values: Values) -> Iterator[_Fault]:
    level = scalar(values, "rms")
    if level is None or track.duration_s < FAULT.excerpt_s:
        return
    for end in ENDS:
        step = scalar(values, f"{end}_step")
        if step is not None and step > FAULT.step_floor_dbfs and step - level > FAULT.step_db:
            yield _Fault(end, 5, step, 0.95, CutSound(end, step))


def _sibilance(values: Values) -> Iterator[_Fault]:
    sharp, level, activity = (scalar(values, i) for i in ("sibilant_level", "level", "activity"))
    if sharp is None or sharp <= FAULT.sibilant_db:
        return
    if (level is None or level > FAULT.sibilant_level_lu) and (activity is None or activity > FAULT.sibilant_activity):
        yield _Fault("sibilance", 6, sharp, 0.75, Sibilance(sharp))


def _resonances(track: MeasuredTrack, stem: MeasuredStem) -> Iterator[_Fault]:
    hertz, levels = vector(stem.values, "resonances"), vector(stem.values, "resonance_levels")
    # Held notes and formants look the same: of what has a pitch nothing is said.
    if hertz is None or levels is None or stem.role != "drums" or track.duration_s < FAULT.resonance_s or hertz.size > FAULT.resonance_most:
        return
    if hertz.size == 2 and abs((ratio := hertz.max() / hertz.min()) - round(ratio)) < FAULT.harmonic_tolerance * ratio:
        return  # a note with its harmonic
    for hz, level in zip(hertz, levels, strict=True):
        if level >= FAULT.resonance_db and hz >= FAULT.resonance_lowest_hz:
            yield _Fault(f"resonance-{hz:.0f}", 6, float(level), 0.65, Resonance(float(hz), float(level)))
