"""Bytes of protocol buffers, for graphs that no test has TensorFlow to make."""

from __future__ import annotations


def field(number: int, value: bytes | str) -> bytes:
    """Return a field of a protocol buffer."""
    data = value.encode() if isinstance(value, str) else value
    size, length = len(data), bytearray()
    while size > 0x7F:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes([number << 3 | 2, *length, size]) + data


def constant_graph(size: int) -> bytes:
    """Return a graph of one constant, whose file has at least this size."""
    return field(1, field(1, "model") + field(2, "Const") + field(4, bytes(size)))
