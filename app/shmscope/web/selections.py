"""The REST API's values: a copy of a selection, whole, streamed, or as a picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any, Final

import numpy as np
from fastapi import Response

from shmscope.errors import SelectionError
from shmscope.layout.dtypes import format_dtype
from shmscope.layout.names import ArrayId
from shmscope.sampling.answers import Answers, Chosen
from shmscope.sources.snapshots import Snapshot
from shmscope.web.accepting import MEDIA_TYPES, Format, format_of
from shmscope.web.binary import Piece
from shmscope.web.limits import LIMITS
from shmscope.web.pictures import draw, planes_of, thinned
from shmscope.web.refusals import Header
from shmscope.web.responses import Flow, Pieces
from shmscope.web.tags import Sight
from shmscope.web.values import FORMS, encode_as_json
from shmscope.web.values_query import ANYTHING, Asked, ValuesQuery

MOST_JSON_POINTS: Final = 1 << 22  # a list of Python's numbers takes 20 times as much as they do
STREAMED_BYTES: Final = 64 << 20
PART_BYTES: Final = 8 << 20
MAX_DTYPE_HEADER: Final = 4000
# What an answer depends on beside its address; and that it comes as a whole.
_VARYING: Final[tuple[Header, ...]] = ((b"vary", b"accept"), (b"accept-ranges", b"none"))


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
    chosen = choose(answers, array, wish, form, most_points)
    sight = Sight(chosen, form)
    state = chosen.trace.source.state() if asked.known else None
    if sight.is_known(state, asked.known):
        return unchanged(sight, state)
    if form != "json" and chosen.size_bytes > STREAMED_BYTES:
        return _streamed(answers, sight)
    return whole(sight, answers.look(chosen), asked)


def choose(
    answers: Answers, array: ArrayId, wish: ValuesQuery, form: Format, most_points: int
) -> Chosen:
    """Return what is asked for; very much is refused, whatever the client allows.

    Raises:
        ShmscopeError: as `Answers.choose` does.
    """
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


def whole(sight: Sight, snapshot: Snapshot, asked: Asked) -> Response:
    """Answer with one copy."""
    if sight.is_known(snapshot.state, asked.known):  # the writer was between two writes by then
        return unchanged(sight, snapshot.state)
    form, selection, values = sight.form, sight.chosen.selection, snapshot.values
    headers = _headers(sight, snapshot)
    if form == "json":
        return Pieces([encode_as_json(selection, snapshot)], headers)
    written = FORMS[form]
    pieces = chain([written.head(selection, values.dtype)], written.body(selection, values))
    if values.size > 1 << 15 and written.size_bytes(selection, values.dtype) is None:
        return Flow(pieces, headers)
    return Pieces([piece for piece in pieces if len(piece)] or [b""], headers)


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
    headers = [*_told(form, dtype, selection.shape), (b"x-shmscope-verdict", b"streamed")]
    if began is not None:
        headers.append((b"x-shmscope-began", began.encode()))
    size_bytes = written.size_bytes(selection, dtype)
    if size_bytes is not None:
        headers.append((b"content-length", b"%d" % (len(head) + size_bytes)))

    def pieces() -> Iterator[Piece]:
        yield head
        for part, snapshot in chain([first], looks):
            yield from written.body(part.selection, snapshot.values)

    return Flow(pieces(), headers)


def _picture(answers: Answers, array: ArrayId, wish: ValuesQuery, asked: Asked) -> Response:
    """Answer with a picture, of a large array with every so many-th pixel of it."""
    chosen = answers.choose(array, wish.select, wish.lens)
    planes = planes_of(chosen.selection.shape, chosen.dtype)
    selection, steps = thinned(chosen.selection, planes, wish.drawing.most)
    sight = Sight(replace(chosen, selection=selection), "png", repr(wish.drawing))
    state = chosen.trace.source.state() if asked.known else None
    if sight.is_known(state, asked.known):
        return unchanged(sight, state)
    snapshot = answers.look(sight.chosen)
    headers = _headers(sight, snapshot)
    if max(steps) > 1:
        headers.append((b"x-shmscope-reduced", json.dumps(steps).encode()))
    return Pieces([draw(snapshot.values, planes, wish.drawing)], headers)


def unchanged(sight: Sight, state: bytes | None) -> Response:
    """Answer that the client has it already."""
    response = Response(status_code=304)
    response.raw_headers = [*_VARYING, *_tagged(sight, state)]
    return response


def _headers(sight: Sight, snapshot: Snapshot) -> list[Header]:
    """Return the headers of one copy."""
    values = snapshot.values
    told = _told(sight.form, values.dtype, values.shape)
    verdict = (b"x-shmscope-verdict", snapshot.verdict.encode())
    return [*told, *_tagged(sight, snapshot.state), verdict]


def _tagged(sight: Sight, state: bytes | None) -> list[Header]:
    tag = sight.tag(state)
    return [] if tag is None else [(b"etag", tag.encode())]


@lru_cache(maxsize=256)
def _told(form: Format, dtype: np.dtype[Any], shape: tuple[int, ...]) -> tuple[Header, ...]:
    """Return the headers that tell form, shape and dtype, and vary with no copy.

    Of the dtype only where that is not longer than clients may take.
    """
    spec = format_dtype(dtype)
    text = spec if isinstance(spec, str) else json.dumps(spec)
    told = [(b"content-type", MEDIA_TYPES[form].encode()), *_VARYING]
    told.append((b"x-shmscope-shape", json.dumps(shape).encode()))
    if len(text) <= MAX_DTYPE_HEADER:
        told.append((b"x-shmscope-dtype", text.encode("latin-1")))
    return tuple(told)
