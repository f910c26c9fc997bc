"""Raw tracks of whole songs against their produced stems and mix, through the whole analysis: what was advised, and what was done.

A folder of ``SONG/{raw,stems,mix.flac,METADATA.yaml}`` (layout of MedleyDB). References are songs of other artists; names tell no role, so
that roles are heard. Few songs: no interval is honest, and each one stands in the table.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.toward.scores import Vector
from mixassistant.advice.rendering import parts_of, render_song
from mixassistant.advice.suggestion import chains
from mixassistant.analysis import Request, analyze
from mixassistant.audio.audio import Audio
from mixassistant.features.bands import broad
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.measure import measure
from mixassistant.profiles.profile import relative_levels
from mixassistant.profiles.stage import STAGES
from mixassistant.stems.drop import open_song
from mixassistant.stems.stem import ROLES, Role

MOVED_LU, TOLD_LU = 2.0, 1.0


@dataclass(frozen=True, eq=False)
class Session:
    """One song at one stage.

    Parameters
    ----------
    roles : tuple of str
        Those that it has.
    done, advised : np.ndarray [shape=(roles,)]
        Changes of level relative to the sum of the roles, from raw to produced, and the gains that are advised, in dB.
    before, after : float
        Root mean square distance to the produced levels, raw and with the moves, in dB.
    tone_before, tone_after : float
        The same of the mix's seven broad bands.
    """

    song: str
    stage: str
    roles: tuple[str, ...]
    done: Vector
    advised: Vector
    before: float
    after: float
    tone_before: float
    tone_after: float


def results(folder: Path, references: Path) -> Iterator[Session]:
    """Yield what each song is told at each stage, references by its own artist left out."""
    liked = [p for p in sorted(references.glob("*.stem.mp4")) if not p.name.startswith("Music Delta")][
        :: max(len(list(references.iterdir())) // 10, 1)
    ]
    with tempfile.TemporaryDirectory() as kept:
        for path in sorted(p for p in folder.iterdir() if (p / "raw").is_dir()):
            for stage in STAGES:
                yield _session(path, stage, tuple(liked), Path(kept) / "library.db")


def _session(path: Path, stage: str, liked: tuple[Path, ...], library: Path) -> Session:
    truth = _true_roles(path)
    analysis = analyze(Request(path / "raw", references=liked, library=library, stage=stage, roles=truth))  # type: ignore[arg-type]
    produced = open_song(path / "stems", roles={name.replace("RAW", "STEM")[: len("STEM_01")]: role for name, role in truth.items()})
    sums = produced.role_sums()
    raw = parts_of(analysis.song).sums
    roles: list[Role] = [role for role in ROLES if role in sums and role in raw]
    rendered, whole = render_song(analysis.song, chains(analysis.moves))
    after = {place.role: audio for place, audio in rendered.items() if not place.stem}
    wanted, was, now = (_levels([some[role] for role in roles]) for some in (sums, raw, after))  # type: ignore[index]
    gains = np.array([sum(m.chain.gain_db for m in analysis.moves if m.kind == "level" and m.role == role) for role in roles])
    tones = [_tone(audio) for audio in (produced.mix, analysis.song.mix, whole)]
    return Session(
        path.name, stage, tuple(roles), wanted - was, gains, _rms(was - wanted), _rms(now - wanted),
        _rms(tones[1] - tones[0]), _rms(tones[2] - tones[0]),
    )  # fmt: skip


def _true_roles(path: Path) -> dict[str, Role]:
    """Return the role of each raw track, as the session's notes tell it."""
    import yaml

    found: dict[str, Role] = {}
    for stem in yaml.safe_load((path / "METADATA.yaml").read_text("utf-8"))["stems"].values():
        for track in stem["raw"].values():
            instrument = track["instrument"]
            role: Role = (
                "drums" if "drum" in instrument else "bass" if "bass" in instrument else "vocals" if "singer" in instrument else "other"
            )
            found["RAW" + Path(track["filename"]).stem.partition("_RAW")[2]] = role
    return found


def _levels(audios: list[Audio]) -> Vector:
    loudness = [scalar(measure(audio, "stem", only=frozenset({"lufs"})), "lufs") for audio in audios]
    return relative_levels(np.array([np.nan if level is None else level for level in loudness]))


def _tone(audio: Audio) -> Vector:
    spectrum = vector(measure(audio, "mix", only=frozenset({"ltas"})), "ltas")
    assert spectrum is not None
    return broad(spectrum)


def _rms(values: Vector) -> float:
    return float(np.sqrt(np.nanmean((values - np.nanmean(values)) ** 2)))


def table(found: Iterator[Session]) -> str:
    """Return the table: a line a song and stage."""
    lines = [
        "| song | stage | advised / done (dB) | levels: distance before → after | tone of the mix: before → after |",
        "|---|---|---|---:|---:|",
    ]
    right = told = moved = 0
    for one in found:
        each = ", ".join(f"{role} {a:+.1f} / {d:+.1f}" for role, a, d in zip(one.roles, one.advised, one.done, strict=True))
        levels, tone = f"{one.before:.1f} → {one.after:.1f} dB", f"{one.tone_before:.1f} → {one.tone_after:.1f} dB"
        lines.append(f"| {one.song} | {one.stage} | {each} | {levels} | {tone} |")
        if one.stage == "rough":
            large = np.abs(one.done) >= MOVED_LU
            some = large & (np.abs(one.advised) >= TOLD_LU)
            moved, told, right = moved + int(large.sum()), told + int(some.sum()), right + int((one.advised * one.done > 0)[some].sum())
    text = "Rough: of {} roles that the engineer moved by 2 dB or more {} get a move of 1 dB or more, {} of these the same way."
    lines += ["", text.format(moved, told, right)]
    return "\n".join(lines)
