"""A plugin of pytest that runs the files that take longest first.

Where several processes share the tests, a file is one process's. If a long one comes last, one process is busy with it while the others
have nothing to do.
"""

from __future__ import annotations

import pytest

# By processor time, roughly. A name that is not here only goes later.
LONGEST_FIRST = (
    "test_xvfb.py",
    "test_songs.py",
    "test_engine.py",
    "test_extraction.py",
    "test_benchmark.py",
    "test_demo_folder.py",
    "test_cli.py",
    "test_stem_roles.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))
