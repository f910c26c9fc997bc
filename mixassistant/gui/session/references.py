"""The references of a session: read from the library, compared with the mix, changed with undo. Work goes to workers, as in the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from mixassistant.gui.background.worker import Failed, Job, Report, Stopped, Succeeded
from mixassistant.gui.session.offer import folder_names, folder_question
from mixassistant.gui.session.stopping import Halted
from mixassistant.gui.session.wanted_references import Batch, Wanted, WantedReferences
from mixassistant.gui.wording import on_reference, remarks_text
from mixassistant.i18n import _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mixassistant.gui.background.backend import Added, Core
    from mixassistant.gui.background.listing import Listing, Row
    from mixassistant.gui.background.result import Result
    from mixassistant.gui.session.added_songs import Songs
    from mixassistant.gui.session.services import Services
    from mixassistant.gui.session.state import State
    from mixassistant.library.library import Description, Library, Reference
    from mixassistant.progress import Progress
    from mixassistant.settings import Settings
    from mixassistant.stems.look import Look


class ReferenceChange(QUndoCommand):
    """One change of the references, and how it is taken back."""

    def __init__(self, text: str, carry_out: Callable[[], None], take_back: Callable[[], None]) -> None:
        super().__init__(text)
        self._carry_out, self._take_back, self.is_active = carry_out, take_back, True

    def again(self) -> ReferenceChange:
        """Return the same change as a new command that does nothing yet: a stack is put in order by filling it anew."""
        fresh = ReferenceChange(self.text(), self._carry_out, self._take_back)
        fresh.is_active = False
        return fresh

    def redo(self) -> None:
        """Carry it out."""
        if self.is_active:
            self._carry_out()

    def undo(self) -> None:
        """Take it back."""
        if self.is_active:
            self._take_back()


class ReferenceJobs(QObject):
    """The references and profiles that the window shows.

    Signals: `listed` (there is a new `listing`), `compared` (there is a new `closeness`, one number 0–1 a row, or None) and `asked` (an
    `Offer` with the question what a folder is).
    """

    listed = Signal()
    compared = Signal()
    asked = Signal(object)

    def __init__(self, core: Core, state: State, services: Services, parent: QObject) -> None:
        super().__init__(parent)
        self._core, self._state, self._services = core, state, services
        self.listing: Listing | None = None
        self.closeness: NDArray[np.float64] | None = None
        self.remarks: dict[int, tuple[str, ...]] = {}  # on the files of references that were added since the window is open, by number
        self._wanted = WantedReferences()
        self._mix: Result | None = None
        self._has_completed = False
        self._compares_next = False  # once there is a new listing: the window shows first what the mix is compared with

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, in the user's own order."""
        return self.listing.rows if self.listing is not None else ()

    @property
    def references(self) -> tuple[Reference, ...]:
        """All references, in the user's own order."""
        return tuple(row.reference for row in self.rows)

    @property
    def profile(self) -> str:
        """The chosen profile; empty: all liked references."""
        return self.listing.profile if self.listing is not None else ""

    # Reading

    def list(self) -> None:
        """Read the references and profiles from the library."""
        self._services.read(_("Reading the library"), lambda progress: self._core.listing(), self._on_listing, "listing")

    def _on_listing(self, listing: Listing) -> None:
        self.listing = listing
        if self.closeness is not None and len(self.closeness) != len(listing.rows):
            self.closeness = None
        self.listed.emit()
        if self._compares_next:
            self._compares_next = False
            self._services.compare_again()
        self._compare()
        if not listing.is_complete and not self._has_completed:
            self._has_completed = True  # what cannot be summarised now cannot be later
            self._services.read(_("Reading what was measured"), self._core.complete_summaries, lambda made: self.list() if made else None)

    def compare(self, result: Result | None) -> None:
        """Tell how close the references are to this mix."""
        self._mix = result
        self._compare()

    def _compare(self) -> None:
        result, listing = self._mix, self.listing
        if result is None or listing is None or not listing.rows:
            return

        def work(progress: Progress) -> NDArray[np.float64]:
            from mixassistant.library.summary import closeness

            return closeness(result.analysis.track, result.analysis.profile, listing.numbers)

        self._services.read(_("Comparing"), work, partial(self._on_closeness, listing), "closeness")

    def _on_closeness(self, listing: Listing, found: NDArray[np.float64]) -> None:
        if listing is self.listing:
            self.closeness = found
            self.compared.emit()

    # Adding

    def add(self, paths: Sequence[Path], profile: str = "") -> None:
        """Measure dropped songs and like them, one after another; one that is refused does not stop the rest.

        They go into the profile where one is named. The mix is compared again once, after the last, if any was added. A folder that may
        be the stems of one song is asked about, and holds up none of the others.
        """
        batch, names = Batch(profile, len(paths)), folder_names(paths)
        for path in paths:
            job = Job(_("Opening {name}").format(name=path.name), partial(_look_at, self._core, path))
            wanted = self._wanted.begin(path, profile)
            self._services.do(job, partial(self._on_looked, batch, path, names[path]), partial(self._one_less, batch, 0, wanted))

    def _on_looked(self, batch: Batch, path: Path, name: str, found: Look) -> None:
        if found.kind == "unsure":
            ask = _("Reference “{name}”: are its {count} files whole songs, or the stems of one song?")
            as_songs = partial(self._measure_answered, found.songs, batch.profile)
            as_stems = partial(self._measure_stems, path, batch.profile)
            self.asked.emit(folder_question(ask, path, name, len(found.songs), as_songs, as_stems))
        else:
            self._measure(batch, found.songs)
        if found.notes:  # below a question, which would take their place
            batch.notes += found.notes
            self._services.tell(" ".join(found.notes), False)

    def _measure_answered(self, songs: Sequence[Path], profile: str) -> None:
        self._measure(Batch(profile), songs)

    def _measure_stems(self, path: Path, profile: str) -> None:
        self._measure(Batch(profile), [path], are_stems=True)

    def _measure(self, batch: Batch, songs: Sequence[Path], are_stems: bool = False) -> None:
        batch.left += len(songs)
        for song in songs:
            number = batch.songs.add(song, are_stems)
            work = partial(_add, self._core, batch.songs, number, self._state.settings, batch.profile)
            job = Job(_("Measuring {name}").format(name=song.name), work, time_left=batch.songs.time_left)
            wanted = self._wanted.begin(song, batch.profile, are_stems)
            self._services.do(job, partial(self._on_added, batch), partial(self._one_less, batch, 1, wanted))

    def halted(self) -> Sequence[Halted]:
        """Return what is to become references and is not yet."""
        return self._wanted.halted(self.add, self._measure_stems)

    def _on_added(self, batch: Batch, added: Added) -> None:
        number = added.reference.id
        self.remarks[number] = added.remarks
        if added.remarks:
            batch.remarks[number] = (added.reference.shown_name, added.remarks)

    def _one_less(self, batch: Batch, songs: int, wanted: Wanted, report: Report) -> None:
        self._wanted.end(wanted)
        batch.left -= 1
        batch.added += songs if isinstance(report, Succeeded) else 0
        batch.is_stopped |= isinstance(report, Stopped)
        batch.has_refused |= isinstance(report, Failed)
        is_last = batch.left == 0
        self._compares_next |= is_last and batch.added > 0 and not batch.is_stopped  # who has cancelled wants no work to begin
        if songs or self._compares_next:
            self.list()
        if is_last and batch.remarks:
            # As a mere note it would take the place of why others were refused; it takes that of what was left out of playlists.
            self._services.tell(" ".join([*batch.notes, remarks_text([*batch.remarks.values()])]), batch.has_refused)

    def tell_remarks(self, reference: Reference) -> None:
        """Tell all that was odd about the files of a reference when it was added."""
        self._services.tell("\n".join(on_reference(sentence) for sentence in self.remarks.get(reference.id, ())), False)

    # Changing

    def _change(self, work: Callable[[Library], Any], is_compared: bool) -> None:
        def then(_done: object) -> None:
            self._compares_next |= is_compared
            self.list()

        self._services.keep(_("Saving"), lambda progress: self._core.with_library(work), then)

    def _push(self, text: str, carry_out: Callable[[Library], Any], take_back: Callable[[Library], Any], is_compared: bool) -> None:
        change = self._change
        self._state.undo_stack.push(ReferenceChange(text, partial(change, carry_out, is_compared), partial(change, take_back, is_compared)))

    def like(self, references: Sequence[Reference], liked: bool) -> None:
        """Like or dislike references; undo takes it back."""
        changed = [r.id for r in references if r.liked is not liked]
        if changed:
            text = _named(_("Like {name}") if liked else _("Dislike {name}"), references)
            self._push(
                text,
                lambda library: library.references.like(changed, liked),
                lambda library: library.references.like(changed, not liked),
                True,
            )

    def remove(self, references: Sequence[Reference]) -> None:
        """Remove references from the library; undo brings them back."""
        gone = [r.id for r in references]
        if gone:
            text = _named(_("Remove {name}"), references)
            self._push(text, lambda library: library.references.remove(gone), lambda library: library.references.restore(gone), True)

    def describe(self, text: str, before: Sequence[Description], after: Sequence[Description]) -> None:
        """Change what is said of references: title, genre, tags."""
        if before != after:
            self._push(text, lambda library: library.references.describe(after), lambda library: library.references.describe(before), False)

    def move(self, moved: Sequence[int], before: int | None) -> None:
        """Move references in front of another one (None: to the end), in the profile that is shown or in the library's own order."""
        chosen = self.listing.chosen if self.listing is not None else None
        old = chosen.references if chosen is not None else tuple(row.reference.id for row in self.rows)
        new = moved_in(old, moved, before)
        if new == old:
            return
        if chosen is None:
            self._push(
                _("Reorder the references"),
                lambda library: library.references.arrange(new),
                lambda library: library.references.arrange(old),
                False,
            )
        else:
            name = chosen.name
            text = _("Reorder the profile “{name}”").format(name=name)
            self._push(text, lambda library: library.profiles.set(name, new), lambda library: library.profiles.set(name, old), False)

    def find_again(self, reference: Reference, path: Path) -> None:
        """Say where the file of a missing reference lies now; its content is checked, and its neighbours are looked for beside it."""
        from mixassistant.gui.background.listing import missing_beside

        others = missing_beside(reference, self.references)
        job = Job(_("Looking at {name}").format(name=path.name), partial(self._core.find_again, reference, path, others))
        self._services.do(job, self._on_found, None)

    def _on_found(self, names: Sequence[str]) -> None:
        more = len(names) - 1
        text = _("{name} was found again").format(name=names[0])
        if more:
            text += ", " + (_("and 1 more beside it") if more == 1 else _("and {count} more beside it").format(count=more))
        self._services.tell(text, False)
        self.list()

    # Profiles

    def choose_profile(self, name: str) -> None:
        """Show a profile and compare with it; empty: with all liked references."""
        if name != self.profile:
            self._change(lambda library: library.profiles.choose(name), True)

    def create_profile(self, name: str, references: Sequence[int]) -> None:
        """Make a profile; undo takes it back."""
        text = _("New profile “{name}”").format(name=name)
        self._push(text, lambda library: library.profiles.set(name, references), lambda library: library.profiles.delete(name), False)

    def rename_profile(self, name: str, new: str) -> None:
        """Give a profile another name; undo takes it back."""
        text = _("Rename the profile “{name}”").format(name=name)
        self._push(text, lambda library: library.profiles.rename(name, new), lambda library: library.profiles.rename(new, name), False)

    def delete_profile(self, name: str) -> None:
        """Forget a profile, and never its references; undo brings it back."""
        found = self.listing.named(name) if self.listing is not None else None
        if found is None:
            return
        is_chosen = name == self.profile

        def take_back(library: Library) -> None:
            library.profiles.set(name, found.references)
            if is_chosen:
                library.profiles.choose(name)

        text = _("Delete the profile “{name}”").format(name=name)
        self._push(text, lambda library: library.profiles.delete(name), take_back, is_chosen)

    def put_into(self, name: str, references: Sequence[int]) -> None:
        """Add references at the end of a profile; undo takes those out that were not in it."""
        old = self._held(name)
        self._set(_("Add to the profile “{name}”"), name, old, (*old, *(r for r in references if r not in set(old))))

    def take_out(self, name: str, references: Sequence[int]) -> None:
        """Take references out of a profile; undo puts them back in their places."""
        old, out = self._held(name), set(references)
        self._set(_("Take out of the profile “{name}”"), name, old, tuple(r for r in old if r not in out))

    def _held(self, name: str) -> tuple[int, ...]:
        found = self.listing.named(name) if self.listing is not None else None
        return found.references if found is not None else ()

    def _set(self, text: str, name: str, old: tuple[int, ...], new: tuple[int, ...]) -> None:
        if new != old:
            is_compared = name == self.profile
            self._push(
                text.format(name=name),
                lambda library: library.profiles.set(name, new),
                lambda library: library.profiles.set(name, old),
                is_compared,
            )


def forget_choices(stack: QUndoStack) -> None:
    """Take the decisions about another mix off an undo stack, and leave the changes of references as they are."""
    commands = [stack.command(index) for index in range(stack.count())]
    changes = [(c.again(), index < stack.index()) for index, c in enumerate(commands) if isinstance(c, ReferenceChange)]
    stack.clear()
    fresh = [command for command, _done in changes]
    for command in fresh:
        stack.push(command)
    stack.setIndex(sum(done for _command, done in changes))
    for command in fresh:
        command.is_active = True


def moved_in(order: Sequence[int], moved: Sequence[int], before: int | None) -> tuple[int, ...]:
    """Return an order in which some stand in front of another one (None: at the end), in the order that they had among themselves.

    Where that one is among the moved, they stand in front of the first behind it that is not.
    """
    going = set(moved)
    while before is not None and before in going:
        behind = order.index(before) + 1
        before = order[behind] if behind < len(order) else None
    staying = [number for number in order if number not in going]
    place = len(staying) if before is None else staying.index(before)
    return (*staying[:place], *(number for number in order if number in going), *staying[place:])


def _named(text: str, references: Sequence[Reference]) -> str:
    if len(references) == 1:
        return text.format(name=references[0].shown_name)
    return text.format(name=_("{count} references").format(count=len(references)))


def _look_at(core: Core, path: Path, progress: Progress) -> Look:
    return core.look(path)


def _add(core: Core, songs: Songs, number: int, settings: Settings, profile: str, progress: Progress) -> Added:
    song, are_stems = songs.known[number]
    step = songs.step(number, partial(core.efforts, settings.separator, settings.device), progress)
    added = core.add_reference(song, settings.separator, settings.device, step, are_stems)
    if profile:
        core.with_library(lambda library: library.profiles.extend(profile, [added.reference.id]))
    return added
