"""What can be done with references: one menu, whose entries are the keys and buttons too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from mixassistant.gui.references.tagging import TaggingDialog
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.references.new_profile import NewProfile
    from mixassistant.gui.references.profiles import ProfileList
    from mixassistant.gui.session.references import ReferenceJobs
    from mixassistant.library.library import Reference

Entry = tuple[str, str, Callable[[], object], bool]  # text, keys, what it does, whether it can be done


class ReferenceActions(QObject):
    """Does what the menus say with the references that are selected."""

    def __init__(self, jobs: ReferenceJobs, profiles: ProfileList, editor: NewProfile, parent: QWidget) -> None:
        super().__init__(parent)
        self._jobs, self._profiles, self._editor, self._window = jobs, profiles, editor, parent
        self.dialog: TaggingDialog | None = None
        editor.named.connect(jobs.create_profile)

    def choose_files(self) -> None:
        """Ask for finished songs, and add them as references, to the profile that is shown too."""
        files, _filter = QFileDialog.getOpenFileNames(self._window, _("Add references"))
        if files:
            self._jobs.add([Path(file) for file in files], self._jobs.profile)

    def choose_folder(self) -> None:
        """Ask for a folder: of finished songs, or of the stems of one."""
        folder = QFileDialog.getExistingDirectory(self._window, _("Add a folder of references"))
        if folder:
            self._jobs.add([Path(folder)], self._jobs.profile)

    def adding_menu(self) -> QMenu:
        """Return the menu of what can be added."""
        menu = QMenu(self._window)
        self._fill(menu, (_("Files…"), "", self.choose_files, True), (_("A folder of songs, or of stems…"), "", self.choose_folder, True))
        return menu

    def menu(self, selected: Sequence[Reference], hear: Callable[[], None], rename: Callable[[], None]) -> QMenu:
        """Return the menu of the list."""
        jobs, ids, one = self._jobs, [r.id for r in selected], len(selected) == 1
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        any_one = bool(selected)
        self._fill(
            menu,
            (_("Hear this reference"), "Return", hear, one and not selected[0].missing),
            (_("Like"), "", lambda: jobs.like(selected, True), any(not r.liked for r in selected)),
            (_("Dislike"), "", lambda: jobs.like(selected, False), any(r.liked for r in selected)),
        )
        menu.addSeparator()
        self._fill(
            menu,
            (_("Rename…"), "F2", rename, one),
            (_("Genre and tags…"), "Ctrl+T", lambda: self.edit_tags(selected), any_one),
            (_("Remarks on its files"), "", lambda: jobs.tell_remarks(selected[0]), one and bool(jobs.remarks.get(selected[0].id))),
            (_("Find again…"), "", lambda: self.find_again(selected[0]), one and selected[0].missing),
        )
        menu.addSeparator()
        into = menu.addMenu(_("Add to profile"))
        into.setEnabled(any_one)
        listing = jobs.listing
        for profile in listing.profiles if listing is not None else ():
            self._fill(into, (profile.name.replace("&", "&&"), "", lambda name=profile.name: jobs.put_into(name, ids), True))  # type: ignore[misc]
        if not into.isEmpty():
            into.addSeparator()
        self._fill(into, (_("New profile…"), "", lambda: self.new_profile(ids), True))
        if jobs.profile:
            text = _("Take out of “{name}”").format(name=jobs.profile.replace("&", "&&"))
            self._fill(menu, (text, "Del", lambda: jobs.take_out(jobs.profile, ids), any_one))
        menu.addSeparator()
        self._fill(menu, (_("Remove from the library"), "" if jobs.profile else "Del", lambda: jobs.remove(selected), any_one))
        return menu

    def profile_menu(self, name: str) -> QMenu:
        """Return the menu of a profile; of the whole library for an empty name."""
        menu = QMenu(self._window)
        self._fill(
            menu,
            (_("New profile…"), "", lambda: self.new_profile([]), True),
            (_("Rename…"), "F2", lambda: self._profiles.rename(name), bool(name)),
            (_("Delete the profile"), "Del", lambda: self._jobs.delete_profile(name), bool(name)),
        )
        return menu

    @staticmethod
    def _fill(menu: QMenu, *entries: Entry) -> None:
        for text, keys, slot, is_possible in entries:
            action = menu.addAction(text)
            if keys:
                action.setText(f"{text}\t{shown_keys(keys)}")  # the list answers the key itself: an action's would be taken twice
            action.setEnabled(is_possible)
            action.triggered.connect(lambda _checked=False, slot=slot: slot())

    def edit_tags(self, selected: Sequence[Reference]) -> None:
        """Ask for genre and tags."""
        listing = self._jobs.listing
        if not selected or listing is None:
            return
        dialog = self.dialog = TaggingDialog(selected, listing.genres, listing.labels, self._window)
        before = [r.description for r in selected]
        dialog.accepted.connect(lambda: self._jobs.describe(_("Change tags"), before, dialog.descriptions()))
        dialog.open()

    def rename(self, reference: Reference, title: str) -> None:
        """Call a reference otherwise on the screen."""
        before = reference.description
        text = _("Rename {name}").format(name=reference.shown_name)
        self._jobs.describe(text, [before], [replace(before, title=title)])

    def find_again(self, reference: Reference) -> None:
        """Ask where the file of a missing reference lies now."""
        text = _("Find {name} again").format(name=reference.shown_name)
        if reference.path.suffix:
            path, _filter = QFileDialog.getOpenFileName(self._window, text, str(_nearest(reference.path)))
        else:  # a folder of stems
            path = QFileDialog.getExistingDirectory(self._window, text, str(_nearest(reference.path)))
        if path:
            self._jobs.find_again(reference, Path(path))

    def new_profile(self, references: Sequence[int]) -> None:
        """Ask what a new profile of these is called; it is made then."""
        profiles = self._profiles.profiles
        self._editor.ask(profiles.fresh_name(), profiles.names, references)


def shown_keys(keys: str) -> str:
    """Return keys as the system writes them."""
    from PySide6.QtGui import QKeySequence

    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def _nearest(path: Path) -> Path:
    """Return the nearest folder above a path that is there."""
    return next((folder for folder in path.parents if folder.is_dir()), Path.home())
