"""What a user can set of access, and what is refused of it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmscope.errors import AddressError, ConfigurationError
from shmscope.web.access import (
    LOOPBACK,
    Access,
    parse_embedder,
    parse_host,
    parse_pattern,
    parse_token,
)
from shmscope.web.server import address_of, listen

TOKEN = "t0ken-of-the-tests-0123456789"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_loopback_needs_no_token(host: str) -> None:
    assert LOOPBACK.guarding(host) is LOOPBACK
    assert LOOPBACK.link("http://x/") == "http://x/"
    assert LOOPBACK.caution(host) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "box.example", ""])
def test_beyond_loopback_a_token_is_made_that_is_another_each_time(host: str) -> None:
    tokens = {LOOPBACK.guarding(host).token or "" for _ in range(20)}
    assert len(tokens) == 20
    assert all(parse_token(token) == token and len(token) >= 43 for token in tokens)


def test_a_server_that_others_reach_by_a_proxy_needs_a_token_too() -> None:
    assert Access(hosts=("https://box.example",)).guarding("127.0.0.1").token


def test_a_token_of_the_users_own_stays() -> None:
    mine = Access(token=TOKEN)
    assert mine.guarding("0.0.0.0") is mine.guarding("127.0.0.1") is mine


def test_the_link_holds_the_token_whatever_is_in_it() -> None:
    link = Access(token="a+b/c=&?#_~0123456789").link("https://box:1/")
    assert parse_qs(urlsplit(link).query) == {"token": ["a+b/c=&?#_~0123456789"]}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", "", "localhost."])
def test_nothing_listens_beyond_loopback_without_a_token(host: str) -> None:
    with pytest.raises(AddressError, match="without a token"):
        listen(host, 0)


def test_nothing_listens_for_a_proxy_without_a_token() -> None:
    with pytest.raises(AddressError, match="without a token"):
        listen("127.0.0.1", 0, Access(hosts=("box.example",)))


def test_with_a_token_it_listens_everywhere_and_calls_itself_by_the_machines_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "box")
    access = Access(token=TOKEN)
    with listen("0.0.0.0", 0, access) as listener:
        assert listener.getsockname()[0] == "0.0.0.0"
        port = listener.getsockname()[1]
        assert address_of(listener, access) == f"http://box:{port}/"


def test_plain_text_on_the_network_is_cautioned_against_and_encryption_is_not(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    plain = Access(token=TOKEN)
    assert "--certificate" in (plain.caution("0.0.0.0") or "")
    encrypted = replace(plain, certificate=tmp_path_factory.getbasetemp() / "any.pem")
    assert encrypted.caution("0.0.0.0") is None


@pytest.mark.parametrize(
    ("text", "blamed"),
    [("", "0 characters"), ("fifteen-letters", "15"), ("x" * 513, "513"), ("x" * 15 + "ä", "may")],
)
def test_a_token_that_cannot_be_is_an_error_that_does_not_tell_it(text: str, blamed: str) -> None:
    with pytest.raises(ConfigurationError, match=blamed) as caught:
        parse_token(text)
    assert not text or text not in caught.value.detail
    assert caught.value.value in (None, len(text))


@given(st.text())
def test_a_token_is_taken_as_it_is_or_refused(text: str) -> None:
    try:
        token = parse_token(text)
    except ConfigurationError:
        return
    assert token == text.strip()
    assert token.isascii()


def test_a_token_of_a_file_may_end_with_its_line() -> None:
    assert parse_token(f"{TOKEN}\n") == TOKEN


@pytest.mark.parametrize("text", ["Box", "box.example", "192.0.2.7", "[2001:db8::1]", "a_b"])
def test_a_host_is_a_name_or_an_address(text: str) -> None:
    assert parse_host(text) == text.lower()


@pytest.mark.parametrize("text", ["https://box.example", "http://box:81", "https://[::1]:8443"])
def test_a_host_may_be_the_origin_that_a_proxy_shows(text: str) -> None:
    assert parse_host(text) == parse_embedder(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "*", "*.example", "box:80", "box/", "https://box/", "ftp://box", "b x", "box;", "x" * 256],
)
def test_a_host_that_cannot_be_is_an_error(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is no host") as caught:
        parse_host(text)
    assert caught.value.value == text[:80]


@pytest.mark.parametrize(
    "text",
    ["", "*", "'self'", "localhost:8888", "http://a b", "http://a; script-src *", "http://a,b"],
)
def test_what_could_change_the_policy_is_no_embedder(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is no origin"):
        parse_embedder(text)


@pytest.mark.parametrize("text", ["", "x" * 256])
def test_a_pattern_that_cannot_be_is_an_error(text: str) -> None:
    with pytest.raises(ConfigurationError, match="1 to 255 characters"):
        parse_pattern(text)
    assert parse_pattern("heat*") == "heat*"
