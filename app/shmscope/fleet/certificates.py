"""Certificates for a fleet that has none: an authority, and one for the hub and each host.

Keys are of the curve P-256. What a certificate is for is written in it: a host's opens connections
and cannot pose as a hub, a hub's answers them, a gateway's does both. An authority signs
certificates and no further authorities.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from shmscope.errors import ConfigurationError, PlatformError

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
except ImportError as error:  # the extra is not installed
    raise PlatformError("certificates need more: pip install 'shmscope[fleet]'") from error

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

AUTHORITY_DAYS: Final = 3650
# Clocks differ: a certificate that begins now is not yet valid where the clock is a minute behind.
_SLACK: Final = timedelta(days=1)
_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")


class Purpose(Enum):
    """What a certificate is for."""

    HOST = (ExtendedKeyUsageOID.CLIENT_AUTH,)
    HUB = (ExtendedKeyUsageOID.SERVER_AUTH,)
    GATEWAY = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, both PEM; the key is not encrypted."""

    certificate: bytes
    key: bytes

    @property
    def ends(self) -> datetime:
        """When it expires, in UTC."""
        return x509.load_pem_x509_certificate(self.certificate).not_valid_after_utc


def make_authority(name: str, now: datetime | None = None) -> Pair:
    """Return a new authority, which signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(name)
    plain = _begun(subject, subject, key, AUTHORITY_DAYS, now)
    usage = _usage(signs=True)
    full = plain.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    full = full.add_extension(usage, critical=True)
    return _signed(full, key, key)


def make_certificate(
    authority: Pair,
    name: str,
    purpose: Purpose,
    days: int,
    addresses: Sequence[str] = (),
    now: datetime | None = None,
) -> Pair:
    """Return a certificate that an authority has signed.

    Args:
        authority: Who signs.
        name: Its common name, and the first of the names by which it may be connected to.
        purpose: What it is for.
        days: How long it is valid. It does not outlive the authority.
        addresses: Further names and IP addresses by which it may be connected to.
        now: When it begins, in UTC; by default now.

    Raises:
        ConfigurationError: a name or an address that cannot be, or the authority is no pair.
    """
    check_machine(name)
    key, (signer, signing) = ec.generate_private_key(ec.SECP256R1()), _signer(authority)
    plain = _begun(_subject(name), signer.subject, key, days, now, signer.not_valid_after_utc)
    known_as = [_general(text) for text in dict.fromkeys((name, *addresses))]
    full = plain.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    full = full.add_extension(_usage(signs=False), critical=True)
    full = full.add_extension(x509.ExtendedKeyUsage(purpose.value), critical=False)
    full = full.add_extension(x509.SubjectAlternativeName(known_as), critical=False)
    return _signed(full, key, signing)


def names_in(certificate: bytes) -> list[str]:
    """Return the names and addresses by which the owner of a certificate may be connected to.

    Args:
        certificate: Of `make_certificate`, PEM.

    Returns:
        Its common name, and then the others in the order in which they were given.

    Raises:
        ConfigurationError: it is not one of those.
    """
    try:
        found = x509.load_pem_x509_certificate(certificate)
        known_as = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        [own] = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (ValueError, x509.ExtensionNotFound) as error:
        raise ConfigurationError(f"the certificate cannot be read: {error}") from None
    named = (str(one.value) for one in known_as if isinstance(one, x509.DNSName | x509.IPAddress))
    return list(dict.fromkeys((str(own.value), *named)))


def check_machine(name: str) -> None:
    """Refuse a name that no certificate and no folder of ours may have.

    Raises:
        ConfigurationError: it is not 1 to 63 letters, digits, dots, hyphens and underscores.
    """
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"{name!r} is no name of a host: 1 to 63 letters, digits, '.', '-' and '_', "
            "with a letter or digit first and last",
            value=name,
        )


def _signer(authority: Pair) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    """Return an authority's certificate and its key."""
    try:
        signer = x509.load_pem_x509_certificate(authority.certificate)
        signing = serialization.load_pem_private_key(authority.key, password=None)
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"the authority's files cannot be read: {error}") from None
    if not isinstance(signing, ec.EllipticCurvePrivateKey):
        raise ConfigurationError("the authority's key is not one that `shmscope fleet init` made")
    return signer, signing


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        check_machine(text)
        return x509.DNSName(text)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePrivateKey,
    days: int,
    now: datetime | None,
    last: datetime | None = None,
) -> x509.CertificateBuilder:
    begins = now or datetime.now(UTC)
    ends = begins + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins - _SLACK)
        .not_valid_after(min(ends, last) if last else ends)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(
    builder: x509.CertificateBuilder,
    key: EllipticCurvePrivateKey,
    signing: EllipticCurvePrivateKey,
) -> Pair:
    certificate = builder.sign(signing, hashes.SHA256())
    return Pair(
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
