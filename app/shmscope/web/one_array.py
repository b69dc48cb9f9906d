"""The REST API of one array: open, call, encode. docs/rest.md describes what is answered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response

from shmscope.errors import LayoutError
from shmscope.layout.hand import parse_rule
from shmscope.layout.names import ArrayId
from shmscope.sampling import detail_rows, rows, statistics_rows
from shmscope.sampling.fitting import guesses_of
from shmscope.sampling.sampler import Sampler
from shmscope.web.describing import answers_with, body_of
from shmscope.web.queries import takes_json
from shmscope.web.responses import json_answer

MOST_BINS = 4096

router = APIRouter(
    prefix="/arrays/{host}/{segment}/{name}",
    default_response_class=Response,
    dependencies=[Depends(takes_json)],
    tags=["one array"],
)


async def named(
    host: Annotated[str, Path(description="Name of the machine.", examples=["box"])],
    segment: Annotated[str, Path(description="Identity of the memory.", examples=["1b-2e4f"])],
    name: Annotated[str, Path(description="Name of the array.", examples=["heat"])],
) -> ArrayId:
    """Return the id that a path names."""
    return ArrayId(host, segment, name)


Named = Annotated[ArrayId, Depends(named)]


def _sampler(request: Request) -> Sampler:
    sampler: Sampler = request.app.state.sampler
    return sampler


@router.get("", operation_id="array", responses=answers_with("Row", "The array.", 404, 406))
def array(request: Request, ident: Named) -> Response:
    """Return one array."""
    return json_answer(_sampler(request).reports.row(ident))


@router.get(
    "/statistics",
    operation_id="statistics",
    responses=answers_with("StatisticsOfFields", "Statistics.", 404, 406, 410, 503),
)
def statistics(request: Request, ident: Named) -> Response:
    """Scan the whole array now and return its statistics, one entry a numeric field."""
    found = _sampler(request).answers.statistics(ident)
    return json_answer({"statistics": statistics_rows.rows(found, 0.0)})


@router.get(
    "/histogram",
    operation_id="histogram",
    responses=answers_with("Histograms", "Histograms.", 404, 406, 410, 503),
)
def histogram(
    request: Request,
    ident: Named,
    bins: Annotated[
        int, Query(ge=1, le=MOST_BINS, description="At most so many; of integers maybe fewer.")
    ] = 64,
    field: Annotated[str | None, Query(description="That field alone, as outer.inner.")] = None,
) -> Response:
    """Scan the whole array now and return how it is spread, one entry a numeric field."""
    found = _sampler(request).answers.statistics(ident, bins=bins)
    return json_answer({"histograms": statistics_rows.histograms(found, field)})


@router.get(
    "/health", operation_id="health", responses=answers_with("Health", "Its health.", 404, 406)
)
def health(request: Request, ident: Named) -> Response:
    """Return the level and every verdict, the worst first."""
    return json_answer(rows.health(_sampler(request).roster.trace(ident).verdicts))


@router.get(
    "/history", operation_id="history", responses=answers_with("History", "Its rates.", 404, 406)
)
def history(request: Request, ident: Named) -> Response:
    """Return writes per second of the last five minutes, in total and by writer."""
    return json_answer(detail_rows.history(_sampler(request).roster.trace(ident)))


@router.get(
    "/processes",
    operation_id="processes",
    responses=answers_with("Processes", "Its users.", 404, 406),
)
def processes(request: Request, ident: Named) -> Response:
    """Return the processes that use the array's segment, null where nobody can be seen."""
    sampler = _sampler(request)
    sampler.answers.freshen()
    return json_answer({"processes": sampler.reports.processes(ident)})


@router.get(
    "/guesses",
    operation_id="guesses",
    responses=answers_with("Guesses", "Guesses.", 400, 404, 406, 410, 503),
)
def guesses(request: Request, ident: Named) -> Response:
    """Return what the bytes of the array's segment may be, the likeliest first."""
    found = guesses_of(_sampler(request).roster.trace(ident))
    return json_answer({"guesses": [detail_rows.guess(one) for one in found]})


@router.get(
    "/layout",
    operation_id="layout",
    responses=answers_with("SaidLayout", "Its layout.", 400, 404, 406),
)
def layout(request: Request, ident: Named) -> Response:
    """Return the array's layout, and how to say it on the command line and in a file."""
    return json_answer(detail_rows.saying(_sampler(request).roster.trace(ident)))


@router.put(
    "/layout",
    operation_id="keep_layout",
    responses=answers_with("Row", "The array, seen so.", 400, 404, 406, 413),
    openapi_extra=body_of("LayoutWish"),
)
def keep_layout(
    request: Request, ident: Named, wish: Annotated[dict[str, Any], Body()]
) -> Response:
    """Have the array seen as a layout by hand, by everybody, until the server ends."""
    sampler = _sampler(request)
    origin = wish.pop("provenance", "configured")
    if origin not in ("configured", "guessed"):
        raise LayoutError(
            f"provenance must be configured or guessed, not {origin!r:.40}",
            value=str(origin)[:40],
            field="provenance",
        )
    sampler.answers.keep_layout(ident, parse_rule(wish, pattern="*"), origin)
    return json_answer(sampler.reports.row(ident))


@router.delete(
    "/layout",
    operation_id="forget_layout",
    responses=answers_with("Row", "The array, seen as before.", 404, 406),
)
def forget_layout(request: Request, ident: Named) -> Response:
    """Have the array seen as before."""
    sampler = _sampler(request)
    sampler.answers.forget_layout(ident)
    return json_answer(sampler.reports.row(ident))
