"""Whether a machine's certificate will be taken in its fleet: tried before anything is opened.

The engine that carries messages does not say that the other side refuses a certificate: it tries
again and again, and so the agent would wait for its hub and never say why.
"""

from __future__ import annotations

import ssl
from typing import Final

from shmscope.errors import ConfigurationError
from shmscope.fleet.endpoints import Identity
from shmscope.web.pem import load_authority, load_pair

_ROUNDS: Final = 10  # more than any handshake takes


def check_identity(
    identity: Identity, prefix: str = "--", *, connects: bool = False, serves: bool = False
) -> None:
    """Check that the authority's own would take a certificate: by a handshake with oneself.

    Args:
        identity: Who one is; none is let pass.
        prefix: With what the options begin that name the files, for errors.
        connects: Whether it is to open connections.
        serves: Whether it is to answer them.

    Raises:
        ConfigurationError: a file cannot be read, or the certificate would be refused.
    """
    if identity.certificate is None or identity.authority is None:
        return
    client, server = _context(ssl.PROTOCOL_TLS_CLIENT), _context(ssl.PROTOCOL_TLS_SERVER)
    client.verify_mode = ssl.CERT_REQUIRED if serves else ssl.CERT_NONE
    server.verify_mode = ssl.CERT_REQUIRED if connects else ssl.CERT_NONE
    for context in (client, server):
        load_pair(context, identity.certificate, identity.key)
        load_authority(context, identity.authority)
    try:
        _shake_hands(client, server)
    except ssl.SSLCertVerificationError as error:
        raise ConfigurationError(
            f"{prefix}certificate {identity.certificate} is refused: {error.verify_message}, by "
            f"{prefix}authority {identity.authority}",
            value=str(identity.certificate),
        ) from None


def _context(protocol: int) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False  # by what name a hub is reached, its hosts see
    return context


def _shake_hands(client: ssl.SSLContext, server: ssl.SSLContext) -> None:
    """Have two sides meet in memory.

    Raises:
        ssl.SSLError: one refuses the other.
    """
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [client.wrap_bio(back, there), server.wrap_bio(there, back, server_side=True)]
    for _ in range(_ROUNDS):
        sides = [side for side in sides if not _is_done(side)]


def _is_done(side: ssl.SSLObject) -> bool:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True
