"""Frames that are too large to be read at one look: gathered box by box, in rounds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sampling.test_views import Values, Viewed, reduced, sharing, viewed_by

import shmscope
from shmscope.layout.lens import HOWS
from shmscope.sampling import exposures, plans
from shmscope.sampling.views import View

GIB = 1 << 30


def until_covered(view: View, viewed: Viewed) -> tuple[list[float], dict[str, Any]]:
    """Look until everything is there; return the coverages and the last frame."""
    coverages: list[float] = []
    while True:
        _, frame = view.look(viewed.trace)
        coverages.append(frame["coverage"])
        if coverages[-1] == 1:
            return coverages, frame
        assert len(coverages) < 1000


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what is large begin at 64 KiB."""
    monkeypatch.setattr(plans, "MOST_BYTES", 64 << 10)
    monkeypatch.setattr(plans, "PIECE_BYTES", 50 << 10)
    monkeypatch.setattr(exposures, "BUDGET_BYTES", 100 << 10)
    monkeypatch.setattr(exposures, "AT_ONCE", 1000)


@pytest.fixture(scope="module")
def cube() -> Iterator[tuple[Viewed, list[Values]]]:
    """Yield an array of 20 x 60 x 50 floats with NaN among them, and another."""
    generator = np.random.default_rng(6)
    values = generator.integers(-9, 9, (2, 20, 60, 50)).astype("<f4")
    values[0][generator.random((20, 60, 50)) < 0.1] = np.nan
    with sharing(f"test-{os.getpid()}-gather", a=values[0], b=values[1]) as viewed:
        yield viewed, list(values)


# `small` is the same for every example.
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    how=st.sampled_from(HOWS),
    most=st.tuples(*(st.integers(1, 70) for _ in range(3))),
    order=st.none() | st.permutations(range(3)).map(tuple),
    compared=st.booleans(),
)
@pytest.mark.usefixtures("small")
def test_what_was_gathered_is_what_one_look_would_show(
    cube: tuple[Viewed, list[Values]],
    how: Any,
    most: tuple[int, ...],
    order: tuple[int, ...] | None,
    compared: bool,
) -> None:
    viewed, [values, other] = cube
    against = viewed.other.id if compared else None
    view = viewed.view(max_points=4000, reduce=how, most=most, order=order, against=against)
    schema = view.resolve(viewed.trace) or {}
    coverages, frame = until_covered(view, viewed)
    expected = values.astype("f8") - other if compared else values.astype("f8")
    expected = expected.transpose(order or range(3))
    found = np.reshape(frame["values"], frame["shape"])
    assert coverages == sorted(coverages)
    if schema["thinned"] is None:
        np.testing.assert_allclose(
            found, reduced(expected, schema["reduced"], schema["how"]), rtol=1e-6
        )
    if compared and schema["thinned"] is None:
        changed = expected != 0
        summary = frame["difference"]
        assert (summary["differing"], summary["of"]) == (changed.sum(), values.size)
        kept = [axis["axis"] for axis in schema["selected"]]
        at = tuple(summary["at"][kept.index(axis)] for axis in range(3))
        assert abs(values[at] - other[at]) == summary["largest"] == np.nanmax(np.abs(expected))


@pytest.mark.usefixtures("small")
def test_the_first_frame_is_single_elements_and_the_rest_comes_under_a_budget(
    cube: tuple[Viewed, list[Values]],
) -> None:
    viewed, [values, _] = cube
    view = viewed.view(reduce="mean", most=(10, 20, 25))
    view.resolve(viewed.trace)
    _, first = view.look(viewed.trace)
    assert first["coverage"] == 0
    shown = np.reshape(first["values"], first["shape"])
    np.testing.assert_array_equal(shown, values[::2, ::3, ::2])
    costs = [view.look(viewed.trace)[0] for _ in range(5)]
    assert 0 < max(costs) <= (100 << 10) + (50 << 10)


@pytest.mark.usefixtures("small")
def test_rounds_go_on_and_see_what_is_written(name: str) -> None:
    with sharing(name, a=np.zeros((256, 256), "<f4")) as viewed:
        view = viewed.view(reduce="max", most=(8, 8))
        view.resolve(viewed.trace)
        until_covered(view, viewed)
        with shmscope.open(f"{name}-a", mode="r+") as again:
            again[100, 200] = 7
        frames = [view.look(viewed.trace)[1] for _ in range(8)]
        assert {frame["coverage"] for frame in frames} == {1.0}
        assert np.reshape(frames[-1]["values"], (8, 8))[3, 6] == 7


@pytest.mark.usefixtures("small")
def test_a_block_that_is_too_large_is_thinned_and_the_schema_says_so(name: str) -> None:
    values = np.tile(np.arange(512, dtype="<f4"), (2048, 1))
    with sharing(name, a=values) as viewed:
        view = viewed.view(reduce="max", most=(2, 1))
        schema = view.resolve(viewed.trace) or {}
        _, frame = until_covered(view, viewed)
        assert schema["reduced"] == [1024, 512]
        assert schema["thinned"] > 1
        assert max(frame["values"]) <= 511
        assert max(view.look(viewed.trace)[0] for _ in range(4)) <= (100 + 64) << 10


@pytest.mark.parametrize(
    ("shape", "most"),
    [
        ((16384, 16384), (512, 512)),
        ((GIB // 4,), (1000,)),
        ((4, GIB // 16), (4, 500)),
        ((GIB // 4096, 1024), (64, 512)),  # a block is 4096 short runs
    ],
)
def test_a_look_at_gibibytes_costs_its_budget(
    name: str, shape: tuple[int, ...], most: tuple[int, ...]
) -> None:
    sparse = shmscope.create(f"{name}-a", shape, "<f8")  # holes take no memory
    with sparse, viewed_by(name, "a") as viewed:
        view = viewed.view(reduce="envelope", most=most)
        schema = view.resolve(viewed.trace) or {}
        costs = [view.look(viewed.trace)[0] for _ in range(4)]
        assert max(costs) <= exposures.BUDGET_BYTES + plans.PIECE_BYTES
        _, frame = view.look(viewed.trace)
        assert 0 < frame["coverage"] < 0.5
        lengths = [-(-n // k) for n, k in zip(shape, schema["reduced"], strict=True)]
        assert frame["shape"] == [*lengths, 2]


@pytest.mark.parametrize(("rows", "thinned"), [(1 << 19, None), (1 << 20, 4)])
def test_rows_of_blocks_are_read_whole_where_their_runs_are_short(
    name: str, rows: int, thinned: int | None
) -> None:
    with shmscope.create(f"{name}-a", (rows, 1024), "<f8"), viewed_by(name, "a") as viewed:
        view = viewed.view(reduce="mean", most=(64, 512))  # 64 MiB are a row of 512 blocks, or half
        schema = view.resolve(viewed.trace) or {}
        assert (schema["reduced"], schema["thinned"]) == ([rows // 64, 2], thinned)
        view.look(viewed.trace)
        read_bytes, frame = view.look(viewed.trace)
        assert frame["coverage"] >= 1 / 64
        assert read_bytes <= exposures.BUDGET_BYTES + plans.MOST_BYTES
