"""What a drag from a file manager holds."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

OWN_FILE = "application/x-mixassistant-file"  # marks what is dragged out of our own window


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the local files and folders of a drag; what was dragged out of our own window is not for us."""
    if data.hasFormat(OWN_FILE):
        return []
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
