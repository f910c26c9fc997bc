"""What the network hears: the same in pieces as in one, in every key, and keys of plain chord loops with a bass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from mixassistant import paths
from mixassistant.audio.audio import Audio
from mixassistant.errors import InputError
from mixassistant.features.descriptor import scalar, vector
from mixassistant.features.measure import measure
from mixassistant.features.representations import Representations
from mixassistant.features.tonality import hearing as module
from mixassistant.features.tonality.chords import CHORDS, NAMES
from mixassistant.features.tonality.hearing import WEIGHTS, Hearing, hear, hearing, load_network
from mixassistant.features.tonality.key import LABELS, key_of, nearness
from mixassistant.features.tonality.spectra import spectra
from signals import noise

RATE = 44100
TRIADS = {"m": (0, 3, 7), "": (0, 4, 7)}


def tone(midi: float, duration_s: float, rate: int = RATE) -> np.ndarray:
    t = np.arange(int(duration_s * rate)) / rate
    hz = 440 * 2 ** ((midi - 69) / 12)
    wave = sum(level * np.sin(2 * np.pi * hz * (k + 1) * t) for k, level in enumerate((1, 0.5, 0.3, 0.2, 0.1)))
    return wave * np.minimum(1, t / 0.01) * np.exp(-t / 1.5) * np.minimum(1, (duration_s - t) / 0.02)


def loop(names: str, each_s: float = 2.0, turns: int = 2, cents: float = 0.0, bass: float = 0.2) -> Audio:
    """Return triads as closed chords around middle C, with a bass an octave below their roots."""
    parts = []
    for name in names.split() * turns:
        kind = "m" if name.endswith("m") else ""
        root = 55 + (NAMES.index(name.removesuffix("m")) - 7) % 12 + cents / 100
        chord = sum(tone(root + step, each_s) for step in TRIADS[kind])
        parts.append(0.12 * chord + bass * tone(root - 12, each_s))
    wave = np.concatenate(parts)
    return Audio((0.5 * wave / np.abs(wave).max())[None].astype(np.float32), RATE)


def key_named(audio: Audio) -> str:
    found = key_of(Representations(audio).once(hearing))
    return LABELS[found.index] if found is not None else ""


@pytest.mark.parametrize(
    ("names", "right"),
    [
        ("C F G C", {"C major"}), ("Am F C G", {"C major", "A minor"}), ("G F C G", {"G major", "C major"}),
        ("Dm G Dm C", {"D minor", "G major", "C major"}), ("F♯m Bm C♯ F♯m", {"F♯ minor"}), ("E♭ A♭ B♭ E♭", {"E♭ major"}),
        ("Cm Fm G Cm", {"C minor"}), ("D A Bm G", {"D major"}),
    ],
)  # fmt: skip
def test_the_key_of_a_loop_of_chords_with_a_bass(names: str, right: set[str]) -> None:
    assert key_named(loop(names)) in right


@pytest.mark.parametrize("cents", [-32.0, 25.0, 45.0])
def test_another_tuning_is_the_same_key_and_the_same_chords(cents: float) -> None:
    audio = loop("D A Bm G", cents=cents)
    found = measure(audio, "mix", only=frozenset({"key", "tuning", "chords"}))
    assert LABELS[int(scalar(found, "key") or 0)] == "D major"
    assert scalar(found, "tuning") == pytest.approx(cents, abs=4)
    assert chords_of(found) == ["D", "A", "Bm", "G"] * 2


def chords_of(found) -> list[str]:
    numbers = vector(found, "chords")
    assert numbers is not None
    return [name for name in (CHORDS[int(i)] for i in numbers) if name != "N"]


def test_chords_are_named_where_they_sound() -> None:
    audio = loop("C Am F G")
    found = measure(audio, "mix", only=frozenset({"chords", "chord_changes", "chords_with_sevenths"}))
    changes = vector(found, "chord_changes")
    assert chords_of(found) == ["C", "Am", "F", "G"] * 2
    assert changes is not None and len(changes) == len(found["chords"].value) - 1 == len(found["chords_with_sevenths"].value) - 1
    nearest = [np.abs(changes - at).min() for at in np.arange(2, 16, 2)]
    assert max(nearest) < 0.3


def test_a_louder_bass_is_still_the_same_key() -> None:
    assert key_named(loop("C F G C", bass=0.6)) == "C major"


def test_noise_has_no_key_and_no_chords() -> None:
    found = measure(noise(duration_s=10), "mix", only=frozenset({"key", "chords"}))
    assert found["key"].value is None and found["chords"].value is None
    assert found["key"].reason == found["chords"].reason == "no pitch class stands out"


def test_in_pieces_is_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    spectrum = Representations(loop("C Am F G", turns=4)).once(spectra).log
    whole = hear(spectrum)
    monkeypatch.setattr(module, "CHUNK", 128)
    parts = hear(spectrum)
    assert parts.chords == pytest.approx(whole.chords, abs=1e-4) and parts.keys == pytest.approx(whole.keys, abs=1e-4)


@pytest.mark.parametrize("frames", [1, 2, 7, 64])
def test_there_is_a_row_for_every_frame_however_short(frames: int) -> None:
    spectrum = Representations(loop("C", turns=4)).once(spectra).log[:frames]
    found = hear(spectrum)
    assert found.chords.shape[0] == frames == found.plays.size
    assert found.chords.sum(axis=1) == pytest.approx(1, abs=1e-4) and found.keys.sum() == pytest.approx(1, abs=1e-4)


def test_work_is_told_and_may_be_ended() -> None:
    class Cancelled(Exception):
        pass

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        hear(np.zeros((100, 216), np.float32), stop)


def test_the_shipped_weights_say_what_they_are_and_others_are_refused(tmp_path: Path) -> None:
    assert sum(p.numel() for p in load_network(paths.resource(WEIGHTS)).parameters()) < 200_000
    for content in (b"", b"no weights"):
        (tmp_path / WEIGHTS).write_bytes(content)
        load_network.cache_clear()
        with pytest.raises(InputError, match="does not hold"):
            load_network(tmp_path / WEIGHTS)
    save_file({"norm.weight": np.zeros(3, np.float32)}, tmp_path / WEIGHTS, metadata={"format": "mixassistant-harmony-1"})
    with pytest.raises(InputError, match="does not hold"):
        load_network(tmp_path / WEIGHTS)


def heard_keys(**likely: float) -> Hearing:
    keys = np.zeros(24)
    for name, probability in likely.items():
        keys[LABELS.index(name.replace("_", " "))] = probability
    return Hearing(np.zeros((4, 85), np.float32), np.ones(4, bool), keys)


def test_between_two_keys_the_one_between_them_is_told() -> None:
    found = key_of(heard_keys(F_major=0.4, G_major=0.35, C_major=0.25))
    assert found is not None and LABELS[found.index] == "C major"
    assert found.clarity == pytest.approx(0.25 + 0.5 * 0.75) and found.margin == pytest.approx(0.625 - (0.4 + 0.5 * 0.25))
    sure = key_of(heard_keys(F_major=0.6, G_major=0.2, C_major=0.2))
    assert sure is not None and LABELS[sure.index] == "F major"


def test_nearness_is_of_fifths_relatives_and_parallels_either_way() -> None:
    table = nearness()
    assert np.array_equal(table, table.T) and (np.sort(table, axis=0)[-5:].T == [0.2, 0.3, 0.5, 0.5, 1.0]).all()
    assert (table > 0).sum() == 24 * 5
    c_major, a_minor, c_minor = (LABELS.index(name) for name in ("C major", "A minor", "C minor"))
    assert (table[c_major, a_minor], table[c_major, c_minor]) == (0.3, 0.2)


def test_a_key_of_real_music_is_surer_than_one_of_24_and_leads(real_music: Path) -> None:
    from mixassistant.audio.decode import decode

    shared = Representations(decode(real_music / "gtzan" / "country.00000.wav"))
    found = key_of(shared.once(hearing))
    assert found is not None and 1 / 24 < found.clarity <= 1 and 0 <= found.margin <= found.clarity
