"""The program as its user runs it, and all that it says."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mixassistant.cli import main


@dataclass(frozen=True)
class Outcome:
    """What ``mixassistant extract`` made of paths.

    Parameters
    ----------
    code : int
        Exit code.
    said : str
        All that the terminal showed, and the warnings that the results hold.
    songs : mapping of str to dict
        The results by the names of their files.
    errors : tuple of str
        Lines on standard error.
    """

    code: int
    said: str
    songs: Mapping[str, Any]
    errors: tuple[str, ...]

    @property
    def only(self) -> Any:
        """The result of the one song that there is."""
        assert len(self.songs) == 1, f"{len(self.songs)} songs: {[*self.songs]}; {self.said}"
        return next(iter(self.songs.values()))

    @property
    def roles(self) -> dict[str, str]:
        """The roles of that song's stems."""
        return {stem["name"]: stem["role"] for stem in self.only.get("stems", [])}

    def lufs(self, name: str | None = None) -> float:
        """Return the loudness of a song, or of the only one."""
        found = self.only if name is None else self.songs[name]
        value = found["mix"]["measurements"]["lufs"]["value"]
        assert value is not None, found["mix"]["measurements"]["lufs"]
        return float(value)

    def tells(self, *words: str) -> bool:
        """Tell whether one of the words was said, in whatever case, beside how many tracks were measured."""
        said = re.sub(r"\d+ of \d+ tracks measured", "", self.said).casefold()
        return any(word.casefold() in said for word in words)

    def is_refused(self) -> bool:
        """Tell whether there is no result but one clear line that says why."""
        return not self.songs and self.code == 3 and len(self.errors) == 1 and self.errors[0].startswith("mixassistant: ")


def extracted(capfd: pytest.CaptureFixture[str], out: Path, *words: str | Path, only: str = "lufs") -> Outcome:
    """Run ``mixassistant extract`` and gather what came of it; whatever a decoder writes to the terminal is gathered too."""
    capfd.readouterr()
    command = ["extract", *map(str, words), "--output", str(out), "--only", only, "--processes", "1", "--device", "cpu"]
    code = _run(command)
    shown, errors = capfd.readouterr()
    songs = {}
    warnings: list[str] = []
    for file in sorted(out.glob("*.json")) if out.is_dir() else []:
        document = json.loads(file.read_text("utf-8"))
        songs[file.stem] = document
        warnings += [*document.get("warnings", []), *document["mix"].get("warnings", [])]
    return Outcome(code, _said(out, shown, errors, *warnings), songs, tuple(errors.splitlines()))


def analyzed(capfd: pytest.CaptureFixture[str], out: Path, *words: str | Path) -> Outcome:
    """Run ``mixassistant analyze`` and gather what came of it."""
    capfd.readouterr()
    out.mkdir(exist_ok=True)
    command = ["analyze", *map(str, words), "--output", str(out / "report.json"), "--device", "cpu", "--separator", "embedded"]
    code = _run(command)
    shown, errors = capfd.readouterr()
    file = out / "report.json"
    if not file.exists():
        return Outcome(code, _said(out, shown, errors), {}, tuple(errors.splitlines()))
    document = json.loads(file.read_text("utf-8"))
    said = _said(out, shown, errors, *document["warnings"])
    return Outcome(code, said, {document["mix"]["name"]: document}, tuple(errors.splitlines()))


def _run(command: list[str]) -> int:
    try:
        return main(command, lambda _files, _demo: 0)
    except SystemExit as left:
        return int(left.code or 0)


def _said(out: Path, *texts: str) -> str:
    """Return all that was said, without the folders of the test: they hold its name, and so the words that are looked for."""
    return "\n".join(texts).replace(str(out.parent), "")


class Listener:
    """A port of this machine, and the question whether anybody has called."""

    def __init__(self, server: socket.socket) -> None:
        server.setblocking(False)
        self._server = server
        self.port: int = server.getsockname()[1]

    def is_called(self) -> bool:
        """Tell whether there is a caller."""
        try:
            self._server.accept()[0].close()
        except BlockingIOError:
            return False
        return True
