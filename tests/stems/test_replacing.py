"""The user's own file in place of a separated stem."""

from pathlib import Path

import numpy as np
import pytest

from mixassistant.analysis import Request, analyze
from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.resample import resample
from mixassistant.audio.write import write_audio
from mixassistant.cli import main
from mixassistant.errors import InputError
from mixassistant.report.document import dumps
from mixassistant.stems.replacing import replace_stems
from mixassistant.stems.stem import ROLES, Song, Stem
from signals import music

PARTS = {role: music(i, duration_s=6.0) for i, role in enumerate(ROLES)}
WHOLE = mix([*PARTS.values()])


def separated() -> Song:
    bleeding = {r: Audio(a.samples + 0.1 * PARTS["drums"].samples, 44100) for r, a in PARTS.items()}
    return Song("s", "0" * 64, WHOLE, tuple(Stem(r, r, "embedded", a) for r, a in bleeding.items()), {})


def test_the_file_takes_the_stems_place_and_the_mix_stays_the_same_sum(tmp_path: Path) -> None:
    song = separated()
    residual = Audio(WHOLE.samples - mix([s.audio for s in song.stems]).samples, 44100)
    write_audio(resample(PARTS["vocals"], 48000), tmp_path / "vox.wav", "FLOAT")
    made, rest = replace_stems(song, residual, [("vocals", tmp_path / "vox.wav")])
    stems = {s.role: s for s in made.stems}
    assert [s.role for s in made.stems] == [s.role for s in song.stems]
    assert (stems["vocals"].origin, stems["drums"].origin, made.origin) == ("supplied", "embedded", "embedded")
    assert np.abs(stems["vocals"].audio.samples - PARTS["vocals"].samples)[:, 500:-500].max() < 0.01
    assert rest is not None
    assert np.abs(mix([*(s.audio for s in made.stems), rest]).samples - WHOLE.samples).max() < 1e-5
    assert made.content_hash != song.content_hash


def test_a_file_of_another_length_is_not_of_this_song(tmp_path: Path) -> None:
    write_audio(music(1, duration_s=4.0), tmp_path / "short.wav")
    with pytest.raises(InputError, match=r"short\.wav.*lasts 4\.0 s"):
        replace_stems(separated(), None, [("bass", tmp_path / "short.wav")])


def test_it_is_analysed_reported_and_rendered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_audio(WHOLE, tmp_path / "mix.wav", "FLOAT")
    write_audio(PARTS["bass"], tmp_path / "my bass.wav", "FLOAT")
    request = Request(
        tmp_path / "mix.wav", library=tmp_path / "l.sqlite3", separator="embedded", replacements=(("bass", tmp_path / "my bass.wav"),)
    )
    found = analyze(request)
    origins = {s.role: s.origin for s in found.track.stems}
    assert origins["bass"] == "supplied" and origins["drums"] == "embedded"
    assert found.track.origin_of("bass") == "supplied"
    (tmp_path / "report.json").write_bytes(dumps(found.document()))
    words = ["render", str(tmp_path / "report.json"), "--output", str(tmp_path / "out")]
    assert main(words, lambda *_: 0) == 0
    (tmp_path / "my bass.wav").write_bytes((tmp_path / "mix.wav").read_bytes())
    assert main(words, lambda *_: 0) == 3
    assert "not what it was" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["bass", "tuba=x.wav", "=x.wav", "bass="])
def test_wrong_words_are_told(word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(tmp_path / "mix.wav"), "--replace", word], lambda *_: 0) == 2
    assert "ROLE=FILE" in capsys.readouterr().err


def test_the_order_in_which_files_are_named_makes_no_difference(tmp_path: Path) -> None:
    given = [(role, tmp_path / f"{role}.wav") for role in ROLES]
    for role, path in given:
        write_audio(PARTS[role], path)
    made = [replace_stems(separated(), None, order) for order in (given, given[::-1])]
    assert made[0][0].content_hash == made[1][0].content_hash
    assert [s.role for s in made[0][0].stems] == [s.role for s in made[1][0].stems]
    assert made[0][0].origin == "supplied"
