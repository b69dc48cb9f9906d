"""Certificates that nobody else trusts, made by openssl."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files of a certificate for localhost and 127.0.0.1, and of its key."""

    certificate: Path
    key: Path


def make_certificate(folder: Path, *more: str) -> Certificate:
    """Make a certificate that vouches for itself.

    Args:
        folder: Where its files are put.
        more: Further options of ``openssl req``.
    """
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    options = more or ("-nodes",)
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(made.key), "-out", str(made.certificate), *options),
        ],
        check=True,
        capture_output=True,
    )
    return made
