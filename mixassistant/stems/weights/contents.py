"""A look at a file of weights before it is taken in: is it what its name says? Nothing in it is run."""

from __future__ import annotations

import json
from pathlib import Path

from mixassistant.bounded_json import read_json
from mixassistant.errors import InputError

GRAPH_START = b"\x0a"  # a GraphDef begins with its first node: field 1, of bytes
HEADER_LIMIT = 100 << 20  # bytes of a safetensors header, as its own reader allows


def look_inside(path: Path, name: str) -> None:
    """Refuse a file that is not of its kind.

    Parameters
    ----------
    path : Path
    name : str
        Where it is to lie; a name without a folder, and one in the folder of a bag, is a checkpoint of Demucs.

    Raises
    ------
    InputError
        It is something else.
    """
    from mixassistant.stems.demucs_checkpoint import load_network

    if name.startswith(("essentia/", "audiobox-aesthetics/")):
        looks = {".pb": _is_graph, ".json": _is_json, ".safetensors": _is_safetensors}
        try:
            is_good = looks[path.suffix](path)
        except OSError as error:
            raise InputError("unreadable-weights", f"{path} cannot be read ({error.strerror})", "Check the file") from error
        if not is_good:
            raise InputError("not-weights", f"{path} is not what its name says", "Download it again, or use another file")
    else:
        load_network(path)


def _is_graph(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(1) == GRAPH_START


def _is_json(path: Path) -> bool:
    try:
        return isinstance(read_json(path), dict)
    except ValueError:
        return False


def _is_safetensors(path: Path) -> bool:
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        try:
            return 0 < size <= HEADER_LIMIT and isinstance(json.loads(file.read(size)), dict)
        except ValueError:
            return False
