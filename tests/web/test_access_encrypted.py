"""A server with a certificate: pages, API and stream are the same, and nothing is plain text."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.web.asking import own_host, spoken
from tests.web.certificates import Certificate, make_certificate
from tests.web.running import Running, running
from tests.web.watching import Watcher, values
from websockets.sync.client import connect
from websockets.typing import Origin

import shmscope
from shmscope.errors import ConfigurationError
from shmscope.web.access import Access

TOKEN = "t0ken-of-the-tests-0123456789"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("other"))


@pytest.fixture(scope="module")
def encrypted(made: Certificate) -> Iterator[Running]:
    access = Access(token=TOKEN, certificate=made.certificate, key=made.key)
    with running(access, trusted=str(made.certificate)) as served:
        yield served


@pytest.fixture(scope="module")
def trust(made: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(made.certificate))


def test_pages_and_api_are_served_encrypted(encrypted: Running) -> None:
    assert encrypted.address.startswith("https://127.0.0.1:")
    assert encrypted.get("/").status_code == 200
    assert encrypted.get("/api/v1/host").json()["name"]


def test_plain_text_is_answered_nothing(encrypted: Running) -> None:
    request = f"GET /healthz HTTP/1.1\r\nHost: {own_host(encrypted)}\r\n\r\n"
    assert b"HTTP" not in spoken(encrypted, request.encode())


def test_the_link_leads_to_a_cookie_that_is_sent_encrypted_only(
    encrypted: Running, trust: ssl.SSLContext
) -> None:
    connection = http.client.HTTPSConnection(own_host(encrypted), timeout=20, context=trust)
    link = Access(token=TOKEN).link("/")
    connection.request("GET", link, headers={"Sec-Fetch-Site": "none"})
    answer = connection.getresponse()
    cookie = answer.headers["Set-Cookie"]
    connection.close()
    assert answer.status == 303
    assert cookie.startswith(f"__Host-shmscope-{own_host(encrypted).partition(':')[2]}=")
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))


def test_the_stream_is_the_same_with_large_frames_and_short_texts(
    encrypted: Running, trust: ssl.SSLContext, name: str
) -> None:
    """Check the line between socket and session, which reads and writes without a task between."""
    with shmscope.create(name, (512, 512), "f4") as array:
        ident = encrypted.id_of(name)
        with connect(
            encrypted.stream,
            ssl=trust,
            compression=None,
            max_size=None,
            proxy=None,
            origin=Origin(encrypted.address),
        ) as connection:
            connection.send(f'{{"type": "auth", "token": "{TOKEN}"}}')
            page = Watcher(connection)
            page.subscribe(1, **values(ident))
            for number in range(1, 31):
                with array.writing() as inner:
                    inner[:] = number
                head, body = page.next_of("frame")
                assert head["seq"] == number
                assert body["shape"] == [512, 512]
                assert np.unique(body["values"]).size == 1


def test_a_page_without_encryption_is_from_elsewhere(
    encrypted: Running, trust: ssl.SSLContext
) -> None:
    plain = encrypted.address.replace("https", "http")
    connection = http.client.HTTPSConnection(own_host(encrypted), timeout=20, context=trust)
    connection.request("GET", "/healthz", headers={"Origin": plain})
    assert connection.getresponse().status == 403
    connection.close()


def test_a_key_may_stand_in_the_certificates_file(made: Certificate, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(made.certificate.read_bytes() + made.key.read_bytes())
    assert Access(certificate=both).load_certificate() is not None


def test_nothing_older_than_tls_1_2_is_spoken(made: Certificate) -> None:
    context = Access(certificate=made.certificate, key=made.key).load_certificate()
    assert context is not None
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def refusal(certificate: Path | None, key: Path | None = None) -> str:
    """Return what is wrong with a certificate and its key."""
    with pytest.raises(ConfigurationError) as caught:
        Access(certificate=certificate, key=key).load_certificate()
    return caught.value.detail


def test_files_that_cannot_be_used_are_errors_that_say_why(
    made: Certificate, other: Certificate, tmp_path: Path
) -> None:
    missing, text = tmp_path / "missing.pem", tmp_path / "text.pem"
    text.write_text("hello\n")
    assert refusal(missing) == f"{missing}: No such file or directory"
    assert refusal(made.certificate, missing) == f"{missing}: No such file or directory"
    assert refusal(tmp_path) == f"{tmp_path}: Is a directory"
    assert "no PEM" in refusal(text, made.key)
    assert "no PEM" in refusal(made.certificate, text)
    assert "no PEM" in refusal(made.certificate)
    assert "do not belong together" in refusal(made.certificate, other.key)
    assert refusal(None, made.key) == f"there is a key, {made.key}, but no certificate"


def test_a_key_under_a_pass_phrase_is_an_error_and_asks_nobody(tmp_path: Path) -> None:
    made = make_certificate(tmp_path, "-passout", "pass:secret")
    assert "pass phrase" in refusal(made.certificate, made.key)
