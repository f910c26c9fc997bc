"""`.INFO` files beside audio: one flat JSON object of names and numbers, which other programs of datasets read and write too.

Beside it lie the song's grids, plain text, a time in seconds a line: ``.BEATS_GRID`` and ``.ONSETS_GRID``; and ``.CHROMA``, a pitch class
and its weight a line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mixassistant.audio.write import output_error, write_bytes
from mixassistant.bounded_json import LARGE, read_json
from mixassistant.errors import InputError, OutputError
from mixassistant.extraction.results import LOCK_S
from mixassistant.features.descriptor import REGISTRY
from mixassistant.names import file_name
from mixassistant.stems.look import FULL_MIX, song_name

SUFFIX = ".INFO"
GRIDS = {".BEATS_GRID": "beats", ".ONSETS_GRID": "onsets"}
CHROMA = ".CHROMA"
PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

Document = Mapping[str, Any]


def place_of_info(song: Path) -> Path:
    """Return where the ``.INFO`` of a song lies: in its folder and of its name, or beside its file."""
    name = file_name(song_name(song), SUFFIX)
    if song.is_dir():
        return song / name
    return song.parent / name if song.stem == FULL_MIX else song.with_name(name)


def info_of(document: Document) -> dict[str, Any]:
    """Return the measurements of a mix as one flat object, under today's names and those that earlier programs have for them.

    A name is ``None`` where there is no number. Curves over time are left to the JSON of ``extract``.

    Parameters
    ----------
    document : mapping
        ``mixassistant.measurements/1``.
    """
    mix = document["mix"]
    found: dict[str, Any] = {key: mix[key] for key in ("name", "duration_s", "sample_rate_hz", "channels", "content_hash") if key in mix}
    found |= {key: value for key, value in mix.get("tags", {}).items() if key not in found}
    for identifier, measured in mix["measurements"].items():
        descriptor = REGISTRY.descriptors.get(identifier)
        if descriptor is not None and descriptor.shape == "curve":
            continue
        names = (identifier, *(descriptor.aliases if descriptor is not None else ()))
        found |= dict.fromkeys(names, measured["value"])
    return found


def write_info(song: Path, document: Document) -> Path:
    """Write what was measured of a song beside it; return the path of the ``.INFO``.

    What others wrote into the ``.INFO`` stays, and a number is never replaced by none. Grids that are there are left as they are.

    Raises
    ------
    InputError
        There is an ``.INFO`` that is no JSON object: it is left alone.
    OutputError
        It cannot be written, or another program keeps it locked.
    """
    from filelock import FileLock, Timeout

    place = place_of_info(song)
    lock = place.with_name(f".{place.name}.lock")
    try:
        with FileLock(lock, timeout=LOCK_S):
            old, new = _read(place), info_of(document)
            merged = {**old, **{key: value for key, value in new.items() if value is not None or key not in old}}
            text = json.dumps(merged, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
            if merged != old:
                write_bytes(place, text.encode("utf-8", "backslashreplace"))
            for suffix, content in _grids(document["mix"]["measurements"]).items():
                if not (grid := place.with_suffix(suffix)).exists():
                    write_bytes(grid, content.encode())
            lock.unlink(missing_ok=True)
    except Timeout as error:
        raise OutputError("locked", f"another program keeps “{place.name}” locked", "end it and try again") from error
    except OSError as error:
        raise output_error(place, error) from error
    return place


def _read(place: Path) -> dict[str, Any]:
    try:
        found = read_json(place, LARGE)
    except FileNotFoundError:
        return {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InputError("not-an-info", f"“{place.name}” is no JSON object, so it is left alone", "move it away")
    return found


def _grids(measurements: Mapping[str, Any]) -> dict[str, str]:
    """Return the contents of the files beside an ``.INFO``, by suffix; none where there is nothing to tell."""
    found = {}
    for suffix, identifier in GRIDS.items():
        times = measurements.get(identifier, {}).get("value")
        if times:
            found[suffix] = "".join(f"{time:.3f}\n" for time in times)
    weights = [measurements.get(f"chroma_{index}", {}).get("value") for index in range(len(PITCH_CLASSES))]
    if all(weight is not None for weight in weights):
        found[CHROMA] = "".join(f"{name} {weight:.4f}\n" for name, weight in zip(PITCH_CLASSES, weights, strict=True))
    return found
