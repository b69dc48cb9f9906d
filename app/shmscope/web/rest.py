"""The REST API: open, call, encode. docs/rest.md describes what is answered."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from shmscope.sampling import host_rows
from shmscope.sampling.events import MOST_EVENTS
from shmscope.sampling.sampler import Sampler
from shmscope.web import one_array, some_values
from shmscope.web.describing import answers_with
from shmscope.web.fleet_face import Fleet
from shmscope.web.queries import known_parameters, takes_json
from shmscope.web.responses import json_answer

MOST_ROWS = 10_000
MAX_PATTERN = 200

router = APIRouter(prefix="/api/v1", dependencies=[Depends(known_parameters)])
_hosts = APIRouter(
    default_response_class=Response, dependencies=[Depends(takes_json)], tags=["host and arrays"]
)


class Page(BaseModel):
    """Which of many."""

    model_config = ConfigDict(extra="forbid")

    match: str = Field(
        "*",
        max_length=MAX_PATTERN,
        description="Only names like this shell pattern: *, ? and [abc].",
        examples=["camera-*"],
    )
    offset: int = Field(0, ge=0, le=(1 << 53) - 1, description="So many are passed over.")
    limit: int = Field(MOST_ROWS, ge=1, le=MOST_ROWS, description="At most so many are told.")


class PageOfArrays(Page):
    """Which of many arrays."""

    host: str | None = Field(
        None,
        max_length=MAX_PATTERN,
        description="On a hub, arrays of hosts like this shell pattern; else its own.",
        examples=["*"],
    )


def _sampler(request: Request) -> Sampler:
    sampler: Sampler = request.app.state.sampler
    return sampler


@_hosts.get("/host", operation_id="host", responses=answers_with("Host", "The host.", 406))
def host(request: Request) -> Response:
    """Return the host's shared memory, and what watching it costs."""
    return json_answer(_sampler(request).reports.host())


@_hosts.get("/memory", operation_id="memory", responses=answers_with("Memory", "Its memory.", 406))
def memory(request: Request) -> Response:
    """Return who fills the host's shared memory, its locks, and what changed when."""
    sampler = _sampler(request)
    sampler.answers.freshen()
    return json_answer(sampler.reports.memory(sampler.timeline))


@_hosts.get(
    "/segments", operation_id="segments", responses=answers_with("Segments", "A page.", 406)
)
def segments(request: Request, page: Annotated[Page, Query()]) -> Response:
    """Return the segments of shared memory, those that take up most first."""
    sampler = _sampler(request)
    sampler.answers.freshen()
    found, total = sampler.reports.segments(page.match, page.offset, page.limit)
    return json_answer({"segments": found, "total": total})


@_hosts.get(
    "/health", operation_id="troubles", responses=answers_with("Troubles", "What is wrong.", 406)
)
def health_of_all(request: Request) -> Response:
    """Return the worst level, and every verdict on the host and the arrays that is not ok."""
    sampler = _sampler(request)
    sampler.answers.freshen()
    return json_answer(sampler.reports.troubles())


@_hosts.get("/events", operation_id="events", responses=answers_with("Events", "Events.", 406))
def events(
    request: Request,
    *,
    count: Annotated[
        int, Query(ge=1, le=MOST_EVENTS, description="At most so many are told.")
    ] = 100,
    array: Annotated[str | None, Query(description="Id of an array; else all.")] = None,
) -> Response:
    """Return what changed when, the newest first."""
    found: list[dict[str, Any]] = [
        host_rows.event(one) for one in _sampler(request).timeline.last(count, array)
    ]
    return json_answer({"events": found})


@_hosts.get(
    "/arrays",
    operation_id="arrays",
    responses=answers_with("Arrays", "A page of arrays.", 406),
)
def arrays(request: Request, page: Annotated[PageOfArrays, Query()]) -> Response:
    """Return arrays by name: layout, users, writes or changes per second, health."""
    sampler = _sampler(request)
    sampler.answers.freshen()
    found, total = sampler.reports.page(page.match, page.offset, page.limit)
    if page.host is not None:
        found, total = _of_hosts(request, page, page.host)
    return json_answer({"arrays": found, "total": total})


def _of_hosts(request: Request, page: PageOfArrays, hosts: str) -> tuple[list[dict[str, Any]], int]:
    """Return a page of the arrays of some hosts, this one's first, and how many there are."""
    reports, own = _sampler(request).reports, _sampler(request).roster.host
    near, count = reports.page(page.match, page.offset, page.limit)
    if not fnmatchcase(own, hosts):
        near, count = [], 0
    fleet: Fleet | None = request.app.state.fleet
    if fleet is None:
        return near, count
    left = page.limit - len(near)
    far, more = fleet.page(hosts, page.match, max(page.offset - count, 0), left)
    return near + far, count + more


for _part in (_hosts, one_array.router, some_values.router):
    router.include_router(_part)
