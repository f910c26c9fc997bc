"""How surely another bounce of the same song is told from other songs, by the fingerprint alone.

    python tests/benchmarks/versions.py [FOLDER] [FIGURES.npz]

FOLDER is the one of real music (by default that of the tests). Every song is compared with every other song, and with versions of itself as
a mixing engineer makes them: equalized, turned down, its stems balanced anew, driven into a limiter, cut at its beginning, as an MP3, and
all of it at once. Songs of an artist that is known to occur twice are compared too: they are different songs. Pieces of 20 s of the long
songs make many pairs of longer stretches.
"""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.features.fingerprint import Fingerprint, fingerprint, pack, unpack
from mixassistant.features.representations import FRAMES_PER_S, Representations
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.recognition import VERSIONS, likeness
from mixassistant.stems.drop import open_song
from mixassistant.stems.stem import Song

sys.path.insert(0, str(Path(__file__).parents[1]))
from encoded import encode

MOST_S = 90.0  # of a song: longer ones are told more surely
PIECE_S = 20.0
BALANCE_DB = {"drums": 6.0, "bass": -4.0, "vocals": 5.0, "other": -5.0}
BANDS = (Band("low_shelf", 120, -5, 0.71), Band("bell", 350, 6, 1.0), Band("bell", 2500, -6, 1.2), Band("high_shelf", 8000, 6, 0.71))


def audio_of(audio: Audio, samples: np.ndarray) -> Audio:
    return Audio(np.ascontiguousarray(samples, dtype=np.float32), audio.sample_rate_hz)


def cropped(audio: Audio) -> Audio:
    return audio_of(audio, audio.samples[:, : round(MOST_S * audio.sample_rate_hz)])


def balanced(song: Song) -> Audio | None:
    """Return the sum of the stems at other levels; None without stems."""
    if len(song.stems) < 2:
        return None
    return audio_of(song.mix, sum(10 ** (BALANCE_DB[s.role] / 20) * s.audio.samples for s in song.stems))


def limited(audio: Audio, drive_db: float = 8.0) -> Audio:
    """Drive into a limiter of 5 ms that looks ahead: the loudest moments come down by about the drive."""
    block = max(round(0.005 * audio.sample_rate_hz), 1)
    driven = audio.samples * (10 ** (drive_db / 20) / np.abs(audio.samples).max())
    count = -(-audio.length // block)
    peaks = np.abs(np.pad(driven, ((0, 0), (0, count * block - audio.length)))).reshape(audio.channels, count, block).max(axis=(0, 2))
    held = np.maximum(np.maximum(np.roll(peaks, 1), peaks), np.roll(peaks, -1))
    gain = np.repeat(1 / np.maximum(held, 1.0), block)[: audio.length]
    return audio_of(audio, 0.97 * driven * gain)


def trimmed(audio: Audio) -> Audio:
    """Cut a fifth of it away at its beginning, 12 s at most."""
    return audio_of(audio, audio.samples[:, round(min(12.0, 0.2 * audio.duration_s) * audio.sample_rate_hz) :])


def as_mp3(audio: Audio) -> Audio:
    with tempfile.TemporaryDirectory() as folder:
        return decode(encode(Path(folder) / "a.mp3", [audio], "libmp3lame", bit_rate=128_000))


VERSIONS_MADE: dict[str, Callable[[Song], Audio | None]] = {
    "equalized": lambda song: render(song.mix, Chain(BANDS)),
    "9 dB down": lambda song: audio_of(song.mix, song.mix.samples * 10 ** (-9 / 20)),
    "balanced anew": balanced,
    "limited by 8 dB": lambda song: limited(song.mix),
    "cut at its beginning": lambda song: trimmed(song.mix),
    "MP3, 128 kbit/s": lambda song: as_mp3(song.mix),
    "all of it": lambda song: as_mp3(trimmed(limited(render(balanced(song) or song.mix, Chain(BANDS))))),
}


def songs_in(folder: Path) -> Iterator[tuple[str, Song]]:
    files = sorted((folder / "musdb18-7s" / "train").glob("*.stem.mp4")) + sorted((folder / "music").glob("*.ogg"))
    files += sorted((folder / "gtzan").glob("*.wav")) + sorted((folder / "engineers" / "songs").glob("*/mix.flac"))
    files += sorted((folder / "lyrics-timed").glob("*/*.mp3"))
    for file in files:
        name = file.parent.name if file.name == "mix.flac" else file.name.removesuffix(".stem.mp4")
        song = open_song(file)
        yield name, Song(song.name, song.content_hash, cropped(song.mix), song.stems, {})


def printed(audio: Audio) -> Fingerprint:
    return unpack(pack(fingerprint(Representations(audio))))  # as it is kept


def figures(folder: Path) -> dict[str, np.ndarray]:
    """Return the likeness of pairs, ``[shape=(pairs,)]``: of each kind of version, and of other songs."""
    found: dict[str, list[float]] = {name: [] for name in VERSIONS_MADE}
    prints: list[tuple[str, Fingerprint]] = []
    for name, song in songs_in(folder):
        own = printed(song.mix)
        prints.append((name, own))
        for kind, make in VERSIONS_MADE.items():
            audio = make(song)
            if audio is not None:
                found[kind].append(likeness(own, printed(audio)))
        sys.stderr.write(f"\r{len(prints)} songs")
    others = [likeness(a, b) for (_name, a), (_other, b) in itertools.combinations(prints, 2)]
    pieces = [(name, piece) for name, own in prints for piece in pieces_of(own)]
    apart = [likeness(a, b) for (name, a), (other, b) in itertools.combinations(pieces, 2) if name != other]
    measured = {kind: np.array(pairs) for kind, pairs in found.items()}
    return {**measured, "other songs": np.array(others), "others, 20 s pieces": np.array(apart)}


def pieces_of(own: Fingerprint) -> list[Fingerprint]:
    """Return the pieces of a song that has two or more."""
    length = round(PIECE_S * FRAMES_PER_S)
    count = own.shape[1] // length
    return [own[:, index * length : (index + 1) * length] for index in range(count)] if count > 1 else []


def main() -> None:
    default = os.environ.get("MIXASSISTANT_TEST_DATA", str(Path(__file__).parents[3] / "shared" / "data"))
    measured = figures(Path(sys.argv[1] if len(sys.argv) > 1 else default))
    if len(sys.argv) > 2:
        np.savez(sys.argv[2], **measured)
    print(f"\n{'':22} {'pairs':>6} {'told as versions':>17} {'least':>6} {'median':>7} {'most':>6}")
    for kind, pairs in measured.items():
        told = int((pairs >= VERSIONS.correlation).sum())
        least, middle, most = np.quantile(pairs, [0.0, 0.5, 1.0])
        print(f"{kind:22} {len(pairs):6} {told:7} ({told / len(pairs):8.2%}) {least:6.2f} {middle:7.2f} {most:6.2f}")
    print(f"told from a likeness of {VERSIONS.correlation:.2f}")


if __name__ == "__main__":
    main()
