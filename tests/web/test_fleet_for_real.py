"""A hub's REST API and `shmscope ls --hub`, with agents that are processes of their own."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import numpy as np
import pytest
from tests.terminal.running import complaint, printed
from tests.waiting import until
from tests.web.fleet_processes import Hub, hub_of
from tests.web.fleets import SaidFleet
from tests.web.running import Running, running

import shmscope
from shmscope.publishing.array import SharedArray

PREFIX = f"fleet{os.getpid()}"
PLATE, BIG = f"{PREFIX}-plate", f"{PREFIX}-big"
LARGE_BYTES = 80 << 20  # more than one copy: it is read in parts while it is sent


@pytest.fixture(scope="module")
def plate() -> Iterator[SharedArray]:
    with shmscope.create(PLATE, (64, 96), "f4", unit="mm") as array:
        array[...] = np.arange(64 * 96).reshape(64, 96)
        yield array


@pytest.fixture(scope="module")
def big() -> Iterator[SharedArray]:
    with shmscope.create(BIG, LARGE_BYTES // 4, "u4") as array:
        array[...] = np.arange(LARGE_BYTES // 4)
        yield array


@pytest.fixture(scope="module")
def hub(plate: SharedArray, big: SharedArray) -> Iterator[Hub]:
    with hub_of(f"--allow={PREFIX}-own") as running:
        running.start("a b", f"--allow={plate.name}")
        running.start("west", f"--allow={big.name}")
        yield running


@pytest.fixture
def path(hub: Hub) -> str:
    return f"{hub.address}api/v1/arrays/{hub.id_of('a b', PLATE)}"


def refusal(request: Request | str) -> tuple[int, str]:
    """Return status and detail of a problem."""
    with pytest.raises(HTTPError) as caught:
        urlopen(request)
    with caught.value as answer:
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.code, json.load(answer)["detail"]


def test_values_of_a_remote_array_come_in_every_form(path: str, plate: SharedArray) -> None:
    expected = np.array(plate[2:5, 3])
    with urlopen(f"{path}/values?select=2:5,3&format=npy") as answer:
        assert np.load(io.BytesIO(answer.read())).tolist() == expected.tolist()
        assert answer.headers["x-shmscope-shape"] == "[3]"
    with urlopen(f"{path}/values?select=2:5,3&format=json") as answer:
        assert json.load(answer)["values"] == expected.tolist()
    with urlopen(f"{path}/values?select=2:5,3&format=csv") as answer:
        assert len(answer.read().splitlines()) >= 3
    with urlopen(f"{path}/values?select=2:5,3&format=raw") as answer:
        assert answer.read() == expected.astype("<f4").tobytes()
    with urlopen(f"{path}/values?format=png") as answer:
        assert answer.read().startswith(b"\x89PNG")


def test_what_was_not_written_is_not_sent_again(path: str, plate: SharedArray) -> None:
    address = f"{path}/values?format=npy"
    with urlopen(address) as answer:
        known = {"If-None-Match": answer.headers["etag"]}
    with pytest.raises(HTTPError, match="304"):
        urlopen(Request(address, headers=known))
    plate[0, 0] = 7
    with urlopen(Request(address, headers=known)) as answer:
        assert answer.headers["etag"] != known["If-None-Match"]


def test_a_large_remote_array_arrives_whole(hub: Hub, big: SharedArray) -> None:
    address = f"{hub.address}api/v1/arrays/{hub.id_of('west', BIG)}/values"
    with urlopen(f"{address}?format=raw&max_points={LARGE_BYTES // 4}") as answer:
        assert int(answer.headers["content-length"]) == LARGE_BYTES
        digest = np.frombuffer(answer.read(), "<u4")
    assert np.array_equal(digest, big.array)


@pytest.mark.parametrize("part", ["", "/statistics", "/histogram", "/history", "/processes"])
def test_all_else_that_is_known_of_an_array_is_the_owners_answer(path: str, part: str) -> None:
    with urlopen(f"{path}{part}") as answer:
        assert json.load(answer)


def test_what_is_wrong_is_the_owners_problem(path: str) -> None:
    assert refusal(f"{path}/values?select=99")[0] == 422
    assert refusal(f"{path}/values?nothing=1")[0] == 422
    assert refusal(f"{path}x")[0] == 404
    assert refusal(Request(f"{path}/copies", method="POST"))[0] == 405


def test_a_hosts_memory_is_told_by_itself(hub: Hub) -> None:
    assert hub.ask("fleet/hosts/a%20b/memory")["host"]["name"] == "a b"


@pytest.mark.usefixtures("path")
def test_the_hub_lists_no_arrays_of_others_unless_asked(hub: Hub) -> None:
    assert PLATE not in [row["name"] for row in hub.ask("arrays")["arrays"]]
    (row,) = hub.ask("arrays?host=a*&match=*plate")["arrays"]
    assert (row["host"], row["name"], row["state"]) == ("a b", PLATE, "reachable")
    assert row["known_age_s"] < 5


@pytest.mark.usefixtures("path")
def test_the_command_line_lists_arrays_by_host(hub: Hub) -> None:
    link = hub.address.rstrip("/")
    heading, *lines = printed("ls", "--hub", link).splitlines()
    assert heading.split()[:3] == ["HOST", "NAME", "SIZE"]
    (line,) = [line for line in lines if PLATE in line]
    assert re.match(rf"a b +{PLATE} +24\.0 KiB ", line)
    assert "float32 64 x 96" in line
    found = json.loads(printed("ls", "--hub", link, "--json", PLATE))
    assert [row["name"] for row in found["arrays"]] == [PLATE]
    assert {host["host"] for host in found["hosts"]} == {"a b", "west"}
    assert complaint(1, "ls", "--hub", link, "nothing") == "no array of any host matches 'nothing'"
    assert "--pid" in complaint(2, "ls", "--hub", link, "--pid", "1")


def test_a_host_that_was_killed_is_unreachable_and_comes_back(hub: Hub, path: str) -> None:
    hub.kill("a b")
    until(lambda: hub.state("a b") == "unreachable")
    status, detail = refusal(f"{path}/values")
    assert (status, bool(re.search(r"cannot be reached, for \d+ s now$", detail))) == (503, True)
    (row,) = hub.ask("arrays?host=a*&match=*plate")["arrays"]
    assert row["state"] == "unreachable"
    said = printed("ls", "--hub", hub.address.rstrip("/")).splitlines()[-1]
    assert said.startswith("a b cannot be reached, for ")
    hub.restart("a b")
    until(lambda: hub.state("a b") == "reachable")
    with urlopen(f"{path}/values?select=0&format=npy") as answer:
        assert answer.status == 200


def test_a_host_that_was_ended_is_said_to_be(hub: Hub) -> None:
    hub.start("short", f"--allow={PREFIX}-none")
    until(lambda: hub.state("short") == "reachable")
    assert hub.end("short") == 0
    until(lambda: hub.state("short") == "ended")


def test_of_a_host_with_more_arrays_than_are_listed_rest_and_the_command_line_say_so() -> None:
    cut = {"listed": 40_123, "limit_bytes": 64 << 20}
    with running(fleet=SaidFleet({"b": [], "c": []}, b={"cut": cut})) as server:
        hosts = server.get("/api/v1/fleet/hosts").json()["hosts"]
        assert [host["cut"] for host in hosts] == [cut, None]
        *_, said = printed("ls", "--hub", server.address).splitlines()
        assert (
            said == "b has more arrays than the 40,123 that are listed: a list may have 64.0 MiB."
        )


def test_a_server_that_is_no_hub_says_so(served: Running) -> None:
    assert "is no hub: one is started with" in complaint(2, "ls", "--hub", served.address)
