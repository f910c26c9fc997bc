"""What lies beside a song's tracks in writing: instruments (``METADATA.yaml`` as in MedleyDB) and effects (``<song>_metadata.json``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from mixassistant.bounded_json import LARGE, SMALL, TooMuch, read_bounded, read_json
from mixassistant.errors import InputError
from mixassistant.learning.finished import Compressor, Reverb, TrackSettings
from mixassistant.processing.moves import Band, BandType
from mixassistant.stems.names.roles import role_from_name
from mixassistant.stems.stem import Role

INSTRUMENTS = "METADATA.yaml"
EFFECTS_ENDING = "_metadata.json"
CUT_Q = 0.7071
COMPRESSION: Mapping[str, str] = {
    "threshold": "threshold_db",
    "ratio": "ratio",
    "attack_s": "attack_s",
    "release_s": "release_s",
    "makeup_db": "makeup_db",
}
REVERB = ("send_db", "decay_s", "pre_delay_s")


@dataclass(frozen=True)
class Instruments:
    """Who played what: the artist (empty where nobody is named), and the role of each file by the end of its name."""

    artist: str
    roles: Mapping[str, Role]

    def role_of(self, file: Path) -> Role | None:
        """Return the role of a file; ``None`` where its instrument is not told."""
        return next((role for name, role in self.roles.items() if name.endswith(file.stem)), None)


def read_instruments(file: Path) -> Instruments:
    """Return what a ``METADATA.yaml`` says of the tracks.

    Raises
    ------
    InputError
        It cannot be read, or is no such file.
    """
    import yaml

    try:
        found = yaml.safe_load(read_bounded(file, SMALL.size_bytes))
        roles: dict[str, Role] = {}
        for stem in found["stems"].values():
            for part in (stem, *(stem.get("raw") or {}).values()):
                roles[Path(str(part["filename"])).stem] = role_from_name(str(part["instrument"])) or "other"
        # MedleyDB calls one artist by two names.
        return Instruments(str(found.get("artist") or "").removesuffix(" Multitracks"), roles)
    except OSError as error:
        raise _unreadable(file, error) from error
    except (yaml.YAMLError, ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            "bad-metadata",
            f"“{file.name}” in “{file.parent.name}” does not say what its tracks are",
            "it needs “stems”, each with “filename” and “instrument”",
        ) from error


def read_effects(file: Path) -> tuple[TrackSettings, ...]:
    """Return the settings of each track; what is unknown is named, what is wrong is told.

    Raises
    ------
    InputError
        It cannot be read, or a value is no number.
    """
    try:
        found = read_json(file, LARGE)
    except OSError as error:
        raise _unreadable(file, error) from error
    except TooMuch as error:
        raise InputError("too-large", f"“{file.name}” has {error}", "write it again") from error
    except ValueError as error:
        raise InputError("bad-metadata", f"“{file.name}” is no JSON", "write it again") from error
    if not isinstance(found, dict) or not all(isinstance(values, dict) for values in found.values()):
        raise InputError("bad-metadata", f"“{file.name}” holds no tracks", "it maps the name of each track to what was set on it")
    return tuple(_Reader(file.name, name).settings(values) for name, values in found.items())


def _unreadable(file: Path, error: OSError) -> InputError:
    return InputError("unreadable", f"cannot read “{file.name}”: {(error.strerror or '').lower()}", "check the path")


class _Reader:
    """Reads what was set on one track, and gathers the names of what it does not know."""

    def __init__(self, file: str, track: str) -> None:
        self._file, self._track = file, track
        self._unknown: list[str] = []

    def settings(self, values: Mapping[str, Any]) -> TrackSettings:
        """Return the settings of this track."""
        self._note("", values, ("gain_db", "pan", "eq", "compression", "reverb"))
        return TrackSettings(
            self._track,
            role_from_name(self._track) or "other",
            self._number(values, "gain_db"),
            self._number(values, "pan"),
            self._bands(self._table(values, "eq")),
            self._compressors(self._table(values, "compression")),
            self._reverbs(self._table(values, "reverb")),
            tuple(sorted(set(self._unknown))),
        )

    def _bands(self, values: Mapping[str, Any]) -> tuple[tuple[Band, float], ...]:
        self._note("eq.", values, ("low_cut", "high_cut", "bands"))
        found: list[tuple[Band, float]] = []
        cuts: tuple[tuple[str, BandType], ...] = (("low_cut", "high_pass"), ("high_cut", "low_pass"))
        for name, kind in cuts:
            frequency = self._number(values, name, at_least=1.0)
            if frequency is not None:
                found.append((Band(kind, frequency, 0.0, CUT_Q), 1.0))
        for item in values.get("bands") or ():
            if not isinstance(item, dict):
                raise self._wrong("bands")
            self._note("eq.bands.", item, ("type", "frequency_hz", "gain_db", "q"))
            wanted = next((kind for kind in get_args(BandType) if kind == item.get("type")), None)
            frequency = self._number(item, "frequency_hz", at_least=1.0)
            if wanted is None or frequency is None:
                self._unknown.append(f"eq.bands.{item.get('type')}")
                continue
            q = self._number(item, "q", at_least=0.01)
            found.append((Band(wanted, frequency, self._number(item, "gain_db") or 0.0, CUT_Q if q is None else q), 1.0))
        return tuple(found)

    def _compressors(self, values: Mapping[str, Any]) -> tuple[Compressor, ...]:
        self._note("compression.", values, tuple(COMPRESSION))
        return (Compressor(**{ours: self._number(values, name) for name, ours in COMPRESSION.items()}),) if values else ()

    def _reverbs(self, values: Mapping[str, Any]) -> tuple[Reverb, ...]:
        self._note("reverb.", values, ("type", *REVERB))
        kind = str(values.get("type") or "").strip().lower()
        return (Reverb(kind, **{name: self._number(values, name) for name in REVERB}),) if values else ()

    def _table(self, values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        found = values.get(name) or {}
        if not isinstance(found, dict):
            raise self._wrong(name)
        return found

    def _number(self, values: Mapping[str, Any], name: str, at_least: float = float("-inf")) -> float | None:
        value = values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not at_least <= value < float("inf"):
            raise self._wrong(name)
        return float(value)

    def _wrong(self, name: str) -> InputError:
        return InputError(
            "bad-metadata",
            f"“{self._file}”: “{name}” of “{self._track}” is not what it should be",
            "“eq”, “compression” and “reverb” are tables; gains are in dB, frequencies in Hz, times in seconds",
        )

    def _note(self, where: str, values: Mapping[str, Any], known: tuple[str, ...]) -> None:
        self._unknown += [f"{where}{name}" for name in values if name not in known]
