"""What keeps an agent from a hub that listens: met in a handshake of its own.

The engine that carries messages tries again and again, and does not say what it meets. So the agent
connects once more beside it, as the engine does and with the same files, and says what it met. What
was only not answered is said when it is met again: a hub that has just begun, or is busy, is slow.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from shmscope.errors import ShmscopeError
from shmscope.fleet.endpoints import PORT, Identity, parse_address
from shmscope.sources.process_facts import printable
from shmscope.web.pem import load_authority, load_pair

AGAIN_S: Final = 10.0  # longer than the engine waits between two tries
_TIMEOUT_S: Final = 4.0  # a hub ends a connection of which it understands nothing after 3
_REFUSAL_S: Final = 1.0  # in TLS 1.3 a server refuses a certificate after the client's handshake
_ONE_FLEET: Final = (
    "hub and agent need files of one fleet: `shmscope fleet add` makes those of a host"
)
_CLOCKS: Final = "it is the hub that needs a new one, or one of the clocks is wrong"
_NAMES: Final = "--hub must be one of the names and addresses that `shmscope fleet init` was given"
# Source: X509_verify_cert_error_string(3) of OpenSSL: what a certificate is refused for.
_REMEDIES: Final[Mapping[int, str]] = {9: _CLOCKS, 10: _CLOCKS, 62: _NAMES, 64: _NAMES}


class Fault(NamedTuple):
    """What keeps an agent from a hub.

    Attributes:
        text: In words, with what mends it.
        is_sure: Whether it cannot be that the hub was only slow.
    """

    text: str
    is_sure: bool = True


def explain(
    hubs: Sequence[str], identity: Identity, ended: threading.Event, say: Callable[[str], None]
) -> None:
    """Say what keeps an agent from its hubs, each once, until it has one.

    Args:
        hubs: Addresses, as `HOST:PORT`.
        identity: Who the agent is.
        ended: Set when nobody wants to know any more.
        say: Takes a line.
    """
    said, met = set[Fault](), dict[str, Fault | None]()
    while not ended.is_set():
        for address in hubs:
            before, fault = met.get(address), fault_of(address, identity)
            met[address] = fault
            if fault is None or fault in said or ended.is_set():
                continue
            if fault.is_sure or fault == before:
                said.add(fault)
                say(printable(fault.text))
        ended.wait(AGAIN_S)


def fault_of(address: str, identity: Identity) -> Fault | None:
    """Return what keeps an agent from a hub; None where nobody listens, or nothing is wrong.

    Args:
        address: The hub's, as `HOST:PORT`.
        identity: Who the agent is.
    """
    host, port = parse_address(address, "--hub")
    try:
        connection = socket.create_connection((host, int(port)), _TIMEOUT_S)
    except OSError:
        return None
    with connection:
        if identity.certificate is None or identity.authority is None:
            return _fault_of_plain(connection, address)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            load_pair(context, identity.certificate, identity.key)
            load_authority(context, identity.authority)
        except ShmscopeError as error:  # the files were good when the agent began
            return Fault(error.detail)
        return _fault_under_tls(context, connection, address, host)


def _fault_of_plain(connection: socket.socket, address: str) -> Fault:
    """Return why no session comes of a connection without TLS, as far as that can be told."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if _speaks_tls(context, connection):
        return Fault(
            f"the hub at {address} speaks TLS, and this agent does not: give it --certificate, "
            "--key and --authority, which `shmscope fleet add` makes"
        )
    return Fault(
        f"something listens at {address} and does not answer as a hub: agents connect to its "
        f"--fleet-listen, port {PORT} left to itself, and not to the port of its page",
        is_sure=False,
    )


def _speaks_tls(context: ssl.SSLContext, connection: socket.socket) -> bool:
    try:
        context.wrap_socket(connection).close()
    except ssl.SSLError as error:
        return _alert_of(error) is not None
    except OSError:
        return False
    return True


def _fault_under_tls(
    context: ssl.SSLContext, connection: socket.socket, address: str, host: str
) -> Fault | None:
    try:
        link = context.wrap_socket(connection, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        remedy = _REMEDIES.get(error.verify_code, _ONE_FLEET)
        why = error.verify_message.rstrip(".")
        return Fault(f"the certificate of the hub at {address} is refused: {why}; {remedy}")
    except OSError as error:  # those of TLS included, and that no answer came
        return _refusal(address, error) or Fault(
            f"what listens at {address} does not speak TLS, and this agent does: a hub is given "
            "its --fleet-certificate, --fleet-key, --fleet-authority and --fleet-members, or on "
            "loopback an agent none of its files",
            is_sure=False,
        )
    with link:
        link.settimeout(_REFUSAL_S)
        try:
            link.recv(1)
        except OSError as error:
            return _refusal(address, error)
    return None


def _refusal(address: str, error: OSError) -> Fault | None:
    """Return that the other side refuses the agent's certificate, None where it does not."""
    alert = _alert_of(error)
    if alert is None:
        return None
    return Fault(f"the hub at {address} refuses this agent's certificate: {alert}; {_ONE_FLEET}")


def _alert_of(error: OSError) -> str | None:
    """Return what the other side of a handshake complains of, None where it does not."""
    reason = error.reason if isinstance(error, ssl.SSLError) else None
    _, is_alert, alert = (reason or "").partition("ALERT_")
    return alert.replace("_", " ").lower() if is_alert else None
