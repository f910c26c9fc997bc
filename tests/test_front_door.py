"""The front door: light to open, and everything that it promises is behind it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mixassistant

ROOT = Path(__file__).resolve().parent.parent
LIGHT = {"mixassistant", "numpy"}

# Start-up hooks of the environment (editable installs, coverage) are loaded before the statement and are not ours.
SAY_WHAT_WAS_LOADED = """
import sys
before = set(sys.modules)
try:
    exec({statement!r})
except SystemExit:
    pass
loaded = {{name.partition(".")[0] for name in set(sys.modules) - before}} - sys.stdlib_module_names
print("loaded:", *sorted(loaded))
"""


@pytest.mark.parametrize(
    "statement",
    [
        "import mixassistant",
        "from mixassistant.__main__ import main; main(['--version'])",
        "from mixassistant.__main__ import main; main(['--help'])",
        "from mixassistant.__main__ import main; main(['analyze', '--help'])",
        "from mixassistant.__main__ import main; main(['analyze'])",
    ],
)
def test_numpy_at_most_is_loaded(statement: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", SAY_WHAT_WAS_LOADED.format(statement=statement)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(answer.stdout.rpartition("loaded:")[2].split())
    assert loaded <= LIGHT


def test_every_name_at_the_front_door_leads_somewhere() -> None:
    assert {"REGISTRY", "Analysis", "Audio", "Profile", "analyze", "__version__"} <= set(mixassistant.__all__)
    for name in mixassistant.__all__:
        assert getattr(mixassistant, name) is not None
        assert name in dir(mixassistant)


def test_the_registry_at_the_front_door_is_filled() -> None:
    assert "lufs" in mixassistant.REGISTRY.descriptors


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        mixassistant.nothing  # noqa: B018


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert mixassistant.__version__ == project["version"]
