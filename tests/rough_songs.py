"""Real songs put off on purpose, measured in what advice needs: rough mixes for tests of advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from mixassistant.advice.engine import Advice, advise
from mixassistant.advice.rendering import parts_of
from mixassistant.audio.audio import mix
from mixassistant.features.measure import measure_song
from mixassistant.features.track import MeasuredTrack
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.profiles.build import build_profile
from mixassistant.profiles.prior import load_prior
from mixassistant.profiles.profile import Profile
from mixassistant.profiles.stage import Stage
from mixassistant.profiles.standing import standing
from mixassistant.stems.drop import open_song
from mixassistant.stems.stem import ROLES, Song

MEASURED = frozenset(
    {
        "lufs", "level", "ltas", "ltas_typical", "ltas_sem", "dynamic_spread", "level_quantiles", "level_curve", "bandwidth", "width",
        "width_bands", "crest", "low_mono_share", "mono_loss", "true_peak",
    }
)  # fmt: skip
TREBLE = Chain((Band("high_shelf", 5000.0, 9.0, 0.7),))
ROUGH: Mapping[str, Chain] = {
    "drums": replace(TREBLE, gain_db=5.0), "bass": TREBLE, "vocals": replace(TREBLE, gain_db=-9.0), "other": TREBLE
}  # fmt: skip
"""Too much treble on everything, loud drums, and a voice that nobody hears."""
NAMES = (
    "ANiMAL - Clinic A", "James May - Dont Let Go", "Actions - One Minute Smile", "Young Griffo - Facade", "Music Delta - Britpop",
    "Triviul - Dorothy", "A Classic Education - NightOwl", "Music Delta - Beatles",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Case:
    """A measured song and what it is held against."""

    song: Song
    track: MeasuredTrack
    profile: Profile
    references: tuple[MeasuredTrack, ...]

    def advice(self, stage: Stage = "rough", strengths: Mapping[str, float] | None = None) -> Advice:
        """Return the advice at a stage."""
        stands = standing(self.track, self.references, load_prior())
        return advise(self.track, self.profile, parts_of(self.song), stage=stage, stands=stands, strengths=strengths)


def measured(song: Song) -> MeasuredTrack:
    return measure_song(song, only=MEASURED)


@cache
def reference(path: Path) -> MeasuredTrack:
    """Return a song as it is, measured once for all tests."""
    return measured(open_song(path))


def songs(real_music: Path) -> list[Path]:
    """Return the songs, or skip the test where one is missing."""
    found = [real_music / "musdb18-7s" / "train" / f"{name}.stem.mp4" for name in NAMES]
    if missing := [path.name for path in found if not path.is_file()]:
        pytest.skip(f"needs {missing[0]}")
    return found


def planted(path: Path, chains: Mapping[str, Chain], name: str = "") -> Song:
    """Return a song with chains on its roles, and the sum of that as its mix."""
    whole = open_song(path)
    stems = tuple(replace(stem, audio=render(stem.audio, chains.get(stem.role, Chain()))) for stem in whole.stems)
    return Song(name or whole.name, f"{path.stem}{sorted(chains.items())}", mix([stem.audio for stem in stems]), stems, {})


def case_of(song: Song, references: tuple[MeasuredTrack, ...]) -> Case:
    return Case(song, measured(song), build_profile("references", references, load_prior()), references)


def alone(song: Song, role: str) -> Song:
    """Return the song of one role."""
    assert role in ROLES
    stems = tuple(stem for stem in song.stems if stem.role == role)
    return Song(f"{song.name} {role}", f"{song.content_hash}{role}", mix([stem.audio for stem in stems]), stems, {})
