"""What is asked over REST, and how the answers are read: no sockets here."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.client import HTTPResponse
from typing import Any, Final, Generic, Literal, TypeAlias, TypedDict, TypeVar, cast
from urllib.parse import urlencode

import numpy as np

from shmscope.client.frames import Verdict
from shmscope.errors import SelectionError, TornError, UnreachableError
from shmscope.layout.selection import parse_selection

T = TypeVar("T")
Torn: TypeAlias = Literal["raise", "allow"]
Part: TypeAlias = Literal["real", "imaginary", "magnitude", "phase"]

API: Final = "/api/v1"
# So many elements the server answers with unless it is asked for more.
DEFAULT_POINTS: Final = 1_000_000
_MAX_HEADER_BYTES: Final = 1 << 20
_NUMBERS: Final = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class Lens(TypedDict, total=False):
    """How a selection is seen when it is read."""

    field: str
    part: Part
    order: Sequence[int]


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A GET request.

    Attributes:
        path: With its query.
        read: Reads what a good answer holds.
        unless: ETag of what is known: it is only asked whether that still holds. An answer that
            says more is not read.
    """

    path: str
    read: Callable[[HTTPResponse], T]
    unless: str | None = None

    @property
    def about_array(self) -> bool:
        """Whether it is about one array."""
        return self.path.startswith(f"{API}/arrays/")


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A copy of a selection, made when it was asked for.

    Attributes:
        values: The values, in the array's own dtype.
        verdict: ``clean``, ``torn`` by a write, or ``unverified`` where nobody counts writes.
        began: ETag of when a copy in many parts began, until the question whether anything was
            written since has been answered.
    """

    values: np.ndarray[Any, Any]
    verdict: Verdict
    began: str | None = None

    def checked(self, torn: Torn) -> np.ndarray[Any, Any]:
        """Return the values.

        Raises:
            TornError: they are torn, and `torn` is ``"raise"``.
        """
        if torn == "raise" and self.verdict == "torn":
            raise TornError(
                "a write was under way at every attempt to copy this; a smaller selection is "
                'copied faster, read(..., torn="allow") takes it as it is',
                value=self.verdict,
                limit="clean",
            )
        return self.values


def json_of(path: str, **query: object) -> Question[dict[str, Any]]:
    """Ask for JSON."""
    asked = f"?{urlencode(query)}" if query else ""
    return Question(f"{API}{path}{asked}", json.load)


def statistics_of(array: str) -> Question[list[dict[str, Any]]]:
    """Ask for an array's statistics; NaN and the infinities come as floats."""

    def read(answer: HTTPResponse) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.load(answer)["statistics"]
        return [_measured(one) | {"field": one["field"]} for one in found]

    return Question(f"{API}/arrays/{array}/statistics", read)


def history_of(array: str) -> Question[dict[str, Any]]:
    """Ask for an array's history; what was measured comes as float32 arrays."""

    def read(answer: HTTPResponse) -> dict[str, Any]:
        found: dict[str, Any] = json.load(answer)
        writers = [_plotted(writer, "writes_per_s") for writer in found["writers"]]
        return _plotted(found, "age_s", "writes_per_s") | {"writers": writers}

    return Question(f"{API}/arrays/{array}/history", read)


def values_of(row: dict[str, Any], select: str, lens: Lens) -> Question[Snapshot]:
    """Ask for a copy of a selection.

    Args:
        row: Of the array.
        select: numpy's basic selection, as text.
        lens: Which field or part of it, and the order of its axes.
    """
    query: dict[str, object] = {"format": "npy", "select": select, **lens}
    if (order := lens.get("order")) is not None:
        query["order"] = ",".join(map(str, order))
    points = _points(row["shape"], select)
    if points > DEFAULT_POINTS or "field" in lens:
        query["max_points"] = max(points, DEFAULT_POINTS)
    path = f"{API}/arrays/{row['id']}/values?{urlencode(query)}"
    return Question(path, partial(_snapshot, is_counted=row["writes"] is not None))


def confirmation_of(asked: Question[Snapshot], found: Snapshot) -> Question[Snapshot] | None:
    """Ask whether a copy in many parts is one; None where its verdict is known."""
    if found.began is None:
        return None

    def read(answer: HTTPResponse) -> Snapshot:
        same = answer.status == HTTPStatus.NOT_MODIFIED
        return Snapshot(found.values, "clean" if same else "torn")

    return Question(asked.path, read, unless=found.began)


def pages_of(rows: list[dict[str, Any]]) -> Question[dict[str, Any]]:
    """Ask for a page of arrays, after those that are known."""
    return json_of("/arrays", **({"offset": len(rows)} if rows else {}))


def selection_of(key: Any) -> tuple[str, Lens]:
    """Return what stands in brackets as a selection's text and a lens.

    Args:
        key: Integers, slices and ``...``, as numpy takes them, or the name of a field.

    Raises:
        SelectionError: it is none of that.
    """
    if isinstance(key, str):
        return "...", {"field": key}
    entries = key if isinstance(key, tuple) else (key,)
    return ", ".join(map(_entry, entries)), {}


def _entry(entry: Any) -> str:
    if entry is Ellipsis:
        return "..."
    try:
        if isinstance(entry, slice):
            parts = (entry.start, entry.stop, entry.step)
            return ":".join("" if part is None else str(_integer(part)) for part in parts)
        return str(_integer(entry))
    except TypeError:
        raise SelectionError(
            f"{entry!r:.60} is neither an integer, a slice nor '...'", value=repr(entry)[:60]
        ) from None


def _integer(entry: Any) -> int:
    if isinstance(entry, bool | np.bool_):
        raise TypeError("a mask is no basic selection")
    return operator.index(entry)


def _points(shape: Sequence[int], select: str) -> int:
    """Return how many elements are asked for; the server says what is wrong with a selection."""
    try:
        return parse_selection(select, shape).points
    except SelectionError:
        return 0


def _snapshot(answer: HTTPResponse, *, is_counted: bool) -> Snapshot:
    """Read a copy; one in many parts that began during a write is torn."""
    told = answer.getheader("x-shmscope-verdict", "unverified")
    if told == "streamed":
        told = "torn" if is_counted else "unverified"
    try:
        values: np.ndarray[Any, Any] = np.lib.format.read_array(
            cast("Any", answer), allow_pickle=False, max_header_size=_MAX_HEADER_BYTES
        )
    except ValueError as error:
        raise UnreachableError(f"the answer ended before its values did: {error}") from None
    return Snapshot(values, cast("Verdict", told), answer.getheader("x-shmscope-began"))


def _measured(found: Any) -> Any:
    """Return JSON with its numbers as floats, where it holds nothing but numbers."""
    if isinstance(found, dict):
        return {name: _measured(item) for name, item in found.items()}
    if isinstance(found, list):
        return [_measured(item) for item in found]
    return _NUMBERS.get(found, found) if isinstance(found, str) else found


def _plotted(found: dict[str, Any], *names: str) -> dict[str, Any]:
    return found | {name: np.array(_measured(found[name]), np.float32) for name in names}
