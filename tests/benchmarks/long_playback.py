"""Underruns and gaps of a long playback while analyses run in the same process, through PulseAudio with a sink that goes nowhere.

    .venv/bin/python tests/benchmarks/long_playback.py [--minutes 30] [--alone] [--urgent] [--folder FOLDER]

The window's own player (mixer and stream, the latency they have) plays noise of a constant level. Meanwhile one analysis after
another of a folder of stems runs in a second thread, as in the window, with its settings of the interpreter; nothing is remembered
between them. What the sink's monitor recorded is then looked through for gaps: runs of zeros, and jumps that the noise cannot make.
A process that only sleeps tells how late the machine itself wakes those who have nothing to do with the analysis. With `--urgent`
the threads of the sound (the server's, the player's, the recorder's) come before all others, as desktops let their servers' do: what
is left then is not for want of a free processor, but for something in this process that the sound waits for.
Needs the packages pulseaudio, pulseaudio-utils and libasound2-plugins. Exit code 1 where there was an underrun or a gap.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

RATE = 44100
LOOP_S = 60.0  # of the noise that is played round and round
ANALYSED_S = 30.0  # of each stem that is analysed
SMALLEST_GAP = 16  # samples of zeros: noise of this level and resolution has next to none in a row
PIECE = RATE * 60  # samples that are looked through at once
QUIET = 1e-7  # what counts as zero: below one step of 24 bits
START_S = 10.0
SLEEPER = """
import sys, threading, time
stop, late = threading.Event(), []
threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
while not stop.is_set():
    begun = time.monotonic()
    time.sleep(0.01)
    late.append((begun, 1000 * (time.monotonic() - begun - 0.01)))
most = sorted(late, key=lambda at: -at[1])[:12]
print(f"{sum(ms > 20 for _, ms in late)} times more than 20 ms, of {len(late)}; most: " +
      ", ".join(f"{ms:.0f} ms at {begun - float(sys.argv[1]):.2f} s" for begun, ms in sorted(most)))
"""


@contextmanager
def sound_server(folder: Path, is_urgent: bool = False) -> Iterator[None]:
    """Run a sound server with a sink that goes nowhere as this process's own; PortAudio must not have been started before."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ.update(
        XDG_RUNTIME_DIR=str(runtime), PULSE_RUNTIME_PATH=str(runtime), HOME=str(folder), DBUS_SESSION_BUS_ADDRESS=""
    )  # fmt: skip
    (folder / ".asoundrc").write_text("pcm.pulse { type pulse }\nctl.pulse { type pulse }\npcm.!default { type pulse }\n")
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes", "--use-pid-file=no"]
    sink = f"module-null-sink sink_name=nowhere rate={RATE} format=float32le channels=2"
    loads = ["--load=module-native-protocol-unix", f"--load={sink}"]
    server = subprocess.Popen([*command, *loads], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + START_S
    while subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode != 0:
        if time.monotonic() > end:
            raise SystemExit("the sound server does not start")
        time.sleep(0.1)
    if is_urgent:  # now: when it starts it gives up what it was started with
        subprocess.run(["chrt", "-a", "-f", "-p", "10", str(server.pid)], check=True)
    try:
        yield
    finally:
        server.kill()
        server.wait()


@contextmanager
def recording(path: Path, is_urgent: bool) -> Iterator[None]:
    """Record what the sink is given."""
    first = ["chrt", "-f", "10"] if is_urgent else []
    command = ["parec", "-d", "nowhere.monitor", "--format=float32le", f"--rate={RATE}", "--channels=2", "--latency-msec=200"]
    with path.open("wb") as file, subprocess.Popen([*first, *command], stdout=file, stderr=subprocess.DEVNULL) as recorder:
        yield
        recorder.terminate()


def noise() -> np.ndarray:
    """Return stereo noise between 20 and 200 Hz, periodic, at most 0.3, ``[shape=(2, samples)]``: slow, so that a jump stands out."""
    count = round(LOOP_S * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(5).standard_normal((2, count)))
    hz = np.fft.rfftfreq(count, 1 / RATE)
    spectrum[:, (hz < 20) | (hz > 200)] = 0
    sound = np.fft.irfft(spectrum, count)
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


def make_stems(folder: Path) -> Path:
    """Write the stems that are analysed: the demo song's."""
    from mixassistant.audio.write import write_audio
    from mixassistant.demo.song import make_song

    folder.mkdir()
    for name, (_role, audio) in make_song(31, True, ANALYSED_S).items():
        write_audio(audio, folder / f"{name}.wav")
    return folder


@contextmanager
def sleeper() -> Iterator[list[str]]:
    """Let another process sleep meanwhile; what it says is how late it was woken."""
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPER, str(time.monotonic())], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield said
        said.append(process.communicate()[0].strip())


class Played(NamedTuple):
    """How many blocks were asked for, how many with an underrun flag, and during what an analysis said it did."""

    blocks: int
    underruns: int
    stages: Counter[str]


class Analysing(threading.Thread):
    """Analyses a folder of stems again and again until `stop`; each time from the start, in a library of its own."""

    def __init__(self, song: Path, folder: Path) -> None:
        super().__init__()
        self._song, self._folder = song, folder
        self._stopped = threading.Event()
        self.done = 0
        self.stage = ""
        self.error: Exception | None = None

    def run(self) -> None:
        """Analyse."""
        from mixassistant.analysis import Request
        from mixassistant.errors import Cancelled
        from mixassistant.gui.background.backend import Core

        def progress(stage: str, _fraction: float) -> None:
            self.stage = stage
            if self._stopped.is_set():
                raise Cancelled()

        try:
            while not self._stopped.is_set():
                library = self._folder / f"{self.done}.sqlite3"
                Core(library).analyze(Request(self._song, library=library, device="cpu"), progress)
                self.done += 1
        except Cancelled:
            pass
        except Exception as error:  # noqa: BLE001 - told at the end; the playback goes on
            self.error = error

    def stop(self) -> None:
        """End at the next step."""
        self._stopped.set()
        self.join()


def gaps_in(path: Path, steepest: float) -> tuple[float, list[tuple[float, float]], list[float]]:
    """Look through a recording of what `noise` made.

    Parameters
    ----------
    path : Path
        Interleaved stereo, float32.
    steepest : float
        The largest step between two samples that the noise has.

    Returns
    -------
    sounding : float
        Seconds from the first sound to the last.
    silences : list of (float, float)
        Where within that there was nothing, and for how long, in seconds.
    jumps : list of float
        Where sound was left out or repeated without a silence, in seconds.
    """
    heard = np.memmap(path, np.float32, "r")
    heard = heard[: heard.size // 2 * 2].reshape(-1, 2)
    first, last = None, 0
    edges: list[tuple[int, int]] = []  # of stretches of zeros
    steps: list[int] = []
    for begin in range(0, heard.shape[0], PIECE):
        piece = np.asarray(heard[begin : begin + PIECE + 1])
        sounds = np.flatnonzero(np.abs(piece).max(axis=1) > QUIET) + begin
        if not sounds.size:
            continue
        first = int(sounds[0]) if first is None else first
        ends = np.concatenate([[last or sounds[0]], sounds])
        edges += [(int(ends[i]) + 1, int(ends[i + 1])) for i in np.flatnonzero(np.diff(ends) > SMALLEST_GAP)]
        last = int(sounds[-1])
        steps += [int(i) + begin for i in np.flatnonzero(np.abs(np.diff(piece, axis=0)).max(axis=1) > 1.5 * steepest)]
    start = first or 0
    silences = [((a - start) / RATE, (b - a) / RATE) for a, b in edges]
    bounds = [edge for pair in edges for edge in pair]
    inner = [s for s in steps if start + RATE / 10 < s < last - RATE / 10 and all(abs(s - edge) > 2 for edge in bounds)]
    return (last - start) / RATE, silences, [(s - start) / RATE for s in inner]


def threads() -> set[int]:
    """Return the numbers of this process's threads."""
    return {int(task.name) for task in Path("/proc/self/task").iterdir()}


def play(minutes: float, analysing: Analysing | None, is_urgent: bool) -> Played:
    """Play for some minutes while `analysing` runs (None: alone)."""
    from mixassistant.gui.player.mixer import Layer, Mixer, Voice
    from mixassistant.gui.player.stream import Stream

    sound, ended = noise(), threading.Event()
    mixer = Mixer(RATE)
    others = threads() if is_urgent else set()
    stream = Stream(mixer, RATE, "pulse", ended.set)
    # Longer than the playback by its loops: one voice whose layers follow each other, so that no seam is a crossfade.
    count = sound.shape[1]
    rounds = int(np.ceil(minutes * 60 / LOOP_S)) + 1
    mixer.want(Voice(tuple(Layer(sound, start=i * count) for i in range(rounds)), rounds * count), 0)
    stream.start()
    for thread in threads() - others if is_urgent else ():
        os.sched_setscheduler(thread, os.SCHED_FIFO, os.sched_param(10))
    time.sleep(2.0)
    before = mixer.underruns  # while it starts, the server fills its buffer
    if analysing is not None:
        analysing.start()
    begun = time.monotonic()
    seen, minute, stages = before, 1, Counter[str]()
    while (gone := time.monotonic() - begun) < minutes * 60 and not ended.is_set():
        time.sleep(0.02)
        if mixer.underruns > seen:
            stages[analysing.stage if analysing else ""] += mixer.underruns - seen
            seen = mixer.underruns
        if gone > 60 * minute:
            print(f"{minute:5} min: {seen - before} underruns, {analysing.done if analysing else 0} analyses", flush=True)
            minute += 1
    underruns = mixer.underruns - before
    mixer.want(None)
    time.sleep(0.5)
    stream.close()
    if analysing is not None:
        analysing.stop()
    if ended.is_set():
        raise SystemExit("the sound server was lost")
    return Played(mixer.blocks, underruns, stages)


def main() -> int:
    """Play, record, look, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long (default: %(default)g)")
    parser.add_argument("--alone", action="store_true", help="play without an analysis: what the machine itself costs")
    parser.add_argument("--urgent", action="store_true", help="let the sound's threads come before all others (Linux, with the right to)")
    parser.add_argument("--folder", type=Path, help="for the recording, 21 MB a minute (default: the system's temporary folder)")
    options = parser.parse_args()
    from mixassistant.gui.app import prepare

    prepare()  # the interpreter as the window sets it
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        for variable in ("DATA", "CACHE", "CONFIG"):
            os.environ[f"MIXASSISTANT_{variable}"] = str(folder / variable)
        analysing = Analysing(make_stems(folder / "Song"), folder)
        heard = folder / "heard.raw"
        with sound_server(folder, options.urgent), recording(heard, options.urgent), sleeper() as late:
            played = play(options.minutes, None if options.alone else analysing, options.urgent)
        steepest = float(np.abs(np.diff(noise(), axis=1)).max())
        sounding, silences, jumps = gaps_in(heard, steepest)
    if analysing.error is not None:
        print(f"an analysis failed: {analysing.error}", file=sys.stderr)
    print(f"played {options.minutes:g} min beside {analysing.done} whole analyses")
    print(f"{played.blocks} blocks, {played.underruns} with an underrun flag")
    print(f"a process that only sleeps was woken late: {late[0]}")
    lost = sum(length for _place, length in silences)
    print(f"recorded {sounding:.1f} s of sound: {len(silences)} silences, {1000 * lost:.1f} ms together; {len(jumps)} jumps")
    for stage, count in played.stages.most_common():
        print(f"  {count:4} underruns during “{stage}”")
    for place, length in silences[:20]:
        print(f"  at {place:8.2f} s: {1000 * length:.1f} ms of silence")
    for place in jumps[:20]:
        print(f"  at {place:8.2f} s: a jump")
    return int(bool(played.underruns or silences or jumps or analysing.error))


if __name__ == "__main__":
    sys.exit(main())
