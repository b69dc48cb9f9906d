"""The command line: `shmscope serve`, `hub`, `agent`, `ls` and the rest."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Final

from shmscope.errors import (
    ConfigurationError,
    LayoutError,
    PlatformError,
    SelectionError,
    ShmscopeError,
)
from shmscope.terminal.grammar import build_parser

if TYPE_CHECKING:
    from shmscope.sources.configuration import Configuration

USAGE_ERROR = 2
TORN = 3
FILE_VARIABLE = "SHMSCOPE_CONFIG"  # for every command
CANNOT_TELL = 3  # of the doctor, whose 1 and 2 are levels


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Returns:
        0; 1 for what went wrong, or was not found; 2 for what was misspelt; 3 for a torn copy. Of
        the doctor, the worst level as 0, 1 or 2, and 3 for whatever kept it from telling.
    """
    options = _parse(sys.argv[1:] if arguments is None else arguments)
    try:
        _check_platform()
        return COMMANDS[options.command](options) or 0
    except ShmscopeError as error:
        _complain(error.detail)
        failure = USAGE_ERROR if isinstance(error, ConfigurationError) else 1
    except BrokenPipeError:  # whoever reads the output has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stands until the interpreter ends
        failure = 0
    except KeyboardInterrupt:
        failure = 0
    except Exception:
        if options.command != "doctor":
            raise
        traceback.print_exc()  # Python itself would end with 1, which is a warning
        failure = 1
    return failure if options.command != "doctor" else CANNOT_TELL


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    try:
        return build_parser().parse_args(arguments)
    except SystemExit as end:
        if end.code == USAGE_ERROR and "doctor" in arguments[:1]:
            raise SystemExit(CANNOT_TELL) from None
        raise


def _complain(sentence: str) -> None:
    """Say what is wrong; names in it may hold what would command a terminal."""
    from shmscope.sources.process_facts import printable  # noqa: PLC0415 - --version does without

    print(f"shmscope: {printable(sentence)}", file=sys.stderr)


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
    path = options.config or os.environ.get(FILE_VARIABLE) or None
    return Configuration(path, rules, options.root)


def _list(options: argparse.Namespace) -> None:
    from shmscope.terminal import listing  # noqa: PLC0415 - --version and --help do without

    wish = listing.Wish(options.pattern, options.sort, options.pid, as_json=options.json)
    if options.hub is None:
        listing.run(wish, _configuration(options), options.watch)
    else:
        from shmscope.terminal import hub_listing  # noqa: PLC0415 - as above

        hub_listing.run(wish, options.hub, options.watch)


def _show(options: argparse.Namespace) -> None:
    from shmscope.terminal import details  # noqa: PLC0415 - as above

    found = details.describe(_configuration(options), options.name, options.seconds)
    if options.json:
        _print(details.format_json(found))
    else:
        _print("\n\n".join(details.format_text(row) for row in found))


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
    _complain("torn: a write was under way at every attempt")
    return TORN


def _diagnose(options: argparse.Namespace) -> int:
    from shmscope.terminal import doctor  # noqa: PLC0415 - as above

    found = doctor.diagnose(_configuration(options), options.pattern, options.seconds)
    if not options.quiet:
        form = doctor.format_json if options.json else doctor.format_text
        _print(form(found, everything=options.all))
    return doctor.exit_code(found)


def _print(text: str) -> None:
    """Print a text as far as it is read, and whatever the terminal's encoding."""
    encoding = sys.stdout.encoding or "utf-8"
    with suppress(BrokenPipeError):
        sys.stdout.buffer.write(f"{text}\n".encode(encoding, "backslashreplace"))
        sys.stdout.flush()
        return
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - stands until the interpreter ends


def _found(options: argparse.Namespace) -> None:
    from shmscope.terminal import fleets  # noqa: PLC0415 - as above

    fleets.run(options)


def _carry(options: argparse.Namespace) -> None:
    from shmscope.terminal import gateway  # noqa: PLC0415 - as above

    gateway.run(options)


def _serve(options: argparse.Namespace) -> None:
    _run(options, nullcontext)


def _demo(options: argparse.Namespace) -> None:
    from shmscope import demo  # noqa: PLC0415 - as above

    _run(options, demo.start)


def _hub(options: argparse.Namespace) -> None:
    from shmscope.terminal import hub, serving  # noqa: PLC0415 - as above
    from shmscope.terminal.fleet_settings import HUB_SETTINGS  # noqa: PLC0415 - as above
    from shmscope.terminal.given import Given  # noqa: PLC0415 - as above
    from shmscope.terminal.service import service_of  # noqa: PLC0415 - as above

    configuration = _configuration(options)
    table, path = configuration.server, configuration.path
    given = Given(options, os.environ, table, path, HUB_SETTINGS)
    hosts = hub.hub_of(given)
    serving.run(service_of(given, configuration), nullcontext, lambda: hub.hosts_of(hosts))


def _speak(options: argparse.Namespace) -> None:
    from shmscope.terminal import agent  # noqa: PLC0415 - as above
    from shmscope.terminal.fleet_settings import AGENT_SETTINGS  # noqa: PLC0415 - as above
    from shmscope.terminal.given import Given  # noqa: PLC0415 - as above

    configuration = _configuration(options)
    table, path = configuration.server, configuration.path
    given = Given(options, os.environ, table, path, AGENT_SETTINGS)
    agent.run(agent.agent_of(given, configuration))


def _run(options: argparse.Namespace, beside: Callable[[], AbstractContextManager[object]]) -> None:
    from shmscope.terminal import serving  # noqa: PLC0415 - as above
    from shmscope.terminal.given import Given  # noqa: PLC0415 - as above
    from shmscope.terminal.service import service_of  # noqa: PLC0415 - as above

    configuration = _configuration(options)
    given = Given(options, os.environ, configuration.server, configuration.path)
    serving.run(service_of(given, configuration), beside)


COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], int | None]]] = {
    "serve": _serve,
    "demo": _demo,
    "hub": _hub,
    "agent": _speak,
    "ls": _list,
    "show": _show,
    "cat": _cat,
    "doctor": _diagnose,
    "fleet": _found,
    "gateway": _carry,
}
