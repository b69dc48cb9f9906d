"""`shmscope gateway`: between the hosts of a site and the hub, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path
from typing import Any

from shmscope.terminal.texts import write


def add_grammar(commands: argparse._SubParsersAction[Any]) -> None:
    """Give the command line `gateway`."""
    summary = "carry what the hosts of a site say to a hub, which a thousand hosts keep busy"
    command = commands.add_parser("gateway", help=summary, description=summary)
    for option, about in (
        ("--hub", "where the hub is; may be given again and again"),
        ("--listen", "where the site's agents connect; may be given again and again"),
    ):
        command.add_argument(
            option, action="append", required=True, metavar="HOST:PORT", help=about
        )
    for option, about in (
        ("--certificate", "file of the gateway's certificate (PEM)"),
        ("--key", "file of its key (PEM)"),
        ("--authority", "file of the certificate (PEM) that signed those of all"),
        ("--members", "file that names the hub and the site's hosts (TOML)"),
    ):
        command.add_argument(option, type=Path, required=True, metavar="FILE", help=about)


def run(options: argparse.Namespace) -> None:
    """Carry until a signal ends it.

    Raises:
        AddressError: an address cannot be listened on.
        ConfigurationError: an address or a file cannot be.
        PlatformError: the extra is not installed.
    """
    from shmscope.fleet.zenoh_carrier import open_carrier  # noqa: PLC0415 - --help does without

    ending = _ending()
    # Threads inherit what is blocked here: no thread of the carrier's is interrupted.
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    carrier = open_carrier(_settings(options))
    try:
        write(f"shmscope: from {', '.join(options.listen)} to {', '.join(options.hub)}")
        signal.sigwait(ending)
    finally:
        carrier.close()


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    from shmscope.fleet.endpoints import Identity  # noqa: PLC0415 - --help does without
    from shmscope.fleet.members import read_members  # noqa: PLC0415 - --help does without
    from shmscope.fleet.zenoh_settings import (  # noqa: PLC0415 - --help does without
        GatewaySettings,
        gateway_settings,
    )
    from shmscope.terminal.credentials import (  # noqa: PLC0415 - --help does without
        check_identity,
    )

    identity = Identity(options.certificate, options.key, options.authority)
    found = gateway_settings(
        GatewaySettings(
            hubs=tuple(options.hub),
            listen=tuple(options.listen),
            certificate=identity.certificate,
            key=identity.key,
            authority=identity.authority,
            members=read_members(options.members),
        )
    )
    check_identity(identity, connects=True, serves=True)
    return found


def _ending() -> set[signal.Signals]:
    """Return what ends it: Ctrl-C, SIGTERM, and a terminal that goes, unless nohup has it."""
    signals = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
    return {one for one in signals if signal.getsignal(one) is not signal.SIG_IGN}
