"""The command line: `shmscope serve`, `shmscope demo` and `shmscope ls`."""

from __future__ import annotations

import argparse
import os
import select
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from types import FrameType

import shmscope
from shmscope.errors import PlatformError, ShmscopeError, UnknownArrayError

USAGE_ERROR = 2


def build_parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    parser = argparse.ArgumentParser(
        prog="shmscope",
        description="An oscilloscope for shared memory: see the arrays that processes share, live.",
    )
    parser.add_argument("--version", action="version", version=f"shmscope {shmscope.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_serving(
        commands, "serve", "watch the arrays that programs on this machine publish", _serve
    )
    _add_serving(commands, "demo", "start example writers and watch them", _demo)
    _add_listing(commands)
    return parser


def _add_listing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    summary = "list every shared-memory segment of this machine, published or not"
    command = commands.add_parser("ls", help=summary, description=summary)
    command.add_argument("pattern", nargs="?", default="*", help="name or shell pattern, quoted")
    command.add_argument("--json", action="store_true", help="everything known, for scripts")
    command.add_argument("--sort", choices=("name", "size", "users"), default="name")
    command.set_defaults(run=_list)


def _add_serving(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    summary: str,
    run: Callable[[argparse.Namespace], None],
) -> None:
    command = commands.add_parser(name, help=summary, description=summary)
    command.add_argument(
        "--host", default="127.0.0.1", help="loopback address to listen on (default %(default)s)"
    )
    command.add_argument(
        "--port", type=int, default=8765, help="port to listen on, 0 for any (default %(default)s)"
    )
    command.add_argument("--no-browser", action="store_true", help="do not open a browser")
    command.set_defaults(run=run)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 for what went wrong, 2 for what was misspelt."""
    options = build_parser().parse_args(arguments)
    try:
        _check_platform()
        options.run(options)
    except ShmscopeError as error:
        print(f"shmscope: {error.detail}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _check_platform() -> None:
    if not sys.platform.startswith("linux"):
        raise PlatformError(
            f"shmscope needs Linux: /proc, /dev/shm and preadv. This is {sys.platform}",
            value=sys.platform,
        )


def _list(options: argparse.Namespace) -> None:
    from shmscope import listing  # noqa: PLC0415 - --version and --help do without

    entries, inventory = listing.list_segments(options.pattern, options.sort)
    if options.pattern != "*" and not entries:
        raise UnknownArrayError(f"no segment or array matches {options.pattern!r}")
    show = listing.format_json if options.json else listing.format_table
    print(show(entries, inventory))


def _serve(options: argparse.Namespace) -> None:
    from shmscope.web.server import listen  # noqa: PLC0415 - --version and --help do without

    _end_like_interrupt()
    with listen(options.host, options.port) as listener:
        _run(listener, options)


def _demo(options: argparse.Namespace) -> None:
    from shmscope import demo  # noqa: PLC0415 - --version and --help do without
    from shmscope.web.server import listen  # noqa: PLC0415 - as above

    _end_like_interrupt()
    with listen(options.host, options.port) as listener, demo.start():
        _run(listener, options)


def _run(listener: socket.socket, options: argparse.Namespace) -> None:
    from shmscope.web.server import address_of, serve  # noqa: PLC0415 - as above

    address = address_of(listener)

    def ready() -> None:
        print(f"shmscope: {address}  (Ctrl-C stops)", flush=True)
        if not options.no_browser and _has_screen():
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve(listener, ready)


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
