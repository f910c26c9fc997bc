"""The queue of mixes: what waits, what runs, what is done or failed and why; analysed one at a time behind whatever else is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from mixassistant.gui.background.worker import Failed, Job, Progressed, Report, Succeeded
from mixassistant.gui.session.stopping import Halted, quoted
from mixassistant.gui.wording import as_plain, refusal
from mixassistant.i18n import _
from mixassistant.names import readable

if TYPE_CHECKING:
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.session.services import Services
    from mixassistant.report.album import AlbumTrack

Index = QModelIndex | QPersistentModelIndex
State = Literal["waits", "runs", "done", "failed", "cancelled"]

ROOT = QModelIndex()
KEPT_BYTES = 1 << 30  # of decoded audio that finished analyses may hold: some eight songs with four stems; older ones are opened again


@dataclass(eq=False)
class Entry:
    """A mix in the queue: how far it is (`fraction` 0–1), why it failed, its result while there is room for it, and what it measures.

    `is_wanted_again`: it is being stopped, and waits again then.
    """

    path: Path
    state: State = "waits"
    stage: str = ""
    fraction: float = 0.0
    reason: str = ""
    result: Result | None = None
    job: Job | None = None
    measured: AlbumTrack | None = None
    is_wanted_again: bool = False

    @property
    def is_finished(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def text(self) -> str:
        """What its state is, in a line."""
        if self.state == "runs":
            return f"{self.stage}, {round(100 * self.fraction)} %" if self.stage else _("Begins")
        return {
            "waits": _("Waits"),
            "done": _("Done: click to open"),
            "failed": _("Failed: {reason}").format(reason=self.reason),
            "cancelled": _("Cancelled"),
        }[self.state]


class MixQueue(QAbstractListModel):
    """The mixes that were dropped together.

    Signals: `changed` (the state of an entry or their number, once however many there are), `came` (a path and its result, to be shown)
    and `recalled` (a path and its result of earlier, to be shown once more; without a result it is to be opened anew).
    """

    changed = Signal()
    came = Signal(object, object)
    recalled = Signal(object, object)

    def __init__(self, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self.entries: list[Entry] = []
        self._is_held = False
        self.shows_next = False  # the first that is done, unless the user has opened something else meanwhile

    # What it holds

    @property
    def running(self) -> Entry | None:
        """The one that is analysed now."""
        return next((entry for entry in self.entries if entry.state == "runs"), None)

    @property
    def unfinished(self) -> tuple[Path, ...]:
        """What waits or runs."""
        return tuple(entry.path for entry in self.entries if not entry.is_finished)

    @property
    def album(self) -> tuple[AlbumTrack, ...]:
        """What those that are done measure, in their order."""
        return tuple(entry.measured for entry in self.entries if entry.measured is not None)

    def count(self, *states: State) -> int:
        """Return how many are in one of these states."""
        return sum(entry.state in states for entry in self.entries)

    def rowCount(self, parent: Index = ROOT) -> int:
        """Return how many there are."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is shown of one."""
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return readable(entry.path.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return readable(f"{entry.path.name}: {entry.text}")
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_plain(readable(f"{entry.path}\n{entry.text}"))
        return None

    # Intentions

    def add(self, paths: Sequence[Path], shows_first: bool = True) -> None:
        """Queue mixes; the first that is done is shown, unless others waited already or `shows_first` says no."""
        known = {entry.path for entry in self.entries if not entry.is_finished}
        fresh = [path for path in dict.fromkeys(paths) if path not in known]
        if not fresh:
            return
        if not known:
            self.shows_next = shows_first
        start = len(self.entries)
        self.beginInsertRows(ROOT, start, start + len(fresh) - 1)
        self.entries += [Entry(path) for path in fresh]
        self.endInsertRows()
        self.changed.emit()
        self._go_on()

    def open(self, entry: Entry) -> None:
        """Show a finished analysis again."""
        if entry.state == "done":
            self.shows_next = False
            self.recalled.emit(entry.path, entry.result)

    def again(self, entry: Entry) -> None:
        """Queue one that has failed or was cancelled once more."""
        if entry.state in ("failed", "cancelled"):
            self._put(entry, state="waits", reason="")
            self._go_on()

    def cancel(self, entry: Entry) -> None:
        """Cancel one that waits or runs; the others go on."""
        if entry.state == "waits":
            self._put(entry, state="cancelled")
        elif entry.job is not None and entry.state == "runs":
            entry.job.stop.set()
            self._put(entry, stage=_("Stopping…"))

    def cancel_all(self) -> None:
        """Cancel what waits and what runs."""
        going = [entry for entry in self.entries if not entry.is_finished]
        for entry in going:
            if entry.state == "waits":
                entry.state = "cancelled"
            elif entry.job is not None:
                entry.job.stop.set()
                entry.stage = _("Stopping…")
        if going:
            self._tell(0, len(self.entries) - 1)
            self.changed.emit()

    def halted(self) -> list[Halted]:
        """Return what waits and runs, unless it is being stopped already."""
        going = [e for e in self.entries if e.state == "waits" or (e.job is not None and not e.job.cancelled)]
        if not going:
            return []
        one = _("the analysis of {name}").format(name=quoted(going[0].path.name))
        several = _("the analysis of {count} mixes").format(count=len(going))
        return [Halted(one if len(going) == 1 else several, partial(self._begin_again, going, self.shows_next))]

    def _begin_again(self, entries: Sequence[Entry], shows_next: bool) -> None:
        """Queue again what was stopped, in its old order; what was taken off the list meanwhile comes last."""
        there = [entry for entry in entries if entry in self.entries]
        self.shows_next = shows_next
        for entry in there:
            if entry.state == "cancelled":
                entry.state, entry.reason = "waits", ""
            elif entry.job is not None and entry.job.cancelled:
                entry.is_wanted_again = True
        if there:
            self._tell(0, len(self.entries) - 1)
            self.changed.emit()
        self.add([entry.path for entry in entries if entry not in self.entries], shows_next)
        self._go_on()

    def clear_finished(self) -> None:
        """Take the finished ones off the list, and let their results go."""
        self.beginResetModel()
        self.entries = [entry for entry in self.entries if not entry.is_finished]
        self.endResetModel()
        self.changed.emit()

    def renew(self, path: Path, result: Result) -> None:
        """Take over a newer result of a mix that is done."""
        for entry in self.entries:
            if entry.path == path and entry.state == "done":
                entry.result = result

    def forget_results(self) -> None:
        """Let go what was compared with references that have changed since: when it is opened, it is compared again."""
        for entry in self.entries:
            entry.result = None

    # Work

    def hold(self, is_held: bool) -> None:
        """Begin nothing while it is held: what the user opens comes next, and is only looked at as yet."""
        self._is_held = is_held
        self._go_on()

    def _go_on(self) -> None:
        """Begin the first that waits; one at a time, so that what the user opens comes next."""
        entry = next((e for e in self.entries if e.state == "waits"), None)
        if entry is None or self.running is not None or self._is_held:
            return
        entry.job = Job(_("Analysing {name}").format(name=entry.path.name), self._services.analysis_of(entry.path))
        self._put(entry, state="runs", stage="", fraction=0.0)
        self._services.do(entry.job, partial(self._on_result, entry), partial(self._on_end, entry), partial(self._on_way, entry))

    def _on_way(self, entry: Entry, report: Progressed) -> None:
        entry.stage, entry.fraction = report.stage, report.fraction
        row = self.entries.index(entry)
        self._tell(row, row)

    def _on_result(self, entry: Entry, result: Result) -> None:
        from mixassistant.report.album import AlbumTrack

        track = result.analysis.track
        entry.result, entry.measured = result, AlbumTrack.of(track.name, track.mix)
        if self.shows_next:
            self.shows_next = False
            self.came.emit(entry.path, result)

    def _on_end(self, entry: Entry, report: Report) -> None:
        entry.job = None
        if isinstance(report, Succeeded):
            self._put(entry, state="done", fraction=1.0)
            self._make_room()
        elif isinstance(report, Failed):
            self._put(entry, state="failed", reason=refusal(report.error))
        else:
            self._put(entry, state="waits" if entry.is_wanted_again else "cancelled", is_wanted_again=False)
        self._go_on()

    def _make_room(self) -> None:
        """Keep the newest results, as many as there is room for."""
        held = 0
        for entry in reversed(self.entries):
            if entry.result is not None:
                held += _size(entry.result)
                if held > KEPT_BYTES:
                    entry.result = None

    def _put(self, entry: Entry, **values: Any) -> None:
        for name, value in values.items():
            setattr(entry, name, value)
        row = self.entries.index(entry)
        self._tell(row, row)
        self.changed.emit()

    def _tell(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, 0))


def _size(result: Result) -> int:
    """Return the bytes of a result's audio."""
    song = result.analysis.song
    return sum(audio.channels * audio.length * 4 for audio in (song.mix, *(stem.audio for stem in song.stems)))
