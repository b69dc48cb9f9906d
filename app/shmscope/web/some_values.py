"""The REST API of values; docs/rest.md describes what is answered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from shmscope.web.accepting import MEDIA_TYPES
from shmscope.web.describing import Responses, problems_of, reference
from shmscope.web.one_array import Named
from shmscope.web.selections import answer
from shmscope.web.values_query import ValuesQuery, asked_of

_JSON: dict[str, Any] = {"anyOf": [reference("Values"), reference("Columns")]}
_FILE: dict[str, Any] = {
    "schema": {"type": "string", "contentMediaType": "application/octet-stream"}
}
_HEADERS: dict[str, Any] = {
    "x-shmscope-verdict": "clean, torn, unverified; or streamed: many copies, one after the other.",
    "x-shmscope-shape": "Of the values, as JSON.",
    "x-shmscope-dtype": "Of the values; of records as JSON.",
    "x-shmscope-reduced": "PNG: every so many-th pixel was drawn along each axis, as JSON.",
    "x-shmscope-began": "Streamed: the ETag when it began; asked for afterwards with "
    "If-None-Match, 304 says that no counted write came between.",
    "etag": "Where writes are counted and none was under way.",
}


def _described() -> Responses:
    content = {kind.partition(";")[0]: dict(_FILE) for kind in MEDIA_TYPES.values()}
    content["application/json"] = {"schema": _JSON}
    headers = {
        name: {"description": about, "schema": {"type": "string"}}
        for name, about in _HEADERS.items()
    }
    return {
        200: {"description": "The values.", "content": content, "headers": headers},
        304: {"description": "They are as the client has them, by their ETag."},
        **problems_of(400, 404, 406, 410, 503),
    }


router = APIRouter(prefix="/arrays/{host}/{segment}/{name}", tags=["one array"])


@router.get("/values", operation_id="values", response_class=Response, responses=_described())
def values(request: Request, ident: Named, wish: Annotated[ValuesQuery, Query()]) -> Response:
    """Return a copy of a selection, verified by the writers' counters."""
    state = request.app.state
    asked = asked_of(request.scope)
    return answer(state.sampler.answers, ident, wish, asked, state.limits.rest_points)
