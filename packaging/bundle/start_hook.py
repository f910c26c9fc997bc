"""Run by the bundle before the program: says where numba keeps what it compiles (see ``numba_caching``), and where PortAudio is.

Python looks for a library by its short name with the system's compiler and linker, which a user does not have, and never in a bundle.
"""

import ctypes.util
import os
import sys
from pathlib import Path

os.environ["NUMBA_CACHE_LOCATOR_CLASSES"] = "numba_caching.BundleCacheLocator"

if sys.platform == "linux":
    of_the_system = ctypes.util.find_library

    def find_library(name: str) -> str | None:
        """Return the bundle's library of a short name, such as ``"portaudio"``, else the system's."""
        bundled = sorted(Path(sys._MEIPASS).glob(f"lib{name}.so*"))
        return str(bundled[0]) if bundled else of_the_system(name)

    ctypes.util.find_library = find_library
