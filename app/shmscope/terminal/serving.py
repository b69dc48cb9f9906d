"""`shmscope serve`, `demo` and `hub`: a server until Ctrl-C, or until its terminal goes away."""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import FrameType

from shmscope.terminal.logs import logging_to_stderr
from shmscope.terminal.service import Service
from shmscope.web.fleet_face import Fleet
from shmscope.web.server import address_of, listen, serve

log = logging.getLogger(__name__)


def run(
    service: Service,
    beside: Callable[[], AbstractContextManager[object]],
    hosts: Callable[[], AbstractContextManager[Fleet | None]] = nullcontext,
) -> None:
    """Serve until a signal ends it.

    Args:
        service: What was asked for.
        beside: Called once the address is ours: what runs as long as the server.
        hosts: Called then, too: the other hosts of a hub.

    Raises:
        AddressError: it cannot be listened on, or is taken.
        ConfigurationError: the certificate cannot be used.
    """
    _end_like_interrupt()
    with (
        logging_to_stderr(service.log_form, service.log_level),
        listen(*service.address, service.access) as listener,
        beside(),
        hosts() as fleet,
    ):
        _warn(service)
        _serve(listener, service, fleet)


def _warn(service: Service) -> None:
    for caution in (service.access.caution(service.address[0]), *service.cautions):
        if caution is not None:
            print(f"shmscope: {caution}", file=sys.stderr, flush=True)


def _serve(listener: socket.socket, service: Service, fleet: Fleet | None) -> None:
    address = address_of(listener, service.access)
    link = service.access.link(address) if service.shows_token else address

    def ready() -> None:
        log.info("serving", extra={"address": address})
        print(f"shmscope: {link}  (Ctrl-C stops)", flush=True)
        if service.browser and _has_screen():
            threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()

    given = service.configuration, service.quota, service.limits
    try:
        serve(listener, ready, *given, access=service.access, fleet=fleet)
    finally:
        log.info("ended", extra={"address": address})


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
