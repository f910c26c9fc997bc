"""The set-up script: what it refuses, what it asks for, what it passes on. The real set-up is proven by running it."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
PINS = (ROOT / "packaging" / "pins.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "packaging" / "bootstrap.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def canonical(requirement: str) -> str:
    """Return a requirement's name in the form in which names are compared (PEP 503)."""
    name = re.match(r"[\w.-]+", requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def pinned() -> dict[str, str]:
    return {canonical(line): line.partition("==")[2].partition(";")[0].strip() for line in PINS if not line.startswith("#")}


def test_every_pin_is_one_exact_version_from_no_particular_place() -> None:
    pattern = re.compile(r"[A-Za-z0-9_.-]+==[0-9][0-9a-z.]*(; (python_version|sys_platform) [>=]= \"[^\"]+\".*)?")
    assert [line for line in PINS if not line.startswith("#") and not pattern.fullmatch(line)] == []


def test_torch_is_pinned_without_a_local_build() -> None:
    assert pinned()["torch"] == "2.13.0"


def test_every_declared_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    declared = {canonical(r) for r in [*project["dependencies"], *extras]}
    assert declared - pinned().keys() == set()


def test_what_is_installed_here_is_what_is_pinned() -> None:
    installed = {canonical(d.metadata["Name"]): d.version.partition("+")[0] for d in metadata.distributions()}
    different = {name: (version, installed[name]) for name, version in pinned().items() if installed.get(name, version) != version}
    assert different == {}


@pytest.mark.parametrize("version", [(3, 9, 0), (3, 10, 14), (3, 14, 0)])
def test_another_python_is_refused_in_one_line(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", version)
    with pytest.raises(bootstrap.SetupError, match=r"needs Python 3\.11 to 3\.13") as refused:
        bootstrap.check_python()
    assert "\n" not in str(refused.value)


def test_what_is_missing_is_asked_for_in_one_command(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "may_install", lambda: False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/usr/bin/apt-get")
    missing = [need for need in bootstrap.LIBRARIES if need.package in ("libegl1", "libportaudio2")]
    command = bootstrap.how_to_install(missing).splitlines()[-1].strip()
    assert command == "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 libportaudio2"


def test_without_apt_the_libraries_themselves_are_named(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    assert "libEGL.so.1" in bootstrap.how_to_install([need for need in bootstrap.LIBRARIES if need.package == "libegl1"])


@pytest.mark.parametrize(("essential", "stops"), [(True, True), (False, False)])
def test_only_something_essential_stops_the_set_up(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, essential: bool, stops: bool
) -> None:
    monkeypatch.setattr(bootstrap, "may_install", lambda: False)
    monkeypatch.setattr(bootstrap, "missing_needs", lambda: [bootstrap.Need("libsomething.so.1", "libsomething1", essential)])
    if stops:
        with pytest.raises(bootstrap.SetupError, match="libsomething"):
            bootstrap.install_system_packages()
    else:
        bootstrap.install_system_packages()


@pytest.mark.parametrize(("command", "installs"), [("test", True), ("check", False), ("demo", False)])
def test_only_the_tests_bring_a_sound_server_and_a_screen(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, installs: bool
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(bootstrap, "install_system_packages", lambda: None)
    monkeypatch.setattr(bootstrap, "set_up", lambda: None)
    monkeypatch.setattr(bootstrap, "carry_out", lambda options: 0)
    monkeypatch.setattr(bootstrap, "may_install", lambda: True)
    monkeypatch.setattr(bootstrap, "apt_install", asked.extend)
    monkeypatch.setattr(bootstrap.platform, "system", lambda: "Linux")
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/usr/bin/parec" if name == "parec" else None)
    monkeypatch.setattr(bootstrap, "ALSA_PLUGIN", (str(tmp_path), "*.so", "libasound2-plugins"))
    assert bootstrap.main([command]) == 0
    assert asked == (["pulseaudio", "xvfb", "xdotool", "libasound2-plugins"] if installs else [])


@pytest.mark.parametrize("command", ["test", "run"])
def test_words_after_test_and_run_are_passed_on_as_they_are(bootstrap: ModuleType, command: str) -> None:
    words = ["-k", "loudness", "--", "-x", "--help", "tests/audio"]
    assert bootstrap.parse([command, *words]).arguments == words


def test_a_wrong_word_is_a_wrong_use(bootstrap: ModuleType) -> None:
    with pytest.raises(SystemExit) as stopped:
        bootstrap.parse(["demo", "--nonsense"])
    assert stopped.value.code == 2


def test_the_stamp_changes_with_the_pins(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = bootstrap.fingerprint()
    other = tmp_path / "pins.txt"
    other.write_text("numpy==2.0.0\n", encoding="utf-8")
    monkeypatch.setattr(bootstrap, "PINS", other)
    assert bootstrap.fingerprint() != before


def test_all_steps_run_and_the_first_failure_is_the_answer(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def run(tool: str, *arguments: str, folder: Path) -> int:
        ran.append(tool)
        return {"ruff": 0, "mypy": 2, "pytest": 1}[tool]

    monkeypatch.setattr(bootstrap, "run", run)
    steps = (("lint", ("ruff", "check")), ("types", ("mypy",)), ("tests", ("pytest",)))
    assert bootstrap.checks(steps) == 2
    assert ran == ["ruff", "mypy", "pytest"]


def test_the_script_needs_nothing_but_the_standard_library() -> None:
    answer = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "packaging" / "bootstrap.py"), "--help"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
