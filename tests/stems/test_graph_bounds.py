"""A frozen graph is looked at before it runs: it computes, and does nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protocol_buffers import field

from mixassistant.stems.graph_bounds import ALLOWED, BadGraph, check_graph


def node(name: str, operation: str, inputs: Sequence[str] = (), calls: str = "") -> bytes:
    """Return what is in a node."""
    called = field(5, field(1, "f") + field(2, field(10, field(1, calls)))) if calls else b""
    return field(1, name) + field(2, operation) + b"".join(field(3, i) for i in inputs) + called


def function(name: str, *nodes: bytes) -> bytes:
    """Return a library with one function."""
    return field(2, field(1, field(1, field(1, name)) + b"".join(field(3, n) for n in nodes)))


READS = node("content", "ReadFile", ["name"])
GOOD = field(1, node("in", "Placeholder")) + field(1, node("out", "Sigmoid", ["in:0"]))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "graph.pb"


def test_a_graph_that_computes_is_taken(path: Path) -> None:
    path.write_bytes(GOOD)
    check_graph(path)
    check_graph(path, "out:0")


@pytest.mark.parametrize("operation", ["ReadFile", "WriteFile", "PyFunc", "While", "RandomUniform", "Fill", "VariableV2", "MyOwn", ""])
def test_an_operation_that_does_more_is_refused_wherever_it_stands(path: Path, operation: str) -> None:
    bad = node("x", operation)
    for content in (
        field(1, bad) + field(1, node("out", "Relu", ["x"])),
        field(1, bad) + field(1, node("out", "Relu", ["^x"])),
        function("inner", bad) + field(1, node("out", "PartitionedCall", calls="inner")),
        function("inner", bad) + function("outer", node("y", "StatefulPartitionedCall", calls="inner"))
        + field(1, node("out", "PartitionedCall", calls="outer")),
    ):  # fmt: skip
        path.write_bytes(content)
        with pytest.raises(BadGraph, match="more than compute"):
            check_graph(path)
        with pytest.raises(BadGraph, match="more than compute"):
            check_graph(path, "out:0")


def test_what_saved_a_graph_may_be_in_it_and_not_be_asked_for(path: Path) -> None:
    path.write_bytes(GOOD + field(1, node("saver", "StatefulPartitionedCall", calls="save")) + function("save", node("s", "SaveV2")))
    check_graph(path)
    check_graph(path, "out:0")
    with pytest.raises(BadGraph, match="SaveV2"):
        check_graph(path, "saver:0")


def test_a_function_does_not_stand_in_for_an_operation(path: Path) -> None:
    path.write_bytes(GOOD + function("Sigmoid", READS).replace(b"ReadFile", b"Identity"))
    with pytest.raises(BadGraph, match="Sigmoid"):
        check_graph(path, "out")


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\n\xff\xff\xff\xff\x7f", b"\x0a\x05model" + bytes(200), GOOD[:-3], GOOD + GOOD, b"\xff" * 40, b"\x0b\x0c"]
)
def test_what_is_no_graph_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(BadGraph):
        check_graph(path)


@given(st.binary(max_size=100), st.integers(0, len(GOOD)))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes, cut: int) -> None:
    path = tmp_path_factory.mktemp("any") / "any.pb"
    path.write_bytes(GOOD[:cut] + content)
    with contextlib.suppress(BadGraph):
        check_graph(path)


def test_the_published_networks_are_taken(real_music: Path) -> None:
    networks = sorted((real_music / "essentia-models").glob("*.pb"))
    if not networks:
        pytest.skip("needs Essentia's networks among the real recordings")
    for network in networks:
        check_graph(network)
        check_graph(network, "PartitionedCall:0" if "genre" in network.name else "model/Sigmoid")


def test_nothing_that_is_allowed_touches_files_or_loops() -> None:
    words = ("File", "Save", "Restore", "Py", "Random", "Variable", "Queue", "Dataset", "While", "Enter", "Iter", "Loop", "Assert", "Print")
    assert not [operation for operation in ALLOWED for word in words if word in operation]
