"""Speed of measuring against its peers in the same run, and memory of an hour of audio.

    .venv/bin/python tests/benchmarks/descriptors.py [FILE] [--seconds 180] [--hour]

FILE is stereo music (the demo song without one), cut or repeated to the length and written as 16-bit WAV, which every peer reads for
itself. Peers that are not installed (Essentia, ffmpeg) are left out and said so. Each time is the best of three, the slow peers' of one.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

# What the plain librosa script computes, under our names.
SHARED_SET = frozenset(
    {"rms", "sample_peak", "spectral_centroid", "zero_crossing_rate", "spectral_bandwidth", "spectral_rolloff", "mfcc", "chroma_stft",
     "tempo", "spectral_contrast", "tonnetz", "hpr", "onset_strength", "spectral_flatness", "dynamic_range"}
)  # fmt: skip


def best(work: Callable[[], object], repeats: int = 3) -> float:
    """Return the shortest of some runs in seconds."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def make_song(source: Path | None, seconds: float, folder: Path) -> tuple[Path, Path]:
    """Write the song as a 16-bit WAV, and a folder of four stems of its length; return both."""
    from mixassistant.audio.audio import Audio
    from mixassistant.audio.decode import decode
    from mixassistant.audio.write import write_audio
    from mixassistant.demo.folder import write_demo

    def fitted(audio: Audio) -> Audio:
        count = int(seconds * audio.sample_rate_hz)
        return Audio(np.tile(audio.samples, (1, -(-count // audio.length)))[:, :count], audio.sample_rate_hz)

    demo = write_demo(folder / "demo")
    stems = folder / "stems"
    stems.mkdir()
    audios = [(file, fitted(decode(file))) for file in sorted(demo.mix.glob("*.wav"))]
    for file, audio in audios:
        write_audio(audio, stems / file.name, "PCM_16")
    song = folder / "song.wav"
    whole = fitted(decode(source)).stereo() if source else Audio(np.sum([a.stereo().samples for _, a in audios], axis=0), 44100)
    write_audio(whole, song, "PCM_16")
    return song, stems


def librosa_script(path: Path) -> None:
    """Do what the classic extractor does: load at librosa's default rate in mono, then call librosa for every feature by itself."""
    import librosa

    y, rate = librosa.load(path)
    feature, effects = librosa.feature, librosa.effects
    contrast = [feature.spectral_contrast(y=y, sr=rate) for _name in ("spectral_contrast", "perceptual_sharpness", "perceptual_spread")]
    for found in (
        feature.rms(y=y), np.abs(y).max(), feature.spectral_centroid(y=y, sr=rate), feature.zero_crossing_rate(y),
        feature.spectral_bandwidth(y=y, sr=rate), feature.spectral_rolloff(y=y, sr=rate), feature.mfcc(y=y, sr=rate, n_mfcc=13),
        feature.chroma_stft(y=y, sr=rate), feature.tempo(y=y, sr=rate), *contrast, feature.tonnetz(y=effects.harmonic(y), sr=rate),
        effects.harmonic(y), effects.percussive(y), librosa.onset.onset_strength(y=y, sr=rate), librosa.piptrack(y=y, sr=rate)[0],
        feature.spectral_flatness(y=y), np.ptp(feature.rms(y=y)),
    ):  # fmt: skip
        np.mean(found)


def ours(path: Path, only: frozenset[str] | None = None) -> Callable[[], object]:
    """Return measuring of a file, decoding included."""
    from mixassistant.audio.decode import decode
    from mixassistant.features.measure import measure

    return lambda: measure(decode(path), "mix", only=only)


def loudness_peers(path: Path, lines: list[str]) -> None:
    """Compare loudness, range and true peak with pyloudnorm and ffmpeg."""
    import pyloudnorm
    import soundfile

    def by_pyloudnorm() -> None:
        data, rate = soundfile.read(path)
        meter = pyloudnorm.Meter(rate)
        meter.integrated_loudness(data)
        meter.loudness_range(data)

    own = best(ours(path, frozenset({"lufs", "lra", "true_peak"})))
    taken = best(by_pyloudnorm)
    lines.append(f"loudness, range, true peak        {own:6.2f} s")
    lines.append(f"  pyloudnorm without true peak    {taken:6.2f} s  {taken / own:5.1f} ×")
    if shutil.which("ffmpeg"):
        command = ["ffmpeg", "-nostats", "-i", str(path), "-filter_complex", "ebur128=peak=true", "-f", "null", "-"]
        taken = best(lambda: subprocess.run(command, check=True, capture_output=True))
        lines.append(f"  ffmpeg ebur128=peak=true        {taken:6.2f} s  {taken / own:5.1f} ×")
    else:
        lines.append("  ffmpeg is not installed")


def music_extractor(path: Path) -> float | None:
    """Return the time of Essentia's MusicExtractor in a process of its own, without its start; ``None`` without Essentia."""
    code = (
        "import sys,time,essentia; essentia.log.infoActive=False; essentia.log.warningActive=False\n"
        "import essentia.standard as es; t=time.perf_counter(); es.MusicExtractor()(sys.argv[1]); print(time.perf_counter()-t)"
    )
    try:
        done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError:
        return None
    return float(done.stdout.split()[-1])


def hour_memory(song: Path, folder: Path) -> tuple[float, float]:
    """Return peak memory in MiB and seconds of extracting one hour from a FLAC file, in a process of its own."""
    import soundfile

    from mixassistant.audio.decode import decode

    audio = decode(song)
    path = folder / "hour.flac"
    with soundfile.SoundFile(path, "w", audio.sample_rate_hz, audio.channels, "PCM_16") as file:
        written = 0
        while written < 3600 * audio.sample_rate_hz:
            file.write(audio.samples.T)
            written += audio.length
    code = (
        "import sys,json,time,resource; from pathlib import Path; t=time.perf_counter()\n"
        "from mixassistant.extraction.batch import extract_all\n"
        "[o]=extract_all([Path(sys.argv[1])],Path(sys.argv[2]),processes=1); assert o.document, o.error\n"
        "print(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024,time.perf_counter()-t]))"
    )
    out = folder / "hour"
    out.mkdir()
    done = subprocess.run([sys.executable, "-c", code, str(path), str(out)], check=True, capture_output=True, text=True)
    peak, taken = json.loads(done.stdout.splitlines()[-1])
    return peak, taken


def main() -> int:
    """Print one line for every comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--hour", action="store_true", help="measure memory on an hour of audio too")
    words = parser.parse_args()
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for variable in ("DATA", "CACHE", "CONFIG"):
            os.environ[f"MIXASSISTANT_{variable}"] = str(folder / variable)
        song, stems = make_song(words.file, words.seconds, folder)
        from mixassistant.features.descriptor import REGISTRY
        from mixassistant.features.measure import measure_song
        from mixassistant.stems.drop import open_song

        ours(song)()  # compiles what is compiled once, and warms caches
        own = best(ours(song, SHARED_SET & set(REGISTRY.descriptors)))
        taken = best(lambda: librosa_script(song), 1)
        lines.append(f"the classic set                   {own:6.2f} s")
        lines.append(f"  librosa, feature by feature     {taken:6.2f} s  {taken / own:5.1f} ×")
        loudness_peers(song, lines)
        rest = frozenset(d.id for d in REGISTRY if d.family not in ("timbre", "models"))
        own = best(ours(song, rest))
        lines.append(f"all but timbre ({len(rest)} descriptors)  {own:6.2f} s")
        extractor = music_extractor(song)
        lines.append(
            "  Essentia is not installed"
            if extractor is None
            else f"  Essentia's MusicExtractor       {extractor:6.2f} s  {extractor / own:5.1f} ×"
        )
        free = frozenset(d.id for d in REGISTRY if d.family != "models")
        lines.append(f"every weights-free descriptor     {best(ours(song, free)):6.2f} s")
        whole = best(lambda: measure_song(open_song(stems), only=free), 2)
        lines.append(f"  of a mix and its four stems     {whole:6.2f} s")
        print(f"{words.seconds:.0f} s of stereo, {os.cpu_count()} processors")
        print("\n".join(lines))
        print(f"peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
        if words.hour:
            peak, taken = hour_memory(song, folder)
            print(f"one hour, every descriptor: peak {peak:.0f} MiB, {taken:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
