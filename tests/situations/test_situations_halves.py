"""Situations of the second kind: one stem in two files or two streams."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from situations.files import Track, encode, write
from situations.program import extracted
from situations.song import CLOSE, loudness, mixed, part, rolled, song


def test_18_mono_halves_whose_side_stands_before_the_number_are_one_stem(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Consolidated tracks of a session without interleaved files: ``Keys L_01``, ``Keys R_01``, one of them a buffer shorter."""
    parts = song(1)
    wide = np.stack([parts["keys"][0], rolled(parts["keys"], 0.013)[1, : parts["keys"].shape[1]]])
    tracks = {"Drums_01": parts["drums"], "Bass_01": parts["bass"], "Lead Vox_01": parts["voice"]}
    for name, samples in {**tracks, "Keys L_01": wide[:1], "Keys R_01": wide[1:, :-512]}.items():
        write(tmp_path / "Song" / f"{name}.wav", samples, subtype="PCM_24")
    wide[1, -512:] = 0
    truth = mixed(*tracks.values(), wide)
    assert abs(loudness(mixed(*tracks.values(), wide[:1], wide[1:])) - loudness(truth)) > 3 * CLOSE  # both in the middle: another mix
    found = extracted(capfd, tmp_path / "out", tmp_path / "Song")
    assert found.lufs() == pytest.approx(loudness(truth), abs=CLOSE), found.said
    assert sorted(found.roles.values()) == ["bass", "drums", "other", "vocals"], found.roles


@pytest.mark.parametrize("sides", [("Overheads Links", "Overheads Rechts"), ("OHL", "OHR"), ("OH (Gauche)", "OH (Droite)")], ids=str)
def test_19_overheads_are_one_stem_however_their_sides_are_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], sides: tuple[str, str]
) -> None:
    """Two microphones over a kit, a mono file each, called by a German, a hurried, and a French engineer."""
    parts = song(2)
    late = rolled(parts["drums"], 0.004)[:, : parts["drums"].shape[1]]
    over = np.stack([parts["drums"][0], 0.7 * late[1]])
    tracks = {"Bass": parts["bass"], "Rhodes": parts["keys"], "Vocal": parts["voice"]}
    for name, samples in {**tracks, sides[0]: over[:1], sides[1]: over[1:]}.items():
        write(tmp_path / "Song" / f"{name}.wav", samples, subtype="PCM_24")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Song")
    assert found.lufs() == pytest.approx(loudness(mixed(*tracks.values(), over)), abs=CLOSE), found.said
    assert sorted(found.roles.values()) == ["bass", "drums", "other", "vocals"], found.roles


def test_20_a_mix_in_two_mono_files_is_a_stereo_mix(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Hard-disk recorders and older workstations bounce a mix as two mono files; a folder holds nothing else."""
    mix = part("mix", 3)
    for side, name in enumerate(("Live at the Club_L", "Live at the Club_R")):
        write(tmp_path / "Bounce" / f"{name}.wav", mix[side : side + 1], subtype="PCM_24")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Bounce")
    assert found.only["mix"]["channels"] == 2, found.said
    assert found.lufs() == pytest.approx(loudness(mix), abs=CLOSE)


def test_21_two_guitars_that_are_stereo_already_stay_two_stems(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Double-tracked guitars, panned and then exported in stereo, are called L and R too; nothing of them may be thrown away."""
    parts = song(4)
    left = np.stack([parts["keys"][0], 0.25 * parts["keys"][0]])
    late = rolled(parts["keys"], 0.017)[:, : left.shape[1]]
    right = np.stack([0.25 * late[1], late[1]])
    tracks = {"Drums": parts["drums"], "Bass": parts["bass"], "Vox": parts["voice"], "Gtr L": left, "Gtr R": right}
    for name, samples in tracks.items():
        write(tmp_path / "Song" / f"{name}.wav", samples, subtype="PCM_24")
    found = extracted(capfd, tmp_path / "out", tmp_path / "Song")
    assert found.lufs() == pytest.approx(loudness(mixed(*tracks.values())), abs=CLOSE), found.said
    assert sorted(found.roles.values()) == ["bass", "drums", "other", "other", "vocals"], found.roles


def test_22_two_mono_streams_called_left_and_right_are_a_stereo_mix(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Cameras and video editors keep the desk's two outputs as two mono tracks of one film."""
    mix = part("mix", 1)
    left, right = (Track(mix[side : side + 1], "pcm_s24le", title) for side, title in enumerate(("Left", "Right")))
    encode(tmp_path / "concert.mkv", "matroska", [left, right])
    found = extracted(capfd, tmp_path / "out", tmp_path / "concert.mkv")
    assert found.only["mix"]["channels"] == 2, found.said
    assert found.lufs() == pytest.approx(loudness(mix), abs=CLOSE)
