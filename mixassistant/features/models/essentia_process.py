"""Essentia in a process of its own: started once, asked many times, ended for certain."""

from __future__ import annotations

import importlib.util
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from mixassistant import paths
from mixassistant.errors import MissingError
from mixassistant.features.models.framing import Arrays, BrokenFrame, Frame, read_frame, write_frame
from mixassistant.progress import Progress, silent

WORKER = "mixassistant.features.models.essentia_worker"
BUNDLED_WORKER = "mixassistant-essentia"  # the worker's executable in a bundle
SAMPLE_RATE_HZ = 44_100
POLL_S = 0.05  # progress, and with it cancelling, is due every 0.2 s
START_TIMEOUT_S = 120.0  # 300 MB of libraries, perhaps from a cold and slow disk
REQUEST_TIMEOUT_S = 60.0  # and twice the recording on top: the slowest network runs at 1/20 of real time on two cores
REAL_TIME_FACTOR = 2.0
ERROR_LIMIT = 120  # characters of what Essentia says: it lists every node of a graph
CRASH_LIMIT = 2  # a process that ended by itself is started again once for a recording

TONICS: Mapping[str, int] = {
    "C": 0, "C#": 1, "Db": 1, "D": 2, "D#": 3, "Eb": 3, "E": 4, "F": 5, "F#": 6, "Gb": 6,
    "G": 7, "G#": 8, "Ab": 8, "A": 9, "A#": 10, "Bb": 10, "B": 11,
}  # fmt: skip
"""Pitch class of a name as Essentia writes it."""


class EssentiaFailure(MissingError):
    """Essentia is not there, ended by itself, took too long or refused; the message is the reason for a value that is not there."""


@dataclass(frozen=True)
class Key:
    """A key: pitch class of the tonic (0 is C), mode, and the correlation with its profile."""

    tonic: int
    minor: bool
    strength: float


@dataclass(frozen=True)
class Graph:
    """A network as Essentia runs it: a frozen TensorFlow graph, the algorithm that feeds it, and its nodes."""

    path: Path
    algorithm: str
    input: str
    output: str


class EssentiaProcess:
    """A worker process with Essentia, as a context manager.

    Parameters
    ----------
    progress : Progress
        Called at least every 200 ms while the worker works; what it raises ends the request, and leaving the context ends the process.
    request_timeout_s : float, optional
        For each request; by default as long as the recording makes likely.

    Raises
    ------
    EssentiaFailure
        By every request: not installed, ended by itself, too slow, or refused by Essentia.
    """

    def __init__(self, progress: Progress = silent, request_timeout_s: float | None = None) -> None:
        self.progress = progress
        self._timeout_s = request_timeout_s
        self._samples: NDArray[np.float32] = np.zeros(0, np.float32)
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[Frame | None] = queue.Queue()
        self._threads: list[threading.Thread] = []
        self._lifeline: int | None = None
        self._crashes = 0
        self._last_crash = ""
        self._at = ("Starting Essentia", 0.0)

    def __enter__(self) -> EssentiaProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The worker's process id, where one runs."""
        return self._process.pid if self._process is not None else None

    def at(self, stage: str, fraction: float) -> None:
        """Say what the next requests are for, in the words that progress is to carry."""
        self._at = (stage, fraction)
        self.tick()

    def tick(self) -> None:
        """Tell progress where we are."""
        self.progress(*self._at)

    def load(self, samples: NDArray[np.float32]) -> None:
        """Set the recording that requests are about, mono at 44.1 kHz, ``[shape=(n,)]``; it is sent when something is asked."""
        self._samples = np.ascontiguousarray(samples, dtype=np.float32)
        self._crashes = 0
        if self._process is not None:
            self._ask(Frame({"do": "load"}, {"samples": self._samples}))

    def key(self, profile: str) -> Key:
        """Return the recording's key by one of Essentia's key profiles."""
        answer = self.ask({"do": "key", "profile": profile}).header
        return Key(TONICS[answer["tonic"]], bool(answer["minor"]), float(answer["strength"]))

    def danceability(self) -> float:
        """Return the recording's danceability by detrended fluctuation analysis, ungated."""
        return float(self.ask({"do": "danceability"}).header["value"])

    def predict(self, graph: Graph, features: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Run a network over the recording, or over features such as another network's embeddings.

        Returns
        -------
        array, ``[shape=(patches, outputs)]``
            No rows where the recording is shorter than a patch.
        """
        header = {"do": "predict", "algorithm": graph.algorithm, "graph": str(graph.path), "input": graph.input, "output": graph.output}
        return self.ask(header, {} if features is None else {"features": features}).arrays["predictions"]

    def ask(self, header: Mapping[str, Any], arrays: Arrays | None = None) -> Frame:
        """Send a request and wait for its answer, starting the process where none runs."""
        if self._process is None:
            self._start()
            self._ask(Frame({"do": "load"}, {"samples": self._samples}))
        return self._ask(Frame(header, arrays or {}))

    def close(self) -> None:
        """End the process, whatever it is doing, and wait until it is gone."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for thread in self._threads:
                thread.join()
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):  # what was not yet sent goes nowhere
                    if stream is not None:
                        stream.close()
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None
        self._threads, self._answers = [], queue.Queue()

    def _start(self) -> None:
        if self._crashes >= CRASH_LIMIT:
            raise EssentiaFailure("essentia-crashed", self._last_crash)
        command = worker_command()
        if not command:
            raise EssentiaFailure("no-essentia", "Essentia is not installed")
        roots = [str(paths.import_root()), os.environ.get("PYTHONPATH", "")]
        watched, self._lifeline = os.pipe()  # the end that is kept closes with this process, whatever ends it
        try:
            self._process = process = subprocess.Popen(
                [*command, str(watched)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, roots))},
                pass_fds=(watched,),
            )
        except OSError:
            self.close()
            raise
        finally:
            os.close(watched)
        self._run(self._read, process.stdout)
        hello = self._wait(START_TIMEOUT_S)
        if "absent" in hello.header:
            self.close()
            raise EssentiaFailure("no-essentia", f"Essentia cannot be loaded: {hello.header['absent']}")

    def _ask(self, request: Frame) -> Frame:
        assert self._process is not None
        self._run(self._write, self._process.stdin, request)
        timeout_s = self._timeout_s or REQUEST_TIMEOUT_S + REAL_TIME_FACTOR * self._samples.size / SAMPLE_RATE_HZ
        answer = self._wait(timeout_s)
        if "error" in answer.header:
            raise EssentiaFailure("essentia-refused", f"Essentia refused it: {_short(answer.header['error'])}")
        return answer

    def _wait(self, timeout_s: float) -> Frame:
        """Wait for an answer, telling progress meanwhile."""
        deadline = time.monotonic() + timeout_s
        while True:
            with suppress(queue.Empty):
                answer = self._answers.get(timeout=POLL_S)
                if answer is None:
                    raise self._crashed()
                self._threads = [thread for thread in self._threads if thread.is_alive()]
                return answer
            try:
                self.tick()
            except BaseException:
                self.close()  # its answer, when it came, would be taken for the next one's
                raise
            if time.monotonic() > deadline:
                self._crashes += 1
                self._last_crash = f"Essentia did not answer within {timeout_s:.0f} s"
                self.close()
                raise EssentiaFailure("essentia-too-slow", self._last_crash)

    def _crashed(self) -> EssentiaFailure:
        """Clear up after a process that closed its pipe, and say how it ended."""
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1.0)
        code = self._process.poll()
        how = "stopped answering" if code is None else f"ended by itself ({f'signal {-code}' if code < 0 else f'code {code}'})"
        self.close()
        self._crashes += 1
        self._last_crash = f"Essentia's process {how}"
        return EssentiaFailure("essentia-crashed", self._last_crash)

    def _run(self, work: Any, *arguments: Any) -> None:
        # Pipes block, and on Windows nothing can wait for them with a time limit: a thread for each direction can.
        thread = threading.Thread(target=work, args=(*arguments, self._answers), daemon=True)
        thread.start()
        self._threads.append(thread)

    @staticmethod
    def _read(stream: IO[bytes], answers: queue.Queue[Frame | None]) -> None:
        try:
            while (frame := read_frame(stream)) is not None:  # type: ignore[arg-type] # IO[bytes] is a BinaryIO in all but name
                answers.put(frame)
        except (BrokenFrame, OSError, ValueError):
            pass  # dead or closed: the same end
        answers.put(None)

    @staticmethod
    def _write(stream: IO[bytes], request: Frame, _answers: queue.Queue[Frame | None]) -> None:
        with suppress(OSError, ValueError):  # the reader tells that the process is gone
            write_frame(stream, request)  # type: ignore[arg-type]


def worker_command() -> list[str]:
    """Return the words that start the worker; none where Essentia is not installed."""
    if getattr(sys, "frozen", False):  # a bundle's executable is no Python interpreter: the worker has one of its own beside it
        beside = Path(sys.executable).with_name(BUNDLED_WORKER).with_suffix(Path(sys.executable).suffix)
        return [str(beside)] if beside.exists() else []
    if importlib.util.find_spec("essentia") is None:
        return []
    return [sys.executable, "-P", "-m", WORKER]  # -P: whatever lies in the current folder must not stand in for a library


def _short(error: str) -> str:
    """Return what Essentia said without the names of its classes, and without the lists that it adds."""
    said = re.sub(r"^(\w+Error: |Error while \w+ing \w+: |\w+: )+", "", error)
    return said.splitlines()[0].rstrip(".")[:ERROR_LIMIT]
