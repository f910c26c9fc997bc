"""What is exported is what is heard: files are measured, level and spectrum, against what was accepted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_documents import make_move

from mixassistant.advice.audition import change_of
from mixassistant.advice.decision import Decision, accepted
from mixassistant.advice.exporting import Exported, Target, export, exported_text
from mixassistant.advice.suggestion import Target as Placed
from mixassistant.advice.target_names import WHOLE_MIX
from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.decode import decode
from mixassistant.processing.filters import response_db
from mixassistant.processing.moves import Band, Chain, Compression
from mixassistant.stems.place import Place
from mixassistant.stems.stem import ROLES, Song, Stem
from signals import music

RATE = 44100
BELL = Band("bell", 284.0, -8.2, 1.2)
REST = np.random.default_rng(5).normal(0, 0.002, (2, 8 * RATE)).astype(np.float32)  # what no stem holds


def song(*names: str) -> Song:
    """Return a song of stems, by name and role ("KICK drums"), with something beside them."""
    stems = []
    for index, name in enumerate(names or ROLES):
        called, _space, role = name.rpartition(" ")
        stems.append(Stem(called or role, role, "supplied", music(index, duration_s=8.0)))  # type: ignore[arg-type]
    total = mix([stem.audio for stem in stems]).samples
    rest = REST[:, : total.shape[1]]
    return Song("song", "hash", Audio((total + rest).astype(np.float32), RATE), tuple(stems), {})


def level_db(audio: Audio) -> float:
    return 10 * float(np.log10(np.square(audio.samples.astype(np.float64)).mean()))


def power(audio: Audio) -> np.ndarray:
    """Return the power spectrum of the whole, in bins of 1/3 Hz or so."""
    return np.square(np.abs(np.fft.rfft(audio.samples.astype(np.float64), axis=1))).sum(axis=0)


def change_db(before: Audio, after: Audio, low_hz: float, high_hz: float) -> float:
    hz = np.fft.rfftfreq(before.length, 1 / RATE)
    inside = (hz >= low_hz) & (hz < high_hz)
    return 10 * float(np.log10(power(after)[inside].sum() / power(before)[inside].sum()))


def test_a_gain_that_was_accepted_is_in_the_stem_and_in_the_mix_at_its_amount(tmp_path: Path) -> None:
    mine, drums = song(), make_move("drums", Chain(gain_db=9.0))
    moves = accepted([drums], {drums.id: Decision(True, 1.44)})
    targets = [Target(tmp_path / "drums.wav", mine.stems[0]), Target(tmp_path / "bass.wav", mine.stems[1]), Target(tmp_path / "mix.wav")]
    export(mine, targets, moves, "FLOAT")
    files = {target.path.stem: decode(target.path) for target in targets}
    assert level_db(files["drums"]) - level_db(mine.stems[0].audio) == pytest.approx(1.44 * 9.0, abs=0.05)
    assert np.array_equal(files["bass"].samples, mine.stems[1].audio.samples)
    wanted = mine.mix.samples + (10 ** (1.44 * 9.0 / 20) - 1) * mine.stems[0].audio.samples  # the rest stays
    assert np.abs(files["mix"].samples - wanted).max() < 1e-5


@pytest.mark.parametrize("amount", [0.5, 1.0, 1.5])
def test_a_bell_is_in_the_spectrum_of_the_file_as_it_was_shaped(tmp_path: Path, amount: float) -> None:
    mine, bass = song(), make_move("bass", Chain((BELL,)))
    own = (replace(BELL, frequency_hz=340.0, gain_db=-6.0),)
    export(mine, [Target(tmp_path / "bass.wav", mine.stems[1])], accepted([bass], {bass.id: Decision(True, amount, own)}), "FLOAT")
    after, before = decode(tmp_path / "bass.wav"), mine.stems[1].audio
    hz = np.fft.rfftfreq(before.length, 1 / RATE)
    shaped = response_db((replace(own[0], gain_db=-6.0 * amount),), np.maximum(hz, 1.0), RATE)
    for low, high in ((100, 200), (300, 380), (500, 700), (2000, 4000)):
        inside = (hz >= low) & (hz < high)
        expected = power(before)[inside] * 10 ** (shaped[inside] / 10)
        wanted = 10 * np.log10(expected.sum() / power(before)[inside].sum())
        assert change_db(before, after, low, high) == pytest.approx(wanted, abs=0.05), (low, high)


def test_moves_of_a_bus_and_of_the_mix_are_in_the_mix_as_they_are_heard(tmp_path: Path) -> None:
    mine = song("KICK drums", "HATS drums", "bass", "vocals")
    bus = replace(
        make_move("drums", Chain(compression=Compression(-30.0, 3.0, 0.01, 0.2, 6.0, 2.0, 4.0))), target=Placed(Place("drums"), "drums", 2)
    )
    kick = replace(make_move("drums/KICK", Chain((BELL,))), id="kick")
    whole = replace(make_move("mix", Chain(gain_db=-2.0)), target=WHOLE_MIX)
    moves = accepted([bus, kick, whole], {move.id: Decision(True) for move in (bus, kick, whole)})
    assert len(moves) == 3
    export(mine, [Target(tmp_path / "mix.wav")], moves, "FLOAT")
    heard = mine.mix.samples + change_of(mine, moves, 0.0, mine.mix.duration_s).samples
    assert np.abs(decode(tmp_path / "mix.wav").samples - heard).max() < 1e-6
    assert np.abs(heard - mine.mix.samples).max() > 0.05


def test_stems_of_a_bus_with_a_gain_still_add_up_to_the_mix(tmp_path: Path) -> None:
    mine = song("KICK drums", "HATS drums", "bass", "vocals")
    bus = replace(make_move("drums", Chain((BELL,), gain_db=4.0)), target=Placed(Place("drums"), "drums", 2))
    targets = [*(Target(tmp_path / f"{stem.name}.wav", stem) for stem in mine.stems), Target(tmp_path / "mix.wav")]
    export(mine, targets, accepted([bus], {bus.id: Decision(True)}), "FLOAT")
    *stems, whole = (decode(target.path).samples for target in targets)
    assert np.abs(whole - sum(stems) - REST[:, : whole.shape[1]]).max() < 1e-4


def test_peaks_over_full_scale_are_kept_in_float_and_told(tmp_path: Path) -> None:
    mine, drums = song(), make_move("drums", Chain(gain_db=20.0))
    moves = accepted([drums], {drums.id: Decision(True)})
    peak_db = 20 * np.log10(np.abs(mine.stems[0].audio.samples).max()) + 20.0
    assert peak_db > 1.0
    done = export(mine, [Target(tmp_path / "drums.wav", mine.stems[0])], moves, "FLOAT")
    assert done.turned_down_db == 0 and dict(done.over) == {"drums.wav": pytest.approx(peak_db, abs=0.01)}
    assert f"“drums.wav” peaks {peak_db:.1f} dB over full scale" in exported_text(done)
    assert np.abs(decode(tmp_path / "drums.wav").samples).max() > 1.1


@pytest.mark.parametrize(("suffix", "subtype"), [(".wav", "PCM_24"), (".wav", "PCM_16"), (".flac", "FLOAT")])
def test_where_an_integer_file_would_clip_all_are_turned_down_alike_and_that_is_told(tmp_path: Path, suffix: str, subtype: str) -> None:
    mine, drums = song(), make_move("drums", Chain(gain_db=20.0))
    targets = [Target(tmp_path / f"{stem.name}{suffix}", stem) for stem in mine.stems[:2]]
    done = export(mine, targets, accepted([drums], {drums.id: Decision(True)}), subtype)  # type: ignore[arg-type]
    files = [decode(target.path) for target in targets]
    assert np.abs(files[0].samples).max() == pytest.approx(1.0, abs=2e-4)
    assert level_db(mine.stems[1].audio) - level_db(files[1]) == pytest.approx(done.turned_down_db, abs=0.05)
    assert f"{done.turned_down_db:.1f} dB quieter, all files alike" in exported_text(done)
    assert exported_text(Exported()) == ""
