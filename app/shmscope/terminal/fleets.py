"""`shmscope fleet init` and `shmscope fleet add`: certificates for people who have none."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shmscope.errors import ConfigurationError
from shmscope.fleet.endpoints import PORT
from shmscope.fleet.keys import NO_SITE, check_name
from shmscope.terminal.texts import write

if TYPE_CHECKING:
    from shmscope.fleet.founding import Made

_DAYS: Final = 825  # as long as browsers and systems let a certificate live
_MOST_DAYS: Final = 3650


def add_grammar(commands: argparse._SubParsersAction[Any]) -> None:
    """Give the command line `fleet`, with its two commands."""
    summary = "make certificates for a hub and its hosts"
    group = commands.add_parser("fleet", help=summary, description=summary)
    parts = group.add_subparsers(dest="part", required=True, metavar="COMMAND")
    init = parts.add_parser("init", help="make an authority, and certificates for all")
    init.add_argument(
        "--hub",
        required=True,
        metavar="NAME[,ADDRESS...]",
        help="the hub's name, and further names and addresses that hosts connect to",
    )
    add = parts.add_parser("add", help="make certificates for more hosts")
    add.add_argument("--site", default=NO_SITE, help="the site that they belong to")
    add.add_argument(
        "--gateway",
        metavar="NAME[,ADDRESS...]",
        help="name of a gateway for the --site, and addresses that the site's hosts connect to",
    )
    for part in (init, add):
        _add_shared(part)


def _add_shared(part: argparse.ArgumentParser) -> None:
    """Give a command what both have."""
    part.add_argument("directory", type=Path, help="folder of the fleet; keep it to yourself")
    part.add_argument(
        "--host",
        action="append",
        default=[],
        metavar="NAME",
        help="name of a host; may be given again and again",
    )
    part.add_argument(
        "--days",
        type=_days,
        default=_DAYS,
        help="how long certificates are valid (default %(default)s)",
    )


def run(options: argparse.Namespace) -> None:
    """Make what was asked for, and say what to copy where.

    Raises:
        ConfigurationError: a name cannot be, or something would be overwritten.
        PlatformError: the extra is not installed.
    """
    (_init if options.part == "init" else _add)(options)


def _init(options: argparse.Namespace) -> None:
    from shmscope.fleet.founding import found_fleet, keep  # noqa: PLC0415 - --help does without

    names = [part.strip() for part in options.hub.split(",")]
    hub, *hosts = found_fleet(options.directory, names, options.host, options.days)
    about = [
        *_about_hub(hub, names[-1]),
        *_about_hosts(hosts, names[-1], NO_SITE),
        *_about_all(hub),
    ]
    text = "\n".join(about)
    keep(options.directory, text)
    write(text)


def _add(options: argparse.Namespace) -> None:
    from shmscope.fleet import founding  # noqa: PLC0415 - --help does without

    folder, site = options.directory, check_name(options.site, "--site")
    if not (options.host or options.gateway):
        raise ConfigurationError("--host NAME, or --gateway NAME, says what is to be added")
    if options.gateway and site == NO_SITE:
        raise ConfigurationError(
            "--gateway needs --site: a gateway speaks for the hosts of one site", field="site"
        )
    hub, lines = founding.names_of(folder / "hub")[-1], list[str]()
    if options.gateway:
        names = [part.strip() for part in options.gateway.split(",")]
        made = founding.add_gateway(folder, names, site, options.days)
        lines += _about_gateway(made, names[-1], hub)
    place = founding.above(folder, site)
    hosts = founding.add_hosts(folder, options.host, site, options.days)
    lines += _about_members(place, hub=folder / "hub", gateway=bool(options.gateway))
    write("\n".join([*lines, *_about_hosts(hosts, founding.names_of(place)[-1], site)]))


def _about_gateway(gateway: Made, address: str, hub: str) -> list[str]:
    return [
        f"Copy {shlex.quote(str(gateway.folder))} to {gateway.name}, and there, in it, run",
        f"  {gateway_command(address, hub)}",
        f"Its certificate is valid until {gateway.ends:%Y-%m-%d}.",
    ]


def _about_members(place: Path, *, hub: Path, gateway: bool) -> list[str]:
    """Say which files of members have changed, and that they are read at the start alone."""
    changed = {hub: "hub"} if gateway or place == hub else {place: "gateway"}
    return [
        f"Copy {shlex.quote(str(folder / 'members.toml'))} to the {name} again, and start it again:"
        " until then\nwhat is new is not heard. The others come back by themselves."
        for folder, name in changed.items()
    ]


def _about_hub(hub: Made, address: str) -> list[str]:
    return [
        f"Copy {shlex.quote(str(hub.folder))} to {hub.name}, and there, in that folder, run",
        f"  {hub_command(address)}",
    ]


def _about_hosts(hosts: Sequence[Made], hub: str, site: str) -> list[str]:
    lines = ["Copy the folder of each host to it, and there, in that folder, run its command:"]
    for host in hosts:
        lines += [
            f"{shlex.quote(str(host.folder))}, valid until {host.ends:%Y-%m-%d}",
            f"  {agent_command(hub, host.name, site)}",
        ]
    return lines if hosts else []


def _about_all(hub: Made) -> list[str]:
    return [
        f"The hub's certificate is valid until {hub.ends:%Y-%m-%d}; a session ends with it. Keep",
        "authority.key: it makes certificates for more hosts, and for whoever else has it.",
    ]


def hub_command(hub: str) -> str:
    """Return what is run on a hub that is reached by an address, in its folder."""
    return (
        f"shmscope hub --fleet-listen {_everywhere(hub)}:{PORT} "
        "--fleet-certificate certificate.pem --fleet-key key.pem "
        "--fleet-authority authority.pem --fleet-members members.toml"
    )


def gateway_command(gateway: str, hub: str) -> str:
    """Return what is run on a gateway that is reached by an address, in its folder."""
    return (
        f"shmscope gateway --hub {_bracketed(hub)}:{PORT} --listen {_everywhere(gateway)}:{PORT} "
        "--certificate certificate.pem --key key.pem --authority authority.pem "
        "--members members.toml"
    )


def agent_command(hub: str, name: str, site: str) -> str:
    """Return what is run on a host, in its folder."""
    place = f" --site {shlex.quote(site)}" if site != NO_SITE else ""
    return (
        f"shmscope agent --hub {_bracketed(hub)}:{PORT} --name {shlex.quote(name)}{place} "
        "--certificate certificate.pem --key key.pem --authority authority.pem"
    )


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _everywhere(address: str) -> str:
    """Return the address that stands for all of the family of another."""
    return "[::]" if ":" in address else "0.0.0.0"  # noqa: S104 - under mutual TLS


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to {_MOST_DAYS}")
    return days
