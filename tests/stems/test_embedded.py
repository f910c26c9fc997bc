"""The embedded separator shares the mix out: nothing is lost, and each role gets more of its own than it had."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from mixassistant import paths
from mixassistant.audio.audio import Audio, mix
from mixassistant.audio.decode import decode
from mixassistant.audio.resample import resample
from mixassistant.errors import Cancelled, InputError
from mixassistant.stems.embedded import EmbeddedSeparator, bands, rules, separation
from mixassistant.stems.embedded.frames import spectra
from mixassistant.stems.embedded.network import CONTEXT_FRAMES, SeparatingNetwork, matrices
from mixassistant.stems.embedded.rules import NETWORK, _median_of_nine
from mixassistant.stems.separate import separation as separated
from mixassistant.stems.stem import ROLES, Role, Song

RATE = 44100
TRAINING = Path(__file__).resolve().parents[2] / "packaging" / "train_separator"
SHIPPED = paths.resource("separator.safetensors", missing_ok=True)
HELD_OUT = ("Giselle - Moss.stem.mp4", "Hop Along - Sister Cities.stem.mp4", "Voelund - Comfort Lives In Belief.stem.mp4")
FLOORS_DB: dict[Role, float] = {"drums": 3.6, "bass": 3.9, "vocals": 5.5, "other": 3.0}  # what is measured, less half a decibel
needs_weights = pytest.mark.skipif(not SHIPPED.exists(), reason="the weights of the embedded separator have been taken out")


def times(duration_s: float, rate: int = RATE) -> np.ndarray:
    return np.arange(int(duration_s * rate)) / rate


def band(duration_s: float = 4.0, rate: int = RATE) -> dict[str, Audio]:
    """Clicks and a bass note in the middle, a chord at the sides."""
    t = times(duration_s, rate)
    rng = np.random.default_rng(5)
    beat = (t % 0.5) / 0.004
    clicks = 0.4 * np.exp(-beat) * rng.standard_normal(t.size)
    bass = 0.2 * np.sin(2 * np.pi * 65 * t)
    chord = 0.05 * sum(np.sin(2 * np.pi * f * t + k) for k, f in enumerate((440, 554, 659)))
    return {
        "drums": Audio(np.stack([clicks, clicks]), rate),
        "bass": Audio(np.stack([bass, bass]), rate),
        "other": Audio(np.stack([chord, -chord]), rate),
    }


def noise(samples: int, channels: int = 2, rate: int = RATE, seed: int = 1) -> Audio:
    return Audio((0.1 * np.random.default_rng(seed).standard_normal((channels, samples))).astype(np.float32), rate)


def level_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-30))


def distortion_ratio_db(true: Audio, estimate: Audio) -> float:
    return level_db(true.samples) - level_db(true.samples - estimate.samples)


def save(network: torch.nn.Module, path: Path, form: str = separation.FORMAT) -> Path:
    state = {name: value.half() for name, value in network.state_dict().items() if not name.endswith("num_batches_tracked")}
    save_file(state, path, metadata={"format": form})
    return path


@pytest.fixture(scope="module")
def random_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of the shipped format that have learned nothing, but whose masks differ from place to place."""
    torch.manual_seed(3)
    network = SeparatingNetwork()
    torch.nn.init.normal_(network.out.weight, std=0.3)
    return save(network, tmp_path_factory.mktemp("weights") / "random.safetensors")


@pytest.fixture(params=["rules", "network"])
def separator(request: pytest.FixtureRequest, random_weights: Path, tmp_path: Path) -> EmbeddedSeparator:
    return EmbeddedSeparator(random_weights if request.param == "network" else tmp_path / "none.safetensors", device="cpu")


@pytest.fixture
def by_rules(tmp_path: Path) -> EmbeddedSeparator:
    return EmbeddedSeparator(tmp_path / "none.safetensors")


@pytest.mark.parametrize("rate", [8000, 44100, 48000, 192000])
@pytest.mark.parametrize("channels", [1, 2])
def test_stems_sum_to_the_mix(separator: EmbeddedSeparator, rate: int, channels: int) -> None:
    whole = noise(int(2.3 * rate), channels, rate)
    stems = separator.separate(whole)
    assert list(stems) == list(ROLES)
    assert {(s.sample_rate_hz, s.samples.shape) for s in stems.values()} == {(rate, whole.samples.shape)}
    residual = sum(s.samples.astype(np.float64) for s in stems.values()) - whole.samples
    assert level_db(residual) - level_db(whole.samples) < -100


@pytest.mark.parametrize("samples", [0, 1, 1023, 1024, 4097])
def test_any_length_is_separated(separator: EmbeddedSeparator, samples: int) -> None:
    stems = separator.separate(noise(samples))
    assert all(stem.length == samples for stem in stems.values())
    assert all(np.isfinite(stem.samples).all() for stem in stems.values())


def test_silence_gives_silence(separator: EmbeddedSeparator) -> None:
    stems = separator.separate(Audio(np.zeros((2, RATE), np.float32), RATE))
    assert not any(stem.samples.any() for stem in stems.values())


def test_two_equal_channels_are_separated_as_mono(separator: EmbeddedSeparator) -> None:
    one = noise(RATE, 1)
    mono, stereo = separator.separate(one), separator.separate(one.stereo())
    for role in ROLES:
        np.testing.assert_array_equal(stereo[role].samples[0], stereo[role].samples[1])
        np.testing.assert_allclose(stereo[role].samples[0], mono[role].samples[0], atol=1e-5)


def test_gain_changes_nothing_but_the_gain(separator: EmbeddedSeparator) -> None:
    whole = mix(list(band(2.0).values()))
    quiet = separator.separate(Audio(whole.samples * np.float32(2**-6), RATE))
    for role, stem in separator.separate(whole).items():
        np.testing.assert_allclose(quiet[role].samples * 64, stem.samples, atol=1e-5)


@pytest.mark.parametrize("chunk", [64, 10_000])
def test_chunks_leave_no_seams(separator: EmbeddedSeparator, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = mix([*band(14.0).values(), noise(14 * RATE)])
    in_chunks = separator.separate(whole)
    monkeypatch.setattr(rules, "CHUNK_FRAMES", chunk)
    monkeypatch.setattr(separation, "CHUNK_FRAMES", chunk)
    for role, stem in separator.separate(whole).items():
        np.testing.assert_allclose(in_chunks[role].samples, stem.samples, atol=3e-5)


def test_same_mix_gives_the_same_stems(separator: EmbeddedSeparator) -> None:
    whole = noise(3 * RATE)
    first, second = separator.separate(whole), separator.separate(whole)
    assert all(np.array_equal(first[role].samples, second[role].samples) for role in ROLES)


def test_progress_rises_to_one_and_can_cancel(separator: EmbeddedSeparator) -> None:
    seen: list[float] = []
    separator.separate(noise(20 * RATE), lambda _stage, fraction: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == 1
    assert len(seen) > 6

    def cancel(_stage: str, fraction: float) -> None:
        if fraction > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        separator.separate(noise(20 * RATE), cancel)


def test_version_names_the_weights_or_the_rules(random_weights: Path, by_rules: EmbeddedSeparator) -> None:
    assert EmbeddedSeparator(random_weights).version == hashlib.sha256(random_weights.read_bytes()).hexdigest()
    assert by_rules.version == f"rules-{rules.VERSION}"
    assert by_rules.licence == ""
    assert EmbeddedSeparator().origin == by_rules.origin == "embedded"


def test_without_shipped_weights_the_rules_separate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "resource", lambda name, missing_ok=False: tmp_path / name)
    whole = mix(list(band(2.0).values()))
    expected = rules.RuleSeparator().separate(whole)
    for role, stem in EmbeddedSeparator().separate(whole).items():
        np.testing.assert_array_equal(stem.samples, expected[role].samples)


def test_other_files_than_weights_are_refused(random_weights: Path, tmp_path: Path) -> None:
    text, of_others, smaller = (tmp_path / f"{name}.safetensors" for name in ("text", "others", "smaller"))
    text.write_text("not weights")
    save(SeparatingNetwork(), of_others, "another-format")
    save(torch.nn.Linear(2, 2), smaller)
    for path in (text, of_others, smaller, random_weights.parent):
        with pytest.raises(InputError, match="does not hold weights of the embedded separator"):
            EmbeddedSeparator(path).separate(noise(RATE))


@pytest.mark.parametrize(("window", "rate"), [(4096, 44100), (4460, 48000), (744, 8000), (17832, 192000)])
def test_every_bin_is_in_the_bands_once(window: int, rate: int) -> None:
    assert bands.hop_length(rate) * bands.OVERLAP == window
    belongs = bands.membership(window, rate)
    np.testing.assert_allclose(belongs.sum(axis=1), 1, rtol=1e-5)
    if rate == bands.RATE_HZ:
        assert set(np.unique(belongs)) == {0, 1}
        assert belongs.sum(axis=0).min() == 1
    assert (np.diff(bands.band_edges_hz()) > 0).all()


def test_matrices_sum_to_the_unit_matrix() -> None:
    found = matrices(3 * torch.randn((2, len(ROLES), 4, 5, 6), generator=torch.Generator().manual_seed(0)))
    unit = torch.tensor([1.0, 0, 0, 1])[None, :, None, None].expand(2, 4, 5, 6)
    torch.testing.assert_close(found.sum(1), unit)


def test_network_hears_no_farther_than_its_context(random_weights: Path) -> None:
    network = separation.load_network(random_weights)
    frames = 3 * CONTEXT_FRAMES
    one = torch.rand((1, 4, frames, bands.BANDS), generator=torch.Generator().manual_seed(1))
    other = one.clone()
    other[:, :, :8] *= 3
    with torch.inference_mode():
        changed = (network(one) - network(other)).abs().amax(dim=(0, 1, 2, 4))
    assert changed[0] > 0
    assert changed[CONTEXT_FRAMES:].max() < 1e-6


def test_training_and_separating_sum_up_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TRAINING))
    import examples  # type: ignore[import-not-found]

    assert isinstance(examples, ModuleType)
    song = np.stack([noise(RATE, seed=seed).samples * gain for seed, gain in enumerate((1, 0.1, 0.5, 0.3))])
    trained_on = examples.whole_song(song).mix[0].numpy()
    whole = song.sum(axis=0)
    # Training takes frames that lie inside the song: from the fourth on.
    around = separation._mid_and_side(spectra(whole, 3, 3 + trained_on.shape[1], bands.WINDOW))
    level = float((np.abs(around) ** 2).sum(axis=(0, 2)).mean() / bands.BANDS)
    found = separation._Grid(bands.WINDOW, RATE).statistics(around, level)
    np.testing.assert_allclose(found, trained_on, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("role", ["drums", "bass", "other"])
def test_rules_give_each_part_to_its_role(by_rules: EmbeddedSeparator, role: Role) -> None:
    parts = band()
    stems = by_rules.separate(mix(list(parts.values())))
    before = distortion_ratio_db(parts[role], mix(list(parts.values())))
    assert distortion_ratio_db(parts[role], stems[role]) > max(before + 3, 3)


def test_rules_separate_mono_without_the_side_cue(by_rules: EmbeddedSeparator) -> None:
    parts = {name: Audio(audio.samples[:1], RATE) for name, audio in band().items()}
    stems = by_rules.separate(mix(list(parts.values())))
    assert distortion_ratio_db(parts["bass"], stems["bass"]) > 6
    assert distortion_ratio_db(parts["drums"], stems["drums"]) > 3


def test_network_of_comparisons_finds_the_median() -> None:
    rng = np.random.default_rng(2)
    values = rng.random((50, 40)).astype(np.float32)
    medians = _median_of_nine(values, 3, 26)
    expected = np.median(np.stack([values[3 * tap : 3 * tap + 26] for tap in range(9)]), axis=0)
    np.testing.assert_array_equal(medians, expected)
    assert len(NETWORK) == 19


def test_rules_separate_a_real_song_better_than_not(real_music: Path, by_rules: EmbeddedSeparator) -> None:
    true = true_stems(real_music, "ANiMAL - Rockshow.stem.mp4")
    whole = mix(list(true.values()))
    stems = by_rules.separate(whole)
    for role, stem in true.items():
        assert distortion_ratio_db(stem, stems[role]) > distortion_ratio_db(stem, whole) + 3


@needs_weights
def test_shipped_weights_are_small_and_say_what_they_are() -> None:
    assert SHIPPED.stat().st_size <= 20e6
    with safe_open(str(SHIPPED), framework="np") as file:
        about = file.metadata()
    assert about["format"] == separation.FORMAT
    assert "not for commercial use" in about["licence"]
    assert EmbeddedSeparator().licence == about["licence"]
    assert set(HELD_OUT) <= set(json.loads(about["held_out"]))
    assert "non-commercial" in (SHIPPED.parent / "separator.LICENSE.txt").read_text()
    assert EmbeddedSeparator().version[:12] in (SHIPPED.parent / "separator.md").read_text()


@needs_weights
def test_network_separates_songs_it_never_heard(real_music: Path) -> None:
    gains: dict[Role, list[float]] = {role: [] for role in ROLES}
    ratios: dict[Role, list[float]] = {role: [] for role in ROLES}
    for name in HELD_OUT:
        true = true_stems(real_music, name)
        whole = mix(list(true.values()))
        stems = EmbeddedSeparator(device="cpu").separate(whole)
        for role, stem in true.items():
            ratios[role].append(distortion_ratio_db(stem, stems[role]))
            gains[role].append(ratios[role][-1] - distortion_ratio_db(stem, whole))
    for role, floor in FLOORS_DB.items():
        assert np.mean(ratios[role]) > floor, role
        assert min(gains[role]) > 4, role


@needs_weights
@pytest.mark.parametrize("rate", [48000, 96000])
def test_another_sample_rate_separates_as_well(real_music: Path, rate: int) -> None:
    losses: list[float] = []
    for name in HELD_OUT[1:]:
        true = true_stems(real_music, name)
        whole = mix(list(true.values()))
        stems = EmbeddedSeparator(device="cpu").separate(whole)
        again = EmbeddedSeparator(device="cpu").separate(resample(whole, rate))
        for role, stem in true.items():
            back = resample(again[role], RATE).padded(whole.length)
            losses.append(distortion_ratio_db(stem, stems[role]) - distortion_ratio_db(stem, back))
    assert np.mean(losses) < 0.5


def true_stems(real_music: Path, name: str) -> dict[Role, Audio]:
    excerpt = real_music / "musdb18-7s" / "train" / name
    streams: dict[Role, int] = {"drums": 1, "bass": 2, "other": 3, "vocals": 4}
    return {role: decode(excerpt, stream=stream) for role, stream in streams.items()}


class SmallCard:
    """A stand-in for a graphics card: to torch it is the processor. The network fails on it, after some of its stages."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
        forward = SeparatingNetwork.forward
        self.tried = 0

        def limited(network: SeparatingNetwork, statistics: torch.Tensor, told: Callable[[], None]) -> torch.Tensor:
            if self.device == "cpu:0" and self.of.device == "cpu:0":
                self.tried += 1
                told()
                raise error
            return forward(network, statistics, told)

        monkeypatch.setattr(SeparatingNetwork, "forward", limited)
        self.device = "cpu:0"
        monkeypatch.setattr("mixassistant.stems.embedded.separator.pick_device", lambda _name: self.device)
        self.separator = EmbeddedSeparator()
        self.of = self.separator._network


@needs_weights
@pytest.mark.parametrize(
    ("error", "words"),
    [(torch.OutOfMemoryError("CUDA out of memory"), "too little memory"), (RuntimeError("CUDA error: launch failure"), "failed")],
)
def test_card_that_cannot_leaves_it_to_the_processor_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception, words: str
) -> None:
    sound = mix(list(band(30.0).values()))  # more than one piece
    expected = EmbeddedSeparator(device="cpu").separate(sound)
    card = SmallCard(monkeypatch, error)
    song = separated(Song("song", "hash", sound, (), {}), card.separator, tmp_path).song
    assert card.tried == 1  # the pieces after the first are the processor's from the start
    for stem in song.stems:
        np.testing.assert_array_equal(stem.audio.samples, expected[stem.role].samples)
    assert words in song.warnings[-1] and "the processor separated instead" in song.warnings[-1]
