"""How right beats, downbeats, tempo and metre are beside other programs: tables, never a timed test.

    python tests/benchmarks/structure/beats.py SET [--trackers ours librosa essentia madmom] [--older CHECKOUT] [--every N]

SET is a folder of songs made by ``packaging/train_structure`` (a FLAC and a JSON each), or ``annotated``: the drum stems with annotated
beats and the mixes that they belong to, or ``tempi``: the clips of ``tests/features/rhythm/tempi.json``; both lie in the folder of
test data (MIXASSISTANT_TEST_DATA). Trackers that are not installed are left out and said so; ``--older`` adds the product as it is
in another checkout. Scores are those of ``mir_eval`` (the first five seconds left out, hits within 70 ms). An error is of the first
kind that explains it: the tempo is another (its factor), beats lie between the true ones, or they get lost.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import mir_eval.beat
import numpy as np
import soundfile as sf
from numpy.typing import NDArray

TEMPI = Path(__file__).resolve().parents[2] / "features" / "rhythm" / "tempi.json"
MIXES = ("Reggae", "Rock")  # the drum stems whose mixes are there
FACTORS = (0.5, 2.0, 1 / 3, 3.0, 2 / 3, 1.5, 0.75, 4 / 3)
TOLERANCE = 0.04
OLDER = """
import json, sys
from pathlib import Path
from mixassistant.audio.decode import decode
from mixassistant.features.representations import Representations
from mixassistant.features.rhythm.beats import beats
for line in sys.stdin:
    found = Representations(decode(Path(line.strip()))).once(beats)
    print(json.dumps({"beats": found.times_s.tolist(), "bpm": 0.0 if found.reason else found.bpm}), flush=True)
"""


@dataclass(frozen=True, eq=False)
class Truth:
    """A song: its beats with their places ``[shape=(beats, 2)]``, or no more than its tempo (0: none)."""

    path: Path
    beats: NDArray[np.float64] | None
    bpm: float
    metre: str = ""
    style: str = ""


@dataclass(frozen=True, eq=False)
class Found:
    beats: NDArray[np.float64]
    bpm: float
    downbeats: NDArray[np.float64] | None = None
    metre: str = ""


@dataclass
class Scores:
    rows: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, value: float) -> None:
        self.rows[name].append(float(value))

    def mean(self, name: str) -> str:
        return f"{np.mean(self.rows[name]):.3f}" if self.rows.get(name) else "–"


def songs(name: str, data: Path, every: int) -> Iterator[Truth]:
    """Return the songs of a set."""
    if name == "annotated":
        for file in sorted((data / "drums").glob("*.beats.txt")):
            beats = np.loadtxt(file)
            stem = file.name.removesuffix(".beats.txt")
            bpm = 60 / float(np.median(np.diff(beats[:, 0])))
            yield Truth(file.with_name(f"{stem}.flac"), beats, bpm, _metre(beats), "drums")
            if stem in MIXES:
                yield Truth(data / "engineers" / "songs" / stem / "mix.flac", beats, bpm, _metre(beats), "mix")
        return
    if name == "tempi":
        for clip, row in json.loads(TEMPI.read_text(encoding="utf-8")).items():
            yield Truth(data / clip, None, float(row["bpm"] or 0))
        return
    for file in sorted(Path(name).glob("*.flac"))[::every]:
        truth = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        metre = truth["metre"] if isinstance(truth["metre"], str) else "changes"
        beats = np.array(truth["beats"], float)
        yield Truth(file, beats, 60 / float(np.median(np.diff(beats[:, 0]))), metre, truth["style"])


def _metre(beats: NDArray[np.float64]) -> str:
    return f"{int(beats[:, 1].max())}/4"


def mono(path: Path) -> tuple[NDArray[np.float32], int]:
    samples, rate = sf.read(path, dtype="float32", always_2d=True)
    return samples.mean(axis=1), rate


def at_44100(path: Path) -> NDArray[np.float32]:
    import soxr

    samples, rate = mono(path)
    return samples if rate == 44100 else soxr.resample(samples, rate, 44100)


def ours() -> Callable[[Path], Found]:
    from mixassistant.audio.decode import decode
    from mixassistant.features.representations import Representations
    from mixassistant.features.rhythm.beats import beats

    def track(path: Path) -> Found:
        found = Representations(decode(path)).once(beats)
        return Found(found.times_s, 0.0 if found.reason else found.bpm, found.downbeats_s, found.metre)

    return track


def librosa_tracker() -> Callable[[Path], Found]:
    import librosa

    def track(path: Path) -> Found:
        bpm, beats = librosa.beat.beat_track(y=at_44100(path), sr=44100, units="time")
        return Found(beats, float(np.atleast_1d(bpm)[0]))

    return track


def essentia_tracker() -> Callable[[Path], Found]:
    import essentia.standard as es

    def track(path: Path) -> Found:
        bpm, beats, _, _, _ = es.RhythmExtractor2013(method="multifeature")(at_44100(path))
        return Found(np.asarray(beats, float), float(bpm))

    return track


def madmom_tracker() -> Callable[[Path], Found]:
    from madmom.audio.signal import Signal
    from madmom.features.downbeats import DBNDownBeatTrackingProcessor, RNNDownBeatProcessor

    network, search = RNNDownBeatProcessor(), DBNDownBeatTrackingProcessor(beats_per_bar=[2, 3, 4], fps=100)

    def track(path: Path) -> Found:
        beats = search(network(Signal(at_44100(path), sample_rate=44100)))
        return Found(beats[:, 0], 60 / float(np.median(np.diff(beats[:, 0]))), beats[beats[:, 1] == 1, 0])

    return track


def older(checkout: Path) -> Callable[[Path], Found]:
    program = subprocess.Popen(
        [sys.executable, "-c", OLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(checkout)},
        cwd=checkout,
    )
    assert program.stdin and program.stdout

    def track(path: Path) -> Found:
        assert program.stdin and program.stdout
        program.stdin.write(f"{path.resolve()}\n")
        program.stdin.flush()
        answer = json.loads(program.stdout.readline())
        return Found(np.array(answer["beats"]), answer["bpm"])

    return track


def kind_of_error(true: NDArray[np.float64], found: NDArray[np.float64]) -> str:
    """Return why beats are wrong."""
    if found.size < 3:
        return "none found"
    ratio = float(np.median(np.diff(true)) / np.median(np.diff(found)))
    for factor in FACTORS:
        if abs(ratio / factor - 1) < TOLERANCE:
            return f"tempo ×{factor:.2f}"
    between = 0.5 * (true[1:] + true[:-1])
    if mir_eval.beat.f_measure(mir_eval.beat.trim_beats(between), mir_eval.beat.trim_beats(found)) > 0.8:
        return "phase"
    return "lost"


def score(truth: Truth, found: Found, scores: Scores) -> str:
    """Add the scores of a song; return them as a line."""
    line = ""
    if truth.beats is not None:
        true, beats = (mir_eval.beat.trim_beats(x) for x in (truth.beats[:, 0], found.beats))
        f = mir_eval.beat.f_measure(true, beats)
        _, cmlt, _, amlt = mir_eval.beat.continuity(true, beats)
        for name, value in (("F", f), ("CMLt", cmlt), ("AMLt", amlt)):
            scores.add(name, value)
        line = f"F {f:.3f} AMLt {amlt:.3f}"
        if f < 0.9:
            kind = kind_of_error(true, beats)
            scores.errors[kind] += 1
            line += f" ({kind})"
        if found.downbeats is not None:
            first = mir_eval.beat.trim_beats(truth.beats[truth.beats[:, 1] == 1, 0])
            down = mir_eval.beat.f_measure(first, mir_eval.beat.trim_beats(found.downbeats))
            scores.add("downbeats", down)
            line += f" downbeats {down:.3f}"
            if f >= 0.9 and down < 0.9:
                kind = "metre" if found.metre != truth.metre else "phase of bars"
                scores.errors[kind] += 1
                line += f" ({kind})"
        if found.metre:
            scores.add("metre", found.metre == truth.metre)
            line += f" {truth.metre}→{found.metre}"
    if truth.bpm:
        ratio = found.bpm / truth.bpm
        exact = abs(ratio - 1) <= TOLERANCE
        scores.add("tempo exact", exact)
        scores.add("tempo or octave", any(abs(ratio / k - 1) <= TOLERANCE for k in (0.5, 1, 2)))
        line += f" {truth.bpm:.1f}→{found.bpm:.1f} BPM"
    else:
        scores.add("none said", found.bpm == 0)
        line += f" none→{found.bpm:.1f} BPM"
    return line


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", help="a folder, 'annotated' or 'tempi'")
    parser.add_argument("--trackers", nargs="*", default=["ours"], choices=["ours", "librosa", "essentia", "madmom"])
    parser.add_argument("--older", type=Path, help="another checkout of the product")
    parser.add_argument("--every", type=int, default=1, help="one song of so many")
    parser.add_argument("--lines", action="store_true", help="a line for every song")
    words = parser.parse_args()
    data = Path(os.environ.get("MIXASSISTANT_TEST_DATA", "../shared/data"))
    makers = {"ours": ours, "librosa": librosa_tracker, "essentia": essentia_tracker, "madmom": madmom_tracker}
    trackers: dict[str, Callable[[Path], Found]] = {}
    for name in words.trackers:
        try:
            trackers[name] = makers[name]()
        except ImportError as error:
            print(f"{name} is left out: {error}")
    if words.older:
        trackers["older"] = older(words.older)
    scores = {name: Scores() for name in trackers}
    styles: dict[tuple[str, str], Scores] = defaultdict(Scores)
    count = 0
    for truth in songs(words.set, data, words.every):
        count += 1
        for name, track in trackers.items():
            found = track(truth.path)
            line = score(truth, found, scores[name])
            score(truth, found, styles[name, truth.style])
            if words.lines:
                print(f"{truth.path.parent.name}/{truth.path.name[:30]:30s} {truth.style[:12]:12s} {name:9s} {line}", flush=True)
    columns = ("F", "CMLt", "AMLt", "downbeats", "metre", "tempo exact", "tempo or octave", "none said")
    print(f"\n{count} songs\n| tracker | {' | '.join(columns)} | errors |\n|---|{'---:|' * len(columns)}---|")
    for name, found in scores.items():
        errors = ", ".join(f"{kind} {number}" for kind, number in found.errors.most_common())
        print(f"| {name} | {' | '.join(found.mean(c) for c in columns)} | {errors} |")
    if len({truth for _, truth in styles}) > 1 and "ours" in trackers:
        print("\n| style | songs | F | AMLt | downbeats | metre | tempo exact |\n|---|---:|---:|---:|---:|---:|---:|")
        for (name, style), found in sorted(styles.items()):
            if name == "ours":
                cells = [found.mean(c) for c in ("F", "AMLt", "downbeats", "metre", "tempo exact")]
                print(f"| {style} | {len(found.rows['tempo exact'])} | {' | '.join(cells)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
