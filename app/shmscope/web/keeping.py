"""The REST API of what the server keeps of an array: copies and watches."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from shmscope.layout.names import ArrayId
from shmscope.sampling.keeping import Keeping, copy_row
from shmscope.web.describing import answers_with, body_of
from shmscope.web.gauges import parse_gauge
from shmscope.web.one_array import Named
from shmscope.web.queries import known_parameters, takes_json
from shmscope.web.responses import json_answer
from shmscope.web.wishes import parse_rate

router = APIRouter(
    prefix="/api/v1/arrays/{host}/{segment}/{name}",
    default_response_class=Response,
    dependencies=[Depends(known_parameters), Depends(takes_json)],
    tags=["kept of an array"],
)
Number = Annotated[int, Path(ge=1, le=(1 << 53) - 1, description="As the server counts them.")]


def _keeping(request: Request, array: ArrayId) -> Keeping:
    """Return what keeps things of an array.

    Raises:
        UnknownArrayError: no array has this id.
    """
    request.app.state.sampler.roster.trace(array)
    keeping: Keeping = request.app.state.sampler.keeping
    return keeping


@router.get("/copies", operation_id="copies", responses=answers_with("Copies", "Copies.", 404, 406))
def copies(request: Request, ident: Named) -> Response:
    """Return the copies that are kept of the array, the newest first."""
    return json_answer({"copies": _keeping(request, ident).copy_rows(ident)})


@router.post(
    "/copies",
    operation_id="keep_copy",
    status_code=201,
    responses=answers_with("Copy", "The copy.", 404, 406, 410, 413, 503, status=201),
)
def keep_copy(request: Request, ident: Named) -> Response:
    """Copy the whole array now, and keep that to compare it with."""
    return json_answer(copy_row(_keeping(request, ident).copy(ident)), 201)


@router.delete(
    "/copies/{number}",
    operation_id="drop_copy",
    responses=answers_with("Copies", "Those that are left.", 404, 406),
)
def drop_copy(request: Request, ident: Named, number: Number) -> Response:
    """Keep a copy no more."""
    keeping = _keeping(request, ident)
    keeping.copies.drop(ident, number)
    return json_answer({"copies": keeping.copy_rows(ident)})


@router.get(
    "/watches", operation_id="watches", responses=answers_with("Watches", "Watches.", 404, 406)
)
def watches(request: Request, ident: Named) -> Response:
    """Return the watches of the array with their traces, the oldest first."""
    return json_answer({"watches": _keeping(request, ident).watch_rows(ident)})


@router.post(
    "/watches",
    operation_id="watch",
    status_code=201,
    responses={
        **answers_with("Watch", "It was watched already."),
        **answers_with("Watch", "The watch.", 400, 404, 406, 413, status=201),
    },
    openapi_extra=body_of("WatchWish"),
)
def watch(
    request: Request,
    ident: Named,
    wish: Annotated[dict[str, Any], Body()],
) -> Response:
    """Have the server look at one number of the array again and again."""
    keeping = _keeping(request, ident)
    found, is_new = keeping.watch(ident, parse_gauge(wish), parse_rate(wish))
    return json_answer(keeping.watch_row(found), 201 if is_new else 200)


@router.delete(
    "/watches/{number}",
    operation_id="drop_watch",
    responses=answers_with("Watches", "Those that are left.", 404, 406),
)
def drop_watch(request: Request, ident: Named, number: Number) -> Response:
    """Watch a number of the array no more."""
    keeping = _keeping(request, ident)
    keeping.watches.drop(ident, number)
    return json_answer({"watches": keeping.watch_rows(ident)})
