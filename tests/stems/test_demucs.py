"""The Demucs code path, on networks of the same architecture that are small and untrained."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from demucs.htdemucs import HTDemucs
from safetensors.torch import save_file
from untrained_demucs import RATE, SEGMENT_S, SMALL, noise, package, save, untrained
from waiting import wait_for

from mixassistant.audio.audio import Audio
from mixassistant.errors import Cancelled, InputError
from mixassistant.stems.demucs_bag import load_bag
from mixassistant.stems.demucs_checkpoint import load_network
from mixassistant.stems.demucs_model import DemucsSeparator
from mixassistant.stems.separate import separation
from mixassistant.stems.stem import ROLES, Song
from mixassistant.stems.stem_files import StemFiles


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


@pytest.fixture(autouse=True)
def in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare with float32, on whatever processor this is."""
    monkeypatch.setattr("mixassistant.stems.inference.half_precision", lambda _device: None)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "htdemucs.th"
    torch.save(package(untrained()), path)
    return path


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


def stems_of(path: Path, mix: Audio) -> dict[str, np.ndarray]:
    return {role: stem.samples for role, stem in DemucsSeparator(path, "htdemucs", "cpu").separate(mix).items()}


@pytest.mark.parametrize("duration_s", [0.2, 1.0, 1.5, 2.3, 2.6, 5.9])
def test_any_length_is_cut_as_demucs_cuts_it(checkpoint: Path, duration_s: float) -> None:
    from demucs.apply import apply_model

    mix = noise(duration_s)
    wave = torch.from_numpy(mix.samples.copy())
    deviation = wave.mean(0).std() + 1e-8
    with torch.no_grad():
        expected = apply_model(load_network(checkpoint), ((wave - wave.mean()) / deviation)[None], shifts=0, overlap=0.25)[0] * deviation
    found = stems_of(checkpoint, mix)
    for source, samples in zip(SMALL["sources"], expected, strict=True):
        np.testing.assert_allclose(found[source], samples.numpy(), atol=1e-6)


@pytest.mark.parametrize("rate", [RATE, 48000])
@pytest.mark.parametrize("length", [0, 1])
def test_next_to_nothing_is_separated_too(checkpoint: Path, length: int, rate: int) -> None:
    stems = stems_of(checkpoint, Audio(np.full((2, length), 0.1, np.float32), rate))
    assert all(samples.shape == (2, length) and np.isfinite(samples).all() for samples in stems.values())


def test_other_rate_is_that_of_resampling_before_and_after(checkpoint: Path) -> None:
    from mixassistant.audio.resample import resample

    mix = noise(3.1, 48000)
    inside = DemucsSeparator(checkpoint, "htdemucs", "cpu").separate(resample(mix, RATE))
    for role, samples in stems_of(checkpoint, mix).items():
        np.testing.assert_allclose(samples, resample(inside[role], 48000).padded(mix.length).samples, atol=1e-5)


def test_mono_is_that_of_two_equal_channels(checkpoint: Path) -> None:
    mix = noise(2.0, channels=1)
    both = stems_of(checkpoint, mix.stereo())
    for role, samples in stems_of(checkpoint, mix).items():
        np.testing.assert_allclose(samples[0], both[role].mean(axis=0), atol=1e-6)


def test_stems_need_no_memory_of_their_own(checkpoint: Path) -> None:
    for samples in stems_of(checkpoint, noise(2.0)).values():
        base = samples
        while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
            base = base.base
        assert isinstance(base, np.memmap)


def test_bag_of_four_takes_from_each_network_its_own_source(tmp_path: Path) -> None:
    from demucs.apply import BagOfModels, apply_model

    folder = tmp_path / "bag"
    folder.mkdir()
    networks = [untrained(seed) for seed in range(4)]
    for index, network in enumerate(networks):
        torch.save(package(network), folder / f"{index}.th")
    mix = noise(2.6)
    wave = torch.from_numpy(mix.samples.copy())
    deviation = wave.mean(0).std() + 1e-8
    loaded = [load_network(folder / f"{index}.th") for index in range(4)]
    bag = BagOfModels(loaded, np.eye(4).tolist())  # the weights that htdemucs_ft is published with
    with torch.no_grad():
        expected = apply_model(bag, ((wave - wave.mean()) / deviation)[None], shifts=0, overlap=0.25)[0] * deviation
    found = stems_of(folder, mix)
    for source, samples in zip(SMALL["sources"], expected, strict=True):
        np.testing.assert_allclose(found[source], samples.numpy(), atol=1e-6)


def test_two_networks_of_a_bag_are_averaged(tmp_path: Path) -> None:
    (tmp_path / "bag").mkdir()
    files = [save(tmp_path / "bag" / f"{seed}.th", seed=seed) for seed in (1, 2)]
    mix = noise(1.2)
    one, other, both = stems_of(files[0], mix), stems_of(files[1], mix), stems_of(tmp_path / "bag", mix)
    for role in ROLES:
        np.testing.assert_allclose(both[role], (one[role] + other[role]) / 2, atol=1e-6)


def test_bag_without_checkpoints_or_of_strangers_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "bag").mkdir()
    with pytest.raises(InputError, match="no checkpoint"):
        load_bag(tmp_path / "bag")
    save(tmp_path / "bag" / "1.th")
    save(tmp_path / "bag" / "2.th", segment=Fraction(2))
    with pytest.raises(InputError, match="belong"):
        load_bag(tmp_path / "bag")


class Counted(DemucsSeparator):
    """Counts the segments that its network was given."""

    segments = 0

    def load(self, mix: Audio) -> Counted:
        self.separate(Audio(mix.samples[:, :1000], mix.sample_rate_hz))
        network = self._inference.bag.networks[0]  # type: ignore[union-attr]
        forward = network.forward

        def counting(segments: torch.Tensor) -> torch.Tensor:
            self.segments += segments.shape[0]
            return forward(segments)

        network.forward = counting
        self.segments = 0
        return self


def cancel_after(fraction: float) -> Any:
    def cancel(_stage: str, done: float) -> None:
        if done > fraction:
            raise Cancelled

    return cancel


@pytest.mark.parametrize("rate", [RATE, 32000])
def test_cancelled_separation_goes_on_where_it_was(checkpoint: Path, tmp_path: Path, rate: int) -> None:
    song = Song("song", "hash", noise(9.0, rate), (), {})
    whole = Counted(checkpoint, "htdemucs", "cpu").load(song.mix)
    expected = separation(song, whole).song
    with pytest.raises(Cancelled):
        separation(song, Counted(checkpoint, "htdemucs", "cpu"), tmp_path, cancel_after(0.6))
    after = Counted(checkpoint, "htdemucs", "cpu").load(song.mix)
    found = separation(song, after, tmp_path).song
    assert 2 <= after.segments <= whole.segments - 3
    for one, other in zip(found.stems, expected.stems, strict=True):
        np.testing.assert_allclose(one.audio.samples, other.audio.samples, atol=1e-6)
    again = Counted(checkpoint, "htdemucs", "cpu").load(song.mix)
    separation(song, again, tmp_path)
    assert again.segments == 0
    assert not list((tmp_path / "stems").glob(".*"))


@pytest.mark.parametrize("damage", ["journal", "samples", "header"])
def test_what_was_damaged_since_is_made_again(checkpoint: Path, tmp_path: Path, damage: str) -> None:
    song = Song("song", "hash", noise(9.0), (), {})
    expected = separation(song, DemucsSeparator(checkpoint, "htdemucs", "cpu")).song
    with pytest.raises(Cancelled):
        separation(song, DemucsSeparator(checkpoint, "htdemucs", "cpu"), tmp_path, cancel_after(0.6))
    (folder,) = (tmp_path / "stems").iterdir()
    if damage == "journal":
        with (folder / "journal.jsonl").open("ab") as file:
            file.write(b'[99999, "cut o')
    elif damage == "header":
        (folder / "journal.jsonl").write_bytes(b"{}\n")
    else:
        with (folder / "bass.npy").open("r+b") as file:
            file.seek(128 + 4 * 100_000)
            file.write(b"\0\0\0\0")
    found = separation(song, DemucsSeparator(checkpoint, "htdemucs", "cpu"), tmp_path).song
    for one, other in zip(found.stems, expected.stems, strict=True):
        np.testing.assert_allclose(one.audio.samples, other.audio.samples, atol=1e-6)


def test_stems_and_residual_sum_to_the_mix(checkpoint: Path, tmp_path: Path) -> None:
    for rate in (RATE, 48000):
        song = Song("song", f"hash {rate}", noise(3.0, rate), (), {})
        made = separation(song, DemucsSeparator(checkpoint, "htdemucs", "cpu"), tmp_path)
        kept = separation(song, DemucsSeparator(checkpoint, "htdemucs", "cpu"), tmp_path)
        alone = separation(song, DemucsSeparator(checkpoint, "htdemucs", "cpu"))
        for found in (made, kept, alone):
            assert found.residual is not None
            total = np.sum([stem.audio.samples for stem in found.song.stems], axis=0) + found.residual.samples
            np.testing.assert_allclose(total, song.mix.samples, atol=1e-6)
            power = np.mean(found.residual.samples**2) / np.mean(song.mix.samples**2)
            assert found.residual_db == pytest.approx(10 * np.log10(power), abs=0.01)
            assert found.facts["device"] == "the processor"


def test_full_disk_costs_nothing_but_a_warning(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append, calls = StemFiles.append, []

    def full(self: StemFiles, blocks: Any) -> None:
        calls.append(self.folder)
        if self.folder and len(calls) > 2:
            raise OSError(28, "No space left on device")
        append(self, blocks)

    monkeypatch.setattr(StemFiles, "append", full)
    song = Song("song", "hash", noise(5.0), (), {})
    found = separation(song, DemucsSeparator(checkpoint, "htdemucs", "cpu"), tmp_path).song
    assert len(found.stems) == 4
    assert "cache" in found.warnings[0]
    assert not list((tmp_path / "stems").iterdir())
    assert calls[-1] is None


def test_song_that_another_program_is_separating_is_separated_all_the_same(checkpoint: Path, tmp_path: Path) -> None:
    song = Song("song", "hash", noise(3.0), (), {})
    inner: list[Song] = []

    def meanwhile(_stage: str, fraction: float) -> None:
        if fraction > 0.5 and not inner:
            inner.append(song)
            inner[0] = separation(song, DemucsSeparator(checkpoint, "htdemucs", "cpu"), tmp_path).song

    outer = separation(song, DemucsSeparator(checkpoint, "htdemucs", "cpu"), tmp_path, meanwhile).song
    assert "cache" in inner[0].warnings[0]
    assert not outer.warnings
    for one, other in zip(outer.stems, inner[0].stems, strict=True):
        np.testing.assert_array_equal(one.audio.samples, other.audio.samples)


def test_device_is_shown(checkpoint: Path) -> None:
    seen: set[str] = set()
    DemucsSeparator(checkpoint, "htdemucs", "cpu").separate(noise(2.0), lambda stage, _fraction: seen.add(stage))
    assert "Separating with the processor" in seen


def test_slow_disk_keeps_nobody_waiting(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append, calls = StemFiles.append, [time.perf_counter()]

    def slowly(self: StemFiles, blocks: Any) -> None:
        before = len(calls)
        wait_for("progress while the disk works", lambda: len(calls) >= before + 8, 30)
        append(self, blocks)

    monkeypatch.setattr(StemFiles, "append", slowly)
    DemucsSeparator(checkpoint, "htdemucs", "cpu").separate(noise(1.0), lambda _stage, _fraction: calls.append(time.perf_counter()))
    assert sum(later - earlier < 0.2 for earlier, later in itertools.pairwise(calls[-12:])) >= 6
