"""The REST API: open, call, encode. docs/stream.md describes what is answered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response

from shmscope.errors import LayoutError
from shmscope.layout.hand import parse_rule
from shmscope.layout.names import ArrayId
from shmscope.sampling import host_rows, rows, statistics_rows
from shmscope.sampling.events import MOST_EVENTS
from shmscope.sampling.fitting import guesses_of
from shmscope.sampling.sampler import Sampler
from shmscope.web.responses import PROBLEM, json_answer
from shmscope.web.selections import ValuesQuery, answer

router = APIRouter(
    prefix="/api/v1",
    default_response_class=Response,
    responses={
        400: {"description": "The layout cannot be, or does not fit the segment.", **PROBLEM},
        404: {"description": "No array has this id.", **PROBLEM},
        410: {"description": "The memory is gone.", **PROBLEM},
        422: {"description": "The selection does not fit the array.", **PROBLEM},
        503: {"description": "The array cannot be read now.", **PROBLEM},
    },
)
_ARRAY = "/arrays/{host}/{segment}/{name}"


def _sampler(request: Request) -> Sampler:
    sampler: Sampler = request.app.state.sampler
    return sampler


@router.get("/host")
def host(request: Request) -> Response:
    """Return the host's shared memory, and what watching it costs."""
    return json_answer(_sampler(request).reports.host())


@router.get("/memory")
def memory(request: Request) -> Response:
    """Return who fills the host's shared memory, its locks, and what changed when."""
    sampler = _sampler(request)
    sampler.answers.freshen()
    return json_answer(sampler.reports.memory(sampler.timeline))


@router.get("/health")
def health_of_all(request: Request) -> Response:
    """Return the worst level, and every verdict on the host and the arrays that is not ok."""
    sampler = _sampler(request)
    sampler.answers.freshen()
    return json_answer(sampler.reports.troubles())


@router.get("/events")
def events(
    request: Request,
    *,
    count: Annotated[int, Query(ge=1, le=MOST_EVENTS)] = 100,
    array: Annotated[str | None, Query(description="Id of an array; else all.")] = None,
) -> Response:
    """Return what changed when, the newest first."""
    found = _sampler(request).timeline.last(count, array)
    return json_answer({"events": [host_rows.event(one) for one in found]})


@router.get("/arrays")
def arrays(request: Request) -> Response:
    """Return every array: layout, users, writes or changes per second, health."""
    sampler = _sampler(request)
    sampler.answers.freshen()
    return json_answer({"arrays": sampler.reports.rows()})


@router.get(_ARRAY)
def array(request: Request, host: str, segment: str, name: str) -> Response:
    """Return one array."""
    return json_answer(_sampler(request).reports.row(ArrayId(host, segment, name)))


@router.get(_ARRAY + "/values")
def values(
    request: Request, host: str, segment: str, name: str, wish: Annotated[ValuesQuery, Query()]
) -> Response:
    """Return a copy of a selection, verified by the writers' counters."""
    return answer(_sampler(request).answers, ArrayId(host, segment, name), wish)


@router.get(_ARRAY + "/statistics")
def statistics(request: Request, host: str, segment: str, name: str) -> Response:
    """Scan the whole array now and return its statistics, one entry a numeric field."""
    found = _sampler(request).answers.statistics(ArrayId(host, segment, name))
    return json_answer({"statistics": statistics_rows.rows(found, 0.0)})


@router.get(_ARRAY + "/health")
def health(request: Request, host: str, segment: str, name: str) -> Response:
    """Return the level and every verdict, the worst first."""
    return json_answer(
        rows.health(_sampler(request).roster.trace(ArrayId(host, segment, name)).verdicts)
    )


@router.get(_ARRAY + "/history")
def history(request: Request, host: str, segment: str, name: str) -> Response:
    """Return writes per second of the last five minutes, in total and by writer."""
    return json_answer(rows.history(_sampler(request).roster.trace(ArrayId(host, segment, name))))


@router.get(_ARRAY + "/processes")
def processes(request: Request, host: str, segment: str, name: str) -> Response:
    """Return the processes that use the array's segment, null where nobody can be seen."""
    sampler = _sampler(request)
    sampler.answers.freshen()
    return json_answer({"processes": sampler.reports.processes(ArrayId(host, segment, name))})


@router.get(_ARRAY + "/guesses")
def guesses(request: Request, host: str, segment: str, name: str) -> Response:
    """Return what the bytes of the array's segment may be, the likeliest first."""
    found = guesses_of(_sampler(request).roster.trace(ArrayId(host, segment, name)))
    return json_answer({"guesses": [rows.guess(one) for one in found]})


@router.get(_ARRAY + "/layout")
def layout(request: Request, host: str, segment: str, name: str) -> Response:
    """Return the array's layout, and how to say it on the command line and in a file."""
    return json_answer(rows.saying(_sampler(request).roster.trace(ArrayId(host, segment, name))))


@router.put(_ARRAY + "/layout")
def keep_layout(
    request: Request,
    host: str,
    segment: str,
    name: str,
    wish: Annotated[dict[str, Any], Body(description="dtype, shape, offset, strides, order")],
) -> Response:
    """Have the array seen as a layout by hand, by everybody, until the server ends."""
    sampler, wanted = _sampler(request), ArrayId(host, segment, name)
    origin = wish.pop("provenance", "configured")
    if origin not in ("configured", "guessed"):
        raise LayoutError(
            f"provenance must be configured or guessed, not {origin!r:.40}",
            value=str(origin)[:40],
            field="provenance",
        )
    sampler.answers.keep_layout(wanted, parse_rule(wish, pattern="*"), origin)
    return json_answer(sampler.reports.row(wanted))


@router.delete(_ARRAY + "/layout")
def forget_layout(request: Request, host: str, segment: str, name: str) -> Response:
    """Have the array seen as before."""
    sampler, wanted = _sampler(request), ArrayId(host, segment, name)
    sampler.answers.forget_layout(wanted)
    return json_answer(sampler.reports.row(wanted))
