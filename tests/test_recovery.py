"""The same song degraded on purpose, the original as the reference: the advice finds what was done, and nothing else."""

from pathlib import Path

import numpy as np
import pytest

from mixassistant.advice.curves import eq_response
from mixassistant.analysis import Analysis, Request, analyze
from mixassistant.audio.write import write_audio
from mixassistant.features.bands import CENTRES_HZ
from mixassistant.processing.chain import render
from mixassistant.processing.moves import Band, Chain
from mixassistant.stems.drop import open_song
from mixassistant.stems.stem import Song

FAULT = Band("bell", 300.0, 6.0, 1.0)
JUDGED = (CENTRES_HZ > 48) & (CENTRES_HZ < 12700)


@pytest.fixture(scope="module", params=["A Classic Education - NightOwl", "Music Delta - Britpop", "Triviul - Dorothy"])
def original(request: pytest.FixtureRequest, real_music: Path) -> Path:
    path: Path = real_music / "musdb18-7s" / "train" / f"{request.param}.stem.mp4"
    if not path.exists():
        pytest.skip(f"{path.name} is not among the test songs")
    return path


def degraded(song: Song, moves: dict[str, Chain], folder: Path) -> Path:
    folder.mkdir()
    for stem in song.stems:
        write_audio(render(stem.audio, moves.get(stem.role, Chain())), folder / f"{stem.name}.wav", "FLOAT")
    return folder


def advice_on(original: Path, moves: dict[str, Chain], tmp_path: Path) -> Analysis:
    folder = degraded(open_song(original), moves, tmp_path / "degraded")
    return analyze(Request(folder, references=(original,), device="cpu"))


def moves_of(analysis: Analysis, role: str, kind: str) -> list[float]:
    return [
        move.chain.gain_db if kind == "level" else max((abs(b.gain_db) for b in move.chain.bands), default=0.0)
        for move in analysis.moves
        if move.role == role and move.kind == kind
    ]


def test_quiet_vocals_are_turned_up_again(original: Path, tmp_path: Path) -> None:
    analysis = advice_on(original, {"vocals": Chain(gain_db=-4.0)}, tmp_path)
    assert moves_of(analysis, "vocals", "level") == [pytest.approx(4.0, abs=0.5)]
    others = [m for m in analysis.moves if m.kind in ("eq", "level", "compression") and m.id != "vocals-level"]
    assert others == []
    assert analysis.verification.distance_after < analysis.verification.distance_before


def test_a_boomy_bass_gets_the_inverse_curve(original: Path, tmp_path: Path) -> None:
    analysis = advice_on(original, {"bass": Chain(bands=(FAULT,))}, tmp_path)
    bands = next(move.chain.bands for move in analysis.moves if move.id == "bass-eq")
    error = eq_response(bands, 44100) + eq_response((FAULT,), 44100)
    assert np.abs(error[JUDGED]).max() <= 1.0
    assert all(abs(move) <= 1.0 for role in ("drums", "vocals", "other") for move in moves_of(analysis, role, "level"))


def test_an_untouched_song_gets_no_move_over_one_decibel(original: Path, tmp_path: Path) -> None:
    analysis = advice_on(original, {}, tmp_path)
    assert [move.id for move in analysis.moves if move.kind in ("eq", "level", "compression")] == []
