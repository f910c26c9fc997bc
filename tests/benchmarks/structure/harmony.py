"""How well keys and chords are found, beside other methods.

Chords are scored by `mir_eval.chord` (weighted overlap of the 24 major and minor and none; of sevenths), keys by the weights of MIREX
(`mir_eval.key`): 1 the same, 0.5 a fifth apart, 0.3 relative, 0.2 parallel. Songs of drums alone have neither; whether a key is told all
the same is asked too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.structure.truth import Song, Spans
from mixassistant.audio.audio import Audio
from mixassistant.features.frames import SPECTRAL_RATE_HZ, TONAL
from mixassistant.features.representations import Representations
from mixassistant.features.rhythm.beats import beats
from mixassistant.features.tonality import chords, hpcp
from mixassistant.features.tonality.hearing import hearing
from mixassistant.features.tonality.key import LABELS, key_of
from mixassistant.features.tonality.log_frequency import FRAMES_PER_S, LOWEST_MIDI, PER_SEMITONE
from mixassistant.features.tonality.spectra import spectra

NAN = float("nan")
# Albrecht & Shanahan 2013: the profiles by which keys were told before.
PROFILES = np.array(
    [
        [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081],
        [0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052],
    ]
)
ESSENTIA_KEYS = ("edma", "krumhansl", "temperley")
FLATS = {"C#": "C♯", "Db": "C♯", "D#": "E♭", "Eb": "E♭", "F#": "F♯", "Gb": "F♯", "G#": "A♭", "Ab": "A♭", "A#": "B♭", "Bb": "B♭"}
KINDS = {"": "maj", "m": "min", "7": "7", "maj7": "maj7", "m7": "min7", "m7♭5": "hdim7", "dim": "dim", "5": "5", "sus4": "sus4",
         "6": "maj6", "9": "9", "m9": "min9"}  # fmt: skip


def key(song: Song) -> dict[str, float]:
    """Return the MIREX weight of the key that each method finds."""
    shared = Representations(song.audio())
    told = key_of(shared.once(hearing))
    own = LABELS[told.index] if told is not None else ""
    if song.key is None:
        return dict.fromkeys(("ours", "ours, exact", "in modes", "off 440 Hz", "profiles", *ESSENTIA_KEYS), NAN) | {
            "told of drums": float(own != "")
        }
    ours = key_score(song.key, own)
    return {
        "ours": ours,
        "ours, exact": float(own == song.key),
        "in modes": NAN if song.mode in ("major", "minor") else ours,
        "off 440 Hz": ours if song.tuning_cents else NAN,
        "profiles": key_score(song.key, key_by_profiles(shared)),
        **{profile: key_score(song.key, found) for profile, found in essentia_keys(shared).items()},
        "told of drums": NAN,
    }


def chord_overlap(song: Song) -> dict[str, float]:
    """Return the weighted overlap of the chords that each method finds."""
    names = ("ours", "true beats", "no beats", "with drums and voice", "without drums", "templates", "Essentia", "sevenths")
    if song.key is None:
        return dict.fromkeys(names, NAN)
    shared = Representations(song.audio())
    heard = shared.once(hearing).chords
    truth, full = (written(spans, song.duration_s) for spans in (song.chords, song.sevenths))
    told = {
        "ours": chords.decode(heard, FRAMES_PER_S, shared.once(beats).times_s),
        "true beats": chords.decode(heard, FRAMES_PER_S, song.beats_s),
        "no beats": chords.decode(heard, FRAMES_PER_S),
        "templates": chords_by_templates(shared),
    }
    scores = {name: overlap(truth, written(_spans(found), found.end_s), "majmin") for name, found in told.items()}
    ours = told["ours"]
    kinds = Spans(ours.starts_s, tuple(chords.SEVENTHS[i] for i in ours.sevenths))
    return {
        **{name: scores[name] for name in names[:3]},
        "with drums and voice": scores["ours"] if song.has_drums and song.has_voice else NAN,
        "without drums": NAN if song.has_drums else scores["ours"],
        "templates": scores["templates"],
        "Essentia": essentia_chords(shared, truth),
        "sevenths": overlap(full, written(kinds, ours.end_s), "sevenths"),
    }


def key_score(truth: str, found: str) -> float:
    """Return the MIREX weight of a key; 0 where none is told."""
    if not found:
        return 0.0
    import mir_eval

    plain = [name.replace("♯", "#").replace("♭", "b") for name in (truth, found)]
    return float(mir_eval.key.weighted_score(*plain))


def overlap(truth: tuple[Any, list[str]], found: tuple[Any, list[str]], kind: str) -> float:
    """Return the weighted overlap of chords by a function of `mir_eval.chord`, 0–1; of intervals with labels as mir_eval writes them."""
    import mir_eval

    fitted = mir_eval.util.adjust_intervals(*found, truth[0].min(), truth[0].max(), "N", "N")
    merged, reference, estimated = mir_eval.util.merge_labeled_intervals(*truth, *fitted)
    return float(
        mir_eval.chord.weighted_accuracy(getattr(mir_eval.chord, kind)(reference, estimated), mir_eval.util.intervals_to_durations(merged))
    )


def written(spans: Spans, end_s: float) -> tuple[NDArray[np.float64], list[str]]:
    """Return stretches of chords as mir_eval reads them; before the first there is none."""
    intervals = spans.intervals(end_s)
    labels = [_written(label) for label in spans.labels]
    kept = intervals[:, 1] - intervals[:, 0] > 1e-6
    intervals, labels = intervals[kept], [label for label, is_kept in zip(labels, kept.tolist(), strict=True) if is_kept]
    if intervals[0, 0] > 0:
        intervals, labels = np.vstack([[0.0, intervals[0, 0]], intervals]), ["N", *labels]
    return intervals, labels


def _written(label: str) -> str:
    if label == "N":
        return label
    root = label[:2] if label[1:2] in ("♯", "♭") else label[:1]
    return f"{root.replace('♯', '#').replace('♭', 'b')}:{KINDS[label[len(root) :]]}"


def _spans(found: chords.Chords) -> Spans:
    return Spans(found.starts_s, tuple(chords.CHORDS[i] for i in found.labels))


def key_by_profiles(shared: Representations) -> str:
    """Return the key whose profile the harmonic pitch classes resemble most."""
    mean = shared.once(hpcp.pitch_classes).mean
    if not mean.sum():
        return ""
    fits = [np.corrcoef(mean, np.roll(profile, tonic))[0, 1] for profile in PROFILES for tonic in range(12)]
    return LABELS[int(np.argmax(fits))]


def chords_by_templates(shared: Representations) -> chords.Chords:
    """Return chords by triads of ones and zeros on a whitened chroma, and the same row of chords through them."""
    log = shared.once(spectra).log
    reach = 6 * PER_SEMITONE
    padded = np.cumsum(np.pad(log, ((0, 0), (reach + 1, reach)), mode="edge"), axis=1)
    around = (padded[:, 2 * reach + 1 :] - padded[:, : -2 * reach - 1]) / (2 * reach + 1)
    tones = np.maximum(log - around, 0).reshape(log.shape[0], -1, PER_SEMITONE)[:, :, 1]
    weighed = tones * np.exp(-0.5 * ((np.arange(tones.shape[1]) - 30) / 18) ** 2)
    chroma = np.roll(weighed.reshape(log.shape[0], -1, 12).sum(axis=1), LOWEST_MIDI % 12, axis=1)
    chroma /= np.maximum(np.linalg.norm(chroma, axis=1, keepdims=True), 1e-9)
    shapes = [np.isin(np.arange(12), tones) / np.sqrt(3) for tones in ((0, 4, 7), (0, 3, 7))]
    fits = np.stack([chroma @ np.roll(shape, root) for shape in shapes for root in range(12)] + [np.full(len(chroma), 0.55)], axis=1)
    likely = np.exp(12 * fits)
    wide = np.full((fits.shape[0], len(chords.SEVENTHS)), 1e-6, np.float32)
    wide[:, [*range(24), -1]] = likely / likely.sum(axis=1, keepdims=True)
    return chords.decode(wide, FRAMES_PER_S, shared.once(beats).times_s)


def _essentia() -> Any:
    import essentia
    import essentia.standard

    essentia.log.warningActive = essentia.log.infoActive = False
    return essentia.standard


def _mono(shared: Representations) -> NDArray[np.float32]:
    return np.ascontiguousarray(shared.spectral.read(0, shared.spectral.length).mean(axis=0))


def essentia_keys(shared: Representations) -> dict[str, str]:
    """Return what Essentia's KeyExtractor tells by each profile."""
    es, mono = _essentia(), _mono(shared)
    found = {}
    for profile in ESSENTIA_KEYS:
        tonic, scale, _strength = es.KeyExtractor(profileType=profile)(mono)
        found[profile] = f"{FLATS.get(tonic, tonic)} {scale}"
    return found


def essentia_chords(shared: Representations, truth: tuple[Any, list[str]]) -> float:
    """Return the overlap of Essentia's ChordsDetection on its whitened harmonic pitch classes."""
    es, mono = _essentia(), _mono(shared)
    window, spectrum = es.Windowing(type="blackmanharris62"), es.Spectrum()
    peaks = es.SpectralPeaks(
        sampleRate=SPECTRAL_RATE_HZ, minFrequency=40, maxFrequency=5000, maxPeaks=60, magnitudeThreshold=1e-5, orderBy="magnitude"
    )
    whiten = es.SpectralWhitening(maxFrequency=5000, sampleRate=SPECTRAL_RATE_HZ)
    profile = es.HPCP(size=36, minFrequency=40, maxFrequency=5000, harmonics=8, normalized="unitMax", sampleRate=SPECTRAL_RATE_HZ)
    rows = []
    for frame in es.FrameGenerator(mono, TONAL.n_fft, TONAL.hop):
        spectral = spectrum(window(frame))
        hz, height = peaks(spectral)
        rows.append(profile(hz, whiten(spectral, hz, height)))
    labels, _ = es.ChordsDetection(hopSize=TONAL.hop, windowSize=2)(np.array(rows))
    names = [FLATS.get(c.removesuffix("m"), c.removesuffix("m")) + ("m" if c.endswith("m") else "") for c in labels]
    found = Spans(np.arange(len(names)) / TONAL.frames_per_s, tuple(names))
    return overlap(truth, written(found, shared.audio.duration_s), "majmin")


def keys_of(audio: Audio) -> dict[str, str]:
    """Return the key of any audio by every method; empty where none is told."""
    shared = Representations(audio)
    told = key_of(shared.once(hearing))
    return {"ours": LABELS[told.index] if told is not None else "", "profiles": key_by_profiles(shared), **essentia_keys(shared)}
