"""Where simulated hosts meet a hub: at its own door, or at that of a site's gateway."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.fleet_hosts import SITE
from bench.served import Serving, running
from shmscope.fleet.founding import add_gateway, add_hosts, found_fleet

DAYS = 1  # that certificates are valid
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A hub that runs, and shows no array of its own host.

    Attributes:
        hub: The server.
        listens: Where hosts connect.
        fleet: The folder with their certificates; None where there are none.
        gateway: The process between them and the hub; None where there is none.
    """

    hub: Serving
    listens: str
    fleet: Path | None = None
    gateway: int | None = None


@contextmanager
def at_the_hub() -> Iterator[Meeting]:
    """Have hosts connect to the hub, without certificates."""
    listens = _free_address()
    with _hub(listens) as hub:
        yield Meeting(hub, listens)


@contextmanager
def at_a_gateway(hosts: Sequence[str]) -> Iterator[Meeting]:
    """Have these hosts connect to a gateway, and that to the hub, under mutual TLS."""
    above, below = _free_address(), _free_address()
    with tempfile.TemporaryDirectory() as folder:
        fleet = Path(folder) / "fleet"
        found_fleet(fleet, ["hub", LOOPBACK], [], DAYS)
        add_gateway(fleet, ["gate", LOOPBACK], SITE, DAYS)
        add_hosts(fleet, hosts, SITE, DAYS)
        with (
            _hub(above, *_files(fleet / "hub", "fleet-")) as hub,
            _gateway(above, below, _files(fleet / "gateways/gate")) as gateway,
        ):
            yield Meeting(hub, below, fleet, gateway)


def _files(folder: Path, prefix: str = "") -> list[str]:
    """Return the options that name a machine's files."""
    named = {"certificate": "pem", "key": "pem", "authority": "pem", "members": "toml"}
    return [f"--{prefix}{name}={folder / name}.{suffix}" for name, suffix in named.items()]


def _free_address() -> str:
    with socket.create_server((LOOPBACK, 0)) as free:
        return f"{LOOPBACK}:{free.getsockname()[1]}"


@contextmanager
def _hub(listens: str, *files: str) -> Iterator[Serving]:
    options = ["--port", "0", "--no-browser", "--allow", "nothing", "--fleet-listen", listens]
    with running("hub", *options, *files) as (pid, said):
        yield Serving(pid, said.split()[1])


@contextmanager
def _gateway(above: str, below: str, files: Sequence[str]) -> Iterator[int]:
    with running("gateway", "--hub", above, "--listen", below, *files) as (pid, _):
        yield pid
