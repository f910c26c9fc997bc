"""Driving the window as a person would, on a core that answers at once with made-up but plausible values, or with errors on request."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, QMimeData, QPoint, QPointF, QRect, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from sample_documents import make_profile, make_standing, make_suggestions, make_track, make_verification
from waiting import is_so

from mixassistant.analysis import Analysis, Request
from mixassistant.audio.audio import Audio
from mixassistant.audio.peaks import build_peaks
from mixassistant.demo.folder import Comparison
from mixassistant.errors import InputError
from mixassistant.features.descriptor import REGISTRY, Descriptor, Measurement
from mixassistant.features.track import MeasuredStem, MeasuredTrack
from mixassistant.gui.background.backend import Added, Core
from mixassistant.gui.background.result import Result
from mixassistant.gui.suggestions.card import Card
from mixassistant.gui.window.main_window import MainWindow
from mixassistant.library.library import Library
from mixassistant.names import readable
from mixassistant.profiles.stage import Stage
from mixassistant.profiles.standing import Stand
from mixassistant.progress import Progress
from mixassistant.stems.stem import ROLES, Role, Song

REASON = "there is no pause to hear it in"
MISSING = "noise_floor"
AnyCard = TypeVar("AnyCard", bound=Card)
SIZES = {"bands": 31, "curve": 297}
LIMIT_S = 30.0
STILL = 3  # turns of the loop of events without a change: what one begins, the next may end


class FakeCore(Core):
    """Everything that touches the library is real; analysing and measuring are not.

    A test that clears `may_go_on` holds analyses in their middle, where they hear of a cancelling; one that clears `may_hear` holds them
    in a step that does not.
    """

    def __init__(self, library: Path) -> None:
        super().__init__(library)
        self.may_go_on, self.may_hear = threading.Event(), threading.Event()
        self.may_go_on.set()
        self.may_hear.set()
        self.stems: dict[Role, list[str]] | None = None
        self.standing: tuple[Stand, ...] | None = None  # None: as made-up songs have it
        self.fails: type[Exception] | None = None
        self.exported: list[Path] = []

    def analyze(self, request: Request, progress: Progress) -> Result:
        progress("Reading", 0.1)
        assert self.may_hear.wait(LIMIT_S)
        while not self.may_go_on.wait(0.005):
            progress("Measuring drums", 0.5)
        if self.fails is InputError:
            raise InputError("not-audio", f"cannot read “{request.path.name}” as audio", "choose another file")
        if self.fails is not None:
            raise self.fails("out of memory")
        content = hashlib.sha256(os.fsencode(request.path.name)).hexdigest()
        track = replace(make_track(stem_names=self.stems), name=readable(request.path.name), content_hash=content)
        audio = Audio(np.random.default_rng(0).normal(0, 0.1, (2, 44100 * 5)).astype(np.float32), 44100)
        song = Song(track.name, track.content_hash, audio, (), {})
        analysis = Analysis(
            request,
            song,
            track,
            make_profile(),
            tuple(make_suggestions()),
            make_verification(),
            ("A note.",),
            "2026-01-01T00:00:00+00:00",
            {},
            stage=self.with_library(lambda library: library.stages.said(track.content_hash, request.stage)),
            standing=make_standing(track) if self.standing is None else self.standing,
        )
        peaks = {"mix": build_peaks(audio), **{s.name: build_peaks(audio) for s in track.stems}}
        with Library(self.library) as library:
            decided = library.answers.decisions(track.content_hash)
        return Result(analysis, peaks, decided)

    def demo(
        self,
        progress: Progress,
        strengths: Mapping[str, float] | None = None,
        stage: Stage | None = None,
        comparison: Comparison = "others",
    ) -> Result:
        return self.analyze(Request(Path("Demo song"), references=(Path(comparison),), strengths=strengths or {}, stage=stage), progress)

    def add_reference(self, path: Path, separator: str, device: str, progress: Progress, are_stems: bool = False) -> Added:
        if path.suffix == ".jpg":
            raise InputError("not-audio", f"cannot read “{path.name}” as audio", "choose another file")
        with Library(self.library) as library:
            return Added(library.references.add(path))

    def efforts(self, separator: str, device: str, songs: Sequence[tuple[Path, bool]]) -> list[float]:
        return [1.0 for _song in songs]

    def export(self, document: dict[str, Any], path: Path) -> None:
        self.exported.append(path)
        super().export(document, path)


def drop(widget: Any, *paths: Path) -> None:
    """Drag files over a widget and let go, as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    widget.dragEnterEvent(QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    widget.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))


def hold_analyses(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Hold every analysis back until the event that is returned is set; pictures are refused then."""
    gate, analyze = threading.Event(), FakeCore.analyze

    def wait(self: FakeCore, request: Request, progress: Progress) -> Result:
        while not gate.wait(0.005):
            progress("Measuring", 0.5)
        if request.path.suffix == ".jpg":
            raise InputError("no-audio", "it is a picture", "choose another file")
        return analyze(self, request, progress)

    monkeypatch.setattr(FakeCore, "analyze", wait)
    return gate


def analysed(qtbot: Any, window: MainWindow, path: Path = Path("song.wav")) -> None:
    """Drop a mix and wait for its analysis."""
    with qtbot.waitSignal(window.session.state.analysed, timeout=10_000):
        drop(window, path)


def opened_card(window: MainWindow, card: AnyCard) -> AnyCard:
    """Unfold a card, as its user does by a click on it."""
    window.session.state.select(card.suggestion.id)
    return card


def run_until(condition: Callable[[], object]) -> bool:
    """Let the window live until something is so; tell whether it came to that."""

    def look() -> bool:
        if condition():
            return True
        turn = QEventLoop()  # a loop of its own, since what is to be deleted later is deleted in one only
        QTimer.singleShot(0, turn.quit)
        turn.exec()
        return bool(condition())

    return is_so(look, LIMIT_S)


def come_to_rest(window: QWidget) -> None:
    """Wait until nothing in a window moves, comes or goes any more: what was asked for is laid out and shown, and what followed from it."""
    seen: list[list[tuple[int, bool, QRect]]] = []

    def is_at_rest() -> bool:
        seen.append([(id(widget), widget.isVisible(), widget.geometry()) for widget in [window, *window.findChildren(QWidget)]])
        return len(seen) > STILL and all(now == seen[-1] for now in seen[-STILL:])

    assert run_until(is_at_rest), "the window does not come to rest"


def make_measurement(descriptor: Descriptor, rng: np.random.Generator) -> Measurement:
    if descriptor.id == MISSING:
        return Measurement(None, REASON)
    low, high = (min(max(limit, -60.0), 60.0) for limit in descriptor.range)
    if descriptor.shape == "category":
        return Measurement(float(rng.integers(len(descriptor.labels))))
    if descriptor.shape == "sequence":
        return Measurement(rng.integers(len(descriptor.labels), size=6).astype(float))
    if descriptor.shape == "flag":
        return Measurement(float(rng.integers(2)))
    if descriptor.shape == "scalar":
        return Measurement(float(rng.uniform(low, high)))
    return Measurement(rng.uniform(low, high, SIZES.get(descriptor.shape) or len(descriptor.labels) or 5))


def make_full_track(stems: int = 8, seed: int = 0) -> MeasuredTrack:
    """Return a song with every descriptor in the mix, its roles and `stems` stems."""
    rng = np.random.default_rng(seed)

    def measure(scope: str) -> dict[str, Measurement]:
        return {d.id: make_measurement(d, rng) for d in REGISTRY if scope in d.scopes}

    roles = {role: measure("stem") for role in ROLES}
    made = tuple(MeasuredStem(f"Track {i + 1:02d}", ROLES[i % 4], "supplied", measure("stem")) for i in range(stems))
    return replace(make_track(), mix=measure("mix"), roles=roles, stems=made)
