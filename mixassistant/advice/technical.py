"""Technical faults of a mix and of its own stems: what a mastering engineer would send back, with the number that shows it.

Limits are set so that what is told is really there and can be heard. "Of 94" below are the excerpts of MUSDB18 (7 s, finished songs with
true stems), "of 12" the whole songs (eight recordings, a rock song, two multitracks of 57 stems, a solo) that they were measured on.
Separated stems are left out: what a separator leaves is no fault of the music.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mixassistant.advice.suggestion import Suggestion, Target
from mixassistant.advice.words import in_sentence, left_out_text
from mixassistant.features.descriptor import Values, scalar, vector
from mixassistant.features.integrity import INVERTED
from mixassistant.features.track import MeasuredStem, MeasuredTrack
from mixassistant.profiles.expectation import Expectation

FLIP = "flip the polarity of one side"
CLIPPED_RUNS = 3  # separate runs of clipped samples: one may be a sound of its own. 0 of 94, 0 of 12
# Below full scale. Of 478 songs, stems and mixes to 16 bits: 0; limited by 4 or 8 dB: 2 of 128 (one bass); of 64 clipped by 3 dB and
# turned down: 57, by 6 dB: all
FLAT_TOPS = 10
TRUE_PEAK_LIMIT_DBTP = -1.0  # AES TD1008 and EBU R 128: room for lossy encoders
TRUE_PEAK_TOLERANCE_DB = 0.2  # EBU Tech 3341: a meter may read so much too high, and a limiter set to −1 is not blamed. 21 of 94, 7 of 12
DC_LIMIT = 0.005  # share of full scale (−46 dBFS): a click at every edit. Mixes: 95 % below 0.0037; five of 94, of one sign
MONO_LOSS_LIMIT_LU = 3.5  # of a mix: unrelated channels lose 3.0 LU in mono, only opposed ones more. Largest of 94: 2.7; of 12: 1.9
STEM_MONO_LOSS_LIMIT_LU = 6.0  # of a stem: more than half of its level is out of phase. Of 376 stems: one (inverted); of 57: 5.8 (a pad)
WIDE_DB = -40.0  # side over mid: a stem that is wider than this has two channels that differ
ONE_SIDED_DB = 6.0  # balance of a role: below, another stem plays on the other side, and the silent channel is panning
SILENT_SIDE_DB = 60.0  # one side under the other: nothing of it is heard
EDGE_S = 1.5  # nearer to the start or the end of the song than this, a stretch reaches it
HUM_LIMIT_DB = -55.0  # over the mix's level: 30 dB SPL where music plays at 85: heard from 90 Hz up (ISO 226). 0 of 103 mixes
STEP_LIMIT_DB = -20.0  # of the first or last sample, over the level of what plays. Of 12: −27.7 at most; median of cut excerpts: −3.7
STEP_FLOOR_DBFS = -60.0  # a quieter step is not heard
EXCERPT_S = 60.0  # shorter than a song: somebody cut it on purpose
CUT_OFF_LIMITS_HZ = (8000.0, 16_500.0)  # below, filters of synthesizers; above, few adults hear it. MUSDB18's own AAC: 17.1 kHz. One of 94
LOW_RATE_HZ = 44_100  # IEC 60908: below, the treble that people hear is missing
SIBILANT_LIMIT_DB = 1.5  # s-sounds over loud notes. Of 47 voices with s-sounds: median −6.8, 95 % below 0.5, two above (1.6, 1.8)
SIBILANT_LEVEL_LU = -12.0  # relative to the mix: a voice below it sits far back
SIBILANT_ACTIVITY = 0.2  # share of the song: a voice that sounds less is an effect (a reversed one measured 4.5 dB)
RESONANCE_LIMIT_DB = 15.0  # over the octave around it. Single ones in 57 stems: 13.5 at most, and that was a held note
RESONANCE_LOWEST_HZ = 300.0  # below lie the notes of basses and drums
RESONANCE_MOST = 2  # a stem with more of them plays few notes and does not ring
RESONANCE_S = 30.0  # in less time one note may last from beginning to end
HARMONIC_TOLERANCE = 0.03  # half of the 1/24 octave in which resonances are found
LEAST_TIMES = {"click": 2, "dropout": 1}  # one click alone may be a sound of its own
MOST_TIMES = 4  # moments that are told
MOST_NAMED = 3  # stems with the same fault that are named


@dataclass(frozen=True)
class _Fault:
    """A fault: its `name` in ids, how `grave` it is (1 is gravest), how large among its like, how sure, what shows it, and what to do."""

    name: str
    grave: int
    size: float
    confidence: float
    shows: str
    remedy: str


def technical_suggestions(track: MeasuredTrack, first_priority: int) -> tuple[Suggestion, ...]:
    """Return the technical warnings of a mix and its supplied stems, gravest first.

    Parameters
    ----------
    track : MeasuredTrack
    first_priority : int
        Priority of the first warning.
    """
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
    found: list[tuple[_Fault, MeasuredStem | None, str]] = [(fault, None, "") for fault in of_mix.values()]
    for stem, fault in _opposed(track):
        of_stems.setdefault(fault.name, []).append((fault, stem))
    for same in of_stems.values():
        same.sort(key=lambda item: -item[0].size)
        if len(same) > MOST_NAMED:
            found.append((*same[0], _others([_spoken(stem) for _, stem in same[1:]])))
        else:
            found += [(fault, stem, "") for fault, stem in same]
    found.sort(key=lambda item: (item[0].grave, -item[0].size))
    return tuple(_warning(fault, stem, others, first_priority + index) for index, (fault, stem, others) in enumerate(found))


def sorting_suggestions(expectation: Expectation, priority: int) -> tuple[Suggestion, ...]:
    """Return what the comparison with the same song's other version suffers from: other stems in a role, another part of the song."""
    told: dict[str, str] = {}
    # Where the mixes themselves were compared, that was in the moments that both hold.
    if not expectation.is_in_step and expectation.trust == 1.0:
        told["out-of-step"] = _out_of_step_text(expectation.references[0])
    if expectation.left_out:
        told["sorting"] = left_out_text(expectation.left_out, expectation.references[0])
    return tuple(
        Suggestion(
            id=f"technical-{name}", target="mix", role="mix", kind="technical", evidence=None, confidence=0.9, low=0.0, high=0.0, unit="",
            priority=priority + index, text=text,
        )
        for index, (name, text) in enumerate(told.items())
    )  # fmt: skip


def _out_of_step_text(version: str) -> str:
    return (
        f"“{version}” does not hold the same part of the song as this mix: one has music where the other has none. "
        "So small differences of tone and level cannot be told from what is played, and nothing is said of compression and masking. "
        "Export both from the same bar to the same bar."
    )


def _warning(fault: _Fault, stem: MeasuredStem | None, others: str, priority: int) -> Suggestion:
    target, role = ("mix", "mix") if stem is None else (stem.name, stem.role)
    place = "In the mix" if stem is None else f"On {_spoken(stem)}"
    where: Target = role  # type: ignore[assignment]  # "mix" or a Role
    return Suggestion(
        id=f"technical-{fault.name}" if stem is None else f"technical-{fault.name}-{stem.name}",
        target=target, role=where, kind="technical", evidence=None, confidence=fault.confidence, low=0.0, high=0.0, unit="",
        priority=priority, text=f"{place}, {fault.shows}: {fault.remedy}.{others}",
    )  # fmt: skip


def _spoken(stem: MeasuredStem) -> str:
    return f"“{stem.name}”" if stem.name.lower() != stem.role else in_sentence(stem.role)


def _others(names: list[str]) -> str:
    shown = names[: MOST_NAMED - 1] if len(names) > MOST_NAMED else names
    rest = len(names) - len(shown)
    return f" The same is true of {', '.join(shown)}{f' and {rest} more' if rest else ''}."


def _minus(value: float, decimals: int = 1) -> str:
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")


def _hertz(hz: float) -> str:
    """Return a frequency as exactly as a notch filter wants it: ``"1.24 kHz"``, ``"440 Hz"``."""
    return f"{hz / 1000:.3g} kHz" if hz >= 1000 else f"{hz:.0f} Hz"


def _mix_faults(track: MeasuredTrack) -> Iterator[_Fault]:
    mix = track.mix
    one_sided, inverted = bool(scalar(mix, "silent_channel")), bool(scalar(mix, "polarity"))
    if one_sided:
        yield _Fault("silent-channel", 1, 0, 1.0, "one channel is silent", "check the routing and the export before anything else")
    else:
        yield from _one_sided(track)
    if track.channels == 1 and any(s.origin == "supplied" and (scalar(s.values, "width") or -60.0) > WIDE_DB for s in track.stems):
        yield _Fault("missing-channel", 1, 0, 0.95, "there is one channel while its stems have two", "export it in stereo")
    if inverted:
        yield _Fault("polarity", 1, 0, 0.95, f"{_inverted(mix)} on a mono loudspeaker", FLIP)
    clipped = scalar(mix, "clipping") or 0.0
    if clipped >= CLIPPED_RUNS:
        remedy = "turn it down before the export, or ease what drives it into full scale"
        yield _Fault("clipping", 2, clipped, 1.0, f"the sound clips in {clipped:.0f} places", remedy)
    else:
        yield from _flat_tops(mix, "ease what drives the master bus and export it again, since turning it down brings nothing back")
        yield from _true_peak(mix)
    loss = scalar(mix, "mono_loss") or 0.0
    if loss > MONO_LOSS_LIMIT_LU and not one_sided and not inverted:
        remedy = "narrow or delay less what is out of phase between left and right"
        yield _Fault("mono-loss", 4, loss, 0.95, f"{loss:.1f} LU are lost on a mono loudspeaker", remedy)
    if track.sample_rate_hz < LOW_RATE_HZ:
        shows = f"the sample rate is {track.sample_rate_hz / 1000:g} kHz, so that nothing above {_hertz(track.sample_rate_hz / 2)} is left"
        yield _Fault("sample-rate", 4, 0, 1.0, shows, "export it again at 44.1 kHz or more")
    yield from _either(track, mix)


def _stem_faults(track: MeasuredTrack, stem: MeasuredStem) -> Iterator[_Fault]:
    values = stem.values
    inverted = bool(scalar(values, "polarity"))
    clipped = scalar(values, "clipping") or 0.0
    if clipped >= CLIPPED_RUNS:
        yield _Fault("clipping", 2, clipped, 1.0, f"the sound clips in {clipped:.0f} places", "export or record it again at a lower level")
    else:
        yield from _flat_tops(values, "export or record it again at a lower level, since turning it down brings nothing back")
    if inverted:
        yield _Fault("polarity", 3, 0, 0.9, f"{_inverted(values)} in mono", FLIP)
    beside = scalar(track.roles.get(stem.role, {}), "balance")
    if scalar(values, "silent_channel") and (beside is None or abs(beside) > ONE_SIDED_DB):
        yield _Fault("silent-channel", 3, 0, 0.7, "one channel is silent", "check its routing, unless it is panned hard on purpose")
    loss = scalar(values, "mono_loss") or 0.0
    if loss > STEM_MONO_LOSS_LIMIT_LU and not inverted:
        yield _Fault("mono-loss", 5, loss, 0.9, f"{loss:.1f} LU are lost in mono", "narrow it, or check the polarity of its microphones")
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
    side, other = ("right", "left") if level < 0 else ("left", "right")
    state = "is silent" if abs(level) > SILENT_SIDE_DB else f"lies {abs(level):.0f} dB under the {other}"
    begins, ends = start_s < EDGE_S, end_s > track.duration_s - EDGE_S
    until = "throughout" if begins and ends else f"until {_seconds(end_s)}" if begins else f"from {_seconds(start_s)} on"
    if not begins and not ends:
        until = f"from {_seconds(start_s)} to {_seconds(end_s)}"
    others = levels.size - 1
    more = f", and one side is missing in {others} more place{'s' if others > 1 else ''}" if others else ""
    remedy = "check the routing and the export there, unless it is panned so on purpose"
    yield _Fault("one-sided", 1, float(missing_s.sum()), 0.9, f"the {side} channel {state} {until}{more}", remedy)


def _seconds(time_s: float) -> str:
    return "{}:{:02d}".format(*divmod(round(time_s), 60))


def _inverted(values: Values) -> str:
    if (scalar(values, "correlation") or 0.0) < INVERTED:
        return "the two channels are nearly inverted copies, so that it vanishes"
    return "the low end of one channel is upside down against the other’s, so that it vanishes"


def _true_peak(mix: Values) -> Iterator[_Fault]:
    peak = scalar(mix, "true_peak")
    if peak is not None and peak > TRUE_PEAK_LIMIT_DBTP + TRUE_PEAK_TOLERANCE_DB:
        why = "which clips in converters and encoders" if peak > 0 else "which a lossy encoder can push over full scale"
        remedy = f"lower it by {peak - TRUE_PEAK_LIMIT_DBTP:.1f} dB, or set the limiter’s ceiling to −{-TRUE_PEAK_LIMIT_DBTP:g} dBTP"
        yield _Fault("true-peak", 3 if peak > 0 else 7, peak, 1.0, f"true peaks reach {_minus(peak)} dBTP, {why}", remedy)


def _flat_tops(values: Values, remedy: str) -> Iterator[_Fault]:
    count, peak = scalar(values, "flat_tops") or 0.0, scalar(values, "sample_peak")
    if count >= FLAT_TOPS and peak is not None:
        place = f"at {_minus(peak)} dBFS in {count:.0f} places"
        shows = f"the peaks are cut off flat {place}, so it was clipped, there or before it was turned down"
        yield _Fault("flat-tops", 2, count, 0.9, shows, remedy)


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
        other = _spoken(track.stems[second if index == first else first])
        band = f"{_hertz(low)} to {_hertz(high)}"
        shows = f"the polarity is opposite to that of {other}, which carries the same source, and the two cancel at {band}"
        yield (
            track.stems[index],
            _Fault("opposed", 3, float(gain), 0.9, shows, f"flip the polarity of one, and their sum gains {gain:.1f} dB there"),
        )
        pairs = [pair for pair in pairs if index not in pair[:2]]


def _either(track: MeasuredTrack, values: Values) -> Iterator[_Fault]:
    """Yield the faults that a mix and a stem can have alike."""
    offset = abs(scalar(values, "dc_offset") or 0.0)
    if offset > DC_LIMIT:
        remedy = "high-pass it at 20 Hz, or take the offset out where it was recorded"
        yield _Fault("dc-offset", 6, offset, 0.95, f"there is a DC offset of {100 * offset:.1f} % of full scale", remedy)
    hum, level, music = scalar(values, "hum"), scalar(values, "hum_level"), scalar(track.mix, "rms")
    if hum is not None and level is not None and music is not None and level - music > HUM_LIMIT_DB:
        shows = f"there is mains hum at {hum:.1f} Hz and its harmonics, {music - level:.0f} dB below the music"
        remedy = f"find the ground loop, or notch {_multiples(hum)} where it shows in pauses"
        yield _Fault("hum", 5, level, 0.9, shows, remedy)
    yield from _clicks(values)
    cut = scalar(values, "cut_off")
    if cut is not None and track.sample_rate_hz >= LOW_RATE_HZ and CUT_OFF_LIMITS_HZ[0] <= cut <= CUT_OFF_LIMITS_HZ[1]:
        shows = f"the spectrum ends like a wall at {_hertz(cut)}, as an MP3 of low bit rate does"
        yield _Fault("cut-off", 5, -cut, 0.9, shows, "go back to the uncompressed original")
    yield from _ends(track, values)


def _clicks(values: Values) -> Iterator[_Fault]:
    remedies = {
        "click": "zoom in there, and mend the edit or redraw the sample",
        "dropout": "export it again with a larger buffer, or mend the edit",
    }
    for name, remedy in remedies.items():
        times = vector(values, f"{name}s")
        if times is not None and times.size >= LEAST_TIMES[name]:
            shown = ", ".join(_clock(s) for s in times[:MOST_TIMES]) + (
                f" and {times.size - MOST_TIMES} more" if times.size > MOST_TIMES else ""
            )
            least = "at least " if name == "click" else ""  # of six planted ones two to five were found: drums hide the others
            shows = f"there is a {name} at {shown}" if times.size == 1 else f"there are {least}{times.size} {name}s, at {shown}"
            yield _Fault(name, 4, float(times.size), 0.7 if name == "click" else 0.9, shows, remedy)


def _clock(time_s: float) -> str:
    minutes, seconds = divmod(round(time_s * 100), 6000)
    return f"{minutes}:{seconds / 100:05.2f}"


def _multiples(hum_hz: float) -> str:
    base = 50 if hum_hz < 55 else 60
    return f"{base}, {2 * base} and {3 * base} Hz"


def _ends(track: MeasuredTrack, values: Values) -> Iterator[_Fault]:
    level = scalar(values, "rms")
    if level is None or track.duration_s < EXCERPT_S:
        return
    verbs = {"start": ("begins", "in"), "end": ("ends", "out")}
    for name, (verb, way) in verbs.items():
        step = scalar(values, f"{name}_step")
        if step is not None and step > STEP_FLOOR_DBFS and step - level > STEP_LIMIT_DB:
            sample = "first" if name == "start" else "last"
            shows = f"the file {verb} in the middle of a sound with a click, its {sample} sample at {_minus(step, 0)} dBFS"
            yield _Fault(name, 5, step, 0.95, shows, f"move the cut, or fade {way} over 10 ms")


def _sibilance(values: Values) -> Iterator[_Fault]:
    sharp, level, activity = (scalar(values, i) for i in ("sibilant_level", "level", "activity"))
    if sharp is None or sharp <= SIBILANT_LIMIT_DB:
        return
    if (level is None or level > SIBILANT_LEVEL_LU) and (activity is None or activity > SIBILANT_ACTIVITY):
        shows = f"the s-sounds at 5–10 kHz are {sharp:.1f} dB louder than the loud notes (finished songs: about −7 dB)"
        yield _Fault("sibilance", 6, sharp, 0.75, shows, "use a de-esser, or ride them down by hand")


def _resonances(track: MeasuredTrack, stem: MeasuredStem) -> Iterator[_Fault]:
    hertz, levels = vector(stem.values, "resonances"), vector(stem.values, "resonance_levels")
    # Held notes and formants look the same: of what has a pitch nothing is said.
    if hertz is None or levels is None or stem.role != "drums" or track.duration_s < RESONANCE_S or hertz.size > RESONANCE_MOST:
        return
    if hertz.size == 2 and abs((ratio := hertz.max() / hertz.min()) - round(ratio)) < HARMONIC_TOLERANCE * ratio:
        return  # a note with its harmonic
    for hz, level in zip(hertz, levels, strict=True):
        if level >= RESONANCE_LIMIT_DB and hz >= RESONANCE_LOWEST_HZ:
            shows = f"{_hertz(hz)} rings whatever is played, {level:.0f} dB over what surrounds it"
            remedy = "try a narrow cut there (Q about 10), unless it is a note that is held throughout"
            yield _Fault(f"resonance-{hz:.0f}", 6, float(level), 0.65, shows, remedy)
