from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mixassistant.errors import Cancelled
from mixassistant.features.models import essentia_process
from mixassistant.features.models.essentia_process import EssentiaFailure, EssentiaProcess, Graph

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no Essentia for Windows")

NOISY = """
import os
os.write(1, b"[   INFO   ] written by C++ to descriptor 1\\n" * 1000)
print("and by Python")

class Danceability:
    def __init__(self, **settings):
        os.write(1, b"more of it\\n")
    def __call__(self, samples):
        return float(samples.sum()), samples[:2]
"""

FATAL = """
import os, threading

class Danceability:
    def __init__(self, **settings): ...
    def __call__(self, samples):
        if samples[0] < 0: os.abort()
        if samples[0] > 1: threading.Event().wait()
        return 1.25, samples

class KeyExtractor:
    def __init__(self, **settings): ...
    def __call__(self, samples):
        return "Bb", "minor", 0.5
"""


def gone(pid: int) -> bool:
    """Tell whether a process neither runs nor waits to be buried."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def samples(first: float, count: int = 44_100) -> np.ndarray:
    wave = np.zeros(count, np.float32)
    wave[0] = first
    return wave


def test_what_libraries_print_does_not_reach_the_protocol(fake_essentia: Callable[[str], None], capfd: pytest.CaptureFixture[str]) -> None:
    fake_essentia(NOISY)
    with EssentiaProcess() as essentia:
        essentia.load(np.full(8, 0.25, np.float32))
        assert essentia.danceability() == 2.0
        assert essentia.danceability() == 2.0
    assert capfd.readouterr() == ("", "")


def test_a_crash_is_told_and_the_next_request_gets_a_new_process_with_the_same_recording(fake_essentia: Callable[[str], None]) -> None:
    fake_essentia(FATAL)
    with EssentiaProcess() as essentia:
        essentia.load(samples(-1.0))
        assert essentia.key("edma") == essentia_process.Key(10, True, 0.5)
        first = essentia.pid
        with pytest.raises(EssentiaFailure, match=r"ended by itself \(signal 6\)"):
            essentia.danceability()
        assert first is not None
        assert gone(first)
        assert essentia.key("edma").tonic == 10
        assert essentia.pid != first
        with pytest.raises(EssentiaFailure, match="ended by itself"):
            essentia.danceability()  # the recording was sent again, and is as deadly
        with pytest.raises(EssentiaFailure, match="ended by itself"):
            essentia.key("edma")  # twice is enough
        assert essentia.pid is None


def test_a_worker_killed_from_outside_is_a_crash(fake_essentia: Callable[[str], None]) -> None:
    fake_essentia(FATAL)
    seen: list[int] = []
    with EssentiaProcess(lambda stage, fraction: kill_once()) as essentia:

        def kill_once() -> None:
            if essentia.pid is not None and working and not seen:
                seen.append(essentia.pid)
                os.kill(essentia.pid, signal.SIGKILL)

        working = False
        essentia.load(samples(2.0))
        essentia.key("edma")
        working = True
        with pytest.raises(EssentiaFailure, match=r"signal 9"):
            essentia.danceability()
    assert gone(seen[0])


def test_cancelling_ends_the_worker_within_a_fifth_of_a_second(fake_essentia: Callable[[str], None]) -> None:
    fake_essentia(FATAL)
    asked_at = 0.0
    ticks: list[float] = []

    def progress(stage: str, fraction: float) -> None:
        ticks.append(time.monotonic())
        if asked_at and ticks[-1] > asked_at + 0.5:
            raise Cancelled

    with EssentiaProcess(progress) as essentia:
        essentia.load(samples(2.0))
        essentia.key("edma")
        pid = essentia.pid
        asked_at = time.monotonic()
        with pytest.raises(Cancelled):
            essentia.danceability()
        ended = time.monotonic()
    assert pid is not None
    assert gone(pid)
    assert ended - asked_at < 0.5 + 0.5  # half a second for a machine with other work to do
    waits = np.diff([t for t in ticks if t > asked_at])
    assert np.median(waits) < 0.2


def test_a_request_that_takes_too_long_is_given_up(fake_essentia: Callable[[str], None]) -> None:
    fake_essentia(FATAL)
    with EssentiaProcess(request_timeout_s=5.0) as essentia:
        essentia.load(samples(2.0))
        essentia.key("edma")
        pid = essentia.pid
        essentia._timeout_s = 0.3
        with pytest.raises(EssentiaFailure, match="did not answer"):
            essentia.danceability()
        assert pid is not None
        assert gone(pid)


def test_leaving_while_a_long_recording_is_being_sent_hangs_nowhere(fake_essentia: Callable[[str], None]) -> None:
    fake_essentia("import threading\nthreading.Event().wait()")  # nobody reads the pipe

    def progress(stage: str, fraction: float) -> None:
        raise Cancelled

    started = time.monotonic()
    with pytest.raises(Cancelled), EssentiaProcess(progress) as essentia:
        essentia.load(samples(0.0, 44_100 * 600))
        essentia.danceability()
    assert time.monotonic() - started < 2.0


def test_an_essentia_that_cannot_be_loaded_is_a_reason(fake_essentia: Callable[[str], None]) -> None:
    fake_essentia("raise ImportError('libavcodec.so.58: cannot open shared object file')")
    with EssentiaProcess() as essentia, pytest.raises(EssentiaFailure, match=r"cannot be loaded: libavcodec\.so\.58"):
        essentia.danceability()


def test_no_essentia_is_a_reason_and_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("subprocess.Popen", lambda *a, **k: pytest.fail("a process was started"))
    with EssentiaProcess() as essentia, pytest.raises(EssentiaFailure, match=r"^Essentia is not installed$"):
        essentia.key("edma")


def test_files_in_the_current_folder_do_not_stand_in_for_libraries(
    fake_essentia: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_essentia(FATAL)
    (tmp_path / "numpy.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    with EssentiaProcess() as essentia:
        essentia.load(samples(0.0))
        assert essentia.danceability() == 1.25


@pytest.mark.usefixtures("essentia")
def test_what_the_real_essentia_dislikes_is_one_short_line(weights: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.pb"
    damaged.write_bytes((weights / "msd-musicnn-1.pb").read_bytes()[:100_000])
    graph = Graph(weights / "msd-musicnn-1.pb", "TensorflowPredictMusiCNN", "no/such/node", "model/Sigmoid")
    with EssentiaProcess() as essentia:
        essentia.load(samples(0.1, 5 * 44_100))
        for bad in (
            graph,
            Graph(damaged, graph.algorithm, "model/Placeholder", "model/Sigmoid"),
            Graph(tmp_path / "absent.pb", graph.algorithm, "model/Placeholder", "model/Sigmoid"),
            Graph(graph.path, "NoSuchAlgorithm", "model/Placeholder", "model/Sigmoid"),
        ):
            with pytest.raises(EssentiaFailure, match=r"^Essentia refused it: ") as failure:
                essentia.predict(bad)
            assert len(str(failure.value)) < 160
        pid = essentia.pid
    assert pid is not None
    assert gone(pid)
