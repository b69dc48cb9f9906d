"""The token and the cookie: only they open, and neither tells the other."""

from __future__ import annotations

import hmac
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmscope.web.access_failures import BURST, Failures
from shmscope.web.access_keys import Keys, cookie_name

TOKEN = "t0ken-of-the-tests-0123456789"
HOST = "box:8765"


def keys() -> Keys:
    return Keys(TOKEN, Failures())


def pair_of(own: Keys, *, encrypted: bool = False) -> bytes:
    """Return what a browser sends back."""
    return own.cookie(HOST, encrypted=encrypted).partition(";")[0].encode()


@given(st.text())
def test_only_the_token_opens(text: str) -> None:
    assert keys().attempt(text, "").right == (text == TOKEN)


def test_the_token_opens() -> None:
    assert keys().attempt(TOKEN, "192.0.2.1") == (True, 0.0)


@pytest.mark.parametrize(
    "text", ["", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), f" {TOKEN}", "\ud800"]
)
def test_what_is_nearly_the_token_does_not(text: str) -> None:
    assert keys().attempt(text, "192.0.2.1") == (False, 0.0)


def test_who_gave_too_many_wrong_ones_is_not_heard_even_with_the_right_one() -> None:
    own = keys()
    for _ in range(BURST):
        assert not own.attempt("wrong", "192.0.2.1").wait_s
    attempt = own.attempt(TOKEN, "192.0.2.1")
    assert not attempt.right
    assert attempt.wait_s > 0
    assert own.attempt(TOKEN, "192.0.2.2").right


def test_a_wrong_token_is_logged_with_its_address_and_without_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        keys().attempt("a-wrong-token", "192.0.2.1")
    assert "192.0.2.1" in caplog.text
    assert "a-wrong-token" not in caplog.text


def test_everything_secret_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    own = keys()
    name = cookie_name(HOST, encrypted=False).encode()
    monkeypatch.setattr(hmac, "compare_digest", compare)
    for token in ("x", TOKEN):
        own.attempt(token, "")
    assert {len(side) for pair in compared for side in pair} == {32}
    own.opens([name + b"=short"], HOST, encrypted=False)
    assert len(compared) == 3


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites() -> None:
    words = keys().cookie(HOST, encrypted=False).split("; ")[1:]
    assert words == ["Path=/", "HttpOnly", "SameSite=Strict"]
    assert keys().cookie(HOST, encrypted=True).endswith("; Secure")


def test_the_cookie_opens_and_is_not_the_token() -> None:
    own = keys()
    assert own.opens([pair_of(own)], HOST, encrypted=False)
    assert TOKEN not in own.cookie(HOST, encrypted=False)


def test_the_cookie_of_another_start_does_not_open() -> None:
    assert not keys().opens([pair_of(keys())], HOST, encrypted=False)


def test_a_cookie_that_another_port_of_the_host_has_set_does_not_stand_in_the_way() -> None:
    own = keys()
    name = cookie_name(HOST, encrypted=False).encode()
    tossed = name + b"=tossed; other=1; " + pair_of(own) + b"; " + name + b"="
    assert own.opens([tossed], HOST, encrypted=False)
    assert own.opens([name + b"=tossed", pair_of(own)], HOST, encrypted=False)


def test_servers_on_ports_of_one_host_have_cookies_of_their_own() -> None:
    names = {cookie_name(host, encrypted=False) for host in ("box", "box:1", "box:2", "[::1]:3")}
    assert names == {"shmscope", "shmscope-1", "shmscope-2", "shmscope-3"}


def test_under_encryption_the_cookie_can_be_set_by_nobody_else_and_no_plain_one_counts() -> None:
    own = keys()
    assert cookie_name(HOST, encrypted=True).startswith("__Host-")
    assert own.opens([pair_of(own, encrypted=True)], HOST, encrypted=True)
    assert not own.opens([pair_of(own)], HOST, encrypted=True)


@given(st.lists(st.binary()))
def test_no_cookie_raises_and_none_opens(cookies: list[bytes]) -> None:
    assert not keys().opens(cookies, HOST, encrypted=False)
