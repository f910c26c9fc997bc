"""The record beside installed weights: which files, where from, and their SHA-256 at the time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from mixassistant.audio.write import write_bytes
from mixassistant.bounded_json import read_json

SCHEMA = "mixassistant.weights/1"


@dataclass(frozen=True)
class Entry:
    """What is recorded of one file.

    Parameters
    ----------
    name : str
        Where it lies in the folder of weights, with ``/``.
    sha256 : str
    size_bytes : int
    source : str
        The address that it was downloaded from; empty where the user brought it.
    """

    name: str
    sha256: str
    size_bytes: int
    source: str


def record_path(folder: Path, model: str) -> Path:
    """Return where the record of a model lies."""
    return folder / f"{model}.json"


def read_record(folder: Path, model: str) -> dict[str, Entry]:
    """Return what is recorded of a model, by name of the file; nothing where there is no record, or none that can be read."""
    try:
        found = read_json(record_path(folder, model))
        if found["schema"] != SCHEMA:
            return {}
        entries = [Entry(str(e["name"]), str(e["sha256"]), int(e["size_bytes"]), str(e["source"])) for e in found["files"]]
    except (OSError, ValueError, TypeError, KeyError):
        return {}
    return {entry.name: entry for entry in entries}


def write_record(folder: Path, model: str, entries: list[Entry]) -> None:
    """Write the record of a model.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    content = {"schema": SCHEMA, "model": model, "files": [vars(entry) for entry in entries]}
    write_bytes(record_path(folder, model), json.dumps(content, indent=1).encode())
