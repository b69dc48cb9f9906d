"""Where to listen and to connect: on loopback at will, elsewhere under mutual TLS only."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shmscope.errors import ConfigurationError

PORT: Final = 7447  # Zenoh's own
FILES_HINT: Final = "`shmscope fleet init` makes all three files for every host"
# What else an address of Zenoh may hold, such as "?" and "#", changes its settings.
_ADDRESS: Final = re.compile(
    r"(\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9._-]+))(:(?P<port>[0-9]{1,5}))?"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who one is under TLS: three PEM files, or none of them.

    Attributes:
        certificate: One's own certificate.
        key: Its key.
        authority: The certificate of the authority that signed the certificates of all.
    """

    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None

    def __bool__(self) -> bool:
        """Whether there is one."""
        return self.certificate is not None


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own, seen from nowhere else."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def identity_of(
    certificate: Path | None, key: Path | None, authority: Path | None, prefix: str = "--"
) -> Identity:
    """Return who one is.

    Args:
        certificate: See `Identity`; so are `key` and `authority`.
        key: As above.
        authority: As above.
        prefix: With what the options begin that name the files, for errors.

    Raises:
        ConfigurationError: some of the files are named and not all, or one is not there.
    """
    given = {"certificate": certificate, "key": key, "authority": authority}
    files = {f"{prefix}{name}": path for name, path in given.items()}
    missing = [option for option, path in files.items() if path is None]
    if missing and len(missing) < len(files):
        wanted = f"mutual TLS takes {', '.join(files)}"
        raise ConfigurationError(
            f"{' and '.join(missing)} is missing: {wanted}. {FILES_HINT}",
            field=missing[0].lstrip("-").replace("-", "_"),
        )
    for option, path in files.items():
        if path is not None and not path.is_file():
            raise ConfigurationError(f"{option} {path}: there is no such file", value=str(path))
    return Identity(certificate, key, authority)


def endpoint_of(address: str, identity: Identity, option: str) -> str:
    """Return an address as Zenoh has it.

    Args:
        address: As `HOST:PORT`, or `HOST`; IPv6 in brackets.
        identity: Who one is.
        option: Where the address was given, for errors.

    Raises:
        ConfigurationError: it cannot be, or is beyond loopback and there is no TLS.
    """
    host, port = parse_address(address, option)
    if not identity and not is_loopback(host):
        raise ConfigurationError(
            f"{option} {address} is beyond loopback and needs mutual TLS: a certificate, its key "
            f"and the authority's certificate. {FILES_HINT}",
            value=address,
            limit="loopback",
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{'tls' if identity else 'tcp'}/{shown}:{port}"


def parse_address(address: str, option: str) -> tuple[str, str]:
    """Return the host and the port of an address.

    Args:
        address: As `HOST:PORT`, or `HOST`; IPv6 in brackets.
        option: Where the address was given, for errors.

    Raises:
        ConfigurationError: it is none.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found["port"] or PORT) not in range(1, 1 << 16):
        raise ConfigurationError(f"{option} {address!r} is not HOST:PORT", value=address)
    return found["six"] or found["host"], found["port"] or str(PORT)
