"""Learn how much chords, bass, accents and the networks say of the bars, and print it as `accents.AccentsTuning`.

    .venv/bin/python packaging/train_structure/bars.py FOLDER --work /tmp/bars

FOLDER holds ``train`` with songs of ``packaging/train_structure``; patterns of `made_patterns` that the networks never heard are added.
The model is a conditional random field: a softmax over all ways of the beats that were found through bars, a beat being worth what
`accents.worth` says. Beats that were found wrong teach nothing. One command, no random numbers.

References
----------
J. Lafferty, A. McCallum, F. Pereira, Conditional random fields, ICML 2001.
"""

# ruff: noqa: TID253 - a program of its own

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import made_patterns
import mir_eval.beat
import numpy as np
import torch
from numpy.typing import NDArray

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.features.representations import Representations
from mixassistant.features.rhythm.accents import NAMES, ROLES, SIX_EIGHT, TERNARY, WEAK, Evidence, evidence
from mixassistant.features.rhythm.activations import Activations, activations
from mixassistant.features.rhythm.bar_pointer import BEATS_OF, METRES, PLACES
from mixassistant.features.rhythm.bar_pointer import TUNING as POINTER
from mixassistant.features.rhythm.beats import METRE_NAMES, beat_frames, beats_of, downbeat_at

FIRST_SEED = 500_000  # of patterns: the networks learned from those below
RIGHT, TOLERANCE_S = 0.9, 0.07  # F-measure of beats from which a song is learned from
FEWEST = 8
IMPOSSIBLE = -1e4
MOST = 60.0  # loss of a song: one that nothing explains is left alone


def heard(kept: Path, audio: Audio | Path) -> tuple[Activations, NDArray[np.float32]]:
    """Return what the networks say and the bands, kept on disk."""
    if not kept.exists():
        shared = Representations(decode(audio) if isinstance(audio, Path) else audio)
        said = shared.once(activations)
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, beat=said.beat, downbeat=said.downbeat, metres=said.metres, bands=shared.frames("beat_bands"))
    with np.load(kept) as found:
        return Activations(found["beat"], found["downbeat"], found["metres"]), found["bands"]


def songs(folder: Path, work: Path, made: int) -> Iterator[tuple[Activations, NDArray[np.float32], NDArray[np.float64], str]]:
    """Return what is heard, true beats with their places, and the metre (empty where it changes)."""
    for file in sorted((folder / "train").glob("*.flac")):
        truth = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        metre = truth["metre"] if isinstance(truth["metre"], str) else ""
        yield *heard(work / "train" / f"{file.stem}.npz", file), np.array(truth["beats"]), metre
    for seed in range(FIRST_SEED, FIRST_SEED + made):
        song = made_patterns.song(seed)
        audio = Audio(song.samples[None], made_patterns.RATE)
        yield *heard(work / "made" / f"{seed}.npz", audio), song.beats, song.metre


def possible(times: NDArray[np.float64], truth: NDArray[np.float64], metre: str) -> NDArray[np.bool_]:
    """Return which states each beat that was found may truly have, ``[shape=(beats, 16)]``; all where no true beat is near."""
    bars = np.cumsum(truth[:, 1] == 1)
    longest = np.array([truth[bars == bar, 1].max() for bar in range(int(bars.max()) + 1) if (bars == bar).any()])
    in_bar = longest[bars - bars.min()]
    in_bar[bars == bars.max()] = in_bar[max(int((bars < bars.max()).sum()) - 1, 0)]  # the last bar may be cut short
    in_bar[bars == 0] = in_bar[int((bars == 0).sum())]
    nearest = np.abs(times[:, None] - truth[:, 0]).argmin(axis=1)
    of_metre = np.array(METRES) == METRE_NAMES.index(metre) if metre else np.array(BEATS_OF)[list(METRES)] == in_bar[nearest][:, None]
    allowed = (np.array(PLACES) == truth[nearest, 1][:, None] - 1) & of_metre
    unknown = (np.abs(times - truth[nearest, 0]) > TOLERANCE_S) | ~allowed.any(axis=1)
    return allowed | unknown[:, None]


def transitions() -> torch.Tensor:
    """Return the logarithm of how likely each state follows each."""
    cost = np.full((len(PLACES), len(PLACES)), -1e9)
    for a in range(len(PLACES)):
        ends = a + 1 == len(PLACES) or PLACES[a + 1] == 0
        for b in range(len(PLACES)):
            if PLACES[b] > 0:
                cost[a, b] = 0.0 if b == a + 1 else cost[a, b]
            elif METRES[a] == METRES[b]:
                cost[a, b] = 0.0 if ends else POINTER.slip
            elif ends:
                cost[a, b] = POINTER.metre_change
    return torch.tensor(cost, dtype=torch.float32)


class Field(torch.nn.Module):
    """`accents.worth` with weights that learn, and the sum over ways through bars."""

    def __init__(self) -> None:
        super().__init__()
        self.places = torch.nn.Parameter(torch.zeros(WEAK, len(NAMES) + 1))
        self.told = torch.nn.Parameter(torch.zeros(()))
        self.usual = torch.nn.Parameter(torch.zeros(len(ROLES)))
        self.ternary = torch.nn.Parameter(torch.zeros(()))
        self.follows = transitions()
        self.roles, self.metres = torch.tensor([role for roles in ROLES for role in roles]), torch.tensor(METRES)
        self.six_eight = torch.nn.functional.one_hot(torch.tensor(SIX_EIGHT), len(ROLES))

    def worth(self, accents: torch.Tensor, metres: torch.Tensor, ternary: torch.Tensor) -> torch.Tensor:
        """Return what `accents.worth` returns, of songs side by side."""
        of_role = torch.nn.functional.pad(accents @ self.places[:, :-1].T + self.places[:, -1], (0, 1))
        of_metre = self.told * metres + self.usual + self.ternary * ternary.clamp(*TERNARY)[..., None] * self.six_eight
        return of_role[..., self.roles] + of_metre[..., self.metres]

    def total(self, worth: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """Return the logarithm of the sum over all ways of each song (the forward algorithm)."""
        score = worth[:, 0]
        for beat in range(1, worth.shape[1]):
            after = torch.logsumexp(score[:, :, None] + self.follows, 1) + worth[:, beat]
            score = torch.where(there[:, beat, None], after, score)
        return torch.logsumexp(score, 1)


def batch(rows: list[tuple[Evidence, NDArray[np.bool_]]]) -> list[torch.Tensor]:
    """Return accents, metres, ternary, possible states, and which beats are there, of songs side by side."""

    def side_by_side(arrays: list[NDArray[np.generic]]) -> torch.Tensor:
        tensors = [torch.from_numpy(a if a.dtype == bool else a.astype(np.float32)) for a in arrays]
        return torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True)

    known = [row[0] for row in rows]
    columns = [[k.accents for k in known], [k.metres for k in known], [k.ternary for k in known], [row[1] for row in rows]]
    return [side_by_side(column) for column in [*columns, [np.ones(k.ternary.size, bool) for k in known]]]  # type: ignore[arg-type]


def learn(rows: list[tuple[Evidence, NDArray[np.bool_]]], decay: float, steps: int) -> Field:
    """Return the field that makes true bars likeliest (L-BFGS, with a penalty on large weights)."""
    field = Field()
    rows = sorted(rows, key=lambda row: row[0].ternary.size)
    batches = [batch(rows[start : start + 40]) for start in range(0, len(rows), 40)]
    best = torch.optim.LBFGS(field.parameters(), max_iter=steps, line_search_fn="strong_wolfe")

    def closure() -> float:
        best.zero_grad()
        lost = torch.zeros(())
        for accents, metres, ternary, allowed, there in batches:
            worth = field.worth(accents, metres, ternary)
            true = field.total(worth.masked_fill(~allowed, IMPOSSIBLE), there)
            lost = lost + (field.total(worth, there) - true).clamp(max=MOST).sum()
        lost = lost / len(rows) + decay * sum(p.square().sum() for p in field.parameters())
        lost.backward()  # type: ignore[no-untyped-call]
        return float(lost.detach())

    best.step(closure)
    print(f"loss {closure():.3f}", file=sys.stderr)
    return field


def main() -> int:
    """Learn, and print what was learned."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("songs", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="where what is heard is kept")
    parser.add_argument("--made", type=int, default=120, help="how many patterns are added")
    parser.add_argument("--decay", type=float, default=1e-2)
    parser.add_argument("--steps", type=int, default=40)
    words = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    for said, bands, truth, metre in songs(words.songs, words.work, words.made):
        beats = beats_of(said, bands)
        times = np.zeros(0) if beats.reason else beats.times_s
        f = mir_eval.beat.f_measure(*(mir_eval.beat.trim_beats(x) for x in (truth[:, 0], times)))
        if times.size >= FEWEST and f >= RIGHT:
            frames = beat_frames(said, times)
            rows.append((evidence(said, downbeat_at(said, frames), bands, frames[:, 1]), possible(times, truth, metre)))
    print(f"{len(rows)} songs", file=sys.stderr)
    field = learn(rows, words.decay, words.steps)

    def told(values: torch.Tensor) -> str:
        return "(" + ", ".join(f"{float(v):.3f}" for v in values.detach()) + ")"

    for name, values in zip(("first", "middle", "back"), field.places, strict=True):
        print(f"{name}: tuple[float, ...] = {told(values)}")
    print(f"told_metre: float = {float(field.told):.3f}\nusual_metre: tuple[float, ...] = {told(field.usual)}")
    print(f"ternary: float = {float(field.ternary):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
