"""Certificates and keys as files: what is amiss with them is said in a sentence."""

from __future__ import annotations

import ssl
from pathlib import Path

from shmscope.errors import ConfigurationError


def load_pair(context: ssl.SSLContext, certificate: Path, key: Path | None) -> None:
    """Have a context show a certificate.

    Args:
        context: Of one side.
        certificate: Its file (PEM).
        key: That of its key; None where the certificate's file holds it.

    Raises:
        ConfigurationError: the files cannot be read, or do not belong together.
    """
    for path in filter(None, (certificate, key)):
        _check_readable(path)
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except (ssl.SSLError, ValueError) as error:
        files = f"certificate {certificate}, key {key or certificate}"
        raise ConfigurationError(f"{files}: {_reason(error)}", value=files) from None


def load_authority(context: ssl.SSLContext, authority: Path) -> None:
    """Have a context trust whoever shows a certificate that an authority signed.

    Raises:
        ConfigurationError: its file cannot be read.
    """
    _check_readable(authority)
    try:
        context.load_verify_locations(authority)
    except ssl.SSLError as error:
        raise ConfigurationError(
            f"authority {authority}: {_reason(error)}", value=str(authority)
        ) from None


def _check_readable(path: Path) -> None:
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}", value=str(path)) from None


def _no_password() -> str:
    """Have OpenSSL fail at a key under a pass phrase; it would ask the terminal for one."""
    raise ValueError("the key is under a pass phrase, which nobody could type at a restart")


def _reason(error: ssl.SSLError | ValueError) -> str:
    if isinstance(error, ssl.SSLError):
        if error.reason == "KEY_VALUES_MISMATCH":
            return "they do not belong together"
        return f"no PEM, or a damaged one ({error.reason or 'unknown'})"
    return str(error)
