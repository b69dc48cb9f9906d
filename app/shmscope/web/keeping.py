"""The REST API of what the server keeps of an array: copies and watches."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response

from shmscope.layout.names import ArrayId
from shmscope.sampling.keeping import Keeping, copy_row
from shmscope.web.gauges import parse_gauge
from shmscope.web.problems import MEDIA_TYPE
from shmscope.web.wire import encode_json
from shmscope.web.wishes import parse_rate

_PROBLEM: dict[str, Any] = {"content": {MEDIA_TYPE: {}}}
router = APIRouter(
    prefix="/api/v1/arrays/{host}/{segment}/{name}",
    default_response_class=Response,
    responses={
        404: {"description": "No array has this id, or nothing this number.", **_PROBLEM},
        410: {"description": "The memory is gone.", **_PROBLEM},
        413: {"description": "More than the server keeps, or reads at once.", **_PROBLEM},
        422: {"description": "The selection does not fit the array.", **_PROBLEM},
        503: {"description": "The array cannot be read now.", **_PROBLEM},
    },
)


def _keeping(request: Request, array: ArrayId) -> Keeping:
    """Return what keeps things of an array.

    Raises:
        UnknownArrayError: no array has this id.
    """
    request.app.state.sampler.roster.trace(array)
    keeping: Keeping = request.app.state.sampler.keeping
    return keeping


def _json(body: object, status: int = 200) -> Response:
    return Response(encode_json(body), status, media_type="application/json")


@router.get("/copies")
def copies(request: Request, host: str, segment: str, name: str) -> Response:
    """Return the copies that are kept of the array, the newest first."""
    array = ArrayId(host, segment, name)
    return _json({"copies": _keeping(request, array).copy_rows(array)})


@router.post("/copies", status_code=201)
def keep_copy(request: Request, host: str, segment: str, name: str) -> Response:
    """Copy the whole array now, and keep that to compare it with."""
    array = ArrayId(host, segment, name)
    return _json(copy_row(_keeping(request, array).copy(array)), 201)


@router.delete("/copies/{number}")
def drop_copy(request: Request, host: str, segment: str, name: str, number: int) -> Response:
    """Keep a copy no more."""
    array = ArrayId(host, segment, name)
    keeping = _keeping(request, array)
    keeping.copies.drop(array, number)
    return _json({"copies": keeping.copy_rows(array)})


@router.get("/watches")
def watches(request: Request, host: str, segment: str, name: str) -> Response:
    """Return the watches of the array with their traces, the oldest first."""
    array = ArrayId(host, segment, name)
    return _json({"watches": _keeping(request, array).watch_rows(array)})


@router.post(
    "/watches", status_code=201, responses={200: {"description": "It was watched already."}}
)
def watch(
    request: Request,
    host: str,
    segment: str,
    name: str,
    wish: Annotated[dict[str, Any], Body(description="kind, select, field, part, rate_hz")],
) -> Response:
    """Have the server look at one number of the array again and again."""
    array = ArrayId(host, segment, name)
    keeping = _keeping(request, array)
    found, is_new = keeping.watch(array, parse_gauge(wish), parse_rate(wish))
    return _json(keeping.watch_row(found), 201 if is_new else 200)


@router.delete("/watches/{number}")
def drop_watch(request: Request, host: str, segment: str, name: str, number: int) -> Response:
    """Watch a number of the array no more."""
    array = ArrayId(host, segment, name)
    keeping = _keeping(request, array)
    keeping.watches.drop(array, number)
    return _json({"watches": keeping.watch_rows(array)})
