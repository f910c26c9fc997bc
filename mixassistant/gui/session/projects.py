"""The project file of the mix that is shown: opened, saved, and whether it holds what is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from mixassistant.gui.background.projects import FoundProject, find_project, save_project, with_mix
from mixassistant.gui.session.offer import Offer
from mixassistant.gui.session.services import OWN_STREAM
from mixassistant.gui.wording import shortened
from mixassistant.i18n import _
from mixassistant.names import readable

if TYPE_CHECKING:
    from mixassistant.analysis import Analysis
    from mixassistant.gui.background.backend import Core
    from mixassistant.gui.background.listing import Listing
    from mixassistant.gui.session.services import Services
    from mixassistant.gui.session.state import State
    from mixassistant.project.project import Audio, Project, View
    from mixassistant.report.version import Version

SUFFIX = ".mixassistant"
SHOWN_LETTERS = 60  # of a name in a question


@dataclass(frozen=True)
class _Draft:
    """What a project file would hold of the mix that is shown, and where it goes."""

    path: Path
    project: Project
    analysis: Analysis
    earlier: tuple[Version, ...]
    held: tuple[Any, ...]


class Projects(QObject):
    """Opens and saves project files.

    `path` is the file of the mix that is shown; None: it has none, and the library alone keeps what was decided, as always.

    Signals: `changed` (another file, or there is something to save, or no more), `asked` (an `Offer`), `view_wanted` (a `View` to go back
    to) and `lost` (a `FoundProject` whose mix is nowhere, and which the user wants to find).
    """

    changed = Signal()
    asked = Signal(object)
    view_wanted = Signal(object)
    lost = Signal(object)

    def __init__(self, core: Core, state: State, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._core, self._state, self._services = core, state, services
        self.path: Path | None = None
        self.versions: tuple[Version, ...] = ()  # the bounces of the project, as its file holds them
        self.add_references: Callable[[tuple[Path, ...]], object] = lambda paths: None
        self._listing: Listing | None = None
        self._references: tuple[Audio, ...] | None = None  # of it, once they were asked for
        self.view: Callable[[], View | None] = lambda: None
        self._coming: FoundProject | None = None
        self._resumed: tuple[Path, Path] | None = None  # a file, and the mix that is that of it
        self._is_fresh = False  # a file was opened and nothing was changed since
        self._is_doubtful = False  # something else lies where the mix of the file lay: another bounce, or another song
        self._held: tuple[Any, ...] = ()  # what the file holds
        self._draft: _Draft | None = None  # as it was last, of the song that is shown
        self._left: tuple[Path, tuple[Version, ...]] | None = None  # the project of the song before, until this one is told apart
        self._content = ""
        for change in (state.decided, state.sectioned):
            change.connect(self._on_changed)
        state.analysed.connect(self._on_shown)

    def compare_with(self, listing: Listing | None) -> None:
        """Take over what mixes are compared with now."""
        self._listing, self._references = listing, None

    @property
    def name(self) -> str:
        """What the file is called; empty: there is none."""
        return "" if self.path is None else readable(self.path.stem)

    @property
    def is_modified(self) -> bool:
        """Whether there is a file, and something that it does not hold."""
        return self.path is not None and self._state.result is not None and self._held != self._now()

    def _now(self) -> tuple[Any, ...]:
        """Return what would be saved, as far as it is the user's."""
        state = self._state
        content = state.result.analysis.track.content_hash if state.result is not None else ""
        shown, structure = state.shown, state.structure
        own = tuple(replace(section) for section in structure.sections) if structure.are_own else None
        choices = (shown.separator, shown.replacements, tuple(sorted(shown.roles.items())), shown.stage, shown.absent, shown.stream)
        return content, tuple(sorted(state.decisions.items(), key=lambda item: item[0])), choices, own

    # Opening

    def open(self, path: Path) -> None:
        """Open a project file, and the mix that it names."""
        then = partial(self._on_found, self._state.open_count)
        self._services.read(_("Opening {name}").format(name=path.name), partial(find_project, self._core, path), then, "project")

    def _on_found(self, open_count: int, found: FoundProject) -> None:
        if self._state.open_count != open_count:
            return  # something else was opened meanwhile
        if not found.is_missing:
            self._begin(found)
            return
        audio = found.project.mix.audio
        ask = _("The mix “{mix}” of the project “{name}” is neither where it was nor beside the project.")
        names = {
            "mix": shortened(readable(audio.path.name if audio else ""), SHOWN_LETTERS),
            "name": shortened(found.path.stem, SHOWN_LETTERS),
        }
        self.asked.emit(Offer(ask.format(**names), _("Find…"), partial(self.lost.emit, found), lambda: None, about=found.path))

    def find(self, found: FoundProject, path: Path) -> None:
        """Open a project with the mix that its user has found."""
        then = partial(self._on_found, self._state.open_count)
        self._services.read(_("Looking at {name}").format(name=path.name), partial(with_mix, found, path), then, "project")

    def _begin(self, found: FoundProject) -> None:
        self._coming = found
        mix = found.project.mix
        if found.mix is None:
            self._services.open_demo("earlier" if mix.demo == "earlier" else "others")
        else:
            self._services.open_mix(
                found.mix,
                mix.separator,
                found.replacements,
                mix.roles,
                mix.stage,
                mix.absent,
                OWN_STREAM if mix.stream is None else mix.stream,
                mix.sections,
            )
        for name in found.lost:
            told = _("“{name}”, your own stem in the project “{project}”, is nowhere: the separated one is taken")
            self._services.tell(told.format(name=readable(name), project=readable(found.path.stem)), True)

    def resume(self, path: Path, mix: Path) -> None:
        """Say that a mix that is being opened is that of a project file, as it was when the program was killed."""
        self._resumed = path, mix

    def take_over(self) -> None:
        """Follow a mix that has come to the screen; before anything else does."""
        state, found = self._state, self._coming
        if state.result is None:
            return
        content = state.result.analysis.track.content_hash
        is_ours = found is not None and (state.is_demo if found.mix is None else state.source == found.mix)
        if found is not None and is_ours:
            self._coming = None
            self._adopt(found, content)
        elif self._resumed is not None and self._resumed[1] == state.source:
            self.path, self._resumed = self._resumed[0], None
            self._compare_with_file(self.path)
        elif content != self._content and self._content:
            self._coming = None
            self._leave()
        self._content = content

    def _on_shown(self) -> None:
        if self._is_fresh:
            self._is_fresh = False
            self._held = self._now()
        self._on_changed()

    def _adopt(self, found: FoundProject, content: str) -> None:
        """Make an opened project that of the mix that is shown: what was decided on it counts, unless it is another bounce by now."""
        state, project = self._state, found.project
        self._offer_to_save()
        self.path, self.versions = found.path, project.versions
        self._held = ()
        self._is_doubtful = found.is_changed
        if not found.is_changed:
            decided = dict(project.decisions)
            changes = {name: decided.get(name) for name in {*decided, *state.decisions} if decided.get(name) != state.decisions.get(name)}
            state.decisions = dict(decided)
            if changes:
                self._services.keep(_("Saving"), partial(_keep_decisions, self._core, content, changes))
            self._is_fresh = True
        self.view_wanted.emit(project.view)
        self._ask_for_references(found)

    def _compare_with_file(self, path: Path) -> None:
        """Look whether a file holds what is on the screen: the program was killed, perhaps before it was saved."""

        def then(found: FoundProject) -> None:
            if self.path == path and self._state.result is not None:
                self.versions = found.project.versions
                if dict(found.project.decisions) == self._state.decisions and not found.is_changed:
                    self._held = self._now()
                self._on_changed()

        self._services.read(_("Opening {name}").format(name=path.name), partial(find_project, self._core, path), then, "project")

    def _ask_for_references(self, found: FoundProject) -> None:
        project, count = found.project, len(found.unknown)
        if project.profile and not found.has_profile:
            told = _("The profile “{profile}” of this project is not in your library: it is compared with your liked references")
            self._services.tell(told.format(profile=shortened(readable(project.profile), SHOWN_LETTERS)), False)
        if count:
            text = (
                _("1 reference of this project is not in your library.")
                if count == 1
                else _("{count} references of this project are not in your library.")
            )
            add = partial(self.add_references, found.unknown)
            self.asked.emit(
                Offer(text.format(count=count), _("Add them") if count > 1 else _("Add it"), add, lambda: None, about=found.path)
            )

    # Another song

    def _leave(self) -> None:
        """Close the project: another song has come to the screen, or another bounce, which `go_on` tells."""
        self._left = (self.path, self.versions) if self.path is not None else None
        self._offer_to_save()
        self.path, self.versions, self._held = None, (), ()

    def go_on(self, earlier: Version | None) -> None:
        """Take the mix that is shown for the bounce after another one of the project before; None: it is another song."""
        if self._is_doubtful and earlier is None and self.path is not None:
            told = _("The project “{name}” was saved with another song than lies there now: this one is opened without it")
            self._services.tell(told.format(name=shortened(self.name, SHOWN_LETTERS)), True)
            self.path, self.versions, self._held = None, (), ()
            self._on_changed()
        self._is_doubtful = False
        if self._left is not None and earlier is not None and self.path is None:
            self.path, versions = self._left
            self.versions = (*(v for v in versions if v.content_hash != earlier.content_hash), earlier)
            self._held = ()
            self._on_changed()
        self._left = None

    def _offer_to_save(self) -> None:
        """Ask whether what was changed last of the project before is to be saved."""
        draft = self._draft
        self._draft = None
        if draft is None or draft.held == self._held:
            return
        text = _("“{name}” has changes that are not in its project file.").format(name=shortened(readable(draft.path.stem), SHOWN_LETTERS))
        self.asked.emit(Offer(text, _("Save"), partial(self._write, draft, lambda: None), lambda: None, about=draft.path))

    # Saving

    def _on_changed(self) -> None:
        self._draft = self._drafted(self.path) if self.path is not None else None
        self.changed.emit()

    def _drafted(self, path: Path) -> _Draft | None:
        """Return what a file at a path would hold of the mix that is shown."""
        from mixassistant.project.project import Audio, Mix, Project, View

        state = self._state
        if state.result is None:
            return None
        shown, structure = state.shown, state.structure
        listing = self._listing
        if self._references is None:
            self._references = () if listing is None else tuple(Audio(one.path, one.content_hash) for one in listing.liked)
        mix = Mix(
            audio=None if state.is_demo or state.source is None else Audio(state.source),
            demo=shown.comparison,
            separator=shown.separator,
            stream=shown.stream,
            roles=dict(shown.roles),
            replacements=tuple((role, Audio(own)) for role, own in shown.replacements),
            absent=shown.absent,
            stage=shown.stage,
            sections=structure.sections if structure.are_own and structure.sections else None,
        )
        profile = "" if listing is None else listing.profile
        project = Project(mix, profile, self._references, dict(state.decisions), self.view() or View())
        return _Draft(path, project, state.result.analysis, self.versions, self._now())

    def save(self, path: Path, then: Callable[[], object] = lambda: None) -> None:
        """Save what is on the screen as a project file; `then` follows once it is written."""
        path = path if path.suffix.lower() == SUFFIX else path.with_name(path.name + SUFFIX)
        draft = self._drafted(path)
        if draft is not None:
            self._write(draft, then)

    def _write(self, draft: _Draft, then: Callable[[], object]) -> None:
        def written(_done: object) -> None:
            if self._state.result is not None and self._state.result.analysis.track.content_hash == draft.held[0]:
                self.path, self._held = draft.path, draft.held
                settings = self._state.settings.with_recent(draft.path)
                self._services.change(recent=settings.recent, opened=settings.opened)
                self._on_changed()
            self._services.tell(_("Project saved as {path}").format(path=draft.path), False)
            then()

        work = partial(save_project, draft.path, draft.project, draft.analysis, draft.earlier)
        self._services.keep(_("Saving the project"), work, written)


def _keep_decisions(core: Core, content: str, decided: Any, progress: Any) -> None:
    core.copy_decisions(content, decided)
