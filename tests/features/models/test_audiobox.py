from __future__ import annotations

import json
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from mixassistant.errors import Cancelled
from mixassistant.features.models import audiobox
from mixassistant.features.models.catalogue import AESTHETICS
from mixassistant.features.models.measurement import measure_models
from mixassistant.features.models.wavlm import AXES, LAYERS, TICKS

SIZE, INNER, HEADS, CHANNELS = 64, 96, 4, 32  # the published model has 768, 3072, 12 and 512
SCALE = {axis: {"mean": 5.0 + i, "std": 1.5 - 0.1 * i} for i, axis in enumerate(AXES)}
RATE = audiobox.SAMPLE_RATE_HZ

# What the published implementation (audiobox_aesthetics 0.0.4) says of `wave` with the weights of `small_weights`.
PUBLISHED = {"CE": 5.178694, "CU": 5.647004, "PC": 7.058173, "PQ": 8.038329}
PUBLISHED_DEEP = {"CE": 4.901384, "CU": 6.390533, "PC": 7.445705, "PQ": 8.228634}  # three layers a head, embeddings as they are


def tensor(name: str, *shape: int, base: float = 0.0, spread: float = 0.1) -> torch.Tensor:
    """Return random values that depend on nothing but the tensor's name."""
    values = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(shape)
    return torch.tensor((base + spread * values).astype(np.float32))


def small_weights(deep: bool = False) -> dict[str, torch.Tensor]:
    """Return weights with the published names, for a model of the same kind and a twelfth of the width."""
    weights: dict[str, torch.Tensor] = {}

    def put(name: str, *shape: int, base: float = 0.0, spread: float = 0.1) -> None:
        weights[name] = tensor(name, *shape, base=base, spread=spread)

    def dense(name: str, inputs: int, outputs: int) -> None:
        put(f"{name}.weight", outputs, inputs)
        put(f"{name}.bias", outputs)

    def norm(name: str, size: int) -> None:
        put(f"{name}.weight", size, base=1.0)
        put(f"{name}.bias", size)

    convolutions = "wavlm_model.feature_extractor.conv_layers"
    for i, width in enumerate((10, 3, 3, 3, 3, 2, 2)):
        put(f"{convolutions}.{i}.0.weight", CHANNELS, CHANNELS if i else 1, width, spread=0.3)
    norm(f"{convolutions}.0.2", CHANNELS)
    norm("wavlm_model.layer_norm", CHANNELS)
    dense("wavlm_model.post_extract_proj", CHANNELS, SIZE)
    put("wavlm_model.mask_emb", SIZE)
    put("wavlm_model.encoder.pos_conv.0.weight_g", 1, 1, 128, base=1.0)
    put("wavlm_model.encoder.pos_conv.0.weight_v", SIZE, SIZE // 16, 128)
    put("wavlm_model.encoder.pos_conv.0.bias", SIZE)
    norm("wavlm_model.encoder.layer_norm", SIZE)
    put("wavlm_model.encoder.layers.0.self_attn.relative_attention_bias.weight", 320, HEADS, spread=1.0)
    for i in range(LAYERS):
        name = f"wavlm_model.encoder.layers.{i}"
        for part in ("q", "k", "v", "out"):
            dense(f"{name}.self_attn.{part}_proj", SIZE, SIZE)
        dense(f"{name}.self_attn.grep_linear", SIZE // HEADS, 8)
        put(f"{name}.self_attn.grep_a", 1, HEADS, 1, 1, base=1.0)
        dense(f"{name}.fc1", SIZE, INNER)
        dense(f"{name}.fc2", INNER, SIZE)
        norm(f"{name}.self_attn_layer_norm", SIZE)
        norm(f"{name}.final_layer_norm", SIZE)
    for axis in AXES:
        put(f"layer_weights.{axis}", LAYERS + 1, spread=1.0)
        if deep:  # linear, norm, GELU, dropout, twice; then linear
            for place in (0, 4):
                dense(f"proj_layer.{axis}.{place}", SIZE, SIZE)
                norm(f"proj_layer.{axis}.{place + 1}", SIZE)
        dense(f"proj_layer.{axis}.{8 if deep else 0}", SIZE, 1)
    return weights


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the small weights as the hub publishes them."""
    save_file(small_weights(), tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps({"target_transform": SCALE}))
    return tmp_path


def wave(seconds: float = 14.0) -> np.ndarray:
    """Return noise under a tone that comes and goes."""
    count = round(seconds * RATE)
    t = np.arange(count) / RATE
    noise = np.random.default_rng(0).standard_normal(count)
    return (0.1 * noise + 0.3 * np.sin(2 * np.pi * 330 * t) * (t % 1 < 0.4)).astype(np.float32)


def test_scores_are_those_of_the_published_implementation(folder: Path) -> None:
    scores = audiobox.load(folder).rate(wave())
    assert scores == pytest.approx({audiobox.DESCRIPTORS[axis]: score for axis, score in PUBLISHED.items()}, abs=2e-5)


def test_the_older_file_yields_the_same_and_heads_may_be_deep(folder: Path) -> None:
    new = audiobox.load(folder).rate(wave(3))
    settings = {"use_weighted_layer_sum": True, "normalize_embed": True, "proj_num_layer": 1, "nth_layer": 13}
    package = {"state_dict": {f"model.{k}": v for k, v in small_weights().items()}, "model_cfg": settings, "target_transform": SCALE}
    (folder / "config.json").unlink()
    torch.save(package, folder / "checkpoint.pt")
    assert audiobox.load(folder).rate(wave(3)) == new
    package |= {
        "state_dict": {f"model.{k}": v for k, v in small_weights(deep=True).items()},
        "model_cfg": settings | {"normalize_embed": False},
    }
    torch.save(package, folder / "checkpoint.pt")
    deep = audiobox.load(folder).rate(wave())
    assert deep == pytest.approx({audiobox.DESCRIPTORS[axis]: score for axis, score in PUBLISHED_DEEP.items()}, abs=2e-5)


def test_the_published_implementation_itself_agrees(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published = pytest.importorskip(
        "audiobox_aesthetics.model.aes", reason="needs the package audiobox_aesthetics, which is no requirement of ours"
    )
    convolutions = f"[({CHANNELS},10,5)] + [({CHANNELS},3,2)] * 4 + [({CHANNELS},2,2)] * 2"
    sizes = {
        "encoder_embed_dim": SIZE,
        "encoder_ffn_embed_dim": INNER,
        "encoder_attention_heads": HEADS,
        "conv_feature_layers": convolutions,
    }
    for name, value in sizes.items():
        monkeypatch.setattr(published.DEFAULT_AUDIO_CFG, name, value)
    with pytest.warns(FutureWarning, match="weight_norm"):
        theirs = published.AesMultiOutput(target_transform=SCALE).eval()
    theirs.load_state_dict(small_weights())
    sounds = torch.zeros(1, 1, audiobox.WINDOW)
    sounds[0, 0, : 7 * RATE] = torch.tensor(wave(7))
    with torch.inference_mode(), pytest.warns(UserWarning, match="key_padding_mask"):
        answers = theirs({"wav": sounds, "mask": torch.arange(audiobox.WINDOW)[None, None] < 7 * RATE})
    ours = audiobox.load(folder).rate(wave(7))
    for axis, answer in answers.items():
        assert ours[audiobox.DESCRIPTORS[axis]] == pytest.approx(float(answer[0]) * SCALE[axis]["std"] + SCALE[axis]["mean"], abs=1e-5)


def test_windows_count_by_their_length(folder: Path) -> None:
    model = audiobox.load(folder)
    whole, first, last = (model.rate(piece) for piece in (wave(), wave()[: audiobox.WINDOW], wave()[audiobox.WINDOW :]))
    for identifier, score in whole.items():
        assert score == pytest.approx((10 * first[identifier] + 4 * last[identifier]) / 14, abs=1e-9)
    assert first != last


def test_progress_is_told_twice_a_layer_and_ends_the_work_where_it_raises(folder: Path) -> None:
    told: list[float] = []

    def progress(stage: str, fraction: float) -> None:
        told.append(fraction)
        if len(told) == 2 * TICKS + 3:
            raise Cancelled

    model = audiobox.load(folder)
    model.rate(wave(11), progress)
    assert told == pytest.approx([(i + 1) / (2 * TICKS) for i in range(2 * TICKS)])
    with pytest.raises(Cancelled):
        model.rate(wave(11), progress)
    assert len(told) == 2 * TICKS + 3


def test_the_whole_way_from_44100_hz_with_progress_and_cancelling(folder: Path) -> None:
    import soxr

    mono = np.asarray(soxr.resample(wave(3), RATE, 44_100), dtype=np.float32)
    only = frozenset(d.id for d in AESTHETICS)
    told: list[float] = []
    values = measure_models(mono, folder, lambda stage, fraction: told.append(fraction), aesthetics=folder, only=only)
    assert list(values) == [d.id for d in AESTHETICS]
    expected = audiobox.load(folder).rate(wave(3))
    for identifier, value in values.items():
        assert value.value == pytest.approx(expected[identifier], abs=0.02)  # there and back again between the rates
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] <= 1.0
    again = measure_models(mono, folder, aesthetics=folder, only=only)
    assert again == values

    threads = threading.active_count()

    def cancel(stage: str, fraction: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        measure_models(mono, folder, cancel, aesthetics=folder, only=only)
    assert threading.active_count() <= threads  # one of another test may end meanwhile
    assert measure_models(mono[:40_000], folder, aesthetics=folder, only=only)["production_quality"].reason == "shorter than 1 s"


def test_absent_weights_are_a_reason_with_the_folder(tmp_path: Path) -> None:
    with pytest.raises(audiobox.NoAesthetics, match=r"needs model\.safetensors and config\.json of audiobox-aesthetics in"):
        audiobox.load(tmp_path)


@pytest.mark.parametrize("damage", ["cut", "tensor", "shape", "scale", "config", "layers", "code"])
def test_files_that_hold_something_else_are_a_reason(damage: str, folder: Path) -> None:
    file, config, weights = folder / "model.safetensors", folder / "config.json", small_weights()
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:5000])
    elif damage == "config":
        config.write_text("{")
    elif damage == "scale":
        config.write_text(json.dumps({"target_transform": {"CE": {"mean": 1, "std": 1}}}))
    elif damage == "code":
        config.unlink()
        torch.save({"state_dict": Path}, folder / "checkpoint.pt")
    else:
        if damage == "tensor":
            del weights["wavlm_model.encoder.layers.7.fc2.bias"]
        elif damage == "shape":
            weights["proj_layer.PQ.0.weight"] = torch.zeros(1, SIZE + 1)
        else:
            weights["wavlm_model.encoder.layers.12.fc1.weight"] = torch.zeros(INNER, SIZE)
        save_file(weights, file)
    with pytest.raises(audiobox.NoAesthetics, match="does not hold the weights of audiobox-aesthetics"):
        audiobox.load(folder)
