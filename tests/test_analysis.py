"""The whole flow on songs made here: what the references are, and what they are not."""

from pathlib import Path

import numpy as np
import pytest

from mixassistant.analysis import Request, analyze
from mixassistant.audio.audio import Audio
from mixassistant.audio.write import write_audio
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.stems.stem import ROLES
from signals import music

PARTS = {role: music(i, duration_s=8.0) for i, role in enumerate(ROLES)}


def write_song(folder: Path, **moves: Chain) -> Path:
    folder.mkdir()
    for role, audio in PARTS.items():
        write_audio(render(audio, moves.get(role, Chain())), folder / f"{role}.wav")
    return folder


def test_the_mix_among_its_references_is_left_out_and_does_not_hide_what_the_others_say(tmp_path: Path) -> None:
    mine = write_song(tmp_path / "mine", vocals=Chain(gain_db=-5.0))
    earlier = write_song(tmp_path / "earlier")
    found = analyze(Request(mine, references=(mine, earlier), library=tmp_path / "library.sqlite3"))
    assert any("mix itself" in warning for warning in found.warnings)
    assert [s.id for s in found.suggestions if s.kind == "level"] == ["vocals-level"]
    assert [r.name for r in found.profile.references] == ["earlier"]


def test_a_reference_at_a_low_sample_rate_says_nothing_of_the_treble(tmp_path: Path) -> None:
    from mixassistant.audio.resample import resample

    mine = write_song(tmp_path / "mine", other=Chain((Band("bell", 900.0, 6.0, 1.0),)))
    (tmp_path / "old").mkdir()
    for role, audio in PARTS.items():
        low = resample(audio, 16000)
        write_audio(Audio(np.ascontiguousarray(low.samples), 16000), tmp_path / "old" / f"{role}.wav")
    found = analyze(Request(mine, references=(tmp_path / "old",), library=tmp_path / "library.sqlite3"))
    bands = [band for s in found.suggestions for band in s.bands]
    assert bands and all(band.frequency_hz < 7000 for band in bands)
    assert min(band.gain_db for band in bands) == pytest.approx(-6.0, abs=1.0)


def test_the_same_content_under_another_name_is_called_by_that_name(tmp_path: Path) -> None:
    library = tmp_path / "library.sqlite3"
    first, second = write_song(tmp_path / "Take one"), write_song(tmp_path / "Take two")
    assert [analyze(Request(path, library=library)).track.name for path in (first, second)] == ["Take one", "Take two"]
