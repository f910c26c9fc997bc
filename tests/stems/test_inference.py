"""Less memory, fewer bits, more at once: the stems stay what they are, or the user is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from untrained_demucs import RATE, noise, save, untrained

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode
from mixassistant.errors import Cancelled, MissingError
from mixassistant.stems import inference
from mixassistant.stems.convolutions import fast_convolutions
from mixassistant.stems.demucs_bag import load_bag
from mixassistant.stems.demucs_model import DemucsSeparator
from mixassistant.stems.inference import Inference, sdr_between
from mixassistant.stems.separate import separation
from mixassistant.stems.stem import ROLES, Song

CARD = "cpu:0"  # to torch it is the processor, to the program a device of its own


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Run these small networks on one thread: two that wait for each other on a busy machine take twenty times as long."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("models") / "htdemucs.th")


@pytest.fixture(autouse=True)
def in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "half_precision", lambda _device: None)


@pytest.fixture
def in_bfloat16(monkeypatch: pytest.MonkeyPatch, in_float32: None) -> None:
    monkeypatch.setattr(inference, "half_precision", lambda _device: torch.bfloat16)


def separator(checkpoint: Path, monkeypatch: pytest.MonkeyPatch, device: str = "cpu", batch: int = 1) -> DemucsSeparator:
    monkeypatch.setattr(inference, "batch_size", lambda name: batch if name == device else 1)
    made = DemucsSeparator(checkpoint, "htdemucs", "cpu")
    made.device = device
    return made


class Small:
    """Memory for so many samples in so many segments at once; on the processor for any."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, samples: int, on_processor: bool = False, error: Exception | None = None) -> None:
        from demucs.htdemucs import HTDemucs

        self.seen: list[tuple[int, int]] = []
        forward = HTDemucs.forward
        where = {"device": ""}
        move = Inference._place

        def place(self: Inference, device: str) -> None:
            where["device"] = device
            move(self, device)

        def limited(network: Any, segments: torch.Tensor) -> torch.Tensor:
            self.seen.append((segments.shape[0], segments.shape[2]))
            if segments.shape[0] * segments.shape[2] > samples and (on_processor or where["device"] != "cpu"):
                raise error or torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
            return forward(network, segments)

        monkeypatch.setattr(Inference, "_place", place)
        monkeypatch.setattr(HTDemucs, "forward", limited)


def close(found: dict[Any, Audio], expected: dict[Any, Audio], atol: float = 1e-6) -> None:
    for role in ROLES:
        np.testing.assert_allclose(found[role].samples, expected[role].samples, atol=atol)


@pytest.mark.parametrize("batch", [2, 3, 16])
def test_segments_at_once_are_those_one_by_one(checkpoint: Path, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    mix = noise(6.0)
    one = separator(checkpoint, monkeypatch).separate(mix)
    close(separator(checkpoint, monkeypatch, batch=batch).separate(mix), one, 1e-5)


def test_card_that_is_too_small_for_many_takes_fewer(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mix, segment = noise(6.0), load_bag(checkpoint).segment
    expected = separator(checkpoint, monkeypatch).separate(mix)
    card = separator(checkpoint, monkeypatch, CARD, batch=8)
    memory = Small(monkeypatch, 2 * segment)
    close(card.separate(mix), expected, 1e-5)
    assert memory.seen[:3] == [(6, segment), (4, segment), (2, segment)] or (2, segment) in memory.seen
    assert card.report is not None
    assert not card.report.notes  # the same result, and nothing to tell


def test_card_that_is_too_small_for_a_segment_takes_shorter_ones_and_says_so(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mix, segment = noise(4.0), load_bag(checkpoint).segment
    card = separator(checkpoint, monkeypatch, CARD, batch=2)
    memory = Small(monkeypatch, segment // 2)
    stems = card.separate(mix)
    assert memory.seen[-1] == (1, segment // 2)
    assert card.report is not None
    (note,) = card.report.notes
    assert "shorter segments" in note
    assert all(stems[role].samples.shape == mix.samples.shape and np.isfinite(stems[role].samples).all() for role in ROLES)


def test_card_without_memory_leaves_it_to_the_processor_and_says_so(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mix = noise(4.0)
    expected = separator(checkpoint, monkeypatch).separate(mix)
    card = separator(checkpoint, monkeypatch, CARD, batch=4)
    Small(monkeypatch, 0)
    stages: list[str] = []
    song = separation(Song("song", "hash", mix, (), {}), card, tmp_path, lambda stage, _fraction: stages.append(stage)).song
    close({stem.role: stem.audio for stem in song.stems}, expected)
    assert "the processor separated instead" in song.warnings[-1]
    assert card.report is not None
    assert card.report.device == "the processor"
    assert "Separating with the processor" in stages


def test_card_that_fails_leaves_it_to_the_processor_and_says_so(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mix = noise(2.0)
    expected = separator(checkpoint, monkeypatch).separate(mix)
    card = separator(checkpoint, monkeypatch, CARD)
    Small(monkeypatch, 0, error=RuntimeError("CUDA error: unspecified launch failure"))
    close(card.separate(mix), expected)
    assert card.report is not None
    assert "failed" in card.report.notes[0]


def test_processor_that_is_too_small_is_missing_memory(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Small(monkeypatch, 0, on_processor=True, error=RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"))
    with pytest.raises(MissingError, match="memory"):
        separator(checkpoint, monkeypatch).separate(noise(1.0))


def test_other_errors_of_the_processor_are_not_hidden(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Small(monkeypatch, 0, on_processor=True, error=RuntimeError("a bug"))
    with pytest.raises(RuntimeError, match="a bug"):
        separator(checkpoint, monkeypatch).separate(noise(1.0))


def sdr_db(expected: dict[Any, Audio], found: dict[Any, Audio]) -> float:
    return min(
        float(10 * np.log10(np.sum(expected[r].samples ** 2.0) / np.sum((expected[r].samples - found[r].samples) ** 2.0))) for r in ROLES
    )


@pytest.mark.usefixtures("in_bfloat16")
def test_sixteen_bits_give_the_same_on_real_music(checkpoint: Path, monkeypatch: pytest.MonkeyPatch, real_music: Path) -> None:
    path = sorted((real_music / "music").glob("*.ogg"))[0]
    clip = decode(path)
    mix = Audio(clip.samples[:, : 8 * clip.sample_rate_hz], clip.sample_rate_hz)
    half = separator(checkpoint, monkeypatch)
    found = half.separate(mix)
    monkeypatch.setattr(inference, "half_precision", lambda _device: None)
    expected = separator(checkpoint, monkeypatch).separate(mix)
    assert half.report is not None
    assert half.report.precision == "bfloat16"
    assert half.report.precision_sdr_db is not None
    assert half.report.precision_sdr_db > 40
    assert 40 < sdr_db(expected, found) < 100


@pytest.mark.usefixtures("in_bfloat16")
def test_sixteen_bits_that_do_not_give_the_same_are_not_used(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mix = noise(6.0)
    monkeypatch.setattr(inference, "LEAST_SDR_DB", 100.0)
    refused = separator(checkpoint, monkeypatch)
    found = refused.separate(mix)
    assert refused.report is not None
    assert refused.report.precision == "float32"
    assert refused.report.precision_sdr_db is not None
    assert refused.report.precision_sdr_db < 100
    monkeypatch.setattr(inference, "half_precision", lambda _device: None)
    close(found, separator(checkpoint, monkeypatch).separate(mix), 0)


@pytest.mark.usefixtures("in_bfloat16")
def test_device_that_cannot_compute_in_sixteen_bits_computes_in_32(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from demucs.htdemucs import HTDemucs

    forward = HTDemucs.forward

    def picky(network: Any, x: torch.Tensor) -> torch.Tensor:
        if torch.is_autocast_enabled("cpu"):
            raise RuntimeError("not implemented for 'BFloat16'")
        return forward(network, x)

    monkeypatch.setattr(HTDemucs, "forward", picky)
    mix = noise(6.0)
    card = separator(checkpoint, monkeypatch, CARD)
    found = card.separate(mix)
    assert card.report is not None
    assert (card.report.precision, card.report.notes) == ("float32", ())
    monkeypatch.setattr(inference, "half_precision", lambda _device: None)
    close(found, separator(checkpoint, monkeypatch).separate(mix), 1e-6)


def test_numbers_beyond_sixteen_bits_are_computed_in_32(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from demucs.htdemucs import HTDemucs

    bag = load_bag(checkpoint)
    running = Inference(bag, "cpu")
    segments = torch.from_numpy(noise(1.5).samples.copy())[None]
    expected = running.estimate(segments)
    forward = HTDemucs.forward

    def overflowing(network: Any, x: torch.Tensor) -> torch.Tensor:
        found = forward(network, x)
        return found * torch.inf if torch.is_autocast_enabled("cpu") else found

    monkeypatch.setattr(HTDemucs, "forward", overflowing)
    running.precision = torch.float16
    torch.testing.assert_close(running.estimate(segments), expected)
    assert running.precision == torch.float32


def test_sdr_is_that_of_the_worst_role_that_is_heard() -> None:
    whole = torch.ones(3, 2, 10)
    whole[2] *= 0.001  # 60 dB below: not judged by itself
    coarse = whole.clone()
    coarse[1] += 0.01
    coarse[2] += 1.0
    assert sdr_between(whole, coarse) == pytest.approx(40.0, abs=0.01)


def test_fast_convolutions_compute_the_same_and_leave_no_trace() -> None:
    network = untrained()
    x = torch.from_numpy(noise(1.5).samples.copy())[None]
    with torch.inference_mode():
        whole = network(x)
        with torch.autocast("cpu", torch.bfloat16):
            usual = network(x)
            with fast_convolutions(network):
                fast = network(x)
        assert torch.equal(network(x), whole)
    assert not any("forward" in vars(module) for module in network.modules())
    assert sdr_between(whole[0], fast[0]) > 40
    assert abs(sdr_between(whole[0], fast[0]) - sdr_between(whole[0], usual[0])) < 2


def test_progress_is_told_between_the_layers(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    running = Inference(load_bag(checkpoint), "cpu")
    segments = torch.from_numpy(np.stack([noise(1.5).samples] * 2))
    monkeypatch.setattr(running, "batch", 1)
    with running.told(told.append):
        running.estimate(segments)
    assert len(told) > 40
    assert told == sorted(told)
    assert 0.9 < told[-1] <= 1

    def cancel(_fraction: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled), running.told(cancel):
        running.estimate(segments)


def test_rate_of_the_checkpoint_is_the_mixs(checkpoint: Path) -> None:
    assert load_bag(checkpoint).sample_rate_hz == RATE
