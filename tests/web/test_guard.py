"""Who may connect: a page from elsewhere may not, by whatever name it calls this machine."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.asking import UPGRADE, asked, got, own_host, spoken
from tests.web.running import Running, running
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from shmscope.web.access import Access
from shmscope.web.guard import SECURITY_HEADERS, security_headers
from shmscope.web.hosts import Hosts, is_loopback

OWN = Hosts.of("http", ())
FRIENDS = [
    "localhost",
    "LOCALHOST",
    "LocalHost:8765",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.8.9.10:65535",
    "[::1]",
    "[::1]:8765",
    "[0:0:0:0:0:0:0:1]:8765",
]
STRANGERS = [
    "",
    " ",
    ":8765",
    "evil.example",
    "evil.example:8765",
    "127.0.0.1.evil.example",
    "localhost.evil.example:8765",
    "localhost.",
    "evil-localhost",
    "0.0.0.0:8765",
    "192.168.0.7",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "::1",
    "[::1",
    "[::2]:8765",
    "[::]:8765",
    "[fe80::1]",
    "[localhost]",
    "[127.0.0.1]x",
    "localhost:",
    "localhost:8765:1",
    "localhost:http",
    "localhost:123456",
    "localhost@evil.example",
    "evil.example@localhost",
    "evil.example#localhost",
    "localhost/evil.example",
    "localhost\\evil.example",
    "localhost, evil.example",
    "localhost evil.example",
    "localhost\x00",
    "lоcalhost",
    "١27.0.0.1",
]
FOREIGN_ORIGINS = [
    "http://evil.example",
    "https://127.0.0.1:8765",
    "http://127.0.0.1",
    "http://127.0.0.1:8766",
    "http://localhost:8765",
    "http://127.0.0.1:8765/",
    "http://127.0.0.1:8765.evil.example",
    "http://evil.example@127.0.0.1:8765",
    "null",
    "file://",
    "127.0.0.1:8765",
    "",
]


@pytest.mark.parametrize("host", FRIENDS)
def test_a_host_that_names_loopback_is_let_in(host: str) -> None:
    assert OWN.refusal(host, None) is None
    assert OWN.refusal(host, f"http://{host}") is None
    assert OWN.refusal(host, f"HTTP://{host.upper()}") is None


@pytest.mark.parametrize("host", STRANGERS)
def test_any_other_host_is_refused_whatever_its_origin_says(host: str) -> None:
    for origin in (None, f"http://{host}", "http://localhost"):
        assert "Host" in (OWN.refusal(host, origin) or "")


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_an_origin_that_is_not_this_server_is_refused(origin: str) -> None:
    assert "Origin" in (OWN.refusal("127.0.0.1:8765", origin) or "")


@given(st.text() | st.from_regex(r"\A[\[\]:.@/%\w-]{0,40}\Z"), st.none() | st.text())
def test_no_header_raises_and_a_refusal_is_short(host: str, origin: str | None) -> None:
    reason = OWN.refusal(host, origin)
    assert reason is None or len(reason) < 1500


@given(st.ip_addresses())
def test_loopback_is_what_the_address_family_says_it_is(address: object) -> None:
    expected = str(address) == "::1" or str(address).startswith("127.")
    assert is_loopback(str(address)) == expected


@pytest.mark.parametrize("path", ["/", "/api/v1/arrays", "/static/js/stream/codec.js", "/nowhere"])
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:80", "[::2]"])
def test_a_rebound_name_gets_nothing_but_a_problem(served: Running, path: str, host: str) -> None:
    status, headers, body = asked(served, "GET", path, ("Host", host))
    assert status == 403
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["status"] == 403
    assert host in json.loads(body)["detail"]


def test_a_page_from_elsewhere_gets_nothing(served: Running) -> None:
    own = own_host(served)
    for origin in ("http://evil.example", "null"):
        headers = (("Host", own), ("Origin", origin))
        assert asked(served, "GET", "/api/v1/arrays", *headers)[0] == 403
    assert (
        asked(served, "GET", "/api/v1/arrays", ("Host", own), ("Origin", f"http://{own}"))[0] == 200
    )


def test_a_request_without_a_host_is_refused(served: Running) -> None:
    assert asked(served, "GET", "/api/v1/arrays")[0] in (400, 403)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://localhost"]
)
def test_a_page_from_elsewhere_cannot_open_the_stream(served: Running, origin: str) -> None:
    with pytest.raises(InvalidStatus) as caught, connect(served.stream, origin=Origin(origin)):
        pass
    assert caught.value.response.status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", ""])
def test_a_rebound_name_cannot_open_the_stream(served: Running, host: str) -> None:
    assert asked(served, "GET", "/api/v1/stream", ("Host", host), *UPGRADE).status == 403


def test_its_own_page_opens_the_stream(served: Running) -> None:
    with connect(served.stream, origin=Origin(served.address)) as stream:
        assert stream.recv(20)


@pytest.mark.parametrize(
    ("method", "path", "accept", "status"),
    [
        ("GET", "/", "text/html", 200),
        ("GET", "/arrays/a/b/c", "text/html", 200),
        ("GET", "/nowhere", "text/html", 404),
        ("GET", "/nowhere", "*/*", 404),
        ("POST", "/", "*/*", 405),
        ("OPTIONS", "/api/v1/host", "*/*", 405),
        ("GET", "/api/v1/host", "*/*", 200),
        ("GET", "/api/v1/openapi.json", "*/*", 200),
        ("GET", "/api/v1/arrays/a/b/c", "*/*", 404),
        ("GET", "/api/v1/arrays/a/b/c/values?format=xml", "*/*", 422),
        ("GET", "/static/js/stream/codec.js", "*/*", 200),
        ("GET", "/static/vendor/uplot.css", "*/*", 200),
        ("GET", "/static/nowhere.js", "*/*", 404),
        ("GET", "/static/", "*/*", 404),
        ("GET", "/static/../pyproject.toml", "*/*", 404),
        ("GET", "/static/%2e%2e/errors.py", "*/*", 404),
        ("POST", "/static/js/stream/codec.js", "*/*", 405),
    ],
)
def test_every_answer_carries_the_security_headers(
    served: Running, method: str, path: str, accept: str, status: int
) -> None:
    own = own_host(served)
    answer = asked(served, method, path, ("Host", own), ("Accept", accept))
    assert answer[0] == status
    assert SECURITY_HEADERS.items() <= answer[1].items()
    assert "access-control-allow-origin" not in answer[1]
    assert "server" not in answer[1]


def test_a_refusal_carries_the_security_headers(served: Running) -> None:
    assert SECURITY_HEADERS.items() <= asked(served, "GET", "/", ("Host", "evil"))[1].items()


@pytest.mark.parametrize("name", ["Host", "Origin", "Authorization"])
def test_a_header_that_is_there_twice_is_refused(served: Running, name: str) -> None:
    value = {"Host": own_host(served), "Origin": served.address}.get(name, "Bearer x")
    answer = asked(served, "GET", "/", ("Host", own_host(served)), (name, value), (name, value))
    assert answer.status == 400
    assert name.lower() in json.loads(answer.body)["detail"]


def test_a_request_of_the_first_http_without_a_host_is_refused(served: Running) -> None:
    assert spoken(served, b"GET /api/v1/arrays HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 403")


def test_the_address_of_a_proxys_request_stands_for_no_host(served: Running) -> None:
    ask = b"GET http://%s/api/v1/host HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
    own = own_host(served).encode()
    assert spoken(served, ask % (own, b"evil.test")).startswith(b"HTTP/1.1 403")
    assert spoken(served, ask % (b"evil.test", own)).startswith(b"HTTP/1.1 200")


FOREIGN_PAGE = ("Sec-Fetch-Site", "cross-site")
NEIGHBOURS_PAGE = ("Sec-Fetch-Site", "same-site")


@pytest.mark.parametrize("site", [FOREIGN_PAGE, NEIGHBOURS_PAGE])
@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("no-cors", "image"),
        ("no-cors", "script"),
        ("no-cors", "empty"),
        ("cors", "empty"),
        ("navigate", "iframe"),
        ("navigate", "object"),
        ("navigate", "embed"),
    ],
)
def test_a_page_from_elsewhere_gets_nothing_even_where_no_origin_is_sent(
    served: Running, site: tuple[str, str], mode: str, kind: str
) -> None:
    said = (site, ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", kind))
    for path in ("/", "/api/v1/arrays", "/static/favicon.svg"):
        assert got(served, path, *said).status == 403


@pytest.mark.parametrize("site", [FOREIGN_PAGE, NEIGHBOURS_PAGE])
def test_a_page_from_elsewhere_may_link_to_this_one(served: Running, site: tuple[str, str]) -> None:
    said = (site, ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"))
    assert got(served, "/", *said).status == 200


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_its_own_pages_get_everything(served: Running, site: str) -> None:
    assert got(served, "/api/v1/arrays", ("Sec-Fetch-Site", site)).status == 200


def test_the_pages_that_may_embed_are_named_and_no_other_header_forbids_it() -> None:
    with running(Access(embedders=("http://localhost:8888", "https://hub.example"))) as served:
        frame = (FOREIGN_PAGE, ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe"))
        answer = got(served, "/", *frame)
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors http://localhost:8888 https://hub.example")
    assert "x-frame-options" not in answer.headers


GRADED = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "x-permitted-cross-domain-policies": "none",
}


def test_every_header_that_graders_ask_for_is_there_and_as_strict_as_can_be() -> None:
    for name, value in GRADED.items():
        assert value in SECURITY_HEADERS[name]
    others = security_headers(("http://localhost:8888",))
    assert SECURITY_HEADERS.keys() - others.keys() == {"x-frame-options"}


def test_the_content_security_policy_lets_nothing_in_from_elsewhere_and_nothing_inline() -> None:
    policy = SECURITY_HEADERS["content-security-policy"]
    assert "default-src 'none'" in policy
    for word in ("unsafe", "http:", "https:", "*"):
        assert word not in policy
