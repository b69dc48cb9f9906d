"""The REST API of what the server keeps of an array: copies and watches."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response

from shmscope.layout.names import ArrayId
from shmscope.sampling.keeping import Keeping, copy_row
from shmscope.web.gauges import parse_gauge
from shmscope.web.responses import PROBLEM, json_answer
from shmscope.web.wishes import parse_rate

router = APIRouter(
    prefix="/api/v1/arrays/{host}/{segment}/{name}",
    default_response_class=Response,
    responses={
        404: {"description": "No array has this id, or nothing this number.", **PROBLEM},
        410: {"description": "The memory is gone.", **PROBLEM},
        413: {"description": "More than the server keeps, or reads at once.", **PROBLEM},
        422: {"description": "The selection does not fit the array.", **PROBLEM},
        503: {"description": "The array cannot be read now.", **PROBLEM},
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


@router.get("/copies")
def copies(request: Request, host: str, segment: str, name: str) -> Response:
    """Return the copies that are kept of the array, the newest first."""
    array = ArrayId(host, segment, name)
    return json_answer({"copies": _keeping(request, array).copy_rows(array)})


@router.post("/copies", status_code=201)
def keep_copy(request: Request, host: str, segment: str, name: str) -> Response:
    """Copy the whole array now, and keep that to compare it with."""
    array = ArrayId(host, segment, name)
    return json_answer(copy_row(_keeping(request, array).copy(array)), 201)


@router.delete("/copies/{number}")
def drop_copy(request: Request, host: str, segment: str, name: str, number: int) -> Response:
    """Keep a copy no more."""
    array = ArrayId(host, segment, name)
    keeping = _keeping(request, array)
    keeping.copies.drop(array, number)
    return json_answer({"copies": keeping.copy_rows(array)})


@router.get("/watches")
def watches(request: Request, host: str, segment: str, name: str) -> Response:
    """Return the watches of the array with their traces, the oldest first."""
    array = ArrayId(host, segment, name)
    return json_answer({"watches": _keeping(request, array).watch_rows(array)})


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
    return json_answer(keeping.watch_row(found), 201 if is_new else 200)


@router.delete("/watches/{number}")
def drop_watch(request: Request, host: str, segment: str, name: str, number: int) -> Response:
    """Watch a number of the array no more."""
    array = ArrayId(host, segment, name)
    keeping = _keeping(request, array)
    keeping.watches.drop(array, number)
    return json_answer({"watches": keeping.watch_rows(array)})
