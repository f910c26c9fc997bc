"""Libraries of machine code, loaded without keeping anybody waiting.

Python loads a library of machine code while it holds the interpreter's lock: 0.2 to 0.4 s for torch's, in which no other thread runs
Python. Loaded once before, without the lock, it is there when Python asks for it.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

# Package to its libraries in the order of their loading, and whether their symbols are there for all that are loaded later.
LIBRARIES = {"torch": (("lib/libtorch_global_deps.*", True), ("_C.*", False)), "llvmlite": (("binding/libllvmlite.*", False),)}


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
