"""The cases of a setting, computed one after another and kept as they are done."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.recovery.faults import Fault, artist_of, cut, degrade, fit, plan, playing, song_of
from benchmarks.recovery.methods import METHODS, Case
from benchmarks.recovery.score import Curve, score
from mixassistant.audio.audio import Audio, mix
from mixassistant.features.descriptor import vector
from mixassistant.features.measure import measure, measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.profiles.prior import Prior, estimate_prior
from mixassistant.stems.drop import open_song
from mixassistant.stems.embedded import EmbeddedSeparator
from mixassistant.stems.embedded.separation import metadata
from mixassistant.stems.separate import separation
from mixassistant.stems.stem import Role, Song

NEEDED = frozenset(
    {"lufs", "lra", "level", "ltas", "ltas_typical", "ltas_sem", "dynamic_spread", "level_quantiles", "level_curve"}
    | {"crest", "true_peak", "plr", "psr", "bandwidth"}
    | {"width", "width_bands", "low_mono_share", "mono_loss", "masked_drums", "masked_bass", "masked_vocals", "masked_other"}
)
FOLDS = 5
WITHOUT = frozenset({"compression"})  # needs the finished song as its reference


@dataclass(frozen=True)
class Setting:
    """Which cases: a tier, true or separated stems, a seed, kinds and methods (empty: all), every n-th song from a part on."""

    tier: str
    stems: str
    seed: int
    kinds: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()
    every: int = 1
    part: int = 0


@functools.cache
def _sums(path: Path) -> Mapping[Role, Audio]:
    return open_song(path).role_sums()


@functools.lru_cache(maxsize=200)
def _clean(path: Path, stems: str) -> MeasuredTrack:
    song = song_of(path.name, _sums.__wrapped__(path))
    return measure_song(_separated(song) if stems == "separated" else song, only=NEEDED)


def _separated(song: Song) -> Song:
    """Return the song with stems by the embedded separator."""
    from dataclasses import replace

    return separation(replace(song, stems=()), EmbeddedSeparator()).song


def _folds(paths: list[Path]) -> dict[Path, int]:
    artists = sorted({artist_of(p) for p in paths})
    order = np.random.default_rng(0).permutation(len(artists))
    return {path: int(order[artists.index(artist_of(path))]) % FOLDS for path in paths}


@functools.cache
def _prior(paths: tuple[Path, ...]) -> Prior:
    return estimate_prior([_clean(path, "true") for path in paths], "cross-validation", [_halves(path) for path in paths])


@functools.cache
def _halves(path: Path) -> tuple[MeasuredTrack, MeasuredTrack]:
    sums = _sums.__wrapped__(path)
    half = next(iter(sums.values())).duration_s / 2
    first, second = (song_of(path.name, cut(sums, start, start + half)) for start in (0.0, half))
    only = frozenset({"lufs", "level", "ltas", "dynamic_spread"})
    return measure_song(first, only=only), measure_song(second, only=only)


def _held_out(paths: list[Path]) -> list[Path]:
    from mixassistant.paths import resource

    names = frozenset(json.loads(metadata(resource("separator.safetensors"))["held_out"]))
    return [path for path in paths if path.name in names]


def records(folder: Path, setting: Setting, results: Path) -> Iterator[dict[str, Any]]:
    """Compute the cases that are not in the results yet, append each and yield it."""
    known = {tuple(json.loads(line)["key"]) for line in results.read_text("utf-8").splitlines()} if results.is_file() else set()
    paths = sorted(folder.glob("*.stem.mp4"))
    folds = _folds(paths)
    chosen = _held_out(paths) if setting.stems == "separated" else paths
    with results.open("a", encoding="utf-8") as file:
        for path in chosen[setting.part :: setting.every]:
            others = tuple(p for p in paths if folds[p] != folds[path])
            for record in _of_song(path, others, setting, known):
                file.write(json.dumps(record) + "\n")
                file.flush()
                os.fsync(file.fileno())
                yield record


def _of_song(path: Path, others: tuple[Path, ...], setting: Setting, known: set[tuple[str, ...]]) -> Iterator[dict[str, Any]]:
    sums = open_song(path).role_sums()
    names = [m for m in METHODS if not setting.methods or m in setting.methods]
    for fault in plan(path.name, playing(sums), setting.seed, setting.kinds):
        if fault.kind in WITHOUT and setting.tier == "unpaired":
            continue
        keys = {m: (setting.tier, setting.stems, path.name, fault.name, m, str(setting.seed)) for m in names}
        wanted = [m for m in names if keys[m] not in known and (m != "matchering" or fault.kind in ("eq", "none"))]
        if not wanted:
            continue
        case, spectra, fitted = _case(path, sums, fault, others, setting)
        for method in wanted:
            figures = score(fitted, METHODS[method](case), case.track.sample_rate_hz, spectra)
            yield {
                "key": keys[method], "tier": setting.tier, "stems": setting.stems, "song": path.name, "fault": fault.name,
                "kind": fault.kind, "strength": fault.strength, "targets": list(fault.chains), "method": method, **figures,
            }  # fmt: skip


def _case(
    path: Path, sums: Mapping[Role, Audio], fault: Fault, others: tuple[Path, ...], setting: Setting
) -> tuple[Case, dict[str, Curve], Fault]:
    mine, theirs = dict(sums), dict(sums)
    if setting.tier == "sections":
        half = next(iter(sums.values())).duration_s / 2
        mine, theirs = cut(sums, 0, half), cut(sums, half, 2 * half)
    fitted = fit(fault, theirs if fault.kind == "compression" else mine)
    if fault.kind == "compression":  # the finished song is the one that was compressed
        theirs = degrade(theirs, fitted)
    else:
        mine = degrade(mine, fitted)
    song = song_of(path.name, mine)
    spectra = _spectra(mine)
    if setting.stems == "separated":
        song = _separated(song)
    track = measure_song(song, only=NEEDED)
    prior = _prior(others)
    if setting.tier == "unpaired":
        rng = np.random.default_rng([setting.seed, *path.name.encode()])
        sound = mix(list(open_song(others[int(rng.integers(len(others)))]).role_sums().values()))
        return Case(track, song.role_sums(), tuple(_clean(p, setting.stems) for p in others), prior, sound), spectra, fitted
    reference = song_of(path.name + " (reference)", theirs)
    sound = reference.mix
    measured = measure_song(_separated(reference) if setting.stems == "separated" else reference, only=NEEDED)
    return Case(track, song.role_sums(), (measured,), prior, sound), spectra, fitted


def _spectra(sums: Mapping[Role, Audio]) -> dict[str, Curve]:
    """Return the stems' absolute band powers in dB."""
    found: dict[str, Curve] = {}
    for role, audio in sums.items():
        spectrum = vector(measure(audio, "stem", only=frozenset({"ltas"})), "ltas")
        if spectrum is not None:
            found[role] = spectrum + 10 * np.log10(np.mean(np.square(audio.samples, dtype=np.float64)) + 1e-12)
    return found
