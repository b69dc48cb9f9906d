"""The REST API's values: a copy of a selection, small ones without leaving the event loop."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

import numpy as np
from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.types import Scope

from shmscope.errors import SelectionError, ShmscopeError
from shmscope.layout.dtypes import format_dtype
from shmscope.layout.lens import Lens, Part
from shmscope.layout.names import ArrayId
from shmscope.sampling.answers import Answers, Chosen
from shmscope.sources.snapshots import Snapshot
from shmscope.web.accepting import MEDIA_TYPES, Format, format_of
from shmscope.web.binary import Piece
from shmscope.web.lenses import parse_order
from shmscope.web.limits import LIMITS
from shmscope.web.pictures import (
    DEFAULT_PIXELS,
    MAX_PIXELS,
    NAN_PATTERN,
    Drawing,
    Map,
    default_nan,
    draw,
    planes_of,
    thinned,
)
from shmscope.web.responses import Flow, Pieces
from shmscope.web.tags import Sight
from shmscope.web.values import FORMS, encode_as_json

DEFAULT_POINTS: Final = 1_000_000
MAX_POINTS: Final = 1 << 34
MOST_JSON_POINTS: Final = 1 << 22  # a list of Python's numbers takes 20 times as much as they do
STREAMED_BYTES: Final = 64 << 20
PART_BYTES: Final = 8 << 20
MAX_DTYPE_HEADER: Final = 4000
_PATH = re.compile("/api/v1/arrays/([^/]+)/([^/]+)/([^/]+)/values")
# So many elements are written in no time.
_MOST_AT_ONCE: Final[dict[Format, int]] = {
    "json": 32,
    "csv": 32,
    "npy": MAX_POINTS,
    "raw": MAX_POINTS,
    "png": -1,
}
# What an answer depends on beside its address; and that it comes as a whole.
_VARYING: Final = {"vary": "accept", "accept-ranges": "none"}


class Asked(NamedTuple):
    """What the headers of a request say of values.

    Attributes:
        accept: Which forms the client takes; empty for any.
        known: ETags of what it has, as If-None-Match lists them; empty for none.
    """

    accept: str = ""
    known: str = ""


ANYTHING: Final = Asked()


class ValuesQuery(BaseModel):
    """Which values, and in which form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    select: str = Field(
        "...",
        description="numpy's basic selection: integers, slices with any step, one `...`.",
        examples=["0:10, ::2"],
        max_length=1000,
    )
    field: str | None = Field(None, description="A field of records, as outer.inner.")
    part: Part | None = Field(None, description="Of complex values.")
    order: str | None = Field(None, description="Which axis comes first.", examples=["1,0"])
    form: Format | None = Field(
        None, alias="format", description="How values are encoded; else the Accept header says it."
    )
    max_points: int = Field(
        DEFAULT_POINTS, ge=1, le=MAX_POINTS, description="More elements are an error; not of PNG."
    )
    map: Map = Field("viridis", description="PNG: colours of what is no colour itself.")
    low: float | None = Field(
        None, allow_inf_nan=False, description="PNG: value of the first colour; else the least."
    )
    high: float | None = Field(
        None, allow_inf_nan=False, description="PNG: value of the last colour; else the greatest."
    )
    clip: float = Field(
        0, ge=0, lt=50, description="PNG: percent of the values beyond either end of the range."
    )
    nan: str = Field(
        default_nan(),
        pattern=f"^({NAN_PATTERN})$",
        description="PNG: colour of NaN, six hexadecimal digits, or transparent.",
    )
    max_pixels: int = Field(
        DEFAULT_PIXELS, ge=1, le=MAX_PIXELS, description="PNG: of more, every so many-th is drawn."
    )

    @cached_property
    def lens(self) -> Lens:
        """How the selection is to be seen."""
        return Lens(self.field, self.part, None if self.order is None else parse_order(self.order))

    @cached_property
    def drawing(self) -> Drawing:
        """How a picture is drawn."""
        return Drawing(self.map, self.low, self.high, self.clip, self.nan, self.max_pixels)


def asked_of(scope: Scope) -> Asked:
    """Return what a request's headers say; of what is given twice the first counts."""
    accept = known = b""
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = accept or value
        elif name == b"if-none-match":
            known = known or value
    return Asked(accept.decode("latin-1"), known.decode("latin-1"))


def answer(
    answers: Answers,
    array: ArrayId,
    wish: ValuesQuery,
    asked: Asked = ANYTHING,
    most_points: int = LIMITS.rest_points,
) -> Response:
    """Return a copy of a selection, however long it takes.

    Args:
        answers: Read the arrays.
        array: Of which array.
        wish: What is selected, and in which form.
        asked: What the headers of the request say.
        most_points: More elements are refused, whatever the client allows.

    Raises:
        AcceptError: the client takes none of the forms there are.
        ShmscopeError: as `Answers.choose` and `Answers.look` do.
    """
    form = format_of(wish.form, asked.accept)
    if form == "png":
        return _picture(answers, array, wish, asked)
    chosen = _choose(answers, array, wish, form, most_points)
    sight = Sight(chosen, form)
    state = chosen.trace.source.state() if asked.known else None
    if sight.is_known(state, asked.known):
        return _not_modified(sight, state)
    if form != "json" and chosen.size_bytes > STREAMED_BYTES:
        return _streamed(answers, sight)
    return _whole(sight, answers.look(chosen), asked)


def answer_at_once(
    answers: Answers,
    path: str,
    query: bytes,
    asked: Asked,
    most_points: int = LIMITS.rest_points,
) -> Response | None:
    """Return a copy of a selection if it is soon made; None too for what is no sound wish."""
    named = _PATH.fullmatch(path)
    if named is None:
        return None
    try:
        wish = parse_query(query)
        form = format_of(wish.form, asked.accept)
        chosen = _choose(answers, ArrayId(*named.groups()), wish, form, most_points)
        if chosen.selection.points > _MOST_AT_ONCE[form]:
            return None
        sight = Sight(chosen, form)
        state = chosen.trace.source.state_at_once() if asked.known else None
        if sight.is_known(state, asked.known):
            return _not_modified(sight, state)
        found = answers.look_at_once(chosen)
    except (ShmscopeError, ValidationError):
        return None
    return None if found is None else _whole(sight, found, asked)


@lru_cache(maxsize=128)  # who asks once asks again
def parse_query(query: bytes) -> ValuesQuery:
    """Read a query; of what is given twice the last counts.

    Raises:
        ValidationError: it is none.
    """
    return ValuesQuery.model_validate(
        dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    )


def _choose(
    answers: Answers, array: ArrayId, wish: ValuesQuery, form: Format, most_points: int
) -> Chosen:
    """Return what is asked for; very much is refused, whatever the client allows."""
    chosen = answers.choose(array, wish.select, wish.lens, wish.max_points)
    points = chosen.selection.points
    most = min(MOST_JSON_POINTS, most_points) if form == "json" else most_points
    if points > most:
        raise SelectionError(
            f"the selection has {points:,} elements; as {form} it may have {most:,}",
            value=points,
            limit=most,
        )
    return chosen


def _whole(sight: Sight, snapshot: Snapshot, asked: Asked) -> Response:
    """Answer with one copy."""
    if sight.is_known(snapshot.state, asked.known):  # the writer was between two writes by then
        return _not_modified(sight, snapshot.state)
    form, selection, values = sight.form, sight.chosen.selection, snapshot.values
    headers = _told(values.dtype, values.shape) | _tagged(sight, snapshot.state)
    headers["x-shmscope-verdict"] = snapshot.verdict
    if form == "json":
        return Pieces([encode_as_json(selection, snapshot)], MEDIA_TYPES[form], headers)
    written = FORMS[form]
    pieces = chain([written.head(selection, values.dtype)], written.body(selection, values))
    if written.size_bytes(selection, values.dtype) is None and selection.points > 1 << 15:
        return Flow(pieces, MEDIA_TYPES[form], headers)
    return Pieces([piece for piece in pieces if len(piece)] or [b""], MEDIA_TYPES[form], headers)


def _streamed(answers: Answers, sight: Sight) -> Response:
    """Answer with many copies, each verified by itself, one after the other.

    No segment is held open between two of them: a client that does not read holds nothing but the
    bytes of one part.
    """
    chosen, form = sight.chosen, sight.form
    selection, dtype, written = chosen.selection, chosen.dtype, FORMS[sight.form]
    began = sight.tag(chosen.trace.source.state())
    looks = answers.look_in_parts(chosen, max(PART_BYTES // dtype.itemsize, 1))
    first = next(looks)  # what cannot be read at all is told with a problem
    head = written.head(selection, dtype)
    headers = _told(dtype, selection.shape) | _VARYING | {"x-shmscope-verdict": "streamed"}
    if began is not None:
        headers["x-shmscope-began"] = began
    size_bytes = written.size_bytes(selection, dtype)
    if size_bytes is not None:
        headers["content-length"] = str(len(head) + size_bytes)

    def pieces() -> Iterator[Piece]:
        yield head
        for part, snapshot in chain([first], looks):
            yield from written.body(part.selection, snapshot.values)

    return Flow(pieces(), MEDIA_TYPES[form], headers)


def _picture(answers: Answers, array: ArrayId, wish: ValuesQuery, asked: Asked) -> Response:
    """Answer with a picture, of a large array with every so many-th pixel of it."""
    chosen = answers.choose(array, wish.select, wish.lens)
    planes = planes_of(chosen.selection.shape, chosen.dtype)
    selection, steps = thinned(chosen.selection, planes, wish.drawing.most)
    chosen = Chosen(chosen.trace, selection, chosen.layout, chosen.lens)
    sight = Sight(chosen, "png", repr(wish.drawing))
    state = chosen.trace.source.state() if asked.known else None
    if sight.is_known(state, asked.known):
        return _not_modified(sight, state)
    snapshot = answers.look(chosen)
    headers = _told(snapshot.values.dtype, snapshot.values.shape) | _tagged(sight, snapshot.state)
    headers["x-shmscope-verdict"] = snapshot.verdict
    if max(steps) > 1:
        headers["x-shmscope-reduced"] = json.dumps(steps)
    return Pieces([draw(snapshot.values, planes, wish.drawing)], MEDIA_TYPES["png"], headers)


def _not_modified(sight: Sight, state: bytes | None) -> Response:
    return Response(status_code=304, headers=_tagged(sight, state))


def _tagged(sight: Sight, state: bytes | None) -> dict[str, str]:
    tag = sight.tag(state)
    return dict(_VARYING) if tag is None else _VARYING | {"etag": tag}


@lru_cache(maxsize=256)
def _told(dtype: np.dtype[Any], shape: tuple[int, ...]) -> dict[str, str]:
    """Return the headers that tell shape and dtype; of no dtype longer than clients may take."""
    spec = format_dtype(dtype)
    text = spec if isinstance(spec, str) else json.dumps(spec)
    told = {"x-shmscope-shape": json.dumps(shape)}
    return told | {"x-shmscope-dtype": text} if len(text) <= MAX_DTYPE_HEADER else told
