"""What a frozen TensorFlow graph may do, looked at without TensorFlow: it is a program, and one from anywhere could read files.

A ``GraphDef`` is a protocol buffer: nodes with a name, an operation, inputs and attributes, and functions of such nodes that some
operations call. Allowed are operations that compute from what they are given, in bounded time; none that read or write files, keep
state, loop, draw random numbers or make much of little.

References
----------
``tensorflow/core/framework/graph.proto``, ``node_def.proto``, ``function.proto``, ``attr_value.proto``;
https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CALLS = frozenset({"PartitionedCall", "StatefulPartitionedCall"})
"""Operations that call a function, which their attribute ``f`` names."""
_COMPUTING = """
    Abs Add AddN AddV2 All Any ArgMax ArgMin AvgPool BatchMatMul BatchMatMulV2 BiasAdd BiasAddV1 Cast Ceil Concat ConcatV2 Const
    Conv1D Conv2D DepthwiseConv2dNative Div DivNoNan Elu Equal Exp ExpandDims Expm1 Floor FloorDiv FloorMod FusedBatchNorm
    FusedBatchNormV2 FusedBatchNormV3 GatherV2 Greater GreaterEqual Identity IdentityN LRN LeakyRelu Less LessEqual Log Log1p
    LogSoftmax LogicalAnd LogicalNot LogicalOr MatMul Max MaxPool MaxPoolV2 Maximum Mean Merge Min Minimum Mul Neg NoOp NotEqual
    Pack Pad PadV2 Placeholder PlaceholderWithDefault Pow Prod Rank RealDiv Reciprocal Relu Relu6 Reshape ReverseV2 Round Rsqrt
    Select SelectV2 Selu Shape ShapeN Sigmoid Sign Size Slice Snapshot Softmax Softplus Softsign Split SplitV Sqrt Square
    SquaredDifference Squeeze StopGradient StridedSlice Sub Sum Switch Tanh TopK TopKV2 Transpose Unpack Where ZerosLike
"""
ALLOWED = CALLS | frozenset(_COMPUTING.split())
SAVING = frozenset(["MergeV2Checkpoints", "RestoreV2", "SaveV2", "Select", "ShardedFilename", "StaticRegexFullMatch", "StringJoin"])
"""Operations by which TensorFlow saves what it has trained: in published files, where no output needs them."""

NODES_MOST = 100_000
NODE, LIBRARY = 1, 2  # fields of a GraphDef
NAME, OPERATION, INPUT, ATTRIBUTE = 1, 2, 3, 5  # of a NodeDef
FUNCTION = 1  # of a FunctionDefLibrary
SIGNATURE, BODY = 1, 3  # of a FunctionDef; its signature has a name as nodes do
KEY, VALUE = 1, 2  # of an entry of a map
CALLED = 10  # of an AttrValue: a function, of which field 1 is the name
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

Buffer = memoryview


class BadGraph(ValueError):
    """What was read is no graph, or one that does more than compute; the message says what."""


@dataclass(frozen=True)
class _Node:
    operation: str
    inputs: tuple[str, ...]
    called: tuple[str, ...]


_Nodes = dict[str, _Node]


def check_graph(path: Path, output: str = "") -> None:
    """Check that a frozen graph does nothing but compute.

    Parameters
    ----------
    path : Path
    output : str
        The node that is going to be asked for, as ``"name"`` or ``"name:index"``: only what it needs is looked at. Empty: all of the
        file, which then may hold how it was saved as well.

    Raises
    ------
    OSError
        It cannot be read.
    BadGraph
        It is no graph, has no such node, or has an operation that is not allowed.
    """
    with path.open("rb") as file:
        if not path.stat().st_size:
            raise BadGraph("it is empty")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)  # the largest that is published has 288 MB; closed with its last view
    try:
        nodes, functions = _graph(memoryview(mapped))
    except (IndexError, UnicodeDecodeError) as error:
        raise BadGraph("it is no graph") from error
    if not nodes:
        raise BadGraph("it is no graph")
    _refuse_others(set(functions) & (ALLOWED | SAVING))  # TensorFlow takes a function before an operation of the same name
    if output:
        _check_used(nodes, functions, output.partition(":")[0])
    else:
        inside = [node for body in (nodes, *functions.values()) for node in body.values()]
        _refuse_others({node.operation for node in inside} - ALLOWED - SAVING)


def _check_used(nodes: _Nodes, functions: dict[str, _Nodes], output: str) -> None:
    if output not in nodes:
        raise BadGraph(f"it has no node {output[:40]}")
    used, waiting = set[str](), [output]
    called, calls = set[str](), list[str]()
    while waiting:
        name = waiting.pop()
        if name not in used and name in nodes:
            used.add(name)
            waiting += nodes[name].inputs
            calls += nodes[name].called
    operations = {nodes[name].operation for name in used}
    while calls:
        name = calls.pop()
        if name not in called:
            called.add(name)
            for node in functions.get(name, {}).values():  # all of it: TensorFlow runs what has effects, whether it is needed or not
                operations.add(node.operation)
                calls += node.called
    _refuse_others(operations - ALLOWED)


def _refuse_others(operations: set[str]) -> None:
    if operations:
        raise BadGraph(f"it does more than compute: {', '.join(sorted(operations))[:80]}")


def _graph(data: Buffer) -> tuple[_Nodes, dict[str, _Nodes]]:
    nodes: _Nodes = {}
    functions: dict[str, _Nodes] = {}
    for field, value in _fields(data):
        if field == NODE:
            _add(nodes, value)
        elif field == LIBRARY:
            for inner, function in _fields(_bytes(value)):
                if inner == FUNCTION:
                    name, body = _function(_bytes(function))
                    functions[name] = body
    return nodes, functions


def _function(data: Buffer) -> tuple[str, _Nodes]:
    name, body = "", _Nodes()
    for field, value in _fields(data):
        if field == SIGNATURE:
            name = next((_text(inner) for number, inner in _fields(_bytes(value)) if number == NAME), "")
        elif field == BODY:
            _add(body, value)
    return name, body


def _add(nodes: _Nodes, value: Buffer | int) -> None:
    name, operation = "", ""
    inputs: list[str] = []
    called: list[str] = []
    for field, inner in _fields(_bytes(value)):
        if field == NAME:
            name = _text(inner)
        elif field == OPERATION:
            operation = _text(inner)
        elif field == INPUT:
            inputs.append(_text(inner).lstrip("^").partition(":")[0])
        elif field == ATTRIBUTE:
            called += _functions_named(_bytes(inner))
    if name in nodes or len(nodes) >= NODES_MOST:
        raise BadGraph("it is no graph")
    nodes[name] = _Node(operation, tuple(inputs), tuple(called))


def _functions_named(entry: Buffer) -> Iterator[str]:
    """Yield the functions that an attribute names."""
    for field, value in _fields(entry):
        if field == VALUE:
            for kind, inner in _fields(_bytes(value)):
                if kind == CALLED:
                    yield from (_text(name) for number, name in _fields(_bytes(inner)) if number == NAME)


def _fields(data: Buffer) -> Iterator[tuple[int, Buffer | int]]:
    """Yield the number and the content of every field of a message."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == VARINT:
            number, at = _varint(data, at)
            yield tag >> 3, number
            continue
        size = {FIXED64: 8, FIXED32: 4}.get(kind, 0)
        if kind == BYTES:
            size, at = _varint(data, at)
        elif not size:
            raise BadGraph("it is no graph")
        if size > len(data) - at:
            raise BadGraph("it is cut off")
        yield tag >> 3, data[at : at + size]
        at += size


def _varint(data: Buffer, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise BadGraph("it is no graph")


def _bytes(value: Buffer | int) -> Buffer:
    if isinstance(value, int):
        raise BadGraph("it is no graph")
    return value


def _text(value: Buffer | int) -> str:
    return bytes(_bytes(value)).decode()
