from __future__ import annotations

import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from mixassistant.features.models.framing import HEADER_LIMIT, MAGIC, BrokenFrame, Frame, read_frame, write_frame

plain = st.dictionaries(
    st.text(max_size=8).filter(lambda k: k != "arrays"), st.integers() | st.text(max_size=8) | st.booleans(), max_size=4
)
arrays = st.dictionaries(
    st.text(max_size=8), arrays_of.arrays(np.float32, arrays_of.array_shapes(min_dims=1, max_dims=3, min_side=0)), max_size=3
)


@given(plain, arrays)
def test_what_is_written_is_read_back_to_the_bit_and_the_next_frame_follows(header: dict, named: dict) -> None:
    stream = io.BytesIO()
    write_frame(stream, Frame(header, named))
    write_frame(stream, Frame({"next": 1}))
    stream.seek(0)
    found = read_frame(stream)
    assert found is not None
    assert found.header == header
    assert list(found.arrays) == list(named)
    for name, values in named.items():
        assert found.arrays[name].shape == values.shape
        assert found.arrays[name].tobytes() == values.tobytes()
    following = read_frame(stream)
    assert following is not None
    assert following.header == {"next": 1}
    assert read_frame(stream) is None


def test_a_frame_cut_anywhere_is_broken_and_not_half_a_message() -> None:
    stream = io.BytesIO()
    write_frame(stream, Frame({"do": "x"}, {"samples": np.arange(5, dtype=np.float32)}))
    whole = stream.getvalue()
    for cut in range(1, len(whole)):
        with pytest.raises(BrokenFrame):
            read_frame(io.BytesIO(whole[:cut]))


def packed(header: bytes) -> bytes:
    return MAGIC + struct.pack("<I", len(header)) + header


@pytest.mark.parametrize(
    "data",
    [
        b"[ INFO ] chatter of a library\n",
        packed(b"[]"),
        packed(b"{}"),
        packed(b"\xff\xfe"),
        packed(json.dumps({"arrays": [["x", [-1]]]}).encode()),
        packed(json.dumps({"arrays": [["x", [1 << 20, 1 << 20]]]}).encode()),
        MAGIC + struct.pack("<I", HEADER_LIMIT + 1),
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenFrame):
        read_frame(io.BytesIO(data))
