"""A look at a file of weights before it is taken in: is it what its name says? Nothing in it is run."""

from __future__ import annotations

from pathlib import Path

from mixassistant.bounded_json import read_json
from mixassistant.errors import InputError
from mixassistant.stems.graph_bounds import BadGraph, check_graph
from mixassistant.stems.weight_bounds import safetensors_header


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
    try:
        check_graph(path)
    except BadGraph:
        return False
    return True


def _is_json(path: Path) -> bool:
    try:
        return isinstance(read_json(path), dict)
    except ValueError:
        return False


def _is_safetensors(path: Path) -> bool:
    try:
        safetensors_header(path)
    except (ValueError, TypeError):
        return False
    return True
