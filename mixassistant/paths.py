"""Where things live on disk: shipped resources, the user's data, the cache.

Resources are inside the package in a wheel or bundle and beside it in an editable install.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
APP_NAME = "mixassistant"


def resource(name: str, missing_ok: bool = False) -> Path:
    """Return the path of a shipped resource such as ``"prior.json"`` or ``"templates/report.html"``.

    Raises
    ------
    FileNotFoundError
        The resource is not shipped: the installation is broken (our bug, not the user's).
    """
    for root in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        candidate = root / name
        if candidate.exists():
            return candidate
    if missing_ok:
        return _PACKAGE / "resources" / name
    raise FileNotFoundError(f"resource {name!r} is missing from the installation")


def import_root() -> Path:
    """Return the folder that another interpreter must search to find this package."""
    return _PACKAGE.parent


def data_folder() -> Path:
    """Return the platform's folder for the user's data (``MIXASSISTANT_DATA`` overrides it, for tests and portable use)."""
    import platformdirs

    override = os.environ.get("MIXASSISTANT_DATA")
    return Path(override) if override else Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def cache_folder() -> Path:
    """Return the platform's folder for the cache, safe to delete at any moment (``MIXASSISTANT_CACHE`` overrides it)."""
    import platformdirs

    override = os.environ.get("MIXASSISTANT_CACHE")
    return Path(override) if override else Path(platformdirs.user_cache_dir(APP_NAME, appauthor=False))


def config_folder() -> Path:
    """Return the platform's folder for settings (``MIXASSISTANT_CONFIG`` overrides it)."""
    import platformdirs

    override = os.environ.get("MIXASSISTANT_CONFIG")
    return Path(override) if override else Path(platformdirs.user_config_dir(APP_NAME, appauthor=False))
