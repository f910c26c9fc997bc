"""Left and right in two files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.stems.drop import open_song
from mixassistant.stems.folders.pairs import find_pairs
from mixassistant.stems.folders.tree import infos_of
from signals import music, noise


def halves(seed: int, duration_s: float = 4.0) -> tuple[Audio, Audio]:
    """Return the sides of a recording in stereo: one source, and a little of its own on each side."""
    middle, own = noise(seed, duration_s=duration_s).samples, noise(seed + 50, -26.0, duration_s).samples
    return tuple(Audio((middle[0] + own[side])[np.newaxis], 44100) for side in (0, 1))  # type: ignore[return-value]


def write(folder: Path, **sounds: Audio) -> list[Path]:
    folder.mkdir(exist_ok=True, parents=True)
    files = [folder / f"{name}.wav" for name in sounds]
    for file, audio in zip(files, sounds.values(), strict=True):
        write_audio(audio, file, "FLOAT")
    return files


def pairs(folder: Path, **sounds: Audio) -> dict[str, tuple[str, str]]:
    files = write(folder, **sounds)
    return {pair.name: (pair.left.stem, pair.right.stem) for pair in find_pairs(files, infos_of(files))}


@pytest.mark.parametrize(
    ("left", "right"),
    [("Keys.L", "Keys.R"), ("Keys_L", "Keys_R"), ("Keys-L", "Keys-R"), ("Keys (Left)", "Keys (Right)"), ("keys l", "Keys R")],
)
def test_files_called_left_and_right_are_halves(tmp_path: Path, left: str, right: str) -> None:
    a, b = halves(0)
    (found,) = pairs(tmp_path, **{right: b, left: a}).values()
    assert found == (left, right)


def test_what_only_looks_like_halves_is_none(tmp_path: Path) -> None:
    a, b = halves(0)
    assert pairs(tmp_path / "stereo", **{"Gtr L": music(0, 4.0), "Gtr R": music(1, 4.0)}) == {}
    assert pairs(tmp_path / "lengths", **{"Gtr L": a, "Gtr R": halves(0, 5.0)[1]}) == {}
    assert pairs(tmp_path / "alone", **{"Gtr L": a, "Keys R": b}) == {}


def test_numbers_are_halves_where_all_files_come_so_or_where_both_sound_alike(tmp_path: Path) -> None:
    (a, b), (c, d) = halves(0), halves(7)
    assert pairs(tmp_path / "all", **{"Keys.1": a, "Keys.2": d, "Drums.1": c, "Drums.2": b}) == {
        "Drums": ("Drums.1", "Drums.2"),
        "Keys": ("Keys.1", "Keys.2"),
    }
    mono = Audio(noise(3, duration_s=4.0).samples[:1], 44100)
    assert pairs(tmp_path / "some", **{"Piano 1": a, "Piano 2": b, "Gtr 1": c, "Gtr 2": mono, "Vox": mono}) == {
        "Piano": ("Piano 1", "Piano 2")
    }
    assert pairs(tmp_path / "three", **{"Tom 1": a, "Tom 2": b, "Tom 3": a, "Vox": mono}) == {}


def test_a_song_of_halves_is_what_its_stereo_stems_are(tmp_path: Path) -> None:
    sounds = {name: music(seed, 4.0) for seed, name in enumerate(("Drums", "Bass", "Vox"))}
    write(tmp_path / "stereo", **sounds)
    sides = {f"{name}.{side}": Audio(audio.samples[i : i + 1], 44100) for name, audio in sounds.items() for i, side in enumerate("LR")}
    write(tmp_path / "halves", **sides)
    whole, split = open_song(tmp_path / "stereo"), open_song(tmp_path / "halves")
    assert np.array_equal(split.mix.samples, whole.mix.samples)
    assert {s.name: s.role for s in split.stems} == {s.name: s.role for s in whole.stems}
    assert split.warnings == ("3 stereo tracks were joined from left and right files: “Bass”, “Drums”, “Vox”.",)
    assert open_song(tmp_path / "halves", roles={"Bass.L.wav": "drums"}).stems[0].role == "drums"


def test_the_halves_of_one_mix_are_a_mix(tmp_path: Path) -> None:
    audio = music(0, 4.0)
    write(tmp_path / "Bounce", **{f"Song_{side}": Audio(audio.samples[i : i + 1], 44100) for i, side in enumerate("LR")})
    song = open_song(tmp_path / "Bounce")
    assert song.stems == () and np.array_equal(song.mix.samples, audio.samples)
