"""Runs a bundle where no Python is: what a person does with it on the first day, and whether it leaves what it should.

As root on Debian the root is a fresh minimal system (debootstrap) with the few libraries that every desktop has and no package of Python's;
the bundle is bound into it and everything runs under chroot. Elsewhere it runs in an environment with no variables and an empty search
path, which is told, since what the system's libraries hide stays hidden there.
"""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import wave
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

# What PyInstaller rightly leaves to any desktop: the ways to the screen and to the sound card, and the settings of fonts.
DESKTOP = ("libegl1", "libgl1", "libasound2", "libfontconfig1")
SUITE = "bookworm"
STEP_TIMEOUT_S = 1800.0  # on a busy machine
WINDOW_TIMEOUT_S = 300.0
POLL_S = 0.5
SONG_S = 8.0  # of a short trial
SONG_RATE_HZ = 44_100
# Libraries that a window on a song has loaded: itself, the sound card's way, and what measures.
LOADED_BY_THE_WINDOW = ("libqoffscreen", "libQt6Widgets", "libportaudio", "libtorch_cpu")


class SmokeError(Exception):
    """A step that did not do what it should; the message says which and what it said."""


@dataclass
class Place:
    """Where the bundle runs.

    Parameters
    ----------
    bundle : Path
        The folder with the executables, as the place sees it.
    outside : Path
        The place's ``/tmp/smoke`` as we see it.
    inside : str
        The same as the bundle sees it.
    prefix : sequence of str
        Words before each command.
    """

    bundle: Path
    outside: Path
    inside: str
    prefix: Sequence[str] = ()
    times_s: dict[str, float] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Return all variables that the bundle gets: no path to any program, and folders of its own."""
        system = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if os.name == "nt"}  # Windows starts nothing without them
        own = {"HOME": self.inside, "PATH": "", "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
        folders = {f"MIXASSISTANT_{name.upper()}": f"{self.inside}/{name}" for name in ("data", "cache", "config")}
        return {**system, **own, **folders}

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start the program."""
        command = [*self.prefix, str(self.bundle / "mixassistant"), *words]
        return subprocess.Popen(command, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, *words: str, code: int = 0) -> str:
        """Run a command of the program to its end and return what it said.

        Raises
        ------
        SmokeError
            It ended with another exit code, or not in time.
        """
        begin = time.monotonic()
        process = self.start(*words)
        try:
            said, _ = process.communicate(timeout=STEP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise SmokeError(f"`{' '.join(words)}` did not end within {STEP_TIMEOUT_S:.0f} s") from None
        self.times_s[" ".join(words)[:60]] = time.monotonic() - begin
        if process.returncode != code:
            raise SmokeError(f"`{' '.join(words)}` ended with {process.returncode} and not {code}:\n{said[-3000:]}")
        return said

    def needs(self, *names: str) -> None:
        """Check that files are there and not empty."""
        missing = [name for name in names if not (self.outside / name).is_file() or not (self.outside / name).stat().st_size]
        if missing:
            raise SmokeError(f"not written: {', '.join(missing)}")


def make_root(folder: Path) -> None:
    """Make a minimal Debian without Python, unless it is there already."""
    if (folder / "etc" / "os-release").exists():
        return
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(DESKTOP)}", SUITE, str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def clean_root(bundle: Path, root: Path) -> Iterator[Place]:
    """Bind a bundle into a root without Python.

    Raises
    ------
    SmokeError
        There is a Python in it.
    """
    make_root(root)
    pythons = [path for place in ("usr/bin", "usr/local/bin", "bin") for path in (root / place).glob("python*")]
    if pythons:
        raise SmokeError(f"there is a Python in the root: {pythons[0]}")
    name = f"smoke-{os.getpid()}"
    inside, smoke = root / "opt" / "mixassistant", root / "tmp" / name
    mounts = (
        (["mount", "--bind", "-o", "ro", str(bundle), str(inside)], inside),
        (["mount", "-t", "proc", "proc", str(root / "proc")], root / "proc"),
    )
    for folder in (inside, smoke):
        folder.mkdir(parents=True, exist_ok=True)
    done: list[Path] = []
    try:
        for command, target in mounts:
            subprocess.run(command, check=True)
            done.append(target)
        # Multiprocessing's locks lie there.
        shared = root / "dev" / "shm"
        shared.mkdir(parents=True, exist_ok=True)
        shared.chmod(0o1777)
        yield Place(Path("/opt/mixassistant"), smoke, f"/tmp/{name}", (shutil.which("chroot") or "chroot", str(root)))
    finally:
        for target in reversed(done):
            subprocess.run(["umount", "--lazy", str(target)], check=False)
        shutil.rmtree(smoke, ignore_errors=True)


@contextmanager
def bare_environment(bundle: Path, folder: Path) -> Iterator[Place]:
    """Give a bundle a folder, no variables and an empty search path."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield Place(bundle, folder, str(folder))


def smoke(place: Place, version: str, has_essentia: bool, say: Callable[[str], None] = print, is_short: bool = False) -> None:
    """Do with a bundle what a person does on the first day.

    Parameters
    ----------
    place : Place
    version : str
        That the bundle has to be.
    has_essentia : bool
        Essentia's values have to be there.
    say : callable
        Is told how long each step took.
    is_short : bool
        With songs of a few seconds in the place of the demo.

    Raises
    ------
    SmokeError
        Something was not done.
    """
    at = place.inside
    if place.run("--version").split() != ["mixassistant", version]:
        raise SmokeError(f"it is not version {version}")
    place.run("--help")
    place.run("analyze", f"{at}/nothing.wav", code=3)
    if is_short:
        for seed, name in enumerate(("demo/Demo song", "demo/references/One", "demo/references/Two")):
            write_song(place.outside / name, seed)
    else:
        place.run("demo", "--no-window", "--output", f"{at}/demo")
    song, references = f"{at}/demo/Demo song", f"{at}/demo/references"
    outputs = [word for suffix in ("json", "html", "pdf", "md") for word in ("--output", f"{at}/report.{suffix}")]
    place.run("analyze", song, "--reference", references, *outputs)
    place.needs("report.json", "report.html", "report.pdf", "report.md")
    place.run("export", f"{at}/report.json", "--format", "html", "--output", f"{at}/exported.html")
    place.run("render", f"{at}/report.json", "--output", f"{at}/rendered")
    place.needs("exported.html", "rendered/Demo song.wav")
    tables = ("--table", f"{at}/all.parquet")
    place.run("extract", references, "--processes", "2", *tables, "--output", f"{at}/measured")
    _measured(place, has_essentia)
    place.run("separate", f"{at}/rendered/Demo song.wav", "--separator", "embedded", "--output", f"{at}/stems")
    place.needs(*(f"stems/{role}.wav" for role in ("drums", "bass", "vocals", "other")))
    place.run("models", "list")
    _window(place, f"{at}/rendered/Demo song.wav")
    for words, seconds in place.times_s.items():
        say(f"  {seconds:7.1f} s  {words}")


def write_song(folder: Path, seed: int) -> None:
    """Write four stems of a song of a few seconds: noise that is struck, and tones of which two come and go."""
    folder.mkdir(parents=True)
    noise = random.Random(seed)
    for number, name in enumerate(("Drums", "Bass", "Vocals", "Other")):
        pitch_hz = (0, 55, 220, 330)[number] * 2 ** (noise.randrange(12) / 12)
        wave_form = array("h")
        for i in range(int(SONG_S * SONG_RATE_HZ)):
            t = i / SONG_RATE_HZ
            sound = noise.uniform(-1, 1) * math.exp(-8 * (2 * t % 1)) if number == 0 else math.sin(2 * math.pi * pitch_hz * t)
            sound *= 1 if number < 2 else 0.6 + 0.4 * math.sin(2 * math.pi * t / (number + 1))
            wave_form.append(int(6000 * sound))
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, SONG_RATE_HZ, 0, "NONE", ""))
            file.writeframes(wave_form.tobytes())


def _measured(place: Place, has_essentia: bool) -> None:
    """Check what `extract` wrote: tracks measured in processes of their own, and Essentia's values where it is bundled."""
    place.needs("all.parquet")
    files = sorted((place.outside / "measured").glob("*.json"))
    if len(files) < 2:
        raise SmokeError(f"{len(files)} tracks were measured and not at least 2")
    for file in files:
        values = json.loads(file.read_text(encoding="utf-8"))["mix"]["measurements"]
        if values["lufs"]["value"] is None:
            raise SmokeError(f"{file.name} has no loudness")
        if has_essentia and values["key_edma"]["value"] is None:
            raise SmokeError(f"Essentia told nothing of {file.name}: {values['key_edma'].get('reason')}")


def _window(place: Place, mix: str) -> None:
    """Open the window on a mix without a screen, until the mix is measured; it must then still run, and have said nothing."""
    begin = time.monotonic()
    library = place.outside / "data" / "library.sqlite3"
    library.unlink(missing_ok=True)
    process = place.start("gui", mix)
    try:
        while not (_tracks(library) and _loads(process.pid, LOADED_BY_THE_WINDOW)):
            if process.poll() is not None:
                raise SmokeError(f"the window ended with {process.returncode}:\n{process.communicate()[0][-3000:]}")
            if time.monotonic() - begin > WINDOW_TIMEOUT_S:
                missing = [name for name in LOADED_BY_THE_WINDOW if not _loads(process.pid, (name,))]
                raise SmokeError(
                    f"the window measured nothing within {WINDOW_TIMEOUT_S:.0f} s; not loaded: {', '.join(missing) or 'nothing'}"
                )
            time.sleep(POLL_S)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            said, _ = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    if "Traceback" in said or "ImportError" in said:
        raise SmokeError(f"the window complained:\n{said[-3000:]}")
    place.times_s["gui, until the mix is measured"] = time.monotonic() - begin


def _tracks(library: Path) -> int:
    """Return how many songs a library holds measurements of."""
    if not library.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{library}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM tracks").fetchone()[0])
    except sqlite3.Error:  # not yet made
        return 0


def _loads(pid: int, names: Sequence[str]) -> bool:
    """Tell whether a process has libraries loaded; where the system does not say, whether it is there."""
    maps = Path(f"/proc/{pid}/maps")
    if not maps.exists():
        return not Path("/proc/self").exists()
    loaded = maps.read_text()
    return all(name in loaded for name in names)
