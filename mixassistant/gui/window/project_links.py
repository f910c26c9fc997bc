"""What ties the project file and the versions of a session to the window: its title, what it asks, and how it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow, QTabWidget

from mixassistant.gui.dialogs.project_path import SUFFIX, ask_about_changes, ask_for_mix, ask_project_path
from mixassistant.gui.session.offer import Offer
from mixassistant.names import file_name, readable

if TYPE_CHECKING:
    from mixassistant.gui.background.projects import FoundProject
    from mixassistant.gui.player import Player
    from mixassistant.gui.references import ReferencesPanel
    from mixassistant.gui.session.open_mix import OpenMix
    from mixassistant.gui.session.session import Session
    from mixassistant.gui.waveform import Waveform
    from mixassistant.project.project import View


class ProjectLinks(QObject):
    """Saves, asks and restores.

    Parameters
    ----------
    session : Session
    window : QMainWindow
    waveform : Waveform
    views : QTabWidget
    player : Player
    references : ReferencesPanel
    offer : callable
        Asks a question in the window.
    show_versions : callable
        Opens the comparison of versions.
    """

    def __init__(
        self,
        session: Session,
        window: QMainWindow,
        waveform: Waveform,
        views: QTabWidget,
        player: Player,
        references: ReferencesPanel,
        offer: Callable[[Offer], None],
        show_versions: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._waveform, self._views, self._player = session, window, waveform, views, player
        self._references = references
        self._reference: Path | None = None  # that was picked last
        self._wanted: View | None = None
        references.picked.connect(self._pick)
        projects = session.projects
        projects.view = self.view
        projects.asked.connect(offer)
        projects.view_wanted.connect(self._want)
        projects.lost.connect(self._find)
        projects.changed.connect(self.show_title)
        session.versions.asked.connect(offer)
        session.versions.wanted.connect(show_versions)
        session.state.opening.connect(self._on_opening)
        session.state.analysed.connect(self._on_analysed)

    # The title

    def _on_opening(self, _mix: OpenMix | None) -> None:
        self.show_title()

    def show_title(self) -> None:
        """Say which project and which mix are on the screen, and whether there is something to save."""
        state, projects = self._session.state, self._session.projects
        coming = state.coming
        mix = coming.name if coming is not None else state.result.analysis.track.name if state.result is not None else ""
        is_ours = coming is None or coming.path == state.shown.path
        project = f"{projects.name}{SUFFIX}[*]" if projects.path is not None and is_ours else ""
        self._window.setWindowTitle(" – ".join(part for part in (project, mix, "Mix Assistant") if part))
        self._window.setWindowModified(bool(project) and projects.is_modified)

    # Saving

    def save(self) -> None:
        """Save the project where it lies, or ask where."""
        path = self._session.projects.path
        if path is None:
            self.save_as()
        else:
            self._session.projects.save(path)

    def save_as(self, then: Callable[[], object] = lambda: None) -> None:
        """Ask where the project goes, and save it there."""
        state, projects = self._session.state, self._session.projects
        if state.result is None:
            return
        name = file_name(Path(state.result.analysis.track.name).stem, SUFFIX)
        beside = state.source.parent if state.source is not None and not state.is_demo else Path.home()
        path = ask_project_path(self._window, projects.path or beside / name)
        if path is not None:
            projects.save(path, then)

    def may_close(self) -> bool:
        """Ask about changes that the project file does not hold; tell whether the window may close now."""
        projects = self._session.projects
        if not projects.is_modified or projects.path is None:
            return True
        answer = ask_about_changes(self._window, projects.name)
        if answer == "save":
            projects.save(projects.path, self._window.close)  # once it is written: a full disk must not cost what was decided
        return answer == "leave"

    # Finding

    def _find(self, found: FoundProject) -> None:
        audio = found.project.mix.audio
        path = ask_for_mix(self._window, readable(audio.path.name if audio else ""), found.path.parent)
        if path is not None:
            self._session.projects.find(found, path)

    # How it is looked at

    def _pick(self, path: Path | None) -> None:
        self._reference = path

    def view(self) -> View:
        """Return how the mix is looked at and heard."""
        from mixassistant.project.project import View

        waveform, rows = self._waveform, self._session.reference_jobs.rows
        reference = next((row.reference.content_hash for row in rows if row.reference.path == self._reference), "")
        loop = self._player.loop
        return View(
            tab=self._views.currentIndex(),
            span_s=None if waveform.is_whole else (waveform.start_s, waveform.end_s),
            section=self._session.state.section,
            source=self._player.source,
            reference=reference,
            loop_s=None if loop is None else (float(loop[0]), float(loop[1])),
        )

    def _want(self, view: View) -> None:
        self._wanted = view

    def _on_analysed(self) -> None:
        view, self._wanted = self._wanted, None
        if view is not None:
            self._restore(view)
        self.show_title()

    def _restore(self, view: View) -> None:
        """Go back to how a project was looked at and heard, as far as that is still there."""
        if view.tab < self._views.count():
            self._views.setCurrentIndex(view.tab)
        if view.section is not None:
            self._session.sections.choose(view.section)
        if view.loop_s is not None and view.loop_s[1] <= self._player.duration_s:
            self._waveform.put_loop(view.loop_s, True)
        if view.span_s is not None:
            self._waveform.show_span(*view.span_s)
        row = next(
            (row for row in self._session.reference_jobs.rows if view.reference and row.reference.content_hash == view.reference), None
        )
        if row is not None:
            self._references.hear(row.reference)
        if self._player.can_hear(view.source):
            self._player.set_source(view.source)
