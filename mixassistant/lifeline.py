"""Processes that end with the one that started them, however that one ended: a pipe between both, whose other end closes then.

Linux tells of the closed end by a signal, which reaches a process even while a library computes in it and holds the interpreter's
lock. Elsewhere a thread waits for it. (``PR_SET_PDEATHSIG`` would not do: it is sent when the *thread* ends that started the process.)
"""

from __future__ import annotations

import os
import signal
import sys
import threading

ORPHANED = 1  # exit code: nobody is left to read it


def end_with(pipe: int) -> None:
    """End this process, without tidying up, as soon as nobody holds the other end of a pipe.

    Parameters
    ----------
    pipe : int
        The end to read from: a file descriptor, or a handle on Windows, on which nothing is ever sent from now on. It stays open.
    """
    if sys.platform == "linux":
        import fcntl

        signal.signal(signal.SIGIO, signal.SIG_DFL)  # ends the process
        fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    # There too: the other end may have closed before the signal was asked for.
    threading.Thread(target=_wait, args=(pipe,), name="lifeline", daemon=True).start()


def end_with_pool() -> None:
    """End this process, one of a pool of `multiprocessing`, with the process that made the pool."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        end_with(parent.sentinel)


def _wait(pipe: int) -> None:
    from multiprocessing.connection import wait

    wait([pipe])
    os._exit(ORPHANED)
