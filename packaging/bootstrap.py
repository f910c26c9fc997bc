#!/usr/bin/env python3
"""Set up Mix Assistant on a fresh machine and run it: the standard library only, so that nothing has to be there before.

::

    python3 packaging/bootstrap.py demo           the main job on the demo song, then the window where there is a display
    python3 packaging/bootstrap.py test [ARG...]  everything that continuous integration runs; ARGs go to pytest
    python3 packaging/bootstrap.py check          the part of `test` before pytest: format, lint, types, import contracts
    python3 packaging/bootstrap.py run ARG...     `mixassistant ARG...`
    python3 packaging/bootstrap.py setup          only the set-up

Every command sets up first: system libraries, ``.venv``, the pinned packages, the project itself. A stamp in ``.venv``
remembers for which pins that was done, so the second time costs next to nothing and needs no network.

Exit codes are those of the command that ran; 4 when something is missing that this script may not install.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 13)
EXIT_MISSING = 4
EXIT_CANCELLED = 130

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PINS = ROOT / "packaging" / "pins.txt"
STAMP = ENVIRONMENT / "mixassistant-setup.sha256"
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
DEMO_OUTPUT = "demo-output"

# What continuous integration checks, in its order; pytest comes after these.
STATIC_CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", ("ruff", "format", "--check", ".")),
    ("lint", ("ruff", "check", ".")),
    ("types", ("mypy",)),
    ("import contracts", ("lint-imports",)),
)


class Need(NamedTuple):
    """Something that has to come from the system (mostly a shared library that a wheel expects), and the Debian package that has it."""

    what: str
    package: str
    essential: bool


# Found with `ldd` over the wheels' own libraries. Essential: without it rendering does not import, or not even a window without
# a screen (the tests, the screenshots) comes up.
LIBRARIES = (
    Need("libatomic.so.1", "libatomic1", essential=True),  # pedalboard
    Need("libdbus-1.so.3", "libdbus-1-3", essential=True),  # Qt, from here on
    Need("libEGL.so.1", "libegl1", essential=True),
    Need("libfontconfig.so.1", "libfontconfig1", essential=True),
    Need("libfreetype.so.6", "libfreetype6", essential=True),
    Need("libGL.so.1", "libgl1", essential=True),
    Need("libglib-2.0.so.0", "libglib2.0-0", essential=True),
    Need("libgssapi_krb5.so.2", "libgssapi-krb5-2", essential=True),
    Need("libX11.so.6", "libx11-6", essential=True),
    Need("libxkbcommon.so.0", "libxkbcommon0", essential=True),
    Need("libX11-xcb.so.1", "libx11-xcb1", essential=False),  # a window on X11
    Need("libxcb-cursor.so.0", "libxcb-cursor0", essential=False),
    Need("libxcb-icccm.so.4", "libxcb-icccm4", essential=False),
    Need("libxcb-image.so.0", "libxcb-image0", essential=False),
    Need("libxcb-keysyms.so.1", "libxcb-keysyms1", essential=False),
    Need("libxcb-randr.so.0", "libxcb-randr0", essential=False),
    Need("libxcb-render-util.so.0", "libxcb-render-util0", essential=False),
    Need("libxcb-shape.so.0", "libxcb-shape0", essential=False),
    Need("libxcb-shm.so.0", "libxcb-shm0", essential=False),
    Need("libxcb-sync.so.1", "libxcb-sync1", essential=False),
    Need("libxcb-xfixes.so.0", "libxcb-xfixes0", essential=False),
    Need("libxcb-xkb.so.1", "libxcb-xkb1", essential=False),
    Need("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", essential=False),
    Need("libwayland-client.so.0", "libwayland-client0", essential=False),  # a window on Wayland
    Need("libwayland-cursor.so.0", "libwayland-cursor0", essential=False),
    Need("libwayland-egl.so.1", "libwayland-egl1", essential=False),
    Need("libportaudio.so.2", "libportaudio2", essential=False),  # the sound card
)
# Without any scalable font every text in the window is a row of boxes.
FONT = Need("a scalable font", "fonts-dejavu-core", essential=False)
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")

# Only the tests of real sound and of a real window need these: a sound server, what records from it, and ALSA's way to it; a screen
# that nobody sees, and hands on its keyboard and mouse. Without them they skip.
TEST_PROGRAMS = {"pulseaudio": "pulseaudio", "parec": "pulseaudio-utils", "Xvfb": "xvfb", "xdotool": "xdotool"}
ALSA_PLUGIN = ("/usr/lib", "**/alsa-lib/libasound_module_pcm_pulse.so", "libasound2-plugins")


class SetupError(Exception):
    """Something is missing that this script may not install; the message says what and how to get it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Set up, run the command, return its exit code."""
    options = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        check_python()
        install_system_packages()
        if options.command == "test":
            install_test_programs()
        set_up()
        return carry_out(options)
    except SetupError as error:
        say(str(error), sys.stderr)
        return EXIT_MISSING
    except subprocess.CalledProcessError as error:
        command = shlex.join(map(str, error.cmd))
        say(f"The set-up stopped: `{command}` failed. Mend what it says above and run this command again.", sys.stderr)
        return error.returncode or 1
    except KeyboardInterrupt:
        return EXIT_CANCELLED


def carry_out(options: argparse.Namespace) -> int:
    """Run one command in an environment that is ready; return its exit code."""
    if options.command == "demo":
        # It opens the window itself where there is a display.
        return run("mixassistant", "demo", "--output", options.output, *(["--no-window"] if options.no_window else []))
    if options.command == "test":
        # One process a core; the tests of a file stay together, since they share what is slow to make, and files stay in the order that
        # tests/longest_first.py gives them. A process that dies is not replaced: with tests of a file kept together pytest-xdist waits for
        # ever for its replacement (its issue 784).
        spread = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0")
        return checks((*STATIC_CHECKS, ("tests", ("pytest", *spread, *options.arguments))))
    if options.command == "check":
        return checks(STATIC_CHECKS)
    if options.command == "run":
        return run("mixassistant", *options.arguments)
    say(f"Ready: {relative(SCRIPTS / 'mixassistant')}")
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; what follows `test` and `run` is passed on as it is, options included."""
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Set up Mix Assistant and run it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo_command = commands.add_parser("demo", help="analyse the demo song, then open the window where there is a display")
    demo_command.add_argument("--output", default=DEMO_OUTPUT, metavar="FOLDER", help="where the demo goes (default: %(default)s)")
    demo_command.add_argument("--no-window", action="store_true", help="only write the report")
    commands.add_parser("test", help="run everything that continuous integration runs; further words go to pytest", add_help=False)
    commands.add_parser("check", help="run format, lint, types and import contracts, without the tests")
    commands.add_parser("run", help="run mixassistant with the words that follow", add_help=False)
    commands.add_parser("setup", help="only set up")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command not in ("test", "run"):
        parser.error(f"unrecognized arguments: {shlex.join(rest)}")
    # Taken from the original line, since parse_known_args would drop a `--` in the middle.
    options.arguments = list(arguments[list(arguments).index(options.command) + 1 :]) if options.command in ("test", "run") else []
    return options


def check_python() -> None:
    """Refuse a Python that the project does not run on.

    Raises
    ------
    SetupError
        The running Python is too old or too new.
    """
    version = sys.version_info[:2]
    if not OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        oldest, newest = (".".join(map(str, v)) for v in (OLDEST_PYTHON, NEWEST_PYTHON))
        raise SetupError(
            f"Mix Assistant needs Python {oldest} to {newest} and this is {platform.python_version()} ({sys.executable}): "
            f"run this script with another one, for example python{oldest} packaging/bootstrap.py"
        )


def install_system_packages() -> None:
    """Install what the system lacks where that is allowed, else name it.

    Raises
    ------
    SetupError
        Something essential is missing and could not be installed.
    """
    missing = missing_needs()
    if missing and may_install():
        packages = [need.package for need in missing]
        say(f"Installing system packages: {' '.join(packages)}")
        apt_install(packages)
        missing = missing_needs()
    if any(need.essential for need in missing):
        raise SetupError(f"Mix Assistant needs parts of the system that are not here. {how_to_install(missing)}")
    if missing:
        say(f"Going on without a window on your screen, its text or its sound: parts of the system are not here. {how_to_install(missing)}")


def install_test_programs() -> None:
    """Install what the tests of real sound play through and those of a real window show it on, where that is allowed."""
    if platform.system() != "Linux" or not may_install():
        return
    packages = [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
    folder, pattern, plugin = ALSA_PLUGIN
    if next(Path(folder).glob(pattern), None) is None:
        packages.append(plugin)
    if packages:
        say(f"Installing system packages for the tests: {' '.join(packages)}")
        apt_install(packages)


def missing_needs() -> list[Need]:
    """Return what the system lacks."""
    missing = []
    if platform.system() == "Linux":  # the wheels for macOS and Windows bring everything along
        missing += [library for library in LIBRARIES if not is_loadable(library.what)]
        if not has_fonts():
            missing.append(FONT)
    if not PYTHON.exists() and not has_ensurepip():
        # Debian keeps it in a package of its own.
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        missing.append(Need(f"Python {version}'s venv and ensurepip modules", f"python{version}-venv", essential=True))
    return missing


def is_loadable(soname: str) -> bool:
    """Tell whether the dynamic linker finds a library: a stricter question than whether a package is installed."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def has_fonts() -> bool:
    """Tell whether there is any scalable font."""
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(file.suffix.lower() in (".ttf", ".otf", ".ttc") for folder in folders if folder.is_dir() for file in folder.rglob("*"))


def has_ensurepip() -> bool:
    """Ask a fresh interpreter, since a package that was just installed may not be visible to this one."""
    # On Debian the module may be there and its wheels not, so ask for their version.
    question = "import ensurepip, venv; ensurepip.version()"
    return subprocess.run([sys.executable, "-c", question], capture_output=True, check=False).returncode == 0


def may_install() -> bool:
    """Tell whether system packages can be installed without asking: as root, where there is apt."""
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> None:
    """Install Debian packages, with fresh package lists and no questions."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]):
        # A failure is not the end: what is still missing afterwards is named with the command that installs it.
        subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


def how_to_install(missing: Sequence[Need]) -> str:
    """Return the one command that installs what is missing, or its names where there is no apt."""
    if shutil.which("apt-get"):
        sudo = "" if may_install() else "sudo "
        packages = " ".join(need.package for need in missing)
        return f"To install them:\n    {sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends {packages}"
    return f"Install the packages of your system that have: {', '.join(need.what for need in missing)}"


def set_up() -> None:
    """Make ``.venv`` with the pinned packages and the project in it, unless that is done already."""
    wanted = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8").strip() == wanted:
        return
    STAMP.unlink(missing_ok=True)
    if not is_usable_environment():
        make_environment()
    say("Installing the pinned Python packages: a download of one to three gigabytes the first time")
    quiet = [] if sys.stdout.isatty() else ["-qq"]  # errors only
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", *quiet]
    # One call for all pins: were torch left to what needs it, pip could choose another build of it.
    subprocess.run([*pip, "-r", str(PINS)], check=True, cwd=ROOT)
    # The build backend is among the pins: no isolated build, which would need the network and an unpinned version.
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], check=True, cwd=ROOT)
    STAMP.write_text(wanted + "\n", encoding="utf-8")


def fingerprint() -> str:
    """Return a hash of everything that the content of ``.venv`` depends on, the place included: scripts hold absolute paths."""
    parts = (PINS.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), os.fsencode(ROOT))
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def is_usable_environment() -> bool:
    """Tell whether ``.venv`` has a pip that runs, under the Python version that runs this script."""
    if not PYTHON.exists():
        return False
    question = "import pip, sys; print(sys.version_info[:2])"
    try:
        answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=False)
    except OSError:
        return False  # the interpreter that it links to was removed
    return answer.returncode == 0 and answer.stdout.strip() == str(sys.version_info[:2])


def make_environment() -> None:
    """Make a fresh ``.venv``.

    Raises
    ------
    SetupError
        The running Python is the one in ``.venv``, which cannot replace itself.
    """
    if Path(sys.prefix).resolve() == ENVIRONMENT:
        raise SetupError("The environment has to be made anew: run this script with the system's Python, not with the one in .venv")
    say(f"Making {relative(ENVIRONMENT)} with Python {platform.python_version()}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)


def checks(steps: Iterable[tuple[str, tuple[str, ...]]]) -> int:
    """Run every step, so that one run shows everything that is wrong; return the first failure's exit code."""
    failed: dict[str, int] = {}
    for name, command in steps:
        say(f"--- {name}: {shlex.join(command)}")
        code = run(*command, folder=ROOT)
        if code != 0:
            failed[name] = code
    if not failed:
        return 0
    say(f"Failed: {', '.join(failed)}", sys.stderr)
    return next(iter(failed.values()))


def run(tool: str, *arguments: str, folder: Path | None = None) -> int:
    """Run a console script of ``.venv`` in a folder, the user's own by default; return its exit code."""
    path = os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", "")])
    environment = {**os.environ, "VIRTUAL_ENV": str(ENVIRONMENT), "PATH": path}
    script = SCRIPTS / (f"{tool}.exe" if os.name == "nt" else tool)
    return subprocess.run([script, *arguments], cwd=folder, env=environment, check=False).returncode


def relative(path: Path) -> str:
    """Return a path as a person in the project's folder would type it."""
    return str(path.relative_to(ROOT))


def say(text: str, stream: TextIO | None = None) -> None:
    """Print one message at once: what runs next writes to the same terminal."""
    print(text, file=stream or sys.stdout, flush=True)


if __name__ == "__main__":
    sys.exit(main())
