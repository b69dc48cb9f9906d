"""Rows of other hosts: what is kept can be shown, whatever was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from tests.fleet.saying import place, row, statistics
from tests.test_docs import documented

from shmscope.fleet import messages, soundness
from shmscope.fleet.hosts import Hosts
from shmscope.fleet.listing import decode_listing, encode_listing
from shmscope.terminal.hub_listing import format_table
from shmscope.web.documents import arrays, base
from shmscope.web.wire import encode_body, encode_json

WRITER: Final = {
    "slot": 0, "pid": 4711, "thread": 4711, "label": "band 0", "state": "alive", "writes": 3,
    "writes_per_s": 59.9, "last_write_age_s": None, "in_write": False,
}  # fmt: skip
CHANGES: Final = {
    "per_s": 59.8, "looks_per_s": 60.0, "burst_looks_per_s": None, "elements": 4,
    "elements_per_s": 2.0, "compared": 65536, "coverage": 1.0, "last_change_age_s": 0.5,
}  # fmt: skip
VERDICT: Final = {
    "rule": "stalled", "level": "warning", "sentence": "It stands.", "since_s": 2, "remedy": None,
    "sure": "likely", "facts": {"largest": 1.5, "where": "3", "age_s": None},
}  # fmt: skip
FULL: Final = row(
    format="Aravis",
    segment_name=None,
    users={"rw": 2, "r": 0, "open": 1},
    dtype_spec=[["time", "<f8"], ["price", [["x", "<f4"]], [2]]],
    labels=["one"],
    writers=[WRITER],
    changes=CHANGES,
    read_cost={"look_s": 0.5, "looks_per_s": 2.0, "share": 0.25},
    health={"level": "warning", "verdicts": [VERDICT]},
    age_s=3.5,
)
TABLES: Final[dict[str, tuple[Mapping[str, soundness.Check], type[BaseModel]]]] = {
    "**Row**": (soundness.ROW, arrays.Row),
    "**Writer**": (soundness.WRITER, arrays.Writer),
    "**Changes**": (soundness.CHANGES, arrays.Changes),
    "**Verdict**": (soundness.VERDICT, base.Verdict),
}
INNER: Final[dict[str, tuple[Mapping[str, soundness.Check], type[BaseModel]]]] = {
    "users": (soundness.USERS, arrays.Users),
    "torn": (soundness.TORN, arrays.Torn),
    "read_cost": (soundness.READ_COST, arrays.ReadCost),
    "health": (soundness.HEALTH, base.Health),
}
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 64), (1 << 64) - 1)
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)

Path = tuple[str | int, ...]


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield where every value within another stands."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inner:
        yield (*path, key)
        if isinstance(one, dict | list):
            yield from paths(one, (*path, key))


PATHS: Final = [path for path in paths(FULL) if path != ("sparkline",)]
FIELDS: Final = [path for path in PATHS if isinstance(path[-1], str) and "facts" not in path[:-1]]


def changed(path: Path, value: Any) -> dict[str, Any]:
    """Return the full row with another value somewhere."""
    found: Any = deepcopy(FULL)
    inner = found
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return dict(found)


def without(path: Path) -> dict[str, Any]:
    """Return the full row without a field."""
    found: Any = deepcopy(FULL)
    inner = found
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return dict(found)


def kept(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows that a hub keeps of those that an agent sends."""
    listing = decode_listing(encode_listing(1, enumerate(rows)), place(), 0.0)
    return [entry.row for entry in listing.entries]


def misfits(found: dict[str, Any]) -> list[Any]:
    """Return what of a row the API does not describe.

    Words may become more, and a fact is shown as it came, be it true or false.
    """
    try:
        arrays.Row.model_validate({**found, "sparkline": found["sparkline"].tolist()}, strict=True)
    except ValidationError as error:
        wrong = [one for one in error.errors() if one["type"] != "literal_error"]
        return [one for one in wrong if "facts" not in one["loc"]]
    return []


@pytest.mark.parametrize("heading", TABLES)
def test_every_field_that_is_documented_is_checked_and_no_other(heading: str) -> None:
    table, model = TABLES[heading]
    described = documented(heading)
    assert set(table) == set(described) == set(model.model_fields)


@pytest.mark.parametrize("name", INNER)
def test_every_field_within_a_field_is_checked(name: str) -> None:
    table, model = INNER[name]
    assert set(table) == set(documented("**Row**")[name]) == set(model.model_fields)


def test_a_row_that_has_everything_is_kept() -> None:
    [found] = kept(FULL)
    assert {**found, "sparkline": None} == {**FULL, "sparkline": None}
    assert not misfits(found)


@pytest.mark.parametrize("path", FIELDS, ids=str)
def test_a_row_that_lacks_a_field_is_passed_over(path: Path) -> None:
    assert [one["name"] for one in kept(without(path), row("other"))] == ["other"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("users",), {"a": "b"}),
        (("users", "rw"), -1),
        (("users", "rw"), True),
        (("format",), {}),
        (("writes_per_s",), float("nan")),
        (("changes", "per_s"), "fast"),
        (("size_bytes",), 1 << 60),
        (("dtype_spec",), ["<f4", 1 << 60]),
        (("writers", 0), "4711"),
        (("health", "verdicts", 0, "facts"), {"where": []}),
    ],
)
def test_a_row_with_another_kind_of_field_is_passed_over(path: Path, value: Any) -> None:
    assert not kept(changed(path, value))


def test_a_row_whose_sparkline_is_no_bytes_is_passed_over() -> None:
    rows = row(sparkline=[1.0]), row("other", sparkline=b"")
    listed = [[number, messages.encode(one)] for number, one in enumerate(rows)]
    found = decode_listing(messages.encode({"revision": 1, "rows": listed}), place(), 0.0)
    assert [entry.number for entry in found.entries] == [1]


def test_a_host_counts_no_further_than_a_browser() -> None:
    hosts, beyond = Hosts("hub"), soundness.MOST_WHOLE + 1
    levels = dict.fromkeys(("ok", "warning", "critical"), beyond)
    room = {"size_bytes": soundness.MOST_WHOLE, "used_bytes": beyond}
    hosts.hear(place(), statistics(arrays=beyond, levels=levels, room=room), 0.0)
    host = hosts.get("robot")
    assert host is not None
    told = host.row(1.0)
    assert {told["arrays"], *told["levels"].values()} == {0}
    assert told["room"] == {"size_bytes": soundness.MOST_WHOLE, "used_bytes": 0}


@given(st.sampled_from(PATHS), ANYTHING)
def test_whatever_a_row_holds_it_is_passed_over_or_can_be_shown(path: Path, value: Any) -> None:
    rows = kept(changed(path, value), row("other"))
    assert "other" in [one["name"] for one in rows]
    assert format_table(rows, [])
    assert encode_body(rows)
    assert json.loads(encode_json(rows))
    assert [misfits(one) for one in rows] == [[] for _ in rows]
