"""A few threads that measure beside each other: whole pieces of audio, and the parts of what takes long in one of them.

Torch, numba and numpy leave Python's lock while they work, so that threads use all processors and share what they read. Every thread
computes alone: on a busy machine, threads that share a single transform wait for each other longer than they work. Numbers do not depend
on which thread computes them, nor on how many there are.
"""

from __future__ import annotations

import concurrent.futures
import threading
from collections import deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

POLL_S = 0.1  # between two reports of progress
_STARTING = threading.Lock()


class Stopped(Exception):
    """Nobody waits for the result any more."""


class Crew:
    """Threads, and the work that waits for them; to be used as a context, whose end ends the threads.

    Parameters
    ----------
    size : int
        How many threads.
    """

    def __init__(self, size: int) -> None:
        self.stopped = threading.Event()
        """Set once nobody waits for results: what works in pieces looks at it between them."""
        self._size = size
        self._changed = threading.Condition()
        self._tasks: deque[_Work] = deque()
        self._parts: deque[_Work] = deque()
        self._is_over = False
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        import torch

        each_alone = threading.Barrier(self._size + 1)
        # What a thread sets holds for it and for all that torch has not seen yet: those of others are to have what they had.
        with _STARTING:
            before = torch.get_num_threads()
            for _ in range(self._size):
                self._threads.append(threading.Thread(target=self._run, args=(each_alone,), name="measuring", daemon=True))
                self._threads[-1].start()
            each_alone.wait()
            torch.set_num_threads(before)
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        with self._changed:
            self._is_over = True
            if kind is not None:
                self.stopped.set()
                for future, _function, _arguments in (*self._tasks, *self._parts):
                    future.cancel()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def tick(self) -> None:
        """Raise `Stopped` once nobody waits for the result any more."""
        if self.stopped.is_set():
            raise Stopped

    def start(self, function: Callable[..., Any], *arguments: Any) -> concurrent.futures.Future[Any]:
        """Let a thread call ``function(*arguments)``, where futures among the arguments stand for their results.

        These have been started before, so that they are done or running when this is taken up. What a thread of the crew starts is a
        part of its own work, and goes before whole tasks.
        """
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        with self._changed:
            (self._parts if self._is_inside else self._tasks).append((future, function, arguments))
            self._changed.notify_all()
        return future

    def finish(self, futures: Iterable[concurrent.futures.Future[Any]], report: Callable[[float], None]) -> None:
        """Wait until all are done, whether or not they failed.

        A thread of the crew works on parts meanwhile. Another calls `report` with the share that is done, ten times a second; it may raise.
        """
        waiting = list(futures)
        if self._is_inside:
            self._work(self._parts_only, lambda: all(future.done() for future in waiting))
            return
        while True:
            undone = [future for future in waiting if not future.done()]
            report(1.0 - len(undone) / max(len(waiting), 1))
            if not undone:
                return
            concurrent.futures.wait(undone, POLL_S, concurrent.futures.FIRST_COMPLETED)

    @property
    def _is_inside(self) -> bool:
        return threading.current_thread() in self._threads

    def _run(self, each_alone: threading.Barrier) -> None:
        import torch

        torch.set_num_threads(1)
        each_alone.wait()
        self._work(self._anything, lambda: self._is_over)

    def _anything(self) -> deque[_Work]:
        return self._parts or self._tasks

    def _parts_only(self) -> deque[_Work]:
        return self._parts

    def _work(self, waiting: Callable[[], deque[_Work]], is_over: Callable[[], bool]) -> None:
        while True:
            with self._changed:
                while not waiting() and not is_over():
                    self._changed.wait()
                if not waiting():
                    return
                future, function, arguments = waiting().popleft()
            _call(future, function, arguments)
            with self._changed:
                self._changed.notify_all()


_Work = tuple[concurrent.futures.Future[Any], Callable[..., Any], tuple[Any, ...]]


def _call(future: concurrent.futures.Future[Any], function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        found = function(*(a.result() if isinstance(a, concurrent.futures.Future) else a for a in arguments))
    except BaseException as error:  # noqa: BLE001 (whoever asks for the result gets it)
        future.set_exception(error)
    else:
        future.set_result(found)
