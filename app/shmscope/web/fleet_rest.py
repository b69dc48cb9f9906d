"""The REST API of a hub, beside that of every server: its hosts. docs/rest.md describes it."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from shmscope.web.describing import answers_with
from shmscope.web.fleet_face import Fleet
from shmscope.web.queries import known_parameters, takes_json
from shmscope.web.responses import json_answer

router = APIRouter(
    prefix="/api/v1/fleet",
    default_response_class=Response,
    dependencies=[Depends(known_parameters), Depends(takes_json)],
    tags=["fleet"],
)


@router.get(
    "/hosts", operation_id="fleet_hosts", responses=answers_with("FleetHosts", "The hosts.", 406)
)
def hosts(request: Request) -> Response:
    """Return the other hosts, whether they can be reached, and how their arrays are."""
    fleet: Fleet = request.app.state.fleet
    own: str = request.app.state.sampler.roster.host
    return json_answer({"host": own, "hosts": fleet.hosts()})
