"""The command line: `shmscope serve`, `demo`, `ls`, `show` and `cat`."""

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
from typing import TYPE_CHECKING, TypeAlias

import shmscope
from shmscope.errors import (
    ConfigurationError,
    LayoutError,
    PlatformError,
    SelectionError,
    ShmscopeError,
)

if TYPE_CHECKING:
    from shmscope.sources.configuration import Configuration

USAGE_ERROR = 2
TORN = 3
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no other name


def build_parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    parser = argparse.ArgumentParser(
        prog="shmscope",
        description="An oscilloscope for shared memory: see the arrays that processes share, live.",
    )
    parser.add_argument("--version", action="version", version=f"shmscope {shmscope.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_serving(commands, "serve", "watch the arrays that programs on this machine share", _serve)
    _add_serving(commands, "demo", "start example writers and watch them", _demo)
    _add_listing(commands)
    _add_show(commands)
    _add_cat(commands)
    return parser


def _add_listing(commands: Commands) -> None:
    command = _add(commands, "ls", "list every shared-memory segment of this machine", _list)
    command.add_argument("pattern", nargs="?", default="*", help="name or shell pattern, quoted")
    command.add_argument("--json", action="store_true", help="everything known, for scripts")
    command.add_argument("--sort", choices=("name", "size", "users"), default="name")
    command.add_argument("--pid", type=int, help="only what this process uses")
    command.add_argument(
        "--watch",
        nargs="?",
        type=float,
        const=2.0,
        metavar="SECONDS",
        help="list again every so many seconds (default %(const)s) until Ctrl-C",
    )


def _add_show(commands: Commands) -> None:
    summary = "show one array: layout, processes, health, statistics"
    command = _add(commands, "show", summary, _show)
    command.add_argument("name", help=_NAME_HELP)
    command.add_argument("--json", action="store_true", help="everything known, for scripts")
    command.add_argument(
        "--seconds", type=float, default=1.0, help="how long to watch it (default %(default)s)"
    )


def _add_cat(commands: Commands) -> None:
    summary = "print values; exit code 3 if a write was under way at every attempt to copy them"
    command = _add(commands, "cat", summary, _cat)
    command.add_argument("name", help=_NAME_HELP)
    command.add_argument(
        "selection", nargs="?", default="...", help="numpy's basic selection: '0:10, ::2'"
    )
    command.add_argument("--format", choices=("text", "npy", "csv", "json"), default="text")


_NAME_HELP = "name, shell pattern, path or id of an array or its segment"


def _add_serving(
    commands: Commands, name: str, summary: str, run: Callable[[argparse.Namespace], None]
) -> None:
    command = _add(commands, name, summary, run)
    command.add_argument(
        "--host", default="127.0.0.1", help="loopback address to listen on (default %(default)s)"
    )
    command.add_argument(
        "--port", type=int, default=8765, help="port to listen on, 0 for any (default %(default)s)"
    )
    command.add_argument("--no-browser", action="store_true", help="do not open a browser")


def _add(
    commands: Commands, name: str, summary: str, run: Callable[[argparse.Namespace], int | None]
) -> argparse.ArgumentParser:
    """Add a command, with the options that say how bytes are arrays."""
    command = commands.add_parser(name, help=summary, description=summary)
    command.set_defaults(run=run)
    command.add_argument(
        "--array",
        action="append",
        default=[],
        metavar="LAYOUT",
        help="how a segment is an array: 'name=psm_1a2b dtype=<f4 shape=4,1024 offset=64'",
    )
    command.add_argument("--config", metavar="FILE", help="a TOML file with layouts and folders")
    command.add_argument(
        "--root",
        action="append",
        default=[],
        metavar="FOLDER",
        help="another folder whose files are shared memory, beside /dev/shm",
    )
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Returns:
        0; 1 for what went wrong, or was not found; 2 for what was misspelt; 3 for a torn copy.
    """
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        _check_platform()
        return options.run(options) or 0
    except ConfigurationError as error:
        print(f"shmscope: {error.detail}", file=sys.stderr)
        return USAGE_ERROR
    except ShmscopeError as error:
        print(f"shmscope: {error.detail}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever reads the output has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stands until the interpreter ends
        return 0
    except KeyboardInterrupt:
        pass
    return 0


def _check_platform() -> None:
    if not sys.platform.startswith("linux"):
        raise PlatformError(
            f"shmscope needs Linux: /proc, /dev/shm and preadv. This is {sys.platform}",
            value=sys.platform,
        )


def _configuration(options: argparse.Namespace) -> Configuration:
    from shmscope.layout.hand import parse_option  # noqa: PLC0415 - --version does without
    from shmscope.sources.configuration import Configuration  # noqa: PLC0415 - as above

    for root in options.root:
        if not os.path.isdir(root):
            raise ConfigurationError(f"--root {root}: there is no such folder", value=root)
    rules = []
    for text in options.array:
        try:
            rules.append(parse_option(text))
        except LayoutError as error:
            raise ConfigurationError(f"--array {text!r}: {error.detail}", value=text) from None
    return Configuration(options.config, rules, options.root)


def _list(options: argparse.Namespace) -> None:
    from shmscope.terminal import listing  # noqa: PLC0415 - --version and --help do without

    wish = listing.Wish(options.pattern, options.sort, options.pid, as_json=options.json)
    listing.run(wish, _configuration(options), options.watch)


def _show(options: argparse.Namespace) -> None:
    from shmscope.terminal import details  # noqa: PLC0415 - as above

    found = details.describe(_configuration(options), options.name, options.seconds)
    if options.json:
        print(details.format_json(found))
    else:
        print("\n\n".join(details.format_text(row) for row in found))


def _cat(options: argparse.Namespace) -> int:
    from shmscope.terminal import copies  # noqa: PLC0415 - as above

    if options.format == "npy" and sys.stdout.isatty():
        raise SelectionError("npy is not for a terminal: send it to a file with '> values.npy'")
    wanted = copies.Wanted(options.name, options.selection, options.format)
    text, verdict = copies.copy(_configuration(options), wanted)
    sys.stdout.buffer.write(text)
    sys.stdout.flush()
    if verdict != "torn":
        return 0
    print("shmscope: torn: a write was under way at every attempt", file=sys.stderr)
    return TORN


def _serve(options: argparse.Namespace) -> None:
    from shmscope.web.server import listen  # noqa: PLC0415 - --version and --help do without

    _end_like_interrupt()
    configuration = _configuration(options)
    with listen(options.host, options.port) as listener:
        _run(listener, options, configuration)


def _demo(options: argparse.Namespace) -> None:
    from shmscope import demo  # noqa: PLC0415 - --version and --help do without
    from shmscope.web.server import listen  # noqa: PLC0415 - as above

    _end_like_interrupt()
    configuration = _configuration(options)
    with listen(options.host, options.port) as listener, demo.start():
        _run(listener, options, configuration)


def _run(
    listener: socket.socket, options: argparse.Namespace, configuration: Configuration
) -> None:
    from shmscope.web.server import address_of, serve  # noqa: PLC0415 - as above

    address = address_of(listener)

    def ready() -> None:
        print(f"shmscope: {address}  (Ctrl-C stops)", flush=True)
        if not options.no_browser and _has_screen():
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve(listener, ready, configuration)


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
