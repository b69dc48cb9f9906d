"""The gate of a real server, tried as an attacker would: nothing passes without cookie or token."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator

import pytest
from tests.web.asking import Answer, asked, got, own_host, spoken
from tests.web.running import HOST, Running, running

import shmscope
from shmscope.web.access import Access
from shmscope.web.access_failures import BURST
from shmscope.web.guard import SECURITY_HEADERS

TOKEN = "t0ken-of-the-tests-0123456789"
PERSON = ("Accept", "text/html,application/xhtml+xml")
BEARER = ("Authorization", f"Bearer {TOKEN}")
HERE = ("Sec-Fetch-Site", "none")


@pytest.fixture(scope="module")
def locked() -> Iterator[Running]:
    """A server with a token, for tests that give no wrong one."""
    with running(Access(token=TOKEN)) as server:
        yield server


@pytest.fixture
def attacked() -> Iterator[Running]:
    """A server with a token, for a test that gives wrong ones."""
    with running(Access(token=TOKEN)) as server:
        yield server


def cookie_of(served: Running) -> tuple[str, str]:
    """Open the link as a browser does, and return the header that it sends from then on."""
    answer = got(served, f"/?token={TOKEN}", PERSON, HERE)
    return ("Cookie", answer.headers["set-cookie"].partition(";")[0])


def is_refused(answer: Answer) -> bool:
    """Whether an answer tells nothing but that there is a token."""
    told = answer.body.decode()
    return answer.status == 401 and HOST not in told and shmscope.__version__ not in told


PAGES = ["/", "/host", "/together", "/arrays/a/b/c", "/docs", "/nowhere", "/static", "/healthz/x"]
PROGRAMS = ["/metrics", "/api/v1/openapi.json", "/api/v1/nowhere", "/api/v1/stream"]


def ways(served: Running) -> list[tuple[str, str]]:
    """Return method and path of everything that the server knows to answer."""
    described = served.app.openapi()["paths"].items()
    api = [
        (way.upper(), re.sub(r"\{[^}]*\}", "x", path)) for path, ways in described for way in ways
    ]
    return api + [(way, path) for path in PAGES + PROGRAMS for way in ("GET", "HEAD", "POST")]


def test_nothing_is_answered_to_a_stranger_but_files_and_whether_it_runs(locked: Running) -> None:
    for way, path in [*ways(locked), ("OPTIONS", "/api/v1/host"), ("TRACE", "/")]:
        assert is_refused(asked(locked, way, path, ("Host", own_host(locked)))), (way, path)
    assert got(locked, "/static/favicon.svg").status == 200
    assert got(locked, "/healthz").status == 200


def test_a_person_is_told_on_a_page_and_a_program_in_a_problem(locked: Running) -> None:
    page = got(locked, "/arrays/a/b/c", PERSON)
    assert is_refused(page)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "token" in page.body.decode()
    problem = got(locked, "/api/v1/arrays", PERSON)
    assert is_refused(problem)
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.headers["www-authenticate"] == 'Bearer realm="shmscope"'
    assert json.loads(problem.body).keys() == {"type", "title", "status", "detail"}


def test_a_stranger_gets_the_files_that_the_page_of_a_refusal_names(locked: Running) -> None:
    named = re.findall(r' href="([^"]+)"', got(locked, "/", PERSON).body.decode())
    assert {path.rpartition(".")[2] for path in named} == {"css", "svg"}
    assert {got(locked, path).status for path in named} == {200}


def test_what_is_refused_carries_the_security_headers_and_is_not_stored(locked: Running) -> None:
    expected = {**SECURITY_HEADERS, "cache-control": "no-store"}
    for path in ("/", "/api/v1/arrays", f"/?token={TOKEN}"):
        assert expected.items() <= got(locked, path, PERSON).headers.items()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
@pytest.mark.parametrize("path", ["/", "/api/v1/arrays", "/metrics", "/nowhere"])
def test_who_says_the_token_in_a_header_is_let_in(locked: Running, scheme: str, path: str) -> None:
    status = got(locked, path, ("Authorization", f"{scheme} {TOKEN}")).status
    assert status == (404 if path == "/nowhere" else 200)


@pytest.mark.parametrize("said", [f"Basic {TOKEN}", TOKEN, f"Bearer{TOKEN}", ""])
def test_the_token_counts_as_a_bearer_only(locked: Running, said: str) -> None:
    assert is_refused(got(locked, "/api/v1/arrays", ("Authorization", said)))


@pytest.mark.parametrize("path", ["/api/v1/arrays", "/api/v1/openapi.json", "/metrics"])
def test_a_token_in_the_address_counts_for_pages_only(locked: Running, path: str) -> None:
    assert is_refused(got(locked, f"{path}?token={TOKEN}"))


def test_only_getting_a_page_takes_the_token_of_its_address(locked: Running) -> None:
    for way in ("HEAD", "POST", "PUT"):
        assert asked(locked, way, f"/?token={TOKEN}", ("Host", own_host(locked))).status == 401


def test_the_link_gives_a_cookie_and_leads_on_without_the_token(locked: Running) -> None:
    answer = got(locked, f"/?token={TOKEN}", PERSON, HERE)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    words = answer.headers["set-cookie"].split("; ")
    port = own_host(locked).rpartition(":")[2]
    assert words[0].startswith(f"shmscope-{port}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} == set(words[1:])
    assert TOKEN not in str(answer)


def test_the_cookie_opens_everything(locked: Running) -> None:
    cookie = cookie_of(locked)
    for path in ("/", "/api/v1/arrays", "/metrics"):
        assert got(locked, path, cookie).status == 200


def test_a_browser_that_does_not_say_whence_it_comes_is_told_to_come_again(
    locked: Running,
) -> None:
    answer = got(locked, f"/host?token={TOKEN}", PERSON)
    assert (answer.status, answer.headers["refresh"]) == (200, "0; url=/host")
    assert "set-cookie" in answer.headers
    assert TOKEN not in str(answer)


def test_who_has_the_cookie_is_led_on_by_the_link_too(locked: Running) -> None:
    answer = got(locked, "/together?token=of-another-start&a=1", PERSON, HERE, cookie_of(locked))
    assert (answer.status, answer.headers["location"]) == (303, "/together?a=1")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/arrays/a%20box/1b-2/x%2Fy?token={}", "/arrays/a%20box/1b-2/x%2Fy"),
        ("/together?a=1&token={}&b=%26%3D&c", "/together?a=1&b=%26%3D&c"),
        ("/?t%6Fken={}", "/"),
        ("//evil.test/?token={}", "/evil.test/"),
        ("///evil.test?token={}", "/evil.test"),
        ("/%5Cevil.test?token={}", "/%5Cevil.test"),
        ("/\\evil.test?token={}", "/evil.test"),
        ("/?token={}&next=https://evil.test", "/?next=https://evil.test"),
    ],
)
def test_the_link_leads_to_its_own_page_and_to_no_other_host(
    locked: Running, path: str, location: str
) -> None:
    request = f"GET {path.format(TOKEN)} HTTP/1.1\r\nHost: {own_host(locked)}\r\n"
    answer = spoken(locked, f"{request}Connection: close\r\n\r\n".encode()).decode()
    assert f"\r\nlocation: {location}\r\n" in answer


def test_a_page_cannot_be_split_by_its_address(locked: Running) -> None:
    answer = got(locked, f"/a%0d%0aset-cookie:x=1?token={TOKEN}&b=%0d%0a", PERSON, HERE)
    assert answer.headers["location"] == "/a%0d%0aset-cookie:x=1?b=%0d%0a"


TRICKS = [
    "/static/../api/v1/arrays",
    "/static/%2e%2e/api/v1/arrays",
    "/static/..%2fapi/v1/arrays",
    "/static//api/v1/arrays",
    "//api/v1/arrays",
    "/./api/v1/arrays",
    "/healthz/../api/v1/arrays",
    "/healthz/",
    "/healthz%2f..%2fapi%2fv1%2farrays",
    "/%61pi/v1/arrays",
    "/api%2fv1%2farrays",
    "/API/v1/arrays",
    "/api/v1/arrays;/static/",
    "/api/v1/arrays?/static/",
    "/api/v1/arrays%3f/static/",
    "/api/v1/arrays%00/static/x",
    "/api/v1/arrays#/static/",
    "/metrics/",
    "/metrics%2f",
]


@pytest.mark.parametrize("path", TRICKS)
def test_no_trick_with_a_path_leads_around_the_gate(locked: Running, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: {own_host(locked)}\r\nConnection: close\r\n\r\n"
    answer = spoken(locked, request.encode())
    assert re.match(rb"HTTP/1\.1 (400|401|404) ", answer)
    assert b'"arrays"' not in answer


def test_the_address_of_a_proxys_request_leads_not_around_the_gate(locked: Running) -> None:
    own = own_host(locked)
    request = f"GET http://{own}/static/../api/v1/host HTTP/1.1\r\nHost: {own}\r\n"
    assert b" 404 " in spoken(locked, f"{request}Connection: close\r\n\r\n".encode())[:16]
    request = f"GET http://{own}/api/v1/host HTTP/1.0\r\nHost: {own}\r\n\r\n"
    assert b" 401 " in spoken(locked, request.encode())[:16]


def test_a_forwarded_address_is_not_believed(attacked: Running) -> None:
    for number in range(BURST):
        forged = ("X-Forwarded-For", f"192.0.2.{number}")
        assert got(attacked, "/api/v1/host", ("Authorization", "Bearer no"), forged).status == 401
    assert got(attacked, "/api/v1/host", BEARER, ("X-Forwarded-For", "192.0.2.99")).status == 429


@pytest.mark.parametrize("way", ["header", "link", "both"])
def test_too_many_wrong_tokens_must_wait_and_a_cookie_never(attacked: Running, way: str) -> None:
    cookie = cookie_of(attacked)
    for number in range(BURST):
        wrong = ("Authorization", "Bearer wrong")
        link = way == "link" or (way == "both" and number % 2)
        answer = got(attacked, "/?token=wrong") if link else got(attacked, "/", wrong)
        assert is_refused(answer)
    for answer in (got(attacked, "/", BEARER, PERSON), got(attacked, f"/?token={TOKEN}")):
        assert answer.status == 429
        assert 0 < int(answer.headers["retry-after"]) <= 10
        assert answer.headers["retry-after"] in answer.body.decode()
    assert got(attacked, "/api/v1/arrays", cookie).status == 200
    assert is_refused(got(attacked, "/"))


def test_an_old_cookie_is_no_wrong_token(attacked: Running) -> None:
    port = own_host(attacked).rpartition(":")[2]
    for _ in range(BURST + 1):
        assert is_refused(got(attacked, "/", ("Cookie", f"shmscope-{port}=of-another-start")))
    assert got(attacked, "/api/v1/host", BEARER).status == 200


def test_two_tokens_are_none(attacked: Running) -> None:
    assert is_refused(got(attacked, f"/?token={TOKEN}&token={TOKEN}"))
    assert (
        asked(attacked, "GET", "/api/v1/host", ("Host", own_host(attacked)), BEARER, BEARER).status
        == 400
    )


def test_a_token_that_a_user_gave_is_asked_for_on_loopback_too(locked: Running) -> None:
    assert socket.inet_aton(own_host(locked).partition(":")[0])[0] == 127
    assert is_refused(got(locked, "/api/v1/host"))
