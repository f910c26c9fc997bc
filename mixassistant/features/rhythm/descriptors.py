"""The rhythm descriptors: of any audio by itself, and of the stems against the beats of their mix."""

from __future__ import annotations

import numpy as np

from mixassistant.features.descriptor import (
    SUMMARY_LABELS,
    Descriptor,
    Measurement,
    SongParts,
    extracts,
    extracts_of_song,
    summary,
)
from mixassistant.features.loudness import SILENCE
from mixassistant.features.representations import LEVEL_WINDOW_S, Representations, loud_enough
from mixassistant.features.rhythm import patterns
from mixassistant.features.rhythm.beats import CHANGES, FASTEST_BPM, METRE_NAMES, SLOWEST_BPM, SPAN, Beats, Tempo, beats, tempo
from mixassistant.features.rhythm.onsets import FRAMES_PER_S, Onsets, onset_envelope, onsets

CURVE_HOP_S = 1.0
TEMPO_GRID = tuple(float(b) for b in np.round(np.geomspace(SLOWEST_BPM, FASTEST_BPM, 36), 1))
METRE_LABELS = (*METRE_NAMES, CHANGES)
STEM_ROLES = ("bass", "drums", "other")
_POINTER = "Krebs, Böck & Widmer 2015; Heydari, Cwitkowitz & Duan 2021"
_BARS = "Krebs, Böck & Widmer 2015; Davies & Plumbley 2006"
_ONSETS = "Böck & Widmer 2013; McFee et al. 2015 (librosa)"
_TEMPOGRAM = "Grosche, Müller & Kurth 2010"
_OWN = "Catalogue of descriptors, after the earlier framework of these names"


@extracts(
    Descriptor("bpm", "Tempo", "BPM", (SLOWEST_BPM, FASTEST_BPM), 0.5, "Beats per minute.", _POINTER, version=2, cost="medium",
               method="60 over the median interval between beats, averaged over eight; none where there is no steady beat"),
    Descriptor("bpm_is_defined", "Has a steady beat", "", (0, 1), 1.0, "Whether there is a tempo to speak of.", _POINTER, version=2,
               shape="flag", method="Five beats and more, most of which the networks tell, and little told beside them"),
    Descriptor("tempo", "Tempo by repetition", "BPM", (SLOWEST_BPM, FASTEST_BPM), 0.5, "The tempo at which beats repeat best.",
               _TEMPOGRAM, version=2, method="Highest autocorrelation of how likely a beat is, over three beats, less that halfway between "
               "them, under a log-normal prior around 120 BPM, one octave wide; the row of beats is not asked", least_s=3.0),
    Descriptor("tempo_curve", "Tempo over time", "BPM", (0, 600), 0.5, "How the tempo moves.", _POINTER, version=2, shape="curve",
               hop_s=CURVE_HOP_S, scopes=("mix",), method="Interval averaged over eight beats, interpolated"),
    Descriptor("beats", "Beats", "s", (0, 86400), 0.01, "Where the beats are.", _POINTER, version=2, shape="vector", scopes=("mix",),
               method="Two small networks tell how likely a beat is; a hidden Markov model finds the likeliest row"),
    Descriptor("downbeats", "Downbeats", "s", (0, 86400), 0.01, "Where the bars begin.", _BARS, version=2, shape="vector", scopes=("mix",),
               method="Likeliest way of the beats through bars of two to five, by the networks, changes of chord, bass and sound, accents"),
    Descriptor("metre", "Metre", "", (0, len(METRE_LABELS) - 1), 1.0, "How the beats are grouped to bars.", _BARS, version=2,
               shape="category", labels=METRE_LABELS, scopes=("mix",),
               method="Of most of the bars; “changes” where more than 15 % are in another one. A beat of 6/8 is three eighths"),
    Descriptor("beat_count", "Number of beats", "", (0, 1e6), 1.0, "How many beats there are.", _POINTER, version=2,
               method="Length of the list of beats"),
    Descriptor("beat_regularity", "Spread of the beat", "s", (0, 1), 0.005, "How much the time between beats varies.",
               _OWN, version=2, method="Standard deviation of the intervals between beats"),
    Descriptor("beat_variation", "Relative spread of the beat", "", (0, 1), 0.01, "How unsteady the beat is for its tempo.", _OWN,
               version=2, method="Standard deviation over median of the intervals between beats"),
    Descriptor("beat_clarity", "Clarity of the beat", "", (0, 1), 0.02, "How clearly the onsets repeat at the tempo.", _TEMPOGRAM,
               version=2, method="Mean local autocorrelation of the onset strength at the tempo by repetition", least_s=3.0),
    Descriptor("syncopation", "Syncopation", "", (0, 1), 0.05, "Share of what begins on weak places and is held over stronger ones.",
               "Longuet-Higgins & Lee 1984", version=3, aliases=("syncopation_index",),
               method="Strength of onsets with a stronger place of the metre, and no onset there, before the next one, over all strength"),
    Descriptor("on_beat_ratio", "Onsets on the beat", "", (0, 1), 0.05, "Share of the onsets that lie on a beat.", _OWN, version=2,
               method="Count of onsets within 70 ms or 15 % of a beat, the smaller of the two"),
    Descriptor("onsets", "Onsets", "s", (0, 86400), 0.01, "Where things begin.", _ONSETS, shape="vector", scopes=("mix",),
               method="Peaks of the strength"),
    Descriptor("onset_count", "Number of onsets", "", (0, 1e6), 1.0, "How many onsets there are.", _ONSETS,
               method="Peaks of the strength"),
    Descriptor("onset_density", "Onsets per second", "1/s", (0, 50), 0.2, "How busy it is while it plays.", _ONSETS,
               method="Onsets over the time in which it plays", least_s=1.0),
    Descriptor("onset_strength_mean", "Onset strength", "dB", (0, 80), 0.2, "How strongly things begin.", _ONSETS,
               method="Mean over the onsets' peaks of the mean rise of 128 mel bands", least_s=0.5),
    Descriptor("onset_strength_std", "Spread of onset strength", "dB", (0, 80), 0.2, "How much strong and weak beginnings differ.", _ONSETS,
               method="Standard deviation over the onsets' peaks", least_s=1.0),
    Descriptor("onset_strength", "Onset strength, all the time", "dB", (0, 80), 0.1, "How much begins, on average.", _ONSETS,
               method="Mean of the rise of 128 mel bands over all frames", least_s=0.2),
    Descriptor("onset_strength_summary", "Onset strength, summary", "dB", (-np.inf, np.inf), 0.1, "Statistics over time of what begins.",
               _ONSETS, shape="vector", labels=SUMMARY_LABELS, method="Moments and percentiles over all frames", least_s=0.5),
    Descriptor("rhythmic_complexity", "Rhythmic complexity", "", (0, 1), 0.02, "How many different note lengths there are.", _OWN,
               version=2, method="Entropy of the intervals between onsets in beats, on a logarithmic scale, over its maximum"),
    Descriptor("rhythmic_evenness", "Rhythmic evenness", "", (0, 1), 0.02, "1: everything begins at equal distances.", _OWN,
               method="1 / (1 + coefficient of variation of the intervals between onsets)"),
    Descriptor("ioi_mean", "Time between onsets", "s", (0, 10), 0.01, "Mean time from onset to onset.", _ONSETS, method="Mean interval"),
    Descriptor("ioi_std", "Spread of the time between onsets", "s", (0, 10), 0.01, "How much that time varies.", _ONSETS,
               method="Standard deviation of the intervals"),
    Descriptor("tempogram", "Tempogram", "", (-1, 1), 0.02, "How well the onsets repeat at each tempo.", _TEMPOGRAM, shape="vector",
               labels=tuple(f"{b:g} BPM" for b in TEMPO_GRID), method="Mean autocorrelation of the onset strength in windows of 8 s",
               least_s=3.0),
    Descriptor("rhythm_pattern", "Rhythm of a bar", "", (0, 1), 0.01, "Where in a bar things begin.", "Dixon, Gouyon & Widmer 2004",
               version=3, shape="vector", labels=tuple(str(i + 1) for i in range(patterns.SUB_BEATS)),
               method="Onset strength per sixteenth of four beats, from the downbeat on, sum 1; none in other metres"),
)  # fmt: skip
def rhythm(shared: Representations) -> dict[str, Measurement]:
    """Measure the rhythm."""
    if shared.is_silent:
        return dict.fromkeys(IDS, SILENCE)
    row, found, time = shared.once(onsets), shared.once(beats), shared.once(tempo)
    return {**_of_beats(found, time, shared.audio.duration_s), **_of_onsets(row, found, shared)}


IDS = (
    "bpm", "bpm_is_defined", "tempo", "tempo_curve", "beats", "downbeats", "metre", "beat_count", "beat_regularity", "beat_variation",
    "beat_clarity", "syncopation", "on_beat_ratio", "onsets", "onset_count", "onset_density", "onset_strength_mean", "onset_strength_std",
    "onset_strength", "onset_strength_summary", "rhythmic_complexity", "rhythmic_evenness", "ioi_mean", "ioi_std", "tempogram",
    "rhythm_pattern",
)  # fmt: skip


def _of_beats(found: Beats, time: Tempo, duration_s: float) -> dict[str, Measurement]:
    unsteady = Measurement(None, found.reason or "no steady beat")
    metre = None if found.metre else Measurement(None, "no metre")
    intervals = found.intervals_s
    lags = 60 * FRAMES_PER_S / np.array(TEMPO_GRID)
    return {
        "bpm": unsteady if found.reason else Measurement(found.bpm),
        "bpm_is_defined": Measurement(float(not found.reason)),
        "tempo": Measurement(time.bpm) if time.bpm else Measurement(None, "nothing begins in it"),
        "tempo_curve": unsteady if found.reason else Measurement(_curve(found, duration_s)),
        "beats": unsteady if found.reason else Measurement(found.times_s.round(3)),
        "downbeats": unsteady if found.reason else metre or Measurement(found.downbeats_s.round(3)),
        "metre": unsteady if found.reason else metre or Measurement(float(METRE_LABELS.index(found.metre))),
        "beat_count": unsteady if found.reason else Measurement(float(found.times_s.size)),
        "beat_regularity": unsteady if found.reason else Measurement(float(intervals.std())),
        "beat_variation": unsteady if found.reason else Measurement(float(intervals.std() / np.median(intervals))),
        "beat_clarity": Measurement(time.clarity),
        "tempogram": Measurement(np.interp(lags, np.arange(time.tempogram.size), time.tempogram)),
    }


def _curve(found: Beats, duration_s: float) -> np.ndarray:
    times = found.times_s
    span = min(SPAN, times.size - 1)
    local = 60 * span / (times[span:] - times[:-span])
    return np.asarray(np.interp(np.arange(0, duration_s, CURVE_HOP_S), 0.5 * (times[span:] + times[:-span]), local).round(2))


def _of_onsets(row: Onsets, found: Beats, shared: Representations) -> dict[str, Measurement]:
    intervals = np.diff(row.times_s)
    few = intervals.size < 2
    playing_s = float(loud_enough(shared.level_frames, 1e-12).sum()) * LEVEL_WINDOW_S
    nothing = Measurement(None, "nothing begins in it")
    return {
        "syncopation": patterns.syncopation(row, found),
        "on_beat_ratio": patterns.on_beat_ratio(row, found),
        "onsets": Measurement(row.times_s.round(3)),
        "onset_count": Measurement(float(row.times_s.size)),
        "onset_density": Measurement(row.times_s.size / max(playing_s, LEVEL_WINDOW_S)),
        "onset_strength_mean": Measurement(float(row.strengths.mean())) if row.times_s.size else nothing,
        "onset_strength_std": Measurement(float(row.strengths.std())) if row.times_s.size else nothing,
        "onset_strength": Measurement(float(row.envelope.mean())),
        "onset_strength_summary": Measurement(summary(shared.once(onset_envelope))),
        "rhythmic_complexity": patterns.complexity(row, found),
        "rhythmic_evenness": patterns.evenness(row),
        "ioi_mean": Measurement(None, "fewer than three onsets") if few else Measurement(float(intervals.mean())),
        "ioi_std": Measurement(None, "fewer than three onsets") if few else Measurement(float(intervals.std())),
        "rhythm_pattern": patterns.bar_pattern(row, found),
    }


def _of_role(kind: str, name: str, unit: str, limits: tuple[float, float], step: float, method: str, version: int = 1) -> list[Descriptor]:
    return [
        Descriptor(f"{kind}_{role}", f"{name}, {role}", unit, limits, step, f"{name} of the {role} stem.", _OWN, scopes=("mix",),
                   needs=(f"{role} stem",), method=method, version=version)
        for role in STEM_ROLES
    ]  # fmt: skip


@extracts_of_song(
    *_of_role("onset_density_average", "Onsets per second", "1/s", (0, 50), 0.2, "Mean over windows of 4 s every 2 s"),
    *_of_role("onset_density_variance", "Variance of onsets per second", "1/s²", (0, 2500), 0.2, "Variance over windows of 4 s every 2 s"),
    *_of_role("syncopation", "Syncopation", "", (0, 1), 0.05, "The stem's onsets against the metre of the mix", 3),
    *_of_role("rhythmic_complexity", "Rhythmic complexity", "", (0, 1), 0.02, "The stem's onsets in beats of the mix", 2),
    *_of_role("rhythmic_evenness", "Rhythmic evenness", "", (0, 1), 0.02, "The stem's onsets"),
)
def rhythm_of_stems(parts: SongParts) -> dict[str, Measurement]:
    """Measure the rhythm of the stems against the beats of their mix."""
    values: dict[str, Measurement] = {}
    for role in STEM_ROLES:
        found = _stem(parts, role)
        values |= {f"{kind}_{role}": measurement for kind, measurement in found.items()}
    return values


def _stem(parts: SongParts, role: str) -> dict[str, Measurement]:
    kinds = ("onset_density_average", "onset_density_variance", "syncopation", "rhythmic_complexity", "rhythmic_evenness")
    stem = parts.roles.get(role)
    if stem is None:
        return dict.fromkeys(kinds, Measurement(None, f"needs the {role} stem"))
    if stem.is_silent:
        return dict.fromkeys(kinds, SILENCE)
    row = stem.once(onsets)
    if parts.mix.is_silent:
        beat = Beats(np.zeros(0), 0.0, "the mix is silent")
    else:
        beat = parts.mix.once(beats)
    average, variance = patterns.densities(row, stem.audio.duration_s)
    found = (average, variance, patterns.syncopation(row, beat), patterns.complexity(row, beat), patterns.evenness(row))
    return dict(zip(kinds, found, strict=True))
