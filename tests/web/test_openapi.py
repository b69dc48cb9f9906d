"""The OpenAPI document and the server agree: schemathesis asks what it allows, and what not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.web.arrays import RECORD, RECORDS
from tests.web.running import Running, running

import shmscope

EXAMPLES = 15
OPERATIONS = [
    *("host", "memory", "segments", "troubles", "events", "arrays"),
    *("array", "statistics", "histogram", "health", "history", "processes", "guesses"),
    *("layout", "keep_layout", "forget_layout", "values"),
    *("copies", "keep_copy", "drop_copy", "watches", "watch", "drop_watch"),
]
# They take something that can be wrong.
FALLIBLE = ["segments", "events", "arrays", "histogram", "keep_layout", "values", "watch"]
FALLIBLE += ["drop_copy", "drop_watch"]
# The document cannot say which selections and layouts fit which array.
DEPENDS_ON_THE_ARRAY = {"values", "keep_layout", "watch", "histogram", "layout", "guesses"}

ARRAYS: dict[str, np.ndarray[Any, Any]] = {
    "plain": np.arange(24, dtype="<f4").reshape(4, 6),
    "holes": np.array([1.5, np.nan, np.inf, -np.inf]),
    "records": RECORDS,
    "complex": np.ones((2, 3), "<c8"),
    "unsigned": np.array([0, 2**64 - 1], "<u8"),
    "dates": np.array(["2026-01-02", "NaT"], "<M8[D]"),
    "image": np.zeros((3, 4, 3), "u1"),
    "nothing": np.zeros((0, 3), RECORD),
    "<b>'\"&%2F ?#;=ünd": np.array([True, False]),
}


@pytest.fixture(scope="module")
def asked() -> Iterator[Running]:
    """A server of its own, with every kind of array."""
    with running() as server, ExitStack() as stack:
        for name, values in ARRAYS.items():
            full = f"{name}-{os.getpid()}"
            array = stack.enter_context(shmscope.create(full, values.shape, values.dtype))
            if values.size:
                array[...] = values
            server.id_of(full)
        yield server


@pytest.fixture(scope="module")
def ids(asked: Running) -> list[dict[str, str]]:
    """The path parameters of every array."""
    rows = asked.get("/api/v1/arrays", accept="application/json").json()["arrays"]
    own = [row["id"] for row in rows if row["name"].endswith(f"-{os.getpid()}")]
    assert len(own) == len(ARRAYS)
    return [
        dict(zip(("host", "segment", "name"), map(unquote, one.split("/")), strict=True))
        for one in own
    ]


@pytest.fixture(scope="module")
def schema(asked: Running) -> BaseSchema:
    """The document as the server tells it."""
    return schemathesis.openapi.from_url(f"{asked.address}/api/v1/openapi.json")


def test_every_operation_has_a_name_and_is_asked(asked: Running) -> None:
    document = asked.get("/api/v1/openapi.json").json()
    found = [way["operationId"] for ways in document["paths"].values() for way in ways.values()]
    assert sorted(found) == sorted(OPERATIONS)


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("operation", "mode"),
    [
        *((operation, GenerationMode.POSITIVE) for operation in OPERATIONS),
        *((operation, GenerationMode.NEGATIVE) for operation in FALLIBLE),
    ],
)
def test_every_answer_is_as_described(
    asked: Running,
    schema: BaseSchema,
    ids: list[dict[str, str]],
    operation: str,
    mode: GenerationMode,
) -> None:
    every = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    (found,) = [each for each in every if each.definition.raw["operationId"] == operation]
    excluded = [positive_data_acceptance] if operation in DEPENDS_ON_THE_ARRAY else []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=found.as_strategy(generation_mode=mode), there=st.sampled_from([*ids, None]))
    def ask(case: Any, there: dict[str, str] | None) -> None:
        if there is not None and "name" in (case.path_parameters or {}):
            case.path_parameters.update(there)
        case.call_and_validate(base_url=asked.address, excluded_checks=excluded)

    ask()
