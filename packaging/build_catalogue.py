"""Make ``resources/descriptors.md`` again from the registry: run it whenever a declaration changes.

::

    .venv/bin/python packaging/build_catalogue.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import mixassistant.features.measure  # noqa: F401 (declares every descriptor)
from mixassistant.audio.write import write_bytes
from mixassistant.report.catalogue import catalogue


def main() -> int:
    """Write the page."""
    write_bytes(Path(__file__).resolve().parent.parent / "resources" / "descriptors.md", catalogue().encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
