"""Project files, ``mixassistant.project/1``: JSON whose schema ships as ``resources/project.schema.json``.

Paths are written absolute, and relative to the file where they lie beside or below it: a folder that is moved as a whole, or opened on
another computer, is whole there. A file is written as a whole or not at all, and read within bounds.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from mixassistant import paths
from mixassistant.advice.decision import Decision, Decisions
from mixassistant.audio.write import write_bytes
from mixassistant.bounded_json import Bounds, TooMuch, read_json
from mixassistant.errors import InputError
from mixassistant.features.structure.stretches import said_to_fit
from mixassistant.features.track import Section
from mixassistant.processing.moves import Band
from mixassistant.project.project import SUFFIX, Audio, Mix, Project, View
from mixassistant.report.version import version_from_json, version_to_json

SCHEMA = "mixassistant.project/1"
_FAMILY = "mixassistant.project/"
BOUNDS = Bounds(32 << 20, values=1_000_000)
AGAIN = "open another, or the mix itself"


def is_project(path: Path) -> bool:
    """Tell whether a path is called a project file."""
    return path.suffix.lower() == SUFFIX


def write_project(project: Project, path: Path) -> None:
    """Write a project file.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    text = json.dumps(to_json(project, path.absolute().parent), ensure_ascii=False, allow_nan=False, indent=1)
    write_bytes(path, (text + "\n").encode("utf-8", "backslashreplace"))  # a name that is no UTF-8 is a lone surrogate


def read_project(path: Path) -> Project:
    """Read a project file.

    Raises
    ------
    InputError
        It cannot be read, is none, is damaged, or was written by a newer version.
    """
    try:
        found = read_json(path, BOUNDS)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InputError("unreadable-project", f"cannot read the project “{path.name}”: {why}", AGAIN) from error
    except TooMuch as error:
        raise InputError("damaged-project", f"the project “{path.name}” has {error}", AGAIN) from error
    except ValueError as error:
        raise InputError("damaged-project", f"the project “{path.name}” is damaged: it is not valid JSON", AGAIN) from error
    try:
        return from_json(found, path.absolute().parent)
    except InputError as error:
        raise InputError(error.code, f"“{path.name}” {error.message}", error.hint) from error


def to_json(project: Project, folder: Path) -> dict[str, Any]:
    """Return a project as JSON holds it; `folder` is where its file lies."""
    mix = project.mix
    return {
        "schema": SCHEMA,
        "mix": {
            "audio": None if mix.audio is None else _audio(mix.audio, folder),
            "demo": mix.demo,
            "separator": mix.separator,
            "stream": None if mix.stream is None else mix.stream + 1,
            "roles": dict(mix.roles),
            "replacements": [{"role": role, **_audio(audio, folder)} for role, audio in mix.replacements],
            "absent": None if mix.absent is None else list(mix.absent),
            "stage": mix.stage,
            "sections": None if mix.sections is None else [_section(section) for section in mix.sections],
        },
        "profile": project.profile,
        "references": [_audio(audio, folder) for audio in project.references],
        "decisions": {name: _decision(decision) for name, decision in sorted(project.decisions.items())},
        "view": _view(project.view),
        "versions": [version_to_json(version) for version in project.versions],
    }


def _audio(audio: Audio, folder: Path) -> dict[str, Any]:
    path = audio.path.absolute()
    beside = {"relative": path.relative_to(folder).as_posix()} if path.is_relative_to(folder) else {}
    return {"path": str(path), **beside, "content_hash": audio.content_hash, "size_bytes": audio.size_bytes}


def _section(section: Section) -> dict[str, Any]:
    return {
        "start_s": section.start_s, "end_s": section.end_s, "letter": section.letter, "kind": section.kind, "is_guess": section.is_guess,
    }  # fmt: skip


def _decision(decision: Decision) -> dict[str, Any]:
    bands = [{"type": b.type, "frequency_hz": b.frequency_hz, "gain_db": b.gain_db, "q": b.q} for b in decision.bands]
    return {"accepted": decision.accepted, "amount_percent": round(100 * decision.amount, 4), **({"bands": bands} if bands else {})}


def _view(view: View) -> dict[str, Any]:
    return {
        "tab": view.tab, "span_s": _ends(view.span_s), "section": view.section, "source": view.source, "reference": view.reference,
        "loop_s": _ends(view.loop_s),
    }  # fmt: skip


def _ends(span: tuple[float, float] | None) -> list[float] | None:
    return None if span is None else list(span)


@functools.cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(paths.resource("project.schema.json").read_text("utf-8")))


def from_json(found: Any, folder: Path) -> Project:
    """Return the project that JSON holds; `folder` is where its file lies.

    Raises
    ------
    InputError
        It is none, is damaged, or is of a newer version; the message goes on after the file's name.
    """
    from jsonschema.exceptions import best_match

    schema = found.get("schema") if isinstance(found, dict) else None
    if not isinstance(schema, str) or not schema.startswith(_FAMILY):
        raise InputError("no-project", "is not a Mix Assistant project", AGAIN)
    if schema != SCHEMA:
        raise InputError("newer-project", f"was written by a newer Mix Assistant ({schema[:40]})", "update Mix Assistant")
    error = best_match(_validator().iter_errors(found))
    if error is not None:
        raise InputError("damaged-project", f"is damaged at {error.json_path}: {error.message[:160]}", AGAIN)
    try:
        if found["mix"]["sections"]:
            said_to_fit([Section(**entry) for entry in found["mix"]["sections"]], found["mix"]["sections"][-1]["end_s"])
        return _project(found, folder)
    except ValueError as error:
        raise InputError("damaged-project", f"is damaged: {str(error)[:160]}", AGAIN) from error


def _project(found: Mapping[str, Any], folder: Path) -> Project:
    mix = found["mix"]
    return Project(
        mix=Mix(
            audio=None if mix["audio"] is None else _audio_of(mix["audio"], folder),
            demo=mix["demo"],
            separator=mix["separator"],
            stream=None if mix["stream"] is None else mix["stream"] - 1,
            roles=mix["roles"],
            replacements=tuple((entry["role"], _audio_of(entry, folder)) for entry in mix["replacements"]),
            absent=None if mix["absent"] is None else tuple(mix["absent"]),
            stage=mix["stage"],
            sections=None if mix["sections"] is None else tuple(Section(**entry) for entry in mix["sections"]),
        ),
        profile=found["profile"],
        references=tuple(_audio_of(entry, folder) for entry in found["references"]),
        decisions=_decisions_of(found["decisions"]),
        view=_view_of(found["view"]),
        versions=tuple(version_from_json(entry) for entry in found["versions"]),
    )


def _audio_of(entry: Mapping[str, Any], folder: Path) -> Audio:
    """Return audio that a file names: beside the file, where it is there; else where it was."""
    if "\0" in entry["path"]:
        raise ValueError("a path that is none")
    near = folder.joinpath(*PurePosixPath(entry["relative"]).parts) if entry.get("relative") else None
    path = near if near is not None and "\0" not in entry["relative"] and _is_there(near) else Path(entry["path"])
    return Audio(path, entry["content_hash"], entry["size_bytes"])


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _decisions_of(found: Mapping[str, Any]) -> Decisions:
    return {
        name: Decision(entry["accepted"], entry["amount_percent"] / 100, tuple(Band(**band) for band in entry.get("bands", ())))
        for name, entry in found.items()
    }


def _view_of(found: Mapping[str, Any]) -> View:
    spans = {name: None if found[name] is None else (float(found[name][0]), float(found[name][1])) for name in ("span_s", "loop_s")}
    return View(found["tab"], spans["span_s"], found["section"], found["source"], found["reference"], spans["loop_s"])
