"""Two files that are the left and the right of one track, as multiple-mono exports and tape transfers write them."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Samples
from mixassistant.audio.decode import decode_blocks
from mixassistant.audio.hashing import state_of
from mixassistant.errors import InputError
from mixassistant.stems.folders.tree import Infos, audio_files, infos_of
from mixassistant.stems.names.sides import numbered_pair_from_name, side_from_name


@dataclass(frozen=True)
class PairsTuning:
    """When two files are halves of one track.

    Parameters
    ----------
    together_s : float
        That the ends of halves may lie apart.
    listened_s : float
        From the beginning of both files, by which numbered ones are compared: "Guitar 1" and "Guitar 2" may be two guitars.
    apart_s : float
        By which one microphone may hear a sound later than the other.
    alike : float
        Least correlation of two halves at their best lag.
    """

    together_s: float = 0.1
    listened_s: float = 60.0
    apart_s: float = 0.01
    alike: float = 0.3


PAIRS = PairsTuning()
QUIETEST = 1e-10  # mean square of what is compared


@dataclass(frozen=True)
class Pair:
    """The halves of a track, and its name without their sides."""

    name: str
    left: Path
    right: Path

    @property
    def files(self) -> tuple[Path, Path]:
        """Left and right."""
        return self.left, self.right


def find_pairs(files: Sequence[Path], infos: Infos) -> list[Pair]:
    """Return the pairs among files: mono, alike in length and rate, and called left and right.

    Names that only number them (1 and 2) are believed where every such file of a folder has its partner, and else where both sound alike.
    """
    mono = [file for file in files if file in infos and infos[file].channels == 1]
    pairs, taken = list[Pair](), set[Path]()
    for in_one_format in (True, False):  # a left WAV belongs to a right WAV, and to a right FLAC where there is no other
        sided = _matched(((file, side_from_name(file.stem)) for file in mono if file not in taken), ("left", "right"), in_one_format)
        pairs += [pair for pair in sided if _match(pair, infos)]
        taken = {half for pair in pairs for half in pair.files}
    rest = [file for file in mono if file not in taken]
    stems = {file.with_suffix("").as_posix().casefold() for file in rest}
    numbered = [
        pair
        for pair in _matched(((file, numbered_pair_from_name(file.stem)) for file in rest), (1, 2))
        if _match(pair, infos) and f"{pair.right.with_suffix('').as_posix().casefold()[:-1]}3" not in stems
    ]
    halves = {half for pair in numbered for half in pair.files}
    is_the_rule = len(numbered) > 1 and halves == set(rest) and len(files) == len(mono)
    return pairs + [pair for pair in numbered if is_the_rule or _sound_alike(*pair.files)]


def partner(file: Path) -> Pair | None:
    """Return the pair of which a file is one side, where the other side lies beside it under a name that says so."""
    told = side_from_name(file.stem)
    if told is None:
        return None
    try:
        files = [beside for beside in audio_files(file.parent) if side_from_name(beside.stem) is not None]
    except InputError:  # its folder may not be looked into
        return None
    pairs = _matched(((beside, side_from_name(beside.stem)) for beside in files), ("left", "right"))
    pair = next((pair for pair in pairs if file.name in (pair.left.name, pair.right.name)), None)
    return pair if pair is not None and len(find_pairs(pair.files, infos_of(pair.files))) == 1 else None


def _matched(
    named: Iterable[tuple[Path, tuple[str, object] | None]], sides: tuple[object, object], in_one_format: bool = True
) -> list[Pair]:
    """Return the files of which both sides are there, once each."""
    found: dict[tuple[Path, str, str], dict[object, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for file, told in named:
        if told is not None:
            found[file.parent, told[0].casefold(), file.suffix.lower() if in_one_format else ""][told[1]].append(file)
    pairs = []
    for held in found.values():
        left, right = (held.get(side, []) for side in sides)
        if len(left) == len(right) == 1 and len(held) == 2:
            told = side_from_name(left[0].stem) or numbered_pair_from_name(left[0].stem)
            pairs.append(Pair((told[0] if told else "").strip(" _-.") or left[0].stem, left[0], right[0]))
    return pairs


def _match(pair: Pair, infos: Infos) -> bool:
    left, right = infos[pair.left], infos[pair.right]
    return left.sample_rate_hz == right.sample_rate_hz and abs(left.duration_s - right.duration_s) <= PAIRS.together_s


def _sound_alike(left: Path, right: Path) -> bool:
    return _correlation(left, *state_of(left), right, *state_of(right)) >= PAIRS.alike


@functools.lru_cache(maxsize=512)
def _correlation(left: Path, _left_changed: int, _left_size: int, right: Path, _right_changed: int, _right_size: int) -> float:
    """Return the largest correlation of two files at any lag of up to `PairsTuning.apart_s`, 0 where one cannot be read or is silent."""
    try:
        a, rate = _beginning(left)
        b, _rate = _beginning(right)
    except InputError:
        return 0.0
    length = min(a.size, b.size)
    a, b = a[:length], b[:length]
    power = float(np.sqrt(np.mean(np.square(a, dtype=np.float64)) * np.mean(np.square(b, dtype=np.float64)))) if length else 0.0
    if power < QUIETEST:
        return 0.0
    size = 1 << (2 * length - 1).bit_length()
    across = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
    lags = round(PAIRS.apart_s * rate)
    return float(max(across[: lags + 1].max(), across[-lags:].max() if lags else 0.0) / (power * length))


def _beginning(file: Path) -> tuple[Samples, int]:
    blocks, seconds, rate = [], 0.0, 1
    for block in decode_blocks(file):
        blocks.append(block.samples[0])
        seconds, rate = seconds + block.duration_s, block.sample_rate_hz
        if seconds >= PAIRS.listened_s:
            break
    return (np.concatenate(blocks) if blocks else np.zeros(0, np.float32)), rate
