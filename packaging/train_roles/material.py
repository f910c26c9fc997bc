"""Tracks whose role is known: stems of songs, recorded tracks, parts of kits, tracks made by code, and whole mixes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from made import made_tracks
from split_kit import split_kit

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.stems.drop import open_song
from mixassistant.stems.folders.tracks import display_names
from mixassistant.stems.folders.tree import audio_files
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.names.words import words_of
from mixassistant.stems.sound import Vector, describe_track
from mixassistant.stems.stem import Role, Song

SILENT = 1e-4  # of full scale, root mean square
PART_WORDS = {"kick": "kick", "snare": "snare", "hat": "cymbals", "hats": "cymbals", "hh": "cymbals", "crash": "cymbals", "tom": "toms",
              "toms": "toms"}  # fmt: skip
SINGLE = {"trumpet": "other", "piano_solo": "other"}  # recordings of one instrument among `music`
BANDS = ("Karissa_Hobbs", "Vibe_Ace", "Choice")  # of several


@dataclass(frozen=True, eq=False)
class Track:
    """One track to learn from.

    Parameters
    ----------
    kind : str
        Of material: each kind has its own weight.
    artist, song, name : str
        Whatever is judged on a song is learned without its artist.
    role : str
        A role, or ``"mix"``.
    part : str
        Of drums.
    pieces : list of np.ndarray
        Numbers of `mixassistant.stems.sound`.
    """

    kind: str
    artist: str
    song: str
    name: str
    role: str
    part: str
    pieces: list[Vector]


def instruments(folder: Path) -> dict[str, str]:
    """Return which instrument each file of a song of ``engineers/songs`` is, by its METADATA.yaml: ``"RAW_01_01"`` to words."""
    text = (folder / "METADATA.yaml").read_text("utf-8")
    return {Path(name.split("_", 2)[-1]).stem: what.strip() for name, what in re.findall(r"filename: (\S+)\s+instrument: (.+)", text)}


def role_of(instrument: str) -> Role:
    """Return the role of an instrument as METADATA.yaml calls it."""
    if any(word in instrument for word in ("singer", "vocal", "rapper", "choir")):
        return "vocals"
    if "drum" in instrument and "bass drum" not in instrument:
        return "drums"
    return "bass" if "bass" in instrument else role_from_name(instrument) or "other"


def _part_of(name: str) -> str:
    return next((PART_WORDS[word] for word in words_of(name) if word in PART_WORDS), "kit")


def tracks(data: Path, seeds: int = 12) -> Iterator[Track]:
    """Yield all tracks of the folder of data, those made by code at the end."""
    for folder in sorted((data / "engineers" / "songs").iterdir()):
        for name, what in instruments(folder).items():
            file = folder / ("raw" if name.startswith("RAW") else "stems") / f"{name}.flac"
            yield _of("recorded" if name.startswith("RAW") else "produced", "Music Delta", folder.name, name, role_of(what), decode(file))
        yield _of("mix", "Music Delta", folder.name, "mix", "mix", decode(folder / "mix.flac"))
    for folder in sorted((data / "multitracks").iterdir()):
        files = audio_files(folder)
        for file, name in zip(files, display_names(files), strict=True):
            role = role_from_name(name)
            if role is not None:
                yield _of("multitrack", "multitracks", folder.name, name, role, decode(file), _part_of(name) if role == "drums" else "")
    for folder in sorted((data / "engineers" / "vocals").iterdir()):
        for name in ("dry", "wet"):
            yield _of(name, _plain(folder.name.split("_")[0]), folder.name, name, "vocals", decode(folder / f"{name}.mp3"))
    for file in sorted((data / "musdb18-7s" / "train").glob("*.stem.mp4")):
        yield from _of_song(open_song(file))
    for file in sorted((data / "gtzan").glob("*.wav")):
        yield _of("mix", file.name, file.name, "mix", "mix", decode(file))
    for file in sorted((data / "music").glob("*.ogg")):
        for words, role in (*SINGLE.items(), *((band, "mix") for band in BANDS)):
            if words in file.name:
                yield _of("produced" if role != "mix" else "mix", file.name, file.name, file.name, role, decode(file))
    for index, (kind, role, part, audio) in enumerate(made_tracks(seeds)):
        yield _of(kind, "made by code", "made by code", str(index), role, audio, part)


def _plain(name: str) -> str:
    return name.replace(" ", "").lower()


def _of(kind: str, artist: str, song: str, name: str, role: str, audio: Audio, part: str = "") -> Track:
    return Track(kind, artist, song, name, role, part or ("kit" if role == "drums" else ""), describe_track(audio))


def _of_song(song: Song) -> Iterator[Track]:
    """Yield a song's stems as they are and as if recorded with others in the room, the microphones of its kit, and its mix."""
    artist = "Music Delta" if song.name.startswith("Music Delta") else _plain(song.name.split(" - ")[0])
    random = np.random.default_rng(len(song.name) + song.mix.length)
    whole = song.mix.samples.mean(axis=0).astype(np.float64)
    for stem in song.stems:
        own = stem.audio.samples.mean(axis=0).astype(np.float64)
        if np.sqrt(np.mean(np.square(own))) < SILENT:
            continue
        yield _of("stem", artist, song.name, stem.role, stem.role, stem.audio)
        yield _of("in a room", artist, song.name, stem.role, stem.role, _in_a_room(own, whole - own, stem.audio.sample_rate_hz, random))
        if stem.role == "drums":
            for part, audio in split_kit(stem.audio, random).items():
                yield _of("microphone", artist, song.name, part, "drums", audio, "cymbals" if part == "overheads" else part)
    yield _of("mix", artist, song.name, "mix", "mix", song.mix)


def _in_a_room(own: Vector, rest: Vector, rate_hz: int, random: np.random.Generator) -> Audio:
    """Return a track as it is recorded rather than produced: another tilt, a little of the others, some noise."""
    power = float(np.mean(np.square(own)))
    bleed = np.sqrt(power / max(float(np.mean(np.square(rest))), 1e-9)) * 10 ** (-random.uniform(24, 40) / 20)
    spectrum = np.fft.rfft(own + bleed * rest)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(own.size, 1 / rate_hz), 40.0) / 800.0)
    sound = np.fft.irfft(spectrum * 10 ** (random.uniform(-1.5, 1.5) * octaves / 20), own.size)
    sound = sound + random.standard_normal(own.size) * np.sqrt(np.mean(np.square(sound))) * 10 ** (-random.uniform(45, 70) / 20)
    return Audio((sound / np.abs(sound).max())[None].astype(np.float32), rate_hz)
