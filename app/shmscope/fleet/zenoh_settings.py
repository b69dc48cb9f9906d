"""Zenoh's configuration for an agent, a hub and a site's gateway, as plain dictionaries.

Left to itself, Zenoh listens on every interface, answers whoever asks by multicast, keeps shared
memory of its own in /dev/shm, and lets everybody read and write everything. All of that is turned
off here. What listens or connects beyond loopback does so under mutual TLS or not at all, and what
is not allowed to the name in a certificate is denied.

Source: https://zenoh.io/docs/manual/configuration/ and /access-control/, of Zenoh 1.10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shmscope.errors import ConfigurationError
from shmscope.fleet.endpoints import FILES_HINT, PORT, Identity, endpoint_of, identity_of
from shmscope.fleet.keys import NO_SITE
from shmscope.fleet.members import Member
from shmscope.fleet.permissions import loopback_permissions, permissions, sizes

LEASE_MS: Final = 3_000  # without a sign of life for so long, the other side is gone
MOST_SESSIONS: Final = 4_096
MOST_PENDING: Final = 1_000  # after the hub has been away, all hosts come at once
MOST_MESSAGE_BYTES: Final = 1 << 20  # a chunk of values has 256 KiB


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """An agent's side.

    Attributes:
        hubs: Addresses to connect to, as `HOST:PORT`; the first that answers is taken.
        host: The name that the agent speaks for.
        site: The site that it belongs to.
        certificate: See `Identity`; so are `key` and `authority`.
    """

    hubs: tuple[str, ...]
    host: str
    site: str = NO_SITE
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None


@dataclass(frozen=True, slots=True)
class HubSettings:
    """A hub's side.

    Attributes:
        listen: Addresses to listen on, as `HOST:PORT`.
        certificate: See `Identity`; so are `key` and `authority`.
        members: Who may speak for what, under TLS.
    """

    listen: tuple[str, ...] = (f"127.0.0.1:{PORT}",)
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    members: Sequence[Member] = field(default=())


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """The side of a site's gateway, between its hosts and the hub.

    Attributes:
        hubs: Addresses to connect to, as `HOST:PORT`; the first that answers is taken.
        listen: Addresses to listen on, as `HOST:PORT`.
        certificate: See `Identity`; so are `key` and `authority`.
        members: The site's hosts, and the hub.
    """

    hubs: tuple[str, ...]
    listen: tuple[str, ...]
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    members: Sequence[Member] = field(default=())


def agent_settings(given: AgentSettings) -> dict[str, Any]:
    """Return what Zenoh is to be told for an agent: a client that listens nowhere.

    Raises:
        ConfigurationError: an address cannot be, or TLS is missing or incomplete.
    """
    identity = identity_of(given.certificate, given.key, given.authority)
    endpoints = [endpoint_of(address, identity, "--hub") for address in given.hubs]
    if not endpoints:
        raise ConfigurationError("--hub HOST:PORT says where the hub is", field="hub")
    settings = _common("client", identity)
    settings["connect"] = _connecting(endpoints)
    return settings


def hub_settings(given: HubSettings) -> dict[str, Any]:
    """Return what Zenoh is to be told for a hub: a router that hosts connect to.

    Raises:
        ConfigurationError: an address cannot be, or TLS is missing or incomplete.
    """
    identity = identity_of(given.certificate, given.key, given.authority, "--fleet-")
    settings = _common("router", identity)
    endpoints = [endpoint_of(address, identity, "--fleet-listen") for address in given.listen]
    settings["listen"] = _listening(endpoints)
    _check_roles(given.members, ("host", "gateway"), "--fleet-members")
    settings["access_control"] = permissions(given.members) if identity else loopback_permissions()
    settings["low_pass_filter"] = sizes()
    return settings


def gateway_settings(given: GatewaySettings) -> dict[str, Any]:
    """Return what Zenoh is to be told for a gateway: hosts connect to it, and it to a hub.

    What a site's hosts say passes through it and needs no code of ours. It has to know the hub by
    its certificate: any other client of it may hear nothing. It is a peer of the hub's: of two
    routers, the one that comes back within 0.1 s is never told who listens.

    Source: https://github.com/eclipse-zenoh/zenoh/issues/1886, and found so with 1.10.2.

    Raises:
        ConfigurationError: an address cannot be, TLS is missing, or no member is the hub.
    """
    identity = identity_of(given.certificate, given.key, given.authority)
    if not identity:
        raise ConfigurationError(
            f"a gateway needs mutual TLS, on loopback too: --certificate, --key and --authority. "
            f"{FILES_HINT}",
            field="certificate",
        )
    if not any(member.role == "hub" for member in given.members):
        raise ConfigurationError('--members: one must be the hub: role = "hub"', field="members")
    _check_roles(given.members, ("host", "hub"), "--members")
    settings = _common("peer", identity)
    settings["listen"] = _listening(
        [endpoint_of(one, identity, "--listen") for one in given.listen]
    )
    settings["connect"] = _connecting([endpoint_of(one, identity, "--hub") for one in given.hubs])
    settings["access_control"] = permissions(given.members)
    settings["low_pass_filter"] = sizes()
    return settings


def _common(mode: str, identity: Identity) -> dict[str, Any]:
    return {
        "mode": mode,
        "connect": {"endpoints": []},
        "listen": {"endpoints": []},
        "scouting": {
            "delay": 0,
            "multicast": {"enabled": False},
            "gossip": {"enabled": False},
        },
        "adminspace": {"enabled": False, "permissions": {"read": False, "write": False}},
        "queries_default_timeout": 5_000,
        "timestamping": {"enabled": False},
        "transport": {
            "shared_memory": {"enabled": False, "transport_optimization": {"enabled": False}},
            "unicast": {
                "max_sessions": MOST_SESSIONS,
                "max_links": 1,
                "accept_pending": MOST_PENDING,
                "accept_timeout": LEASE_MS,
            },
            "link": {
                "protocols": ["tls" if identity else "tcp"],
                "tx": {"lease": LEASE_MS, "keep_alive": 4},
                "rx": {"max_message_size": MOST_MESSAGE_BYTES},
                **({"tls": _tls(identity)} if identity else {}),
            },
        },
    }


def _listening(endpoints: Sequence[str]) -> dict[str, Any]:
    return {"endpoints": list(endpoints), "timeout_ms": 0, "exit_on_failure": True}


def _connecting(endpoints: Sequence[str]) -> dict[str, Any]:
    return {
        "endpoints": list(endpoints),
        "timeout_ms": -1,
        "exit_on_failure": False,
        "retry": {"period_init_ms": 500, "period_max_ms": 5_000, "period_increase_factor": 2},
    }


def _check_roles(members: Sequence[Member], known: Sequence[str], option: str) -> None:
    for member in members:
        if member.role not in known:
            raise ConfigurationError(
                f"{option}: {member.name!r} cannot be a {member.role} here",
                value=member.role,
                limit=", ".join(known),
                field="members",
            )


def _tls(identity: Identity) -> dict[str, Any]:
    certificate, key = str(identity.certificate), str(identity.key)
    return {
        "root_ca_certificate": str(identity.authority),
        "enable_mtls": True,
        "listen_certificate": certificate,
        "listen_private_key": key,
        "connect_certificate": certificate,
        "connect_private_key": key,
        "verify_name_on_connect": True,
        "close_link_on_expiration": True,
    }
