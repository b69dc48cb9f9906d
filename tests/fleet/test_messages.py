"""Messages: what is no plain data is refused, whatever was sent."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import cbor2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fleet.saying import place, row, statistics

from shmscope.errors import MessageError, ShmscopeError
from shmscope.fleet import messages
from shmscope.fleet.bulletin import Bulletin
from shmscope.fleet.hosts import Hosts
from shmscope.fleet.listing import decode_listing
from shmscope.fleet.passing import PASSING, overlay, pack, unpack
from shmscope.fleet.wishes import wish_of
from shmscope.layout.hand import parse_rule
from shmscope.layout.lens import Lens
from shmscope.layout.names import ArrayId
from shmscope.sampling.topics import ArrayTopic, HostTopic, Topic, ValuesTopic
from shmscope.web.wishes import parse_topic

ARRAY = ArrayId("a box", "1b-2e4f", "heat/%")
RULE = parse_rule({"dtype": [["a", "<f4"], ["b", "<i8", [2]]], "shape": [2, -1]}, pattern="*")
STRIDED = parse_rule(
    {"dtype": "<f4", "shape": [4, 4], "strides": [4, 16], "offset": 8}, pattern="*"
)
LENS = Lens("price.x", "phase", (1, 0), ((0, 5), (2, 9)), (3, 4), "mean", ArrayId("a", "b", "c"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x81" * 1000,
        b"\x9f\xff",
        bytes.fromhex("a16161d81c81d81d00"),  # a list that holds itself
        cbor2.dumps({"a": 1 << 80}),
        cbor2.dumps({"a": {1, 2}}),
        cbor2.dumps({1: 2}),
        cbor2.dumps([1]),
        cbor2.dumps({"a": cbor2.CBORTag(64, b"x")}),
        bytes.fromhex("a161619bffffffffffffffff"),  # a list longer than memory
    ],
    ids=lambda body: body[:12].hex(),
)
def test_what_is_no_map_of_plain_data_is_refused(body: bytes) -> None:
    with pytest.raises(MessageError):
        messages.decode(body)


@given(st.binary(max_size=300))
def test_any_bytes_are_taken_in_or_refused_with_a_known_error(body: bytes) -> None:
    for take in (
        messages.decode,
        lambda one: decode_listing(one, place(), 0.0),
        lambda one: Hosts("hub").hear(place(), one, 0.0),
    ):
        with suppress(ShmscopeError):
            take(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_unpacked_as_whole_entries(packed: bytes) -> None:
    found = unpack(packed)
    assert len(found) <= len(packed) // PASSING.itemsize
    for entry in found.values():
        assert overlay(row(), entry)["health"]["level"] in ("ok", "warning", "critical")


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"writes": None, "writes_per_s": None, "last_write_age_s": None},
        {"changes": {"per_s": 3.0, "last_change_age_s": None, "compared": 5}},
        {"gone_s": 4.0, "age_s": 1.5, "torn": {"copies": 3, "of": 9}},
        {"health": {"level": "critical", "verdicts": []}},
    ],
)
def test_what_passes_is_told_as_it_was(other: dict[str, Any]) -> None:
    now = row(**other)
    before = row(changes={"per_s": 0.0, "compared": 5} if now["changes"] else None)
    [entry] = unpack(pack([(3, now)])).values()
    told = overlay(before, entry)
    for name in ("writes", "writes_per_s", "last_write_age_s", "gone_s", "age_s", "torn"):
        assert told[name] == now[name]
    assert told["health"]["level"] == now["health"]["level"]
    assert told["changes"] == now["changes"]


def overview(*rows: dict[str, object]) -> dict[str, object]:
    shm = {"size_bytes": 100, "used_bytes": 10, "free_bytes": 90}
    host = {"name": "robot", "shm": shm, "health": {"level": "warning", "verdicts": []}}
    return {"host": host, "arrays": list(rows)}


def test_a_bulletin_counts_its_revision_up_when_what_lasts_changes() -> None:
    bulletin = Bulletin()
    same = row(writes=8, writes_per_s=1.0, last_write_age_s=9.0)
    looks = [[row()], [same], [row(shape=[2, 2])], [row(shape=[2, 2]), row("b")], [row("b")]]
    told = [messages.decode(bulletin.update(overview(*rows), 0.0)) for rows in looks]
    assert [one["revision"] for one in told] == [1, 1, 2, 3, 4]
    assert [one["tick"] for one in told] == [1, 2, 3, 4, 5]
    assert told[0]["level"] == "warning"
    listing = decode_listing(bulletin.listing(), place(), 0.0)
    assert [(entry.number, entry.row["name"]) for entry in listing.entries] == [(1, "b")]


def test_a_message_stays_small_and_tells_of_all_arrays_in_turn() -> None:
    bulletin, count, seen = Bulletin(), 5000, set[int]()
    rows = [row(f"array{number}") for number in range(count)]
    for _ in range(4):
        body = bulletin.update(overview(*rows), 0.0)
        assert len(body) < 1 << 16
        seen |= unpack(messages.decode(body)["passing"]).keys()
    assert len(seen) == count


def test_a_message_of_as_many_arrays_as_fit_is_no_longer_than_it_may_be() -> None:
    shm = {"size_bytes": (1 << 63) - 1, "used_bytes": (1 << 63) - 1}
    host = {"shm": shm, "health": {"level": "critical"}}
    longest, count = 0, 1400
    while longest <= messages.MOST_TICK_BYTES and count < 1500:
        bulletin = Bulletin()
        rows = [row(f"array{number}", writes_per_s=0.1) for number in range(count)]
        body = bulletin.update({"host": host, "arrays": rows}, 1e9 + 0.1)
        longest, count = max(longest, len(body)), count + 1
    assert messages.MOST_TICK_BYTES - 500 < longest <= messages.MOST_TICK_BYTES


def test_fifty_arrays_take_about_two_kilobytes() -> None:
    body = Bulletin().update(overview(*(row(f"array{number}") for number in range(50))), 0.0)
    assert len(body) < 2600


@pytest.mark.parametrize(
    "topic",
    [
        ArrayTopic(ARRAY),
        ValuesTopic(ARRAY, "0:4, ::2", 99),
        ValuesTopic(ARRAY, "...", 5, RULE, LENS),
        ValuesTopic(ARRAY, "...", 5, STRIDED, Lens(against=3)),
        HostTopic("a box"),
    ],
    ids=["array", "values", "rule and lens", "strides", "host"],
)
def test_a_wish_is_read_as_the_topic_that_it_came_from(topic: Topic) -> None:
    wish = messages.decode(messages.encode(wish_of(topic)))
    expected = HostTopic() if isinstance(topic, HostTopic) else topic
    assert parse_topic(wish) == expected


def test_what_passes_of_numpy_scalars_is_plain() -> None:
    [entry] = unpack(pack([(0, row(writes_per_s=np.float32(2.5)))])).values()
    assert type(entry["writes_per_s"]) is float
    assert messages.decode(statistics())["passing"]
