"""Small TensorFlow graphs and an Essentia that misbehaves on request, to stand in for what a test cannot have."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

FLOAT, INT = 1, 3  # DataType of TensorFlow's types.proto


@pytest.fixture
def essentia() -> None:
    """Skip where Essentia is not installed."""
    if importlib.util.find_spec("essentia") is None:
        pytest.skip("needs Essentia (the extra `essentia`)")


@pytest.fixture
def clip(real_music: Path) -> Callable[[str], np.ndarray]:
    """Return a reader of a recording, mono at 44.1 kHz."""

    def read(name: str, seconds: float | None = None) -> np.ndarray:
        import soundfile
        import soxr

        path = real_music / name
        if not path.is_file():
            pytest.skip(f"needs {name} among the real recordings")
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        mono = samples[: None if seconds is None else int(seconds * rate)].mean(axis=1)
        return np.asarray(soxr.resample(mono, rate, 44_100), dtype=np.float32)

    return read


@pytest.fixture
def weights(real_music: Path) -> Path:
    """Return the folder with Essentia's real networks."""
    folder = real_music / "essentia-models"
    if not folder.is_dir():
        pytest.skip("needs Essentia's networks among the real recordings")
    return folder


@pytest.fixture
def fake_essentia(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that puts a package named essentia before any other, here and in worker processes.

    Its text is the body of ``essentia.standard``.
    """

    def put(standard: str) -> None:
        package = tmp_path / "fake" / "essentia"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("class log:\n    infoActive = warningActive = True\n")
        (package / "standard.py").write_text(standard)
        monkeypatch.setenv("PYTHONPATH", str(package.parent))
        monkeypatch.syspath_prepend(str(package.parent))

    return put


def _field(number: int, value: int | bytes | str) -> bytes:
    """Return a field of a protocol buffer: a varint, or bytes with their length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while True:
        out.append(value & 0x7F | (0x80 if value > 0x7F else 0))
        value >>= 7
        if not value:
            return bytes(out)


def _node(name: str, op: str, inputs: Sequence[str] = (), **attributes: bytes) -> bytes:
    body = _field(1, name) + _field(2, op) + b"".join(_field(3, i) for i in inputs)
    body += b"".join(_field(5, _field(1, key) + _field(2, value)) for key, value in attributes.items())
    return _field(1, body)


def _type(kind: int) -> bytes:
    return _field(6, kind)


def _constant(name: str, values: np.ndarray) -> bytes:
    kind = INT if values.dtype.kind == "i" else FLOAT
    shape = b"".join(_field(2, _field(1, n)) for n in values.shape)
    tensor = _field(1, kind) + _field(2, shape) + _field(4, values.astype("<i4" if kind == INT else "<f4").tobytes())
    return _node(name, "Const", dtype=_type(kind), value=_field(8, tensor))


def _dense(name: str, source: str, matrix: np.ndarray) -> bytes:
    return _constant(f"{name}/kernel", matrix) + _node(name, "MatMul", [source, f"{name}/kernel"], T=_type(FLOAT))


def constant_classifier(inputs: int, probabilities: Sequence[float], output: str = "model/Sigmoid") -> bytes:
    """Return a graph that answers the same probabilities whatever it hears."""
    p = np.array(probabilities)
    graph = _node("model/Placeholder", "Placeholder", dtype=_type(FLOAT))
    graph += _constant("shape", np.array([-1, inputs])) + _node("flat", "Reshape", ["model/Placeholder", "shape"], T=_type(FLOAT))
    graph += _dense("zero", "flat", np.zeros((inputs, len(p)))) + _constant("bias", np.log(p / (1 - p)))
    graph += _node("logits", "BiasAdd", ["zero", "bias"], T=_type(FLOAT)) + _node(output, "Sigmoid", ["logits"], T=_type(FLOAT))
    return graph + _field(4, _field(1, 27))


def effnet_stand_in(embeddings: np.ndarray) -> bytes:
    """Return a graph with the nodes of discogs-effnet-bs64-1: the mean mel frame of a patch, times a matrix, is its embedding."""
    graph = _node("serving_default_melspectrogram", "Placeholder", dtype=_type(FLOAT))
    graph += _constant("axis", np.array([1]))
    graph += _node("mean", "Mean", ["serving_default_melspectrogram", "axis"], T=_type(FLOAT), Tidx=_type(INT))
    graph += _dense("styles", "mean", np.zeros((96, 400))) + _dense("embeddings", "mean", embeddings)
    both = _field(1, _field(6, bytes([FLOAT, FLOAT])))
    graph += _node("PartitionedCall", "IdentityN", ["styles", "embeddings"], T=both)
    return graph + _field(4, _field(1, 27))


@pytest.fixture
def put_network(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a network and its JSON into a folder and returns the folder."""

    def put(name: str, graph: bytes, classes: Sequence[str] | None = None, **more: Mapping[str, object]) -> Path:
        folder = tmp_path / "networks"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.pb").write_bytes(graph)
        if classes is not None:
            (folder / f"{name}.json").write_text(json.dumps({"classes": list(classes), **more}))
        return folder

    return put


@pytest.fixture
def graphs() -> tuple[Callable[..., bytes], Callable[..., bytes]]:
    """Return the makers of graphs: a constant classifier, and a stand-in for the Discogs-EffNet backbone."""
    return constant_classifier, effnet_stand_in
