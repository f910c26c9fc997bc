"""The release's checks: what has to agree before anything is built, and what the desktop reads."""

from __future__ import annotations

import configparser
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from mixassistant.gui.app import APP_ID

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "packaging" / "linux"
Script = Callable[[str], ModuleType]


@pytest.fixture
def release(script: Script) -> ModuleType:
    return script("release")


@pytest.fixture
def copied(release: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the files that name the version, which the script takes for the project."""
    for name in ("pyproject.toml", "CHANGELOG.md", "mixassistant/__init__.py", f"packaging/linux/{APP_ID}.metainfo.xml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    monkeypatch.setattr(release, "ROOT", tmp_path)
    monkeypatch.setattr(release, "LINUX", tmp_path / "packaging" / "linux")
    return tmp_path


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def newest_heading(root: Path) -> str:
    return next(line for line in (root / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if line.startswith("## "))


def test_the_version_is_said_the_same_everywhere(release: ModuleType) -> None:
    assert release.version_faults(trial=True) == []


def test_a_release_needs_a_date_and_a_trial_does_not(release: ModuleType, copied: Path) -> None:
    rewrite(copied / "CHANGELOG.md", newest_heading(copied), f"## {release.version()} (unreleased)")
    assert release.version_faults(trial=True) == []
    assert "no date" in release.version_faults(trial=False)[0]


def test_the_desktop_is_told_the_same_date_as_the_change_log(release: ModuleType, copied: Path) -> None:
    rewrite(copied / "CHANGELOG.md", newest_heading(copied), f"## {release.version()} (2031-05-04)")
    assert "2031-05-04" in release.version_faults(trial=False)[0]


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("mixassistant/__init__.py", '__version__ = "', '__version__ = "9.', "mixassistant/__init__.py says 9."),
        ("CHANGELOG.md", "## ", "## 9.9.9 (unreleased)\n\n## ", "CHANGELOG.md is not"),
        (f"packaging/linux/{APP_ID}.metainfo.xml", 'release version="', 'release version="9.', "metainfo.xml is not"),
    ],
)
def test_a_version_that_differs_is_told_with_its_place(release: ModuleType, copied: Path, name: str, old: str, new: str, told: str) -> None:
    rewrite(copied / name, old, new)
    assert any(told in fault for fault in release.version_faults(trial=True))


def test_faults_stop_a_build_before_it_begins(
    release: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(release, "version_faults", lambda trial: ["two versions"])
    monkeypatch.setattr(release, "desktop_faults", list)
    monkeypatch.setattr(release, "build", lambda options: pytest.fail("it was built"))
    assert release.main(["build"]) == 1
    assert "two versions" in capsys.readouterr().err


def test_the_desktops_own_tools_accept_what_it_reads(release: ModuleType) -> None:
    if not any(shutil.which(check[0]) for check in release.DESKTOP_CHECKS):
        pytest.skip("needs desktop-file-validate, appstreamcli or xmllint")
    assert release.desktop_faults() == []


def test_a_torch_with_cuda_is_no_part_of_a_bundle(release: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Answer:
        stdout = "12.9\n"

    monkeypatch.setattr(release.subprocess, "run", lambda *words, **how: Answer())
    with pytest.raises(release.ReleaseError, match=r"CUDA 12\.9"):
        release.environment(tmp_path, release.parse(["build", "--trial"]))


def test_the_desktop_entry_is_the_windows_own() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[method-assign,assignment]
    entry.read(LINUX / f"{APP_ID}.desktop", encoding="utf-8")
    desktop = entry["Desktop Entry"]
    assert (desktop["Icon"], desktop["StartupWMClass"]) == (APP_ID, APP_ID)
    assert desktop["Exec"].split() == ["mixassistant", "gui", "%F"]
    assert {"audio/flac", "audio/x-stem+mp4", "application/x-mixassistant+json"} <= set(desktop["MimeType"].split(";"))


def test_stems_in_an_mp4_and_projects_have_types_of_their_own() -> None:
    space = {"mime": "http://www.freedesktop.org/standards/shared-mime-info"}
    types = ElementTree.parse(LINUX / f"{APP_ID}.mime.xml").findall("mime:mime-type", space)
    globs = {glob.get("pattern"): int(glob.get("weight", "50")) for kind in types for glob in kind.findall("mime:glob", space)}
    assert [kind.get("type") for kind in types] == ["audio/x-stem+mp4", "application/x-mixassistant+json"]
    assert set(globs) == {"*.stem.mp4", "*.stem.m4a", "*.mixassistant"}
    assert min(globs["*.stem.mp4"], globs["*.stem.m4a"]) > 50  # before *.mp4, a video


def test_the_flatpak_takes_the_folder_that_a_build_leaves(release: ModuleType) -> None:
    manifest = yaml.safe_load((LINUX / f"{APP_ID}.flatpak.yaml").read_text(encoding="utf-8"))
    source = manifest["modules"][0]["sources"][0]["path"]
    assert manifest["id"] == APP_ID == release.APP_ID
    assert (LINUX / source).resolve() == release.parse(["build"]).output / "dist" / "mixassistant"


def test_an_appimage_has_its_entry_icon_and_start_at_the_top(release: ModuleType, tmp_path: Path) -> None:
    bundle = tmp_path / "mixassistant"
    icon = bundle / "share" / "icons" / "hicolor" / "256x256" / "apps" / f"{APP_ID}.png"
    icon.parent.mkdir(parents=True)
    icon.write_bytes(b"picture")
    (bundle / "mixassistant").write_text("program", encoding="utf-8")
    folder = release.app_folder(bundle, tmp_path / "AppDir")
    assert {path.name for path in folder.iterdir()} == {"AppRun", f"{APP_ID}.desktop", f"{APP_ID}.png", "usr"}
    assert (folder / "usr" / "lib" / "mixassistant" / "mixassistant").is_file()
    assert (folder / "AppRun").stat().st_mode & 0o111
