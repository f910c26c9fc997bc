"""A mix as it was opened, and what the user has called the folder that it lies in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixassistant.i18n import _
from mixassistant.names import readable

if TYPE_CHECKING:
    from mixassistant.demo.folder import Comparison
    from mixassistant.profiles.stage import Stage


@dataclass(frozen=True)
class OpenMix:
    """A mix as it was opened; no path: the demo song.

    An empty separator is the one of the settings; `roles` are the user's, by stem; `stage` is how finished they say that it is, `absent`
    the roles that it does not have, and `sections` its sections (None: what the library remembers); `comparison` is what the demo song is
    compared with; `stream` is the one of its streams of sound that they have chosen, from 0 (None: what the file itself says).
    """

    path: Path | None
    separator: str = ""
    replacements: tuple[tuple[Any, Path], ...] = ()
    roles: Mapping[str, Any] = field(default_factory=dict)
    stage: Stage | None = None
    comparison: Comparison = "others"
    absent: tuple[Any, ...] | None = None
    stream: int | None = None
    sections: tuple[Any, ...] | None = None

    @property
    def name(self) -> str:
        """What a person calls it."""
        return _("Demo song") if self.path is None else readable(self.path.name)

    def absolute(self) -> OpenMix:
        """Return it with paths that mean the same in every folder."""
        own = tuple((role, path.absolute()) for role, path in self.replacements)
        path = self.path.absolute() if self.path is not None else None
        return OpenMix(path, self.separator, own, self.roles, comparison=self.comparison, stream=self.stream)


@dataclass(frozen=True)
class Called:
    """What the user has called a folder: `are_stems`, the stems of one song; `roles` that make it that, where it was looked at."""

    are_stems: bool = False
    roles: Mapping[str, Any] = field(default_factory=dict)
