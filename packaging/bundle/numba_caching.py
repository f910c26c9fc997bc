"""Where the bundle keeps what numba compiles: the same place whatever folder it is started in and wherever it lies.

Code in a bundle knows its file by a path relative to nothing; numba would take it from the current folder, and compile the player's
kernel, seconds long, anew in each. Packed as an AppImage the bundle also lies somewhere else each time. The executable's own size and
time tell one version from the next, as numba has it for frozen programs.
"""

from __future__ import annotations

from pathlib import Path

from numba.core.caching import UserWideCacheLocator


class BundleCacheLocator(UserWideCacheLocator):
    """Numba's folder for a user, with a subfolder that the module's place in the bundle alone decides."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Return the subfolder for a module's functions."""
        return "-".join(("mixassistant-bundle", *Path(py_file).with_suffix("").parts))
