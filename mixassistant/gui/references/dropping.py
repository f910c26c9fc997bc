"""What is dragged over the references panel, what a drop there will do, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from mixassistant.gui.references.model import dragged_references
from mixassistant.gui.widgets.dragging import dropped_paths
from mixassistant.gui.wording import breakable, references_text
from mixassistant.i18n import _

if TYPE_CHECKING:
    from mixassistant.gui.references.profiles import ProfileList
    from mixassistant.gui.references.view import ReferenceView
    from mixassistant.gui.session.references import ReferenceJobs
    from mixassistant.gui.widgets.drop_overlay import DropOverlay


class Dropping:
    """Shows and does what a drop means: files become references, rows move within the list or go into a profile."""

    def __init__(
        self, panel: QWidget, jobs: ReferenceJobs, view: ReferenceView, profiles: ProfileList, overlay: DropOverlay, line: QLabel
    ) -> None:
        self._panel, self._jobs, self._view, self._profiles, self._overlay, self._line = panel, jobs, view, profiles, overlay, line

    def hover(self, data: QMimeData, position: QPoint) -> Qt.DropAction:
        """Light up for a drag over a point of the panel; return what a drop would do (`IgnoreAction`: nothing)."""
        paths, dragged = dropped_paths(data), dragged_references(data)
        if paths:
            self._overlay.light_up(self._files_text(paths))
            return Qt.DropAction.CopyAction
        self._say("")
        self._profiles.light_up("")
        self._view.show_drop(None)
        if not dragged:
            return Qt.DropAction.IgnoreAction
        profile, row = self._profile_at(position), self._row_at(position)
        if profile:
            self._profiles.light_up(profile)
            text = _("Drop to add {references} to “{name}”")
            self._say(text.format(references=references_text(len(dragged)), name=profile))
            return Qt.DropAction.CopyAction
        if row is None:
            return Qt.DropAction.IgnoreAction
        if not self._view.is_in_own_order:
            self._say(_("Rows can be moved in “My order” only"))
            return Qt.DropAction.IgnoreAction
        self._view.show_drop(row)
        self._view.scroll_at_edge(self._view.viewport().mapFrom(self._panel, position))
        self._say(_("Drop to move {references} here").format(references=references_text(len(dragged))))
        return Qt.DropAction.MoveAction

    def drop(self, data: QMimeData, position: QPoint) -> None:
        """Do what a drop at a point of the panel means."""
        paths, dragged = dropped_paths(data), dragged_references(data)
        profile, row = self._profile_at(position), self._row_at(position)
        self.leave()
        if paths:
            self._jobs.add(paths, self._jobs.profile)
        elif dragged and profile:
            self._jobs.put_into(profile, dragged)
        elif dragged and row is not None and self._view.is_in_own_order:
            self._jobs.move(dragged, self._view.reference_at(row))

    def leave(self) -> None:
        """Forget the drag."""
        self._overlay.light_up("")
        self._profiles.light_up("")
        self._view.show_drop(None)
        self._say("")

    def _files_text(self, paths: Sequence[Path]) -> str:
        what = f"“{paths[0].name}”" if len(paths) == 1 else _("{count} files or folders").format(count=len(paths))
        if self._jobs.profile:
            return _("Drop to like {what} and add to “{name}”").format(what=what, name=self._jobs.profile)
        return _("Drop to like {what}").format(what=what)

    def _say(self, text: str) -> None:
        self._line.setText(breakable(text))
        self._line.setVisible(bool(text))

    def _profile_at(self, position: QPoint) -> str:
        viewport = self._profiles.viewport()
        inside = viewport.mapFrom(self._panel, position)
        return self._profiles.profile_at(inside) if self._profiles.isVisible() and viewport.rect().contains(inside) else ""

    def _row_at(self, position: QPoint) -> int | None:
        viewport = self._view.viewport()
        inside = viewport.mapFrom(self._panel, position)
        return self._view.drop_row(inside) if self._view.isVisible() and viewport.rect().contains(inside) else None
