"""The mixes of the queue as one album: a table of loudness, peaks and tone against each other, which is exported as a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from mixassistant.gui.views.table import TableDialog
from mixassistant.i18n import _
from mixassistant.names import readable
from mixassistant.report.album import FORMATS, Album, AlbumTrack, album_note, album_table, outlier_texts, write_album

if TYPE_CHECKING:
    from mixassistant.gui.session.services import Keep

FILTERS = {"HTML (*.html)": ".html", "CSV (*.csv)": ".csv", "Markdown (*.md)": ".md"}


class AlbumDialog(TableDialog):
    """A row for each mix, and what stands out in words below.

    Parameters
    ----------
    tracks : sequence of AlbumTrack
    keep : callable
        Has something written beside the window.
    tell : callable
        Shows a message: (text, whether it is an error).
    parent : QWidget, optional
    """

    def __init__(self, tracks: Sequence[AlbumTrack], keep: Keep, tell: Callable[[str, bool], None], parent: QWidget | None = None) -> None:
        self._tracks, self._keep, self._tell = tuple(tracks), keep, tell
        album = Album(self._tracks)
        shown = album_table(album)
        super().__init__(_("Album"), [shown.columns, *(row.cells for row in shown.rows)], parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.outliers = QLabel("\n".join((album_note(album), *outlier_texts(album))))
        self.outliers.setObjectName("small")
        self.outliers.setWordWrap(True)
        self.outliers.setTextFormat(Qt.TextFormat.PlainText)
        self.outliers.setAccessibleName(_("What stands out"))
        self.export = QPushButton(_("Export…"))
        self.export.setAccessibleName(_("Export the album"))
        self.export.setToolTip(_("Write the album as HTML, CSV or Markdown"))
        self.export.clicked.connect(lambda _checked=False: self.choose_file())
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.outliers)
        self.bottom.insertWidget(0, self.export)
        self.resize(1240, 540)

    def choose_file(self) -> None:
        """Ask where the album goes, and write it."""
        text, chosen = QFileDialog.getSaveFileName(self, _("Export the album"), _("Album") + ".html", ";;".join(FILTERS))
        if not text:
            return
        path = Path(text)
        if path.suffix.lower() not in FORMATS:
            path = path.with_name(path.name + FILTERS.get(chosen, ".html"))
        told = partial(self._tell, readable(_("Album written to {path}").format(path=path)), False)
        self._keep(_("Writing the album"), lambda progress: write_album(self._tracks, path), lambda _done: told())
