"""What the window needs beyond its first picture, loaded without keeping anybody waiting.

Python loads a library of machine code while it holds the interpreter's lock: 0.2 to 0.4 s for torch's, in which no other thread runs
Python. Loaded once before, without the lock, it is there when Python asks for it.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from PySide6.QtCore import QObject, QTimer

from mixassistant.gui.views.page import ViewPage

# Package to its libraries in the order of their loading, and whether their symbols are there for all that are loaded later.
LIBRARIES = {"torch": (("lib/libtorch_global_deps.*", True), ("_C.*", False)), "llvmlite": (("binding/libllvmlite.*", False),)}
SLICE_S = 0.006  # of the window's thread at a time
DONE = object()
_log = logging.getLogger(__name__)


class UnlockedLoading(MetaPathFinder):
    """Finds nothing; but where a package of `LIBRARIES` is about to be imported, its libraries are loaded first, without the lock."""

    def __init__(self) -> None:
        self._left = dict(LIBRARIES)

    def install(self) -> None:
        """Be asked before every import (nowhere but on systems that load libraries as POSIX says)."""
        if os.name == "posix":
            sys.meta_path.insert(0, self)

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Load what belongs to a package; the finders after this one find it."""
        libraries = self._left.pop(fullname, ()) if path is None else ()
        found = PathFinder.find_spec(fullname) if libraries else None
        for folder in (found.submodule_search_locations or ()) if found is not None else ():
            for pattern, is_global in libraries:
                for file in sorted(Path(folder).glob(pattern)):
                    load_unlocked(file, is_global)
        return None


def load_unlocked(file: Path, is_global: bool) -> bool:
    """Load a library of machine code without the interpreter's lock; return whether it could be loaded. It stays until the process ends."""
    dlopen = ctypes.CDLL(None).dlopen  # functions that ctypes calls run without the lock; its own loading of libraries does not
    dlopen.argtypes, dlopen.restype = [ctypes.c_char_p, ctypes.c_int], ctypes.c_void_p
    is_loaded = bool(dlopen(os.fsencode(file), os.RTLD_NOW | (os.RTLD_GLOBAL if is_global else os.RTLD_LOCAL)))
    if not is_loaded:  # importing the package will say why
        _log.info("%s could not be loaded beforehand", file.name)
    return is_loaded


def dialogs() -> dict[str, Any]:
    """Return the kinds of dialogs by the commands that open them, loaded when the first one is asked for."""
    from mixassistant.gui.about import AboutDialog
    from mixassistant.gui.guide import GuideDialog
    from mixassistant.gui.models_page import ModelsDialog
    from mixassistant.gui.settings_dialog import SettingsDialog
    from mixassistant.gui.shortcuts_dialog import ShortcutsDialog
    from mixassistant.gui.taste_dialog import TasteDialog

    return {
        "about": AboutDialog,
        "guide": GuideDialog,
        "models": ModelsDialog,
        "settings": SettingsDialog,
        "shortcuts": ShortcutsDialog,
        "taste": TasteDialog,
    }


def _touch_qt() -> Iterator[None]:
    """Have Qt's classes made, a slice at a time: PySide makes each when first asked for it, and pyqtgraph asks for all of them at once."""
    from PySide6 import QtCore, QtGui, QtWidgets

    begun = time.monotonic()
    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            getattr(module, name)
            if time.monotonic() - begun > SLICE_S:
                yield
                begun = time.monotonic()


class ViewBuilding(QObject):
    """Loads what the views draw with, builds them and loads the dialogs: one step at a time, so that the window answers in between.

    All of it in the window's thread: classes of Qt that are made in two threads at once end the process in a segmentation fault.
    """

    def __init__(self, pages: Sequence[ViewPage], then: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._pages, self._then = tuple(pages), then
        self._steps = self._work()
        for page in pages:
            page.is_awaited = True

    def go_on(self) -> None:
        """Do the next step, and the others when the events that wait have been dealt with."""
        if next(self._steps, DONE) is DONE:
            self._then()
        else:
            QTimer.singleShot(0, self, self.go_on)

    def _work(self) -> Iterator[None]:
        yield from _touch_qt()
        for page in self._pages:
            page.load()
            yield
            page.is_awaited = False
            page.build()
            yield
        dialogs()
