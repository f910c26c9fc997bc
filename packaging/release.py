#!/usr/bin/env python3
"""Make a release of Mix Assistant: one command with its checks. RELEASE.md, beside this file, says when to run which.

::

    python3 packaging/release.py check             versions, change log and desktop files agree
    python3 packaging/release.py build             the bundle of this system: checked, built, weighed, tried where no Python is, packed
    python3 packaging/release.py smoke FOLDER      only try a bundle that is built

The standard library only, as in bootstrap.py. Exit codes: 0 done, 1 a check or a step failed, 4 something is missing.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE / "bundle"))

import contents  # noqa: E402
import smoke  # noqa: E402

APP_ID = "io.github.mixassistant.MixAssistant"
LINUX = HERE / "linux"
# Where PyTorch keeps its builds without CUDA; the one on PyPI for Linux needs three gigabytes of CUDA beside it.
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
MEGABYTE = 1e6
# Tools that check what desktops read, with their words; where one is not there that is told, and goes on.
DESKTOP_CHECKS = (
    ("desktop-file-validate", str(LINUX / f"{APP_ID}.desktop")),
    ("appstreamcli", "validate", "--no-net", str(LINUX / f"{APP_ID}.metainfo.xml")),
    ("xmllint", "--noout", str(LINUX / f"{APP_ID}.mime.xml")),
)


class ReleaseError(Exception):
    """A check that failed or a step that could not be done; the message says what to do."""


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = parse(sys.argv[1:] if words is None else words)
    try:
        if options.command == "smoke":
            try_out(options.bundle, options.root, options.short)
            return 0
        faults = version_faults(trial=options.trial) + desktop_faults()
        if faults:
            raise ReleaseError("\n".join(faults))
        print(f"Versions, change log and desktop files agree: {version()}", flush=True)
        if options.command == "build":
            build(options)
    except (ReleaseError, smoke.SmokeError) as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"`{' '.join(map(str, error.cmd))}` failed: mend what it says above and run this again", file=sys.stderr)
        return 1
    except FileNotFoundError as error:
        print(f"not there: {error.filename}", file=sys.stderr)
        return 4
    return 0


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="release.py", description="Make a release of Mix Assistant.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, what in (("check", "versions, change log and desktop files agree"), ("build", "check, build, try and pack the bundle")):
        command = commands.add_parser(name, help=what)
        command.add_argument("--trial", action="store_true", help="no release: the change log needs no date yet")
    command.add_argument("--output", type=Path, default=ROOT / "build" / "release", metavar="FOLDER", help="default: %(default)s")
    command.add_argument("--cpu-wheels", default=CPU_WHEELS, metavar="URL", help="index with PyTorch's builds without CUDA; empty: none")
    command.add_argument("--without-essentia", action="store_true", help="leave Essentia and its TensorFlow out")
    command.add_argument("--root", type=Path, metavar="FOLDER", help="where the minimal system for the trial is or will be made")
    command.add_argument("--keep", action="store_true", help="go on with the environment that an earlier build made")
    trial = commands.add_parser("smoke", help="try a bundle where no Python is")
    trial.add_argument("bundle", type=Path)
    trial.add_argument("--root", type=Path, metavar="FOLDER")
    trial.add_argument("--short", action="store_true", help="with songs of a few seconds in the place of the demo")
    return parser.parse_args(words)


def version() -> str:
    """Return the version that `pyproject.toml` declares."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def version_faults(trial: bool) -> list[str]:
    """Return what of the version does not agree with `pyproject.toml`, in words.

    Parameters
    ----------
    trial : bool
        No release: the change log's newest section needs no date.
    """
    wanted, faults = version(), []
    source = re.search(r'^__version__ = "([^"]+)"', (ROOT / "mixassistant" / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE)
    if source is None or source[1] != wanted:
        faults.append(f"mixassistant/__init__.py says {source[1] if source else 'nothing'} and pyproject.toml {wanted}")
    newest = re.search(r"^## (\S+) \(([^)]+)\)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    if newest is None or newest[1] != wanted:
        faults.append(f"the newest section of CHANGELOG.md is not “## {wanted} (date)”")
        return faults
    if not trial and not re.fullmatch(r"\d{4}-\d\d-\d\d", newest[2]):
        faults.append(f"CHANGELOG.md gives {wanted} no date: write “## {wanted} (YYYY-MM-DD)”, or build with --trial")
    release = ElementTree.parse(LINUX / f"{APP_ID}.metainfo.xml").find("releases/release")
    if release is None or release.get("version") != wanted:
        faults.append(f"the newest release of {APP_ID}.metainfo.xml is not {wanted}")
    elif not trial and release.get("date") != newest[2]:
        faults.append(f"{APP_ID}.metainfo.xml dates {wanted} {release.get('date')} and CHANGELOG.md {newest[2]}")
    return faults


def desktop_faults() -> list[str]:
    """Return what the desktop's own tools dislike about the files that it reads."""
    faults = []
    for tool, *words in DESKTOP_CHECKS:
        if shutil.which(tool) is None:
            print(f"not checked, since {tool} is not installed: {Path(words[-1]).name}", flush=True)
            continue
        answer = subprocess.run([tool, *words], capture_output=True, text=True, check=False)
        if answer.returncode:
            faults.append(f"{tool} refuses {Path(words[-1]).name}: {(answer.stdout + answer.stderr).strip()}")
    return faults


def build(options: argparse.Namespace) -> None:
    """Build this system's bundle, say what it weighs, try it and pack it.

    Raises
    ------
    ReleaseError
        The environment is not as a bundle wants it.
    """
    output = options.output.resolve()
    python = environment(output / "environment", options)
    subprocess.run([python, HERE / "bundle" / "icons.py", output / "icons"], check=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    folders = ("--workpath", str(output / "work"), "--distpath", str(output / "dist"))
    # Started elsewhere: in the project's folder it would find the package as it lies there, without its resources.
    command: list[str | Path] = [python, "-m", "PyInstaller", "--noconfirm", *folders, HERE / "bundle" / "mixassistant.spec"]
    subprocess.run(command, check=True, cwd=output, env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"})
    bundle = output / "dist" / "mixassistant"
    subprocess.run([python, HERE / "bundle" / "licences.py", bundle, bundle / "LICENCES.txt"], check=True)
    shutil.copyfile(ROOT / "LICENSE", bundle / "LICENSE.txt")
    if sys.platform == "darwin":
        for name in ("LICENCES.txt", "LICENSE.txt"):
            shutil.copyfile(bundle / name, output / "dist" / "Mix Assistant.app" / "Contents" / "Resources" / name)
    if sys.platform == "linux":
        share(bundle / "share", output / "icons")
    print("\n".join(weights(bundle)), flush=True)
    try_out(bundle, options.root)
    pack(bundle, output)


def environment(folder: Path, options: argparse.Namespace) -> Path:
    """Make an environment with the pinned packages that go into a bundle, and return its Python.

    Raises
    ------
    ReleaseError
        PyTorch is a build with CUDA.
    """
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (options.keep and python.exists()):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    extras = "tables" if options.without_essentia else "essentia,tables"
    index = ["--extra-index-url", options.cpu_wheels] if options.cpu_wheels and sys.platform == "linux" else []
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q", *index]
    subprocess.run([*pip, "-c", HERE / "pins.txt", "-r", HERE / "bundle" / "pins.txt", f"{ROOT}[{extras}]"], check=True)
    # The project itself is installed as a wheel each time: the bundle takes it from there, resources and all.
    subprocess.run([*pip, "--no-deps", "--force-reinstall", ROOT], check=True)
    question = "import torch; print(torch.version.cuda or '')"
    cuda = subprocess.run([python, "-c", question], capture_output=True, text=True, check=True).stdout.strip()
    if cuda:
        raise ReleaseError(f"this PyTorch is built for CUDA {cuda} and would make the bundle three gigabytes larger: give --cpu-wheels")
    return python


def share(folder: Path, icons: Path) -> None:
    """Write what a Linux desktop reads, laid out as under ``/usr/share``."""
    shutil.copytree(icons / "hicolor", folder / "icons" / "hicolor", dirs_exist_ok=True)
    for picture in (folder / "icons").rglob("mixassistant.*"):
        picture.rename(picture.with_name(APP_ID + picture.suffix))
    places = {"applications": f"{APP_ID}.desktop", "metainfo": f"{APP_ID}.metainfo.xml", "mime/packages": f"{APP_ID}.mime.xml"}
    for place, name in places.items():
        (folder / place).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(LINUX / name, folder / place / name.replace(".mime.xml", ".xml"))


def app_folder(bundle: Path, folder: Path) -> Path:
    """Lay a bundle out as an AppImage's contents (the AppDir specification), and return its folder."""
    shutil.rmtree(folder, ignore_errors=True)
    inside = folder / "usr" / "lib" / "mixassistant"
    shutil.copytree(bundle, inside, symlinks=True)
    shutil.move(inside / "share", folder / "usr" / "share")
    shutil.copy(LINUX / "AppRun", folder / "AppRun")
    shutil.copyfile(LINUX / f"{APP_ID}.desktop", folder / f"{APP_ID}.desktop")
    shutil.copyfile(folder / "usr" / "share" / "icons" / "hicolor" / "256x256" / "apps" / f"{APP_ID}.png", folder / f"{APP_ID}.png")
    return folder


def weights(bundle: Path) -> list[str]:
    """Return what each part of a bundle weighs, the heaviest first, as lines."""
    found: Counter[str] = Counter()
    for file in bundle.rglob("*"):
        if file.is_file() and not file.is_symlink():
            found[contents.part_of(file.relative_to(bundle).as_posix().removeprefix("_internal/"))] += file.stat().st_size
    rows = [f"  {size / MEGABYTE:7.0f} MB  {part}" for part, size in found.most_common()]
    return [*rows, f"  {sum(found.values()) / MEGABYTE:7.0f} MB  together"]


def try_out(bundle: Path, root: Path | None, is_short: bool = False) -> None:
    """Try a bundle where no Python is: in a root of its own where that can be made, else with nothing in its environment."""
    bundle = bundle.resolve()
    has_essentia = any(bundle.glob("mixassistant-essentia*"))
    rooted = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("debootstrap") is not None
    if rooted:
        place = smoke.clean_root(bundle, (root or bundle.parents[1] / "root").resolve())
        print("Trying the bundle in a minimal Debian without Python (debootstrap, chroot)", flush=True)
    else:
        place = smoke.bare_environment(bundle, bundle.parents[1] / "smoke")
        print("Trying the bundle with an empty environment; as root, with debootstrap, it would run in a root without Python", flush=True)
    with place as ready:
        smoke.smoke(ready, version(), has_essentia, is_short=is_short)
    print("The bundle does what it should", flush=True)


def pack(bundle: Path, output: Path) -> None:
    """Pack a bundle as this system's people want it, with its checksum beside it."""
    name = f"mixassistant-{version()}-{sys.platform}-{platform.machine()}"
    if sys.platform == "linux":
        made = output / f"{name}.tar.gz"
        with tarfile.open(made, "w:gz", compresslevel=6) as archive:
            archive.add(bundle, arcname=f"mixassistant-{version()}")
        if shutil.which("appimagetool"):
            subprocess.run(["appimagetool", app_folder(bundle, output / "AppDir"), output / f"{name}.AppImage"], check=True)
        else:
            print("no AppImage, since appimagetool is not installed", flush=True)
    elif sys.platform == "win32":
        made = output / f"{name}.exe"
        script = HERE / "windows" / "mixassistant.iss"
        subprocess.run(["iscc", f"/DVersion={version()}", f"/DBundle={bundle}", f"/O{output}", f"/F{name}", script], check=True)
    else:
        made = output / f"{name}.dmg"
        app = bundle.parent / "Mix Assistant.app"
        subprocess.run(["sh", HERE / "macos" / "sign.sh", app, made], check=True)
    with made.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    made.with_name(made.name + ".sha256").write_text(f"{digest}  {made.name}\n", encoding="utf-8")
    print(f"{made}: {made.stat().st_size / MEGABYTE:.0f} MB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
