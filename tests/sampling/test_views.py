"""What a lens shows of real shared memory, against numpy's own answer."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.layout.strategies import as_text, indices
from tests.sampling.stepping import Stepped

import shmscope
from shmscope.errors import SelectionError, ShmscopeError, UnknownArrayError
from shmscope.layout.lens import HOWS, Lens
from shmscope.layout.names import ArrayId
from shmscope.layout.selection import Selection, parse_selection
from shmscope.sampling.copies import KeptCopies
from shmscope.sampling.references import References
from shmscope.sampling.topics import ValuesTopic
from shmscope.sampling.trace import Trace
from shmscope.sampling.views import View

Values = np.ndarray[Any, Any]
RECORD = np.dtype([("time", "<i8"), ("at", [("x", "<f4"), ("y", "<f8", (3,))])])


@dataclass
class Viewed:
    """An array, another one of the same shape, and what views of it answer."""

    trace: Trace
    other: Trace
    copies: KeptCopies

    def __post_init__(self) -> None:
        by_id = {trace.id: trace for trace in (self.trace, self.other)}

        def find(array: ArrayId) -> Trace:
            if array not in by_id:
                raise UnknownArrayError("no such array")
            return by_id[array]

        self.references = References(find, self.copies)

    def view(self, select: str = "...", max_points: int = 1 << 20, **lens: Any) -> View:
        topic = ValuesTopic(self.trace.id, select, max_points, None, Lens(**lens))
        return View(topic, self.references)

    def show(self, *wish: Any, **lens: Any) -> tuple[dict[str, Any], dict[str, Any], Values]:
        """Return schema, frame and values in their shape."""
        view = self.view(*wish, **lens)
        schema = view.resolve(self.trace)
        assert schema is not None
        _, frame = view.look(self.trace)
        return schema, frame, np.reshape(frame["values"], frame["shape"])

    def refused(self, *wish: Any, **lens: Any) -> ShmscopeError:
        with pytest.raises(ShmscopeError) as caught:
            self.show(*wish, **lens)
        return caught.value


@contextmanager
def viewed_by(name: str, *tails: str) -> Iterator[Viewed]:
    """View the first of the arrays called so, and compare it with the last."""
    with Stepped(name, 0.0) as stepped:
        stepped.tick()
        by_name = {trace.id.name: trace for trace in stepped.sampler.roster.by_id.values()}
        traces = [by_name[f"{name}-{tail}"] for tail in tails]
        yield Viewed(traces[0], traces[-1], stepped.sampler.keeping.copies)


@contextmanager
def sharing(name: str, **arrays: Values) -> Iterator[Viewed]:
    """Share arrays and view the first one."""
    with ExitStack() as stack:
        for tail, values in arrays.items():
            shared = shmscope.create(f"{name}-{tail}", values.shape, values.dtype)
            stack.enter_context(shared)
            shared[...] = values
        yield stack.enter_context(viewed_by(name, *arrays))


@pytest.fixture(scope="module")
def cube() -> Iterator[tuple[Viewed, list[Values]]]:
    """Yield an array of 5 x 8 x 7 floats with NaN among them, and another."""
    generator = np.random.default_rng(5)
    values = generator.integers(-9, 9, (2, 5, 8, 7)).astype("<f4")
    values[0][generator.random((5, 8, 7)) < 0.1] = np.nan
    with sharing(f"test-{os.getpid()}-cube", a=values[0], b=values[1]) as viewed:
        yield viewed, list(values)


@st.composite
def wishes(draw: st.DrawFn) -> tuple[str, dict[str, Any], Any]:
    """Draw a selection of the cube, a lens, and numpy's index of what is in the window."""
    index = draw(indices((5, 8, 7)))
    shown = np.empty((5, 8, 7))[index]
    order = draw(st.none() | st.permutations(range(shown.ndim)).map(tuple))
    shape = shown.transpose(order or range(shown.ndim)).shape
    window = None
    if shown.size and draw(st.booleans()):
        lows = [draw(st.integers(0, count - 1)) for count in shape]
        window = tuple((low, draw(st.integers(low + 1, 12))) for low in lows)
    most = draw(st.none() | st.tuples(*(st.integers(1, 9) for _ in shape)))
    how = draw(st.sampled_from(HOWS))
    against = draw(st.sampled_from([False, False, True]))
    return as_text(index), {
        "order": order, "window": window, "most": most, "reduce": how, "against": against,
    }, index  # fmt: skip


def reduced(values: Values, factors: list[int], how: str | None) -> Values:
    """Reduce block by block, as the words say it."""
    shape = [-(-length // k) for length, k in zip(values.shape, factors, strict=True)]
    found = np.full((*shape, 2), np.nan)
    for at in product(*map(range, shape)):
        places = (slice(i * k, i * k + k) for i, k in zip(at, factors, strict=True))
        block = values[tuple(places)]
        known = block[~np.isnan(block)]
        if how == "stride":
            found[at] = block.flat[0]
        elif known.size and how == "mean":
            found[at] = known.mean()
        elif known.size:
            found[at] = known.min(), known.max()
    if how == "envelope":
        return found
    return found[..., 1 if how == "max" else 0]


@settings(max_examples=200)
@given(wish=wishes(), max_points=st.integers(1, 300))
def test_a_lens_shows_what_numpy_finds(
    cube: tuple[Viewed, list[Values]], wish: tuple[str, dict[str, Any], Any], max_points: int
) -> None:
    viewed, [values, other] = cube
    select, lens, index = wish
    lens = dict(lens, against=viewed.other.id if lens["against"] else None)
    schema, frame, found = viewed.show(select, max_points, **lens)
    expected = values.astype("f8")
    if lens["against"]:
        expected = expected - other
    expected = np.asarray(expected[index])
    expected = expected.transpose(lens["order"] or range(expected.ndim))
    window = tuple(slice(*places) for places in lens["window"] or ())
    expected = expected[window]
    factors = schema["reduced"] or [1] * expected.ndim
    np.testing.assert_allclose(
        found, reduced(expected, factors, schema["how"] or "stride"), rtol=1e-6
    )
    assert math.prod(frame["shape"]) <= max(max_points, 2)
    assert all(n <= most for n, most in zip(found.shape, lens["most"] or (), strict=False))
    assert frame["coverage"] == 1.0


@settings(max_examples=200)
@given(wish=wishes())
def test_a_schema_says_where_each_element_lies(
    cube: tuple[Viewed, list[Values]], wish: tuple[str, dict[str, Any], Any]
) -> None:
    viewed, [values, _] = cube
    select, lens, _ = wish
    schema, _, found = viewed.show(select, **dict(lens, reduce="stride", against=None))
    kept = [axis["axis"] for axis in schema["selected"]]
    dropped = {
        at: int(part) for at, part in enumerate(schema["select"].split(",")) if at not in kept
    }
    for place in product(*map(range, found.shape)):
        here = dict(dropped)
        for k, axis in enumerate(schema["selected"]):
            factor = (schema["reduced"] or [1] * len(kept))[k]
            at = schema["window"][k][0] + place[k] * factor
            here[axis["axis"]] = axis["start"] + at * axis["step"]
            sent = schema["axes"][k]
            assert here[axis["axis"]] == sent["start"] + place[k] * sent["step"]
        expected = values[tuple(here[at] for at in range(3))]
        np.testing.assert_array_equal(found[place], expected)


def test_a_difference_is_counted_before_it_is_reduced(
    cube: tuple[Viewed, list[Values]],
) -> None:
    viewed, [values, other] = cube
    schema, frame, _ = viewed.show(
        "1:, ::-1, 2", against=viewed.other.id, most=(1, 1), order=(1, 0), window=((1, 6), (0, 3))
    )
    difference = (values.astype("f8") - other)[1:, ::-1, 2].T[1:6, 0:3]
    summary = frame["difference"]
    changed = difference != 0
    assert schema["reduced"] == [5, 3]
    assert (summary["differing"], summary["of"]) == (changed.sum(), 15)
    assert summary["largest"] == np.nanmax(np.abs(difference))
    column, row = summary["at"]
    assert abs(float(values[row, column, 2]) - other[row, column, 2]) == summary["largest"]
    q, p = np.argwhere(changed)[0]
    assert summary["first"] == [7 - (1 + q), 1 + p]


def test_a_frame_as_it_always_was_has_no_difference(cube: tuple[Viewed, list[Values]]) -> None:
    schema, frame, found = cube[0].show()
    assert (schema["how"], schema["reduced"], frame["difference"]) == (None, None, None)
    np.testing.assert_array_equal(found, cube[1][0])


def test_an_envelope_of_what_is_not_reduced_is_plain_values(
    cube: tuple[Viewed, list[Values]],
) -> None:
    schema, frame, _ = cube[0].show("0", reduce="envelope")
    assert (schema["how"], frame["shape"]) == (None, [8, 7])


@pytest.mark.parametrize(
    ("lens", "field", "says"),
    [
        ({"field": "price"}, "field", "it has no fields"),
        ({"part": "real"}, "part", "only complex ones"),
        ({"order": (1, 0)}, "order", "must name each of the 3 axes"),
        ({"window": ((0, 1),)}, "window", "has 1 entries; the selection keeps 3 axes"),
        ({"window": ((0, 1), (0, 1), (7, 8))}, "window", "7 elements"),
        ({"most": (1, 2)}, "most", "has 2 entries"),
    ],
)
def test_a_lens_that_does_not_fit_is_refused_by_its_field(
    cube: tuple[Viewed, list[Values]], lens: dict[str, Any], field: str, says: str
) -> None:
    error = cube[0].refused(**lens)
    assert isinstance(error, SelectionError)
    assert error.field == field
    assert says in error.detail


def test_a_kept_copy_is_compared_with_what_is_there_now(name: str) -> None:
    values = np.arange(12.0).reshape(3, 4)
    with sharing(name, a=values) as viewed:
        kept = viewed.copies.keep(viewed.trace.id, viewed.trace.source.look(whole(viewed.trace)))
        _, frame, found = viewed.show(against=kept.number)
        assert not found.any()
        with shmscope.open(f"{name}-a", mode="r+") as again:
            again[1, 2] = values[1, 2] + 5
        _, frame, found = viewed.show("1:, 1:", against=kept.number)
        assert found.tolist() == [[0, 5, 0], [0, 0, 0]]
        assert frame["difference"] == {
            "differing": 1, "of": 6, "largest": 5, "at": [1, 2], "first": [1, 2],
        }  # fmt: skip
        assert viewed.refused(against=kept.number + 1).value == kept.number + 1


def test_arrays_of_different_shapes_or_without_numbers_are_not_compared(name: str) -> None:
    with sharing(name, a=np.zeros((3, 4)), b=np.zeros((4, 3))) as viewed:
        error = viewed.refused(against=viewed.other.id)
        assert (error.field, error.value, error.limit) == ("against", "[4, 3]", "[3, 4]")
        assert isinstance(
            viewed.refused(against=ArrayId("box", "0-0", "nothing")), UnknownArrayError
        )
    with sharing(f"{name}-t", a=np.zeros(3), b=np.zeros(3, "S2")) as viewed:
        assert "cannot be compared" in viewed.refused(against=viewed.other.id).detail


def test_an_array_that_is_compared_with_and_goes_is_an_error_and_no_farewell(name: str) -> None:
    with sharing(name, a=np.zeros(3), b=np.zeros(3)) as viewed:
        view = viewed.view(against=viewed.other.id)
        view.resolve(viewed.trace)
        with shmscope.open(f"{name}-b", mode="r+") as other:
            other.unlink()
        with pytest.raises(ShmscopeError, match="-b is gone") as caught:
            view.look(viewed.trace)
        assert type(caught.value).__name__ == "SourceError"


def test_a_field_is_an_array_of_its_own(name: str) -> None:
    values = np.zeros((2, 5), RECORD)
    values["at"]["y"] = np.arange(30).reshape(2, 5, 3)
    with sharing(name, a=values) as viewed:
        schema, frame, found = viewed.show("1, ::2", field="at.y", order=(1, 0))
        np.testing.assert_array_equal(found, values["at"]["y"][1, ::2].T)
        assert (schema["dtype"], schema["kind"], schema["shape"]) == ("<f8", "numbers", [2, 5, 3])
        assert (schema["field"], schema["fields"]) == ("at.y", None)
        assert "columns" not in frame
        _, _, found = viewed.show("1", 5, field="at.y", reduce="mean", most=(1, 3))
        np.testing.assert_allclose(found[0], values["at"]["y"][1].mean(0))


def test_records_are_reduced_by_stride(name: str) -> None:
    with sharing(name, a=np.zeros(8, RECORD)) as viewed:
        view = viewed.view(reduce="mean", max_points=4)
        schema = view.resolve(viewed.trace) or {}
        assert (schema["kind"], schema["how"], schema["reduced"]) == ("records", "stride", [2])
        assert len(view.look(viewed.trace)[1]["columns"]) == 3


def test_parts_are_taken_before_they_are_reduced_or_compared(name: str) -> None:
    generator = np.random.default_rng(1)
    values = (generator.random((2, 8)) + 1j * generator.random((2, 8))).astype("<c8")
    a, b = values
    with sharing(name, a=a, b=b) as viewed:
        schema, _, found = viewed.show(part="magnitude", reduce="mean", most=(2,))
        np.testing.assert_allclose(found, np.abs(a).reshape(2, 4).mean(1), rtol=1e-6)
        assert (schema["dtype"], schema["kind"], schema["part"]) == ("<f4", "numbers", "magnitude")
        schema, _, found = viewed.show(part="phase", against=viewed.other.id)
        np.testing.assert_allclose(found, np.angle(a) - np.angle(b), rtol=1e-5)
        assert (schema["unit"], schema["against"]) == ("rad", {"array": str(viewed.other.id)})
        complexes = viewed.view(reduce="mean", most=(2,)).resolve(viewed.trace) or {}
        assert (complexes["how"], complexes["kind"]) == ("stride", "complex")


@pytest.mark.parametrize(
    ("dtype", "how", "expected"),
    [("?", "mean", "<f8"), ("u1", "mean", "<f8"), (">f4", "mean", "<f4"), ("<i2", "max", "<i2"),
     ("?", "envelope", "|b1")],
)  # fmt: skip
def test_a_schema_has_the_dtype_of_what_is_sent(
    name: str, dtype: str, how: Any, expected: str
) -> None:
    with sharing(name, a=np.ones(8, dtype)) as viewed:
        schema, _, _ = viewed.show(reduce=how, most=(4,))
        assert (schema["dtype"], schema["how"], schema["reduced"]) == (expected, how, [2])
        assert schema["kind"] == ("bool" if expected == "|b1" else "numbers")


def whole(trace: Trace) -> Selection:
    return parse_selection("...", trace.layout.shape)
