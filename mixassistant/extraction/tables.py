"""One table for all tracks: a row for every mix and every stem, a column for every number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mixassistant.audio.write import write_atomically, write_bytes
from mixassistant.errors import MissingError, UsageError
from mixassistant.features.bands import NOMINAL_HZ
from mixassistant.features.descriptor import REGISTRY, Descriptor
from mixassistant.names import readable
from mixassistant.spreadsheet import cell

SUFFIXES = (".csv", ".parquet")
FACTS = ("track", "part", "role", "origin", "path", "content_hash", "duration_s", "sample_rate_hz", "channels")
Cell = str | float | int | None


def check_table(path: Path) -> None:
    """Check that a table can be written in the format that its name asks for.

    Raises
    ------
    UsageError
        The suffix is neither ``.csv`` nor ``.parquet``.
    MissingError
        Parquet is asked for and pyarrow is not installed.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError("unknown-table", f"cannot tell the format of “{path.name}”", f"end its name in {' or '.join(SUFFIXES)}")
    if path.suffix.lower() == ".parquet":
        try:
            import pyarrow.parquet  # noqa: F401
        except ImportError as error:
            raise MissingError("no-pyarrow", "Parquet needs the package pyarrow", "install it, or write a .csv") from error


def columns() -> tuple[tuple[str, Descriptor, int | None], ...]:
    """Return name, descriptor and index of every column: one per entry of vectors and bands, one per sequence, none of curves and lists."""
    found: list[tuple[str, Descriptor, int | None]] = []
    for descriptor in REGISTRY:
        if descriptor.shape in ("scalar", "flag", "category", "sequence"):
            found.append((descriptor.id, descriptor, None))
        elif descriptor.shape == "bands":
            found += [(f"{descriptor.id}_{hz:g}hz", descriptor, index) for index, hz in enumerate(NOMINAL_HZ)]
        elif descriptor.shape == "vector" and descriptor.labels:
            found += [(f"{descriptor.id}_{_word(label)}", descriptor, index) for index, label in enumerate(descriptor.labels)]
    return tuple(found)


def _word(label: str) -> str:
    plain = label.replace("♯", "#").replace("♭", "b")
    return "_".join("".join(c if c.isalnum() or c in "#.-" else " " for c in plain).split())


def rows(documents: Iterable[Mapping[str, Any]]) -> list[dict[str, Cell]]:
    """Return one row for each mix and stem of results: facts, then a number or ``None`` per column."""
    wanted = columns()
    found: list[dict[str, Cell]] = []
    for document in documents:
        mix = document["mix"]
        facts: dict[str, Cell] = {
            "track": mix["name"], "path": mix.get("source", {}).get("path", ""), "content_hash": mix["content_hash"],
            "duration_s": mix["duration_s"], "sample_rate_hz": mix["sample_rate_hz"], "channels": mix["channels"],
        }  # fmt: skip
        parts = [({"part": "mix", "role": "mix", "origin": ""}, mix["measurements"])]
        parts += [({"part": s["name"], "role": s["role"], "origin": s["origin"]}, s["measurements"]) for s in document.get("stems", [])]
        for part, measured in parts:
            row: dict[str, Cell] = {**facts, **part}
            row |= {name: _cell(measured.get(descriptor.id), descriptor, index) for name, descriptor, index in wanted}
            row |= {name: readable(cell) for name, cell in row.items() if isinstance(cell, str)}  # a path may hold bytes that are no text
            found.append({name: row[name] for name in (*FACTS, *(name for name, _, _ in wanted))})
    return found


def _cell(measurement: Mapping[str, Any] | None, descriptor: Descriptor, index: int | None) -> Cell:
    value = measurement.get("value") if measurement else None
    if measurement and descriptor.shape == "sequence":
        return " ".join(measurement.get("labels", ())) if isinstance(value, Sequence) else None
    if index is None:
        return value if isinstance(value, (int, float)) else None
    return value[index] if isinstance(value, Sequence) and index < len(value) else None


def write_table(path: Path, documents: Iterable[Mapping[str, Any]]) -> None:
    """Write the table of results as CSV (UTF-8, empty cells where there is no value) or Parquet.

    In CSV a text that a spreadsheet would calculate has an apostrophe before it; names that are no UTF-8 are escaped in both.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    body = rows(documents)
    names = (*FACTS, *(name for name, _, _ in columns()))
    if path.suffix.lower() == ".csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: cell(value) for name, value in row.items()} for row in body)
        write_bytes(path, text.getvalue().encode())
        return
    import pyarrow
    import pyarrow.parquet

    kinds = {name: pyarrow.string() for name in FACTS[:6]} | {"sample_rate_hz": pyarrow.int64(), "channels": pyarrow.int64()}
    kinds |= {name: pyarrow.string() for name, descriptor, _ in columns() if descriptor.shape == "sequence"}
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.float64())) for name in names])
    made = pyarrow.Table.from_pylist(body, schema=schema)

    def fill(temporary: Path) -> None:
        with temporary.open("wb") as file:  # Arrow takes no path whose bytes are no text
            pyarrow.parquet.write_table(made, file)

    write_atomically(path, fill)
