"""The Demucs code path, on networks of the same architecture that are small and untrained."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from demucs.htdemucs import HTDemucs
from safetensors.torch import save_file

from mixassistant.audio.audio import Audio
from mixassistant.errors import Cancelled, InputError, MissingError
from mixassistant.stems.demucs_model import DemucsSeparator, load_network
from mixassistant.stems.stem import ROLES

RATE = 44100
SEGMENT_S = Fraction(3, 2)
SMALL: dict[str, Any] = {
    "sources": ["drums", "bass", "other", "vocals"],
    "channels": 4,
    "bottom_channels": 8,
    "t_layers": 1,
    "t_heads": 2,
    "dconv_comp": 2,
    "segment": SEGMENT_S,
}


def untrained(**changes: Any) -> HTDemucs:
    torch.manual_seed(11)
    return HTDemucs(**(SMALL | changes)).eval()


def package(network: HTDemucs, **more: Any) -> dict[str, Any]:
    """A checkpoint as the published ones are: half precision, a fraction, NumPy scalars among the training arguments."""
    args, kwargs = network._init_args_kwargs
    state = {name: value.half() for name, value in network.state_dict().items()}
    training = {"lr": np.float64(3e-4), "epochs": np.int64(360)}
    return {"klass": HTDemucs, "args": args, "kwargs": kwargs, "state": state, "training_args": training} | more


def save_safetensors(network: HTDemucs, path: Path, **metadata: str) -> None:
    """A checkpoint as the demucs hub has it."""

    def encode(value: object) -> object:
        return (
            {"_type": "fraction", "numerator": value.numerator, "denominator": value.denominator} if isinstance(value, Fraction) else value
        )

    kwargs = {name: encode(value) for name, value in network._init_args_kwargs[1].items()}
    header = {"klass": "demucs.htdemucs.HTDemucs", "args": "[]", "kwargs": json.dumps(kwargs)} | metadata
    save_file({name: value.half().contiguous() for name, value in network.state_dict().items()}, path, header)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Run these small networks on one thread: two that wait for each other on a busy machine take twenty times as long."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "htdemucs.th"
    torch.save(package(untrained()), path)
    return path


def noise(duration_s: float, rate: int = RATE, channels: int = 2) -> Audio:
    return Audio((0.1 * np.random.default_rng(4).standard_normal((channels, int(duration_s * rate)))).astype(np.float32), rate)


def test_both_formats_hold_the_same_network(checkpoint: Path, tmp_path: Path) -> None:
    save_safetensors(untrained(), tmp_path / "htdemucs.safetensors")
    one, other = load_network(checkpoint), load_network(tmp_path / "htdemucs.safetensors")
    assert one.segment == other.segment == SEGMENT_S
    assert all(torch.equal(a, b) and a.dtype == torch.float32 for a, b in zip(one.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize(("rate", "channels"), [(44100, 2), (44100, 1), (48000, 2), (22050, 1)])
def test_stems_have_the_mixs_rate_channels_and_length(checkpoint: Path, rate: int, channels: int) -> None:
    mix = noise(2.0, rate, channels)
    stems = DemucsSeparator(checkpoint, "htdemucs", "cpu").separate(mix)
    assert set(stems) == set(ROLES)
    assert {(s.sample_rate_hz, s.samples.shape) for s in stems.values()} == {(rate, mix.samples.shape)}
    assert all(np.isfinite(s.samples).all() and s.samples.any() for s in stems.values())


def test_stems_are_those_of_demucs_own_separator(checkpoint: Path) -> None:
    from demucs.apply import apply_model

    mix = noise(4.0)
    wave = torch.from_numpy(mix.samples.copy())
    deviation = wave.mean(0).std() + 1e-8
    with torch.no_grad():
        expected = apply_model(load_network(checkpoint), ((wave - wave.mean()) / deviation)[None], shifts=0, overlap=0.25)[0] * deviation
    stems = DemucsSeparator(checkpoint, "htdemucs", "cpu").separate(mix)
    for source, samples in zip(SMALL["sources"], expected, strict=True):
        np.testing.assert_allclose(stems[source].samples, samples.numpy(), atol=1e-6)


def test_levels_follow_the_mix(checkpoint: Path) -> None:
    mix, separator = noise(2.0), DemucsSeparator(checkpoint, "htdemucs", "cpu")
    loud, quiet = separator.separate(mix), separator.separate(Audio(mix.samples / 8, RATE))
    for role in ROLES:
        np.testing.assert_allclose(quiet[role].samples * 8, loud[role].samples, atol=1e-4)


def test_same_mix_gives_the_same_stems(checkpoint: Path) -> None:
    separator = DemucsSeparator(checkpoint, "htdemucs", "cpu")
    first, second = separator.separate(noise(2.0)), separator.separate(noise(2.0))
    assert all(np.array_equal(first[role].samples, second[role].samples) for role in ROLES)


def test_silence_stays_finite(checkpoint: Path) -> None:
    stems = DemucsSeparator(checkpoint, "htdemucs", "cpu").separate(Audio(np.zeros((2, RATE), np.float32), RATE))
    assert all(np.abs(stem.samples).max() < 1e-4 for stem in stems.values())


def test_progress_rises_to_one_and_can_cancel_at_any_segment(checkpoint: Path) -> None:
    separator, mix = DemucsSeparator(checkpoint, "htdemucs", "cpu"), noise(5.0)
    seen: list[float] = []
    separator.separate(mix, lambda _stage, fraction: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert len(set(seen)) > 3

    for limit in sorted(set(seen))[:3]:
        after: list[float] = []

        def cancel(_stage: str, fraction: float, limit: float = limit, after: list[float] = after) -> None:
            after.append(fraction)
            if fraction >= limit and len(after) > 1:
                raise Cancelled

        with pytest.raises(Cancelled):
            separator.separate(mix, cancel)
        assert after[-1] == limit


def test_separation_works_again_after_a_cancel(checkpoint: Path) -> None:
    separator, calls = DemucsSeparator(checkpoint, "htdemucs", "cpu"), []

    def cancel(_stage: str, _fraction: float) -> None:
        calls.append(1)
        if len(calls) > 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        separator.separate(noise(2.0), cancel)
    count = len(calls)
    separator.separate(noise(2.0))
    assert len(calls) == count


def test_guitar_and_piano_are_added_to_other(tmp_path: Path) -> None:
    network = untrained(sources=["drums", "bass", "other", "vocals", "guitar", "piano"])
    torch.save(package(network), tmp_path / "six.th")
    stems = DemucsSeparator(tmp_path / "six.th", "htdemucs_6s", "cpu").separate(noise(1.0))
    assert set(stems) == set(ROLES)


def test_origin_and_version_name_the_weights(checkpoint: Path, tmp_path: Path) -> None:
    torch.save(package(untrained(channels=8)), tmp_path / "htdemucs.th")
    one, other = DemucsSeparator(checkpoint, "htdemucs", "cpu"), DemucsSeparator(tmp_path / "htdemucs.th", "htdemucs", "cpu")
    assert one.origin == other.origin == "demucs:htdemucs"
    assert one.version != other.version


class Malicious:
    """Pickles to a call; loading it must not make that call."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return open, (str(self.target), "w")  # type: ignore[return-value]


def test_pickle_that_calls_something_is_refused_and_nothing_is_called(tmp_path: Path) -> None:
    torch.save(package(untrained(), training_args=Malicious(tmp_path / "called")), tmp_path / "bad.th")
    with pytest.raises(InputError, match="does not hold"):
        load_network(tmp_path / "bad.th")
    assert not (tmp_path / "called").exists()


def test_class_named_by_a_safetensors_file_is_not_imported(tmp_path: Path) -> None:
    save_safetensors(untrained(), tmp_path / "bad.safetensors", klass="os.system")
    with pytest.raises(InputError, match="does not hold"):
        load_network(tmp_path / "bad.safetensors")


@pytest.mark.parametrize("suffix", [".th", ".safetensors"])
@pytest.mark.parametrize("content", [b"", b"not weights", bytes(100), b"PK\x03\x04" + bytes(100)])
def test_file_that_is_no_checkpoint_is_bad_input(tmp_path: Path, suffix: str, content: bytes) -> None:
    (tmp_path / f"bad{suffix}").write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_network(tmp_path / f"bad{suffix}")
    assert "\n" not in str(caught.value)


def test_cut_off_checkpoint_is_bad_input(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.th").write_bytes(checkpoint.read_bytes()[:5000])
    with pytest.raises(InputError):
        load_network(tmp_path / "cut.th")


@pytest.mark.parametrize("suffix", [".th", ".safetensors"])
def test_damaged_checkpoint_is_bad_input_wherever_the_damage_is(tmp_path: Path, suffix: str) -> None:
    path, rng = tmp_path / f"bad{suffix}", np.random.default_rng(9)
    network = untrained(channels=4)
    save_safetensors(network, path) if suffix == ".safetensors" else torch.save(package(network), path)
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    for _ in range(40):
        damaged = whole.copy()
        # Most of a file is tensors, whose values nobody can check: the damage is in the header or the pickle.
        damaged[rng.integers(0, 4000, 8)] = rng.integers(0, 256, 8)
        path.write_bytes(damaged.tobytes())
        try:
            load_network(path)
        except InputError:
            continue


def test_random_bytes_are_bad_input(tmp_path: Path) -> None:
    rng = np.random.default_rng(10)
    for _ in range(100):
        (tmp_path / "bad.th").write_bytes(b"\x80\x02" + rng.integers(0, 128, 60, np.uint8).tobytes())
        with pytest.raises(InputError):
            load_network(tmp_path / "bad.th")


@pytest.mark.parametrize("content", [{"klass": 1}, [1, 2], {}])
def test_package_of_something_else_is_bad_input(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "bad.th")
    with pytest.raises(InputError):
        load_network(tmp_path / "bad.th")


def test_state_of_another_network_is_bad_input(tmp_path: Path) -> None:
    wrong = package(untrained()) | {"state": package(untrained(channels=8))["state"]}
    torch.save(wrong, tmp_path / "bad.th")
    with pytest.raises(InputError):
        load_network(tmp_path / "bad.th")


def test_network_with_other_sources_is_bad_input(tmp_path: Path) -> None:
    torch.save(package(untrained(sources=["speech", "noise", "music", "effects"])), tmp_path / "bad.th")
    with pytest.raises(InputError, match="speech"):
        load_network(tmp_path / "bad.th")


def test_device_out_of_memory_is_a_missing_device(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    separator = DemucsSeparator(checkpoint, "htdemucs", "cpu")

    def run_out(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("no memory")

    monkeypatch.setattr("demucs.apply.apply_model", run_out)
    with pytest.raises(MissingError, match="memory"):
        separator.separate(noise(1.0))
