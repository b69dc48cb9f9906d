"""`shmscope serve` and `shmscope demo`: a server until Ctrl-C, or until its terminal goes away."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import FrameType

from shmscope.sources.configuration import Configuration
from shmscope.web.allowance import Quota
from shmscope.web.server import address_of, listen, serve


def run(
    address: tuple[str, int],
    configuration: Configuration,
    quota: Quota,
    beside: Callable[[], AbstractContextManager[object]],
    *,
    browser: bool,
) -> None:
    """Serve until a signal ends it.

    Args:
        address: Host and port to listen on.
        configuration: Layouts that the user gave.
        quota: What each client may be sent a second.
        beside: Called once the address is ours: what runs as long as the server.
        browser: Whether to open one, where there is a screen.

    Raises:
        AddressError: not loopback, or taken.
    """
    _end_like_interrupt()
    with listen(*address) as listener, beside():
        _serve(listener, configuration, quota, browser=browser)


def _serve(
    listener: socket.socket, configuration: Configuration, quota: Quota, *, browser: bool
) -> None:
    address = address_of(listener)

    def ready() -> None:
        print(f"shmscope: {address}  (Ctrl-C stops)", flush=True)
        if browser and _has_screen():
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve(listener, ready, configuration, quota)


def _has_screen() -> bool:
    """Whether a browser would have a window: else a text browser may take the terminal over."""
    return "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ


def _end_like_interrupt() -> None:
    """Have SIGTERM, and a terminal that goes away, stop everything as Ctrl-C does.

    The server raises a signal again after it has ended: by default SIGTERM then kills.
    """

    def hang_up(_number: int, _frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, hang_up)
        if sys.stdin is not None and sys.stdin.isatty():
            _watch_terminal(sys.stdin.fileno())


def _watch_terminal(descriptor: int) -> None:
    """Hang up when the terminal does: the kernel tells its session leader only, maybe make."""
    terminal = select.poll()
    terminal.register(descriptor, 0)  # a hang-up is told without being asked for

    def wait() -> None:
        terminal.poll()
        os.kill(os.getpid(), signal.SIGHUP)

    threading.Thread(target=wait, name="terminal", daemon=True).start()
