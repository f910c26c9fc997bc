from __future__ import annotations

import json
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixassistant.bounded_json import SMALL, Bounds, TooMuch, inflate, parse_json, read_bounded, read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def depth_of(value: object) -> int:
    if isinstance(value, (list, dict)):
        return 1 + max((depth_of(v) for v in (value.values() if isinstance(value, dict) else value)), default=0)
    return 0


@given(VALUES, st.integers(0, 6))
def test_what_is_within_the_bounds_is_read_as_it_is_and_what_is_deeper_is_not(value: object, depth: int) -> None:
    text = json.dumps(value)
    if depth_of(value) <= depth:
        assert parse_json(text, Bounds(len(text), depth=depth)) == value
        assert parse_json(b"\xef\xbb\xbf" + text.encode(), Bounds(len(text) + 3, depth=depth)) == value
    else:
        with pytest.raises(TooMuch, match="levels"):
            parse_json(text, Bounds(len(text), depth=depth))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[" * 200 + "]" * 200, "more than 32 levels"),
        ('{"a":' * 90_000, "more than 32 levels"),
        ("[" + "[]," * 340_000 + "[]]", "680002 values, where 400000 are the most"),
        ('"' + "a" * (1 << 20) + '"', "1.0 MB, where 1.0 MB are the most"),
    ],
)
def test_a_bomb_is_refused_with_its_number_and_one_reason(text: str, told: str) -> None:
    with pytest.raises(TooMuch, match=told):
        parse_json(text, Bounds(SMALL.size_bytes, values=400_000))


def test_no_more_of_a_file_is_read_than_its_bounds_allow(tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(1 << 40)
    tracemalloc.start()
    with pytest.raises(TooMuch, match="1048576 MB"):
        read_json(large)
    assert tracemalloc.get_traced_memory()[1] < 4 << 20
    tracemalloc.stop()
    with pytest.raises(TooMuch):
        read_bounded(Path("/dev/zero") if Path("/dev/zero").exists() else large, 1000)


def test_what_is_packed_is_not_unpacked_beyond_its_bound() -> None:
    bomb = zlib.compress(bytes(64 << 20))
    tracemalloc.start()
    with pytest.raises(TooMuch, match=r"more than 1\.0 MB when it is unpacked"):
        inflate(bomb, 1 << 20)
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()
    assert inflate(zlib.compress(b"abc"), 3) == b"abc"
    with pytest.raises(zlib.error):
        inflate(zlib.compress(b"abc" * 100)[:-3], 1000)
