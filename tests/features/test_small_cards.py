"""Measuring on a stand-in for a graphics card: to torch it is the processor, to the program a device of its own with little memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from mixassistant.audio.audio import Audio
from mixassistant.errors import Cancelled
from mixassistant.extraction.batch import extract_all
from mixassistant.features.descriptor import REGISTRY, Values
from mixassistant.features.measure import measure, measure_song
from mixassistant.features.representations import CARD_CHUNKS, Representations
from mixassistant.stems.stem import Song, Stem
from signals import music

CARD = "cpu:0"
NAMES = frozenset({"lufs", "ltas", "spectral_centroid", "spectral_contrast", "hpr", "chroma_stft", "stereo_width"}) & set(
    REGISTRY.descriptors
)


@pytest.fixture
def sound() -> Audio:
    return music(4, 30.0)


def limited(monkeypatch: pytest.MonkeyPatch, samples: float, error: Callable[[], Exception]) -> list[int]:
    """Let transforms fail on the card that are larger; return the sizes that were asked of it."""
    asked: list[int] = []
    transform = torch.fft.rfft
    make_window = torch.hann_window
    on_card = {"is": False}

    def window(size: int, *, device: str = "cpu", **words: object) -> torch.Tensor:
        on_card["is"] = device == CARD
        return make_window(size, device=device, **words)  # type: ignore[call-overload, no-any-return]

    def rfft(waves: torch.Tensor, *arguments: object) -> torch.Tensor:
        if on_card["is"] and waves.ndim > 1:
            asked.append(waves.numel())
            if waves.numel() > samples:
                raise error()
        return transform(waves, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(torch, "hann_window", window)
    monkeypatch.setattr(torch.fft, "rfft", rfft)
    return asked


def out_of_memory() -> Exception:
    return torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def assert_alike(found: Values, expected: Values) -> None:
    for name in expected:
        one, other = np.asarray(expected[name].value, dtype=float), np.asarray(found[name].value, dtype=float)
        np.testing.assert_allclose(other, one, rtol=1e-4, atol=0.1 * REGISTRY[name].step, err_msg=name)


def test_card_with_little_memory_takes_less_at_once(monkeypatch: pytest.MonkeyPatch, sound: Audio) -> None:
    expected = measure(sound, "mix", "cpu", NAMES)
    whole = Representations(sound, CARD)
    assert whole.at_once == CARD_CHUNKS > 4
    asked = limited(monkeypatch, 5e6, out_of_memory)
    assert_alike(measure(whole, "mix", CARD, NAMES), expected)
    assert max(asked) > 5e6 > asked[-1]
    assert (whole.device, whole.notes) == (CARD, [])  # the same numbers, and nothing to tell
    assert 1 <= whole.at_once < CARD_CHUNKS


def test_card_without_memory_leaves_it_to_the_processor_and_says_so(monkeypatch: pytest.MonkeyPatch, sound: Audio) -> None:
    stems = (Stem("Bass", "bass", "supplied", sound),)
    song = Song("song", "hash", sound, stems, {}, warnings=("an earlier one",))
    expected = measure_song(song, only=NAMES)
    limited(monkeypatch, 0, out_of_memory)
    track = measure_song(song, CARD, only=NAMES)
    assert_alike(track.mix, expected.mix)
    assert_alike(track.stems[0].values, expected.stems[0].values)
    assert track.warnings[0] == "an earlier one"
    assert len(track.warnings) == 2  # once, not for each piece
    assert "too little memory" in track.warnings[1] and "the processor measured instead" in track.warnings[1]


def test_card_that_fails_leaves_it_to_the_processor_and_says_so(monkeypatch: pytest.MonkeyPatch, sound: Audio) -> None:
    limited(monkeypatch, 0, lambda: RuntimeError("CUDA error: unspecified launch failure"))
    shared = Representations(sound, CARD)
    measure(shared, "mix", CARD, NAMES)
    assert shared.device == "cpu"
    (note,) = shared.notes
    assert "failed" in note


def test_errors_of_the_processor_are_not_hidden(monkeypatch: pytest.MonkeyPatch, sound: Audio) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(torch.fft, "rfft", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        measure(sound, "mix", "cpu", NAMES)


def test_measuring_on_a_card_ends_when_it_is_told_to(sound: Audio) -> None:
    calls = 0

    def cancel(_stage: str, _fraction: float) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        measure_song(Song("song", "hash", sound, (), {}), CARD, cancel, NAMES)
    assert calls == 3


def test_batch_of_tracks_on_a_card_is_measured_by_one_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from mixassistant.audio.write import write_audio

    folder = tmp_path_factory.mktemp("tracks")
    songs = [folder / f"{index}.wav" for index in range(3)]
    for index, path in enumerate(songs):
        write_audio(music(index, 4.0), path, "PCM_16")
    monkeypatch.setattr("mixassistant.extraction.batch._together", lambda *_: pytest.fail("several processes share a card"))
    limited(monkeypatch, 4e5, out_of_memory)
    outcomes = extract_all(songs, folder / "out", CARD, NAMES)
    assert [outcome.error for outcome in outcomes] == [None] * 3
    assert all(outcome.document and outcome.document["mix"]["measurements"]["lufs"]["value"] is not None for outcome in outcomes)
