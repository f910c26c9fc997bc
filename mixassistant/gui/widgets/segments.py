"""Buttons that stand side by side as one control, of which one is down at most."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy


def joined(buttons: Sequence[QPushButton]) -> QHBoxLayout:
    """Return a row of buttons without gaps, rounded at its ends; they can be checked."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    for index, button in enumerate(buttons):
        button.setObjectName("segment")
        button.setProperty("place", "first" if index == 0 else "last" if index == len(buttons) - 1 else "middle")
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row.addWidget(button, 1)
    return row
