"""How soon the window is there, and how long it ever keeps one waiting: ``python tests/benchmarks/responsiveness.py [MIX]``.

Without a mix: a song of shared/data, with three others as liked references. Every part runs in an interpreter and folders of its own.

1. From the start of the process to the first painted window, and until the views are there too; five times, the median.
2. The delay of a 5 ms timer on the window's thread while a mix is analysed from nothing, and for the worst delays: how much of them the
   thread itself worked, what ran in which thread, and how late a process beside was that does nothing but sleep for 5 ms at a time (what
   that one is late by, the machine did). Once more without anybody looking on, whose figures are the ones that count.
3. From opening a file of an hour to its first waveform.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

BORN = time.monotonic()  # in the interpreter that is measured; its parent says when it started it
ROOT = Path(__file__).resolve().parents[2]
SONGS = ROOT.parent / "shared" / "data" / "musdb18-7s" / "train"
TICK_S = 0.005
FRAME_S, LONG_S = 0.016, 0.1  # a frame, and what is felt: the targets of p99 and of the maximum
LOOK_S = 0.004  # between looks at what the threads do
STARTS = 5
WORST = 12
SETTLED_S = 2.0  # after the analysis: what is drawn then is drawn because of it
HOUR_S, RATE_HZ = 3600, 44100


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


# What is asked of an interpreter of its own


def child(part: str, home: Path, *words: str) -> dict[str, Any]:
    """Run a part of this file in a fresh interpreter and return what it answers."""
    env = {**os.environ, **{f"MIXASSISTANT_{name}": str(home / name.lower()) for name in ("DATA", "CACHE", "CONFIG")}}
    env.setdefault("QT_QPA_PLATFORM", "offscreen")
    answer = home / "answer.json"
    answer.unlink(missing_ok=True)
    subprocess.run([sys.executable, __file__, "--part", part, str(answer), str(time.monotonic()), *words], env=env, cwd=ROOT, check=True)
    found: dict[str, Any] = json.loads(answer.read_text("utf-8"))
    return found


def answer_with(path: Path, found: dict[str, Any]) -> None:
    """Write the answer and end at once: how a process ends is not measured here."""
    path.write_text(json.dumps(found), "utf-8")
    sys.stdout.flush()
    os._exit(0)


def start(answer: Path, began: float) -> None:
    """Open the window as the program does; answer when it was painted first, and when its views were there."""
    from PySide6.QtCore import QTimer

    from mixassistant.gui import app
    from mixassistant.gui.window import main_window

    imported = time.monotonic()
    window_class = main_window.MainWindow
    plain = window_class.paintEvent
    seen: dict[str, Any] = {"python": BORN - began, "imports": imported - began}

    def look(window: Any) -> None:
        if all(page.is_built for page in window.plots):
            seen["views"] = time.monotonic() - began
            answer_with(answer, seen)

    def painted(window: Any, event: Any) -> None:
        plain(window, event)
        if "painted" not in seen:
            seen["painted"] = 0.0

            def whole() -> None:  # its children are painted within the same event
                seen["painted"] = time.monotonic() - began
                timer = QTimer(window)
                timer.timeout.connect(lambda: look(window))
                timer.start(5)

            QTimer.singleShot(0, whole)

    window_class.paintEvent = painted  # type: ignore[method-assign]
    app.run((), False)


def beside(answer: Path) -> None:
    """Sleep for a tick at a time until the parent says so; answer when each ended and how late it was."""
    late: list[tuple[float, float]] = []
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    last = time.monotonic()
    while not stop.is_set():
        time.sleep(TICK_S)
        now = time.monotonic()
        late.append((now, now - last - TICK_S))
        last = now
    answer_with(answer, {"late": late})


class Onlooker(threading.Thread):
    """Notes what all threads are doing, every few milliseconds."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: list[tuple[float, dict[int, str]]] = []
        self.over = False

    def run(self) -> None:
        """Look on."""
        own = threading.get_ident()
        while not self.over:
            time.sleep(LOOK_S)
            now = time.monotonic()
            self.seen.append((now, {ident: where(frame) for ident, frame in sys._current_frames().items() if ident != own}))


def where(frame: FrameType | None) -> str:
    """Return the innermost places of a stack, those of this program last."""
    places: list[str] = []
    is_import = False
    while frame is not None:
        file, name = frame.f_code.co_filename, frame.f_code.co_name
        if file.startswith("<frozen importlib"):
            is_import = True
        elif len(places) < 1 or ("mixassistant" in file and len(places) < 4):
            places.append(f"{'/'.join(Path(file).parts[-2:])}:{frame.f_lineno} {name}")
        frame = frame.f_back
    return ("[import] " if is_import else "") + " < ".join(places)


def analysis(answer: Path, mix: Path, is_watched: bool, view: int) -> None:
    """Open the window, wait until it has come to rest, and analyse a mix from nothing while a timer ticks."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from mixassistant.gui import app as program

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    program.prepare()
    collections: list[tuple[float, float]] = []
    begun = [0.0]

    def collected(phase: str, _info: object) -> None:
        now = time.monotonic()
        if phase == "start":
            begun[0] = now
        else:
            collections.append((now, now - begun[0]))

    gc.callbacks.append(collected)
    garbage = program.GarbageCollection()
    window = program.make_window()
    program.show_window(window)
    window.session.reference_jobs.list()

    def wait(seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    wait(4.0)
    ticks: list[tuple[float, float, float, str]] = []
    last, last_cpu = time.monotonic(), time.thread_time()

    def tick() -> None:
        nonlocal last, last_cpu
        now, cpu = time.monotonic(), time.thread_time()
        ticks.append((now, now - last - TICK_S, cpu - last_cpu, window.stage.text()))
        last, last_cpu = time.monotonic(), time.thread_time()

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(round(1000 * TICK_S))
    last = time.monotonic()
    wait(3.0)
    idle = [late for _now, late, _cpu, _stage in ticks]
    ticks.clear()
    onlooker = Onlooker()
    if is_watched:
        onlooker.start()
    marks: dict[str, float] = {}
    window.session.state.previewed.connect(lambda preview: marks.setdefault("preview", time.monotonic()) if preview else None)
    done = QEventLoop()
    window.session.state.analysed.connect(done.quit)
    window.session.told.connect(lambda text, is_error: say(f"  told: {text}") or (done.quit() if is_error else None))
    marks["opened"] = time.monotonic()
    window.session.open_mix(mix)
    done.exec()
    marks["analysed"] = time.monotonic()
    if view >= 0:
        window.views.setCurrentIndex(view)
    wait(SETTLED_S)
    marks["settled"] = time.monotonic()
    timer.stop()
    onlooker.over = True
    del garbage
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    main = threading.main_thread().ident
    worst = sorted(ticks, key=lambda found: -found[1])[:WORST]
    told = []
    for now, late, cpu, stage in sorted(worst):
        began = now - late - TICK_S
        looks = [threads for at, threads in onlooker.seen if began <= at <= now + LOOK_S]
        ran = {
            ("window" if ident == main else names.get(ident, "worker")): Counter(
                look[ident] for look in looks if ident in look
            ).most_common(2)
            for ident in {ident for look in looks for ident in look}
        }
        told.append({
            "at": began - marks["opened"], "until": now, "late": late, "worked": cpu, "stage": stage, "ran": ran,
            "collecting": sum(taken for at, taken in collections if began <= at <= now),
        })  # fmt: skip
    found = {"delays": [late for _now, late, _cpu, _stage in ticks], "idle": idle, "worst": told, "marks": marks}
    answer_with(answer, {**found, "collections": [taken for at, taken in collections if at >= marks["opened"]]})


def hour(answer: Path, file: Path) -> None:
    """Open a file of an hour in a window at rest; answer when its first waveform was painted, and the last before its analysis."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from mixassistant.gui import app as program

    app = QApplication.instance() or QApplication([])
    assert app is not None
    window = program.make_window()
    program.show_window(window)
    loop = QEventLoop()
    QTimer.singleShot(3000, loop.quit)
    loop.exec()
    shown: list[float] = []
    began = time.monotonic()

    def previewed(preview: object) -> None:
        if preview is not None:
            window.waveform.repaint()
            shown.append(time.monotonic() - began)

    window.session.state.previewed.connect(previewed)
    window.session.open_mix(file)
    QTimer.singleShot(12_000, loop.quit)
    loop.exec()
    answer_with(answer, {"shown": shown})


# What is told


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def told_delays(name: str, delays: list[float]) -> None:
    say(
        f"  {name:28s} {len(delays):6d} ticks: p50 {1000 * statistics.median(delays):5.1f} ms, p99 {1000 * quantile(delays, 0.99):5.1f},"
        f" largest {1000 * max(delays):6.1f}; over 16 ms: {sum(late > FRAME_S for late in delays)}, over 100 ms:"
        f" {sum(late > LONG_S for late in delays)}"
    )


def starts(home: Path) -> None:
    say("from the start of the process, s")
    found = [child("start", home) for _ in range(STARTS + 1)][1:]  # the first one reads from the disk
    for key, text in (("python", "Python is there"), ("imports", "imports"), ("painted", "first painted window"), ("views", "views built")):
        values = sorted(one[key] for one in found if key in one)
        say(f"  {text:28s} median {statistics.median(values):.2f}, {values[0]:.2f} to {values[-1]:.2f}")


def analyses(home: Path, mix: Path, references: list[Path], view: int) -> None:
    words = ["-m", "mixassistant", "references", "add", *map(str, references)]
    for is_watched in (True, False):
        own = home / ("watched" if is_watched else "plain")
        own.mkdir()
        env = {**os.environ, **{f"MIXASSISTANT_{name}": str(own / name.lower()) for name in ("DATA", "CACHE", "CONFIG")}}
        if references:
            subprocess.run([sys.executable, *words], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        sleeper = subprocess.Popen([sys.executable, __file__, "--part", "beside", str(own / "beside.json"), "0"], stdin=subprocess.PIPE)
        found = child("analysis", own, str(mix), str(int(is_watched)), str(view))
        assert sleeper.stdin is not None
        sleeper.stdin.close()
        sleeper.wait()
        late = [(now, by) for now, by in json.loads((own / "beside.json").read_text("utf-8"))["late"]]
        marks = found["marks"]
        taken = marks["analysed"] - marks["opened"]
        say(f"{mix.name}, analysed in {taken:.1f} s, {'watched' if is_watched else 'not watched'}; load {os.getloadavg()[0]:.1f}")
        if "preview" in marks:
            say(f"  its waveform was there after {marks['preview'] - marks['opened']:.2f} s")
        told_delays("the window at rest", found["idle"])
        told_delays("the window, analysing", found["delays"])
        told_delays("the process beside", [by for now, by in late if marks["opened"] <= now <= marks["settled"]])
        if found["collections"]:
            say(f"  collections of garbage: {len(found['collections'])}, largest {1000 * max(found['collections']):.1f} ms")
        for one in found["worst"]:
            began = one["until"] - one["late"] - TICK_S
            machine = max((by for now, by in late if began <= now <= one["until"] + TICK_S), default=0.0)
            say(
                f"  at {one['at']:6.2f} s: late by {1000 * one['late']:5.1f} ms; the thread worked {1000 * one['worked']:5.1f}, collected"
                f" {1000 * one['collecting']:.1f}; beside: late by {1000 * machine:5.1f}; “{one['stage']}”"
            )
            for thread, ran in one["ran"].items():
                for place, count in ran:
                    say(f"      {count:3d} × {thread}: {place}")


def hours(home: Path) -> None:
    import numpy as np
    import soundfile

    file = home / "hour.wav"
    block = np.random.default_rng(0).normal(0, 0.1, (10 * RATE_HZ, 2)).astype(np.float32)
    with soundfile.SoundFile(file, "w", RATE_HZ, 2, "PCM_16") as out:
        for index in range(HOUR_S // 10):
            out.write(block * np.float32(0.2 + abs(np.sin(index / 9))))
    shown = child("hour", home, str(file))["shown"]
    say(
        f"an hour as WAV: first waveform painted {shown[0]:.2f} s after it was opened"
        if shown
        else "an hour as WAV: no waveform within 12 s"
    )
    say(f"  {len(shown)} waveforms, the last after {shown[-1]:.2f} s" if shown else "")


def main() -> None:
    if sys.argv[1:2] == ["--part"]:
        part, answer, began, *words = sys.argv[2:]
        parts: dict[str, Callable[[], None]] = {
            "start": lambda: start(Path(answer), float(began)),
            "beside": lambda: beside(Path(answer)),
            "analysis": lambda: analysis(Path(answer), Path(words[0]), words[1] == "1", int(words[2])),
            "hour": lambda: hour(Path(answer), Path(words[0])),
        }
        parts[part]()
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mix", nargs="?", type=Path, help="what is analysed (a song of shared/data)")
    parser.add_argument("--references", type=int, default=3, help="how many songs beside the mix are liked (3)")
    parser.add_argument("--view", type=int, default=-1, help="the view that is opened after the analysis, by its place (the first stays)")
    parser.add_argument("--only", choices=("start", "analysis", "hour"), action="append", help="this part alone")
    options = parser.parse_args()
    songs = sorted(SONGS.glob("*.stem.mp4"))
    mix = options.mix or (songs[0] if songs else None)
    wanted = options.only or ("start", "analysis", "hour")
    with tempfile.TemporaryDirectory() as folder:
        if "start" in wanted:
            starts(Path(folder))
        if "analysis" in wanted:
            if mix is None:
                sys.exit("name a mix to analyse: there is no shared/data here")
            analyses(Path(folder), mix.resolve(), [song for song in songs if song != mix][: options.references], options.view)
        if "hour" in wanted:
            hours(Path(folder))


if __name__ == "__main__":
    main()
