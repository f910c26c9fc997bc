"""What the program remembers of its user: declared once, kept in one JSON file."""

from __future__ import annotations

import itertools
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from mixassistant import paths
from mixassistant.audio.write import write_bytes
from mixassistant.bounded_json import read_json
from mixassistant.errors import OutputError

Theme = Literal["system", "light", "dark"]
MAX_RECENT = 10
MAX_MARKED = 1000
STRENGTH_MOST = 150  # %
_MOST: Mapping[str, int] = {"recent": MAX_RECENT, "opened": MAX_RECENT, "marked": MAX_MARKED}
_CHOICES: Mapping[str, tuple[str, ...]] = {"theme": ("system", "light", "dark"), "device": ("auto", "cpu", "cuda", "mps")}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """The settings, immutable; `changed` makes new ones.

    Parameters
    ----------
    theme : {"system", "light", "dark"}
    device : str
        Torch device or ``"auto"``.
    separator : str
    level_match : bool
        Whether what is heard is made equally loud from the start.
    strength_eq, strength_level, strength_compression, strength_stereo, strength_masking : int
        How far to go with each kind of move in per cent, 0 to 150.
    delivery_target : str
        Where mixes go, by its id in the table of delivery targets.
    marked : tuple of str
        Measurements that the user has marked: a part and a descriptor, as ``"mix/lufs"``.
    recent, opened : tuple of str
        Paths of recent mixes and projects, newest first, and when each was opened last: ISO 8601 in UTC; empty where nobody knows.
    geometry : str
        The window's place, as Qt saves it, base64.
    layout : str
        Columns, view, volume and output: see `mixassistant.gui.window.layout`.
    """

    theme: Theme = "system"
    device: str = "auto"
    separator: str = "auto"
    level_match: bool = True
    strength_eq: int = 100
    strength_level: int = 100
    strength_compression: int = 100
    strength_stereo: int = 100
    strength_masking: int = 100
    delivery_target: str = "spotify"
    recent: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    geometry: str = ""
    layout: str = ""

    def changed(self, **values: Any) -> Settings:
        """Return settings with some values changed."""
        return replace(self, **values)

    def strength(self, kind: str) -> int:
        """Return how far to go with a kind of move in per cent."""
        return int(getattr(self, f"strength_{kind}"))

    def strengths(self) -> dict[str, float]:
        """Return how far to go with each kind of move, 1 for all of it."""
        return {kind: self.strength(kind) / 100 for kind in ("eq", "level", "compression", "stereo", "masking")}

    def with_marks(self, marks: Iterable[str], are_marked: bool) -> Settings:
        """Return settings with some measurements marked, or not any more."""
        fresh = frozenset(marks)
        others = [mark for mark in self.marked if mark not in fresh]
        return replace(self, marked=(*others, *(sorted(fresh) if are_marked else ()))[-MAX_MARKED:])

    def recently_opened(self) -> dict[str, str]:
        """Return the recent mixes and projects, newest first, with when each was opened last; empty where nobody knows."""
        return dict(zip(self.recent, (*self.opened, *([""] * len(self.recent))), strict=False))

    def with_recent(self, path: Path) -> Settings:
        """Return settings with a mix or a project, which is opened now, at the head of the recent ones."""
        shown = str(path.resolve())
        entries = {shown: datetime.now(UTC).isoformat(timespec="seconds")}
        entries |= {other: at for other, at in self.recently_opened().items() if other != shown}
        return replace(self, recent=tuple(entries)[:MAX_RECENT], opened=tuple(entries.values())[:MAX_RECENT])

    def without_recent(self, path: str) -> Settings:
        """Return settings without one of the recent mixes and projects."""
        entries = {other: at for other, at in self.recently_opened().items() if other != path}
        return replace(self, recent=tuple(entries), opened=tuple(entries.values()))


def settings_path() -> Path:
    """Return where the settings are kept."""
    return paths.config_folder() / "settings.json"


def _valid(name: str, value: Any) -> Any:
    default = getattr(Settings(), name)
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise ValueError(name)
        return tuple(value[: _MOST[name]])
    if type(value) is not type(default) or (name in _CHOICES and value not in _CHOICES[name]):
        raise ValueError(name)
    if name.startswith("strength_") and not 0 <= value <= STRENGTH_MOST:
        raise ValueError(name)
    return value


def load_settings() -> Settings:
    """Return the saved settings; what cannot be read keeps its default, and a damaged file is set aside as ``.damaged``."""
    path = settings_path()
    try:
        found = read_json(path)
        if not isinstance(found, dict):
            raise ValueError("not an object")
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        _log.warning("The settings in %s cannot be read (%s); the defaults are used.", path, error)
        return Settings()
    except ValueError as error:
        _log.warning("The settings in %s are damaged (%s); the defaults are used.", path, error)
        _set_aside(path)
        return Settings()
    values = {}
    for field in fields(Settings):
        try:
            if field.name in found:
                values[field.name] = _valid(field.name, found[field.name])
        except ValueError:
            _log.warning("The setting %s in %s is not valid; its default is used.", field.name, path)
    return Settings(**values)


def _set_aside(path: Path) -> None:
    """Rename a damaged file, beside those set aside before it: the next saving would write over it."""
    names = (path.with_suffix(f".{number}.damaged" if number else ".damaged") for number in itertools.count())
    try:
        path.rename(next(name for name in names if not name.exists()))
    except OSError:
        _log.warning("The damaged settings could not be set aside.")


def save_settings(settings: Settings) -> None:
    """Save the settings atomically.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    path = settings_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError("settings-folder", f"cannot make the settings folder “{path.parent}”", "check its permissions") from error
    write_bytes(path, (json.dumps(asdict(settings), indent=1) + "\n").encode())
