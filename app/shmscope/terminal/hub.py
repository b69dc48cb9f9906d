"""`shmscope hub`: what a server has beside its own host, a fleet of others."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from shmscope.errors import ConfigurationError
from shmscope.fleet.endpoints import Identity
from shmscope.fleet.fleet import Fleet
from shmscope.fleet.members import Member, read_members
from shmscope.fleet.zenoh_carrier import check_engine, open_carrier
from shmscope.fleet.zenoh_settings import HubSettings, hub_settings
from shmscope.terminal.credentials import check_identity
from shmscope.terminal.given import Given
from shmscope.web.problems import problem_of
from shmscope.web.wire import encode_body


def hub_of(given: Given) -> HubSettings:
    """Return where agents connect, and who may.

    Raises:
        ConfigurationError: a file cannot be read or used, or files are named and not all of them.
        PlatformError: the extra is not installed.
    """
    check_engine()
    found = HubSettings(
        listen=given["fleet_listen"],
        certificate=given["fleet_certificate"],
        key=given["fleet_key"],
        authority=given["fleet_authority"],
        members=_members_of(given),
    )
    hub_settings(found)
    identity = Identity(found.certificate, found.key, found.authority)
    check_identity(identity, "--fleet-", serves=True)
    return found


def _members_of(given: Given) -> tuple[Member, ...]:
    path, has_certificate = given["fleet_members"], given["fleet_certificate"] is not None
    if path is not None and not has_certificate:
        raise ConfigurationError(
            "--fleet-members goes by the names in certificates, and there is no "
            "--fleet-certificate: whoever may connect could speak as any host",
            value=str(path),
            field="fleet_members",
        )
    if path is not None:
        return read_members(path)
    if has_certificate:
        raise ConfigurationError(
            "--fleet-members names the hosts that may speak: without it none may",
            field="fleet_members",
        )
    return ()


@contextmanager
def hosts_of(settings: HubSettings) -> Iterator[Fleet]:
    """Listen for agents; the fleet is closed with the server that shows it, and here at the latest.

    Raises:
        AddressError: an address cannot be listened on.
    """
    carrier = open_carrier(hub_settings(settings))
    fleet = Fleet(
        socket.gethostname(),
        carrier,
        lambda error: encode_body(problem_of(error)),
        members=settings.members,
    )
    try:
        yield fleet
    finally:
        fleet.close()
