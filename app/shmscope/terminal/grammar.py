"""The command line's grammar: its commands and their options."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Final, NoReturn, TypeAlias

import shmscope
from shmscope.terminal import fleets, gateway
from shmscope.terminal.fleet_settings import AGENT_SETTINGS, HUB_SETTINGS
from shmscope.terminal.given import add_settings
from shmscope.terminal.settings import SETTINGS, Setting

MOST_SECONDS: Final = 3600.0
_NAME_HELP: Final = "name, shell pattern, path or id of an array or its segment"


class _Parser(argparse.ArgumentParser):
    """Repeats nothing of what was misspelt that could command a terminal."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end."""
        from shmscope.sources.process_facts import printable  # noqa: PLC0415 - --help does without

        super().error(printable(message))


Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"  # noqa: SLF001 - it has no other name


def build_parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    parser = _Parser(
        prog="shmscope",
        description="An oscilloscope for shared memory: see the arrays that processes share, live.",
    )
    parser.add_argument("--version", action="version", version=f"shmscope {shmscope.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_serving(commands, "serve", "watch the arrays that programs on this machine share")
    _add_serving(commands, "demo", "start example writers and watch them")
    _add_serving(commands, "hub", "watch this machine, and all hosts of a fleet", HUB_SETTINGS)
    _add_serving(commands, "agent", "show this machine to a hub, by no port", AGENT_SETTINGS)
    _add_listing(commands)
    _add_show(commands)
    _add_cat(commands)
    _add_doctor(commands)
    fleets.add_grammar(commands)
    gateway.add_grammar(commands)
    return parser


def _add_listing(commands: Commands) -> None:
    command = _add(commands, "ls", "list every shared-memory segment of this machine")
    command.add_argument("pattern", nargs="?", default="*", help="name or shell pattern, quoted")
    command.add_argument("--json", action="store_true", help="everything known, for scripts")
    command.add_argument("--sort", choices=("name", "size", "users"), default="name")
    command.add_argument("--pid", type=int, help="only what this process uses")
    command.add_argument(
        "--hub", metavar="URL", help="the arrays of all hosts of a hub, by its address or link"
    )
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
    command = _add(commands, "show", summary)
    command.add_argument("name", help=_NAME_HELP)
    command.add_argument("--json", action="store_true", help="everything known, for scripts")
    command.add_argument(
        "--seconds", type=float, default=1.0, help="how long to watch it (default %(default)s)"
    )


def _add_cat(commands: Commands) -> None:
    summary = "print values; exit code 3 if a write was under way at every attempt to copy them"
    command = _add(commands, "cat", summary)
    command.add_argument("name", help=_NAME_HELP)
    command.add_argument(
        "selection", nargs="?", default="...", help="numpy's basic selection: '0:10, ::2'"
    )
    command.add_argument("--format", choices=("text", "npy", "csv", "json"), default="text")


def _add_doctor(commands: Commands) -> None:
    summary = (
        "tell what is wrong; exit code 0 if all is well, 1 for a warning, 2 for what is critical, "
        "3 if that cannot be told"
    )
    command = _add(commands, "doctor", summary)
    command.add_argument(
        "pattern", nargs="?", help=f"{_NAME_HELP}; else all of them, and the host's shared memory"
    )
    command.add_argument("--all", action="store_true", help="also what is well")
    command.add_argument(
        "--seconds",
        type=_seconds,
        default=3.0,
        help="how long to watch (default %(default)s); how fast memory fills shows after 12",
    )
    forms = command.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="everything known, for scripts")
    forms.add_argument("--quiet", action="store_true", help="print nothing: the exit code tells")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to {MOST_SECONDS:g}")
    return seconds


def _add_serving(
    commands: Commands, name: str, summary: str, settings: Iterable[Setting] = SETTINGS
) -> None:
    add_settings(_add(commands, name, summary), settings)


def _add(commands: Commands, name: str, summary: str) -> argparse.ArgumentParser:
    """Add a command, with the options that say how bytes are arrays."""
    command = commands.add_parser(name, help=summary, description=summary)
    command.add_argument(
        "--array",
        action="append",
        default=[],
        metavar="LAYOUT",
        help="how a segment is an array: 'name=psm_1a2b dtype=<f4 shape=4,1024 offset=64'",
    )
    command.add_argument(
        "--config", metavar="FILE", help="a TOML file with layouts, folders and settings"
    )
    command.add_argument(
        "--root",
        action="append",
        default=[],
        metavar="FOLDER",
        help="another folder whose files are shared memory, beside /dev/shm",
    )
    return command
