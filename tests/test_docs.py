"""docs/stream.md and README.md say what is, by name and to the last field."""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from multiprocessing import Manager
from pathlib import Path
from typing import Any

import cbor2
import numpy as np
import pytest
from tests.sampling.stepping import SurveysOf

import shmscope
from shmscope.fleet.keys import Place
from shmscope.fleet.listing import decode_listing, encode_listing
from shmscope.layout.names import ArrayId
from shmscope.sampling import gauges, host_rows, rows, scan, watches
from shmscope.sampling.facts import LockFacts
from shmscope.sampling.gauges import Gauge
from shmscope.sampling.health.verdicts import Verdict
from shmscope.sampling.sampler import Sampler
from shmscope.sampling.topics import (
    ArrayTopic,
    Delivery,
    HostTopic,
    OverviewTopic,
    Topic,
    ValuesTopic,
)
from shmscope.sources.ceilings import DEFAULT
from shmscope.terminal.grammar import build_parser
from shmscope.terminal.settings import SETTINGS
from shmscope.web import session, wishes
from shmscope.web.accepting import MEDIA_TYPES
from shmscope.web.app import create_app
from shmscope.web.colours import maps
from shmscope.web.hub import Hub
from shmscope.web.limits import LIMITS, RATES_HZ
from shmscope.web.one_array import MOST_BINS
from shmscope.web.pictures import DEFAULT_PIXELS
from shmscope.web.rest import MOST_ROWS
from shmscope.web.selections import MOST_JSON_POINTS, PART_BYTES, STREAMED_BYTES
from shmscope.web.values_query import DEFAULT_POINTS

ROOT = Path(__file__).parents[1]
STREAM = (ROOT / "docs" / "stream.md").read_text()
REST = (ROOT / "docs" / "rest.md").read_text()
README = (ROOT / "README.md").read_text()
ARRAY = "/api/v1/arrays/{host}/{segment}/{name}"
TICKET = np.dtype([("time", "<f8"), ("price", "<f4", (2,))])

Fields = dict[str, Any]


def documented(heading: str) -> Fields:
    """Return the fields of the first object after `heading` in docs/stream.md, as a tree."""
    return parse_fields(STREAM[STREAM.index("{", STREAM.index(heading)) :])


def parse_fields(text: str) -> Fields:
    """Return the keys of the object that `text` begins with; around them stands prose."""
    root: Fields = {}
    stack: list[Fields | None] = []  # of open objects and, as None, lists
    keys = [root]  # of each open object, what its last key holds
    before = ""
    for token, after in pairwise([*re.findall(r'"[^"]*"|[^\s"]', text), ""]):
        if token in "{[":
            stack.append(keys[-1] if token == "{" else None)
            keys += [keys[-1]] * (token == "{")
        elif token in "}]":
            if stack.pop() is not None:
                keys.pop()
            if not stack:
                return root
        elif (fields := stack[-1]) is not None and is_key(token, before, after):
            keys[-1] = fields.setdefault(token.strip('"'), {})
        before = token
    raise AssertionError("the object does not end")


def is_key(token: str, before: str, after: str) -> bool:
    """Whether a token of an object is the name of a field, and not what the field may hold."""
    return token[0] == '"' and (after == ":" or (before in "{," and after in ",}"))


def assert_described(described: Fields, served: Any) -> None:
    """Check that what is served has just the fields that are described, all the way down."""
    assert set(served) == set(described)
    for key, inner in described.items():
        parts = served[key] if isinstance(served[key], list) else [served[key]]
        for part in parts:
            if inner and part is not None:
                assert_described(inner, part)


class Told:
    """What a sampler tells of an array, its writers and a Manager's list."""

    def __init__(self, name: str, sampler: Sampler, deliveries: list[Delivery]) -> None:
        self.rows = {row["name"]: row for row in sampler.reports.rows()}
        self.row = self.rows[name]
        self.deliveries = deliveries

    def body(self, kind: str, topic: type[Topic]) -> Any:
        """Return the first body of a kind about a kind of topic."""
        found = (d.body for d in self.deliveries if d.kind == kind and isinstance(d.topic, topic))
        return next(found)


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """What there is to be told of a ring of records that somebody watches."""
    name = f"test-docs-{time.monotonic_ns()}"
    deliveries: list[Delivery] = []
    late_s = 0.0
    surveys = SurveysOf(name)
    sampler = Sampler(
        "box", deliveries.append, clock=lambda: time.monotonic() + late_s, surveys=surveys
    )
    made = shmscope.create(name, 8, TICKET, unit="€")
    with Manager() as manager, made as array, ExitStack() as later:
        listed = shmscope.publish(f"{name}-list", manager.list([1, 2]))
        array[0] = (1.0, (2.0, 3.0))
        surveys.take()
        sampler.step()
        later.enter_context(shmscope.create(f"{name}-later", 4))
        ident = ArrayId.parse(
            next(row["id"] for row in sampler.reports.rows() if row["name"] == name)
        )
        for topic in (
            OverviewTopic(),
            HostTopic(),
            ArrayTopic(ident),
            ValuesTopic(ident, "...", 4),
        ):
            sampler.demand.add(topic)
        sampler.keeping.copy(ident)
        sampler.keeping.watch(ident, Gauge("mean", field="price"), 10.0)
        late_s += 1.0
        sampler.step()
        yield Told(name, sampler, deliveries)
        sampler.close()
        listed.unlink()


def test_the_parser_of_these_tests_reads_keys_and_not_their_values() -> None:
    text = """{"a", "b": "x" | ["y", {"no": 1}], "c": [Row, ...], words, more
               "d": {"e", "f"}, "g": [{"h": 1}, {"h": 2}] | "i": prose} "j": 1}"""
    inner: Fields = {"no": {}}
    assert parse_fields(text) == {
        "a": {}, "b": inner, "c": {}, "d": {"e": {}, "f": {}}, "g": {"h": {}}, "i": {},
    }  # fmt: skip


def test_a_row_has_the_fields_that_are_documented(told: Told) -> None:
    assert_described(documented("**Row**"), told.row)


def test_the_row_of_a_managers_object_has_them_too(told: Told) -> None:
    row = told.rows[f"{told.row['name']}-list"]
    assert row["read_cost"] is not None
    assert_described(documented("**Row**"), row)


def test_a_hub_keeps_every_row_of_a_real_server(told: Told) -> None:
    listed = encode_listing(1, enumerate(told.rows.values()))
    kept = decode_listing(listed, Place("_", "box", "1"), 0.0).entries
    assert {entry.row["name"] for entry in kept} == set(told.rows)


def test_a_writer_has_the_fields_that_are_documented(told: Told) -> None:
    assert_described(documented("**Writer**"), told.row["writers"][0])


def test_a_verdict_has_the_fields_that_are_documented() -> None:
    verdict = Verdict("stalled", "warning", "It stalls.", 1.0, None)
    assert_described(documented("**Verdict**"), rows.health([verdict])["verdicts"][0])


def test_the_host_has_the_fields_that_are_documented(told: Told) -> None:
    overview = told.body("frame", OverviewTopic)
    assert_described(documented("### `overview`"), overview)
    assert_described(documented("**Host**"), overview["host"])


def test_a_frame_of_an_array_has_the_fields_that_are_documented(told: Told) -> None:
    array = told.body("frame", ArrayTopic)
    assert_described(documented("### `array`"), array)
    assert_described(documented("**History**"), array["history"])
    assert len(array["statistics"]) == 2
    for statistics in array["statistics"]:
        assert_described(documented("**Statistics**"), statistics)
    assert_described(documented("**Copy**"), array["copies"][0])
    assert_described(documented("**Watch**"), array["watches"][0])


def test_the_limits_of_what_is_kept_are_those_documented() -> None:
    mib = 1 << 20
    sentence = (
        f"of at most {DEFAULT.copy_bytes // mib} MiB each and {DEFAULT.copies_bytes // mib} MiB"
    )
    assert f"keeps {DEFAULT.copies} copies in all, {sentence} together" in STREAM
    assert f"The newest {watches.MOST_SAMPLES} samples of the last five minutes" in STREAM
    assert watches.KEPT_S == 300
    assert (
        f"have {DEFAULT.array_watches} watches, all\narrays together {DEFAULT.watches};" in STREAM
    )
    assert f"at most {gauges.MOST_ELEMENTS:,} of them" in STREAM
    assert f"as many as {scan.FIELD_SAMPLE:,} elements" in STREAM


def test_the_hosts_memory_has_the_fields_that_are_documented(told: Told) -> None:
    memory = told.body("frame", HostTopic)
    assert_described(documented("### `host`"), memory)
    assert_described(documented("**Room**"), memory["room"])
    assert_described(documented("**Segment**"), memory["segments"][0])
    assert_described(documented("**Event**"), memory["events"][0])
    lock = LockFacts(0, 1, 2.0)
    assert_described(documented("**Lock**"), host_rows.lock("id", "name", lock, None, []))


def test_a_schema_has_the_fields_that_are_documented(told: Told) -> None:
    schema = told.body("schema", ValuesTopic)
    assert schema["reduced"] == [2]
    assert_described(documented("Schema:"), schema)


def test_a_frame_of_values_has_the_fields_that_are_documented(told: Told) -> None:
    frame = told.body("frame", ValuesTopic)
    described = documented("Frame:")
    del described["values"]  # records have columns instead
    assert_described(described, frame)


def test_the_greeting_has_the_fields_that_are_documented() -> None:
    hello = session.Session(Hub("box")._greeting()).next_message(0.0) or ()
    _, greeting = cbor2.loads(b"".join(hello))
    (line,) = re.findall(r"^\| `hello` .*$", STREAM, re.MULTILINE)
    assert set(re.findall(r"`([a-z]+)`", line)) - {"hello", "protocol"} == set(greeting)


def test_the_ranges_of_a_subscription_are_those_documented() -> None:
    low, high = RATES_HZ
    assert f"`rate_hz` ({low:g} to {high:g}, default 10)" in STREAM
    points = f"(1 to {LIMITS.stream_points}, default {wishes.DEFAULT_POINTS})"
    assert f"`max_points` {points}" in STREAM


def test_every_route_is_documented_and_no_other() -> None:
    table = re.findall(r"^\| `(GET|POST|PUT|DELETE) ([^`?]+)", REST, re.MULTILINE)
    documented = {(way, path.replace("...", ARRAY)) for way, path in table}
    paths = create_app("box").openapi()["paths"]
    assert documented == {(way.upper(), path) for path, ways in paths.items() for way in ways}


def test_every_parameter_is_documented_and_no_other() -> None:
    told = dict(re.findall(r"^\| `GET ([^`?]+)\?([^`]+)`", REST, re.MULTILINE))
    found = {path.replace("...", ARRAY): re.findall(r"([a-z_]+)=", told[path]) for path in told}
    for path, ways in create_app("box").openapi()["paths"].items():
        names = [one["name"] for one in ways.get("get", {}).get("parameters", [])]
        assert found.get(path, []) == [name for name in names if f"{{{name}}}" not in path]


def test_the_forms_and_maps_of_values_are_documented_and_no_others() -> None:
    (listed,) = re.findall(r"^\| `GET .*&format=([^&]+)", REST, re.MULTILINE)
    assert listed.split("\\|") == list(MEDIA_TYPES)
    rows = re.findall(r"^\| `([a-z]+)` \| `([a-z/-]+)` \|", REST, re.MULTILINE)
    assert dict(rows) == {form: kind.partition(";")[0] for form, kind in MEDIA_TYPES.items()}
    assert f"the page's: {', '.join(maps())}." in REST


def test_the_limits_of_the_rest_api_are_those_documented() -> None:
    assert f"at most {MOST_ROWS:,}, which is also the default" in REST
    assert f"up to {MOST_JSON_POINTS:,} elements" in REST
    assert f"with up to {MOST_BINS:,} bins" in REST
    assert f"`max_points` elements (default {DEFAULT_POINTS:,})" in REST
    assert f"`max_pixels` (default {DEFAULT_PIXELS:,})" in REST
    assert f"Up to {STREAMED_BYTES >> 20} MiB of values are one copy" in REST
    assert f"read in parts of {PART_BYTES >> 20} MiB" in REST


def test_every_status_of_a_problem_is_documented_and_no_other() -> None:
    ways = [way for ways in create_app("box").openapi()["paths"].values() for way in ways.values()]
    named = {int(status) for way in ways for status in way["responses"] if status != "default"}
    told = set(map(int, re.findall(r"^\| (\d{3}) \|", REST, re.MULTILINE)))
    assert {status for status in named if status >= 400} <= told


def commands() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of every command."""
    actions = build_parser()._actions
    (group,) = (action for action in actions if isinstance(action, argparse._SubParsersAction))
    return dict(group.choices)


def test_the_readme_names_every_command() -> None:
    of_fleets = {"hub", "agent", "gateway", "fleet"}
    assert set(commands()) == {"serve", "demo", "ls", "show", "cat", "doctor"} | of_fleets
    for command in commands():
        assert re.search(rf"(shmscope |`){command}\b", README)


def options_of(command: str) -> set[str]:
    """Return the long options of a command."""
    return {
        option
        for action in commands()[command]._actions
        for option in action.option_strings
        if action.dest != "help"
    }


def test_the_readme_lists_options_that_there_are() -> None:
    listed = set(re.findall(r"^\| `(--[a-z-]+)` \|", README, re.MULTILINE))
    assert {"--port", "--config", "--array", "--root"} <= listed <= options_of("serve")
    assert options_of("serve") == options_of("demo")


@pytest.mark.parametrize("command", ["ls", "show", "cat", "doctor"])
def test_the_readme_names_every_option_of_a_command(command: str) -> None:
    lines = re.findall(rf"^    shmscope {command}\b.*$", README, re.MULTILINE)
    named = {option for line in lines for option in re.findall(r"--[a-z]+", line)}
    assert named | {"--array", "--config", "--root"} == options_of(command)


def test_the_readme_tells_the_defaults() -> None:
    defaults = {setting.option: setting.default for setting in SETTINGS}
    for option in ("--host", "--port"):
        (line,) = re.findall(rf"^\| `{option}` .*$", README, re.MULTILINE)
        assert f"default {defaults[option]}" in line
