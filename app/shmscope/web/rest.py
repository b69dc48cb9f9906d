"""The REST API: open, call, encode. docs/stream.md describes what is answered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from shmscope.errors import SelectionError
from shmscope.layout.names import ArrayId
from shmscope.layout.selection import parse_selection
from shmscope.sampling import rows
from shmscope.sampling.sampler import Sampler
from shmscope.web.problems import MEDIA_TYPE
from shmscope.web.values import FORMATS, Format
from shmscope.web.wire import encode_json

DEFAULT_POINTS = 1_000_000
MAX_POINTS = 1 << 26

_PROBLEM: dict[str, Any] = {"content": {MEDIA_TYPE: {}}}
router = APIRouter(
    prefix="/api/v1",
    default_response_class=Response,
    responses={
        404: {"description": "No array has this id.", **_PROBLEM},
        410: {"description": "The memory is gone.", **_PROBLEM},
        422: {"description": "The selection does not fit the array.", **_PROBLEM},
        503: {"description": "The array cannot be read now.", **_PROBLEM},
    },
)
_ARRAY = "/arrays/{host}/{segment}/{name}"


def _sampler(request: Request) -> Sampler:
    sampler: Sampler = request.app.state.sampler
    return sampler


def _json(body: object) -> Response:
    return Response(encode_json(body), media_type="application/json")


@router.get("/host")
def host(request: Request) -> Response:
    """Return the host's shared memory, and what watching it costs."""
    return _json(_sampler(request).host_row())


@router.get("/arrays")
def arrays(request: Request) -> Response:
    """Return every published array: layout, writers, writes per second, health."""
    return _json({"arrays": _sampler(request).rows()})


@router.get(_ARRAY)
def array(request: Request, host: str, segment: str, name: str) -> Response:
    """Return one array."""
    return _json(_sampler(request).row(ArrayId(host, segment, name)))


@router.get(_ARRAY + "/values")
def values(
    request: Request,
    host: str,
    segment: str,
    name: str,
    *,
    select: Annotated[str, Query(description="numpy's basic selection: 0:10, ::2, ...")] = "...",
    form: Annotated[
        Format, Query(alias="format", description="How the values are encoded.")
    ] = "json",
    max_points: Annotated[int, Query(ge=1, le=MAX_POINTS)] = DEFAULT_POINTS,
) -> Response:
    """Return a copy of a selection, verified by the writers' counters."""
    sampler, wanted = _sampler(request), ArrayId(host, segment, name)
    points = parse_selection(select, sampler.trace(wanted).layout.shape).points
    if points > max_points:
        raise SelectionError(
            f"the selection {select!r} has {points} elements, more than max_points={max_points}",
            value=points,
            limit=max_points,
        )
    _, selection, snapshot = sampler.look_once(wanted, select)
    media_type, encode = FORMATS[form]
    headers = {"x-shmscope-verdict": snapshot.verdict}
    return Response(encode(selection, snapshot), media_type=media_type, headers=headers)


@router.get(_ARRAY + "/statistics")
def statistics(request: Request, host: str, segment: str, name: str) -> Response:
    """Scan the whole array now and return its statistics, one entry a numeric field."""
    found = _sampler(request).scan_once(ArrayId(host, segment, name))
    return _json({"statistics": rows.statistics(found, 0.0)})


@router.get(_ARRAY + "/health")
def health(request: Request, host: str, segment: str, name: str) -> Response:
    """Return the level and every verdict, the worst first."""
    return _json(rows.health(_sampler(request).trace(ArrayId(host, segment, name)).verdicts))


@router.get(_ARRAY + "/history")
def history(request: Request, host: str, segment: str, name: str) -> Response:
    """Return writes per second of the last five minutes, in total and by writer."""
    return _json(rows.history(_sampler(request).trace(ArrayId(host, segment, name))))
