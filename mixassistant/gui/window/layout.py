"""How the window was left: its place, the widths of its columns, the view, the volume and the output. Kept in the settings.

It is written when the window closes, with the settings, beside the window's thread. What cannot be read of it, each part by itself, is
as it is on the first start; a place on a screen that is gone is moved by Qt to one that is there.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray

from mixassistant.bounded_json import parse_json

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractSlider, QSplitter, QTabWidget, QWidget

    from mixassistant.gui.player import Player
    from mixassistant.gui.widgets.fold import FoldButton

LARGEST = 100_000  # that a number can have been: no column is wider


@dataclass(frozen=True)
class Layout:
    """What is kept beside the window's place, which Qt writes in a form of its own.

    Parameters
    ----------
    columns, centre : tuple of int
        Widths in px: references and the rest; the mix and its suggestions. Empty: as on the first start.
    view : int
        The number of the tab.
    volume_db : int
        0 or less.
    output : str
        The output that was chosen; empty: the system's choice.
    folds : dict of str to bool
        Whether a part is folded, where the user has chosen that.
    """

    columns: tuple[int, ...] = ()
    centre: tuple[int, ...] = ()
    view: int = 0
    volume_db: int = 0
    output: str = ""
    folds: Mapping[str, bool] = field(default_factory=dict)


def read_layout(text: str) -> Layout:
    """Return a layout as it was written; what is damaged is left out."""
    try:
        found = parse_json(text or "{}")
    except ValueError:
        return Layout()
    written = found if isinstance(found, dict) else {}
    values: dict[str, Any] = {name: tuple(written[name]) for name in ("columns", "centre") if _are_widths(written.get(name))}
    values |= {name: written[name] for name in ("view", "volume_db") if _is_number(written.get(name))}
    values |= {"output": written["output"]} if isinstance(written.get("output"), str) else {}
    folds = written.get("folds")
    values |= {"folds": {name: chosen for name, chosen in folds.items() if type(chosen) is bool}} if isinstance(folds, dict) else {}
    return Layout(**values)


def _is_number(value: Any) -> bool:
    return type(value) is int and abs(value) <= LARGEST


def _are_widths(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_is_number(width) and width > 0 for width in value)


@dataclass(frozen=True)
class Parts:
    """The parts of a window whose state is kept: itself, its two splitters, its tabs, the volume, the player and what can be folded."""

    window: QWidget
    columns: QSplitter
    centre: QSplitter
    views: QTabWidget
    volume: QAbstractSlider
    player: Player
    folds: Mapping[str, FoldButton]


def restore(parts: Parts, geometry: str, layout: str) -> None:
    """Put the parts of a new window into the state of the last one, as `kept` has written it."""
    try:
        place = base64.b64decode(geometry)
    except ValueError:  # edited by hand, or damaged
        place = b""
    if place:
        parts.window.restoreGeometry(QByteArray(place))
    found = read_layout(layout)
    for splitter, widths in ((parts.columns, found.columns), (parts.centre, found.centre)):
        if widths:
            splitter.setSizes(widths)
    if 0 <= found.view < parts.views.count():
        parts.views.setCurrentIndex(found.view)
    parts.volume.setValue(found.volume_db)  # within its range
    for name, fold in parts.folds.items():
        fold.choose(found.folds.get(name))
    if found.output:
        parts.player.set_device(found.output)


def kept(parts: Parts, before: str) -> dict[str, str]:
    """Return the settings that hold how a window is now; `before` is the layout that they held."""
    old = read_layout(before)

    def widths(splitter: QSplitter, otherwise: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(splitter.sizes()) if splitter.isVisible() else otherwise  # what was never shown has no widths

    layout = Layout(
        widths(parts.columns, old.columns),
        widths(parts.centre, old.centre),
        parts.views.currentIndex(),
        parts.volume.value(),
        parts.player.device,
        {name: fold.choice for name, fold in parts.folds.items() if fold.choice is not None},
    )
    geometry = base64.b64encode(bytes(parts.window.saveGeometry().data())).decode()
    return {"geometry": geometry, "layout": json.dumps(asdict(layout), ensure_ascii=False)}
