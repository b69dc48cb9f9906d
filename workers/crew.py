"""Processes that work until Ctrl-C: for the examples with several writers."""

import signal
from collections.abc import Callable, Sequence
from multiprocessing import Process, parent_process
from multiprocessing.connection import wait


def run(crew: Sequence[Process], meanwhile: Callable[[], object] = signal.pause) -> None:
    """Start processes, do something meanwhile, and end them when this one is interrupted.

    Ctrl-C reaches every process of a terminal. The crew inherits that it is blocked, so that only
    this one hears it, and not before all have started.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    for process in crew:
        process.start()
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        meanwhile()
    finally:
        for process in crew:
            process.kill()


def orphaned(after_s: float) -> bool:
    """Sleep, and say whether the process that started this one has gone."""
    parent = parent_process()
    return parent is None or bool(wait([parent.sentinel], after_s))
