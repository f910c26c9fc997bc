"""The order in which Tab goes through a window: as one reads it, whenever its widgets were made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def put_in_order(regions: Sequence[QWidget]) -> None:
    """Have Tab go through these regions one after another, and within each by rows, as far as they are seen now."""
    stops = [stop for region in regions for stop in _stops(region)]
    for before, after in pairwise(stops):
        if before.nextInFocusChain() is not after:
            QWidget.setTabOrder(before, after)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    """Yield where Tab stops in a widget. What is scrolled keeps its place: positions count among the children of one parent alone."""
    if not widget.isVisible():
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:  # what has a proxy is a part of it
        yield widget
    inside = [child for child in widget.children() if isinstance(child, QWidget) and not child.isWindow()]
    for child in _as_read(inside):
        yield from _stops(child)


def _as_read(widgets: Sequence[QWidget]) -> Iterator[QWidget]:
    """Yield widgets from the top row to the lowest, each from left to right; a row is what begins above the middle of its highest."""
    row: list[QWidget] = []
    for widget in sorted(widgets, key=lambda w: w.y()):
        if row and widget.y() >= row[0].geometry().center().y():
            yield from sorted(row, key=lambda w: w.x())
            row = []
        row.append(widget)
    yield from sorted(row, key=lambda w: w.x())
